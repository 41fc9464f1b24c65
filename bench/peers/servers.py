"""The Python servers of the comparison: `python -m bench.peers.servers verify`, or `gidgethub`, or `ghapp`."""

import asyncio
import hashlib
import hmac
import os
import sys
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

LEASE = timedelta(minutes=2)
TAKEN = 64  # items per claim: the handler takes no time


async def verify() -> web.AppRunner:
    """The upper limit of aiohttp: reads the body and checks its signature only."""
    secret = os.environ["WEBHOOK_SECRET"].encode()

    async def receive(request: web.Request) -> web.Response:
        expected = "sha256=" + hmac.new(secret, await request.read(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers["X-Hub-Signature-256"]):
            return web.Response(status=401)
        return web.Response(status=202)

    return _runner(receive)


async def gidgethub() -> web.AppRunner:
    """As in gidgethub's documentation: verifies, parses and routes a delivery within the request."""
    from gidgethub import routing, sansio

    router = routing.Router()

    @router.register("pull_request", action="closed")
    @router.register("issue_comment", action="created")
    async def handle(event: sansio.Event, *_: Any) -> None:
        del event

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        event = sansio.Event.from_http(request.headers, body, secret=os.environ["WEBHOOK_SECRET"])
        await router.dispatch(event)
        return web.Response(status=200)

    return _runner(receive)


def _runner(receive: Any) -> web.AppRunner:
    app = web.Application(client_max_size=25 * 1024 * 1024)
    app.router.add_post(os.environ["WEBHOOK_PATH"], receive)
    return web.AppRunner(app, access_log=None)


async def ghapp() -> web.AppRunner:
    """ghapp's webhook endpoint with its store; each item is claimed, passed to an empty handler, and settled."""
    from ghapp import doors
    from ghapp.adapters.sqlite import SqliteStore
    from ghapp.doors.front import Front
    from ghapp.doors.github import Webhooks
    from ghapp.ports import utc_now

    store, woken = SqliteStore(Path(os.environ["STORE"])), asyncio.Event()
    await store.open()
    door = Webhooks(store=store, clock=utc_now, secrets=[os.environ["WEBHOOK_SECRET"]], app_id=4711, wake=woken.set)
    asyncio.get_running_loop().working = asyncio.create_task(_work(store, woken))  # type: ignore[attr-defined]
    return Front(doors.application(door))


async def _work(store: Any, woken: asyncio.Event) -> None:
    """Settles finished items while it claims the next ones."""
    from ghapp.core.model import codec
    from ghapp.ports import Change, utc_now

    settling: list[Awaitable[None]] = []
    while True:
        woken.clear()
        claimed = await store.claim(now=utc_now(), lease=LEASE, limit=TAKEN)
        for settled in settling:
            await settled
        for item in claimed:
            _handle(codec.decode_item(item.body))
        changes = [Change(id=f"{item.id}/done", at=utc_now(), repository=1, settles=item) for item in claimed]
        settling = [store.record(change) for change in changes]
        if not claimed:
            await woken.wait()


def _handle(event: Any) -> None:
    """An empty handler, like those of the peers."""
    del event


async def main() -> None:
    """Serves until killed."""
    runner = await {"verify": verify, "gidgethub": gidgethub, "ghapp": ghapp}[sys.argv[1]]()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
