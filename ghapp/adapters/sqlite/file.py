"""One SQLite file and the one thread that uses it: transactions, and which errors are faults.

Waiting writes share one transaction, since the disk takes the time. An executor costs a tenth of storing a delivery.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from ghapp.adapters.sqlite import disk, schema, witness
from ghapp.ports import Permanent, Replaced, Retryable

T = TypeVar("T")
V = TypeVar("V")
Work = Callable[[sqlite3.Connection], T]


@dataclass(frozen=True, slots=True)
class Raised:
    """The exception that a piece of work raised, as a value."""

    error: Exception


Shared = Callable[[sqlite3.Connection, Sequence[V]], Sequence[T | Raised]]
"""Work on many parts at once, with an outcome for each. An exception undoes the transaction."""

_PATIENCE = 5.0  # seconds to wait for another process's transaction

# https://www.sqlite.org/rescode.html: these are our own bugs; all others come from the file, the disk or a neighbour
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


AT_ONCE = 500  # parts in a transaction, at most
ENOUGH = 64  # parts waiting: so many are handed over without waiting for more

_Lot = dict[Shared[Any, Any], tuple[list[Any], list[asyncio.Future[Any]]]]
"""By the work to do: the parts of all callers, and the futures for their outcomes."""

_Asked = Sequence[tuple[Shared[Any, Any], Sequence[Any]]]
"""The same without the futures."""

_Outcome = tuple[asyncio.Future[Any], Any]
"""The future, and the outcome for it."""


class File:
    """Opened at the first use, and again after a fault. It belongs to the event loop in which it is used first.

    No success is reported for a write to files that have been removed or replaced meanwhile.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._db: sqlite3.Connection | None = None
        self._files: disk.Files = ()
        self._store = ""
        self._restored = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: _Lot = {}
        self._count = 0
        self._handed: SimpleQueue[_Lot | None] = SimpleQueue()
        self._ended: asyncio.Future[None] | None = None

    def read(self, work: Work[T]) -> asyncio.Future[T]:
        """Runs a read of one statement: a single statement is consistent by itself."""
        return self.share(found, work)

    def write(self, work: Work[T]) -> asyncio.Future[T]:
        """Writes all of `work`, durable when the future is done, or nothing of it."""
        return self.share(_each, work)

    def share(self, work: Shared[V, T], part: V) -> asyncio.Future[T]:
        """The same, for work that handles the parts of all waiting callers at once. No call waits for others."""
        loop = self._started()
        outcome: asyncio.Future[T] = loop.create_future()
        if self._ended is not None:
            outcome.set_exception(Retryable("the store is closed"))
            return outcome
        if not self._asked:
            loop.call_soon(self._hand_over)
        if work not in self._asked:
            self._asked[work] = ([], [])
        parts, outcomes = self._asked[work]
        parts.append(part)
        outcomes.append(outcome)
        self._count += 1
        if self._count == AT_ONCE:
            self._hand_over(AT_ONCE)
        return outcome

    def restore(self) -> asyncio.Future[None]:
        """Takes a database from a backup into use. Raises `Permanent` where this version cannot."""
        self._restored = True
        return self.read(lambda db: None)

    async def close(self) -> None:
        """Closes after the work under way. A second call is harmless."""
        if self._ended is None:
            self._ended = self._started().create_future()
            self._hand_over(self._count)
            self._handed.put(None)
        await self._ended

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            threading.Thread(target=self._serve, args=(self._loop,), name="sqlite", daemon=True).start()
        return self._loop

    def _hand_over(self, seen: int = 0) -> None:
        """Hands the collected parts to the thread; waits a turn of the loop more as long as each turn brings more."""
        if seen < self._count < ENOUGH and self._loop:
            self._loop.call_soon(self._hand_over, self._count)
        elif self._asked:
            self._handed.put(self._asked)
            self._asked, self._count = {}, 0

    def _end(self) -> None:
        if self._ended and not self._ended.done():
            self._ended.set_result(None)

    # ---------------------------------------------------------------- in its thread

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        handed: list[_Lot | None] = []
        with suppress(RuntimeError):  # the loop is closed: no caller is left
            while None not in handed:
                handed = [self._handed.get() for _ in range(max(1, self._handed.qsize()))]
                for outcomes in map(self._outcomes, _together([lot for lot in handed if lot])):
                    for told in outcomes:
                        loop.call_soon_threadsafe(_tell, told)
            self._drop()
            loop.call_soon_threadsafe(self._end)

    def _outcomes(self, lot: _Lot) -> Iterator[Sequence[_Outcome]]:
        """The outcomes of the reads first, so that they are delivered at once, then those of the writes."""
        reads, readers = lot.pop(found, ([], []))
        if reads:
            yield [(reader, self._tried(read)) for read, reader in zip(reads, readers, strict=True)]
        if lot:
            writers = [each for _, outcomes in lot.values() for each in outcomes]
            yield list(zip(writers, self._written(lot), strict=True))

    def _written(self, lot: _Lot) -> Sequence[Any]:
        """Where the shared transaction fails, each part gets its own: one that cannot be written stops no other."""
        asked = [(work, parts) for work, (parts, _) in lot.items()]
        together = self._tried(partial(self._transact, asked=asked))
        if not isinstance(together, Raised):
            return together
        alone = [[(work, [part])] for work, parts in asked for part in parts]
        if len(alone) == 1 or isinstance(together.error, Retryable):  # the next one would wait for as long
            return [together] * len(alone)
        apart = [self._tried(partial(self._transact, asked=one)) for one in alone]
        return [each if isinstance(each, Raised) else each[0] for each in apart]

    def _tried(self, work: Work[T]) -> T | Raised:
        try:
            with self._faults():
                outcome = work(self._opened())
                self._expect_same_files()  # before success is reported: the files written to may be gone
                return outcome
        except Exception as error:  # noqa: BLE001 - its caller gets it
            return Raised(error)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._drop()  # the state of a failed connection is unknown
            if _code(error) in _OURS:
                raise
            raise Retryable(f"the store cannot be used: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        if self._db is not None:
            self._expect_same_files()
            return self._db
        if not self._files:
            disk.create(self._path)
        elif disk.files(self._path, log=False) != self._files[:1]:
            raise Replaced(disk.REPLACED)
        db = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            self._store = _set_up(db, self._path, restored=self._restored)
            files = disk.files(self._path)
        except Permanent as refused:
            db.close()
            if self._files:  # it was usable when the server started
                raise Replaced(disk.REPLACED) from refused
            raise
        except BaseException:
            db.close()
            raise
        disk.make_private(self._path)
        self._db, self._files, self._restored = db, files, False
        return db

    def _expect_same_files(self) -> None:
        if disk.files(self._path) != self._files:
            raise Replaced(disk.REPLACED)

    def _transact(self, db: sqlite3.Connection, asked: _Asked) -> Sequence[Any]:
        changes = 0
        with db:  # commits, or rolls back
            db.execute("BEGIN IMMEDIATE")
            before = db.total_changes
            outcomes = [outcome for work, parts in asked for outcome in work(db, parts)]
            if db.total_changes != before:
                changes = witness.count(db)
        if changes:
            self._expect_same_files()
            witness.follow(self._path, witness.Mark(self._store, changes))
        return outcomes

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None


def _set_up(db: sqlite3.Connection, path: Path, *, restored: bool) -> str:
    """Prepares the connection and returns the store's id."""
    if _to_wal(db) != "wal":
        raise Permanent(f"the store {path} needs a local disk: SQLite cannot keep a write-ahead log there")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    # checked first: a process that finds a store may read it while another writes
    if schema.version(db) != schema.VERSION or restored:
        with db:
            db.execute("BEGIN IMMEDIATE")
            schema.prepare(db, path, restored=restored)
    return witness.check(db, path)


def _to_wal(db: sqlite3.Connection) -> str:
    """Retries: where several processes create one file at once, SQLite says "locked" without waiting (7 of 1,000)."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return str(db.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _together(lots: Sequence[_Lot]) -> Iterator[_Lot]:
    """Merges the lots into as few as possible, none of which is too large for a transaction."""
    whole: _Lot = {}
    count = 0
    for lot in lots:
        size = sum(len(parts) for parts, _ in lot.values())
        if count + size > AT_ONCE:
            yield whole
            whole, count = {}, 0
        for work, (parts, outcomes) in lot.items():
            earlier = whole.setdefault(work, ([], []))
            earlier[0].extend(parts)
            earlier[1].extend(outcomes)
        count += size
    if whole:
        yield whole


def _tell(outcomes: Sequence[_Outcome]) -> None:
    for asked, outcome in outcomes:
        if asked.done():
            continue  # its caller has left
        if isinstance(outcome, Raised):
            asked.set_exception(outcome.error)
        else:
            asked.set_result(outcome)


def found(db: sqlite3.Connection, works: Sequence[Work[T]]) -> Sequence[T]:
    """Runs each read by itself, outside of any transaction."""
    return [work(db) for work in works]


def _each(db: sqlite3.Connection, works: Sequence[Work[T]]) -> Sequence[T | Raised]:
    return [_apart(db, work) for work in works]


def _apart(db: sqlite3.Connection, work: Work[T]) -> T | Raised:
    """An exception undoes this work alone; an SQLite error undoes the whole transaction."""
    outcome: T | Raised
    db.execute("SAVEPOINT apart")
    try:
        outcome = work(db)
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - handed to its caller
        db.execute("ROLLBACK TO apart")
        outcome = Raised(error)
    db.execute("RELEASE apart")
    return outcome


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; errors of Python's module itself have none, and count as misuse."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)) & 0xFF
