"""What aiohttp leaves to a proxy: headers that never end are given up, and what cannot be read is not quoted."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from typing import Any, cast

from aiohttp import web
from aiohttp.http_parser import RawRequestMessage

from ghapp.doors import DIRECT
from ghapp.doors.crowd import Crowd, address_of, room
from ghapp.doors.direct import FULL, IDLE, LATE, Connection, Door, Hall, end

HEADERS_WITHIN = 5.0  # seconds from the first byte of a request, or from the connection, to the end of its headers
ACCEPTED = 16  # connections in one turn of the loop: requests have their turn between two lots
QUEUED = 4096  # that the system keeps until they are accepted: it drops others, which come back after a second or three


class _Patient(web.RequestHandler):
    """One connection. It counts time only while headers are awaited: whoever reads a body has a time of its own."""

    __slots__ = ("_crowd", "_deadline", "_headers_within", "_line")

    def __init__(self, manager: web.Server, *, headers_within: float, crowd: Crowd, **more: Any) -> None:
        super().__init__(manager, **more)
        self._crowd = crowd
        self._headers_within = headers_within
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._line = cast(asyncio.Transport, transport)
        self._arm()
        self._crowd.enter(self, address_of(transport))

    def data_received(self, data: bytes) -> None:
        before = self._request_count
        super().data_received(data)
        if self._request_count != before:
            self._disarm()
        elif self._deadline is None and self._waiter is not None:  # the beginning of another request
            self._arm()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._disarm()
        self._crowd.leave(self)
        super().connection_lost(exc)

    @property
    def waits(self) -> bool:
        """Whether it has asked for nothing that is not answered."""
        return not self._has_begun()

    def let_go(self) -> None:
        """End it, for want of room."""
        end(self._line, FULL if self._deadline is not None else b"")
        self.force_close()

    def close(self) -> None:
        """No more requests; but who was let in may send the rest of a body, which aiohttp would throw away."""
        if not self._has_begun():
            super().close()

    async def shutdown(self, timeout: float | None = 15.0) -> None:  # noqa: ASYNC109 - aiohttp's own
        """Behind the answer that is under way, if it comes in time."""
        if self._has_begun():
            self._handler_waiter = self._loop.create_future()
            await asyncio.wait([self._handler_waiter], timeout=timeout)
            self._handler_waiter = None
        await super().shutdown(timeout)

    def _has_begun(self) -> bool:
        return self._request_in_progress or bool(self._messages)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Logged as ever; aiohttp's own answer would repeat the line that it could not read."""
        super().handle_error(request, status, exc, message)
        answer = web.Response(status=status, text="" if status >= 500 else "this is no HTTP that can be read\n")
        answer.force_close()
        return answer

    def _arm(self) -> None:
        self._deadline = self._loop.call_later(self._headers_within, self._give_up)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.transport is not None:
            self.transport.write(LATE)
        self.force_close()


def _expecting_little(make: Callable[..., web.BaseRequest]) -> Callable[..., web.BaseRequest]:
    """Makes requests that expect `100 Continue` or nothing: aiohttp would quote any other expectation.

    It may be left out: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.1.1
    """

    def made(message: RawRequestMessage, *more: Any) -> web.BaseRequest:
        if message.headers.get("Expect", "100-continue").lower() == "100-continue":
            return make(message, *more)
        headers = message.headers.copy()
        headers.popall("Expect")
        return make(message._replace(headers=type(message.headers)(headers)), *more)

    return made


class _Server(web.Server):
    """Makes connections: those that doors take directly as long as they can, and aiohttp's."""

    def __init__(self, *args: Any, doors: Mapping[str, Door], headers_within: float, crowd: Crowd, **more: Any) -> None:
        super().__init__(*args, **more)
        self._headers_within, self._crowd = headers_within, crowd
        self._hall = Hall(doors, self._patient, headers_within, crowd) if doors else None

    def __call__(self) -> asyncio.Protocol:  # type: ignore[override]  # asyncio asks no more of it
        return Connection(self._hall) if self._hall else self._patient()

    def pre_shutdown(self) -> None:
        super().pre_shutdown()
        if self._hall:
            self._hall.close()

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - aiohttp's own
        direct = self._hall.shutdown(timeout) if self._hall else asyncio.sleep(0)
        await asyncio.gather(super().shutdown(timeout), direct)

    def _patient(self) -> web.RequestHandler:
        within, crowd = self._headers_within, self._crowd
        return _Patient(self, loop=self._loop, headers_within=within, crowd=crowd, **self._kwargs)


class Front(web.AppRunner):
    """aiohttp's own runner, in front of our connections. `crowd`: all that stand here, at other fronts too."""

    def __init__(
        self,
        app: web.Application,
        *,
        headers_within: float = HEADERS_WITHIN,
        crowd: Crowd | None = None,
        **more: Any,
    ) -> None:
        super().__init__(app, keepalive_timeout=IDLE, access_log=None, **more)
        self._headers_within = headers_within
        self._crowd = Crowd(room()) if crowd is None else crowd

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            made.request_handler,
            request_factory=_expecting_little(made.request_factory),
            handler_cancellation=made.handler_cancellation,
            doors=self.app.get(DIRECT, {}),
            headers_within=self._headers_within,
            crowd=self._crowd,
            **made._kwargs,
        )


class Site(web.TCPSite):
    """Where a front is reached. asyncio has one number for two things: how many wait, and how many a turn accepts."""

    def __init__(self, front: Front, host: str, port: int) -> None:
        super().__init__(front, host, port, backlog=ACCEPTED)

    async def start(self) -> None:
        """Listen."""
        await super().start()
        for listening in cast(asyncio.Server, self._server).sockets:
            with socket.socket(fileno=os.dup(listening.fileno())) as same:
                same.listen(QUEUED)
