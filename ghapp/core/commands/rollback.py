"""`/rollback`: takes back the live release or the one under way, past cool-down and order, and names it beforehand."""

from collections.abc import Callable
from datetime import datetime, timedelta

from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.spec import CommandContext, Spec, accepted, is_permitted, may_start, refuse
from ghapp.core.config.model import CodeDeploy
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.environment import Deployment, Environment, Pull, Reference, Revision, RollbackPlan
from ghapp.core.model.facts import Facts, NeedComparison, NeedPlatform
from ghapp.core.model.platform import PlatformDenied
from ghapp.core.rollback import plan as rollback_plan
from ghapp.core.rollback.plan import Endpoints
from ghapp.core.rules import lock, obstacles, releases

Check = Callable[[CommandContext, Facts], Refusal | None]
SEEN_WITHIN = timedelta(minutes=1)  # until people have seen the end of a rollback, if they name no pull request


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """Check, then overtake. The number's comment states the undone revision and the target before the first step."""
    environment = ask.environment
    if refusal := next((refusal for check in CHECKS if (refusal := check(ask, facts))), None):
        return refuse(ask, environment.config, refusal)
    ends = _ends(ask, facts)
    if isinstance(ends, Refusal):
        return refuse(ask, environment.config, ends)
    if refusal := _not_there(ask, ends, facts):
        return refuse(ask, environment.config, refusal)
    plan = _foreseen(ask, ends, facts)
    if isinstance(plan, Refusal):
        return refuse(ask, environment.config, plan)
    claim = lock.Claim(
        key=ask.key,
        nonce=facts.nonce,
        actor=ask.actor,
        door=ask.door,
        revision=ends.target,
        brings_back=_named_again(environment, ends.target),
        passes=ends.passes,
        keeps=_kept(ends, facts),
        plan=plan,
    )
    taken = lock.overtake(environment, claim, ends.undone, ask.now)
    why = f"rollback of #{ends.undone.pull.number}"
    if plan and plan.consented:
        why += f", stops {plan.halts}, which is nobody's"
    entry = accepted(taken, ask.now, why)
    return Decision(changed=(taken,), entries=(entry,), reaction="rocket")


def _kept(ends: Endpoints, facts: Facts) -> tuple[str, ...]:
    """The commits among the undone ones that the target contains by Git's history: it does not take them back.

    Only a merge contains an earlier one, so that a rollback to an older release asks nothing.
    """
    target = ends.target
    if target is None:
        return ()
    asked = [one for one in (ends.undone, *ends.passes) if _merged_after(target, one)]
    facts.require(*(NeedComparison(target.sha, one.contained_in) for one in asked))
    return tuple(one.sha for one in asked if facts.comparison(target.sha, one.contained_in).contains_head)


def _merged_after(newer: Revision, older: Revision) -> bool:
    """Whether a revision was merged after another; False if the times are not remembered."""
    merged = {release.pull.number: release.merged_at for release in (*newer.releases, *older.releases)}
    second, first = merged.get(newer.pull.number), merged.get(older.pull.number)
    return first is not None and second is not None and second > first


def _named_again(environment: Environment, target: Revision | None) -> tuple[Pull, ...]:
    """The rolled back pull requests that come again: those of the target, which was named, and those it contains."""
    if target is None or (environment.live and environment.live.sha == target.sha):
        return ()
    barred, contained = (
        {one.pull.number for one in environment.barred},
        releases.brings_back(environment, target.pull.number),
    )
    own = (pull for pull in target.pulls if pull.number in barred)
    return tuple({pull.number: pull for pull in (*own, *contained)}.values())


def _ends(ask: CommandContext, facts: Facts) -> Endpoints | Refusal:
    """The undone revision and the target: a revision released here, else one that the platform served before."""
    environment, named = ask.environment, ask.invocation.target
    if back := releases.rollback_path(environment, named):
        kept = rollback_plan.kept(back.target.platform, environment.config.rollback)
        return Endpoints(undone=back.undone, target=back.target, reference=kept, passes=back.passes)
    undone, place = releases.first_of_all(environment), environment.config.rollback
    if named or undone is None or place is None:
        return _nowhere(ask)
    view = facts.platform(NeedPlatform(place, _spoken_of(environment, undone)))
    if isinstance(view, PlatformDenied):
        return _unseen(environment, place, view)
    return rollback_plan.unreleased(environment, undone, view) or _nowhere(ask)


