"""A GraphQL list, page by page: how much of it GitHub can be asked for at once, and where it goes on."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from cachetools import TTLCache

from ghapp.adapters.github.faults import Strained, TimedOut
from ghapp.core.model.environment import Repository
from ghapp.ports import Clock

MOST = 50  # a hundred open pull requests with all that decides failed three times of three (spiceai/spiceai#13762)
LEAST = 12
KEPT = timedelta(days=1)
REPOSITORIES = 1000
T = TypeVar("T")


class PageInfo(msgspec.Struct, rename="camel"):
    """GitHub's `pageInfo`, with both of its fields."""

    has_next_page: bool
    end_cursor: str | None = None

    @property
    def following(self) -> str | None:
        """The cursor that the next page begins after; None = this was the last."""
        return self.end_cursor if self.has_next_page else None


class PageSizes:
    """Halved where GitHub gave up over a page; what it could do is remembered for the repository."""

    def __init__(self, clock: Clock) -> None:
        self._sizes: TTLCache[int, int, datetime] = TTLCache(REPOSITORIES, KEPT, timer=clock)

    async def ask(self, repository: Repository, fetch: Callable[[int], Awaitable[T]], *, most: int = MOST) -> T:
        """Raises what even the smallest page raises: then it is not the page."""
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
        """How many it is asked for at once now."""
        return self._sizes.get(repository.id, MOST)


async def beside(*sources: AsyncIterator[T]) -> AsyncGenerator[T]:
    """What several bring, as it comes, until one of them has no more."""
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
