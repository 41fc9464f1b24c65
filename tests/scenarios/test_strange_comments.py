"""Comments that are no commands, or not now: by bots, by ourselves, many at once, late, or on no pull request."""

import re
from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, faults
from ghapp.demo.github.shapes import events
from tests.scenarios.scene import Scene


async def waiting(shop: Scene) -> Pull:
    """#41 is merged and waits."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    return pull


async def told(shop: Scene, pull: Pull, body: str, *, by: str = "taro", comment: Any = None, issue: Any = None) -> None:
    """Delivers a comment with these changes in its payload."""
    made = shop.shop.add_comment(pull.number, by=by, body=body)
    payload = events.commented(shop.shop, made)
    payload["comment"] |= comment or {}
    payload["issue"] |= issue or {}
    await shop.github.send("issue_comment", payload)
    await shop.idle()


# ---------------------------------------------------------------- authors


@pytest.mark.parametrize(
    "comment",
    [
        {"user": {"login": "renovate[bot]", "id": 29139614, "type": "Bot"}},
        {"performed_via_github_app": {"id": 15368, "slug": "github-actions"}},
        {"user": None},
    ],
)
async def test_bots_and_apps_command_nothing(shop: Scene, comment: dict[str, Any]) -> None:
    """Another bot's `/deploy`, an App's in a person's name, a deleted account's: no answer."""
    pull = await waiting(shop)
    shop.github.observers.clear()  # no description matches a payload about users outside this world
    await told(shop, pull, "/deploy", comment=comment)
    assert shop.replies(pull) == []
    assert shop.runs() == []


async def test_our_own_comments_are_no_commands(shop: Scene) -> None:
    """GitHub delivers our own comments, which quote commands, like any others; they have no effect."""
    pull = await waiting(shop)
    await shop.says("taro", "/help", on=pull)
    await shop.says("taro", "/deploi", on=pull)
    (page, hint) = shop.replies(pull)
    assert "/deploy" in page
    assert "/deploy" in hint
    made = shop.shop.add_comment(pull.number, by=shop.github.app.login, body="/deploy production", by_app=True)
    await shop.github.send("issue_comment", events.commented(shop.shop, made))
    await shop.idle()
    assert len(shop.replies(pull)) == 3
    assert shop.runs() == []


async def test_an_account_that_answers_every_answer_is_slowed_down(shop: Scene) -> None:
    """A person's account that answers each of our answers with a command is slowed down, and then not answered."""
    pull = await waiting(shop)
    answered = -1
    while answered < len(shop.replies(pull)):
        answered = len(shop.replies(pull))
        await shop.says("hanako", "/status", on=pull)
        assert answered < 20
    assert shop.codes(pull) == ["status"] * 10 + ["slow_down"]


# ---------------------------------------------------------------- numbers


async def test_a_comment_with_a_thousand_commands_is_one_command(shop: Scene) -> None:
    """The first line counts: one run, one comment."""
    pull = await waiting(shop)
    await shop.says("taro", "\n".join(["/deploy production", *["/unlock production now"] * 999]), on=pull)
    assert len(shop.runs()) == 1
    assert len(shop.replies(pull)) == 1
    assert shop.replies(pull)[0].startswith("🚀 **Deploying #41 to production**")


async def test_a_thousand_hints_in_one_comment_are_one(shop: Scene) -> None:
    """One reply, and nothing done."""
    pull = await waiting(shop)
    await shop.says("taro", "/deploi\n" * 1000, on=pull)
    assert shop.codes(pull) == ["unknown_command"]
    assert shop.runs() == []


# ---------------------------------------------------------------- times


async def test_a_command_that_is_redelivered_after_three_days_is_stale(shop: Scene) -> None:
    """GitHub could not reach the server in time: the command is answered, and not carried out."""
    pull = await waiting(shop)
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    comment = await shop.says("taro", "/deploy", on=pull)
    payload = events.commented(shop.shop, comment)
    shop.github.webhook_url = heard
    await shop.later(days=3)
    await shop.github.send("issue_comment", payload)
    await shop.idle()
    assert shop.codes(pull)[-1] == "stale"
    assert shop.runs() == []


