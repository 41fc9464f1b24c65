"""What every repository on this GitHub shares: clock, numbers, addresses, the App, webhooks, the signal."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from ghapp.demo.github.auth import App
from ghapp.demo.github.webhooks import Delivery, Webhooks, hears
from ghapp.demo.waiting import Signal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `route` is the path as GitHub's description writes it.

    `began`, `ended`: when it came and when it was answered, in seconds of the machine's steady clock.
    """

    method: str
    path: str
    route: str
    query: Mapping[str, str]
    request: Any
    status: int
    answer: Any
    permissions: Mapping[str, str]
    fault: str | None = None
    began: float = 0.0
    ended: float = 0.0


Observer = Callable[[Exchange | Delivery], None]


@dataclass(frozen=True, slots=True)
class OtherApp:
    """An App that is not ours, and the account that it belongs to."""

    id: int
    slug: str
    owner: str
    public: bool = False


class Site:
    """The ground that repositories stand on. `url` is the API's address, `web_url` the pages'."""

    def __init__(self, *, app: App, now: Callable[[], datetime], webhook_url: str | None) -> None:
        self.app = app
        self.now = now
        self.url = self.web_url = "http://github.localhost"
        self.changed = Signal()
        self.exchanges: list[Exchange] = []
        self.observers: list[Observer] = []
        self.complaints: list[Exception] = []
        self.newest_api = False  # whether pull requests are told as the version 2026-03-10 does
        self.grants: dict[int, Mapping[str, str]] = {}  # installation: what its owner has accepted, if that is less
        self.emails: dict[str, str] = {}  # login: what they show on their profile
        self.apps: dict[str, OtherApp] = {}  # beside our own, by their slugs
        self._hooks = Webhooks(url=webhook_url, now=now, told=self.observe)
        self._ids = count(9_000_001)
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def webhook_url(self) -> str | None:
        return self._hooks.url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self._hooks.url = url

    @property
    def deliveries(self) -> list[Delivery]:
        return self._hooks.log

    def next_id(self) -> int:
        """A number that nothing else has."""
        return next(self._ids)

    async def until(self, predicate: Callable[[], T | bool | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Wait until the predicate is truthy and return its value; TimeoutError names it otherwise."""
        return await self.changed.until(predicate, timeout)

    def granted(self, installation: int) -> Mapping[str, str]:
        """What the owner of an account has accepted: all that the App asks for, unless a test says otherwise."""
        return self.grants.get(installation, self.app.permissions)

    async def send(self, event: str, payload: Mapping[str, Any]) -> Delivery | None:
        """Deliver a webhook and wait for the answer; None when the App is not told of it."""
        self.changed.bump()
        installation = payload.get("installation", {}).get("id")
        if installation == 0 or (installation and not hears(self.granted(installation), event)):
            return None
        return await self._hooks.send(self.app, event, payload)

    async def redeliver(self, guid: str) -> Delivery:
        """Deliver a logged webhook once more, under its own GUID."""
        return await self._hooks.redeliver(self.app, guid)

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Do this beside the answer under way: what GitHub does after it has answered."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until all spawned work is done (timed runs included)."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def observe(self, seen: Exchange | Delivery) -> None:
        """Show it to the observers; what they raise is kept in `complaints` for `check()`."""
        if isinstance(seen, Exchange):
            self.exchanges.append(seen)
        for observer in self.observers:
            try:
                observer(seen)
            except Exception as problem:  # noqa: BLE001  # an observer must not change what the caller gets
                self.complaints.append(problem)
        self.changed.bump()

    async def stop(self) -> None:
        """Cancel spawned work and close the webhooks' session."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._hooks.close()
