"""Waits for a state of the local services without polling."""

import asyncio
import inspect
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Signal:
    """Evaluates the predicates that wait in `until` again after every `bump`."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def bump(self) -> None:
        """Reports a change."""
        for event in self._waiting:
            event.set()

    async def until(self, predicate: Callable[[], T | bool | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Returns the predicate's first truthy value; after `timeout` seconds raises TimeoutError with its source."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    event.clear()
                    await event.wait()
            return value  # type: ignore[return-value]  # True stands for itself
        except TimeoutError:
            raise TimeoutError(f"waited {timeout} s in vain for: {_named(predicate)}") from None
        finally:
            self._waiting.discard(event)


def _named(predicate: Callable[[], object]) -> str:
    name = getattr(predicate, "__name__", repr(predicate))
    if name != "<lambda>":
        return name
    try:
        return " ".join(inspect.getsource(predicate).split())
    except OSError:
        return name
