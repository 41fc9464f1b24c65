"""Facts as the adapter reads them from GitHub."""

import dataclasses
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.adapters.github import blobs, ci, gates, history, installations, pull_files, pulls, reviews, runs
from ghapp.adapters.github.branches import Branches
from ghapp.adapters.github.config_file import ConfigFile
from ghapp.adapters.github.faults import Refused, Unanswered
from ghapp.adapters.github.permissions import levels
from ghapp.adapters.github.policy_file import PolicyFiles
from ghapp.adapters.github.queries import Query, document
from ghapp.core.config.model import POLICY_UNREAD, Config, InvalidConfig, NoConfig, PolicyFile, Problem
from ghapp.core.model.environment import Pull
from ghapp.core.model.facts import (
    AppFact,
    CommentFact,
    Comparison,
    Membership,
    NeedApp,
    NeedComment,
    NeedCommit,
    NeedComparison,
    NeedConfig,
    NeedPull,
    NeedRole,
    NeedTeam,
    NoApp,
    NoComment,
    NoPull,
    Presence,
    PullFact,
)
from ghapp.ports import NotGranted, Permanent, Retryable
from tests.adapters.github.calls import API, MINT, NOON, REPO, REPOSITORY, Bench, bench, read_config
from tests.published.graphql import validate_query

SETTINGS = "https://github.test/organizations/acme/settings/installations/7"
ROLE = f"{REPO}/collaborators/mona/permission"
TEAM = f"{API}/orgs/acme/teams/sre/memberships/mona"
FIRST, SECOND = "1" * 40, "2" * 40
MERGED = {
    "timelineItems": {"nodes": []},
    "number": 41,
    "title": "Fix",
    "merged": True,
    "mergedAt": "2026-11-23T02:59:58Z",
    "state": "MERGED",
    "isDraft": False,
    "isCrossRepository": False,
    "headRepository": {"databaseId": 42},
    "baseRefName": "main",
    "headRefName": "mona/fix",
    "headRefOid": "b" * 40,
    "mergeCommit": {"oid": "a" * 40},
    "mergedBy": {"__typename": "User", "login": "taro"},
    "author": {"__typename": "User", "login": "mona"},
}
FACT = PullFact(
    pull=Pull(number=41, title="Fix", author="mona", head="b" * 40),
    base="main",
    merged=True,
    sha="a" * 40,
    merger="taro",
    merged_at=datetime(2026, 11, 23, 2, 59, 58, tzinfo=UTC),
    branch="mona/fix",
)


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def holding(blob: dict[str, Any] | None, *, sha: str = FIRST, branch: str = "main") -> dict[str, Any]:
    """A repository with this config file."""
    entry = blob and {"mode": 0o100644, "object": blob}
    return {"defaultBranchRef": {"name": branch, "target": {"oid": sha, "file": entry}}}


def entry(mode: int, found: dict[str, Any] | None) -> dict[str, Any]:
    """A repository with an entry of this mode at the config's path."""
    target = {"oid": FIRST, "file": {"mode": mode, "object": found}}
    return {"defaultBranchRef": {"name": "main", "target": target}}


def blob(text: str, /, **more: Any) -> dict[str, Any]:
    """A file in an answer."""
    size = len(text)
    kept = {"oid": f"{size:040d}", "byteSize": size, "isBinary": False, "isTruncated": False, "text": text}
    return {"__typename": "Blob", **kept, **more}


READING = (blobs.QUERY, pulls.ONE, pulls.MERGED, runs.BRANCH, ci.CHECKS, ci.CLASSIC, reviews.REVIEWS, pull_files.HEAD)
HISTORY = (history.COMMIT, history.ENDS)
QUERIES = (*READING, *HISTORY, gates.MANY, gates.ONE, installations.VISIBLE)


@pytest.mark.parametrize("asked", [*((query,) for query in QUERIES), QUERIES, (ci.CHECKS, ci.CHECKS)])
def test_our_queries_are_valid_in_githubs_schema(asked: tuple[Query, ...]) -> None:
    """Each alone, and several in one."""
    text, _ = document("acme/app", [(query, {}) for query in asked])
    validate_query(text)


