"""The progress of a rollback by a platform, and whether it reached the announced target."""

from datetime import datetime, timedelta

from msgspec import Struct

from ghapp.core.model.environment import Deployment, Reference, Run
from ghapp.core.model.events import RunStatus
from ghapp.core.model.platform import PlatformDeployment, PlatformState
from ghapp.core.rollback import platform_state

GOES_BACK_WITHIN = timedelta(minutes=1)  # a stopped deployment is rolled back this soon, or not at all
SCALES_WITHIN = timedelta(minutes=10)  # waited for; where instances keep failing there is always another
_STATUSES: dict[str, RunStatus] = {
    "kept": "succeeded",
    "succeeded": "succeeded",
    "failed": "failed",
    "stopped": "failed",
}


class RollbackStatus(Struct, frozen=True):
    """The status of a rollback that the platform carries out. `clear`: a deployment has to be created for it."""

    status: RunStatus
    run: Run | None = None
    detail: str = ""
    clear: bool = False


def rollback_status(deployment: Deployment, view: PlatformState, now: datetime) -> RollbackStatus:
    """The status of a rollback by the platform: success only at the announced target."""
    plan = deployment.grant.plan
    assert plan
    made = platform_state.carries(deployment, view)
    if made and not _goes_back_in_vain(deployment, made):
        return _status_of(made, plan.target)
    if deployment.run:
        return RollbackStatus("missing")
    if _about_to(deployment, view, now):
        return RollbackStatus("unknown")
    if active := view.active:
        if active.by_platform and active.revision.same_as(plan.target):
            return _status_of(active, plan.target)
        return RollbackStatus("refused", detail=f"{active.id} is under way there, and is not ours")
    if deployment.phase != "accepted":
        return RollbackStatus("missing")
    served = platform_state.what_serves(view)
    if served and served.revision.same_as(plan.target) and served.id != plan.halts:
        return _status_of(served, plan.target)
    waits = view.scaling is not None and now - deployment.grant.at < SCALES_WITHIN
    return RollbackStatus("unknown", clear=not waits)


def _goes_back_in_vain(deployment: Deployment, made: PlatformDeployment) -> bool:
    """The automatic rollback may fail, because the old revision is gone. Then a deployment is created after all."""
    return made.by_platform and deployment.phase == "accepted" and made.stage in ("failed", "stopped")


def _about_to(deployment: Deployment, view: PlatformState, now: datetime) -> bool:
    """Whether the stopped deployment has not ended, or may still be rolled back, or that rollback has not ended."""
    plan, halt = deployment.grant.plan, deployment.halt
    if back := platform_state.back(deployment, view):
        return back.active
    halted = view.find(halt.deployment) if halt else None
    if plan is None or halt is None or halted is None or halted.stage == "succeeded" or halted.taken_back_by:
        return False
    asked = halt.asked_at
    return halted.active or asked is None or (plan.how != "create" and now - asked < GOES_BACK_WITHIN)


def _status_of(made: PlatformDeployment, target: Reference) -> RollbackStatus:
    """A rollback succeeds only at the announced target. An automatic one may fail, and then a deployment is created."""
    if made.by_platform and made.active:
        return RollbackStatus("unknown")
    run, status = Run(made.id, made.url), _STATUSES.get(made.stage, "running")
    if status == "succeeded" and not made.revision.same_as(target):
        return RollbackStatus("failed", run, f"{made.id} brought another revision than that of {target.deployment}")
    return RollbackStatus(status, run, made.error if status == "failed" else "")
