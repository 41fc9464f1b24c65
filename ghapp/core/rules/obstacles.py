"""The obstacles to a deployment: read by `/deploy`, the gate and every message alike."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from ghapp.core.config.model import NotAllowed, ObstacleKind, same_login
from ghapp.core.model.decision import Refusal, Value
from ghapp.core.model.environment import BrokenConfig, Deployment, Environment, Hold, MissingPermission
from ghapp.core.rules import freeze, lock, phases

# under_way, rolling_back, cancelling: the attempt. overtaking: a rollback that waits for the end of the overtaken
# attempt. stuck: the same, but no end is seen and a person has to decide. unended: the rollback is over, the overtaken
# attempt is not. shifting, kept, ending, unasked: the run has ended, and the platform shifts traffic, keeps the old
# revision, is to end that wait, or cannot be read. scaling: the same, while it deploys to instances that come or go.
# config: the newest config cannot be used. permission: the App lacks a permission to start the deployment.
ObstacleStage = Literal[
    "under_way",
    "rolling_back",
    "overtaking",
    "stuck",
    "unended",
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
    "config",
    "permission",
]
LIFTED: tuple[ObstacleKind, ...] = ("manual", "freeze")  # a label lets one pull request pass these
# their sentences differ if the end is unknown
OPEN: tuple[ObstacleStage, ...] = ("under_way", "shifting", "kept", "manual", "freeze")
# no command ends these; for the last two an end is requested already
ACTING: tuple[ObstacleStage, ...] = ("under_way", "rolling_back", "overtaking", "shifting", "cancelling", "ending")
# before these are given up, the run is read
UNSEEN: tuple[ObstacleStage, ...] = ("lost", "stuck", "unended")
# their end is unknown: a person gives them up, with a reason, regardless of the holder
UNKNOWN: tuple[ObstacleStage, ...] = (*UNSEEN, "unasked")
# a rollback that has not begun
WAITING: tuple[ObstacleStage, ...] = ("overtaking", "stuck")
# no command ends these: the calendar, the config file or the account's owner does
FILED: tuple[ObstacleStage, ...] = ("freeze", "config", "permission")
# these do not prevent ending the others
UNUSABLE: tuple[ObstacleStage, ...] = ("config", "permission")
# the platform or the run alone determines the end
_NO_TIME: tuple[ObstacleStage, ...] = (*UNKNOWN, "scaling", "rolling_back", "overtaking", "cancelling", "ending")
UNASKED_AFTER = timedelta(minutes=5)


class Obstacle(Struct, frozen=True, kw_only=True):
    """A hold or a freeze that stands now. `stage`: the reason of the wait. `pull`: the pull request it is about, if
    any; or the platform's deployment it goes back to, if no pull request is known for it.

    `until`: not before; None = unknown, or for ever. `by`: the actor who requested its end already, if any. `name`: the
    attempt itself; `after`: the attempt it waits for. `in_vain`: the rollback before did not succeed. `config`: the
    unusable one. `withheld`: the permission that the App lacks. `lacks`: the lines that would let the repository act on
    the platform.
    """

    environment: str
    kind: ObstacleKind
    stage: ObstacleStage
    holders: tuple[str, ...]
    pull: int | str | None
    until: datetime | None
    reason: str = ""
    by: str = ""
    name: str = ""
    after: str = ""
    in_vain: bool = False
    config: BrokenConfig | None = None
    withheld: MissingPermission | None = None
    lacks: NotAllowed | None = None

    @property
    def holder(self) -> str:
        """Its first holder; empty for a freeze."""
        return next(iter(self.holders), "")

    @property
    def code_suffix(self) -> str:
        """The suffix of its sentence codes: they differ if the end is unknown or the rollback was in vain."""
        still_open = self.stage in OPEN and self.until is None
        return f"{self.stage}.open" if still_open else f"{self.stage}.in_vain" if self.in_vain else self.stage

    @property
    def values(self) -> Mapping[str, Value]:
        """The parameters of its sentences."""
        told = {"environment": self.environment, "stage": self.stage, "holder": self.holder, "pull": self.pull}
        attempts = {"by": self.by, "name": self.name, "after": self.after, "sentence": self.code_suffix}
        broken = self.config.as_values() if self.config else {}
        lacks = {"permission": self.withheld.permission, "where": self.withheld.where} if self.withheld else {}
        missing = self.lacks.as_values() if self.lacks else {}
        return {**told, **attempts, "until": self.until, "reason": self.reason, **broken, **lacks, **missing}

    def holds_back(self, login: str) -> bool:
        """Whether it stops this person: the holder passes a manual or rollback hold; other obstacles stop everybody."""
        return self.kind not in ("manual", "rollback") or not self.belongs_to(login)

    def owned_by(self, login: str) -> bool:
        """Whether this person ends it without a reason: not even a holder does if the end is unknown."""
        return self.stage not in UNKNOWN and self.belongs_to(login)

    def belongs_to(self, login: str) -> bool:
        return any(same_login(holder, login) for holder in self.holders)


def obstacles(environment: Environment, now: datetime) -> tuple[Obstacle, ...]:
    """All obstacles in the order in which they are named: deployment, manual, rollback, freeze, config, permission."""
    holds = (lock.manual(environment, now), environment.after_rollback)
    of_holds = (_of_hold(environment.name, hold) for hold in holds)
    filed = (_of_freeze(environment, now), _of_config(environment), _of_permission(environment))
    found = (_of_deployment(environment, now), *of_holds, *filed)
    return tuple(obstacle for obstacle in found if obstacle)


def blocking(environment: Environment, now: datetime) -> tuple[Obstacle, ...]:
    """The obstacles that hold merges. For an environment gone from the config only the deployment hold counts."""
    kinds = [kind for kind in environment.config.gate if environment.gone is None or kind == "deployment"]
    return tuple(one for one in obstacles(environment, now) if one.kind in kinds)


def first(environment: Environment, now: datetime) -> Obstacle | None:
    """The obstacle that is named."""
    return next(iter(obstacles(environment, now)), None)


def to_rollback(environment: Environment, now: datetime) -> Refusal | None:
    """The refusal of any rollback while one is under way, or while the attempt it overtook has not ended."""
    newest = environment.deployment
    if newest is None:
        return None
    if newest.grant.kind == "rollback" and phases.is_busy(newest):
        grant, waits = newest.grant, first_of(environment, now, *WAITING)
        values: dict[str, Value] = {"environment": environment.name, "name": grant.name, "holder": grant.actor}
        return Refusal("rolling_back", {**values, "pull": grant.leads_to, "waits": waits.values if waits else None})
    behind = first(environment, now) if phases.is_busy(environment.overtaken) else None
    return Refusal("rollback_behind", {**behind.values}) if behind else None


def unasked(environment: Environment, now: datetime) -> bool:
    """Whether a person may decide: the platform could not be read for 5 minutes, or acting there is not allowed."""
    activity, newest = environment.activity, environment.deployment
    if newest is None or activity is None or activity.unasked_since is None:
        return False
    return activity.lacks is not None or now - activity.unasked_since >= UNASKED_AFTER


def endable(standing: Iterable[Obstacle]) -> list[Obstacle]:
    """The obstacles that a person's command can end."""
    return [one for one in standing if one.stage not in (*ACTING, *FILED)]


