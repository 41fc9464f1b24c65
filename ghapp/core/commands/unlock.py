"""`/unlock`: ends a cool-down, or on an unlocker's word a deployment that nobody can find. Never a run under way."""

from ghapp.core import lock, obstacles
from ghapp.core.command import Ask, Spec, Who, answer, refused
from ghapp.core.decision import Decision, Refusal, Value
from ghapp.core.facts import Facts
from ghapp.core.grammar import Shape
from ghapp.core.obstacles import Obstacle


def who(ask: Ask) -> Who:
    """One's own cool-down needs no more than the right to deploy; anything else is an unlocker's."""
    obstacle = obstacles.first(ask.environment, ask.now)
    return "deployers" if obstacle is None or _own(ask, obstacle) else "unlockers"


def decide(ask: Ask, facts: Facts) -> Decision:
    """End what may be ended; somebody else's, or a lost one, only with a reason that they are told."""
    environment, obstacle = ask.environment, obstacles.first(ask.environment, ask.now)
    if obstacle is None:
        return refused(ask, environment.terms, Refusal("not_locked", {"environment": environment.name}))
    values: dict[str, Value] = {
        "environment": environment.name,
        "holder": obstacle.holder,
        "pull": obstacle.pull.number,
        "until": obstacle.until,
    }
    if obstacle.stage == "under_way":
        return refused(ask, environment.terms, Refusal("run_under_way", {**values, "url": _url(ask)}))
    if not ask.invocation.reason and not _own(ask, obstacle):
        return refused(ask, environment.terms, Refusal("reason_needed", values))
    return _ended(ask, obstacle, values)


def _ended(ask: Ask, obstacle: Obstacle, values: dict[str, Value]) -> Decision:
    environment, reason = ask.environment, ask.invocation.reason
    lost = obstacle.stage == "lost"
    freed = lock.force_end(environment, ask.now) if lost else lock.end_cooldown(environment, ask.now)
    code = "unlocked_lost" if lost else "unlocked"
    if not lost and not _own(ask, obstacle):
        code = "unlocked_other"
    told = answer(ask, environment.terms, code, {**values, "reason": reason})
    entry = ask.entry("unlocked", number=freed.number, why=reason)
    return Decision(changed=(freed,), notices=(told,), entries=(entry,), reaction="+1")


def _own(ask: Ask, obstacle: Obstacle) -> bool:
    return obstacle.stage == "cooldown" and obstacle.holder.lower() == ask.actor.lower()


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
)
