"""The gate: one commit status on the heads of open pull requests."""

from collections.abc import Sequence

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.pages import PageInfo
from ghapp.adapters.github.queries import Query
from ghapp.core.environment import Repository
from ghapp.ports import OpenPull

CONTEXT = "ghapp/lock"
LONGEST = 140  # GitHub refuses a longer description
_FIELDS = """
    number state isDraft baseRefName headRefOid
    commits(last: 1) { nodes { commit { oid status { context(name: $context) { state description } } } } }
"""
MANY = Query(
    f"""
    pullRequests(
      states: OPEN, baseRefName: $base, first: 100, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}
    ) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ {_FIELDS} }}
    }}
    """,
    "$context: String!, $base: String!, $after: String",
)
ONE = Query(f"pullRequest(number: $number) {{ {_FIELDS} }}", "$context: String!, $number: Int!")


class _Shown(msgspec.Struct):
    state: str
    description: str | None = None


class _Status(msgspec.Struct):
    context: _Shown | None = None


class _Commit(msgspec.Struct):
    oid: str
    status: _Status | None = None


class _Node(msgspec.Struct):
    commit: _Commit


class _Commits(msgspec.Struct):
    nodes: list[_Node]


class _Pull(msgspec.Struct, rename="camel"):
    number: int
    state: str
    is_draft: bool
    base_ref_name: str
    head_ref_oid: str
    commits: _Commits


class _Page(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_Pull]


class _Many(msgspec.Struct, rename="camel"):
    pull_requests: _Page


class _One(msgspec.Struct, rename="camel"):
    pull_request: _Pull | None = None


class GitHubGates:
    """The port `Gates`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def open_pulls(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Every open pull request onto a branch, lately changed ones first.

        One that changes while the pages are read may move between them and be met twice: it is kept once.
        """
        found: dict[int, OpenPull] = {}
        after: str | None = None
        while True:
            answer = await self._api.query(repository, MANY, _Many, context=CONTEXT, base=base, after=after)
            page = answer.pull_requests
            found |= {pull.number: _open(pull) for pull in page.nodes}
            after = page.page_info.following
            if after is None:
                return tuple(found.values())

    async def open_pull(self, repository: Repository, number: int) -> OpenPull | None:
        """One pull request, or None where it is not open."""
        found = (await self._api.query(repository, ONE, _One, context=CONTEXT, number=number)).pull_request
        return _open(found) if found and found.state == "OPEN" else None

    async def write(self, repository: Repository, head: str, state: str, description: str) -> None:
        """Show this gate on a head: `success` or `pending`."""
        body = {"state": state, "context": CONTEXT, "description": description[:LONGEST]}
        await self._api.post(repository, "/statuses/{head}", body, head=head)


def _open(pull: _Pull) -> OpenPull:
    return OpenPull(
        number=pull.number,
        head=pull.head_ref_oid,
        draft=pull.is_draft,
        base=pull.base_ref_name,
        gate=_gate(pull),
    )


def _gate(pull: _Pull) -> tuple[str, str] | None:
    """What the head shows; the last commit listed may lag behind a push, and is not the head then."""
    for node in pull.commits.nodes:
        shown = node.commit.status.context if node.commit.status else None
        if shown and node.commit.oid == pull.head_ref_oid:
            return shown.state.lower(), shown.description or ""
    return None
