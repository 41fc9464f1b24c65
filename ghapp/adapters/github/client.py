"""One request to GitHub: timeouts, API version, redirects. Every failure is raised as a `Fault`."""

from collections.abc import Mapping
from copy import copy
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from cachetools import LRUCache
from gidgethub import sansio
from gidgethub.abc import GitHubAPI
from uritemplate.variable import VariableValue
from yarl import URL

from ghapp.adapters.github.budget import WRITE, Budget
from ghapp.adapters.github.faults import Limited, fault_of, lost, query_fault
from ghapp.adapters.github.github_clock import GitHubClock
from ghapp.ports import Clock, Fault, Priority, check_in_hand

API_VERSION = "2022-11-28"
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
ETAGS_KEPT = 256
JSON = "application/json; charset=utf-8"
_SAFE = ("GET", "HEAD")
_CHANGES = ("POST", "PATCH")  # not DELETE: it only removes our own duplicates
_ONLY_ASKS = ("/graphql", "/access_tokens", "/auth.test")
_MOVED = (301, 307, 308)

Answer = tuple[int, Mapping[str, str], bytes]


class _Answered(msgspec.Struct):
    """The body of a GraphQL answer."""

    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] = []


class Client(GitHubAPI):
    """The client of one installation, or of the App itself. Its ETag cache is never shared.

    gidgethub's cache is keyed by URL alone, so a shared one could answer one installation with another's data.
    """

    def __init__(self, session: aiohttp.ClientSession, *, base_url: str, clock: Clock, time: GitHubClock) -> None:
        super().__init__("ghapp", cache=LRUCache(ETAGS_KEPT), base_url=base_url)
        self._session = session
        self._clock, self._time = clock, time
        self._budget = Budget(clock)
        self._graphql_url = graphql_url(base_url)
        self._priority = Priority.ACT
        self._repository: int | None = None

    def at(self, priority: Priority, repository: int | None) -> "Client":
        """The same client; its calls have this priority, and count against the repository's share of the budget."""
        client = copy(self)
        client._priority, client._repository = priority, repository
        return client

    async def page(
        self, url: str, values: Mapping[str, VariableValue], *, jwt: str | None = None, oauth_token: str | None = None
    ) -> tuple[Any, str | None]:
        """GETs a URL; returns the decoded answer and the next page's URL."""
        data, more, _ = await self._make_request("GET", url, values, b"", sansio.accept_format(), jwt, oauth_token)
        return data, more

    async def query(self, document: str, variables: Mapping[str, object], *, oauth_token: str) -> Mapping[str, Any]:
        """The data of a GraphQL answer. A missing object is null in it; any other error raises a fault."""
        headers = sansio.create_headers(self.requester, accept=JSON, oauth_token=oauth_token) | {"content-type": JSON}
        body = msgspec.json.encode({"query": document, "variables": variables})
        _, answered, content = await self._request("POST", self._graphql_url, headers, body)
        answer = msgspec.json.decode(content, type=_Answered)
        if fault := query_fault(answer.errors, answered, self._clock()):
            raise self._noted(fault, answered)
        return answer.data or {}

    async def about(self, what: str = "/app", *, jwt: str) -> Answer:
        """GETs about the App itself; returns status, headers and body."""
        url = sansio.format_url(what, None, base_url=self.base_url)
        return await self._request("GET", url, sansio.create_headers(self.requester, jwt=jwt))

    def left(self) -> Mapping[str, int]:
        """The calls that GitHub still allows per resource, as far as known."""
        return self._budget.left()

    async def sleep(self, seconds: float) -> None:
        """Never waits: the caller that gets a Retryable decides when to retry."""
        raise NotImplementedError

    async def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        resource, points = "graphql" if url == self._graphql_url else "core", 1 if method in _SAFE else WRITE
        self._budget.admit(resource, priority=self._priority, points=points, repository=self._repository)
        headers = {**headers, "x-github-api-version": API_VERSION}
        answer = await self._send(method, url, headers, body)
        if method not in _SAFE and answer[0] in _MOVED and (moved := same_origin(url, answer[1])):
            answer = await self._send(method, moved, headers, body)
        status, answered, content = answer
        self._budget.note(answered)
        self._time.note(answered)
        if status >= 300 and status != 304:
            raise self._noted(fault_of(status, answered, content, self._clock()), answered)
        return answer

    def _noted(self, fault: Fault, headers: Mapping[str, str]) -> Fault:
        """A limit with calls left in the hour is a secondary one, which further calls prolong: pauses all calls."""
        if isinstance(fault, Limited) and headers.get("x-ratelimit-remaining") != "0":
            self._budget.quiet(fault.after)
        return fault

    async def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        # aiohttp turns a redirected POST into a GET, whose 200 would look like success: writes follow no redirect here
        follow = method in _SAFE
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, timeout=TIMEOUT, allow_redirects=follow
            ) as response:
                return response.status, response.headers, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            fault = lost(error)
        raise fault  # outside of the except: aiohttp's error contains the request with the token


def last_look() -> aiohttp.TraceConfig:
    """A trace for the session that checks the lease once more when the connection is open, right before the first
    byte. Connecting may take long, and the process may be suspended meanwhile."""
    trace = aiohttp.TraceConfig()

    async def look(_: aiohttp.ClientSession, __: object, sent: aiohttp.TraceRequestHeadersSentParams) -> None:
        if sent.method in _CHANGES and not sent.url.path.endswith(_ONLY_ASKS):
            check_in_hand()

    trace.on_request_headers_sent.append(look)
    return trace


def graphql_url(base_url: str) -> str:
    """The GraphQL URL for a REST base URL; Enterprise Server has another path."""
    base = base_url.removesuffix("/")
    return f"{base.removesuffix('/v3')}/graphql" if urlsplit(base).path.endswith("/api/v3") else f"{base}/graphql"


def same_origin(url: str, headers: Mapping[str, str]) -> str | None:
    """The redirect's target, if it has the same origin: our token is for that server only."""
    asked = URL(url)
    try:
        moved = asked.join(URL(headers.get("location", "")))
        return str(moved) if moved != asked and moved.origin() == asked.origin() else None
    except ValueError:
        return None
