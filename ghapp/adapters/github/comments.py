"""Our comments in a pull request's conversation, and reactions to any comment."""

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
    """The port `Comments`. `app_id` distinguishes our own comments from those that only copy a marker."""

    def __init__(self, api: Api, app_id: int) -> None:
        self._api = api
        self._app_id = app_id

    async def create(self, repository: Repository, pull: int, body: str) -> int:
        """Creates a comment and returns its id."""
        answer = await self._api.post(repository, "/issues/{pull}/comments", {"body": body}, pull=pull)
        return read(answer, _Made).id

    async def edit(self, repository: Repository, comment: int, body: str) -> None:
        """Replaces the text of one of our comments. Raises `NotThere` if it is gone."""
        with changing():
            await self._api.patch(repository, "/issues/comments/{comment}", {"body": body}, comment=comment)

    async def delete(self, repository: Repository, comment: int) -> None:
        """Deletes one of our comments; no error if it is gone already."""
        try:
            await self._api.delete(repository, "/issues/comments/{comment}", comment=comment)
        except Refused as refusal:
            if refusal.status not in (404, 410):
                raise

    async def find(self, repository: Repository, pull: int, marker: str, *, since: datetime) -> int | None:
        """Our oldest comment whose last line is this marker; other lines may quote people, so they do not count."""
        path = "/issues/{pull}/comments{?since,per_page}"
        asked: dict[str, str | int] = {"pull": pull, "since": timestamp(since), "per_page": 100}
        async for page in self._api.pages(repository, path, list[_Comment], **asked):
            for comment in page:
                if self._ours(comment) and (comment.body or "").rstrip().rpartition("\n")[2] == marker:
                    return comment.id
        return None

    async def react(self, repository: Repository, comment: int, reaction: str) -> None:
        """Adds a reaction to any comment; an existing one stays."""
        path = "/issues/comments/{comment}/reactions"
        await self._api.post(repository, path, {"content": reaction}, comment=comment)

    def _ours(self, comment: _Comment) -> bool:
        app = comment.performed_via_github_app
        return app is not None and app.id == self._app_id


def timestamp(at: datetime) -> str:
    """A time in the format of GitHub's queries, rounded down to whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
