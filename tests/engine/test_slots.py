"""What is under way side by side, and how a worker ends."""

import asyncio
from pathlib import Path

from ghapp.engine.slots import EACH, MOST, Slots
from tests.scenarios.scene import scene


async def test_what_one_account_has_beyond_its_share_costs_no_other() -> None:
    """Signs that hang come on top of it; the others still have all the rest."""
    hangs, ended = asyncio.Event(), asyncio.Event()
    slots = Slots(ended.set)

    async def work() -> None:
        await hangs.wait()

    for _ in range(3 * EACH):
        slots.spawn("acme/1", work())
    slots.spawn("globex/2/notices", work())
    assert slots.free == MOST - EACH - 1
    assert dict(slots.share.held) == {"acme": 3 * EACH, "globex": 1}
    hangs.set()
    await asyncio.wait(slots.tasks)
    await ended.wait()
    assert (slots.free, dict(slots.share.held), slots.tasks) == (MOST, {}, set())


async def test_a_worker_that_is_woken_while_it_is_told_to_end_ends(tmp_path: Path) -> None:
    """However much is coming in: who stops the server does not have to kill it."""
    async with scene(tmp_path) as shop:
        assert shop._street
        worker = shop._street.worker
        working = asyncio.create_task(worker.run())
        await asyncio.sleep(0.2)  # it has looked, and waits
        worker.wake()
        working.cancel()
        done, _ = await asyncio.wait([working], timeout=5)
        assert done