def _not_there(ask: CommandContext, ends: Endpoints, facts: Facts) -> Refusal | None:
    """The workflow checks the target out: its commit must be in the repository, though its branch may have lost it."""
    environment, target = ask.environment, ends.target
    if environment.config.rollback or target is None or facts.has(target.sha):
        return None
    number, undone = target.pull.number, ends.undone.pull.number
    known = [one for one in _known(environment) if one not in (number, undone)]
    values: dict[str, Value] = {"environment": environment.name, "target": number, "undone": undone, "known": known}
    return Refusal("target_gone", {**values, "sha": target.sha[:7]})


def _foreseen(ask: CommandContext, ends: Endpoints, facts: Facts) -> RollbackPlan | Refusal | None:
    """The platform's plan, made before the first step. None: it knows no way, or the workflow rolls back."""
    environment, consent = ask.environment, ask.invocation.halt
    place = environment.config.rollback
    if place is None:
        return Refusal("platform_not_at", rollback_plan.values(environment, ends, consent)) if consent else None
    spoken_of = _spoken_of(environment, ends.undone, ends.reference)
    view = facts.platform(NeedPlatform(place, spoken_of, ends.reference))
    if isinstance(view, PlatformDenied):
        return _unseen(environment, place, view)
    return rollback_plan.plan_rollback(environment, ends, view, consent=consent)


def _unseen(environment: Environment, place: CodeDeploy, view: PlatformDenied) -> Refusal:
    if view.lacks:
        values = {"environment": environment.name, "repository": environment.repository.full_name}
        return Refusal("target_not_allowed", {**values, **view.lacks.as_values()})
    if view.claimed_by is None:
        return Refusal("platform_denied", {"environment": environment.name, "why": view.why})
    return Refusal(
        "target_claimed", {"environment": environment.name, "target": place.target, "other": view.claimed_by}
    )


def _spoken_of(environment: Environment, undone: Revision, target: Reference | None = None) -> tuple[str, ...]:
    """The ids of the platform's deployments that the rollback concerns."""
    newest = environment.deployment
    known = (target, undone.platform, newest.platform if newest else None)
    halted = [newest.halt.deployment] if newest and newest.halt else []
    return tuple(dict.fromkeys((*(one.deployment for one in known if one), *halted)))


def under_way(ask: CommandContext, facts: Facts) -> Refusal | None:
    """One rollback at a time: while one is under way, it is unknown which revision the next would undo."""
    return obstacles.to_rollback(ask.environment, ask.now)


def once(ask: CommandContext, facts: Facts) -> Refusal | None:
    """Of several people who want the same rollback, one gets it and the others an answer. With `to` there is no doubt.

    A command means the release that was live when it was typed: before a rollback's end it means that same rollback.
    """
    environment = ask.environment
    newest = environment.deployment
    if ask.invocation.target or newest is None or not _is_back(newest):
        return None
    unseen = SEEN_WITHIN if ask.pull is None else timedelta()
    before = ask.at < _known_since(newest) + unseen
    return _done(environment, newest) if before else taken_back(environment, ask.pull, ask.now)


def _known_since(newest: Deployment) -> datetime:
    """When its end was published: if its jobs were read late, messages asked people until then to try again."""
    return max(newest.since, newest.seen_at) if newest.grant.runner == "workflow" else newest.since


def meant(ask: CommandContext, facts: Facts) -> Refusal | None:
    """A command typed before a release was granted does not mean that release, unless on its own pull request."""
    environment, newest, undone = ask.environment, ask.environment.deployment, _now_undone(ask.environment)
    if ask.invocation.target or newest is None or newest.grant.kind != "deploy" or ask.at >= newest.grant.at:
        return None
    grant = newest.grant
    brought = (grant.brings.pull.number, *grant.carries)
    if undone is None or undone.pull.number not in brought or ask.pull in brought:
        return None
    values: dict[str, Value] = {"name": grant.name, "holder": grant.actor, "undone": undone.pull.number}
    return Refusal("released_since", {**_now(environment), **values})


