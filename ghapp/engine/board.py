"""What the board reads: the environments, their history and their figures, from the store alone."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec.structs import replace

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model import codec
from ghapp.core.model.decision import Entry, Notice
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.overview import Overview, StoredEnvironment
from ghapp.core.views.figures import Month, Story
from ghapp.engine.documents import documents, readable, repository_of
from ghapp.engine.history import ReadableStore, entries
from ghapp.ports import Clock, Fault, Past, Retryable, Row
from ghapp.queue_items import ids_of_command

LOOKS_EVERY = 0.4  # seconds, while someone watches; well within the second in which a change must be shown
PATIENCE = 2.0  # seconds that a page waits for the store
FIGURES_KNOWN_FOR = 5.0  # seconds
# the order in which several servers write is known only to their clocks: an entry may appear before one already read
COUNTED_ANEW_AFTER = 3600.0  # seconds
FIGURES_BACK, MONTHS = timedelta(days=400), 13  # a year, and the month in which it began
PAGE, FIRST_PAGE = 200, 20  # changes a query; the second where the older ones are counted already
WAITING = 1000  # changes that one watcher has not taken yet

Versions = Mapping[int, Mapping[str, int]]


@dataclass(slots=True)
class _Counted:
    """A repository's history as far as it is counted. `place`: of the newest entry read."""

    configs: Mapping[str, EnvironmentConfig]
    begun: float
    stories: Mapping[str, Story]
    read: float = float("-inf")
    place: int = -1


