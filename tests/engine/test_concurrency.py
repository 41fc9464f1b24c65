"""Limits of concurrent tasks, and how a worker ends."""

import asyncio
import re
from pathlib import Path

from ghapp.demo.github import Fault, faults
from ghapp.engine.concurrency import EACH, MOST, SHOWN, SHOWN_EACH, Concurrency
from tests.scenarios.scene import scene


async def test_tasks_of_one_account_beyond_its_share_take_no_slots_from_others() -> None:
    """Tasks may come on top of a full share (here ones that hang); the other accounts keep all other slots."""
    hangs, ended = asyncio.Event(), asyncio.Event()
    slots = Concurrency(ended.set)

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


async def test_tasks_that_only_publish_take_no_slots_from_tasks_that_act() -> None:
    """An account keeps all slots for commands, however many of its gates are being written."""
    hangs = asyncio.Event()
    slots = Concurrency(lambda: None)

    async def work() -> None:
        await hangs.wait()

    for number in range(SHOWN_EACH):
        slots.spawn(f"acme/1/heads/{number}", work())
    assert slots.share.held.get("acme", 0) == 0
    assert slots.share.held["acme/shown"] == slots.share.shown == SHOWN_EACH
    assert slots.share.shown_room == SHOWN - SHOWN_EACH
    hangs.set()
    await asyncio.wait(slots.tasks)


async def test_a_worker_that_is_woken_and_cancelled_at_once_ends(tmp_path: Path) -> None:
    """However many events come in, an operator can stop the server without killing it."""
    async with scene(tmp_path) as shop:
        assert shop._components
        worker = shop._components.worker
        working = asyncio.create_task(worker.run())
        await asyncio.sleep(0.2)  # it has polled, and waits
        worker.wake()
        working.cancel()
        done, _ = await asyncio.wait([working], timeout=5)
        assert done


async def test_a_worker_cancelled_at_any_moment_keeps_no_item(tmp_path: Path) -> None:
    """Items just claimed are given back too, so another worker takes them up at once and not when the lease ends."""
    async with scene(tmp_path, slack=False) as shop:
        pull = await shop.opens("taro")
        await shop.idle()
        await shop.shop.comment(pull, by="taro", body="/status")
        assert shop._components
        store, worker, clock = shop._components.store, shop._components.worker, shop.stage.clock
        answers = asyncio.Event()
        shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.barrier(answers), times=1_000))
        for turns in range(60):
            working = asyncio.create_task(worker.run())
            for _ in range(turns):
                await asyncio.sleep(0)
            working.cancel()
            await asyncio.wait([working])
            await worker.finish(0.001)
            (claimed,) = await shop.claims()
            await store.give_back(claimed, now=clock(), retry_at=clock(), counts=False, why="")
        answers.set()
        shop.github.faults.clear()
        await shop.idle()
        assert shop.codes(pull) == ["status"]
