"""A process whose clock is wrong decides nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ghapp.engine.clock_check import AGAIN_AFTER, TOO_LONG, ClockCheck
from ghapp.ports import Retryable
from tests.scenarios.scene import Scene, scene

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Times:
    """A wall clock, a steady clock and a witness; each moves by hand."""

    def __init__(self) -> None:
        self.wall, self.steady, self.told, self.asked = NOON, 1000.0, NOON, 0

    def passes(self, seconds: float) -> None:
        """Moves all clocks forward."""
        self.wall += timedelta(seconds=seconds)
        self.told += timedelta(seconds=seconds)
        self.steady += seconds

    async def witness(self) -> datetime:
        """The time of the witness; counts the requests."""
        self.asked += 1
        return self.told

    def trust(self, witness: Callable[[], Awaitable[datetime | None]] | None = None) -> ClockCheck:
        """A clock check with this witness, or another."""
        return ClockCheck(lambda: self.wall, {"GitHub": witness or self.witness}, steady=lambda: self.steady)


@pytest.mark.parametrize("off", [-600, -31, 31, 600])
async def test_a_clock_that_is_off_is_not_trusted_and_the_reason_is_given(off: float) -> None:
    times = Times()
    times.wall += timedelta(seconds=off)
    trust = times.trust()
    assert not await trust()
    assert trust.why == f"the clock is {off:+.0f} s off that of GitHub"


@pytest.mark.parametrize("off", [-29, 0, 29])
async def test_a_clock_within_half_a_minute_is_trusted(off: float) -> None:
    """Network latency alone must not stop a server."""
    times = Times()
    times.wall += timedelta(seconds=off)
    assert await times.trust()()


@pytest.mark.parametrize(("off", "set_right"), [(-29, True), (3, True), (29, True), (-1.5, False), (0, False)])
async def test_the_time_of_all_servers_is_that_of_the_store(off: float, set_right: bool) -> None:
    """All servers of a store use its clock; a difference within the precision of whole seconds is not corrected."""
    times = Times()
    times.wall += timedelta(seconds=off)
    trust = ClockCheck(lambda: times.wall, {"the store": times.witness}, steady=lambda: times.steady)
    assert trust.time() == times.wall
    assert await trust()
    assert trust.time() == (times.told if set_right else times.wall)
    times.wall = times.told
    times.passes(AGAIN_AFTER)
    await trust()
    await asyncio.sleep(0)
    assert trust.time() == times.told


async def test_a_clock_that_jumps_is_distrusted_at_once_until_the_jump_is_undone() -> None:
    """A jump of the clock starts a comparison without waiting for the next period."""
    times = Times()
    trust = times.trust()
    assert await trust()
    times.wall += timedelta(hours=1)
    assert not await trust()
    times.wall -= timedelta(hours=1)
    assert await trust()


async def test_the_witness_is_asked_once_per_period() -> None:
    """A drift is found, at one comparison per period."""
    times = Times()
    trust = times.trust()
    for _ in range(10):
        await trust()
    assert times.asked == 1
    times.passes(AGAIN_AFTER)
    times.told -= timedelta(seconds=40)
    await trust()
    await asyncio.sleep(0)  # the witness answers
    assert not await trust()
    assert times.asked == 2


async def test_a_check_waits_for_a_witness_only_when_its_last_answer_is_too_old() -> None:
    """While GitHub hangs, its last answer counts for `TOO_LONG` seconds."""
    times, hangs, asked = Times(), asyncio.Event(), 0

    async def witness() -> datetime:
        nonlocal asked
        asked += 1
        if asked > 1:
            await hangs.wait()
        return times.told

    trust = times.trust(witness)
    assert await trust()
    times.passes(AGAIN_AFTER)
    assert await trust()
    assert await trust()
    times.passes(TOO_LONG)
    times.told -= timedelta(minutes=1)
    waits = asyncio.create_task(trust())
    done, _ = await asyncio.wait([waits], timeout=0.05)
    assert not done
    hangs.set()
    assert not await waits


async def test_two_first_checks_at_once_both_wait_for_the_answer() -> None:
    """The second call waits for the first one's comparison, and does not take its start for an answer."""
    times, hangs = Times(), asyncio.Event()

    async def witness() -> datetime:
        await hangs.wait()
        return times.told - timedelta(minutes=1)

    trust = times.trust(witness)
    both = [asyncio.create_task(trust()) for _ in range(2)]
    await asyncio.sleep(0)
    hangs.set()
    assert await asyncio.gather(*both) == [False, False]


async def test_a_witness_that_gives_no_answer_does_not_count() -> None:
    """The server starts and works while GitHub is down."""

    async def away() -> datetime:
        raise Retryable("GitHub gave no answer")

    assert await Times().trust(away)()


async def test_a_server_with_a_wrong_clock_takes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    """The command waits until a server's clock is right."""
    async with scene(tmp_path) as shop:
        pull = await shop.opens("taro")
        await shop.merges("taro", pull)
        await _restarted_with(shop, off=timedelta(minutes=10))
        await shop.says("taro", "/deploy", on=pull)
        assert shop.runs() == []
        assert shop.replies(pull) == []
        await _restarted_with(shop, off=timedelta(0))
        await shop.idle()
        assert len(shop.runs()) == 1


async def _restarted_with(shop: Scene, *, off: timedelta) -> None:
    await shop.stop()
    await shop.start(clock=lambda: shop.stage.clock() + off)
