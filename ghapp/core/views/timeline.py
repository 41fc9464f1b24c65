"""The timeline of an environment: bars for its attempts, bands for what kept it from deploys, from history."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.config.model import EnvironmentConfig, same_login
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
class Reading:
    """The state while an environment's entries are read, oldest first. `open`: the holds that stand, a lock with the
    end that it was given; `begun`: attempts that were started; `ended`: of each attempt and hold that is over its
    beginning, its end, and when that was recorded, in the order of the latter."""

    config: EnvironmentConfig
    bars: dict[int, Bar] = field(default_factory=dict)
    open: dict[Band, Hold] = field(default_factory=dict)
    over: list[Hold] = field(default_factory=list)
    ended: list[tuple[datetime, datetime, datetime]] = field(default_factory=list)
    begun: set[int] = field(default_factory=set)

    def read(self, entry: Entry) -> None:
        """Follows the next entry."""
        number = entry.number or 0
        match entry.what:
            case "accepted":
                self._accepted(entry, number)
            case "starting":
                self.begun.add(number)
            case what if result := self._result(what, number):
                self._attempt_ends(entry, number, result)
            case _:
                self._read_hold(entry)

    def _result(self, what: str, number: int) -> Result | None:
        if what == "cancel":  # it ends at once without a run
            return None if number in self.begun else "cancelled"
        return "lost" if what == "dropped" else RESULT_OF.get(what)

    def _read_hold(self, entry: Entry) -> None:
        match entry.what:
            case "given_up":
                self._given_up(entry)
            case "unlocked":
                self._ends(entry.at, *self._unlocked(entry))
            case "locked":
                self._begins("locked", entry, entry.until)
            case "freed":
                self._ends(entry.at, "cooldown")
            case "hold_over":
                self._ends(entry.at, "locked")
            case _:
                pass

    def _accepted(self, entry: Entry, number: int) -> None:
        """A rollback ends a cool-down, and an attempt for which nothing was done yet."""
        self._ends(entry.at, "cooldown")
        for other in [one for one, bar in self.bars.items() if bar.until is None and one not in self.begun]:
            self._attempt_ends(entry, other, "cancelled")
        self.bars[number] = Bar(entry=entry, since=entry.at, until=None, result="running")

    def _attempt_ends(self, entry: Entry, number: int, result: Result) -> None:
        """What is read late changes the result alone. A hold follows a deploy that is live, and every rollback."""
        bar = self.bars.get(number)
        if bar is None:
            return
        ends = entry.at if result != "lost" or entry.what == "dropped" else None
        self._bar_ends(number, bar, bar.until or ends, result)
        if bar.until or result == "lost" or entry.what.startswith("overtaken_"):
            return
        if bar.entry.kind == "rollback":
            self._begins("rolled_back", entry)
        elif result == "succeeded" and max(bar.since + self.config.lock, entry.at + self.config.cooldown) > entry.at:
            self._begins("cooldown", entry)  # after a run that took longer than the lock there is none, nor an entry

    def _given_up(self, entry: Entry) -> None:
        """A person ends what is open, with all holds. After a rollback its hold begins, unless an older one stood."""
        stood = "rolled_back" in self.open
        self._ends(entry.at, "cooldown", "locked", "rolled_back")
        for number, bar in self.bars.items():
            if bar.until is None:
                self._bar_ends(number, bar, entry.at, "lost")
                if bar.entry.kind == "rollback" and not stood:
                    self._begins("rolled_back", entry)

    def _bar_ends(self, number: int, bar: Bar, until: datetime | None, result: Result) -> None:
        self.bars[number] = replace(bar, until=until, result=result)
        if until and not bar.until:
            self.ended.append((bar.since, until, until))

    def _unlocked(self, entry: Entry) -> tuple[Band, ...]:
        """With a reason it ends all holds. Without one only one's own, which those after a rollback may be, too: it
        belongs to the author of what was rolled back as well."""
        if entry.why:
            return "cooldown", "locked", "rolled_back"
        own = tuple(kind for kind, hold in self.open.items() if same_login(hold.who, entry.actor))
        return own or ("rolled_back",)

    def _begins(self, kind: Band, entry: Entry, until: datetime | None = None) -> None:
        self._ends(entry.at, kind)
        self.open[kind] = Hold(kind=kind, since=entry.at, until=until, who=entry.actor, why=entry.why)

    def _ends(self, at: datetime, *kinds: Band) -> None:
        for hold in [self.open.pop(kind) for kind in kinds if kind in self.open]:
            until = min(at, hold.until or at)
            if until > hold.since:
                self.over.append(replace(hold, until=until))
                self.ended.append((hold.since, until, at))


def timeline(entries: Iterable[Entry], config: EnvironmentConfig, since: datetime, now: datetime) -> Timeline:
    """What touches the time from `since` to `now`. `entries`: the environment's, oldest first, from before `since`."""
    reading = Reading(config)
    for entry in entries:
        reading.read(entry)
    standing = (one if one.until and one.until <= now else replace(one, until=None) for one in reading.open.values())
    holds = [*reading.over, *standing, *_freezes(config, since, now)]
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
