"""GitHub's own deployments: one of ours for each number, unless the workflow's job keeps one itself."""

import logging
from collections.abc import Collection
from datetime import datetime

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.adapters.github.faults import Refused, Unprocessable, changing
from ghapp.core.environment import Repository
from ghapp.core.views.github_deployment import Record

logger = logging.getLogger(__name__)


class _Payload(msgspec.Struct):
    ghapp: str | None = None


class _Creator(msgspec.Struct):
    login: str


class _Deployment(msgspec.Struct):
    id: int
    created_at: datetime
    environment: str = ""
    creator: _Creator | None = None
    payload: _Payload | str | None = None

    @property
    def ticket(self) -> str | None:
        return self.payload.ghapp if isinstance(self.payload, _Payload) else None


class GitHubDeployments:
    """The port `Deployments`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def paint(self, repository: Repository, record: Record, *, known: int | None) -> int | None:
        """Its id; None where a job that names its `environment:` keeps the record, and ours would be a double.

        Such a job may begin long after the run, when ours is there already: then ours goes.
        """
        if record.sha:
            listed = await self._listed(repository, record.sha, record.environment)
            known = known or next((one.id for one in listed if one.ticket == record.ticket), None)
            if any(_by_a_job(one, record) for one in listed):
                await self._withdraw(repository, known, record)
                known = None
            else:
                known = known or await self._create(repository, record)
                with changing():
                    await self._say(repository, known, record.state, record)
        if record.replaces:
            for one in await self._listed(repository, record.replaces, record.environment):
                if one.ticket:
                    await self._say(repository, one.id, "inactive", record)
        return known

    async def _withdraw(self, repository: Repository, deployment: int | None, record: Record) -> None:
        """Take ours back. GitHub deletes only what is inactive."""
        if deployment is None:
            return
        try:
            await self._say(repository, deployment, "inactive", record)
            await self._api.delete(repository, "/deployments/{deployment}", deployment=deployment)
        except Refused as refusal:
            if refusal.status != 404:
                raise

    async def _listed(self, repository: Repository, sha: str, environment: str) -> list[_Deployment]:
        path = "/deployments{?sha,environment,per_page}"
        asked: dict[str, str | int] = {"sha": sha, "environment": environment, "per_page": 100}
        return await self._api.get(repository, path, list[_Deployment], **asked)

    async def _create(self, repository: Repository, record: Record) -> int:
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
        """Once more without people's words, where GitHub does not take these."""
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
    """The environments of the deployments that jobs of a run have made: on its commit, by whoever started it, since it
    began. Another one's, such as a run of ours on the same commit, is made by somebody else.
    """
    listed = await api.get(repository, "/deployments{?sha,per_page}", list[_Deployment], sha=sha, per_page=100)
    own = (one for one in listed if one.ticket is None and one.creator and one.creator.login in people)
    return frozenset(one.environment for one in own if since is None or one.created_at >= since)


class _Made(msgspec.Struct):
    id: int


def _by_a_job(one: _Deployment, record: Record) -> bool:
    """Made by a job of the run since the grant. Who made it tells nothing: whoever started the run, so for ours the
    App itself; but our own says its ticket. Its clock and ours may be apart by less than a run takes to begin.
    """
    return one.ticket is None and one.created_at >= record.since.replace(microsecond=0)
