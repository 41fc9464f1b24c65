"""Pull requests: a merged one waits for release, an open one gets its gate."""

from dataclasses import replace
from datetime import datetime

from ghapp.core import obstacles, policy, releases
from ghapp.core.arms.current import Documents, current, on_branch
from ghapp.core.decision import Decision, Entry
from ghapp.core.environment import Environment, Release
from ghapp.core.events import HeadChanged, Merged
from ghapp.core.facts import Facts


def merged(event: Merged, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """In line, in every environment that it concerns: by the branch it was merged into, and by what it changes."""
    release = Release(pull=event.pull, merger=event.merger, sha=event.sha, merged_at=event.at)
    environments = current(event.repository, documents, facts.config(), now)
    named = tuple(environment for environment in environments if environment.gone is None)
    waiting = tuple(
        _in_line(one, _for(one, release, event, facts), now)
        for one in policy.concerned(named, event.pull, event.base, facts)
    )
    changed = {**{one.name: one for one in environments}, **{one.name: one for one in waiting}}
    entries = tuple(_entry(environment, release, now) for environment in waiting)
    return Decision(changed=tuple(changed.values()), entries=entries)


def head_changed(event: HeadChanged, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Nothing changes but the gate on its head."""
    concerned = on_branch(current(event.repository, documents, facts.config(), now), event.base)
    return Decision(changed=concerned, gates=(event.number,) if concerned else ())


def _in_line(environment: Environment, release: Release, now: datetime) -> Environment:
    """Where it is free the prompt itself is the call, so that nobody is mentioned twice."""
    waiting = releases.await_release(releases.landed(environment, release.pull.head, release.sha), release)
    locked = obstacles.obstacles(waiting, now)
    return waiting if locked else releases.called(waiting, release.pull.number, now)


def _for(environment: Environment, release: Release, event: Merged, facts: Facts) -> Release:
    """The release as this environment's terms take it."""
    warns = policy.warned(environment, event.pull, event.base, facts)
    return replace(release, warns=warns, skipped=environment.terms.skip_label in event.labels)


def _entry(environment: Environment, release: Release, now: datetime) -> Entry:
    return Entry(
        at=now,
        what="awaiting",
        environment=environment.name,
        actor=release.waiter,
        door="pull_request",
        sha=release.sha,
    )
