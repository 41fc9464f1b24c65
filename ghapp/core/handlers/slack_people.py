"""People who may act from Slack by the owner's policy: their changes are sent to the channel and kept in history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Literal

from msgspec import Struct

from ghapp.core.handlers.current_config import Documents
from ghapp.core.handlers.notices import once_a_channel
from ghapp.core.model.decision import Notice, Value
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment

SHOWN = 20  # the limit of one message


class Change(Struct, frozen=True):
    """The links before and after, login → member id; None if the policy has none."""

    before: Mapping[str, str] | None
    after: Mapping[str, str] | None

    @property
    def what(self) -> Literal["appeared", "changed", "gone"]:
        return "appeared" if self.before is None else "gone" if self.after is None else "changed"

    @property
    def marks(self) -> list[str]:
        """Each changed login: `+` with the member that it is linked to now, `-` with the earlier one."""
        before, after = dict(self.before or {}), dict(self.after or {})
        out = [f"-{login}={member}" for login, member in sorted(before.items()) if after.get(login) != member]
        into = [f"+{login}={member}" for login, member in sorted(after.items()) if before.get(login) != member]
        return [*into, *out]

    @property
    def line(self) -> str:
        """The text for history."""
        return " ".join([self.what, *self.marks[:SHOWN], *_more(self.marks)])


def people_change(before: Environment | None, after: Environment) -> Change | None:
    """The change; None if there is none, or if the environment is new."""
    if before is None or before.config.acting == after.config.acting:
        return None
    return Change(before.config.acting, after.config.acting)


def people_notices(documents: Documents, environments: Iterable[Environment], now: datetime) -> tuple[Notice, ...]:
    """One message for each channel of the repository."""
    return once_a_channel(documents, environments, partial(_notice, now))


def _notice(now: datetime, before: Environment, environment: Environment, channel: str) -> Notice | None:
    change = people_change(before, environment)
    if change is None:
        return None
    marks: list[Value] = [*change.marks[:SHOWN], *_more(change.marks)]
    values: dict[str, Value] = {"repository": environment.repository.full_name, "what": change.what, "marks": marks}
    return Notice(
        id=f"people/{channel}/{now:%Y%m%dT%H%M%S}/{environment.config.policy[:12]}",
        repository=environment.repository,
        destination=Destination(channel=channel),
        code="people",
        values=values,
        config=environment.config,
        at=now,
    )


def _more(marks: list[str]) -> list[str]:
    return [f"… {len(marks) - SHOWN}"] if len(marks) > SHOWN else []
