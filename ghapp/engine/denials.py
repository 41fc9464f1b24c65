"""The present denials by GitHub, by place: logged once, counted for `/readyz`, until a try succeeds there."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from cachetools import LRUCache

from ghapp.core.model.environment import Repository
from ghapp.ports import Clock, Complaint

What = Literal["gates", "stacks"]

REMEMBERED = 10_000
LASTING = timedelta(minutes=10)  # a new token, or an account being edited, may be refused for a moment
OVER_AFTER = timedelta(hours=3)  # longer than retries go on: the place is gone, or another server has taken over
SAID: dict[What, str] = {
    "gates": "gates not written in {count}: a lock may not hold merges there",
    "stacks": "stacks not read in {count}: what may be a layer of one is not shown free there",
}

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Denied:
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Denials:
    """Kept in memory only: each server reports its own tries."""

    clock: Clock
    _found: "LRUCache[tuple[What, int, str], _Denied]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    def note(self, what: What, repository: Repository, place: str, why: str) -> timedelta:
        """Notes a denied try; returns for how long tries have been denied."""
        now, key = self.clock(), (what, repository.id, place)
        if key not in self._found:
            logger.warning(f"{what} denied", extra={"repository": repository.full_name, "place": place, "why": why})
            self._found[key] = _Denied(now, now)
        self._found[key].last = now
        return now - self._found[key].first

    def end(self, what: What, repository: Repository, place: str) -> None:
        """A try succeeded there."""
        if self._found.pop((what, repository.id, place), None):
            logger.info(f"{what} no longer denied", extra={"repository": repository.full_name, "place": place})

    def complaints(self) -> Sequence[Complaint]:
        """Gives the number of repositories; only the log names them, since `/readyz` is open to anybody."""
        return tuple(map(Complaint, self._said()))

    def _said(self) -> Iterator[str]:
        now = self.clock()
        for what, words in SAID.items():
            places = {
                repository
                for (kind, repository, _), one in self._found.items()
                if kind == what and now - one.last < OVER_AFTER
            }
            if places:
                count = "1 repository" if len(places) == 1 else f"{len(places)} repositories"
                yield words.format(count=count)
