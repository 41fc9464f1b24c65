"""Where a rollback by a platform would lead, and how: from the platform's own view, before anything is done."""

from collections.abc import Iterator
from datetime import timedelta

from ghapp.core import traffic
from ghapp.core.decision import Refusal, Value
from ghapp.core.environment import Environment, How, Outlook, Reference
from ghapp.core.platform import Made, View
from ghapp.core.releases import WayBack

SWITCH = timedelta(minutes=1)  # traffic goes back to what still stands by


def foresee(
    environment: Environment, way: WayBack, view: View, *, consent: str | None = None
) -> Outlook | Refusal | None:
    """How the platform would reach the target, or why it would not. None: by no deployment that it knows of.

    `consent`: the deployment that a person has named as one to be stopped, whosever it is.
    """
    active = view.active
    if consent and (active is None or active.id != consent):
        return Refusal("platform_not_at", values(environment, way, consent))
    if active:
        return _while_busy(environment, way, active, view, consent)
    undone, target = _ends(environment, way, view)
    if target is None or (undone and undone.revision.same_as(target)):
        return None  # of one content: to the platform they are the same
    served = traffic.serving(view)
    if served and served.revision.same_as(target):
        return Outlook(how="there", target=target, about=SWITCH)
    if view.lacking:
        return Refusal("platform_gone", values(environment, way, target.deployment))
    return Outlook(how="create", target=target, about=_took(view, target))


def before(environment: Environment, view: View) -> Made | None:
    """What the platform brought out successfully before what serves now, whoever made it."""
    made = _undone(environment, view) or traffic.serving(view)
    return traffic.before(view, made) if made else None


def _while_busy(
    environment: Environment, way: WayBack, active: Made, view: View, consent: str | None
) -> Outlook | Refusal:
    """What is under way is stopped only where it is ours, or where a person has named it."""
    undone, target = _ends(environment, way, view)
    if (active.by_platform or _given_up(environment, active)) and active.revision.same_as(target):
        return Outlook(how="follow", target=active.revision, about=SWITCH, follows=active.id)
    ours = _given_up(environment, active) or (undone is not None and active.id == undone.id)
    if not (active.by_platform or ours or active.id == consent):
        return Refusal("platform_foreign", values(environment, way, active.id))
    back = active if active.by_platform else traffic.before(view, active)
    if target is None:
        return Refusal("platform_elsewhere", _elsewhere(environment, way, active, back))
    there = back is not None and back.revision.same_as(target)
    if view.lacking and not there:
        return Refusal("platform_gone", values(environment, way, target.deployment))
    if active.by_platform:
        return Outlook(how="onward", target=target, about=_took(view, target), follows=active.id)
    how = _past(environment, active, back, there=there, lacking=view.lacking)
    about = SWITCH if how == "stop" else _took(view, target)
    return Outlook(how=how, target=target, about=about, halts=active.id, consented=not ours)


def _past(environment: Environment, active: Made, back: Made | None, *, there: bool, lacking: bool) -> How:
    """How what is under way makes place. It goes back where that can be, but not again to what was rolled back."""
    if active.stands_by is False and not lacking:
        return "create"  # nothing is left to switch to
    if there:
        return "stop"
    barred = back is not None and any(back.revision.same_as(one.platform) for one in environment.barred)
    return "create" if back is None or (barred and active.stage == "kept") else "onward"


def _given_up(environment: Environment, active: Made) -> bool:
    """Whether it is the way back of a rollback of ours that a person has given up."""
    newest = environment.deployment
    return newest is not None and newest.order.kind == "rollback" and newest.order.ticket in active.description


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
    return traffic.own(newest, view) if newest else None


def _taken_for(way: WayBack, undone: Made | None, view: View) -> Reference | None:
    """What served directly before, where nothing of the target was kept: nothing was brought out since it went live."""
    if way.target.live_since is None:
        return None
    candidates = traffic.older(view, undone) if undone else iter(view.made)
    before = next((made for made in candidates if made.stage == "succeeded"), None)
    return before.revision if before and before.created_at <= way.target.live_since else None


def _took(view: View, target: Reference) -> timedelta | None:
    known = (view.find(target.deployment), *view.made)
    return next((made.took for made in known if made and made.took), None)


def _elsewhere(environment: Environment, way: WayBack, active: Made, back: Made | None) -> dict[str, Value]:
    """Where it would lead to stop it, since what the target was is not known."""
    leads = next((pull for pull, one in _known(environment) if back and back.revision.same_as(one)), None)
    return {**values(environment, way, active.id), "leads": leads, "back": back.id if back else None}


def _known(environment: Environment) -> Iterator[tuple[int, Reference]]:
    for revision in (*((environment.live,) if environment.live else ()), *environment.earlier):
        if revision.platform:
            yield revision.pull.number, revision.platform


def values(environment: Environment, way: WayBack, deployment: str) -> dict[str, Value]:
    """What a refusal names: both ends, and the platform's deployment that stands in the way."""
    return {
        "environment": environment.name,
        "undone": way.undone.pull.number,
        "target": way.target.pull.number,
        "deployment": deployment,
    }
