"""The lock: grants, holds, ends. Only this module makes a `Grant` and writes number and hold."""

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.environment import (
    UNEXPECTED_RUNS_KEPT,
    Deployment,
    Door,
    Environment,
    Grant,
    HaltRequest,
    Hold,
    Kind,
    LeftBehind,
    Pull,
    Reach,
    Repository,
    Revision,
    RollbackPlan,
    StopRequest,
    UnexpectedRun,
)
from ghapp.core.rules import phases, working_hours

NAGGED_EVERY = timedelta(hours=3)


class Claim(Struct, frozen=True, kw_only=True):
    """A request for a grant: its actor, its event and the revision to ship. `plan`: how a platform goes back.

    `nonce`: random, from outside; the grant's id is derived from it, so that its ticket cannot be known beforehand.
    `revision` None: a target that was never released here. `passes`: the revisions that were live between both ends of
    a rollback; `keeps`: the commits of those, and of the undone one, that its target contains.
    """

    key: str
    nonce: str
    actor: str
    door: Door
    revision: Revision | None
    along: tuple[Pull, ...] = ()
    brings_back: tuple[Pull, ...] = ()
    left_behind: LeftBehind | None = None
    passes: tuple[Revision, ...] = ()
    keeps: tuple[str, ...] = ()
    plan: RollbackPlan | None = None


def create(repository: Repository, name: str, config: EnvironmentConfig, now: datetime, *, above: int) -> Environment:
    """A free environment; its numbers start above the repository's highest, so that no number occurs twice."""
    return Environment(repository=repository, name=name, config=config, created_at=now, number=above)


def is_busy(environment: Environment) -> bool:
    """Whether the attempt, the one it has overtaken or the platform is under way or unknown."""
    attempts = (environment.deployment, environment.overtaken)
    return environment.activity is not None or any(phases.is_busy(attempt) for attempt in attempts)


def is_stale(environment: Environment, number: int) -> bool:
    """Whether a number is over: no run may carry it any more, unless it was overtaken and is followed."""
    overtaken = environment.overtaken.grant.number if environment.overtaken else None
    return number < environment.number and number != overtaken


def is_held(environment: Environment, now: datetime) -> bool:
    """Whether the deployment hold stands: while busy regardless of the clock, then until the cool-down is over."""
    if is_busy(environment):
        return True
    return environment.cooldown_until is not None and now < environment.cooldown_until


def is_removed(environment: Environment, now: datetime) -> bool:
    """Whether it is gone from the config and no longer held: no command works there any more."""
    return environment.gone is not None and not is_held(environment, now)


def grant(environment: Environment, claim: Claim, now: datetime) -> Environment:
    """Take the environment. Raises ValueError if it is held: callers ask `obstacles` first, this is the safeguard."""
    if is_held(environment, now):
        raise ValueError(f"{environment.name} is held")
    grant = _granted(environment, "deploy", claim, now)
    taken = replace(environment, overtaken=None, free_since=None, cooldown_until=now + environment.config.lock)
    return replace(taken, number=grant.number, deployment=phases.accepted(grant))


def overtake(environment: Environment, claim: Claim, undoes: Revision, now: datetime) -> Environment:
    """Roll back: the number rises, which fences the run under way, and that run is followed to its end.

    Raises ValueError if a rollback is under way already, or an overtaken attempt still is. A rollback has no cool-down;
    the hold that stays after it is another.
    """
    under_way = environment.deployment if phases.is_busy(environment.deployment) else None
    if under_way and under_way.phase == "accepted" and under_way.grant.kind == "deploy":
        under_way = None  # no step was taken for it, and none will be
    if under_way and under_way.ending and under_way.grant.kind == "deploy":
        under_way = None  # its run has ended, and only its jobs are still unread
    if phases.is_busy(environment.overtaken) or (under_way and under_way.grant.kind == "rollback"):
        raise ValueError(f"{environment.name} is being rolled back already")
    grant = replace(_granted(environment, "rollback", claim, now), undoes=undoes)
    if under_way:
        under_way = replace(under_way, stop=under_way.stop or StopRequest(claim.actor, now))
    taken = replace(environment, overtaken=under_way, free_since=None, cooldown_until=None)
    accepted = phases.accepted(grant)
    if grant.plan and grant.plan.halts:
        accepted = replace(accepted, halt=HaltRequest(grant.plan.halts))
    return replace(taken, number=grant.number, deployment=accepted)


