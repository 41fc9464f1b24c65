"""Pages of a GraphQL list: the page size that GitHub can serve, and the cursor of the next page."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from cachetools import TTLCache

from ghapp.adapters.github.faults import Strained, TimedOut
from ghapp.core.model.environment import Repository
from ghapp.ports import Clock

MOST = 50  # 100 open pull requests with all deciding fields failed 3 times of 3 (spiceai/spiceai#13762)
LEAST = 12
KEPT = timedelta(days=1)
REPOSITORIES = 1000
T = TypeVar("T")


class PageInfo(msgspec.Struct, rename="camel"):
    """GitHub's `pageInfo`."""

    has_next_page: bool
    end_cursor: str | None = None

    @property
    def following(self) -> str | None:
        """The cursor after which the next page begins; None for the last page."""
        return self.end_cursor if self.has_next_page else None


class PageSizes:
    """Page sizes per repository: halved when GitHub gives up on a page; a size that worked is kept for a day."""

    def __init__(self, clock: Clock) -> None:
        self._sizes: TTLCache[int, int, datetime] = TTLCache(REPOSITORIES, KEPT, timer=clock)

    async def ask(self, repository: Repository, fetch: Callable[[int], Awaitable[T]], *, most: int = MOST) -> T:
        """Raises the fault of the smallest page: then the size is not the cause."""
        size = min(most, self.of(repository))
        while True:
            try:
                found = await fetch(size)
            except (Strained, TimedOut):
                if size <= LEAST:
                    raise
                size = max(size // 2, LEAST)
            else:
                if size < min(most, self.of(repository)):
                    self._sizes[repository.id] = size
                return found

    def of(self, repository: Repository) -> int:
        """The repository's current page size."""
        return self._sizes.get(repository.id, MOST)


async def beside(*sources: AsyncIterator[T]) -> AsyncGenerator[T]:
    """Yields the items of several iterators as they arrive, until one of them ends."""
    running = {asyncio.ensure_future(anext(source)): source for source in sources}
    try:
        while True:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for one in [one for one in running if one in done]:
                source = running.pop(one)
                try:
                    found = one.result()
                except StopAsyncIteration:
                    return
                running[asyncio.ensure_future(anext(source))] = source
                yield found
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
