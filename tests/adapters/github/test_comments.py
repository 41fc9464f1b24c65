"""Comments: created, edited, found again, deleted, and reacted to."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.ports import Permanent, Retryable
from tests.adapters.github.calls import NOON, REPO, REPOSITORY, Bench, bench

MARKER = "<!-- ghapp:production-12 -->"
LIST = f"{REPO}/issues/41/comments?since=2026-11-23T03:00:00Z&per_page=100"


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def comment(number: int, body: str | None, app: int | None = 4711) -> dict[str, Any]:
    return {"id": number, "body": body, "performed_via_github_app": None if app is None else {"id": app}}


async def test_a_created_comment_returns_its_id(on: Bench) -> None:
    """Edits need it later."""
    on.web.post(f"{REPO}/issues/41/comments", status=201, payload=comment(9, "hello"))
    assert await on.github.comments.create(REPOSITORY, 41, "hello") == 9
    assert on.sent("POST", "/comments") == [{"body": "hello"}]


async def test_a_comment_is_edited_in_place(on: Bench) -> None:
    on.web.patch(f"{REPO}/issues/comments/9", payload=comment(9, "again"))
    await on.github.comments.edit(REPOSITORY, 9, "again")
    assert on.sent("PATCH", "/comments/9") == [{"body": "again"}]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_comment_that_is_gone_cannot_be_edited(on: Bench, status: int) -> None:
    on.web.patch(f"{REPO}/issues/comments/9", status=status, payload={"message": "Not Found"})
    with pytest.raises(Permanent, match=str(status)):
        await on.github.comments.edit(REPOSITORY, 9, "again")


@pytest.mark.parametrize("status", [204, 404, 410])
async def test_a_comment_is_deleted(on: Bench, status: int) -> None:
    """A comment that was gone before counts as deleted."""
    on.web.delete(f"{REPO}/issues/comments/9", status=status)
    await on.github.comments.delete(REPOSITORY, 9)


async def test_a_comment_that_may_not_be_deleted(on: Bench) -> None:
    """The refusal is raised, not taken for done."""
    on.web.delete(f"{REPO}/issues/comments/9", status=403, payload={"message": "Resource not accessible"})
    with pytest.raises(Permanent, match="403"):
        await on.github.comments.delete(REPOSITORY, 9)


async def test_our_own_comment_is_found_by_its_marker(on: Bench) -> None:
    """A copy of the marker by another author is not ours, and another marker is another comment."""
    on.web.get(
        LIST,
        payload=[
            comment(1, MARKER, app=None),
            comment(2, MARKER, app=99),
            comment(3, "<!-- ghapp:production-128 -->"),
            comment(4, None),
            comment(7, f"`{MARKER}` is not a command.\n\n<!-- another -->"),
            comment(8, f"> {MARKER}"),
        ],
        headers={"Link": f'<{REPO}/issues/41/comments?page=2>; rel="next"'},
    )
    on.web.get(f"{REPO}/issues/41/comments?page=2", payload=[comment(5, f"text\n{MARKER}"), comment(6, MARKER)])
    assert await on.github.comments.find(REPOSITORY, 41, MARKER, since=NOON) == 5


async def test_an_absent_comment_is_not_found(on: Bench) -> None:
    on.web.get(LIST, payload=[])
    assert await on.github.comments.find(REPOSITORY, 41, MARKER, since=NOON.replace(microsecond=999_999)) is None


async def test_a_failed_search_is_not_absence(on: Bench) -> None:
    """A second comment would be the result."""
    on.web.get(LIST, status=502)
    with pytest.raises(Retryable):
        await on.github.comments.find(REPOSITORY, 41, MARKER, since=NOON)


@pytest.mark.parametrize("status", [200, 201])
async def test_a_reaction(on: Bench, status: int) -> None:
    """GitHub answers 201 to a new reaction and 200 to an existing one."""
    on.web.post(f"{REPO}/issues/comments/9/reactions", status=status, payload={"id": 1})
    await on.github.comments.react(REPOSITORY, 9, "eyes")
    assert on.sent("POST", "/reactions") == [{"content": "eyes"}]