async def test_the_config_is_read_at_the_default_branchs_commit(on: Bench) -> None:
    """One query reads both, so that they belong together."""
    on.answers(holding(blob("deploy.yml"), branch="trunk"))
    config = await on.github.source.gather(REPOSITORY, NeedConfig())
    assert isinstance(config, Config)
    environment_config = config.environments["production"]
    assert (config.sha, environment_config.sha, environment_config.branch, environment_config.workflow) == (
        FIRST,
        FIRST,
        "trunk",
        "deploy.yml",
    )
    (asked,) = on.sent("POST", "/graphql")
    assert asked["variables"] == {"owner": "acme", "name": "app", "path": ".github/ghapp.yml"}


async def test_the_same_text_is_parsed_once(on: Bench) -> None:
    """The parsed config gets the commit at which it is read now, in its environments too."""
    parsed: list[str] = []

    def reading(
        text: str, sha: str, branch: str, policy: PolicyFile | None, /, *, repository: str
    ) -> Config | InvalidConfig:
        parsed.append(f"{text} {branch}")
        return read_config(text, sha, branch)

    file = ConfigFile(on.github.api, reading, Branches(on.clock), PolicyFiles(on.github.api, {}))
    on.answers(holding(blob("deploy.yml")))
    on.answers(holding(blob("deploy.yml"), sha=SECOND))
    on.answers(holding(blob("deploy.yml"), sha=SECOND, branch="trunk"))
    found = [await file.read(REPOSITORY) for _ in range(3)]
    assert parsed == ["deploy.yml main", "deploy.yml trunk"]
    assert [config.sha for config in found if isinstance(config, Config)] == [FIRST, SECOND, SECOND]
    assert found[1] == read_config("deploy.yml", SECOND, "main")


async def test_an_invalid_config_has_its_commit(on: Bench) -> None:
    """A cached problem gets the commit of the newest read."""
    invalid = InvalidConfig("", (Problem(3, 5, "config.key.known"),))

    def reading(text: str, sha: str, branch: str, policy: PolicyFile | None, /, *, repository: str) -> InvalidConfig:
        return dataclasses.replace(invalid, sha=sha)

    file = ConfigFile(on.github.api, reading, Branches(on.clock), PolicyFiles(on.github.api, {}))
    on.answers(holding(blob("x")))
    on.answers(holding(blob("x"), sha=SECOND))
    assert [await file.read(REPOSITORY) for _ in range(2)] == [
        dataclasses.replace(invalid, sha=sha) for sha in (FIRST, SECOND)
    ]


@pytest.mark.parametrize(
    "repository",
    [
        holding(None),
        holding(blob("", byteSize=0)),
        {"defaultBranchRef": None},
        {"defaultBranchRef": {"name": "main", "target": None}},
    ],
)
async def test_no_file_a_file_of_zero_bytes_or_no_commit_is_no_config(on: Bench, repository: dict[str, Any]) -> None:
    """ghapp is silent there."""
    on.answers(repository)
    assert await on.github.source.gather(REPOSITORY, NeedConfig()) == NoConfig()


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (blob("x", byteSize=65_537), Problem(1, 1, "yaml.large", {"most": 64})),
        (blob("x", isTruncated=True), Problem(1, 1, "yaml.large", {"most": 64})),
        (blob("x", isBinary=True, text=None), Problem(1, 1, "yaml.binary")),
        (blob("x", text=None), Problem(1, 1, "yaml.binary")),
    ],
)
async def test_a_file_that_cannot_be_a_config_is_invalid(on: Bench, found: dict[str, Any], problem: Problem) -> None:
    """The problem is at its first line."""
    on.answers(holding(found))
    fact = await on.github.source.gather(REPOSITORY, NeedConfig())
    assert fact == InvalidConfig(FIRST, (problem,))


@pytest.mark.parametrize(
    ("mode", "found"),
    [
        (0o040000, {"__typename": "Tree"}),
        (0o120000, blob("elsewhere.yml")),
        (0o160000, None),
    ],
    ids=["folder", "link", "submodule"],
)
async def test_an_entry_that_is_no_file_is_an_invalid_config(
    on: Bench, mode: int, found: dict[str, Any] | None
) -> None:
    """A person put it there on purpose, so it is reported."""
    on.answers(entry(mode, found))
    fact = await on.github.source.gather(REPOSITORY, NeedConfig())
    assert fact == InvalidConfig(FIRST, (Problem(1, 1, "yaml.not_a_file"),))


