"""The common ground of all repositories on this GitHub: clock, ids, addresses, the App, webhooks, the signal."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from ghapp.demo.github.auth import App
from ghapp.demo.github.webhooks import Delivery, Line, Webhooks, hears
from ghapp.demo.kept import Kept
from ghapp.demo.waiting import Signal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer; `route` is the path as in GitHub's description.

    `began`, `ended`: when it arrived and was answered, in seconds of the machine's monotonic clock.
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
    """An App that is not ours, and the account that owns it."""

    id: int
    slug: str
    owner: str
    public: bool = False


class Site:
    """The base of the world. `url` is the API's address, `web_url` that of the pages."""

    def __init__(self, *, app: App, now: Callable[[], datetime], webhook_url: str | None) -> None:
        self.app = app
        self.now = now
        self.url = self.web_url = "http://github.localhost"
        self.changed = Signal()
        self.exchanges = Kept[Exchange]()
        self.observers: list[Observer] = []
        self.complaints: list[Exception] = []
        self.newest_api = False  # whether pull requests have the shape of version 2026-03-10
        self.grants: dict[int, Mapping[str, str]] = {}  # by installation, where its owner accepted fewer
        self.suspended: set[str] = set()  # accounts that have suspended the App
        self.emails: dict[str, str] = {}  # e-mail address on the profile, by login
        self.first_logins: dict[str, str] = {}  # of users who have taken another login, by that one
        self.apps: dict[str, OtherApp] = {}  # other Apps than ours, by slug
        self.hook_config = {"content_type": "json", "insecure_ssl": "0"}  # of the App's webhook
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
    def line(self) -> Line:
        """What disturbs the deliveries."""
        return self._hooks.line

    @property
    def deliveries(self) -> Kept[Delivery]:
        return self._hooks.log

    def next_id(self) -> int:
        """A unique id."""
        return next(self._ids)

    async def until(self, predicate: Callable[[], T | bool | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Waits until the predicate is truthy and returns its value; else TimeoutError names the predicate."""
        return await self.changed.until(predicate, timeout)

    def granted(self, installation: int) -> Mapping[str, str]:
        """The permissions that an account's owner accepted: all that the App requests, unless a test sets fewer."""
        return self.grants.get(installation, self.app.permissions)

    async def send(self, event: str, payload: Mapping[str, Any]) -> Delivery | None:
        """Delivers a webhook and waits for the answer; None where the App does not get the event."""
        self.changed.bump()
        installation = payload.get("installation", {}).get("id")
        if installation == 0 or (installation and not hears(self.granted(installation), event)):
            return None
        return await self._hooks.send(self.app, event, payload)

    async def redeliver(self, guid: str) -> Delivery:
        """Delivers a logged webhook again, under its own GUID."""
        return await self._hooks.redeliver(self.app, guid)

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Runs this in the background: work that GitHub does after its answer."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self, *, but: str | None = None) -> None:
        """Waits until all spawned work is done (runs included). `but`: an address that does not answer, for whose
        deliveries this does not wait."""
        while tasks := self._tasks - self._hooks.unanswered(but):
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    def observe(self, seen: Exchange | Delivery) -> None:
        """Passes an observation to the observers; their exceptions are kept in `complaints` for `check()`."""
        if isinstance(seen, Exchange):
            self.exchanges.append(seen)
        for observer in self.observers:
            try:
                observer(seen)
            except Exception as problem:  # noqa: BLE001  # an observer must not change the caller's answer
                self.complaints.append(problem)
        self.changed.bump()

    async def stop(self) -> None:
        """Cancels spawned work and closes the webhooks' session."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._hooks.close()
