"""The gate's reads and writes."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.adapters.github.api import web_of
from ghapp.adapters.github.faults import Broken
from ghapp.ports import NotTaken, OpenPull
from tests.adapters.github.calls import API, GRAPHQL, REPO, REPOSITORY, Bench, all_open, bench
from tests.published.graphql import validate_query

HEAD, CHANGED = "b" * 40, "2026-11-20T05:06:07Z"


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        made.web.get(f"{API}/app", payload={"slug": "ghapp"})
        yield made


def node(number: int, gate: dict[str, Any] | None = None, *, commit: str = HEAD, **more: Any) -> dict[str, Any]:
    """A pull request in an answer."""
    kept = {"number": number, "state": "OPEN", "isDraft": False, "baseRefName": "main", "headRefOid": HEAD}
    kept |= {"isInMergeQueue": False, "reviews": {"totalCount": 0}, "updatedAt": CHANGED}
    kept |= {"labels": {"nodes": []}, "timelineItems": {"nodes": []}}
    status = {"context": {"creator": {"__typename": "Bot", "login": "ghapp"}, **gate}} if gate else None
    return {**kept, "commits": {"nodes": [{"commit": {"oid": commit, "status": status}}]}, **more}


def page(*nodes: dict[str, Any], after: str | None = None, total: int = 0) -> dict[str, Any]:
    info = {"hasNextPage": after is not None, "endCursor": after}
    return {"pullRequests": {"totalCount": total or len(nodes), "pageInfo": info, "nodes": list(nodes)}}


def shown(number: int, gate: tuple[str, str] | None = None, *, draft: bool = False) -> OpenPull:
    changed = datetime.fromisoformat(CHANGED)
    return OpenPull(number=number, head=HEAD, draft=draft, base="main", gate=gate, changed_at=changed)


async def test_open_pull_requests_with_their_gates(on: Bench) -> None:
    """The state is in lower case, a missing description is empty, and without a status of ours there is no gate."""
    on.answers(
        page(
            node(1, {"state": "PENDING", "description": "#41 is being deployed"}),
            node(2, {"state": "SUCCESS", "description": None}, isDraft=True),
            node(3),
        )
    )
    assert await all_open(on.github.gates, REPOSITORY, "main") == [
        shown(1, ("pending", "#41 is being deployed")),
        shown(2, ("success", ""), draft=True),
        shown(3),
    ]


async def test_every_page_is_read(on: Bench) -> None:
    """The order is by creation, which never changes, so that no change meanwhile skips a pull request."""
    on.answers(page(node(4), node(3), after="cursor", total=4))
    on.answers(page(node(2), node(1), total=4))
    assert await all_open(on.github.gates, REPOSITORY, "main") == [shown(4), shown(3), shown(2), shown(1)]
    asked = [body["variables"] for body in on.sent("POST", "/graphql")]
    assert [(each["base"], each["context"], each["after"], each["from"], each["first"]) for each in asked] == [
        ("main", "ghapp/lock", None, "DESC", 50),
        ("main", "ghapp/lock", "cursor", "DESC", 50),
    ]


async def test_many_pages_are_read_from_both_ends(on: Bench) -> None:
    """Until the two meet; the second page from one end is read beside the first from the other."""
    on.answers(page(node(6), after="a", total=6))
    for pages in ((node(5), node(1)), (node(4), node(2)), (node(3), node(3))):
        for one in pages:
            on.answers(page(one, after="b", total=6))
    found = await all_open(on.github.gates, REPOSITORY, "main")
    assert [pull.number for pull in found] == [6, 5, 1, 4, 2, 3, 3]
    asked = [body["variables"]["from"] for body in on.sent("POST", "/graphql")]
    assert (asked.count("DESC"), asked.count("ASC")) == (4, 3)


HEAVY = {"message": "Resource limits for this query exceeded.", "type": "RESOURCE_LIMITS_EXCEEDED"}


@pytest.mark.parametrize("how", ["limits", "502", "504", "time-out"])
async def test_a_page_that_is_too_large_is_halved_and_the_size_is_remembered(on: Bench, how: str) -> None:
    """The repository's pages stay smaller for some time; another's do not change."""
    for _ in range(2):
        if how == "limits":
            on.answers({"pullRequests": {"nodes": [None, None]}}, errors=[HEAVY])
        elif how == "time-out":
            on.web.post(GRAPHQL, timeout=True)
        else:
            on.web.post(GRAPHQL, status=int(how), payload={"message": "Something went wrong"})
    on.answers(page(node(1), after="cursor", total=2))
    on.answers(page(node(2), total=2))
    assert await all_open(on.github.gates, REPOSITORY, "main") == [shown(1), shown(2)]
    assert [body["variables"]["first"] for body in on.sent("POST", "/graphql")] == [50, 25, 12, 12]
    on.answers(page(node(1)))
    await all_open(on.github.gates, REPOSITORY, "main", files=True)
    assert on.sent("POST", "/graphql")[-1]["variables"]["first"] == 12
    on.clock.pass_by(days=2)
    on.minted()
    on.answers(page(node(1)))
    await all_open(on.github.gates, REPOSITORY, "main")
    assert on.sent("POST", "/graphql")[-1]["variables"]["first"] == 50


async def test_a_failure_of_the_smallest_page_is_raised(on: Bench) -> None:
    """Its size is not the cause, so no size is remembered."""
    for _ in range(3):
        on.web.post(GRAPHQL, status=502)
    with pytest.raises(Broken):
        await all_open(on.github.gates, REPOSITORY, "main")
    on.answers(page(node(1)))
    assert await all_open(on.github.gates, REPOSITORY, "main") == [shown(1)]
    assert [body["variables"]["first"] for body in on.sent("POST", "/graphql")] == [50, 25, 12, 50]


async def test_an_older_commits_gate_is_not_the_heads(on: Bench) -> None:
    """After a push the list of commits may lag: then the head's gate is not known."""
    on.answers(page(node(1, {"state": "SUCCESS", "description": "free"}, commit="c" * 40)))
    assert await all_open(on.github.gates, REPOSITORY, "main") == [shown(1)]


