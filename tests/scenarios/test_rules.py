"""What a release has to pass, against the real server: CI, approvals, and which commit it is."""

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
    """The config says what a release requires."""
    config = f"environments: {{production: {{workflow: deploy.yml, require: {text}}}}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Require")


@pytest.mark.parametrize(
    ("ci", "code", "said"),
    [
        ("failure", "checks_failed", "checks failed on #41: test."),
        ("running", "checks_running", "checks are not done on #41: test."),
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


async def test_what_was_merged_over_red_checks_is_not_released(shop: Scene) -> None:
    """Where CI does not run on the branch, the pull request's last head speaks."""
    shop.shop.ci = "absent"
    pull = await shop.opens("hanako")
    shop.shop.report_check(pull.head_sha, "test", "failure")
    await shop.merges("mona", pull)
    assert pull.merge_commit_sha
    shop.shop.report_status(pull.merge_commit_sha, "publish", "success", required=False)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_failed"]


async def test_more_checks_than_a_page_holds_are_all_read(shop: Scene) -> None:
    """The one that failed is the hundred and first."""
    pull = await merged(shop)
    assert pull.merge_commit_sha
    for number in range(100):
        shop.shop.report_check(pull.merge_commit_sha, f"a{number}", "success")
    shop.shop.report_check(pull.merge_commit_sha, "last", "failure")
    await shop.says("mona", "/deploy", on=pull)
    assert "checks failed on #41: last." in shop.replies(pull)[0]


async def test_our_own_gate_and_run_are_no_checks_of_ours(shop: Scene) -> None:
    """With `all`, a second deploy of the same commit is not stopped by the run of the first."""
    await requires(shop, "{checks: all}")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 2


async def test_ci_that_cannot_be_asked_is_neither_green_nor_red(shop: Scene) -> None:
    """The command waits, and is carried out when it is known."""
    pull = await merged(shop)
    query = re.compile("statusCheckRollup")
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), times=3, body=query))
    await shop.says("mona", "/deploy", on=pull)
    assert (shop.runs(), shop.codes(pull)) == ([], [])
    for _ in range(4):
        await shop.later(seconds=11)
    assert len(shop.runs()) == 1


async def test_an_approval_by_another_person_of_the_last_head(shop: Scene) -> None:
    """Before the push it was of another commit; taken back, it is none."""
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
async def test_an_approval_by_an_app_is_no_persons(shop: Scene, bot: str) -> None:
    """Whatever the App may write; anybody who has a workflow can let it approve."""
    await requires(shop, "{approvals: 1}")
    shop.shop.people[bot] = "write"
    pull = await shop.opens("hanako")
    shop.shop.review(pull, "APPROVED", by=bot)
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["approvals"]
    assert "has 0 of the 1 approvals" in shop.replies(pull)[-1]
    shop.shop.review(pull, "APPROVED", by="taro")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_who_pushed_last_does_not_approve_it(shop: Scene) -> None:
    """Whoever's pull request it is."""
    await requires(shop, "{approvals: 1}")
    pull = await shop.opens("hanako")
    await shop.shop.push(pull, by="taro")
    shop.shop.review(pull, "APPROVED", by="taro")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["approvals"]
    assert shop.runs() == []


# ---------------------------------------------------------------- the commit that is meant


async def test_an_open_pull_request_is_released_at_the_head_that_was_seen(shop: Scene) -> None:
    """And what is pushed while the command is on its way is not."""
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
    """Nobody has looked at it, whatever date the commit bears."""
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
    """What was checked is what goes out."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    seen = pull.head_sha
    await shop.later(seconds=5)
    held = faults.barrier(asyncio.Event(), before=True)
    shop.github.faults.append(Fault("POST", re.compile("/dispatches$"), held))
    told = asyncio.create_task(shop.says("hanako", "/deploy", on=pull))
    while shop.github.faults[-1].times:  # noqa: ASYNC110 - until the dispatch is held, which nothing tells of
        await asyncio.sleep(0)
    await shop.shop.push(pull, by="taro")
    held.event.set()
    await told
    (run,) = shop.runs()
    assert run.inputs["sha"] == seen


@pytest.mark.parametrize("fork", ["yes", "gone"])
async def test_a_fork_is_never_released_before_its_merge(shop: Scene, fork: Any) -> None:
    """Also one that was deleted meanwhile."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    pull.fork = fork
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["fork"]
    assert shop.runs() == []


async def test_a_merge_from_a_fork_is_released_like_any_other(shop: Scene) -> None:
    """Somebody here merged it."""
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
