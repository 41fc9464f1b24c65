"""The ports' methods; each is one piece of work in the file's thread."""

import sqlite3
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ghapp.adapters.sqlite import documents, queue, schema, silences
from ghapp.adapters.sqlite.file import File
from ghapp.core.model.lanes import Share
from ghapp.ports import Archive, Change, Claimed, Clock, Counts, Item, Past, Row, Silence, Store, Version, utc_now


class SqliteStore(Store, Archive):
    """A missing file is created at the first use. Several stores, in any processes, may share a file."""

    def __init__(self, path: Path | str, *, clock: Clock = utc_now) -> None:
        """A file has no clock of its own: `check` returns the time of this one."""
        self._file = File(path)
        self._clock = clock

    async def open(self) -> None:
        """Creates or opens the file now. Raises `Permanent` where this version cannot use it, `Retryable` as all do."""
        await self._file.read(lambda db: None)

    async def restore(self) -> None:
        """Takes this file into use although it is older than the one that was here, or comes from elsewhere: its
        numbers may be older. Raises `Permanent` where this version cannot use it, `Retryable` as all do."""
        await self._file.restore()

    async def close(self) -> None:
        """Closes after the calls under way."""
        await self._file.close()

    def put(self, items: Sequence[Item], *, now: datetime) -> Awaitable[Sequence[bool]]:
        return self._file.share(queue.put, (items, now))

    async def claim(
        self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None
    ) -> Sequence[Claimed]:
        return await self._file.write(lambda db: queue.claim(db, now, lease, limit, share))

    async def renew(self, held: Claimed | Row, *, now: datetime, lease: timedelta) -> bool:
        if isinstance(held, Row):
            return await self._file.write(lambda db: documents.renew(db, held, now, lease))
        return await self._file.write(lambda db: queue.renew(db, held, now, lease))

    async def give_back(
        self, claimed: Claimed, *, now: datetime, retry_at: datetime | None, counts: bool, why: str
    ) -> None:
        if retry_at is None:
            await self._file.write(lambda db: queue.bury(db, claimed, now, why))
        else:
            await self._file.write(lambda db: queue.give_back(db, claimed, retry_at, counts, why))

    async def overtakes(self, claimed: Claimed) -> bool:
        return await self._file.read(lambda db: queue.overtakes(db, claimed))

    async def revive(self, item_id: str, *, now: datetime) -> bool:
        return await self._file.write(lambda db: queue.revive(db, item_id, now))

    async def check(self) -> datetime:
        return await self._file.write(lambda db: _pulse(db, self._clock()))

    async def load(self, repository: int) -> Sequence[Row]:
        return await self._file.read(lambda db: documents.load(db, repository))

    def record(self, change: Change) -> Awaitable[None]:
        if change.settles and not (change.writes or change.history or change.items or change.found_by):
            return self._file.share(queue.settle_all, (change.settles, change.at))
        return self._file.write(lambda db: documents.record(db, change))

    async def silence(self, account: str, repository: int) -> Silence:
        return await self._file.read(lambda db: silences.read(db, account, repository))

    async def keep_silence(self, account: str, repository: int, *, seen: Silence, at: datetime) -> None:
        await self._file.write(lambda db: silences.keep(db, account, repository, seen, at))

    async def break_silence(self, account: str, repository: int | None = None) -> None:
        await self._file.write(lambda db: silences.end(db, account, repository))

    async def due(self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None) -> Sequence[Row]:
        return await self._file.write(lambda db: documents.due(db, now, lease, limit, share))

    async def lease_document(self, repository: int, name: str, *, now: datetime, lease: timedelta) -> Row | None:
        return await self._file.write(lambda db: documents.lease_one(db, repository, name, now, lease))

    async def rest(self, row: Row, *, due_at: datetime | None, shown: bytes) -> None:
        await self._file.write(lambda db: documents.rest(db, row, due_at, shown))

    async def history(self, repository: int, *, limit: int, before: int | None = None) -> Sequence[Past]:
        return await self._file.read(lambda db: documents.history(db, repository, limit, before))

    async def repositories(self) -> Sequence[int]:
        return await self._file.read(documents.repositories)

    async def versions(self) -> Sequence[Version]:
        return await self._file.read(documents.versions)

    async def found_by(self, key: str) -> Sequence[int]:
        return await self._file.read(lambda db: documents.found_by(db, key))

    async def item(self, item_id: str) -> Item | None:
        return await self._file.read(lambda db: queue.item(db, item_id))

    async def counts(self) -> Counts:
        return await self._file.read(queue.counts)

    async def dead(self, *, limit: int) -> Sequence[tuple[Item, str]]:
        return await self._file.read(lambda db: queue.dead(db, limit))


def _pulse(db: sqlite3.Connection, now: datetime) -> datetime:
    """Writes: only a write that reached the disk proves that writes do."""
    db.execute("INSERT OR REPLACE INTO pulse (only, at) VALUES (1, ?)", (schema.stamp(now),))
    return now
