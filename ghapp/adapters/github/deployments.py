"""GitHub's deployments: we keep one for each number, unless the workflow's job keeps its own."""

import logging
import re
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from cachetools import LRUCache

from ghapp.adapters.github.api import Api, read
from ghapp.adapters.github.faults import Refused, Unprocessable, changing
from ghapp.core.config.names import plain_name
from ghapp.core.model.environment import Repository
from ghapp.core.model.published import Record
from ghapp.ports import is_in_hand, taking_back

logger = logging.getLogger(__name__)

ENDED = ("success", "failure", "error", "inactive")
REMEMBERED = 10_000
_RUN = re.compile(r"/actions/runs/(\d+)/job/")


class _Payload(msgspec.Struct):
    ghapp: str | None = None


class _Creator(msgspec.Struct):
    login: str
    id: int


class _Deployment(msgspec.Struct):
    id: int
    created_at: datetime
    sha: str = ""
    environment: str = ""
    creator: _Creator | None = None
    payload: _Payload | str | None = None

    @property
    def ticket(self) -> str | None:
        return self.payload.ghapp if isinstance(self.payload, _Payload) else None


class _Status(msgspec.Struct):
    state: str
    log_url: str | None = None
    target_url: str | None = None

    @property
    def run(self) -> str | None:
        """The id of the run whose job the status links to."""
        found = _RUN.search(self.log_url or self.target_url or "")
        return found[1] if found else None


