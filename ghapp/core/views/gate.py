"""The gate: what the commit status on an open pull request shows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Literal

from ghapp.core.commands.spec import gather_all, label_lifts
from ghapp.core.model.environment import Environment
from ghapp.core.model.facts import Facts, Files, Labels
from ghapp.core.rules import obstacles, paths
from ghapp.core.rules.obstacles import LIFTED, Obstacle
from ghapp.core.views import held
from ghapp.core.views.markup import Narrow
from ghapp.core.words import Voice, cut

LIMIT = 140  # GitHub refuses a longer description
SHORT_NAME = 16  # of an environment, where its whole name does not fit
MOST = 900  # gates that one commit gets: from 1000 on GitHub takes no more, and the last would stand for ever


@dataclass(frozen=True, slots=True)
class Gate:
    """A commit status: its state and its description.

    `plain`: what it says without people's words, should GitHub not take these; empty where there are none in it.
    """

    state: Literal["pending", "success"]
    description: str
    plain: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be merged onto `base`.

    `files`: what it changes. None = that is not known, so it is taken to concern every environment of its branch.
    `lifted`: the environments whose locks and freezes a label lets it pass.
    """

    base: str
    files: Files | None = None
    lifted: Collection[str] = ()


def render(environments: Iterable[Environment], change: Change, now: datetime, *, left: bool = False) -> Gate | None:
    """The gate of one change; None where no environment gets its releases from its branch.

    `left`: one got them from there until now, and its gate shall not stay as it was.
    """
    base = change.base
    if left and not _on(environments, base):
        return next((Gate("success", _voice(one, now).say("gate.free")) for one in environments), None)
    there = _on(environments, base)
    standing = _held(there, now, change.lifted)
    held = next((gate for environment, gate in standing if _concerned(environment, change.files)), None)
    return held or (Gate("success", _voice(there[0], now).say("gate.free")) if there else None)


def needs_files(environments: Iterable[Environment], base: str, now: datetime) -> bool:
    """Whether pull requests onto `base` may show different gates, so that one has to know what each changes."""
    return any(environment.config.paths for environment, _ in _held(_on(environments, base), now))


def needs_labels(environments: Iterable[Environment], base: str, now: datetime) -> bool:
    """Whether a label may let one of them pass."""
    return any(environment.config.except_label for environment in _liftable(environments, base, now))


def lifted(
    environments: Iterable[Environment], base: str, labels: Labels, facts: Facts, now: datetime
) -> frozenset[str]:
    """The environments whose locks and freezes these labels lift. Raises Missing where it has to be asked."""
    there = _liftable(environments, base, now)
    answers = gather_all([partial(label_lifts, environment, labels, facts) for environment in there])
    return frozenset(environment.name for environment, passes in zip(there, answers, strict=True) if passes)


def full(environments: Iterable[Environment], now: datetime) -> Gate | None:
    """What the last gate shows that a commit has room for: nobody may merge what cannot be held any more."""
    return next((Gate("pending", _voice(one, now).say("gate.full")) for one in environments), None)


def doubtful(environments: Iterable[Environment], base: str, now: datetime) -> Gate | None:
    """What may be a layer of a stack shows once nothing holds it, until stacks can be read: it was held before."""
    voices = (_voice(one, now) for one in _on(environments, base))
    return next((Gate("pending", voice.say("gate.doubtful")) for voice in voices), None)


def fingerprint(environments: Iterable[Environment], base: str, now: datetime) -> str:
    """Differs whenever some pull request onto `base` may have to show another gate."""
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
    """Those that hold merges, each with the first obstacle that does."""
    for environment in environments:
        passed = LIFTED if environment.name in lifted else ()
        standing = [one for one in obstacles.blocking(environment, now) if one.kind not in passed]
        if standing:
            yield environment, _pending(environment, standing, now)


def _concerned(environment: Environment, files: Files | None) -> bool:
    patterns = environment.config.paths
    return not patterns or files is None or paths.concern(patterns, files)


def _pending(environment: Environment, standing: Sequence[Obstacle], now: datetime) -> Gate:
    """The first is named. A deployment says when all is over, since merges are held until then; a lock its own end."""
    first = standing[0]
    if first.kind == "deployment" and first.until:
        first = replace(first, until=obstacles.not_before(environment, standing) or first.until)
    described = _described(environment, first, now)
    if not first.reason:
        return Gate("pending", described)
    silent = replace(first, reason=_voice(environment, now).say("gate.reason_elsewhere"))
    return Gate("pending", described, _described(environment, silent, now))


def _described(environment: Environment, obstacle: Obstacle, now: datetime) -> str:
    voice, name = _voice(environment, now), environment.name
    values = {**obstacle.values, "line": held.unlock_line(voice, name, reason=True)}
    over = len(held.sentence(voice, "gate", values)) - LIMIT
    if over > 0:  # the end of the sentence says until when: the name gives way, down to what tells it from others
        values["environment"] = cut(name, max(len(name) - over, SHORT_NAME))
    return cut(held.sentence(voice, "gate", values), LIMIT)


def _voice(environment: Environment, now: datetime) -> Voice:
    return Voice(environment.config.language, environment.config.timezone, Narrow(), now)