async def test_open_pull_requests_by_their_heads(on: Bench) -> None:
    """All pages are read, without drafts."""
    other = "c" * 40

    def heads(*told: tuple[int, str, bool], after: str | None) -> dict[str, Any]:
        nodes = [{"number": number, "headRefOid": head, "isDraft": draft} for number, head, draft in told]
        return {"pullRequests": {"pageInfo": {"hasNextPage": bool(after), "endCursor": after}, "nodes": nodes}}

    on.answers(heads((5, HEAD, False), (4, other, False), (3, HEAD, True), after="cursor"))
    on.answers(heads((1, HEAD, False), after=None))
    assert await on.github.gates.heads(REPOSITORY) == {HEAD: {1, 5}, other: {4}}
    asked = on.sent("POST", "/graphql")
    assert [(each["variables"]["first"], each["variables"]["after"]) for each in asked] == [
        (100, None),
        (100, "cursor"),
    ]
    validate_query(asked[0]["query"])


@pytest.mark.parametrize(
    ("gate", "is_shut"),
    [
        ({"state": "PENDING", "description": "x"}, True),
        ({"state": "SUCCESS", "description": "x"}, False),
        ({"state": "PENDING", "description": "x", "creator": {"__typename": "User", "login": "eve"}}, False),
        (None, False),
    ],
)
async def test_whether_a_commit_shows_a_shut_gate(on: Bench, gate: dict[str, Any] | None, is_shut: bool) -> None:
    """Only a status of ours counts. For a commit that is gone GitHub returns null."""
    status = {"context": {"creator": {"__typename": "Bot", "login": "ghapp"}, **gate}} if gate else None
    on.answers({"object": {"__typename": "Commit", "oid": HEAD, "status": status}})
    assert await on.github.gates.shut(REPOSITORY, HEAD) is is_shut
    on.answers({"object": None})
    assert await on.github.gates.shut(REPOSITORY, HEAD) is False
    validate_query(on.sent("POST", "/graphql")[0]["query"])


