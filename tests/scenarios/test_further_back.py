"""Rollbacks past CodeDeploy's own way back and past foreign deployments: one command, announced beforehand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import Phase, Revision, Terms
from tests.scenarios.cloud import Cloud, cloud

ONWARD = "CodeDeploy first rolls back to the previous version, then deploys the target from there"
OVER = "CodeDeploy's current deployment is ended without rolling back, then the target is deployed again"


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production is served by CodeDeploy."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


# ---------------------------------------------------------------- past the previous deployment


@pytest.mark.parametrize("phase", [Phase.SHIFTING, Phase.WAITING])
async def test_a_rollback_past_the_previous_release_is_one_command(shop: Cloud, phase: Phase) -> None:
    """#43 shifts, or its original tasks are kept: a rollback to #41 returns to #42 first and then deploys #41
    without another command.
    """
    first = await shop.released("taro")
    second = await shop.released("mona")
    third = await shop.merged("hanako")
    run, made = await shop.hands_over(third, who="hanako")
    shop.aws.reach(made, phase)
    if phase is Phase.WAITING:
        await shop.shop.ends(run)
    await shop.shop.says("hanako", "/rollback to #41", on=third)
    assert ONWARD in shop.shop.replies(third)[-1]
    assert "Back to: #41" in shop.shop.replies(third)[-1]
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(second)
    await shop.passes(minutes=3)
    assert shop.serving == shop.revision(first)
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (1, 1)
    assert shop.shop.codes(third)[-1] == "rolled_back"


async def test_a_rollback_continues_from_codedeploys_own_rollback(shop: Cloud) -> None:
    """An alarm has started the one to #42: nothing is stopped, and #41 is deployed after it."""
    first = await shop.released("taro")
    await shop.released("mona")
    third = await shop.merged("hanako")
    shop.group.terms = Terms(rollback_on=frozenset({"DEPLOYMENT_STOP_ON_ALARM"}))
    _, made = await shop.hands_over(third, who="hanako")
    shop.aws.reach(made, Phase.SHIFTING)
    shop.aws.alarm(made, "too many errors")
    await shop.shop.says("hanako", "/rollback to #41", on=third)
    assert ONWARD in shop.shop.replies(third)[-1]
    await shop.passes(minutes=3)
    assert shop.serving == shop.revision(first)
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 1)
    assert shop.shop.codes(third)[-1] == "rolled_back"


async def test_a_rollback_never_passes_a_release_that_was_rolled_back(shop: Cloud) -> None:
    """#42 replaced #43, whose tasks are still kept: for a rollback to #41 the termination wait is ended instead of
    stopped.
    """
    first = await shop.released("taro")
    second = await shop.released("mona")
    third = await shop.released("hanako")
    await shop.shop.says("hanako", "/rollback", on=third)
    await shop.passes(minutes=2)
    assert shop.serving == shop.revision(second)
    seen: list[Revision | None] = []
    await shop.shop.says("hanako", "/rollback", on=second)
    assert OVER in shop.shop.replies(second)[-1]
    for _ in range(12):
        await shop.passes(seconds=10)
        seen.append(shop.serving)
    assert shop.revision(third) not in seen
    assert seen[-1] == shop.revision(first)
    assert (shop.called("ContinueDeployment"), shop.called("StopDeployment"), shop.called("CreateDeployment")) == (
        1,
        0,
        2,
    )
    assert shop.shop.codes(second)[-1] == "rolled_back"


# ---------------------------------------------------------------- foreign deployments that a person names


async def test_a_deployment_that_a_person_names_is_stopped_even_if_foreign(shop: Cloud) -> None:
    """It was created at the console: the command in the refusal is the consent, and its author is recorded."""
    first = await shop.released("taro")
    second = await shop.released("mona")
    foreign = shop.aws.create(shop.group, Revision.task("app:by-hand"))
    await shop.shop.says("mona", "/rollback", on=second)
    refusal = shop.shop.replies(second)[-1]
    line = refusal.split("for the rollback: `")[1].split("`")[0]
    await shop.shop.says("mona", line, on=second)
    assert (
        f"`{foreign.id}` is stopped for this. ghapp does not know who started it; mona named it."
        in (shop.shop.replies(second)[-1])
    )
    await shop.passes(minutes=3)
    assert foreign.status == "Stopped"
    assert shop.serving == shop.revision(first)
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (1, 1)
    assert shop.shop.codes(second)[-1] == "rolled_back"


async def test_of_two_deployments_that_may_be_ours_the_named_one_is_stopped(shop: Cloud) -> None:
    """#42's run made one that failed and another: which is ours is unknown, and stopping the second leads to #41."""
    first = await shop.released("taro")
    second = await shop.merged("mona")
    _, made = await shop.hands_over(second, who="mona")
    shop.aws.fail(made)
    again = shop.aws.reach(shop.aws.create(shop.group, shop.revision(second)), Phase.SHIFTING)
    await shop.shop.says("mona", "/rollback", on=second)
    assert shop.shop.codes(second)[-1] == "platform_foreign"
    await shop.shop.says("mona", f"/rollback production stop {again.id}", on=second)
    assert "CodeDeploy switches back to the previous version" in shop.shop.replies(second)[-1]
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(first)
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (1, 0)


async def test_a_deployment_to_stop_can_be_named_in_slack(shop: Cloud) -> None:
    """By the command that the refusal shows."""
    await shop.configured("people: {mona: U024BE7LH}\n")
    first = await shop.released("taro")
    await shop.released("mona")
    foreign = shop.aws.create(shop.group, Revision.task("app:by-hand"))
    await shop.shop.types("mona", "/rollback production")
    line = f"/rollback production to #41 stop {foreign.id}"
    assert f"`{line}`" in shop.shop.whispers("mona")[-1]
    await shop.shop.types("mona", line)
    await shop.passes(minutes=3)
    assert shop.serving == shop.revision(first)


@pytest.mark.parametrize("active", [True, False])
async def test_a_deployment_to_stop_that_is_not_under_way_is_refused(shop: Cloud, active: bool) -> None:
    """It has ended, or never existed: nothing is done, and the answer shows the command without it."""
    first = await shop.released("taro")
    second = await shop.released("mona")
    if active:
        shop.aws.create(shop.group, shop.revision(first))
    await shop.shop.says("mona", "/rollback production stop d-OTHER1234", on=second)
    assert shop.shop.codes(second)[-1] == "platform_not_at"
    assert "To roll back all the same: `/rollback production to #41`" in shop.shop.replies(second)[-1]
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 0)