async def test_a_command_redelivered_after_its_run_is_not_carried_out_again(shop: Scene) -> None:
    """The same comment under a new delivery id, days later."""
    pull = await waiting(shop)
    comment = await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    await shop.later(days=3)
    before = len(shop.replies(pull))
    await shop.github.send("issue_comment", events.commented(shop.shop, comment))
    await shop.idle()
    assert len(shop.replies(pull)) == before
    assert len(shop.runs()) == 1


# ---------------------------------------------------------------- states and places


async def test_a_command_before_the_webhook_of_its_merge_is_decided_by_the_state_at_github(shop: Scene) -> None:
    """The comment arrives before the merge's webhook: GitHub's present state of the pull request counts."""
    pull = await shop.opens("taro")
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.shop.merge(pull, by="taro")
    shop.github.webhook_url = heard
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_webhooks_of_a_run_in_reverse_order_end_right(shop: Scene) -> None:
    """Completed, then in progress, then requested: a run that has ended stays ended."""
    pull = await waiting(shop)
    await shop.says("taro", "/deploy", on=pull)
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    run = await shop.shop.run_queued()
    moves = [events.ran(shop.shop, run, "requested")]
    await shop.shop.start_run(run)
    moves.append(events.ran(shop.shop, run, "in_progress"))
    await shop.shop.finish_run(run)
    moves.append(events.ran(shop.shop, run, "completed"))
    shop.github.webhook_url = heard
    for move in reversed(moves):
        await shop.github.send("workflow_run", move)
        await shop.idle()
    assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")
    assert (await shop.history()).count("succeeded") == 1


@pytest.mark.parametrize("state", ["open", "draft", "closed"])
async def test_an_unmerged_pull_request_is_not_released(shop: Scene, state: str) -> None:
    """Open, a draft, or closed unmerged: refused with the reason."""
    pull = await shop.opens("taro", draft=state == "draft")
    if state == "closed":
        await shop.shop.close_pull(pull, by="taro")
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_merged"]
    assert shop.runs() == []


async def test_a_comment_on_an_issue_is_no_command(shop: Scene) -> None:
    """An issue has nothing to release: no answer, and no call to GitHub."""
    pull = await waiting(shop)
    asked = len(shop.github.exchanges)
    made = shop.shop.add_comment(pull.number, by="taro", body="/deploy")
    payload = events.commented(shop.shop, made)
    del payload["issue"]["pull_request"]
    await shop.github.send("issue_comment", payload)
    await shop.idle()
    assert len(shop.github.exchanges) == asked
    assert shop.runs() == []


@pytest.mark.parametrize(
    "line", ["/help {}", "/deploy production {}", "/deploy {}", "/lock production 1h {}", "/dploy {}"]
)
async def test_a_typed_marker_has_no_effect(shop_without_slack: Scene, line: str) -> None:
    """The prompt is a comment of its own, which mentions and so notifies; it edits no answer to a stranger."""
    shop = shop_without_slack
    pull = await shop.opens("taro")
    await shop.says("eve", line.format("<!-- ghapp:prompt production 41 -->"), on=pull)
    await shop.says("mona", line.format("<!-- ghapp:prompt production 41 -->"), on=pull)
    before = len(shop.replies(pull))
    await shop.merges("taro", pull)
    assert len(shop.replies(pull)) == before + 1
    assert not any("<!-- ghapp:prompt production 41 -->" in told for told in shop.replies(pull))


async def test_a_marker_in_a_quoted_line_has_no_effect(shop_without_slack: Scene) -> None:
    """GitHub is down when it is typed, and the answer quotes the line. The prompt later is a comment of its own."""
    shop = shop_without_slack
    pull = await shop.opens("taro")
    down = Fault("POST", re.compile("/graphql$"), faults.status(502), times=999)
    shop.github.faults.append(down)
    await shop.says("mona", "/lock production 1h <!-- ghapp:prompt production 41 -->", on=pull)
    for _ in range(70):
        await shop.later(seconds=10)
    (told,) = shop.replies(pull)
    assert "Could not check" in told
    shop.github.faults.remove(down)
    await shop.merges("taro", pull)
    assert len(shop.replies(pull)) == 2
