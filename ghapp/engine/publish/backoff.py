"""Retries what GitHub or Slack refuses to show, after growing pauses: it may be permitted later."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import LRUCache

from ghapp.engine.failures import pause_after
from ghapp.ports import Clock, Permanent, Retryable

REMEMBERED = 10_000

Key = tuple[int, str, str]
"""A repository's id, an environment's name, and the key of a projection there."""


class PlaceRefused(Retryable):
    """A projection stays as it was, since its new content is refused. `after`: the pause before the next try."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """`fingerprint`: of the refused content. `tries`: refusals in a row."""

    fingerprint: str
    why: str
    tries: int
    until: datetime

    def fault(self, key: Key, now: datetime) -> PlaceRefused:
        return PlaceRefused(f"{key[2]}: {self.why}", after=self.until - now)


@dataclass(slots=True)
class Refusals:
    """Counts refusals by kind of projection, for `/metrics`. Pauses are kept in memory only: a restart resets them.
    Other content is tried at once."""

    clock: Clock
    by_kind: Counter[str] = field(default_factory=Counter)
    _open: "LRUCache[Key, _Refused]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    def pause(self, key: Key, fingerprint: str) -> PlaceRefused | None:
        """The refusal whose pause is not over yet; None where a try is due."""
        known, now = self._open.get(key), self.clock()
        return known.fault(key, now) if known and known.fingerprint == fingerprint and now < known.until else None

    def note(self, key: Key, fingerprint: str, fault: Permanent) -> PlaceRefused:
        """Notes a refusal and sets the next pause."""
        now, known = self.clock(), self._open.get(key)
        tries = known.tries if known else 0
        self.by_kind[key[2].partition("/")[0]] += 1
        noted = self._open[key] = _Refused(fingerprint, str(fault), tries + 1, now + pause_after(tries))
        return noted.fault(key, now)

    def end(self, key: Key) -> None:
        """The projection is up to date."""
        self._open.pop(key, None)

    def why(self, key: Key) -> str | None:
        """The reason of the last refusal; None where the projection is up to date."""
        known = self._open.get(key)
        return known.why if known else None
