"""What stands in the way of a deployment now: read by `/deploy`, the gate and every message alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ghapp.core import deployment as phases
from ghapp.core import lock
from ghapp.core.config import ObstacleKind
from ghapp.core.environment import Environment, Pull


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A hold that stands now. `stage`: under way, cooling down, or lost. `until`: not before; None = nobody knows."""

    kind: ObstacleKind
    stage: Literal["under_way", "cooldown", "lost"]
    holder: str
    pull: Pull
    until: datetime | None


def obstacles(environment: Environment, now: datetime) -> tuple[Obstacle, ...]:
    """All that stands in the way, in the order in which it is named."""
    deployment = environment.deployment
    if deployment is None or not lock.held(environment, now):
        return ()
    order = deployment.order
    stage: Literal["under_way", "cooldown", "lost"] = "cooldown"
    if deployment.phase == "lost":
        stage = "lost"
    elif phases.busy(deployment):
        stage = "under_way"
    until = None if stage == "lost" else lock.not_before(environment, now)
    hold = Obstacle(kind="deployment", stage=stage, holder=order.actor, pull=order.revision.pull, until=until)
    return (hold,)


def first(environment: Environment, now: datetime) -> Obstacle | None:
    """The obstacle that is named."""
    return next(iter(obstacles(environment, now)), None)