def first_of(environment: Environment, now: datetime, *stages: ObstacleStage) -> Obstacle | None:
    """The obstacle that is named, if it is in one of these stages."""
    obstacle = first(environment, now)
    return obstacle if obstacle and obstacle.stage in stages else None


def not_before(environment: Environment, standing: Iterable[Obstacle], *, freezes: bool = True) -> datetime | None:
    """The earliest moment at which all of them have ended: the last end, or that of a freeze that has begun by then.

    None if no end is known, or if a person has to end one first. `freezes`: whether a freeze counts.
    """
    stands = tuple(standing)
    if any(one.until is None and one.stage not in ACTING for one in stands):
        return None
    last = max((one.until for one in stands if one.until), default=None)
    frozen = freeze.now_frozen(environment.config, last) if last and freezes else None
    return frozen.until if frozen else last


def _of_deployment(environment: Environment, now: datetime) -> Obstacle | None:
    newest = environment.deployment
    if newest is None or not lock.is_held(environment, now):
        return None
    stage, overtaken = _stage(environment, newest, now), _overtaken(environment)
    attempt = overtaken if overtaken and not phases.is_busy(newest) else newest
    grant = attempt.grant
    return Obstacle(
        environment=environment.name,
        kind="deployment",
        stage=stage,
        holders=(grant.actor,),
        pull=grant.leads_to,
        until=None if stage in _NO_TIME else lock.not_before(environment, now),
        by=_ended_by(environment, attempt, stage),
        name=grant.name,
        after=overtaken.grant.name if overtaken else "",
        lacks=environment.activity.lacks if environment.activity and stage == "unasked" else None,
    )


