"""What the board reads: the environments and their history, from the store alone, at most a second old."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ghapp.core.model.decision import Entry
from ghapp.engine.history import Known, ReadableStore, all_known, entries
from ghapp.ports import Clock

KNOWN_FOR = 1.0  # seconds; anyone who may see the board may ask


@dataclass(slots=True)
class BoardReader:
    """Reads once for all who ask within `known_for` seconds."""

    store: ReadableStore
    clock: Clock
    known_for: float = KNOWN_FOR
    _read_at: float = field(default=float("-inf"))
    _reading: "asyncio.Task[Sequence[Known]] | None" = None

    async def known(self) -> Sequence[Known]:
        """Every repository with its environments, by name. Raises Retryable where the store cannot be read."""
        now = asyncio.get_running_loop().time()
        if self._reading is None or now - self._read_at >= self.known_for:
            self._read_at, self._reading = now, asyncio.create_task(self._read())
        return await asyncio.shield(self._reading)

    async def _read(self) -> Sequence[Known]:
        return await all_known(self.store)

    async def history(self, repository: int, environment: str, *, back: timedelta) -> Sequence[Entry]:
        """The entries of an environment, the newest first. Raises Retryable."""
        since = self.clock() - back
        return [one async for one in entries(self.store, repository, since=since, environment=environment)]
