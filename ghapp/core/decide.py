"""The one way state changes: an event, the environments, the facts and the time in; a Decision out. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from ghapp.core import obstacles, releases
from ghapp.core.arms import comments, configs, pulls, runs, steps, strays
from ghapp.core.arms.current import Documents, lately_gone
from ghapp.core.decision import Decision, Entry, Notice, Place, Value
from ghapp.core.environment import Environment, Release
from ghapp.core.events import (
    Commented,
    ConfigChanged,
    Event,
    HeadChanged,
    Intended,
    Merged,
    RunChanged,
    Seen,
    StopAsked,
    StrayCancelled,
    Tick,
)
from ghapp.core.facts import Facts, Missing


def decide(event: Event, documents: Documents, facts: Facts, now: datetime) -> Decision | Missing:
    """Decide one event. `Missing` comes back where a fact is asked for that was not gathered: gather it, ask again."""
    try:
        decision = _arm(event, documents, facts, now)
    except Missing as missing:
        return missing
    gone = lately_gone(documents, facts.config_if_known(), now)
    told = {environment.name for environment in decision.changed}
    also = tuple(environment for environment in gone if environment.name not in told)
    return _changes(replace(decision, changed=(*decision.changed, *also)), documents, now)


def _arm(event: Event, documents: Documents, facts: Facts, now: datetime) -> Decision:
    match event:
        case Merged():
            return pulls.merged(event, documents, facts, now)
        case HeadChanged():
            return pulls.head_changed(event, documents, facts, now)
        case Commented():
            return comments.commented(event, documents, facts, now)
        case ConfigChanged():
            return configs.changed(event, documents, facts, now)
        case RunChanged():
            return runs.run_changed(event, documents, now)
        case Seen():
            return runs.observed(event, documents, now)
        case Tick() | Intended() | StopAsked():
            return steps.taken(event, documents, now)
        case StrayCancelled():
            return strays.cancelled(event, documents, now)
        case _:
            assert_never(event)


def _changes(decision: Decision, documents: Documents, now: datetime) -> Decision:
    """Keep what differs from what was; and wherever nothing stands in the way, call whose turn it is."""
    notices, entries, changed = list(decision.notices), list(decision.entries), []
    for environment in decision.changed:
        before = documents.get(environment.name)
        standing = obstacles.obstacles(environment, now)
        if any(obstacle.kind == "freeze" for obstacle in standing):
            environment = releases.uncalled(environment)  # noqa: PLW2901 - they are called when it ends
        release = None if standing or environment.gone else releases.to_call(environment, now)
        if release:
            environment = releases.called(environment, release.pull.number, now)  # noqa: PLW2901
            notices.append(_your_turn(environment, release, now))
            entries.append(_called(environment, release, now))
        if environment != before:
            changed.append(environment)
    return replace(decision, changed=tuple(changed), notices=tuple(notices), entries=tuple(entries))


def _your_turn(environment: Environment, release: Release, now: datetime) -> Notice:
    terms, number = environment.terms, release.pull.number
    following = releases.after(environment, number)
    values: dict[str, Value] = {
        "environment": environment.name,
        "number": number,
        "title": release.pull.title,
        "waiter": release.waiter,
        "next": following.pull.number if following else None,
        "next_waiter": following.waiter if following else None,
    }
    return Notice(
        id=f"{environment.repository.id}/{environment.name}-{environment.number}/turn/{number}",
        repository=environment.repository,
        place=Place(pull=number, channel=terms.channel),
        code="your_turn",
        values=values,
        terms=terms,
        at=now,
    )


def _called(environment: Environment, release: Release, now: datetime) -> Entry:
    return Entry(
        at=now,
        what="called",
        environment=environment.name,
        actor=release.waiter,
        door="timer",
        sha=release.sha,
    )
