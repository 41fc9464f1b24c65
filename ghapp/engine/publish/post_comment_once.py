"""Creates a comment at most once, and edits it: it is found again by its marker."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ghapp.core.model.environment import Repository
from ghapp.engine.publish.create_once import create_once
from ghapp.engine.publish.projections import Published
from ghapp.ports import Comments, NotThere


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a comment of ours is, and the marker that finds it again."""

    repository: Repository
    pull: int
    marker: str
    since: datetime


async def post_comment_once(comments: Comments, spot: Spot, body: str, *, look: bool) -> tuple[int, bool]:
    """The comment's id, and whether its text is `body`: one that exists keeps its own text."""
    at = spot.repository, spot.pull
    return await create_once(
        partial(comments.create, *at, body),
        partial(comments.find, *at, spot.marker, since=spot.since),
        partial(comments.delete, spot.repository),
        look=look,
    )


async def show_comment(comments: Comments, spot: Spot, body: str, painted: Published | None) -> str:
    """Posts the comment or, where its id is known, edits it; returns the id."""
    known = painted.id if painted else ""
    comment, says = (int(known), False) if known else await post_comment_once(comments, spot, body, look=True)
    if not says:
        await replace_comment(comments, spot.repository, comment, body)
    return str(comment)


async def replace_comment(comments: Comments, repository: Repository, comment: int, body: str) -> None:
    """Edits the comment. A deleted one is not created again."""
    with contextlib.suppress(NotThere):
        await comments.edit(repository, comment, body)
