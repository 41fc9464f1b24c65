"""A running server with all doors, in front of a store in a file, and a client that sends as GitHub does."""

import asyncio
import hashlib
import hmac
import io
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.codec import decode_item
from ghapp.core.model.events import (
    CheckRerequested,
    ConfigChanged,
    DeploymentJobWaiting,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    MergeQueueGaveUp,
    PermissionsAccepted,
    PullRequestMerged,
    QueuedEvent,
    WorkflowRunChanged,
)
from ghapp.core.model.lanes import lane
from ghapp.doors import application
from ghapp.doors.crowd import Crowd
from ghapp.doors.front import HEADERS_WITHIN, Front
from ghapp.doors.github import Webhooks
from ghapp.doors.health import Health
from ghapp.doors.limits import Intake
from ghapp.ports import Change
from tests.doors.payloads import APP

SECRET = "canary-webhook-secret-of-this-server"
OLD_SECRET = "canary-webhook-secret-of-last-month"
NOW = datetime(2026, 11, 20, 5, 7, tzinfo=UTC)
_GUIDS = count(1)


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def sign(body: bytes, secret: str = SECRET) -> str:
    """GitHub's signature, computed without the code under test."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(body: bytes, event: str = "ping", **more: str | None) -> dict[str, str]:
    """GitHub's headers. `more` replaces a header or removes it with None; `_` stands for `-`."""
    sent: dict[str, str | None] = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": f"d3adb33f-0000-4000-8000-{next(_GUIDS):012}",
        "X-GitHub-Hook-ID": "514",
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-GitHub-Hook-Installation-Target-ID": str(APP),
        "X-Hub-Signature-256": sign(body),
        "User-Agent": "GitHub-Hookshot/044aadd",
    }
    sent |= {name.replace("_", "-"): value for name, value in more.items()}
    return {name: value for name, value in sent.items() if value is not None}


@dataclass(kw_only=True)
class Site:
    """The server with its client, its store and its intake."""

    client: TestClient[Any, Any]
    store: SqliteStore | DynamoStore
    intake: Intake
    woken: list[None] = field(default_factory=list)

    async def post(self, body: bytes, sent: Mapping[str, str]) -> ClientResponse:
        """Sends one request and reads its answer to the end."""
        async with self.client.post(
            "/webhooks/github", data=io.BytesIO(body), headers=sent, skip_auto_headers=["Content-Type"]
        ) as response:
            await response.read()
        return response

    async def deliver(self, event: str, payload: object, **more: str | None) -> int:
        """Sends one webhook with a correct signature, and returns the answer's status."""
        body = json.dumps(payload).encode()
        response = await self.post(body, headers(body, event, **more))
        return response.status

    async def connect(self, address: str | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection, for requests that no HTTP client sends. `address`: the local one to bind."""
        local = (address, 0) if address else None
        return await asyncio.open_connection(self.client.host, self.client.port, local_addr=local)

    async def exchange(self, raw: bytes) -> bytes:
        """Sends these bytes over a new connection, and returns all bytes until the server closes it."""
        reader, writer = await self.connect()
        writer.write(raw)
        answer = await reader.read()
        writer.close()
        return answer

    async def answer(self, raw: bytes) -> bytes:
        """Sends these bytes and returns one answer: after a refusal the server reads on for a while before
        it closes."""
        reader, writer = await self.connect()
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        assert length
        body = await reader.readexactly(int(length.group(1)))
        writer.close()
        return head + body

    async def queued(self) -> list[QueuedEvent | PermissionsAccepted]:
        """All events of the queue, which is empty afterwards."""
        found: list[QueuedEvent | PermissionsAccepted] = []
        while claimed := await self.store.claim(now=NOW, lease=timedelta(minutes=1), limit=100):
            for item in claimed:
                event = decode_item(item.body)
                assert isinstance(event, QueuedEvent | PermissionsAccepted)
                if isinstance(event, PermissionsAccepted):
                    assert item.id == f"{item.lane}/{event.installation}/{event.key}"
                else:
                    own = lane(event.repository.full_name, event.repository.id)
                    assert item.lane == own + beside(event)
                    assert item.id == f"{event.repository.id}/{event.key}"
                found.append(event)
                await self.store.record(Change(id=f"done {item.id}", at=NOW, repository=1, settles=item))
        return found


ALWAYS = {
    HeadReleased: "/left",
    MergeGroupQueued: "/groups",
    CheckRerequested: "/reruns",
    MergeQueueGaveUp: "/counts",
}


def beside(event: QueuedEvent) -> str:
    """The suffix of the event's lane beside its repository's."""
    match event:
        case HeadChanged():
            return f"/heads/{event.number}{'/moved' if event.moved else ''}"
        case WorkflowRunChanged():
            return "/foreign" if event.cause != "workflow_dispatch" else "/runs" if event.by else ""
        case PullRequestMerged():
            return "/merges" if event.aside else ""
        case DeploymentJobWaiting():
            return f"/jobs/{event.github_environment.replace('/', ':')}"
        case ConfigChanged():
            return "/config/heads/forced" if event.forced else ""
        case _:
            return ALWAYS.get(type(event), "")


def delivery_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The log's lines about deliveries."""
    return [vars(record) for record in caplog.records if record.getMessage() == "delivery"]


async def until(true: Callable[[], object]) -> None:
    """Yields to the event loop until the condition holds, for at most five seconds."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the condition has no event to wait for
            await asyncio.sleep(0)


class Fronted(TestServer):
    """aiohttp's test server with our own connections."""

    __test__ = False

    def __init__(self, app: web.Application, headers_within: float = HEADERS_WITHIN, most: int = 2000) -> None:
        super().__init__(app)
        self._headers_within, self._most = headers_within, most

    async def _make_runner(self, **more: Any) -> Front:
        return Front(self.app, headers_within=self._headers_within, crowd=Crowd(self._most))


@asynccontextmanager
async def site(
    folder: Path,
    *,
    store: SqliteStore | DynamoStore | None = None,
    headers_within: float = HEADERS_WITHIN,
    most: int = 2000,
    **changes: Any,
) -> AsyncIterator[Site]:
    """A server on a free port. `changes` are fields of its `Webhooks`; `most`: connections at once."""
    store = store or SqliteStore(folder / "ghapp.db")
    woken: list[None] = []
    settings: dict[str, Any] = {"secrets": [SECRET], "app_id": APP, "intake": Intake()} | changes
    webhooks = Webhooks(store=store, clock=clock, wake=lambda: woken.append(None), **settings)
    app = application(webhooks, Health(store=store, clock=clock))
    try:
        async with TestClient(Fronted(app, headers_within, most)) as client:
            yield Site(client=client, store=store, intake=settings["intake"], woken=woken)
    finally:
        await store.close()
