"""A rollback by CodeDeploy: announced before it starts, carried out by shifting traffic, without touching others'
deployments.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import Phase, faults
from ghapp.demo.codedeploy.faults import Fault
from tests.scenarios.cloud import CONFIG, Cloud, cloud


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production is served by CodeDeploy."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


async def test_production_stays_locked_until_codedeploy_is_idle(shop: Cloud) -> None:
    """After the run, CodeDeploy keeps the original tasks for half an hour, which each place shows."""
    other = await shop.shop.opens("hanako")
    pull = await shop.merged("taro")
    await shop.out(pull)
    told = shop.shop
    assert told.gate(other) == (
        "pending",
        "production: #42 is deployed (taro), previous version kept; free from 14:12 JST at the earliest",
    )
    assert "The previous version is kept until 14:12 JST" in told.replies(pull)[0]
    assert "a rollback takes about a minute" in told.channel()[-1]
    await told.says("mona", "/status", on=pull)
    assert "and CodeDeploy keeps the previous version; free from 14:12 JST" in told.replies(pull)[-1]
    await told.later(minutes=29)
    gate = told.gate(other)
    assert gate
    assert gate[0] == "pending"
    await told.later(minutes=2)
    assert told.gate(other) == ("success", "Free to merge")


async def test_a_rollback_is_announced_before_it_starts(shop: Cloud) -> None:
    """The comment with both ends is posted before any call to CodeDeploy."""
    await shop.released("taro")
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    said: list[bool] = []
    shop.shop.github.observers.append(
        lambda seen: said.append(shop.called("StopDeployment") == 0) if "Back to: #41" in f"{seen}" else None
    )
    await shop.shop.says("mona", "/rollback", on=second)
    assert said[0]


async def test_a_link_to_codedeploy_says_so(shop: Cloud) -> None:
    """A run of the workflow is another page: on the pull request, in its check, in Slack and in its thread."""
    told = shop.shop
    await shop.released("taro")
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    await told.says("mona", "/rollback", on=second)
    await shop.passes(minutes=2)
    check = told.check(second)
    assert check
    places = [*told.replies(second), told.message("#42").text, *told.thread("#42"), check.summary or ""]
    to_console = [
        re.findall(r"\[([^\]]*)\]\(https://[^)]*console|<https://[^|]*console[^|]*\|([^>]*)>", one) for one in places
    ]
    labels = {label for found in to_console for one in found for label in one if label}
    assert labels == {"View in CodeDeploy"}
    assert sum(map(len, to_console)) > 3


async def test_a_deployment_that_goes_on_after_its_run_failed_is_reported(shop: Cloud) -> None:
    """The end of the run is not the end of the deployment."""
    await shop.released("taro")
    second = await shop.merged("mona")
    run, made = await shop.hands_over(second, who="mona")
    await shop.shop.ends(run, "failure")
    shop.aws.reach(made, Phase.WAITING)
    await shop.shop.later(seconds=61)
    assert "platform_went_on" in shop.shop.codes(second)


async def test_a_deployment_that_fails_after_its_run_succeeded_is_reported(shop: Cloud) -> None:
    """For a workflow that does not wait for it; then the earlier revision counts as live again."""
    await shop.released("taro")
    second = await shop.merged("mona")
    run, made = await shop.hands_over(second, who="mona")
    await shop.shop.ends(run)
    shop.aws.fail(made)
    await shop.shop.later(seconds=61)
    assert "platform_failed" in shop.shop.codes(second)
    await shop.shop.says("mona", "/status", on=second)
    assert "**production**: #41 Reword notifications" in shop.shop.replies(second)[-1]


async def test_unlock_ends_the_termination_wait(shop: Cloud) -> None:
    """The answer names the loss of the quick rollback before CodeDeploy is called, and production is free when
    CodeDeploy is idle.
    """
    other = await shop.shop.opens("hanako")
    pull = await shop.merged("taro")
    await shop.out(pull)
    assert "If all is well, `/unlock production` drops it and unlocks production." in shop.shop.replies(pull)[0]
    await shop.shop.says("taro", "/unlock", on=pull)
    assert shop.shop.codes(pull)[-1] == "unlocked_wait"
    assert "From then on `/rollback` takes as long as a normal deploy" in shop.shop.replies(pull)[-1]
    assert shop.called("ContinueDeployment") == 0, "it is said first"
    await shop.passes(seconds=20)
    assert shop.called("ContinueDeployment") == 1
    assert shop.shop.gate(other) == ("success", "Free to merge")


async def test_another_persons_termination_wait_takes_a_reason(shop: Cloud) -> None:
    """The wait is that person's way back."""
    pull = await shop.merged("taro")
    await shop.out(pull)
    await shop.shop.says("mona", "/unlock production", on=pull)
    assert shop.shop.codes(pull)[-1] == "reason_needed"
    await shop.shop.says("mona", "/unlock production taro said so", on=pull)
    assert shop.shop.codes(pull)[-1] == "unlocked_wait"


async def test_a_cancel_before_traffic_shifts_stops_run_and_codedeploy(shop: Cloud) -> None:
    """After that only `/rollback` helps."""
    first = await shop.released("taro")
    second = await shop.merged("mona")
    run, made = await shop.hands_over(second, who="mona")
    shop.aws.reach(made, Phase.INSTALLING)
    await shop.shop.says("mona", "/cancel", on=second)
    await shop.passes(minutes=2)
    assert run.cancel_asked
    assert made.ended
    assert shop.serving == shop.revision(first)
    assert shop.shop.gate(await shop.shop.opens("hanako")) == ("success", "Free to merge")


