"""Which repositories are known to have no config. A look that a push has overtaken is not kept."""

import sqlite3
from datetime import datetime

from ghapp.adapters.sqlite.schema import moment, stamp
from ghapp.ports import Silence

_KEEP = """INSERT INTO silence (account, repository, since, token) VALUES (:account, :repository, :at, :seen)
ON CONFLICT (account, repository) DO UPDATE SET since = excluded.since WHERE token = :seen"""

_BREAK = """INSERT INTO silence (account, repository, token) VALUES (?, ?, lower(hex(randomblob(8))))
ON CONFLICT (account, repository) DO UPDATE SET since = NULL, token = excluded.token"""


def read(db: sqlite3.Connection, account: str, repository: int) -> Silence:
    """What is known; nothing, where nobody has asked."""
    row = db.execute(
        "SELECT since, token FROM silence WHERE account = ? AND repository = ?", (account, repository)
    ).fetchone()
    if row is None:
        return Silence()
    since, token = row
    return Silence(None if since is None else moment(since), token)


def keep(db: sqlite3.Connection, account: str, repository: int, seen: Silence, at: datetime) -> None:
    """Nothing happens where the token has moved."""
    db.execute(_KEEP, {"account": account, "repository": repository, "at": stamp(at), "seen": seen.token})


def end(db: sqlite3.Connection, account: str, repository: int | None) -> None:
    """Of one, or of each of the account that is known."""
    if repository is not None:
        db.execute(_BREAK, (account, repository))
    else:
        db.execute("UPDATE silence SET since = NULL, token = lower(hex(randomblob(8))) WHERE account = ?", (account,))
