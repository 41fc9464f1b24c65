"""Read deployments, their groups and configurations."""

from datetime import UTC, datetime
from typing import Any, Final

from ghapp.demo.codedeploy import shapes
from ghapp.demo.codedeploy.configs import CONFIGS
from ghapp.demo.codedeploy.faults import Refused
from ghapp.demo.codedeploy.operations import lookup
from ghapp.demo.codedeploy.state import STATUS, Deployment
from ghapp.demo.codedeploy.world import World

Json = dict[str, Any]

MOST: Final = 25
STATUSES: Final = frozenset({*STATUS.values(), "Baking"})


def get(world: World, asked: Json) -> Json:
    """GetDeployment."""
    return {"deploymentInfo": shapes.deployment(lookup.deployment(world, asked))}


def batch_get(world: World, asked: Json) -> Json:
    """BatchGetDeployments. Not verified against AWS: ids of no deployment are left out."""
    wanted = asked["deploymentIds"]
    if not wanted:
        raise Refused("DeploymentIdRequiredException", "At least one deployment ID must be specified")
    if len(wanted) > MOST:
        raise Refused("BatchLimitExceededException", f"At most {MOST} deployments can be asked for")
    found = [world.found(lookup.checked_id(each)) for each in wanted]
    return {"deploymentsInfo": [shapes.deployment(each) for each in found if each]}


def list_all(world: World, asked: Json) -> Json:
    """ListDeployments, newest first (the order is not documented; not verified against AWS).

    Filters apply to each page by itself, so a page may be short or empty with more to come:
    https://github.com/aws/aws-cli/issues/3298
    """
    world.advance()
    _span(asked)
    strange = set(asked.get("includeOnlyStatuses", ())) - STATUSES
    if strange:
        raise Refused("InvalidDeploymentStatusException", f"There is no status {', '.join(sorted(strange))}")
    found = sorted(_within(world, asked), key=lambda one: (one.created, one.group.deployments.index(one)), reverse=True)
    shown, token = lookup.page(asked, found, world.page_size)
    return shapes.given(deployments=[one.id for one in shown if _fits(one, asked)], nextToken=token)


# "If applicationName is specified, then deploymentGroupName must be specified. If it is not specified, then
# deploymentGroupName must not be specified."
# https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeployments.html
def _within(world: World, asked: Json) -> list[Deployment]:
    if "applicationName" in asked or "deploymentGroupName" in asked:
        return lookup.group(world, asked).deployments
    return [one for group in world.groups for one in group.deployments]


def _fits(one: Deployment, asked: Json) -> bool:
    start, end = _span(asked)
    statuses = asked.get("includeOnlyStatuses")
    linked = "externalId" in asked  # to an outside object; none of ours is
    return not linked and start <= one.created <= end and (not statuses or one.status in statuses)


def _span(asked: Json) -> tuple[datetime, datetime]:
    span = asked.get("createTimeRange", {})
    start = span.get("start", datetime.min.replace(tzinfo=UTC))
    end = span.get("end", datetime.max.replace(tzinfo=UTC))
    if start > end:
        raise Refused("InvalidTimeRangeException", "The start of the range is after its end")
    return start, end


def get_group(world: World, asked: Json) -> Json:
    """GetDeploymentGroup."""
    world.advance()
    return {"deploymentGroupInfo": shapes.group(lookup.group(world, asked))}


def get_config(_: World, asked: Json) -> Json:
    """GetDeploymentConfig, for the configurations that every account has."""
    config = CONFIGS.get(asked["deploymentConfigName"])
    if config is None:
        raise Refused(
            "DeploymentConfigDoesNotExistException",
            f"No Deployment Configuration found for name: {asked['deploymentConfigName']}",
        )
    return {
        "deploymentConfigInfo": {
            "deploymentConfigId": f"00000000-0000-0000-0000-{len(config.name):012d}",
            "deploymentConfigName": config.name,
            "computePlatform": "ECS",
            "trafficRoutingConfig": config.routing,
        }
    }
