"""Start, stop and continue deployments."""

from dataclasses import replace
from typing import Any, Final

from ghapp.demo.codedeploy.configs import CONFIGS
from ghapp.demo.codedeploy.faults import Refused
from ghapp.demo.codedeploy.operations import lookup, revisions
from ghapp.demo.codedeploy.state import Group, Terms
from ghapp.demo.codedeploy.world import World

Json = dict[str, Any]

LONGEST: Final = 1_000  # characters of a description; not verified against AWS


def create(world: World, asked: Json) -> Json:
    """CreateDeployment."""
    group = lookup.group(world, asked)
    revision = revisions.deployable(group.application, asked.get("revision"), on_instances=group.on_instances)
    description = asked.get("description")
    if description and len(description) > LONGEST:
        raise Refused("DescriptionTooLongException", f"Description cannot be longer than {LONGEST} characters")
    begun = world.create(group, revision, description=description, terms=_terms(group, asked))
    return {"deploymentId": begun.id}


def _terms(group: Group, asked: Json) -> Terms:
    config = asked.get("deploymentConfigName", group.terms.config)
    if config not in (*CONFIGS, group.terms.config):
        raise Refused("DeploymentConfigDoesNotExistException", f"No Deployment Configuration found for name: {config}")
    terms = replace(group.terms, config=config)
    rollback = asked.get("autoRollbackConfiguration")
    if rollback is None:
        return terms
    if rollback.get("enabled") and not rollback.get("events"):
        raise Refused("InvalidAutoRollbackConfigException", "Automatic rollback is enabled without an event")
    return replace(terms, rollback_on=frozenset(rollback["events"] if rollback.get("enabled") else ()))


def stop(world: World, asked: Json) -> Json:
    """StopDeployment. The message for Succeeded is from AWS's documentation; the other is not verified against AWS."""
    done = world.stop(lookup.deployment(world, asked), rollback=asked.get("autoRollbackEnabled"))
    if done:
        said = "No more commands will be scheduled for execution in the deployment instances"
        return {"status": "Succeeded", "statusMessage": said}
    return {"status": "Pending", "statusMessage": "The deployment is being stopped."}


def go_on(world: World, asked: Json) -> Json:
    """ContinueDeployment."""
    world.go_on(lookup.deployment(world, asked), asked.get("deploymentWaitType", "READY_WAIT"))
    return {}