async def test_a_config_is_parsed_in_another_thread(on: Bench) -> None:
    """A long parse does not block the event loop."""
    threads: list[int] = []

    def reading(
        text: str, sha: str, branch: str, policy: PolicyFile | None, /, *, repository: str
    ) -> Config | InvalidConfig:
        threads.append(threading.get_ident())
        return read_config(text, sha, branch)

    on.answers(holding(blob("deploy.yml")))
    await ConfigFile(on.github.api, reading, Branches(on.clock), PolicyFiles(on.github.api, {})).read(REPOSITORY)
    assert threads != [threading.get_ident()]


async def test_a_file_of_64_kib_is_read(on: Bench) -> None:
    """The limit itself is allowed."""
    on.answers(holding(blob("x" * 65_536)))
    assert isinstance(await on.github.source.gather(REPOSITORY, NeedConfig()), Config)


@pytest.mark.parametrize(
    ("more", "fact"),
    [
        ({}, FACT),
        ({"mergedBy": None}, replace(FACT, merger=None)),
        ({"mergedBy": {"__typename": "Bot", "login": "merge-queue"}}, replace(FACT, merger=None)),
        ({"author": None}, replace(FACT, pull=replace(FACT.pull, author="ghost"))),
        (
            {"author": {"__typename": "Bot", "login": "dependabot"}},
            replace(FACT, pull=replace(FACT.pull, author="dependabot[bot]")),
        ),
        (
            {"state": "OPEN", "merged": False, "mergedAt": None, "mergeCommit": None, "mergedBy": None},
            replace(FACT, merged=False, sha=None, merger=None, merged_at=None),
        ),
        ({"isCrossRepository": True}, replace(FACT, fork=True)),
        ({"headRepository": None}, replace(FACT, fork=True)),
        ({"isDraft": True, "state": "CLOSED"}, replace(FACT, draft=True, closed=True)),
    ],
)
async def test_a_pull_request(on: Bench, more: dict[str, Any], fact: PullFact) -> None:
    """A merger is a person or none."""
    on.answers({"defaultBranchRef": {"name": "main"}, "pullRequest": MERGED | more})
    assert await on.github.source.gather(REPOSITORY, NeedPull(41)) == fact


@pytest.mark.parametrize("shown", [{"state": "OPEN", "merged": False, "mergedAt": None, "mergeCommit": None}, None])
async def test_a_reported_merge_is_waited_for(on: Bench, shown: dict[str, Any] | None) -> None:
    """For ten minutes; afterwards GitHub's answer counts."""
    pull = None if shown is None else MERGED | shown
    for _ in range(2):
        on.answers({"defaultBranchRef": {"name": "main"}, "pullRequest": pull})
    with pytest.raises(Retryable, match="does not show yet that #41 was merged"):
        await on.github.source.gather(REPOSITORY, NeedPull(41, on.clock() - timedelta(minutes=9)))
    found = await on.github.source.gather(REPOSITORY, NeedPull(41, on.clock() - timedelta(minutes=10)))
    assert not isinstance(found, PullFact) or not found.merged


@pytest.mark.parametrize(
    ("status", "listed", "base"),
    [(200, [{"base": {"ref": "main"}, "pull_requests": []}], "main"), (200, [], "side"), (404, None, "side")],
)
async def test_a_layer_of_a_stack(on: Bench, status: int, listed: Any, base: str) -> None:
    """Its base is its stack's base, or its own where there is no stack or the server knows none."""
    on.answers({"defaultBranchRef": {"name": "main"}, "pullRequest": MERGED | {"baseRefName": "side"}})
    on.web.get(f"{REPO}/stacks?pull_request=41&per_page=100", status=status, payload=listed)
    assert await on.github.source.gather(REPOSITORY, NeedPull(41)) == replace(FACT, base=base)


