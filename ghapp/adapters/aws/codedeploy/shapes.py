"""Converts CodeDeploy's answers to our values."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ghapp.core.config.model import CodeDeploy
from ghapp.core.model.environment import Reference
from ghapp.core.model.platform import Maker, PlatformDeployment, PlatformStage

Json = Mapping[str, Any]

# https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
_STAGES: Mapping[str, PlatformStage] = {
    "Created": "created",
    "Queued": "created",
    "Ready": "ready",
    "Baking": "baking",
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Stopped": "stopped",
}
# by `creator`; any other value, or none, counts as a person
MAKERS: Mapping[str, Maker] = {
    "codeDeployRollback": "auto_rollback",
    "autoscaling": "scaling",
    "autoscalingTermination": "scaling",
    "CodeDeployAutoUpdate": "scaling",
    "CloudFormation": "stack",
    "CloudFormationRollback": "stack",
}
DESCRIPTION_KEPT = 1000  # characters: an environment's document may store it
_NOT_BEGUN = ("Pending", "Skipped", "Unknown")


def made(info: Json, targets: list[Json], place: CodeDeploy) -> PlatformDeployment:
    """Converts a DeploymentInfo, with its targets if they were read."""
    error = info.get("errorInformation") or {}
    return PlatformDeployment(
        id=info["deploymentId"],
        stage=_stage(info),
        revision=reference(info, place),
        created_at=info["createTime"].astimezone(UTC),
        url=address(place.region, info["deploymentId"]),
        description=(info.get("description") or "")[:DESCRIPTION_KEPT],
        maker=maker(info),
        moved=_moved(targets),
        taken_back_by=(info.get("rollbackInfo") or {}).get("rollbackDeploymentId"),
        until=_until(info, targets),
        took=_took(info),
        stands_by=_stands_by(targets),
        error=": ".join(error[name] for name in ("code", "message") if error.get(name)),
    )


def is_of(info: Json, place: CodeDeploy) -> bool:
    """Whether it was made in this deployment group: an id names none."""
    named = info.get("applicationName"), info.get("deploymentGroupName")
    return named == (place.application, place.deployment_group)


def maker(info: Json) -> Maker:
    """The kind of creator."""
    return MAKERS.get(info.get("creator", ""), "person")


def reference(info: Json, place: CodeDeploy) -> Reference:
    """The deployed revision. One that is no AppSpec is identified by the hash of its location."""
    revision = info.get("revision") or {}
    kind = revision.get("revisionType", "")
    spec = revision.get("appSpecContent") or {}
    sha256 = spec.get("sha256", "")
    if kind and not sha256:
        sha256 = hashlib.sha256(json.dumps(revision, sort_keys=True).encode()).hexdigest()
    return Reference(info["deploymentId"], kind, sha256, place.kept_in)


def address(region: str, deployment: str) -> str:
    """The deployment's page in the AWS console."""
    return f"https://{region}.console.aws.amazon.com/codesuite/codedeploy/deployments/{deployment}?region={region}"


def _stage(info: Json) -> PlatformStage:
    """InProgress lasts to the end of the termination wait; a separate field shows that the wait has begun."""
    if info.get("instanceTerminationWaitTimeStarted") and info["status"] in ("InProgress", "Baking"):
        return "kept"
    return _STAGES.get(info["status"], "shifting")


def _moved(targets: list[Json]) -> bool | None:
    """Whether production traffic has begun to move, by weights and by the order of the hooks."""
    if not targets:
        return None
    weights = [found.get("trafficWeight", 0.0) for target in targets for found in _tasks(target, "Green")]
    return any(weights) or any(_event(target, "AllowTraffic", "status") not in _NOT_BEGUN for target in targets)


def _stands_by(targets: list[Json]) -> bool | None:
    counts = [found.get("runningCount", 0) for target in targets for found in _tasks(target, "Blue")]
    return any(counts) if counts else None


def _tasks(target: Json, label: str) -> list[Json]:
    return [found for found in target.get("taskSetsInfo") or () if found.get("taskSetLabel") == label]


def _event(target: Json, name: str, member: str) -> Any:
    events = target.get("lifecycleEvents") or ()
    return next((event.get(member) for event in events if event.get("lifecycleEventName") == name), "Pending")


def _until(info: Json, targets: list[Json]) -> datetime | None:
    """When the termination wait ends: its length is counted from the last hook of the traffic shift."""
    wait = _wait(info)
    ends = [_event(target, "AfterAllowTraffic", "endTime") for target in targets]
    known = [end.astimezone(UTC) for end in ends if isinstance(end, datetime)]
    return max(known) + wait if known and wait is not None and _stage(info) == "kept" else None


def _took(info: Json) -> timedelta | None:
    begun, ended = info.get("createTime"), info.get("completeTime")
    if info["status"] != "Succeeded" or begun is None or ended is None or maker(info) in ("auto_rollback", "scaling"):
        return None
    took: timedelta = ended - begun - (_wait(info) or timedelta())
    return max(took, timedelta(minutes=1))


def _wait(info: Json) -> timedelta | None:
    settings = info.get("blueGreenDeploymentConfiguration") or {}
    ending = settings.get("terminateBlueInstancesOnDeploymentSuccess") or {}
    minutes = ending.get("terminationWaitTimeInMinutes")
    return timedelta(minutes=minutes) if minutes is not None and ending.get("action") == "TERMINATE" else None
