"""The local GitHub's GraphQL: an exact part of GitHub's schema, with answers that fit it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType

from ghapp.demo.github import graph
from ghapp.demo.github.faults import Strain
from tests.demo.github_client import LocalGitHub, stage
from tests.published.graphql import NotInSchema, schema, validate_answer, validate_query

PULL = """
fragment pull on PullRequest {
  number title state merged mergedAt isDraft isCrossRepository reviewDecision createdAt
  baseRefName headRefName headRefOid
  author { __typename login } mergedBy { __typename login }
  labels(first: 50) { nodes { name } }
  files(first: 100) { pageInfo { hasNextPage endCursor } nodes { path changeType } }
  mergeCommit { oid statusCheckRollup { state } }
  commits(last: 1) { nodes { commit { oid
    status { context(name: "ghapp/lock") { state description targetUrl } }
    statusCheckRollup { state contexts(first: 100) { pageInfo { hasNextPage endCursor } nodes { __typename
      ... on CheckRun { name status conclusion isRequired(pullRequestNumber: $number)
        checkSuite { app { databaseId } workflowRun { workflow { name resourcePath } file { path } } } }
      ... on StatusContext { context state isRequired(pullRequestNumber: $number) }
    } } }
  } } }
}
"""
ONE = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner defaultBranchRef { name target { oid } }
    pullRequest(number: $number) { ...pull }
  }
  rateLimit { cost remaining resetAt }
}
"""
MANY = """
query($owner: String!, $name: String!, $after: String, $first: Int!, $number: Int!, $states: [PullRequestState!]) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: $states, baseRefName: "main", first: $first, after: $after,
                 orderBy: {field: UPDATED_AT, direction: DESC}) {
      totalCount pageInfo { hasNextPage endCursor } nodes { ...pull }
    }
  }
}
"""
FILE = """
query($owner: String!, $name: String!, $at: String!) {
  repository(owner: $owner, name: $name) {
    object(expression: $at) { __typename ... on Blob { oid byteSize isBinary isTruncated text } }
  }
}
"""

PARTS = ("PullRequestTimelineItems", "PullRequestTimelineItemsItemType")  # in these, only the members in use are kept


@pytest.fixture
async def on() -> AsyncIterator[LocalGitHub]:
    async with stage() as made:
        yield made
        made.github.check()


async def test_commits_show_their_authors(on: LocalGitHub) -> None:
    """Newest first, with the address of their commits; a bot is no user."""
    on.github.emails["taro"] = "taro@acme.example"
    for who in ("taro", "renovate[bot]"):
        await on.place.commit("README.md", f"{who}\n", by=who, message="Change")
    fields = "history(first: 2) { totalCount nodes { author { email user { login } } } }"
    commit = f"defaultBranchRef {{ target {{ __typename ... on Commit {{ {fields} }} }} }}"
    query = f"query($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {commit} }} }}"
    history = (await on.client.graphql(query))["data"]["repository"]["defaultBranchRef"]["target"]["history"]
    assert history["totalCount"] == 3
    bot, taro = (one["author"] for one in history["nodes"])
    assert (bot["user"], taro) == (None, {"email": "taro@acme.example", "user": {"login": "taro"}})


async def test_a_pull_request_shows_its_ci_and_its_gate(on: LocalGitHub) -> None:
    """Checks, statuses, jobs and the gate are in one rollup, with the required ones marked."""
    pull = await on.place.open_pull("taro", "Faster login", files={"api/login.py": "fast\n"})
    on.place.report_check(pull.head_sha, "test", "success")
    on.place.report_check(pull.head_sha, "lint", None, required=False)
    on.place.report_status(pull.head_sha, "ci/old", "failure")
    await on.client.call("POST", f"repo:/statuses/{pull.head_sha}", {"state": "pending", "context": "ghapp/lock"})
    answer = await on.client.graphql(ONE + PULL, number=41)
    shown = answer["data"]["repository"]["pullRequest"]
    commit = shown["commits"]["nodes"][0]["commit"]
    rollup = {n.get("name") or n["context"]: n for n in commit["statusCheckRollup"]["contexts"]["nodes"]}
    assert shown["files"]["nodes"] == [{"path": "api/login.py", "changeType": "ADDED"}]
    assert commit["status"]["context"]["state"] == "PENDING"
    assert commit["statusCheckRollup"]["state"] == "FAILURE"
    assert {name: node["isRequired"] for name, node in rollup.items()} == {
        "test": True,
        "lint": False,
        "ci/old": True,
        "ghapp/lock": False,
    }
    assert rollup["lint"]["status"] == "IN_PROGRESS"
    assert rollup["lint"]["conclusion"] is None


