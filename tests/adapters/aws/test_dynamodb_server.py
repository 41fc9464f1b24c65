"""The server on DynamoDB: its start, and a release from the merge to its end while answers are lost."""

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.adapters.github.permissions import levels
from ghapp.demo.clock import Clock
from ghapp.demo.stage import Stage
from ghapp.engine.leases import LEASE
from tests.adapters.aws.dynamodb_proxy import Fault, Proxy, Rule, dropped_after, dropped_before
from tests.adapters.aws.dynamodb_server import environ_for
from tests.scenarios.scene import Scene
from tests.test_project import started


def test_a_start_that_fails_names_the_reason_in_one_line(local_dynamodb: str, tmp_path: Path) -> None:
    """The line also names the command that makes the missing table."""
    elsewhere = {"GHAPP_STORE": "dynamodb://ghapp-absent", **environ_for(local_dynamodb)}
    for environ, told in (
        (elsewhere, "there is no table ghapp-absent here: make it with `ghapp table create`"),
        ({**elsewhere, "AWS_REGION": ""}, "AWS_REGION is not set"),
        ({**elsewhere, "AWS_ENDPOINT_URL_DYNAMODB": "nowhere"}, "nowhere"),
    ):
        ended = started(tmp_path, **environ)
        assert (ended.returncode, ended.stdout) == (2, "")
        (line,) = ended.stderr.splitlines()
        assert line.startswith("ghapp: GHAPP_STORE (dynamodb://ghapp-absent): ")
        assert told in line


class OnDynamo(Scene):
    """The scene on a DynamoDB table."""

    table = ""

    async def environ(self) -> dict[str, str]:
        return {**await super().environ(), "GHAPP_STORE": f"dynamodb://{self.table}"}


@pytest.mark.parametrize("seconds", [-29, 29])
async def test_a_server_whose_clock_is_half_a_minute_off_takes_nothing_out_of_hand(
    table: str, proxy: Proxy, tmp_path: Path, seconds: int
) -> None:
    """A lease is shorter than clocks may differ, so servers use the table's clock."""
    scene = OnDynamo(Stage(clock=Clock(), language="en", permissions=levels()), tmp_path, slack=False)
    scene.table, proxy.clock = table, scene.stage.clock
    await scene.open_world()
    try:
        await scene.start(lambda: scene.stage.clock() + timedelta(seconds=seconds))
        pull = await scene.opens("taro")
        await scene.idle()
        await scene.shop.comment(pull, by="taro", body="/status")
        other = DynamoStore(table)
        (held,) = await other.claim(now=scene.stage.clock(), lease=LEASE, limit=9)
        await scene.idle()
        assert scene.codes(pull) == []
        await scene.later(seconds=LEASE.total_seconds() / 2)
        assert scene.codes(pull) == []
        await scene.later(seconds=LEASE.total_seconds() / 2 + 2)
        assert scene.codes(pull) == ["status"]
        assert not await other.renew(held, now=scene.stage.clock(), lease=LEASE)
        await other.close()
    finally:
        await scene.stop()
        await scene.stage.close()


@pytest.mark.parametrize("fault", [None, dropped_after, dropped_before], ids=["calm", "answers lost", "calls lost"])
async def test_a_release(table: str, proxy: Proxy, tmp_path: Path, fault: Fault | None) -> None:
    """A release is carried out once, though every fifth write or its answer is lost."""
    scene = OnDynamo(Stage(clock=Clock(), language="en", permissions=levels()), tmp_path, slack=True)
    scene.table, proxy.clock = table, scene.stage.clock
    if fault:
        turns = count()
        writes = {"TransactItems", "UpdateExpression", "Item"}
        proxy.rules.append(Rule(fault, where=lambda body: not writes.isdisjoint(body) and next(turns) % 5 == 0))
    await scene.open_world()
    try:
        await scene.start()
        pull = await scene.released("taro")
        assert scene.shop.serving == {"production": pull.merge_commit_sha}
        assert len(scene.shop.runs) == 1
        history = await scene.history()
        assert [history.count(what) for what in ("awaiting", "accepted", "succeeded")] == [1, 1, 1]
    finally:
        await scene.stop()
        await scene.stage.close()
