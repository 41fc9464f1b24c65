"""Paces config checks in repositories that are not served yet: each is a call, and there may be a thousand of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cachetools import LRUCache

from ghapp.core.model.events import HeadChanged
from ghapp.ports import Clock, Retryable

AT_ONCE = 2
EVERY = timedelta(minutes=5)  # between two further checks
LONGEST = timedelta(hours=2)  # wait for a turn; where it would be longer, the next head is checked
REMEMBERED = 10_000


@dataclass(slots=True)
class Proposals:
    """Kept in memory only. A label or another event of the same head costs no second check."""

    clock: Clock
    _looked: "LRUCache[tuple[int, int], str]" = field(default_factory=lambda: LRUCache(REMEMBERED))
    _turns: "LRUCache[tuple[int, int], datetime]" = field(default_factory=lambda: LRUCache(REMEMBERED))
    _next: "LRUCache[int, datetime]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    def due(self, event: HeadChanged) -> bool:
        """Whether to check now: not if the head was checked or its turn is too late. Raises Retryable before it."""
        key, now = (event.repository.id, event.number), self.clock()
        if event.head and self._looked.get(key) == event.head:
            return False
        turn = self._turns.get(key)
        if turn is None:
            first = now - (AT_ONCE - 1) * EVERY
            turn = max(self._next.get(event.repository.id, first), first)
            if turn - now > LONGEST:
                return False
            self._next[event.repository.id], self._turns[key] = turn + EVERY, turn
        if turn > now:
            raise Retryable("other pull requests are looked at first", after=turn - now)
        return True

    def looked(self, event: HeadChanged) -> None:
        """Notes that this head was checked."""
        self._turns.pop((event.repository.id, event.number), None)
        self._looked[event.repository.id, event.number] = event.head
