"""The store's files on the disk: readable by their owner alone, and still the ones that were opened."""

import logging
import os
import stat
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from ghapp.ports import Replaced

MODE = 0o600
REPLACED = (
    "the store's file was removed or replaced while the server was running: put that file back, or restart the server"
)
Files = tuple[tuple[int, int], ...]
"""Device and inode of the database, its write-ahead log and the log's index."""

logger = logging.getLogger(__name__)
_creating = threading.Lock()


def create(path: Path) -> None:
    """Creates the database where it is missing. SQLite gives its two other files the mode of this one.

    Closing a file ends all locks that its process has on it, SQLite's too (https://www.sqlite.org/howtocorrupt.html,
    2.2): so this opens only a file that did not exist before, in one thread at a time.
    """
    with _creating, suppress(OSError):  # SQLite reports why it cannot be created
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, MODE))
        path.chmod(MODE)  # regardless of the umask


def make_private(path: Path) -> None:
    """Leaves all rights to the owner alone. Where that is another user, the log says what to do."""
    left = []
    for name in _names(path):
        with suppress(FileNotFoundError):
            if stat.S_IMODE(name.stat().st_mode) & ~MODE:
                try:
                    name.chmod(MODE)
                except OSError:
                    left.append(str(name))
    if left:
        logger.warning("others may read the store", extra={"do": f"as its owner: chmod 600 {' '.join(left)}"})


def files(path: Path, *, log: bool = True) -> Files:
    """Raises `Replaced` where one is missing. `log` False: the database alone; its last user deletes the others."""
    try:
        found = [name.stat() for name in (_names(path) if log else (path,))]
    except OSError:
        raise Replaced(REPLACED) from None
    return tuple((each.st_dev, each.st_ino) for each in found)


@cache
def _names(path: Path) -> tuple[Path, ...]:
    return (path, beside(path, "-wal"), beside(path, "-shm"))


@cache
def beside(path: Path, ending: str) -> Path:
    """The path with `ending` after the file's name."""
    return path.with_name(path.name + ending)
