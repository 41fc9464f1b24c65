"""What the world has to be asked or told next, and when to look again: both read off the state alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.core import deployment as phases
from ghapp.core.environment import Environment, Order, Run

SEARCH_EVERY = timedelta(seconds=5)
LOST_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Start:
    """Record the intent, then let the runner start the order."""

    order: Order


@dataclass(frozen=True, slots=True)
class Look:
    """Let the runner look at the order."""

    order: Order
    run: Run | None


Step = Start | Look


def next_step(environment: Environment, now: datetime, *, poll: timedelta) -> Step | None:
    """The step that is due now, if any. `poll`: how often a run is looked at when no event comes."""
    deployment = environment.deployment
    if deployment is None or not phases.busy(deployment):
        return None
    if deployment.phase == "accepted":
        return Start(deployment.order)
    if now >= _next_look(environment, poll):
        return Look(deployment.order, deployment.run)
    return None


def due_at(environment: Environment, now: datetime, *, poll: timedelta) -> datetime | None:
    """When time alone will change something: None = only an event can."""
    deployment = environment.deployment
    if deployment is None:
        return None
    if deployment.phase == "accepted":
        return now
    if phases.busy(deployment):
        return _next_look(environment, poll)
    return environment.cooldown_until


def _next_look(environment: Environment, poll: timedelta) -> datetime:
    deployment = environment.deployment
    assert deployment is not None
    if deployment.phase == "starting" and deployment.run is None:
        return min(deployment.seen_at + SEARCH_EVERY, deployment.since + phases.FOUND_WITHIN)
    return deployment.seen_at + (LOST_EVERY if deployment.phase == "lost" else poll)
