"""GitHub's own deployments: one of ours for each number, unless the workflow's job keeps one itself."""

from datetime import datetime

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.adapters.github.faults import changing
from ghapp.core.environment import Repository
from ghapp.core.views.github_deployment import Record

ACTIONS = "github-actions[bot]"


class _Creator(msgspec.Struct):
    login: str


class _Payload(msgspec.Struct):
    ghapp: str | None = None


class _Deployment(msgspec.Struct):
    id: int
    created_at: datetime
    payload: _Payload | str | None = None
    creator: _Creator | None = None

    @property
    def ticket(self) -> str | None:
        return self.payload.ghapp if isinstance(self.payload, _Payload) else None


class GitHubDeployments:
    """The port `Deployments`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def paint(self, repository: Repository, record: Record, *, known: int | None) -> int | None:
        """Its id; None where a job that names its `environment:` keeps the record, and ours would be a double."""
        if record.sha:
            known = known or await self._found(repository, record, record.sha)
            if known is None:
                return None
            with changing():
                await self._say(repository, known, record.state, record)
        if record.replaces:
            for one in await self._listed(repository, record.replaces, record.environment):
                if one.ticket:
                    await self._say(repository, one.id, "inactive", record)
        return known

    async def _found(self, repository: Repository, record: Record, sha: str) -> int | None:
        listed = await self._listed(repository, sha, record.environment)
        found = next((one.id for one in listed if one.ticket == record.ticket), None)
        if found is None and any(_by_a_job(one, record) for one in listed):
            return None
        return found or await self._create(repository, record)

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
        return read(await self._api.post(repository, "/deployments", body), _Made).id

    async def _say(self, repository: Repository, deployment: int, state: str, record: Record) -> None:
        body: dict[str, object] = {"state": state, "auto_inactive": False}
        if state != "inactive":
            body |= {"log_url": record.log_url, "description": record.description}
        if state != "inactive" and record.environment_url:
            body["environment_url"] = record.environment_url
        await self._api.post(repository, "/deployments/{deployment}/statuses", body, deployment=deployment)


class _Made(msgspec.Struct):
    id: int


def _by_a_job(one: _Deployment, record: Record) -> bool:
    """Made by Actions for this run. Its clock and ours may be apart by less than a run takes to begin."""
    return one.creator is not None and one.creator.login == ACTIONS and one.created_at >= _second(record.since)


def _second(at: datetime) -> datetime:
    """GitHub tells whole seconds."""
    return at.replace(microsecond=0)