RESULTS = """
query($owner: String!, $name: String!, $sha: GitObjectID!, $number: Int!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $branch) { name refUpdateRule { pattern requiredStatusCheckContexts } }
    object(oid: $sha) { __typename ... on Commit { statusCheckRollup { state contexts(first: 100) { nodes {
      __typename ... on CheckRun {
      name conclusion externalId startedAt completedAt isRequired(pullRequestNumber: $number)
      checkSuite { app { databaseId } workflowRun { event workflow { resourcePath } } }
    } } } } } }
  }
}
"""


async def test_superseded_results_of_a_check_stay_listed(on: LocalGitHub) -> None:
    """A cancelled, a failed and a successful result of one check, distinguished by their times.

    As observed: woojubb/robota#2237, stablyai/orca#9570, cli/cli#13563.
    """
    pull = await on.place.open_pull("taro", "Faster login")
    for conclusion in ("cancelled", "failure", "success"):
        on.place.report_check(pull.head_sha, "test", conclusion)
        on.clock.pass_by(minutes=1)
    asked: Any = {"sha": pull.head_sha, "number": pull.number, "branch": "main"}
    rollup = (await on.client.graphql(RESULTS, **asked))["data"]["repository"]["object"]["statusCheckRollup"]
    nodes = rollup["contexts"]["nodes"]
    assert rollup["state"] == "FAILURE"
    assert [(node["conclusion"], node["startedAt"][14:16]) for node in nodes] == [
        ("CANCELLED", "00"),
        ("FAILURE", "01"),
        ("SUCCESS", "02"),
    ]
    assert nodes[0]["checkSuite"] == {
        "app": {"databaseId": 15368},
        "workflowRun": {"event": "push", "workflow": {"resourcePath": "/acme/api/actions/workflows/ci.yml"}},
    }


async def test_after_the_merge_no_check_is_marked_required(on: LocalGitHub) -> None:
    """The branch's rulesets still list the checks; its older protection shows as a rule of the branch itself."""
    pull = await on.place.open_pull("taro", "Faster login")
    on.place.report_check(pull.head_sha, "test", "success")
    asked: Any = {"sha": pull.head_sha, "number": pull.number, "branch": "refs/heads/main"}
    found = (await on.client.graphql(RESULTS, **asked))["data"]["repository"]
    assert found["object"]["statusCheckRollup"]["contexts"]["nodes"][0]["isRequired"]
    assert found["ref"] == {"name": "main", "refUpdateRule": None}
    await on.place.merge(pull, by="mona")
    on.place.require("old", classic=True)
    found = (await on.client.graphql(RESULTS, **asked))["data"]["repository"]
    assert not found["object"]["statusCheckRollup"]["contexts"]["nodes"][0]["isRequired"]
    assert found["ref"]["refUpdateRule"] == {"pattern": "main", "requiredStatusCheckContexts": ["old"]}
    assert (await on.client.graphql(RESULTS, **asked | {"branch": "nowhere"}))["data"]["repository"]["ref"] is None


async def test_a_merge_shows_its_merger_and_its_commit(on: LocalGitHub) -> None:
    """State, merger and the commit on the base branch, with its deploy job as a check."""
    pull = await on.place.open_pull("taro", "Faster login")
    sha = await on.place.merge(pull, by="mona")
    await on.place.dispatch("deploy.yml", by="mona", inputs={"sha": sha, "environment": "production"})
    answer = await on.client.graphql(ONE + PULL, number=41)
    shown = answer["data"]["repository"]["pullRequest"]
    assert shown["state"] == "MERGED"
    assert shown["mergedBy"] == {"__typename": "User", "login": "mona"}
    assert shown["mergeCommit"] == {"oid": sha, "statusCheckRollup": {"state": "PENDING"}}
    assert answer["data"]["repository"]["defaultBranchRef"] == {"name": "main", "target": {"oid": sha}}


