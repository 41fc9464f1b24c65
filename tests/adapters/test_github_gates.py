"""The gate as it is read and written."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from ghapp.ports import NotTaken, OpenPull
from tests.adapters.github_calls import API, REPO, REPOSITORY, Bench, all_open, bench

HEAD = "b" * 40


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        made.web.get(f"{API}/app", payload={"slug": "ghapp"})
        yield made


def node(number: int, gate: dict[str, Any] | None = None, *, commit: str = HEAD, **more: Any) -> dict[str, Any]:
    """A pull request in an answer."""
    kept = {"number": number, "state": "OPEN", "isDraft": False, "baseRefName": "main", "headRefOid": HEAD}
    kept |= {"isInMergeQueue": False, "mergeStateStatus": "BLOCKED", "reviewDecision": None}
    kept |= {"labels": {"nodes": []}, "timelineItems": {"nodes": []}}
    status = {"context": {"creator": {"login": "ghapp"}, **gate}} if gate else None
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
    assert await all_open(on.github.gates, REPOSITORY, "main") == [
        shown(1, ("pending", "#41 is being released")),
        shown(2, ("success", ""), draft=True),
        shown(3),
    ]


async def test_every_page_is_read(on: Bench) -> None:
    """One that was updated meanwhile comes again on the next page, as it is then."""
    on.answers(page(node(1), node(2), after="cursor"))
    on.answers(page(node(2, {"state": "SUCCESS", "description": "free"}), node(3)))
    found = await all_open(on.github.gates, REPOSITORY, "main")
    assert found == [shown(1), shown(2), shown(2, ("success", "free")), shown(3)]
    asked = [body["variables"] for body in on.sent("POST", "/graphql")]
    assert [(each["base"], each["context"], each["after"]) for each in asked] == [
        ("main", "ghapp/lock", None),
        ("main", "ghapp/lock", "cursor"),
    ]


async def test_an_older_commits_gate_is_not_the_heads(on: Bench) -> None:
    """Right after a push the list of commits may lag: then the gate is not known to be there."""
    on.answers(page(node(1, {"state": "SUCCESS", "description": "free"}, commit="c" * 40)))
    assert await all_open(on.github.gates, REPOSITORY, "main") == [shown(1)]


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
    await on.github.gates.write(REPOSITORY, replace(shown(1), posted=16), "pending", "あ" * 141)
    assert on.sent("POST", "/statuses/") == [
        {
            "state": "pending",
            "context": "ghapp/lock",
            "description": "あ" * 140,
            "target_url": "https://github.com/acme/app/deployments#ghapp-17",
        },
    ]


async def test_a_head_that_takes_no_more_statuses(on: Bench) -> None:
    """GitHub keeps 1000 of a name on one commit: that does not pass."""
    error = {"code": "custom", "message": "This SHA and context has reached the maximum number of statuses."}
    on.web.post(f"{REPO}/statuses/{HEAD}", status=422, payload={"message": "Validation Failed", "errors": [error]})
    with pytest.raises(NotTaken, match="maximum number of statuses"):
        await on.github.gates.write(REPOSITORY, shown(1), "success", "free")


@pytest.mark.parametrize(
    ("found", "ready"),
    [
        ({"mergeStateStatus": "CLEAN"}, True),
        ({"mergeStateStatus": "UNSTABLE", "reviewDecision": "APPROVED"}, True),
        ({"mergeStateStatus": "UNKNOWN"}, True),
        ({"mergeStateStatus": "UNKNOWN", "reviewDecision": "APPROVED"}, True),
        ({"mergeStateStatus": "UNKNOWN", "reviewDecision": "REVIEW_REQUIRED"}, False),
        ({"mergeStateStatus": "BLOCKED", "reviewDecision": "APPROVED"}, False),
        ({"mergeStateStatus": "DIRTY"}, False),
    ],
)
async def test_what_could_be_merged_this_moment(on: Bench, found: dict[str, Any], ready: bool) -> None:
    """Right after a push GitHub does not know yet: then whatever nobody objects to may be."""
    on.answers(page(node(1, **found)))
    assert [one.ready for one in await all_open(on.github.gates, REPOSITORY, "main")] == [ready]


async def test_what_somebody_else_posted_under_our_name_is_no_gate(on: Bench) -> None:
    """A check that is required of the App takes nobody else's word, so ours has to be written over it."""
    on.answers(page(node(1, {"state": "SUCCESS", "description": "Free to merge", "creator": {"login": "eve"}})))
    assert await all_open(on.github.gates, REPOSITORY, "main") == [shown(1)]


