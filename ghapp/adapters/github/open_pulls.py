"""The fields of an open pull request that its gate needs, in a GraphQL answer."""

import re
from datetime import datetime

import msgspec

from ghapp.adapters.github.labels import Labelled
from ghapp.adapters.github.pages import PageInfo
from ghapp.core.model.facts import Files
from ghapp.ports import OpenPull

CONTEXT = "ghapp/lock"
READY = ("CLEAN", "HAS_HOOKS", "UNSTABLE")
OBJECTIONS = ("CHANGES_REQUESTED", "REVIEW_REQUIRED")
# GitHub limits the statuses of a head but does not return their number: each of ours has it in its URL
_COUNT = re.compile(r"#ghapp-([1-9][0-9]{0,3})$")
STATUS = "status { context(name: $context) { state description targetUrl creator { __typename login } } }"
FIELDS = f"""
    number state isDraft baseRefName headRefOid isInMergeQueue updatedAt
    reviews(states: APPROVED) {{ totalCount }}
    commits(last: 1) {{ nodes {{ commit {{ oid {STATUS} }} }} }}
"""


class _Creator(msgspec.Struct):
    login: str
    kind: str = msgspec.field(name="__typename")


class _Shown(msgspec.Struct, rename="camel"):
    state: str
    description: str | None = None
    target_url: str | None = None
    creator: _Creator | None = None


class _Status(msgspec.Struct):
    context: _Shown | None = None


class Commit(msgspec.Struct):
    """A commit with its gate's status."""

    oid: str
    status: _Status | None = None


class _Node(msgspec.Struct):
    commit: Commit


class _Commits(msgspec.Struct):
    nodes: list[_Node]


class _File(msgspec.Struct, rename="camel"):
    path: str
    change_type: str


class _Files(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_File]


class _Approvals(msgspec.Struct, rename="camel"):
    total_count: int


class ListedPull(Labelled, rename="camel"):
    """An open pull request. Labels and files are set only if the query asks for them."""

    number: int
    state: str
    is_draft: bool
    base_ref_name: str
    head_ref_oid: str
    is_in_merge_queue: bool
    updated_at: datetime
    commits: _Commits
    reviews: _Approvals | None = None
    files: _Files | None = None
    head_ref_name: str = ""
    is_cross_repository: bool = False


def open_pull(pull: ListedPull, bot: str, *, many: bool = False, base: str | None = None) -> OpenPull:
    """Converts it to the port's type. `many`: the order of gates matters. `base`: the stack's target, if it is a layer.

    The last listed commit may lag behind a push: then it is not the head, and has no gate here.
    """
    gate, posted = next((shown(node.commit, bot) for node in pull.commits.nodes if _head(node, pull)), (None, 0))
    approved = pull.reviews is not None and pull.reviews.total_count > 0
    return OpenPull(
        number=pull.number,
        head=pull.head_ref_oid,
        draft=pull.is_draft,
        base=base or pull.base_ref_name,
        gate=gate,
        posted=posted,
        ready=None if many else approved,
        approved=approved,
        changed_at=pull.updated_at,
        queued=pull.is_in_merge_queue,
        labels=pull.who_labelled(),
        files=_files(pull.files),
    )


def shown(commit: Commit, bot: str) -> tuple[tuple[str, str] | None, int]:
    """The gate and its count. Ignores other creators' statuses, as a required check pinned to the App does."""
    found = commit.status.context if commit.status else None
    creator = found.creator if found else None
    if found is None or creator is None or creator.kind != "Bot":  # a person may have the App's name as a login
        return None, 0
    if creator.login.removesuffix("[bot]") != bot.removesuffix("[bot]"):
        return None, 0
    count = _COUNT.search(found.target_url or "")
    return (found.state.lower(), found.description or ""), int(count[1]) if count else 0


def _head(node: _Node, pull: ListedPull) -> bool:
    return node.commit.oid == pull.head_ref_oid


def _files(found: _Files | None) -> Files | None:
    """None if they need a call of their own: GraphQL lists at most 100, without the old path of a renamed file."""
    if found is None or found.page_info.following or any(file.change_type == "RENAMED" for file in found.nodes):
        return None
    return Files(frozenset(file.path for file in found.nodes))
