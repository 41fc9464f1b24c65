"""The person who looks at a page, and what they may see of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from ghapp.core.model.environment import Repository


class Viewer(Protocol):
    """`login`: the person's, None where nobody has signed in. `csrf`: the token that a form of theirs has to carry;
    None = they cannot act, and no page shows a button."""

    @property
    def login(self) -> str | None: ...

    @property
    def csrf(self) -> str | None: ...

    def may_see(self, repository: Repository) -> bool:
        """Asked for each page and, on an open stream, for each event."""


FindViewer = Callable[[web.Request], Awaitable[Viewer]]
"""The viewer of a request. Raises aiohttp's HTTPException to answer it, such as with the way to the sign-in."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Sees every repository and acts on none: the viewer at the internal address."""

    login: None = None
    csrf: None = None

    def may_see(self, repository: Repository) -> bool:
        return True


EVERYTHING = Everything()


async def see_everything(_request: web.Request) -> Viewer:
    """Needs no sign-in."""
    return EVERYTHING
