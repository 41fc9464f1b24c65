"""Where nothing is served yet: which pull requests are looked at for the config that they may bring. Each look is a
call, and there may be a thousand of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cachetools import LRUCache

from ghapp.core.model.events import HeadChanged
from ghapp.ports import Clock, Retryable

AT_ONCE = 2
EVERY = timedelta(minutes=5)  # after these, one
LONGEST = timedelta(hours=2)  # that a pull request waits for its turn; after that its next head does
REMEMBERED = 10_000


@dataclass(slots=True)
class Proposals:
    """Remembered in this process alone. A label or another event of the same head costs no second look."""

    clock: Clock
    _looked: "LRUCache[tuple[int, int], str]" = field(default_factory=lambda: LRUCache(REMEMBERED))
    _turns: "LRUCache[tuple[int, int], datetime]" = field(default_factory=lambda: LRUCache(REMEMBERED))
    _next: "LRUCache[int, datetime]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    def due(self, event: HeadChanged) -> bool:
        """Whether to look; not, where that was done or would be too late. Raises Retryable until its turn."""
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
        """It was done, and need not be for this head."""
        self._turns.pop((event.repository.id, event.number), None)
        self._looked[event.repository.id, event.number] = event.head
