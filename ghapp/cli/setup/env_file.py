"""`.env`: values that are there are kept, and missing ones are added. It is never half-written, and only its owner can
read it."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from ghapp.settings import SettingsError, read_dotenv

RESERVED = 65_536  # bytes for what will be added
NEW = "# Written by `ghapp setup`. It contains secrets: never commit it.\n"
MORE = "# Added by `ghapp setup`.\n"


class EnvFile:
    """A context: at its end, a reserve that was not needed is removed. Raises SettingsError where the disk, the folder
    or the file do not allow it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reserve: tuple[int, Path] | None = None
        if self.exists and not path.is_file():
            raise SettingsError(f"{path} is not a file")
        self.values = read_dotenv(path)
        try:
            self._target = path.resolve()  # a link stays one
        except OSError as error:  # the folder was removed
            raise self._refused(error) from None

    @property
    def exists(self) -> bool:
        return self.path.exists() or self.path.is_symlink()

    def __enter__(self) -> "EnvFile":
        return self

    def __exit__(self, *_: object) -> None:
        if self._reserve:
            number, file = self._reserve
            self._reserve = None
            os.close(number)
            file.unlink(missing_ok=True)

    def reserve(self) -> None:
        """Takes the room on the disk before secrets are made, which are shown only once."""
        if self._reserve is None:
            try:
                number, name = tempfile.mkstemp(prefix=f"{self.path.name}.", dir=self._target.parent)
                self._reserve = number, Path(name)
                _take_room(number, len(self._text()) + RESERVED)
            except OSError as error:
                raise self._refused(error) from None

    def add(self, values: Mapping[str, str]) -> None:
        """Writes those of these values that are missing, all or none of them."""
        missing = {name: value for name, value in values.items() if name not in self.values}
        if not missing:
            return
        added = "".join(_line(name, value) for name, value in missing.items())
        self.reserve()
        try:
            self._replace(added)
        except OSError as error:
            raise self._refused(error) from None
        self.values = {**self.values, **missing}

    def _replace(self, added: str) -> None:
        assert self._reserve
        number, file = self._reserve
        before = self._text()  # as it is now: a person may have changed it meanwhile
        break_ = "\n" if before and not before.endswith("\n") else ""
        whole = f"{before}{break_}{MORE if before else NEW}{added}".encode()
        os.lseek(number, 0, os.SEEK_SET)
        _write(number, whole)
        os.ftruncate(number, len(whole))
        os.fsync(number)
        with contextlib.suppress(OSError):  # a new file, or another person's: then it is ours
            os.fchown(number, self._target.stat().st_uid, self._target.stat().st_gid)
        file.replace(self._target)
        self._reserve = None
        os.close(number)

    def _text(self) -> str:
        return self._target.read_bytes().decode() if self._target.exists() else ""  # line ends as they are

    def _refused(self, error: OSError) -> SettingsError:
        return SettingsError(f"{self.path} cannot be written: {error.strerror}")


def _take_room(number: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(number, 0, size)
    else:
        _write(number, bytes(size))
        os.fsync(number)  # some systems notice only then that there is no room


def _write(number: int, content: bytes) -> None:
    """`os.write` may write a part."""
    while content:
        content = content[os.write(number, content) :]


def _line(name: str, value: str) -> str:
    """The same for python-dotenv and for `docker --env-file`, which knows no quotes; a line end is backslash and n."""
    line = f"{name}={value.strip().replace(chr(10), chr(92) + 'n')}\n"
    if line.count("\n") != 1 or dotenv_values(stream=StringIO(line)) != {name: line[len(name) + 1 : -1]}:
        raise SettingsError(f"{name}: this value cannot be written into .env")
    return line