@dataclass(slots=True)
class BoardReader:
    """Reads once for all who ask within `known_for` seconds, and only documents that have changed."""

    store: ReadableStore
    clock: Clock
    known_for: float = 1.0  # anyone who may see the board may ask
    looks_every: float = LOOKS_EVERY
    patience: float = PATIENCE
    _overview: Overview | None = None
    _versions: Versions = field(default_factory=dict)
    _read_at: float = field(default=float("-inf"))
    _reading: "asyncio.Task[Overview] | None" = None
    _watchers: set["asyncio.Queue[StoredEnvironment]"] = field(default_factory=set)
    _looking: "asyncio.Task[None] | None" = None
    _counted: dict[int, _Counted] = field(default_factory=dict)
    _counting: dict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    # ---------------------------------------------------------------- environments

    async def overview(self) -> Overview:
        """All environments, at most `known_for` seconds old; where the store cannot be read the last known ones, which
        say so. Raises Retryable where none are known."""
        now = asyncio.get_running_loop().time()
        if self._reading is None or (self._reading.done() and now - self._read_at >= self.known_for):
            self._look()
        assert self._reading
        try:
            async with asyncio.timeout(self.patience):
                return await asyncio.shield(self._reading)
        except (Fault, TimeoutError) as fault:
            if self._overview is None:
                raise Retryable(f"the store cannot be read: {fault}") from None
            return replace(self._overview, is_stale=True)

    def _look(self) -> None:
        self._read_at = asyncio.get_running_loop().time()
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(_retrieved)

    async def _read(self) -> Overview:
        """Loads the repositories of which a document has changed, or is new or gone."""
        at, known = self.clock(), defaultdict[int, list[StoredEnvironment]](list)
        for one in self._overview.environments if self._overview else ():
            known[one.repository.id].append(one)
        listed = defaultdict[int, dict[str, int]](dict)
        for document in await self.store.versions():
            listed[document.repository][document.name] = document.version
        for repository, versions in listed.items():
            if self._versions.get(repository) != versions:
                known[repository] = list(_stored(await self.store.load(repository)))
        found = [one for repository in listed for one in known[repository]]
        found.sort(key=lambda one: (one.repository.full_name.lower(), one.name))
        self._versions, self._overview = listed, Overview(environments=tuple(found), at=at)
        return self._overview

    async def newest(self, environment: StoredEnvironment) -> StoredEnvironment:
        """By a consistent read; the known one where the document is gone."""
        found = _stored(await self.store.load(environment.repository.id))
        return next((one for one in found if one.name == environment.name), environment)

    # ---------------------------------------------------------------- commands

    async def is_known(self, repository: int, key: str) -> bool:
        """Whether a command of that key was stored."""
        command, _ = ids_of_command(repository, key)
        return await self.store.item(command) is not None

    async def answer(self, repository: int, key: str) -> Notice | None:
        """The answer as it was decided; None while a newer server alone can read it, too."""
        _, answer = ids_of_command(repository, key)
        found = await self.store.item(answer)
        try:
            notice = codec.decode_item(found.body) if found else None
        except codec.UnreadableItem:
            return None
        return notice if isinstance(notice, Notice) else None

    # ---------------------------------------------------------------- changes

    @asynccontextmanager
    async def watch(self) -> "AsyncGenerator[asyncio.Queue[StoredEnvironment]]":
        """The environments that change from now on, each as it then is. All watchers share one look at the store."""
        changes = asyncio.Queue[StoredEnvironment](WAITING)
        self._watchers.add(changes)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on())
        try:
            yield changes
        finally:
            self._watchers.discard(changes)
            if not self._watchers and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look_on(self) -> None:
        """Begins with what the pages show that were asked for last: what has changed since is announced, too."""
        known = self._overview.environments if self._overview else None
        before = None if known is None else {one.path: one for one in known}
        while True:
            try:
                if self._reading is None or self._reading.done():
                    self._look()
                assert self._reading
                seen = {one.path: one for one in (await asyncio.shield(self._reading)).environments}
            except Fault:
                pass
            else:
                self._announce(before, seen)
                before = seen
            await asyncio.sleep(self.looks_every)

    def _announce(self, before: Mapping[str, StoredEnvironment] | None, seen: Mapping[str, StoredEnvironment]) -> None:
        if before is None:
            return
        gone = [one for path, one in before.items() if path not in seen]
        changed = [one for path, one in seen.items() if path not in before or before[path].version != one.version]
        for changes in self._watchers:
            for one in (*gone, *changed):
                if not changes.full():  # a watcher that takes none: the next page that it asks for shows them
                    changes.put_nowait(one)

    # ---------------------------------------------------------------- history and figures

    def history(self, environment: StoredEnvironment, *, back: timedelta) -> "AsyncIterator[Entry]":
        """The entries of an environment, the newest first. Raises Retryable."""
        since = self.clock() - back
        return entries(self.store, environment.repository.id, since=since, environment=environment.name)

    async def figures(self, environment: StoredEnvironment) -> Sequence[Month]:
        """Its months, the newest first, at most a year. Raises Retryable."""
        repository, state = environment.repository, environment.state
        if not isinstance(state, Environment):
            return ()
        async with self._counting[repository.id]:
            counted = await self._count(repository)
        story = counted.stories.get(environment.name)
        return story.rows(repository.full_name, environment.name)[:MONTHS] if story else ()

    async def _count(self, repository: Repository) -> _Counted:
        """Counts what is new; all anew where a config has changed that it depends on."""
        known = self._overview.environments if self._overview else ()
        states = (one.state for one in known if one.repository.id == repository.id)
        configs = {state.name: state.config for state in states if isinstance(state, Environment)}
        now = asyncio.get_running_loop().time()
        counted = self._counted.get(repository.id)
        if counted is None or not _same(counted.configs, configs) or now - counted.begun >= COUNTED_ANEW_AFTER:
            counted = _Counted(configs, now, {name: Story(config) for name, config in configs.items()})
        if now - counted.read >= FIGURES_KNOWN_FOR:
            fresh = await self._since(repository.id, counted.place)
            for read, change in enumerate(reversed(fresh), start=1):
                if not read % PAGE:
                    await asyncio.sleep(0)  # webhooks have their turn
                for entry in codec.decode_entries(change.history):
                    if story := counted.stories.get(entry.environment or ""):
                        story.read(entry)
                counted.place = change.place
            counted.read, self._counted[repository.id] = now, counted
        return counted

    async def _since(self, repository: int, place: int) -> Sequence[Past]:
        """The changes after that place that left history, the newest first."""
        found, before, since = list[Past](), None, self.clock() - FIGURES_BACK
        limit = PAGE if place < 0 else FIRST_PAGE
        while True:
            page = await self.store.history(repository, limit=limit, before=before)
            fresh = [change for change in page if change.place > place and change.at >= since]
            found += fresh
            if len(page) < limit or len(fresh) < len(page):
                return found
            before, limit = page[-1].place, PAGE


def _stored(rows: Sequence[Row]) -> Iterator[StoredEnvironment]:
    """A repository's environments; under the name that its rows have, where none can be read."""
    found = documents(rows)
    known = readable(found)
    for row in rows:
        if row.name in found:
            repository = repository_of(known) if known else Repository(row.repository, row.full_name, 0)
            yield StoredEnvironment(repository=repository, name=row.name, version=row.version, state=found[row.name])


def _same(configs: Mapping[str, EnvironmentConfig], others: Mapping[str, EnvironmentConfig]) -> bool:
    """Whether figures are the same under both."""

    def counts(one: EnvironmentConfig) -> object:
        return one.timezone, one.lock, one.cooldown

    return {name: counts(one) for name, one in configs.items()} == {name: counts(one) for name, one in others.items()}


def _retrieved(reading: "asyncio.Task[Overview]") -> None:
    """Retrieves the exception: where all requests timed out, asyncio would log it as unretrieved."""
    if not reading.cancelled():
        reading.exception()
