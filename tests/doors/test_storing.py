"""The promise of each answer: 202 is durable, 503 asks for a redelivery, and every delivery is one line in the log."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.adapters.sqlite import SqliteStore
from ghapp.doors import application
from tests.adapters.aws.dynamodb_proxy import HeldBack, Proxy, Rule
from tests.doors import payloads
from tests.doors.site import NOW, Fronted, Site, delivery_lines, site


async def test_a_delivery_answered_with_202_is_in_the_file(door: Site, tmp_path: Path) -> None:
    """Another process finds the item there."""
    assert await door.deliver("pull_request", payloads.merged()) == 202
    other = SqliteStore(tmp_path / "ghapp.db")
    (claimed,) = await other.claim(now=NOW, lease=timedelta(minutes=1), limit=10)
    await other.close()
    assert (claimed.id, claimed.lane) == ("186853002/pull/2/merged", "Codertocat/186853002")
    assert len(claimed.body) < 600


async def test_the_worker_is_woken_for_a_new_delivery(door: Site) -> None:
    """Once for each stored delivery; not for a known, an ignored or a refused one."""
    assert await door.deliver("pull_request", payloads.merged()) == 202
    assert await door.deliver("pull_request", payloads.merged()) == 200
    assert await door.deliver("ping", {}) == 200
    assert await door.deliver("ping", []) == 400
    assert len(door.woken) == 1


async def test_two_servers_keep_a_delivery_once(tmp_path: Path) -> None:
    """The same merge at two replicas at the same time is stored by one and known to the other."""
    async with site(tmp_path) as one, site(tmp_path) as two:
        answers = await asyncio.gather(
            *(replica.deliver("pull_request", payloads.merged()) for replica in (one, two) * 10)
        )
        assert sorted(answers) == [200] * 19 + [202]
        assert len(await one.queued()) == 1


async def test_without_its_store_a_server_asks_for_the_delivery_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """GitHub lists a delivery that got 503 as failed, and it is sent again."""
    caplog.set_level(logging.DEBUG)
    async with site(tmp_path, store=SqliteStore(tmp_path / "missing" / "ghapp.db")) as lost:
        assert await lost.deliver("pull_request", payloads.merged()) == 503
        assert await lost.deliver("pull_request", payloads.example("pull_request", "locked")) == 200
        assert lost.woken == []
    first, second = delivery_lines(caplog)
    assert (first["levelname"], first["verdict"], first["status"]) == ("ERROR", "refused", 503)
    assert (second["levelname"], second["verdict"], second["status"]) == ("INFO", "ignored", 200)


async def test_a_store_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    """The sender gets 503 in time, and its second try stores the item once, whether or not the first was written."""
    async with site(tmp_path, patience=0.1) as waiting:
        await waiting.store.open()
        neighbour = sqlite3.connect(tmp_path / "ghapp.db", isolation_level=None)
        neighbour.execute("BEGIN IMMEDIATE")
        assert await waiting.deliver("pull_request", payloads.merged()) == 503
        neighbour.execute("ROLLBACK")
        neighbour.close()
    async with site(tmp_path) as again:
        assert await again.deliver("pull_request", payloads.merged()) in (200, 202)
        assert len(await again.queued()) == 1


async def test_a_table_that_does_not_answer_is_not_waited_for(tmp_path: Path, table: str, proxy: Proxy) -> None:
    """A remote store that sends no answer is given up in time too."""
    silent = HeldBack(before=True)
    async with site(tmp_path, store=DynamoStore(table), patience=0.3) as waiting:
        await waiting.store.check()
        proxy.rules.append(Rule(silent))
        answers = await asyncio.gather(*(waiting.deliver("pull_request", payloads.merged()) for _ in range(20)))
        assert set(answers) == {503}
        proxy.rules.clear()
        silent.go_on.set()
        assert await waiting.deliver("pull_request", payloads.merged()) in (200, 202)
        assert len(await waiting.queued()) == 1


@pytest.mark.parametrize(
    ("owners", "answer"), [((), 202), (("codertocat",), 202), (("CoderToCat", "acme"), 202), (("acme",), 200)]
)
async def test_only_the_served_accounts_deliveries_are_kept(tmp_path: Path, owners: Sequence[str], answer: int) -> None:
    """Where accounts are named, all others' deliveries are ignored; the name's case does not matter."""
    async with site(tmp_path, owners=owners) as choosy:
        assert await choosy.deliver("pull_request", payloads.merged()) == answer
        assert len(await choosy.queued()) == (answer == 202)


async def test_every_delivery_is_one_line_in_the_log(door: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Stored, known, ignored and refused ones alike, each with all of its known fields."""
    await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid-1")
    await door.deliver("pull_request", payloads.merged(), X_GitHub_Delivery="guid-2")
    await door.deliver("pull_request", payloads.example("pull_request", "locked"), X_GitHub_Delivery="guid-3")
    await door.deliver("watch", payloads.example("watch", "started"), X_GitHub_Delivery="guid-4")
    await door.deliver("watch", {}, X_Hub_Signature_256=None)
    fields = ("delivery_id", "event", "action", "repository", "item", "verdict", "status")
    name, item = "Codertocat/Hello-World", "186853002/pull/2/merged"
    assert [tuple(line[field] for field in fields) for line in delivery_lines(caplog)] == [
        ("guid-1", "pull_request", "closed", name, item, "stored", 202),
        ("guid-2", "pull_request", "closed", name, item, "known", 200),
        ("guid-3", "pull_request", "locked", name, None, "ignored", 200),
        ("guid-4", "watch", "started", name, None, "ignored", 200),
        (None, None, None, None, None, "refused", 401),
    ]


class Broken:
    """A door with a bug."""

    def routes(self) -> Sequence[web.RouteDef]:
        return (web.post("/broken", self.fail),)

    async def fail(self, request: web.Request) -> web.Response:
        raise KeyError(await request.text())


async def test_a_bug_answers_500_without_details(caplog: pytest.LogCaptureFixture) -> None:
    """The log has the place of the error; neither the answer nor the log has the request."""
    async with TestClient(Fronted(application(Broken()))) as client:
        response = await client.post("/broken", data="canary")
        assert (response.status, await response.text()) == (500, "")
        assert (await client.get("/nowhere")).status == 404
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "KeyError" in record.getMessage()
    assert "in fail" in record.getMessage()
    assert "canary" not in caplog.text
