"""What is done once in a while, by one server for all: each time an item of the queue, so whoever claims it does it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from ghapp.core import codec
from ghapp.core.events import Recounted, Round
from ghapp.engine.documents import documents, readable
from ghapp.ports import Archive, Change, Claimed, Clock, Item, Store, queued

LANE = "rounds"
STARTS = timedelta(minutes=1)  # servers that start together make one round
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kind = Literal["deliveries", "merges"]


@dataclass(frozen=True, slots=True)
class Turn:
    """How often, and what."""

    every: timedelta
    work: Callable[[Round], Awaitable[object]]


@dataclass(slots=True)
class Rounds:
    """Every server calls for each round, and the store keeps it once. The first is when a server starts."""

    store: Store
    clock: Clock
    turns: Mapping[Kind, Turn]
    _called: dict[Kind, int] = field(default_factory=dict)

    async def call(self) -> None:
        """Put what is to be done now, unless somebody has."""
        now = self.clock()
        nth = {kind: (now - _EPOCH) // turn.every for kind, turn in self.turns.items()}
        due = {kind: self.turns[kind] for kind in nth if self._called.get(kind) != nth[kind]}
        if due:
            await self.store.put([self._item(kind, turn.every, nth[kind], now) for kind, turn in due.items()], now=now)
            self._called.update(nth)

    def _item(self, kind: Kind, every: timedelta, nth: int, now: datetime) -> Item:
        name = f"{nth}" if kind in self._called else f"start/{(now - _EPOCH) // STARTS}"
        until = now + every if kind not in self._called else _EPOCH + (nth + 1) * every
        return Item(id=f"{LANE}/{kind}/{name}", lane=LANE, body=codec.encode_item(Round(kind, until)))

    async def work(self, called: Round, claimed: Claimed) -> None:
        """Do it, unless the next one is due by now."""
        if self.clock() < called.until:
            await self.turns[called.kind].work(called)
        await self.store.record(Change(id=f"{claimed.id}/done", at=self.clock(), repository=0, settles=claimed))


@dataclass(frozen=True, slots=True)
class Recount:
    """Has the merges of every repository counted, each in its own lane and with its own patience."""

    store: Store
    archive: Archive
    clock: Clock

    async def __call__(self, called: Round) -> None:
        """What is locked for good, because it cannot be read, is left alone."""
        now, key = self.clock(), f"recount/{called.until:%Y-%m-%dT%H:%M}"
        for number in await self.archive.repositories():
            found = readable(documents(await self.store.load(number)))
            if found:
                event = Recounted(repository=found[0].repository, key=key, at=now)
                await self.store.put([queued(event)], now=now)
