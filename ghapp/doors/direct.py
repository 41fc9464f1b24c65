"""Requests just as GitHub sends them, answered within the connection; all others, and all behind them, are aiohttp's.

A task, a request and a response of aiohttp's cost as much as checking, reading and projecting a delivery. Nothing is
done here but what is plain: what could be read in more ways than one, or asks for more, is handed over with every byte.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol, cast, runtime_checkable

from ghapp.doors.bugs import unexpected
from ghapp.doors.crowd import Crowd, address_of
from ghapp.doors.limits import SMALL, Intake, Refused
from ghapp.doors.plain import Head, head_of

TICK = 0.25  # seconds between two rounds of looking for what is late
IDLE = 75.0  # seconds between two requests of a connection; load balancers let go of theirs after 60
FULL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"
LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Answer = Callable[[int, str], None]
"""Takes the status and the text of an answer, once."""

GiveUp = Callable[[], object]
"""Ends what is waited for: the answer is there soon, and says so."""


@runtime_checkable
class Door(Protocol):
    """A door that takes requests without aiohttp's help, too."""

    intake: Intake
    patience: float

    @property
    def path(self) -> str:
        """Where it stands, for POST."""

    def take(self, heading: Mapping[str, str], body: bytes, answer: Answer) -> GiveUp | None:
        """A whole request: its headers by their names in small letters. None: it is answered."""

    def refuse(self, refused: Refused, answer: Answer) -> None:
        """One that did not become whole."""


class Hall:
    """All connections that are here, and who looks after them.

    `others` makes what one is handed over to; `headers_within`: seconds until it must have asked for something.
    """

    def __init__(
        self, doors: Mapping[str, Door], others: Callable[[], asyncio.Protocol], headers_within: float, crowd: Crowd
    ) -> None:
        self.doors = doors
        self.crowd = crowd
        self.others = others
        self.headers_within = headers_within
        self.standing = set[Connection]()
        self.loop = asyncio.get_running_loop()
        self._round = self.loop.call_later(TICK, self._look)

    def close(self) -> None:
        """No requests any more behind those that have begun."""
        for each in tuple(self.standing):
            each.close()

    async def shutdown(self, timeout: float | None) -> None:  # noqa: ASYNC109 - as aiohttp's
        """Behind the answers that are under way, if they come in time."""
        await asyncio.gather(*(each.shutdown(timeout) for each in self.standing))
        self._round.cancel()

    def _look(self) -> None:
        """One timer for all: hardly any request is ever late."""
        now = self.loop.time()
        for each in [each for each in self.standing if each.until <= now]:
            each.over()
        self._round = self.loop.call_later(TICK, self._look)


def end(transport: asyncio.Transport, last: bytes) -> None:
    """Close it behind these bytes. Where the other end does not take all at once, it is cut: else it stays open."""
    if last and not transport.is_closing():
        transport.write(last)
    if transport.get_write_buffer_size():
        transport.abort()
    else:
        transport.close()


