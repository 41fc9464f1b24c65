"""The way back by a platform: whose its deployments are, what serves, where a rollback would lead, how it goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.core import deployment as phases
from ghapp.core.decision import Refusal, Value
from ghapp.core.environment import Activity, ActivityStage, Deployment, Environment, Outlook, Reference, Run
from ghapp.core.events import Sight
from ghapp.core.platform import Made, View
from ghapp.core.releases import WayBack

SWITCH = timedelta(minutes=1)  # traffic goes back to what still stands by
GOES_BACK_WITHIN = timedelta(
    minutes=1
)  # a platform that was stopped says this soon what takes it back, or nothing does
_SIGHTS: dict[str, Sight] = {"kept": "succeeded", "succeeded": "succeeded", "failed": "failed", "stopped": "failed"}


# ---------------------------------------------------------------- whose it is


def own(deployment: Deployment, view: View) -> Made | None:
    """The platform's deployment that an attempt brought about, where that is certain.

    Its description shows the ticket; or it is the only one that was made, not by the platform itself, from when the
    attempt was accepted until its run had ended. Where there are several in that span nobody knows whose they are.
    """
    order = deployment.order
    if order.runner == "codedeploy" and deployment.run:
        return view.find(deployment.run.id)
    named = next((made for made in view.made if order.ticket in made.description), None)
    if named or order.runner == "codedeploy":
        return named
    in_its_time = [made for made in view.made if not made.by_platform and _in_time(deployment, made.created_at)]
    return in_its_time[0] if len(in_its_time) == 1 else None


def carries(deployment: Deployment, view: View) -> Made | None:
    """The platform's deployment by which an attempt goes: its own, or for a rollback what takes another back."""
    if made := own(deployment, view):
        return made
    outlook, halt = deployment.order.outlook, deployment.halt
    halted = view.find(halt.deployment) if halt else None
    back = halted.taken_back_by if halted else outlook.follows if outlook else None
    return view.find(back) if deployment.order.runner == "codedeploy" and back else None


def _in_time(deployment: Deployment, moment: datetime) -> bool:
    over = deployment.phase == "lost" or not phases.busy(deployment)
    return deployment.order.at <= moment and (not over or moment <= deployment.since)


# ---------------------------------------------------------------- what it does


def activity(view: View, deployment: Deployment) -> Activity | None:
    """What the platform is busy with, whosever it is."""
    made = view.active
    if made is None:
        return None
    return Activity(
        stage=_busy_stage(made),
        deployment=made.id,
        busy_until=made.until,
        way_back=made.until if made.stage == "kept" else None,
        ours=_belongs(made, deployment, view),
    )


def _busy_stage(made: Made) -> ActivityStage:
    match made.stage:
        case "created" | "shifting" | "ready" | "baking" | "kept" as stage:
            return stage
        case _:
            raise ValueError(f"{made.id} is over")


def _belongs(made: Made, deployment: Deployment, view: View) -> bool:
    halted = view.find(deployment.halt.deployment) if deployment.halt else None
    known = [one for one in (carries(deployment, view), halted) if one]
    return any(made.id in (one.id, one.taken_back_by) for one in known)


def serving(view: View) -> Made | None:
    """What serves, by the newest deployment that moved traffic; None where that is not certain."""
    for made in view.made:
        if made.stage in ("succeeded", "kept"):
            return made
        if made.stage != "created" and made.moved is not False:
            return None
    return None


def _before(view: View, made: Made) -> Made | None:
    """What served before it: where the platform goes back to by itself."""
    return next((one for one in _older(view, made) if one.stage == "succeeded"), None)


def _older(view: View, made: Made) -> Iterator[Made]:
    return (one for one in view.made if one.created_at < made.created_at)


# ---------------------------------------------------------------- where a rollback would lead


def foresee(environment: Environment, way: WayBack, view: View) -> Outlook | Refusal | None:
    """How the platform would reach the target, or why it would not. None: by no deployment that it knows of."""
    if active := view.active:
        return _while_busy(environment, way, active, view)
    undone, target = _ends(environment, way, view)
    if target is None or (undone and undone.revision.same_as(target)):
        return None  # of one content: to the platform they are the same
    served = serving(view)
    if served and served.revision.same_as(target):
        return Outlook(how="there", target=target, about=SWITCH)
    if view.lacking:
        return Refusal("platform_gone", _values(environment, way, target.deployment))
    return Outlook(how="create", target=target, about=_took(view, target))


def before(environment: Environment, view: View) -> Made | None:
    """What the platform brought out successfully before what serves now, whoever made it."""
    made = _undone(environment, view) or serving(view)
    return _before(view, made) if made else None


