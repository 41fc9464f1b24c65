"""The port `Installations`: a repository by its name, before any of its events was worked."""

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import asking
from ghapp.core.environment import Repository


class GitHubInstallations:
    """As the App itself, which knows where it is installed."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def find(self, full_name: str) -> Repository | None:
        """A repository that was renamed since is found by either name."""
        with asking(f"whether the App is installed on {full_name}"):
            return await self._api.find(full_name)
