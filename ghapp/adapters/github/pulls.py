"""Pull requests as they are now: one by its number, or those merged into a branch."""

from datetime import datetime

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.labels import LABELS, Labelled
from ghapp.adapters.github.pages import PageInfo
from ghapp.adapters.github.queries import Query
from ghapp.core.environment import Pull, Repository
from ghapp.core.facts import Merges, NoPull, PullFact

_FIELDS = f"""
number title state merged mergedAt isDraft isCrossRepository baseRefName headRefName headRefOid
headRepository {{ databaseId }}
mergeCommit {{ oid }}
mergedBy {{ __typename login }}
author {{ __typename login }}
{LABELS}
"""
ONE = Query(f"pullRequest(number: $number) {{ {_FIELDS} }}", "$number: Int!")
MERGED = Query(
    f"""
    pullRequests(
      states: MERGED, baseRefName: $base, first: 50, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}
    ) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ updatedAt {_FIELDS} }}
    }}
    """,
    "$base: String!, $after: String",
)


class _Commit(msgspec.Struct):
    oid: str


class _Actor(msgspec.Struct):
    kind: str = msgspec.field(name="__typename")
    login: str = ""


class _HeadRepository(msgspec.Struct, rename="camel"):
    database_id: int | None = None


class _Pull(Labelled, rename="camel"):
    number: int
    title: str
    merged: bool
    state: str
    is_draft: bool
    is_cross_repository: bool
    base_ref_name: str
    head_ref_name: str
    head_ref_oid: str
    head_repository: _HeadRepository | None = None
    merged_at: datetime | None = None
    merge_commit: _Commit | None = None
    merged_by: _Actor | None = None
    author: _Actor | None = None


class _One(msgspec.Struct, rename="camel"):
    pull_request: _Pull | None = None


class _Listed(_Pull, rename="camel", kw_only=True):
    updated_at: datetime


class _Page(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_Listed]


class _Many(msgspec.Struct, rename="camel"):
    pull_requests: _Page


class Pulls:
    """Reads them."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def one(self, repository: Repository, number: int) -> PullFact | NoPull:
        """As it is now."""
        found = (await self._api.query(repository, ONE, _One, number=number)).pull_request
        return NoPull() if found is None else _fact(found)

    async def merged(self, repository: Repository, base: str, since: datetime) -> Merges:
        """Whatever was merged since then was changed since then too, so the list ends where that is older."""
        found: list[_Listed] = []
        after: str | None = None
        while True:
            page = (await self._api.query(repository, MERGED, _Many, base=base, after=after)).pull_requests
            found += page.nodes
            after = page.page_info.following
            if after is None or page.nodes[-1].updated_at < since:
                break
        facts = (_fact(one) for one in found if one.merged_at and one.merged_at >= since)
        return Merges(tuple(sorted(facts, key=lambda fact: fact.merged_at or since)))


def _fact(found: _Pull) -> PullFact:
    merger = found.merged_by
    return PullFact(
        pull=Pull(number=found.number, title=found.title, author=_author(found.author), head=found.head_ref_oid),
        base=found.base_ref_name,
        merged=found.merged,
        sha=found.merge_commit.oid if found.merged and found.merge_commit else None,
        merger=merger.login if merger and merger.kind != "Bot" else None,
        merged_at=found.merged_at,
        closed=found.state == "CLOSED",
        draft=found.is_draft,
        fork=found.is_cross_repository or found.head_repository is None,
        branch=found.head_ref_name,
        labels=found.who_labelled(),
    )


def _author(author: _Actor | None) -> str:
    """As webhooks say it: GraphQL leaves the `[bot]` of a bot's login out, and a deleted account is `ghost`."""
    if author is None:
        return "ghost"
    return f"{author.login.removesuffix('[bot]')}[bot]" if author.kind == "Bot" else author.login
