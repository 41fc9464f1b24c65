"""`/unlock`: ends cool-down, manual and rollback holds; or a lost deployment, on an unlocker's word. Never a run."""

from collections.abc import Sequence

from ghapp.core import deployment as phases
from ghapp.core import lock, obstacles, releases
from ghapp.core.command import Ask, Spec, Who, announce, refused
from ghapp.core.decision import Decision, Refusal, Value
from ghapp.core.environment import Environment
from ghapp.core.facts import Facts
from ghapp.core.grammar import Shape
from ghapp.core.obstacles import ACTING, Obstacle


def who(ask: Ask) -> Who:
    """One's own holds need no more than the right to deploy; anything else is an unlocker's. A freeze is nobody's."""
    standing = obstacles.obstacles(ask.environment, ask.now)
    if phases.droppable(ask.environment.overtaken, ask.now):
        return "unlockers"
    own = all(_own(ask, obstacle) for obstacle in standing if obstacle.stage != "freeze")
    return "deployers" if own else "unlockers"


def decide(ask: Ask, facts: Facts) -> Decision:
    """End what may be ended; somebody else's, or a lost one, only with a reason that they are told."""
    environment, standing = ask.environment, obstacles.obstacles(ask.environment, ask.now)
    if not standing:
        return refused(ask, environment.terms, Refusal("not_locked", {"environment": environment.name}))
    if phases.droppable(environment.overtaken, ask.now):
        return _dropped(ask)
    endable = [obstacle for obstacle in standing if obstacle.stage not in (*ACTING, "freeze")]
    if not endable and standing[0].stage == "freeze":
        values = {**_values(ask, standing[0]), "reason": standing[0].reason}
        return refused(ask, environment.terms, Refusal("frozen", values))
    if not endable:
        return refused(ask, environment.terms, _acting(ask, standing[0]))
    others = [obstacle for obstacle in endable if not _own(ask, obstacle)]
    if others and not ask.invocation.reason:
        values = {**_values(ask, others[0]), "stage": others[0].stage}
        return refused(ask, environment.terms, Refusal("reason_needed", values))
    return _ended(ask, endable, others)


def _acting(ask: Ask, obstacle: Obstacle) -> Refusal:
    """What acts now ends by itself, or by another command."""
    deployment, activity = ask.environment.deployment, ask.environment.activity
    name = deployment.order.name if deployment else ""
    values = {**_values(ask, obstacle), "url": _url(ask), "by": obstacle.by, "name": name}
    if obstacle.stage == "shifting":
        return Refusal("platform_under_way", {**values, "deployment": activity.deployment if activity else ""})
    if obstacle.stage == "rolling_back":
        return Refusal("rollback_under_way", values)
    if obstacle.stage == "cancelling":
        return Refusal("being_cancelled", values)
    if obstacle.stage == "ending":
        return Refusal("wait_ends", values)
    return Refusal("run_under_way", values)


def _dropped(ask: Ask) -> Decision:
    """What a rollback waits for does not end, told by force long ago: an unlocker looked, and it goes on."""
    environment, overtaken = ask.environment, ask.environment.overtaken
    assert overtaken
    order = overtaken.order
    values: dict[str, Value] = {
        "environment": environment.name,
        "name": order.name,
        "pull": order.leads_to,
        "holder": order.actor,
        "reason": ask.invocation.reason,
        "stage": "stopping",
        "until": None,
    }
    if not ask.invocation.reason:
        return refused(ask, environment.terms, Refusal("reason_needed", values))
    entry = ask.entry("dropped", number=order.number, why=ask.invocation.reason)
    told = announce(ask, environment.terms, "dropped", values)
    return Decision(changed=(lock.drop(environment),), notices=told, entries=(entry,), reaction="+1")


def _ended(ask: Ask, endable: Sequence[Obstacle], others: Sequence[Obstacle]) -> Decision:
    environment, reason = ask.environment, ask.invocation.reason
    for obstacle in endable:
        environment = _without(environment, obstacle, ask)
    named = others[0] if others else endable[0]
    holders: list[Value] = list(dict.fromkeys(holder for other in others for holder in other.holders))
    still = obstacles.first(environment, ask.now)
    values = {**_values(ask, named), "reason": reason, "holders": holders, "still": still.stage if still else None}
    code = "unlocked_wait" if any(one.stage == "kept" for one in endable) else _code(others)
    told = announce(ask, environment.terms, code, values)
    lost = any(obstacle.stage == "lost" for obstacle in endable)
    entry = ask.entry("given_up" if lost else "unlocked", number=environment.number, why=reason)
    return Decision(changed=(environment,), notices=told, entries=(entry,), reaction="+1")


def _without(environment: Environment, obstacle: Obstacle, ask: Ask) -> Environment:
    """Ending one hold never ends another."""
    match obstacle.stage:
        case "lost" | "unasked":
            return _given_up(environment, ask)
        case "kept":
            return lock.end_wait(environment, ask.actor, ask.now)
        case "scaling":
            return lock.end_scaling(environment, ask.now)
        case "manual":
            return lock.end_manual(environment)
        case "rollback":
            return lock.end_after_rollback(environment)
        case _:
            return lock.end_cooldown(environment, ask.now)


def _given_up(environment: Environment, ask: Ask) -> Environment:
    """Nobody knows whether a lost rollback went back: what it undid is barred all the more."""
    deployment, freed = environment.deployment, lock.force_end(environment, ask.now)
    return releases.take_back(freed, deployment.order, done=False) if deployment else freed


def _code(others: Sequence[Obstacle]) -> str:
    """What the people whose holds were ended are told."""
    if not others:
        return "unlocked"
    known = {"lost": "unlocked_lost", "unasked": "unlocked_unasked", "cooldown": "unlocked_other"}
    return known.get(others[0].stage, "unlocked_holds") if len(others) == 1 else "unlocked_holds"


def _values(ask: Ask, obstacle: Obstacle) -> dict[str, Value]:
    return {
        "environment": ask.environment.name,
        "holder": obstacle.holder,
        "pull": obstacle.pull,
        "until": obstacle.until,
    }


def _own(ask: Ask, obstacle: Obstacle) -> bool:
    """What nobody knows the end of is nobody's own: whoever gives it up must say why."""
    return obstacle.stage not in ("lost", "unasked") and obstacle.belongs_to(ask.actor)


def _url(ask: Ask) -> str:
    deployment = ask.environment.deployment
    return deployment.run.url if deployment and deployment.run else ""


SPEC = Spec(
    word="unlock",
    shape=Shape(usage="/unlock [environment] [reason…]", environment=True, reason=True),
    examples=("/unlock", "/unlock production", "/unlock production checked with taro"),
    about="one",
    who=who,
    needs=lambda said, here: (),
    decide=decide,
    refusals=(
        "not_locked",
        "frozen",
        "run_under_way",
        "rollback_under_way",
        "platform_under_way",
        "being_cancelled",
        "wait_ends",
        "reason_needed",
    ),
    doors=("pull_request", "check_run", "slack"),
)
