"""The workspace as the world meets it: people join and write, and whoever watches awaits the outcome."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from ghapp.demo.slack.state import Channel, Message, Person, Version

T = TypeVar("T")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class World:
    """Channels and people, and a signal at every change."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, Person] = {}
        self.version = 0  # counts changes, for whoever watches
        self._now = now
        self._ts = 0
        self._changed = asyncio.Event()

    def add_channel(self, id: str, name: str) -> None:  # noqa: A002 - Slack's word
        """Open a channel; its `name` is without the #."""
        self.channels[id] = Channel(id, name)
        self._touch()

    def add_person(self, id: str, name: str, email: str | None = None) -> None:  # noqa: A002
        """Let a person join."""
        self.people[id] = Person(id, name, email)
        self._touch()

    def say(self, channel: str, person: str, text: str) -> Message:
        """A person writes; no bot can change what they wrote."""
        return self._append(self.channels[channel], Message(self._stamp(), person, Version(text, [])))

    async def until(
        self,
        predicate: Callable[[], T | None],
        timeout: float | None = 5.0,  # noqa: ASYNC109 - the error has to name what was awaited
        *,
        awaited: str | None = None,
    ) -> T:
        """The predicate's first truthy value, looked at again after every change."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await self._changed.wait()
                return value
        except TimeoutError:
            name = awaited or _name(predicate)
            raise TimeoutError(f"Slack: not within {timeout} s: {name}. It holds {self._holds()}") from None

    def _append(self, channel: Channel, message: Message) -> Message:
        channel.messages.append(message)
        self._touch()
        return message

    def _stamp(self) -> str:
        """Unique and rising, also where the clock stands still or goes back."""
        self._ts = max(self._ts + 1, (self._now() - EPOCH) // timedelta(microseconds=1))
        return f"{self._ts // 1_000_000}.{self._ts % 1_000_000:06d}"

    def _touch(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def _holds(self) -> str:
        return str({f"#{each.name}": [one.text for one in each.messages] for each in self.channels.values()})


def _name(predicate: Callable[[], object]) -> str:
    code = getattr(predicate, "__code__", None)
    where = f" ({code.co_filename}:{code.co_firstlineno})" if code else ""
    return f"{getattr(predicate, '__qualname__', repr(predicate))}{where}"
