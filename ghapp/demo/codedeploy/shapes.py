"""Renders the state as the members of CodeDeploy's answers."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ghapp.demo.codedeploy.state import Deployment, Event, Group, Phase, Registered, Revision, TaskSet, Terms

Json = dict[str, Any]


def given(**members: Any) -> Json:
    """The members without None: CodeDeploy leaves out members without a value."""
    return {name: value for name, value in members.items() if value is not None}


def at(moment: datetime | None) -> datetime | None:
    """A time to the millisecond, as AWS answers it."""
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


# "The content property of the appSpecContent object in the returned revision is always null."
# https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
def location(revision: Revision | None, *, content: bool = False) -> Json | None:
    """A revision, with the AppSpec's text only on request."""
    if revision is None:
        return None
    if revision.s3 is not None:
        return {"revisionType": "S3", "s3Location": dict(revision.s3)}
    text = revision.content if content else None
    return {"revisionType": "AppSpecContent", "appSpecContent": given(content=text, sha256=revision.key)}


def deployment(one: Deployment) -> Json:
    """DeploymentInfo."""
    error = {"code": one.error[0], "message": one.error[1]} if one.error else None
    return given(
        applicationName=one.group.application.name,
        deploymentGroupName=one.group.name,
        deploymentConfigName=one.terms.config,
        deploymentId=one.id,
        previousRevision=location(one.previous),
        revision=location(one.revision),
        status=one.status,
        errorInformation=error,
        createTime=at(one.created),
        startTime=at(one.started),
        completeTime=at(one.completed),
        deploymentOverview=_overview(one),
        description=one.description,
        creator=one.creator,
        ignoreApplicationStopFailures=False,
        autoRollbackConfiguration=_auto_rollback(one.terms),
        updateOutdatedInstancesOnly=one.creator == "CodeDeployAutoUpdate",
        rollbackInfo=_rollback(one),
        deploymentStyle=_style(one.group),
        instanceTerminationWaitTimeStarted=one.wait_started,
        blueGreenDeploymentConfiguration=None if one.group.on_instances else _blue_green(one.terms),
        fileExistsBehavior="DISALLOW",
        deploymentStatusMessages=[],
        computePlatform=_platform(one.group),
        relatedDeployments=_related(one),
    )


def _style(group: Group) -> Json:
    if group.on_instances:
        return {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}
    return {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}


def _platform(group: Group) -> str:
    return "Server" if group.on_instances else "ECS"


def _related(one: Deployment) -> Json | None:
    """The deployment during which instances were launched, and those that update these instances afterwards."""
    updates = [other.id for other in one.group.deployments if other.root == one.id]
    if not (one.root or updates):
        return None
    return given(
        autoUpdateOutdatedInstancesRootDeploymentId=one.root, autoUpdateOutdatedInstancesDeploymentIds=updates or None
    )


def _overview(one: Deployment) -> Json | None:
    """The count of the one target; absent until the deployment is over, as records of real ones show."""
    if not one.ended:
        return None
    counts = dict.fromkeys(("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"), 0)
    return counts | {target_status(one): 1}


def target_status(one: Deployment) -> str:
    """The status of the deployment's one target. Not verified against AWS."""
    match one.phase:
        case Phase.CREATED | Phase.QUEUED:
            return "Pending"
        case Phase.READY:
            return "Ready"
        case Phase.SUCCEEDED:
            return "Succeeded"
        case Phase.FAILED | Phase.STOPPED:
            return "Failed"
        case _:
            return "InProgress"


# the messages are from published records of real deployments
def _rollback(one: Deployment) -> Json | None:
    if one.rolls_back:
        said = f"Deployment {one.id} is triggered to roll back deployment {one.rolls_back}."
        return {"rollbackTriggeringDeploymentId": one.rolls_back, "rollbackMessage": said}
    if one.rolled_back_by:
        said = (
            f"Deployment {one.id} terminated. Automatic rollback is triggered with a DeploymentId {one.rolled_back_by}."
        )
        return {"rollbackDeploymentId": one.rolled_back_by, "rollbackMessage": said}
    return None


def _auto_rollback(terms: Terms) -> Json:
    return {"enabled": bool(terms.rollback_on), "events": sorted(terms.rollback_on)}


