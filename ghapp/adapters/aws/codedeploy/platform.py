"""The port `Platform` by AWS CodeDeploy."""

import asyncio
from collections.abc import Sequence
from typing import Any

from ghapp.adapters.aws.codedeploy import shapes
from ghapp.adapters.aws.codedeploy.calls import Call, Calls
from ghapp.adapters.aws.codedeploy.faults import Said, Unsent, fault
from ghapp.adapters.aws.codedeploy.rights import refused_reads
from ghapp.core.config.model import CodeDeploy
from ghapp.core.model.environment import Grant, Reference, Repository, Run
from ghapp.core.model.events import RunObserved, RunStatus
from ghapp.core.model.facts import NeedPlatform
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.ports import Fault, Make, Overslept, Permanent, Retryable

ACTIVE = ("Created", "Queued", "InProgress", "Baking", "Ready")
NEWEST, GOOD = 10, 10  # deployments that a look returns: of all, and of those that succeeded
ENOUGH = 10  # of these that were not created for scaling
WATCHED = 3  # of those under way, of which at most one moves traffic
BATCH = 25  # https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeployments.html
_OVER = ("DeploymentAlreadyCompletedException", "DeploymentDoesNotExistException")
_GONE = ("RevisionDoesNotExistException", "DeploymentDoesNotExistException")


class CodeDeployPlatform:
    """Returns values; the rules interpret them."""

    def __init__(self) -> None:
        self._calls = Calls()

    async def look(self, repository: Repository, need: NeedPlatform) -> PlatformState | PlatformDenied:
        """Three round trips, more among many scaling deployments. Raises `Retryable` where it cannot be asked now."""
        place = need.place
        call = self._calls.at(repository, place)
        try:
            listed, lacking = await asyncio.gather(self._listed(call, need), self._lacking(call, place, need.revision))
            active, others = listed
            asked = tuple(dict.fromkeys((*need.also, *active)))
            ids = tuple(dict.fromkeys((*asked, *others)))
            if not ids:
                return PlatformState((), lacking)
            first = max(BATCH, len(asked))
            watched = tuple(dict.fromkeys((*active[:WATCHED], *others[:1])))
            infos, targets = await asyncio.gather(_infos(call, ids[:first]), _targets(call, watched))
            infos += await _beyond(call, infos, ids[first:])
        except Said as said:
            if said.passing:
                raise Retryable(str(said)) from said
            return PlatformDenied(str(said))
        except Permanent as permanent:
            return PlatformDenied(str(permanent))
        own = [info for info in infos if shapes.is_of(info, place)]
        found = [shapes.made(info, targets.get(info["deploymentId"], []), place) for info in own]
        return PlatformState(tuple(sorted(found, key=lambda one: one.created_at, reverse=True)), lacking)

    async def refused_reads(self, repository: Repository, place: CodeDeploy) -> Sequence[str]:
        """The read calls that AWS refuses at this target, a sentence each. Raises `Retryable` or `Permanent`."""
        return await refused_reads(self._calls.at(repository, place), place)

    async def stop(self, repository: Repository, place: CodeDeploy, deployment: str, *, back: bool) -> bool:
        """False: it had ended before. `back`: with CodeDeploy's automatic rollback; else traffic stays where it is."""
        call = self._calls.at(repository, place)
        try:
            await _check_group(call, place, deployment)
            if back or not await _ended_wait(call, deployment):
                await call("stop_deployment", deploymentId=deployment, autoRollbackEnabled=back)
        except Said as said:
            if said.code in _OVER:
                return False
            raise fault(said) from said
        return True

    async def finish(self, repository: Repository, place: CodeDeploy, deployment: str) -> None:
        """Ends the termination wait. Succeeds where it has ended already."""
        call = self._calls.at(repository, place)
        try:
            await _check_group(call, place, deployment)
            await _ended_wait(call, deployment)
        except Said as said:
            if said.code not in _OVER:
                raise fault(said) from said

    async def prepare(self, repository: Repository, grant: Grant) -> Make | RunObserved:
        """Fetches the revision to deploy once more, so that the creation is one call and takes no time."""
        place, plan = grant.config.rollback, grant.plan
        assert place
        assert plan
        call = self._calls.at(repository, place)
        try:
            revision = await _revision(call, place, plan.target)
        except Said as said:
            if said.code in _GONE:
                return RunObserved.of(grant, "refused", detail=str(said))
            raise fault(said) from said

        async def make() -> RunObserved:
            return await _made(call, place, grant, revision)

        return make

    async def _listed(self, call: Call, need: NeedPlatform) -> tuple[list[str], list[str]]:
        """Those under way, however old; and all others, the newest of all and of those that succeeded first."""
        place = need.place
        where = {"applicationName": place.application, "deploymentGroupName": place.deployment_group}
        answers = await asyncio.gather(
            call("list_deployments", **where, includeOnlyStatuses=list(ACTIVE)),
            call("list_deployments", **where),
            call("list_deployments", **where, includeOnlyStatuses=["Succeeded"]),
        )
        active, newest, good = (answer.get("deployments", []) for answer in answers)
        return active, list(dict.fromkeys((*newest[:NEWEST], *good[:GOOD], *newest, *good)))

    async def _lacking(self, call: Call, place: CodeDeploy, revision: Reference | None) -> bool:
        if revision is None or revision.kind != "AppSpecContent":
            return False
        try:
            await _revision(call, place, revision)
        except Said as said:
            if said.code in _GONE:
                return True
            raise
        return False


