"""A client of the local GitHub and a receiver of its webhooks, for the tests of this folder."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ghapp.demo.github import App, Delivery, Exchange, GitHub, Repository
from tests.published.openapi import validate_exchange, validate_webhook

APP = App.make()
DEPLOY = """\
name: Deploy
run-name: Deploy ${{ inputs.sha }} to ${{ inputs.environment }}
on:
  workflow_dispatch:
    inputs:
      sha: {required: true}
      environment: {required: true, type: choice, options: [production, staging]}
      dry: {type: boolean, default: false}
jobs:
  deploy: {runs-on: ubuntu-latest, steps: []}
"""
FILES = {"README.md": "hello\n", ".github/workflows/deploy.yml": DEPLOY, ".github/workflows/ci.yml": "on: push\n"}
PEOPLE = {"mona": "admin", "hubot": "maintain", "taro": "write", "jiro": "triage", "saburo": "read"}


class Clock:
    """A time that only tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **much: float) -> None:
        self.time += timedelta(**much)


@dataclass
class Hook:
    """Receives webhooks: keeps headers and bodies, and answers with `status`."""

    url: str = ""
    status: int = 202
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        self.seen.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: Any


class Client:
    """Calls the local GitHub as an App does."""

    def __init__(self, github: GitHub, session: aiohttp.ClientSession, place: Repository) -> None:
        self.github, self.session, self.place = github, session, place

    def jwt(self, **claims: Any) -> str:
        now = int(self.github.now().timestamp())
        payload = {"iat": now - 60, "exp": now + 540, "iss": str(self.github.app.id)} | claims
        return jwt.encode(payload, _key(), algorithm="RS256")

    async def token(self, **narrowed: Any) -> str:
        path = f"/app/installations/{self.place.installation_id}/access_tokens"
        reply = await self.call("POST", path, narrowed or None, token=self.jwt())
        assert reply.status == 201, reply.body
        return str(reply.body["token"])

    async def call(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> Reply:
        """One request; `repo:` at the path's start is the repository's path, headers_with_underscores are dashed."""
        url = self.github.url + path.replace("repo:", f"/repos/{self.place.full_name}")
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        extra["Authorization"] = f"Bearer {token or await self.token()}"
        async with self.session.request(method, url, json=body, headers=extra, allow_redirects=False) as answer:
            is_json = answer.content_type == "application/json"
            return Reply(answer.status, await (answer.json() if is_json else answer.text()), answer.headers)

    async def graphql(self, query: str, *, token: str = "", **variables: Any) -> Any:
        owner, name = self.place.full_name.split("/")
        body = {"query": query, "variables": {"owner": owner, "name": name, **variables}}
        return (await self.call("POST", "/graphql", body, token=token)).body


@dataclass(frozen=True)
class LocalGitHub:
    """All parts that a test of the local GitHub uses."""

    github: GitHub
    place: Repository
    client: Client
    hook: Hook
    clock: Clock


def validate(seen: Exchange | Delivery) -> None:
    """Checks each exchange and each delivery against GitHub's description."""
    if isinstance(seen, Exchange):
        validate_exchange(seen)
    else:
        validate_webhook(seen)


@asynccontextmanager
async def stage() -> AsyncIterator[LocalGitHub]:
    """A GitHub with one repository and a webhook receiver; every exchange and delivery is validated."""
    clock, hook = Clock(), Hook()
    listener = web.Application()
    listener.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(listener)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    github = GitHub(app=APP, now=clock, webhook_url=hook.url)
    github.observers.append(validate)
    place = github.add_repository("acme/api", files=FILES, people=PEOPLE)
    place.next_number = 41
    await github.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield LocalGitHub(github, place, Client(github, session, place), hook, clock)
    finally:
        await github.close()
        await runner.cleanup()


def signed(body: bytes) -> str:
    return "sha256=" + hmac.new(APP.webhook_secret.encode(), body, hashlib.sha256).hexdigest()


@cache
def _key() -> RSAPrivateKey:
    """Parsed once: signing with PEM text costs fifty times as much."""
    key = load_pem_private_key(APP.private_key_pem.encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key
