"""What all pages of the board have in common: the language, the frame, and the pages that stand in for another."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ghapp.core.model.environment import Environment
from ghapp.core.model.overview import Overview, StoredEnvironment
from ghapp.core.words import Voice
from ghapp.doors.board.rendering import page, render
from ghapp.doors.board.sentence_page import voice_for
from ghapp.doors.board.viewer import Viewer
from ghapp.ports import Clock


@dataclass(frozen=True, slots=True)
class Frame:
    """`github`: the address of its pages."""

    clock: Clock
    github: str

    def voice(self, request: web.Request, stored: StoredEnvironment | None = None) -> Voice:
        """In the browser's language and in the repository's zone."""
        state = stored.state if stored else None
        zone = state.config.timezone if isinstance(state, Environment) else "UTC"
        return voice_for(request, self.clock(), zone)

    def shown(
        self, request: web.Request, name: str, viewer: Viewer, voice: Voice, overview: Overview, /, **values: Any
    ) -> web.Response:
        """The page, or its inner part where htmx asks for that."""
        is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
        values |= {"overview": overview, "github": self.github, "frame": "part.html" if is_part else "base.html"}
        return page(request, render(f"{name}.html", voice, viewer=viewer, **values))

    def not_found(self, request: web.Request, viewer: Viewer) -> web.Response:
        """One page for an environment that does not exist and for one that this viewer cannot see."""
        return self.alone(request, viewer, 404, "not_found")

    def unreadable(self, request: web.Request, viewer: Viewer) -> web.Response:
        """The store cannot be read; the page asks again by itself."""
        return self.alone(request, viewer, 200, "unreadable")

    def alone(self, request: web.Request, viewer: Viewer, status: int, name: str, /, **values: Any) -> web.Response:
        """A page of one sentence."""
        values |= {"overview": None, "frame": "base.html"}
        return page(request, render(f"{name}.html", self.voice(request), viewer=viewer, **values), status)


def find(request: web.Request, overview: Overview, viewer: Viewer) -> StoredEnvironment | None:
    """The environment that the address names, in any case; None for one that the viewer cannot see."""
    asked = "/".join(request.match_info[part] for part in ("owner", "repo", "environment")).lower()
    return next((one for one in visible(overview, viewer) if one.path.lower() == asked), None)


def visible(overview: Overview, viewer: Viewer) -> list[StoredEnvironment]:
    return [one for one in overview.environments if viewer.may_see(one.repository)]
