"""The port `Installations`: a repository by its name, before any of its events was worked."""

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import asking
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository
from ghapp.ports import NoAccess

VISIBLE = Query("isPrivate")


class _Visible(msgspec.Struct, rename="camel"):
    is_private: bool


class GitHubInstallations:
    """As the App itself, which knows where it is installed."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def find(self, full_name: str) -> Repository | None:
        """A repository that was renamed since is found by either name."""
        with asking(f"whether the App is installed on {full_name}"):
            return await self._api.find(full_name)

    async def still(self, repository: Repository) -> Repository | None:
        """Its name may have become another's since: a token is for its id."""
        found = await self.find(repository.full_name)
        if found is None or found.id == repository.id:
            return found
        try:
            await self._api.grants(repository)
        except NoAccess:
            return None
        return repository

    async def is_public(self, repository: Repository) -> bool:
        """One of an enterprise's own, which is internal, is not."""
        with asking(f"whether everybody sees {repository.full_name}"):
            return not (await self._api.query(repository, VISIBLE, _Visible)).is_private