class Connection(asyncio.Protocol):
    """One connection, as long as its requests are plain, and come one at a time, each behind the answer before.

    `until`: when what is waited for must be there.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._loop = hall.loop
        self.until = self._loop.time() + hall.headers_within
        self._transport: asyncio.Transport | None = None
        self._door: Door | None = None  # of the request that is on its way here, or being answered
        self._head: Head | None = None  # the newest
        self._got = bytearray()  # of it, or ahead of its answer
        self._held = 0  # of these, how many count as a stranger's
        self._give_up: GiveUp | None = None  # while it is being answered
        self._last = False  # there will be no request behind it
        self._left: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._hall.standing.add(self)
        self._hall.crowd.enter(self, address_of(transport))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._door and not self._give_up:
            self._refuse(self._door, Refused(400, "the body broke off"))
        self._leave()

    def data_received(self, data: bytes) -> None:
        if self._door is None:
            self._begin(data)
            return
        self._got += data
        if self._head and not self._give_up:
            self._gather(self._door, self._head, len(data))
        elif self._transport:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """Who says no more still hears the answer to what they have said."""
        self._last = True
        return self._give_up is not None

    def pause_writing(self) -> None:
        """Nobody asks on and on and reads no answer."""
        if self._transport:
            self._transport.abort()

    def close(self) -> None:
        """No request more behind the one that has begun."""
        self._last = True
        if self._transport and self._door is None:
            self._transport.close()

    async def shutdown(self, timeout: float | None) -> None:  # noqa: ASYNC109 - as aiohttp's
        """Behind the answer that is under way, if it comes in time."""
        self.close()
        if self._door:
            self._left = self._loop.create_future()
            await asyncio.wait([self._left], timeout=timeout)
        if self._transport:
            self._transport.abort()

    def over(self) -> None:
        """Nothing came in time: no request, or not all of its body, or no answer."""
        if self._give_up:
            self._give_up()
        elif self._door:
            self._refuse(self._door, Refused(408, "the body took too long"))
        elif self._transport:
            if self._head is None:  # nothing was ever asked
                self._transport.write(LATE)
            self._transport.close()

    @property
    def waits(self) -> bool:
        """Whether it has asked for nothing that is not answered."""
        return self._door is None

    def let_go(self) -> None:
        """End it, for want of room."""
        if self._transport:
            end(self._transport, FULL if self._head is None else b"")

    def _begin(self, data: bytes) -> None:
        head = head_of(data)
        door = self._hall.doors.get(head.path) if head else None
        if head is None or door is None or head.length > min(SMALL, door.intake.body_bytes):
            self._hand_over(data)
            return
        self._door, self._head, self._last = door, head, self._last or head.last
        self.until = self._loop.time() + door.patience
        if len(data) == head.end + head.length and door.intake.has_room(head.length):
            self._take(door, head, data[head.end :])
        else:
            self._got += data
            self._gather(door, head, len(data) - head.end)

    def _gather(self, door: Door, head: Head, more: int) -> None:
        missing = head.end + head.length - len(self._got)
        if missing < 0 or not door.intake.has_room(more):
            self._hand_over(bytes(self._got))
            return
        self._held += more
        door.intake.held += more
        if not missing:
            body = bytes(self._got[head.end :])
            self._got.clear()
            self._take(door, head, body)

    def _take(self, door: Door, head: Head, body: bytes) -> None:
        try:
            self._give_up = door.take(head.heading, body, self._answer)
        except Exception as error:  # noqa: BLE001 - the last net
            unexpected(error)
            self._answer(500, "")
        self._release(door)

    def _answer(self, status: int, text: str) -> None:
        self._door = self._give_up = None
        if self._transport is None:
            return  # nobody is there any more to be told
        self._transport.write(_written(status, text, self._last, int(time.time())))
        self.until += IDLE
        if self._last:
            self._transport.close()
        elif self._got:
            self._transport.resume_reading()
            self._hand_over(bytes(self._got))

    def _refuse(self, door: Door, refused: Refused) -> None:
        self._last = True
        self._release(door)
        door.refuse(refused, self._answer)

    def _release(self, door: Door) -> None:
        door.intake.held -= self._held
        self._held = 0

    def _hand_over(self, data: bytes) -> None:
        transport, self._transport = self._transport, None
        if self._door:
            self._release(self._door)
        self._leave()
        if transport:
            others = self._hall.others()
            transport.set_protocol(others)
            others.connection_made(transport)
            others.data_received(data)

    def _leave(self) -> None:
        self._hall.standing.discard(self)
        self._hall.crowd.leave(self)
        if self._left and not self._left.done():
            self._left.set_result(None)


@lru_cache(maxsize=64)
def _written(status: int, text: str, last: bool, second: int) -> bytes:
    """An answer as it goes over the line. `second`: of Unix time."""
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(text.encode())}",
        f"Date: {formatdate(second, usegmt=True)}",
        *(["Connection: close"] if last else ()),
    )
    return "\r\n".join([*lines, "", text]).encode()