class GitHubDeployments:
    """The port `Deployments`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._runs: LRUCache[tuple[int, int], frozenset[str]] = LRUCache(REMEMBERED)

    async def publish(self, repository: Repository, record: Record, *, known: int | None) -> int | None:
        """Returns our record's id; None if a job that names its `environment:` keeps one: ours would be a duplicate.

        Such a job may begin long after the run: then our record is deleted. In a job's record GitHub sets the commit
        that the run was started on, the newest of the branch. If another one was deployed, only our record says what
        is live, and the job's is set inactive as soon as the run is over.
        """
        if record.sha:
            recent = await self._since(repository, record.since)
            ours = await self._ours(repository, recent, record)
            known = ours[0] if ours else known
            for duplicate in ours[1:]:
                await self._withdraw(repository, duplicate, record)
            by_its_jobs = [one for one in recent if await self._by_its_job(repository, one, record)]
            if any(one.sha == record.sha for one in by_its_jobs):
                await self._withdraw(repository, known, record)
                known = None
            else:
                known = known or await self._create(repository, record)
                with changing():
                    await self._say(repository, known, record.state, record)
                for one in by_its_jobs if record.state != "in_progress" else ():
                    await self._say(repository, one.id, "inactive", record)
        if record.replaces:
            await self._not_live(repository, record.replaces, record)
        return known

    async def _ours(self, repository: Repository, listed: Iterable[_Deployment], record: Record) -> list[int]:
        """Our records of this number, the oldest first, which is kept: another worker's creation may arrive late.

        Every writer can read the ticket and make a record with it, so our bot has to be the creator.
        """
        same = [one for one in listed if one.ticket == record.ticket]
        bot = await self._api.bot_id(repository) if same else 0
        return sorted(one.id for one in same if one.creator and one.creator.id == bot)

    async def _withdraw(self, repository: Repository, deployment: int | None, record: Record) -> None:
        """Deletes our record. GitHub deletes only inactive ones, so it is set inactive first."""
        if deployment is None:
            return
        try:
            await self._say(repository, deployment, "inactive", record)
            await self._api.delete(repository, "/deployments/{deployment}", deployment=deployment)
        except Refused as refusal:
            if refusal.status != 404:
                raise

    async def _since(self, repository: Repository, since: datetime) -> list[_Deployment]:
        """All records made since then, of any commit and environment; GitHub lists the newest first.

        GitHub's clock and ours may differ by less than a run takes to begin.
        """
        found: list[_Deployment] = []
        async for page in self._api.pages(repository, "/deployments{?per_page}", list[_Deployment], per_page=100):
            recent = [one for one in page if one.created_at >= since.replace(microsecond=0)]
            found += recent
            if len(recent) < len(page):
                break
        return found

    async def _by_its_job(self, repository: Repository, one: _Deployment, record: Record) -> bool:
        """Whether a job of the deployment's run made it: its statuses link to that job. Neither creator nor commit
        proves that: another workflow may run with the same ones.
        """
        if one.ticket is not None or plain_name(one.environment) not in record.names:
            return False
        return record.run in await self._runs_of(repository, one)

    async def _runs_of(self, repository: Repository, one: _Deployment) -> frozenset[str]:
        """The runs that its statuses link to. A job's record links to its run from the first status on, so the result
        is cached once it names a run, or the record has ended without one.
        """
        key = repository.id, one.id
        if (known := self._runs.get(key)) is not None:
            return known
        statuses = await self._statuses(repository, one)
        runs = frozenset(status.run for status in statuses if status.run)
        if runs or any(status.state in ENDED for status in statuses):
            self._runs[key] = runs
        return runs

    async def _not_live(self, repository: Repository, sha: str, record: Record) -> None:
        """Sets the records of a commit that is no longer live to inactive, ours and those of jobs."""
        path = "/deployments{?sha,environment,per_page}"
        asked: dict[str, str | int] = {"sha": sha, "environment": record.environment, "per_page": 100}
        for one in await self._api.get(repository, path, list[_Deployment], **asked):
            states = () if one.ticket else [status.state for status in await self._statuses(repository, one)]
            if one.ticket or states[:1] == ["success"]:
                await self._say(repository, one.id, "inactive", record)

    async def _statuses(self, repository: Repository, one: _Deployment) -> list[_Status]:
        """Newest first."""
        path = "/deployments/{deployment}/statuses{?per_page}"
        return await self._api.get(repository, path, list[_Status], deployment=one.id, per_page=100)

    async def _create(self, repository: Repository, record: Record) -> int:
        """A worker that slept over it creates it beside that of another worker, and takes it back."""
        made = await self._made(repository, record)
        if is_in_hand():
            return made
        recent = await self._since(repository, record.since)
        oldest = next(iter(await self._ours(repository, recent, record)), made)
        if oldest != made:
            with taking_back():
                await self._withdraw(repository, made, record)
        return oldest

    async def _made(self, repository: Repository, record: Record) -> int:
        body: dict[str, object] = {
            "ref": record.sha,
            "task": record.task,
            "environment": record.environment,
            "description": record.description,
            "payload": {"ghapp": record.ticket},
            "auto_merge": False,
            "required_contexts": [],
        }
        return read(await self._post(repository, "/deployments", body), _Made).id

    async def _say(self, repository: Repository, deployment: int, state: str, record: Record) -> None:
        body: dict[str, object] = {"state": state, "auto_inactive": False}
        if state != "inactive":
            body |= {"log_url": record.log_url, "description": record.description}
        if state != "inactive" and record.environment_url:
            body["environment_url"] = record.environment_url
        await self._post(repository, f"/deployments/{deployment}/statuses", body)

    async def _post(self, repository: Repository, path: str, body: dict[str, object]) -> object:
        """Posts; if GitHub rejects the content, posts again without the description, which contains users' text."""
        try:
            return await self._api.post(repository, path, body)
        except Unprocessable as refusal:
            if "description" not in body:
                raise
            logger.warning("description not taken", extra={"repository": repository.full_name, "why": str(refusal)})
        return await self._api.post(repository, path, {key: body[key] for key in body if key != "description"})


async def deployed_by(
    api: Api, repository: Repository, people: Collection[str], *, sha: str, since: datetime | None
) -> frozenset[str]:
    """The environments of the deployments that a run's jobs made: on its commit, by the logins that started it, since
    it began. Another run on the same commit, such as ours, has another creator.
    """
    listed = await api.get(repository, "/deployments{?sha,per_page}", list[_Deployment], sha=sha, per_page=100)
    own = (one for one in listed if one.ticket is None and one.creator and one.creator.login in people)
    return frozenset(one.environment for one in own if since is None or one.created_at >= since)


class _Made(msgspec.Struct):
    id: int
