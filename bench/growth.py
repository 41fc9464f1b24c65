"""Compares a store that has grown for years with a new one: `make bench`.

Prints the median time of each call on both, their ratio, and SQLite's query plan of each statement.
"""

import asyncio
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TypeVar

from ghapp.adapters.sqlite import SqliteStore, documents, queue
from ghapp.adapters.sqlite.schema import stamp
from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model import codec
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment, Pull, Release, Repository, Revision
from ghapp.ports import Change, Item, Row, Write

ENVIRONMENTS = 10_000
ENTRIES = 100  # for each environment: a million in all
DONE = 100_000  # ids of settled items, which are kept for seven days
WAITING = 1_000  # repositories whose next event waits, as while GitHub is down
ROUNDS = 500
PAGE = 50
MOST = 2.0  # times the duration in a new store

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
LEASE = timedelta(minutes=2)
T = TypeVar("T")


def environment(repository: int) -> Environment:
    """An environment with many releases, and three pull requests in line."""
    config = EnvironmentConfig(sha="c" * 40, branch="main", workflow="deploy.yml", timezone="Asia/Tokyo")
    pulls = [Pull(number=number, title="Reword notifications", author="taro", head="a" * 40) for number in range(40)]
    return Environment(
        repository=Repository(repository, f"acme/shop-{repository}", 7),
        name="production",
        config=config,
        created_at=NOW,
        number=100,
        live=Revision(sha="b" * 40, pull=pulls[0], live_since=NOW),
        earlier=tuple(Revision(sha=f"{pull.number:040x}", pull=pull, live_since=NOW) for pull in pulls[:20]),
        awaiting=tuple(Release(pull=pull, merger="taro", sha="d" * 40, merged_at=NOW) for pull in pulls[-3:]),
    )


def history(number: int) -> bytes:
    """The history entry of one change."""
    entry = Entry(at=NOW, what="accepted", environment="production", actor="taro", door="pull_request", number=number)
    return codec.encode_entries((entry,))


DOCUMENT = codec.encode_environment(environment(1))
HISTORY = history(100)


def grow(path: Path, environments: int, done: int) -> None:
    """Writes years of use directly into the file. The changes of all environments are interleaved, as in real use."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    at = stamp(NOW)
    with db:
        db.executemany(
            "INSERT INTO document (repository, name, full_name, version, document, changed_at, due_at) "
            "VALUES (?, 'production', 'acme/shop', 1, ?, ?, ?)",
            ((number, DOCUMENT, at, None if number % 10 else stamp(LATER) + number) for number in range(environments)),
        )
        db.executemany(
            "INSERT INTO change (id, at, repository, history) VALUES (?, ?, ?, ?)",
            (
                (f"{random.getrandbits(128):032x}", at, number, HISTORY)
                for _ in range(ENTRIES)
                for number in range(environments)
            ),
        )
        db.executemany(
            "INSERT INTO item (id, lane, body, state, stored_at, ready_at, settled_at) "
            "VALUES (?, ?, x'', 'done', ?, ?, ?)",
            (
                (f"{number % environments}/comment/{number}", f"{number % environments}", at, at, at)
                for number in range(done)
            ),
        )
    db.close()


def fill(path: Path) -> None:
    """Adds open items that are ready later."""
    db = sqlite3.connect(path)
    with db:
        db.executemany(
            "INSERT INTO item (id, lane, body, state, stored_at, ready_at) VALUES (?, ?, ?, 'open', ?, ?)",
            ((f"waits/{number}", f"waits/{number}", HISTORY, stamp(NOW), stamp(LATER)) for number in range(WAITING)),
        )
    db.close()


class Bench:
    """One store with the seconds that each call took."""

    def __init__(self, path: Path, environments: int) -> None:
        self.path, self.store, self.environments = path, SqliteStore(path), environments
        self.took: dict[str, list[float]] = defaultdict(list)
        self._moment = NOW

    async def round(self, number: int, repository: int) -> None:
        """The store's calls for one comment on one environment."""
        self._moment += timedelta(seconds=1)
        now, item = self._moment, Item(id=f"{repository}/comment/new/{number}", lane=f"{repository}", body=HISTORY)
        await self._timed("put", self.store.put([item], now=now))
        (claimed,) = await self._timed("claim", self.store.claim(now=now, lease=LEASE, limit=8))
        (row,) = await self._timed("load", self.store.load(repository))
        change = Change(
            id=f"change/{number}",
            at=now,
            repository=repository,
            writes=(_again(row),),
            history=HISTORY,
            settles=claimed,
        )
        await self._timed("record", self.store.record(change))
        (due,) = await self._timed("due", self.store.due(now=now, lease=LEASE, limit=8))
        await self._timed("rest", self.store.rest(due, due_at=None, shown=b"{}"))
        page = await self._timed("history page", self.store.history(repository, limit=PAGE))
        assert len(page) == PAGE

    async def nothing_ready(self) -> None:
        """The worker's poll, once a second, while every item waits for its time."""
        for _ in range(ROUNDS):
            assert not await self._timed("nothing ready", self.store.claim(now=NOW, lease=LEASE, limit=8))

    async def _timed(self, call: str, asked: Awaitable[T]) -> T:
        start = time.perf_counter()
        answer = await asked
        self.took[call].append(time.perf_counter() - start)
        return answer


