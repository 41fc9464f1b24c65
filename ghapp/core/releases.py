"""Who waits, what ships along, what is live. A release's standing is derived from where it is, never stored twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ghapp.core import working_hours
from ghapp.core.environment import (
    AWAITING_KEPT,
    BARRED_KEPT,
    LIVE_KEPT,
    ByHand,
    Deployment,
    Environment,
    Release,
    Revision,
)
from ghapp.core.facts import Comparison

REMINDERS = 3  # then whoever has the turn has heard it


def await_release(environment: Environment, release: Release) -> Environment:
    """Put a merged pull request in line, once, in merge order."""
    if any(waiting.sha == release.sha for waiting in environment.awaiting):
        return environment
    line = sorted((*environment.awaiting, release), key=lambda waiting: waiting.merged_at)
    return replace(environment, awaiting=tuple(line[-AWAITING_KEPT:]))


def find(environment: Environment, number: int) -> Release | None:
    """The awaiting release of a pull request."""
    return next((release for release in environment.awaiting if release.pull.number == number), None)


def knows(environment: Environment, number: int) -> bool:
    """Whether a merged pull request was ever told of here, as far as that is remembered."""
    live = (environment.live,) if environment.live else ()
    seen = {revision.pull.number for revision in (*live, *environment.earlier, *environment.barred)}
    return number in seen or find(environment, number) is not None or number in in_flight(environment)


def in_flight(environment: Environment) -> frozenset[int]:
    """The pull requests that the newest attempt is bringing out."""
    deployment = environment.deployment
    if deployment is None or deployment.phase in ("succeeded", "failed", "cancelled"):
        return frozenset()
    own = (deployment.order.revision.pull.number,) if deployment.order.revision else ()
    return frozenset((*own, *deployment.order.carries))


def line(environment: Environment) -> tuple[Release, ...]:
    """Those who wait for their turn, in merge order: not what is on its way, nor what nobody shall be asked about."""
    return tuple(release for release in _still(environment) if not release.skipped)


def _still(environment: Environment) -> tuple[Release, ...]:
    """What is merged and not on its way yet."""
    moving = in_flight(environment)
    return tuple(release for release in environment.awaiting if release.pull.number not in moving)


def involved(environment: Environment) -> frozenset[int]:
    """The pull requests on which `/rollback` means what they brought: what is live, and the newest attempt's."""
    live = (environment.live.pull.number,) if environment.live else ()
    if environment.deployment is None:
        return frozenset(live)
    order = environment.deployment.order
    own = (order.revision.pull.number,) if order.revision else ()
    return frozenset((*live, *own, order.told_on, *order.carries))


def pressable(environment: Environment, number: int) -> bool:
    """Whether an ordinary press can bring it out. What was itself rolled back takes a word of its own."""
    release = find(environment, number)
    return release is None or all(barred.sha != release.sha for barred in environment.barred)


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
    earlier = _still(environment)
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
    """The attempt succeeded: its revision is live, the old one goes to the front of `earlier`, its line is served.

    What was never released here is not called live: as on the first day, only the platform knows what serves.
    """
    order = deployment.order
    if order.revision is None:
        return replace(environment, live=None, earlier=())
    platform = deployment.platform or order.revision.platform
    revision = replace(order.revision, live_since=now, live_until=None, platform=platform)
    if environment.live and environment.live.sha == revision.sha:
        revision = replace(environment.live, platform=platform or environment.live.platform)  # it never ceased to be
    served = {revision.pull.number, *order.carries}
    waiting = tuple(release for release in environment.awaiting if release.pull.number not in served)
    return replace(
        environment,
        live=revision,
        earlier=_earlier(environment, revision, now),
        awaiting=waiting,
        barred=() if order.unbars else environment.barred,
    )


def was_live(environment: Environment, sha: str) -> bool:
    """Whether this very commit serves, or has served."""
    known = (*((environment.live,) if environment.live else ()), *environment.earlier)
    return any(revision.sha == sha for revision in known)


def by_hand(environment: Environment) -> tuple[ByHand, ...]:
    """What people started without ghapp since it knows what is live: whether that still serves is not certain."""
    since = environment.live.live_since if environment.live else None
    return tuple(one for one in environment.by_hand if since is None or one.at > since)


def not_live(environment: Environment, sha: str) -> Environment:
    """It is not live after all: what was before serves, and its line waits no longer all the same."""
    live, earlier = environment.live, environment.earlier
    if live is None or live.sha != sha:
        return environment
    before = replace(earlier[0], live_until=None) if earlier else None
    return replace(environment, live=before, earlier=earlier[1:])


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
        undone, again = newest.order.undoes, newest.order.revision
        return WayBack(undone, again) if undone and again else None
    undone = newest.order.brings
    target = environment.live if to is None else _named(environment, to)
    return WayBack(undone, target) if target else None


