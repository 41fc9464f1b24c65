"""Calls GitHub for one repository: the installation's client, a token for that repository only, typed answers."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import aiohttp
import msgspec
from cachetools import LRUCache, TLRUCache
from gidgethub import GitHubException
from yarl import URL

from ghapp.adapters.github.client import Client
from ghapp.adapters.github.faults import Gone, NoToken, Refused, Unanswered, Unauthorized, Unsent, date_of
from ghapp.adapters.github.github_clock import GitHubClock
from ghapp.adapters.github.permissions import Of, holds, levels, needed, needed_by_query
from ghapp.adapters.github.queries import Queries, Query, document
from ghapp.adapters.github.tokens import AppJwt, InstallationTokens, Key, Token
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import Grants
from ghapp.core.model.secret import Secret
from ghapp.ports import Clock, NotGranted, Priority, Retryable, check_in_hand

INSTALLATIONS_KEPT = 1000
ABSENT_FOR = timedelta(minutes=5)
FOR_LONG = timedelta(days=1)
BESIDE = {"contents": "read", "metadata": "read"}
ROOT = "/repos/{owner}/{repo}"
logger = logging.getLogger(__name__)
T = TypeVar("T")
Admitted = tuple[Key, Token]
"""A token and its cache key."""


class _About(msgspec.Struct):
    slug: str


class _Account(msgspec.Struct):
    id: int


class Installation(msgspec.Struct):
    """The permissions that an account granted the App, and the page on which its owner changes them."""

    permissions: dict[str, str]
    html_url: str


class _Installed(msgspec.Struct):
    id: int


class _Named(msgspec.Struct, rename="camel"):
    database_id: int
    name_with_owner: str


class _Minted(msgspec.Struct):
    token: str
    expires_at: datetime


@dataclass(slots=True)
class _Bot:
    """The App's bot account, as far as known."""

    login: str | None = None
    id: int | None = None


def web_of(api_url: str) -> str:
    """The address of GitHub's own pages, by that of its API: https://docs.github.com/enterprise-server@latest/rest"""
    api = URL(api_url)
    return "https://github.com" if api.host == "api.github.com" else str(api.origin())


