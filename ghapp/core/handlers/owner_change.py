"""A repository that another owner has now: whose rules, teams and settings count is said in the channel, once."""

from collections.abc import Iterable
from datetime import datetime

from ghapp.core.handlers.current_config import Documents
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
    notices: dict[str, Notice] = {}
    for after in environments:
        before = documents.get(after.name)
        former = former_owner(before, after) if isinstance(before, Environment) else None
        channel = after.config.channel
        if former and channel and after.gone is None and channel not in notices:
            notices[channel] = _notice(former, after, channel, now)
    return tuple(notices.values())


def _notice(former: Repository, environment: Environment, channel: str, now: datetime) -> Notice:
    broken = environment.broken_config
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
