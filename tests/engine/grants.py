"""Grants through the real `Apply` on one store, by workers in separate processes: the parts of the race tests."""

import asyncio
import multiprocessing
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Semaphore
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.config.model import Config
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Repository
from ghapp.core.model.events import CommentPosted, Event, RunObserved, StartIntended
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
from ghapp.ports import Change, Conflict, Priority, Retryable, Source, Store
from tests.core.build import NOON, REPOSITORY, config, pull, sha

FORKSERVER = multiprocessing.get_context("forkserver")
FORKSERVER.set_forkserver_preload(["pytest", "boto3", "botocore.session", "tests.engine.crash_server", __name__])
WOKEN = 2  # workers that try again when the environment becomes free
PATIENCE = 240.0  # seconds, for a busy machine; a correct run never waits so long


class Answers(Source):
    """GitHub with fixed answers: #41 is merged, and every user may deploy it."""

    async def gather(self, repository: Repository, need: Need) -> Fact:
        match need:
            case NeedConfig():
                return Config(sha="c" * 40, environments={"production": config(channel=None)})
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
                return CommentFact(author="taro", text="/deploy", created_at=NOON, updated_at=NOON)
            case NeedPull(number):
                return PullFact(
                    pull=pull(number), base="main", merged=True, sha=sha(number), merger="taro", merged_at=NOON
                )
            case _:
                raise NotImplementedError(need)


class Unconditional(SqliteStore):
    """The store without its one condition: the last write wins."""

    async def record(self, change: Change) -> None:
        while True:
            newest = {row.name: row.version for row in await self.load(change.repository)}
            writes = tuple(replace(write, version=newest.get(write.name, 0)) for write in change.writes)
            try:
                return await super().record(replace(change, writes=writes))
            except Conflict:
                continue


@dataclass(frozen=True, slots=True)
class Race:
    """The state that all workers of a race share. `permits` wakes workers and `line` starts them at once: neither
    excludes the others."""

    path: Path
    rounds: int
    line: Barrier
    permits: Semaphore
    conditional: bool = True

    @property
    def counter(self) -> Path:
        """A file with a number that each worker reads and increments, protected only by the environment's lock."""
        return self.path.with_suffix(".count")

    def store(self) -> SqliteStore:
        """Opens a store for one worker."""
        return (SqliteStore if self.conditional else Unconditional)(self.path)


Work = Callable[[Race, str], Coroutine[Any, Any, list[Any]]]


class Worker:
    """Types `/deploy`, and ends the deployment it was granted."""

    def __init__(self, name: str, store: Store) -> None:
        self._name, self._typed = name, 0
        self._apply = Apply(store, dict.fromkeys(Priority, Answers()), lambda: NOON)

    async def granted(self) -> int | None:
        """The number granted to `/deploy`, or None where it was refused."""
        self._typed += 1
        event = CommentPosted(
            repository=REPOSITORY,
            key=f"comment/{self._name}/{self._typed}",
            number=41,
            comment=self._typed,
            author="taro",
            text="/deploy",
            at=NOON,
        )
        return _number(await self._done(event))

    async def starts(self, number: int) -> None:
        """Records the intent, as before every run."""
        await self._done(StartIntended("production", number, NOON))

    async def ends(self, number: int) -> None:
        """Reports the run of that number as cancelled, which frees the environment at once."""
        await self._done(RunObserved(environment="production", number=number, status="cancelled"))

    async def _done(self, event: Event) -> Decision:
        """Retries as a server does: on a Retryable (too many processes hold the file) nothing was written."""
        while True:
            try:
                return await self._apply(REPOSITORY, event)
            except Retryable:
                await asyncio.sleep(0)


def _number(decision: Decision) -> int | None:
    if decision.refusal:
        assert decision.refusal.code == "locked", decision.refusal
        return None
    (taken,) = decision.changed
    return taken.number


# ---------------------------------------------------------------- the work of one worker


async def count(race: Race, name: str) -> list[Any]:
    """In each round, waits for the lock, increments the counter and frees the lock. Returns the numbers it was
    granted."""
    store = race.store()
    worker, had = Worker(name, store), []
    race.line.wait()  # may block: each worker has a thread of its own
    for _ in range(race.rounds):
        while True:
            if not race.permits.acquire(timeout=PATIENCE):
                raise TimeoutError(f"{name} was never woken")
            number = await worker.granted()
            if number is not None:
                break
        with race.counter.open("r+b", buffering=0) as counter:
            found = int(counter.read())
            await worker.starts(number)
            counter.seek(0)
            counter.write(b"%06d" % (found + 1))
        had.append(number)
        await worker.ends(number)
        for _ in range(WOKEN):
            race.permits.release()
    await store.close()
    return had


async def contend(race: Race, name: str) -> list[Any]:
    """In each round, all workers ask at once for one free environment. Returns the rounds this worker won, with
    numbers."""
    store = race.store()
    worker, won = Worker(name, store), []
    for round_ in range(race.rounds):
        race.line.wait()
        number = await worker.granted()
        race.line.wait()
        if number is not None:
            won.append((round_, number))
            await worker.starts(number)
            await worker.ends(number)
    await store.close()
    return won


def crew(work: Work, race: Race, names: Sequence[str], told: Connection) -> None:
    """One process: each of its workers has its own thread, event loop and store."""
    with ThreadPoolExecutor(len(names)) as threads:
        for done in [threads.submit(asyncio.run, work(race, name)) for name in names]:
            told.send(done.result())
    told.close()


def run(
    work: Work, path: Path, *, workers: int, processes: int, rounds: int, conditional: bool = True
) -> list[list[Any]]:
    """Returns the result of each worker. Raises AssertionError where a process did not end normally."""
    line = FORKSERVER.Barrier(workers, timeout=PATIENCE)
    race = Race(path, rounds, line, FORKSERVER.Semaphore(WOKEN), conditional)
    race.counter.write_text("000000")
    names, ends, started = [f"{number}" for number in range(workers)], [], []
    for place in range(processes):
        mine, theirs = FORKSERVER.Pipe(duplex=False)
        process = FORKSERVER.Process(target=crew, args=(work, race, names[place::processes], theirs))
        process.start()
        theirs.close()
        ends.append(mine)
        started.append(process)
    told = [word for end in ends for word in _all(end)]
    for process in started:
        process.join()
        assert process.exitcode == 0
    return told


def _all(end: Connection) -> list[list[Any]]:
    """Receives until the process closes its end."""
    found = []
    while True:
        try:
            found.append(end.recv())
        except EOFError:
            end.close()
            return found
