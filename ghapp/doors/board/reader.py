"""What the pages read. The engine implements it over the store."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

from ghapp.core.model.decision import Entry, Notice
from ghapp.core.model.overview import Overview, StoredEnvironment
from ghapp.core.views.figures import Month


class Reader(Protocol):
    """Raises Retryable where the store cannot be read."""

    async def overview(self) -> Overview:
        """All environments; the last known ones where the store cannot be read."""

    def watch(self) -> AbstractAsyncContextManager["asyncio.Queue[StoredEnvironment]"]:
        """The environments that change within the block."""

    def history(self, environment: StoredEnvironment, *, back: timedelta) -> AsyncIterator[Entry]:
        """Its entries, the newest first."""

    async def figures(self, environment: StoredEnvironment) -> Sequence[Month]:
        """Its months, the newest first."""

    async def newest(self, environment: StoredEnvironment) -> StoredEnvironment:
        """The same environment as the store has it at this moment."""

    async def is_known(self, repository: int, key: str) -> bool:
        """Whether a command of that key was stored in the last days."""

    async def answer(self, repository: int, key: str) -> Notice | None:
        """The answer to that command; None before it is decided."""
