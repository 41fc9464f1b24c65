"""The lock: grants, holds, ends. The only maker of an `Order`, and the only writer of number and hold."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from ghapp.core import deployment as phases
from ghapp.core.config import Terms
from ghapp.core.environment import Deployment, Door, Environment, Order, Repository, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a grant is asked for: by whom, through which event, and what ships."""

    key: str
    actor: str
    door: Door
    revision: Revision
    carries: tuple[int, ...] = ()


def create(repository: Repository, name: str, terms: Terms, now: datetime, *, above: int) -> Environment:
    """A new environment, free; its numbers start above the repository's highest, so that none is ever met twice."""
    return Environment(repository=repository, name=name, terms=terms, created_at=now, number=above)


def held(environment: Environment, now: datetime) -> bool:
    """Whether the deployment hold stands: while busy whatever the clock says, then until the cool-down is over."""
    if phases.busy(environment.deployment):
        return True
    return environment.cooldown_until is not None and now < environment.cooldown_until


def grant(environment: Environment, claim: Claim, now: datetime) -> Environment:
    """Take the environment. Raises ValueError where it is held: callers ask `obstacles` first, this is the bolt."""
    if held(environment, now):
        raise ValueError(f"{environment.name} is held")
    number = environment.number + 1
    order = Order(
        number=number,
        id=_opaque(environment, number, claim.key),
        key=claim.key,
        environment=environment.name,
        kind="deploy",
        revision=claim.revision,
        actor=claim.actor,
        door=claim.door,
        at=now,
        carries=claim.carries,
        terms=environment.terms,
    )
    return replace(
        environment,
        number=number,
        deployment=phases.accepted(order),
        cooldown_until=now + environment.terms.lock,
        free_since=None,
    )


def cooled(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    """Set the hold's end for a run that has ended: cool-down after success, at once after failure or cancel."""
    if deployment.phase != "succeeded":
        return replace(environment, cooldown_until=now)
    terms = deployment.order.terms
    until = max(deployment.order.at + terms.lock, now + terms.cooldown)
    return replace(environment, cooldown_until=until)


def expire(environment: Environment, now: datetime) -> Environment:
    """End a hold whose time is over. A busy environment is never freed here."""
    if environment.cooldown_until is None or held(environment, now):
        return environment
    return replace(environment, cooldown_until=None, free_since=now)


def end_cooldown(environment: Environment, now: datetime) -> Environment:
    """Free an environment that only cools down."""
    return expire(replace(environment, cooldown_until=now), now)


def force_end(environment: Environment, now: datetime) -> Environment:
    """Free an environment whose deployment is lost, on a person's word. The number rises: the old run is fenced."""
    assert environment.deployment is not None
    ended = replace(environment.deployment, phase="cancelled", since=now)
    forced = replace(environment, number=environment.number + 1, deployment=ended, cooldown_until=now)
    return expire(forced, now)


def not_before(environment: Environment, now: datetime) -> datetime | None:
    """When the hold can end at the earliest; None where nobody can say."""
    until = environment.cooldown_until
    return until if until and until > now else None


def _opaque(environment: Environment, number: int, key: str) -> str:
    seed = f"{environment.repository.id}/{environment.name}/{number}/{key}"
    return hashlib.sha256(seed.encode()).hexdigest()[:16]
