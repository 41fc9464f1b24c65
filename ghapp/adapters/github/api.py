"""GitHub in the name of one repository: the right client, a token that reaches nothing else, answers with a shape."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import aiohttp
import msgspec
from cachetools import LRUCache, TLRUCache
from gidgethub import GitHubException

from ghapp.adapters.github.client import Client
from ghapp.adapters.github.faults import NoToken, Refused, Unanswered, Unauthorized, Unsent, date_of
from ghapp.adapters.github.permissions import Of, levels
from ghapp.adapters.github.queries import Queries, Query, document
from ghapp.adapters.github.tokens import AppJwt, InstallationTokens, Key, Token
from ghapp.core.environment import Repository
from ghapp.core.secret import Secret
from ghapp.ports import Clock, Retryable

INSTALLATIONS_KEPT = 1000
ABSENT_FOR = timedelta(minutes=5)
FOR_LONG = timedelta(days=1)
ROOT = "/repos/{owner}/{repo}"
logger = logging.getLogger(__name__)
T = TypeVar("T")


class _About(msgspec.Struct):
    slug: str


class _Installation(msgspec.Struct):
    permissions: dict[str, str]


class _Installed(msgspec.Struct):
    id: int


class _Named(msgspec.Struct, rename="camel"):
    database_id: int
    name_with_owner: str


class _Minted(msgspec.Struct):
    token: str
    expires_at: datetime


class Api:
    """All calls. `path` is what follows `/repos/{owner}/{repo}`, as a URI template; `values` fill it.

    Raises the faults of `faults`. Nothing is retried but a call whose credential was not accepted, once.
    """

    def __init__(self, session: aiohttp.ClientSession, jwt: AppJwt, *, base_url: str, clock: Clock) -> None:
        self._jwt = jwt
        self._connect = partial(Client, session, base_url=base_url, clock=clock)
        self._app = self._connect()
        self._clients: LRUCache[int, Client] = LRUCache(INSTALLATIONS_KEPT)
        self._tokens = InstallationTokens(self._mint, clock)
        self._queries = Queries(self._send)
        self._bot: str | None = None
        self._beside: TLRUCache[str, bool, datetime] = TLRUCache(
            INSTALLATIONS_KEPT,
            # that it is there shows itself with each token; that it is not has to be asked again
            ttu=lambda _name, known, now: now + (FOR_LONG if known else ABSENT_FOR),
            timer=clock,
        )

    async def get(self, repository: Repository, path: str, shape: type[T], **values: str | int) -> T:
        """GET one thing."""
        ask = partial(Client.page, url=ROOT + path, values=_filled(repository, values))
        data, _ = await self._call(repository, ask)
        return read(data, shape)

    async def get_of_owner(self, repository: Repository, path: str, shape: type[T], **values: str) -> T:
        """GET one thing of the organisation that owns the repository. `path` follows `/orgs/{owner}`."""
        ask = partial(Client.page, url="/orgs/{owner}" + path, values=_filled(repository, values))
        data, _ = await self._call(repository, ask, of="organization")
        return read(data, shape)

    async def get_person(self, repository: Repository, shape: type[T], *, login: str) -> T:
        """GET somebody's profile, as everybody sees it."""
        ask = partial(Client.page, url="/users/{login}", values=_filled(repository, {"login": login}))
        data, _ = await self._call(repository, ask)
        return read(data, shape)

    async def pages(self, repository: Repository, path: str, shape: type[T], **values: str | int) -> AsyncIterator[T]:
        """GET a list, page by page, for as long as the caller goes on."""
        url: str | None = ROOT + path
        while url:
            data, url = await self._call(repository, partial(Client.page, url=url, values=_filled(repository, values)))
            yield read(data, shape)

    async def post(
        self, repository: Repository, path: str, body: Mapping[str, object] | None, **values: str | int
    ) -> object:
        """POST, once. The answer is as it came: `read` gives it a shape."""
        filled, data = _filled(repository, values), b"" if body is None else body
        return _no_page(await self._call(repository, partial(Client.post, url=ROOT + path, url_vars=filled, data=data)))

    async def patch(self, repository: Repository, path: str, body: Mapping[str, object], **values: str | int) -> None:
        """PATCH, once."""
        filled = _filled(repository, values)
        _no_page(await self._call(repository, partial(Client.patch, url=ROOT + path, url_vars=filled, data=body)))

    async def delete(self, repository: Repository, path: str, **values: str | int) -> None:
        """DELETE, once."""
        filled = _filled(repository, values)
        await self._call(repository, partial(Client.delete, url=ROOT + path, url_vars=filled))

    async def query(self, repository: Repository, query: Query, shape: type[T], **values: object) -> T:
        """What a query says of this repository.

        A name can pass to another repository, the id cannot: that one is refused like one that is gone.
        """
        found = await self._queries.ask(repository, query, values)
        if not isinstance(found, dict) or found.get("databaseId") != repository.id:
            raise Refused(404, f"there is no repository {repository.full_name} with the id {repository.id}")
        return read(found, shape)

    async def query_beside(
        self, repository: Repository, name: str, query: Query, shape: type[T], **values: object
    ) -> T | None:
        """What a query says of another repository of the same owner, with a token for that one alone.

        None where there is none, or the App is not installed on it: that is asked anew every few minutes.
        """
        owner = repository.full_name.split("/", 1)[0]
        beside = f"{owner}/{name}"
        if not await self._installed(owner, name):
            return None
        text, variables = document(beside, [(query, values)])
        ask = partial(Client.query, document=text, variables=variables)
        try:
            data = await self._with_token((repository.installation, name, "repository"), ask)
        except NoToken as refusal:
            self._beside.pop(beside, None)  # it was taken away since
            raise Unsent(str(refusal)) from None
        found = data.get("repository")
        return None if found is None else read(found, shape)

    async def _installed(self, owner: str, name: str) -> bool:
        known = self._beside.get(f"{owner}/{name}")
        if known is None:
            known = await self._installation(owner, name) is not None
            self._beside[f"{owner}/{name}"] = known
        return known

    async def _installation(self, owner: str, name: str) -> int | None:
        ask = partial(Client.getitem, url=f"{ROOT}/installation", url_vars={"owner": owner, "repo": name})
        try:
            return read(await self._as_app(ask), _Installed).id
        except Refused as refusal:
            if refusal.status != 404:
                raise
            return None

    async def find(self, full_name: str) -> Repository | None:
        """The repository of this name; None where there is none, or the App has no token for it."""
        owner, name = full_name.split("/", 1)
        installation = await self._installation(owner, name)
        if installation is None:
            return None
        text, variables = document(full_name, [(Query("nameWithOwner"), {})])
        ask = partial(Client.query, document=text, variables=variables)
        try:
            data = await self._with_token((installation, name, "repository"), ask)
        except NoToken:
            return None
        if data.get("repository") is None:
            return None
        found = read(data["repository"], _Named)
        return Repository(id=found.database_id, full_name=found.name_with_owner, installation=installation)

    async def pages_of_app(self, path: str, shape: type[T]) -> AsyncIterator[T]:
        """GET a list about the App itself, page by page, for as long as the caller goes on. `path` follows `/app`."""
        url: str | None = f"/app{path}"
        while url:
            data, url = await self._as_app(partial(Client.page, url=url, values={}))
            yield read(data, shape)

    async def post_of_app(self, path: str) -> None:
        """POST about the App itself, once, with nothing in it. `path` follows `/app`."""
        await self._as_app(partial(Client.post, url=f"/app{path}", data=b""))

    def left(self) -> Mapping[int, Mapping[str, int]]:
        """How many calls GitHub still allows, by installation; 0 is the App itself."""
        return {0: self._app.left(), **{number: client.left() for number, client in self._clients.items()}}

    async def bot(self) -> str:
        """The login under which the App acts."""
        if self._bot is None:
            _, _, body = await self._as_app(Client.about)
            self._bot = f"{_decoded(body, _About).slug}[bot]"
        return self._bot

    async def date(self) -> datetime | None:
        """GitHub's own clock, learned by asking it who we are."""
        _, headers, _ = await self._as_app(Client.about)
        return date_of(headers)

    async def _send(self, repository: Repository, text: str, variables: Mapping[str, object]) -> Mapping[str, Any]:
        return await self._call(repository, partial(Client.query, document=text, variables=variables))

    async def _call(self, repository: Repository, ask: Callable[..., Awaitable[T]], of: Of = "repository") -> T:
        return await self._with_token((repository.installation, repository.id, of), ask)

    async def _with_token(self, key: Key, ask: Callable[..., Awaitable[T]]) -> T:
        client = self._client(key[0])
        token = await self._token(key)
        try:
            return await _answered(ask(client, oauth_token=token.secret.reveal()))
        except Unauthorized:
            self._tokens.drop(key, token)
        token = await self._token(key)
        return await _answered(ask(client, oauth_token=token.secret.reveal()))

    async def _as_app(self, ask: Callable[..., Awaitable[T]]) -> T:
        try:
            return await _answered(ask(self._app, jwt=self._jwt.current().reveal()))
        except Unauthorized as refusal:
            self._jwt.renew(refusal.date)
        return await _answered(ask(self._app, jwt=self._jwt.current().reveal()))

    async def _token(self, key: Key) -> Token:
        """Whatever befalls the mint, the call that needs it was not made."""
        try:
            return await self._tokens.get(key)
        except Retryable as fault:
            raise Unsent(f"no token: {fault}", after=fault.after) from None
        except Refused as refusal:
            raise NoToken(f"no token: {refusal}") from None

    async def _mint(self, key: Key) -> Token:
        installation, repository, of = key
        body: dict[str, object] = {"repository_ids": [repository], "permissions": levels(of)}
        if isinstance(repository, str):  # beside the one that is served nothing but a file is read
            body = {"repositories": [repository], "permissions": {"contents": "read", "metadata": "read"}}
        url = f"/app/installations/{installation}/access_tokens"
        ask = partial(Client.post, url=url)
        try:
            answer = await self._as_app(partial(ask, data=body))
        except Refused as refusal:
            if refusal.status != 422 or of != "repository" or isinstance(repository, str):
                raise
            granted = await self._granted(installation, levels(of))
            if granted == levels(of):
                raise
            # a new version asks for more than the owner has accepted yet: what was granted goes on working
            logger.warning("permissions not granted", extra={"why": ", ".join(sorted(levels(of).keys() - granted))})
            answer = await self._as_app(partial(ask, data={**body, "permissions": granted}))
        minted = read(answer, _Minted)
        return Token(Secret(minted.token), minted.expires_at)

    async def _granted(self, installation: int, wanted: Mapping[str, str]) -> Mapping[str, str]:
        """What of this the installation has granted, each as far as it has."""
        _, _, body = await self._as_app(partial(Client.about, what=f"/app/installations/{installation}"))
        given = _decoded(body, _Installation).permissions
        return {name: level if given[name] != "read" else "read" for name, level in wanted.items() if name in given}

    def _client(self, installation: int) -> Client:
        if installation not in self._clients:
            self._clients[installation] = self._connect()
        return self._clients[installation]


def read(data: object, shape: type[T]) -> T:
    """An answer with the fields that are needed. Raises Unanswered where it has not got them."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as problem:
        raise Unanswered(f"GitHub's answer could not be read: {problem}") from None


def _no_page(answer: object) -> object:
    """What GitHub answers a change with is an object or nothing; a text is somebody else's, and nothing is known."""
    if isinstance(answer, str) and answer:
        raise Unanswered("GitHub's answer could not be read: it is a page")
    return answer


def _decoded(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as problem:
        raise Unanswered(f"GitHub's answer could not be read: {problem}") from None


async def _answered(asking: Awaitable[T]) -> T:
    """A 2xx that is not what it says, such as a proxy's page, is no answer."""
    try:
        return await asking
    except (GitHubException, msgspec.MsgspecError, ValueError, LookupError) as problem:
        unread = Unanswered(f"GitHub's answer could not be read ({type(problem).__name__})")
    raise unread


def _filled(repository: Repository, values: Mapping[str, Any]) -> dict[str, Any]:
    owner, name = repository.full_name.split("/", 1)
    return {"owner": owner, "repo": name} | {key: str(value) for key, value in values.items()}
