"""A deployment's own events: intent, evidence, and time."""

from dataclasses import replace
from datetime import datetime

from ghapp.core import deployment as phases
from ghapp.core import lock, releases
from ghapp.core.arms.current import Documents, readable
from ghapp.core.decision import Decision, Entry, Notice, Place, Value
from ghapp.core.environment import Deployment, Environment, Order
from ghapp.core.events import Intended, RunChanged, Seen, Tick
from ghapp.core.workflow_run import named


def run_changed(event: RunChanged, documents: Documents, now: datetime) -> Decision:
    """GitHub says that a run moved: evidence for the deployment it belongs to, if it is one of ours."""
    for environment in readable(documents):
        for deployment in (environment.deployment, environment.overtaken):
            if deployment and event.attempt == 1 and _ours(deployment, event):
                number = deployment.order.number
                seen = Seen(environment=environment.name, number=number, sight=event.sight, run=event.run)
                return observed(seen, documents, now)
    return Decision()


def observed(seen: Seen, documents: Documents, now: datetime) -> Decision:
    """A runner's evidence about one number: the newest, or the one it has overtaken. Any other is past."""
    environment = documents.get(seen.environment)
    if not isinstance(environment, Environment):
        return Decision()
    newest, overtaken = environment.deployment, environment.overtaken
    if newest and newest.order.number == seen.number:
        environment = replace(environment, activity=seen.activity) if seen.activity else environment
        return _moved(environment, phases.advance(newest, seen, now), now, why=seen.detail, seen=seen)
    if overtaken and overtaken.order.number == seen.number:
        return _overtaken_moved(environment, overtaken, phases.advance(overtaken, seen, now), now)
    return Decision()


def intended(event: Intended, documents: Documents, now: datetime) -> Decision:
    """Whoever records this change is the one that starts the run. Nothing starts beside what it has overtaken."""
    environment = documents.get(event.environment)
    if not isinstance(environment, Environment) or environment.deployment is None:
        return Decision()
    deployment = environment.deployment
    if deployment.phase != "accepted" or deployment.order.number != event.number:
        return Decision()
    if phases.busy(environment.overtaken):
        return Decision()
    started = replace(environment, deployment=phases.intended(deployment, now))
    return Decision(changed=(started,), entries=(_entry(deployment.order, "starting", now),))


def ticked(event: Tick, documents: Documents, now: datetime) -> Decision:
    """Time: an unknown outcome becomes known as lost, and a hold whose time is over ends."""
    environment = documents.get(event.environment)
    if not isinstance(environment, Environment):
        return Decision()
    overtaken, deployment = environment.overtaken, environment.deployment
    if overtaken and phases.busy(overtaken):
        return _overtaken_moved(environment, overtaken, phases.expire(overtaken, now), now)
    if deployment and phases.busy(deployment):
        return _moved(environment, phases.expire(deployment, now), now)
    return _expired(environment, now)


def _expired(environment: Environment, now: datetime) -> Decision:
    """It may not change, and is looked at all the same: somebody's turn may have come."""
    after, deployment = lock.expire(environment, now), environment.deployment
    ends = []
    if deployment and after.free_since != environment.free_since:
        ends.append(_entry(deployment.order, "freed", now, actor="ghapp"))
    if environment.manual and not after.manual:
        ends.append(_hold_over(environment, now))
    return Decision(changed=(after,), entries=tuple(ends))


def _overtaken_moved(environment: Environment, before: Deployment, overtaken: Deployment, now: datetime) -> Decision:
    """What was overtaken is followed to its end, so that what comes after it starts on firm ground."""
    over = not phases.busy(overtaken)
    environment = replace(environment, overtaken=None if over else overtaken)
    moved = overtaken.phase != before.phase
    entries = (_entry(overtaken.order, f"overtaken_{overtaken.phase}", now),) if moved else ()
    return Decision(changed=(environment,), entries=entries)


def _moved(
    environment: Environment, deployment: Deployment, now: datetime, why: str = "", seen: Seen | None = None
) -> Decision:
    before = environment.deployment
    assert before is not None
    if seen and not seen.activity and environment.activity and not phases.busy(deployment):
        environment = lock.expire(replace(environment, activity=None), now)
    environment = replace(environment, deployment=deployment)
    if deployment.phase == before.phase:
        return Decision(changed=(environment,))
    if deployment.phase in phases.ENDED:
        environment = _ended(environment, deployment, now)
    return Decision(
        changed=(environment,),
        entries=(_entry(deployment.order, deployment.phase, now, why=why or deployment.rejected or ""),),
        notices=_bad_news(environment, deployment, now),
    )


def _ended(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    order = deployment.order
    if deployment.phase == "succeeded":
        environment = releases.made_live(environment, deployment, now)
    if order.kind == "rollback" and order.undoes:
        environment = releases.bar(environment, order.undoes)
    return lock.expire(lock.ended(environment, deployment, now), now)


def _bad_news(environment: Environment, deployment: Deployment, now: datetime) -> tuple[Notice, ...]:
    """Edits notify nobody: what needs a person is said anew, to whoever asked, where they asked and in Slack."""
    if deployment.phase not in ("failed", "cancelled", "lost"):
        return ()
    order, terms = deployment.order, deployment.order.terms
    number = order.revision.pull.number
    values: dict[str, Value] = {
        "environment": environment.name,
        "name": order.name,
        "number": number,
        "title": order.revision.pull.title,
        "actor": order.actor,
        "url": deployment.run.url if deployment.run else None,
        "detail": deployment.rejected,
    }
    places = {"pull": Place(pull=number), "channel": Place(channel=terms.channel)}
    if not terms.channel:
        del places["channel"]
    return tuple(
        Notice(
            id=f"{environment.repository.id}/{order.name}/{deployment.phase}/{where}",
            repository=environment.repository,
            place=place,
            code=deployment.phase,
            values=values,
            terms=terms,
            at=now,
        )
        for where, place in places.items()
    )


def _ours(deployment: Deployment, event: RunChanged) -> bool:
    if deployment.run is not None:
        return deployment.run.id == event.run.id
    order = deployment.order
    if event.path.rsplit("/", 1)[-1].split("@")[0] != order.terms.workflow:
        return False
    return named(order, event.title)


def _entry(order: Order, what: str, now: datetime, *, actor: str | None = None, why: str = "") -> Entry:
    return Entry(
        at=now,
        what=what,
        environment=order.environment,
        actor=actor or order.actor,
        door="timer" if actor else order.door,
        number=order.number,
        sha=order.revision.sha,
        why=why,
    )


def _hold_over(environment: Environment, now: datetime) -> Entry:
    assert environment.manual is not None
    return Entry(
        at=now,
        what="hold_over",
        environment=environment.name,
        actor=environment.manual.holders[0],
        door="timer",
        why=environment.manual.reason,
    )