class Api:
    """All calls. `path` is a URI template below `/repos/{owner}/{repo}`; `values` fill it.
    `web`: the address of GitHub's own pages.

    Raises the faults of `faults`, and NotGranted before a call for which the installation lacks a permission.
    Repeats a call once if GitHub rejects its credential; retries nothing else.
    """

    def __init__(
        self, session: aiohttp.ClientSession, jwt: AppJwt, *, base_url: str, clock: Clock, time: GitHubClock
    ) -> None:
        self._jwt = jwt
        self.web = web_of(base_url)
        self._connect = partial(Client, session, base_url=base_url, clock=clock, time=time)
        self._app = self._connect()
        self._stranger = self._connect()  # unauthenticated, with its own budget
        self._clients: LRUCache[int, Client] = LRUCache(INSTALLATIONS_KEPT)
        self._tokens = InstallationTokens(clock)
        self._queries = Queries(self._send)
        self._bot = _Bot()
        self.priority = Priority.ACT
        self._repository: int | None = None
        self._now: LRUCache[tuple[int, int], int] = LRUCache(INSTALLATIONS_KEPT)
        self._beside: TLRUCache[str, bool, datetime] = TLRUCache(
            INSTALLATIONS_KEPT,
            # each new token proves that the App is still installed; an absence has to be checked again
            ttu=lambda _name, known, now: now + (FOR_LONG if known else ABSENT_FOR),
            timer=clock,
        )

    def at(self, priority: Priority) -> "Api":
        """A handle on the same clients, tokens and budgets, whose calls have this priority."""
        handle = copy(self)
        handle.priority, handle._queries = priority, Queries(handle._send)
        return handle

    def _counted(self, repository: Repository) -> "Api":
        """A handle whose requests count against this repository's share of the budget."""
        handle = copy(self)
        handle._repository = repository.id
        return handle

    async def get(self, repository: Repository, path: str, shape: type[T], **values: str | int) -> T:
        ask = partial(Client.page, url=ROOT + path, values=_filled(repository, values))
        data, _ = await self._call(repository, ask, needed("GET", ROOT + path))
        return read(data, shape)

    async def get_of_owner(self, repository: Repository, path: str, shape: type[T], **values: str) -> T:
        """GET from the organisation that owns the repository. `path` follows `/orgs/{owner}`."""
        ask = partial(Client.page, url="/orgs/{owner}" + path, values=_filled(repository, values))
        data, _ = await self._call(repository, ask, needed("GET", "/orgs/{owner}" + path), of="organization")
        return read(data, shape)

    async def get_person(self, repository: Repository, shape: type[T], *, login: str) -> T:
        """GET a user's public profile."""
        ask = partial(Client.page, url="/users/{login}", values=_filled(repository, {"login": login}))
        data, _ = await self._call(repository, ask)
        return read(data, shape)

    async def get_account(self, repository: Repository, shape: type[T], *, account: int) -> T:
        """GET a user's public profile by id: https://docs.github.com/rest/users/users#get-a-user-using-their-id"""
        ask = partial(Client.page, url="/user/{account}", values=_filled(repository, {"account": account}))
        data, _ = await self._call(repository, ask)
        return read(data, shape)

    async def get_app(self, repository: Repository, shape: type[T], *, slug: str) -> T:
        """GET an App by its slug, as the installation's token may see it."""
        ask = partial(Client.page, url="/apps/{slug}", values=_filled(repository, {"slug": slug}))
        data, _ = await self._call(repository, ask)
        return read(data, shape)

    async def pages(self, repository: Repository, path: str, shape: type[T], **values: str | int) -> AsyncIterator[T]:
        """GET a list page by page; the caller's iteration requests the next page."""
        url: str | None = ROOT + path
        needs = needed("GET", ROOT + path)
        while url:
            ask = partial(Client.page, url=url, values=_filled(repository, values))
            data, url = await self._call(repository, ask, needs)
            yield read(data, shape)

    async def post(
        self, repository: Repository, path: str, body: Mapping[str, object] | None, **values: str | int
    ) -> object:
        """POST once. Returns plain JSON values; `read` converts them to a struct."""
        filled, data = _filled(repository, values), b"" if body is None else body
        ask = partial(_changing, Client.post, url=ROOT + path, url_vars=filled, data=data)
        return _no_page(await self._call(repository, ask, needed("POST", ROOT + path)))

    async def patch(self, repository: Repository, path: str, body: Mapping[str, object], **values: str | int) -> None:
        filled = _filled(repository, values)
        ask = partial(_changing, Client.patch, url=ROOT + path, url_vars=filled, data=body)
        _no_page(await self._call(repository, ask, needed("PATCH", ROOT + path)))

    async def delete(self, repository: Repository, path: str, **values: str | int) -> None:
        """DELETE once. A worker that lost its lease may still delete: it only removes its own duplicates."""
        filled = _filled(repository, values)
        ask = partial(Client.delete, url=ROOT + path, url_vars=filled)
        await self._call(repository, ask, needed("DELETE", ROOT + path))

    async def query(self, repository: Repository, query: Query, shape: type[T], **values: object) -> T:
        """Queries this repository.

        A name can pass to another repository, an id cannot: an answer with another id is refused with 404.
        """
        _, token = await self._admitted(repository)
        token.check(needed_by_query(query.fields))
        found = await self._queries.ask(repository, query, values)
        if not isinstance(found, dict) or found.get("databaseId") != repository.id:
            raise Refused(404, f"there is no repository {repository.full_name} with the id {repository.id}")
        return read(found, shape)

    async def query_beside(
        self, repository: Repository, name: str, query: Query, shape: type[T], **values: object
    ) -> T | None:
        """Queries another repository of the same owner, with a token for that repository only.

        None if it does not exist or the App is not installed on it; that result is cached for 5 minutes.
        """
        owner = repository.full_name.split("/", 1)[0]
        beside = f"{owner}/{name}"
        if not await self._installed(owner, name):
            return None
        text, variables = document(beside, [(query, values)])
        ask = partial(Client.query, document=text, variables=variables)
        try:
            handle = self._counted(repository)
            key: Key = self._installed_as(repository), name, "repository"
            data = await handle._with_token(partial(handle._by, key), ask)
        except NoToken as refusal:
            self._beside.pop(beside, None)  # the App lost access since
            if isinstance(refusal, Gone):  # the installation is gone; a new one has another id
                raise Unsent(str(refusal)) from None
            return None
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
        """The repository with this name; None if it does not exist or the App gets no token for it."""
        owner, name = full_name.split("/", 1)
        installation = await self._installation(owner, name)
        if installation is None:
            return None
        text, variables = document(full_name, [(Query("nameWithOwner"), {})])
        ask = partial(Client.query, document=text, variables=variables)
        try:
            data = await self._with_token(partial(self._by, (installation, name, "repository")), ask)
        except NoToken:
            return None
        if data.get("repository") is None:
            return None
        found = read(data["repository"], _Named)
        return Repository(id=found.database_id, full_name=found.name_with_owner, installation=installation)

    async def get_of_app(self, path: str, shape: type[T]) -> T:
        """GET about the App itself. `path` follows `/app`."""
        data, _ = await self._as_app(partial(Client.page, url=f"/app{path}", values={}))
        return read(data, shape)

    async def is_public(self) -> bool:
        """Whether any account may install the App. GitHub shows a private App only to a request with a token.

        https://docs.github.com/en/rest/apps/apps#get-an-app
        """
        about = await self.get_of_app("", _About)
        try:
            await answered(Client.page(self._stranger, "/apps/{slug}", {"slug": about.slug}))
        except (Refused, Unauthorized) as refusal:  # a server without anonymous access answers 401
            if isinstance(refusal, Refused) and refusal.status == 404:
                return False
            raise
        return True

    async def pages_of_app(self, path: str, shape: type[T], **values: int) -> AsyncIterator[T]:
        """GET a list about the App itself, page by page. `path` follows `/app`."""
        url: str | None = f"/app{path}"
        while url:
            data, url = await self._as_app(partial(Client.page, url=url, values=dict(values)))
            yield read(data, shape)

    async def pages_of_installation(
        self, installation: int, path: str, shape: type[T], **values: int
    ) -> AsyncIterator[T]:
        """GET a list that only an installation shows, page by page, with a token that may read metadata alone."""
        token = await self._minted(installation, {}, {"metadata": "read"})
        client, secret = self._client(installation), token.secret.reveal()
        url: str | None = path
        while url:
            data, url = await answered(client.page(url, dict(values), oauth_token=secret))
            yield read(data, shape)

    async def post_of_app(self, path: str) -> None:
        """POST about the App itself, once, with an empty body. `path` follows `/app`."""
        await self._as_app(partial(_changing, Client.post, url=f"/app{path}", data=b""))

    def left(self) -> Mapping[int, Mapping[str, int]]:
        """The calls that GitHub still allows, by installation and resource; 0 is the App itself."""
        return {0: self._app.left(), **{number: client.left() for number, client in self._clients.items()}}

    async def bot(self) -> str:
        """The login under which the App acts."""
        if self._bot.login is None:
            _, _, body = await self._as_app(Client.about)
            self._bot.login = f"{_decoded(body, _About).slug}[bot]"
        return self._bot.login

    async def bot_id(self, repository: Repository) -> int:
        """The id of the App's bot account. Renaming the App does not change it.

        Looked up by the App's current name, since another App may have taken a former one.
        Raises Retryable if the lookup is refused: that says nothing about the id to be compared.
        """
        if self._bot.id is None:
            self._bot.login = None
            try:
                self._bot.id = (await self.get_person(repository, _Account, login=await self.bot())).id
            except Refused as refusal:
                raise Retryable(f"the App's own account could not be asked for: {refusal}") from None
        return self._bot.id

    async def date(self) -> datetime | None:
        """GitHub's clock, from the Date header of `GET /app`."""
        _, headers, _ = await self._as_app(Client.about)
        return date_of(headers)

    async def _send(self, repository: Repository, text: str, variables: Mapping[str, object]) -> Mapping[str, Any]:
        return await self._call(repository, partial(Client.query, document=text, variables=variables))

    async def grants(self, repository: Repository) -> Grants:
        """The repository permissions that the App needs and the installation lacks. Needs no call but the token's."""
        _, token = await self._admitted(repository)
        return Grants(token.lacking, token.where)

    def forget(self, installation: int) -> None:
        """Drops cached state: the installation's permissions or repositories have changed."""
        self._tokens.forget(installation)
        self._beside.clear()

    async def _call(
        self, repository: Repository, ask: Callable[..., Awaitable[T]], needs: Iterable[str] = (), of: Of = "repository"
    ) -> T:
        handle = self._counted(repository)
        return await handle._with_token(partial(handle._admitted, repository, of), ask, needs)

    async def _admitted(self, repository: Repository, of: Of = "repository") -> Admitted:
        """Gets a token. If the App was installed again, or the repository transferred to another owner with the App,
        uses the new installation id from now on: GitHub answers 404, or 422 of a repository out of reach."""
        key: Key = self._installed_as(repository), repository.id, of
        try:
            return await self._by(key)
        except NoToken:
            number = await self._newest(repository)
            if number is None or number == key[0]:
                raise
        logger.info("installed anew", extra={"repository": repository.full_name, "installation": number})
        self._now[repository.installation, repository.id] = number
        return await self._by((number, repository.id, of))

    async def _newest(self, repository: Repository) -> int | None:
        """The current installation id. Raises Unsent if it cannot be read: then there is no token either."""
        try:
            return await self._installation(*repository.full_name.split("/", 1))
        except (Retryable, Refused) as fault:
            raise Unsent(f"no token: {fault}", after=getattr(fault, "after", None)) from None

    def _installed_as(self, repository: Repository) -> int:
        return self._now.get((repository.installation, repository.id), repository.installation)

    async def _with_token(
        self, admitted: Callable[[], Awaitable[Admitted]], ask: Callable[..., Awaitable[T]], needs: Iterable[str] = ()
    ) -> T:
        key, token = await admitted()
        token.check(needs)
        try:
            return await answered(ask(self._client(key[0]), oauth_token=token.secret.reveal()))
        except Unauthorized:
            self._tokens.drop(key, token)
        key, token = await admitted()
        return await answered(ask(self._client(key[0]), oauth_token=token.secret.reveal()))

    async def _as_app(self, ask: Callable[..., Awaitable[T]]) -> T:
        client = self._app.at(self.priority, self._repository)
        try:
            return await answered(ask(client, jwt=self._jwt.current().reveal()))
        except Unauthorized:
            self._jwt.renew()
        return await answered(ask(client, jwt=self._jwt.current().reveal()))

    async def _by(self, key: Key) -> Admitted:
        """Gets a token. A fault of the minting becomes one that says that the call itself was not sent."""
        try:
            return key, await self._tokens.get(key, self._mint)
        except Retryable as fault:
            raise Unsent(f"no token: {fault}", after=fault.after) from None
        except Refused as refusal:
            raise (Gone if refusal.status == 404 else NoToken)(f"no token: {refusal}") from None

    async def _mint(self, key: Key) -> Token:
        """Requests all of the App's permissions; if GitHub answers 422, only those that the owner has accepted."""
        installation, repository, of = key
        if isinstance(repository, str):  # of another repository only a file is read
            return await self._minted(installation, {"repositories": [repository]}, BESIDE)
        wanted, chosen = levels(of), {"repository_ids": [repository]}
        try:
            return await self._minted(installation, chosen, wanted)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            fault = refusal
        found = await self._about_installation(installation)
        given = found.permissions
        lacking = tuple(one for one in map(": ".join, wanted.items()) if not holds(given, one))
        if not lacking:
            raise fault
        granted = {name: "read" if given[name] == "read" else level for name, level in wanted.items() if name in given}
        if not granted:
            raise NotGranted(lacking[0], found.html_url)
        token = await self._minted(installation, chosen, granted)
        return replace(token, lacking=lacking, where=found.html_url)

    async def _minted(self, installation: int, chosen: Mapping[str, object], wanted: Mapping[str, str]) -> Token:
        url = f"/app/installations/{installation}/access_tokens"
        ask = partial(Client.post, url=url, data={**chosen, "permissions": wanted})
        minted = read(await self._as_app(ask), _Minted)
        return Token(Secret(minted.token), minted.expires_at, granted=wanted)

    async def _about_installation(self, installation: int) -> Installation:
        _, _, body = await self._as_app(partial(Client.about, what=f"/app/installations/{installation}"))
        return _decoded(body, Installation)

    def _client(self, installation: int) -> Client:
        if installation not in self._clients:
            self._clients[installation] = self._connect()
        return self._clients[installation].at(self.priority, self._repository)


