"""The gate: a commit status on the heads of open pull requests. Its URL counts the gates posted to that head."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing

import msgspec
from msgspec.structs import replace

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.labels import LABELS, Labelled
from ghapp.adapters.github.open_pulls import (
    CONTEXT,
    FIELDS,
    OBJECTIONS,
    READY,
    STATUS,
    Commit,
    ListedPull,
    open_pull,
    shown,
)
from ghapp.adapters.github.pages import MOST, PageInfo, PageSizes, beside
from ghapp.adapters.github.queries import Query
from ghapp.adapters.github.stacks import Stacks
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import Files
from ghapp.ports import OpenPull

LONGEST = 140  # GitHub refuses a longer description
FEW = 100  # so few gates are written in a moment: their order does not matter
WITH_FILES = 25  # pull requests per page, with up to 100 files each
# ordered by creation, which never changes: none is skipped, and both ends can be read concurrently
_MANY = f"""
    pullRequests(
      states: OPEN, baseRefName: $base, first: $first, after: $after, orderBy: {{field: CREATED_AT, direction: $from}}
    ) {{
      totalCount
      pageInfo {{ hasNextPage endCursor }}
      nodes {{
        {FIELDS}
        ... @include(if: $labels) {{ {LABELS} }}
        files(first: 100) @include(if: $files) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ path changeType }} }}
      }}
    }}
"""
_OF_MANY = (
    "$context: String!, $base: String!, $first: Int!, $after: String, $from: OrderDirection!, "
    "$files: Boolean!, $labels: Boolean!"
)
MANY = Query(_MANY, _OF_MANY, alone=True)
_ALL = f"""
    pullRequests(states: OPEN, first: $first, after: $after, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
      totalCount
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ {FIELDS} {LABELS} headRefName isCrossRepository }}
    }}
