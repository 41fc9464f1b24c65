"""Creates a comment at most once, and edits it: it is found again by its marker."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ghapp.core.model.environment import Repository
from ghapp.engine.publish.create_once import create_once
from ghapp.ports import Comments, NotThere


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a comment of ours is, and the marker that finds it again."""

    repository: Repository
    pull: int
    marker: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CommentPoster:
    comments: Comments

    async def post(self, spot: Spot, body: str, *, look: bool) -> tuple[int, bool]:
        """The comment's id, and whether its text is `body`: one that exists keeps its own text."""
        at = spot.repository, spot.pull
        return await create_once(
            partial(self.comments.create, *at, body),
            partial(self.comments.find, *at, spot.marker, since=spot.since),
            partial(self.comments.delete, spot.repository),
            look=look,
        )

    async def show(self, spot: Spot, body: str, known: str) -> str:
        """Posts the comment or, where its id is known, edits it; returns the id."""
        comment, says = (int(known), False) if known else await self.post(spot, body, look=True)
        if not says:
            await self.replace(spot.repository, comment, body)
        return str(comment)

    async def replace(self, repository: Repository, comment: int, body: str) -> None:
        """Edits the comment. A deleted one is not created again."""
        with contextlib.suppress(NotThere):
            await self.comments.edit(repository, comment, body)
