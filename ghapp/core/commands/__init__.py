"""The commands, one file each. A new one is a file and its line here; its `Spec` gives help, parsing, permission."""

from collections.abc import Mapping

from ghapp.core.commands import (
    cancel,
    deploy,
    help,  # noqa: A004 - the command's own name
    lock,
    rollback,
    skip,
    status,
    unlock,
    yield_turn,
)
from ghapp.core.commands.spec import Spec

COMMANDS: Mapping[str, Spec] = {
    spec.word: spec
    for spec in (deploy.SPEC, rollback.SPEC, cancel.SPEC, lock.SPEC, unlock.SPEC, status.SPEC, help.SPEC)
}

BUTTONS: Mapping[str, Spec] = {spec.word: spec for spec in (skip.SPEC, yield_turn.SPEC)}
"""The commands that are pressed, never typed."""
