"""Creates a comment at most once: GitHub has no idempotency key, so we look for the marker and delete the younger
duplicate."""

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.core.model.environment import Repository
from ghapp.ports import Clock, Comments, NotThere

AWAKE = timedelta(seconds=10)  # much less than a lease: a slower worker may have lost its lease to another


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
    clock: Clock

    async def post(self, spot: Spot, body: str, *, look: bool) -> tuple[int, bool]:
        """The comment's id, and whether its text is `body`: one that exists keeps its own text.

        `look`: another worker may have posted before us. A worker that took longer than `AWAKE` looks in any case,
        afterwards, and deletes its own comment where another is older.
        """
        began = self.clock()
        if look and (found := await self._find(spot)):
            return found, False
        made = await self.comments.create(spot.repository, spot.pull, body)
        if self.clock() - began < AWAKE:
            return made, True
        oldest = await self._find(spot)
        if oldest is None or oldest == made:
            return made, True
        await self.comments.delete(spot.repository, made)
        return oldest, False

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

    async def _find(self, spot: Spot) -> int | None:
        return await self.comments.find(spot.repository, spot.pull, spot.marker, since=spot.since)
