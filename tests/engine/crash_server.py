"""A real server in its own process, with a preset moment at which it is killed or stopped."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import aiohttp
from aiohttp import web

from ghapp import assembly, settings
from ghapp.adapters.github.client import last_look
from ghapp.adapters.sqlite import SqliteStore
from ghapp.adapters.sqlite.file import found
from ghapp.core.model.codec import decode_entries
from ghapp.core.model.lanes import Share
from ghapp.demo.clock import SharedClock as Passing
from ghapp.engine.scheduler import Scheduler
from ghapp.engine.worker import Worker
from ghapp.ports import Archive, Change, Claimed, Clock, Counts, Item, Past, Retryable, Row, Silence, Store, Version
from tests.adapters.store_world import StoreUnderTest, connect
from tests.canaries import Ear
from tests.core.build import NOON

End = Literal["killed", "stopped"]
SIGNALS: Mapping[End, signal.Signals] = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP}
CALLS = {  # calls that change something on GitHub, by method and the last part of the path that is not a number
    ("POST", "dispatches"): "dispatch",
    ("POST", "comments"): "comment",
    ("PATCH", "comments"): "edit",
    ("POST", "statuses"): "status",
    ("POST", "reactions"): "reaction",
    ("POST", "check-runs"): "check",
    ("PATCH", "check-runs"): "recheck",
    ("POST", "deployments"): "deployment",
    ("POST", "cancel"): "cancel",
    ("POST", "force-cancel"): "cancel",
    ("DELETE", "comments"): "take back",
    ("DELETE", "deployments"): "take back",
    ("POST", "graphql"): "query",  # changes nothing; later steps depend on its answer
}
CHANGES = {*CALLS.values()} - {"query"}


@dataclass(frozen=True, slots=True)
class Moment:
    """Before or after the nth occurrence of a step."""

    when: Literal["before", "after"]
    what: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.when} {self.what}" + (f" ({self.nth})" if self.nth > 1 else "")


@dataclass(frozen=True, slots=True)
class Fate:
    end: End
    at: Moment


@dataclass(frozen=True, slots=True)
class Life:
    """All inputs of a server process. `clock`: the file with the shared clock."""

    environ: Mapping[str, str]
    clock: Path
    log: Path
    fate: Fate | None = None


class SharedClock(Passing):
    """Noon plus the skipped time: time passes in no process unless a test skips it."""

    def __call__(self) -> datetime:
        return NOON + self.skipped


class Steps:
    """Records every step of a server by name. At the fated step it reports to the parent, then signals its own
    process."""

    def __init__(self, parent: Connection, fate: Fate | None) -> None:
        self._parent, self._fate = parent, fate
        self.calm: Callable[[], object] = lambda: None
        self._times: Counter[tuple[str, str]] = Counter()
        self.taken: list[Moment] = []

    def reach(self, when: Literal["before", "after"], what: str) -> None:
        """Records the step, and ends the process if this is its fated moment."""
        self._times[when, what] += 1
        moment = Moment(when, what, self._times[when, what])
        self.taken.append(moment)
        if self._fate and self._fate.at == moment:
            if self._fate.end == "stopped":
                self.calm()
            self._parent.send("fallen")
            signal.raise_signal(SIGNALS[self._fate.end])

    @contextmanager
    def around(self, what: str) -> Iterator[None]:
        """Records the step before the block, and after it unless the block raised."""
        self.reach("before", what)
        yield
        self.reach("after", what)


class SteppedStore(Store, Archive):
    """A store that records each call as a step, and whose `check` gives the shared clock."""

    def __init__(self, inner: StoreUnderTest, steps: Steps, clock: Clock) -> None:
        self._inner, self._steps, self._clock = inner, steps, clock
        if isinstance(inner, SqliteStore):
            steps.calm = partial(out_of_transactions, inner)

    async def open(self) -> None:
        await self._inner.open()

    async def close(self) -> None:
        await self._inner.close()

    async def put(self, items: Sequence[Item], *, now: datetime) -> Sequence[bool]:
        with self._steps.around("put"):
            return await self._inner.put(items, now=now)

    async def claim(
        self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None
    ) -> Sequence[Claimed]:
        with self._steps.around("claim"):
            return await self._inner.claim(now=now, lease=lease, limit=limit, share=share)

    async def renew(self, held: Claimed | Row, *, now: datetime, lease: timedelta) -> bool:
        return await self._inner.renew(held, now=now, lease=lease)

    async def give_back(
        self, claimed: Claimed, *, now: datetime, retry_at: datetime | None, counts: bool, why: str
    ) -> None:
        with self._steps.around("give back"):
            await self._inner.give_back(claimed, now=now, retry_at=retry_at, counts=counts, why=why)

    async def load(self, repository: int) -> Sequence[Row]:
        with self._steps.around("load"):
            return await self._inner.load(repository)

    async def record(self, change: Change) -> None:
        with self._steps.around(f"record {_kind(change)}"):
            await self._inner.record(change)

    async def due(self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None) -> Sequence[Row]:
        with self._steps.around("due"):
            return await self._inner.due(now=now, lease=lease, limit=limit, share=share)

    async def lease_document(self, repository: int, name: str, *, now: datetime, lease: timedelta) -> Row | None:
        with self._steps.around("due"):
            return await self._inner.lease_document(repository, name, now=now, lease=lease)

    async def rest(self, row: Row, *, due_at: datetime | None, shown: bytes) -> None:
        with self._steps.around("rest"):
            await self._inner.rest(row, due_at=due_at, shown=shown)

    async def silence(self, account: str, repository: int) -> Silence:
        return await self._inner.silence(account, repository)

    async def keep_silence(self, account: str, repository: int, *, seen: Silence, at: datetime) -> None:
        with self._steps.around("keep silence"):
            await self._inner.keep_silence(account, repository, seen=seen, at=at)

    async def break_silence(self, account: str, repository: int | None = None) -> None:
        with self._steps.around("break silence"):
            await self._inner.break_silence(account, repository)

    async def overtakes(self, claimed: Claimed) -> bool:
        return await self._inner.overtakes(claimed)

    async def revive(self, item_id: str, *, now: datetime) -> bool:
        return await self._inner.revive(item_id, now=now)

    async def check(self) -> datetime:
        await self._inner.check()
        return self._clock()

    async def history(self, repository: int, *, limit: int, before: int | None = None) -> Sequence[Past]:
        return await self._inner.history(repository, limit=limit, before=before)

    async def repositories(self) -> Sequence[int]:
        return await self._inner.repositories()

    async def versions(self) -> Sequence[Version]:
        return await self._inner.versions()

    async def found_by(self, key: str) -> Sequence[int]:
        return await self._inner.found_by(key)

    async def item(self, item_id: str) -> Item | None:
        return await self._inner.item(item_id)

    async def counts(self) -> Counts:
        return await self._inner.counts()

    async def dead(self, *, limit: int) -> Sequence[tuple[Item, str]]:
        return await self._inner.dead(limit=limit)


def out_of_transactions(store: SqliteStore) -> None:
    """Waits until no transaction is open: a process stopped within one keeps the file's write lock, so no other process
    could write until it goes on or dies."""
    out = threading.Event()
    store._file._handed.put({found: ([lambda _: out.set()], [asyncio.get_running_loop().create_future()])})
    out.wait()


def _kind(change: Change) -> str:
    """The first history entry of a write; without one, whether the write changes a document or only settles an item."""
    if change.history:
        return decode_entries(change.history)[0].what
    return "look" if change.writes else "settled"


class Told(Ear):
    """Writes each forbidden log record to a file for the parent, at once: the process may die at any moment."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if self.heard:
            self._path.write_text("\n".join(self.heard))


