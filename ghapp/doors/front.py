"""Protects aiohttp without a proxy: bounds and timeouts for heads and responses, and no echo of input."""

import asyncio
import os
import socket
import sys
from typing import Any, cast

from aiohttp import web

from ghapp.doors import WEBHOOKS
from ghapp.doors.bugs import unexpected
from ghapp.doors.crowd import Crowd, address_of, room

HEADERS_WITHIN = 5.0  # seconds from the first byte of a request, or from the connection, to the end of its headers
READ_WITHIN = 30.0  # seconds from a full send buffer until the client has read enough of the response
IDLE = 75.0  # seconds between two requests of a connection; load balancers close theirs after 60
HEAD_BYTES = 16 * 1024  # of request line and headers
HEADERS = 64
LINE_BYTES = 2 * 1024  # of the request line: aiohttp's router cuts a path at each of its slashes
ACCEPTED = 16  # connections in one turn of the loop, so that requests have their turn between two lots
QUEUED = 4096  # connections that the kernel keeps until accepted; it drops others, which retry after 1 to 3 seconds

_LAST = "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
FULL = f"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5{_LAST}".encode()
LATE = f"HTTP/1.1 408 Request Timeout{_LAST}".encode()
LONG = f"HTTP/1.1 431 Request Header Fields Too Large{_LAST}".encode()


class _Patient(web.RequestHandler):
    """One connection. The deadline runs while headers or the reading of a response are awaited; bodies have another."""

    __slots__ = ("_crowd", "_deadline", "_head", "_headers_within", "_line")

    def __init__(self, manager: web.Server, *, headers_within: float, crowd: Crowd, **more: Any) -> None:
        super().__init__(manager, **more)
        self._crowd = crowd
        self._headers_within = headers_within
        self._deadline: asyncio.TimerHandle | None = None
        self._head = 0  # bytes of an incomplete head received so far

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._line = cast(asyncio.Transport, transport)
        self._arm()
        self._crowd.enter(self, address_of(transport))

    def data_received(self, data: bytes) -> None:
        if self._waiter is None or not data:  # a body, or bytes sent ahead of a response
            super().data_received(data)
            return
        before, left = self._request_count, HEAD_BYTES - self._head
        # a body that arrives with its head is read in one piece with it
        now = len(data) if data.find(b"\r\n\r\n", 0, left) >= 0 else left
        super().data_received(data[:now])
        if self._request_count != before:
            self._disarm()
            self._head = 0
            if len(data) > now:
                super().data_received(data[now:])
        elif len(data) >= left:
            self._end(LONG)
        else:
            self._head += len(data)
            if self._deadline is None:  # the beginning of another request
                self._arm()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._disarm()
        self._crowd.leave(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._disarm()
        self._deadline = self._loop.call_later(READ_WITHIN, self._line.abort)

    def resume_writing(self) -> None:
        self._disarm()
        super().resume_writing()

    @property
    def waits(self) -> bool:
        """Whether no request is under way on this connection."""
        return not self._has_begun()

    def let_go(self) -> None:
        """Ends the connection because there are too many."""
        self._end(FULL if self._deadline is not None else b"")

    def close(self) -> None:
        """Takes no more requests; a request under way may send the rest of its body, which aiohttp would discard."""
        if not self._has_begun():
            super().close()

    async def shutdown(self, timeout: float | None = 15.0) -> None:  # noqa: ASYNC109 - aiohttp's own
        """Waits for the response under way, up to `timeout`, then closes."""
        if self._has_begun():
            self._handler_waiter = self._loop.create_future()
            await asyncio.wait([self._handler_waiter], timeout=timeout)
            self._handler_waiter = None
        super().close()
        await super().shutdown(timeout)

    def _has_begun(self) -> bool:
        return self._request_in_progress or bool(self._messages and not self._force_close)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answers without details: aiohttp's own response repeats the unreadable line, and its log the exception."""
        if status >= 500:
            unexpected(exc or sys.exception())
        if request.writer.output_size:
            raise ConnectionError("a part of an answer is sent already")
        answer = web.Response(status=status, text="" if status >= 500 else "this is no HTTP that can be read\n")
        answer.force_close()
        return answer

    def _arm(self) -> None:
        self._deadline = self._loop.call_later(self._headers_within, self._end, LATE)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end(self, last: bytes) -> None:
        """Sends `last` and closes. Aborts if the peer does not take all bytes at once: else it stays open."""
        if last and not self._line.is_closing():
            self._line.write(last)
        if self._line.get_write_buffer_size():
            self._line.abort()
        self.force_close()


class _Server(web.Server):
    """Makes connections. Deliveries, which are most requests, go straight to their door, past aiohttp's router."""

    def __init__(self, front: "Front", made: web.Server) -> None:
        super().__init__(
            self._answer,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            **made._kwargs,
        )
        self._front, self._others = front, made.request_handler
        self._webhooks = front.app.get(WEBHOOKS)

    def __call__(self) -> web.RequestHandler:
        within, crowd = self._front.headers_within, self._front.crowd
        return _Patient(self, loop=self._loop, headers_within=within, crowd=crowd, **self._kwargs)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        expected = request.headers.get("Expect")
        if expected is None:
            hooks = self._webhooks
            if hooks is not None and request.raw_path == hooks.path and request.method == "POST":
                return await hooks.receive(cast(web.Request, request))
        elif expected.lower() != "100-continue":  # aiohttp would quote the header
            return web.Response(status=417)
        return await self._others(request)


class Front(web.AppRunner):
    """aiohttp's runner with our connections. `crowd`: all open connections, those of other fronts included."""

    def __init__(
        self,
        app: web.Application,
        *,
        headers_within: float = HEADERS_WITHIN,
        crowd: Crowd | None = None,
        shutdown_timeout: float = 60.0,
    ) -> None:
        super().__init__(
            app,
            shutdown_timeout=shutdown_timeout,
            access_log=None,
            auto_decompress=False,  # compressed bodies are refused: nothing is decompressed, not even to discard it
            handler_cancellation=False,  # a sender that hangs up does not stop a handler half-way
            keepalive_timeout=IDLE,
            lingering_time=1.0,
            max_headers=HEADERS,
            max_line_size=LINE_BYTES,
        )
        self.headers_within = headers_within
        self.crowd = Crowd(room()) if crowd is None else crowd

    async def _make_server(self) -> web.Server:
        return _Server(self, await super()._make_server())


class Site(web.TCPSite):
    """The listening address. asyncio has one number for two: the queue's length, and how many one turn accepts."""

    def __init__(self, front: Front, host: str, port: int) -> None:
        super().__init__(front, host, port, backlog=ACCEPTED)

    async def start(self) -> None:
        """Listens, with a longer kernel queue than asyncio sets."""
        await super().start()
        for listening in cast(asyncio.Server, self._server).sockets:
            with socket.socket(fileno=os.dup(listening.fileno())) as same:
                same.listen(QUEUED)
