"""Runs under way with a number that is over: given up and made late, or run again by hand. Cancelled on sight."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ghapp.core import lock
from ghapp.core.arms.current import Documents
from ghapp.core.arms.news import everywhere, news
from ghapp.core.decision import Decision, Entry, Value
from ghapp.core.environment import STRAYS_KEPT, Environment, Stray
from ghapp.core.events import RunChanged, Seen, Sight, StrayCancelled
from ghapp.core.workflow_run import stands_in, ticketed

ACTS: frozenset[Sight] = frozenset({"queued", "waiting", "running"})


def run_changed(event: RunChanged, environments: Iterable[Environment], now: datetime) -> Decision:
    """GitHub tells of a run that no deployment is followed by: whose was it?"""
    found = tuple(environments)
    if event.sight not in ACTS or _is_current(event, found):
        return Decision()
    for environment in found:
        number = _number(environment, event)
        if number is not None and lock.stale(environment, number):
            return _kept(environment, Stray(number, event.run), now)
    return Decision()


def seen(environment: Environment, seen: Seen, now: datetime) -> Decision:
    """A runner tells of a number that is over: whoever made it slept when it was given up."""
    if seen.run is None or seen.sight not in ACTS:
        return Decision()
    return _kept(environment, Stray(seen.number, seen.run), now)


def cancelled(event: StrayCancelled, documents: Documents, now: datetime) -> Decision:
    """It was asked to end. Where it still acted, a person has to look at what it has done."""
    environment = documents.get(event.environment)
    if not isinstance(environment, Environment) or event.stray not in environment.strays:
        return Decision()
    left = tuple(stray for stray in environment.strays if stray != event.stray)
    after = replace(environment, strays=left)
    if not event.acted or environment.deployment is None:
        return Decision(changed=(after,))
    more: dict[str, Value] = {"name": f"{environment.name}-{event.stray.number}", "url": event.stray.run.url}
    # told to whoever released last: it is their release that it may have changed
    told = news(environment, environment.deployment, "stray", more, now)
    notice = replace(told, id=f"{told.id}/{event.stray.run.id}")
    entry = _entry(environment, event.stray, "stray_cancelled", now)
    return Decision(changed=(after,), entries=(entry,), notices=everywhere(notice))


def _kept(environment: Environment, stray: Stray, now: datetime) -> Decision:
    if stray in environment.strays:
        return Decision()
    strays = (*environment.strays, stray)[-STRAYS_KEPT:]
    return Decision(
        changed=(replace(environment, strays=strays),), entries=(_entry(environment, stray, "stray_seen", now),)
    )


def _is_current(event: RunChanged, environments: Iterable[Environment]) -> bool:
    """Environments may share a workflow, and a ticket does not name its environment."""
    attempts = ((found, attempt) for found in environments for attempt in (found.deployment, found.overtaken))
    return any(
        attempt.order.ticket in event.title
        for found, attempt in attempts
        if attempt and not lock.stale(found, attempt.order.number)
    )


def _number(environment: Environment, event: RunChanged) -> int | None:
    """Of the run that was bound to it, else of the ticket that its workflow shows."""
    newest = environment.deployment
    if newest and newest.run and newest.run.id == event.run.id:
        return newest.order.number
    return ticketed(event.title) if stands_in(event.path) == environment.terms.workflow else None


def _entry(environment: Environment, stray: Stray, what: str, now: datetime) -> Entry:
    return Entry(
        at=now,
        what=what,
        environment=environment.name,
        actor="ghapp",
        door="timer",
        number=stray.number,
        why=stray.run.url,
    )
