"""The world that the page shows: this one, or after a reset the next."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

from ghapp.cli.demo.state import PageState
from ghapp.demo import arguments
from ghapp.demo.words import WORDS, Language, say


class Shown:
    """What the page calls. `language`: of the next world. `over`: this world is to be followed by a new one."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._state: PageState | None = None
        self._is_there = asyncio.Event()
        self.over = asyncio.Event()

    @asynccontextmanager
    async def now(self, state: PageState) -> AsyncIterator[None]:
        """Shows this world within the block, and its last state until the next one begins."""
        self._state = state
        self.over.clear()
        self._is_there.set()
        try:
            yield
        finally:
            self._is_there.clear()

    def state(self) -> dict[str, Any]:
        """The page's state."""
        assert self._state
        return self._state()

    async def act(self, verb: str, said: Mapping[str, Any]) -> None:
        """A visitor's act; `reset` ends when the new world has begun. Raises ValueError with a sentence."""
        if not self._is_there.is_set():
            raise ValueError(say(self.language, "error.resetting"))
        assert self._state
        if verb != "reset":
            await self._state.acts(verb, said)
            return
        arguments.check(verb, said, self.language)
        self.language = self._known(said.get("language") or self.language)
        self._is_there.clear()
        self.over.set()
        await self._is_there.wait()

    def _known(self, asked: str) -> Language:
        language = next((one for one in WORDS if one == asked), None)
        if language is None:
            raise ValueError(say(self.language, "error.no_language", languages=", ".join(WORDS)))
        return language

    async def changed(self) -> AsyncIterator[None]:
        """Yields after every change, of one world after the other."""
        while True:
            await self._is_there.wait()
            assert self._state
            async with aclosing(self._state.stage.changed()) as changes:
                async for _ in changes:
                    yield
            yield
