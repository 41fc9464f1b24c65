"""Reads pull requests: one by its number, or those merged into a branch."""

import asyncio
import logging
from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Unanswered
from ghapp.adapters.github.labels import LABELS, Labelled
from ghapp.adapters.github.pages import PageInfo, PageSizes
from ghapp.adapters.github.queries import Query
from ghapp.adapters.github.stacks import Stacks
from ghapp.core.model.environment import Pull, Repository, kept_title
from ghapp.core.model.facts import Merges, NeedPull, NoPull, PullFact
from ghapp.ports import Clock, NoAccess

TOLD_WITHIN = timedelta(minutes=10)

logger = logging.getLogger(__name__)

_FIELDS = f"""
number title state merged mergedAt isDraft isCrossRepository baseRefName headRefName headRefOid
headRepository {{ databaseId }}
mergeCommit {{ oid }}
mergedBy {{ __typename login }}
author {{ __typename login }}
{LABELS}
"""
ONE = Query(f"defaultBranchRef {{ name }} pullRequest(number: $number) {{ {_FIELDS} }}", "$number: Int!")
MERGED = Query(
    f"""
    pullRequests(
      states: MERGED, baseRefName: $base, first: $first, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}
    ) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ updatedAt {_FIELDS} }}
    }}
    """,
    "$base: String!, $first: Int!, $after: String",
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


class _Branch(msgspec.Struct):
    name: str


class _One(msgspec.Struct, rename="camel"):
    pull_request: _Pull | None = None
    default_branch_ref: _Branch | None = None


class _Listed(_Pull, rename="camel", kw_only=True):
    updated_at: datetime


class _Page(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_Listed]


class _Many(msgspec.Struct, rename="camel"):
    pull_requests: _Page


class Pulls:
    def __init__(self, api: Api, sizes: PageSizes, stacks: Stacks, clock: Clock) -> None:
        self._api, self._sizes, self._stacks, self._clock = api, sizes, stacks, clock

    async def one(self, repository: Repository, need: NeedPull) -> PullFact | NoPull:
        """Its current state. If its base is not the default branch, it may be a layer of a stack that goes there."""
        number = need.number
        answer = await self._api.query(repository, ONE, _One, number=number)
        found, default = answer.pull_request, answer.default_branch_ref
        shown = found is not None and found.merged
        if need.merged_at and not shown and self._clock() - need.merged_at < TOLD_WITHIN:
            raise Unanswered(f"GitHub does not show yet that #{number} was merged")
        if found is None:
            return NoPull()
        if found.merged_at and found.merge_commit is None and self._clock() - found.merged_at < TOLD_WITHIN:
            raise Unanswered(f"GitHub does not tell yet which commit the merge of #{number} made")
        if default and found.base_ref_name == default.name:
            return _fact(found)
        return _fact(found, await self._stacks.base_of(repository, number))

    async def merged(self, repository: Repository, base: str, since: datetime) -> Merges:
        """Lists by update, newest first: a merge is an update too, so reading ends at the first older one."""
        found: list[_Listed] = []
        after: str | None = None
        while True:

            async def fetch(first: int, after: str | None = after) -> _Many:
                return await self._api.query(repository, MERGED, _Many, base=base, first=first, after=after)

            page = (await self._sizes.ask(repository, fetch)).pull_requests
            found += page.nodes
            after = page.page_info.following
            if after is None or page.nodes[-1].updated_at < since:
                break
        facts = {one.number: _fact(one) for one in found if one.merged_at and one.merged_at >= since}
        facts |= await self._of_stacks(repository, base, since, facts)
        return Merges(tuple(sorted(facts.values(), key=lambda fact: fact.merged_at or since)))

    async def _of_stacks(
        self, repository: Repository, base: str, since: datetime, known: Collection[int]
    ) -> dict[int, PullFact]:
        """Merged layers: a layer's base may still be the layer below, so the list of the branch omits it.

        If stacks may not be read, the rest is counted all the same: a later count looks as far back.
        """
        try:
            listed = [one async for one in self._stacks.merged(repository, base, since) if one not in known]
        except NoAccess as denial:
            logger.warning("stacks not read", extra={"repository": repository.full_name, "why": str(denial)})
            return {}
        asked = (self._api.query(repository, ONE, _One, number=number) for number in listed)
        layers = [answer.pull_request for answer in await asyncio.gather(*asked)]
        return {one.number: _fact(one, base) for one in layers if one and one.merged}


def _fact(found: _Pull, stack: str | None = None) -> PullFact:
    """`stack`: the branch that its stack goes into, if it is a layer."""
    merger = found.merged_by
    return PullFact(
        pull=Pull(
            number=found.number, title=kept_title(found.title), author=_author(found.author), head=found.head_ref_oid
        ),
        base=stack or found.base_ref_name,
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
    """The login as in webhooks: GraphQL omits a bot's suffix `[bot]`, and a deleted account is `ghost`."""
    if author is None:
        return "ghost"
    return f"{author.login.removesuffix('[bot]')}[bot]" if author.kind == "Bot" else author.login
