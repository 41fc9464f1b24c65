"""The HTTP doors: each verifies a request and reduces it to an event. Only the board's
sign-in asks GitHub, through its port; the others never call GitHub or Slack.
"""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from ghapp.doors.github import Webhooks

WEBHOOKS = web.AppKey("webhooks", Webhooks)


class Door(Protocol):
    """Routes with handlers, from a request to its response. Each door has bounds of its own."""

    def routes(self) -> Sequence[web.RouteDef]:
        """The routes of this door alone."""


def application(*doors: Door) -> web.Application:
    """The application that serves all doors at one address."""
    app = web.Application()
    for door in doors:
        app.router.add_routes(door.routes())
        if isinstance(door, Webhooks):
            app[WEBHOOKS] = door
    return app
