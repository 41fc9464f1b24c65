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
"""Device and inode of the database, its write-ahead log and that one's index."""

logger = logging.getLogger(__name__)
_creating = threading.Lock()


def create(path: Path) -> None:
    """Creates the database where it is missing. SQLite gives its two other files the mode of this one.

    To close a file ends all locks that its process has on it, SQLite's too (https://www.sqlite.org/howtocorrupt.html,
    2.2): so only a file that nobody can have opened is opened here, by one thread at a time.
    """
    with _creating, suppress(OSError):  # SQLite says why it cannot be made
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, MODE))
        path.chmod(MODE)  # whatever the umask has taken away


def make_private(path: Path) -> None:
    """Takes all rights from others than the owner. Where that is another user, the log says what to do."""
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
    """Raises `Replaced` where one is missing. `log` False: the database alone; the others go with the last user."""
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
    """The file of the same name with something after it."""
    return path.with_name(path.name + ending)
