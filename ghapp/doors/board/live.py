"""Server-sent events: the name of each card that has changed. A page asks for the cards themselves then.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from ghapp.core.model.overview import StoredEnvironment
from ghapp.doors.board.reader import Reader
from ghapp.doors.board.viewer import Viewer
from ghapp.ports import Clock

STREAMS = 256  # at a time: each keeps a connection that deliveries may need; a page without one asks every minute
KEPT_ALIVE = 15.0  # seconds; proxies end a response that is silent for a minute
LASTS = timedelta(minutes=15)  # at most; the browser then comes back, and is asked anew who it is
COMES_BACK_AFTER = 1000  # milliseconds
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(slots=True)
class Streams:
    """All open streams. `open`: their number."""

    reader: Reader
    clock: Clock
    kept_alive: float = KEPT_ALIVE
    open: int = 0
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request, viewer: Viewer, only: str) -> web.StreamResponse:
        """Sends events until the browser leaves. `only`: one environment's path, "" for all."""
        if self.open >= STREAMS or self._closing.is_set():
            return web.Response(status=429, text="too many pages are open\n", headers={"Retry-After": "60"})
        self.open += 1
        try:
            return await self._send(request, viewer, only)
        finally:
            self.open -= 1

    async def close(self, _app: web.Application) -> None:
        """Ends all streams: the server stops, and would wait for them."""
        self._closing.set()

    async def _send(self, request: web.Request, viewer: Viewer, only: str) -> web.StreamResponse:
        response = web.StreamResponse(headers=HEADERS)
        async with self.reader.watch() as changes:
            await response.prepare(request)
            with contextlib.suppress(ConnectionError):
                await response.write(f"retry: {COMES_BACK_AFTER}\n\n".encode())
                async with contextlib.aclosing(self._events(changes, viewer, only)) as events:
                    async for event in events:
                        await response.write(event)
        return response

    async def _events(
        self, changes: "asyncio.Queue[StoredEnvironment]", viewer: Viewer, only: str
    ) -> AsyncGenerator[bytes]:
        """Events, and comments while there are none."""
        loop = asyncio.get_running_loop()
        now = self.clock()
        lasts = min(LASTS, viewer.until - now) if viewer.until else LASTS
        ends, closing = loop.time() + lasts.total_seconds(), asyncio.create_task(self._closing.wait())
        try:
            while loop.time() < ends:
                change = asyncio.create_task(changes.get())
                await asyncio.wait((change, closing), timeout=self.kept_alive, return_when=asyncio.FIRST_COMPLETED)
                if closing.done():
                    change.cancel()
                    return
                if not change.done():
                    change.cancel()
                    yield b": the stream is open\n\n"
                elif viewer.may_see(change.result().repository) and only in ("", change.result().path.lower()):
                    yield f"event: card\ndata: {change.result().path}\n\n".encode()
        finally:
            closing.cancel()