"""
ALL = Query(_ALL, "$context: String!, $first: Int!, $after: String", alone=True)
ONE = Query(f"pullRequest(number: $number) {{ {FIELDS} {LABELS} }}", "$context: String!, $number: Int!")
QUEUE = Query(
    f"""
    mergeQueue(branch: $base) {{ entries(first: 100) {{ nodes {{
      position
      headCommit {{ oid {STATUS} }}
      pullRequest {{ number {LABELS} }}
    }} }} }}
    """,
    "$context: String!, $base: String!",
)
SHOWN = Query(
    f"object(oid: $head) {{ __typename ... on Commit {{ oid {STATUS} }} }}", "$context: String!, $head: GitObjectID!"
)
# a commit on the default branch does not list open ones: docs.github.com/graphql/reference/objects#commit
HEADS = Query(
    """
    pullRequests(states: OPEN, first: $first, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes { number isDraft headRefOid }
    }
    """,
    "$first: Int!, $after: String",
)
FILES_COMPARED = 300  # GitHub lists no more: docs.github.com/rest/commits/commits#compare-two-commits


class _Page(msgspec.Struct, rename="camel"):
    total_count: int
    page_info: PageInfo
    nodes: list[ListedPull]


class _Many(msgspec.Struct, rename="camel"):
    pull_requests: _Page


class _Queued(Labelled, rename="camel"):
    number: int


class _Entry(msgspec.Struct, rename="camel"):
    position: int
    head_commit: Commit | None = None
    pull_request: _Queued | None = None


class _Entries(msgspec.Struct):
    nodes: list[_Entry]


class _Queue(msgspec.Struct):
    entries: _Entries | None = None


class _Queues(msgspec.Struct, rename="camel"):
    merge_queue: _Queue | None = None


class _Compared(msgspec.Struct):
    filename: str
    previous_filename: str | None = None


class _Comparison(msgspec.Struct):
    files: list[_Compared] = []


class _Head(msgspec.Struct, rename="camel"):
    number: int
    is_draft: bool
    head_ref_oid: str


class _HeadPage(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_Head]


class _Heads(msgspec.Struct, rename="camel"):
    pull_requests: _HeadPage


class _Object(msgspec.Struct):
    object: Commit | None = None


class _One(msgspec.Struct, rename="camel"):
    pull_request: ListedPull | None = None


class _Mergeable(msgspec.Struct, rename="camel"):
    number: int
    merge_state_status: str
    review_decision: str | None = None

    @property
    def ready(self) -> bool:
        """While GitHub has not computed the state, a pull request without objections counts as ready."""
        unknown = self.merge_state_status == "UNKNOWN" and self.review_decision not in OBJECTIONS
        return unknown or self.merge_state_status in READY


_Mergeables = dict[str, _Mergeable | int | None]


class GitHubGates:
    """The port `Gates`."""

    def __init__(self, api: Api, sizes: PageSizes, stacks: Stacks) -> None:
        self._api, self._sizes, self._stacks = api, sizes, stacks

    async def open_pulls(
        self, repository: Repository, base: str, *, files: bool, labels: bool
    ) -> AsyncGenerator[Sequence[OpenPull]]:
        """Reads many pages from both ends concurrently until these meet."""
        asked = {"context": CONTEXT, "base": base, "files": files, "labels": labels}
        bot, met = await self._api.bot(), set[int]()
        async with aclosing(self._from_both_ends(repository, asked)) as pages:
            async for page in pages:
                yield [open_pull(pull, bot, many=page.total_count > FEW) for pull in page.nodes]
                if not met.isdisjoint(pull.number for pull in page.nodes):
                    return
                met.update(pull.number for pull in page.nodes)

    async def _from_both_ends(self, repository: Repository, asked: dict[str, object]) -> AsyncGenerator[_Page]:
        most = WITH_FILES if asked["files"] else MOST
        newest = self._pages(repository, MANY, {**asked, "from": "DESC"}, most)
        first = await anext(newest)
        yield first
        far = first.page_info.following and first.total_count > 2 * len(first.nodes)
        oldest = [self._pages(repository, MANY, {**asked, "from": "ASC"}, most)] if far else []
        async with aclosing(beside(newest, *oldest)) as pages:
            async for page in pages:
                yield page

    async def _pages(
        self, repository: Repository, query: Query, asked: dict[str, object], most: int = MOST
    ) -> AsyncIterator[_Page]:
        after: str | None = None
        while True:
            values = {**asked, "after": after}

            async def fetch(first: int, values: dict[str, object] = values) -> _Many:
                return await self._api.query(repository, query, _Many, **values, first=first)

            page = (await self._sizes.ask(repository, fetch, most=most)).pull_requests
            yield page
            after = page.page_info.following
            if after is None:
                return

    async def open_pull(self, repository: Repository, number: int, *, into: str) -> OpenPull | None:
        """One pull request, or None if it is not open. Looks for its stack if its base is not `into`."""
        found = (await self._api.query(repository, ONE, _One, context=CONTEXT, number=number)).pull_request
        if found is None or found.state != "OPEN":
            return None
        base = None if found.base_ref_name == into else await self._stacks.base_of(repository, number)
        return open_pull(found, await self._api.bot(), base=base)

    async def heads(self, repository: Repository) -> Mapping[str, Collection[int]]:
        """Reads 100 per page: the fields are light."""
        found: dict[str, set[int]] = {}
        after: str | None = None
        while True:
            page = (await self._api.query(repository, HEADS, _Heads, first=100, after=after)).pull_requests
            for pull in page.nodes:
                if not pull.is_draft:
                    found.setdefault(pull.head_ref_oid, set()).add(pull.number)
            after = page.page_info.following
            if after is None:
                return found

    async def shut(self, repository: Repository, head: str) -> bool:
        """Considers only our own status; False also if the commit is gone."""
        found = (await self._api.query(repository, SHOWN, _Object, context=CONTEXT, head=head)).object
        gate, _ = shown(found, await self._api.bot()) if found else (None, 0)
        return gate is not None and gate[0] == "pending"

    async def layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Includes the lowest layer, whose base is the branch itself."""
        numbers = [one async for one in self._stacks.opened(repository, base)]
        found: list[OpenPull] = []
        size = self._sizes.of(repository)
        for some in (numbers[start : start + size] for start in range(0, len(numbers), size)):
            asked = (self._api.query(repository, ONE, _One, context=CONTEXT, number=number) for number in some)
            pulls = [one.pull_request for one in await asyncio.gather(*asked)]
            bot = await self._api.bot()
            found += [open_pull(pull, bot, base=base) for pull in pulls if pull and pull.state == "OPEN"]
        return found

    async def likely_layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Requires a gate: by its base any pull request on top of another would be a layer; only layers got a gate."""
        pages = self._pages(repository, ALL, {"context": CONTEXT})
        found = [pull async for page in pages for pull in page.nodes]
        below = {pull.head_ref_name: pull.base_ref_name for pull in found if not pull.is_cross_repository}
        bot = await self._api.bot()
        above = (pull for pull in found if pull.base_ref_name != base and _leads(pull.base_ref_name, base, below))
        pulls = (open_pull(pull, bot, base=base) for pull in above)
        return [replace(pull, doubtful=True) for pull in pulls if pull.gate]

    async def ready(self, repository: Repository, numbers: Sequence[int]) -> frozenset[int]:
        """A query of its own, since GitHub computes the state for each pull request."""
        told = (await self._api.query(repository, _mergeable(numbers), _Mergeables)).values()
        return frozenset(one.number for one in told if isinstance(one, _Mergeable) and one.ready)

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Only the queue's first entry has labels: a later one also contains the pull requests before it."""
        found = (await self._api.query(repository, QUEUE, _Queues, context=CONTEXT, base=base)).merge_queue
        entries = found.entries.nodes if found and found.entries else []
        bot = await self._api.bot() if entries else ""
        return [_group(entry.head_commit, entry, base, bot) for entry in entries if entry.head_commit]

    async def between(self, repository: Repository, base: str, head: str) -> Files:
        """Lists a renamed file under both names."""
        path = "/compare/{base}...{head}{?per_page}"
        found = await self._api.get(repository, path, _Comparison, base=base, head=head, per_page=1)
        names = (name for file in found.files for name in (file.filename, file.previous_filename) if name)
        return Files(frozenset(names), complete=len(found.files) < FILES_COMPARED)

    async def write(self, repository: Repository, pull: OpenPull, state: str, description: str) -> None:
        """Posts the gate on the head. `state`: `success` or `pending`."""
        body = {
            "state": state,
            "context": CONTEXT,
            "description": description[:LONGEST],
            "target_url": f"{self._api.web}/{repository.full_name}/deployments#ghapp-{pull.posted + 1}",
        }
        await self._api.post(repository, "/statuses/{head}", body, head=pull.head)


def _leads(branch: str, base: str, below: Mapping[str, str]) -> bool:
    passed = set[str]()
    while branch != base and branch in below and branch not in passed:
        passed.add(branch)
        branch = below[branch]
    return branch == base


def _mergeable(numbers: Sequence[int]) -> Query:
    named = (
        f"pull{number}: pullRequest(number: {number}) {{ number mergeStateStatus reviewDecision }}"
        for number in numbers
    )
    return Query(" ".join(named), alone=True)


def _group(head: Commit, entry: _Entry, base: str, bot: str) -> OpenPull:
    pull = entry.pull_request
    gate, posted = shown(head, bot)
    return OpenPull(
        number=pull.number if pull else 0,
        head=head.oid,
        draft=False,
        base=base,
        gate=gate,
        posted=posted,
        queued=True,
        labels=pull.who_labelled() if pull and entry.position == 1 else {},
        group=True,
    )
