"""A pull request's files under both names and for one head, and the person who pushed that head."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from ghapp.core.model.facts import Files, NeedFiles, NeedPush, NoPush, Push
from ghapp.ports import Retryable
from tests.adapters.github.calls import REPO, REPOSITORY, Bench, bench

HEAD = "b" * 40
NEED = NeedFiles(41, "main", HEAD)
FILES = re.compile(rf"{REPO}/pulls/41/files.*")


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


async def test_a_renamed_file_is_there_under_both_names_and_a_head_is_read_once(on: Bench) -> None:
    """A second read costs no call."""
    on.web.get(FILES, payload=[{"filename": "api/a"}, {"filename": "web/b", "previous_filename": "api/b"}])
    on.answers({"pullRequest": {"headRefOid": HEAD}})
    for _ in range(2):
        found = await on.github.source.gather(REPOSITORY, NEED)
        assert found == Files(frozenset({"api/a", "web/b", "api/b"}))
    assert len(on.calls("GET", "/files")) == 1


async def test_files_of_another_head_are_not_taken_for_those_of_this_one(on: Bench) -> None:
    """After a push in between they are not known, and not cached."""
    for head in ("c" * 40, HEAD):
        on.web.get(FILES, payload=[{"filename": head[0]}])
        on.answers({"pullRequest": {"headRefOid": head}})
    with pytest.raises(Retryable, match="has moved"):
        await on.github.source.gather(REPOSITORY, NEED)
    assert await on.github.source.gather(REPOSITORY, NEED) == Files(frozenset({"b"}))


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_files_that_cannot_be_read_are_not_known(on: Bench, status: int) -> None:
    """A failure is not an empty list."""
    on.web.get(FILES, status=status, payload={"message": "no"})
    with pytest.raises(Retryable):
        await on.github.source.gather(REPOSITORY, NEED)


@pytest.mark.parametrize(
    ("listed", "after", "found"),
    [
        (True, [HEAD], Push("taro", datetime(2026, 11, 23, 3, 0, tzinfo=UTC))),
        (False, ["0" * 40, HEAD], Push("taro", datetime(2026, 11, 23, 3, 0, tzinfo=UTC))),
        (False, ["c" * 40], NoPush()),
        (True, ["c" * 40, HEAD], None),
        (True, [], None),
    ],
)
async def test_a_push_is_known_by_the_head_it_left(
    on: Bench, listed: bool, after: list[str], found: Push | NoPush | None
) -> None:
    """On an existing branch it must be the newest push; one that GitHub does not show yet is waited for."""
    at = {"timestamp": "2026-11-23T03:00:00Z", "actor": {"login": "taro"}}
    on.web.get(re.compile(rf"{REPO}/activity.*"), payload=[{"after": sha, **at} for sha in after])
    asked = on.github.source.gather(REPOSITORY, NeedPush("mona/fix", HEAD, listed))
    if found is None:
        with pytest.raises(Retryable, match="does not show the last push"):
            await asked
    else:
        assert await asked == found