def _while_busy(environment: Environment, way: WayBack, active: Made, view: View) -> Outlook | Refusal:
    """What is under way is stopped only where it is ours, and where that leads to what is announced."""
    undone, target = _ends(environment, way, view)
    values = _values(environment, way, active.id)
    if _goes_back(active, environment) and active.revision.same_as(target):
        return Outlook(how="follow", target=active.revision, about=SWITCH, follows=active.id)
    if undone is None or active.id != undone.id:
        return Refusal("platform_foreign", values)
    back = _before(view, active)
    if back is None or not back.revision.same_as(target):
        leads = next((pull for pull, one in _known(environment) if back and back.revision.same_as(one)), None)
        return Refusal("platform_elsewhere", {**values, "leads": leads, "back": back.id if back else None})
    if active.stands_by is False and not view.lacking:  # nothing is left to switch to
        return Outlook(how="create", target=back.revision, about=_took(view, back.revision), halts=active.id)
    return Outlook(how="stop", target=back.revision, about=SWITCH, halts=active.id)


def _goes_back(active: Made, environment: Environment) -> bool:
    """Whether it is a way back itself: the platform's own, or that of a rollback of ours which was given up."""
    newest = environment.deployment
    given_up = newest is not None and newest.order.kind == "rollback" and newest.order.ticket in active.description
    return active.by_platform or given_up


def _ends(environment: Environment, way: WayBack, view: View) -> tuple[Made | None, Reference | None]:
    """From what to what, in the platform's words, as far as it is known."""
    undone = _undone(environment, view)
    return undone, way.target.platform or _taken_for(way, undone, view)


def _undone(environment: Environment, view: View) -> Made | None:
    newest, live = environment.deployment, environment.live
    if newest and newest.phase == "succeeded" and live and live.platform:
        return view.find(live.platform.deployment)
    if newest and newest.order.kind == "rollback" and newest.halt:
        return view.find(newest.halt.deployment)
    return own(newest, view) if newest else None


def _taken_for(way: WayBack, undone: Made | None, view: View) -> Reference | None:
    """What served directly before, where nothing of the target was kept: nothing was brought out since it went live."""
    if way.target.live_since is None:
        return None
    candidates = _older(view, undone) if undone else iter(view.made)
    before = next((made for made in candidates if made.stage == "succeeded"), None)
    return before.revision if before and before.created_at <= way.target.live_since else None


def _took(view: View, target: Reference) -> timedelta | None:
    known = (view.find(target.deployment), *view.made)
    return next((made.took for made in known if made and made.took), None)


def _known(environment: Environment) -> Iterator[tuple[int, Reference]]:
    for revision in (*((environment.live,) if environment.live else ()), *environment.earlier):
        if revision.platform:
            yield revision.pull.number, revision.platform


def _values(environment: Environment, way: WayBack, deployment: str) -> dict[str, Value]:
    return {
        "environment": environment.name,
        "undone": way.undone.pull.number,
        "target": way.target.pull.number,
        "deployment": deployment,
        "region": environment.terms.rollback.region if environment.terms.rollback else "",
    }


# ---------------------------------------------------------------- how it goes


@dataclass(frozen=True, slots=True)
class Reading:
    """What the platform's view says of a rollback that it carries out. `clear`: a deployment has to be made for it."""

    sight: Sight
    run: Run | None = None
    detail: str = ""
    clear: bool = False


def read(deployment: Deployment, view: View, now: datetime) -> Reading:
    """How a rollback by the platform stands, and whether it reached what was announced."""
    outlook = deployment.order.outlook
    assert outlook
    made = carries(deployment, view)
    if made and not _goes_back_in_vain(deployment, made):
        return _of(made, outlook.target)
    if deployment.run:
        return Reading("missing")
    if _about_to(deployment, view, now):
        return Reading("unknown")
    if active := view.active:
        if active.by_platform and active.revision.same_as(outlook.target):
            return _of(active, outlook.target)
        return Reading("refused", detail=f"{active.id} is under way there, and is not ours")
    if deployment.phase != "accepted":
        return Reading("missing")
    served = serving(view)
    if served and served.revision.same_as(outlook.target) and served.id != outlook.halts:
        return _of(served, outlook.target)
    return Reading("unknown", clear=True)


def _goes_back_in_vain(deployment: Deployment, made: Made) -> bool:
    """What the platform does of itself may fail: what was before is gone. Then a deployment is made after all."""
    return made.by_platform and deployment.phase == "accepted" and made.stage in ("failed", "stopped")


def _about_to(deployment: Deployment, view: View, now: datetime) -> bool:
    """Whether what was stopped has not ended yet, or has ended and may still be taken back."""
    outlook, halt = deployment.order.outlook, deployment.halt
    halted = view.find(halt.deployment) if halt else None
    if outlook is None or halt is None or halted is None or halted.stage == "succeeded":
        return False
    asked = halt.asked_at
    if halted.taken_back_by:
        return False  # and that is over, or it would have been read
    return halted.active or asked is None or (outlook.how == "stop" and now - asked < GOES_BACK_WITHIN)


def _of(made: Made, target: Reference) -> Reading:
    """Announced is what is reached, or it is said that it was not. What the platform does of itself may yet fail."""
    if made.by_platform and made.active:
        return Reading("unknown")
    run, sight = Run(made.id, made.url), _SIGHTS.get(made.stage, "running")
    if sight == "succeeded" and not made.revision.same_as(target):
        return Reading("failed", run, f"{made.id} brought another revision than that of {target.deployment}")
    return Reading(sight, run, made.error if sight == "failed" else "")
