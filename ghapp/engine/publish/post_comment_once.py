"""One comment, however many begin to write it: GitHub takes no key for a new one that would settle it."""

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.core.model.environment import Repository
from ghapp.ports import Clock, Comments, NotThere

AWAKE = timedelta(seconds=10)  # much less than a lease: whoever took longer may have been relieved meanwhile


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one of our comments is, and how it is found again."""

    repository: Repository
    pull: int
    marker: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CommentPoster:
    """Posts comments."""

    comments: Comments
    clock: Clock

    async def post(self, spot: Spot, body: str, *, look: bool) -> tuple[int, bool]:
        """The comment's id, and whether it says `body` already: one that was there says what it said.

        `look`: somebody may have begun before us. Whoever slept on the way looks in any case, afterwards: where
        another comment is older, its own is taken back.
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
        """Post it or, where its id is known, edit it; its id."""
        comment, says = (int(known), False) if known else await self.post(spot, body, look=True)
        if not says:
            await self.replace(spot.repository, comment, body)
        return str(comment)

    async def replace(self, repository: Repository, comment: int, body: str) -> None:
        """Edit it. One that somebody has deleted is not made anew."""
        with contextlib.suppress(NotThere):
            await self.comments.edit(repository, comment, body)

    async def _find(self, spot: Spot) -> int | None:
        return await self.comments.find(spot.repository, spot.pull, spot.marker, since=spot.since)
