"""A turn is one message: it notifies once, is edited when the turn is over, and offers only buttons that work."""

import re

import pytest

from ghapp.demo.github import Pull
from ghapp.demo.slack import Error, Fault, Message
from tests.scenarios.scene import Scene

MONA, HANAKO = "<@U024BE7LH>", "<@U024BE7HA>"
TURN = re.compile(r"your turn|was called at|was called too")


async def called(shop: Scene, *others: str) -> tuple[Pull, Pull]:
    """taro's release is live and has cooled down; mona, and others after her, waited, and mona is called."""
    first = await shop.released("taro")
    second = await shop.opens("mona", "Fix totals")
    await shop.merges("mona", second)
    for who in others:
        await shop.merges(who, await shop.opens(who))
    await shop.later(minutes=30)
    return first, second


def calls(shop: Scene) -> list[Message]:
    """The messages that call a person, or did."""
    return [one for one in shop.stage.channel.messages if one.thread_ts is None and TURN.search(one.text)]


def offered(shop: Scene) -> list[list[str]]:
    """The buttons under each of them."""
    return [shop.buttons(one) for one in calls(shop)]


async def test_a_call_is_edited_when_its_turn_is_used(shop: Scene) -> None:
    """During the deployment, when it is live, and after a rollback: no button, and past tense only."""
    _, second = await called(shop)
    assert [one.text.splitlines()[0] for one in calls(shop)] == [f"{MONA} production is free, your turn."]
    await shop.clicks("mona", "deploy", on="your turn")
    used = "#42 was called at 14:12 JST, and mona started production-2 with it at 14:12 JST."
    assert [one.text for one in calls(shop)] == [used]
    await shop.ends(await shop.begins())
    await shop.says("mona", "/rollback", on=second)
    await shop.ends(await shop.begins())
    assert [one.text for one in calls(shop)] == [used]
    assert offered(shop) == [[]]


async def test_a_passed_turn_edits_its_call_and_the_next_release_has_its_own_call(shop: Scene) -> None:
    """The release that passed keeps its place and has no buttons."""
    await called(shop, "hanako")
    assert offered(shop) == [["Deploy", "Pass"]]
    await shop.clicks("mona", "pass", on="your turn")
    assert [one.text.splitlines()[0] for one in calls(shop)] == [
        "#42 was called at 14:12 JST, and let the next one go first. It keeps its place.",
        f"{HANAKO} production is free, your turn.",
    ]
    assert offered(shop) == [[], ["Deploy", "Skip"]]


async def test_a_call_is_edited_when_its_release_is_skipped(shop: Scene) -> None:
    await called(shop)
    await shop.clicks("mona", "skip", on="your turn")
    assert [one.text for one in calls(shop)] == ["#42 was called at 14:12 JST, and was skipped."]
    assert offered(shop) == [[]]


@pytest.mark.parametrize("taken", ["/lock production 2h migrating", "/rollback"])
async def test_an_obstacle_ends_a_call_and_a_new_call_follows_it(shop: Scene, taken: str) -> None:
    """After a lock or a rollback the old call has no buttons, and the new one notifies."""
    if taken == "/rollback":
        await shop.released("taro", "First of all")
        await shop.later(minutes=31)
    first, second = await called(shop)
    before = len(calls(shop))
    await shop.says("taro", taken, on=first)
    assert offered(shop)[-1] == []
    assert "That turn is over: production was no longer free." in calls(shop)[-1].text
    if taken == "/rollback":
        await shop.ends(await shop.begins())
    await shop.later(minutes=1)
    await shop.says("taro", "/unlock production", on=first)
    assert len(calls(shop)) == before + 1
    assert calls(shop)[-1].text.startswith(f"{MONA} production is free, your turn.")
    contains = taken == "/rollback"  # a release that was rolled back has to be named
    assert offered(shop)[-2:] == [[], ["Skip"] if contains else ["Deploy", "Skip"]]
    assert shop.stands(second)[2] == ([] if contains else ["deploy"])


BROKEN = "environments: {production: {workfow: deploy.yml}}\n"