async def test_no_pull_request_of_that_number(on: Bench) -> None:
    """An issue's number gives none either."""
    on.answers({"pullRequest": None})
    assert await on.github.source.gather(REPOSITORY, NeedPull(41)) == NoPull()


@pytest.mark.parametrize(
    ("answer", "role"),
    [
        ({"permission": "admin", "role_name": "admin"}, "admin"),
        ({"permission": "write", "role_name": "maintain"}, "maintain"),
        ({"permission": "read", "role_name": "triage"}, "triage"),
        ({"permission": "write", "role_name": "release captain"}, "write"),
        ({"permission": "read", "role_name": "security"}, "read"),
        ({"permission": "none", "role_name": ""}, "none"),
        ({"permission": "write"}, "write"),
        (
            {"permission": "write", "role_name": "captain", "user": {"permissions": {"maintain": True, "push": True}}},
            "maintain",
        ),
        ({"permission": "read", "role_name": "helper", "user": {"permissions": {"pull": True}}}, "read"),
        ({"permission": "none", "role_name": "nobody", "user": {"permissions": {}}}, "none"),
    ],
)
async def test_a_role(on: Bench, answer: dict[str, Any], role: str) -> None:
    """A custom role counts as its base role."""
    on.web.get(ROLE, payload=answer)
    assert await on.github.source.gather(REPOSITORY, NeedRole("mona")) == role


@pytest.mark.parametrize(("user", "role"), [({"id": 7}, "write"), ({"id": 8}, "none"), ({}, None), (None, None)])
async def test_a_role_is_that_of_the_account_that_was_meant(
    on: Bench, user: dict[str, Any] | None, role: str | None
) -> None:
    """Not that of another one with its login; and it is unknown where GitHub does not say whose it is."""
    on.web.get(ROLE, payload={"permission": "write", "role_name": "write", "user": user})
    if role is None:
        with pytest.raises(Retryable):
            await on.github.source.gather(REPOSITORY, NeedRole("mona", 7))
    else:
        assert await on.github.source.gather(REPOSITORY, NeedRole("mona", 7)) == role


async def test_an_unknown_user_has_no_role(on: Bench) -> None:
    """Only a 404 is an answer; other failures are faults."""
    on.web.get(ROLE, status=404, payload={"message": "mona is not a user"})
    on.web.get(ROLE, status=403, payload={"message": "Resource not accessible by integration"})
    on.web.get(ROLE, status=500)
    assert await on.github.source.gather(REPOSITORY, NeedRole("mona")) == "none"
    for _ in range(2):
        with pytest.raises(Retryable):
            await on.github.source.gather(REPOSITORY, NeedRole("mona"))


@pytest.mark.parametrize(("state", "active"), [("active", True), ("pending", False)])
async def test_only_active_members_are_in_a_team(on: Bench, state: str, active: bool) -> None:
    """A pending invitation is no membership."""
    on.web.get(TEAM, payload={"url": TEAM, "role": "member", "state": state})
    assert await on.github.source.gather(REPOSITORY, NeedTeam("@acme/sre", "mona")) == Membership(active=active)


async def test_only_a_404_means_no_membership(on: Bench) -> None:
    """Forbidden, too many, broken, silent: these decide nothing."""
    on.web.get(TEAM, status=404, payload={"message": "Not Found"})
    assert await on.github.source.gather(REPOSITORY, NeedTeam("@acme/sre", "mona")) == Membership(active=False)
    for status in (403, 422, 429, 500):
        on.web.get(TEAM, status=status, payload={"message": "no"})
    on.web.get(TEAM, exception=TimeoutError())
    for _ in range(5):
        with pytest.raises(Retryable):
            await on.github.source.gather(REPOSITORY, NeedTeam("@acme/sre", "mona"))


async def test_membership_without_the_permission_is_not_known() -> None:
    """GitHub mints no token for it, and the fault names the permission and the page on which to grant it."""
    async with bench() as on:
        refused = {"message": "The permissions requested are not granted to this installation."}
        on.web.post(MINT, status=422, payload=refused)
        on.web.get(f"{API}/app/installations/7", payload={"permissions": levels("repository"), "html_url": SETTINGS})
        with pytest.raises(NotGranted) as caught:
            await on.github.source.gather(REPOSITORY, NeedTeam("@acme/sre", "mona"))
        assert (caught.value.permission, caught.value.where) == ("members: read", SETTINGS)


