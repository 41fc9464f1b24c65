"""The port `Installations`: finds a repository by its name, before any of its events was processed."""

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import reading_fact
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository
from ghapp.ports import NoAccess

VISIBLE = Query("isPrivate")


class _Visible(msgspec.Struct, rename="camel"):
    is_private: bool


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

    async def is_public(self, repository: Repository) -> bool:
        """An enterprise's internal repository is not public."""
        with reading_fact(f"whether everybody sees {repository.full_name}"):
            return not (await self._api.query(repository, VISIBLE, _Visible)).is_private
