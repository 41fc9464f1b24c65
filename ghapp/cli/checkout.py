"""The config and the workflows of a checkout. They are not trusted: read up to a bound, no links and no devices."""

import errno
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from ghapp.core.config.model import CONFIG_PATH, Problem
from ghapp.core.config.values import WORKFLOW_FILE
from ghapp.core.config.workflow_check import Files
from ghapp.core.config.workflow_file import LIMITS, Workflow, read_workflow

MOST_FILES = 200


def config_path() -> Path:
    """The config of the current checkout, found as git finds it; relative, as people would type it."""
    try:
        here = Path.cwd()
    except FileNotFoundError as error:
        raise FileNotFoundError(error.errno, "the current folder no longer exists", ".") from None
    root = next(_checkouts(here), here)
    return Path(os.path.relpath(root / CONFIG_PATH, here))


def is_checkout() -> bool:
    """Whether the current folder is in a checkout, or has workflows without being in one."""
    here = Path.cwd()
    return any(_checkouts(here)) or (here / CONFIG_PATH).parent.exists()


def _checkouts(here: Path) -> Iterator[Path]:
    return (folder for folder in (here, *here.parents) if (folder / ".git").exists())


def read_text(path: Path, most: int) -> str | Problem:
    """A file's text, or why it is rejected. Reads one byte over the bound, to detect a larger file."""
    if path.is_symlink() or not path.is_file():
        return Problem(1, 1, "yaml.not_a_file")
    with path.open("rb") as file:
        found = file.read(most + 1)
    if len(found) > most:
        return Problem(1, 1, "yaml.large", {"most": most // 1024})
    try:
        return found.decode()
    except UnicodeDecodeError:
        return Problem(1, 1, "yaml.binary")


def workflow_names(folder: Path) -> list[str]:
    """The names of the workflow files in a folder, in order; none if there is no folder. Raises OSError, also for a
    link.
    """
    for linked in (folder.parent, folder):
        if linked.is_symlink():
            raise OSError(errno.ELOOP, "a link, which may lead out of the checkout", f"{linked}")
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted(name for name in names if WORKFLOW_FILE.fullmatch(name))


def workflows(
    folder: Path, wanted: Collection[str] | None = None, *, first: Callable[[str], bool] = lambda _: False
) -> Files:
    """The workflows in a folder, all or those wanted, MOST_FILES at most.

    `first`: whether a name is read before the others.
    """
    named: Iterable[str] = workflow_names(folder)
    chosen = sorted((name for name in named if wanted is None or name in wanted), key=lambda name: not first(name))
    return {name: _workflow(folder / name) for name in chosen[:MOST_FILES]}


def _is_text(name: str) -> bool:
    """Whether a file's name is UTF-8; Python shows other bytes as halves of characters."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _workflow(path: Path) -> Workflow | Problem:
    if not _is_text(path.name):
        return Problem(1, 1, "yaml.name")
    try:
        text = read_text(path, LIMITS.size)
    except OSError as error:
        return Problem(1, 1, "yaml.denied", {"why": error.strerror or "unknown"})
    return text if isinstance(text, Problem) else read_workflow(text)