def stop(environment: Environment, by: str, now: datetime, *, halts: str | None = None) -> Environment:
    """Request the end of the attempt under way. If no step was taken for it, it ends at once; else the runner ends it.

    `halts`: the platform's deployment that ends with it.

    Raises ValueError if nothing is under way, if a stop was requested already, or if the attempt is `lost`.
    """
    deployment = environment.deployment
    if deployment is None or not phases.is_busy(deployment) or deployment.phase == "lost" or deployment.stop:
        raise ValueError(f"there is nothing to stop on {environment.name}")
    wanted = replace(deployment, stop=StopRequest(by, now), halt=HaltRequest(halts) if halts else None)
    if wanted.phase != "accepted":
        return replace(environment, deployment=wanted)
    over = replace(wanted, phase="cancelled", since=now)
    return expire(ended(replace(environment, deployment=over), over, now), now)


def drop(environment: Environment) -> Environment:
    """Stop waiting for the end of the overtaken attempt. Its number is over: if it acts, it is an unexpected run."""
    if environment.overtaken is None:
        raise ValueError(f"nothing was overtaken on {environment.name}")
    return replace(environment, overtaken=None)


def ended(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    """Set the hold that follows an ended attempt: cool-down after success, none after failure or cancel.

    However a rollback ends, a hold of its own stays, and the undone revision is barred.
    """
    grant = deployment.grant
    if grant.kind == "rollback":
        return _after_rollback(environment, grant, now, in_vain=deployment.phase != "succeeded")
    if deployment.phase != "succeeded":
        return replace(environment, cooldown_until=now)
    until = max(grant.at + grant.config.lock, now + grant.config.cooldown)
    return replace(environment, cooldown_until=until)


def expire(environment: Environment, now: datetime) -> Environment:
    """End each hold whose time is over. Never frees a busy environment."""
    environment = replace(environment, manual=manual(environment, now))
    if environment.free_since is not None or environment.deployment is None or is_held(environment, now):
        return environment
    return replace(environment, cooldown_until=None, free_since=now)


def end_cooldown(environment: Environment, now: datetime) -> Environment:
    """Free an environment that only cools down; the other holds stay."""
    if is_busy(environment):
        raise ValueError(f"{environment.name} is busy")
    return expire(replace(environment, cooldown_until=now), now)


def end_wait(environment: Environment, by: str, now: datetime) -> Environment:
    """Request that the platform ends its termination wait, without a cool-down after it. The environment is free when
    the platform is idle.

    Raises ValueError if the platform keeps nothing.
    """
    if environment.activity is None or environment.activity.stage != "kept":
        raise ValueError(f"nothing is kept on {environment.name}")
    ending = replace(environment.activity, ending="wanted", ending_since=now, ending_by=by)
    return replace(environment, activity=ending, cooldown_until=now)


def end_scaling(environment: Environment, now: datetime) -> Environment:
    """Stop waiting for the platform's deployments to instances that come or go: they continue beside a release.

    Raises ValueError if there is none.
    """
    if environment.activity is None or environment.activity.stage != "scaling":
        raise ValueError(f"{environment.name} does not scale")
    return expire(replace(environment, activity=None, cooldown_until=now), now)


def force_end(environment: Environment, now: datetime) -> Environment:
    """Free an environment on a person's command, in any phase. The number rises, which fences a run that goes on. A
    known workflow run is kept as an unexpected run, to be cancelled as soon as that is possible.
    """
    forced = replace(environment, number=environment.number + 1, activity=None, overtaken=None, cooldown_until=now)
    given_up = environment.deployment
    if given_up and phases.is_busy(given_up):
        far: Reach = "unknown" if given_up.run or given_up.phase == "lost" else given_up.reach
        forced = replace(forced, deployment=replace(given_up, phase="cancelled", since=now, reach=far, given_up=True))
        if given_up.run and given_up.grant.runner == "workflow":
            unexpected_run = UnexpectedRun(given_up.grant.number, given_up.run)
            forced = replace(forced, unexpected_runs=(*forced.unexpected_runs, unexpected_run)[-UNEXPECTED_RUNS_KEPT:])
        if given_up.grant.kind == "rollback":
            forced = _after_rollback(forced, given_up.grant, now, in_vain=True)
    return expire(forced, now)


def manual(environment: Environment, now: datetime) -> Hold | None:
    """The manual hold, if it has not expired."""
    hold = environment.manual
    return None if hold and hold.until and hold.until <= now else hold


def put_manual(environment: Environment, hold: Hold) -> Environment:
    """Set the manual hold. Raises ValueError if it is another person's; one's own is replaced. The number stays."""
    standing = manual(environment, hold.since)
    if standing and not {name.lower() for name in standing.holders} & {name.lower() for name in hold.holders}:
        raise ValueError(f"{environment.name} is locked by {', '.join(standing.holders)}")
    return replace(environment, manual=hold)


def next_nag(environment: Environment, now: datetime) -> datetime | None:
    """When to ask the holder of a manual hold without an end whether it is still needed, in working hours."""
    hold = manual(environment, now)
    if hold is None or hold.until is not None:
        return None
    return working_hours.from_then((hold.nagged_at or hold.since) + NAGGED_EVERY, environment.config.timezone)


def nagged(environment: Environment, now: datetime) -> Environment:
    """Record that its holder was asked."""
    assert environment.manual
    return replace(environment, manual=replace(environment.manual, nagged_at=now))


def end_manual(environment: Environment) -> Environment:
    """End the manual hold only."""
    return replace(environment, manual=None)


def not_in_vain(environment: Environment, grant: Grant) -> Environment:
    """Mark the hold after a rollback, if it still stands: that rollback has succeeded after all."""
    hold = environment.after_rollback
    if hold is None or hold.reason != grant.name:
        return environment
    return replace(environment, after_rollback=replace(hold, in_vain=False))


def end_after_rollback(environment: Environment) -> Environment:
    """End the hold after a rollback only; the undone revision stays barred."""
    return replace(environment, after_rollback=None)


def not_before(environment: Environment, now: datetime) -> datetime | None:
    """The earliest moment at which the deployment hold can be over; None if it is unknown."""
    ends = (environment.cooldown_until, environment.activity.busy_until if environment.activity else None)
    coming = [end for end in ends if end and end > now]
    return max(coming, default=None)


def _after_rollback(environment: Environment, grant: Grant, now: datetime, *, in_vain: bool) -> Environment:
    undone = grant.undoes
    assert undone is not None
    hold = Hold(
        kind="rollback",
        holders=tuple(dict.fromkeys((grant.actor, undone.pull.author))),
        reason=grant.name,
        since=now,
        pull=undone.pull.number,
        in_vain=in_vain,
    )
    return replace(environment, after_rollback=hold, cooldown_until=now)


def _granted(environment: Environment, kind: Kind, claim: Claim, now: datetime) -> Grant:
    number = environment.number + 1
    return Grant(
        number=number,
        id=_opaque(environment, number, claim.nonce),
        key=claim.key,
        environment=environment.name,
        kind=kind,
        revision=claim.revision,
        actor=claim.actor,
        door=claim.door,
        at=now,
        along=claim.along,
        config=environment.config.of_a_deployment,
        passes=claim.passes,
        keeps=claim.keeps,
        brings_back=claim.brings_back,
        left_behind=claim.left_behind,
        runner="codedeploy" if claim.plan else "workflow",
        plan=claim.plan,
    )


def number_of_ticket(name: str, ticket: str) -> int | None:
    """The number of a ticket of this environment; None for a ticket of another one.

    Several environments may share a workflow's file, and each counts for itself.
    """
    number, _, opaque = ticket.partition(":")
    return int(number) if opaque.endswith(_mark(name, int(number))) else None


def _mark(name: str, number: int) -> str:
    """The suffix of all ids that an environment issues with a number: it names the environment, and is no secret."""
    return hashlib.sha256(f"{name}/{number}".encode()).hexdigest()[:4]


def _opaque(environment: Environment, number: int, nonce: str) -> str:
    """One event may grant in several environments, and again after a conflict: each grant has an id of its own."""
    if not nonce:
        raise ValueError("a grant without a nonce: its ticket could be guessed")
    drawn = hashlib.sha256(f"{nonce}/{environment.name}/{number}".encode()).hexdigest()[:12]
    return f"{drawn}{_mark(environment.name, number)}"
