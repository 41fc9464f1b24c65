"""Works the queue and whatever is due, several lanes side by side, each lane one at a time."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ghapp.core import codec
from ghapp.core.command import STALE_AFTER
from ghapp.core.decision import Decision, Notice, Place
from ghapp.core.environment import Environment
from ghapp.core.events import Commented, QueuedEvent
from ghapp.engine.apply import Apply, notice_item
from ghapp.engine.documents import documents, readable
from ghapp.engine.gates import GatePainter
from ghapp.engine.notify import Notify
from ghapp.engine.reconcile import Reconcile
from ghapp.ports import Change, Claimed, Clock, Comments, Fault, Retryable, Row, Store, Superseded

LEASE = timedelta(minutes=2)
LIMIT = 8
TRIES = 5
AGAIN_AFTER = timedelta(seconds=10)
POLL = 1.0  # seconds of real time between two looks when nothing wakes it

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """Takes items and due environments, and sees them done; none while the clock is not `trusted`."""

    store: Store
    apply: Apply
    reconcile: Reconcile
    notify: Notify
    comments: Comments
    gates: GatePainter
    clock: Clock
    trusted: Callable[[], Awaitable[bool]]
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Something was stored: look now."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; what is in hand is finished by `finish`."""
        while True:
            self._woken.clear()
            try:
                await self._take()
            except Fault as fault:
                logger.warning("store unreachable", extra={"why": str(fault)})
            except Exception:  # a bug in one round must not be the end of all
                logger.exception("round failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), timeout=POLL)

    async def finish(self, within: float) -> None:
        """Wait for what is in hand, at most so many seconds; the rest is claimed anew when its lease ends."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in self._tasks:
            task.cancel()

    async def drain(self) -> None:
        """Work until nothing is ready and nothing is due."""
        while True:
            await self._take()
            if not self._tasks:
                return
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _take(self) -> None:
        free = LIMIT - len(self._tasks)
        if free <= 0 or not await self.trusted():
            return
        now = self.clock()
        for claimed in await self.store.claim(now=now, lease=LEASE, limit=free):
            self._spawn(self._work(claimed))
        free = LIMIT - len(self._tasks)
        for row in await self.store.due(now=now, lease=LEASE, limit=free) if free > 0 else ():
            self._spawn(self._reconcile(row))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._woken.set()

    async def _reconcile(self, row: Row) -> None:
        try:
            await self.reconcile(row)
        except Retryable as fault:
            logger.warning("not reconciled", extra={"environment": row.name, "why": str(fault)})
        except Exception:  # its lease ends, and it is driven again; others go on
            logger.exception("not reconciled", extra={"environment": row.name})

    async def _work(self, claimed: Claimed) -> None:
        try:
            await self._done_with(claimed)
        except Superseded:
            logger.info("superseded", extra={"item": claimed.id})
        except Retryable as fault:
            await self._later(claimed, fault)
        except Exception as error:  # a poison item must not stop the ones behind it
            logger.exception("failed", extra={"item": claimed.id})
            await self._failed(claimed, error)

    async def _done_with(self, claimed: Claimed) -> None:
        item = codec.decode_item(claimed.body)
        if isinstance(item, Notice):
            # an item that stepped aside comes back no sooner than AGAIN_AFTER, so a young one is new
            again = claimed.tries > 0 or self.clock() - item.at >= AGAIN_AFTER
            await self.notify(item, again=again)
            await self.store.record(_settled(claimed, item, self.clock))
            return
        decision = await self._decided(item, claimed)
        if isinstance(item, Commented) and decision.reaction:
            await self._react(item, decision.reaction)

    async def _decided(self, event: QueuedEvent, claimed: Claimed) -> Decision:
        async def paint(decision: Decision, environments: tuple[Environment, ...]) -> None:
            for number in decision.gates:
                await self.gates.paint_pull(event.repository, environments, number)

        return await self.apply(event.repository, event, settles=claimed, before_record=paint)

    async def _react(self, event: Commented, reaction: str) -> None:
        try:
            await self.comments.react(event.repository, event.comment, reaction)
        except Fault as fault:
            logger.info("no reaction", extra={"comment": event.comment, "why": str(fault)})

    async def _later(self, claimed: Claimed, fault: Retryable) -> None:
        """It steps aside and counts no try. A command that would be stale when it comes back is answered instead."""
        logger.warning("later", extra={"item": claimed.id, "why": str(fault)})
        now = self.clock()
        item = codec.decode_item(claimed.body)
        retry_at = now + max(fault.after or AGAIN_AFTER, AGAIN_AFTER)
        if isinstance(item, Commented) and retry_at - item.at > STALE_AFTER:
            await self._could_not_check(claimed, item, fault)
            return
        await self.store.give_back(claimed, now=now, retry_at=retry_at, counts=False, why=str(fault))

    async def _failed(self, claimed: Claimed, error: Exception) -> None:
        now = self.clock()
        last = claimed.tries + 1 >= TRIES
        retry_at = None if last else now + timedelta(seconds=2**claimed.tries)
        await self.store.give_back(claimed, now=now, retry_at=retry_at, counts=True, why=repr(error))

    async def _could_not_check(self, claimed: Claimed, event: Commented, fault: Retryable) -> None:
        """Said once, where ghapp is known to serve: nothing was done, and the person may type it again."""
        now = self.clock()
        served = readable(documents(await self.store.load(event.repository.id)))
        notices = () if not served else (_unchecked(event, served[0], fault, now=now),)
        change = Change(
            id=f"{claimed.id}/unchecked",
            at=now,
            repository=event.repository.id,
            items=tuple(notice_item(notice) for notice in notices),
            settles=claimed,
        )
        await self.store.record(change)


def _unchecked(event: Commented, environment: Environment, fault: Retryable, *, now: datetime) -> Notice:
    terms = environment.terms
    return Notice(
        id=f"answer/{event.key}",
        repository=event.repository,
        place=Place(pull=event.number),
        code="could_not_check",
        values={"actor": event.author, "typed": event.text, "why": str(fault)},
        terms=terms,
        at=now,
    )


def _settled(claimed: Claimed, notice: Notice, clock: Clock) -> Change:
    return Change(id=f"{claimed.id}/posted", at=clock(), repository=notice.repository.id, settles=claimed)
