"""The choice of the connection that makes room, and its cost."""

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from ghapp.doors.crowd import LOOKS, Crowd, address_of


class Standing:
    """A connection that counts the calls of `waits`."""

    looks = 0

    def __init__(self, address: str, *, busy: bool = False) -> None:
        self.address, self.busy, self.gone = address, busy, False

    @property
    def waits(self) -> bool:
        Standing.looks += 1
        return not self.busy

    def let_go(self) -> None:
        """Closed for want of room."""
        self.gone = True


def test_the_oldest_waiting_connection_of_a_fullest_address_makes_room() -> None:
    """In any order of arrivals and departures."""
    rng, crowd, standing = random.Random(7), Crowd(60), list[Standing]()
    for _ in range(5_000):
        if standing and rng.random() < 0.3:
            crowd.leave(leaving := rng.choice(standing))
            standing.remove(leaving)
            continue
        newcomer = Standing(rng.choice("aaaaabbbcd") + str(rng.randrange(3)))
        standing.append(newcomer)
        shares = Counter(one.address for one in standing)
        crowd.enter(newcomer, newcomer.address)
        gone = [one for one in standing if one.gone]
        assert len(gone) == (len(standing) > 60)
        for one in gone:
            assert shares[one.address] == max(shares.values())
            assert one is next(each for each in standing if each.address == one.address)
            standing.remove(one)
        assert len(crowd) == len(standing)


def test_a_busy_connection_is_passed_over() -> None:
    """The next one of its address goes; where all of the fullest address are busy, the newcomer goes."""
    crowd = Crowd(12)
    others = [Standing("few") for _ in range(2)]
    busy = [Standing("many", busy=True) for _ in range(9)]
    resting = Standing("many")
    for one in (*others, *busy, resting):
        crowd.enter(one, one.address)
    crowd.enter(first := Standing("few"), "few")
    assert (resting.gone, first.gone) == (True, False)
    crowd.enter(second := Standing("few"), "few")
    assert second.gone
    assert not any(one.gone for one in (*others, *busy, first))


def test_a_newcomer_costs_a_few_looks_however_many_are_busy() -> None:
    """Twenty thousand busy connections do not hold up the loop, and a waiting one among them is found after a while."""
    crowd, many = Crowd(20_000), [Standing("many", busy=True) for _ in range(20_000)]
    for one in many:
        crowd.enter(one, "many")
    many[10_000].busy = False
    Standing.looks = 0
    for nth in range(20_000 // LOOKS + 1):
        crowd.enter(Standing("other", busy=True), "other")
        assert Standing.looks <= (nth + 1) * LOOKS
    assert [one for one in many if one.gone] == [many[10_000]]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
    ],
)
def test_an_address_is_that_of_one_sender(host: str, address: str) -> None:
    """With IPv6 a sender has a network of addresses."""
    transport: Any = SimpleNamespace(get_extra_info=lambda _: (host, 1, 0, 0))
    assert address_of(transport) == address


def test_connections_without_an_address_share_an_empty_one() -> None:
    """A Unix socket has none."""
    transport: Any = SimpleNamespace(get_extra_info=lambda _: "")
    assert address_of(transport) == ""
