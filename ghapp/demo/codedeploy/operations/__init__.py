"""The operations of CodeDeploy that this one has: from an operation's input to its output, over the world."""

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
