"""The plan of a rollback by a platform: target and strategy, from the platform's own state, before the first step."""

from collections.abc import Iterator
from datetime import timedelta

from msgspec import Struct

from ghapp.core.config.model import CodeDeploy
from ghapp.core.model.decision import Refusal, Value
from ghapp.core.model.environment import Environment, PlatformRecord, Reference, Revision, RollbackPlan, Strategy
from ghapp.core.model.platform import PlatformDeployment, PlatformState
from ghapp.core.rollback import platform_state
from ghapp.core.rules import releases

SWITCH = timedelta(minutes=1)  # traffic shifts back to what still stands by


class Endpoints(Struct, frozen=True, kw_only=True):
    """The revision that is undone, and the target. `reference`: the platform's reference to the target, if known.

    `target` None: it was never released here, and `record` is the platform's only record of it. `passes`: the revisions
    that were live between the two.
    """

    undone: Revision
    target: Revision | None
    reference: Reference | None
    record: PlatformRecord | None = None
    passes: tuple[Revision, ...] = ()


def plan_rollback(
    environment: Environment, ends: Endpoints, view: PlatformState, *, consent: str | None = None
) -> RollbackPlan | Refusal | None:
    """How the platform would reach the target, or a refusal. None: by no deployment that it knows.

    `consent`: the deployment that a person has named to be stopped, of any origin.
    """
    active = view.active
    named = view.find(consent)
    if named and named.active and named.maker == "scaling":
        return Refusal("platform_scaling", values(environment, ends, named.id))
    if consent and (active is None or active.id != consent):
        return Refusal("platform_not_at", values(environment, ends, consent))
    if active:
        return _while_busy(environment, ends, active, view, consent)
    return _at_rest(environment, ends, view)


def _at_rest(environment: Environment, ends: Endpoints, view: PlatformState) -> RollbackPlan | Refusal | None:
    undone, target = _ends(environment, ends, view)
    if target is None or (undone and undone.revision.same_as(target)):
        return None  # the same content: to the platform they are equal
    served = platform_state.what_serves(view)
    if served and served.revision.same_as(target):
        return RollbackPlan(how="there", target=target, about=SWITCH, record=ends.record)
    if view.lacking:
        return Refusal("platform_gone", values(environment, ends, target.deployment))
    awaits = view.scaling.id if view.scaling else None
    return RollbackPlan(how="create", target=target, about=_took(view, target), awaits=awaits, record=ends.record)


def unreleased(environment: Environment, undone: Revision, view: PlatformState) -> Endpoints | None:
    """The ends of a rollback to a revision that the platform served before the undone one, deployed by us or not."""
    newest = environment.deployment
    plan = newest.grant.plan if newest and newest.grant.revision is None and newest.phase != "succeeded" else None
    if plan and kept(plan.target, environment.config.rollback):  # once more, to the announced target
        return Endpoints(undone=undone, target=None, reference=plan.target, record=plan.record)
    made = _undone(environment, view)
    brought = newest is None or newest.phase == "succeeded"
    found = _good_before(environment, made, view) if made else None if brought else platform_state.what_serves(view)
    if found is None:
        return None
    told = PlatformRecord(found.created_at, found.description)
    return Endpoints(undone=undone, target=None, reference=found.revision, record=told)


def _good_before(environment: Environment, made: PlatformDeployment, view: PlatformState) -> PlatformDeployment | None:
    """The newest that served before it and is neither the same revision nor barred."""
    passed = [made.revision, *(one.platform for one in environment.barred if one.platform)]
    served = (one for one in platform_state.older(view, made) if one.stage == "succeeded")
    return next((one for one in served if not any(one.revision.same_as(other) for other in passed)), None)


