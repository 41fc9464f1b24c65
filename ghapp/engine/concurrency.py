"""Limits tasks that run concurrently: in total, per account, and separately those that only publish."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from ghapp.core.model.lanes import Share, holder

MOST = 32  # each task mostly waits for GitHub
EACH = 4
SHOWN, SHOWN_EACH = 8, 2  # likewise for tasks that only publish: they never take a slot of one that acts


class Concurrency:
    """Counts tasks by account, those that only publish separately. `ended` is called after each task."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self._ended = ended
        self._held: Counter[str] = Counter()
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How many more may start. Tasks of an account beyond its share take no slots from others."""
        return max(0, MOST - sum(min(held, EACH) for held in self._held.values()))

    @property
    def _shown(self) -> int:
        return sum(held for whose, held in self._held.items() if whose.endswith("/shown"))

    @property
    def share(self) -> Share:
        """How the slots are divided among accounts."""
        return Share(each=EACH, held=dict(self._held), shown=SHOWN_EACH, shown_room=SHOWN - self._shown)

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Starts a task for the account of this lane or repository."""
        whose, task = holder(name), asyncio.create_task(work)
        self._held[whose] += 1
        self.tasks.add(task)
        task.add_done_callback(lambda done: self._done(whose, done))

    def _done(self, whose: str, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._held[whose] -= 1
        self._held += Counter()  # drops accounts without a task
        self._ended()