async def test_a_login_is_quoted(on: Bench) -> None:
    """A login stays one part of the path."""
    on.web.get(f"{REPO}/collaborators/a%2Fb%5Bbot%5D%3F/permission", payload={"permission": "read"})
    assert await on.github.source.gather(REPOSITORY, NeedRole("a/b[bot]?")) == "read"


def compared(status: str, total: int, *shas: str) -> dict[str, Any]:
    return {"status": status, "total_commits": total, "commits": [{"sha": sha} for sha in shas]}


async def test_a_comparison_is_read_to_its_end(on: Bench) -> None:
    """All pages are read, however few commits each has."""
    compare = f"{REPO}/compare/{FIRST}...{SECOND}?per_page=250&page="
    on.web.get(f"{compare}1", payload=compared("ahead", 3, "a", "b"))
    on.web.get(f"{compare}2", payload=compared("ahead", 3, "c"))
    fact = await on.github.source.gather(REPOSITORY, NeedComparison(FIRST, SECOND))
    assert fact == Comparison("ahead", frozenset("abc"))


async def test_a_comparison_that_stops_early_ends(on: Bench) -> None:
    """GitHub may count more commits than it lists."""
    compare = f"{REPO}/compare/{FIRST}...{SECOND}?per_page=250&page="
    on.web.get(f"{compare}1", payload=compared("diverged", 3, "a"))
    on.web.get(f"{compare}2", payload=compared("diverged", 3))
    fact = await on.github.source.gather(REPOSITORY, NeedComparison(FIRST, SECOND))
    assert fact == Comparison("diverged", frozenset("a"))


async def test_a_comparison_is_read_up_to_two_thousand_commits(on: Bench) -> None:
    """That is eight pages of 250."""
    compare = f"{REPO}/compare/{FIRST}...{SECOND}?per_page=250&page="
    for page in range(1, 10):
        shas = [str(page * 1000 + number) for number in range(250)]
        on.web.get(f"{compare}{page}", payload=compared("ahead", 90_000, *shas))
    fact = await on.github.source.gather(REPOSITORY, NeedComparison(FIRST, SECOND))
    assert isinstance(fact, Comparison)
    assert len(fact.commits) == 2000
    assert len(on.calls("GET", "/compare/")) == 8


async def test_a_commit_that_is_not_there_cannot_be_compared(on: Bench) -> None:
    """The 404 does not show which of the two is gone; a query for both does."""
    for ends, status in (((FIRST, None), "head_gone"), ((None, SECOND), "base_gone"), ((None, None), "head_gone")):
        refuses_to_compare(on, "Not Found")
        on.answers(dict(zip(("base", "head"), [sha and {"oid": sha} for sha in ends], strict=True)))
        fact = await on.github.source.gather(REPOSITORY, NeedComparison(FIRST, SECOND))
        assert fact == Comparison(status)  # type: ignore[arg-type]


def refuses_to_compare(on: Bench, message: str) -> None:
    path = f"{REPO}/compare/{FIRST}...{SECOND}?per_page=250&page=1"
    on.web.get(path, status=404, payload={"message": message})


async def test_commits_without_a_common_ancestor_are_unrelated(on: Bench) -> None:
    """GitHub's 404 contains that sentence."""
    refuses_to_compare(on, f"No common ancestor between {FIRST} and {SECOND}.")
    on.answers({"base": {"oid": FIRST}, "head": {"oid": SECOND}})
    fact = await on.github.source.gather(REPOSITORY, NeedComparison(FIRST, SECOND))
    assert fact == Comparison("unrelated")


async def test_a_404_for_two_existing_commits_is_no_answer(on: Bench) -> None:
    """The comparison is retried."""
    refuses_to_compare(on, "Not Found")
    on.answers({"base": {"oid": FIRST}, "head": {"oid": SECOND}})
    with pytest.raises(Unanswered, match="could not be compared"):
        await on.github.source.gather(REPOSITORY, NeedComparison(FIRST, SECOND))