async def test_no_release_is_called_while_the_config_is_invalid(shop: Scene) -> None:
    """`/deploy` would be refused: call and check offer nothing and give the reason, and the repaired config calls
    again.
    """
    _, second = await called(shop)
    assert (offered(shop), shop.stands(second)[2]) == ([["Deploy", "Skip"]], ["deploy"])
    mended = shop.shop.files()[".github/ghapp.yml"]
    await shop.shop.commit(".github/ghapp.yml", BROKEN, by="taro", message="Break it")
    await shop.idle()
    assert (offered(shop)[-1], "That turn is over" in calls(shop)[-1].text) == ([], True)
    await shop.later(hours=2)
    assert "That turn is over" in calls(shop)[-1].text
    conclusion, title, buttons = shop.stands(second)
    assert (conclusion, title, buttons) == ("neutral", "1st in line for production", [])
    await shop.says("mona", "/deploy", on=second)
    why = "`.github/ghapp.yml` cannot be used"
    answer, check = shop.replies(second)[-1], shop.check(second)
    assert why in answer
    assert check
    assert answer in (check.summary or "")
    assert answer in shop.message(f"#{second.number}").text
    await shop.says("mona", "/status", on=second)
    assert answer in shop.replies(second)[-1]
    mend = await shop.opens("taro", "Mend it")
    assert shop.gate(mend) == ("success", "Free to merge")
    await shop.shop.commit(".github/ghapp.yml", mended, by="taro", message="Mend it")
    await shop.idle()
    assert calls(shop)[-1].text.startswith(f"{MONA} production is free, your turn.")
    assert offered(shop)[-2:] == [[], ["Deploy", "Skip"]]
    assert shop.stands(second)[2] == ["deploy"]


async def test_a_lock_can_be_ended_with_a_broken_config(shop: Scene) -> None:
    """By its button as well; any further command gets the config's mistake."""
    first = await shop.released("taro")
    await shop.shop.commit(".github/ghapp.yml", BROKEN, by="taro", message="Break it")
    await shop.idle()
    assert "unlock" in shop.stands(first)[2]
    await shop.presses("taro", "unlock", on=first)
    assert any("Unlocked by taro" in text for text in [*shop.replies(first), *shop.channel()])
    await shop.says("taro", "/unlock", on=first)
    assert shop.codes(first)[-1] == "config_invalid"


async def test_a_release_missing_on_a_new_branch_is_not_called_until_it_is_there(shop: Scene) -> None:
    """`/deploy` refuses it: its call ends, each place gives the reason, and a merge into that branch calls again."""
    first, second = await called(shop)
    assert first.merge_commit_sha
    shop.shop.git.branches["stable"] = first.merge_commit_sha
    config = shop.shop.files()[".github/ghapp.yml"].replace("production:\n", "production:\n    branch: stable\n")
    await shop.shop.commit(".github/ghapp.yml", config, by="taro", message="From stable")
    await shop.idle()
    assert offered(shop)[-1] == []
    assert (
        calls(shop)[-1].text
        == "#42 was called at 14:12 JST. That turn is over: it cannot be deployed to production now."
    )
    assert shop.stands(second) == ("neutral", "Waits: cannot be deployed to production yet", [])
    await shop.says("mona", "/status", on=second)
    why = "#42 waits: its merge commit is not on `stable`"
    check = shop.check(second)
    assert check
    assert why in shop.replies(second)[-1]
    assert why in (check.summary or "")
    assert why in shop.message("#42").text
    await shop.says("mona", "/deploy", on=second)
    assert shop.codes(second)[-1] == "other_branch"
    assert shop.stands(second)[2] == []
    brings = await shop.opens("taro", "Bring main to stable", base="stable")
    await shop.shop.force_push("stable", second.merge_commit_sha or "", by="taro")
    await shop.merges("taro", brings)
    await shop.later(minutes=11)
    assert shop.stands(second)[2] == ["deploy"]


async def test_a_release_that_does_not_contain_the_live_one_is_not_called(shop: Scene) -> None:
    """Where open pull requests may be released, it would undo the live one."""
    config = shop.shop.files()[".github/ghapp.yml"].replace(
        "production:\n", "production:\n    require: {merged: false}\n"
    )
    await shop.shop.commit(".github/ghapp.yml", config, by="taro", message="Open ones, too")
    await shop.idle()
    tried = await shop.opens("taro", "Try it")
    await shop.later(minutes=1)
    await shop.says("taro", "/deploy", on=tried)
    second = await shop.opens("mona", "Fix totals")
    await shop.merges("mona", second)
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    assert calls(shop)[-1:] == [] or "your turn." not in calls(shop)[-1].text
    assert shop.stands(second)[2] == []
    why = f"#{second.number} waits: it does not contain #{tried.number}, which is live on production."
    assert why in shop.message(f"#{second.number}").text
    await shop.says("mona", "/status", on=second)
    assert why in shop.replies(second)[-1]
    await shop.says("mona", "/deploy", on=second)
    assert shop.codes(second)[-1] in ("diverged", "gone")


