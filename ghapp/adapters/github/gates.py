"""The gate: one commit status on the heads of open pull requests. It carries how many that head was given."""

import re
from collections.abc import AsyncIterator, Sequence

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused
from ghapp.adapters.github.labels import LABELS, Labelled
from ghapp.adapters.github.pages import PageInfo
from ghapp.adapters.github.queries import Query
from ghapp.core.environment import Repository
from ghapp.core.facts import Files
from ghapp.ports import NotTaken, OpenPull

CONTEXT = "ghapp/lock"
LONGEST = 140  # GitHub refuses a longer description
# The checks of a merge are computed when they are asked for: until then anything may be ready that nobody objects to.
READY = ("CLEAN", "HAS_HOOKS", "UNSTABLE")
UNKNOWN = "UNKNOWN"
OBJECTIONS = ("CHANGES_REQUESTED", "REVIEW_REQUIRED")
# GitHub counts a head's statuses and does not tell how many there are: each of ours says it in its address
_COUNT = re.compile(r"#ghapp-([1-9][0-9]{0,3})$")
_FIELDS = f"""
    number state isDraft baseRefName headRefOid isInMergeQueue mergeStateStatus reviewDecision
    {LABELS}
    commits(last: 1) {{ nodes {{ commit {{
      oid status {{ context(name: $context) {{ state description targetUrl creator {{ login }} }} }}
    }} }} }}
"""
MANY = Query(
    f"""
    pullRequests(
      states: OPEN, baseRefName: $base, first: 100, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}
    ) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{
        {_FIELDS}
        files(first: 100) @include(if: $files) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ path changeType }} }}
      }}
    }}
    """,
    "$context: String!, $base: String!, $after: String, $files: Boolean!",
)
ONE = Query(f"pullRequest(number: $number) {{ {_FIELDS} }}", "$context: String!, $number: Int!")

QUEUE = Query(
    """
    mergeQueue(branch: $base) { entries(first: 100) { nodes {
      position
      headCommit { oid status { context(name: $context) { state description targetUrl creator { login } } } }
      pullRequest { number """
    + LABELS
    + """ }
    } } }
    """,
    "$context: String!, $base: String!",
)
FILES_COMPARED = 300  # GitHub tells no more: docs.github.com/rest/commits/commits#compare-two-commits


class _Creator(msgspec.Struct):
    login: str


class _Shown(msgspec.Struct, rename="camel"):
    state: str
    description: str | None = None
    target_url: str | None = None
    creator: _Creator | None = None


class _Status(msgspec.Struct):
    context: _Shown | None = None


class _Commit(msgspec.Struct):
    oid: str
    status: _Status | None = None


class _Node(msgspec.Struct):
    commit: _Commit


class _Commits(msgspec.Struct):
    nodes: list[_Node]


class _File(msgspec.Struct, rename="camel"):
    path: str
    change_type: str


class _Files(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_File]


class _Pull(Labelled, rename="camel"):
    number: int
    state: str
    is_draft: bool
    base_ref_name: str
    head_ref_oid: str
    is_in_merge_queue: bool
    merge_state_status: str
    commits: _Commits
    review_decision: str | None = None
    files: _Files | None = None


class _Page(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_Pull]


class _Many(msgspec.Struct, rename="camel"):
    pull_requests: _Page


class _Queued(Labelled, rename="camel"):
    number: int


class _Entry(msgspec.Struct, rename="camel"):
    position: int
    head_commit: _Commit | None = None
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


class _One(msgspec.Struct, rename="camel"):
    pull_request: _Pull | None = None


