"""The gate as it is read and written."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.adapters.github.faults import Refused
from ghapp.ports import OpenPull
from tests.adapters.github_calls import REPO, REPOSITORY, Bench, bench

HEAD = "b" * 40


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def node(number: int, gate: dict[str, Any] | None = None, *, commit: str = HEAD, **more: Any) -> dict[str, Any]:
    """A pull request in an answer."""
    kept = {"number": number, "state": "OPEN", "isDraft": False, "baseRefName": "main", "headRefOid": HEAD}
    status = {"context": gate} if gate else None
    return {**kept, "commits": {"nodes": [{"commit": {"oid": commit, "status": status}}]}, **more}


def page(*nodes: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    info = {"hasNextPage": after is not None, "endCursor": after}
    return {"pullRequests": {"pageInfo": info, "nodes": list(nodes)}}


def shown(number: int, gate: tuple[str, str] | None = None, *, draft: bool = False) -> OpenPull:
    return OpenPull(number=number, head=HEAD, draft=draft, base="main", gate=gate)


async def test_open_pull_requests_with_what_they_show(on: Bench) -> None:
    """A state in our words; no description is an empty one; no status, or none of ours, is no gate."""
    on.answers(
        page(
            node(1, {"state": "PENDING", "description": "#41 is being released"}),
            node(2, {"state": "SUCCESS", "description": None}, isDraft=True),
            node(3),
        )
    )
    assert await on.github.gates.open_pulls(REPOSITORY, "main") == (
        shown(1, ("pending", "#41 is being released")),
        shown(2, ("success", ""), draft=True),
        shown(3),
    )


async def test_every_page_is_read_and_each_pull_request_kept_once(on: Bench) -> None:
    """One that was updated meanwhile comes again on the next page."""
    on.answers(page(node(1), node(2), after="cursor"))
    on.answers(page(node(2, {"state": "SUCCESS", "description": "free"}), node(3)))
    found = await on.github.gates.open_pulls(REPOSITORY, "main")
    assert found == (shown(1), shown(2, ("success", "free")), shown(3))
    asked = [body["variables"] for body in on.sent("POST", "/graphql")]
    assert [(each["base"], each["context"], each["after"]) for each in asked] == [
        ("main", "ghapp/lock", None),
        ("main", "ghapp/lock", "cursor"),
    ]


async def test_an_older_commits_gate_is_not_the_heads(on: Bench) -> None:
    """Right after a push the list of commits may lag: then the gate is not known to be there."""
    on.answers(page(node(1, {"state": "SUCCESS", "description": "free"}, commit="c" * 40)))
    assert await on.github.gates.open_pulls(REPOSITORY, "main") == (shown(1),)


@pytest.mark.parametrize("found", [None, node(1, state="MERGED"), node(1, state="CLOSED")])
async def test_one_that_is_not_open(on: Bench, found: dict[str, Any] | None) -> None:
    """Merged, closed, or never there."""
    on.answers({"pullRequest": found})
    assert await on.github.gates.open_pull(REPOSITORY, 1) is None


async def test_one_that_is_open(on: Bench) -> None:
    """Like one of many."""
    on.answers({"pullRequest": node(1, {"state": "PENDING", "description": "x"})})
    assert await on.github.gates.open_pull(REPOSITORY, 1) == shown(1, ("pending", "x"))


async def test_a_gate_is_written_within_githubs_limit(on: Bench) -> None:
    """A longer description would be refused."""
    on.web.post(f"{REPO}/statuses/{HEAD}", status=201, payload={})
    await on.github.gates.write(REPOSITORY, HEAD, "pending", "あ" * 141)
    assert on.sent("POST", "/statuses/") == [
        {"state": "pending", "context": "ghapp/lock", "description": "あ" * 140},
    ]


async def test_a_head_that_takes_no_more_statuses(on: Bench) -> None:
    """GitHub keeps 1000 of a name on one commit: that does not pass."""
    error = {"code": "custom", "message": "This SHA and context has reached the maximum number of statuses."}
    on.web.post(f"{REPO}/statuses/{HEAD}", status=422, payload={"message": "Validation Failed", "errors": [error]})
    with pytest.raises(Refused, match="maximum number of statuses"):
        await on.github.gates.write(REPOSITORY, HEAD, "success", "free")
