"""What deciding yields: the state as it shall be, what is owed to people, or why not. Codes and values, no prose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Door, Environment, Phase, Repository
from ghapp.core.model.events import HeadReleased, PullRequestMerged

Value = str | int | None | datetime | Sequence["Value"] | Mapping[str, "Value"]
Reaction = Literal["eyes", "rocket", "+1", "-1", "confused"]
# What history tells of. None is ever taken out: it may stand in the past of an environment.
_Config = Literal["created", "config", "left_config", "back_in_config", "people"]
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
EntryKind = Literal[
    Phase, _Config, _Release, _Attempt, _Overtaken, _OvertakenEnded, _Hold, _Asked, _UnexpectedRun, _Foreign
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a stable reason code, and the values its sentence speaks of."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of history: who did what, through which door, to which number and SHA, and why."""

    at: datetime
    what: EntryKind
    environment: str | None
    actor: str
    door: Door
    number: int | None = None
    sha: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something owed once and posted anew. `id` is unique for the occasion, so that it is owed once.

    `config`: in whose language and zone it is said.

    `values` are `Value`s; read back from the queue, a time among them is its ISO text.
    """

    id: str
    repository: Repository
    destination: Destination
    code: str
    values: Mapping[str, Any]
    config: EnvironmentConfig
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome of one event.

    `gates` are the open pull requests whose gate must be painted before the event counts as done.
    `found`: what follows from it, and is worked by itself: merges that nobody may have told us of, and heads that were
    left. What was told stays told once.
    `outsider`: it answers somebody who may change nothing in this repository.
    `config`: in whose language and zone a refusal is said, where it is answered at once.
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
