"""The person who looks at a page, and what they may see of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from ghapp.core.config.model import Role
from ghapp.core.model.environment import Repository
from ghapp.core.words import Voice


class Viewer(Protocol):
    """`login`, `user`: the person's, and their id at GitHub; None without sign-in. `csrf`: the token that a form of
    theirs has to carry; None = they cannot act, and no page shows a button. `until`: what they may see has to be asked
    again then; None = never."""

    @property
    def login(self) -> str | None: ...

    @property
    def user(self) -> int | None: ...

    @property
    def csrf(self) -> str | None: ...

    @property
    def until(self) -> datetime | None: ...

    def notice(self, voice: Voice) -> str:
        """A sentence above the page; empty where there is nothing to say."""

    def may_see(self, repository: Repository) -> bool:
        """Asked for each page and, on an open stream, for each event."""

    def role(self, repository: Repository) -> Role:
        """Their role, as it was last known."""


FindViewer = Callable[[web.Request], Awaitable[Viewer]]
"""The viewer of a request. Raises aiohttp's HTTPException to answer it, such as with the way to the sign-in."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Sees every repository and acts on none: the viewer at the internal address."""

    login: None = None
    user: None = None
    csrf: None = None
    until: None = None

    def notice(self, voice: Voice) -> str:
        return ""

    def may_see(self, repository: Repository) -> bool:
        return True

    def role(self, repository: Repository) -> Role:
        return "read"


EVERYTHING = Everything()


async def see_everything(_request: web.Request) -> Viewer:
    """Needs no sign-in."""
    return EVERYTHING
