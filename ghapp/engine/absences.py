"""Repositories in which GitHub lets the App do nothing: each is logged once, until something succeeds there again."""

import logging
from dataclasses import dataclass, field

from cachetools import LRUCache

from ghapp.core.environment import Repository
from ghapp.ports import Fault

REMEMBERED = 10_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Absences:
    """Kept in memory only: after a restart each is logged once more."""

    _logged: "LRUCache[int, bool]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    def note(self, repository: Repository, fault: Fault) -> None:
        """Logged if it is new."""
        if repository.id not in self._logged:
            logger.warning("repository not accessible", extra={"repository": repository.full_name, "why": str(fault)})
        self._logged[repository.id] = True

    def end(self, repository: Repository) -> None:
        """Something succeeded there."""
        if self._logged.pop(repository.id, False):
            logger.info("repository accessible again", extra={"repository": repository.full_name})
