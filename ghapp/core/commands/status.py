"""`/status`: the live release, the obstacles and their ends, the line, the way back, and every precondition."""

from msgspec.structs import replace

from ghapp.core.commands import preconditions
from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.spec import CommandContext, Spec, answer
from ghapp.core.model.decision import Decision, Value
from ghapp.core.model.environment import Deployment, Environment, ManualRun, Release
from ghapp.core.model.facts import Facts, NeedPull
from ghapp.core.rules import freeze, obstacles, releases


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """An answer; nothing changes."""
    fact = facts.pull(ask.pull) if ask.pull else None
    concerned = (
        preconditions.concerned_environments(ask.environments, fact.pull, fact.base, facts, sha=fact.sha)
        if fact
        else ()
    )
    described: list[Value] = []
    for environment in ask.environments:
        case = (
            preconditions.Case(ask=replace(ask, environments=(environment,)), fact=fact, facts=facts) if fact else None
        )
        described.append({**_described(environment, ask), "rules": _rules(case) if environment in concerned else []})
    notice = answer(ask, ask.environments[0].config, "status", {"environments": described})
    return Decision(notices=(notice,), reaction="+1")


def _described(environment: Environment, ask: CommandContext) -> dict[str, Value]:
    live, back = environment.live, releases.rollback_path(environment)
    activity = environment.activity
    coming = freeze.next_window(environment.config, ask.now)
    return {
        "pull": ask.pull,
        "standing": [one.values for one in obstacles.obstacles(environment, ask.now)],
        "by_hand": [_by_hand(one) for one in releases.manual_runs(environment)],
        "maybe": _maybe(environment.deployment),
        "undone": back.undone.pull.number if back else live.pull.number if live else None,
        "until_over": _ends_first(environment, ask),
        "asks": environment.config.rollback is not None,
        "not_allowed": environment.config.not_allowed.target if environment.config.not_allowed else None,
        "target": back.target.pull.number if back else None,
        "back_title": back.target.pull.title if back else None,
        "way_back": activity.quick_rollback_until if activity and not activity.ending else None,
        "freeze_since": coming.since if coming else None,
        "freeze_reason": coming.reason if coming else "",
        "environment": environment.name,
        "live": live.pull.number if live else None,
        "title": live.pull.title if live else None,
        "unreleased": releases.unreleased(environment),
        "sha": live.sha[:7] if live else None,
        "since": live.live_since if live else None,
        "left": _left_behind(environment),
        "unfit": [releases.unfit_values(environment, release) for release in releases.unfit_releases(environment)],
        "waiting": [_waiting(release) for release in releases.waiting_line(environment)],
    }


def _ends_first(environment: Environment, ask: CommandContext) -> Value:
    """The attempt that has to end before a rollback; None if there is none."""
    refusal = obstacles.to_rollback(environment, ask.now)
    return refusal.values["name"] if refusal else None


def _maybe(newest: Deployment | None) -> dict[str, Value] | None:
    """The newest attempt to deploy, if it did not succeed but may be out."""
    if newest is None or newest.grant.kind == "rollback" or not newest.may_be_out:
        return None
    return {"name": newest.grant.name, "number": newest.grant.brings.pull.number, "reach": newest.reach}


def _by_hand(run: ManualRun) -> dict[str, Value]:
    return {"by": run.by, "cause": run.cause, "at": run.at, "url": run.run.url}


def _left_behind(environment: Environment) -> dict[str, Value] | None:
    """The revision that the newest attempt left behind or would leave; None if that attempt failed or was cancelled."""
    newest = environment.deployment
    if newest is None or newest.grant.left_behind is None or newest.phase in ("failed", "cancelled"):
        return None
    grant, behind = newest.grant, newest.grant.left_behind
    number = grant.brings.pull.number
    return {"number": number, "left": behind.pull.number, "by": grant.actor, "reason": behind.reason}


def _rules(case: preconditions.Case | None) -> list[Value]:
    """The result of every precondition for this pull request."""
    return [
        {
            "rule": one.rule,
            "state": "unchecked" if not one.checked else "no" if one.refusal else "yes",
            "code": one.refusal.code if one.refusal else None,
            "values": one.refusal.values if one.refusal else {},
            "earlier": case.environment.config.after.environment if case and case.environment.config.after else None,
        }
        for one in (preconditions.verdicts(case) if case else ())
    ]


def _waiting(release: Release) -> dict[str, Value]:
    return {"number": release.pull.number, "waiter": release.waiter, "title": release.pull.title}


SPEC = Spec(
    word="status",
    shape=Shape(usage="/status [environment]", environment=True),
    examples=("/status", "/status production"),
    about="all",
    who=lambda ask: "readers",
    needs=lambda said, here: (NeedPull(here),) if here else (),
    decide=decide,
)