def _overtaken(environment: Environment) -> Deployment | None:
    return environment.overtaken if phases.is_busy(environment.overtaken) else None


def _stage(environment: Environment, deployment: Deployment, now: datetime) -> ObstacleStage:
    activity, overtaken = environment.activity, _overtaken(environment)
    attempted = phases.is_busy(deployment) or overtaken is not None
    if deployment.phase == "lost":
        return "lost"
    by_platform = deployment.grant.runner == "codedeploy"
    if unasked(environment, now) and (by_platform or not attempted):
        return "unasked"
    if overtaken:
        return _behind(deployment, overtaken, now)
    if attempted:
        return _attempt(deployment)
    if activity is None:
        return "cooldown"
    if activity.stage == "scaling":
        return "scaling"
    if activity.stage != "kept":
        return "shifting"
    return "ending" if activity.ending else "kept"


def _behind(newest: Deployment, overtaken: Deployment, now: datetime) -> ObstacleStage:
    """The stage of a rollback that waits for the end of the overtaken attempt, or of that attempt alone after it."""
    dropped = phases.droppable(overtaken, now)
    if phases.is_busy(newest):
        return "stuck" if dropped else "overtaking"
    return "unended" if dropped else "cancelling"


def _attempt(deployment: Deployment) -> ObstacleStage:
    if deployment.stop and phases.is_busy(deployment):
        return "cancelling"
    return "rolling_back" if deployment.grant.kind == "rollback" else "under_way"


def _ended_by(environment: Environment, attempt: Deployment, stage: ObstacleStage) -> str:
    activity = environment.activity
    if stage in ("cancelling", "unended") and attempt.stop:
        return attempt.stop.by
    return activity.ending_by if stage == "ending" and activity else ""


def _of_freeze(environment: Environment, now: datetime) -> Obstacle | None:
    frozen = freeze.now_frozen(environment.config, now)
    if frozen is None:
        return None
    return Obstacle(
        environment=environment.name,
        kind="freeze",
        stage="freeze",
        holders=(),
        pull=None,
        until=frozen.until,
        reason=frozen.reason,
    )


def _of_config(environment: Environment) -> Obstacle | None:
    if environment.broken_config is None or environment.gone:
        return None
    return Obstacle(
        environment=environment.name,
        kind="config",
        stage="config",
        holders=(),
        pull=None,
        until=None,
        config=environment.broken_config,
    )


def _of_permission(environment: Environment) -> Obstacle | None:
    if environment.withheld is None or environment.gone:
        return None
    return Obstacle(
        environment=environment.name,
        kind="permission",
        stage="permission",
        holders=(),
        pull=None,
        until=None,
        withheld=environment.withheld,
    )


def _of_hold(environment: str, hold: Hold | None) -> Obstacle | None:
    if hold is None:
        return None
    return Obstacle(
        environment=environment,
        kind=hold.kind,
        stage=hold.kind,
        holders=hold.holders,
        pull=hold.pull,
        until=hold.until,
        reason=hold.reason,
        in_vain=hold.in_vain,
    )
