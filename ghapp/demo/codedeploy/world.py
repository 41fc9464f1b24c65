"""An account's applications, and the actions on CodeDeploy of parties other than ghapp."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from ghapp.demo.codedeploy.faults import Refused
from ghapp.demo.codedeploy.lifecycle import Lifecycle
from ghapp.demo.codedeploy.state import (
    Application,
    Deployment,
    Group,
    Phase,
    Registered,
    Revision,
    Stopping,
    Terms,
)

WAITS: Final = {"READY_WAIT": Phase.READY, "TERMINATION_WAIT": Phase.WAITING}


class World(Lifecycle):
    """Applications by name, in one account and region."""

    def __init__(self, *, now: Callable[[], datetime], region: str, account: str) -> None:
        super().__init__(now=now)
        self.region, self.account = region, account
        self.applications: dict[str, Application] = {}
        self.page_size = 100  # not verified against AWS

    def add_application(self, name: str) -> Application:
        made = self.applications[name] = Application(name)
        return made

    def add_instances(self, application: Application, name: str) -> Group:
        """A deployment group of the instances of an Auto Scaling group, deployed to in place."""
        made = self.add_group(application, name, terms=Terms("CodeDeployDefault.OneAtATime", None))
        made.on_instances = True
        return made

    def add_group(self, application: Application, name: str, *, terms: Terms | None = None, tasks: int = 2) -> Group:
        """Adds a deployment group with its ECS service and the service's first tasks."""
        made = Group(application, name, terms or Terms(), service=name, cluster="main", task_sets=[], tasks=tasks)
        first = self.new_tasks(made, None, beside=None)
        first.running, first.status, first.weight = tasks, "PRIMARY", 100.0
        made.task_sets.append(first)
        application.groups[name] = made
        self.groups.append(made)
        return made

    def register(self, application: Application, revision: Revision, description: str | None = None) -> Registered:
        """Registers a revision; the first registration stays."""
        known = application.revisions.setdefault(revision.key, Registered(revision, self.now()))
        known.description = description or known.description
        return known

    def found(self, deployment_id: str) -> Deployment | None:
        """The deployment of this id, brought up to the clock."""
        self.advance()
        return next((one for group in self.groups for one in group.deployments if one.id == deployment_id), None)

    # ------------------------------------------------------------ what callers and people at the console do

    def create(
        self,
        group: Group,
        revision: Revision,
        *,
        description: str | None = None,
        terms: Terms | None = None,
        creator: str = "user",
    ) -> Deployment:
        """Starts a deployment, as a workflow does. Refused while another is under way, its termination wait included.

        Not verified against AWS: a deployment for a new instance counts too.
        """
        self.advance()
        if under_way := [*([group.active] if group.active else []), *group.scaling]:
            raise Refused(
                "DeploymentLimitExceededException",
                f"The Deployment Group '{group.name}' already has an active Deployment '{under_way[0].id}'",
            )
        at = self.now()
        known = self.register(group.application, revision)
        known.first_used, known.last_used = known.first_used or at, at
        known.groups = sorted({*known.groups, group.name})
        begun = self._begin(group, revision, at, terms=terms or group.terms, creator=creator)
        begun.description = description
        self.changed.bump()
        return begun

    def scale_out(self, group: Group, *, creator: str = "autoscaling", root: Deployment | None = None) -> Deployment:
        """Launches an instance: CodeDeploy deploys the last success to it, whatever is under way.

        https://docs.aws.amazon.com/codedeploy/latest/userguide/integrations-aws-auto-scaling.html
        """
        self.advance()
        assert group.on_instances, "an ECS service scales without CodeDeploy"
        assert group.last_success, "new instances get what has succeeded"
        terms = Terms("CodeDeployDefault.OneAtATime", None)
        begun = self._begin(group, group.last_success.revision, self.now(), terms=terms, creator=creator)
        begun.root = root.id if root else None
        self.changed.bump()
        return begun

    def stop(self, one: Deployment, *, rollback: bool | None = None) -> bool:
        """Stops a deployment; returns whether it has ended at once. `rollback` None: as its terms define for a stop.

        Not verified against AWS: the default for None, and that a second stop waits for the first one.
        """
        self._changeable(one)
        wanted = "DEPLOYMENT_STOP_ON_REQUEST" in one.terms.rollback_on if rollback is None else rollback
        if one.stopping is None:
            one.stopping = Stopping(self.now() + self.pace.stopping, wanted)
        self.advance()
        self.changed.bump()
        return one.ended

    def go_on(self, one: Deployment, wait: str) -> None:
        """Ends a wait early. Not verified against AWS: the error for a wrong phase."""
        self._changeable(one)
        if wait not in WAITS:
            raise Refused("InvalidDeploymentWaitTypeException", f"{wait} is not a deployment wait type")
        if one.phase is not WAITS[wait]:
            raise Refused(
                "DeploymentIsNotInReadyStateException",
                f"Deployment {one.id} is not waiting for {wait}: its status is {one.status}",
            )
        now = self.now()
        if one.phase is Phase.READY:
            self._shift(one, now)
        else:
            self._succeed(one, now)
        self.changed.bump()

    def fail(self, one: Deployment, *, code: str = "ECS_UPDATE_ERROR", message: str = "The deployment failed.") -> None:
        """Fails the deployment at once, in any phase."""
        self.advance()
        self._end(one, Phase.FAILED, self.now(), (code, message))
        self.changed.bump()

    def alarm(self, one: Deployment, alarm: str) -> None:
        """Stops the deployment by an alarm, and rolls it back where its terms define that."""
        self.advance()
        text = (
            "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the "
            f"affected deployments have been stopped. Activated alarms: <{alarm}>"
        )
        back = "DEPLOYMENT_STOP_ON_ALARM" in one.terms.rollback_on
        self._end(one, Phase.STOPPED, self.now(), ("ALARM_ACTIVE", text), rollback=back)
        self.changed.bump()

    def end_original(self, one: Deployment) -> None:
        """Removes the task set that a rollback would return to, without CodeDeploy."""
        self.advance()
        one.blue.drain()
        self.changed.bump()

    def _changeable(self, one: Deployment) -> None:
        self.advance()
        if one.creator.startswith("CloudFormation"):
            raise Refused(
                "UnsupportedActionForDeploymentTypeException", "A deployment of CloudFormation cannot be changed here"
            )
        if one.ended:
            raise Refused("DeploymentAlreadyCompletedException", f"The deployment {one.id} has already completed")