class GitHubGates:
    """The port `Gates`. `web`: the address of GitHub's own pages."""

    def __init__(self, api: Api, web: str) -> None:
        self._api, self._web = api, web

    async def open_pulls(self, repository: Repository, base: str, *, files: bool) -> AsyncIterator[Sequence[OpenPull]]:
        """In one call for each hundred."""
        after: str | None = None
        while True:
            asked = {"context": CONTEXT, "base": base, "after": after, "files": files}
            page = (await self._api.query(repository, MANY, _Many, **asked)).pull_requests
            bot = await self._api.bot()
            yield [_open(pull, bot) for pull in page.nodes]
            after = page.page_info.following
            if after is None:
                return

    async def open_pull(self, repository: Repository, number: int) -> OpenPull | None:
        """One pull request, or None where it is not open."""
        found = (await self._api.query(repository, ONE, _One, context=CONTEXT, number=number)).pull_request
        return _open(found, await self._api.bot()) if found and found.state == "OPEN" else None

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """The first of the queue has its own labels; one behind it brings along what is before it."""
        found = (await self._api.query(repository, QUEUE, _Queues, context=CONTEXT, base=base)).merge_queue
        entries = found.entries.nodes if found and found.entries else []
        bot = await self._api.bot() if entries else ""
        return [_group(entry, base, bot) for entry in entries if entry.head_commit]

    async def between(self, repository: Repository, base: str, head: str) -> Files:
        """Renamed ones under both names."""
        path = "/compare/{base}...{head}{?per_page}"
        found = await self._api.get(repository, path, _Comparison, base=base, head=head, per_page=1)
        names = (name for file in found.files for name in (file.filename, file.previous_filename) if name)
        return Files(frozenset(names), complete=len(found.files) < FILES_COMPARED)

    async def write(self, repository: Repository, pull: OpenPull, state: str, description: str) -> None:
        """Show this gate on its head: `success` or `pending`."""
        body = {
            "state": state,
            "context": CONTEXT,
            "description": description[:LONGEST],
            "target_url": f"{self._web}/{repository.full_name}/deployments#ghapp-{pull.posted + 1}",
        }
        try:
            await self._api.post(repository, "/statuses/{head}", body, head=pull.head)
        except Refused as refusal:
            raise NotTaken(f"{refusal}") if refusal.status == 422 else refusal from None


def _open(pull: _Pull, bot: str) -> OpenPull:
    shown = _shown(pull, bot)
    return OpenPull(
        number=pull.number,
        head=pull.head_ref_oid,
        draft=pull.is_draft,
        base=pull.base_ref_name,
        gate=(shown.state.lower(), shown.description or "") if shown else None,
        posted=_posted(shown),
        ready=_ready(pull),
        queued=pull.is_in_merge_queue,
        labels=pull.who_labelled(),
        files=_files(pull.files),
    )


def _shown(pull: _Pull, bot: str) -> _Shown | None:
    """What the head shows of ours: a required check that is pinned to the App takes nobody else's word.

    The last commit listed may lag behind a push, and is not the head then.
    """
    for node in pull.commits.nodes:
        shown = node.commit.status.context if node.commit.status else None
        if shown and _ours(shown, bot) and node.commit.oid == pull.head_ref_oid:
            return shown
    return None


def _group(entry: _Entry, base: str, bot: str) -> OpenPull:
    assert entry.head_commit
    shown = entry.head_commit.status.context if entry.head_commit.status else None
    shown = shown if shown and _ours(shown, bot) else None
    pull = entry.pull_request
    return OpenPull(
        number=pull.number if pull else 0,
        head=entry.head_commit.oid,
        draft=False,
        base=base,
        gate=(shown.state.lower(), shown.description or "") if shown else None,
        posted=_posted(shown),
        queued=True,
        labels=pull.who_labelled() if pull and entry.position == 1 else {},
        group=True,
    )


def _ours(shown: _Shown, bot: str) -> bool:
    return shown.creator is not None and shown.creator.login.removesuffix("[bot]") == bot.removesuffix("[bot]")


def _posted(shown: _Shown | None) -> int:
    found = _COUNT.search(shown.target_url or "") if shown else None
    return int(found[1]) if found else 0


def _ready(pull: _Pull) -> bool:
    """Whether it could be merged this moment, as far as GitHub says."""
    unknown = pull.merge_state_status == UNKNOWN and pull.review_decision not in OBJECTIONS
    return pull.merge_state_status in READY or unknown


def _files(found: _Files | None) -> Files | None:
    """None: those are asked for by themselves. GraphQL tells a hundred, and not where a renamed one was before."""
    if found is None or found.page_info.following or any(file.change_type == "RENAMED" for file in found.nodes):
        return None
    return Files(frozenset(file.path for file in found.nodes))
