"""Who waits, what ships along, what is live. A release's standing is derived from where it is, never stored twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ghapp.core.environment import (
    AWAITING_KEPT,
    BARRED_KEPT,
    LIVE_KEPT,
    Deployment,
    Environment,
    Release,
    Revision,
)
from ghapp.core.facts import Comparison


def await_release(environment: Environment, release: Release) -> Environment:
    """Put a merged pull request in line, once, in merge order."""
    if any(waiting.sha == release.sha for waiting in environment.awaiting):
        return environment
    line = sorted((*environment.awaiting, release), key=lambda waiting: waiting.merged_at)
    return replace(environment, awaiting=tuple(line[-AWAITING_KEPT:]))


def find(environment: Environment, number: int) -> Release | None:
    """The awaiting release of a pull request."""
    return next((release for release in environment.awaiting if release.pull.number == number), None)


def in_flight(environment: Environment) -> frozenset[int]:
    """The pull requests that the newest attempt is bringing out."""
    deployment = environment.deployment
    if deployment is None or deployment.phase in ("succeeded", "failed", "cancelled"):
        return frozenset()
    return frozenset((deployment.order.revision.pull.number, *deployment.order.carries))


def line(environment: Environment) -> tuple[Release, ...]:
    """Those who wait for their turn, in merge order: not the ones that are already on their way."""
    moving = in_flight(environment)
    return tuple(release for release in environment.awaiting if release.pull.number not in moving)


def involved(environment: Environment) -> frozenset[int]:
    """The pull requests on which `/rollback` means what they brought: what is live, and the newest attempt's."""
    live = (environment.live.pull.number,) if environment.live else ()
    if environment.deployment is None:
        return frozenset(live)
    order = environment.deployment.order
    return frozenset((*live, order.revision.pull.number, order.told_on, *order.carries))


def rank(environment: Environment, number: int) -> int | None:
    """The place in line of a pull request, from 1."""
    places = [release.pull.number for release in line(environment)]
    return places.index(number) + 1 if number in places else None


def after(environment: Environment, number: int) -> Release | None:
    """Who comes after a pull request in line."""
    place = rank(environment, number)
    return next(iter(line(environment)[place:]), None) if place else None


def before(environment: Environment, release: Release) -> tuple[Release, ...]:
    """What ships with it: a branch only grows, so whatever was merged earlier and is not live is contained."""
    earlier = line(environment)
    return earlier[: earlier.index(release)] if release in earlier else ()


def baseline(environment: Environment, release: Release) -> str | None:
    """The commit that shows what a release brings along: what is live, or on the first day the oldest that waits."""
    if environment.live:
        return environment.live.sha
    oldest = next(iter(environment.awaiting), release)
    return oldest.sha if oldest.sha != release.sha else None


def contained(environment: Environment, release: Release, comparison: Comparison) -> tuple[Release, ...]:
    """The other awaiting releases that it brings along, by GitHub's own comparison with the baseline."""
    brought = comparison.commits
    if environment.live is None and comparison.status == "ahead":
        brought |= {environment.awaiting[0].sha}
    others = (waiting for waiting in environment.awaiting if waiting.sha != release.sha)
    return tuple(waiting for waiting in others if waiting.sha in brought)


