"""The port `Installations`: finds a repository by its name, before any of its events was processed."""

from collections.abc import Collection, Sequence

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import reading_fact
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository
from ghapp.core.model.lanes import tenant
from ghapp.ports import NoAccess

VISIBLE = Query("isPrivate")


class _Visible(msgspec.Struct, rename="camel"):
    is_private: bool


class _Listed(msgspec.Struct):
    id: int
    suspended_at: str | None = None


class _Reachable(msgspec.Struct):
    id: int
    full_name: str
    archived: bool = False


class _Repositories(msgspec.Struct):
    repositories: list[_Reachable]


class GitHubInstallations:
    """Queries the App's installations, with the App's own token."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def find(self, full_name: str) -> Repository | None:
        """Finds a renamed repository by either name."""
        with reading_fact(f"whether the App is installed on {full_name}"):
            return await self._api.find(full_name)

    async def still(self, repository: Repository) -> Repository | None:
        """If another repository has the name now, checks access with a token, which is for the id."""
        found = await self.find(repository.full_name)
        if found is None or found.id == repository.id:
            return found
        try:
            await self._api.grants(repository)
        except NoAccess:
            return None
        return repository

    async def all(self) -> Sequence[int]:
        """The ids of the App's installations, without suspended ones. Raises `Retryable` or `Permanent`."""
        pages = self._api.pages_of_app("/installations{?per_page}", list[_Listed], per_page=100)
        return [one.id async for page in pages for one in page if not one.suspended_at]

    async def repositories(self, installation: int, owners: Collection[str] = ()) -> Sequence[Repository]:
        """The repositories that an installation reaches, without archived ones and those of accounts that are not
        served. `owners`: the accounts that are served, in lower case; empty = all. Raises `Retryable` or `Permanent`.
        """
        path = "/installation/repositories{?per_page}"
        pages = self._api.pages_of_installation(installation, path, _Repositories, per_page=100)
        return [
            Repository(id=one.id, full_name=one.full_name, installation=installation)
            async for page in pages
            for one in page.repositories
            if not one.archived and (not owners or tenant(one.full_name).lower() in owners)
        ]

    async def is_public(self, repository: Repository) -> bool:
        """An enterprise's internal repository is not public."""
        with reading_fact(f"whether everybody sees {repository.full_name}"):
            return not (await self._api.query(repository, VISIBLE, _Visible)).is_private
