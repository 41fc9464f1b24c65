"""Runs of an environment's workflow that people start without ghapp: recognised, never followed, never stopped."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ghapp.core import obstacles
from ghapp.core.arms.news import everywhere
from ghapp.core.decision import Decision, Entry, Notice, Value
from ghapp.core.environment import BY_HAND_KEPT, ByHand, Environment
from ghapp.core.events import RunChanged
from ghapp.core.place import Place
from ghapp.core.workflow_run import stands_in


def run_changed(event: RunChanged, environments: Iterable[Environment], now: datetime) -> Decision:
    """Kept with the environments that it may be about, and told once: nothing in a run says which one it is."""
    file, by = stands_in(event.path), event.by
    if by is None:
        return Decision()
    concerned = [one for one in environments if one.terms.workflow == file and one.gone is None]
    fresh = [one for one in concerned if not _known(one, event)]
    if not fresh:
        return Decision()
    run = ByHand(event.run, event.attempt, by, now)
    changed = tuple(replace(one, by_hand=(*one.by_hand, run)[-BY_HAND_KEPT:]) for one in fresh)
    entries = tuple(_entry(one, run, file, now) for one in fresh)
    return Decision(changed=changed, entries=entries, notices=_told(fresh, run, file, now))


def _known(environment: Environment, event: RunChanged) -> bool:
    return any((one.run.id, one.attempt) == (event.run.id, event.attempt) for one in environment.by_hand)


def _told(environments: list[Environment], run: ByHand, file: str, now: datetime) -> tuple[Notice, ...]:
    """Whoever holds one of them hears of it, else whoever reads about what is live there."""
    held = [(one, found) for one in environments if (found := obstacles.first(one, now)) and found.holders]
    released = [one for one in environments if one.deployment]
    if not held and not released:
        return ()
    environment, obstacle = held[0] if held else (released[0], None)
    values: dict[str, Value] = {
        "by": run.by,
        "workflow": file,
        "url": run.run.url,
        "environments": [one.name for one in environments],
        "environment": environment.name,
        "holder": obstacle.holder if obstacle else None,
    }
    notice = Notice(
        id=f"{environment.repository.id}/by_hand/{run.run.id}/{run.attempt}",
        repository=environment.repository,
        place=_place(environment),
        code="by_hand.held" if obstacle else "by_hand",
        values=values,
        terms=environment.terms,
        at=now,
    )
    return everywhere(notice)


def _place(environment: Environment) -> Place:
    newest = environment.deployment
    return Place(pull=newest.order.told_on if newest else None, channel=environment.terms.channel)


def _entry(environment: Environment, run: ByHand, file: str, now: datetime) -> Entry:
    return Entry(
        at=now,
        what="started_by_hand",
        environment=environment.name,
        actor=run.by,
        door="github",
        why=f"{file}: {run.run.url}",
    )
