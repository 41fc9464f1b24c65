"""Advances deployments with time: each phase ends at its own moment, however late `advance` is called."""

# The order of phases and events, the weights and the rollback's own deployment follow AWS's documentation and published
# records of real ECS deployments. Durations without a setting are free: Pace. Not verified against AWS: the traffic
# after an end without a rollback (here: unchanged), and the lifecycle events of a rollback.

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import assert_never

from ghapp.demo.codedeploy.configs import ALL_AT_ONCE, CONFIGS
from ghapp.demo.codedeploy.state import Deployment, Group, Phase, Revision, TaskSet, Terms
from ghapp.demo.waiting import Signal

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
Error = tuple[str, str]


@dataclass(slots=True)
class Pace:
    """Durations that have no setting; tests may change them under way. `stopping` 0: a stop succeeds at once."""

    created: timedelta = timedelta(seconds=1)
    queued: timedelta = timedelta(seconds=1)
    installing: timedelta = timedelta(seconds=60)
    shifting: timedelta = timedelta(seconds=5)
    stopping: timedelta = timedelta(seconds=5)
    rerouting: timedelta = timedelta(seconds=20)


class Lifecycle:
    """The deployments of all groups, brought up to the clock by `advance`. `kept_labels`: see `shapes.target`."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self.now = now
        self.pace = Pace()
        self.changed = Signal()
        self.kept_labels = False
        self.groups: list[Group] = []
        self._numbers = count(1)

    def advance(self) -> None:
        """Carries out all steps that are due, in each group in the order of their times."""
        now = self.now()
        for group in self.groups:
            for scaling in group.scaling:
                self._go_on(scaling, now)
            while (one := group.active) and one.next_at <= now:
                self._go_on(one, now)

    def _go_on(self, one: Deployment, now: datetime) -> None:
        while not one.ended and one.next_at <= now:
            if one.stopping and one.stopping.at <= one.due:
                self._stopped(one, one.stopping.at, rollback=one.stopping.rollback)
            else:
                self._step(one, one.due)
            self.changed.bump()

    def reach(self, deployment: Deployment, phase: Phase) -> Deployment:
        """Hurries a deployment into this phase without moving the clock. Raises AssertionError if it ends before."""
        self.advance()
        while deployment.phase is not phase:
            assert not deployment.ended, f"{deployment.id} ended as {deployment.status}"
            self._step(deployment, self.now())
        self.changed.bump()
        return deployment

    def settle(self, deployment: Deployment) -> Deployment:
        """Hurries a deployment to its end, waits and rollback included; returns the last one, such as the rollback."""
        self.advance()
        while not deployment.ended:
            self._step(deployment, self.now())
        self.changed.bump()
        back = next((one for one in deployment.group.deployments if one.id == deployment.rolled_back_by), None)
        return self.settle(back) if back else deployment

    def next_at(self) -> datetime | None:
        """The time of the next step, None if there is none."""
        active = (one for group in self.groups for one in (*group.scaling, group.active) if one)
        return min((one.next_at for one in active), default=None)

    # ------------------------------------------------------------ from phase to phase

    def _step(self, one: Deployment, at: datetime) -> None:
        if one.fails_in is one.phase:
            self._end(one, Phase.FAILED, at, ("ECS_UPDATE_ERROR", "The ECS service cannot be updated."))
            return
        if one.group.on_instances:
            self._in_place(one, at)
            return
        match one.phase:
            case Phase.CREATED:
                one.phase, one.due = Phase.QUEUED, at + self.pace.queued
            case Phase.QUEUED:
                one.started = at
                self._shift(one, at) if one.rolls_back else self._install(one, at)
            case Phase.INSTALLING:
                self._installed(one, at)
            case Phase.READY:
                self._end(one, Phase.STOPPED, at, ("TIMEOUT", "Nobody rerouted the traffic in time."))
            case Phase.SHIFTING:
                self._rerouted(one, at) if one.rolls_back else self._shifted(one, at)
            case Phase.WAITING:
                self._succeed(one, at)
            case Phase.SUCCEEDED | Phase.FAILED | Phase.STOPPED:
                raise AssertionError(f"{one.id} is over")
            case _:
                assert_never(one.phase)

    def _in_place(self, one: Deployment, at: datetime) -> None:
        """The phases of an in-place deployment: no traffic moves; the instances get the revision and then serve it."""
        match one.phase:
            case Phase.CREATED:
                one.phase, one.due = Phase.QUEUED, at + self.pace.queued
            case Phase.QUEUED:
                one.phase, one.started, one.due = Phase.INSTALLING, at, at + self.pace.installing
            case _:
                if not one.scales:
                    one.group.task_sets[:] = [one.green]
                    one.green.status, one.green.weight, one.green.running = "PRIMARY", 100.0, one.green.desired
                self._end(one, Phase.SUCCEEDED, at)

    def _install(self, one: Deployment, at: datetime) -> None:
        one.group.task_sets[:] = [one.blue, one.green]  # removes task sets that an earlier deployment left
        one.blue.weight = 100.0
        _pass(one, at, "BeforeInstall", begin="Install")
        one.phase, one.due = Phase.INSTALLING, at + self.pace.installing

    def _installed(self, one: Deployment, at: datetime) -> None:
        one.green.running = one.green.desired
        _pass(one, at, "Install", "AfterInstall")
        if one.terms.ready_wait is None:
            self._shift(one, at)
        else:
            one.phase, one.due = Phase.READY, at + one.terms.ready_wait

    def _shift(self, one: Deployment, at: datetime) -> None:
        _pass(one, at, "BeforeAllowTraffic", begin="AllowTraffic")
        one.phase, one.due = Phase.SHIFTING, at + (self.pace.rerouting if one.rolls_back else self.pace.shifting)

    def _shifted(self, one: Deployment, at: datetime) -> None:
        config = CONFIGS[one.terms.config]
        share = next(share for share in config.shares if share > one.green.weight)
        one.green.weight, one.blue.weight, one.due = float(share), 100.0 - share, at + config.interval
        if share == 100:
            _pass(one, at, "AllowTraffic", "AfterAllowTraffic")
            one.green.status, one.blue.status = "PRIMARY", "ACTIVE"
            self._wait(one, at)

    def _wait(self, one: Deployment, at: datetime) -> None:
        if not one.terms.termination_wait:
            self._succeed(one, at)
            return
        one.phase, one.due, one.wait_started = Phase.WAITING, at + one.terms.termination_wait, True

    def _succeed(self, one: Deployment, at: datetime) -> None:
        if one.terms.termination_wait is not None:
            one.blue.drain()
        self._end(one, Phase.SUCCEEDED, at)

    def _rerouted(self, one: Deployment, at: datetime) -> None:
        if not one.green.running:
            self._end(one, Phase.FAILED, at, ("ECS_UPDATE_ERROR", "The original task set is not there any more."))
            return
        one.group.task_sets[:] = [one.green, one.blue]  # as an install: removes task sets that an earlier one left
        one.green.status, one.green.weight = "PRIMARY", 100.0
        one.blue.drain()
        _pass(one, at, "AllowTraffic", "AfterAllowTraffic")
        self._end(one, Phase.SUCCEEDED, at)

    # ------------------------------------------------------------ ends

    def _stopped(self, one: Deployment, at: datetime, *, rollback: bool) -> None:
        self._end(one, Phase.STOPPED, at, ("MANUAL_STOP", "The deployment was stopped."), rollback=rollback)

    def _end(
        self, one: Deployment, phase: Phase, at: datetime, error: Error | None = None, *, rollback: bool | None = None
    ) -> None:
        """Ends a deployment. `rollback` None: as the terms define for a failure."""
        one.phase, one.completed, one.error, one.stopping = phase, at, error, None
        for event in one.events:
            event.ended = event.ended or (at if event.started else None)
            event.status = {"InProgress": "Failed", "Pending": "Skipped"}.get(event.status, event.status)  # type: ignore[assignment]
        wanted = "DEPLOYMENT_FAILURE" in one.terms.rollback_on if rollback is None else rollback
        if phase is not Phase.SUCCEEDED and not one.rolls_back:
            if wanted:
                self._roll_back(one, at)
            elif not one.green.weight:
                one.green.drain()
        one.last_seen = (copy(one.blue), copy(one.green))

    def _roll_back(self, one: Deployment, at: datetime) -> None:
        back = self._begin(
            one.group, one.blue.revision, at, terms=Terms(ALL_AT_ONCE.name, None), creator="codeDeployRollback"
        )
        back.blue, back.green, back.rolls_back = one.green, one.blue, one.id
        one.rolled_back_by = back.id

    def _begin(
        self,
        group: Group,
        revision: Revision | None,
        at: datetime,
        *,
        terms: Terms,
        creator: str,
    ) -> Deployment:
        """A new deployment of the group, from the tasks that serve now to new ones."""
        last, blue = group.last_success, group.primary
        begun = Deployment(
            id=self.next_id(),
            group=group,
            revision=revision,
            previous=last.revision if last else None,
            terms=terms,
            creator=creator,
            description=None,
            created=at,
            blue=blue,
            green=self.new_tasks(group, revision, beside=blue),
            due=at + self.pace.created,
        )
        group.deployments.append(begun)
        return begun

    # ------------------------------------------------------------ names

    def next_id(self) -> str:
        """A unique deployment id."""
        number = int.from_bytes(sha256(str(next(self._numbers)).encode()).digest()[:8], "big")
        return "d-" + "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(9))

    def new_tasks(self, group: Group, revision: Revision | None, *, beside: TaskSet | None) -> TaskSet:
        """A task set without running tasks, in the free target group."""
        number = int.from_bytes(sha256(f"set {next(self._numbers)}".encode()).digest()[:8], "big")
        free = f"{group.name}-2" if beside and beside.target_group.endswith("-1") else f"{group.name}-1"
        return TaskSet(f"ecs-svc/{number % 10**19:019d}", revision, free, desired=group.tasks)


def _pass(one: Deployment, at: datetime, *names: str, begin: str | None = None) -> None:
    for event in one.events:
        if event.name in names:
            event.status, event.started, event.ended = "Succeeded", event.started or at, at
        elif event.name == begin:
            event.status, event.started = "InProgress", at
