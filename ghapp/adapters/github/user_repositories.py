"""The repositories that a user may see, read with their own token, and cached by its hash.

https://docs.github.com/rest/apps/installations
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

import aiohttp
import msgspec
from cachetools import LRUCache, TTLCache
from msgspec import Meta

from ghapp.adapters.github.api import answered, read
from ghapp.adapters.github.client import Client
from ghapp.adapters.github.faults import Refused, TimedOut, Unauthorized
from ghapp.adapters.github.github_clock import GitHubClock
from ghapp.core.config.model import Role
from ghapp.core.model.secret import Secret
from ghapp.ports import Clock, Retryable, Visible

READ_WITHIN = 30.0  # seconds for all pages of a list, which go on after the browser has its answer
FRESH = timedelta(minutes=5)
STALE = timedelta(hours=1)  # for as long as GitHub gives no answer
PAUSE = timedelta(seconds=10)  # after a failure, so that not each page waits
PAGE = 100
MOST_PAGES = 100  # of one list
AT_ONCE = 5  # pages
MOST_REPOSITORIES = 20_000  # of one user; then no further installation is read
READING = "sign-in: a user's repositories"  # the name of the task
KEPT = 200_000  # repository ids of all lists together

_HIGHEST_FIRST: tuple[Role, ...] = ("admin", "maintain", "write", "triage")

T = TypeVar("T")


class User(msgspec.Struct):
    id: int
    login: Annotated[str, Meta(min_length=1, max_length=100)]


class _Installation(msgspec.Struct):
    id: int
    suspended_at: datetime | None = None


class _Installations(msgspec.Struct):
    total_count: int
    installations: list[_Installation]


class _Permissions(msgspec.Struct, frozen=True):
    admin: bool = False
    maintain: bool = False
    push: bool = False
    triage: bool = False

    @property
    def role(self) -> Role:
        """The standard role with these permissions; a repository is listed only to those who can read it."""
        held = {"admin": self.admin, "maintain": self.maintain, "write": self.push, "triage": self.triage}
        return next((role for role in _HIGHEST_FIRST if held[role]), "read")


class _Repository(msgspec.Struct):
    id: int
    permissions: _Permissions = _Permissions()


class _Repositories(msgspec.Struct):
    total_count: int
    repositories: list[_Repository]


def _size(kept: Visible) -> int:
    return 1 + len(kept.repositories) + len(kept.roles)


@dataclass(slots=True, eq=False)
class UserRepositories:
    """A list is read once for all that ask at the same time."""

    session: aiohttp.ClientSession = field(repr=False)
    api_url: str
    clock: Clock
    _kept: LRUCache[bytes, Visible] = field(init=False, default_factory=lambda: LRUCache(KEPT, _size))
    _failed: TTLCache[bytes, bool, datetime] = field(init=False)
    _reading: dict[bytes, asyncio.Task[Visible | None]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._failed = TTLCache(KEPT, PAUSE, timer=self.clock)

    async def user(self, token: Secret) -> User:
        """The user of a token. Raises Unauthorized, Refused or a Retryable."""
        return read(await self._get(self._new_client(), "/user", token), User)

    async def visible(self, token: Secret, patience: float) -> Visible | None:
        """None where GitHub rejects the token. Waits for at most `patience` seconds; raises Retryable."""
        key = _hashed(token)
        known = self._kept.get(key)
        if known and self.clock() - known.at < FRESH:
            return known
        if key not in self._failed:
            reading = self._started(key, token)
            done, _ = await asyncio.wait([reading], timeout=patience)
            if done and not isinstance(reading.exception(), Retryable):
                return reading.result()
        if known and self.clock() - known.at < STALE:
            return known
        raise Retryable("GitHub has not said yet what this user may see")

    def forget(self, token: Secret) -> None:
        self._kept.pop(_hashed(token), None)

    def _started(self, key: bytes, token: Secret) -> asyncio.Task[Visible | None]:
        if key not in self._reading:
            task = self._reading[key] = asyncio.create_task(self._read_and_keep(key, token), name=READING)
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # read even without callers
        return self._reading[key]

    async def _read_and_keep(self, key: bytes, token: Secret) -> Visible | None:
        at = self.clock()
        try:
            async with within(READ_WITHIN):
                client = self._new_client()
                # each time: a login can pass to another person, and the token stays with the one who signed in
                user = read(await self._get(client, "/user", token), User)
                roles = await self._repositories(client, token)
                higher = {number: role for number, role in roles.items() if role != "read"}
                found = self._kept[key] = Visible(user.login, frozenset(roles), at, higher)
        except (Unauthorized, Refused):
            self._kept.pop(key, None)
            return None
        except Retryable:
            self._failed[key] = True
            raise
        finally:
            del self._reading[key]
        return found

    async def _repositories(self, client: Client, token: Secret) -> Mapping[int, Role]:
        """With the user's role; none where GitHub refuses, for example without a single sign-on."""
        try:
            pages = await self._pages(client, token, "/user/installations", _Installations)
        except Refused:
            return {}
        installations = [one for page in pages for one in page.installations if one.suspended_at is None]
        found = dict[int, Role]()
        for one in installations:
            if len(found) < MOST_REPOSITORIES:
                found.update(await self._of_installation(client, token, one.id))
        return found

    async def _of_installation(self, client: Client, token: Secret, number: int) -> Mapping[int, Role]:
        """None of its repositories where GitHub refuses: suspended, gone, or closed to this user or to our address."""
        path = f"/user/installations/{number}/repositories"
        try:
            pages = await self._pages(client, token, path, _Repositories)
        except Refused:
            return {}
        return {one.id: one.permissions.role for page in pages for one in page.repositories}

    async def _pages(self, client: Client, token: Secret, path: str, shape: type[T]) -> Sequence[T]:
        """All pages, by the count that the first one gives: the pages of large lists are read side by side."""
        first = read(await self._get(client, f"{path}?per_page={PAGE}", token), shape)
        count: int = getattr(first, "total_count", 0)
        numbers = range(2, min(-(-count // PAGE), MOST_PAGES) + 1)
        room = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> T:
            async with room:
                return read(await self._get(client, f"{path}?per_page={PAGE}&page={number}", token), shape)

        return [first, *await asyncio.gather(*map(one, numbers))]

    async def _get(self, client: Client, path: str, token: Secret) -> Any:
        data, _ = await answered(client.page(path, {}, oauth_token=token.reveal()))
        return data

    def _new_client(self) -> Client:
        """Without a cache from earlier reads: the limits and the answers are this user's."""
        time = GitHubClock(self.clock)
        return Client(self.session, base_url=self.api_url, clock=self.clock, time=time)


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """Raises TimedOut after that."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        late = TimedOut("GitHub did not answer in time")
    else:
        return
    raise late


def _hashed(token: Secret) -> bytes:
    return hashlib.sha256(token.reveal().encode()).digest()