async def test_a_reminder_is_a_new_message_and_removes_the_older_buttons(shop: Scene) -> None:
    """An edit would notify nobody, and only one message has buttons."""
    await called(shop)
    await shop.later(minutes=30)
    assert [one.text.splitlines()[0] for one in calls(shop)] == [
        "#42 was called at 14:12 JST, and reminded at 14:42 JST.",
        f"{MONA} production is still free, and it is your turn.",
    ]
    assert offered(shop) == [[], ["Deploy", "Skip"]]


async def test_a_turn_ends_when_another_release_contains_it(shop: Scene) -> None:
    """hanako's release contains mona's."""
    await called(shop, "hanako")
    await shop.types("hanako", "/deploy production #43")
    assert "and hanako started production-2 with it" in calls(shop)[0].text
    assert all(not buttons for buttons in offered(shop))


async def test_a_call_notifies_once_however_often_the_server_starts(shop: Scene) -> None:
    """Even without the cache its message is found and edited."""
    await called(shop)
    await shop.restart()
    await shop.forget_what_was_shown()
    await shop.merges("hanako", await shop.opens("hanako"))
    assert [one.text.splitlines()[-1] for one in calls(shop)] == ["Next: hanako (#43)."]


async def test_without_slack_a_call_is_a_comment_that_is_edited(shop_without_slack: Scene) -> None:
    """It mentions the person and is edited when the turn is used; a reminder is another comment."""
    _, second = await called(shop_without_slack)
    asked = [text for text in shop_without_slack.replies(second) if TURN.search(text)]
    assert asked == ["@mona production is free, your turn.\n`/deploy production #42` Fix totals"]
    await shop_without_slack.later(minutes=30)
    assert [text.splitlines()[0] for text in shop_without_slack.replies(second) if TURN.search(text)] == [
        "#42 was called at 14:12 JST, and reminded at 14:42 JST.",
        "@mona production is still free, and it is your turn.",
    ]
    await shop_without_slack.says("mona", "/deploy", on=second)
    assert not [text for text in shop_without_slack.replies(second) if "your turn" in text]


async def test_a_call_that_slack_refuses_is_a_comment_on_the_pull_request(shop: Scene) -> None:
    """It contains the reason, and is edited there."""
    first = await shop.released("taro")
    second = await shop.opens("mona", "Fix totals")
    await shop.merges("mona", second)
    shop.slack.faults.append(Fault("chat.postMessage", Error("is_archived"), times=99))
    await shop.presses("taro", "unlock", on=first)
    asked = [text for text in shop.replies(second) if "your turn" in text]
    assert len(asked) == 1
    assert "Slack refused a message for `C024BE91L`" in asked[0]
    await shop.says("mona", "/deploy", on=second)
    assert not [text for text in shop.replies(second) if "your turn" in text]


async def test_a_call_no_longer_says_your_turn_once_the_next_one_is_called(shop: Scene) -> None:
    """Both may deploy now, and the older message says so, with its command and its buttons."""
    await called(shop, "hanako")
    await shop.later(minutes=11)
    first, second = calls(shop)
    assert first.text.splitlines() == [
        f"{MONA} production is still free. hanako (#43) was called too.",
        "`/deploy production #42` Fix totals",
    ]
    assert second.text.splitlines()[0] == f"{HANAKO} production is free, your turn."
    assert offered(shop) == [["Deploy", "Pass"], ["Deploy", "Skip"]]
    await shop.later(minutes=19)
    assert [one.text.splitlines()[0] for one in calls(shop)] == [
        "#42 was called at 14:12 JST, and reminded at 14:42 JST.",
        f"{HANAKO} production is free, your turn.",
        f"{MONA} production is still free. hanako (#43) was called too.",
    ]
    await shop.clicks("mona", "pass", on=calls(shop)[-1])
    assert sum("your turn" in one.text for one in calls(shop)) == 1