async def test_a_cancel_after_traffic_shifted_is_refused(shop: Cloud) -> None:
    """The run goes on, and CodeDeploy is not called."""
    await shop.released("taro")
    second = await shop.merged("mona")
    run, made = await shop.hands_over(second, who="mona")
    shop.aws.reach(made, Phase.WAITING)
    await shop.shop.says("mona", "/cancel", on=second)
    assert shop.shop.replies(second)[-1] == (
        "CodeDeploy has already begun to switch production to #42, so it is too late to cancel. To undo it: `/rollback "
        "production`"
    )
    assert not run.cancel_asked
    assert shop.called("StopDeployment") == 0


@pytest.mark.parametrize("why", ["denied", "broken"])
async def test_a_codedeploy_that_cannot_be_read_is_not_idle(shop: Cloud, why: str) -> None:
    """Production stays locked; after five minutes a notice is posted, and an unlocker may end the lock with a
    reason.
    """
    other = await shop.shop.opens("hanako")
    pull = await shop.merged("taro")
    run, made = await shop.hands_over(pull)
    shop.aws.settle(made)
    fault = faults.denied if why == "denied" else faults.broken
    shop.aws.faults.append(Fault("ListDeployments", fault, times=10_000))
    await shop.shop.ends(run)
    await shop.shop.later(minutes=4)
    assert "platform_unasked" not in shop.shop.codes(pull)
    await shop.shop.says("taro", "/unlock production", on=pull)
    assert "while CodeDeploy is deploying #42 (by taro). It ends automatically" in shop.shop.replies(pull)[-1]
    for _ in range(3):
        await shop.shop.later(seconds=61)
    assert shop.shop.codes(pull)[-1] == "platform_unasked"
    assert shop.shop.codes(pull).count("platform_unasked") == 1
    assert (shop.shop.gate(other) or ("", ""))[0] == "pending"
    await shop.shop.says("taro", "/unlock production", on=pull)
    assert shop.shop.codes(pull)[-1] == "reason_needed"
    await shop.shop.says("taro", "/unlock production looked: it rests", on=pull)
    assert shop.shop.codes(pull)[-1] == "unlocked_unasked"
    await shop.shop.later(minutes=31)
    assert shop.shop.gate(other) == ("success", "Free to merge")


async def test_a_rollback_without_permission_to_read_codedeploy_is_refused(shop: Cloud) -> None:
    await shop.released("taro")
    second = await shop.released("mona")
    shop.aws.faults.append(Fault("ListDeployments", faults.denied, times=10))
    await shop.shop.says("mona", "/rollback", on=second)
    assert shop.shop.codes(second)[-1] == "platform_denied"
    assert len(shop.shop.runs()) == 2


async def test_a_release_from_before_codedeploy_was_configured_is_found_by_its_order(shop: Cloud) -> None:
    """No reference was stored for #41, so the last successful deployment before #42's counts as its own."""
    await shop.shop.shop.commit(
        ".github/ghapp.yml",
        "environments: {production: {workflow: deploy.yml}}\n",
        by="mona",
        message="Without CodeDeploy",
    )
    await shop.shop.idle()
    first = await shop.merged("taro")
    run, made = await shop.hands_over(first)
    shop.aws.settle(made)
    await shop.shop.ends(run)
    await shop.shop.later(minutes=31)
    await shop.shop.shop.commit(
        ".github/ghapp.yml", CONFIG.replace("LANGUAGE", "en"), by="mona", message="With CodeDeploy"
    )
    await shop.shop.idle()
    second = await shop.merged("mona")
    await shop.out(second, who="mona")
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=1)
    assert shop.serving == shop.revision(first)
    assert shop.called("StopDeployment") == 1


async def test_a_rollback_without_permission_to_stop_is_reported_and_can_be_given_up(shop: Cloud) -> None:
    """ghapp may read but not stop: after five minutes a notice gives the cause, and an unlocker ends it with a
    reason.
    """
    await shop.released("taro")
    second = await shop.merged("mona")
    made = await shop.out(second, who="mona")
    shop.aws.faults.append(Fault("StopDeployment", faults.denied, times=10_000))
    await shop.shop.says("mona", "/rollback", on=second)
    await shop.passes(minutes=4)
    assert "platform_unasked" not in shop.shop.codes(second)
    await shop.passes(minutes=2)
    assert shop.shop.codes(second).count("platform_unasked") == 1
    assert "AccessDenied" in shop.shop.replies(second)[-1]
    assert not made.ended
    await shop.shop.says("mona", "/unlock production stopped it myself", on=second)
    assert shop.shop.codes(second)[-1] == "unlocked_unasked"


async def test_a_rollback_is_announced_in_japanese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both ends, the means, and the duration."""
    async with cloud(tmp_path, monkeypatch, language="ja") as shop:
        first = await shop.released("taro", "通知文言の変更")
        second = await shop.merged("mona", "予約枠の重複チェックを修正")
        await shop.out(second, who="mona")
        await shop.shop.says("mona", "/rollback", on=second)
        assert first.merge_commit_sha
        assert second.merge_commit_sha
        assert shop.shop.replies(second)[-1].splitlines() == [
            "⏪ production を #41 に切り戻します (実行者: @mona)",
            f"取り消し: #42「予約枠の重複チェックを修正」`{second.merge_commit_sha[:7]}`",
            f"戻し先: #41「通知文言の変更」`{first.merge_commit_sha[:7]}` (本日 14:13 まで稼働)",
            "待機中の1つ前の環境へ切り替えます。1分ほどの見込みです。DB の変更は戻りません。",
            "完了後は production をロックします。",
        ]
        await shop.passes(minutes=1)
        assert shop.serving == shop.revision(first)
