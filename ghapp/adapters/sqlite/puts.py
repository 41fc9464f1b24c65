"""Puts that wait at the same time are written together: one statement and one write to the disk for all of them."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ghapp.adapters.sqlite import queue
from ghapp.adapters.sqlite.file import File
from ghapp.ports import Item

AT_ONCE = 500  # puts


@dataclass(frozen=True, slots=True)
class _Put:
    """One caller's items, and what became of each."""

    items: Sequence[Item]
    now: datetime
    stored: asyncio.Future[Sequence[bool]]


class Puts:
    """Nobody waits for others to come: what came while a batch was written is the next one."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._waiting: deque[_Put] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def put(self, items: Sequence[Item], now: datetime) -> Sequence[bool]:
        """Durable on return. Whoever leaves meanwhile does not keep the others from it."""
        mine = _Put(items, now, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await mine.stored

    async def _write(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            try:
                await self._written(batch)
            except Exception as error:  # noqa: BLE001 - each caller hears of it
                for each in batch:
                    if not each.stored.done():
                        each.stored.set_exception(error)
        self._writing = None

    async def _written(self, batch: Sequence[_Put]) -> None:
        rows = [(item, each.now) for each in batch for item in each.items]
        new = iter(await self._file.write(lambda db: queue.put(db, rows, batch[-1].now)))
        for each in batch:
            stored = [next(new) for _ in each.items]
            if not each.stored.done():
                each.stored.set_result(stored)
