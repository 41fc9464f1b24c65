"""Notices about a run that a rollback has overtaken: no end of it is seen, or it has ended."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.handlers.notices import news, to_pull_and_channel
from ghapp.core.model.decision import Notice, Value
from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.rules import phases

WithNotices = tuple[Environment, tuple[Notice, ...]]


def overtaken_notices(environment: Environment, overtaken: Deployment, now: datetime) -> WithNotices:
    """The notices, and the environment that records them as sent."""
    newest = environment.deployment
    if newest is None or overtaken.stop is None:
        return environment, ()
    if not phases.is_busy(overtaken):
        return environment, _ended(environment, newest, overtaken, now)
    if overtaken.stop.said or not phases.droppable(overtaken, now):
        return environment, ()
    return replace(environment, overtaken=phases.stop_said(overtaken)), _unseen(environment, newest, overtaken, now)


def _unseen(environment: Environment, newest: Deployment, overtaken: Deployment, now: datetime) -> tuple[Notice, ...]:
    """The rollback now waits for a person: its actor is notified once."""
    code = "rollback_stuck" if phases.is_busy(newest) else "overtaken_unended"
    return to_pull_and_channel(news(environment, newest, code, _overtaken_values(overtaken), now))


def _ended(environment: Environment, newest: Deployment, overtaken: Deployment, now: datetime) -> tuple[Notice, ...]:
    """A person who cancelled the run before, or asks after the rollback is over, was promised a notice of its end."""
    assert overtaken.stop
    goes_on = phases.is_busy(newest)
    if goes_on and overtaken.stop.at >= newest.grant.at:
        return ()
    back: dict[str, Value] = {"back": newest.grant.name, "by": newest.grant.actor, "target": newest.grant.leads_to}
    more = {**_overtaken_values(overtaken), "phase": overtaken.phase, **(back if goes_on else {"back": None})}
    notices = to_pull_and_channel(news(environment, overtaken, "overtaken_ended", more, now))
    if overtaken.stop.by == overtaken.grant.actor:
        return tuple(one for one in notices if not one.destination.channel)  # no news to its requester, nor to others
    return notices


def _overtaken_values(overtaken: Deployment) -> dict[str, Value]:
    return {"after": overtaken.grant.name, "url": overtaken.run.url if overtaken.run else None}
