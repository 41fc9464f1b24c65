"""Two healthy servers at work on the same environment at the same moment: every comment is written once."""

import asyncio
import contextlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

from ghapp.demo import slack
from ghapp.demo.github import Fault, Pull, faults
from tests.adapters.ground import Ground
from tests.engine.pair import Shop, shop
from tests.engine.release import Release
from tests.scenarios.scene import Scene, scene

COMMENT = re.compile(r"/issues/\d+/comments$")


async def until_taken(fault: Fault | slack.Fault) -> None:
    """Waits until the request has arrived and is held."""
    async with asyncio.timeout(5):
        while fault.times:  # noqa: ASYNC110 - a fault has no event to wait for
            await asyncio.sleep(0)


def marked(told: Scene, pull: Pull, kind: str) -> int:
    """The number of our comments of this kind on a pull request."""
    return len([one for one in told.stage.comments(pull) if one.by_app and f"ghapp:{kind}" in one.body])


async def paints(told: Scene) -> None:
    """Runs one more round of the worker, beside the work under way."""
    assert told._components
    await told._components.worker.drain()


async def test_an_event_while_a_comment_is_being_made_makes_no_second_one(tmp_path: Path) -> None:
    """GitHub is slow to create the prompt and `/deploy` comes meanwhile: there is still one prompt."""
    async with scene(tmp_path, slack=False) as told:
        pull = await told.opens("taro")
        slow = asyncio.Event()
        fault = Fault("POST", COMMENT, faults.barrier(slow, before=True))
        told.github.faults.append(fault)
        await told.shop.merge(pull, by="taro")
        first = asyncio.create_task(paints(told))
        await until_taken(fault)
        await told.shop.comment(pull, by="taro", body="/deploy")
        second = asyncio.create_task(paints(told))
        await told.github.settled()
        with contextlib.suppress(TimeoutError):
            await told.github.until(lambda: marked(told, pull, "number"), timeout=1)
        slow.set()
        await asyncio.gather(first, second)
        await told.idle()
        assert (marked(told, pull, "prompt"), marked(told, pull, "number")) == (1, 1)


@pytest.mark.parametrize("method", ["the release", "the notice"])
async def test_a_message_that_reaches_slack_late_is_taken_back(tmp_path: Path, method: str) -> None:
    """A server sleeps with it on the way, and another one posts it meanwhile: the channel shows it once."""
    async with scene(tmp_path, slack=True) as told:
        pull = await told.opens("taro")
        await told.merges("taro", pull)
        if method == "the notice":
            await told.says("taro", "/deploy", on=pull)
            run = await told.begins()
            await told.shop.finish_run(run, "failure")
        else:
            await told.forget_what_was_shown()
            told.stage.channel.messages.clear()
            await told.shop.comment(pull, by="taro", body="/deploy")
        held = asyncio.Event()
        fault = slack.Fault("chat.postMessage", slack.Hold(held))
        told.slack.faults.append(fault)
        first = asyncio.create_task(paints(told))
        await until_taken(fault)
        told.stage.skip(timedelta(minutes=1))
        await told.start()
        await paints(told)
        held.set()
        await first
        await told.idle()
        texts = [message.text for message in told.stage.channel.messages]
        assert len(texts) == len(set(texts))
        assert told.slack.unknown == []
        assert [call.method for call in told.slack.calls].count("chat.delete") == 1


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_two_servers_that_work_at_the_same_time_write_each_comment_once(ground: Ground) -> None:
    """Both take all items that are ready, over three hundred releases."""
    for run in range(300):
        async with shop(ground.within(f"{run}")) as opened:
            await _released(opened)


async def _released(opened: Shop) -> None:
    opened.side_by_side = True
    release = Release(opened, None)
    await release.prepared()
    opened.awake = [release.other, await opened.server("another")]
    await opened.says("taro", "/deploy", on=release.pull)
    (run,) = opened.runs()
    await opened.shop.start_run(run)
    await opened.work()
    await opened.shop.finish_run(run)
    await opened.work()
    await opened.later(timedelta(minutes=31))
    await release.ended_well()