async def test_pull_requests_come_in_pages(on: LocalGitHub) -> None:
    """Five open ones in pages of two, the last changed first, without the closed one."""
    for number in range(6):
        on.clock.pass_by(minutes=1)
        await on.place.open_pull("taro", f"Change {number}")
    await on.place.close_pull(on.place.pulls[43], by="taro")
    seen, after = [], None
    for _ in range(3):
        answer = await on.client.graphql(MANY + PULL, after=after, first=2, number=41, states=["OPEN"])
        found = answer["data"]["repository"]["pullRequests"]
        seen += [node["number"] for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
    assert found["totalCount"] == 5
    assert not found["pageInfo"]["hasNextPage"]
    assert seen == [46, 45, 44, 42, 41]


async def test_a_file_is_read_at_a_commit(on: LocalGitHub) -> None:
    """`HEAD:path` is the newest version, `<sha>:path` an old one; an unknown path is null."""
    before = on.place.head
    await on.place.commit("README.md", "good-bye\n", by="mona", message="Change")

    async def read(at: str) -> Any:
        found = (await on.client.graphql(FILE, at=at))["data"]["repository"]["object"]
        return found and found.get("text", found["__typename"])

    assert await read("HEAD:README.md") == "good-bye\n"
    assert await read(f"{before}:README.md") == "hello\n"
    assert await read("HEAD:nowhere") is None
    assert await read("main") == "Commit"
    assert await read("main:.github") == "Tree"


async def test_a_file_of_a_commit_shows_its_mode(on: LocalGitHub) -> None:
    """As git's numbers: a file, a folder, and null for an unknown path."""
    asked = """query($owner: String!, $name: String!, $path: String!) {
      repository(owner: $owner, name: $name) {
        defaultBranchRef { target { __typename ... on Commit { file(path: $path) {
          name mode type object { __typename ... on Blob { text } }
        } } } }
      }
    }"""

    async def read(path: str) -> Any:
        answer = await on.client.graphql(asked, path=path)
        return answer["data"]["repository"]["defaultBranchRef"]["target"]["file"]

    file = {"name": "README.md", "mode": 33188, "type": "blob", "object": {"__typename": "Blob", "text": "hello\n"}}
    assert await read("README.md") == file
    assert await read(".github") == {"name": ".github", "mode": 16384, "type": "tree", "object": {"__typename": "Tree"}}
    assert await read("nowhere") is None


async def test_mistakes_are_answered_as_github_answers_them(on: LocalGitHub) -> None:
    """Status 200 with `errors`: unknown repository, unknown number, unknown field, missing page size."""
    asked = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { %s } }"
    missing = await on.client.graphql(ONE + PULL, number=9)
    assert missing["errors"][0]["type"] == "NOT_FOUND"
    assert missing["data"]["repository"]["pullRequest"] is None
    assert (await on.client.graphql(asked % "id", name="nowhere"))["data"] == {"repository": None}
    unpaged = await on.client.graphql(asked % "pullRequests { totalCount }")
    assert unpaged["errors"][0]["type"] == "MISSING_PAGINATION_BOUNDARIES"
    on.github.observers.clear()  # the next query is invalid on purpose
    assert "nonsense" in (await on.client.graphql(asked % "nonsense"))["errors"][0]["message"]


async def test_a_token_sees_only_what_its_permissions_allow(on: LocalGitHub) -> None:
    """Without pull_requests the pull request is FORBIDDEN; another installation's repository is not found."""
    await on.place.open_pull("taro", "Faster login")
    narrow = await on.client.token(permissions={"contents": "read"})
    answer = await on.client.graphql(ONE + PULL, token=narrow, number=41)
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    on.github.add_repository("other/api", files={"README.md": ""}, people={"mona": "admin"})
    foreign = await on.client.graphql(ONE + PULL, owner="other", number=1)
    assert foreign["errors"][0]["type"] == "NOT_FOUND"


async def test_the_schema_is_part_of_githubs(on: LocalGitHub) -> None:
    """Each type, field, argument and enum value is in the published schema with the same type."""
    ours, theirs = graph.schema(), schema()
    for name, kind in ours.type_map.items():
        if name.startswith("__"):
            continue
        other: Any = theirs.type_map[name]
        match kind:
            case GraphQLObjectType() | GraphQLInterfaceType():
                for field, declared in kind.fields.items():
                    published = other.fields[field]
                    assert str(declared.type) == str(published.type), f"{name}.{field}"
                    for argument, taken in declared.args.items():
                        assert str(taken.type) == str(published.args[argument].type), f"{name}.{field}({argument})"
            case GraphQLInputObjectType():
                assert {n: str(f.type) for n, f in kind.fields.items()} == {
                    n: str(f.type) for n, f in other.fields.items()
                }
            case GraphQLEnumType():
                assert name in PARTS or kind.values.keys() == other.values.keys(), name
                assert kind.values.keys() <= other.values.keys(), name
            case GraphQLUnionType():
                assert name in PARTS or {t.name for t in kind.types} == {t.name for t in other.types}, name
                assert {t.name for t in kind.types} <= {t.name for t in other.types}, name
            case _:
                assert type(kind) is type(other), name


