"""The config names another channel, or none: the messages in the old one end, and a late press there is answered."""

from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path

import pytest

from ghapp.demo.github import Pull, Run
from ghapp.demo.slack import Message
from ghapp.demo.stage import CHANNEL, PEOPLE
from tests.scenarios.scene import Scene, scene

OTHER = "C0OTHER00"
MOVED = f"At 14:13 JST this moved to <#{OTHER}>: #{{}} has its message there."
ON_GITHUB = "At 14:13 JST this moved to the comments of pull request #{}."


def config(channel: str | None, environments: str = "  production: {workflow: deploy.yml}\n") -> str:
    """A config with this channel and these environments."""
    people = ", ".join(f"{login}: {user}" for login, user in PEOPLE.items())
    slack = f"slack: {{channel: {channel}}}\n" if channel else ""
    return f"{slack}timezone: Asia/Tokyo\npeople: {{{people}}}\nenvironments:\n{environments}"


async def configured(shop: Scene, text: str | None) -> None:
    """Commits this config."""
    await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="Configure")
    await shop.idle()


@pytest.fixture
async def moving(tmp_path: Path) -> AsyncIterator[Scene]:
    """acme/shop with a second channel."""
    async with scene(tmp_path) as shop:
        shop.slack.add_channel(OTHER, "releases")
        await configured(shop, config(CHANNEL))
        yield shop


async def busy(shop: Scene) -> tuple[Pull, Pull, Pull, Run]:
    """#41 is live, #42 is under way, #43 waits; each has its message in the channel."""
    first = await shop.released("taro")
    await shop.later(minutes=31)
    second, third = await shop.opens("mona"), await shop.opens("hanako")
    await shop.merges("mona", second)
    await shop.merges("hanako", third)
    await shop.says("mona", "/deploy production", on=second)
    return first, second, third, await shop.begins()


def there(shop: Scene, channel: str) -> list[Message]:
    """The messages of a channel, without replies in threads."""
    return [one for one in shop.slack.channels[channel].messages if one.thread_ts is None]


def texts(shop: Scene, channel: str) -> list[str]:
    """The first lines of these messages."""
    return [one.text.splitlines()[0] for one in there(shop, channel)]


def pressable(shop: Scene, channel: str) -> list[str]:
    """All buttons in a channel, with those in its threads."""
    return [label for one in shop.slack.channels[channel].messages for label in shop.buttons(one)]


async def test_a_change_of_channel_ends_the_old_messages(moving: Scene) -> None:
    """Each links to its successor and has no buttons; the new channel shows the current state and its changes."""
    *_, run = await busy(moving)
    old = there(moving, CHANNEL)
    assert pressable(moving, CHANNEL)
    await configured(moving, config(OTHER))
    assert texts(moving, CHANNEL) == [MOVED.format(number) for number in (41, 42, 43)]
    assert pressable(moving, CHANNEL) == []
    assert [one.ts for one in there(moving, CHANNEL)] == [one.ts for one in old]
    assert [text for text in texts(moving, OTHER) if text.startswith(":hourglass_flowing_sand: Deploying #42")]
    before = texts(moving, CHANNEL)
    await moving.ends(run)
    await moving.later(minutes=31)
    assert texts(moving, CHANNEL) == before
    assert [text for text in texts(moving, OTHER) if text.startswith(":white_check_mark: #42 is live on production")]
    edits = [len(one.edits) for one in there(moving, CHANNEL)]
    await moving.later(hours=2)
    assert [len(one.edits) for one in there(moving, CHANNEL)] == edits


async def test_a_change_of_channel_ends_a_call_in_the_old_one(moving: Scene) -> None:
    """It notifies nobody again; the prompt is in the new channel."""
    await moving.released("taro")
    second = await moving.opens("mona")
    await moving.merges("mona", second)
    await moving.later(minutes=31)
    assert texts(moving, CHANNEL)[-1] == "<@U024BE7LH> production is free, your turn."
    await configured(moving, config(OTHER))
    assert texts(moving, CHANNEL)[-1] == MOVED.format(42)
    assert pressable(moving, CHANNEL) == []
    assert texts(moving, OTHER)[-1] == "<@U024BE7LH> ready to deploy :rocket:"
    await moving.types("mona", "/deploy production #42", channel=OTHER)
    await moving.ends(await moving.begins())
    assert texts(moving, CHANNEL)[-1] == MOVED.format(42)
    assert await moving.dead() == []


