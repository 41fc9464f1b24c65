"""Check runs: our own on a head, made, found again and edited; and those of releases."""

from collections.abc import Sequence

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.core.environment import Repository
from ghapp.core.mark import Mark
from ghapp.core.views.check_run import CheckRun

LISTED = 100
LONGEST = 65_535


class _Output(msgspec.Struct):
    annotations_count: int = 0


class Known(msgspec.Struct):
    """A check run of ours. `external_id`: what we wrote into it to know it by."""

    id: int
    name: str
    output: _Output
    external_id: str | None = None
    status: str = "completed"


class _Listed(msgspec.Struct):
    check_runs: list[Known]


class CheckRuns:
    """The calls that all our check runs have in common. `app_id` tells ours from those of others."""

    def __init__(self, api: Api, app_id: int) -> None:
        self._api = api
        self._app_id = app_id

    async def ours(self, repository: Repository, head: str) -> list[Known]:
        """On a head, the newest of each name."""
        path = "/commits/{ref}/check-runs{?app_id,filter,per_page}"
        values: dict[str, str | int] = {"app_id": self._app_id, "filter": "latest", "per_page": LISTED}
        return (await self._api.get(repository, path, _Listed, ref=head, **values)).check_runs

    async def make(self, repository: Repository, body: dict[str, object]) -> Known:
        """A new one."""
        return read(await self._api.post(repository, "/check-runs", body), Known)

    async def edit(self, repository: Repository, run: int, body: dict[str, object]) -> None:
        """Replace what it says; annotations are added."""
        await self._api.patch(repository, "/check-runs/{run}", body, run=run)


class GitHubReleaseChecks:
    """The port `ReleaseChecks`."""

    def __init__(self, runs: CheckRuns) -> None:
        self._runs = runs

    async def paint(self, repository: Repository, check: CheckRun, *, known: int | None) -> int:
        if known is None:
            known = _found(await self._runs.ours(repository, check.head), check.mark)
        return await self._write(repository, check, known)

    async def show(self, repository: Repository, head: str, checks: Sequence[CheckRun]) -> None:
        there = await self._runs.ours(repository, head)
        for check in checks:
            await self._write(repository, check, _found(there, check.mark))

    async def _write(self, repository: Repository, check: CheckRun, known: int | None) -> int:
        body = _body(check)
        if known is None:
            return (await self._runs.make(repository, {**body, "head_sha": check.head})).id
        await self._runs.edit(repository, known, body)
        return known


def _found(there: Sequence[Known], mark: Mark) -> int | None:
    """Made before, perhaps by somebody who could not remember it."""
    same = (one.id for one in there if one.name == mark.check and (one.external_id or "").startswith(mark.stem))
    return next(same, None)


def _body(check: CheckRun) -> dict[str, object]:
    """All of it each time, so that nothing stays of what was shown before."""
    body: dict[str, object] = {
        "name": check.mark.check,
        "external_id": str(check.mark),
        "output": {"title": check.title, "summary": check.summary[:LONGEST]},
        "actions": [
            {"label": one.label, "description": one.description, "identifier": one.identifier} for one in check.actions
        ],
    }
    body |= {"details_url": check.url} if check.url else {}
    if check.conclusion is None:
        return {**body, "status": "in_progress"}
    return {**body, "status": "completed", "conclusion": check.conclusion}