@pytest.mark.parametrize("found", [None, node(1, state="MERGED"), node(1, state="CLOSED")])
async def test_a_pull_request_that_is_not_open_is_none(on: Bench, found: dict[str, Any] | None) -> None:
    """Merged, closed, or absent."""
    on.answers({"pullRequest": found})
    assert await on.github.gates.open_pull(REPOSITORY, 1, into="main") is None


async def test_an_open_pull_request(on: Bench) -> None:
    on.answers({"pullRequest": node(1, {"state": "PENDING", "description": "x"})})
    assert await on.github.gates.open_pull(REPOSITORY, 1, into="main") == shown(1, ("pending", "x"))


async def test_a_gate_is_written_within_githubs_limit(on: Bench) -> None:
    """GitHub refuses a longer description."""
    on.web.post(f"{REPO}/statuses/{HEAD}", status=201, payload={})
    await on.github.gates.write(REPOSITORY, replace(shown(1), posted=16), "pending", "あ" * 141)
    assert on.sent("POST", "/statuses/") == [
        {
            "state": "pending",
            "context": "ghapp/lock",
            "description": "あ" * 140,
            "target_url": "https://api.github.test/acme/app/deployments#ghapp-17",
        },
    ]


async def test_a_head_that_takes_no_more_statuses(on: Bench) -> None:
    """GitHub takes 1000 of a name on one commit, and never more."""
    error = {"code": "custom", "message": "This SHA and context has reached the maximum number of statuses."}
    on.web.post(f"{REPO}/statuses/{HEAD}", status=422, payload={"message": "Validation Failed", "errors": [error]})
    with pytest.raises(NotTaken, match="maximum number of statuses"):
        await on.github.gates.write(REPOSITORY, shown(1), "success", "free")


@pytest.mark.parametrize("approvals", [0, 1, 2])
async def test_mergeability_is_needed_only_among_more_than_a_hundred(on: Bench, approvals: int) -> None:
    """Among a hundred the order of paints matters little. The list has no field that GitHub has to compute."""
    for total in (100, 101):
        on.answers(page(node(1, reviews={"totalCount": approvals}), total=total))
    found = [one for _ in range(2) for one in await all_open(on.github.gates, REPOSITORY, "main")]
    approved = approvals > 0
    assert [(one.ready, one.approved) for one in found] == [(approved, approved), (None, approved)]
    for heavy in ("mergeStateStatus", "reviewDecision", "statusCheckRollup"):
        assert heavy not in on.sent("POST", "/graphql")[0]["query"]


async def test_mergeable_pull_requests_are_asked_for_apart(on: Bench) -> None:
    """Only for these numbers; right after a push GitHub's state is unknown, and the review decision counts."""
    unknown = [("UNKNOWN", word) for word in ("APPROVED", "CHANGES_REQUESTED", "REVIEW_REQUIRED")]
    known = ("CLEAN", "UNSTABLE", "HAS_HOOKS", "UNKNOWN", "BLOCKED", "DIRTY", "BEHIND")
    told: dict[str, Any] = {
        f"pull{number}": {"number": number, "mergeStateStatus": word, "reviewDecision": decision}
        for number, (word, decision) in enumerate([*((word, None) for word in known), *unknown], 1)
    }
    on.answers({**told, "pull11": None}, errors=[{"type": "NOT_FOUND", "message": "Could not resolve"}])
    assert await on.github.gates.ready(REPOSITORY, range(1, 12)) == {1, 2, 3, 4, 8}
    (asked,) = on.sent("POST", "/graphql")
    validate_query(asked["query"])
    assert "headRefOid" not in asked["query"]


