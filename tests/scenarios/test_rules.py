"""The preconditions of a release, against the real server: CI, approvals, and the right commit."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene


async def merged(shop: Scene, who: str = "hanako") -> Pull:
    """A merged pull request."""
    pull = await shop.opens(who)
    await shop.merges("mona", pull)
    return pull


async def requires(shop: Scene, text: str) -> None:
    """Sets `require` in the config."""
    config = f"environments: {{production: {{workflow: deploy.yml, require: {text}}}}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Require")


@pytest.mark.parametrize(
    ("ci", "code", "said"),
    [
        ("failure", "checks_failed", "checks failed on #41: test."),
        ("running", "checks_running", "checks have not finished on #41: test."),
    ],
)
async def test_red_or_unfinished_ci_is_not_released(shop: Scene, ci: Any, code: str, said: str) -> None:
    """Until it has passed on the merge commit."""
    shop.shop.ci = ci
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == [code]
    assert said in shop.replies(pull)[0]
    assert shop.runs() == []
    assert pull.merge_commit_sha
    await shop.later(seconds=1)
    shop.shop.report_check(pull.merge_commit_sha, "test", "success")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_merge_over_failed_checks_is_not_released(shop: Scene) -> None:
    """Where CI does not run on the branch, the checks of the pull request's last head count."""
    shop.shop.ci = "absent"
    pull = await shop.opens("hanako")
    shop.shop.report_check(pull.head_sha, "test", "failure")
    await shop.merges("mona", pull)
    assert pull.merge_commit_sha
    shop.shop.report_status(pull.merge_commit_sha, "publish", "success", required=False)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_failed"]


async def test_more_checks_than_a_page_holds_are_all_read(shop: Scene) -> None:
    """The hundred and first failed."""
    pull = await merged(shop)
    assert pull.merge_commit_sha
    for number in range(100):
        shop.shop.report_check(pull.merge_commit_sha, f"a{number}", "success")
    shop.shop.report_check(pull.merge_commit_sha, "last", "failure")
    await shop.says("mona", "/deploy", on=pull)
    assert "checks failed on #41: last." in shop.replies(pull)[0]


async def test_our_own_gate_and_run_do_not_count_as_checks(shop: Scene) -> None:
    """With `all`, the run of the first deploy does not stop a second one of the same commit."""
    await requires(shop, "{checks: all}")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 2


async def test_unreadable_ci_is_neither_green_nor_red(shop: Scene) -> None:
    """The command waits until the results are readable."""
    pull = await merged(shop)
    query = re.compile("statusCheckRollup")
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), times=3, body=query))
    await shop.says("mona", "/deploy", on=pull)
    assert (shop.runs(), shop.codes(pull)) == ([], [])
    for _ in range(4):
        await shop.later(seconds=11)
    assert len(shop.runs()) == 1


async def test_only_an_approval_of_the_last_head_counts(shop: Scene) -> None:
    """An approval before the push is of another commit, and a withdrawn one does not count."""
    await requires(shop, "{approvals: 1}")
    pull = await shop.opens("hanako")
    shop.shop.review(pull, "APPROVED", by="taro")
    await shop.shop.push(pull, by="hanako")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["approvals"]
    shop.shop.review(pull, "APPROVED", by="taro")
    shop.shop.review(pull, "CHANGES_REQUESTED", by="taro")
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["approvals", "approvals"]
    shop.shop.review(pull, "APPROVED", by="taro")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("bot", ["approver[bot]", "ghapp[bot]"])
async def test_an_approval_by_an_app_does_not_count(shop: Scene, bot: str) -> None:
    """Even if the App has `write`: anybody with a workflow can let it approve."""
    await requires(shop, "{approvals: 1}")
    shop.shop.people[bot] = "write"
    pull = await shop.opens("hanako")
    shop.shop.review(pull, "APPROVED", by=bot)
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["approvals"]
    assert "has 0 of 1 required approvals" in shop.replies(pull)[-1]
    shop.shop.review(pull, "APPROVED", by="taro")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_an_approval_by_the_last_pusher_does_not_count(shop: Scene) -> None:
    """Also where another person opened the pull request."""
    await requires(shop, "{approvals: 1}")
    pull = await shop.opens("hanako")
    await shop.shop.push(pull, by="taro")
    shop.shop.review(pull, "APPROVED", by="taro")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["approvals"]
    assert shop.runs() == []


# ---------------------------------------------------------------- the pinned commit


async def test_an_open_pull_request_is_released_at_the_head_that_was_seen(shop: Scene) -> None:
    """A commit that is pushed during the command is not released."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    seen = pull.head_sha
    await shop.later(seconds=5)
    await shop.says("hanako", "/deploy", on=pull)
    (run,) = shop.runs()
    assert run.inputs["sha"] == seen
    await shop.shop.push(pull, by="hanako")  # after the dispatch: the run has its commit
    assert shop.runs()[0].inputs["sha"] == seen != pull.head_sha


async def test_a_push_between_the_command_and_its_check_is_refused(shop: Scene) -> None:
    """Nobody has reviewed it; the commit's own date does not count."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    await shop.later(seconds=5)
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), times=2))
    await shop.says("mona", "/deploy", on=pull)
    shop.stage.skip(timedelta(seconds=3))
    await shop.shop.push(pull, by="hanako")
    for _ in range(3):
        await shop.later(seconds=11)
    assert shop.codes(pull) == ["pushed_after"]
    assert shop.runs() == []


async def test_a_push_between_the_check_and_the_dispatch_changes_nothing(shop: Scene) -> None:
    """The checked commit is released."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    seen = pull.head_sha
    await shop.later(seconds=5)
    held = faults.barrier(asyncio.Event(), before=True)
    shop.github.faults.append(Fault("POST", re.compile("/dispatches$"), held))
    told = asyncio.create_task(shop.says("hanako", "/deploy", on=pull))
    while shop.github.faults[-1].times:  # noqa: ASYNC110 - the held dispatch has no event
        await asyncio.sleep(0)
    await shop.shop.push(pull, by="taro")
    held.event.set()
    await told
    (run,) = shop.runs()
    assert run.inputs["sha"] == seen


@pytest.mark.parametrize("fork", ["yes", "gone"])
async def test_a_fork_is_never_released_before_its_merge(shop: Scene, fork: Any) -> None:
    """Also a fork that was deleted meanwhile."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    pull.fork = fork
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["fork"]
    assert shop.runs() == []


async def test_a_merge_from_a_fork_is_released_like_any_other(shop: Scene) -> None:
    """A person with `write` merged it."""
    pull = await shop.opens("hanako")
    pull.fork = "gone"
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_push_to_the_branch_after_the_command_does_not_go_along(shop: Scene) -> None:
    """The workflow is started on the branch, but with the merge commit."""
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    await shop.shop.commit("late.txt", "late\n", by="taro", message="Late")
    (run,) = shop.runs()
    assert run.inputs["sha"] == pull.merge_commit_sha != shop.shop.head
