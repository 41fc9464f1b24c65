"""Tries the read calls that a rollback needs, to name those that AWS refuses."""

from collections.abc import Sequence
from typing import Any

from ghapp.adapters.aws.codedeploy.calls import Call
from ghapp.adapters.aws.codedeploy.faults import Said
from ghapp.core.config.model import CodeDeploy
from ghapp.core.model.secret import masked
from ghapp.ports import Retryable

# answers about a deployment that has no targets yet
_ALLOWED = ("DeploymentNotStartedException", "DeploymentTargetDoesNotExistException")


async def refused_reads(call: Call, place: CodeDeploy) -> Sequence[str]:
    """A sentence for each refused call, with the name of its action. A group without deployments shows only whether
    they may be listed. Raises `Retryable` where AWS does not answer, `Permanent` without credentials.
    """
    found: list[str] = []

    async def read(operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            return await call(operation, **parameters)
        except Said as said:
            if said.passing:
                raise Retryable(str(said)) from said
            if said.code not in _ALLOWED:
                action = "".join(part.title() for part in operation.split("_"))
                found.append(f"codedeploy:{action} is refused: {masked(f'{said.code}: {said.message}')}")
            return {}

    where = {"applicationName": place.application, "deploymentGroupName": place.deployment_group}
    for deployment in (await read("list_deployments", **where)).get("deployments", [])[:1]:
        await read("batch_get_deployments", deploymentIds=[deployment])
        revision = (await read("get_deployment", deploymentId=deployment)).get("deploymentInfo", {}).get("revision", {})
        targets = (await read("list_deployment_targets", deploymentId=deployment)).get("targetIds", [])[:1]
        if targets:
            await read("batch_get_deployment_targets", deploymentId=deployment, targetIds=targets)
        if sha256 := (revision.get("appSpecContent") or {}).get("sha256"):
            location = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": sha256}}
            await read("get_application_revision", applicationName=place.application, revision=location)
    return found
