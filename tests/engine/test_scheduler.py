"""Periodic tasks done by one server for all: once per round, and again after a failure."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from ghapp.core.model.codec import decode_item
from ghapp.core.model.events import ScheduledTask
from ghapp.engine.scheduler import Scheduler, Turn
from ghapp.ports import Claimed, Retryable
from tests.adapters.ground import Ground
from tests.adapters.store_world import StoreUnderTest, connect

NOON = datetime.fromisoformat("2026-11-23T12:00:00Z")
EVERY, LEASE = timedelta(minutes=5), timedelta(minutes=2)


class Server:
    """One replica's rounds, and the number it did."""

    def __init__(self, store: StoreUnderTest) -> None:
        self.store, self.now, self.done, self.fails = store, NOON, 0, False
        self.rounds = Scheduler(store, lambda: self.now, {"deliveries": Turn(EVERY, self._sweep)})

    async def _sweep(self, _: ScheduledTask) -> None:
        if self.fails:
            raise Retryable("GitHub cannot be asked")
        self.done += 1

    async def called(self, now: datetime) -> list[Claimed]:
        """Queues the due rounds at `now`, and claims the items that are ready."""
        self.now = now
        await self.rounds.call()
        return list(await self.store.claim(now=now, lease=LEASE, limit=9))

    async def works(self, now: datetime) -> None:
        """Queues, claims and works until no item is ready."""
        while claimed := await self.called(now):
            for one in claimed:
                item = decode_item(one.body)
                assert isinstance(item, ScheduledTask)
                await self.rounds.work(item, one)


@asynccontextmanager
async def replicas(ground: Ground, count: int) -> AsyncIterator[list[Server]]:
    """`count` servers on one store."""
    address = await ground.new_store()
    stores = [connect(address) for _ in range(count)]
    yield [Server(store) for store in stores]
    for store in stores:
        await store.close()


async def test_each_round_is_done_by_one_server(ground: Ground) -> None:
    """Three servers that start together and look twelve times in half an hour sweep seven times, not twenty-one."""
    async with replicas(ground, 3) as servers:
        for minute in range(0, 33, 3):
            for server in servers:
                await server.works(NOON + timedelta(minutes=minute))
        assert sum(server.done for server in servers) == 1 + 6


async def test_while_one_server_works_a_round_no_other_begins(ground: Ground) -> None:
    """Not even the next round, before the first one's lease ends."""
    async with replicas(ground, 2) as (one, two):
        assert len(await one.called(NOON)) == 1
        assert await two.called(NOON + timedelta(minutes=1)) == []
        assert len(await two.called(NOON + LEASE)) == 1


async def test_a_round_that_was_not_done_in_time_is_left_to_the_next(ground: Ground) -> None:
    """After an hour without GitHub one sweep is due, not twelve."""
    async with replicas(ground, 1) as (server,):
        server.fails = True
        for minute in range(0, 60, 5):
            with pytest.raises(Retryable):
                await server.works(NOON + timedelta(minutes=minute))
        server.fails = False
        await server.works(NOON + timedelta(minutes=62))
        assert server.done == 1


async def test_a_server_that_starts_looks_at_once(ground: Ground) -> None:
    """Work missed while it was down does not wait for the next round."""
    async with replicas(ground, 2) as (before, started):
        await before.works(NOON)
        await started.works(NOON + timedelta(minutes=1))
        assert started.done == 1


SECOND = timedelta(seconds=1)


async def test_a_server_that_starts_again_at_once_looks_again(ground: Ground) -> None:
    """In the same minute, a few seconds after the first round of the server before."""
    async with replicas(ground, 2) as (before, started):
        await before.works(NOON)
        await started.works(NOON + 13 * SECOND)
        assert started.done == 0
        await started.works(NOON + 20 * SECOND)
        assert started.done == 1


async def test_two_that_start_together_look_once_after_both_have_started(ground: Ground) -> None:
    """The first round may not begin before both servers have started."""
    async with replicas(ground, 2) as (one, two):
        await one.works(NOON + 2 * SECOND)
        await two.works(NOON + 7 * SECOND)
        assert one.done + two.done == 0
        for second in (10, 11, 12, 30):
            await two.works(NOON + second * SECOND)
            await one.works(NOON + second * SECOND)
        assert (one.done, two.done) == (0, 1)
