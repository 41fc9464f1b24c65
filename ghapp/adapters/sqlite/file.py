"""One SQLite file and the one thread that touches it: transactions, and which of its errors are faults.

Writes that wait at the same time share one transaction, since it is the disk that takes the time.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ghapp.adapters.sqlite import schema
from ghapp.ports import Permanent, Retryable

T = TypeVar("T")
V = TypeVar("V")
Work = Callable[[sqlite3.Connection], T]


@dataclass(frozen=True, slots=True)
class Raised:
    """Nothing came of it, and this is why."""

    error: Exception


Shared = Callable[[sqlite3.Connection, Sequence[V]], Sequence[T | Raised]]
"""Work for many at once, with an outcome for each. What it raises undoes the transaction."""

_PATIENCE = 5.0  # seconds to wait for another process's transaction

# https://www.sqlite.org/rescode.html: these are mistakes of ours; all others are the file's, the disk's, a neighbour's
_OURS = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
    }
)


AT_ONCE = 500  # writes in a transaction


@dataclass(frozen=True, slots=True)
class _Write:
    """One caller's part of a work, and what came of it."""

    work: Shared[Any, Any]
    part: Any
    outcome: asyncio.Future[Any]


class File:
    """Opened at the first use, and anew after a fault."""

    def __init__(self, path: Path | str) -> None:
        self._path = str(path)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._db: sqlite3.Connection | None = None
        self._closed = False
        self._waiting: deque[_Write] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def read(self, work: Work[T]) -> T:
        """What one statement finds: a single statement is consistent by itself."""
        return await self._run(lambda: work(self._opened()))

    async def write(self, work: Work[T]) -> T:
        """All of `work`, durable on return, or nothing of it."""
        return await self.share(_each, work)

    async def share(self, work: Shared[V, T], part: V) -> T:
        """The same, of what is done for all at once who wait for it. Nobody waits for others to come."""
        mine = _Write(work, part, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        outcome: T = await mine.outcome
        return outcome

    async def _write(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            for each, outcome in zip(batch, await self._outcomes(batch), strict=True):
                if each.outcome.done():
                    continue  # its caller has left
                if isinstance(outcome, Raised):
                    each.outcome.set_exception(outcome.error)
                else:
                    each.outcome.set_result(outcome)
        self._writing = None

    async def _outcomes(self, batch: Sequence[_Write]) -> Sequence[Any]:
        """Where the whole transaction fails, each for itself: one that cannot be written keeps no other from it."""
        try:
            return await self._run(lambda: _transact(self._opened(), batch))
        except Exception as error:  # noqa: BLE001 - each caller hears of its own
            if len(batch) == 1:
                return [Raised(error)]
        return [outcome for each in batch for outcome in await self._outcomes([each])]

    async def close(self) -> None:
        """Once is enough, twice is harmless."""
        if not self._closed:
            self._closed = True
            if self._writing is not None:
                await self._writing
            await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
            self._thread.shutdown(wait=False)

    async def _run(self, task: Callable[[], T]) -> T:
        def guarded() -> T:
            with self._faults():
                return task()

        return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._drop()  # nothing is known of a connection that failed
            if _code(error) in _OURS:
                raise
            raise Retryable(f"the store cannot be used: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            db = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
            try:
                _set_up(db, self._path)
            except BaseException:
                db.close()
                raise
            self._db = db
        return self._db

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None


def _set_up(db: sqlite3.Connection, path: str) -> None:
    if _to_wal(db) != "wal":
        raise Permanent(f"the store {path} needs a local disk: SQLite cannot keep a write-ahead log there")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    if schema.version(db) != schema.VERSION:  # asked first: whoever finds a store may read it while another writes
        with db:
            db.execute("BEGIN IMMEDIATE")
            schema.prepare(db, path)


def _to_wal(db: sqlite3.Connection) -> str:
    """Where several make the same new file at once, SQLite says "locked" here without waiting (7 of 1,000)."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return str(db.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _transact(db: sqlite3.Connection, batch: Sequence[_Write]) -> Sequence[Any]:
    parts: dict[Shared[Any, Any], list[Any]] = {}
    for each in batch:
        parts.setdefault(each.work, []).append(each.part)
    with db:  # commits, or rolls back
        db.execute("BEGIN IMMEDIATE")
        outcomes = {work: iter(work(db, of_it)) for work, of_it in parts.items()}
    return [next(outcomes[each.work]) for each in batch]


def _each(db: sqlite3.Connection, works: Sequence[Work[T]]) -> Sequence[T | Raised]:
    return [_apart(db, work) for work in works]


def _apart(db: sqlite3.Connection, work: Work[T]) -> T | Raised:
    """What is raised undoes this work alone; an error of SQLite's the whole transaction."""
    outcome: T | Raised
    db.execute("SAVEPOINT apart")
    try:
        outcome = work(db)
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
        db.execute("ROLLBACK TO apart")
        outcome = Raised(error)
    db.execute("RELEASE apart")
    return outcome


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; what Python's module says by itself has none, and is a misuse."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)) & 0xFF
