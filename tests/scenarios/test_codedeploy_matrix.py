"""For each state and answer of CodeDeploy: a rollback ends as announced, or a notice reports that it did not."""

import asyncio
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

import pytest

from ghapp.demo.codedeploy import Deployment, Phase, Terms, faults
from ghapp.demo.codedeploy.faults import Fault, Hold, Kind
from ghapp.demo.github import Pull
from tests.scenarios.cloud import Cloud, cloud

Stands = Literal[
    "Created", "Queued", "InProgress", "Ready", "Baking", "Wait", "Succeeded", "Failed", "FailedLate", "Stopped"
]
Answers = Literal["ok", "pending", "completed", "limited", "throttled", "lost"]

# The number of calls to stop and to create a deployment, by the state of #42's deployment, which is to be rolled
# back to #41, and by CodeDeploy's answer to the first change. `said`: its announcement. With a `!` the rollback
# does not end as announced, and a notice reports that. FailedLate: after traffic had shifted.
TABLE = """
            said   ok    pending  completed  limited  throttled  lost
Created     back   1/0   1/0      1/1        1/0      2/0        2/0
Queued      back   1/0   1/0      1/1        1/0      2/0        2/0
InProgress  back   1/0   1/0      1/1        1/0      2/0        2/0
Ready       back   1/0   1/0      1/0        1/0      2/0        2/0
Baking      back   1/0   1/0      1/1        1/0      2/0        2/0
Wait        back   1/0   1/0      1/1        1/0      2/0        2/0
Succeeded   anew   0/1   0/1      0/1        0/1!     0/2        0/1
Failed      there  0/0   0/0      0/0        0/0      0/0        0/0
FailedLate  anew   0/1   0/1      0/1        0/1!     0/2        0/1
Stopped     there  0/0   0/0      0/0        0/0      0/0        0/0
"""
SAID = {
    "back": "CodeDeploy switches back to the previous version, which is still up: about 1 min. Database changes stay.",
    "anew": "The previous version is no longer up: CodeDeploy deploys it again, about 1 min. Database changes stay.",
    "there": "The target is already live in CodeDeploy: about 1 min to confirm that. Database changes stay.",
}
REACHED: dict[Stands, Phase] = {
    "Queued": Phase.QUEUED,
    "InProgress": Phase.INSTALLING,
    "Ready": Phase.READY,
    "Baking": Phase.SHIFTING,
    "Wait": Phase.WAITING,
    "Failed": Phase.INSTALLING,
    "FailedLate": Phase.WAITING,
    "Stopped": Phase.INSTALLING,
}
HURDLES: dict[str, str] = {"back": "StopDeployment", "anew": "CreateDeployment", "there": "CreateDeployment"}
ALWAYS = {  # each state and each answer, and each kind of cell; the others only in long runs
    "Created": ["lost"],
    "Queued": ["ok"],
    "InProgress": ["completed"],
    "Ready": ["completed", "limited"],
    "Baking": ["throttled"],
    "Wait": ["ok", "pending"],
    "Succeeded": ["ok", "limited", "lost"],
    "Failed": ["ok"],
    "FailedLate": ["limited", "throttled"],
    "Stopped": ["ok"],
}


def rows() -> list[Any]:
    """Each cell of the table: state, answer, announcement, and calls."""
    (_, *answers), *stands = (line.split() for line in TABLE.strip().splitlines())
    return [
        pytest.param(row[0], answer, row[1], cell, marks=[] if answer in ALWAYS[row[0]] else pytest.mark.soak)
        for row in stands
        for answer, cell in zip(answers, row[2:], strict=True)
    ]


def test_the_table_is_whole() -> None:
    assert {row.values[:2] for row in rows()} == set(product(get_args(Stands), get_args(Answers)))


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production is served by CodeDeploy."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


async def brought_to(shop: Cloud, stands: Stands) -> tuple[Pull, Deployment]:
    """Brings #42's deployment, which the workflow created, to this state."""
    pull = await shop.merged("mona")
    slow = "CodeDeployDefault.ECSCanary10Percent5Minutes" if stands == "Baking" else shop.group.terms.config
    ready = shop.group.terms.termination_wait if stands == "Ready" else None
    shop.group.terms, shop.group.bakes = Terms(slow, ready_wait=ready), stands == "Baking"
    run, made = await shop.hands_over(pull, who="mona")
    if stands in REACHED:
        shop.aws.reach(made, REACHED[stands])
    match stands:
        case "Baking":
            await shop.shop.later(seconds=6)
            shop.aws.advance()
            assert made.status == "Baking"
        case "Wait":
            await shop.shop.ends(run)
        case "Succeeded":
            shop.aws.settle(made)
            await shop.shop.ends(run)
        case "Failed" | "FailedLate":
            shop.aws.fail(made)
            await shop.shop.ends(run, "failure")
        case "Stopped":
            shop.aws.stop(made, rollback=False)
            await shop.shop.later(seconds=6)
            await shop.shop.ends(run, "failure")
        case _:
            pass  # deployment and run go on
    return pull, made


async def typed(shop: Cloud, pull: Pull, made: Deployment, hurdle: str, answers: Answers) -> None:
    """Comments `/rollback`, and CodeDeploy gives this answer to its first change."""
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
    while held.times:  # noqa: ASYNC110 - the demo has no event for it
        await asyncio.sleep(0)  # until the call to stop arrives
    shop.aws.settle(made)
    go_on.set()
    await saying


@pytest.mark.parametrize(("stands", "answers", "said", "told"), rows())
async def test_a_rollback_ends_as_it_was_announced(
    shop: Cloud, stands: Stands, answers: Answers, said: str, told: str
) -> None:
    """CodeDeploy answers a change with yes, soon, too late, not now, too often, or not at all."""
    first = await shop.released("taro")
    second, made = await brought_to(shop, stands)
    before = shop.serving
    await typed(shop, second, made, HURDLES[said], answers)
    await shop.passes(minutes=8 if stands == "Baking" else 3)
    announced = [call.request["body"] for call in shop.shop.calls("POST", "/comments") if "body" in call.request]
    assert any(SAID[said] in body and f"Back to: #{first.number}" in body for body in announced)
    assert f"{shop.called('StopDeployment')}/{shop.called('CreateDeployment')}" == told.rstrip("!")
    back = [one for one in shop.group.deployments if one.rolls_back == made.id]
    anew = [one for one in shop.group.deployments if "ghapp" in (one.description or "")]
    assert len(back) + len(anew) <= 1, "one way back"
    if told.endswith("!"):
        assert shop.shop.codes(second)[-1] == "rollback_failed"
        assert "DeploymentLimitExceededException" in shop.shop.replies(second)[-1]
        assert (shop.serving, anew) == (before, [])
    else:
        assert shop.shop.codes(second)[-1] == "rolled_back", shop.shop.replies(second)
        assert shop.serving == shop.revision(first)
