"""Wherever CodeDeploy stands and whatever it answers: what is announced is what is reached, or it is said that not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, get_args

import pytest

from ghapp.demo.codedeploy import Deployment, Phase, Terms, faults
from ghapp.demo.codedeploy.faults import Fault, Hold, Kind
from ghapp.demo.github import Pull
from tests.scenarios.cloud import Cloud, cloud

Stands = Literal["Created", "Queued", "InProgress", "Ready", "Baking", "Wait", "Succeeded", "Failed", "Stopped"]
Answers = Literal["ok", "pending", "completed", "limited", "throttled", "lost"]
ALWAYS = ("ok", "completed", "lost")  # the others at length

# what is announced for each state, and by what it is told to go back
HOW: dict[Stands, str] = {
    **dict.fromkeys(("Created", "Queued", "InProgress", "Ready", "Baking", "Wait"), "switches back"),
    "Succeeded": "deploys it once more",
    "Failed": "serves that already",
    "Stopped": "serves that already",
}
HURDLES: dict[str, str] = {"switches back": "StopDeployment", "deploys it once more": "CreateDeployment"}


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production CodeDeploy serves."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


async def brought_to(shop: Cloud, stands: Stands) -> tuple[Pull, Deployment]:
    """#42's deployment, which the workflow made, stands so."""
    pull = await shop.merged("mona")
    slow = "CodeDeployDefault.ECSCanary10Percent5Minutes" if stands == "Baking" else shop.group.terms.config
    ready = shop.group.terms.termination_wait if stands == "Ready" else None
    shop.group.terms, shop.group.bakes = Terms(slow, ready_wait=ready), stands == "Baking"
    run, made = await shop.hands_over(pull, who="mona")
    match stands:
        case "Created":
            pass
        case "Queued":
            shop.aws.reach(made, Phase.QUEUED)
        case "InProgress":
            shop.aws.reach(made, Phase.INSTALLING)
        case "Ready":
            shop.aws.reach(made, Phase.READY)
        case "Baking":
            shop.aws.reach(made, Phase.SHIFTING)
            await shop.shop.later(seconds=6)
            shop.aws.advance()
            assert made.status == "Baking"
        case "Wait":
            shop.aws.reach(made, Phase.WAITING)
            await shop.shop.ends(run)
        case "Succeeded":
            shop.aws.settle(made)
            await shop.shop.ends(run)
        case "Failed":
            shop.aws.reach(made, Phase.INSTALLING)
            shop.aws.fail(made)
            await shop.shop.ends(run, "failure")
        case "Stopped":
            shop.aws.reach(made, Phase.INSTALLING)
            shop.aws.stop(made, rollback=False)
            await shop.shop.later(seconds=6)
            await shop.shop.ends(run, "failure")
    return pull, made


async def typed(shop: Cloud, pull: Pull, made: Deployment, stands: Stands, answers: Answers) -> None:
    """`/rollback`, and CodeDeploy answers so to what it is told."""
    hurdle = HURDLES.get(HOW[stands], "CreateDeployment")
    if answers == "ok":
        shop.aws.pace.stopping *= 0
    hurdles: dict[str, Kind] = {"throttled": faults.throttled, "lost": faults.drop_after}
    if answers in hurdles:
        shop.aws.faults.append(Fault(hurdle, hurdles[answers]))
    if answers == "limited":
        shop.aws.faults.append(Fault("CreateDeployment", faults.limited))
    if answers != "completed" or hurdle != "StopDeployment":
        await shop.shop.says("mona", "/rollback", on=pull)
        return
    go_on = asyncio.Event()
    held = Fault("StopDeployment", Hold(go_on, before=True))
    shop.aws.faults.append(held)
    saying = asyncio.create_task(shop.shop.says("mona", "/rollback", on=pull))
    while held.times:  # noqa: ASYNC110 - the world has no event for it
        await asyncio.sleep(0)  # until it is told to stop
    shop.aws.settle(made)
    go_on.set()
    await saying


@pytest.mark.parametrize(
    "answers",
    [one if one in ALWAYS else pytest.param(one, marks=pytest.mark.soak) for one in get_args(Answers)],
)
@pytest.mark.parametrize("stands", get_args(Stands))
async def test_what_is_announced_is_what_is_reached(shop: Cloud, stands: Stands, answers: Answers) -> None:
    """To whatever it is told, CodeDeploy says yes, soon, too late, not now, too often, or nothing at all."""
    first = await shop.released("taro")
    second, made = await brought_to(shop, stands)
    before = shop.serving
    await typed(shop, second, made, stands, answers)
    announced = shop.shop.replies(second)
    assert any(f"Back to: #{first.number}" in reply for reply in announced), announced
    assert any(HOW[stands] in reply or f"is back on #{first.number}" in reply for reply in announced), announced
    await shop.passes(minutes=8 if stands == "Baking" else 3)
    back = [one for one in shop.group.deployments if one.rolls_back == made.id]
    anew = [one for one in shop.group.deployments if "ghapp" in (one.description or "")]
    assert len(back) <= 1
    assert len(anew) <= 1
    if stands == "Succeeded" and answers == "limited":
        assert shop.shop.codes(second)[-1] == "rollback_failed"
        assert "DeploymentLimitExceededException" in shop.shop.replies(second)[-1]
        assert (shop.serving, anew) == (before, [])
        return
    assert shop.serving == shop.revision(first)
    assert shop.shop.codes(second)[-1] == "rolled_back", shop.shop.replies(second)
    if HOW[stands] == "serves that already":
        assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 0)
