"""GitHub's ports with only a test's answers behind them, and the calls as they were made."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import aiohttp
from aioresponses import CallbackResult, aioresponses
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from ghapp.adapters.github import App, GitHub, read_key
from ghapp.core.config.model import Config, EnvironmentConfig, InvalidConfig, PolicyFile
from ghapp.core.model.environment import Grant, Pull, Repository, Revision
from ghapp.ports import Gates, OpenPull

API = "https://api.github.test"
REPO = f"{API}/repos/acme/app"
GRAPHQL = f"{API}/graphql"
MINT = re.compile(rf"{API}/app/installations/\d+/access_tokens$")
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
REPOSITORY = Repository(id=42, full_name="acme/app", installation=7)
NAMED = {"databaseId": REPOSITORY.id, "nameWithOwner": REPOSITORY.full_name}
TOKEN = "ghs_4711_eyJhbGciOiJSUzI1NiJ9." + "canary." * 60
TERMS = EnvironmentConfig(sha="c" * 40, branch="main", workflow="deploy.yml", default_branch="trunk")
ORDER = Grant(
    number=12,
    id="0123456789abcdef",
    key="comment/1",
    environment="production",
    kind="deploy",
    revision=Revision(sha="a" * 40, pull=Pull(number=41, title="Fix", author="mona", head="b" * 40)),
    actor="mona",
    door="pull_request",
    at=NOON,
    config=TERMS,
)

Headers = Mapping[str, str]


class Clock:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **much: float) -> None:
        self.now += timedelta(**much)


@cache
def private_key() -> str:
    """A PEM as GitHub issues it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@cache
def key() -> rsa.RSAPrivateKey:
    """The same key, parsed once, since that takes some time."""
    return read_key(private_key())


@dataclass
class Bench:
    """The ports, the answers, and their clock."""

    github: GitHub
    web: aioresponses
    clock: Clock
    beside: set[str] = field(default_factory=set)
    """The owner's other repositories that the App is installed on."""
    answers_to_give: dict[str, list[tuple[Mapping[str, Any] | None, int, dict[str, Any]]]] = field(default_factory=dict)

    def minted(self, token: str = TOKEN, *, lasts: float = 60, **more: Any) -> None:
        """The next mint answers with this token, valid for `lasts` minutes."""
        expires = (self.clock() + timedelta(minutes=lasts)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.web.post(MINT, status=201, payload={"token": token, "expires_at": expires}, **more)

    def answers(self, repository: Mapping[str, Any] | None, *, of: str = "app", status: int = 200, **more: Any) -> None:
        """The next GraphQL query about the owner's repository of this name gets this answer."""
        self.answers_to_give.setdefault(of, []).append((repository, status, more))
        self.web.post(GRAPHQL, callback=self._tells)

    def _tells(self, _url: object, *, data: bytes, **_: object) -> CallbackResult:
        asked = json.loads(data)
        repository, status, more = self.answers_to_give[asked["variables"]["name"]].pop(0)
        named = {key: value for key, value in NAMED.items() if key in asked["query"]}
        body = None if repository is None else {**named, **repository}
        return CallbackResult(status=status, payload={"data": {"repository": body}, **more})

    def calls(self, method: str, part: str) -> list[dict[str, Any]]:
        """The calls whose address contains `part`, each as it was given to aiohttp, with its `url`."""
        return [
            {"url": str(url), **call.kwargs}
            for (used, url), calls in (self.web.requests or {}).items()
            for call in calls
            if used == method and part in str(url)
        ]

    def sent(self, method: str, part: str) -> list[Any]:
        """The JSON bodies of those calls."""
        return [json.loads(call["data"]) for call in self.calls(method, part)]


NO_POLICIES: Mapping[str, str] = {}


@asynccontextmanager
async def bench(api_url: str = API, *, policies: Mapping[str, str] = NO_POLICIES) -> AsyncIterator[Bench]:
    """Mocks only the network. The installation lookups are answered; a test adds every other answer."""
    clock = Clock()
    async with aiohttp.ClientSession() as session:
        with aioresponses() as web:
            app = App(id=4711, key=key(), api_url=api_url)
            on = Bench(
                GitHub.connect(session, app, clock=clock, read_config=read_config, policies=policies), web, clock
            )
            for name in ("policies", "app"):
                web.get(f"{api_url}/repos/acme/{name}/installation", callback=_installed(on, name), repeat=True)
            yield on


def open_pull(head: str, number: int = 41) -> OpenPull:
    """An open pull request without a gate."""
    return OpenPull(number=number, head=head, draft=False, base="main", gate=None)


async def all_open(gates: Gates, repository: Repository, base: str, *, files: bool = False) -> list[OpenPull]:
    """The open pull requests of all pages."""
    pages = gates.open_pulls(repository, base, files=files, labels=True)
    return [pull async for page in pages for pull in page]


def _installed(on: Bench, name: str) -> Callable[..., CallbackResult]:
    return lambda *_, **__: CallbackResult(status=200 if name in on.beside else 404, payload={"id": 7})


def read_config(
    text: str, sha: str, branch: str, policy: PolicyFile | None = None, *, repository: str = ""
) -> Config | InvalidConfig:
    """A stand-in for the config's reader: the text is the workflow's name."""
    return Config(sha=sha, environments={"production": replace(TERMS, sha=sha, branch=branch, workflow=text)})
