"""A server dies or sleeps at each step of a rollback by CodeDeploy: one way back, with a known end."""

from typing import Any

import pytest

from ghapp.demo.codedeploy import CodeDeploy
from tests.adapters.ground import Ground
from tests.engine.crash_server import End, Fate, Moment
from tests.engine.pair import shop
from tests.engine.way_back import How, WayBack

SWITCH = ("accepted", "halted", "succeeded", "look")
ANEW = ("accepted", "starting", "queued", "running", "succeeded", "look")
ONWARD = ("accepted", "halted", "starting", "queued", "running", "succeeded", "look")


def falls(records: tuple[str, ...], end: End) -> list[Any]:
    """Before and after each of the recorded steps."""
    moments = [Moment(when, f"record {what}") for what in records for when in ("before", "after")]
    return [pytest.param(Fate(end, moment), id=f"{end} {moment}") for moment in moments]


@pytest.fixture
async def told(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs one rollback with a server that falls, and checks its end."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL_CODEDEPLOY", "")

    async def story(fate: Fate, how: How) -> None:
        async with shop(ground) as opened:
            aws = CodeDeploy(now=opened.clock)
            way = WayBack(opened, aws, fate, how)
            try:
                await way.prepared()
                await way.told()
                assert way.fell, f"{fate.at} never came"
                await way.ended_well()
            finally:
                await aws.close()
            aws.check()

    return story


def every_other(fates: list[Any]) -> list[Any]:
    """Half of them in every run, all of them in the soak."""
    return [
        pytest.param(*fate.values, id=fate.id, marks=pytest.mark.soak) if place % 2 else fate
        for place, fate in enumerate(fates)
    ]


def at_length(fates: list[Any]) -> list[Any]:
    """All of them in the soak only."""
    return [pytest.param(*fate.values, id=fate.id, marks=pytest.mark.soak) for fate in fates]


ON_BOTH_AT_LENGTH = pytest.mark.parametrize(
    "ground", ["sqlite", pytest.param("dynamodb", marks=pytest.mark.soak)], indirect=True
)


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize("fate", every_other([*falls(SWITCH, "killed"), *falls(("halted",), "stopped")]))
async def test_a_switch_back_goes_on_when_its_server_falls(told: Any, fate: Fate) -> None:
    """CodeDeploy gets one or two stop requests, and goes back once."""
    await told(fate, "switch")


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize("fate", every_other([*falls(ANEW, "killed"), *falls(("starting",), "stopped")]))
async def test_a_repeated_deployment_is_made_once_when_its_server_falls(told: Any, fate: Fate) -> None:
    """Only the writer of the intent makes it; any later worker looks for it, and finds it or reports its outcome as
    unknown."""
    await told(fate, "anew")


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize("fate", at_length([*falls(ONWARD, "killed"), *falls(("halted", "starting"), "stopped")]))
async def test_a_rollback_past_the_previous_revision_goes_on_when_its_server_falls(told: Any, fate: Fate) -> None:
    """First CodeDeploy goes back by itself, then one deployment is made from there."""
    await told(fate, "onward")
