"""Questions about a repository in the same moment are sent as one query, and each caller gets its own answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.adapters.github.faults import Refused
from ghapp.core.model.facts import NeedChecks, NeedPull, NoPull
from ghapp.ports import OpenPull, Priority, Retryable
from tests.adapters.github.calls import API, GRAPHQL, REPOSITORY, Bench, bench
from tests.published.graphql import validate_query

NO_CHECKS = {"object": {"__typename": "Commit", "oid": "a" * 40, "statusCheckRollup": None}}
SHOWN = {
    "number": 41,
    "state": "OPEN",
    "isDraft": False,
    "baseRefName": "main",
    "headRefOid": "b" * 40,
    "isInMergeQueue": False,
    "updatedAt": "2026-11-20T05:06:07Z",
    "labels": {"nodes": []},
    "timelineItems": {"nodes": []},
    "commits": {"nodes": []},
}


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def answered(on: Bench, *repositories: dict[str, Any] | None, **more: Any) -> None:
    """The next query, with this many parts, gets this answer."""
    names = [f"repository{place or ''}" for place in range(len(repositories))]
    of_each = [None if one is None else {"databaseId": REPOSITORY.id, **one} for one in repositories]
    on.web.post(GRAPHQL, payload={"data": dict(zip(names, of_each, strict=True)), **more})


async def test_simultaneous_questions_are_one_query(on: Bench) -> None:
    """Each question has its own variables."""
    answered(on, {"pullRequest": None}, NO_CHECKS)
    source = on.github.source
    pull, checks = await asyncio.gather(
        source.gather(REPOSITORY, NeedPull(41)), source.gather(REPOSITORY, NeedChecks("a" * 40, 42))
    )
    assert (pull, f"{checks}") == (NoPull(), "Checks(contexts=())")
    (asked,) = on.sent("POST", "/graphql")
    validate_query(asked["query"])
    assert asked["variables"] == {
        "owner": "acme",
        "name": "app",
        "number": 41,
        "of1_sha": "a" * 40,
        "of1_number": 42,
        "of1_after": None,
    }


async def test_successive_questions_are_two_queries(on: Bench) -> None:
    """No question waits for a later one."""
    for _ in range(2):
        on.answers({"pullRequest": None})
        assert await on.github.source.gather(REPOSITORY, NeedPull(41)) == NoPull()
    assert len(on.calls("POST", GRAPHQL)) == 2


async def test_a_forbidden_part_does_not_fail_the_other_questions(on: Bench) -> None:
    """Each is sent again alone, and gets its own outcome."""
    forbidden = {"type": "FORBIDDEN", "path": ["repository1"], "message": "Resource not accessible by integration"}
    answered(on, {"pullRequest": None}, None, errors=[forbidden])
    on.answers({"pullRequest": None})
    on.answers(None, errors=[forbidden])
    source = on.github.source
    outcomes = await asyncio.gather(
        source.gather(REPOSITORY, NeedPull(41)),
        source.gather(REPOSITORY, NeedChecks("a" * 40, 41)),
        return_exceptions=True,
    )
    assert outcomes[0] == NoPull()
    assert isinstance(outcomes[1], Retryable)
    assert "the checks of #41 could not be asked" in str(outcomes[1])
    assert len(on.calls("POST", GRAPHQL)) == 3


async def test_a_broken_github_fails_all_questions_of_a_query(on: Bench) -> None:
    """The questions are not sent again one by one."""
    on.web.post(GRAPHQL, status=502)
    asked = (on.github.source.gather(REPOSITORY, NeedPull(number)) for number in (41, 42))
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(outcome, Retryable) for outcome in outcomes] == [True, True]
    assert len(on.calls("POST", GRAPHQL)) == 1


async def test_a_repository_under_anothers_name_is_refused_to_each(on: Bench) -> None:
    """The name has passed to another repository."""
    another = {"repository": {"databaseId": 1, "pullRequest": None}, "repository1": {"databaseId": 1}}
    on.web.post(GRAPHQL, payload={"data": another})
    asked = (on.github.source.gather(REPOSITORY, NeedPull(number)) for number in (41, 42))
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(outcome, Refused) for outcome in outcomes] == [True, True]


async def test_calls_that_only_show_are_not_mixed_with_calls_that_act(on: Bench) -> None:
    """The budget may hold back the ones and not the others."""

    async def shows() -> OpenPull | None:
        return await on.github.at(Priority.DISPLAY).gates.open_pull(REPOSITORY, 41, into="main")

    on.answers({"pullRequest": None})
    on.answers({"pullRequest": None})
    assert (await asyncio.gather(shows(), on.github.source.gather(REPOSITORY, NeedPull(41))))[1] == NoPull()
    assert len(on.calls("POST", GRAPHQL)) == 2


async def test_a_cancelled_caller_does_not_cancel_the_others(on: Bench) -> None:
    """A fault elsewhere cancels one of two callers; the other gets its answer."""
    answered(on, {"pullRequest": None}, {"pullRequest": SHOWN})
    on.web.get(f"{API}/app", payload={"slug": "ghapp"})
    await on.github.api.grants(REPOSITORY)  # without a token a caller would not be in the query yet
    leaves = asyncio.create_task(on.github.source.gather(REPOSITORY, NeedPull(41)))
    stays = asyncio.create_task(on.github.gates.open_pull(REPOSITORY, 41, into="main"))
    await asyncio.sleep(0)
    leaves.cancel()
    found = await stays
    assert found is not None
    assert found.number == 41
