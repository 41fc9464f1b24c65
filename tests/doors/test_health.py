"""The health checks of a load balancer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from ghapp.adapters.sqlite import SqliteStore
from ghapp.doors import application
from ghapp.doors.health import Health, Probe
from ghapp.ports import Permanent, Retryable
from tests.doors.site import Fronted


@asynccontextmanager
async def standing(
    path: Path, *, off: float = 0, probes: Mapping[str, Probe] | None = None, patience: float = 2, known_for: float = 0
) -> AsyncIterator[TestClient[Any, Any]]:
    """A server whose clock is `off` seconds ahead of its store's."""
    store = SqliteStore(path)
    health = Health(
        store=store,
        clock=lambda: datetime.now(UTC) + timedelta(seconds=off),
        probes=probes or {},
        patience=patience,
        known_for=known_for,
    )
    async with TestClient(Fronted(application(health))) as client:
        yield client
    await store.close()


async def ready(client: TestClient[Any, Any]) -> tuple[int, dict[str, object]]:
    async with client.get("/readyz") as response:
        assert response.content_type == "application/json"
        return response.status, await response.json()


async def test_a_server_that_can_store_is_ready(tmp_path: Path) -> None:
    """Store and clock are fine: 200, and both are named."""
    async with standing(tmp_path / "ghapp.db") as client:
        assert (await client.get("/healthz")).status == 200
        assert await ready(client) == (200, {"ready": True, "store": "ok", "clock": "ok"})


async def test_the_first_page_says_what_this_is_and_whether_it_is_set_up(tmp_path: Path) -> None:
    """For people who open the address. It has ten lines at most, and no more than `/readyz` says."""

    async def of_github() -> str | None:
        return "the App lacks the permission checks: write"

    async def page(client: TestClient[Any, Any]) -> list[str]:
        async with client.get("/") as response:
            assert (response.status, response.content_type) == (200, "text/plain")
            return (await response.text()).splitlines()

    async with standing(tmp_path / "ghapp.db") as client:
        lines = await page(client)
        assert "It is set up, and nothing is wrong." in lines
        assert "Slack is not connected" in lines[-2]
    async with standing(tmp_path / "missing" / "ghapp.db", probes={"github": of_github, "slack": of_github}) as client:
        lines = await page(client)
        assert lines[3:6] == [
            "To be fixed:",
            "- store: unreachable",
            "- github: the App lacks the permission checks: write",
        ]
        assert len(lines) <= 10


async def test_a_server_without_its_store_lives_but_is_not_ready(tmp_path: Path) -> None:
    """The server gets no deliveries that it could not store, and is not restarted for that."""
    async with standing(tmp_path / "missing" / "ghapp.db") as client:
        assert (await client.get("/healthz")).status == 200
        assert await ready(client) == (503, {"ready": False, "store": "unreachable", "clock": "unknown"})


async def test_a_store_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    """A store that is busy for longer than the patience counts as down."""
    async with standing(tmp_path / "ghapp.db", patience=0.1) as client:
        await ready(client)
        neighbour = sqlite3.connect(tmp_path / "ghapp.db", isolation_level=None)
        neighbour.execute("BEGIN IMMEDIATE")
        assert await ready(client) == (503, {"ready": False, "store": "slow", "clock": "unknown"})
        neighbour.execute("ROLLBACK")
        neighbour.close()


@pytest.mark.parametrize(("off", "status"), [(29, 200), (-29, 200), (31, 503), (-31, 503), (86_400, 503)])
async def test_a_server_whose_clock_is_off_is_not_ready(tmp_path: Path, off: float, status: int) -> None:
    """Up to 30 seconds are tolerated, in either direction."""
    async with standing(tmp_path / "ghapp.db", off=off) as client:
        answer, report = await ready(client)
        assert (answer, report["ready"], report["store"]) == (status, status == 200, "ok")
        assert (report["clock"] == "ok") == (status == 200)


async def test_github_and_slack_are_reported_and_decide_nothing(tmp_path: Path) -> None:
    """Without them deliveries can still be stored, so the server stays ready."""

    async def fine() -> None: ...

    async def down() -> None:
        raise Retryable("canary")

    async def revoked() -> None:
        raise Permanent("canary")

    async def mistaken() -> None:
        raise LookupError("canary")

    async def silent() -> None:
        await asyncio.Event().wait()

    probes = {"github": fine, "slack": down, "a": revoked, "b": mistaken, "c": silent}
    async with standing(tmp_path / "ghapp.db", probes=probes, patience=0.3) as client:
        status, report = await ready(client)
    assert status == 200
    assert report == {
        "ready": True,
        "store": "ok",
        "clock": "ok",
        "github": "ok",
        "slack": "unreachable",
        "a": "refused",
        "b": "failing",
        "c": "slow",
    }


async def test_many_health_checks_write_to_the_store_once(tmp_path: Path) -> None:
    """Anyone may send them. A change of the store's health shows a moment later."""
    async with standing(tmp_path / "ghapp.db", known_for=1) as client:
        await ready(client)
        counted = sqlite3.connect(tmp_path / "ghapp.db")
        (before,) = counted.execute("PRAGMA data_version").fetchone()
        answers = await asyncio.gather(*(ready(client) for _ in range(50)))
        assert {status for status, _ in answers} == {200}
        assert counted.execute("PRAGMA data_version").fetchone() == (before,)
        await asyncio.sleep(1)
        await asyncio.gather(*(ready(client) for _ in range(50)))
        (after,) = counted.execute("PRAGMA data_version").fetchone()
        counted.close()
        assert after != before