def begin(parent: Connection, life: Life) -> None:
    """The entry point of the process."""
    os.environ.update({name: value for name, value in life.environ.items() if name.startswith("AWS_")})
    logging.basicConfig(filename=life.log, level=logging.INFO, format="%(message)s", force=True)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger().handlers[0].setLevel(logging.INFO)
    logging.getLogger().addHandler(Told(life.log.with_suffix(".heard")))
    asyncio.run(_live(parent, life))


async def _live(parent: Connection, life: Life) -> None:
    loaded, clock, steps = settings.load(life.environ, dotenv=None), SharedClock(life.clock), Steps(parent, life.fate)
    store = SteppedStore(connect(life.environ["GHAPP_STORE"]), steps, clock)
    await store.open()
    async with aiohttp.ClientSession(trace_configs=[last_look(), _traced(steps)]) as session:
        components = assembly._connect(loaded, clock, store, session, assembly.Spans(a_message_takes=0))
        components.worker.scheduler = Scheduler(
            store, clock, {}
        )  # a release and nothing beside it: its steps are counted
        async with _listening(components.application) as address:
            parent.send(address)
            await _obey(parent, components.worker, steps)
    await store.close()


async def _obey(parent: Connection, worker: Worker, steps: Steps) -> None:
    """On each request of the parent, works until nothing is ready and nothing is due, then sends the steps taken."""
    told: asyncio.Queue[bool] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear() -> None:
        try:
            parent.recv()
        except EOFError:
            loop.remove_reader(parent.fileno())
            told.put_nowait(False)
        else:
            told.put_nowait(True)

    loop.add_reader(parent.fileno(), hear)
    while await told.get():
        with contextlib.suppress(Retryable):  # as in `Worker.run`
            await worker.drain()
        parent.send(steps.taken)


@asynccontextmanager
async def _listening(application: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/github"
    await runner.cleanup()


def _traced(steps: Steps) -> aiohttp.TraceConfig:
    """Records the calls that change something on GitHub as steps: before the request, before its body is sent, and
    after the answer."""
    trace = aiohttp.TraceConfig()

    async def begins(_: aiohttp.ClientSession, __: SimpleNamespace, asked: aiohttp.TraceRequestStartParams) -> None:
        if call := _call(asked.method, asked.url.path):
            steps.reach("before", call)

    async def goes(_: aiohttp.ClientSession, __: SimpleNamespace, sent: aiohttp.TraceRequestHeadersSentParams) -> None:
        if call := _call(sent.method, sent.url.path):
            steps.reach("before", f"{call} sent")

    async def ends(_: aiohttp.ClientSession, __: SimpleNamespace, answered: aiohttp.TraceRequestEndParams) -> None:
        if call := _call(answered.method, answered.url.path):
            steps.reach("after", call)

    trace.on_request_start.append(begins)
    trace.on_request_headers_sent.append(goes)
    trace.on_request_end.append(ends)
    return trace


def _call(method: str, path: str) -> str | None:
    parts = [part for part in path.split("/") if not part.isdecimal()]
    if "statuses" in parts:  # the commit is the last part
        return CALLS.get((method, "statuses"))
    return CALLS.get((method, parts[-1]))
