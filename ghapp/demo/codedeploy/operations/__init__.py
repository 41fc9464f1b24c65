"""The supported operations of CodeDeploy: each a function of the world and the operation's input."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ghapp.demo.codedeploy.operations import changing, deployments, revisions, targets
from ghapp.demo.codedeploy.world import World

Json = dict[str, Any]

OPERATIONS: Final[Mapping[str, Callable[[World, Json], Json]]] = {
    "BatchGetDeploymentTargets": targets.batch_get,
    "BatchGetDeployments": deployments.batch_get,
    "ContinueDeployment": changing.go_on,
    "CreateDeployment": changing.create,
    "GetApplicationRevision": revisions.get,
    "GetDeployment": deployments.get,
    "GetDeploymentConfig": deployments.get_config,
    "GetDeploymentGroup": deployments.get_group,
    "GetDeploymentTarget": targets.get,
    "ListApplicationRevisions": revisions.list_all,
    "ListDeploymentTargets": targets.list_all,
    "ListDeployments": deployments.list_all,
    "RegisterApplicationRevision": revisions.register,
    "StopDeployment": changing.stop,
}
