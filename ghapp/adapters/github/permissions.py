"""The App's permissions and their reasons: the one table behind tokens, `app.yml` and the documentation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

Of = Literal["repository", "organization"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One permission. `endpoints`: the calls and events that take it; `without`: the feature that is lost without it.

    `of`: a personal account has no organisation permissions, so these are requested in a token of their own.
    """

    name: str
    level: Literal["read", "write"]
    endpoints: tuple[str, ...]
    why: str
    without: str
    of: Of = "repository"


PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        name="actions",
        level="write",
        endpoints=(
            "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
            "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
            "GET /repos/{owner}/{repo}/actions/runs",
            "GET /repos/{owner}/{repo}/actions/runs/{run_id}",
            "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}",
            "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs",
            "POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel",
            "POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel",
            "event workflow_run",
        ),
        why="Starts the deploy workflow, follows its run, and cancels one that somebody wants ended, or an old one. "
        "Tells its own runs from those of CI.",
        without="Nothing can be deployed.",
    ),
    Permission(
        name="checks",
        level="write",
        endpoints=(
            "POST /graphql (Commit.statusCheckRollup)",
            "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
            "POST /repos/{owner}/{repo}/check-runs",
            "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
            "event check_run",
            "event check_suite",
        ),
        why="Reads whether the checks that a release needs have passed. Shows in the check `release / <environment>` "
        'where a release stands, hears its buttons, and shows it anew on "Re-run". Says on a pull request that '
        "changes `.github/ghapp.yml` what is wrong with it, at its lines.",
        without="Nothing is deployed where a check is needed, there are no buttons, "
        "and a mistake in the config is noticed after the merge.",
    ),
    Permission(
        name="contents",
        level="read",
        endpoints=(
            "POST /graphql (repository.defaultBranchRef, repository.object, Commit.file, Ref.refUpdateRule)",
            "GET /repos/{owner}/{repo}/compare/{basehead}",
            "event push",
            "GET /repos/{owner}/{repo}/activity",
        ),
        why="Reads `.github/ghapp.yml` on the default branch, which checks the branch's protection requires, which "
        "commits a release brings along, who pushed them; and, for `ghapp check --live`, who committed lately with "
        "which e-mail address.",
        without="No config can be read, so ghapp is silent.",
    ),
    Permission(
        name="deployments",
        level="write",
        endpoints=(
            "GET /repos/{owner}/{repo}/deployments",
            "POST /repos/{owner}/{repo}/deployments",
            "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
            "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
            "DELETE /repos/{owner}/{repo}/deployments/{deployment_id}",
            "POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule",
            "event deployment_protection_rule",
        ),
        why="Keeps GitHub's own record of each deployment, which its pages and other tools show. Where an "
        "environment on GitHub has ghapp's protection rule, says whether its jobs go on.",
        without="Deployments are not shown on GitHub's pages beside the environments, "
        "and ghapp can be no protection rule of theirs. Where a run that nobody ordered has deployed is read only from "
        "its workflow file.",
    ),
    Permission(
        name="issues",
        level="write",
        endpoints=("event issue_comment",),
        why="Hears the commands typed in pull requests: GitHub files their comments under issues. Its documentation "
        "says that reactions to them take `issues: write`, and in practice they take `pull_requests: write` as well.",
        without="No command is heard in pull requests.",
    ),
    Permission(
        name="members",
        level="read",
        of="organization",
        endpoints=("GET /orgs/{org}/teams/{team_slug}/memberships/{username}",),
        why="Asks whether somebody is in a team that `.github/ghapp.yml` names. It is an organisation's permission.",
        without="Whoever is let in by a team alone is told that it could not be checked.",
    ),
    Permission(
        name="merge_queues",
        level="read",
        endpoints=("POST /graphql (repository.mergeQueue)", "event merge_group"),
        why="Shows the gate on what a merge queue has put together, and learns what is in the queue.",
        without="Where the gate is a required check, nothing gets through a merge queue.",
    ),
    Permission(
        name="metadata",
        level="read",
        endpoints=(
            "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
            "GET /repos/{owner}/{repo}/rules/branches/{branch}",
            "GET /users/{username}",
            "GET /installation/repositories",
            "event repository",
        ),
        why="Asks who may deploy, and which checks the rules of a branch require; hears of another default branch; "
        "counts the repositories that have no config, with a token that is for all of them and may read nothing else; "
        "and, of whom no `people` links to Slack, asks for the e-mail that their profile shows to all, to mention them "
        "there. `ghapp check --live` lists the repositories with it. GitHub gives it to every App.",
        without="An App cannot be without it.",
    ),
    Permission(
        name="pull_requests",
        level="write",
        endpoints=(
            "POST /graphql (repository.pullRequest, repository.pullRequests, Commit.associatedPullRequests)",
            "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
            "GET /repos/{owner}/{repo}/stacks",
            "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
            "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
            "GET /repos/{owner}/{repo}/issues/comments/{comment_id}",
            "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
            "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
            "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
            "event pull_request",
        ),
        why="Learns of merges, which files they change, which open pull requests the gate is shown on, "
        "and on which a merge queue gave up. Answers commands: a comment on a pull request takes "
        "`pull_requests: write`, although GitHub's documentation says that `issues: write` would do.",
        without="No merge is noticed and no gate is shown; with `read` alone nothing is answered on pull requests.",
    ),
    Permission(
        name="statuses",
        level="write",
        endpoints=(
            "POST /repos/{owner}/{repo}/statuses/{sha}",
            "POST /graphql (Commit.status, Commit.statusCheckRollup)",
        ),
        why="Shows the gate `ghapp/lock` on open pull requests. Reads what CI reports as statuses.",
        without="No gate is shown; where it is a required check, every pull request is blocked. Nothing is deployed "
        "where a check is needed.",
    ),
)

