"""A small file beside the database with its count of changes: it detects a database restored from an older backup.

The count is written here after the change is on the disk, so this file is never ahead.
"""

import logging
import os
import re
import secrets
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ghapp.adapters.sqlite.disk import MODE, beside
from ghapp.ports import Permanent, Retryable

_RESTORED = "so numbers may have gone back: end what is running, then `ghapp table create --restored`"
_LINE = re.compile(rb"([0-9a-f]{32}) ([0-9]{20})\n")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """The store's id, and its count of changes."""

    store: str
    changes: int


def name(path: Path) -> Path:
    """The path of the witness file."""
    return beside(path, ".witness")


def begin(db: sqlite3.Connection, path: Path, *, restored: bool = False) -> None:
    """Gives a database without a mark its first one; with `restored`, any database a new one. Within a transaction.

    Raises `Permanent` where the witness file counts the changes of another database.
    """
    if _marked(db) and not restored:
        return
    known = _read(path)
    if known and known.changes and not restored:
        raise Permanent(f"the store {path} is new, and {name(path)} knows another, {_RESTORED}")
    mark = Mark(secrets.token_hex(16), 0)
    _create(path, mark)  # before the database's mark: a database with a mark has a witness
    db.execute("INSERT OR REPLACE INTO mark (only, store, changes) VALUES (1, ?, ?)", (mark.store, mark.changes))


def check(db: sqlite3.Connection, path: Path) -> str:
    """Returns the store's id. Raises `Permanent` where the database is older than its witness, or has none."""
    marked = _marked(db)
    known = _read(path)
    reached = _marked(db)  # read after the witness, which another process may be updating
    if marked is None or reached is None:
        raise Permanent(f"the store {path} is not ours")
    if known is None:
        raise Permanent(f"the store {path} is a copy without its {name(path)}, {_RESTORED}")
    if known.store != marked.store:
        raise Permanent(f"the store {path} is another one than {name(path)} knows, {_RESTORED}")
    if reached.changes < known.changes:
        raise Permanent(f"the store {path} is older than {name(path)} knows, {_RESTORED}")
    return reached.store


def count(db: sqlite3.Connection) -> int:
    """Counts one change, within its transaction."""
    counted = db.execute("UPDATE mark SET changes = changes + 1 WHERE only = 1 RETURNING changes").fetchone()
    return int(counted[0])


def follow(path: Path, mark: Mark) -> None:
    """Called after the change is on the disk. No fsync: a file that is behind detects less. A higher count stays."""
    try:
        known = _read(path)
        if known is None:
            _create(path, mark)
        elif known.changes < mark.changes:
            _write(name(path), os.O_WRONLY, mark)
    except (OSError, Retryable) as error:
        logger.warning("witness not written", extra={"file": str(name(path)), "why": str(error)})


def _marked(db: sqlite3.Connection) -> Mark | None:
    found = db.execute("SELECT store, changes FROM mark WHERE only = 1").fetchone()
    return Mark(*found) if found else None


def _read(path: Path) -> Mark | None:
    """None where the file is missing or malformed."""
    try:
        with name(path).open("rb") as file:
            found = _LINE.fullmatch(file.read(100))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Retryable(f"the store cannot be used: {name(path)}: {error.strerror}") from None
    return Mark(found[1].decode(), int(found[2])) if found else None


def _create(path: Path, mark: Mark) -> None:
    """Creates the file as a whole; it is on the disk on return."""
    fresh = path.with_name(f"{name(path).name}.{secrets.token_hex(4)}")
    try:
        _write(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mark, durable=True)
        fresh.replace(name(path))
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise Retryable(f"the store cannot be used: {name(path)}: {error.strerror}") from None


def _write(path: Path, flags: int, mark: Mark, *, durable: bool = False) -> None:
    """Writes one line of constant length in one piece, so that no crash leaves half of it."""
    file = os.open(path, flags, MODE)
    try:
        if durable:
            os.fchmod(file, MODE)
        os.pwrite(file, f"{mark.store} {mark.changes:020d}\n".encode(), 0)
        if durable:
            os.fsync(file)
    finally:
        os.close(file)