async def test_a_comparison_without_permission_is_refused(on: Bench) -> None:
    """A 403 is no fact about the commits."""
    path = f"{REPO}/compare/{FIRST}...{SECOND}?per_page=250&page=1"
    on.web.get(path, status=403, payload={"message": "Resource not accessible by integration"})
    with pytest.raises(Refused, match="403"):
        await on.github.source.gather(REPOSITORY, NeedComparison(FIRST, SECOND))


async def test_a_commit_is_in_the_repository_or_not(on: Bench) -> None:
    """On a branch or on none."""
    for found in ({"oid": FIRST}, None):
        on.answers({"object": found})
        assert await on.github.source.gather(REPOSITORY, NeedCommit(FIRST)) == Presence(found is not None)


# ---------------------------------------------------------------- a comment that is read again

COMMENT = f"{REPO}/issues/comments/5"
WRITTEN_AT = NOON - timedelta(seconds=31)
TOLD = {"created_at": "2026-11-23T02:59:29Z", "updated_at": "2026-11-23T02:59:30Z", "user": {"login": "mona"}}
NEED = NeedComment(5, WRITTEN_AT, 42)


def newest(*nodes: dict[str, Any]) -> dict[str, Any]:
    """The newest comments of the pull request."""
    return {"pullRequest": {"comments": {"nodes": list(nodes)}}}


def _author(login: str | None) -> dict[str, str] | None:
    return {"__typename": "User", "login": login} if login else None


def node(number: int, body: str, author: str | None = "mona") -> dict[str, Any]:
    """One of them in GraphQL's answer."""
    times = {"createdAt": TOLD["created_at"], "updatedAt": TOLD["updated_at"]}
    return {"fullDatabaseId": str(number), "body": body, "author": _author(author), **times}


@pytest.mark.parametrize(
    ("body", "text"),
    [("\n  /deploy production  \r\nThanks!", "  /deploy production"), ("Thanks!", None), ("", None)],
)
async def test_a_comment_is_read_with_its_command_line_and_its_times(on: Bench, body: str, text: str | None) -> None:
    """A comment among the newest of its pull request costs no call of its own."""
    on.answers(newest(node(4, "/rollback"), node(5, body), node(6, "/unlock")))
    assert await on.github.source.gather(REPOSITORY, NEED) == CommentFact(
        author="mona", text=text, created_at=NOON - timedelta(seconds=31), updated_at=NOON - timedelta(seconds=30)
    )
    assert on.calls("GET", COMMENT) == []


@pytest.mark.parametrize("nodes", [(), (node(4, "/deploy"),)], ids=["none", "another"])
async def test_a_comment_that_is_not_among_the_newest_is_read_alone(on: Bench, nodes: Any) -> None:
    """Many were written after it, or its pull request is gone."""
    on.answers(newest(*nodes))
    on.web.get(COMMENT, payload=TOLD | {"body": "/deploy"})
    found = await on.github.source.gather(REPOSITORY, NEED)
    assert isinstance(found, CommentFact)
    assert (found.author, found.text) == ("mona", "/deploy")


async def test_a_comment_of_a_deleted_account_is_by_ghost(on: Bench) -> None:
    """In GraphQL's answer and in REST's."""
    on.answers(newest(node(5, "/deploy", None)))
    on.answers({"pullRequest": None})
    on.web.get(COMMENT, payload=TOLD | {"body": "/deploy", "user": None})
    for _ in range(2):
        found = await on.github.source.gather(REPOSITORY, NEED)
        assert isinstance(found, CommentFact)
        assert found.author == "ghost"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_comment_that_is_gone_is_no_comment(on: Bench, status: int) -> None:
    """A comment that is older than half a minute counts as deleted."""
    on.answers(newest())
    on.web.get(COMMENT, status=status, payload={"message": "Not Found"})
    assert await on.github.source.gather(REPOSITORY, NEED) == NoComment()


async def test_a_comment_that_is_not_shown_yet_is_not_gone(on: Bench) -> None:
    """GitHub may not show a new comment at once, and its command must not be lost."""
    on.answers(newest())
    on.web.get(COMMENT, status=404, payload={"message": "Not Found"})
    with pytest.raises(Retryable):
        await on.github.source.gather(REPOSITORY, NeedComment(5, NOON - timedelta(seconds=29), 42))


