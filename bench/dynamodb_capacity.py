"""Measures one `/deploy` in DynamoDB's units, and the time of each call: `python -m bench.dynamodb_capacity`.

Uses a local service, whose accounting is rough, or with GHAPP_TEST_DYNAMODB_TABLE Amazon's, which bills it.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import TypeVar

from msgspec.structs import replace

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.ports import Change, Claimed, Item, Row, Write
from tests.adapters.aws.dynamodb_server import amazons_table, emptied, environ_for, local_service, new_table
from tests.adapters.store_world import LEASE, NOON, REPOSITORY, after

T = TypeVar("T")

PACKED, SHOWN, HISTORY, EVENT, NOTICE = 900, 200, 190, 250, 800  # bytes, as of a release in tests/scenarios
READS = frozenset({"get_item", "query", "batch_get_item"})


class Meter:
    """Sums the consumed units and calls under the name of the store's method that is running."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[float, float, int, float]]] = defaultdict(list)
        self._reads = self._writes = 0.0
        self._calls = 0

    def consumed(self, operation: str, units: float) -> None:
        """Counts one call of the service."""
        self._calls += 1
        if operation in READS:
            self._reads += units
        else:
            self._writes += units

    async def of(self, name: str, call: Awaitable[T]) -> T:
        """Runs and records one call of the store."""
        self._reads, self._writes, self._calls = 0.0, 0.0, 0
        start = time.perf_counter()
        answer = await call
        self.rows[name].append((self._reads, self._writes, self._calls, time.perf_counter() - start))
        return answer

    def told(self) -> Iterator[str]:
        """The table of results, in the order of the calls."""
        yield f"{'operation':<42}{'times':>6}{'calls':>7}{'read units':>12}{'write units':>13}{'ms each':>9}"
        for name, rows in self.rows.items():
            reads, writes, calls, seconds = (sum(column) for column in zip(*rows, strict=True))
            each = 1000 * seconds / len(rows)
            yield f"{name:<42}{len(rows):>6}{calls:>7.0f}{reads:>12.1f}{writes:>13.1f}{each:>9.1f}"
        every = [row for rows in self.rows.values() for row in rows]
        reads, writes, calls, _ = (sum(column) for column in zip(*every, strict=True))
        yield f"{'one whole /deploy':<42}{len(every):>6}{calls:>7.0f}{reads:>12.1f}{writes:>13.1f}"


async def deploy(store: DynamoStore, meter: Meter) -> None:
    """A comment and its answer, the grant, a run observed four times; the repository has one environment."""
    await store.record(_change("created", _write(0)))
    [row] = await store.due(now=NOON, lease=LEASE, limit=8)
    await store.rest(row, due_at=None, shown=bytes(SHOWN))

    comment = Item(id=f"{REPOSITORY}/comment/1", lane=f"{REPOSITORY}", body=bytes(EVENT))
    await meter.of("put: the comment", store.put([comment], now=NOON))
    [claimed] = await meter.of("claim: the comment", store.claim(now=NOON, lease=LEASE, limit=8))
    await meter.of("load", store.load(REPOSITORY))
    notice = Item(id=f"{REPOSITORY}/notice/1", lane=f"{REPOSITORY}/notices", body=bytes(NOTICE))
    granted = _change("granted", _write(1), history=bytes(HISTORY), items=(notice,), settles=claimed)
    await meter.of("record: granted, answer owed, comment done", store.record(granted))

    await meter.of("renew: the comment", store.renew(claimed, now=NOON, lease=LEASE))
    [answer] = await meter.of("claim: the answer", store.claim(now=NOON, lease=LEASE, limit=8))
    await meter.of("record: the answer is posted", store.record(_change("posted", settles=answer)))
    for version, seen in enumerate(("starting", "queued", "running", "succeeded"), start=2):
        row = await _driven(store, meter, seen, version)
    await meter.of("claim: nothing is ready", store.claim(now=after(5), lease=LEASE, limit=8))
    await meter.of("due: nothing is due", store.due(now=after(5), lease=LEASE, limit=8))
    await meter.of("check", store.check())


async def _driven(store: DynamoStore, meter: Meter, seen: str, version: int) -> Row:
    """One reconcile: leases, loads, records, loads again to publish, and rests."""
    [row] = await meter.of("due: leased", store.due(now=after(version), lease=LEASE, limit=8))
    await meter.of("renew: the environment", store.renew(row, now=after(version), lease=LEASE))
    await meter.of("load", store.load(REPOSITORY))
    change = _change(seen, _write(version), history=bytes(HISTORY))
    await meter.of("record: the run is seen", store.record(change))
    [current] = await meter.of("load", store.load(REPOSITORY))
    current = replace(current, token=row.token)
    await meter.of("rest", store.rest(current, due_at=after(version + 1), shown=bytes(SHOWN)))
    return row


def _write(version: int) -> Write:
    return Write(
        repository=REPOSITORY,
        full_name="octocat/hello",
        name="production",
        version=version,
        document=os.urandom(PACKED),
    )


def _change(
    name: str, *writes: Write, history: bytes = b"", items: Sequence[Item] = (), settles: Claimed | None = None
) -> Change:
    return Change(
        id=name, at=NOON, repository=REPOSITORY, writes=writes, history=history, items=tuple(items), settles=settles
    )


@contextmanager
def _service() -> Iterator[None]:
    with ExitStack() as stack:
        if not amazons_table() and "AWS_ENDPOINT_URL_DYNAMODB" not in os.environ:
            os.environ.update(environ_for(stack.enter_context(local_service())))
        yield


@asynccontextmanager
async def _store(meter: Meter) -> AsyncIterator[DynamoStore]:
    name = amazons_table()
    store = DynamoStore(emptied(name) if name else await new_table(), consumed=meter.consumed)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def main() -> None:
    meter = Meter()
    async with _store(meter) as store:
        await deploy(store, meter)
    print("\n".join(meter.told()))  # noqa: T201 - the script's output


if __name__ == "__main__":
    with _service():
        asyncio.run(main())
