"""Short values for the store's contract, any adapter by its address, and processes that race and die."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Protocol

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.lanes import Share
from ghapp.ports import Archive, Change, Claimed, Conflict, Counts, Item, Past, Row, Store, Version, Write
from tests.adapters.aws.dynamodb_server import amazons_table

NOON = datetime(2026, 11, 23, 3, 0, 0, 123457, tzinfo=UTC)
LEASE = timedelta(seconds=30)
REPOSITORY = 1296269
INDEX_FOLLOWS = 1.0  # seconds


class StoreUnderTest(Store, Archive, Protocol):
    """Both ports of a store, with open and close."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...


def connect(address: str) -> StoreUnderTest:
    """A worker's own connection to the store at this address."""
    technology, place = address.split("://", 1)
    if technology == "sqlite":
        return SqliteStore(place.removeprefix("/"))
    assert technology == "dynamodb", f"no adapter for {address}"
    return DynamoStore(place) if amazons_table() is None else Unhurried(place)


class Unhurried(DynamoStore):
    """Waits before each query of an index: Amazon's index follows its table a moment later."""

    async def claim(
        self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None
    ) -> Sequence[Claimed]:
        await asyncio.sleep(INDEX_FOLLOWS)
        return await super().claim(now=now, lease=lease, limit=limit, share=share)

    async def due(self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None) -> Sequence[Row]:
        await asyncio.sleep(INDEX_FOLLOWS)
        return await super().due(now=now, lease=lease, limit=limit, share=share)

    async def history(self, repository: int, *, limit: int, before: int | None = None) -> Sequence[Past]:
        await asyncio.sleep(INDEX_FOLLOWS)
        return await super().history(repository, limit=limit, before=before)

    async def repositories(self) -> Sequence[int]:
        await asyncio.sleep(INDEX_FOLLOWS)
        return await super().repositories()

    async def versions(self) -> Sequence[Version]:
        await asyncio.sleep(INDEX_FOLLOWS)
        return await super().versions()

    async def counts(self) -> Counts:
        await asyncio.sleep(INDEX_FOLLOWS)
        return await super().counts()

    async def dead(self, *, limit: int) -> Sequence[tuple[Item, str]]:
        await asyncio.sleep(INDEX_FOLLOWS)
        return await super().dead(limit=limit)


def after(seconds: float = 0, *, days: float = 0) -> datetime:
    return NOON + timedelta(seconds=seconds, days=days)


def item(name: str, lane: str = "1") -> Item:
    return Item(id=name, lane=lane, body=f"body of {name}".encode())


def write(
    version: int, document: bytes = b"{}", name: str = "production", *, full_name: str = "octocat/hello"
) -> Write:
    return Write(repository=REPOSITORY, full_name=full_name, name=name, version=version, document=document)


def change(
    name: str,
    *writes: Write,
    at: datetime = NOON,
    history: bytes = b"",
    items: Sequence[Item] = (),
    settles: Claimed | None = None,
) -> Change:
    return Change(
        id=name,
        at=at,
        repository=REPOSITORY,
        writes=writes,
        history=history,
        items=tuple(items),
        settles=settles,
    )


async def claim(store: Store, at: datetime = NOON, limit: int = 10) -> list[Claimed]:
    return list(await store.claim(now=at, lease=LEASE, limit=limit))


async def claim_one(store: Store, at: datetime = NOON) -> Claimed:
    [claimed] = await claim(store, at)
    return claimed


async def names(store: Store, at: datetime = NOON, limit: int = 10) -> list[str]:
    """The ids of the items that can be claimed. Claims them."""
    return [claimed.id for claimed in await claim(store, at, limit)]


async def lease(store: Store, name: str = "production", at: datetime = NOON) -> Row | None:
    """Leases one document of the repository."""
    return await store.lease_document(REPOSITORY, name, now=at, lease=LEASE)


async def due(store: Store, at: datetime = NOON, limit: int = 10) -> list[Row]:
    return list(await store.due(now=at, lease=LEASE, limit=limit))


async def race(address: str, racer: str, rounds: int, barrier: Barrier, wins: Connection) -> None:
    """Writes on the same version as all other racers, once each round."""
    store = connect(address)
    await store.open()
    for version in range(rounds):
        barrier.wait()  # blocks, but nothing else runs in this process
        try:
            await store.record(change(f"{racer}/{version}", write(version), history=racer.encode()))
        except Conflict:
            continue
        wins.send(version)
    await store.close()
    wins.close()


async def put_for_ever(address: str, run: int, acknowledged: Connection) -> None:
    """Puts three items at a time, each in a lane of its own, and sends the batch's number once they are stored."""
    store = connect(address)
    batch = 0
    while True:
        await store.put(put_batch(run, batch), now=NOON)
        acknowledged.send(batch)
        batch += 1


def put_batch(run: int, batch: int) -> list[Item]:
    return [item(f"{run}/{batch}/{place}", lane=f"{run}/{batch}/{place}") for place in range(3)]
