"""Periodic tasks, done by one server for all: each round is a queue item, worked by the server that claims it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from ghapp.core.model.events import MergesRecounted, ScheduledTask
from ghapp.engine.documents import documents, readable, repository_of
from ghapp.ports import Archive, Change, Claimed, Clock, Item, Store
from ghapp.queue_items import event_item, task_item

STARTS = timedelta(seconds=10)  # servers that start within one such window share a first round, which begins at its end
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kind = Literal["deliveries", "merges", "policy"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A task and its period."""

    every: timedelta
    work: Callable[[ScheduledTask], Awaitable[object]]


@dataclass(slots=True)
class Scheduler:
    """Every server queues each round, and the store keeps it once. The first one follows a server's start: work missed
    while it was down does not wait for the next period."""

    store: Store
    clock: Clock
    turns: Mapping[Kind, Turn]
    _first_at: datetime | None = None
    _started: bool = False
    _called: dict[Kind, int] = field(default_factory=dict)

    async def call(self) -> None:
        """Queues the rounds that are due; the store ignores those that another server has queued."""
        now = self.clock()
        nth = {kind: (now - _EPOCH) // turn.every for kind, turn in self.turns.items()}
        if self._first_at is None:
            self._first_at, self._called = _EPOCH - (_EPOCH - now) // STARTS * STARTS, nth
        items = [self._regular(kind, nth[kind]) for kind in nth if self._called[kind] != nth[kind]]
        starts = not self._started and now >= self._first_at
        if starts:
            items += [self._first(kind, self._first_at) for kind in nth]
        if items:
            await self.store.put(items, now=now)
            self._called, self._started = nth, self._started or starts

    def _regular(self, kind: Kind, nth: int) -> Item:
        return task_item(ScheduledTask(kind, _EPOCH + (nth + 1) * self.turns[kind].every), f"{nth}")

    def _first(self, kind: Kind, at: datetime) -> Item:
        return task_item(ScheduledTask(kind, at + self.turns[kind].every), f"start/{at:%Y-%m-%dT%H:%M:%S}")

    async def work(self, called: ScheduledTask, claimed: Claimed) -> None:
        """Does the task, unless the next round is due by now."""
        if self.clock() < called.until:
            await self.turns[called.kind].work(called)
        await self.store.record(Change(id=f"{claimed.id}/done", at=self.clock(), repository=0, settles=claimed))


@dataclass(frozen=True, slots=True)
class Recount:
    """Queues a recount of the merges of every repository, each in its own lane with its own retries."""

    store: Store
    archive: Archive
    clock: Clock

    async def __call__(self, called: ScheduledTask) -> None:
        """Skips repositories without a readable document, which stay locked."""
        now, key = self.clock(), f"recount/{called.until:%Y-%m-%dT%H:%M:%S}"
        for number in await self.archive.repositories():
            found = readable(documents(await self.store.load(number)))
            if found:
                event = MergesRecounted(repository=repository_of(found), key=key, at=now)
                await self.store.put([event_item(event)], now=now)
