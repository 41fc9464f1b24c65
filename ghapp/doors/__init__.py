"""The doors: everything that comes in, verified and made small. They never call GitHub or Slack."""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from ghapp.doors.github import Webhooks

WEBHOOKS = web.AppKey("webhooks", Webhooks)


class Door(Protocol):
    """Coroutines at routes of their own, each from a request to its response, with bounds of their own."""

    def routes(self) -> Sequence[web.RouteDef]:
        """The routes, of this door only."""


def application(*doors: Door) -> web.Application:
    """All doors behind one address."""
    app = web.Application()
    for door in doors:
        app.router.add_routes(door.routes())
        if isinstance(door, Webhooks):
            app[WEBHOOKS] = door
    return app
