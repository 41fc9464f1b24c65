"""What the world has to be asked or told next, and when to look again: both read off the state alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ghapp.core.model.environment import Activity, Deployment, Environment, Grant, Run, UnexpectedRun
from ghapp.core.rules import freeze, lock, phases, turns

SEARCH_EVERY = timedelta(seconds=5)
STOPPING_EVERY = timedelta(seconds=10)
LOST_EVERY = timedelta(minutes=10)
HALTED_FIRST = timedelta(minutes=1)
READ_FIRST = timedelta(seconds=5)  # whoever ends the wait reads before that what is given up with it


@dataclass(frozen=True, slots=True)
class Start:
    """Record the intent, then let the runner start what was granted."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class Look:
    """Let the runner look at what was granted, and its platform, for the `nth` time, counted from 0.

    `since`: when its run can have been made at the earliest.
    `over`: how its run has ended, where it has; `unread`: and its jobs are still to be read. `also`: what the platform
    must tell of.
    """

    grant: Grant
    run: Run | None
    nth: int
    since: datetime
    over: Literal["succeeded", "failed", "cancelled"] | None = None
    unread: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """Let the runner end the run, which somebody wants; `force`: whatever its steps want."""

    grant: Grant
    run: Run
    force: bool


@dataclass(frozen=True, slots=True)
class Halt:
    """Let the platform end one of its deployments for the grant; `back`: and go back to what was before it."""

    grant: Grant
    deployment: str
    back: bool = True


@dataclass(frozen=True, slots=True)
class Finish:
    """Let the platform keep what was before no longer."""

    grant: Grant
    deployment: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Let the runner end a run whose number is over."""

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
    # after the look: a run that GitHub does not let us stop must still be seen to end
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
    """What a run has to be told; where it cannot be looked at, it is told so all the same."""
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
    told, cooldown = turns.due_at(environment, now), environment.cooldown_until
    late = _read_late(environment)
    read = max(now, late[1]) if late else None
    return min((moment for moment in (cooldown, manual, told, calendar, read) if moment), default=None)


def _followed(environment: Environment) -> Deployment | None:
    """What was overtaken is followed first: nothing starts beside it. Then the newest, while it acts."""
    if phases.is_busy(environment.overtaken):
        return environment.overtaken
    return environment.deployment if lock.is_busy(environment) else None


def _read_late(environment: Environment) -> tuple[Deployment, datetime] | None:
    """The newest attempt where it has ended without its jobs, and when they are asked for again."""
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
    """Traffic goes back before anything else. Where the platform does not hear, the run does not wait for it."""
    deployment = environment.deployment
    if deployment is None:
        return False
    since = deployment.stop.at if deployment.stop else deployment.grant.at
    return now - since < HALTED_FIRST


def _startable(deployment: Deployment, now: datetime) -> bool:
    """A platform is looked at before anything is made there: it may have gone back by itself."""
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
    """What platform and run do may be some minutes off; what somebody waits for is looked at more often."""
    if deployment.ending and phases.is_busy(deployment):
        return deployment.seen_at + (SEARCH_EVERY if deployment.looks > deployment.ending.looks else timedelta())
    if deployment.phase == "starting" and deployment.run is None:
        given_up, again = deployment.since + phases.FOUND_WITHIN, deployment.seen_at + SEARCH_EVERY
        return again if deployment.seen_at >= given_up else min(again, given_up)
    if deployment.phase == "accepted":  # by a platform, which is asked first
        return deployment.seen_at + SEARCH_EVERY if deployment.looks else deployment.seen_at
    if deployment.grant.runner == "codedeploy" and phases.is_busy(deployment):
        return deployment.seen_at + min(poll, STOPPING_EVERY)
    if deployment.stop and deployment.phase != "lost" and phases.is_busy(deployment):
        return deployment.seen_at + min(poll, STOPPING_EVERY)
    if not phases.is_busy(deployment):
        return _next_glance(environment.activity, deployment, poll)
    forgotten = deployment.phase == "lost" and not (deployment.run and deployment.stop)
    return deployment.seen_at + (LOST_EVERY if forgotten else poll)


def _next_glance(activity: Activity | None, deployment: Deployment, poll: timedelta) -> datetime:
    """At the platform, after the run: at once, then when its wait should be over, else as often as anything."""
    if activity and activity.stage == "unknown" and activity.unasked_since is None:
        return deployment.seen_at
    later = deployment.seen_at + poll
    if activity and activity.ending:
        return deployment.seen_at + min(poll, STOPPING_EVERY)
    until = activity.busy_until if activity else None
    return min(until, later) if until and until > deployment.seen_at else later
