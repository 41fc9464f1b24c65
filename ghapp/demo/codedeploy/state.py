"""The state of CodeDeploy and ECS: revisions, task sets with their traffic, deployments, groups, applications."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256
from typing import Final, Literal, Self


class Phase(Enum):
    """A deployment's phase; finer than its status, since the termination wait is InProgress too."""

    CREATED = auto()
    QUEUED = auto()
    INSTALLING = auto()
    READY = auto()
    SHIFTING = auto()
    WAITING = auto()
    SUCCEEDED = auto()
    FAILED = auto()
    STOPPED = auto()


ENDED: Final = frozenset({Phase.SUCCEEDED, Phase.FAILED, Phase.STOPPED})
STATUS: Final = {
    Phase.CREATED: "Created",
    Phase.QUEUED: "Queued",
    Phase.INSTALLING: "InProgress",
    Phase.READY: "Ready",
    Phase.SHIFTING: "InProgress",
    Phase.WAITING: "InProgress",
    Phase.SUCCEEDED: "Succeeded",
    Phase.FAILED: "Failed",
    Phase.STOPPED: "Stopped",
}
EVENTS: Final = ("BeforeInstall", "Install", "AfterInstall", "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
# creators of deployments for instances that come or go, which run beside any other
SCALING: Final = ("autoscaling", "autoscalingTermination", "CodeDeployAutoUpdate")
RollbackEvent = Literal["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]


@dataclass(frozen=True, slots=True)
class Revision:
    """A deployable revision. `key`: the AppSpec's sha256; for an S3 revision its bucket, key and version."""

    key: str
    content: str | None = None
    s3: tuple[tuple[str, str], ...] | None = None

    @classmethod
    def of(cls, content: str) -> Self:
        """The revision of an AppSpec, JSON or YAML text."""
        return cls(sha256(content.encode()).hexdigest(), content)

    @classmethod
    def task(cls, definition: str) -> Self:
        """The revision that deploys this task definition."""
        balancer = {"ContainerName": "web", "ContainerPort": 80}
        properties = {"TaskDefinition": definition, "LoadBalancerInfo": balancer}
        target = {"Type": "AWS::ECS::Service", "Properties": properties}
        return cls.of(json.dumps({"version": 0.0, "Resources": [{"TargetService": target}]}))


@dataclass(slots=True)
class TaskSet:
    """Tasks of one revision, with their percentage of production's traffic.

    `revision` is None for the tasks that the service was created with.
    """

    id: str
    revision: Revision | None
    target_group: str
    desired: int
    running: int = 0
    status: Literal["PRIMARY", "ACTIVE", "DRAINING"] = "ACTIVE"
    weight: float = 0.0

    def drain(self) -> None:
        """Ends its tasks and takes its traffic away."""
        self.status, self.weight, self.desired, self.running = "DRAINING", 0.0, 0, 0


@dataclass(slots=True)
class Event:
    """A lifecycle event of a deployment's target."""

    name: str
    status: Literal["Pending", "InProgress", "Succeeded", "Failed", "Skipped"] = "Pending"
    started: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings of a deployment. `ready_wait` None: traffic moves at once. `termination_wait` None: blue is kept."""

    config: str = "CodeDeployDefault.ECSAllAtOnce"
    termination_wait: timedelta | None = timedelta(minutes=30)
    ready_wait: timedelta | None = None
    rollback_on: frozenset[RollbackEvent] = frozenset()


@dataclass(frozen=True, slots=True)
class Stopping:
    """An accepted stop, which takes effect at `at` unless the deployment ends before."""

    at: datetime
    rollback: bool


@dataclass(slots=True)
class Deployment:
    """One deployment. `due`: when its phase ends; `fails_in`: the phase in which it fails."""

    id: str
    group: "Group"
    revision: Revision | None
    previous: Revision | None
    terms: Terms
    creator: str
    description: str | None
    created: datetime
    blue: TaskSet
    green: TaskSet
    due: datetime
    phase: Phase = Phase.CREATED
    started: datetime | None = None
    completed: datetime | None = None
    wait_started: bool = False
    error: tuple[str, str] | None = None
    rolls_back: str | None = None
    rolled_back_by: str | None = None
    stopping: Stopping | None = None
    fails_in: Phase | None = None
    root: str | None = None  # the deployment during which the instances were launched that this one updates
    events: list[Event] = field(default_factory=lambda: [Event(name) for name in EVENTS])
    last_seen: tuple[TaskSet, TaskSet] | None = None  # blue and green at its end

    @property
    def ended(self) -> bool:
        """Whether it is over. Until then the group takes no other."""
        return self.phase in ENDED

    @property
    def scales(self) -> bool:
        """Whether it is for instances that come or go, and leaves all others unchanged."""
        return self.creator in SCALING

    @property
    def status(self) -> str:
        """The status in CodeDeploy's answers."""
        shifts_slowly = self.phase is Phase.SHIFTING and 0 < self.green.weight < 100
        return "Baking" if shifts_slowly and self.group.bakes else STATUS[self.phase]

    @property
    def next_at(self) -> datetime:
        """The time of the next step."""
        return min(self.due, self.stopping.at) if self.stopping else self.due


@dataclass(slots=True)
class Group:
    """A deployment group: one ECS service, or `on_instances` of Auto Scaling, where it deploys in place.

    `bakes`: its status is Baking between two steps of traffic (not verified against AWS).
    """

    application: "Application"
    name: str
    terms: Terms
    service: str
    cluster: str
    task_sets: list[TaskSet]
    tasks: int = 2
    on_instances: bool = False
    bakes: bool = False
    deployments: list[Deployment] = field(default_factory=list)  # oldest first

    @property
    def active(self) -> Deployment | None:
        """The deployment under way, its termination wait included; deployments for scaling run beside it."""
        return next((one for one in reversed(self.deployments) if not (one.ended or one.scales)), None)

    @property
    def scaling(self) -> "list[Deployment]":
        """The deployments under way for instances that come or go, one for each instance."""
        return [one for one in self.deployments if one.scales and not one.ended]

    @property
    def primary(self) -> TaskSet:
        return next(one for one in self.task_sets if one.status == "PRIMARY")

    @property
    def serving(self) -> Revision | None:
        """The revision that production's users get; None: the tasks that the service was created with."""
        return self.primary.revision

    @property
    def last_success(self) -> Deployment | None:
        """The newest deployment that succeeded, not for scaling."""
        ended = (one for one in reversed(self.deployments) if not one.scales)
        return next((one for one in ended if one.phase is Phase.SUCCEEDED), None)


@dataclass(slots=True)
class Registered:
    """A revision as registered with an application."""

    revision: Revision
    registered: datetime
    description: str | None = None
    first_used: datetime | None = None
    last_used: datetime | None = None
    groups: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Application:
    """An application of the ECS compute platform."""

    name: str
    groups: dict[str, Group] = field(default_factory=dict)
    revisions: dict[str, Registered] = field(default_factory=dict)
