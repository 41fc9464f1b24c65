"""Reads a comment: from the newest of its pull request, in the combined query, else by a call of its own."""

from datetime import datetime, timedelta

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused
from ghapp.adapters.github.queries import Query
from ghapp.core.commands.command_line import command_line
from ghapp.core.config.model import as_bot
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import CommentFact, NeedComment, NoComment
from ghapp.ports import Clock, Retryable

SHOWN_WITHIN = timedelta(seconds=30)  # GitHub may not show a new comment yet
NEWEST = Query(
    "pullRequest(number: $number) { comments(last: 5) { nodes {"
    " fullDatabaseId body createdAt updatedAt author { __typename login } } } }",
    "$number: Int!",
)


class _Actor(msgspec.Struct):
    kind: str = msgspec.field(name="__typename")
    login: str = ""

    @property
    def as_written(self) -> str:
        """The login as in webhooks: GraphQL omits an App's suffix `[bot]`."""
        return as_bot(self.login.removesuffix("[bot]")) if self.kind == "Bot" else self.login


class _Author(msgspec.Struct):
    login: str


class _Node(msgspec.Struct, rename="camel"):
    full_database_id: str | int
    body: str
    created_at: datetime
    updated_at: datetime
    author: _Actor | None = None


class _Nodes(msgspec.Struct):
    nodes: list[_Node]


class _Pull(msgspec.Struct):
    comments: _Nodes


class _Repository(msgspec.Struct, rename="camel"):
    pull_request: _Pull | None = None


class _Comment(msgspec.Struct):
    created_at: datetime
    updated_at: datetime
    body: str | None = None
    user: _Author | None = None


async def read_comment(api: Api, repository: Repository, need: NeedComment, clock: Clock) -> CommentFact | NoComment:
    """A missing comment counts as deleted only after `SHOWN_WITHIN`; before that, raises `Retryable`."""
    found = await api.query(repository, NEWEST, _Repository, number=need.number)
    nodes = found.pull_request.comments.nodes if found.pull_request else []
    node = next((one for one in nodes if str(one.full_database_id) == str(need.comment)), None)
    if node is None:
        return await _alone(api, repository, need, clock)
    return _fact(node.author.as_written if node.author else None, node.body, node.created_at, node.updated_at)


async def _alone(api: Api, repository: Repository, need: NeedComment, clock: Clock) -> CommentFact | NoComment:
    try:
        found = await api.get(repository, "/issues/comments/{comment}", _Comment, comment=need.comment)
    except Refused as refusal:
        if refusal.status not in (404, 410):
            raise
        if clock() - need.at < SHOWN_WITHIN:
            raise Retryable("the comment is not shown yet, or it was deleted") from None
        return NoComment()
    return _fact(found.user.login if found.user else None, found.body or "", found.created_at, found.updated_at)


def _fact(author: str | None, body: str, created_at: datetime, updated_at: datetime) -> CommentFact:
    return CommentFact(
        author=author or "ghost",
        text=command_line(body),
        created_at=created_at,
        updated_at=updated_at,
    )
