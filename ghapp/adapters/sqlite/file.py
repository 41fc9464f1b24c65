"""One SQLite file and the one thread that touches it: transactions, and which of its errors are faults."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from ghapp.adapters.sqlite import schema
from ghapp.ports import Permanent, Retryable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

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


class File:
    """Opened at the first use, and anew after a fault."""

    def __init__(self, path: Path | str) -> None:
        self._path = str(path)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._db: sqlite3.Connection | None = None
        self._closed = False

    async def read(self, work: Work[T]) -> T:
        """What one statement finds: a single statement is consistent by itself."""
        return await self._run(lambda: work(self._opened()))

    async def write(self, work: Work[T]) -> T:
        """All of `work`, durable on return, or nothing of it."""
        return await self._run(lambda: _transact(self._opened(), work))

    async def close(self) -> None:
        """Once is enough, twice is harmless."""
        if not self._closed:
            self._closed = True
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
        _transact(db, lambda db: schema.prepare(db, path))


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


def _transact(db: sqlite3.Connection, work: Work[T]) -> T:
    with db:  # commits, or rolls back
        db.execute("BEGIN IMMEDIATE")
        return work(db)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; what Python's module says by itself has none, and is a misuse."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)) & 0xFF
