"""Documents and the changes that write them. Every condition is in SQL, within the caller's transaction."""

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from ghapp.adapters.sqlite import queue
from ghapp.adapters.sqlite.schema import moment, stamp
from ghapp.core.model.lanes import Share, in_turn
from ghapp.ports import Change, Conflict, Past, Row, Version, Write

_ANY = 2**63 - 1  # a place after every other

_DUE = """SELECT repository, name, full_name FROM document
WHERE due_at <= :now AND (lease_until IS NULL OR lease_until <= :now) ORDER BY due_at"""

_ONE = """SELECT repository, full_name, name, version, document, shown FROM document
WHERE repository = :repository AND name = :name AND (lease_until IS NULL OR lease_until <= :now)"""


def load(db: sqlite3.Connection, repository: int) -> Sequence[Row]:
    found = db.execute(
        "SELECT repository, full_name, name, version, document, shown FROM document WHERE repository = ? ORDER BY name",
        (repository,),
    )
    return _rows(found)


def record(db: sqlite3.Connection, change: Change) -> None:
    _forget(db, change.at)
    added = db.execute(
        "INSERT INTO change (id, at, repository, history) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (change.id, stamp(change.at), change.repository, change.history or None),
    )
    if added.rowcount != 1:
        return
    if change.settles is not None:
        queue.settle(db, change.settles, change.at)
    for write in change.writes:
        _write(db, write, change.at)
    queue.put(db, [(change.items, change.at)])
    db.executemany(
        "INSERT INTO channel (channel, repository) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, change.repository) for key in change.found_by],
    )


def due(db: sqlite3.Connection, now: datetime, lease: timedelta, limit: int, share: Share | None) -> Sequence[Row]:
    found: list[tuple[int, str, str]] = db.execute(_DUE, {"now": stamp(now)}).fetchall()
    chosen = in_turn(found, lambda row: row[2], share)[:limit]
    leased = (lease_one(db, repository, name, now, lease) for repository, name, _ in chosen)
    return [row for row in leased if row]


def lease_one(db: sqlite3.Connection, repository: int, name: str, now: datetime, lease: timedelta) -> Row | None:
    """Leases that one, unless another worker holds its lease."""
    found = _rows(db.execute(_ONE, {"now": stamp(now), "repository": repository, "name": name}))
    if not found:
        return None
    row = replace(found[0], until=now + lease, token=secrets.token_hex(8))
    db.execute(
        "UPDATE document SET lease_until = ?, leased_by = ? WHERE repository = ? AND name = ?",
        (stamp(now + lease), row.token, repository, name),
    )
    return row


def renew(db: sqlite3.Connection, row: Row, now: datetime, lease: timedelta) -> bool:
    renewed = db.execute(
        """UPDATE document SET lease_until = ?
        WHERE repository = ? AND name = ? AND leased_by = ? AND lease_until IS NOT NULL""",
        (stamp(now + lease), row.repository, row.name, row.token),
    )
    return renewed.rowcount == 1


def rest(db: sqlite3.Connection, row: Row, due_at: datetime | None, shown: bytes) -> None:
    """Where the version or the lease is another one, the document is due since its change, even if another worker has
    put it to rest meanwhile: what this one published last may be older than the document. A rest is repeatable."""
    db.execute(
        """UPDATE document SET shown = iif(:shown = :leased_with, shown, :shown),
            lease_until = iif(leased_by = :token, NULL, lease_until),
            due_at = iif(leased_by = :token AND version = :version, :due_at, changed_at)
        WHERE repository = :repository AND name = :name""",
        {
            "shown": shown,
            "leased_with": row.shown,
            "token": row.token,
            "version": row.version,
            "due_at": None if due_at is None else stamp(due_at),
            "repository": row.repository,
            "name": row.name,
        },
    )


def history(db: sqlite3.Connection, repository: int, limit: int, before: int | None) -> Sequence[Past]:
    found = db.execute(
        """SELECT id, at, history, seq FROM change WHERE repository = ? AND history IS NOT NULL AND seq < ?
        ORDER BY seq DESC LIMIT ?""",
        (repository, _ANY if before is None else before, limit),
    )
    return [Past(id=change_id, at=moment(at), history=told, place=seq) for change_id, at, told, seq in found]


def repositories(db: sqlite3.Connection) -> Sequence[int]:
    found = db.execute("SELECT DISTINCT repository FROM document WHERE repository > 0 ORDER BY repository")
    return [number for (number,) in found]


def versions(db: sqlite3.Connection) -> Sequence[Version]:
    found = db.execute("SELECT repository, name, version FROM document WHERE repository > 0 ORDER BY repository, name")
    return [Version(*row) for row in found]


def found_by(db: sqlite3.Connection, key: str) -> Sequence[int]:
    found = db.execute("SELECT repository FROM channel WHERE channel = ? ORDER BY repository", (key,))
    return [repository for (repository,) in found]


def _write(db: sqlite3.Connection, write: Write, at: datetime) -> None:
    values = {
        "repository": write.repository,
        "name": write.name,
        "full_name": write.full_name,
        "version": write.version,
        "document": write.document,
        "at": stamp(at),
        "due": stamp(at) if write.repository > 0 else None,
    }
    if write.version == 0:
        statement = """INSERT INTO document (repository, name, full_name, version, document, changed_at, due_at)
            VALUES (:repository, :name, :full_name, 1, :document, :at, :due)
            ON CONFLICT (repository, name) DO NOTHING"""
    else:
        statement = """UPDATE document SET full_name = :full_name, version = version + 1, document = :document,
            changed_at = :at, due_at = :due
            WHERE repository = :repository AND name = :name AND version = :version"""
    if db.execute(statement, values).rowcount != 1:
        raise Conflict(f"{write.name} of {write.repository} is no longer at version {write.version}")


def _rows(found: sqlite3.Cursor) -> Sequence[Row]:
    return [
        Row(repository=repository, full_name=full_name, name=name, version=version, document=document, shown=shown)
        for repository, full_name, name, version, document, shown in found
    ]


def _forget(db: sqlite3.Connection, now: datetime) -> None:
    """Deletes the ids of old changes without history; changes with history stay."""
    db.execute(
        """DELETE FROM change WHERE seq IN
        (SELECT seq FROM change WHERE history IS NULL AND at <= ? ORDER BY at LIMIT ?)""",
        (stamp(now - queue.KNOWN), queue.AT_ONCE),
    )
