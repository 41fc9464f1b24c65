"""Production on an Auto Scaling group: deployments that CodeDeploy starts itself are recognized."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import Phase
from ghapp.demo.github import Pull
from tests.scenarios.cloud import Cloud, cloud

AUTO = ("autoscaling", "CodeDeployAutoUpdate", "autoscalingTermination")


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop; CodeDeploy deploys its production to the instances of an Auto Scaling group."""
    async with cloud(tmp_path, monkeypatch, instances=True) as told:
        yield told


async def out(shop: Cloud, who: str, title: str = "Reword notifications") -> Pull:
    """From opened to live, with the cool-down over."""
    pull = await shop.merged(who, title)
    run, made = await shop.hands_over(pull, who=who)
    shop.aws.settle(made)
    await shop.shop.ends(run)
    await shop.shop.later(minutes=31)
    return pull


@pytest.mark.parametrize("creator", AUTO)
async def test_a_rollback_waits_for_a_scaling_deployment_and_offers_no_stop(shop: Cloud, creator: str) -> None:
    """The answer names that deployment before anything is done; the rollback starts when it has ended."""
    first, second = await out(shop, "taro"), await out(shop, "mona")
    one = shop.aws.scale_out(shop.group, creator=creator)
    await shop.shop.says("mona", "/rollback", on=second)
    said = shop.shop.replies(second)[-1]
    assert "Back to: #41" in said
    assert f"`{one.id}`" in said
    assert "instances that come or go" in said
    assert "stop d-" not in "\n".join(shop.shop.replies(second))
    assert (shop.called("StopDeployment"), shop.called("CreateDeployment")) == (0, 0)
    await shop.passes(minutes=3)
    assert shop.serving == shop.revision(first)
    assert one.status == "Succeeded"
    assert shop.called("StopDeployment") == 0


async def test_a_rollback_of_a_deployment_under_way_does_not_wait_for_scaling(shop: Cloud) -> None:
    """Our deployment is distinguished from those, and is the one that is stopped."""
    first = await out(shop, "taro")
    second = await shop.merged("mona")
    run, made = await shop.hands_over(second, who="mona")
    shop.aws.reach(made, Phase.INSTALLING)
    for _ in range(3):
        shop.aws.scale_out(shop.group)
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=3)
    assert made.status == "Stopped"
    assert shop.serving == shop.revision(first)
    assert shop.called("StopDeployment") == 1
    assert run.conclusion == "cancelled"


async def test_a_line_that_would_stop_a_scaling_deployment_is_refused(shop: Cloud) -> None:
    """Even by its id: it deploys the live revision."""
    await out(shop, "taro")
    second = await out(shop, "mona")
    one = shop.aws.scale_out(shop.group)
    await shop.shop.says("mona", f"/rollback stop {one.id}", on=second)
    assert shop.shop.codes(second)[-1] == "platform_scaling"
    assert shop.called("StopDeployment") == 0


async def test_a_release_waits_for_a_scaling_deployment_and_names_it(shop: Cloud) -> None:
    """Instances were launched as the run ended: refusal, gate and status name CodeDeploy's deployment."""
    other = await shop.shop.opens("hanako")
    await out(shop, "taro")
    second = await shop.merged("mona")
    run, made = await shop.hands_over(second, who="mona")
    root = shop.aws.settle(made)
    shop.aws.scale_out(shop.group, creator="CodeDeployAutoUpdate", root=root)
    await shop.shop.ends(run)
    gate = shop.shop.gate(other)
    assert gate
    assert "new instances" in gate[1]
    third = await shop.merged("taro", "Speed up search")
    await shop.shop.says("taro", "/deploy production", on=third)
    assert "instances that come or go" in shop.shop.replies(third)[-1]
    await shop.shop.says("taro", "/status", on=third)
    assert "instances that come or go" in shop.shop.replies(third)[-1]
    await shop.passes(minutes=31)
    await shop.shop.says("taro", "/deploy production", on=third)
    assert len(shop.shop.runs()) == 3


