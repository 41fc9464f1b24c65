"""Slack is slow, says no, or is away: what is told later is told in order, and as it is by then."""

import pytest

from ghapp.demo.slack import Drop, Error, Fault, Status
from tests.scenarios.scene import Scene

TARO = "<@U024BE7TA>"  # it is his turn
LEFT_OUT = (
    "Slack took no messages for a while, so what is more than an hour old was left out. "
    "How things stand is in the releases' own messages, and `/ghapp status` tells it."
)
POSTS = ("chat.postMessage", "chat.update")


def away(shop: Scene, kind: Status | Drop | Error, *, times: int = 1000) -> None:
    """From now on nothing is taken."""
    shop.slack.faults += [Fault(method, kind, times=times) for method in POSTS]


def sent(shop: Scene) -> int:
    """How often something was to be said in a channel."""
    return sum(call.method in POSTS for call in shop.slack.calls)


async def merged(shop: Scene) -> None:
    """Somebody's pull request waits."""
    await shop.merges("taro", await shop.opens("taro"))


async def test_a_limit_is_kept_to_by_everything_that_goes_there(shop: Scene) -> None:
    """`Retry-After`: half a minute; whatever comes up meanwhile waits with it."""
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


async def test_what_did_not_get_through_is_not_overtaken(shop: Scene) -> None:
    """Each is tried again by its own time; in the channel they stand as they happened."""
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
async def test_of_all_that_happened_meanwhile_the_newest_is_told(shop: Scene, kind: Status | Drop) -> None:
    """Merged, locked, free again, on its way, live: one message, and it says that last thing."""
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
        ":white_check_mark: #41 is live on production (production-1, taro)."
    ]
    assert sent(shop) - asked == 2  # the message, and the one in its thread
    assert not shop.message("#41").edits


@pytest.mark.parametrize(("away_for", "called"), [(50, True), (130, False)])
async def test_nobody_is_called_for_what_was_long_ago(shop: Scene, away_for: int, called: bool) -> None:
    """Two failed releases are told in one message by then; on GitHub each was told at its time."""
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
    assert sum("*production-1 failed" in line for line in news) == called
    assert sum("*production-2 failed" in line for line in news) == called
    assert [line for line in news if line.startswith("Slack took no messages")] == [LEFT_OUT] * (not called)
    assert sum(reply.startswith("@taro **production-") for reply in shop.replies(pull)) == 2


async def test_where_slack_takes_messages_again_it_gets_them(shop: Scene) -> None:
    """The bot was put out of the channel, and was let in again."""
    away(shop, Error("not_in_channel"))
    await merged(shop)
    assert shop.channel() == []
    shop.slack.faults.clear()
    await shop.says("taro", "/deploy", on=shop.shop.pulls[41])
    assert shop.channel()[0].startswith(":hourglass_flowing_sand: #41 is on its way")
