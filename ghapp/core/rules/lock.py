"""The lock: grants, holds, ends. The only maker of an `Grant`, and the only writer of number and hold."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.environment import (
    STRAYS_KEPT,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a grant is asked for: by whom, through which event, and what ships. `plan`: how a platform goes back.

    `nonce`: random, from outside; the grant's id is made of it, so that nobody can know its ticket beforehand.
    `revision` None: to what was never released here. `passes`: what was live between both ends of a rollback.
    """

    key: str
    nonce: str
    actor: str
    door: Door
    revision: Revision | None
    along: tuple[Pull, ...] = ()
    brings_back: tuple[Pull, ...] = ()
    leaves: LeftBehind | None = None
    passes: tuple[Revision, ...] = ()
    plan: RollbackPlan | None = None


def create(repository: Repository, name: str, config: EnvironmentConfig, now: datetime, *, above: int) -> Environment:
    """A new environment, free; its numbers start above the repository's highest, so that none is ever met twice."""
    return Environment(repository=repository, name=name, config=config, created_at=now, number=above)


def is_busy(environment: Environment) -> bool:
    """Whether something is under way or unknown: the attempt, the one it has overtaken, or the platform."""
    attempts = (environment.deployment, environment.overtaken)
    return environment.activity is not None or any(phases.is_busy(attempt) for attempt in attempts)


def is_stale(environment: Environment, number: int) -> bool:
    """Whether a number is over: a run that carries it must not be, unless it was overtaken and is followed."""
    overtaken = environment.overtaken.grant.number if environment.overtaken else None
    return number < environment.number and number != overtaken


def is_held(environment: Environment, now: datetime) -> bool:
    """Whether the deployment hold stands: while busy whatever the clock says, then until the cool-down is over."""
    if is_busy(environment):
        return True
    return environment.cooldown_until is not None and now < environment.cooldown_until


def left(environment: Environment, now: datetime) -> bool:
    """Whether it is gone from the config, and what it was accepted for is over: nothing can be done there any more."""
    return environment.gone is not None and not is_held(environment, now)


def grant(environment: Environment, claim: Claim, now: datetime) -> Environment:
    """Take the environment. Raises ValueError where it is held: callers ask `obstacles` first, this is the bolt."""
    if is_held(environment, now):
        raise ValueError(f"{environment.name} is held")
    grant = _granted(environment, "deploy", claim, now)
    taken = replace(environment, overtaken=None, free_since=None, cooldown_until=now + environment.config.lock)
    return replace(taken, number=grant.number, deployment=phases.accepted(grant))


