"""Signed webhook delivery, with GitHub's headers, a log, and redelivery under the same GUID."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import aiohttp

from ghapp.demo.github.auth import App, grants
from ghapp.demo.kept import Kept

HOOK_ID = 514_000_001
PATIENCE = aiohttp.ClientTimeout(total=10)  # GitHub hangs up after ten seconds
HELD = 1.0  # seconds for which deliveries are held, to be sent in reverse
LOST = 3  # one in so many is lost, if any are
EPOCH = datetime(1582, 10, 15, tzinfo=UTC)  # of UUIDs of version 1: RFC 9562, 5.1
ALWAYS = ("installation", "installation_repositories", "ping")  # events that every App gets, without a subscription
# the permission that each event requires: docs.github.com/webhooks/webhook-events-and-payloads
TAKES = {
    "check_run": "checks: read",
    "check_suite": "checks: read",
    "deployment_protection_rule": "deployments: read",
    "issue_comment": "issues: read",
    "merge_group": "merge_queues: read",
    "pull_request": "pull_requests: read",
    "push": "contents: read",
    "repository": "metadata: read",
    "workflow_run": "actions: read",
}


@dataclass(slots=True, eq=False)
class Delivery:
    """One attempt to deliver a webhook; `status` is None without an answer."""

    id: int
    guid: str
    event: str
    action: str | None
    payload: Mapping[str, Any]
    status: int | None
    at: datetime
    redelivery: bool = False


@dataclass(slots=True)
class Line:
    """Disturbs all deliveries: `twice` sends each twice, `reverse` a few later than those after them, and `lose` loses
    one in three."""

    twice: bool = False
    reverse: bool = False
    lose: bool = False


class Webhooks:
    """Delivers events. With `url` None they are logged but not sent."""

    def __init__(self, *, url: str | None, now: Callable[[], datetime], told: Callable[[Delivery], None]) -> None:
        self.url = url
        self.log = Kept[Delivery]()
        self.line = Line()
        self._held: list[Coroutine[Any, Any, Delivery]] = []
        self._releasing: asyncio.Task[None] | None = None
        self._now = now
        self._told = told
        self._guids, self._numbers = count(1), count(1)
        self._session: aiohttp.ClientSession | None = None
        self._asked: dict[asyncio.Task[Any] | None, str] = {}  # by the task that waits for the answer: the address

    def unanswered(self, url: str | None) -> Set[asyncio.Task[Any]]:
        """The tasks with a delivery that this address has not answered."""
        return {task for task, asked in self._asked.items() if task and asked == url}

    async def send(self, app: App, event: str, payload: Mapping[str, Any]) -> Delivery | None:
        """Delivers to the App and waits for its answer; None when it is not subscribed to the event."""
        if event not in (*app.events, *ALWAYS):
            return None
        guid = str(delivery_id(self._now(), next(self._guids)))
        if self.line.reverse:
            self._hold(self._bring(app, guid, event, payload))
            return None
        return await self._bring(app, guid, event, payload)

    async def redeliver(self, app: App, guid: str) -> Delivery:
        """Sends a logged delivery again: same GUID, same bytes."""
        first = next(delivery for delivery in self.log if delivery.guid == guid)
        return await self._deliver(app, guid, first.event, first.payload, redelivery=True)

    async def close(self) -> None:
        if self._releasing is not None:
            self._releasing.cancel()
            await asyncio.wait([self._releasing])
        for held in self._held:
            held.close()
        if self._session is not None:
            await self._session.close()

    async def _bring(self, app: App, guid: str, event: str, payload: Mapping[str, Any]) -> Delivery:
        delivery = await self._deliver(app, guid, event, payload)
        if self.line.twice:
            await self._deliver(app, guid, event, payload, redelivery=True)
        return delivery

    def _hold(self, delivery: Coroutine[Any, Any, Delivery]) -> None:
        self._held.append(delivery)
        if self._releasing is None or self._releasing.done():
            self._releasing = asyncio.create_task(self._release())

    async def _release(self) -> None:
        """Sends what comes within a second, the newest first."""
        while self._held:
            await asyncio.sleep(HELD)
            held, self._held = self._held, []
            while held:
                await held.pop()

    async def _deliver(
        self, app: App, guid: str, event: str, payload: Mapping[str, Any], *, redelivery: bool = False
    ) -> Delivery:
        at, body = self._now(), json.dumps(payload).encode()
        number = next(self._numbers)
        is_lost = self.line.lose and number % LOST == 0
        status = None if is_lost else await self._post(body, headers(app, guid, event, body))
        delivery = Delivery(
            id=number,
            guid=guid,
            event=event,
            action=payload.get("action"),
            payload=payload,
            status=status,
            at=at,
            redelivery=redelivery,
        )
        self.log.append(delivery)
        self._told(delivery)
        return delivery

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        if self.url is None:
            return None
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=PATIENCE)
        task = asyncio.current_task()
        self._asked[task] = self.url
        try:
            async with self._session.post(self.url, data=body, headers=headers) as answer:
                return answer.status
        except (TimeoutError, aiohttp.ClientError):
            return None
        finally:
            del self._asked[task]


def delivery_id(at: datetime, number: int) -> UUID:
    """GitHub's GUIDs are UUIDs of version 1, which carry the event's time: in the delivery of its documentation,
    58474f00-b361-11eb-836d-0e4f3503ccbe, it is the second of `delivered_at`."""
    ticks = (at - EPOCH) // timedelta(microseconds=1) * 10
    low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
    return UUID(fields=(low, middle, high | 0x1000, 0x80 | number >> 48 & 0x3F, 0, number & 0xFFFFFFFFFFFF))


def hears(granted: Mapping[str, str], event: str) -> bool:
    """Whether an installation with these permissions gets such events."""
    name, _, level = TAKES.get(event, "").partition(": ")
    return not name or grants(granted, name, level)


def headers(app: App, guid: str, event: str, body: bytes) -> dict[str, str]:
    """The headers that GitHub sends with this body."""
    secret = app.webhook_secret.encode()
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/0a1b2c3",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(HOOK_ID),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": "sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest(),
    }