async def test_how_many_gates_a_head_was_given(on: Bench) -> None:
    """The last one says it."""
    url = "https://github.com/acme/app/deployments#ghapp-899"
    on.answers(page(node(1, {"state": "SUCCESS", "description": "x", "targetUrl": url})))
    assert [one.posted for one in await all_open(on.github.gates, REPOSITORY, "main")] == [899]


async def test_who_put_a_label_there(on: Bench) -> None:
    """The newest counts; whoever is not known, or is no person, is nobody."""

    def put(name: str, login: str | None, kind: str = "User") -> dict[str, Any]:
        return {"label": {"name": name}, "actor": login and {"__typename": kind, "login": login}}

    events = [put("hotfix", "mona"), put("hotfix", "taro"), put("by bot", "renovate", "Bot"), put("ghost", None)]
    named = [{"name": name} for name in ("hotfix", "by bot", "ghost", "long ago")]
    on.answers(page(node(1, labels={"nodes": named}, timelineItems={"nodes": [*events, put("taken away", "mona")]})))
    (found,) = await all_open(on.github.gates, REPOSITORY, "main")
    assert found.labels == {"hotfix": "taro", "by bot": None, "ghost": None, "long ago": None}


@pytest.mark.parametrize(
    ("files", "more", "names"),
    [
        ([("api/a.py", "MODIFIED"), ("b", "ADDED")], None, {"api/a.py", "b"}),
        ([("api/a.py", "MODIFIED")], "cursor", None),
        ([("api/a.py", "RENAMED")], None, None),
        ([], None, set()),
    ],
)
async def test_files_as_far_as_one_call_tells_them(
    on: Bench, files: list[tuple[str, str]], more: str | None, names: set[str] | None
) -> None:
    """Where they do not end there, or one of them was elsewhere before, they are not known by this."""
    listed = [{"path": path, "changeType": kind} for path, kind in files]
    info = {"hasNextPage": more is not None, "endCursor": more}
    on.answers(page(node(1, files={"pageInfo": info, "nodes": listed})))
    (found,) = await all_open(on.github.gates, REPOSITORY, "main", files=True)
    assert (found.files.names if found.files else None) == names
    assert on.sent("POST", "/graphql")[0]["variables"]["files"] is True


def entry(number: int, position: int, *, head: str | None = HEAD, **gate: Any) -> dict[str, Any]:
    """What stands in a merge queue."""
    labelled = {"label": {"name": "hotfix"}, "actor": {"__typename": "User", "login": "mona"}}
    pull = {"number": number, "labels": {"nodes": [{"name": "hotfix"}]}, "timelineItems": {"nodes": [labelled]}}
    status = {"context": {"creator": {"login": "ghapp"}, **gate}} if gate else None
    return {"position": position, "headCommit": head and {"oid": head, "status": status}, "pullRequest": pull}


async def test_what_a_merge_queue_has_put_together(on: Bench) -> None:
    """Only the first has nothing but its own; one that is not put together yet has nothing to show a gate on."""
    made = [entry(1, 1, state="PENDING", description="x"), entry(2, 2, head="c" * 40), entry(3, 3, head=None)]
    on.answers({"mergeQueue": {"entries": {"nodes": made}}})
    first, second = await on.github.gates.groups(REPOSITORY, "main")
    assert (first.number, first.head, first.gate, first.labels) == (1, HEAD, ("pending", "x"), {"hotfix": "mona"})
    assert (second.number, second.head, second.gate, second.labels) == (2, "c" * 40, None, {})
    assert all(one.group and one.queued and not one.draft for one in (first, second))


async def test_a_branch_without_a_merge_queue(on: Bench) -> None:
    """There is nothing."""
    on.answers({"mergeQueue": None})
    assert list(await on.github.gates.groups(REPOSITORY, "main")) == []


@pytest.mark.parametrize(("count", "complete"), [(2, True), (300, False)])
async def test_what_a_group_changes(on: Bench, count: int, complete: bool) -> None:
    """GitHub tells three hundred files, and both names of one that was renamed."""
    files = [{"filename": f"{number}"} for number in range(count - 1)]
    renamed = {"filename": "new", "previous_filename": "old"}
    on.web.get(f"{REPO}/compare/main...{HEAD}?per_page=1", payload={"files": [*files, renamed]})
    found = await on.github.gates.between(REPOSITORY, "main", HEAD)
    assert {"old", "new", "0"} <= found.names
    assert found.complete is complete
