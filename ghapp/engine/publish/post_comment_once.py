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


async def post_comment_once(comments: Comments, clock: Clock, spot: Spot, body: str, *, look: bool) -> tuple[int, bool]:
    """The comment's id, and whether its text is `body`: one that exists keeps its own text.

    `look`: another worker may have posted before us. A worker that took longer than `AWAKE` looks in any case,
    afterwards, and deletes its own comment where another is older.
    """
    began = clock()
    if look and (found := await _find(comments, spot)):
        return found, False
    made = await comments.create(spot.repository, spot.pull, body)
    if clock() - began < AWAKE:
        return made, True
    oldest = await _find(comments, spot)
    if oldest is None or oldest == made:
        return made, True
    await comments.delete(spot.repository, made)
    return oldest, False


async def show_comment(comments: Comments, clock: Clock, spot: Spot, body: str, known: str) -> str:
    """Posts the comment or, where its id is known, edits it; returns the id."""
    comment, says = (int(known), False) if known else await post_comment_once(comments, clock, spot, body, look=True)
    if not says:
        await replace_comment(comments, spot.repository, comment, body)
    return str(comment)


async def replace_comment(comments: Comments, repository: Repository, comment: int, body: str) -> None:
    """Edits the comment. A deleted one is not created again."""
    with contextlib.suppress(NotThere):
        await comments.edit(repository, comment, body)


async def _find(comments: Comments, spot: Spot) -> int | None:
    return await comments.find(spot.repository, spot.pull, spot.marker, since=spot.since)
