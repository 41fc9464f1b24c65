"""What the world has to be asked or told next, and when to look again: both read off the state alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.core import deployment as phases
from ghapp.core import freeze, lock, turns
from ghapp.core.environment import Deployment, Environment, Order, Run, Stray

SEARCH_EVERY = timedelta(seconds=5)
STOPPING_EVERY = timedelta(seconds=10)
LOST_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Start:
    """Record the intent, then let the runner start the order."""

    order: Order


@dataclass(frozen=True, slots=True)
class Look:
    """Let the runner look at the order, for the `nth` time, counted from 0."""

    order: Order
    run: Run | None
    nth: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Let the runner end the order's run, which somebody wants; `force`: whatever its steps want."""

    order: Order
    run: Run
    force: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    """Let the runner end a run whose number is over."""

    stray: Stray


Step = Start | Look | Stop | Cancel


def next_step(environment: Environment, now: datetime, *, poll: timedelta) -> Step | None:
    """The step that is due now, if any. `poll`: how often a run is looked at when no event comes."""
    followed = _followed(environment)
    if followed and followed.phase == "accepted":
        return Start(followed.order)
    if followed and now >= _next_look(followed, poll):
        return Look(followed.order, followed.run, followed.looks)
    # after the look: a run that GitHub does not let us stop must still be seen to end
    if followed and followed.run and (told := phases.to_stop(followed, now)):
        return Stop(followed.order, followed.run, told == "force")
    return Cancel(environment.strays[0]) if environment.strays else None


def due_at(environment: Environment, now: datetime, *, poll: timedelta) -> datetime | None:
    """When time alone will change something: None = only an event can."""
    followed = _followed(environment)
    calendar = None if environment.gone else freeze.next_change(environment.terms, now)
    if environment.strays:
        return now
    if followed is not None:
        at_once = followed.phase == "accepted" or phases.to_stop(followed, now)
        look = now if at_once else _next_look(followed, poll)
        return min(look, calendar) if calendar else look
    manual = environment.manual.until if environment.manual else None
    told, cooldown = turns.due_at(environment, now), environment.cooldown_until
    return min((moment for moment in (cooldown, manual, told, calendar) if moment), default=None)


def _followed(environment: Environment) -> Deployment | None:
    """What was overtaken is followed first: nothing starts beside it. Then the newest, while it acts."""
    if phases.busy(environment.overtaken):
        return environment.overtaken
    return environment.deployment if lock.busy(environment) else None


def _next_look(deployment: Deployment, poll: timedelta) -> datetime:
    if deployment.phase == "starting" and deployment.run is None:
        given_up, again = deployment.since + phases.FOUND_WITHIN, deployment.seen_at + SEARCH_EVERY
        return again if deployment.seen_at >= given_up else min(again, given_up)
    if deployment.stop and deployment.phase != "lost":
        return deployment.seen_at + min(poll, STOPPING_EVERY)
    return deployment.seen_at + (LOST_EVERY if deployment.phase == "lost" else poll)
