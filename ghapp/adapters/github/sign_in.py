"""Sign-in with the App's OAuth client: GitHub's page, the exchange of its code, and what the user's token shows.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

import aiohttp
import msgspec
from cachetools import LRUCache, TTLCache
from gidgethub import sansio
from msgspec import Meta
from yarl import URL

from ghapp.adapters.github.api import answered, read, web_of
from ghapp.adapters.github.client import Client
from ghapp.adapters.github.faults import Refused, TimedOut, Unanswered, Unauthorized, fault_of, lost
from ghapp.adapters.github.github_clock import GitHubClock
from ghapp.core.model.secret import Secret
from ghapp.ports import Clock, NotSignedIn, Retryable, SignedIn, Visible

PATIENCE = 2.0  # seconds that a request of a browser waits for GitHub
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
_CODE = {"bad_verification_code"}
_PERSON = {"unverified_user_email"}

Text = Annotated[str, Meta(pattern=r"\A[!-~]{1,2000}\Z")]
T = TypeVar("T")


class _Exchanged(msgspec.Struct):
    """GitHub answers errors with 200 as well."""

    access_token: Text | None = None
    expires_in: Annotated[int, Meta(gt=0, lt=10**9)] | None = None
    error: Annotated[str, Meta(max_length=200)] | None = None


class _User(msgspec.Struct):
    id: int
    login: Annotated[str, Meta(min_length=1, max_length=100)]


class _Installation(msgspec.Struct):
    id: int
    suspended_at: datetime | None = None


class _Installations(msgspec.Struct):
    total_count: int
    installations: list[_Installation]


class _Repository(msgspec.Struct):
    id: int


class _Repositories(msgspec.Struct):
    total_count: int
    repositories: list[_Repository]


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The App's OAuth client. `callback`: the address to which GitHub sends browsers back."""

    id: str
    secret: Secret
    callback: str


def _size(kept: Visible) -> int:
    return 1 + len(kept.repositories)


