"""How many connections may stand here at once. Where there is no room, the fullest address makes some."""

import resource
from asyncio import BaseTransport
from collections import OrderedDict
from ipaddress import IPv6Address
from itertools import islice
from typing import Protocol

RESERVE = 96  # descriptors for the store, for calls to GitHub and Slack, and for the process itself
FEWEST = 32
LOOKS = 32  # at connections, for one that waits: each newcomer costs no more, however many stand here


class Guest(Protocol):
    """A connection."""

    @property
    def waits(self) -> bool:
        """Whether it has asked for nothing that is not answered."""

    def let_go(self) -> None:
        """End it: 503 where nothing was ever asked. Its descriptor is free in the next turn of the loop."""


class Crowd:
    """All connections, by the address they come from.

    An address is held to its share only where there is no room for all: behind a load balancer everybody has one.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._of: dict[str, OrderedDict[Guest, None]] = {}
        self._address: dict[Guest, str] = {}
        self._sized: dict[int, OrderedDict[str, None]] = {}  # the addresses that have so many
        self._largest = 0

    def enter(self, guest: Guest, address: str) -> None:
        """Count it in, as the one that came last. The oldest that waits, of the fullest address, goes if need be."""
        guests = self._of.setdefault(address, OrderedDict())
        guests[guest] = None
        self._address[guest] = address
        self._resize(address, len(guests) - 1, len(guests))
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
        """Who was looked at in vain is looked at again after all others of that address."""
        guests = self._of[next(iter(self._sized[self._largest]))]
        for guest in tuple(islice(guests, LOOKS)):
            if guest.waits:
                return guest
            guests.move_to_end(guest)
        return None


def address_of(transport: BaseTransport) -> str:
    """Who is at the other end; nobody in particular where that is not known.

    With IPv6 the network: whoever has one address has all 2**64 of its /64.
    """
    peer = transport.get_extra_info("peername")
    host = str(peer[0]) if isinstance(peer, tuple) and peer else ""
    return _network(host) if ":" in host else host


def _network(host: str) -> str:
    address = IPv6Address(host.partition("%")[0])
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


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