def first_of_all(environment: Environment) -> Revision | None:
    """What a rollback would undo where nothing that was released here was before it. None: there is nothing to undo."""
    newest = environment.deployment
    if newest is None or newest.phase == "succeeded":
        return environment.live
    return newest.order.undoes or newest.order.revision


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
        brings = deployment.order.revision
        order = replace(deployment.order, revision=known(brings) if brings else None)
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
    turn = next_turn(environment, now)
    return _uncalled(environment) if turn and turn <= now else None


def next_turn(environment: Environment, now: datetime) -> datetime | None:
    """When the next in line is to be called, if the one before does nothing. Only of use while it is free."""
    ends = now
    for release in line(environment):
        if release.called_at is None:
            return ends
        ends = release.called_at if release.passed else release.called_at + environment.terms.turn
    return None


def to_remind(environment: Environment, now: datetime) -> Release | None:
    """Who has the turn, and should be told again."""
    due = next_reminder(environment)
    return _asked(environment) if due and due <= now else None


def next_reminder(environment: Environment) -> datetime | None:
    """When whoever has the turn is to be told again, in working hours. Only of use while it is free."""
    release = _asked(environment)
    if release is None or release.called_at is None or release.reminded >= REMINDERS:
        return None
    since = release.reminded_at or release.called_at
    return working_hours.from_then(since + environment.terms.remind, environment.terms.timezone)


def called(environment: Environment, number: int, now: datetime) -> Environment:
    """Note that somebody has the turn, who need not be told."""
    return _of(environment, number, lambda release: replace(release, called_at=now))


def call(environment: Environment, number: int, now: datetime) -> Environment:
    """Note that somebody has the turn, and that a message is owed which says so."""
    return _of(environment, number, lambda release: replace(release, called_at=now, call_at=now))


def reminded(environment: Environment, number: int, now: datetime) -> Environment:
    """Note that somebody is told again, by a new message: an edit would notify nobody."""

    def again(release: Release) -> Release:
        return replace(release, reminded=release.reminded + 1, reminded_at=now, call_at=now)

    return _of(environment, number, again)


def passed(environment: Environment, number: int) -> Environment:
    """Whoever has the turn lets the next one go first, and keeps the place."""
    return _of(environment, number, lambda release: replace(release, passed=True))


def skipped(environment: Environment, number: int, by: str | None) -> Environment:
    """Nobody is asked about it any more; whatever is released after it brings it. `by` None: a label says so."""
    return _of(environment, number, lambda release: replace(release, skipped=True, skipped_by=by))


def wanted(environment: Environment, number: int) -> Environment:
    """Somebody wants it released after all."""
    return _of(environment, number, lambda release: replace(release, skipped=False, skipped_by=None))


def not_auto(environment: Environment, number: int, why: str) -> Environment:
    """Note why the merge did not release it by itself."""
    return _of(environment, number, lambda release: replace(release, not_auto=why))


def uncalled(environment: Environment) -> Environment:
    """Nobody can take it now: those in line will be called anew. Twice is the same as once."""
    moving = in_flight(environment)
    return _each(environment, lambda one: one if one.pull.number in moving else _anew(one, None))


def requeue(environment: Environment, now: datetime) -> Environment:
    """Somebody took the environment: those in line will be called anew, those on their way need no call."""
    moving = in_flight(environment)
    return _each(environment, lambda one: _anew(one, now if one.pull.number in moving else None))


def _uncalled(environment: Environment) -> Release | None:
    return next((release for release in line(environment) if release.called_at is None), None)


def _asked(environment: Environment) -> Release | None:
    """The first in line who was called and keeps the turn."""
    return next((release for release in line(environment) if release.called_at and not release.passed), None)


def _anew(release: Release, called_at: datetime | None) -> Release:
    return replace(release, called_at=called_at, call_at=None, reminded=0, reminded_at=None, passed=False)


def _of(environment: Environment, number: int, change: Callable[[Release], Release]) -> Environment:
    return _each(environment, lambda release: change(release) if release.pull.number == number else release)


def _each(environment: Environment, change: Callable[[Release], Release]) -> Environment:
    return replace(environment, awaiting=tuple(map(change, environment.awaiting)))


def _earlier(environment: Environment, live: Revision, now: datetime) -> tuple[Revision, ...]:
    was = environment.live
    before_it = (replace(was, live_until=now),) if was and was.sha != live.sha else ()
    others = tuple(revision for revision in environment.earlier if revision.sha != live.sha)
    return (*before_it, *others)[:LIVE_KEPT]
