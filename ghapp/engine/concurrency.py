"""Work under way side by side: so much in all, of one account no more than its share, and little that only shows."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from ghapp.core.model.lanes import Share, holder

MOST = 32  # each of them mostly waits for GitHub
EACH = 4
SHOWN, SHOWN_EACH = 8, 2  # likewise of what only shows: it never takes the places of what acts


class Concurrency:
    """Tasks by account, those that only show beside the others. `ended` is called whenever there is room again."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self._ended = ended
        self._held: Counter[str] = Counter()
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How much more may be taken up. What an account has beyond its share is its own affair, and no one else's."""
        return max(0, MOST - sum(min(held, EACH) for held in self._held.values()))

    @property
    def _shown(self) -> int:
        return sum(held for whose, held in self._held.items() if whose.endswith("/shown"))

    @property
    def share(self) -> Share:
        """What of it may be whose."""
        return Share(each=EACH, held=dict(self._held), shown=SHOWN_EACH, shown_room=SHOWN - self._shown)

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin it, for the account that this lane or repository is of."""
        whose, task = holder(name), asyncio.create_task(work)
        self._held[whose] += 1
        self.tasks.add(task)
        task.add_done_callback(lambda done: self._done(whose, done))

    def _done(self, whose: str, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._held[whose] -= 1
        self._held += Counter()  # without those that hold nothing
        self._ended()
