"""Caches the name of each repository's default branch for 5 minutes."""

from datetime import datetime, timedelta

from cachetools import TTLCache

from ghapp.core.model.environment import Repository
from ghapp.ports import Clock

KEPT = timedelta(minutes=5)
MOST = 1000


class Branches:
    """Reading a config also returns the default branch's name; a dispatch needs it a moment later."""

    def __init__(self, clock: Clock) -> None:
        self._names: TTLCache[tuple[int, int], str, datetime] = TTLCache(MOST, KEPT, timer=clock)

    def note(self, repository: Repository, name: str) -> None:
        self._names[repository.installation, repository.id] = name

    def known(self, repository: Repository) -> str | None:
        """The name, if it was read within the last 5 minutes."""
        return self._names.get((repository.installation, repository.id))

    def forget(self, repository: Repository) -> None:
        """The default branch may have changed."""
        self._names.pop((repository.installation, repository.id), None)
