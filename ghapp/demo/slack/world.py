"""The workspace as its users see it: users join and write, and observers await changes."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from ghapp.demo.slack.state import SCOPES, Channel, Json, Message, Modal, Person, Version, Whisper

T = TypeVar("T")

TRIGGERED_WITHIN: Final = timedelta(seconds=3)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class World:
    """Channels and users, with a signal at every change."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, Person] = {}
        self.scopes = set(SCOPES)
        self.whispers: list[Whisper] = []  # oldest first
        self.modals: list[Modal] = []
        self.homes: dict[str, Json] = {}  # the view of each member's App Home
        self._triggers: dict[str, datetime] = {}
        self.version = 0  # counts changes, for observers
        self._now = now
        self._ts = 0
        self._changed = asyncio.Event()

    def add_channel(self, id: str, name: str, *, invited: bool = True, private: bool = False) -> None:  # noqa: A002
        """Opens a channel; its `name` is without the #. `invited`: whether the bot is in it."""
        self.channels[id] = Channel(id, name, invited=invited, private=private)
        self._touch()

    def add_person(self, id: str, name: str, email: str | None = None, **more: Any) -> None:  # noqa: A002
        """Adds a user. `more`: other fields of `Person`."""
        self.people[id] = Person(id, name, email, **more)
        self._touch()

    def say(self, channel: str, person: str, text: str) -> Message:
        """Adds a user's message, which no bot can change."""
        return self.append(self.channels[channel], Message(self.stamp(), person, Version(text, [])))

    def heard(self, person: str) -> list[str]:
        """The texts of a user's ephemeral messages, oldest first."""
        return [each.said.text for each in self.whispers if each.user == person]

    async def until(
        self,
        predicate: Callable[[], T | None],
        timeout: float | None = 5.0,  # noqa: ASYNC109 - the error has to name the awaited predicate
        *,
        awaited: str | None = None,
    ) -> T:
        """The predicate's first truthy value, evaluated again after every change."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await self._changed.wait()
                return value
        except TimeoutError:
            name = awaited or _name(predicate)
            raise TimeoutError(f"Slack: not within {timeout} s: {name}. It holds {self._holds()}") from None

    def whisper(self, said: Whisper) -> None:
        """Shows an ephemeral message to its user."""
        self.whispers.append(replace(said, ts=self.stamp()))
        self._touch()

    def trigger(self) -> str:
        """A trigger id, which opens one modal within three seconds."""
        name = f"{len(self._triggers) + 1}.{secrets.randbelow(10**9)}.{secrets.token_hex(8)}"
        self._triggers[name] = self._now()
        return name

    def triggered(self, name: str) -> bool:
        """Whether the trigger can still open a modal."""
        began = self._triggers.get(name)
        fresh = began is not None and self._now() - began <= TRIGGERED_WITHIN
        return fresh and all(modal.trigger != name for modal in self.modals)

    def opened(self, modal: Modal) -> None:
        """Shows a modal to its user."""
        self.modals.append(modal)
        self._touch()

    def append(self, channel: Channel, message: Message) -> Message:
        """Adds a message to a channel."""
        channel.messages.append(message)
        self._touch()
        return message

    def stamp(self) -> str:
        """A unique, rising timestamp, even where the clock stops or goes back."""
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