def overtake(environment: Environment, claim: Claim, undoes: Revision, now: datetime) -> Environment:
    """Roll back: the number rises, which fences the run under way, and that one is followed to its end.

    Raises ValueError where a rollback is under way already, or something that was overtaken still is.
    A rollback has no cool-down; the hold that stays after it is another.
    """
    under_way = environment.deployment if phases.is_busy(environment.deployment) else None
    if under_way and under_way.phase == "accepted" and under_way.grant.kind == "deploy":
        under_way = None  # nothing was done for it, and now nothing will be
    if under_way and under_way.ending and under_way.grant.kind == "deploy":
        under_way = None  # its run has ended, and only how far that came is not read yet
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
    """Want the attempt under way ended. Where nothing was done for it, it has ended; else the runner ends it.

    `halts`: the platform's deployment that ends with it.

    Raises ValueError where nothing is under way, or somebody wants it already; whoever does not know what became of
    it (`lost`) has nothing to stop.
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
    """No longer wait for the end of what was overtaken. Its number is over: should it act, it is a stray."""
    if environment.overtaken is None:
        raise ValueError(f"nothing was overtaken on {environment.name}")
    return replace(environment, overtaken=None)


def ended(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    """Set what holds after an attempt that has ended: cool-down after success, at once after failure or cancel.

    However a rollback ends, a hold of its own stays, and what it undid is barred.
    """
    grant = deployment.grant
    if grant.kind == "rollback":
        return _after_rollback(environment, grant, now, in_vain=deployment.phase != "succeeded")
    if deployment.phase != "succeeded":
        return replace(environment, cooldown_until=now)
    until = max(grant.at + grant.config.lock, now + grant.config.cooldown)
    return replace(environment, cooldown_until=until)


def expire(environment: Environment, now: datetime) -> Environment:
    """End the holds whose time is over, each by itself. A busy environment is never freed here."""
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
    """Want the platform to keep the way back no longer, and no cool-down after it. It is free when it rests.

    Raises ValueError where it keeps none.
    """
    if environment.activity is None or environment.activity.stage != "kept":
        raise ValueError(f"nothing is kept on {environment.name}")
    ending = replace(environment.activity, ending="wanted", ending_since=now, ending_by=by)
    return replace(environment, activity=ending, cooldown_until=now)


def end_scaling(environment: Environment, now: datetime) -> Environment:
    """Wait no longer for what the platform deploys to instances that come or go: that goes on beside a release.

    Raises ValueError where it does not.
    """
    if environment.activity is None or environment.activity.stage != "scaling":
        raise ValueError(f"{environment.name} does not scale")
    return expire(replace(environment, activity=None, cooldown_until=now), now)


def force_end(environment: Environment, now: datetime) -> Environment:
    """Free an environment on a person's word, whatever it does. The number rises: whatever still runs is fenced, and a
    run that is known, though it could not be read, is told to end as soon as that is possible.
    """
    forced = replace(environment, number=environment.number + 1, activity=None, overtaken=None, cooldown_until=now)
    given_up = environment.deployment
    if given_up and phases.is_busy(given_up):
        far: Reach = "unknown" if given_up.run or given_up.phase == "lost" else given_up.reach
        forced = replace(forced, deployment=replace(given_up, phase="cancelled", since=now, reach=far))
        if given_up.run and given_up.grant.runner == "workflow":
            unexpected_run = UnexpectedRun(given_up.grant.number, given_up.run)
            forced = replace(forced, unexpected_runs=(*forced.unexpected_runs, unexpected_run)[-STRAYS_KEPT:])
        if given_up.grant.kind == "rollback":
            forced = _after_rollback(forced, given_up.grant, now, in_vain=True)
    return expire(forced, now)


def manual(environment: Environment, now: datetime) -> Hold | None:
    """The hold that was put by hand, as long as it stands."""
    hold = environment.manual
    return None if hold and hold.until and hold.until <= now else hold


def put_manual(environment: Environment, hold: Hold) -> Environment:
    """Hold it by hand. Raises ValueError where somebody else does; one's own is replaced. The number stays."""
    standing = manual(environment, hold.since)
    if standing and not {name.lower() for name in standing.holders} & {name.lower() for name in hold.holders}:
        raise ValueError(f"{environment.name} is locked by {', '.join(standing.holders)}")
    return replace(environment, manual=hold)


def next_nag(environment: Environment, now: datetime) -> datetime | None:
    """When the holder of a hold without an end is asked whether it is still needed, in working hours."""
    hold = manual(environment, now)
    if hold is None or hold.until is not None:
        return None
    return working_hours.from_then((hold.nagged_at or hold.since) + NAGGED_EVERY, environment.config.timezone)


def nagged(environment: Environment, now: datetime) -> Environment:
    """Note that its holder was asked."""
    assert environment.manual
    return replace(environment, manual=replace(environment.manual, nagged_at=now))


def end_manual(environment: Environment) -> Environment:
    """The hold that was put by hand ends, and no other."""
    return replace(environment, manual=None)


def not_in_vain(environment: Environment, grant: Grant) -> Environment:
    """A rollback turned out to have succeeded: the hold that follows it, where it still stands, says so."""
    hold = environment.after_rollback
    if hold is None or hold.reason != grant.name:
        return environment
    return replace(environment, after_rollback=replace(hold, in_vain=False))


def end_after_rollback(environment: Environment) -> Environment:
    """The hold after a rollback ends, and no other; what was undone stays barred."""
    return replace(environment, after_rollback=None)


def not_before(environment: Environment, now: datetime) -> datetime | None:
    """When the hold can end at the earliest; None where nobody can say."""
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
        release=undone.pull.number,
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
        brings_back=claim.brings_back,
        leaves=claim.leaves,
        runner="codedeploy" if claim.plan else "workflow",
        plan=claim.plan,
    )


def gave(name: str, ticket: str) -> int | None:
    """The number of a ticket, if it is one of this environment's; None: it is another's.

    Several environments may share a workflow's file, and each counts for itself.
    """
    number, _, opaque = ticket.partition(":")
    return int(number) if opaque.endswith(_mark(name, int(number))) else None


def _mark(name: str, number: int) -> str:
    """What every id that an environment gives out with a number ends in: it tells whose a ticket is, and no secret."""
    return hashlib.sha256(f"{name}/{number}".encode()).hexdigest()[:4]


def _opaque(environment: Environment, number: int, nonce: str) -> str:
    """One event may grant in several environments, and anew after a conflict: each grant has an id of its own."""
    if not nonce:
        raise ValueError("a grant without a nonce: its ticket could be guessed")
    drawn = hashlib.sha256(f"{nonce}/{environment.name}/{number}".encode()).hexdigest()[:12]
    return f"{drawn}{_mark(environment.name, number)}"
