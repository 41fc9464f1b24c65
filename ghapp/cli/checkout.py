"""The config and the workflows of a checkout. They are not trusted: read up to a bound, no links and no devices."""

import os
from collections.abc import Collection
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
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    return Path(os.path.relpath(root / CONFIG_PATH, here))


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


def workflows(folder: Path, wanted: Collection[str] | None = None) -> Files:
    """The workflows in a folder, all or those wanted, MOST_FILES at most."""
    named = sorted(path for path in folder.glob("*.y*ml") if WORKFLOW_FILE.fullmatch(path.name))
    chosen = [path for path in named if wanted is None or path.name in wanted]
    return {path.name: _workflow(path) for path in chosen[:MOST_FILES]}


def _workflow(path: Path) -> Workflow | Problem:
    text = read_text(path, LIMITS.size)
    return text if isinstance(text, Problem) else read_workflow(text)