@pytest.mark.parametrize("status", [403, 500, 502])
async def test_a_comment_that_cannot_be_read_is_a_fault(on: Bench, status: int) -> None:
    """A failed read is neither an edit nor a deletion."""
    on.answers(newest())
    on.web.get(COMMENT, status=status, payload={"message": "No"})
    with pytest.raises((Retryable, Permanent)):
        await on.github.source.gather(REPOSITORY, NEED)


# ---------------------------------------------------------------- the owner's policy file

ADDRESS = "acme/policies/.github/ghapp.yml"
NAMED = {"acme": "acme/policies"}
UNREAD = InvalidConfig("", (Problem(1, 1, POLICY_UNREAD),), file=ADDRESS)


def told(on: Bench, policies: Mapping[str, str] = NAMED) -> tuple[ConfigFile, list[PolicyFile | None]]:
    """A config file, and the policy files that its reader gets."""
    seen: list[PolicyFile | None] = []

    def reading(
        text: str, sha: str, branch: str, policy: PolicyFile | None, /, *, repository: str
    ) -> Config | InvalidConfig:
        seen.append(policy)
        return read_config(text, sha, branch)

    return ConfigFile(on.github.api, reading, Branches(on.clock), PolicyFiles(on.github.api, policies)), seen


def rules(text: str, *, name: str = "acme/policies") -> dict[str, Any]:
    """The policy file's repository in GitHub's answer."""
    return {"nameWithOwner": name, **holding(blob(text))}


async def test_the_policy_file_is_read_with_a_token_of_its_own(on: Bench) -> None:
    """The token may read that repository's content only; the policy file's blob is part of the cache's key."""
    on.beside.add("policies")
    file, seen = told(on)
    for text in ("language: ja", "language: ja", "language: en "):
        on.answers(holding(blob("deploy.yml")))
        if not seen:
            on.minted("beside")
        on.answers(rules(text), of="policies")
        assert isinstance(await file.read(REPOSITORY), Config)
    assert seen == [PolicyFile(ADDRESS, text, f"{len(text):040d}", FIRST) for text in ("language: ja", "language: en ")]
    alone = {"repositories": ["policies"], "permissions": {"contents": "read", "metadata": "read"}}
    assert alone in on.sent("POST", "/access_tokens")
    names = [asked["variables"]["name"] for asked in on.sent("POST", "/graphql")]
    assert sorted(names) == ["app"] * 3 + ["policies"] * 3


@pytest.mark.parametrize("policies", [{}, {"umbrella": "umbrella/policies"}])
async def test_without_a_named_policy_file_no_other_repository_is_read(on: Bench, policies: Mapping[str, str]) -> None:
    """`.github` and `.github-private` have no authority by their names."""
    file, seen = told(on, policies)
    on.answers(holding(blob("deploy.yml")))
    assert isinstance(await file.read(REPOSITORY), Config)
    assert seen == [None]
    assert [asked["variables"]["name"] for asked in on.sent("POST", "/graphql")] == ["app"]


async def test_the_policy_file_is_not_read_for_repositories_without_a_config(on: Bench) -> None:
    """After the first read: most repositories of an account have no config, and each reports every push."""
    on.beside.add("policies")
    file, _ = told(on)
    on.minted("beside")
    for _ in range(3):
        on.answers(holding(None))
        on.answers(rules("language: ja"), of="policies")
        assert await file.read(REPOSITORY) == NoConfig()
    assert [asked["variables"]["name"] for asked in on.sent("POST", "/graphql")].count("policies") == 1
    on.answers(holding(blob("deploy.yml")))
    on.answers_to_give["app"].reverse()
    assert isinstance(await file.read(REPOSITORY), Config)


