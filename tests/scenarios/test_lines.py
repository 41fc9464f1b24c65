"""Command lines: a time with `for` or `until`, code marks, quotes, and other bots' commands."""

import pytest

from ghapp.demo.github import Pull
from tests.scenarios.scene import Scene

ELSEWHERE = (
    "> /deploy production\n\nlooks good to me",
    "> /deploy production",
    "```\n/deploy production\n```",
    "    /deploy production",
    "I typed `/deploy production` and waited",
    "`/deploy production` does nothing here",
    "<!-- /deploy production -->",
    "On Mon, mona wrote:\n> hello\n\n/deploy production",
)
OTHERS = (
    "/unblock",
    "/held",
    "/redeploy production",
    "/stats",
    "/help wanted",
    "/help me",
    "`/unblock`",
    "> hi\n\n/block",
)


async def waiting(shop: Scene) -> Pull:
    """#41 is merged and waits."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    return pull


# ---------------------------------------------------------------- the end of a lock


@pytest.mark.parametrize(
    ("line", "until", "reason"),
    [
        ("/lock production for 2h migrating", "15:42", "migrating"),
        ("/lock production for 2 hours migrating", "15:42", "migrating"),
        ("/lock production until 18:00 demo for sales", "18:00", "demo for sales"),
        ("/lock production for the demo", "14:42", "for the demo"),
        ("/lock production until the demo is over", "14:42", "until the demo is over"),
    ],
)
async def test_a_lock_ends_at_the_time_in_its_command(shop: Scene, line: str, until: str, reason: str) -> None:
    """On the pull request, in the gate and from Slack; a reason that starts with `for` or `until` stays a reason."""
    pull = await waiting(shop)
    other = await shop.opens("hanako")
    await shop.says("taro", line, on=pull)
    assert f"until {until}" in shop.replies(pull)[-1]
    assert f": {reason}." in shop.replies(pull)[-1]
    gate = shop.gate(other)
    assert gate is not None
    assert gate[0] == "pending"
    assert until in gate[1]
    await shop.types("taro", line.replace("/lock production", "/ghapp lock production acme/shop"))
    assert any(f"until {until}" in text and reason in text for text in shop.channel())


async def test_an_invalid_time_locks_nothing(shop: Scene) -> None:
    """Through either door the refusal quotes it, and no default replaces it."""
    pull = await waiting(shop)
    other = await shop.opens("hanako")
    for time in ("for 2x", "until 25:00", "until 6pm", "until tomorrow", "6:00 pm", "2h 30m", "till 18:00"):
        await shop.says("taro", f"/lock production {time}", on=pull)
        assert shop.codes(pull)[-1] == "bad_span"
        assert f"`{time}` is not a time" in shop.replies(pull)[-1]
        assert shop.gate(other) == ("success", "Free to merge")
        await shop.types("taro", f"/ghapp lock production acme/shop {time}")
        assert any(f"`{time}` is not a time" in text for text in shop.whispers("taro"))
        assert shop.gate(other) == ("success", "Free to merge")


# ---------------------------------------------------------------- the position in the comment


@pytest.mark.parametrize(
    "body",
    [
        "`/deploy production`",
        "``/deploy production``",
        "> Can this go out?\n\n/deploy production",
        "> Can this go out?\r\n>\r\n> Soon?\r\n\r\n`/deploy production`\r\n\r\nThanks!",
    ],
)
async def test_a_command_counts_in_code_marks_and_below_a_quote(shop: Scene, body: str) -> None:
    """It is read alike from the event and when the comment is fetched again: one run, and no notice of an edit."""
    pull = await waiting(shop)
    await shop.says("taro", body, on=pull)
    assert len(shop.runs()) == 1
    assert shop.replies(pull)[0].startswith("🚀 **Deploying #41 to production**")
    assert "edited" not in shop.codes(pull)


async def test_a_command_in_a_quote_a_fence_or_a_sentence_is_ignored(shop: Scene) -> None:
    pull = await waiting(shop)
    for body in ELSEWHERE:
        await shop.says("taro", body, on=pull)
        assert shop.runs() == [], body
        assert shop.replies(pull) == [], body


async def test_a_command_right_below_a_quote_is_refused(shop: Scene) -> None:
    """GitHub shows such a line as part of the quote, so another person may have written it."""
    pull = await waiting(shop)
    await shop.says("taro", "> Can this go out?\n/deploy production", on=pull)
    assert shop.codes(pull) == ["in_quote"]
    assert shop.runs() == []
    assert shop.replies(pull)[-1].startswith(
        "`/deploy production` is right below a quote, where GitHub shows it as part of the quote, so nothing was "
        "done. If you mean it, type it again with a blank line above it."
    )


async def test_a_command_in_code_marks_works_in_slack(shop: Scene) -> None:
    """It is copied from a message that shows it in code marks."""
    await waiting(shop)
    await shop.types("taro", "/ghapp `/deploy production #41`")
    assert len(shop.runs()) == 1


# ---------------------------------------------------------------- other bots' commands


async def test_other_bots_commands_are_ignored(shop: Scene) -> None:
    """No answer, no reaction, no history."""
    pull = await waiting(shop)
    before, signs = await shop.history(), len(shop.calls("POST", "/reactions"))
    for line in OTHERS:
        await shop.says("taro", line, on=pull)
        assert shop.replies(pull) == [], line
        assert await shop.history() == before, line
        assert len(shop.calls("POST", "/reactions")) == signs, line


async def test_help_is_answered_to_everyone_only_after_a_release(shop: Scene) -> None:
    """Before that, only people with the right to change something are answered."""
    shop.shop.people["ken"] = "read"
    pull = await shop.opens("hanako")
    await shop.says("nobody", "/help", on=pull)
    await shop.says("ken", "/help", on=pull)
    assert shop.replies(pull) == []
    assert shop.calls("POST", "/reactions") == []
    await shop.says("taro", "/help", on=pull)
    assert shop.codes(pull) == ["help"]
    await shop.merges("taro", pull)
    await shop.says("ken", "/help", on=pull)
    assert shop.codes(pull) == ["help", "help"]
