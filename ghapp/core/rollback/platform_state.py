"""A platform's own deployments: their origin, their state, and what serves."""

from collections.abc import Iterator
from datetime import datetime

from ghapp.core.model.environment import Activity, ActivityStage, Deployment
from ghapp.core.model.platform import PlatformDeployment, PlatformState
from ghapp.core.rules import phases


def own_deployment(deployment: Deployment, view: PlatformState) -> PlatformDeployment | None:
    """The platform's deployment that an attempt created, if that is certain.

    Its description shows the ticket; or it is the only one that was created, not by the platform itself, between the
    attempt's acceptance and the end of its run. If there are several in that span, their origin is unknown.
    """
    grant = deployment.grant
    if grant.runner == "codedeploy" and deployment.run:
        return view.find(deployment.run.id)
    named = next((made for made in view.made if grant.ticket in made.description), None)
    if named or grant.runner == "codedeploy":
        return named
    in_its_time = [made for made in view.releases if not made.by_platform and _in_time(deployment, made.created_at)]
    return in_its_time[0] if len(in_its_time) == 1 else None


def carries(deployment: Deployment, view: PlatformState) -> PlatformDeployment | None:
    """The platform's deployment that carries out an attempt: its own, or for a rollback the automatic one."""
    plan = deployment.grant.plan
    by_itself = None if plan and plan.how == "onward" else back(deployment, view)
    return own_deployment(deployment, view) or by_itself


def back(deployment: Deployment, view: PlatformState) -> PlatformDeployment | None:
    """The automatic rollback's deployment, for a rollback by the platform."""
    plan, halt = deployment.grant.plan, deployment.halt
    halted = view.find(halt.deployment) if halt else None
    found = halted.taken_back_by if halted else plan.follows if plan else None
    return view.find(found) if deployment.grant.runner == "codedeploy" and found else None


def _in_time(deployment: Deployment, moment: datetime) -> bool:
    over = deployment.phase == "lost" or not phases.is_busy(deployment)
    return deployment.grant.at <= moment and (not over or moment <= deployment.since)


def activity(view: PlatformState, deployment: Deployment) -> Activity | None:
    """The platform's active deployment, of any origin; one for instances that come or go only without another."""
    made = view.active or view.scaling
    if made is None:
        return None
    return Activity(
        stage=_busy_stage(made),
        deployment=made.id,
        busy_until=made.until,
        quick_rollback_until=made.until if made.stage == "kept" else None,
        ours=_belongs(made, deployment, view),
    )


def _busy_stage(made: PlatformDeployment) -> ActivityStage:
    if made.maker == "scaling":
        return "scaling"
    match made.stage:
        case "created" | "shifting" | "ready" | "baking" | "kept" as stage:
            return stage
        case _:
            raise ValueError(f"{made.id} is over")


def _belongs(made: PlatformDeployment, deployment: Deployment, view: PlatformState) -> bool:
    halted = view.find(deployment.halt.deployment) if deployment.halt else None
    known = [one for one in (carries(deployment, view), back(deployment, view), halted) if one]
    return any(made.id in (one.id, one.taken_back_by) for one in known)


def what_serves(view: PlatformState) -> PlatformDeployment | None:
    """The newest deployment that shifted traffic; None if that is not certain."""
    for made in view.releases:
        if made.stage in ("succeeded", "kept"):
            return made
        if made.stage != "created" and made.moved is not False:
            return None
    return None


def before(view: PlatformState, made: PlatformDeployment) -> PlatformDeployment | None:
    """The deployment that served before it: the target of the platform's automatic rollback."""
    return next((one for one in older(view, made) if one.stage == "succeeded"), None)


def older(view: PlatformState, made: PlatformDeployment) -> Iterator[PlatformDeployment]:
    """The deployments that were created before it, newest first."""
    return (one for one in view.releases if one.created_at < made.created_at)
