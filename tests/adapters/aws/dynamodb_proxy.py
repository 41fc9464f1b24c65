"""Stands between a store and DynamoDB: delays and refuses calls, drops requests and answers, and lets the index lag."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import aiohttp
from aiohttp import web

Body = dict[str, Any]


@dataclass(slots=True)
class Answer:
    """The answer to send back. Without a body the connection ends instead."""

    status: int
    body: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


Send = Callable[[], Awaitable[Answer]]
Fault = Callable[[Send], Awaitable[Answer]]

NOTHING = Answer(0, None)


def delayed(seconds: float) -> Fault:
    """Carries the call out at once and answers later."""

    async def fault(send: Send) -> Answer:
        answer = await send()
        await asyncio.sleep(seconds)
        return answer

    return fault


async def dropped_before(_send: Send) -> Answer:
    """Ends the connection without carrying the call out."""
    return NOTHING


async def dropped_after(send: Send) -> Answer:
    """Carries the call out and ends the connection before the answer. A refusal is answered."""
    answer = await send()
    return NOTHING if answer.status == 200 else answer


class HeldBack:
    """Holds a call until the test sets `go_on`: either before it is carried out, or afterwards, with its
    answer lost."""

    def __init__(self, *, before: bool = False) -> None:
        self.reached, self.go_on, self.done = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._before = before

    async def __call__(self, send: Send) -> Answer:
        answer = None if self._before else await dropped_after(send)
        self.reached.set()
        await self.go_on.wait()
        answer = answer or await send()
        self.done.set()
        return answer


def refused(code: str, *, status: int = 400, **more: Any) -> Fault:
    """Answers with this error without carrying the call out."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}).encode()

    async def fault(_send: Send) -> Answer:
        return Answer(status, body, {"Content-Type": "application/x-amz-json-1.0"})

    return fault


def cancelled(*codes: str) -> Fault:
    """A transaction that was cancelled for these reasons, one for each of its actions."""
    return refused("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


def altered(change: Callable[[Body], None], **headers: str) -> Fault:
    """Carries the call out and gives another answer."""

    async def fault(send: Send) -> Answer:
        answer = await send()
        body = json.loads(answer.body or b"{}")
        change(body)
        return Answer(answer.status, json.dumps(body).encode(), {**answer.headers, **headers})

    return fault


@dataclass(slots=True)
class Rule:
    """A fault for the next `times` calls of one operation or of all, limited to those whose request meets `where`."""

    fault: Fault
    operation: str = ""
    times: int = 10**9
    where: Callable[[Body], bool] = lambda _: True

    def holds(self, operation: str, body: Body) -> bool:
        return self.times > 0 and self.operation in ("", operation) and self.where(body)


class Proxy:
    """Drops ClientRequestToken, so that no store can rely on it. `seen` has every call, carried out or not. `clock`
    replaces the service's time in the answers."""

    def __init__(self, service: str) -> None:
        self.address = ""
        self.rules: list[Rule] = []
        self.seen: list[tuple[str, Body]] = []
        self.lagging = False
        self.clock: Callable[[], datetime] | None = None
        self._service = service
        self._session: aiohttp.ClientSession | None = None
        self._known: dict[str, Answer] = {}

    def counted(self) -> Counter[str]:
        """The number of calls of each operation."""
        return Counter(operation for operation, _ in self.seen)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Proxy"]:
        """Serves at `address`."""
        application = web.Application(client_max_size=2**24)
        application.router.add_post("/", self._handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as self._session:
            yield self
        await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        operation = request.headers["X-Amz-Target"].partition(".")[2]
        body: Body = json.loads(await request.read())
        body.pop("ClientRequestToken", None)
        self.seen.append((operation, body))

        async def send() -> Answer:
            return await self._from_index(body, request) if "IndexName" in body else await self._sent(body, request)

        answer = await (self._fault(operation, body) or _passed)(send)
        if answer.body is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    def _fault(self, operation: str, body: Body) -> Fault | None:
        for rule in self.rules:
            if rule.holds(operation, body):
                rule.times -= 1
                return rule.fault
        return None

    async def _from_index(self, body: Body, request: web.Request) -> Answer:
        """Answers for a lagging index with the earlier answer for the same list."""
        values = body["ExpressionAttributeValues"]
        key = next(value["S"] for value in values.values() if "S" in value)
        if not self.lagging or key not in self._known:
            self._known[key] = await self._sent(body, request)
        return self._known[key]

    async def _sent(self, body: Body, request: web.Request) -> Answer:
        assert self._session is not None
        kept = ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        async with self._session.post(self._service, json=body, headers=headers) as answer:
            given = {name: answer.headers[name] for name in ("Content-Type", "Date") if name in answer.headers}
            if self.clock:
                given["Date"] = format_datetime(self.clock(), usegmt=True)
            return Answer(answer.status, await answer.read(), given)


async def _passed(send: Send) -> Answer:
    return await send()
