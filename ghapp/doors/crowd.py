"""How many connections may stand here at once. Where there is no room, the fullest address makes some."""

import resource
from asyncio import BaseTransport
from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol

RESERVE = 96  # descriptors for the store, for calls to GitHub and Slack, and for the process itself
FEWEST = 32


class Guest(Protocol):
    """A connection."""

    @property
    def waits(self) -> bool:
        """Whether it has asked for nothing that is not answered."""

    def let_go(self) -> None:
        """End it: 503 where nothing was ever asked."""


class Crowd:
    """All connections, by the address they come from.

    An address is held to its share only where there is no room for all: behind a load balancer everybody has one.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._of: dict[str, OrderedDict[Guest, None]] = {}
        self._address: dict[Guest, str] = {}

    def enter(self, guest: Guest, address: str) -> None:
        """Count it in, as the one that came last. The oldest that waits, of the fullest address, goes if need be."""
        self._of.setdefault(address, OrderedDict())[guest] = None
        self._address[guest] = address
        if len(self._address) > self.most:
            # whose requests are all under way is not cut off, so it may be that the newcomer itself goes
            leaving = self._idlest() or guest
            self.leave(leaving)
            leaving.let_go()

    def leave(self, guest: Guest) -> None:
        """It is gone."""
        address = self._address.pop(guest, None)
        if address is None:
            return
        del self._of[address][guest]
        if not self._of[address]:
            del self._of[address]

    def __len__(self) -> int:
        return len(self._address)

    def _idlest(self) -> Guest | None:
        fullest = max(self._of.values(), key=len)
        if found := _first(fullest):
            return found
        others = sorted(self._of.values(), key=len, reverse=True)
        return next(filter(None, map(_first, others)), None)


def _first(guests: Iterable[Guest]) -> Guest | None:
    return next((guest for guest in guests if guest.waits), None)


def address_of(transport: BaseTransport) -> str:
    """Who is at the other end; nobody in particular where that is not known."""
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def room() -> int:
    """For how many the process has descriptors, after it asked for as many as it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (OSError, ValueError):  # some systems promise more than they give
            pass
    return max(FEWEST, soft - RESERVE)