async def _check_group(call: Call, place: CodeDeploy, deployment: str) -> None:
    """Raises `Permanent` for a deployment of another group: the repository may act on this one alone."""
    info = (await call("get_deployment", deploymentId=deployment))["deploymentInfo"]
    if not shapes.is_of(info, place):
        raise Permanent(f"{deployment} is not a deployment of {place.target}")


async def _ended_wait(call: Call, deployment: str) -> bool:
    """Ends the termination wait; False where the deployment has none."""
    try:
        await call("continue_deployment", deploymentId=deployment, deploymentWaitType="TERMINATION_WAIT")
    except Said as said:
        if said.code != "DeploymentIsNotInReadyStateException":
            raise
        return False
    return True


async def _infos(call: Call, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The deployments of these ids, and those that roll one of them back."""
    batches = [list(ids[at : at + BATCH]) for at in range(0, len(ids), BATCH)]
    answers = await asyncio.gather(*(call("batch_get_deployments", deploymentIds=batch) for batch in batches))
    found: list[dict[str, Any]] = [info for answer in answers for info in answer["deploymentsInfo"]]
    takers = (info["rollbackInfo"].get("rollbackDeploymentId") for info in found if info.get("rollbackInfo"))
    lacking = sorted({taker for taker in takers if taker} - set(ids))
    if lacking:
        found += (await call("batch_get_deployments", deploymentIds=lacking[:BATCH]))["deploymentsInfo"]
    return found


async def _beyond(call: Call, infos: Sequence[dict[str, Any]], rest: Sequence[str]) -> list[dict[str, Any]]:
    """Where scaling deployments crowd the list: reads further back, to earlier releases."""
    found: list[dict[str, Any]] = []
    while rest and len(infos) > len(_releases(infos)) and len(_releases([*infos, *found])) < ENOUGH:
        found += await _infos(call, rest[:BATCH])
        rest = rest[BATCH:]
    return found


def _releases(infos: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [info for info in infos if shapes.maker(info) != "scaling"]


async def _targets(call: Call, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The traffic of deployments whose targets are ECS services; empty for those that have not begun."""
    found = await asyncio.gather(*(_of(call, deployment) for deployment in ids))
    return dict(zip(ids, found, strict=True))


async def _of(call: Call, deployment: str) -> list[dict[str, Any]]:
    try:
        listed = await call("list_deployment_targets", deploymentId=deployment)
        if not listed.get("targetIds"):
            return []
        targets = listed["targetIds"][:BATCH]
        answer = await call("batch_get_deployment_targets", deploymentId=deployment, targetIds=targets)
    except Said as said:
        if said.code in ("DeploymentNotStartedException", "DeploymentTargetDoesNotExistException"):
            return []
        raise
    return [target["ecsTarget"] for target in answer.get("deploymentTargets", ()) if target.get("ecsTarget")]


async def _revision(call: Call, place: CodeDeploy, kept: Reference) -> dict[str, Any]:
    """A deployment never shows an AppSpec's text: it is fetched by its hash."""
    if kept.kind == "AppSpecContent":
        location = {"revisionType": kept.kind, "appSpecContent": {"sha256": kept.sha256}}
        found = await call("get_application_revision", applicationName=place.application, revision=location)
        return dict(found["revision"])
    return dict((await call("get_deployment", deploymentId=kept.deployment))["deploymentInfo"]["revision"])


async def _made(call: Call, place: CodeDeploy, grant: Grant, revision: dict[str, Any]) -> RunObserved:
    """Creates it once. A throttled request created nothing; after an error the deployment may exist all the same."""
    try:
        answer = await call(
            "create_deployment",
            applicationName=place.application,
            deploymentGroupName=place.deployment_group,
            revision=revision,
            description=f"ghapp {grant.ticket} {grant.name}"[:256],
        )
    except Said as said:
        return RunObserved.of(grant, _refused(said), detail=str(said))
    except (Unsent, Overslept) as unsent:
        return RunObserved.of(grant, "throttled", detail=str(unsent))
    except Fault as lost:
        return RunObserved.of(grant, "unknown", detail=str(lost))
    identity = answer["deploymentId"]
    return RunObserved.of(grant, "queued", run=Run(identity, shapes.address(place.region, identity)))


def _refused(said: Said) -> RunStatus:
    """Where a deployment is under way already, it may be ours after all: a later look decides."""
    if said.throttled:
        return "throttled"
    return "error" if said.passing or said.code == "DeploymentLimitExceededException" else "refused"