async def test_a_policy_file_without_the_app_installed_cannot_be_read(on: Bench) -> None:
    """The installation is looked up every few minutes, not every time."""
    file, seen = told(on)
    for _ in range(2):
        on.answers(holding(blob("deploy.yml")))
        assert await file.read(REPOSITORY) == UNREAD
    assert seen == []
    assert len(on.calls("GET", "/installation")) == 1
    on.clock.pass_by(minutes=6)
    on.answers(holding(blob("deploy.yml")))
    await file.read(REPOSITORY)
    assert len(on.calls("GET", "/installation")) == 2


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"nameWithOwner": "acme/policies", **holding(None)},
        {"nameWithOwner": "acme/policies", **holding(blob("", byteSize=0))},
        {"nameWithOwner": "acme/policies", "defaultBranchRef": None},
        {"nameWithOwner": "acme/elsewhere", **holding(blob("language: ja"))},
        {"nameWithOwner": "umbrella/policies", **holding(blob("language: ja"))},
    ],
)
async def test_a_policy_file_that_is_absent_or_moved_cannot_be_read(on: Bench, answer: dict[str, Any] | None) -> None:
    """No file, an empty one, no branch, or a redirect to the repository's new name."""
    on.beside.add("policies")
    file, seen = told(on)
    on.answers(holding(blob("deploy.yml")))
    on.minted("beside")
    on.answers(answer, of="policies")
    assert await file.read(REPOSITORY) == UNREAD
    assert seen == []


async def test_a_failed_read_of_the_policy_file_is_a_fault(on: Bench) -> None:
    """An outage of GitHub neither allows nor forbids anything."""
    on.beside.add("policies")
    file, _ = told(on)
    on.answers(holding(blob("deploy.yml")))
    on.minted("beside")
    on.answers(None, of="policies", status=502)
    with pytest.raises(Retryable):
        await file.read(REPOSITORY)


async def test_a_policy_file_that_is_no_file_is_named_with_its_address(on: Bench) -> None:
    """So that the mistake is not sought in the wrong repository."""
    on.beside.add("policies")
    file, _ = told(on)
    on.answers(holding(blob("deploy.yml")))
    on.minted("beside")
    on.answers({"nameWithOwner": "acme/policies", **entry(0o120000, blob("elsewhere"))}, of="policies")
    found = await file.read(REPOSITORY)
    assert isinstance(found, InvalidConfig)
    assert found.file == ADDRESS


@pytest.mark.parametrize(
    ("status", "page", "fact"),
    [
        (200, {"owner": {"login": "acme", "id": 1}}, AppFact("acme")),
        (200, {"owner": {"slug": "acme-corp", "id": 1}}, AppFact("")),
        (200, {"owner": None}, AppFact("")),
        (404, {"message": "Not Found"}, NoApp()),
    ],
)
async def test_the_owner_of_an_app(on: Bench, status: int, page: dict[str, Any], fact: AppFact | NoApp) -> None:
    """An enterprise counts as no owner, since it has no repositories; an App that GitHub does not show is absent."""
    on.web.get(f"{API}/app", payload={"slug": "ghapp"})
    on.web.get(f"{API}/apps/release-bot", status=status, payload=page)
    assert await on.github.source.gather(REPOSITORY, NeedApp("release-bot")) == fact


async def test_our_own_app_is_no_app_for_commands(on: Bench) -> None:
    """GitHub is not asked."""
    on.web.get(f"{API}/app", payload={"slug": "ghapp"})
    assert await on.github.source.gather(REPOSITORY, NeedApp("GHAPP")) == NoApp()


async def test_an_apps_comment_has_its_full_login(on: Bench) -> None:
    """GraphQL leaves out the suffix `[bot]`."""
    on.answers(newest(node(5, "/deploy") | {"author": {"__typename": "Bot", "login": "release-bot"}}))
    found = await on.github.source.gather(REPOSITORY, NeedComment(5, WRITTEN_AT, 42))
    assert isinstance(found, CommentFact)
    assert found.author == "release-bot[bot]"


async def test_an_unread_policy_file_comes_before_a_broken_config(on: Bench) -> None:
    """Otherwise a repository could evade the policy with a broken config."""
    file, _ = told(on)
    on.answers(holding(blob("x", isBinary=True, text=None)))
    assert await file.read(REPOSITORY) == UNREAD


async def test_the_policy_files_repository_has_no_config(on: Bench) -> None:
    """Its file is for the other repositories; the name's case does not matter."""
    file, _ = told(on)
    assert await file.read(replace(REPOSITORY, full_name="Acme/Policies")) == NoConfig()