@dataclass(slots=True, eq=False)
class GitHubSignIn:
    """The port `SignIn`. Lists are cached by the token's hash, and read once for all that ask at the same time."""

    session: aiohttp.ClientSession = field(repr=False)
    client: OAuthClient
    api_url: str
    clock: Clock
    patience: float = PATIENCE
    _kept: LRUCache[bytes, Visible] = field(init=False, default_factory=lambda: LRUCache(KEPT, _size))
    _failed: TTLCache[bytes, bool, datetime] = field(init=False)
    _reading: dict[bytes, asyncio.Task[Visible | None]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._failed = TTLCache(KEPT, PAUSE, timer=self.clock)

    def page(self, *, state: str, challenge: str) -> str:
        asked = {
            "client_id": self.client.id,
            "redirect_uri": self.client.callback,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return str(URL(f"{web_of(self.api_url)}/login/oauth/authorize").with_query(asked))

    async def exchange(self, code: str, verifier: str) -> SignedIn | NotSignedIn:
        async with _within(self.patience):
            found = await self._exchanged(code, verifier)
            if found.access_token is None:
                return _refusal(found.error or "no token in the answer")
            token = Secret(found.access_token)
            try:
                user = read(await self._get(self._new_client(), "/user", token), _User)
            except Refused as refusal:
                return NotSignedIn("person", f"status {refusal.status}")
        until = None if found.expires_in is None else self.clock() + timedelta(seconds=found.expires_in)
        return SignedIn(id=user.id, login=user.login, token=token, until=until)

    async def visible(self, token: Secret) -> Visible | None:
        key = hashlib.sha256(token.reveal().encode()).digest()
        known = self._kept.get(key)
        if known and self.clock() - known.at < FRESH:
            return known
        if key not in self._failed:
            reading = self._started(key, token)
            done, _ = await asyncio.wait([reading], timeout=self.patience)
            if done and not isinstance(reading.exception(), Retryable):
                return reading.result()
        if known and self.clock() - known.at < STALE:
            return known
        raise Retryable("GitHub has not said yet what this user may see")

    async def revoke(self, token: Secret) -> None:
        self._kept.pop(hashlib.sha256(token.reveal().encode()).digest(), None)
        auth = aiohttp.encode_basic_auth(self.client.id, self.client.secret.reveal())
        url = sansio.format_url("/applications/{client}/token", {"client": self.client.id}, base_url=self.api_url)
        body = msgspec.json.encode({"access_token": token.reveal()})
        headers = {"Authorization": auth, "Content-Type": "application/json"}
        async with _within(self.patience):
            await self._send("DELETE", url, headers=headers, data=body)

    # ---------------------------------------------------------------- the code

    async def _exchanged(self, code: str, verifier: str) -> _Exchanged:
        form = {
            "client_id": self.client.id,
            "client_secret": self.client.secret.reveal(),
            "code": code,
            "redirect_uri": self.client.callback,
            "code_verifier": verifier,
        }
        url = f"{web_of(self.api_url)}/login/oauth/access_token"
        try:
            content = await self._send("POST", url, headers={"Accept": "application/json"}, data=form)
        except Refused as refusal:  # an Enterprise Server does not know the client
            return _Exchanged(error=f"status {refusal.status}")
        try:
            return msgspec.json.decode(content, type=_Exchanged)
        except msgspec.DecodeError:
            pass
        raise Unanswered("GitHub's answer to a code could not be read")  # not chained: it may contain the token

    async def _send(self, method: str, url: str, **more: Any) -> bytes:
        try:
            async with self.session.request(method, url, allow_redirects=False, **more) as response:
                status, headers, content = response.status, response.headers, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            fault = lost(error)
        else:
            if status < 300:
                return content
            fault = fault_of(status, headers, content, self.clock())
        raise fault  # outside of the except: aiohttp's error contains the request with its secrets

    # ---------------------------------------------------------------- the list

    def _started(self, key: bytes, token: Secret) -> asyncio.Task[Visible | None]:
        if key not in self._reading:
            task = self._reading[key] = asyncio.create_task(self._read_and_keep(key, token), name=READING)
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # read even without callers
        return self._reading[key]

    async def _read_and_keep(self, key: bytes, token: Secret) -> Visible | None:
        at = self.clock()
        try:
            async with _within(READ_WITHIN):
                client = self._new_client()
                # each time: a login can pass to another person, and the token stays with the one who signed in
                user = read(await self._get(client, "/user", token), _User)
                found = self._kept[key] = Visible(user.login, await self._repositories(client, token), at)
        except (Unauthorized, Refused):
            self._kept.pop(key, None)
            return None
        except Retryable:
            self._failed[key] = True
            raise
        finally:
            del self._reading[key]
        return found

    async def _repositories(self, client: Client, token: Secret) -> frozenset[int]:
        """None where GitHub refuses, for example without a single sign-on."""
        try:
            pages = await self._pages(client, token, "/user/installations", _Installations)
        except Refused:
            return frozenset()
        installations = [one for page in pages for one in page.installations if one.suspended_at is None]
        found = set[int]()
        for one in installations:
            if len(found) < MOST_REPOSITORIES:
                found.update(await self._of_installation(client, token, one.id))
        return frozenset(found)

    async def _of_installation(self, client: Client, token: Secret, number: int) -> Sequence[int]:
        """None of its repositories where GitHub refuses: suspended, gone, or closed to this user or to our address."""
        path = f"/user/installations/{number}/repositories"
        try:
            pages = await self._pages(client, token, path, _Repositories)
        except Refused:
            return ()
        return [one.id for page in pages for one in page.repositories]

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
        make = partial(Client, self.session, base_url=self.api_url, clock=self.clock)
        return make(time=GitHubClock(self.clock))


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    """Raises TimedOut after that."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        late = TimedOut("GitHub did not answer in time")
    else:
        return
    raise late


def _refusal(error: str) -> NotSignedIn:
    return NotSignedIn("code" if error in _CODE else "person" if error in _PERSON else "client", error)