def _blue_green(terms: Terms) -> Json:
    ready, wait = terms.ready_wait, terms.termination_wait
    return {
        "terminateBlueInstancesOnDeploymentSuccess": given(
            action="KEEP_ALIVE" if wait is None else "TERMINATE",
            terminationWaitTimeInMinutes=None if wait is None else int(wait.total_seconds() // 60),
        ),
        "deploymentReadyOption": {
            "actionOnTimeout": "CONTINUE_DEPLOYMENT" if ready is None else "STOP_DEPLOYMENT",
            "waitTimeInMinutes": 0 if ready is None else int(ready.total_seconds() // 60),
        },
    }


def group(one: Group) -> Json:
    """DeploymentGroupInfo."""
    last = one.last_success
    return given(
        applicationName=one.application.name,
        deploymentGroupId=str(uuid5(NAMESPACE_URL, f"{one.application.name}/{one.name}")),
        deploymentGroupName=one.name,
        deploymentConfigName=one.terms.config,
        serviceRoleArn="arn:aws:iam::123456789012:role/codedeploy",
        targetRevision=location(last.revision) if last else None,
        ec2TagFilters=[],
        onPremisesInstanceTagFilters=[],
        autoScalingGroups=[{"name": one.service, "hook": f"CodeDeploy-{one.service}"}] if one.on_instances else [],
        triggerConfigurations=[],
        outdatedInstancesStrategy="UPDATE",
        autoRollbackConfiguration=_auto_rollback(one.terms),
        deploymentStyle=_style(one),
        blueGreenDeploymentConfiguration=None if one.on_instances else _blue_green(one.terms),
        loadBalancerInfo=None if one.on_instances else {"targetGroupPairInfoList": [_pair(one)]},
        lastSuccessfulDeployment=_last(last),
        lastAttemptedDeployment=_last(one.deployments[-1] if one.deployments else None),
        computePlatform=_platform(one),
        ecsServices=None if one.on_instances else [{"serviceName": one.service, "clusterName": one.cluster}],
    )


def _pair(one: Group) -> Json:
    return {
        "targetGroups": [{"name": f"{one.name}-1"}, {"name": f"{one.name}-2"}],
        "prodTrafficRoute": {"listenerArns": [f"arn:aws:elasticloadbalancing:listener/app/{one.service}"]},
    }


def _last(one: Deployment | None) -> Json | None:
    if one is None:
        return None
    return given(deploymentId=one.id, status=one.status, endTime=at(one.completed), createTime=at(one.created))


def revision(known: Registered) -> Json:
    """GenericRevisionInfo."""
    return given(
        description=known.description,
        deploymentGroups=known.groups,
        firstUsedTime=at(known.first_used),
        lastUsedTime=at(known.last_used),
        registerTime=at(known.registered),
    )


def target_id(one: Deployment) -> str:
    """The id of a deployment's one target: cluster and service, or an instance."""
    if one.group.on_instances:
        return f"i-{one.id.removeprefix('d-').lower():0>17}"
    return f"{one.group.cluster}:{one.group.service}"


def instance(one: Deployment, *, arn: str, now: datetime) -> Json:
    """DeploymentTarget of an instance. Not verified against AWS: its lifecycle events, which are left out here."""
    shown = given(
        deploymentId=one.id,
        targetId=target_id(one),
        targetArn=arn,
        lastUpdatedAt=at(one.completed or now),
        lifecycleEvents=[],
        status=target_status(one),
        instanceLabel="Unknown",
    )
    return {"deploymentTargetType": "InstanceTarget", "instanceTarget": shown}


def target(one: Deployment, *, arn: str, now: datetime, kept_labels: bool) -> Json:
    """DeploymentTarget. Not verified against AWS: an ended deployment shows its task sets as of its end."""
    blue, green = one.last_seen or (one.blue, one.green)
    labels = ("Green", "Blue") if one.rolls_back and kept_labels else ("Blue", "Green")
    shown = given(
        deploymentId=one.id,
        targetId=target_id(one),
        targetArn=arn,
        lastUpdatedAt=at(one.completed or now),
        lifecycleEvents=[_event(each) for each in one.events],
        status=target_status(one),
        taskSetsInfo=[_task_set(each, label) for each, label in zip((blue, green), labels, strict=True)],
    )
    return {"deploymentTargetType": "ECSTarget", "ecsTarget": shown}


def _event(one: Event) -> Json:
    return given(lifecycleEventName=one.name, startTime=at(one.started), endTime=at(one.ended), status=one.status)


def _task_set(one: TaskSet, label: str) -> Json:
    return {
        "identifer": one.id,  # AWS's own spelling
        "desiredCount": one.desired,
        "pendingCount": one.desired - one.running,
        "runningCount": one.running,
        "status": one.status,
        "trafficWeight": one.weight,
        "targetGroup": {"name": one.target_group},
        "taskSetLabel": label,
    }
