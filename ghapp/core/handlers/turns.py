"""Whose turn it is: called when nothing stands in the way, reminded while nothing comes of it; and locks forgotten."""

from datetime import datetime
from typing import Any

from ghapp.core.model.decision import Entry, EntryKind, Notice, Value
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment, Hold, Release
from ghapp.core.rules import lock, obstacles, releases

Told = tuple[Environment, tuple[Notice, ...], tuple[Entry, ...]]
"""An environment that has noted whom it told, what they are told, and the history of that."""


def turn_notices(environment: Environment, now: datetime) -> Told:
    """Whoever is to be told something by now, in an environment as an event left it."""
    standing = obstacles.obstacles(environment, now)
    if standing:
        environment = releases.uncalled(environment)  # they are called when the last of it ends
    if environment.gone:
        return environment, (), ()
    return _holder(environment, now) if standing else _waiter(environment, now)


def _waiter(environment: Environment, now: datetime) -> Told:
    """The call comes before a reminder: whoever was just called has been told."""
    if release := releases.to_call(environment, now):
        after = releases.call(environment, release.pull.number, now)
        return after, (), (_entry(after, release, "called", now),)
    if release := releases.to_remind(environment, now):
        after = releases.reminded(environment, release.pull.number, now)
        return after, (), (_entry(after, release, "reminded", now),)
    return environment, (), ()


def _holder(environment: Environment, now: datetime) -> Told:
    """Somebody locked it for ever: is that still meant?"""
    hold, due = environment.manual, lock.next_nag(environment, now)
    if hold is None or due is None or due > now:
        return environment, (), ()
    entry = Entry(
        at=now,
        what="nagged",
        environment=environment.name,
        actor=hold.holders[0],
        door="timer",
        number=environment.number,
        why=hold.reason,
    )
    return lock.nagged(environment, now), (_nag(environment, hold, now),), (entry,)


def _nag(environment: Environment, hold: Hold, now: datetime) -> Notice:
    values: dict[str, Value] = {
        "environment": environment.name,
        "holder": hold.holders[0],
        "since": hold.since,
        "reason": hold.reason,
    }
    key = f"{environment.number}/nag/{_moment(now)}"
    return Notice(**_here(environment, hold.said_on), id=_id(environment, key), code="nag", values=values, at=now)


def _moment(now: datetime) -> str:
    """Sets apart what is said again at the same number: an id is owed once."""
    return f"{now:%Y%m%dT%H%M%S}"


def _id(environment: Environment, key: str) -> str:
    return f"{environment.repository.id}/{environment.name}-{key}"


def _here(environment: Environment, pull: int | None) -> dict[str, Any]:
    """Where it is said, and how."""
    place = Destination(pull=pull, channel=environment.config.channel)
    return {"repository": environment.repository, "destination": place, "config": environment.config}


def _entry(environment: Environment, release: Release, what: EntryKind, now: datetime) -> Entry:
    return Entry(
        at=now,
        what=what,
        environment=environment.name,
        actor=release.waiter,
        door="timer",
        number=environment.number,
        sha=release.sha,
    )