EVENTS: tuple[str, ...] = (
    "pull_request",
    "issue_comment",
    "check_run",
    "check_suite",
    "workflow_run",
    "push",
    "repository",
    "deployment_protection_rule",
    "merge_group",
)


def levels(of: Of | None = None) -> Mapping[str, str]:
    """The table in the form of a token request: one kind, or all."""
    return {permission.name: permission.level for permission in PERMISSIONS if of in (None, permission.of)}


def needed(method: str, path: str) -> tuple[str, ...]:
    """The permission that a call takes, such as `statuses: write`. `path`: a template with any names of its values."""
    return _CALLS.get((method, _bare(path)), ())


@cache
def needed_by_query(fields: str) -> tuple[str, ...]:
    """The permissions that a query of a repository's `fields` takes."""
    asked = set(_SELECTED.findall(fields))
    return tuple(f"{name}: read" for name, theirs in _FIELDS.items() if asked & theirs)


def holds(granted: Mapping[str, str], permission: str) -> bool:
    """Whether the granted permissions include this one or a higher level."""
    name, level = permission.split(": ")
    return granted.get(name) in ((level, "admin") if level == "write" else ("read", "write", "admin"))


def as_markdown() -> str:
    """The text of `docs/permissions.md`, for people who install the App."""
    parts = [_HEAD, *(_section(permission) for permission in PERMISSIONS), _FOOT]
    return "\n".join(parts)


def _section(permission: Permission) -> str:
    used = "\n".join(f"- `{endpoint}`" for endpoint in permission.endpoints)
    return (
        f"## {permission.name}: {permission.level}\n\n"
        f"{permission.why}\n\n{used}\n\n**Without it:** {permission.without}\n"
    )


def _bare(path: str) -> str:
    return _VALUE.sub("{}", _QUERY.sub("", path))


def _level(method: str, permission: Permission) -> tuple[str, ...]:
    return (f"{permission.name}: {'read' if method == 'GET' else permission.level}",)


_VALUE, _QUERY = re.compile(r"(?<=/)(?:[^/]*\{\w+\}[^/]*|\d+)(?=/|$)"), re.compile(r"\{\?[\w,]+\}$")
_SELECTED = re.compile(r"(\w+)\s*(?:\([^)]*\))?\s*(?:@\w+\([^)]*\)\s*)?\{")  # a field with a selection of fields
_CALLS = {
    (method, _bare(path)): _level(method, permission)
    for permission in PERMISSIONS
    for method, path in (endpoint.split(" ", 1) for endpoint in permission.endpoints)
    if path.startswith("/") and not path.startswith("/graphql")
}
_FIELDS = {
    permission.name: frozenset(re.findall(r"\.(\w+)", endpoint))
    for permission in PERMISSIONS
    for endpoint in permission.endpoints
    if endpoint.startswith("POST /graphql")
}

_HEAD = """\
# Permissions

What the App asks for, what it is called with, why, and what is lost without it. All but `members` are repository
permissions; `app.yml` states the same. A token is minted for one repository at a time and holds no more than this;
`members` is asked for in a token of its own, which holds nothing else, and so is `metadata` to list the repositories.
"""

_FOOT = f"""\
## Events

{", ".join(f"`{event}`" for event in EVENTS)}. All others are answered with 200 and ignored.
"""
