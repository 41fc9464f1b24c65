"""Publishes all gates of a branch as a queued job: planned, in short turns; the gates on GitHub are its progress."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import LRUCache
from msgspec.structs import replace

from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.events import GatesChanged
from ghapp.core.views import gate
from ghapp.engine.absences import NotVisible
from ghapp.engine.documents import complete, documents, readable
from ghapp.engine.failures import Failures, PlaceFailed
from ghapp.engine.publish.gate import GatePublisher, Heads, Unwritten
from ghapp.ports import (
    Clock,
    Fault,
    Gates,
    NoAccess,
    OpenPull,
    Permanent,
    Retryable,
    Store,
    check_in_hand,
)
from ghapp.queue_items import gates_item, gates_lane

AT_ONCE = 16
TOGETHER = 10  # GitHub took up to 100 ms to compute what a pull request waits for: spiceai/spiceai#13762
REFUSED = 3
REMEMBERED = 10_000

_Read = Callable[[Repository, str], Awaitable[Sequence[OpenPull]]]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Computing:
    """Limits how long GitHub computes for a turn: it allows all of an installation 60 seconds of a minute.

    GitHub does not report the time; its answer takes at least as long (docs.github.com/graphql: rate limits). Two turns
    may begin within a minute.
    """

    within: float = 25.0
    side_by_side: int = 32
    _took: float = 0.0
    _longest: float = 1.0
    _answered: int = 0
    _asked: int = 0
    _free: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[bool]:
        """Whether there is time for one more, if each takes as long as the longest did; before the first, a second."""
        async with self._free:
            await self._free.wait_for(lambda: self._asked < self.side_by_side)
            allowed = self._took + (self._asked + 1) * self._longest <= self.within
            self._asked += allowed
        began = asyncio.get_running_loop().time()
        try:
            yield allowed
        finally:
            if allowed:
                took = asyncio.get_running_loop().time() - began
                async with self._free:
                    self._asked -= 1
                    self._took += took
                    self._longest = max(self._longest, took) if self._answered else took
                    self._answered += 1
                    self._free.notify_all()


@dataclass(slots=True)
class _Turn:
    """One pass over a branch: read, then written. `covers`: other jobs that it completes.

    `over`: a newer job was queued, which sees all that this one would. `fault`: why something is left, and the pause.
    `failed`: likewise, where the error is our own, and `absent`, where the App may not do it: neither delays others.
    """

    wanted: GatesChanged
    covers: frozenset[str]
    heads: Heads
    over: bool = False
    written: int = 0
    refused: int = 0
    fault: Retryable | None = None
    failed: PlaceFailed | None = None
    absent: NotVisible | None = None
    environments: tuple[Environment, ...] = ()
    opens: bool = True
    met: set[str] = field(default_factory=set)
    computing: _Computing = field(default_factory=_Computing)
    limit: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    @property
    def ended(self) -> bool:
        """Whether to stop writing: for a newer job or a limit of GitHub's, not for a fault of one head.

        Also where GitHub takes none at all: then the heads are not the cause.
        """
        limited = self.fault is not None and self.fault.after is not None
        return self.over or limited or (self.refused >= REFUSED and not self.written)

    def note(self, fault: Retryable) -> None:
        """Keeps the fault with the longest pause."""
        if isinstance(fault, PlaceFailed):
            self.failed = fault
        elif isinstance(fault, NotVisible):
            self.absent = fault
        elif self.fault is None or (fault.after and (self.fault.after is None or fault.after > self.fault.after)):
            self.fault = fault

    def new(self, page: Iterable[OpenPull]) -> list[OpenPull]:
        """Those not met before. A draft cannot be merged."""
        found = [pull for pull in page if not pull.draft and pull.head not in self.met]
        self.met.update(pull.head for pull in found)
        return found


class GateFanout:
    """Jobs are queue items in a lane of their repository: durable, and one at a time on all servers.

    A turn ends when all gates are right or GitHub's limit is reached; the next one reads again and skips right ones.
    """

    def __init__(self, store: Store, gates: Gates, publisher: GatePublisher, failures: Failures, clock: Clock) -> None:
        self._store, self._gates, self._publisher = store, gates, publisher
        self._failures, self._clock = failures, clock
        self._denials = publisher.denials
        self._requested: LRUCache[GatesChanged, frozenset[str]] = LRUCache(REMEMBERED)
        self._covered: LRUCache[str, bool] = LRUCache(REMEMBERED)
        self._waits: LRUCache[int, datetime] = LRUCache(REMEMBERED)
        self._absent: LRUCache[GatesChanged, str] = LRUCache(REMEMBERED)
        self._turns: dict[GatesChanged, _Turn] = {}

    async def request(self, wanted: GatesChanged) -> None:
        """Queues a job; a turn under way for the same gates ends. Raises Retryable."""
        check_in_hand()
        item = gates_item(wanted, uuid.uuid4().hex)
        await self._store.put([item], now=self._clock())
        self._requested[wanted] = self._requested.get(wanted, frozenset()) | {item.id}
        if turn := self._turns.get(wanted):
            turn.over = True

    async def work(self, wanted: GatesChanged, item: str) -> None:
        """One turn for a job. `item`: its id. Raises Retryable with the pause where something is left to do."""
        if self._covered.pop(item, False):
            return
        installation = wanted.repository.installation
        now, waits = self._clock(), self._waits.get(installation)
        if waits and now < waits:
            raise Retryable("GitHub's limit is reached", after=waits - now)
        # this turn completes the jobs queued before it reads the state
        turn = self._turns[wanted] = _Turn(
            wanted, self._requested.pop(wanted, frozenset()) - {item}, Heads(self._gates, wanted.repository)
        )
        try:
            await self._carry_out(turn)
        finally:
            del self._turns[wanted]
        undone = turn.fault or turn.failed or turn.absent
        if isinstance(undone, NotVisible) and self._absent.setdefault(wanted, item) != item:
            return  # one job is enough to wait until the App has access again
        if undone is None:
            self._absent.pop(wanted, None)
            self._covered.update({} if turn.over else dict.fromkeys(turn.covers, True))
            await self._follow(wanted)
            return
        self._requested[wanted] = self._requested.get(wanted, frozenset()) | turn.covers
        if turn.fault and turn.fault.after:
            self._waits[installation] = self._clock() + turn.fault.after
        raise undone

    async def _follow(self, wanted: GatesChanged) -> None:
        """Queues the job once more where the repository has another lane by now, because its owner has another name:
        a turn there may have run beside this one, which wrote what it had read before."""
        found = readable(documents(await self._store.load(wanted.repository.id)))
        now = next((one.repository for one in found if one.gone is None), wanted.repository)
        if gates_lane(now) != gates_lane(wanted.repository):
            await self.request(replace(wanted, repository=now))

    async def _carry_out(self, turn: _Turn) -> None:
        found = documents(await self._store.load(turn.wanted.repository.id))
        turn.environments = readable(found)
        turn.opens = complete(found)
        if turn.wanted.former or any(one.config.branch == turn.wanted.base for one in turn.environments):
            async with asyncio.TaskGroup() as group:
                await self._plan(turn, group)

    async def _plan(self, turn: _Turn, group: asyncio.TaskGroup) -> None:
        """Writes what could be merged at once while the rest is still read; then the merge queue, then the rest.

        Of the rest, pull requests changed lately come first.
        """
        repository, base, now = turn.wanted.repository, turn.wanted.base, self._clock()
        files = gate.needs_files(turn.environments, base, now)
        labels = gate.needs_labels(turn.environments, base, now)
        later: list[asyncio.Task[list[OpenPull]]] = []
        beside = [
            group.create_task(self._queue(turn)),
            group.create_task(self._layers(turn)),
        ]
        try:
            with self._failures.confined(f"gate/{base}", repository):
                async with aclosing(self._gates.open_pulls(repository, base, files=files, labels=labels)) as pages:
                    async for page in pages:
                        later.append(group.create_task(self._first(turn, group, turn.new(page))))
                        if turn.ended:
                            return
        except Retryable as fault:
            turn.note(fault)
        except NoAccess as fault:
            turn.note(NotVisible(fault))
        except Permanent as fault:  # the repository is gone, or its GitHub does not know the query
            logger.error("gates not read", extra={"repository": repository.full_name, "why": str(fault)})
        found = _newest(pull for left in await asyncio.gather(*later) for pull in left)
        rest = await self._ask(turn, group, found, [pull for pull in found if _unsure(pull) and not pull.approved])
        for others in beside:
            rest += turn.new(await others)
        for pull in sorted(_newest(rest), key=lambda pull: (not pull.group, not pull.queued)):
            group.create_task(self._publish(turn, pull))

    async def _first(self, turn: _Turn, group: asyncio.TaskGroup, page: Sequence[OpenPull]) -> list[OpenPull]:
        """Writes those of a page that could be merged at once, asking for the likeliest, the approved; returns the
        rest."""
        for pull in page:
            if pull.ready:
                group.create_task(self._publish(turn, pull))
        left = [pull for pull in page if not pull.ready]
        return await self._ask(turn, group, left, [pull for pull in left if _unsure(pull) and pull.approved])

    async def _ask(
        self, turn: _Turn, group: asyncio.TaskGroup, pulls: Sequence[OpenPull], unsure: Sequence[OpenPull]
    ) -> list[OpenPull]:
        """Asks GitHub which of the `unsure` ones could be merged at once, and writes these; returns the others."""

        async def some(asked: Sequence[OpenPull]) -> Collection[int]:
            numbers = [pull.number for pull in asked]
            async with turn.computing.one() as allowed:
                ready = await self._ready(turn.wanted.repository, numbers) if allowed and not turn.ended else ()
            for pull in asked:
                if pull.number in ready:
                    group.create_task(self._publish(turn, pull))
            return ready

        few = (unsure[start : start + TOGETHER] for start in range(0, len(unsure), TOGETHER))
        written = {number for ready in await asyncio.gather(*map(some, few)) for number in ready}
        return [pull for pull in pulls if pull.number not in written]

    async def _ready(self, repository: Repository, numbers: Sequence[int]) -> Collection[int]:
        """Empty where GitHub gives no answer: it only concerns which comes first."""
        try:
            return await self._gates.ready(repository, numbers)
        except Fault as fault:
            logger.info("order not known", extra={"repository": repository.full_name, "why": str(fault)})
            return ()

    async def _layers(self, turn: _Turn) -> Sequence[OpenPull]:
        """Where stacks cannot be read, a former layer is held and never opened; and the stacks are read again."""
        repository, base = turn.wanted.repository, turn.wanted.base
        found = await self._others(turn, "stacks", self._gates.layers)
        if not isinstance(found, Fault):
            self._denials.end("stacks", repository, base)
            return found
        self._denials.note("stacks", repository, base, str(found))
        likely = await self._others(turn, "likely layers", self._gates.likely_layers)
        return () if isinstance(likely, Fault) else likely

    async def _queue(self, turn: _Turn) -> Sequence[OpenPull]:
        found = await self._others(turn, "queue", self._publisher.groups)
        return () if isinstance(found, Fault) else found

    async def _others(self, turn: _Turn, of: str, read: _Read) -> Sequence[OpenPull] | Fault:
        """Reads what the list of the branch lacks: the merge queue's groups, layers of stacks."""
        repository, base = turn.wanted.repository, turn.wanted.base
        try:
            with self._failures.confined(f"gate/{of}/{base}", repository):
                return await read(repository, base)
        except Retryable as fault:
            turn.note(fault)
            return fault
        except Permanent as fault:
            logger.warning("gates not read", extra={"repository": repository.full_name, "why": str(fault)})
            turn.note(NotVisible(fault))
            return fault

    async def _publish(self, turn: _Turn, pull: OpenPull) -> None:
        async with turn.limit:
            if turn.ended:
                return
            repository, former = turn.wanted.repository, turn.wanted.former
            try:
                with self._failures.confined(f"gate/{pull.head}", repository):
                    published = await self._publisher.publish(
                        turn.heads, turn.environments, pull, former=former, opens=turn.opens
                    )
                turn.written += published.posted - pull.posted
            except (Unwritten, NotVisible) as fault:
                turn.refused += 1
                turn.note(fault)
            except Retryable as fault:
                turn.note(fault)


def _unsure(pull: OpenPull) -> bool:
    """Whether GitHub has to be asked if it could be merged at once; with a shut gate it could not."""
    return pull.ready is None and not (pull.gate and pull.gate[0] == "pending")


def _newest(pulls: Iterable[OpenPull]) -> list[OpenPull]:
    """Lately changed ones first."""
    return sorted(pulls, key=lambda pull: pull.changed_at.timestamp() if pull.changed_at else 0, reverse=True)
