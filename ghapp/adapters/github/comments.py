"""A pull request's conversation: our own comments in it, and reactions on anybody's."""

from datetime import UTC, datetime

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.adapters.github.faults import Refused, changing
from ghapp.core.model.environment import Repository


class _Made(msgspec.Struct):
    id: int


class _App(msgspec.Struct):
    id: int


class _Comment(msgspec.Struct):
    id: int
    body: str | None = None
    performed_via_github_app: _App | None = None


class GitHubComments:
    """The port `Comments`. `app_id` tells our own comments from those that only copy a marker."""

    def __init__(self, api: Api, app_id: int) -> None:
        self._api = api
        self._app_id = app_id

    async def create(self, repository: Repository, pull: int, body: str) -> int:
        """A new comment's id."""
        answer = await self._api.post(repository, "/issues/{pull}/comments", {"body": body}, pull=pull)
        return read(answer, _Made).id

    async def edit(self, repository: Repository, comment: int, body: str) -> None:
        """Replace the text of one of our own."""
        with changing():
            await self._api.patch(repository, "/issues/comments/{comment}", {"body": body}, comment=comment)

    async def delete(self, repository: Repository, comment: int) -> None:
        """Take back one of our own. One that is gone stays gone."""
        try:
            await self._api.delete(repository, "/issues/comments/{comment}", comment=comment)
        except Refused as refusal:
            if refusal.status not in (404, 410):
                raise

    async def find(self, repository: Repository, pull: int, marker: str, *, since: datetime) -> int | None:
        """Our own comment that ends with this marker, the oldest if there are several. Within it, people are quoted."""
        path = "/issues/{pull}/comments{?since,per_page}"
        asked: dict[str, str | int] = {"pull": pull, "since": timestamp(since), "per_page": 100}
        async for page in self._api.pages(repository, path, list[_Comment], **asked):
            for comment in page:
                if self._ours(comment) and (comment.body or "").rstrip().rpartition("\n")[2] == marker:
                    return comment.id
        return None

    async def react(self, repository: Repository, comment: int, reaction: str) -> None:
        """Put a reaction on anybody's comment; one that is there stays."""
        path = "/issues/comments/{comment}/reactions"
        await self._api.post(repository, path, {"content": reaction}, comment=comment)

    def _ours(self, comment: _Comment) -> bool:
        app = comment.performed_via_github_app
        return app is not None and app.id == self._app_id


def timestamp(at: datetime) -> str:
    """A time as GitHub's queries take it, in whole seconds, never later than it is."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