async def test_another_accounts_status_under_our_name_is_no_gate(on: Bench) -> None:
    """A required check counts only the App's status, so ours has to replace it."""
    on.answers(
        page(
            node(
                1,
                {"state": "SUCCESS", "description": "Free to merge", "creator": {"__typename": "User", "login": "eve"}},
            )
        )
    )
    assert await all_open(on.github.gates, REPOSITORY, "main") == [shown(1)]


async def test_a_heads_count_of_gates(on: Bench) -> None:
    """The newest status carries it in its address."""
    url = "https://api.github.test/acme/app/deployments#ghapp-899"
    on.answers(page(node(1, {"state": "SUCCESS", "description": "x", "targetUrl": url})))
    assert [one.posted for one in await all_open(on.github.gates, REPOSITORY, "main")] == [899]


async def test_the_person_who_added_a_label(on: Bench) -> None:
    """The newest event counts; a bot or an unknown actor is none."""

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
async def test_files_of_a_listed_pull_request(
    on: Bench, files: list[tuple[str, str]], more: str | None, names: set[str] | None
) -> None:
    """A list with further pages or a rename gives no files."""
    listed = [{"path": path, "changeType": kind} for path, kind in files]
    info = {"hasNextPage": more is not None, "endCursor": more}
    on.answers(page(node(1, files={"pageInfo": info, "nodes": listed})))
    (found,) = await all_open(on.github.gates, REPOSITORY, "main", files=True)
    assert (found.files.names if found.files else None) == names
    assert on.sent("POST", "/graphql")[0]["variables"]["files"] is True


def entry(number: int, position: int, *, head: str | None = HEAD, **gate: Any) -> dict[str, Any]:
    """An entry of a merge queue."""
    labelled = {"label": {"name": "hotfix"}, "actor": {"__typename": "User", "login": "mona"}}
    pull = {"number": number, "labels": {"nodes": [{"name": "hotfix"}]}, "timelineItems": {"nodes": [labelled]}}
    status = {"context": {"creator": {"__typename": "Bot", "login": "ghapp"}, **gate}} if gate else None
    return {"position": position, "headCommit": head and {"oid": head, "status": status}, "pullRequest": pull}


async def test_the_groups_of_a_merge_queue(on: Bench) -> None:
    """Only the first group has no other pull request in it, so only that has labels; an entry without a commit is left
    out."""
    made = [entry(1, 1, state="PENDING", description="x"), entry(2, 2, head="c" * 40), entry(3, 3, head=None)]
    on.answers({"mergeQueue": {"entries": {"nodes": made}}})
    first, second = await on.github.gates.groups(REPOSITORY, "main")
    assert (first.number, first.head, first.gate, first.labels) == (1, HEAD, ("pending", "x"), {"hotfix": "mona"})
    assert (second.number, second.head, second.gate, second.labels) == (2, "c" * 40, None, {})
    assert all(one.group and one.queued and not one.draft for one in (first, second))


async def test_a_branch_without_a_merge_queue(on: Bench) -> None:
    on.answers({"mergeQueue": None})
    assert list(await on.github.gates.groups(REPOSITORY, "main")) == []


@pytest.mark.parametrize(("count", "complete"), [(2, True), (300, False)])
async def test_the_files_of_a_group(on: Bench, count: int, complete: bool) -> None:
    """GitHub lists at most three hundred files, and both names of a renamed one."""
    files = [{"filename": f"{number}"} for number in range(count - 1)]
    renamed = {"filename": "new", "previous_filename": "old"}
    on.web.get(f"{REPO}/compare/main...{HEAD}?per_page=1", payload={"files": [*files, renamed]})
    found = await on.github.gates.between(REPOSITORY, "main", HEAD)
    assert {"old", "new", "0"} <= found.names
    assert found.complete is complete


@pytest.mark.parametrize(
    ("api", "web"),
    [("https://api.github.com", "https://github.com"), ("https://ghe.example/api/v3", "https://ghe.example")],
)
def test_the_pages_of_an_enterprise_server_have_the_host_of_its_api(api: str, web: str) -> None:
    """Links lead there."""
    assert web_of(api) == web
