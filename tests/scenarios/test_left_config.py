"""An environment leaves the config: once it is idle, no message proposes a command for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ghapp.demo.github import Pull
from ghapp.demo.stage import CHANNEL, PEOPLE
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_channel_moves import config, configured

BOTH = "  production: {workflow: deploy.yml}\n  staging: {workflow: deploy.yml}\n"
ONE = "  staging: {workflow: deploy.yml}\n"
ASKS = re.compile(
    r"`/[a-z]+ production|production is (?!removed from)|ready to deploy :rocket:\n.*\n`/deploy production|has to be"
)
NO_LINE = (
    "production: removed from `.github/ghapp.yml` on the default branch at 14:13 JST, so nothing was done. To use it "
    "again, add it there."
)


def read(shop: Scene, pulls: list[Pull], *, but: str = "") -> Iterator[str]:
    """All messages about production: comments, checks, Slack. `but`: without notices that contain this."""
    for pull in pulls:
        yield from (reply for reply in shop.replies(pull) if not (but and but in reply))
        if check := shop.check(pull):
            yield f"{check.title}\n{check.summary}"
    for message in shop.stage.channel.messages:
        yield message.text


def pressed(shop: Scene) -> list[str]:
    """The values of all of production's buttons in the channel."""
    blocks = [block for one in shop.stage.channel.messages for block in one.blocks if block["type"] == "actions"]
    return [one["value"] for block in blocks for one in block["elements"] if "/production/" in one["value"]]


async def two(shop: Scene) -> tuple[Pull, Pull, Pull]:
    """#41 was live, #42 is under way, #43 waits."""
    await configured(shop, config(CHANNEL, BOTH))
    first = await shop.opens("taro")
    await shop.merges("taro", first)
    await shop.says("taro", "/deploy production", on=first)
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    second, third = await shop.opens("mona"), await shop.opens("hanako")
    await shop.merges("mona", second)
    await shop.merges("hanako", third)
    await shop.says("mona", "/deploy production", on=second)
    return first, second, third


@pytest.mark.parametrize("conclusion", ["success", "failure", "cancelled"])
async def test_an_environment_that_leaves_during_a_run_proposes_nothing_after_it(shop: Scene, conclusion: str) -> None:
    """Whatever the run's conclusion; later commands are answered with the removal."""
    pulls = list(await two(shop))
    run = await shop.begins()
    await configured(shop, config(CHANNEL, ONE))
    await shop.ends(run, conclusion)
    await shop.later(minutes=31)
    assert [text for text in read(shop, pulls) if ASKS.search(text)] == []
    assert pressed(shop) == []
    for pull in pulls:
        assert shop.stands(pull)[2] == []
    for line in ("/deploy production #42", "/rollback production", "/unlock production"):
        await shop.says("mona", line, on=pulls[1])
        assert shop.replies(pulls[1])[-1] == NO_LINE
    await shop.types("mona", "/deploy production #42")
    assert shop.whispers("mona")[-1] == NO_LINE
    assert any("did not go live on production, which was removed from" in text for text in shop.channel())
    assert [message for message in shop.channel() if "`/deploy staging #42`" in message]  # staging goes on


async def test_an_environment_that_leaves_during_a_rollback_proposes_nothing_after_it(shop: Scene) -> None:
    """Neither an unlock nor another deployment."""
    pulls = list(await two(shop))
    await shop.ends(await shop.begins())
    await shop.says("mona", "/rollback production", on=pulls[1])
    run = await shop.begins()
    await configured(shop, config(CHANNEL, ONE))
    await shop.ends(run)
    await shop.later(minutes=31)
    assert [text for text in read(shop, pulls) if ASKS.search(text)] == []
    assert pressed(shop) == []
    assert "production was removed from `.github/ghapp.yml` at 14:13 JST." in shop.message("#42").text


async def test_without_slack_the_prompt_on_the_pull_request_ends(tmp_path: Path) -> None:
    """The config is removed. Commands are answered for a week, and ignored from then on."""
    async with scene(tmp_path, slack=False) as quiet:
        pull = await quiet.opens("mona")
        await quiet.merges("mona", pull)
        assert quiet.replies(pull)[0].startswith("@mona ready to deploy")
        await configured(quiet, None)
        assert quiet.replies(pull) == [
            "#41 did not go live on production, which was removed from `.github/ghapp.yml` at 13:42 JST.\nShow "
            "prices with tax (#41 by mona)"
        ]
        assert quiet.stands(pull) == ("neutral", "production was removed from the config", [])
        await quiet.says("mona", "/deploy", on=pull)
        (_, told) = quiet.replies(pull)
        assert told == NO_LINE.replace("14:13", "13:42")
        await quiet.later(days=8)
        await quiet.says("mona", "/deploy", on=pull)
        assert len(quiet.replies(pull)) == 2


async def test_an_environment_that_returns_prompts_again(shop: Scene) -> None:
    """In the same message, with command and buttons."""
    await configured(shop, config(CHANNEL, BOTH))
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await configured(shop, config(CHANNEL, ONE))
    assert pressed(shop) == []
    await configured(shop, config(CHANNEL, BOTH))
    assert len(shop.channel()) == 1
    assert "`/deploy production #41`" in shop.message("#41").text
    assert len(pressed(shop)) == 2
    assert PEOPLE["mona"] in shop.message("#41").text


async def test_a_former_name_that_returns_waits_for_the_one_that_leaves(shop: Scene) -> None:
    """Renamed, renamed back, renamed once more: both names may be the same place, so one release at a time."""
    live = "  live: {workflow: deploy.yml}\n"
    production = "  production: {workflow: deploy.yml}\n"
    for environments in (production, live, production):
        await configured(shop, config(CHANNEL, environments))
    first, second = await shop.opens("mona"), await shop.opens("hanako")
    await shop.merges("mona", first)
    await shop.says("mona", "/deploy production", on=first)
    run = await shop.begins()
    await configured(shop, config(CHANNEL, live))
    await shop.merges("hanako", second)
    await shop.says("hanako", "/deploy live", on=second)
    assert [one.id for one in shop.runs()] == [run.id]
    assert shop.codes(second)[-1] == "environment_waits"
    await shop.ends(run)
    await shop.later(minutes=31)
    await shop.says("hanako", "/deploy live", on=second)
    assert len(shop.runs()) == 2