async def _changing(call: Callable[..., Awaitable[T]], client: Client, **asked: Any) -> T:
    """Checks the lease right before the call: getting a token may have taken long."""
    check_in_hand()
    return await call(client, **asked)


def read(data: object, shape: type[T]) -> T:
    """Converts an answer to `shape`. Raises Unanswered if it does not fit."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as problem:
        raise Unanswered(f"GitHub's answer could not be read: {problem}") from None


def _no_page(answer: object) -> object:
    """GitHub answers a change with an object or nothing. A text is a proxy's, so the outcome is unknown."""
    if isinstance(answer, str) and answer:
        raise Unanswered("GitHub's answer could not be read: it is a page")
    return answer


def _decoded(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as problem:
        raise Unanswered(f"GitHub's answer could not be read: {problem}") from None


async def answered(asking: Awaitable[T]) -> T:
    """Raises Unanswered for a 2xx with an unreadable body, such as a proxy's page."""
    try:
        return await asking
    except (GitHubException, msgspec.MsgspecError, ValueError, OverflowError, LookupError) as problem:
        unread = Unanswered(f"GitHub's answer could not be read ({type(problem).__name__})")
    raise unread


def _filled(repository: Repository, values: Mapping[str, Any]) -> dict[str, Any]:
    owner, name = repository.full_name.split("/", 1)
    return {"owner": owner, "repo": name} | {key: str(value) for key, value in values.items()}
