"""The gate: the commit status on an open pull request."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.commands.spec import gather_all, label_lifts
from ghapp.core.model.environment import Environment
from ghapp.core.model.facts import Facts, Files, Labels
from ghapp.core.rules import obstacles, paths
from ghapp.core.rules.obstacles import LIFTED, Obstacle
from ghapp.core.views import held
from ghapp.core.views.markup import Narrow
from ghapp.core.words import Voice, cut

LIMIT = 140  # GitHub refuses a longer description
SHORT_NAME = 16  # of an environment, if its whole name does not fit
MOST = 900  # gates per commit: from 1000 on GitHub takes no more, and the last would stand for ever


@dataclass(frozen=True, slots=True)
class Gate:
    """A commit status: its state and its description.

    `plain`: the description without a person's words, in case GitHub refuses those; empty if there are none.
    """

    state: Literal["pending", "success"]
    description: str
    plain: str = field(default="", compare=False)


class Change(Struct, frozen=True, kw_only=True):
    """A change to be merged onto `base`.

    `files`: its files. None = unknown, so it is taken to concern every environment of its branch. `lifted`: the
    environments whose locks and freezes a label lets it pass.
    """

    base: str
    files: Files | None = None
    lifted: Collection[str] = ()


def render(environments: Iterable[Environment], change: Change, now: datetime, *, former: bool = False) -> Gate | None:
    """The gate of one change; None if no environment gets its releases from its branch.

    `former`: one got them from there until now, and its gate must not stay as it was.
    """
    base = change.base
    if former and not _on(environments, base):
        return next((Gate("success", _voice(one, now).say("gate.free")) for one in environments), None)
    there = _on(environments, base)
    standing = _held(there, now, change.lifted)
    held = next((gate for environment, gate in standing if _concerned(environment, change.files)), None)
    return held or (Gate("success", _voice(there[0], now).say("gate.free")) if there else None)


def needs_files(environments: Iterable[Environment], base: str, now: datetime) -> bool:
    """Whether pull requests onto `base` may show different gates, so that their files have to be known."""
    return any(environment.config.paths for environment, _ in _held(_on(environments, base), now))


def needs_labels(environments: Iterable[Environment], base: str, now: datetime) -> bool:
    """Whether a label may let one of them pass."""
    return any(environment.config.except_label for environment in _liftable(environments, base, now))


def lifted(
    environments: Iterable[Environment], base: str, labels: Labels, facts: Facts, now: datetime
) -> frozenset[str]:
    """The environments whose locks and freezes these labels lift. Raises Missing if a permission has to be read."""
    there = _liftable(environments, base, now)
    answers = gather_all([partial(label_lifts, environment, labels, facts) for environment in there])
    return frozenset(environment.name for environment, passes in zip(there, answers, strict=True) if passes)


def full(environments: Iterable[Environment], now: datetime) -> Gate | None:
    """The last gate for which a commit has room: no merge may pass that cannot be held any more."""
    return next((Gate("pending", _voice(one, now).say("gate.full")) for one in environments), None)


def doubtful(environments: Iterable[Environment], base: str, now: datetime) -> Gate | None:
    """The gate of a possible layer of a stack that nothing holds, until stacks can be read: it was held before."""
    voices = (_voice(one, now) for one in _on(environments, base))
    return next((Gate("pending", voice.say("gate.doubtful")) for voice in voices), None)


def fingerprint(environments: Iterable[Environment], base: str, now: datetime) -> str:
    """Differs whenever a pull request onto `base` may have to show another gate."""
    there = _on(environments, base)
    held = [
        (environment.config.paths, environment.config.except_label, gate) for environment, gate in _held(there, now)
    ]
    behind = [gate for _, gate in _held(there, now, [environment.name for environment in there])]
    return f"{held} {behind} {render(there, Change(base=base), now)}"


def _on(environments: Iterable[Environment], base: str) -> list[Environment]:
    return [environment for environment in environments if environment.config.branch == base]


def _liftable(environments: Iterable[Environment], base: str, now: datetime) -> list[Environment]:
    return [one for one in _on(environments, base) if any(each.kind in LIFTED for each in obstacles.blocking(one, now))]


def _held(
    environments: Iterable[Environment], now: datetime, lifted: Collection[str] = ()
) -> Iterator[tuple[Environment, Gate]]:
    """The environments that hold merges, each with the gate of its first obstacle."""
    for environment in environments:
        passed = LIFTED if environment.name in lifted else ()
        standing = [one for one in obstacles.blocking(environment, now) if one.kind not in passed]
        if standing:
            yield environment, _pending(environment, standing, now)


def _concerned(environment: Environment, files: Files | None) -> bool:
    patterns = environment.config.paths
    return not patterns or files is None or paths.concern(patterns, files)


def _pending(environment: Environment, standing: Sequence[Obstacle], now: datetime) -> Gate:
    """The first obstacle is named. A deployment shows the end of all, which merges wait for; a lock its own."""
    first = standing[0]
    if first.kind == "deployment" and first.until:
        until = obstacles.not_before(environment, standing, freezes="freeze" in environment.config.gate)
        first = replace(first, until=until or first.until)
    described = _described(environment, first, now)
    if not first.reason:
        return Gate("pending", described)
    silent = replace(first, reason=_voice(environment, now).say("gate.reason_elsewhere"))
    return Gate("pending", described, _described(environment, silent, now))


def _described(environment: Environment, obstacle: Obstacle, now: datetime) -> str:
    voice, name = _voice(environment, now), environment.name
    values = {**obstacle.values, "line": held.unlock_line(voice, name, reason=True)}
    over = len(held.say_obstacle(voice, "gate", values)) - LIMIT
    if over > 0:  # the sentence ends with the time: the name is cut instead, down to `SHORT_NAME`
        values["environment"] = cut(name, max(len(name) - over, SHORT_NAME))
    return cut(held.say_obstacle(voice, "gate", values), LIMIT)


def _voice(environment: Environment, now: datetime) -> Voice:
    return Voice.of(environment.config, Narrow(), now)
