"""A deployment's one target: its ECS service, with both task sets and their traffic."""

from typing import Any, Final

from ghapp.demo.codedeploy import shapes
from ghapp.demo.codedeploy.faults import Refused
from ghapp.demo.codedeploy.operations import lookup
from ghapp.demo.codedeploy.state import Deployment
from ghapp.demo.codedeploy.world import World

Json = dict[str, Any]

MOST: Final = 25


def list_all(world: World, asked: Json) -> Json:
    """ListDeploymentTargets; its filters are for deployments to instances and are ignored."""
    one = _started(world, asked)
    ids, token = lookup.page(asked, [shapes.target_id(one)], world.page_size)
    return shapes.given(targetIds=ids, nextToken=token)


def batch_get(world: World, asked: Json) -> Json:
    """BatchGetDeploymentTargets."""
    one = _started(world, asked)
    wanted = asked["targetIds"]
    if not wanted:
        raise Refused("DeploymentTargetIdRequiredException", "At least one target ID must be specified")
    if len(wanted) > MOST:
        raise Refused("DeploymentTargetListSizeExceededException", f"At most {MOST} targets can be asked for")
    return {"deploymentTargets": [_target(world, one, each) for each in wanted]}


def get(world: World, asked: Json) -> Json:
    """GetDeploymentTarget."""
    return {"deploymentTarget": _target(world, _started(world, asked), asked["targetId"])}


def _started(world: World, asked: Json) -> Deployment:
    one = lookup.deployment(world, asked)
    if one.started is None:
        raise Refused("DeploymentNotStartedException", f"The deployment {one.id} has not started")
    return one


def _target(world: World, one: Deployment, wanted: str) -> Json:
    if wanted != shapes.target_id(one):
        raise Refused("DeploymentTargetDoesNotExistException", f"{one.id} has no target {wanted}")
    if one.group.on_instances:
        arn = f"arn:aws:ec2:{world.region}:{world.account}:instance/{wanted}"
        return shapes.instance(one, arn=arn, now=world.now())
    place = f"{one.group.cluster}/{one.group.service}"
    arn = f"arn:aws:ecs:{world.region}:{world.account}:service/{place}"
    return shapes.target(one, arn=arn, now=world.now(), kept_labels=world.kept_labels)
