"""What GitHub or Slack refuses to show is tried again after growing pauses: what was denied may be permitted later."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import LRUCache

from ghapp.engine.failures import pause_after
from ghapp.ports import Clock, Permanent, Retryable

REMEMBERED = 10_000

Key = tuple[int, str, str]
"""A repository's id, an environment's name, and the key of a place there."""


class PlaceRefused(Retryable):
    """A place shows what it did before, since that side refuses what it shall show. `after`: when it is tried again."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """`fingerprint`: of what was refused. `tries`: refused so often in a row."""

    fingerprint: str
    why: str
    tries: int
    until: datetime

    def fault(self, key: Key, now: datetime) -> PlaceRefused:
        return PlaceRefused(f"{key[2]}: {self.why}", after=self.until - now)


@dataclass(slots=True)
class Refusals:
    """Counts refusals by kind of place, for `/metrics`. The pauses are kept in memory only: after a restart they begin
    anew. Something else to show is tried at once."""

    clock: Clock
    by_kind: Counter[str] = field(default_factory=Counter)
    _open: "LRUCache[Key, _Refused]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    def pause(self, key: Key, fingerprint: str) -> PlaceRefused | None:
        """The refusal whose pause is not over yet; None where it may be tried."""
        known, now = self._open.get(key), self.clock()
        return known.fault(key, now) if known and known.fingerprint == fingerprint and now < known.until else None

    def note(self, key: Key, fingerprint: str, fault: Permanent) -> PlaceRefused:
        """It was refused, perhaps once more."""
        now, known = self.clock(), self._open.get(key)
        tries = known.tries if known else 0
        self.by_kind[key[2].partition("/")[0]] += 1
        noted = self._open[key] = _Refused(fingerprint, str(fault), tries + 1, now + pause_after(tries))
        return noted.fault(key, now)

    def end(self, key: Key) -> None:
        """The place shows what it shall."""
        self._open.pop(key, None)

    def why(self, key: Key) -> str | None:
        """The words of the last refusal; None where the place shows what it shall."""
        known = self._open.get(key)
        return known.why if known else None
