"""The result of a decision: the new state, and the notices owed, or a refusal. Codes and values, no prose."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Door, Environment, Grant, Kind, Phase, Repository
from ghapp.core.model.events import HeadReleased, PullRequestMerged

Value = str | int | None | datetime | Sequence["Value"] | Mapping[str, "Value"]
Reaction = Literal["eyes", "rocket", "+1", "-1", "confused"]
# The kinds of history entries. None is ever removed: an environment's past may contain it.
_Config = Literal["created", "config", "left_config", "back_in_config", "people", "owner"]
_Release = Literal["awaiting", "called", "reminded", "passed", "skipped", "barred", "unbarred"]
_Attempt = Literal["waits", "freed", "cancel", "stopped", "force_stopped", "halted", "wait_ended"]
_Overtaken = Literal["overtaken_queued", "overtaken_running", "overtaken_lost"]
_OvertakenEnded = Literal["overtaken_succeeded", "overtaken_failed", "overtaken_cancelled"]
_Hold = Literal["locked", "nagged", "hold_over", "unlocked", "given_up", "dropped"]
_Asked = Literal["refused", "taken_back", "approved", "let_through", "not_let_through", "glass_broken"]
_UnexpectedRun = Literal[
    "unexpected_run_seen",
    "unexpected_run_cancelled",
    "unexpected_run_over",
    "unexpected_run_succeeded",
    "unexpected_run_failed",
]
_Foreign = Literal["started_by_hand", "unordered"]
_Link = Literal["linked", "link_removed", "links_ended", "account_links_ended"]
_Other = Literal["greeted"]
EntryKind = Literal[
    Phase,
    _Config,
    _Release,
    _Attempt,
    _Overtaken,
    _OvertakenEnded,
    _Hold,
    _Asked,
    _UnexpectedRun,
    _Foreign,
    _Link,
    _Other,
]


class Refusal(Struct, frozen=True):
    """A stable reason code, and the parameters of its sentence."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of history: actor, action, door, number, SHA and reason.

    `pull`: the pull request that it is about. Of an attempt: its `kind`; `carries`, the other pull requests that it
    brings; `undoes`, the pull request that a rollback takes back. `merged_at`: when a release that waits was merged.
    `until`: the end of a lock. `command`: the word of a refused command. `by`: why a Slack member acts as `actor`: they
    have proved that `link`, or the config says so in `people`.
    """

    at: datetime
    what: EntryKind
    environment: str | None
    actor: str
    door: Door
    number: int | None = None
    sha: str | None = None
    why: str = ""
    pull: int | None = None
    kind: Kind | None = None
    carries: tuple[int, ...] = ()
    undoes: int | None = None
    merged_at: datetime | None = None
    until: datetime | None = None
    command: str = ""
    by: Literal["link", "people"] | None = None


def attempt_entry(grant: Grant, what: EntryKind, now: datetime, *, actor: str | None = None, why: str = "") -> Entry:
    """A line of history about an attempt; `actor`: who acted, if not the actor of the grant."""
    return Entry(
        at=now,
        what=what,
        environment=grant.environment,
        actor=actor or grant.actor,
        door="timer" if actor else grant.door,
        number=grant.number,
        sha=grant.sha,
        why=why,
        pull=grant.revision.pull.number if grant.revision else None,
        kind=grant.kind,
        carries=grant.carries,
        undoes=grant.undoes.pull.number if grant.undoes else None,
    )


class Notice(Struct, frozen=True, kw_only=True):
    """A message that is owed once and posted anew. `id` is unique for the occasion, so that it is owed once.

    `config`: gives its language and zone.

    `values` are `Value`s; read back from the queue, a time among them is its ISO text.
    """

    id: str
    repository: Repository
    destination: Destination
    code: str
    values: Mapping[str, Any]
    config: EnvironmentConfig
    at: datetime


class Decision(Struct, frozen=True, kw_only=True):
    """The outcome of one event.

    `gates`: the open pull requests whose gate must be updated before the event counts as done. `found`: events that
    follow from it and are worked on by themselves: merges whose event may have been lost, and heads that were left. An
    event that was sent already is queued once. `outsider`: it answers a person who may change nothing in this
    repository. `config`: the language and zone of a refusal that is answered at once.
    """

    refusal: Refusal | None = None
    changed: tuple[Environment, ...] = ()
    entries: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    gates: tuple[int, ...] = ()
    found: tuple[PullRequestMerged | HeadReleased, ...] = ()
    reaction: Reaction | None = None
    outsider: bool = False
    config: EnvironmentConfig | None = None

    @property
    def grants(self) -> bool:
        """Whether it takes a lock for a new attempt."""
        return any(entry.what == "accepted" for entry in self.entries)
