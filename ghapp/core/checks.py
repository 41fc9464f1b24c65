"""What CI says of a release: which contexts count, on which of its two commits, and what is still lacking."""

from collections.abc import Iterable
from dataclasses import dataclass

from ghapp.core.config import CheckRule
from ghapp.core.facts import Checks, Context
from ghapp.core.mark import OWN_PREFIX

OWN = ("ghapp/lock", "ghapp/config")


@dataclass(frozen=True, slots=True)
class Lacking:
    """The names of what failed, is not done, and was never reported."""

    failing: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failing or self.running or self.missing)


def lacking(rule: CheckRule, pinned: Checks, head: Checks, workflow: str) -> Lacking:
    """Each check by what the pinned commit says of it, else by what the pull request's last head says.

    `workflow`: the environment's own, whose runs never count; nor does what we report ourselves.
    """
    here, there = _foreign(pinned, workflow), _foreign(head, workflow)
    match rule:
        case "none":
            return Lacking()
        case "all":
            return _outcome(here or there)
        case "required":
            names = {one.name for one in (*here, *there) if one.required}
            return _outcome(_newest(here, there, names))
        case _:
            found = _newest(here, there, set(rule))
            seen = {one.name for one in found}
            return _outcome(found, missing=tuple(name for name in rule if name not in seen))


def _foreign(checks: Checks, workflow: str) -> list[Context]:
    return [
        one
        for one in checks.contexts
        if one.name not in OWN and not one.name.startswith(OWN_PREFIX) and one.workflow != workflow
    ]


def _newest(here: list[Context], there: list[Context], names: set[str]) -> list[Context]:
    """Those of these names: what the pinned commit says of one goes before what the head says."""
    spoken = {one.name for one in here}
    return [one for one in (*here, *(other for other in there if other.name not in spoken)) if one.name in names]


def _outcome(found: Iterable[Context], missing: tuple[str, ...] = ()) -> Lacking:
    """One name may have been reported several times: all of them have to pass."""
    by_state: dict[str, dict[str, None]] = {"failing": {}, "running": {}, "passed": {}}
    for one in found:
        by_state[one.state][one.name] = None
    running = tuple(name for name in by_state["running"] if name not in by_state["failing"])
    return Lacking(tuple(by_state["failing"]), running, missing)