def _again(row: Row) -> Write:
    return Write(
        repository=row.repository, full_name="acme/shop", name=row.name, version=row.version, document=row.document
    )


def statements(path: Path) -> Iterator[tuple[str, str]]:
    """Every SQL statement of each call, with its values."""
    db = sqlite3.connect(path, isolation_level=None)
    told: list[str] = []
    db.set_trace_callback(told.append)
    db.execute("BEGIN")
    change = Change(
        id="plan", at=LATER, repository=1, writes=(), history=HISTORY, items=(Item(id="p", lane="p", body=b""),)
    )
    calls: dict[str, Callable[[], object]] = {
        "put": lambda: queue.put(db, [([Item(id="plan", lane="plan", body=b"")], NOW)]),
        "claim": lambda: queue.claim(db, NOW, LEASE, 8, None),
        "load": lambda: documents.load(db, 1),
        "record": lambda: documents.record(db, change),
        "record, a document": lambda: documents._write(db, _again(documents.load(db, 1)[0]), NOW),
        "record, an item settled": lambda: queue.settle(db, queue.claim(db, LATER, LEASE, 1, None)[0], LATER),
        "due": lambda: documents.due(db, LATER, LEASE, 8, None),
        "lease of one": lambda: documents.lease_one(db, 1, "production", LATER + LEASE, LEASE),
        "rest": lambda: documents.rest(db, documents.load(db, 1)[0], None, b"{}"),
        "history page": lambda: documents.history(db, 1, PAGE, None),
        "dead letters": lambda: queue.dead(db, PAGE),
    }
    for call, make in calls.items():
        told.clear()
        make()
        yield from ((call, statement) for statement in dict.fromkeys(told))
    db.set_trace_callback(None)
    db.execute("ROLLBACK")
    db.close()


def plans(path: Path) -> Iterator[str]:
    """SQLite's query plan of each statement."""
    db = sqlite3.connect(path)
    seen = set()
    for call, statement in statements(path):
        short = re.sub(r"\s+", " ", re.sub(r"x'[0-9a-f]*'|'[^']*'|\b\d{4,}\b", "?", statement, flags=re.I)).strip()
        if (call, short) not in seen:
            seen.add((call, short))
            yield f"{call}: {short[:110]}"
            yield from (f"    {detail}" for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {statement}"))
    db.close()


async def compared(folder: Path) -> bool:
    """Both stores in turn, so that disturbances of the machine affect both alike."""
    new, grown = Bench(folder / "new.db", 1), Bench(folder / "grown.db", ENVIRONMENTS)
    for bench, done in ((new, 0), (grown, DONE)):
        await bench.store.open()
        grow(bench.path, bench.environments, done)
    chosen = random.Random(1)  # noqa: S311 - not a secret
    for number in range(ROUNDS):
        for bench in (new, grown):
            await bench.round(number, chosen.randrange(bench.environments))
    tell(f"{'call':14}{'new':>10}{'grown':>10}{'ratio':>8}")
    within = [_told(call, median(took), median(grown.took[call])) for call, took in new.took.items()]
    fill(grown.path)
    await grown.nothing_ready()
    tell(f"claim, {WAITING:,} repositories waiting: {median(grown.took['nothing ready']) * 1e3:.3f} ms")
    for bench in (new, grown):
        await bench.store.close()
    return all(within)


def _told(call: str, before: float, after: float) -> bool:
    tell(f"{call:14}{before * 1e3:>7.3f} ms{after * 1e3:>7.3f} ms{after / before:>8.2f}")
    return after <= MOST * before


def tell(line: str) -> None:
    """Prints a line."""
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """0 where no call takes more than twice as long."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        well = asyncio.run(compared(folder))
        size = (folder / "grown.db").stat().st_size / 1e6
        tell(f"grown: {ENVIRONMENTS:,} environments, {ENVIRONMENTS * ENTRIES:,} entries of history, {size:,.0f} MB")
        tell("")
        for line in plans(folder / "grown.db"):
            tell(line)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