async def test_unlock_ends_the_wait_for_a_scaling_deployment(shop: Cloud) -> None:
    """`/unlock` ends the wait and stops nothing."""
    await out(shop, "taro")
    second = await shop.merged("mona")
    run, made = await shop.hands_over(second, who="mona")
    one = shop.aws.scale_out(shop.group, root=shop.aws.settle(made))
    await shop.shop.ends(run)
    await shop.shop.says("mona", "/unlock production", on=second)
    assert shop.shop.codes(second)[-1] == "unlocked"
    assert not one.ended
    third = await shop.merged("taro", "Speed up search")
    await shop.shop.says("taro", "/deploy production", on=third)
    assert len(shop.shop.runs()) == 3


async def refused_rollback(shop: Cloud) -> Pull:
    """Rolls back beside scaling deployments that never end, until CodeDeploy refuses it; the undone pull request."""
    await out(shop, "taro")
    second = await out(shop, "mona")
    shop.aws.scale_out(shop.group)
    await shop.shop.says("mona", "/rollback", on=second)
    for _ in range(12):
        shop.aws.scale_out(shop.group)
        await shop.passes(minutes=1)
    return second


async def test_endless_scaling_deployments_do_not_stop_a_rollback(shop: Cloud) -> None:
    """A release that kills its instances has them launched again and again. The rollback does not wait for ever: after
    a while it is tried, and ends with CodeDeploy's refusal."""
    second = await refused_rollback(shop)
    assert shop.called("CreateDeployment") == 1
    assert shop.shop.codes(second) == ["rollback_failed"]
    assert "already has an active Deployment" in shop.shop.replies(second)[-1]
    assert "failed before anything was done (production-3): #42 is still live" in shop.shop.replies(second)[-1]
    title, channel = shop.shop.stands(second)[1] or "", "\n".join(shop.shop.channel())
    comments = "\n".join(shop.shop.replies(second))
    assert "not certain" not in title + channel + comments
    assert all("before anything was done" in place for place in (title, channel, comments))


async def test_a_release_whose_rollback_was_never_begun_is_said_to_be_live(shop: Cloud) -> None:
    """It stays barred, since a person has judged it, and serves. Nothing says that this is uncertain, not even when a
    later attempt is the newest one."""
    second = await refused_rollback(shop)
    for one in shop.group.deployments:
        shop.aws.settle(one)
    await shop.passes(minutes=2)
    third = await shop.merged("taro", "Speed up search")
    await shop.shop.says("mona", "/deploy production", on=third)
    assert shop.shop.codes(third)[-1] == "barred"
    await shop.shop.says("mona", f"/unlock production mended in #{third.number}", on=third)
    line = f"/deploy production #{third.number} with #{second.number}"
    await shop.shop.says("mona", line, on=third)
    await shop.shop.ends(await shop.shop.begins(), conclusion="failure")
    await shop.passes(minutes=1)
    said = "\n".join([*shop.shop.channel(), *shop.shop.replies(second), f"{shop.shop.stands(second)}"])
    assert "not certain" not in said
    assert ":white_check_mark: #42 is live on production." in said
    assert shop.shop.stands(second)[1] == "Live on production"


async def test_many_scaling_deployments_do_not_hide_the_way_back(shop: Cloud) -> None:
    """A day of scaling lies between two releases: the revision that served before is found all the same."""
    first, second = await out(shop, "taro"), await out(shop, "mona")
    for _ in range(40):
        shop.aws.settle(shop.aws.scale_out(shop.group))
    failed = shop.aws.scale_out(shop.group)
    failed.fails_in = Phase.INSTALLING
    shop.aws.settle(failed)
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=3)
    assert shop.serving == shop.revision(first)


@pytest.mark.parametrize("creator", ["CloudFormation", "CloudFormationRollback"])
async def test_a_deployment_by_a_stack_is_not_offered_to_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, creator: str
) -> None:
    """CodeDeploy would refuse to stop it: only the stack can."""
    async with cloud(tmp_path, monkeypatch) as shop:
        await shop.released("taro")
        second = await shop.released("mona")
        third = await shop.merged("taro", "Of the stack")
        one = shop.aws.create(shop.group, shop.revision(third), creator=creator)
        await shop.shop.says("mona", "/rollback", on=second)
        assert shop.shop.codes(second)[-1] == "platform_stack"
        assert one.id in shop.shop.replies(second)[-1]
        assert "stop d-" not in shop.shop.replies(second)[-1]
        assert shop.called("StopDeployment") == 0