def test_the_validator_refuses_what_github_would() -> None:
    """A query for an unknown field, a wrong type, a stray null and a missing field are each caught."""
    with pytest.raises(NotInSchema, match="nonsense"):
        validate_query('{ repository(owner: "a", name: "b") { nonsense } }')
    asked = '{ repository(owner: "a", name: "b") { nameWithOwner databaseId defaultBranchRef { target { oid } } } }'
    ref = {"target": {"oid": "0" * 40}}
    good = {"nameWithOwner": "a/b", "databaseId": 1, "defaultBranchRef": ref}
    validate_answer(asked, {}, {"repository": good})
    for bad in (
        good | {"databaseId": "one"},
        good | {"nameWithOwner": None},
        good | {"defaultBranchRef": {"target": {"oid": "HEAD"}}},
        good | {"more": 1},
        {"nameWithOwner": "a/b"},
    ):
        with pytest.raises(NotInSchema):
            validate_answer(asked, {}, {"repository": bad})


def test_the_validator_follows_fragments_and_directives() -> None:
    """Each object has the fields of its type's fragments, and those whose condition holds, in lists as well."""
    asked = """
    query($more: Boolean!) { repository(owner: "a", name: "b") { pullRequest(number: 1) {
      is: state ...names title @skip(if: true)
      labels(first: 1) { nodes { name @include(if: $more) id } }
      timelineItems(last: 9) { nodes { __typename ... on LabeledEvent { createdAt } ... on Comment { body } } }
    } } }
    fragment names on PullRequest { number labels(first: 1) { totalCount } }
    """
    events = [
        {"__typename": "LabeledEvent", "createdAt": "2026-11-23T04:42:00Z"},
        {"__typename": "IssueComment", "body": "x"},
    ]
    labels = {"totalCount": 1, "nodes": [{"name": "x", "id": "1"}]}
    good = {"is": "OPEN", "number": 1, "labels": labels, "timelineItems": {"nodes": events}}

    def validate(pull: dict[str, Any], *, more: bool = True) -> None:
        validate_answer(asked, {"more": more}, {"repository": {"pullRequest": pull}})

    validate(good)
    validate(good | {"labels": {"totalCount": 1, "nodes": [{"id": "1"}]}}, more=False)
    for bad in (
        good | {"is": "open"},
        good | {"is": ["OPEN"]},
        good | {"title": "x"},
        good | {"labels": {"totalCount": 1, "nodes": {"name": "x", "id": "1"}}},
        good | {"labels": {"totalCount": 1, "nodes": [{"id": "1"}]}},
        good | {"labels": {"totalCount": "1", "nodes": []}},
        good | {"labels": "x"},
        *(
            good | {"timelineItems": {"nodes": [event]}}
            for event in (
                {"__typename": "LabeledEvent", "createdAt": "yesterday"},
                {"__typename": "LabeledEvent", "body": "x"},
                {"__typename": "PullRequest", "body": "x"},
                {"__typename": 1, "body": "x"},
                {"body": "x"},
            )
        ),
    ):
        with pytest.raises(NotInSchema):
            validate(bad)
    with pytest.raises(NotInSchema):
        validate_answer(asked, {"more": "yes"}, {"repository": {"pullRequest": good}})


GATES = """
query($owner: String!, $name: String!, $first: Int!, $computed: Boolean!) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: OPEN, first: $first) {
      nodes {
        number mergeStateStatus @include(if: $computed)
        timelineItems(last: 100, itemTypes: [LABELED_EVENT]) { nodes { __typename } }
        commits(last: 1) { nodes { commit { oid } } }
      }
    }
  }
}
"""


async def test_a_page_of_a_hundred_computed_entries_fails(on: LocalGitHub) -> None:
    """With the simulated load, a hundred entries with computed fields fail, and fifty do not."""
    for number in range(100):
        await on.place.open_pull("taro", f"Number {number}")
    on.github.strain = Strain()
    for first, computed, fails in ((100, True, True), (50, True, False), (25, True, False), (100, False, False)):
        answer = await on.client.graphql(GATES, first=first, computed=computed)
        nodes = answer["data"]["repository"]["pullRequests"]["nodes"]
        assert (None in nodes) is fails
        assert {error["type"] for error in answer.get("errors", [])} == (
            {"RESOURCE_LIMITS_EXCEEDED"} if fails else set()
        )
    for status in (502, 504):
        on.github.strain = Strain(fails=status)
        body = {"query": GATES, "variables": {"owner": "acme", "name": "api", "first": 100, "computed": True}}
        assert (await on.client.call("POST", "/graphql", body)).status == status