def _while_busy(
    environment: Environment, ends: Endpoints, active: PlatformDeployment, view: PlatformState, consent: str | None
) -> RollbackPlan | Refusal:
    """The plan while a deployment is active: that is stopped only if it is ours, or a person has named it."""
    if active.maker == "stack":
        return Refusal("platform_stack", values(environment, ends, active.id))
    undone, target = _ends(environment, ends, view)
    if (active.by_platform or _given_up(environment, active)) and active.revision.same_as(target):
        return RollbackPlan(how="follow", target=active.revision, about=SWITCH, follows=active.id, record=ends.record)
    ours = _given_up(environment, active) or (undone is not None and active.id == undone.id)
    if not (active.by_platform or ours or active.id == consent):
        return Refusal("platform_foreign", values(environment, ends, active.id))
    back = active if active.by_platform else platform_state.before(view, active)
    if target is None:
        return Refusal("platform_elsewhere", _elsewhere(environment, ends, active, back))
    there = back is not None and back.revision.same_as(target)
    if view.lacking and not there:
        return Refusal("platform_gone", values(environment, ends, target.deployment))
    if active.by_platform:
        return RollbackPlan(
            how="onward", target=target, about=_took(view, target), follows=active.id, record=ends.record
        )
    how = _past(environment, active, back, there=there, lacking=view.lacking)
    about = SWITCH if how == "stop" else _took(view, target)
    return RollbackPlan(how=how, target=target, about=about, halts=active.id, consented=not ours, record=ends.record)


def _past(
    environment: Environment, active: PlatformDeployment, back: PlatformDeployment | None, *, there: bool, lacking: bool
) -> Strategy:
    """How the active deployment is replaced. The platform rolls it back if it can, but not again to a barred one."""
    if active.stands_by is False and not lacking:
        return "create"  # nothing is left to switch to
    if there:
        return "stop"
    barred = back is not None and any(back.revision.same_as(one.platform) for one in environment.barred)
    return "create" if back is None or (barred and active.stage == "kept") else "onward"


def _given_up(environment: Environment, active: PlatformDeployment) -> bool:
    """Whether it is the deployment of a rollback of ours that a person has given up."""
    newest = environment.deployment
    return newest is not None and newest.grant.kind == "rollback" and newest.grant.ticket in active.description


def _ends(
    environment: Environment, ends: Endpoints, view: PlatformState
) -> tuple[PlatformDeployment | None, Reference | None]:
    """Both ends as references of the platform, as far as they are known."""
    undone = _undone(environment, view)
    return undone, ends.reference or _taken_for(ends, undone, view)


def _undone(environment: Environment, view: PlatformState) -> PlatformDeployment | None:
    newest, live = environment.deployment, environment.live
    if newest and newest.phase == "succeeded" and live and live.platform:
        return view.find(live.platform.deployment)
    if newest and newest.phase != "succeeded" and newest.grant.undoes:
        brought = newest.grant.undoes.platform  # its own deployment, if it was created, brought the target
        undone = newest.halt.deployment if newest.halt else brought.deployment if brought else None
        return view.find(undone) if undone else None
    return platform_state.own_deployment(newest, view) if newest else None


def kept(reference: Reference | None, place: CodeDeploy | None) -> Reference | None:
    """A reference, if the platform has its revision: the config may have moved to another application since."""
    return reference if reference and place and reference.is_kept_in(place.kept_in) else None


def _taken_for(ends: Endpoints, undone: PlatformDeployment | None, view: PlatformState) -> Reference | None:
    """The revision served directly before, for a target without reference, if nothing was deployed since.

    A target with a reference to another application did not serve here.
    """
    if ends.target is None or ends.target.live_since is None or ends.target.platform:
        return None
    candidates = platform_state.older(view, undone) if undone else iter(view.releases)
    before = next((made for made in candidates if made.stage == "succeeded"), None)
    return before.revision if before and before.created_at <= ends.target.live_since else None


def _took(view: PlatformState, target: Reference) -> timedelta | None:
    known = (view.find(target.deployment), *view.releases)
    return next((made.took for made in known if made and made.took), None)


def _elsewhere(
    environment: Environment, ends: Endpoints, active: PlatformDeployment, back: PlatformDeployment | None
) -> dict[str, Value]:
    """The revision to which a stop would lead, since the target's reference is not known."""
    leads = next((pull for pull, one in _known(environment) if back and back.revision.same_as(one)), None)
    return {**values(environment, ends, active.id), "leads": leads, "back": back.id if back else None}


def _known(environment: Environment) -> Iterator[tuple[int, Reference]]:
    for revision in releases.served_revisions(environment):
        if revision.platform:
            yield revision.pull.number, revision.platform


def values(environment: Environment, ends: Endpoints, deployment: str) -> dict[str, Value]:
    """The parameters of a refusal: both ends, and the platform's deployment that is the obstacle."""
    return {
        "environment": environment.name,
        "undone": ends.undone.pull.number,
        "target": ends.target.pull.number if ends.target else ends.reference.deployment if ends.reference else None,
        "deployment": deployment,
    }
