"""What stands in the way of a deployment now: read by `/deploy`, the gate and every message alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ghapp.core import freeze, lock
from ghapp.core.config import ObstacleKind
from ghapp.core.environment import Environment, Hold

Stage = Literal["under_way", "cooldown", "lost", "manual", "rollback", "freeze"]
OPEN: tuple[Stage, ...] = ("under_way", "manual", "freeze")  # those whose sentences differ where nobody knows the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A hold or a freeze that stands now. `stage`: what it waits for. `pull`: the pull request it is about, if any.

    `until`: not before; None = nobody knows, or for ever.
    """

    kind: ObstacleKind
    stage: Stage
    holders: tuple[str, ...]
    pull: int | None
    until: datetime | None
    reason: str = ""

    @property
    def holder(self) -> str:
        """Whose it is, first of all; a freeze is nobody's."""
        return next(iter(self.holders), "")

    def holds_back(self, login: str) -> bool:
        """Whether it stops this person: who put a hold passes it; a deployment and a freeze stop everybody."""
        return self.kind in ("deployment", "freeze") or not self.belongs_to(login)

    def belongs_to(self, login: str) -> bool:
        """Whether this person is among its holders."""
        return login.lower() in (holder.lower() for holder in self.holders)


def obstacles(environment: Environment, now: datetime) -> tuple[Obstacle, ...]:
    """All that stands in the way, in the order in which it is named: deployment, manual, rollback, freeze."""
    holds = (lock.manual(environment, now), environment.after_rollback)
    found = (_of_deployment(environment, now), *(_of_hold(hold) for hold in holds), _of_freeze(environment, now))
    return tuple(obstacle for obstacle in found if obstacle)


def first(environment: Environment, now: datetime) -> Obstacle | None:
    """The obstacle that is named."""
    return next(iter(obstacles(environment, now)), None)


def _of_deployment(environment: Environment, now: datetime) -> Obstacle | None:
    deployment = environment.deployment
    if deployment is None or not lock.held(environment, now):
        return None
    stage: Stage = "cooldown"
    if deployment.phase == "lost":
        stage = "lost"
    elif lock.busy(environment):
        stage = "under_way"
    order = deployment.order
    return Obstacle(
        kind="deployment",
        stage=stage,
        holders=(order.actor,),
        pull=order.revision.pull.number,
        until=None if stage == "lost" else lock.not_before(environment, now),
    )


def _of_freeze(environment: Environment, now: datetime) -> Obstacle | None:
    frozen = freeze.now_frozen(environment.terms, now)
    if frozen is None:
        return None
    return Obstacle(kind="freeze", stage="freeze", holders=(), pull=None, until=frozen.until, reason=frozen.reason)


def _of_hold(hold: Hold | None) -> Obstacle | None:
    if hold is None:
        return None
    return Obstacle(
        kind=hold.kind,
        stage=hold.kind,
        holders=hold.holders,
        pull=hold.release,
        until=hold.until,
        reason=hold.reason,
    )
