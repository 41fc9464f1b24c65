"""Turns: which waiting release is called, reminded, or lets the next one go first."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.model.environment import Environment, Grant, Release
from ghapp.core.rules import releases, working_hours

REMINDERS = 3  # after these, no further reminders


def to_call(environment: Environment, now: datetime) -> Release | None:
    """The next release to call: the first in line, and once that one had its `turn`, the next."""
    turn = next_turn(environment, now)
    return _next_uncalled(environment) if turn and turn <= now else None


def next_turn(environment: Environment, now: datetime) -> datetime | None:
    """When the next in line is to be called, if the one before does nothing. For a free environment only."""
    ends = now
    for release in releases.waiting_line(environment):
        if release.called_at is None:
            return ends
        ends = release.called_at if release.passed else release.called_at + environment.config.turn
    return None


def to_remind(environment: Environment, now: datetime) -> Release | None:
    """The release that has the turn and is due for a reminder."""
    due = next_reminder(environment)
    return _holder_of_turn(environment) if due and due <= now else None


def next_reminder(environment: Environment) -> datetime | None:
    """When the release that has the turn is due for a reminder, in working hours. For a free environment only."""
    release = _holder_of_turn(environment)
    if release is None or release.called_at is None or release.reminded >= REMINDERS:
        return None
    since = release.reminded_at or release.called_at
    return working_hours.from_then(since + environment.config.remind, environment.config.timezone)


def take_turn(environment: Environment, number: int, now: datetime) -> Environment:
    """Record a turn that needs no message."""
    return releases.change_release(environment, number, lambda release: replace(release, called_at=now))


def call_release(environment: Environment, number: int, now: datetime) -> Environment:
    """Record a turn, and that its message is owed."""
    return releases.change_release(environment, number, lambda release: replace(release, called_at=now, call_at=now))


def record_reminder(environment: Environment, number: int, now: datetime) -> Environment:
    """Record a reminder, which is a new message: an edit would notify no person."""

    def again(release: Release) -> Release:
        return replace(release, reminded=release.reminded + 1, reminded_at=now, call_at=now)

    return releases.change_release(environment, number, again)


def pass_turn(environment: Environment, number: int) -> Environment:
    """The release that has the turn lets the next one go first, and keeps its place."""
    return releases.change_release(environment, number, lambda release: replace(release, passed=True))


def withdraw_calls(environment: Environment) -> Environment:
    """No release can go now: those in line will be called anew. Idempotent."""
    return releases.change_releases(environment, lambda one: releases.reset_turn(one, None))


def keep_turns_after_failure(environment: Environment, grant: Grant, now: datetime) -> Environment:
    """A deploy did not bring them out, and its message states that: if free, they have the turn without a call."""
    if grant.kind == "rollback":
        return environment
    tried = (grant.brings.pull.number, *grant.carries)
    return releases.change_releases(
        environment, lambda one: releases.reset_turn(one, now) if one.pull.number in tried else one
    )


def _next_uncalled(environment: Environment) -> Release | None:
    return next((release for release in releases.waiting_line(environment) if release.called_at is None), None)


def _holder_of_turn(environment: Environment) -> Release | None:
    """The first in line that was called and keeps the turn."""
    return next(
        (release for release in releases.waiting_line(environment) if release.called_at and not release.passed), None
    )
