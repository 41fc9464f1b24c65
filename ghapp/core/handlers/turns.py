"""Turns: without an obstacle a release is called, and reminded until it is used; holders of lasting locks are asked."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ghapp.core.handlers.history import line
from ghapp.core.model.decision import Entry, EntryKind, Notice, Value
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment, Hold, Release
from ghapp.core.rules import lock, obstacles, turns

WithTurnNotices = tuple[Environment, tuple[Notice, ...], tuple[Entry, ...]]
"""An environment that records its notices, the notices, and the history of them."""


def turn_notices(environment: Environment, now: datetime) -> WithTurnNotices:
    """The notices that are due by now, in an environment as an event left it."""
    standing = obstacles.obstacles(environment, now)
    if standing:
        environment = turns.withdraw_calls(environment)  # they are called when the last obstacle ends
    if environment.gone:
        return environment, (), ()
    return _holder(environment, now) if standing else _waiter(environment, now)


def _waiter(environment: Environment, now: datetime) -> WithTurnNotices:
    """The call comes before a reminder, and replaces it."""
    if release := turns.to_call(environment, now):
        after = turns.call_release(environment, release.pull.number, now)
        return after, (), (_entry(after, release, "called", now),)
    if release := turns.to_remind(environment, now):
        after = turns.record_reminder(environment, release.pull.number, now)
        return after, (), (_entry(after, release, "reminded", now),)
    return environment, (), ()


def _holder(environment: Environment, now: datetime) -> WithTurnNotices:
    """Ask the holder of a lock without an end whether it is still needed."""
    hold, due = environment.manual, lock.next_nag(environment, now)
    if hold is None or due is None or due > now:
        return environment, (), ()
    entry = replace(line(environment, "nagged", now, why=hold.reason), actor=hold.holders[0])
    return lock.nagged(environment, now), (_nag(environment, hold, now),), (entry,)


def _nag(environment: Environment, hold: Hold, now: datetime) -> Notice:
    values: dict[str, Value] = {
        "environment": environment.name,
        "holder": hold.holders[0],
        "since": hold.since,
        "reason": hold.reason,
    }
    key = f"{environment.number}/nag/{_moment(now)}"
    return Notice(**_here(environment, hold.announced_on), id=_id(environment, key), code="nag", values=values, at=now)


def _moment(now: datetime) -> str:
    """Distinguishes repeated notices at the same number: an id is owed once."""
    return f"{now:%Y%m%dT%H%M%S}"


def _id(environment: Environment, key: str) -> str:
    return f"{environment.repository.id}/{environment.name}-{key}"


def _here(environment: Environment, pull: int | None) -> dict[str, Any]:
    """The destination of a notice, and its config."""
    place = Destination(pull=pull, channel=environment.config.channel)
    return {"repository": environment.repository, "destination": place, "config": environment.config}


def _entry(environment: Environment, release: Release, what: EntryKind, now: datetime) -> Entry:
    return replace(line(environment, what, now), sha=release.sha, pull=release.pull.number, actor=release.waiter)
