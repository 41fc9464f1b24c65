"""The files that a pull request changes, cached by its head."""

from copy import copy

import msgspec
from cachetools import LRUCache

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused, Unanswered
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import Files, NeedFiles

KEPT = 2000
MOST = 3000  # GitHub lists no more: docs.github.com/rest/pulls/pulls#list-pull-requests-files
FILES = "/pulls/{number}/files{?per_page}"
HEAD = Query("pullRequest(number: $number) { headRefOid }", "$number: Int!")


class _File(msgspec.Struct):
    filename: str
    previous_filename: str | None = None


class _Pull(msgspec.Struct, rename="camel"):
    head_ref_oid: str


class _Repository(msgspec.Struct, rename="camel"):
    pull_request: _Pull | None = None


class PullFiles:
    """Answers `NeedFiles`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._kept: LRUCache[tuple[int, NeedFiles], Files] = LRUCache(KEPT)

    def at(self, api: Api) -> "PullFiles":
        """The same cache, filled through another handle of the API."""
        same = copy(self)
        same._api = api
        return same

    async def read(self, repository: Repository, need: NeedFiles) -> Files:
        """Lists a renamed file under both names. Raises `Retryable` if the pull request has another head now."""
        key = (repository.id, need)
        if (known := self._kept.get(key)) is not None:
            return known
        listed = await self._listed(repository, need.number)
        await self._same_head(repository, need)  # the list does not name its commit
        self._kept[key] = listed
        return listed

    async def _listed(self, repository: Repository, number: int) -> Files:
        """GitHub refuses to list too large a change with 422: then the result is incomplete."""
        names: set[str] = set()
        count = 0
        try:
            async for page in self._api.pages(repository, FILES, list[_File], number=number, per_page=100):
                count += len(page)
                names.update(name for file in page for name in (file.filename, file.previous_filename) if name)
        except Refused as refusal:
            if refusal.status != 422:
                raise Unanswered(f"the files of #{number} could not be asked: {refusal}") from None
            return Files(frozenset(names), complete=False)
        return Files(frozenset(names), complete=count < MOST)

    async def _same_head(self, repository: Repository, need: NeedFiles) -> None:
        found = (await self._api.query(repository, HEAD, _Repository, number=need.number)).pull_request
        if found is None or found.head_ref_oid != need.head:
            raise Unanswered(f"the head of #{need.number} has moved meanwhile")
