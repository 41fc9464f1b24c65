"""What one person does to others is told to all of them: by whom, why, until when, how it ends; once in each place."""

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
    """Those that begin so."""
    return [text for text in texts if text.startswith(sign)]


LOCKED = "🔒 taro has locked production until 15:42 JST: migrating. To end that sooner: `/ghapp unlock production`"


async def test_a_lock_typed_on_a_pull_request_is_told_there_and_in_the_channel(shop: Scene) -> None:
    """By whom, why, until when and how it ends; once in each place, and to nobody alone."""
    pull = await shop.opens("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    assert with_sign(shop.replies(pull), "🔒") == [LOCKED.replace("/ghapp unlock", "/unlock")]
    assert with_sign(shop.channel(), "🔒") == [LOCKED]
    assert with_sign(shop.whispers("taro"), "🔒") == []


async def test_a_lock_typed_in_slack_is_told_in_the_channel_alone(shop: Scene) -> None:
    """Who typed reads it there as well; nothing is said twice, and the pull requests have their gate."""
    pull = await shop.opens("taro")
    await shop.types("taro", "/ghapp lock production 2h migrating")
    assert shop.channel() == [LOCKED]
    assert shop.replies(pull) == []
    assert with_sign(shop.whispers("taro"), "🔒") == []


async def test_a_lock_without_an_end_says_how_it_ends_in_every_place(shop: Scene) -> None:
    """Comment, channel, gate, prompt and `/status`."""
    other, pull = await shop.opens("mona"), await shop.opens("taro")
    await shop.says("taro", "/lock production forever migrating", on=pull)
    until = "until somebody unlocks it"
    assert f"taro has locked production {until}: migrating" in shop.replies(pull)[-1]
    assert f"taro has locked production {until}: migrating" in shop.channel()[-1]
    assert shop.gate(other) == ("pending", f"production: locked by taro {until}: migrating")
    await shop.merges("mona", other)
    assert f"taro keeps it locked {until}: migrating." in shop.message("#41").text
    await shop.says("mona", "/status", on=other)
    assert f"taro keeps it locked {until}: migrating." in shop.replies(other)[-1]
    await shop.says("mona", "/deploy", on=other)
    assert f"@taro keeps production locked {until}: migrating." in shop.replies(other)[-1]


async def test_an_unlock_says_by_whom_and_why_in_both_places(shop: Scene) -> None:
    """One's own lock and somebody else's, whose holder is mentioned in each."""
    pull = await shop.opens("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    await shop.says("taro", "/unlock production done early", on=pull)
    assert shop.replies(pull)[-1] == "🔓 production was freed. Unlocked by taro: done early."
    assert shop.channel()[-1] == "🔓 production was freed. Unlocked by taro: done early."
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    await shop.says("mona", "/unlock production taro is away", on=pull)
    assert shop.replies(pull)[-1] == "🔓 production was freed. @taro: mona ended your lock on production: taro is away"
    assert shop.channel()[-1] == f"🔓 production was freed. {TARO}: mona ended your lock on production: taro is away"
    assert len(with_sign(shop.channel(), "🔓")) == 2


async def test_a_cool_down_ended_by_any_door_is_told_once_in_the_channel(shop: Scene) -> None:
    """By the check's button and by Slack's: in the channel nobody reads that something was pressed in the checks."""
    first = await shop.released("taro")
    await shop.presses("taro", "unlock", on=first)
    assert shop.replies(first)[-1].endswith("🔓 production was freed. Unlocked by taro.")
    assert shop.channel()[-1] == "🔓 production was freed. Unlocked by taro."
    await shop.released("mona")
    await shop.clicks("mona", "unlock", on="#42")
    assert shop.channel()[-1] == "🔓 production was freed. Unlocked by mona."
    assert len(with_sign(shop.channel(), "🔓")) == 2
    assert all(":eyes:" in text for text in shop.whispers("mona"))


async def test_a_cancel_is_told_to_the_channel_through_every_door(shop: Scene) -> None:
    """Whose release it was is mentioned where everybody reads it, and not to who cancels alone."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    await shop.begins()
    await shop.types("mona", "/ghapp cancel production")
    assert [text.splitlines()[0] for text in with_sign(shop.channel(), "⏹")] == [
        f"⏹ {TARO} mona has cancelled production-1 (#41). "
        "production stays locked until its run has ended, and I will say so."
    ]
    assert all(":eyes:" in text for text in shop.whispers("mona"))


async def test_what_is_being_cancelled_is_said_so_everywhere(shop: Scene) -> None:
    """Nowhere the old time, and nowhere the advice that was already taken."""
    other, pull = await shop.opens("hanako"), await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    (await shop.begins()).stubborn = True
    second = await shop.opens("mona")
    await shop.merges("mona", second)
    await shop.says("mona", "/cancel production", on=pull)
    assert shop.gate(other) == ("pending", "production: #42 (taro) is being cancelled by mona")
    assert "taro's #42 is being cancelled by mona." in shop.message("#43").text
    assert (
        shop.message("#42")
        .text.splitlines()[0]
        .startswith(":hourglass_flowing_sand: production-1 (#42) is being cancelled by mona.")
    )
    await shop.says("mona", "/deploy", on=second)
    assert shop.replies(second)[-1].splitlines()[0] == (
        "⏳ **Not deployed.** @taro's #42 on production is being cancelled by mona; it is free when its run has ended."
    )
    assert "Urgent?" not in shop.replies(second)[-1]
    await shop.says("mona", "/status", on=second)
    assert "⏹ taro's #42 is being cancelled by mona." in shop.replies(second)[-1]
    await shop.says("taro", "/unlock", on=pull)
    assert shop.replies(pull)[-1] == (
        "mona has cancelled production-1 (#42) already. I will say when its run has ended."
    )
    assert shop.stands(pull)[1] == "Being cancelled by mona (production-1, taro)"


async def test_a_wait_that_is_being_ended_is_said_so_everywhere(aws: Cloud) -> None:
    """Who asked for it; nowhere the half hour that CodeDeploy still names, and nowhere `/unlock`."""
    shop = aws.shop
    other = await shop.opens("hanako")
    pull = await aws.merged("taro")
    await aws.out(pull)
    second = await aws.merged("mona")
    await shop.says("mona", "/unlock production taro said so", on=pull)
    assert aws.called("ContinueDeployment") == 0
    assert shop.gate(other) == (
        "pending",
        "production: #42 is out (taro); mona has ended the wait, free when CodeDeploy rests",
    )
    ended = "mona has ended CodeDeploy's wait: it is free when CodeDeploy rests."
    assert f"taro's #42 is out. {ended}" in shop.message("#43").text
    number = shop.replies(pull)[0]
    assert "mona has ended CodeDeploy's wait: production is free when CodeDeploy rests." in number
    assert "/unlock" not in number
    assert "is kept until" not in shop.message("#42").text
    assert "Looks good, next" not in shop.buttons("#42")
    await shop.says("mona", "/deploy", on=second)
    assert "and mona has ended CodeDeploy's wait; it is free when CodeDeploy rests." in shop.replies(second)[-1]
    assert "Urgent?" not in shop.replies(second)[-1]
    await shop.says("mona", "/status", on=second)
    assert (
        "🔓 taro's #42 is out, and mona has ended CodeDeploy's wait: free when CodeDeploy rests."
        in (shop.replies(second)[-1])
    )
    assert "14:12" not in shop.replies(second)[-1]
    await shop.says("taro", "/unlock", on=pull)
    assert shop.replies(pull)[-1] == (
        "mona has ended CodeDeploy's wait already: production is free when CodeDeploy rests."
    )
    await shop.says("taro", "/cancel", on=pull)
    assert "/unlock" not in shop.replies(pull)[-1]


async def test_a_wait_ended_by_any_door_is_told_to_the_channel_with_its_reason(aws: Cloud) -> None:
    """What is given up is everybody's quick way back."""
    pull = await aws.merged("taro")
    await aws.out(pull)
    await aws.shop.says("mona", "/unlock production taro said so", on=pull)
    for told in (aws.shop.replies(pull)[-1], aws.shop.channel()[-1]):
        assert told.startswith("🔓")
        assert told.endswith("Unlocked by mona: taro said so.")
        assert "🔓  " not in told
