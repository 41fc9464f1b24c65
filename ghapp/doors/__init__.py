"""The doors: everything that comes in, verified and made small. They never call GitHub or Slack."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from ghapp.doors import direct
from ghapp.doors.bugs import unexpected
from ghapp.doors.limits import BODY_BYTES

DIRECT = web.AppKey("direct", Mapping[str, direct.Door])
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door(Protocol):
    """Something that stands at its own routes."""

    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, of this door only."""


def application(*doors: Door) -> web.Application:
    """All doors behind one address. Each has bounds of its own; the application's are wider and only a net."""
    app = web.Application(
        client_max_size=BODY_BYTES + 64 * 1024,
        handler_args={
            "auto_decompress": False,  # compressed bodies are refused: nobody unpacks one, not even to throw it away
            "handler_cancellation": False,  # a sender that hangs up stops nothing half-way
            "lingering_time": 1.0,
            "logger": _http_logger(),
        },
    )
    for door in doors:
        for route in door.routes():
            app.router.add_route(route.method, route.path, _netted(route.handler))
    app[DIRECT] = {door.path: door for door in doors if isinstance(door, direct.Door)}
    return app


def _http_logger() -> logging.Logger:
    """aiohttp's own. What is no HTTP is in the access log; anybody can send it, so it is worth no traceback."""
    http = logging.getLogger(f"{__name__}.http")
    http.addFilter(_of_interest)
    return http


def _of_interest(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def _netted(handler: Handler) -> Handler:
    async def netted(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - the last net
            unexpected(error)
            return web.Response(status=500, text="")

    return netted
