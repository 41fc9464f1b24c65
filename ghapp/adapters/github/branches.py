"""Each repository's default branch, as it was last read; kept for some minutes."""

from datetime import datetime, timedelta

from cachetools import TTLCache

from ghapp.core.model.environment import Repository
from ghapp.ports import Clock

KEPT = timedelta(minutes=5)
MOST = 1000


class Branches:
    """Who reads a repository's config learns the branch's name with it; who dispatches needs it a moment later."""

    def __init__(self, clock: Clock) -> None:
        self._names: TTLCache[tuple[int, int], str, datetime] = TTLCache(MOST, KEPT, timer=clock)

    def note(self, repository: Repository, name: str) -> None:
        """GitHub has just said so."""
        self._names[repository.installation, repository.id] = name

    def known(self, repository: Repository) -> str | None:
        """Its name, if it was read lately."""
        return self._names.get((repository.installation, repository.id))

    def forget(self, repository: Repository) -> None:
        """It may be another by now."""
        self._names.pop((repository.installation, repository.id), None)
