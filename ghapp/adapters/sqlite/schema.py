"""The tables, their indexes, and the format of times: whole microseconds since 1970, which round-trip exactly."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ghapp.adapters.sqlite import witness
from ghapp.ports import Permanent

VERSION = 5

# `seq` is the order of insertion. An open item is leased until `lease_until`; `tries` counts every claim, also by a
# worker that never came back. `settled_at`: when it became done or dead.
_TABLES = (
    """CREATE TABLE item (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        lane TEXT NOT NULL,
        body BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dead')),
        stored_at INTEGER NOT NULL,
        ready_at INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        token TEXT,
        lease_until INTEGER,
        settled_at INTEGER,
        why TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX item_open ON item (lane, seq, ready_at) WHERE state = 'open'",
    "CREATE INDEX item_in_hand ON item (lane, lease_until) WHERE lease_until IS NOT NULL",
    "CREATE INDEX item_done ON item (settled_at) WHERE state = 'done'",
    "CREATE INDEX item_dead ON item (seq) WHERE state = 'dead'",
    # `changed_at`: when the version last changed
    """CREATE TABLE document (
        repository INTEGER NOT NULL,
        name TEXT NOT NULL,
        full_name TEXT NOT NULL,
        version INTEGER NOT NULL,
        document BLOB NOT NULL,
        shown BLOB NOT NULL DEFAULT x'',
        changed_at INTEGER NOT NULL,
        due_at INTEGER,
        lease_until INTEGER,
        PRIMARY KEY (repository, name)
    )""",
    "CREATE INDEX document_due ON document (due_at) WHERE due_at IS NOT NULL",
    # every change by its id; one without history is deleted later, like a done item
    """CREATE TABLE change (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        repository INTEGER NOT NULL,
        history BLOB
    )""",
    "CREATE INDEX change_history ON change (repository, seq) WHERE history IS NOT NULL",
    "CREATE INDEX change_without ON change (at) WHERE history IS NULL",
    "CREATE TABLE pulse (only INTEGER PRIMARY KEY CHECK (only = 1), at INTEGER NOT NULL)",
)

# added with version 2: the Slack channels and the targets that a repository names, or once did
_CHANNELS = (
    """CREATE TABLE channel (
        channel TEXT NOT NULL,
        repository INTEGER NOT NULL,
        PRIMARY KEY (channel, repository)
    ) WITHOUT ROWID""",
)
# added with version 3: the store's id, and its count of changes
_MARK = (
    """CREATE TABLE mark (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        store TEXT NOT NULL,
        changes INTEGER NOT NULL
    )""",
)
# added with version 4: since when a repository is known to have no config; `token`: see `ports.Silence`
_SILENCE = (
    """CREATE TABLE silence (
        account TEXT NOT NULL,
        repository INTEGER NOT NULL,
        since INTEGER,
        token TEXT NOT NULL,
        PRIMARY KEY (account, repository)
    ) WITHOUT ROWID""",
)
# added with version 5: which worker's lease is, or was, the last one
_LEASED_BY = ("ALTER TABLE document ADD COLUMN leased_by TEXT",)
_SINCE = {1: _TABLES, 2: _CHANNELS, 3: _MARK, 4: _SILENCE, 5: _LEASED_BY}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


def prepare(db: sqlite3.Connection, path: Path, *, restored: bool = False) -> None:
    """Creates the missing tables. Within a transaction, so that of several processes one creates them.

    `restored`: take this database into use although its numbers may be older.
    """
    found = version(db)
    if found > VERSION:
        raise Permanent(f"the store {path} has schema {found} and this version knows {VERSION}: upgrade ghapp")
    for added in range(found + 1, VERSION + 1):
        for statement in _SINCE[added]:
            db.execute(statement)
    witness.begin(db, path, restored=restored)
    db.execute(f"PRAGMA user_version = {VERSION}")


def version(db: sqlite3.Connection) -> int:
    """The schema's version, 0 without tables."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def stamp(moment: datetime) -> int:
    """Whole microseconds since 1970, exact both ways."""
    return (moment - _EPOCH) // _UNIT


def moment(stamp: int) -> datetime:
    """The inverse of `stamp`."""
    return _EPOCH + stamp * _UNIT
