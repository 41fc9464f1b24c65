"""The table of permissions matches the code's calls, GitHub's published descriptions, and the local GitHub."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ghapp.adapters.github import (
    config_checks,
    config_file,
    gates,
    pull_files,
    pulls,
    read_comment,
    reviews,
    runs,
    source,
)
from ghapp.adapters.github.permissions import EVENTS, PERMISSIONS, levels, needed, needed_by_query
from ghapp.adapters.github.queries import Query, document
from tests.demo.github_client import LocalGitHub, stage
from tests.published.fetch import published

LEAST = re.compile(r'at least (?:read|write)-level access for the \\"([\w ]+)\\"(?: repository)? permission')
NAMES = {"Commit statuses": "statuses", "Pull requests": "pull_requests", "Merge queues": "merge_queues"}
VALUES: Mapping[str, Any] = {
    "number": 41,
    "after": None,
    "base": "main",
    "branch": "main",
    "context": "ghapp/lock",
    "files": True,
    "path": ".github/ghapp.yml",
    "folder": ".github/workflows",
    "search": "",
    "first": 25,
    "from": "ASC",
    "labels": True,
}


def queries() -> Iterator[tuple[str, Query]]:
    """Every GraphQL query of the adapter."""
    for module in (pull_files, config_checks, config_file, gates, pulls, reviews, runs, read_comment, source):
        for name, found in vars(module).items():
            if isinstance(found, Query):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", found


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_stands_under_the_permission_that_github_publishes(event: str) -> None:
    """Comments arrive as `issue_comment`, an issue's event: `issues` stays, although answers need `pull_requests`."""
    described = json.loads(published("webhooks.json").read_bytes())["webhooks"]
    told = [json.dumps(one) for name, one in described.items() if f"{name}-".startswith(event.replace("_", "-") + "-")]
    named = {NAMES.get(name, name.lower()) for text in told for name in LEAST.findall(text)}
    (ours,) = (one.name for one in PERMISSIONS if f"event {event}" in one.endpoints)
    assert ours in named


@pytest.mark.parametrize(("name", "query"), list(queries()), ids=[name for name, _ in queries()])
async def test_a_query_needs_the_permissions_of_the_table(name: str, query: Query) -> None:
    """With all of them it is answered; without any one GitHub answers FORBIDDEN and null."""
    async with stage() as on:
        pull = await on.place.open_pull("taro", "Faster login")
        await on.place.enqueue(pull, by="taro")
        needs = dict(need.split(": ") for need in needed_by_query(query.fields))
        assert (await answered(on, query, needs)).get("errors") is None
        for lacking in needs:
            less = {one: level for one, level in needs.items() if one != lacking}
            answer = await answered(on, query, less)
            assert {error["type"] for error in answer["errors"]} == {"FORBIDDEN"}, lacking


async def answered(on: LocalGitHub, query: Query, permissions: Mapping[str, str]) -> Any:
    """The answer to a token with these permissions only."""
    token = await on.client.token(permissions={"metadata": "read", **permissions})
    head = on.place.pulls[41].head_sha
    values = {**VALUES, "sha": head, "head": head}
    declared = set(re.findall(r"\$(\w+)", query.variables))
    text, variables = document(on.place.full_name, [(query, {one: values[one] for one in declared})])
    body = {"query": text, "variables": variables}
    return (await on.client.call("POST", "/graphql", body, token=token)).body


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("POST", "/repos/{owner}/{repo}/issues/{pull}/comments", "pull_requests: write"),
        ("GET", "/repos/{owner}/{repo}/issues/{pull}/comments{?since,per_page}", "pull_requests: read"),
        ("POST", "/repos/{owner}/{repo}/issues/comments/{comment}/reactions", "pull_requests: write"),
        ("GET", "/repos/{owner}/{repo}/compare/{base}...{head}{?per_page,page}", "contents: read"),
        ("GET", "/repos/{owner}/{repo}/actions/runs/{run}/attempts/1", "actions: read"),
        ("POST", "/repos/{owner}/{repo}/statuses/{head}", "statuses: write"),
        ("GET", "/orgs/{owner}/teams/{slug}/memberships/{login}", "members: read"),
    ],
)
def test_a_call_is_known_by_its_path(method: str, path: str, permission: str) -> None:
    """The names of its variables do not matter; reads need no more than read."""
    assert needed(method, path) == (permission,)


def test_tokens_have_the_permissions_of_the_table() -> None:
    """Comments on pull requests need `pull_requests: write`."""
    assert levels()["pull_requests"] == "write"
    assert levels("organization") == {"members": "read"}
