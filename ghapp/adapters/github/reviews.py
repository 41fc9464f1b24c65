"""Reads a pull request's reviews, and the push of a released head."""

from datetime import datetime
from typing import Literal

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused, Unanswered, reading_fact
from ghapp.adapters.github.pages import PageInfo
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import NeedPush, NeedReviews, NoPush, Push, Review, Reviews

REVIEWS = Query(
    """
    pullRequest(number: $number) {
      latestOpinionatedReviews(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { state authorCanPushToRepository author { __typename login } commit { oid } }
      }
    }
    """,
    "$number: Int!, $after: String",
)
PUSHES = "/activity{?ref,per_page}"
_VERDICTS: dict[str, Literal["approved", "changes_requested", "dismissed"]] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes_requested",
    "DISMISSED": "dismissed",
}


class _Author(msgspec.Struct):
    login: str


class _Reviewer(msgspec.Struct):
    login: str
    kind: str = msgspec.field(name="__typename")


class _Oid(msgspec.Struct):
    oid: str


class _Review(msgspec.Struct, rename="camel"):
    state: str
    author_can_push_to_repository: bool
    author: _Reviewer | None = None
    commit: _Oid | None = None


class _ReviewPage(msgspec.Struct, rename="camel"):
    page_info: PageInfo
    nodes: list[_Review | None]


class _Reviewed(msgspec.Struct, rename="camel"):
    latest_opinionated_reviews: _ReviewPage | None = None


class _Pull(msgspec.Struct, rename="camel"):
    pull_request: _Reviewed | None = None


class _Pushed(msgspec.Struct):
    after: str
    timestamp: datetime
    actor: _Author | None = None


class ReviewsAndPushes:
    """Answers `NeedReviews` and `NeedPush`. Raises `Retryable` if a fact cannot be read."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def read(self, repository: Repository, need: NeedReviews | NeedPush) -> Reviews | Push | NoPush:
        match need:
            case NeedReviews():
                return await self.reviews(repository, need)
            case NeedPush():
                return await self.push(repository, need)

    async def reviews(self, repository: Repository, need: NeedReviews) -> Reviews:
        """The latest opinion of each reviewer."""
        found: list[Review] = []
        after: str | None = None
        while True:
            with reading_fact(f"the reviews of #{need.number}"):
                answer = await self._api.query(repository, REVIEWS, _Pull, number=need.number, after=after)
            page = answer.pull_request.latest_opinionated_reviews if answer.pull_request else None
            if page is None:
                raise Unanswered(f"GitHub does not tell the reviews of #{need.number}")
            found += [_review(node) for node in page.nodes if node and node.author and node.state in _VERDICTS]
            after = page.page_info.following
            if after is None:
                return Reviews(tuple(found))

    async def push(self, repository: Repository, need: NeedPush) -> Push | NoPush:
        """The newest push that left the branch at this head. If `need.listed`, it must be the branch's last push."""
        pushes = await self._pushes(repository, need)
        if need.listed and (not pushes or pushes[0].after != need.head):
            raise Unanswered(f"GitHub does not show the last push to {need.branch} yet")
        found = next((push for push in pushes if push.after == need.head), None)
        return Push(found.actor.login if found.actor else None, found.timestamp) if found else NoPush()

    async def _pushes(self, repository: Repository, need: NeedPush) -> list[_Pushed]:
        ref = f"refs/heads/{need.branch}"
        with reading_fact(f"the pushes to {need.branch}"):
            try:
                return await self._api.get(repository, PUSHES, list[_Pushed], ref=ref, per_page=100)
            except Refused as refusal:
                if refusal.status != 404:
                    raise
                return []


def _review(node: _Review) -> Review:
    assert node.author
    return Review(
        author=node.author.login,
        verdict=_VERDICTS[node.state],
        sha=node.commit.oid if node.commit else "",
        writes=node.author_can_push_to_repository,
        person=node.author.kind == "User",
    )
