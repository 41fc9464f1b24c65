"""Confines an error of our own code to the place where it arose: logged, counted, and tried again after a pause."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from cachetools import LRUCache

from ghapp.core.model.environment import Repository
from ghapp.ports import Conflict, Fault, Retryable, Superseded

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=10)  # an error of our code ends with the next version or change of state
DOUBLINGS = 6  # from the first pause to the longest
REMEMBERED = 10_000

logger = logging.getLogger(__name__)


class PlaceFailed(Retryable):
    """An error of our own code at one place. `after`: doubles with each failure in a row."""


def pause_after(failed_before: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(failed_before, DOUBLINGS)), LONGEST_PAUSE)


@dataclass(slots=True)
class Failures:
    """Counts failures by kind of place, for `/metrics`. Failures in a row are counted in memory only: a restart resets
    the pauses."""

    by_kind: Counter[str] = field(default_factory=Counter)
    _in_a_row: "LRUCache[tuple[int, str, str], int]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    @contextmanager
    def confined(self, place: str, repository: Repository, environment: str = "") -> Iterator[None]:
        """Turns any error into PlaceFailed, except Fault, Conflict and Superseded.

        `place`: its kind, then where there are several a slash and the key.
        """
        key = (repository.id, environment, place)
        try:
            yield
        except (Fault, Conflict, Superseded):
            raise
        except Exception as error:
            failed_before = self._in_a_row.get(key, 0)
            self._in_a_row[key] = failed_before + 1
            self.by_kind[place.partition("/")[0]] += 1
            where = {"repository": repository.full_name, "environment": environment, "place": place}
            logger.exception("place failed", extra=where)
            raise PlaceFailed(f"{place}: {type(error).__name__}", after=pause_after(failed_before)) from error
        self._in_a_row.pop(key, None)
