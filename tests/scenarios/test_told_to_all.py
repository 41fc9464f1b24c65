"""Actions that concern others are announced once in each place: by whom, why, until when, and how they end."""

import html
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.cloud import Cloud, cloud
from tests.scenarios.scene import Scene, scene

MONA, TARO = "<@U024BE7LH>", "<@U024BE7TA>"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Scene]:
    """acme/shop with its server and its channel."""
    async with scene(tmp_path) as told:
        yield told


@pytest.fixture
async def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose production CodeDeploy serves."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


def with_sign(texts: list[str], sign: str) -> list[str]:
    """The texts that begin with this sign."""
    return [text for text in texts if text.startswith(sign)]


LOCKED = (
    "🔒 taro has locked production until 15:42 JST: migrating. Nobody else can deploy to it. "
    "To unlock: `/ghapp unlock production`"
)


async def test_a_lock_typed_on_a_pull_request_is_announced_there_and_in_the_channel(shop: Scene) -> None:
    """Once in each place, and not as an ephemeral message."""
    pull = await shop.opens("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    assert with_sign(shop.replies(pull), "🔒") == [LOCKED.replace("/ghapp unlock", "/unlock")]
    assert with_sign(shop.channel(), "🔒") == [LOCKED]
    assert with_sign(shop.whispers("taro"), "🔒") == []


async def test_a_lock_typed_in_slack_is_announced_in_the_channel_only(shop: Scene) -> None:
    """Its author reads it there, too; nothing is posted twice, and the pull requests have their gate."""
    pull = await shop.opens("taro")
    await shop.types("taro", "/ghapp lock production 2h migrating")
    assert shop.channel() == [LOCKED]
    assert shop.replies(pull) == []
    assert with_sign(shop.whispers("taro"), "🔒") == []


async def test_every_place_shows_how_a_lock_without_an_end_ends(shop: Scene) -> None:
    """Comment, channel, gate, prompt and `/status`."""
    other, pull = await shop.opens("mona"), await shop.opens("taro")
    await shop.says("taro", "/lock production forever migrating", on=pull)
    until = "until somebody unlocks it"
    assert f"taro has locked production {until}: migrating" in shop.replies(pull)[-1]
    assert f"taro has locked production {until}: migrating" in shop.channel()[-1]
    assert shop.gate(other) == ("pending", f"production: locked by taro {until}: migrating")
    await shop.merges("mona", other)
    ends = "Locked by taro: migrating. No end is set; `/ghapp unlock production <reason>` ends it."
    assert ends in html.unescape(shop.message("#41").text)
    await shop.says("mona", "/status", on=other)
    assert ends.replace("/ghapp ", "/") in shop.replies(other)[-1]
    await shop.says("mona", "/deploy", on=other)
    assert "production is locked by @taro: migrating. No end is set." in shop.replies(other)[-1]


async def test_both_places_show_who_unlocked_and_why(shop: Scene) -> None:
    """One's own lock and another person's, whose holder is mentioned in each place."""
    pull = await shop.opens("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    await shop.says("taro", "/unlock production done early", on=pull)
    assert shop.replies(pull)[-1] == "🔓 production became free. Unlocked by taro: done early."
    assert shop.channel()[-1] == "🔓 production became free. Unlocked by taro: done early."
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    await shop.says("mona", "/unlock production taro is away", on=pull)
    assert shop.replies(pull)[-1] == "🔓 @taro production became free. mona ended your lock on production: taro is away"
    assert shop.channel()[-1] == f"🔓 {TARO} production became free. mona ended your lock on production: taro is away"
    assert len(with_sign(shop.channel(), "🔓")) == 2


async def test_a_cool_down_ended_by_any_door_is_announced_once_in_the_channel(shop: Scene) -> None:
    """By the check's button and by Slack's; the channel's message does not mention the button."""
    first = await shop.released("taro")
    await shop.presses("taro", "unlock", on=first)
    assert shop.replies(first)[-1].endswith("🔓 production became free. Unlocked by taro.")
    assert shop.channel()[-1] == "🔓 production became free. Unlocked by taro."
    await shop.released("mona")
    await shop.clicks("mona", "unlock", on="#42")
    assert shop.channel()[-1] == "🔓 production became free. Unlocked by mona."
    assert len(with_sign(shop.channel(), "🔓")) == 2
    assert all(":eyes:" in text for text in shop.whispers("mona"))


async def test_a_cancel_is_announced_in_the_channel_through_every_door(shop: Scene) -> None:
    """The release's owner is mentioned in the channel; the person who cancels gets no answer of their own."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    await shop.begins()
    await shop.types("mona", "/ghapp cancel production")
    assert [text.splitlines()[0] for text in with_sign(shop.channel(), "⏹")] == [
        f"⏹ {TARO} mona has cancelled production-1 (#41). production stays locked until its run has ended; you will "
        "be notified."
    ]
    assert all(":eyes:" in text for text in shop.whispers("mona"))


async def test_every_place_shows_a_cancel_under_way(shop: Scene) -> None:
    """No place shows the old end, or advises to cancel."""
    other, pull = await shop.opens("hanako"), await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    (await shop.begins()).stubborn = True
    second = await shop.opens("mona")
    await shop.merges("mona", second)
    await shop.says("mona", "/cancel production", on=pull)
    assert shop.gate(other) == ("pending", "production: #42 (taro) is being cancelled by mona")
    assert "#42 (by taro) is being cancelled by mona." in shop.message("#43").text
    assert (
        shop.message("#42")
        .text.splitlines()[0]
        .startswith(":hourglass_flowing_sand: production-1 (#42) is being cancelled by mona.")
    )
    await shop.says("mona", "/deploy", on=second)
    assert shop.replies(second)[-1].splitlines()[0] == (
        "⏳ **Not deployed.** #42 (by @taro) on production is being cancelled by mona; it is free when its run has "
        "ended."
    )
    assert "Urgent?" not in shop.replies(second)[-1]
    await shop.says("mona", "/status", on=second)
    assert "⏹ #42 (by taro) is being cancelled by mona." in shop.replies(second)[-1]
    await shop.says("taro", "/unlock", on=pull)
    assert shop.replies(pull)[-1] == (
        "mona has already cancelled production-1 (#42). You will be notified when its run has ended."
    )
    assert shop.stands(pull)[1] == "Being cancelled by mona (production-1, by taro)"


async def test_every_place_shows_that_a_wait_is_being_ended(aws: Cloud) -> None:
    """Every place names the person; none shows the half hour that CodeDeploy still reports, or `/unlock`."""
    shop = aws.shop
    other = await shop.opens("hanako")
    pull = await aws.merged("taro")
    await aws.out(pull)
    second = await aws.merged("mona")
    await shop.says("mona", "/unlock production taro said so", on=pull)
    assert aws.called("ContinueDeployment") == 0
    assert shop.gate(other) == (
        "pending",
        "production: #42 is deployed (taro); mona ended the wait, free when CodeDeploy has finished",
    )
    ended = "mona has ended CodeDeploy's wait: it is free when CodeDeploy has finished."
    assert f"#42 (by taro) is deployed. {ended}" in shop.message("#43").text
    number = shop.replies(pull)[0]
    assert "mona has ended CodeDeploy's wait: production is free when CodeDeploy has finished." in number
    assert "/unlock" not in number
    assert "is kept until" not in shop.message("#42").text
    assert "Looks good, next" not in shop.buttons("#42")
    await shop.says("mona", "/deploy", on=second)
    assert "and mona has ended CodeDeploy's wait; it is free when CodeDeploy has finished." in shop.replies(second)[-1]
    assert "Urgent?" not in shop.replies(second)[-1]
    await shop.says("mona", "/status", on=second)
    assert (
        "🔓 #42 (by taro) is deployed, and mona has ended CodeDeploy's wait: free when CodeDeploy has finished."
        in (shop.replies(second)[-1])
    )
    assert "14:12" not in shop.replies(second)[-1]
    await shop.says("taro", "/unlock", on=pull)
    assert shop.replies(pull)[-1] == (
        "mona has already ended CodeDeploy's wait: production is free when CodeDeploy has finished. Nothing to do."
    )
    await shop.says("taro", "/cancel", on=pull)
    assert "/unlock" not in shop.replies(pull)[-1]


async def test_a_wait_ended_by_any_door_is_announced_in_the_channel_with_its_reason(aws: Cloud) -> None:
    """The quick way back that this gives up is everybody's."""
    pull = await aws.merged("taro")
    await aws.out(pull)
    await aws.shop.says("mona", "/unlock production taro said so", on=pull)
    for told in (aws.shop.replies(pull)[-1], aws.shop.channel()[-1]):
        assert told.startswith("🔓")
        assert told.endswith("Unlocked by mona: taro said so.")
        assert "🔓  " not in told
