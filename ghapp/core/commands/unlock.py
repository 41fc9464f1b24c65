"""`/unlock`: ends cool-down, manual and rollback holds, or an attempt whose end is unknown. Never a run that acts."""

from collections.abc import Sequence

from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.spec import CommandContext, Spec, Who, announce, is_permitted, refuse
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.environment import Environment
from ghapp.core.model.facts import Facts
from ghapp.core.rules import lock, obstacles, releases
from ghapp.core.rules.obstacles import FILED, UNKNOWN, Obstacle, ObstacleStage

# the endings that have an answer of their own, which goes before the general ones
_CODES: dict[ObstacleStage, str] = {
    "kept": "unlocked_wait",
    "lost": "unlocked_lost",
    "unended": "unlocked_unended",
    "unasked": "unlocked_unasked",
}


def who(ask: CommandContext) -> Who:
    """The right to deploy is enough to end one's own holds, and if nothing is held; otherwise an unlocker is needed."""
    standing = [one for one in obstacles.obstacles(ask.environment, ask.now) if one.stage not in FILED]
    ends = obstacles.endable(standing) or standing
    return "deployers" if not ends or any(one.owned_by(ask.actor) for one in ends) else "unlockers"


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """End one's own holds; with a reason, an unlocker ends all and their holders get it. The answer lists the rest."""
    environment, standing = ask.environment, obstacles.obstacles(ask.environment, ask.now)
    if not standing:
        return refuse(ask, environment.config, Refusal("not_locked", {"environment": environment.name}))
    endable = obstacles.endable(standing)
    if not endable:
        return refuse(ask, environment.config, _acting(ask, standing[0]))
    if ask.invocation.reason and is_permitted("unlockers", ask, facts):
        stuck = [one for one in endable if one.stage == "stuck"]  # the rollback passes every other hold
        return _dropped(ask, stuck[0]) if stuck else _ended(ask, endable)
    own = [one for one in endable if one.owned_by(ask.actor)]
    if own:
        return _ended(ask, own)
    values = {**_values(endable[0]), "stands": [one.values for one in endable], "holders": _holders(endable)}
    return refuse(ask, environment.config, Refusal("reason_needed", values))


def _acting(ask: CommandContext, obstacle: Obstacle) -> Refusal:
    """The refusal for an obstacle that ends by itself or by another command; a freeze ends by the calendar."""
    activity = ask.environment.activity
    values = {**_values(obstacle), "url": _url(ask)}
    match obstacle.stage:
        case "freeze":
            return Refusal("frozen", values)
        case "config":
            return Refusal(obstacle.config.code if obstacle.config else "config_invalid", values)
        case "permission":
            return Refusal("not_granted", values)
        case "shifting":
            return Refusal("platform_under_way", {**values, "deployment": activity.deployment if activity else ""})
        case "rolling_back":
            return Refusal("rollback_under_way", values)
        case "overtaking":
            return Refusal("rollback_waits", values)
        case "cancelling":
            return Refusal("being_cancelled", values)
        case "ending":
            return Refusal("wait_ends", values)
        case _:
            return Refusal("run_under_way", values)


def _dropped(ask: CommandContext, obstacle: Obstacle) -> Decision:
    """Stop waiting for the overtaken attempt, whose end is not seen: an unlocker looked, and the rollback goes on."""
    environment, overtaken = ask.environment, ask.environment.overtaken
    assert overtaken
    grant, reason = overtaken.grant, ask.invocation.reason
    values: dict[str, Value] = {**_values(obstacle), "name": grant.name, "holder": grant.actor}
    notices = announce(ask, environment.config, "dropped", {**values, "pull": grant.leads_to, "reason": reason})
    entry = ask.entry("dropped", number=grant.number, why=reason)
    return Decision(changed=(lock.drop(environment),), notices=notices, entries=(entry,), reaction="+1")


def _ended(ask: CommandContext, ended: Sequence[Obstacle]) -> Decision:
    environment, reason = ask.environment, ask.invocation.reason
    for obstacle in ended:
        environment = _without(environment, obstacle, ask)
    still = [one for one in obstacles.obstacles(environment, ask.now) if one.stage != "ending"]
    others = [one for one in ended if not one.owned_by(ask.actor)]
    main = next((one for one in ended if one.stage in _CODES), None)
    whose = [main] if main else others
    values: dict[str, Value] = {
        **_values(main or next(iter(others), ended[0])),
        "reason": reason,
        "holders": _holders([one for one in whose if one in others]),
        "also": _holders([one for one in others if one not in whose]),
        "still": [one.values for one in still],
        "endable": len(obstacles.endable(still)),
    }
    notices = announce(ask, environment.config, _code(main, others), values)
    lost = any(obstacle.stage in UNKNOWN for obstacle in ended)
    entry = ask.entry("given_up" if lost else "unlocked", number=environment.number, why=reason)
    return Decision(changed=(environment,), notices=notices, entries=(entry,), reaction="+1")


def _without(environment: Environment, obstacle: Obstacle, ask: CommandContext) -> Environment:
    """Ending one hold never ends another."""
    match obstacle.stage:
        case "lost" | "unasked":
            return _given_up(environment, ask)
        case "unended":  # its number is over, and fences it
            return lock.expire(lock.drop(environment), ask.now)
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


def _given_up(environment: Environment, ask: CommandContext) -> Environment:
    """End an attempt of unknown outcome. A lost rollback may have gone back: the revision it undid is barred."""
    deployment, freed = environment.deployment, lock.force_end(environment, ask.now)
    return releases.take_back(freed, deployment.grant, done=False) if deployment else freed


def _code(main: Obstacle | None, others: Sequence[Obstacle]) -> str:
    """The code of the answer, which is also for the people whose holds were ended."""
    if main:
        return _CODES[main.stage]
    if not others:
        return "unlocked"
    return "unlocked_other" if [one.stage for one in others] == ["cooldown"] else "unlocked_holds"


def _values(obstacle: Obstacle) -> dict[str, Value]:
    return {**obstacle.values}


def _holders(ended: Sequence[Obstacle]) -> list[Value]:
    return list(dict.fromkeys(holder for one in ended for holder in one.holders))


def _url(ask: CommandContext) -> str:
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
        "not_granted",
        "config_invalid",
        "policy_unread",
        "policy_left",
        "owner_not_served",
        "run_under_way",
        "rollback_under_way",
        "rollback_waits",
        "platform_under_way",
        "being_cancelled",
        "wait_ends",
        "reason_needed",
    ),
    doors=("pull_request", "check_run", "slack", "board"),
)