def made_live(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    """The attempt succeeded: its revision is live, the old one goes to the front of `earlier`, its line is served."""
    order = deployment.order
    revision = replace(order.revision, live_since=now, live_until=None)
    if environment.live and environment.live.sha == revision.sha:
        revision = environment.live  # it never stopped being live
    served = {revision.pull.number, *order.carries}
    waiting = tuple(release for release in environment.awaiting if release.pull.number not in served)
    return replace(
        environment,
        live=revision,
        earlier=_earlier(environment, revision, now),
        awaiting=waiting,
        barred=() if order.unbars else environment.barred,
    )


@dataclass(frozen=True, slots=True)
class WayBack:
    """What a rollback would undo, and where it would lead to."""

    undone: Revision
    target: Revision


def way_back(environment: Environment, to: int | None = None) -> WayBack | None:
    """The rollback that is meant now; None where there is nowhere to go back to.

    Undone: the newest attempt, if it is under way or did not succeed, else what is live. Target: in the first case
    what is live, else the newest earlier one that is not barred; or, named by its pull request, one that was live.
    A rollback that did not succeed is meant again.
    """
    newest = environment.deployment
    if newest is None or newest.phase == "succeeded":
        return _behind(environment, to)
    if newest.order.kind == "rollback":
        assert newest.order.undoes is not None
        return WayBack(newest.order.undoes, newest.order.revision)
    undone = newest.order.revision
    target = environment.live if to is None else _named(environment, to)
    return WayBack(undone, target) if target else None


def _behind(environment: Environment, to: int | None) -> WayBack | None:
    live = environment.live
    if live is None:
        return None
    barred = {revision.sha for revision in environment.barred}
    candidates = (revision for revision in environment.earlier if revision.sha not in barred)
    target = next(candidates, None) if to is None else _named(environment, to)
    return WayBack(live, target) if target and target.sha != live.sha else None


def _named(environment: Environment, number: int) -> Revision | None:
    was_live = (*((environment.live,) if environment.live else ()), *environment.earlier)
    return next((revision for revision in was_live if revision.pull.number == number), None)


def landed(environment: Environment, head: str, sha: str) -> Environment:
    """What was released as an open pull request's head is on its branch now, as another commit."""

    def known(revision: Revision) -> Revision:
        return replace(revision, landed=sha) if revision.sha == head and head != sha else revision

    live, deployment = environment.live, environment.deployment
    if deployment:
        order = replace(deployment.order, revision=known(deployment.order.revision))
        deployment = replace(deployment, order=order)
    return replace(
        environment,
        live=known(live) if live else None,
        earlier=tuple(map(known, environment.earlier)),
        barred=tuple(map(known, environment.barred)),
        deployment=deployment,
    )


def bar(environment: Environment, revision: Revision) -> Environment:
    """What was rolled back does not come again by accident."""
    others = tuple(barred for barred in environment.barred if barred.sha != revision.sha)
    return replace(environment, barred=(revision, *others)[:BARRED_KEPT])


def settled(environment: Environment, number: int) -> Environment:
    """A pull request turned out to be live already: it waits no longer."""
    waiting = tuple(release for release in environment.awaiting if release.pull.number != number)
    return replace(environment, awaiting=waiting)


def to_call(environment: Environment, now: datetime) -> Release | None:
    """Whose turn it is and who was not told: the first in line, and once that one had its `turn`, the next."""
    since = None
    for release in line(environment):
        if release.called_at is None:
            return release if since is None or since + environment.terms.turn <= now else None
        since = release.called_at
    return None


def next_turn(environment: Environment) -> datetime | None:
    """When the next in line is to be called, if the one before does nothing. Only of use while it is free."""
    since = None
    for release in line(environment):
        if release.called_at is None:
            return since + environment.terms.turn if since else None
        since = release.called_at
    return None


def called(environment: Environment, number: int, now: datetime) -> Environment:
    """Note that somebody was told that it is their turn."""
    return _each(environment, lambda waiting: now if waiting.pull.number == number else waiting.called_at)


def uncalled(environment: Environment) -> Environment:
    """Nobody can take it now: those in line will be called anew. Twice is the same as once."""
    moving = in_flight(environment)
    return _each(environment, lambda waiting: waiting.called_at if waiting.pull.number in moving else None)


def requeue(environment: Environment, now: datetime) -> Environment:
    """Somebody took the environment: those in line will be called anew, those on their way need no call."""
    moving = in_flight(environment)
    return _each(environment, lambda waiting: now if waiting.pull.number in moving else None)


def _each(environment: Environment, call: Callable[[Release], datetime | None]) -> Environment:
    awaiting = tuple(replace(waiting, called_at=call(waiting)) for waiting in environment.awaiting)
    return replace(environment, awaiting=awaiting)


def _earlier(environment: Environment, live: Revision, now: datetime) -> tuple[Revision, ...]:
    was = environment.live
    before_it = (replace(was, live_until=now),) if was and was.sha != live.sha else ()
    others = tuple(revision for revision in environment.earlier if revision.sha != live.sha)
    return (*before_it, *others)[:LIVE_KEPT]
