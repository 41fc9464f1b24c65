"""Logs once that the App has no access to a repository, until it has again, or lacks a permission there."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from cachetools import LRUCache

from ghapp.core.model.environment import Repository
from ghapp.ports import Fault, NotGranted, NotNow, Retryable

REMEMBERED = 10_000
ABSENT_FOR = timedelta(hours=1)  # no event says when the App may act again
DENIED_FOR = timedelta(minutes=5)

logger = logging.getLogger(__name__)


class NotVisible(Retryable):
    """The App may not do it for now. People may lift the cause at any time, so the work is tried again."""

    def __init__(self, cause: Fault, *, after: timedelta | None = None) -> None:
        super().__init__(str(cause), after=after or (DENIED_FOR if isinstance(cause, NotNow) else ABSENT_FOR))


@dataclass(frozen=True, slots=True)
class NoAccessLog:
    """Kept in memory only: after a restart each denial is logged once more."""

    _logged: "LRUCache[tuple[int, str], bool]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    def note(self, repository: Repository, fault: Fault) -> None:
        """Logs a fault that is new for this repository; each missing permission counts by itself."""
        told, permission = "repository not accessible", ""
        if isinstance(fault, NotGranted):
            told, permission = "permission not granted", fault.permission
        if (repository.id, permission) not in self._logged:
            logger.warning(told, extra={"repository": repository.full_name, "why": str(fault)})
        self._logged[repository.id, permission] = True

    def end(self, repository: Repository) -> None:
        """A call succeeded in the repository, so the App has access again."""
        if self._logged.pop((repository.id, ""), False):
            logger.info("repository accessible again", extra={"repository": repository.full_name})
