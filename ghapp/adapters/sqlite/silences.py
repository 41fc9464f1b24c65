"""Which repositories are known to have no config. A look that a push has overtaken is not stored."""

import sqlite3
from datetime import datetime

from ghapp.adapters.sqlite.schema import moment, stamp
from ghapp.ports import Silence

_KEEP = """INSERT INTO silence (account, repository, since, token) VALUES (:account, :repository, :at, :seen)
ON CONFLICT (account, repository) DO UPDATE SET since = excluded.since WHERE token = :seen"""

_BREAK = """INSERT INTO silence (account, repository, token) VALUES (?, ?, lower(hex(randomblob(8))))
ON CONFLICT (account, repository) DO UPDATE SET since = NULL, token = excluded.token"""


def read(db: sqlite3.Connection, account: str, repository: int) -> Silence:
    """The stored row; an empty `Silence` without one."""
    row = db.execute(
        "SELECT since, token FROM silence WHERE account = ? AND repository = ?", (account, repository)
    ).fetchone()
    if row is None:
        return Silence()
    since, token = row
    return Silence(None if since is None else moment(since), token)


def keep(db: sqlite3.Connection, account: str, repository: int, seen: Silence, at: datetime) -> None:
    """Does nothing where the token has changed."""
    db.execute(_KEEP, {"account": account, "repository": repository, "at": stamp(at), "seen": seen.token})


def end(db: sqlite3.Connection, account: str, repository: int | None) -> None:
    """For one repository, or for each known one of the account."""
    if repository is not None:
        db.execute(_BREAK, (account, repository))
    else:
        db.execute("UPDATE silence SET since = NULL, token = lower(hex(randomblob(8))) WHERE account = ?", (account,))
