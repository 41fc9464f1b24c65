"""Histories: many clients take and free one lock through the real engine and a real store, under injected faults."""

import asyncio
import itertools
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ghapp.core.config.model import Config, EnvironmentConfig
from ghapp.core.model.environment import Environment, Pull, Repository
from ghapp.core.model.events import CommentPosted, RunObserved, StartIntended, Tick
from ghapp.core.model.facts import (
    Checks,
    CommentFact,
    Comparison,
    Fact,
    Grants,
    Need,
    NeedChecks,
    NeedComment,
    NeedComparison,
    NeedConfig,
    NeedGrants,
    NeedPull,
    NeedRequired,
    NeedRole,
    PullFact,
    Required,
)
from ghapp.engine.apply import Apply
from ghapp.engine.documents import documents
from ghapp.ports import Change, Priority, Retryable, Row
from tests.adapters.store_world import StoreUnderTest
from tests.proofs.linearizable import REFUSED, Operation

NOON = datetime(2026, 11, 23, 4, 42, tzinfo=UTC)
REPOSITORY = Repository(id=1, full_name="acme/shop", installation=7)
CONFIG = Config(
    sha="c" * 40, environments={"production": EnvironmentConfig(sha="c" * 40, branch="main", workflow="deploy.yml")}
)
PULLS = 4
SKEW = timedelta(minutes=5)

Connect = Callable[[], StoreUnderTest]


class Answers:
    """GitHub: every pull request is merged, and every user may deploy."""

    async def gather(self, repository: Repository, need: Need) -> Fact:
        match need:
            case NeedConfig():
                return CONFIG
            case NeedGrants():
                return Grants()
            case NeedRole():
                return "write"
            case NeedComparison(base, _):
                return Comparison("behind" if base == "main" else "ahead", frozenset())
            case NeedChecks():
                return Checks(())
            case NeedRequired():
                return Required()
            case NeedComment():
                return CommentFact(author="mona", text="/deploy", created_at=NOON, updated_at=NOON)
            case NeedPull(number):
                pull = Pull(number=number, title=f"Change {number}", author="mona", head="e" * 40)
                at = NOON + timedelta(seconds=number)
                return PullFact(pull=pull, base="main", merged=True, sha=f"{number:040x}", merger="mona", merged_at=at)
            case _:
                raise NotImplementedError(need)


SOURCES = dict.fromkeys(Priority, Answers())


@dataclass(slots=True)
class Trouble:
    """A store behind a bad network: one in twenty answers is lost, one in twenty calls is refused, one in twenty is
    sent twice, and any caller may have to wait while others go on."""

    inner: StoreUnderTest
    dice: random.Random

    async def load(self, repository: int) -> Sequence[Row]:
        """Loads consistently; then other clients may run."""
        rows = await self.inner.load(repository)
        await self._pause()
        return rows

    async def record(self, change: Change) -> None:
        """Records once, twice, not at all, or with the answer lost."""
        fate = self.dice.random()
        if fate < 0.05:
            raise Retryable("turned away")
        await self.inner.record(change)
        if fate < 0.10:
            raise Retryable("the answer was lost")
        if fate < 0.15:
            await self._pause()
            await self.inner.record(change)

    async def _pause(self) -> None:
        for _ in range(self.dice.choice((0, 0, 0, 1, 5, 50))):
            await asyncio.sleep(0)


@dataclass(slots=True)
class Recorder:
    """The operations of all clients, in the time of one counter that each call and each return increments."""

    made: list[Operation] = field(default_factory=list)
    ticks: "itertools.count[int]" = field(default_factory=itertools.count)

    async def operation(self, done: Operation, work: Callable[[], Awaitable[int]]) -> int | None:
        """None where the outcome is unknown."""
        at, call, ret = len(self.made), next(self.ticks), math.inf
        result = REFUSED
        self.made.append(done)
        try:
            result = await work()
            ret = next(self.ticks)
        except Retryable:
            return None
        finally:  # the operation of a killed client stays open
            self.made[at] = Operation(done.kind, call, ret, done.number, result)
        return result


