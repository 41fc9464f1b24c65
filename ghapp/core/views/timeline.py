"""The timeline of an environment: bars for its attempts, bands for what kept it from deploys, from history."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from msgspec import Struct

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.decision import Entry
from ghapp.core.rules import freeze

Result = Literal["running", "succeeded", "failed", "cancelled", "lost"]
Band = Literal["cooldown", "locked", "rolled_back", "frozen"]
RESULT_OF: dict[str, Result] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
    "lost": "lost",
    "overtaken_succeeded": "succeeded",
    "overtaken_failed": "failed",
    "overtaken_cancelled": "cancelled",
}


class Bar(Struct, frozen=True, kw_only=True):
    """An attempt from its grant to its end; `until` None: it has not ended. `result` of a bar without end: running, or
    lost."""

    entry: Entry
    since: datetime
    until: datetime | None
    result: Result


class Hold(Struct, frozen=True, kw_only=True):
    """A stretch in which nothing could be deployed, beside the attempts themselves. `until` None: it still stands."""

    kind: Band
    since: datetime
    until: datetime | None
    who: str = ""
    why: str = ""


class Timeline(Struct, frozen=True):
    """In the order of their beginnings."""

    bars: tuple[Bar, ...]
    holds: tuple[Hold, ...]


@dataclass(slots=True)
class _Reading:
    bars: dict[int, Bar] = field(default_factory=dict)
    open: dict[Band, Hold] = field(default_factory=dict)
    over: list[Hold] = field(default_factory=list)

    def read(self, entry: Entry) -> None:
        number = entry.number or 0
        if entry.what == "accepted":
            self._ends(entry.at, "cooldown", "rolled_back")
            self.bars[number] = Bar(entry=entry, since=entry.at, until=None, result="running")
        elif entry.what in RESULT_OF and number in self.bars:
            self._attempt_ends(entry, number)
        elif entry.what == "locked":
            self._ends(entry.at, "locked")
            self._begins("locked", entry)
        elif entry.what == "freed":
            self._ends(entry.at, "cooldown")
        elif entry.what == "hold_over":
            self._ends(entry.at, "locked")
        elif entry.what in ("unlocked", "given_up"):
            self._ends(entry.at, "cooldown", "locked", "rolled_back")

    def _attempt_ends(self, entry: Entry, number: int) -> None:
        bar, result = self.bars[number], RESULT_OF[entry.what]
        until = None if result == "lost" else entry.at
        self.bars[number] = Bar(entry=bar.entry, since=bar.since, until=until, result=result)
        if result == "succeeded":
            self._begins("rolled_back" if entry.kind == "rollback" else "cooldown", entry)

    def _begins(self, kind: Band, entry: Entry) -> None:
        self.open[kind] = Hold(kind=kind, since=entry.at, until=None, who=entry.actor, why=entry.why)

    def _ends(self, at: datetime, *kinds: Band) -> None:
        for hold in [self.open.pop(kind) for kind in kinds if kind in self.open]:
            if at > hold.since:
                self.over.append(Hold(kind=hold.kind, since=hold.since, until=at, who=hold.who, why=hold.why))


def timeline(entries: Iterable[Entry], config: EnvironmentConfig, since: datetime, now: datetime) -> Timeline:
    """What touches the time from `since` to `now`. `entries`: the environment's, oldest first, from before `since`."""
    reading = _Reading()
    for entry in entries:
        reading.read(entry)
    holds = [*reading.over, *reading.open.values(), *_freezes(config, since, now)]
    return Timeline(
        tuple(bar for bar in reading.bars.values() if bar.until is None or bar.until >= since),
        tuple(sorted((one for one in holds if one.until is None or one.until >= since), key=lambda one: one.since)),
    )


def _freezes(config: EnvironmentConfig, since: datetime, now: datetime) -> Iterator[Hold]:
    """Freezes by today's config: those of former configs are not kept."""
    moment: datetime | None = since
    while moment and moment < now:
        if frozen := freeze.now_frozen(config, moment):
            until = min(frozen.until or now, now)
            yield Hold(kind="frozen", since=moment, until=until, why=frozen.reason)
        moment = freeze.next_change(config, moment)
