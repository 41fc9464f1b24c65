"""Bounds the open connections. When there are too many, an idle connection of the address with the most is closed."""

import resource
from asyncio import BaseTransport
from collections import OrderedDict
from ipaddress import IPv6Address
from itertools import islice
from typing import Protocol

RESERVE = 96  # descriptors for the store, for calls to GitHub and Slack, and for the process itself
FEWEST = 32
LOOKS = 32  # connections examined for an idle one: the cost of a new connection does not rise with their number


class Guest(Protocol):
    """A connection."""

    @property
    def waits(self) -> bool:
        """Whether no request is under way on this connection."""

    def let_go(self) -> None:
        """Ends the connection, with 503 while a request's head is awaited. Its descriptor is free one turn later."""


class Crowd:
    """All connections, by the address they come from.

    An address is limited only when all connections together are too many: behind a load balancer all share one address.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._of: dict[str, OrderedDict[Guest, None]] = {}
        self._address: dict[Guest, str] = {}
        self._sized: dict[int, OrderedDict[str, None]] = {}  # connections per address -> the addresses with that many
        self._largest = 0

    def enter(self, guest: Guest, address: str) -> None:
        """Adds the newest connection. Above `most`, the oldest idle one of the fullest address is closed."""
        guests = self._of.setdefault(address, OrderedDict())
        guests[guest] = None
        self._address[guest] = address
        self._resize(address, len(guests) - 1, len(guests))
        if len(self._address) > self.most:
            # a connection with a request under way is never cut off, so the new connection itself may have to go
            leaving = self._idlest() or guest
            self.leave(leaving)
            leaving.let_go()

    def leave(self, guest: Guest) -> None:
        address = self._address.pop(guest, None)
        if address is None:
            return
        guests = self._of[address]
        del guests[guest]
        self._resize(address, len(guests) + 1, len(guests))
        if not guests:
            del self._of[address]

    def __len__(self) -> int:
        return len(self._address)

    def _resize(self, address: str, before: int, now: int) -> None:
        if before:
            del self._sized[before][address]
            if not self._sized[before]:
                del self._sized[before]
        if now:
            self._sized.setdefault(now, OrderedDict())[address] = None
        if now > self._largest or self._largest not in self._sized:  # a size changes by one
            self._largest = now

    def _idlest(self) -> Guest | None:
        """The oldest idle connection of the largest address. Examined busy ones go to the end."""
        guests = self._of[next(iter(self._sized[self._largest]))]
        for guest in tuple(islice(guests, LOOKS)):
            if guest.waits:
                return guest
            guests.move_to_end(guest)
        return None


def address_of(transport: BaseTransport) -> str:
    """The address of the peer; empty where it is unknown.

    For IPv6 the /64 network, since the holder of one address has all 2**64 of its network.
    """
    peer = transport.get_extra_info("peername")
    host = str(peer[0]) if isinstance(peer, tuple) and peer else ""
    return _network(host) if ":" in host else host


def _network(host: str) -> str:
    address = IPv6Address(host.partition("%")[0])
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


def room() -> int:
    """How many connections the process has descriptors for, after it raised its soft limit to the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (OSError, ValueError):  # some systems report a limit that they do not grant
            pass
    return max(FEWEST, soft - RESERVE)
