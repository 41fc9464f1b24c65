"""The next step towards GitHub and the platform, and when to look again: both follow from the state alone."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from ghapp.core.model.environment import Activity, Deployment, Environment, Grant, Run, UnexpectedRun
from ghapp.core.rules import freeze, lock, obstacles, phases, releases, turns

SEARCH_EVERY = timedelta(seconds=5)
STOPPING_EVERY = timedelta(seconds=10)
LOST_EVERY = timedelta(minutes=10)
HALTED_FIRST = timedelta(minutes=1)
READ_FIRST = timedelta(seconds=5)  # until the wait is ended, so that its requester can read the consequences first


class Start(Struct, frozen=True):
    """Record the intent, then let the runner start the grant."""

    grant: Grant


class Look(Struct, frozen=True):
    """Let the runner look at the grant's run and its platform, for the `nth` time, counted from 0.

    `since`: the earliest moment at which its run can have been created. `over`: the end of its run, if it has ended;
    `unread`: its jobs are still to be read. `also`: further platform deployments to read.
    """

    grant: Grant
    run: Run | None
    nth: int
    since: datetime
    over: Literal["succeeded", "failed", "cancelled"] | None = None
    unread: bool = False
    also: tuple[str, ...] = ()


class Stop(Struct, frozen=True):
    """Let the runner cancel the run on request; `force`: regardless of the conditions of its steps."""

    grant: Grant
    run: Run
    force: bool


class Halt(Struct, frozen=True):
    """Let the platform stop one of its deployments for the grant; `back`: and roll back to the one before it."""

    grant: Grant
    deployment: str
    back: bool = True


class Finish(Struct, frozen=True):
    """Let the platform end its termination wait."""

    grant: Grant
    deployment: str


class Cancel(Struct, frozen=True):
    """Let the runner cancel a run whose number is over."""

    unexpected_run: UnexpectedRun


Step = Start | Look | Stop | Halt | Finish | Cancel


def next_step(environment: Environment, now: datetime, *, poll: timedelta) -> Step | None:
    """The step that is due now, if any. `poll`: how often a run is looked at when no event comes."""
    halt = _halt(environment)
    if halt and _halt_first(environment, now):
        return halt
    followed = _followed(environment)
    if followed and _startable(followed, now):
        return Start(followed.grant)
    if followed and now >= _next_look(environment, followed, poll):
        return _look(environment, followed)
    # after the look: a run that GitHub does not let us cancel must still be seen to end
    if stop := to_stop(environment, now):
        return stop
    if followed is None and (late := _read_late(environment)) and now >= late[1]:
        return _look(environment, late[0])
    return (
        halt
        or _finish(environment, now)
        or (Cancel(environment.unexpected_runs[0]) if environment.unexpected_runs else None)
    )


def to_stop(environment: Environment, now: datetime) -> Stop | None:
    """The pending stop of a followed run, even if the run cannot be read."""
    followed = _followed(environment)
    told = phases.to_stop(followed, now) if followed else None
    return Stop(followed.grant, followed.run, told == "force") if followed and followed.run and told else None


def due_at(environment: Environment, now: datetime, *, poll: timedelta) -> datetime | None:
    """When time alone will change something: None = only an event can."""
    followed = _followed(environment)
    calendar = None if environment.gone else freeze.next_change(environment.config, now)
    if environment.unexpected_runs:
        return now
    if followed is not None:
        at_once = _startable(followed, now) or _to_tell(environment, followed, now)
        look = now if at_once else _next_look(environment, followed, poll)
        return min(moment for moment in (look, calendar, _finish_at(environment)) if moment)
    manual = environment.manual.until if environment.manual else None
    told, cooldown = _message_due_at(environment, now), environment.cooldown_until
    fit = releases.next_fit(environment)
    late = _read_late(environment)
    read = max(now, late[1]) if late else None
    return min((moment for moment in (cooldown, manual, told, fit, calendar, read) if moment), default=None)


def _followed(environment: Environment) -> Deployment | None:
    """The overtaken attempt first, since nothing starts beside it; then the newest, while it is busy."""
    if phases.is_busy(environment.overtaken):
        return environment.overtaken
    return environment.deployment if lock.is_busy(environment) else None


def _read_late(environment: Environment) -> tuple[Deployment, datetime] | None:
    """The newest attempt if it has ended without its jobs, and when they are read again."""
    newest = environment.deployment
    if newest is None or newest.run is None or lock.is_stale(environment, newest.grant.number):
        return None
    again = phases.read_again_at(newest)
    return (newest, again) if again else None


def _halt(environment: Environment) -> Halt | None:
    deployment = environment.deployment
    halted = phases.to_halt(deployment)
    if deployment is None or halted is None or not lock.is_busy(environment):
        return None
    plan = deployment.grant.plan
    return Halt(deployment.grant, halted, back=plan is None or plan.how != "create")


def _to_tell(environment: Environment, followed: Deployment, now: datetime) -> bool:
    told = phases.to_stop(followed, now), _halt(environment), _finish(environment, now)
    return any(told)


def _halt_first(environment: Environment, now: datetime) -> bool:
    """Traffic goes back before anything else, but the run waits no longer than `HALTED_FIRST` for the platform."""
    deployment = environment.deployment
    if deployment is None:
        return False
    since = deployment.stop.at if deployment.stop else deployment.grant.at
    return now - since < HALTED_FIRST


def _startable(deployment: Deployment, now: datetime) -> bool:
    """A platform is read before a deployment is created there: it may have rolled back by itself."""
    if deployment.phase != "accepted":
        return False
    cleared = deployment.cleared_at
    return deployment.grant.runner == "workflow" or (cleared is not None and now - cleared <= phases.START_WITHIN)


def _look(environment: Environment, followed: Deployment) -> Look:
    known = (environment.live, followed.grant.revision)
    references = (followed.platform, *(revision.platform for revision in known if revision))
    also = [reference.deployment for reference in references if reference]
    also += [followed.halt.deployment] if followed.halt else []
    also += [f"{followed.run.id}"] if followed.run and followed.grant.runner == "codedeploy" else []
    over = followed.phase if followed.phase in ("succeeded", "failed", "cancelled") else None
    unread = over is not None and phases.read_again_at(followed) is not None
    since = phases.made_since(followed)
    return Look(followed.grant, followed.run, followed.looks, since, over, unread, tuple(dict.fromkeys(also)))


def _finish(environment: Environment, now: datetime) -> Finish | None:
    deployment, activity, at = environment.deployment, environment.activity, _finish_at(environment)
    if deployment is None or activity is None or at is None or now < at:
        return None
    return Finish(deployment.grant, activity.deployment)


def _finish_at(environment: Environment) -> datetime | None:
    deployment, activity = environment.deployment, environment.activity
    if activity is None or activity.ending != "wanted" or phases.is_busy(deployment):
        return None
    return (activity.ending_since or environment.created_at) + READ_FIRST


def _next_look(environment: Environment, deployment: Deployment, poll: timedelta) -> datetime:
    """Platform and run may be seen minutes late; an attempt that ends or is being stopped is looked at more often."""
    soon = min(poll, SEARCH_EVERY)
    if deployment.ending and phases.is_busy(deployment):
        return deployment.seen_at + (soon if deployment.looks > deployment.ending.looks else timedelta())
    if deployment.phase == "starting" and deployment.run is None:
        given_up, again = deployment.since + phases.FOUND_WITHIN, deployment.seen_at + soon
        return again if deployment.seen_at >= given_up else min(again, given_up)
    if deployment.phase == "accepted":  # by a platform, which is asked first
        return deployment.seen_at + (soon if deployment.looks else timedelta())
    if deployment.grant.runner == "codedeploy" and phases.is_busy(deployment):
        return deployment.seen_at + min(poll, STOPPING_EVERY)
    if deployment.stop and deployment.phase != "lost" and phases.is_busy(deployment):
        return deployment.seen_at + min(poll, STOPPING_EVERY)
    if not phases.is_busy(deployment):
        return _next_glance(environment.activity, deployment, poll)
    forgotten = deployment.phase == "lost" and not (deployment.run and deployment.stop)
    return deployment.seen_at + (LOST_EVERY if forgotten else poll)


def _next_glance(activity: Activity | None, deployment: Deployment, poll: timedelta) -> datetime:
    """At the platform, after the run: at once, then at the expected end of its wait, else at the usual interval."""
    if activity and activity.stage == "unknown" and activity.unasked_since is None:
        return deployment.seen_at
    later = deployment.seen_at + poll
    if activity and activity.ending:
        asked_at = activity.ending_since if activity.ending == "asked" else None
        unseen = asked_at is not None and deployment.seen_at < asked_at  # it may have ended within a second
        return deployment.seen_at + (timedelta() if unseen else min(poll, STOPPING_EVERY))
    until = activity.busy_until if activity else None
    return min(until, later) if until and until > deployment.seen_at else later


def _message_due_at(environment: Environment, now: datetime) -> datetime | None:
    """When a message is due that no event brings about: a turn, a reminder, a forgotten lock."""
    if environment.gone:
        return None
    if obstacles.obstacles(environment, now):
        return lock.next_nag(environment, now)
    moments = (turns.next_turn(environment, now), turns.next_reminder(environment))
    return min((moment for moment in moments if moment), default=None)
