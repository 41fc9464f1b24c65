"""Slack commands of different members or repositories do not delay each other; one member's lines stay in order."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from ghapp.demo.github import Fault, faults
from ghapp.demo.slack import Fault as SlackFault
from ghapp.demo.slack import Status
from ghapp.demo.stage import CHANNEL, PEOPLE
from tests.scenarios.scene import Scene
from tests.scenarios.test_slack_repositories import repository, said

LOOK = "/repos/acme/{}/installation$"


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits for the condition, 20 s at most."""
    async with asyncio.timeout(20):
        while not await holds():  # noqa: ASYNC110 - the condition has no event
            await asyncio.sleep(0)


@asynccontextmanager
async def looking(shop: Scene, *names: str) -> AsyncIterator[None]:
    """mona names repositories that ghapp does not know yet, and GitHub's answers about them hang."""
    answers = asyncio.Event()
    stuck = [Fault("GET", re.compile(LOOK.format(name)), faults.barrier(answers)) for name in names]
    shop.github.faults += stuck
    async with shop.at_work():
        for name in names:
            await shop.slack.type(CHANNEL, PEOPLE["mona"], f"/deploy production acme/{name}#7")

        async def begun() -> bool:
            return not any(one.times for one in stuck)

        await until(begun)
        yield
        answers.set()


@pytest.mark.parametrize("who", ["taro", "mona"])
async def test_a_slow_look_up_of_a_repository_delays_no_other_line(shop: Scene, who: str) -> None:
    """Neither another member nor the same one with another repository."""
    await shop.opens("taro")
    async with looking(shop, "slow"):
        await shop.slack.type(CHANNEL, PEOPLE[who], "/ghapp lock production 1h migrating")

        async def locked() -> bool:
            return "locked" in await shop.history()

        await until(locked)


async def test_many_slow_look_ups_delay_no_other_line(shop: Scene) -> None:
    """More look-ups than one account may have in hand."""
    await shop.opens("taro")
    async with looking(shop, "slow1", "slow2", "slow3", "slow4"):
        await shop.slack.type(CHANNEL, PEOPLE["taro"], "/ghapp lock production 1h migrating")

        async def locked() -> bool:
            return "locked" in await shop.history()

        await until(locked)


async def test_a_failed_look_up_of_one_member_delays_no_other(shop: Scene) -> None:
    """Slack does not answer who mona is; taro is answered, and mona after the next try."""
    await shop.opens("taro")
    shop.slack.faults.append(SlackFault("users.info", Status(503), times=1))
    await shop.types("mona", "/ghapp lock production 1h migrating")
    assert "locked" not in await shop.history()
    await shop.types("taro", "/ghapp status")
    assert "production" in shop.whispers("taro")[-1]
    await shop.later(seconds=11)
    assert "locked" in await shop.history()


@pytest.mark.parametrize("fails", ["github", "slack"])
async def test_the_lines_of_one_member_stay_in_order(shop: Scene, fails: str) -> None:
    """The look-up of the first failed; the second waits for it."""
    other = repository(shop)
    if fails == "github":
        shop.github.faults.append(Fault("GET", re.compile(LOOK.format("app")), faults.status(503)))
    else:
        shop.slack.faults.append(SlackFault("users.info", Status(503), times=1))
    await shop.types("mona", "/ghapp lock production acme/app 1h migrating")
    await shop.types("mona", "/ghapp unlock production acme/app done")
    assert "locked" not in await shop.history(other.id)
    for _ in range(3):
        await shop.later(seconds=11)
    happened = [what for what in await shop.history(other.id) if what in ("locked", "unlocked", "refused")]
    assert happened == ["locked", "unlocked"]


async def test_lines_typed_at_once_keep_their_order(shop: Scene) -> None:
    """By one member, while the server works."""
    await shop.opens("taro")
    async with shop.at_work():
        for _ in range(5):
            await shop.slack.type(CHANNEL, PEOPLE["mona"], "/ghapp lock production 1h migrating")
            await shop.slack.type(CHANNEL, PEOPLE["mona"], "/ghapp unlock production")

        async def all_done() -> bool:
            return (await shop.history()).count("unlocked") + (await shop.history()).count("refused") >= 5

        await until(all_done)
    await shop.idle()
    happened = [what for what in await shop.history() if what in ("locked", "unlocked", "refused")]
    assert happened == ["locked", "unlocked"] * 5


async def test_lines_about_an_owner_named_like_a_kind_of_lane_are_all_done(shop: Scene) -> None:
    """The lane of one line is not mistaken for another kind of lane, though the first look-up failed."""
    other = repository(shop, "heads/app")
    shop.github.faults.append(Fault("GET", re.compile("/repos/heads/app/installation$"), faults.status(503)))
    await shop.types("mona", "/ghapp lock production heads/app 1h migrating")
    await shop.types("mona", "/ghapp unlock production heads/app done")
    for _ in range(3):
        await shop.later(seconds=11)
    assert [what for what in await shop.history(other.id) if what in ("locked", "unlocked")] == ["locked", "unlocked"]


async def test_look_ups_of_repositories_are_limited_by_member_and_minute(shop: Scene) -> None:
    """All accounts share the App's calls; further lines of that member wait, and are answered later."""
    await shop.opens("taro")
    for number in range(30):
        await shop.slack.type(CHANNEL, PEOPLE["mona"], f"/ghapp status acme/none-{number}")
    await shop.idle()
    assert len(shop.calls("GET", "/installation")) == 10
    assert await said(shop, "/ghapp status", "taro")
    for _ in range(2):
        await shop.later(seconds=61)
    assert len(shop.calls("GET", "/installation")) == 30
    assert await shop.dead() == []


# ---------------------------------------------------------------- lines that are no commands


@pytest.mark.parametrize("line", ["/ghapp good morning everyone", "/ghapp deploi production", "/ghapp acme/app"])
async def test_a_line_that_is_no_command_is_answered_once_in_ten_minutes(shop: Scene, line: str) -> None:
    """Counted by member, over all such lines; commands are answered each time."""
    await shop.opens("taro")
    assert await said(shop, line)
    for other in (line, "/ghapp hello", "/ghapp stauts"):
        assert await said(shop, other) == ""
    assert await said(shop, line, "taro")
    assert await said(shop, "/ghapp status")
    assert await said(shop, "/ghapp status")
    assert await said(shop, "/deploy production #4x")
    await shop.later(minutes=11)
    assert await said(shop, line)


async def test_repeated_lines_that_are_no_commands_cost_no_call(shop: Scene) -> None:
    """However often it is typed, and without eyes."""
    await shop.opens("taro")
    await said(shop, "/ghapp hello")
    asked, heard = len(shop.github.exchanges), len(shop.whispers("mona"))
    for _ in range(30):
        await shop.types("mona", "/ghapp hello")
    assert len(shop.github.exchanges) == asked
    assert len(shop.whispers("mona")) == heard
