"""Finds the objects that a request names, or refuses with CodeDeploy's errors; and pages long lists.

The names of the errors are from the service model; most messages are not verified against AWS.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from ghapp.demo.codedeploy.faults import Refused
from ghapp.demo.codedeploy.state import Application, Deployment, Group
from ghapp.demo.codedeploy.world import World

Json = dict[str, Any]

ID: Final = re.compile(r"d-[A-Z0-9]{9}")
NAME: Final = re.compile(r"[A-Za-z0-9+=,.@_-]{1,100}")


def application(world: World, asked: Json) -> Application:
    """The application that `applicationName` names."""
    name = asked.get("applicationName")
    if not name:
        raise Refused("ApplicationNameRequiredException", "Application name is required")
    if not NAME.fullmatch(name):
        raise Refused("InvalidApplicationNameException", f"{name} is not a valid application name")
    if name not in world.applications:
        raise Refused("ApplicationDoesNotExistException", f"No application found for name: {name}")
    return world.applications[name]


def group(world: World, asked: Json) -> Group:
    """The group that `applicationName` and `deploymentGroupName` name."""
    owner = application(world, asked)
    name = asked.get("deploymentGroupName")
    if not name:
        raise Refused("DeploymentGroupNameRequiredException", "Deployment Group name is required")
    if not NAME.fullmatch(name):
        raise Refused("InvalidDeploymentGroupNameException", f"{name} is not a valid deployment group name")
    if name not in owner.groups:
        raise Refused("DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}")
    return owner.groups[name]


def deployment(world: World, asked: Json) -> Deployment:
    """The deployment that `deploymentId` names."""
    wanted = asked.get("deploymentId")
    if not wanted:
        raise Refused("DeploymentIdRequiredException", "Deployment ID is required")
    found = world.found(checked_id(wanted))
    if found is None:
        raise Refused("DeploymentDoesNotExistException", f"The deployment {wanted} could not be found")
    return found


def checked_id(wanted: str) -> str:
    """The id, if it is well-formed."""
    if not ID.fullmatch(wanted):
        raise Refused("InvalidDeploymentIdException", f"Specified DeploymentId is not in the valid format: {wanted}")
    return wanted


def page(asked: Json, found: Sequence[Any], size: int) -> tuple[list[Any], str | None]:
    """The requested page, and the next token. Page sizes are not verified against AWS."""
    token = asked.get("nextToken")
    if token is not None and not re.fullmatch(r"from-\d{1,9}", token):
        raise Refused("InvalidNextTokenException", "The next token was specified in an invalid format.")
    start = int(token.removeprefix("from-")) if token else 0
    rest = len(found) > start + size
    return list(found[start : start + size]), f"from-{start + size}" if rest else None
