"""Public profiles of users. https://docs.github.com/rest/users/users#get-a-user"""

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.core.model.environment import Repository


class _Profile(msgspec.Struct):
    email: str | None = None


class GitHubProfiles:
    """The port `Profiles`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def email(self, repository: Repository, login: str) -> str | None:
        """The profile's public e-mail; GitHub lets users show only their own addresses."""
        return (await self._api.get_person(repository, _Profile, login=login)).email
