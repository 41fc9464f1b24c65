"""What stands in the way of a deployment now: read by `/deploy`, the gate and every message alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ghapp.core import deployment as phases
from ghapp.core import freeze, lock
from ghapp.core.config import ObstacleKind
from ghapp.core.environment import Activity, Deployment, Environment, Hold

# under_way, rolling_back, cancelling: the attempt. shifting, kept, ending, unasked: its run has ended, and the platform
# moves traffic, keeps what was before, is told to keep it no longer, or cannot be asked. scaling: likewise, and it
# deploys to instances that come or go.
Stage = Literal[
    "under_way",
    "rolling_back",
    "cancelling",
    "shifting",
    "kept",
    "ending",
    "unasked",
    "scaling",
    "cooldown",
    "lost",
    "manual",
    "rollback",
    "freeze",
]
LIFTED: tuple[ObstacleKind, ...] = ("manual", "freeze")  # what a label lets one pull request pass
# those whose sentences differ where nobody knows the end
OPEN: tuple[Stage, ...] = ("under_way", "shifting", "kept", "manual", "freeze")
# no person's word ends them; of the last two somebody has already asked for the end
ACTING: tuple[Stage, ...] = ("under_way", "rolling_back", "shifting", "cancelling", "ending")
# an end that only the platform or the run can tell
_NO_TIME: tuple[Stage, ...] = ("lost", "unasked", "scaling", "rolling_back", "cancelling", "ending")
UNASKED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A hold or a freeze that stands now. `stage`: what it waits for. `pull`: the pull request it is about, if any;
    or the platform's deployment that it goes back to, where nobody knows one.

    `until`: not before; None = nobody knows, or for ever. `by`: who has asked for its end already, if somebody has.
    """

    kind: ObstacleKind
    stage: Stage
    holders: tuple[str, ...]
    pull: int | str | None
    until: datetime | None
    reason: str = ""
    by: str = ""

    @property
    def holder(self) -> str:
        """Whose it is, first of all; a freeze is nobody's."""
        return next(iter(self.holders), "")

    @property
    def sentence(self) -> str:
        """The ending of its sentences' codes: they differ where nobody knows the end."""
        return f"{self.stage}.open" if self.stage in OPEN and self.until is None else self.stage

    @property
    def values(self) -> Mapping[str, str | int | datetime | None]:
        """What its sentences speak of."""
        told = {"stage": self.stage, "holder": self.holder, "pull": self.pull, "by": self.by}
        return {**told, "until": self.until, "reason": self.reason}

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
        until=None if stage in _NO_TIME else lock.not_before(environment, now),
        by=_ended_by(environment, stage),
    )


def _stage(environment: Environment, deployment: Deployment, now: datetime) -> Stage:
    activity, attempted = environment.activity, phases.busy(deployment) or phases.busy(environment.overtaken)
    if deployment.phase == "lost":
        return "lost"
    by_platform = deployment.order.runner == "codedeploy"
    if activity and _unasked(activity, now) and (by_platform or not attempted):
        return "unasked"
    if attempted:
        return _attempt(deployment)
    if activity is None:
        return "cooldown"
    if activity.stage == "scaling":
        return "scaling"
    if activity.stage != "kept":
        return "shifting"
    return "ending" if activity.ending else "kept"


def _attempt(deployment: Deployment) -> Stage:
    if deployment.stop and phases.busy(deployment):
        return "cancelling"
    return "rolling_back" if deployment.order.kind == "rollback" else "under_way"


def _ended_by(environment: Environment, stage: Stage) -> str:
    deployment, activity = environment.deployment, environment.activity
    if stage == "cancelling" and deployment and deployment.stop:
        return deployment.stop.by
    return activity.ending_by if stage == "ending" and activity else ""


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
