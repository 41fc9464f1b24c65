"""Slack is slow, refuses, or is away: late messages come in order, and with the state of that moment."""

import pytest

from ghapp.demo.slack import Drop, Error, Fault, Status
from tests.scenarios.scene import Scene

TARO = "<@U024BE7TA>"  # his turn
LEFT_OUT = (
    "Slack took no messages for a while, so notices more than an hour old were left out. The current state is in "
    "each release's own message, and in `/ghapp status`."
)
POSTS = ("chat.postMessage", "chat.update")


def away(shop: Scene, kind: Status | Drop | Error, *, times: int = 1000) -> None:
    """From now on Slack takes no message."""
    shop.slack.faults += [Fault(method, kind, times=times) for method in POSTS]


def sent(shop: Scene) -> int:
    """The number of attempts to post or edit."""
    return sum(call.method in POSTS for call in shop.slack.calls)


async def merged(shop: Scene) -> None:
    """A merged pull request waits."""
    await shop.merges("taro", await shop.opens("taro"))


async def test_a_rate_limit_of_slack_holds_for_all_messages(shop: Scene) -> None:
    """`Retry-After`: half a minute; later messages wait, too."""
    await merged(shop)
    shop.slack.faults.append(Fault("chat.postMessage", Status(429, retry_after=30)))
    await shop.types("taro", "/ghapp lock production 1h migrating")
    before = sent(shop)
    await shop.later(seconds=15)
    await shop.types("taro", "/ghapp unlock production")
    await shop.later(seconds=14)
    assert sent(shop) == before
    for _ in range(3):
        await shop.later(seconds=11)
    said = [text.split()[0] for text in shop.channel()[1:]]
    assert sorted(said) == sorted(["🔒", "🔓", TARO])
    assert said.index("🔒") < said.index("🔓")


async def test_a_failed_message_is_not_overtaken(shop: Scene) -> None:
    """Each is tried again at its own time; the channel has them in the order of events."""
    await merged(shop)
    away(shop, Status(503))
    await shop.types("taro", "/ghapp lock production 1h migrating")
    await shop.later(seconds=5)
    await shop.types("taro", "/ghapp unlock production")
    await shop.later(seconds=5)
    shop.slack.faults.clear()
    for _ in range(6):
        await shop.later(seconds=5)
    assert [text.split()[0] for text in shop.channel()[1:]] == ["🔒", "🔓", TARO]


@pytest.mark.parametrize("kind", [Status(503), Drop.BEFORE])
async def test_only_the_newest_state_is_posted_after_an_outage(shop: Scene, kind: Status | Drop) -> None:
    """Merged, locked, free again, on its way, live: one message, with the last state."""
    away(shop, kind)
    await merged(shop)
    await shop.later(minutes=1)
    await shop.says("taro", "/deploy", on=shop.shop.pulls[41])
    run = await shop.begins()
    await shop.later(minutes=1)
    await shop.ends(run)
    shop.slack.faults.clear()
    asked = sent(shop)
    await shop.later(minutes=1)
    assert [text.splitlines()[0] for text in shop.channel()] == [
        ":white_check_mark: #41 is live on production (production-1, by taro)."
    ]
    assert sent(shop) - asked == 2  # the message, and its thread's
    assert not shop.message("#41").edits


@pytest.mark.parametrize(("away_for", "called"), [(50, True), (130, False)])
async def test_no_mention_is_posted_for_old_news(shop: Scene, away_for: int, called: bool) -> None:
    """One message stands for all news that is more than an hour old; on GitHub each was reported in time."""
    await merged(shop)
    pull = shop.shop.pulls[41]
    away(shop, Status(503))
    for _ in range(2):
        await shop.says("taro", "/deploy", on=pull)
        await shop.ends(await shop.begins(), "failure")
    await shop.later(minutes=away_for)
    shop.slack.faults.clear()
    for _ in range(5):
        await shop.later(minutes=1)
    news = shop.channel()[1:]
    assert sum("failed* (production-1)" in line for line in news) == called
    assert sum("failed* (production-2)" in line for line in news) == called
    assert [line for line in news if line.startswith("Slack took no messages")] == [LEFT_OUT] * (not called)
    assert (
        sum(
            reply.startswith("@taro **Deploy of #41 to production failed** (production-")
            for reply in shop.replies(pull)
        )
        == 2
    )


async def test_messages_are_posted_once_slack_takes_them_again(shop: Scene) -> None:
    """The bot was removed from the channel, and added again."""
    away(shop, Error("not_in_channel"))
    await merged(shop)
    assert shop.channel() == []
    shop.slack.faults.clear()
    await shop.says("taro", "/deploy", on=shop.shop.pulls[41])
    assert shop.channel()[0].startswith(":hourglass_flowing_sand: Deploying #41")
