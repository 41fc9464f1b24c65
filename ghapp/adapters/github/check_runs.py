"""Our check runs on a head: created, found again and edited; and those of releases."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.core.model.button_id import ButtonId, read_button_id
from ghapp.core.model.environment import Repository
from ghapp.core.model.published import CONFIG_CHECK, CheckRun
from ghapp.ports import ShownCheck

LISTED = 100
LONGEST = 65_535
CONFIG_MARK = re.compile(r"([1-9]\d{0,17})/[0-9a-f]{16}", re.ASCII)


class _Output(msgspec.Struct):
    annotations_count: int = 0
    title: str | None = None
    summary: str | None = None


class Known(msgspec.Struct):
    """A check run of ours. `external_id`: the mark by which we find it again."""

    id: int
    name: str
    output: _Output
    external_id: str | None = None
    status: str = "completed"
    conclusion: str | None = None

    @property
    def ended(self) -> bool:
        """A completed check run stays completed: its conclusion can change, but it cannot go back to in progress."""
        return self.status == "completed"


class _Listed(msgspec.Struct):
    check_runs: list[Known]


def is_ours(name: str, external_id: str) -> bool:
    """Whether this program made a check run of our App: other programs with the App's key may make others."""
    if name == CONFIG_CHECK:
        return CONFIG_MARK.fullmatch(external_id) is not None
    mark = read_button_id(external_id)
    return mark is not None and mark.check == name


class CheckRuns:
    """The calls shared by all our check runs. `app_id` distinguishes ours from those of other Apps."""

    def __init__(self, api: Api, app_id: int) -> None:
        self._api = api
        self._app_id = app_id

    async def ours(self, repository: Repository, head: str) -> list[Known]:
        """All on a head, newest first by id: GitHub's `latest` filter goes by the time of completion."""
        path = "/commits/{ref}/check-runs{?app_id,filter,per_page}"
        values: dict[str, str | int] = {"app_id": self._app_id, "filter": "all", "per_page": LISTED}
        pages = self._api.pages(repository, path, _Listed, ref=head, **values)
        found = [run async for page in pages for run in page.check_runs]
        return sorted(found, key=lambda run: run.id, reverse=True)

    async def make(self, repository: Repository, body: dict[str, object]) -> Known:
        return read(await self._api.post(repository, "/check-runs", body), Known)

    async def edit(self, repository: Repository, run: int, body: dict[str, object]) -> None:
        """Replaces its fields; annotations are appended."""
        await self._api.patch(repository, "/check-runs/{run}", body, run=run)


class GitHubReleaseChecks:
    """The port `ReleaseChecks`."""

    def __init__(self, runs: CheckRuns) -> None:
        self._runs = runs

    async def paint(
        self, repository: Repository, check: CheckRun, *, known: ShownCheck | None, again: bool = False
    ) -> ShownCheck:
        """Searches the head where `known` has ended, since a newer one may exist that was not stored (not for
        `neutral`), and where it ends: another worker's creation may have arrived late, and would never end."""
        ends = check.conclusion is not None
        if known is None or (check.conclusion != "neutral" if known.ended else ends):
            same = _same(await self._runs.ours(repository, check.head), check.mark)
            known = same[0] if same else known
            for twin in same[1:]:
                if ends and not twin.ended:
                    await self._write(repository, check, twin)
        return await self._write(repository, check, None if again and known and known.ended else known)

    async def show(self, repository: Repository, head: str, checks: Sequence[CheckRun]) -> None:
        there = await self._runs.ours(repository, head)
        for check in checks:
            await self._write(repository, check, next(iter(_same(there, check.mark)), None))

    async def marks(self, repository: Repository, head: str) -> Sequence[ButtonId]:
        there = await self._runs.ours(repository, head)
        read = (read_button_id(one.external_id or "") for one in there)
        found = [mark for one, mark in zip(there, read, strict=True) if mark and mark.check == one.name]
        return list({mark.stem: mark for mark in reversed(found)}.values())

    async def _write(self, repository: Repository, check: CheckRun, known: ShownCheck | None) -> ShownCheck:
        """Edits the check run if possible; a new beginning after an end needs a new check run."""
        body, ends = _body(check), check.conclusion is not None
        if known and (ends or not known.ended):
            await self._runs.edit(repository, known.id, body)
            return ShownCheck(known.id, ended=ends)
        made = await self._runs.make(repository, {**body, "head_sha": check.head})
        return ShownCheck(made.id, ended=ends)


def _same(there: Iterable[Known], mark: ButtonId) -> list[ShownCheck]:
    """Those with this mark, newest first; a worker may have made one and crashed before it was stored."""
    same = (one for one in there if one.name == mark.check and (one.external_id or "").startswith(mark.stem))
    return [ShownCheck(one.id, one.ended) for one in same]


def _body(check: CheckRun) -> dict[str, object]:
    """All fields each time, so that nothing of the previous content remains."""
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