@pytest.mark.parametrize("button", ["deploy", "skip"])
async def test_a_press_in_the_old_channel_is_answered_with_the_new_one(moving: Scene, button: str) -> None:
    """It comes from a page that was not refreshed. Nothing is done."""
    pull = await moving.opens("mona")
    await moving.merges("mona", pull)
    (shown,) = there(moving, CHANNEL)
    old = deepcopy(shown)
    for channel, told in (
        (OTHER, f"This is not the channel of production, so nothing was done. Type it in <#{OTHER}>."),
        (None, "production has no channel, so nothing was done. Type it in the pull request."),
    ):
        await configured(moving, config(channel))
        await moving.slack.press(CHANNEL, PEOPLE["mona"], old, button)
        await moving.idle()
        assert moving.whispers("mona")[-1] == told
    assert moving.runs() == []
    assert await moving.awaiting() == [pull.number]


async def test_without_a_channel_the_messages_move_to_the_pull_requests(moving: Scene) -> None:
    """The old messages link there, and the prompts are comments."""
    _, second, third, run = await busy(moving)
    await configured(moving, config(None))
    assert texts(moving, CHANNEL) == [ON_GITHUB.format(number) for number in (41, 42, 43)]
    assert pressable(moving, CHANNEL) == []
    assert any("#43 is merged, but production is locked" in reply for reply in moving.replies(third))
    await moving.ends(run)
    await moving.later(minutes=31)
    assert any(reply.startswith("@hanako production is free, your turn") for reply in moving.replies(third))
    assert any(reply.startswith(":white_check_mark: #42 is live") for reply in moving.replies(second))
    assert await moving.dead() == []


@pytest.mark.parametrize("mover", ["production", "staging"])
async def test_an_environment_that_stays_in_the_old_channel_keeps_its_messages(moving: Scene, mover: str) -> None:
    """One of two environments leaves, either of which may have published for both."""
    two = "  production: {workflow: deploy.yml}\n  staging: {workflow: deploy.yml}\n"
    await configured(moving, config(CHANNEL, two))
    pull = await moving.opens("mona")
    await moving.merges("mona", pull)
    ((message),) = there(moving, CHANNEL)
    assert moving.buttons(message) == ["Deploy to production", "Skip", "Deploy to staging", "Skip"]
    moved = two.replace(f"{mover}: {{", f"{mover}: {{slack: {{channel: {OTHER}}}, ")
    await configured(moving, config(CHANNEL, moved))
    stays = "staging" if mover == "production" else "production"
    ((message),) = there(moving, CHANNEL)
    assert f"`/deploy {stays} #41`" in message.text
    assert mover not in message.text
    ((other),) = there(moving, OTHER)
    assert f"`/deploy {mover} #41`" in other.text
    assert stays not in other.text
    await moving.clicks("mona", "deploy", on=message)
    await moving.ends(await moving.begins())
    assert there(moving, CHANNEL)[0].text.startswith(f":white_check_mark: #41 is live on {stays}")
    await moving.types("mona", f"/deploy {mover} #41")
    assert moving.whispers("mona")[-1].startswith(f"This is not the channel of {mover}")


async def test_a_return_to_the_old_channel_continues_its_messages(moving: Scene) -> None:
    """They are found and edited."""
    pull = await moving.opens("mona")
    await moving.merges("mona", pull)
    await configured(moving, config(OTHER))
    await configured(moving, config(CHANNEL))
    assert texts(moving, CHANNEL)[-1] == "<@U024BE7LH> ready to deploy :rocket:"
    assert pressable(moving, CHANNEL) == ["Deploy", "Skip"]
    assert texts(moving, OTHER) == [f"At 13:42 JST this moved to <#{CHANNEL}>: #41 has its message there."]
    assert pressable(moving, OTHER) == []
