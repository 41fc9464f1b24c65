"""The demo's shop on CodeDeploy: its workflow moves traffic, and the page shows the traffic and the way back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.demo.clock import Clock
from ghapp.demo.cloud import AT_ONCE
from ghapp.demo.codedeploy import Phase
from ghapp.demo.github import Run
from ghapp.demo.snapshot import lane
from ghapp.demo.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """#41 is merged; nothing was released yet."""
    made = Stage(clock=Clock(), language="en", permissions={"metadata": "read"}, pace=AT_ONCE)
    await made.open_pulls()
    await made.shop.merge(made.shop.pulls[41], by="taro")
    yield made
    await made.close()


async def dispatched(stage: Stage) -> Run:
    """Starts the deploy workflow for #41."""
    inputs = {"sha": stage.shop.pulls[41].merge_commit_sha, "environment": "production", "ghapp": "1:x"}
    return await stage.shop.dispatch("deploy.yml", by="taro", inputs=inputs)


def shown(stage: Stage) -> dict[str, Any]:
    """The world's part of production's lane on the page."""
    return lane(stage, "production")


async def test_the_page_shows_traffic_and_how_long_the_way_back_is_quick(stage: Stage) -> None:
    """A deployment of #41 and its rollback to the revision from before ghapp."""
    assert stage.cloud
    before = {"number": None, "title": "", "percent": 100, "tasks": 2}
    assert shown(stage)["traffic"] == [before]
    aws, made = stage.cloud.aws, stage.cloud.bring(await dispatched(stage))
    aws.reach(made, Phase.WAITING)
    now = shown(stage)
    assert now["traffic"] == [
        {"number": 41, "title": "Reword notifications", "percent": 100, "tasks": 2},
        {**before, "percent": 0},
    ]
    aws.stop(made, rollback=True)
    aws.settle(made)
    now = shown(stage)
    assert now["traffic"] == [before]


@pytest.mark.parametrize("fails", [False, True])
async def test_the_workflow_ends_when_traffic_has_moved(stage: Stage, fails: bool) -> None:
    """The run ends by itself; as a failure where CodeDeploy is busy with another deployment."""
    assert stage.cloud
    stage.run_by_itself()
    if fails:
        stage.cloud.aws.reach(stage.cloud.bring(await dispatched(stage)), Phase.WAITING)
    going_on = asyncio.create_task(stage.cloud.goes_on())
    run = await dispatched(stage)
    await stage.github.changed.until(lambda: run.status == "completed")
    going_on.cancel()
    assert run.conclusion == ("failure" if fails else "success")
    assert shown(stage)["traffic"][0]["number"] == 41
