"""A repository that another owner has now: whose rules, teams and settings count is said in the channel, once."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from ghapp.core.handlers.current_config import Documents
from ghapp.core.handlers.notices import once_a_channel
from ghapp.core.model.decision import Notice
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment, Repository, same_owner


def former_owner(before: Environment | None, after: Environment) -> Repository | None:
    """The repository under its former owner's name; None if the owner is the same."""
    if before is None or same_owner(before.repository, after.repository):
        return None
    return before.repository


def owner_notices(documents: Documents, environments: Iterable[Environment], now: datetime) -> tuple[Notice, ...]:
    """One message for each channel of the repository."""
    return once_a_channel(documents, environments, partial(_notice, now))


def _notice(now: datetime, before: Environment, environment: Environment, channel: str) -> Notice | None:
    former, broken = former_owner(before, environment), environment.broken_config
    if former is None or environment.gone:
        return None
    return Notice(
        id=f"owner/{channel}/{former.full_name}/{now:%Y%m%dT%H%M%S}",
        repository=environment.repository,
        destination=Destination(channel=channel),
        code="owner",
        values={
            "before": former.full_name,
            "repository": environment.repository.full_name,
            "closed": {"stage": "config", **broken.told()} if broken else None,
        },
        config=environment.config,
        at=now,
    )