@dataclass(slots=True)
class Client:
    """Takes the lock, reads it where the outcome is unknown, and frees it, even where another client left it held."""

    name: int
    store: Trouble
    recorder: Recorder
    dice: random.Random
    offset: timedelta
    asked: int = 0

    async def work(self) -> None:
        """One round: grant, perhaps a tick, a read where no grant is known, release."""
        number = await self.recorder.operation(Operation("grant", 0), self._grant)
        if self.dice.random() < 0.1:
            await self._apply(Tick("production"))
        if not number:
            number = await self.recorder.operation(Operation("read", 0), self._read)
            if not number or self.dice.random() < 0.5:
                return
        released = number
        await self.recorder.operation(Operation("release", 0, number=released), lambda: self._release(released))

    async def _grant(self) -> int:
        self.asked += 1
        key = f"{self.name}/{self.asked}"
        pull = self.dice.randint(1, PULLS)
        event = CommentPosted(
            repository=REPOSITORY, key=key, number=pull, comment=1, author="mona", text="/deploy", at=NOON
        )
        decision = await Apply(self._port(), SOURCES, self._clock)(REPOSITORY, event)
        if decision.refusal:
            assert decision.refusal.code == "locked"
            return REFUSED
        (changed,) = decision.changed
        return changed.number

    async def _release(self, number: int) -> int:
        await self._begin(number)
        seen = RunObserved(environment="production", number=number, status="failed")
        decision = await Apply(self._port(), SOURCES, self._clock)(REPOSITORY, seen)
        return number if decision.changed else REFUSED

    async def _begin(self, number: int) -> None:
        """Records the intent, without which no run can end. Not an operation of the lock, so it bypasses the injected
        faults."""
        while True:
            with suppress(Retryable):
                intended = StartIntended("production", number, self._clock())
                await Apply(self.store.inner, SOURCES, self._clock)(REPOSITORY, intended)
                return

    async def _read(self) -> int:
        found = documents(await self.store.load(REPOSITORY.id)).get("production")
        if not isinstance(found, Environment) or found.deployment is None:
            return REFUSED
        return found.number if found.deployment.phase in ("accepted", "starting", "lost") else REFUSED

    async def _apply(self, tick: Tick) -> None:
        try:
            await Apply(self._port(), SOURCES, self._clock)(REPOSITORY, tick)
        except Retryable:
            return

    def _clock(self) -> datetime:
        return NOON + self.offset

    def _port(self) -> "StoreUnderTest":
        return self.store  # type: ignore[return-value]  # `Apply` only calls the store's load and record here


async def history(connect: Connect, seed: int, *, operations: int = 2000) -> list[Operation]:
    """About `operations` operations by 8 to 16 clients of three replicas, of which some are killed on the way."""
    dice, recorder = random.Random(seed), Recorder()
    clients = dice.randint(8, 16)
    async with _opened(connect) as stores:
        tasks = {asyncio.create_task(_client(name, stores, recorder, dice, operations)) for name in range(clients)}
        while tasks:
            done, tasks = await asyncio.wait(tasks, timeout=None, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not task.cancelled():
                    task.result()
    return recorder.made


@asynccontextmanager
async def _opened(connect: Connect) -> AsyncIterator[list[StoreUnderTest]]:
    stores = [connect() for _ in range(3)]
    for store in stores:
        await store.open()
    try:
        yield stores
    finally:
        for store in stores:
            await store.close()


async def _client(
    name: int, stores: Sequence[StoreUnderTest], recorder: Recorder, dice: random.Random, operations: int
) -> None:
    offset = SKEW * dice.uniform(-1, 1)
    client = Client(name, Trouble(stores[name % 3], dice), recorder, dice, offset)
    while len(recorder.made) < operations:
        work = asyncio.create_task(client.work())
        if dice.random() < 0.02:
            for _ in range(dice.randint(1, 30)):
                await asyncio.sleep(0)
            work.cancel()  # killed: the outcome stays unknown
        await asyncio.wait({work})
        if not work.cancelled():
            work.result()
