"""What stands in the way of a deployment now: read by `/deploy`, the gate and every message alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ghapp.core import deployment as phases
from ghapp.core import freeze, lock
from ghapp.core.config import ObstacleKind
from ghapp.core.environment import Activity, Deployment, Environment, Hold

# under_way, rolling_back: the attempt. shifting, kept, unasked: its run has ended, and the platform moves traffic,
# keeps what was before, or cannot be asked.
Stage = Literal[
    "under_way",
    "rolling_back",
    "shifting",
    "kept",
    "unasked",
    "cooldown",
    "lost",
    "manual",
    "rollback",
    "freeze",
]
LIFTED: tuple[ObstacleKind, ...] = ("manual", "freeze")  # what a label lets one pull request pass
# those whose sentences differ where nobody knows the end
OPEN: tuple[Stage, ...] = ("under_way", "shifting", "kept", "manual", "freeze")
ACTING: tuple[Stage, ...] = ("under_way", "rolling_back", "shifting")  # no person's word ends them
UNASKED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A hold or a freeze that stands now. `stage`: what it waits for. `pull`: the pull request it is about, if any;
    or the platform's deployment that it goes back to, where nobody knows one.

    `until`: not before; None = nobody knows, or for ever.
    """

    kind: ObstacleKind
    stage: Stage
    holders: tuple[str, ...]
    pull: int | str | None
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


def holding(environment: Environment, now: datetime) -> tuple[Obstacle, ...]:
    """Those that hold merges. An environment that is gone from the config does so only until it is at rest."""
    kinds = [kind for kind in environment.terms.gate if environment.gone is None or kind == "deployment"]
    return tuple(one for one in obstacles(environment, now) if one.kind in kinds)


def first(environment: Environment, now: datetime) -> Obstacle | None:
    """The obstacle that is named."""
    return next(iter(obstacles(environment, now)), None)


def _of_deployment(environment: Environment, now: datetime) -> Obstacle | None:
    deployment = environment.deployment
    if deployment is None or not lock.held(environment, now):
        return None
    stage = _stage(environment, deployment, now)
    order = deployment.order
    return Obstacle(
        kind="deployment",
        stage=stage,
        holders=(order.actor,),
        pull=order.leads_to,
        until=None if stage in ("lost", "unasked", "rolling_back") else lock.not_before(environment, now),
    )


def _stage(environment: Environment, deployment: Deployment, now: datetime) -> Stage:
    activity, attempted = environment.activity, phases.busy(deployment) or phases.busy(environment.overtaken)
    if deployment.phase == "lost":
        return "lost"
    by_platform = deployment.order.runner == "codedeploy"
    if activity and _unasked(activity, now) and (by_platform or not attempted):
        return "unasked"
    if attempted:
        return "rolling_back" if deployment.order.kind == "rollback" else "under_way"
    if activity is None:
        return "cooldown"
    return "kept" if activity.stage == "kept" else "shifting"


def _unasked(activity: Activity, now: datetime) -> bool:
    """Whether the platform could not be asked for so long that a person may decide."""
    return activity.unasked_since is not None and now - activity.unasked_since >= UNASKED_AFTER


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
