"""The gate: what the commit status on an open pull request shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ghapp.core import obstacles, paths
from ghapp.core.environment import Environment
from ghapp.core.facts import Files
from ghapp.core.obstacles import OPEN, Obstacle
from ghapp.core.views.markup import Plain
from ghapp.core.words import Voice, cut

LIMIT = 140  # GitHub refuses a longer description


@dataclass(frozen=True, slots=True)
class Gate:
    """A commit status: its state and its description."""

    state: Literal["pending", "success"]
    description: str


def render(
    environments: Iterable[Environment], base: str, now: datetime, files: Files | None = None, *, left: bool = False
) -> Gate | None:
    """The gate of a pull request onto `base`; None where no environment gets its releases from there.

    `files`: what it changes. None = that is not known, so it is taken to concern every environment of its branch.
    `left`: one got them from there until now, and its gate shall not stay as it was.
    """
    if left and not _on(environments, base):
        return next((Gate("success", _voice(one, now).say("gate.free")) for one in environments), None)
    there = _on(environments, base)
    held = next((gate for environment, gate in _held(there, now) if _concerned(environment, files)), None)
    return held or (Gate("success", _voice(there[0], now).say("gate.free")) if there else None)


def needs_files(environments: Iterable[Environment], base: str, now: datetime) -> bool:
    """Whether pull requests onto `base` may show different gates, so that one has to know what each changes."""
    return any(environment.terms.paths for environment, _ in _held(_on(environments, base), now))


def fingerprint(environments: Iterable[Environment], base: str, now: datetime) -> str:
    """Differs whenever some pull request onto `base` may have to show another gate."""
    there = _on(environments, base)
    held = [(environment.terms.paths, gate) for environment, gate in _held(there, now)]
    return f"{held} {render(there, base, now)}"


def _on(environments: Iterable[Environment], base: str) -> list[Environment]:
    return [environment for environment in environments if environment.terms.branch == base]


def _held(environments: Iterable[Environment], now: datetime) -> Iterator[tuple[Environment, Gate]]:
    """Those that hold merges, each with the first obstacle that does."""
    for environment in environments:
        standing = obstacles.obstacles(environment, now)
        shown = (one for one in standing if one.kind in environment.terms.gate and _counts(one, environment))
        if obstacle := next(shown, None):
            yield environment, Gate("pending", _described(environment, obstacle, now))


def _counts(obstacle: Obstacle, environment: Environment) -> bool:
    """One that is gone from the config holds merges only until it is at rest."""
    return environment.gone is None or obstacle.kind == "deployment"


def _concerned(environment: Environment, files: Files | None) -> bool:
    patterns = environment.terms.paths
    return not patterns or files is None or paths.concern(patterns, files)


def _described(environment: Environment, obstacle: Obstacle, now: datetime) -> str:
    code = f"gate.{obstacle.stage}"
    if obstacle.stage in OPEN and obstacle.until is None:
        code += ".open"
    values = {"pull": obstacle.pull, "holder": obstacle.holder, "until": obstacle.until, "reason": obstacle.reason}
    return cut(_voice(environment, now).say(code, values), LIMIT)


def _voice(environment: Environment, now: datetime) -> Voice:
    return Voice(environment.terms.language, environment.terms.timezone, Plain(), now)
