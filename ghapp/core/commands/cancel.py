"""`/cancel`: ends the attempt under way, by its starter or an unlocker. A release that is out needs `/rollback`."""

from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.spec import CommandContext, Spec, Who, announce, refuse
from ghapp.core.config.model import same_login
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.environment import Deployment
from ghapp.core.model.facts import Facts, NeedPlatform
from ghapp.core.model.platform import PlatformDeployment, PlatformState
from ghapp.core.rollback import platform_state
from ghapp.core.rules import lock, obstacles, phases, releases, turns


def who(ask: CommandContext) -> Who:
    """One's own attempt takes the right it was started with; every reader gets the answer that there is none."""
    deployment = _under_way(ask)
    if deployment is None:
        return "readers"
    if not same_login(deployment.grant.actor, ask.actor):
        return "unlockers"
    return "rollbackers" if deployment.grant.kind == "rollback" else "deployers"


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """Request the end of the attempt. If no step was taken for it, it ends at once; else the runner ends it."""
    environment, deployment = ask.environment, _under_way(ask)
    if deployment is None:
        return refuse(ask, environment.config, _nothing(ask))
    values = _values(ask, deployment)
    if deployment.phase == "lost":
        return refuse(ask, environment.config, Refusal("cancel_lost", values))
    if deployment.stop:
        return refuse(ask, environment.config, Refusal("being_cancelled", {**values, "by": deployment.stop.by}))
    if deployment.grant.runner == "codedeploy":
        return refuse(ask, environment.config, Refusal("cancel_way_back", values))
    made = _moved_by(deployment, facts)
    if made and made.moved is not False and made.stage not in ("created", "ready"):
        return refuse(ask, environment.config, Refusal("too_late_to_cancel", {**values, "by": "", "stage": "shifting"}))
    stopped = lock.stop(environment, ask.actor, ask.now, halts=made.id if made else None)
    at_once = deployment.phase == "accepted"
    if at_once:
        stopped = turns.keep_turns_after_failure(
            releases.take_back(stopped, deployment.grant, done=False), deployment.grant, ask.now
        )
    notices = announce(ask, environment.config, "cancelled_at_once" if at_once else "cancelling", values)
    entry = ask.entry("cancel", number=environment.number, why=deployment.phase)
    return Decision(changed=(stopped,), notices=notices, entries=(entry,), reaction="+1")


def _moved_by(deployment: Deployment, facts: Facts) -> PlatformDeployment | None:
    """The platform's active deployment that the attempt created, if that is certain: it ends with the attempt."""
    place = deployment.grant.config.rollback
    if place is None or deployment.phase == "accepted":
        return None
    also = (deployment.platform.deployment,) if deployment.platform else ()
    view = facts.platform(NeedPlatform(place, also))
    made = platform_state.own_deployment(deployment, view) if isinstance(view, PlatformState) else None
    return made if made and made.active else None


def _under_way(ask: CommandContext) -> Deployment | None:
    deployment = ask.environment.deployment
    return deployment if phases.is_busy(deployment) else None


def _nothing(ask: CommandContext) -> Refusal:
    """The refusal without a busy attempt. After the run, traffic has moved or will by itself: then use `/rollback`.

    After a rollback that is over, the attempt it overtook may still be under way; its end is requested already.
    """
    obstacle = next((one for one in obstacles.obstacles(ask.environment, ask.now) if one.kind == "deployment"), None)
    if obstacle is None:
        return Refusal("nothing_to_cancel", {"environment": ask.environment.name})
    if obstacle.stage not in ("cancelling", "unended"):
        return Refusal("too_late_to_cancel", {**obstacle.values})
    overtaken = ask.environment.overtaken
    lost = overtaken is not None and overtaken.phase == "lost"
    return Refusal("cancel_lost" if lost else "being_cancelled", {**obstacle.values})


def _values(ask: CommandContext, deployment: Deployment) -> dict[str, Value]:
    grant = deployment.grant
    return {
        "environment": ask.environment.name,
        "name": grant.name,
        "pull": grant.leads_to,
        "holder": grant.actor,
    }


SPEC = Spec(
    word="cancel",
    shape=Shape(usage="/cancel [environment]", environment=True),
    examples=("/cancel", "/cancel production"),
    about="one",
    who=who,
    needs=lambda said, here: (),
    decide=decide,
    refusals=("nothing_to_cancel", "too_late_to_cancel", "cancel_lost", "being_cancelled", "cancel_way_back"),
)