def taken_back(environment: Environment, pull: int | None, now: datetime) -> Refusal | None:
    """The refusal if this pull request is being rolled back, or was by the newest attempt; else None."""
    newest = environment.deployment
    grant = newest.grant if newest else None
    if newest is None or grant is None or grant.undoes is None:
        return None
    if pull not in (grant.undoes.pull.number, *(one.number for one in grant.takes_along)):
        return None
    return _done(environment, newest) if _is_back(newest) else obstacles.to_rollback(environment, now)


def elsewhere(ask: CommandContext, facts: Facts) -> Refusal | None:
    """On a pull request that is neither live nor under way, a command without `to` is ambiguous."""
    environment, number = ask.environment, ask.pull
    undone = _now_undone(environment)
    if ask.invocation.target or undone is None or number is None or number in releases.involved(environment):
        return None
    barred = any(one.pull.number == number for one in environment.barred)
    values: dict[str, Value] = {"number": number, "barred": int(barred), "undone": undone.pull.number}
    return Refusal("rollback_elsewhere", {**values, **_now(environment)})


def _done(environment: Environment, newest: Deployment) -> Refusal:
    grant = newest.grant
    assert grant.undoes
    values: dict[str, Value] = {"name": grant.name, "holder": grant.actor, "number": grant.undoes.pull.number}
    undone = _now_undone(environment)
    return Refusal(
        "rolled_back_already", {**values, **_now(environment), "undone": undone.pull.number if undone else None}
    )


def _is_back(attempt: Deployment) -> bool:
    return attempt.grant.kind == "rollback" and attempt.phase == "succeeded"


def _now_undone(environment: Environment) -> Revision | None:
    back = releases.rollback_path(environment)
    return back.undone if back else releases.first_of_all(environment)


def _now(environment: Environment) -> dict[str, Value]:
    """The live release, and the target of a rollback."""
    live, back = environment.live, releases.rollback_path(environment)
    return {
        "environment": environment.name,
        "live": live.pull.number if live else releases.unreleased(environment),
        "target": back.target.pull.number if back else None,
    }


def held(ask: CommandContext, facts: Facts) -> Refusal | None:
    """A rollback passes every obstacle but another person's manual hold, which an unlocker passes too."""
    standing = obstacles.obstacles(ask.environment, ask.now)
    hold = next((one for one in standing if one.kind == "manual" and one.holds_back(ask.actor)), None)
    if hold is None or is_permitted("unlockers", ask, facts):
        return None
    values: dict[str, Value] = {"environment": ask.environment.name, "holder": hold.holder}
    return Refusal("rollback_held", {**values, "reason": hold.reason})


def startable(ask: CommandContext, facts: Facts) -> Refusal | None:
    """Without a platform the workflow rolls back, so the App needs the permission to start it."""
    return may_start(ask.environment, facts) if ask.environment.config.rollback is None else None


def _nowhere(ask: CommandContext) -> Refusal:
    environment, target = ask.environment, ask.invocation.target
    if target is None:
        return Refusal("nothing_before", {"environment": environment.name})
    if environment.live and environment.live.pull.number == target:
        since = environment.live.live_since
        return Refusal("already_live", {"environment": environment.name, "number": target, "since": since})
    values: dict[str, Value] = {"environment": environment.name, "number": target}
    return Refusal("never_live", {**values, "known": _known(environment)})


def _known(environment: Environment) -> list[Value]:
    """The pull requests that `to` can name, newest first."""
    return list(dict.fromkeys(revision.pull.number for revision in environment.earlier))


CHECKS: tuple[Check, ...] = (under_way, once, meant, elsewhere, held, startable)

SPEC = Spec(
    word="rollback",
    shape=Shape(usage="/rollback [environment] [to #pr] [stop d-id]", environment=True, target=True),
    examples=("/rollback", "/rollback production", "/rollback production to #41", "/rollback production stop d-X1Y2Z3"),
    about="one",
    who=lambda ask: "rollbackers",
    needs=lambda said, here: (),
    decide=decide,
    refusals=(
        "rolling_back",
        "rollback_behind",
        "rolled_back_already",
        "released_since",
        "rollback_elsewhere",
        "rollback_held",
        "nothing_before",
        "target_gone",
        "never_live",
        "already_live",
        "platform_denied",
        "target_not_allowed",
        "target_claimed",
        "platform_foreign",
        "platform_scaling",
        "platform_stack",
        "platform_not_at",
        "platform_elsewhere",
        "platform_gone",
    ),
    doors=("pull_request", "check_run", "slack", "board"),
)
