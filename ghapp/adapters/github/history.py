"""Compares commits, and checks whether a commit is still in the repository."""

from typing import Literal

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused, Unanswered
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import Comparison, NeedCommit, NeedComparison, Presence

COMMITS_READ = 2000
COMMITS_A_PAGE = 250
COMMIT = Query("object(expression: $sha) { oid }", "$sha: String!")
ENDS = Query(
    "base: object(expression: $base) { oid } head: object(expression: $head) { oid }", "$base: String!, $head: String!"
)


class _Object(msgspec.Struct):
    oid: str


class _Commit(msgspec.Struct):
    object: _Object | None = None


class _Ends(msgspec.Struct):
    base: _Object | None = None
    head: _Object | None = None


class _Listed(msgspec.Struct):
    sha: str


class _Comparison(msgspec.Struct):
    status: Literal["ahead", "behind", "identical", "diverged"]
    total_commits: int
    commits: list[_Listed]


class History:
    """Answers `NeedComparison` and `NeedCommit`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def read(self, repository: Repository, need: NeedComparison | NeedCommit) -> Comparison | Presence:
        if isinstance(need, NeedCommit):
            found = await self._api.query(repository, COMMIT, _Commit, sha=need.sha)
            return Presence(found.object is not None)
        try:
            return await self._compared(repository, need)
        except Refused as refusal:
            if refusal.status not in (404, 422):
                raise
            why = refusal
        return await self._apart(repository, need, why)

    async def _apart(self, repository: Repository, need: NeedComparison, why: Refused) -> Comparison:
        """Finds the reason for a 404 or 422: a commit is gone, or the two share none. Any other is `Unanswered`.

        GitHub's message for the second begins with "No common ancestor": github.com/caarlos0/fork-cleaner/issues/31
        """
        ends = await self._api.query(repository, ENDS, _Ends, base=need.base, head=need.head)
        if ends.head is None or ends.base is None:
            return Comparison("head_gone" if ends.head is None else "base_gone")
        if "common ancestor" in why.message:
            return Comparison("unrelated")
        raise Unanswered(f"{need.base} and {need.head} could not be compared: {why}")

    async def _compared(self, repository: Repository, need: NeedComparison) -> Comparison:
        """Pages by number: not every server links the pages. Past `COMMITS_READ` the newest commits are left out."""
        path = "/compare/{base}...{head}{?per_page,page}"
        commits: set[str] = set()
        page = 1
        while True:
            found = await self._api.get(
                repository, path, _Comparison, base=need.base, head=need.head, per_page=COMMITS_A_PAGE, page=page
            )
            commits.update(commit.sha for commit in found.commits)
            if not found.commits or len(commits) >= min(found.total_commits, COMMITS_READ):
                return Comparison(found.status, frozenset(commits))
            page += 1
