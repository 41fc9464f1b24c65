"""A lease lasts while its worker is at work, and ends soon after the worker stalls."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ghapp.adapters.sqlite import SqliteStore
from ghapp.engine.leases import LEASE, PARTS, Leases
from ghapp.ports import Claimed, Item, Overslept, Retryable, Row, Store, check_in_hand, is_in_hand
from tests.adapters.ground import Ground
from tests.adapters.store_world import change, connect, write

SHORT = timedelta(seconds=1.2)


class Watched:
    """A store whose renewals are counted, and fail while `fails` is set."""

    def __init__(self, inner: Store) -> None:
        self.inner, self.fails, self.renewed = inner, False, asyncio.Semaphore(0)
        self.answers: list[bool] = []

    async def renew(self, held: Claimed | Row, *, now: datetime, lease: timedelta) -> bool:
        """Releases the semaphore after each renewal."""
        try:
            if self.fails:
                raise Retryable("not now")
            self.answers.append(await self.inner.renew(held, now=now, lease=lease))
            return self.answers[-1]
        finally:
            self.renewed.release()

    async def times(self, count: int) -> None:
        """Waits for `count` more renewals, successful or not."""
        async with asyncio.timeout(10):
            for _ in range(count):
                await self.renewed.acquire()


@pytest.fixture
async def stores(ground: Ground) -> AsyncIterator[Sequence[Store]]:
    """One store, opened by two workers."""
    address = await ground.new_store()
    opened = [connect(address), connect(address)]
    yield opened
    for each in opened:
        await each.close()


def now() -> datetime:
    return datetime.now(UTC)


async def taken(store: Store, lease: timedelta = SHORT) -> list[Claimed | Row]:
    """The items and environments that another worker can take up now."""
    claimed = await store.claim(now=now(), lease=lease, limit=9)
    return [*claimed, *await store.due(now=now(), lease=lease, limit=9)]


@pytest.mark.parametrize("what", ["item", "document"])
async def test_long_work_keeps_its_lease(stores: Sequence[Store], what: str) -> None:
    """For several leases no other worker gets it; when the work is done, the renewals end."""
    one, other = stores
    watched = Watched(one)
    leases = Leases(watched, now, SHORT)  # type: ignore[arg-type]  # implements the one method that is used
    await one.put([Item(id="a", lane="1", body=b"")] if what == "item" else [], now=now())
    if what == "document":
        await one.record(change("1", write(0), at=now()))
    (held,) = await taken(one)
    with leases.held(held):
        for _ in range(2 * PARTS):
            await watched.times(1)
            assert await taken(other) == []
            assert is_in_hand()
    assert watched.answers == [True] * len(watched.answers)
    await asyncio.sleep(SHORT.total_seconds())
    assert len(watched.answers) <= 2 * PARTS + 1
    assert len(await taken(other)) == 1


async def test_a_worker_that_lost_its_item_sends_nothing(stores: Sequence[Store]) -> None:
    """The worker's clock shows no expiry, since another worker's clock ran ahead; the next renewal does."""
    one, other = stores
    watched = Watched(one)
    await one.put([Item(id="a", lane="1", body=b"")], now=now())
    (held,) = await one.claim(now=now(), lease=LEASE, limit=1)
    (stolen,) = await other.claim(now=now() + LEASE, lease=LEASE, limit=1)
    with Leases(watched, now, SHORT).held(held):  # type: ignore[arg-type]
        check_in_hand()
        await watched.times(1)
        await asyncio.sleep(0)
        with pytest.raises(Overslept):
            check_in_hand()
    assert stolen.id == held.id
    check_in_hand()


async def test_a_lease_is_kept_once_the_store_answers_again(stores: Sequence[Store]) -> None:
    """A failed renewal is retried until the lease ends; after that, nothing is sent until one succeeds."""
    one, _ = stores
    watched, apart = Watched(one), timedelta(0)
    await one.put([Item(id="a", lane="1", body=b"")], now=now())
    (held,) = await one.claim(now=now(), lease=SHORT, limit=1)
    with Leases(watched, lambda: now() + apart, SHORT).held(held):  # type: ignore[arg-type]
        watched.fails = True
        await watched.times(1)
        apart = SHORT
        assert not is_in_hand()
        watched.fails = False
        await watched.times(1)
        await asyncio.sleep(0)
        assert is_in_hand()


async def test_short_work_costs_no_renewal(tmp_path: Path) -> None:
    """Nearly all work ends long before a third of a lease."""
    store = SqliteStore(tmp_path / "ghapp.db")
    watched = Watched(store)
    await store.put([Item(id=f"{n}", lane=f"{n}", body=b"") for n in range(100)], now=now())
    for held in await store.claim(now=now(), lease=LEASE, limit=100):
        with Leases(watched, now).held(held):  # type: ignore[arg-type]
            await asyncio.sleep(0)
    await store.close()
    assert watched.answers == []
