"""The contract of the store and its archive, run on every adapter."""

import asyncio
import random
import re
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.lanes import Share
from ghapp.ports import Conflict, Counts, Item, Permanent, Retryable, Silence, Superseded, Version
from tests.adapters.store_processes import racer, writer
from tests.adapters.store_world import (
    LEASE,
    NOON,
    REPOSITORY,
    StoreUnderTest,
    after,
    change,
    claim,
    claim_one,
    connect,
    due,
    item,
    lease,
    names,
    put_batch,
    write,
)
from tests.engine.grants import FORKSERVER

Connect = Callable[..., sqlite3.Connection]


@pytest.fixture
async def other(address: str) -> AsyncIterator[StoreUnderTest]:
    """A second worker's connection to the same store, opened by its first call."""
    store = connect(address)
    yield store
    await store.close()


# ---------------------------------------------------------------- put


async def test_stored_is_visible(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """Other workers see a stored item byte for byte, with its time to the microsecond."""
    body = bytes(range(256))
    assert list(await store.put([Item(id="a", lane="1", body=body)], now=NOON)) == [True]
    claimed = await claim_one(other)
    assert (claimed.id, claimed.lane, claimed.body, claimed.tries) == ("a", "1", body, 0)
    assert claimed.stored_at == NOON


async def test_nothing_put(store: StoreUnderTest) -> None:
    """To put no items returns an empty list."""
    assert list(await store.put([], now=NOON)) == []


async def test_redelivery(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A redelivery is a duplicate of the first item with its id, through another replica and within one batch."""
    first = item("comment/1")
    again = Item(id=first.id, lane=first.lane, body=b"another body")
    assert list(await store.put([first, item("comment/2"), first], now=NOON)) == [True, True, False]
    assert list(await other.put([again, item("comment/3")], now=after(1))) == [False, True]
    assert (await claim_one(store, after(2))).body == first.body


async def test_a_kept_item_is_read_and_never_claimed(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """By its id, byte for byte, through any replica, whether put or recorded; the first with its id counts. Of an item
    that is done, only the id is left."""
    await store.put([item("work"), Item(id="put", lane="1", body=b"\x00put", kept=True)], now=NOON)
    recorded = Item(id="recorded", lane="1", body=b"recorded", kept=True)
    await store.record(change("c", items=(recorded,), settles=await claim_one(store)))
    assert list(await other.put([Item(id="put", lane="1", body=b"again", kept=True)], now=after(1))) == [False]
    found = [await other.item(name) for name in ("put", "recorded", "work", "unknown")]
    assert [one and one.body for one in found] == [b"\x00put", b"recorded", b"", None]
    assert await names(other, after(days=6)) == []
    counts = await other.counts()
    assert (counts.open, counts.dead) == (0, 0)


async def test_a_kept_item_is_forgotten_after_seven_days(store: StoreUnderTest) -> None:
    """Then its id is new again."""
    kept = Item(id="answer", lane="1", body=b"x", kept=True)
    await store.put([kept], now=NOON)
    assert list(await store.put([kept], now=after(days=6.99))) == [False]
    assert list(await store.put([kept], now=after(days=7.01))) == [True]


@pytest.mark.parametrize("days", [0, 6.99])
async def test_replay(store: StoreUnderTest, days: float) -> None:
    """A settled item's id stays known for seven days."""
    await store.put([item("comment/1")], now=NOON)
    await store.record(change("c", settles=await claim_one(store)))
    assert list(await store.put([item("comment/1")], now=after(days=days))) == [False]
    assert await names(store, after(days=days)) == []


async def test_forgotten(store: StoreUnderTest) -> None:
    """The id of an item that was settled more than seven days ago is new again; that of an open item never is."""
    await store.put([item("done"), item("waiting", "2")], now=NOON)
    settled, waiting = await claim(store)
    await store.record(change("c", settles=settled))
    await store.give_back(waiting, now=NOON, retry_at=NOON, counts=False, why="")
    assert list(await store.put([item("done"), item("waiting", "2")], now=after(days=8))) == [True, False]


async def test_two_put_at_once(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """Where two replicas put the same delivery at once, exactly one gets the answer that it is new."""
    for number in range(50):
        answers = await asyncio.gather(*(each.put([item(f"{number}")], now=NOON) for each in (store, other)))
        assert sorted(answer[0] for answer in answers) == [False, True]


async def test_a_document_of_no_repository(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """Its versions protect it like any other. It is never due and in no list; its history has a place of its own."""
    first, newer = (replace(write(version, document), repository=-7) for version, document in ((0, b"1"), (1, b"2")))
    await store.record(replace(change("a", first), repository=0, history=b"linked"))
    with pytest.raises(Conflict):
        await other.record(replace(change("b", first), repository=0, history=b"lost"))
    await other.record(replace(change("c", newer), repository=0, history=b"ended"))
    (row,) = await store.load(-7)
    assert (row.document, row.version) == (b"2", 2)
    assert await due(store, after(9)) == []
    assert (list(await store.repositories()), list(await store.versions())) == ([], [])
    assert [one.history for one in await store.history(0, limit=9)] == [b"ended", b"linked"]


# ---------------------------------------------------------------- lanes


async def test_one_in_hand(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A lane with an item in hand yields no other item, to any worker."""
    await store.put([item("a"), item("b")], now=NOON)
    assert await names(store) == ["a"]
    assert await names(store, after(29)) == []
    assert await names(other, after(29)) == []


async def test_oldest_first(store: StoreUnderTest) -> None:
    """A lane yields its items in the order of storing, not of their ids."""
    await store.put([item("c"), item("a")], now=NOON)
    await store.put([item("b")], now=NOON)
    worked = []
    for number in range(3):
        claimed = await claim_one(store)
        worked.append(claimed.id)
        await store.record(change(f"{number}", settles=claimed))
    assert worked == ["c", "a", "b"]


async def test_side_by_side(store: StoreUnderTest) -> None:
    """A claim takes the oldest item of each lane, oldest first, up to the limit."""
    await store.put([item("z1", "z"), item("z2", "z"), item("m1", "m"), item("a1", "a")], now=NOON)
    assert await names(store, limit=2) == ["z1", "m1"]
    assert await names(store) == ["a1"]
    assert await names(store) == []


async def test_claimed_once(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """Two workers that claim at once never get the same item, nor two items of one lane."""
    for number in range(50):
        await store.put([item(f"{number}/{place}", f"{number}/{place % 2}") for place in range(4)], now=NOON)
        both = await asyncio.gather(claim(store), claim(other))
        assert sorted(claimed.id for each in both for claimed in each) == [f"{number}/0", f"{number}/1"]


async def test_stepping_aside(store: StoreUnderTest) -> None:
    """An item that has to wait lets younger ones of its lane pass, and is the oldest again when its time comes."""
    await store.put([item("a"), item("b"), item("c")], now=NOON)
    await store.give_back(await claim_one(store), now=NOON, retry_at=after(60), counts=False, why="rate limited")
    [younger] = await claim(store, after(1))
    assert younger.id == "b"
    assert await names(store, after(2)) == []
    await store.record(change("b", settles=younger))
    assert await names(store, after(60)) == ["a"]


async def test_overtaking(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """An item overtakes while an older one of its lane is open, in hand or not; settled and dead ones do not count."""
    await store.put([item("a"), item("b"), item("c")], now=NOON)
    first = await claim_one(store)
    assert not await store.overtakes(first)
    await store.give_back(first, now=NOON, retry_at=after(60), counts=False, why="rate limited")
    await store.put([item("elsewhere", "2")], now=NOON)
    second, elsewhere = await claim(store, after(1))
    assert not await store.overtakes(elsewhere)
    await store.record(change("elsewhere", settles=elsewhere))
    assert await other.overtakes(second)
    await store.record(change("b", settles=second))
    third = await claim_one(store, after(2))
    assert third.id == "c"
    assert await store.overtakes(third)
    await store.give_back(third, now=after(2), retry_at=after(61), counts=False, why="behind a")
    first = await claim_one(store, after(62))
    assert first.id == "a"
    await store.give_back(first, now=after(62), retry_at=None, counts=True, why="poison")
    assert not await other.overtakes(await claim_one(store, after(63)))


async def test_tries(store: StoreUnderTest) -> None:
    """`counts=True` adds a try to the item; `counts=False` leaves its tries unchanged."""
    await store.put([item("a")], now=NOON)
    tries = []
    for counts in (True, False, False, True, True):
        claimed = await claim_one(store)
        tries.append(claimed.tries)
        await store.give_back(claimed, now=NOON, retry_at=NOON, counts=counts, why="")
    assert [*tries, (await claim_one(store)).tries] == [0, 1, 1, 1, 2, 3]


# ---------------------------------------------------------------- shares


async def test_no_account_gets_more_than_its_share(store: StoreUnderTest) -> None:
    """Items that an account has in hand count towards its share; younger items of other accounts are claimed."""
    await store.put([item(f"a{number}", f"acme/{number}") for number in range(20)], now=NOON)
    await store.put([item(f"g{number}", f"globex/{number}") for number in range(2)], now=NOON)
    share = Share(each=3, held={"acme": 1, "initech": 3})
    claimed = await store.claim(now=NOON, lease=LEASE, limit=10, share=share)
    assert sorted(one.id for one in claimed) == ["a0", "a1", "g0", "g1"]
    full = Share(each=3, held={"acme": 3, "globex": 2})
    assert list(await store.claim(now=NOON, lease=LEASE, limit=10, share=full)) == []
    again = await store.claim(now=NOON, lease=LEASE, limit=10, share=Share(each=3, held={"acme": 2}))
    assert [one.id for one in again] == ["a2"]


async def test_accounts_take_turns(store: StoreUnderTest) -> None:
    """With too little room for all, the account with the fewest items in hand comes first, then the oldest item."""
    await store.put([item(f"a{number}", f"acme/{number}") for number in range(20)], now=NOON)
    await store.put([item("g0", "globex/0"), item("i0", "initech/0"), item("g1", "globex/1")], now=NOON)
    share = Share(each=4, held={"initech": 1})
    claimed = await store.claim(now=NOON, lease=LEASE, limit=4, share=share)
    assert [one.id for one in claimed] == ["a0", "g0", "a1", "i0"]


async def test_one_account_alone_works_through_all_of_its_lanes(store: StoreUnderTest) -> None:
    """The share skips no item for good, and each lane keeps its order."""
    await store.put([item(f"{number}", f"acme/{number % 7}") for number in range(20)], now=NOON)
    worked: list[str] = []
    while claimed := await store.claim(now=NOON, lease=LEASE, limit=10, share=Share(each=3)):
        assert len(claimed) <= 3
        for one in claimed:
            await store.record(change(one.id, settles=one))
            worked.append(one.id)
    assert sorted(worked, key=int) == [f"{number}" for number in range(20)]
    for lane in range(7):
        assert [name for name in worked if int(name) % 7 == lane] == [f"{each}" for each in range(lane, 20, 7)]


async def test_due_environments_are_shared_among_accounts(store: StoreUnderTest) -> None:
    """An account with many due environments does not delay another account's."""
    acme = [write(0, name=f"a{number}", full_name="acme/shop") for number in range(9)]
    await store.record(change("1", *acme, at=NOON))
    await store.record(change("2", write(0, name="g", full_name="globex/shop"), at=after(1)))
    share = Share(each=2, held={"acme": 1})
    rows = await store.due(now=after(2), lease=LEASE, limit=9, share=share)
    assert sorted(row.full_name for row in rows) == ["acme/shop", "globex/shop"]
    assert list(await store.due(now=after(2), lease=LEASE, limit=9, share=Share(each=2, held={"acme": 2}))) == []
    assert len(await store.due(now=after(2), lease=LEASE, limit=9)) == 8


# ---------------------------------------------------------------- lanes that only show state


async def test_items_that_act_are_claimed_before_items_that_only_show(store: StoreUnderTest) -> None:
    """Age and account do not matter; of the lanes that only show state, a branch's gates are first."""
    await store.put([item(f"h{number}", f"acme/1/heads/{number}") for number in range(20)], now=NOON)
    await store.put([item("gates", "acme/1/gates"), item("reruns", "acme/1/reruns")], now=NOON)
    await store.put([item("typed", "acme/1"), item("else", "globex/2")], now=NOON)
    assert await names(store, limit=4) == ["typed", "else", "gates", "h0"]


async def test_items_that_follow_leave_a_place_to_commands(store: StoreUnderTest) -> None:
    """A lane that grants no lock is claimed after those that may, and before those that only show; of an account's
    share it never takes the last place, which a command gets.
    """
    follow = ("merges", "runs", "counts", "config/heads/forced")
    await store.put([item(f"f{number}", f"acme/1/{lane}") for number, lane in enumerate(follow)], now=NOON)
    await store.put([item("gates", "acme/1/gates")], now=NOON)
    share = Share(each=4)
    claimed = await store.claim(now=NOON, lease=LEASE, limit=20, share=share)
    assert [one.id for one in claimed] == ["f0", "f1", "f2", "gates"]
    await store.put([item("job", "acme/1/jobs/preview"), item("typed", "acme/1")], now=NOON)
    held = Share(each=4, held={"acme": 3, "acme/shown": 1})
    assert [one.id for one in await store.claim(now=NOON, lease=LEASE, limit=20, share=held)] == ["typed"]


async def test_items_beside_commands_leave_a_place_to_them(store: StoreUnderTest) -> None:
    """Jobs of many GitHub environments, owed messages and merge groups of many repositories, all older than a command,
    never take the last place of their account's share; they are claimed in their turn all the same.
    """
    beside = ("1/jobs/a", "1/jobs/b", "1/notices", "2/notices", "3/groups")
    await store.put([item(lane, f"acme/{lane}") for lane in beside], now=NOON)
    await store.put([item("typed", "acme/1")], now=NOON)
    claimed = await store.claim(now=NOON, lease=LEASE, limit=20, share=Share(each=4))
    assert [one.id for one in claimed] == ["1/jobs/a", "1/jobs/b", "1/notices", "typed"]
    claimed = await store.claim(now=NOON, lease=LEASE, limit=20, share=Share(each=4, held={"acme": 1}))
    assert [one.id for one in claimed] == ["2/notices", "3/groups"]


async def test_items_that_only_show_have_places_of_their_own(store: StoreUnderTest) -> None:
    """Each account has a few places for them beside its share, and all accounts together have a few."""
    await store.put([item(f"h{each}", f"acme/{each}/heads/1") for each in range(9)], now=NOON)
    await store.put([item(f"g{each}", f"globex/{each}/gates") for each in range(9)], now=NOON)
    await store.put([item(f"a{each}", f"acme/{each}") for each in range(9)], now=NOON)
    share = Share(each=3, held={"acme": 1, "acme/shown": 1}, shown=2, shown_room=3)
    claimed = await store.claim(now=NOON, lease=LEASE, limit=20, share=share)
    assert [one.id for one in claimed] == ["a0", "a1", "g0", "g1", "h0"]
    full = Share(each=3, held={"acme": 3}, shown=2, shown_room=0)
    assert list(await store.claim(now=NOON, lease=LEASE, limit=20, share=full)) == []


async def test_the_newest_item_of_a_heads_lane_settles_the_older_ones(
    store: StoreUnderTest, other: StoreUnderTest
) -> None:
    """A claim of a pull request's newest head settles its older ones, and no other pull request's."""
    await store.put([item(f"{number}", "acme/1/heads/7") for number in range(150)], now=NOON)
    await store.put([item("another", "acme/1/heads/8")], now=NOON)
    newest, another = await claim(store)
    assert (newest.id, another.id) == ("149", "another")
    assert (await store.counts()).open == 2
    assert list(await store.put([item("3", "acme/1/heads/7")], now=NOON)) == [False]
    await store.put([item("150", "acme/1/heads/7")], now=after(1))
    assert await names(other, after(1)) == [], "one of its lane is in hand"
    await store.record(change("149", settles=newest))
    assert await names(store, after(2)) == ["150"]


async def test_a_newest_item_that_stepped_aside_waits_for_its_time_or_for_a_newer_one(store: StoreUnderTest) -> None:
    """Older items do not come back meanwhile, and a newer item replaces the one that waits."""
    await store.put([item("a", "acme/1/heads/7"), item("b", "acme/1/heads/7")], now=NOON)
    newest = await claim_one(store)
    await store.give_back(newest, now=NOON, retry_at=after(3600), counts=False, why="rate limited")
    assert await names(store, after(1)) == []
    await store.put([item("c", "acme/1/heads/7")], now=after(2))
    newer = await claim_one(store, after(2))
    assert newer.id == "c"
    await store.record(change("c", settles=newer))
    assert await names(store, after(3600)) == []
    assert (await store.counts()).open == 0


async def test_a_crash_loses_no_newest_item_of_a_heads_lane(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """The newest item comes back when its lease is over; the worker of an older item is superseded."""
    await store.put([item("a", "acme/1/heads/7")], now=NOON)
    lost = await claim_one(store)
    await store.put([item("b", "acme/1/heads/7")], now=after(1))
    newest = await claim_one(other, NOON + LEASE)
    assert newest.id == "b"
    with pytest.raises(Superseded):
        await store.record(change("a", settles=lost))
    again = await claim_one(store, NOON + 2 * LEASE)
    assert (again.id, again.tries) == ("b", 1)


# ---------------------------------------------------------------- repositories without a config


async def test_silence(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """The silence of one repository lasts until it is broken, and other workers see both at once."""
    assert await store.silence("acme", 1) == Silence()
    await store.keep_silence("acme", 1, seen=Silence(), at=after(3))
    assert (await other.silence("acme", 1)).since == after(3)
    assert await other.silence("acme", 2) == Silence() == await other.silence("globex", 1)
    await other.break_silence("acme", 1)
    broken = await store.silence("acme", 1)
    assert (broken.since, bool(broken.token)) == (None, True)
    await store.keep_silence("acme", 1, seen=broken, at=after(9))
    assert await other.silence("acme", 1) == Silence(after(9), broken.token)


async def test_a_look_that_a_push_has_overtaken_is_not_kept(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """`keep_silence` writes nothing where the silence was broken after the read, whether or not a row existed."""
    first = await store.silence("acme", 1)
    await other.break_silence("acme", 1)
    await store.keep_silence("acme", 1, seen=first, at=NOON)
    second = await store.silence("acme", 1)
    assert second.since is None
    await other.break_silence("acme", 1)
    await store.keep_silence("acme", 1, seen=second, at=NOON)
    assert (await store.silence("acme", 1)).since is None


async def test_an_account_s_silence_is_broken_for_all_of_its_repositories(store: StoreUnderTest) -> None:
    """Other accounts' repositories stay silent."""
    for account, repository in (("acme", 1), ("acme", 2), ("globex", 3)):
        await store.keep_silence(account, repository, seen=Silence(), at=NOON)
    await store.break_silence("acme")
    found = [await store.silence(*one) for one in (("acme", 1), ("acme", 2), ("globex", 3))]
    assert [one.since for one in found] == [None, None, NOON]


# ---------------------------------------------------------------- a crash


async def test_crash(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A dead worker's item is claimed again once the lease is over, with one try more and another token."""
    await store.put([item("a"), item("b")], now=NOON)
    first = await claim_one(store)
    again = await claim_one(other, NOON + LEASE)
    assert (again.id, again.tries, again.stored_at) == ("a", 1, NOON)
    assert again.token != first.token


@pytest.mark.parametrize("retry_at", [NOON, None])
async def test_superseded(store: StoreUnderTest, other: StoreUnderTest, retry_at: datetime | None) -> None:
    """A worker whose item was claimed anew can neither settle it nor give it back, and writes nothing."""
    await store.put([item("a")], now=NOON)
    slow = await claim_one(store)
    quick = await claim_one(other, after(31))
    with pytest.raises(Superseded):
        await store.record(change("slow", write(0), history=b"slow", items=[item("b", "2")], settles=slow))
    await store.give_back(slow, now=after(32), retry_at=retry_at, counts=True, why="slow")
    assert list(await store.load(REPOSITORY)) == []
    assert list(await store.history(REPOSITORY, limit=9)) == []
    assert list(await store.dead(limit=9)) == []
    assert await names(store, after(32)) == []
    await other.record(change("quick", settles=quick))


async def test_superseded_among_others(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """Where many items are settled at once, only the one that another worker has claimed is refused."""
    await store.put([item(name, lane=name) for name in "abc"], now=NOON)
    slow = await claim(store)
    await store.give_back(slow[1], now=NOON, retry_at=NOON, counts=False, why="")
    quick = await claim_one(other)
    changes = [change(claimed.id, settles=claimed) for claimed in slow]
    outcomes = await asyncio.gather(*map(store.record, changes), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), Superseded, type(None)]
    assert await store.counts() == Counts(open=1, dead=0)
    await other.record(change("quick", settles=quick))
    assert await store.counts() == Counts(open=0, dead=0)


@pytest.mark.parametrize("retry_at", [NOON, None])
async def test_settled_and_sent_again(store: StoreUnderTest, retry_at: datetime | None) -> None:
    """A settlement may be sent again after a lost answer, and a late give-back does not revive the item."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    for _ in range(2):
        await store.record(change("c", settles=claimed))
    await store.give_back(claimed, now=NOON, retry_at=retry_at, counts=True, why="late")
    assert await store.counts() == Counts(open=0, dead=0)
    assert list(await store.put([item("a")], now=NOON)) == [False]


async def test_late_but_alone(store: StoreUnderTest) -> None:
    """A worker keeps its item after the lease is over, as long as no other has claimed it."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    await store.record(change("late", settles=claimed, at=after(3600)))
    assert await names(store, after(3600)) == []


async def test_settled_once(store: StoreUnderTest) -> None:
    """A second change with the same claim is refused."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    await store.record(change("first", history=b"1", settles=claimed))
    with pytest.raises(Superseded):
        await store.record(change("second", history=b"2", settles=claimed))
    assert [past.id for past in await store.history(REPOSITORY, limit=9)] == ["first"]


async def test_given_back_is_out_of_hand(store: StoreUnderTest) -> None:
    """A claim settles nothing after its item was given back."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    await store.give_back(claimed, now=NOON, retry_at=NOON, counts=False, why="")
    with pytest.raises(Superseded):
        await store.record(change("c", settles=claimed))
    assert await names(store) == ["a"]


@pytest.mark.parametrize("counts", [True, False])
async def test_given_back_twice(store: StoreUnderTest, counts: bool) -> None:
    """A give-back that is sent again after a lost answer changes nothing."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    for _ in range(2):
        await store.give_back(claimed, now=NOON, retry_at=NOON, counts=counts, why="")
    assert (await claim_one(store)).tries == (1 if counts else 0)


# ---------------------------------------------------------------- renewed leases


async def test_renewed(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A worker that renews its lease keeps the item and its lane; once it stops, the item is claimed anew."""
    await store.put([item("a"), item("b")], now=NOON)
    claimed = await claim_one(store)
    assert await store.renew(claimed, now=after(20), lease=LEASE)
    assert await names(other, after(49)) == []
    again = await claim_one(other, after(50))
    assert (again.id, again.tries) == ("a", 1)
    assert not await store.renew(claimed, now=after(51), lease=LEASE)
    await other.record(change("c", settles=again))


async def test_renewed_late(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A lease that is over can be renewed while no other worker has claimed the item, and keeps others out again."""
    await store.put([item("a"), item("b")], now=NOON)
    claimed = await claim_one(store)
    assert await store.renew(claimed, now=after(40), lease=LEASE)
    assert await names(other, after(69)) == []
    await store.record(change("c", settles=claimed))
    assert await names(other, after(69)) == ["b"]


async def test_no_renewal_beside_another_item_of_the_lane_in_hand(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """An older item came back and is in another worker's hand, and a lane has one item in hand."""
    await store.put([item("older"), item("a")], now=NOON)
    await store.give_back(await claim_one(store), now=NOON, retry_at=after(35), counts=False, why="limited")
    claimed = await claim_one(store)
    assert claimed.id == "a"
    assert (await claim_one(other, after(36))).id == "older"
    assert not await store.renew(claimed, now=after(37), lease=LEASE)
    assert await names(store, after(40)) == []


@pytest.mark.parametrize("end", ["settled", "given back", "dead"])
async def test_an_item_out_of_hand_is_not_renewed(store: StoreUnderTest, end: str) -> None:
    """A renewal that arrives after the end does not put the item back into hand."""
    await store.put([item("a"), item("b")], now=NOON)
    claimed = await claim_one(store)
    if end == "settled":
        await store.record(change("c", settles=claimed))
    else:
        retry_at = NOON if end == "given back" else None
        await store.give_back(claimed, now=NOON, retry_at=retry_at, counts=False, why="")
    assert not await store.renew(claimed, now=after(1), lease=LEASE)
    assert await names(store, after(1)) == ["a" if end == "given back" else "b"]


async def test_a_document_s_lease_is_renewed(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """Only its holder renews a document's lease, also where the document was written meanwhile."""
    await store.record(change("1", write(0)))
    [row] = await due(store)
    assert row.until == NOON + LEASE
    await store.record(change("2", write(1), at=after(5)))
    assert await store.renew(row, now=after(20), lease=LEASE)
    assert await due(other, after(49)) == []
    assert await store.renew(row, now=after(30), lease=LEASE)
    [taken] = await due(other, after(60))
    assert not await store.renew(row, now=after(61), lease=LEASE)
    await other.rest(taken, due_at=None, shown=b"")
    assert not await other.renew(taken, now=after(62), lease=LEASE)
    leased = await lease(store, at=after(62))
    assert leased
    assert leased.version == 2


async def test_a_renewal_and_a_takeover_at_once_have_one_winner(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """At the end of a lease either its holder or the other worker has the item, never both."""
    for number in range(30):
        await store.put([item(f"{number}", f"{number}")], now=NOON)
        await store.record(change(f"{number}", write(0, name=f"{number}")))
        claimed, [row] = await claim_one(store), await due(store)
        kept, taken, lease_kept, lease_taken = await asyncio.gather(
            store.renew(claimed, now=after(30), lease=LEASE),
            claim(other, after(30)),
            store.renew(row, now=after(30), lease=LEASE),
            due(other, after(30)),
        )
        assert kept + len(taken) == 1
        assert lease_kept + len(lease_taken) == 1
        for one in [*taken, *([claimed] if kept else [])]:
            await other.record(change(f"{number}/done", settles=one))
        await other.rest(row, due_at=None, shown=b"")


# ---------------------------------------------------------------- record


async def test_versions(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A document begins at version 1, and each write on its newest version makes the next."""
    await store.record(change("1", write(0, b"one"), write(0, b"other", "staging")))
    await store.record(change("2", write(1, b"two")))
    rows = {row.name: (row.version, row.document, row.shown) for row in await other.load(REPOSITORY)}
    assert rows == {"production": (2, b"two", b""), "staging": (1, b"other", b"")}
    assert list(await other.load(REPOSITORY + 1)) == []


@pytest.mark.parametrize("stale", [0, 1, 3])
async def test_conflict(store: StoreUnderTest, stale: int) -> None:
    """Where any version has moved, nothing of the change is written: no row, item, history or settlement."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    await store.record(change("1", write(0, b"one")))
    await store.record(change("2", write(1, b"two")))
    lost = change(
        "lost",
        write(0, b"new", "staging"),
        write(stale, b"lost"),
        history=b"lost",
        items=[item("later", "2")],
        settles=claimed,
    )
    with pytest.raises(Conflict):
        await store.record(lost)
    assert [(row.name, row.version, row.document) for row in await store.load(REPOSITORY)] == [
        ("production", 2, b"two")
    ]
    assert list(await store.history(REPOSITORY, limit=9)) == []
    assert list(await store.put([item("later", "2")], now=NOON)) == [True]
    await store.record(change("lost", settles=claimed))  # the conflict used up neither the id nor the claim


async def test_absent_version(store: StoreUnderTest) -> None:
    """A document that does not exist cannot be written on version 1."""
    with pytest.raises(Conflict):
        await store.record(change("1", write(1)))
    assert list(await store.load(REPOSITORY)) == []


async def test_two_racers(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """Of two writes on the same version at the same time exactly one wins."""
    for version in range(50):
        answers = await asyncio.gather(
            store.record(change(f"a/{version}", write(version))),
            other.record(change(f"b/{version}", write(version))),
            return_exceptions=True,
        )
        assert [type(answer) for answer in answers if answer is not None] == [Conflict]
    assert [row.version for row in await store.load(REPOSITORY)] == [50]


async def test_racing_processes(store: StoreUnderTest, address: str) -> None:
    """Four processes, a hundred rounds: each round has one winner and one entry in history."""
    rounds, racers = 100, 4
    barrier = FORKSERVER.Barrier(racers)
    ends, processes = [], []
    for number in range(racers):
        mine, theirs = FORKSERVER.Pipe(duplex=False)
        process = racer(address, f"{number}", rounds, barrier, theirs)
        theirs.close()
        ends.append(mine)
        processes.append(process)
    wins = [version for end in ends for version in await asyncio.to_thread(drain, end)]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert sorted(wins) == list(range(rounds))
    assert [row.version for row in await store.load(REPOSITORY)] == [rounds]
    assert len(await store.history(REPOSITORY, limit=10 * rounds)) == rounds


async def test_items_of_a_change(store: StoreUnderTest) -> None:
    """An item of a change whose id is known is silently not added."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    again = Item(id="a", lane="2", body=b"again")
    await store.record(change("c", items=[again, item("b", "3"), item("b", "3")], settles=claimed, at=after(5)))
    [added] = await claim(store, after(5))
    assert (added.id, added.lane, added.body, added.stored_at) == ("b", "3", b"body of b", after(5))


async def test_known_item_of_a_change(store: StoreUnderTest) -> None:
    """Where one item of a change is known, the rest of the change is written, and the known item stays unchanged."""
    await store.put([item("a"), item("known", "2")], now=NOON)
    first, _ = await claim(store)
    again = Item(id="known", lane="3", body=b"again")
    await store.record(
        change("c", write(0), history=b"told", items=[item("b", "4"), again, item("c", "5")], settles=first)
    )
    assert [row.version for row in await store.load(REPOSITORY)] == [1]
    assert len(await store.history(REPOSITORY, limit=9)) == 1
    assert await names(store) == ["b", "c"]
    oldest, *_ = await claim(store, after(60))
    assert (oldest.id, oldest.lane) == ("known", "2")


@pytest.mark.parametrize("history", [b"", b"told"])
async def test_change_twice(store: StoreUnderTest, history: bytes) -> None:
    """A change that is sent again after a lost answer is written once, also one without history."""
    await store.put([item("a")], now=NOON)
    once = change("c", write(0, b"one"), history=history, items=[item("b")], settles=await claim_one(store))
    await store.record(once)
    await store.record(once)
    [row] = await store.load(REPOSITORY)
    assert row.version == 1
    assert len(await store.history(REPOSITORY, limit=9)) == (1 if history else 0)
    assert await names(store) == ["b"]


@pytest.mark.parametrize("history", [b"", b"told"])
async def test_change_decided_anew(store: StoreUnderTest, history: bytes) -> None:
    """Of a second change under the id of a written one, nothing is written."""
    await store.record(change("c", write(0), history=history))
    await store.record(change("c", write(1), history=history, items=[item("a")]))
    assert [row.version for row in await store.load(REPOSITORY)] == [1]
    assert await names(store) == []


# ---------------------------------------------------------------- documents: due, leased, at rest


async def test_due_at_once(store: StoreUnderTest) -> None:
    """A written document is due from the change's time on."""
    await store.record(change("1", write(0, b"one"), at=after(10)))
    assert await due(store, after(9.999999)) == []
    [row] = await due(store, after(10))
    assert (row.repository, row.name, row.version, row.document, row.shown) == (
        REPOSITORY,
        "production",
        1,
        b"one",
        b"",
    )


async def test_leased(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A due document goes to one worker, and to the next when the first one's lease is over."""
    await store.record(change("1", write(0)))
    assert len(await due(store)) == 1
    assert await due(other, after(29)) == []
    assert len(await due(other, after(30))) == 1


async def test_due_longest_first(store: StoreUnderTest) -> None:
    """The documents that have been due for longest come first, up to the limit."""
    for number, name in enumerate(("c", "a", "b")):
        await store.record(change(name, write(0, name=name), at=after(number)))
    assert [row.name for row in await due(store, after(9), limit=2)] == ["c", "a"]
    assert [row.name for row in await due(store, after(9), limit=2)] == ["b"]


async def test_lease_of_one_document(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A document that is named is leased whether due or not, unless another worker holds its lease."""
    await store.record(change("1", write(0), write(0, name="staging")))
    [production, _] = sorted(await due(store), key=lambda row: row.name)
    assert await lease(other) is None
    await store.rest(production, due_at=None, shown=b"")
    leased = await lease(other)
    assert leased
    assert (leased.name, leased.until) == ("production", NOON + LEASE)
    assert await lease(store) is None
    assert await lease(store, "unknown") is None


async def test_rest(store: StoreUnderTest) -> None:
    """A document at rest keeps `shown` and its version, and is not due before its time."""
    await store.record(change("1", write(0, b"one")))
    [row] = await due(store)
    await store.rest(row, due_at=after(60), shown=b"shown")
    assert await due(store, after(59)) == []
    [again] = await due(store, after(60))
    assert (again.version, again.document, again.shown) == (1, b"one", b"shown")
    await store.rest(again, due_at=None, shown=b"more")
    assert await due(store, after(days=365)) == []
    assert [kept.shown for kept in await store.load(REPOSITORY)] == [b"more"]


async def test_write_ends_rest(store: StoreUnderTest) -> None:
    """A write makes a document due again and keeps `shown`; a worker that holds its lease keeps it."""
    await store.record(change("1", write(0)))
    [row] = await due(store)
    await store.rest(row, due_at=None, shown=b"shown")
    leased = await lease(store)
    assert leased
    await store.record(change("2", write(1), at=after(1)))
    assert await due(store, after(1)) == []
    await store.rest(leased, due_at=None, shown=b"shown")
    assert [(row.version, row.shown) for row in await due(store, after(1))] == [(2, b"shown")]


async def test_rest_of_a_moved_row(store: StoreUnderTest) -> None:
    """Where the version has moved meanwhile, `shown` is stored, and the document stays due and without a lease."""
    await store.record(change("1", write(0)))
    [row] = await due(store)
    await store.record(change("2", write(1), at=after(1)))
    await store.rest(row, due_at=after(days=1), shown=b"shown")
    await store.rest(row, due_at=after(days=1), shown=b"later")
    assert [(row.version, row.shown) for row in await due(store, after(1))] == [(2, b"later")]


async def test_rest_after_another(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A slow worker that painted an older version last makes the document due, though another has put it to rest."""
    await store.record(change("1", write(0)))
    [slow] = await due(store)
    await store.record(change("2", write(1), at=after(1)))
    [quick] = await due(other, NOON + 2 * LEASE)
    await other.rest(quick, due_at=after(days=1), shown=b"new")
    await store.rest(slow, due_at=after(days=1), shown=b"old")
    assert await due(store, after(0.5)) == []
    assert [(row.version, row.shown) for row in await due(store, after(2))] == [(2, b"old")]


@pytest.mark.parametrize("moved", [False, True])
async def test_rest_without_the_lease(store: StoreUnderTest, other: StoreUnderTest, moved: bool) -> None:
    """A worker whose lease another one has taken over keeps that lease out of its `rest`, and the document due."""
    await store.record(change("1", write(0)))
    [slow] = await due(store)
    if moved:
        await store.record(change("2", write(1), at=after(1)))
    [quick] = await due(other, after(30))
    await store.rest(slow, due_at=after(days=1), shown=b"old")
    assert await due(store, after(59)) == []
    assert await store.lease_document(slow.repository, "production", now=after(59), lease=LEASE) is None
    assert await other.renew(quick, now=after(59), lease=LEASE)
    assert [row.shown for row in await due(store, after(90))] == [b"old"]
    await other.rest(quick, due_at=None, shown=b"new")
    assert await due(other, after(91)) == []


async def test_rest_after_a_renewal(store: StoreUnderTest, other: StoreUnderTest) -> None:
    """A renewed lease is ended by its holder, whose row still names the lease's first end."""
    await store.record(change("1", write(0)))
    [row] = await due(store)
    assert await store.renew(row, now=after(20), lease=LEASE)
    await store.rest(row, due_at=after(25), shown=b"")
    assert await due(other, after(24)) == []
    assert len(await due(other, after(25))) == 1


async def test_rest_with_the_shown_it_was_leased_with(store: StoreUnderTest) -> None:
    """A worker that published nothing leaves the newer `shown` that is stored by then."""
    await store.record(change("1", write(0)))
    [row] = await due(store)
    await store.rest(row, due_at=None, shown=b"new")
    await store.rest(row, due_at=NOON, shown=row.shown)
    assert [kept.shown for kept in await due(store)] == [b"new"]


async def test_rest_of_nothing(store: StoreUnderTest) -> None:
    """`rest` does not create a document."""
    await store.record(change("1", write(0)))
    [row] = await due(store)
    gone = replace(row, repository=REPOSITORY + 1)
    await store.rest(gone, due_at=None, shown=b"")
    assert list(await store.load(REPOSITORY + 1)) == []


async def test_many_puts_at_once_each_get_their_own_answer(store: StoreUnderTest) -> None:
    """Of puts with the same id at the same time one is stored; a cancelled put cancels no other."""
    await store.put([item("known")], now=NOON)
    asked = [[item(f"{n % 50}", lane=f"{n % 50}"), item("known")] for n in range(100)]
    puts = [asyncio.ensure_future(store.put(items, now=NOON)) for items in asked]
    gives_up = asyncio.ensure_future(store.put([item("given up")], now=NOON))
    await asyncio.sleep(0)
    gives_up.cancel()
    answers = [list(answer) for answer in await asyncio.gather(*puts)]
    assert sum(first for first, _ in answers) == 50
    assert not any(known for _, known in answers)
    assert len(await claim(store, limit=100)) == 50
    assert list(await store.put([], now=NOON)) == []


async def test_puts_that_wait_together_are_written_together(tmp_path: Path) -> None:
    """Two hundred puts at once take less than a hundred pages of SQLite's write-ahead log."""
    store = SqliteStore(tmp_path / "ghapp.db")
    await store.open()
    await asyncio.gather(*(store.put([item(f"{n}", lane=f"{n}")], now=NOON) for n in range(200)))
    written = (tmp_path / "ghapp.db-wal").stat().st_size
    assert len(await claim(store, limit=300)) == 200
    await store.close()
    assert written < 100 * 4096


async def test_versions_change_with_each_write_of_a_document_and_with_nothing_else(
    store: StoreUnderTest, other: StoreUnderTest
) -> None:
    """Every document is listed, due or at rest; a lease and a rest change no version, a write by any worker does."""
    assert list(await store.versions()) == []
    await store.record(change("a", write(0), write(0, name="staging")))
    await store.record(replace(change("b", replace(write(0), repository=REPOSITORY - 1)), repository=REPOSITORY - 1))
    first = [Version(REPOSITORY - 1, "production", 1), Version(REPOSITORY, "production", 1)]
    assert list(await store.versions()) == [*first, Version(REPOSITORY, "staging", 1)]
    leased = await due(store, limit=3)
    for row in leased:
        await store.rest(row, due_at=None, shown=b"shown")
    assert len(leased) == 3
    assert list(await store.versions()) == [*first, Version(REPOSITORY, "staging", 1)]
    await other.record(change("c", write(1, b'{"a": 1}', name="staging")))
    assert list(await store.versions()) == [*first, Version(REPOSITORY, "staging", 2)]


async def test_repositories(store: StoreUnderTest) -> None:
    """Each repository with a document is listed once, whether anything is due there or all is at rest for good."""
    assert list(await store.repositories()) == []
    elsewhere = [replace(write(0), repository=REPOSITORY + number) for number in (2, 1)]
    for number, made in enumerate([write(0), write(0, name="staging"), *elsewhere]):
        await store.record(replace(change(f"{number}", made), repository=made.repository))
    row = await lease(store)
    assert row
    await store.rest(row, due_at=None, shown=b"")
    assert list(await store.repositories()) == [REPOSITORY, REPOSITORY + 1, REPOSITORY + 2]
    assert await due(store, after(days=900), limit=1)
    assert "production" not in [row.name for row in await due(store, after(days=999)) if row.repository == REPOSITORY]


# ---------------------------------------------------------------- dead letters, history


async def test_dead_letters(store: StoreUnderTest) -> None:
    """A dead letter leaves its lane, is listed oldest first with the reason, and its id stays known."""
    await store.put([item("a"), item("b"), item("c")], now=NOON)
    for why in ("first", "second"):
        await store.give_back(await claim_one(store), now=NOON, retry_at=None, counts=True, why=why)
    assert list(await store.dead(limit=9)) == [(item("a"), "first"), (item("b"), "second")]
    assert list(await store.dead(limit=1)) == [(item("a"), "first")]
    assert list(await store.put([item("a")], now=after(days=30))) == [False]
    assert await names(store) == ["c"]


async def test_counts(store: StoreUnderTest) -> None:
    """Open items count whether in hand or not, dead ones apart, and settled ones no more."""
    assert await store.counts() == Counts(0, 0)
    await store.put([item(name, lane=name) for name in "abcd"], now=NOON)
    first, second, *_ = await claim(store)
    await store.give_back(first, now=NOON, retry_at=None, counts=True, why="bad")
    await store.record(change("done", settles=second))
    assert await store.counts() == Counts(open=2, dead=1)


async def test_revive(store: StoreUnderTest) -> None:
    """A revived dead letter is ready with its tries at 0; an item that is not dead cannot be revived."""
    await store.put([item("a")], now=NOON)
    assert await store.revive("a", now=NOON) is False
    for retry_at in (NOON, None):
        await store.give_back(await claim_one(store), now=NOON, retry_at=retry_at, counts=True, why="bad")
    assert await store.revive("a", now=after(5)) is True
    assert await store.revive("a", now=after(5)) is False
    assert await store.revive("unknown", now=NOON) is False
    assert list(await store.dead(limit=9)) == []
    claimed = await claim_one(store, after(5))
    assert (claimed.id, claimed.body, claimed.tries, claimed.stored_at) == ("a", b"body of a", 0, NOON)


async def test_channels(store: StoreUnderTest) -> None:
    """A repository is found once by each channel that a change named. A failed change may leave a channel too, so
    callers check the documents."""
    first = replace(change("a", write(0)), found_by=("C1", "C2"))
    await store.record(first)
    await store.record(first)
    await store.record(replace(change("b", write(1)), found_by=("C1",)))
    with pytest.raises(Conflict):
        await store.record(replace(change("c", write(1)), found_by=("C1", "C3")))
    found = [list(await store.found_by(channel)) for channel in ("C1", "C2", "C4")]
    assert found == [[REPOSITORY], [REPOSITORY], []]


async def test_forty_environments_with_a_channel_and_a_target_each(store: StoreUnderTest) -> None:
    """All channels and targets that a config may name for the first time fit into one change."""
    writes = [write(0, name=f"e{number}") for number in range(40)]
    channels = [f"{kind}{number}" for number in range(40) for kind in ("C", "codedeploy:app/")]
    await store.put([item("config")], now=NOON)
    first = replace(change("a", *writes, settles=await claim_one(store)), found_by=tuple(channels))
    await store.record(first)
    await store.record(first)
    assert len(await store.load(REPOSITORY)) == 40
    assert [list(await store.found_by(channel)) for channel in channels] == [[REPOSITORY]] * 80


async def test_history(store: StoreUnderTest) -> None:
    """History is of one repository, newest first, up to the limit, without changes that left none."""
    for number in range(5):
        await store.record(
            change(f"{number}", at=after(number), history=b"" if number == 3 else f"told {number}".encode())
        )
    found = await store.history(REPOSITORY, limit=3)
    assert [(past.id, past.at, past.history) for past in found] == [
        ("4", after(4), b"told 4"),
        ("2", after(2), b"told 2"),
        ("1", after(1), b"told 1"),
    ]
    assert [past.id for past in await store.history(REPOSITORY, limit=3, before=found[-1].place)] == ["0"]
    assert list(await store.history(REPOSITORY + 1, limit=3)) == []


async def test_history_stays(store: StoreUnderTest) -> None:
    """History and its changes' ids are never removed."""
    await store.record(change("old", write(0), history=b"told"))
    await store.record(change("new", at=after(days=400)))
    await store.record(change("old", write(1), history=b"told", at=after(days=400)))
    assert [past.id for past in await store.history(REPOSITORY, limit=9)] == ["old"]
    assert [row.version for row in await store.load(REPOSITORY)] == [1]


# ---------------------------------------------------------------- durability


async def test_reopened(store: StoreUnderTest, address: str) -> None:
    """A reopened store has its items, tokens, documents, leases and history."""
    await store.put([item("in hand"), item("waiting"), item("dead", "2")], now=NOON)
    held, dead = await claim(store)
    await store.give_back(dead, now=NOON, retry_at=None, counts=True, why="bad")
    await store.record(change("c", write(0, b"one"), history=b"told"))
    [row] = await due(store)
    await store.rest(row, due_at=after(60), shown=b"shown")
    await store.close()

    again = connect(address)
    try:
        assert [(kept.version, kept.document, kept.shown) for kept in await again.load(REPOSITORY)] == [
            (1, b"one", b"shown")
        ]
        assert [past.history for past in await again.history(REPOSITORY, limit=9)] == [b"told"]
        assert list(await again.dead(limit=9)) == [(item("dead", "2"), "bad")]
        assert await due(again, after(59)) == []
        assert await names(again) == []
        await again.record(change("settled", settles=held))
        assert await names(again) == ["waiting"]
    finally:
        await again.close()


async def test_check(store: StoreUnderTest) -> None:
    """A healthy store returns the time of its clock, within 5 seconds of ours."""
    before = datetime.now(UTC)
    told = await store.check()
    assert before - timedelta(seconds=5) <= told <= datetime.now(UTC) + timedelta(seconds=5)


@pytest.mark.timeout(300)
async def test_killed_writer(store: StoreUnderTest, address: str) -> None:
    """After `kill -9` in the middle of puts every acknowledged item is there, and every batch is whole or absent."""
    dice = random.Random(20261123)
    for run in range(20 if address.startswith("sqlite") else 5):
        mine, theirs = FORKSERVER.Pipe(duplex=False)
        process = writer(address, run, theirs)
        theirs.close()
        acknowledged = [await asyncio.to_thread(mine.recv) for _ in range(dice.randrange(1, 40))]
        process.kill()
        acknowledged += await asyncio.to_thread(drain, mine)
        process.join()
        last = acknowledged[-1]
        for batch in range(last + 1):
            assert list(await store.put(put_batch(run, batch), now=NOON)) == [False] * 3
        beyond = await store.put(put_batch(run, last + 1), now=NOON)
        assert list(beyond) in ([True] * 3, [False] * 3)
        claimed = {each.id: each.body for each in await claim(store, limit=100_000)}
        assert claimed == {each.id: each.body for batch in range(last + 2) for each in put_batch(run, batch)}


def drain(end: Any) -> list[int]:
    """Receives until the other side is gone."""
    received = []
    try:
        while True:
            received.append(int(end.recv()))
    except EOFError:
        end.close()
    return received


# ---------------------------------------------------------------- SQLite alone


async def test_sqlite_opened_by_many_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight connections may create one file at the same time."""
    real: Connect = sqlite3.connect
    barrier = threading.Barrier(8)

    def connect_together(path: str, **options: Any) -> sqlite3.Connection:
        barrier.wait(timeout=20)
        return real(path, **options)

    monkeypatch.setattr(sqlite3, "connect", connect_together)
    for number in range(50):
        stores = [SqliteStore(tmp_path / f"{number}.db") for _ in range(barrier.parties)]
        answers = await asyncio.gather(*(each.put([item("a")], now=NOON) for each in stores))
        assert sum(answer[0] for answer in answers) == 1
        await asyncio.gather(*(each.close() for each in stores))


async def test_sqlite_older_schema(tmp_path: Path) -> None:
    """A file of an older schema gets the missing tables and keeps its rows."""
    path = tmp_path / "ghapp.db"
    store = SqliteStore(path)
    await store.record(change("a", write(0)))
    await store.close()
    with sqlite3.connect(path) as older:
        older.execute("ALTER TABLE document DROP COLUMN leased_by")
        older.execute("DROP TABLE silence")
        older.execute("DROP TABLE channel")
        older.execute("DROP TABLE mark")
        older.execute("PRAGMA user_version = 1")
    older.close()
    (tmp_path / "ghapp.db.witness").unlink()
    store = SqliteStore(path)
    await store.record(replace(change("b", write(1)), found_by=("C1",)))
    assert list(await store.found_by("C1")) == [REPOSITORY]
    assert [row.version for row in await store.load(REPOSITORY)] == [2]
    await store.close()


async def test_sqlite_newer_schema(tmp_path: Path) -> None:
    """A file of a newer schema is refused in one sentence, and left unchanged."""
    path = tmp_path / "ghapp.db"
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    store = SqliteStore(path)
    with pytest.raises(Permanent, match=r"has schema 99 and this version knows 5: upgrade ghapp$"):
        await store.open()
    await store.close()
    with sqlite3.connect(path) as same:
        assert same.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    same.close()


async def test_sqlite_not_there(tmp_path: Path) -> None:
    """A path where no file can be made, and a file that is no database, raise `Retryable`."""
    (tmp_path / "note.txt").write_text("not a database, but long enough to be looked at as one" * 100)
    for path in (tmp_path / "absent" / "ghapp.db", tmp_path / "note.txt"):
        store = SqliteStore(path)
        with pytest.raises(Retryable, match=r"^the store"):
            await store.check()
        await store.close()


async def test_sqlite_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the write lock, writes raise `Retryable` and reads go on; later writes succeed."""
    real: Connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: real(path, **(options | {"timeout": 0.01})))
    store = SqliteStore(tmp_path / "ghapp.db")
    await store.open()
    neighbour = real(tmp_path / "ghapp.db", isolation_level=None)
    neighbour.execute("BEGIN IMMEDIATE")
    with pytest.raises(Retryable, match=r"^the store cannot be used: database is locked$"):
        await store.put([item("a")], now=NOON)
    with pytest.raises(Retryable):
        await store.check()
    assert list(await store.load(REPOSITORY)) == []
    neighbour.execute("ROLLBACK")
    neighbour.close()
    assert list(await store.put([item("a")], now=NOON)) == [True]
    await store.close()


async def test_sqlite_does_not_grow(tmp_path: Path) -> None:
    """Settled items and changes without history are deleted after a week; a settled item's body at once."""
    store = SqliteStore(tmp_path / "ghapp.db")
    db = sqlite3.connect(tmp_path / "ghapp.db")
    for number in range(5):
        await store.put([item(f"{number}")], now=NOON)
        await store.record(change(f"{number}", settles=await claim_one(store)))
    assert db.execute("SELECT count(*), max(length(body)) FROM item").fetchone() == (5, 0)
    await store.record(change("later", at=after(days=8)))
    assert db.execute("SELECT id FROM change").fetchall() == [("later",)]
    assert db.execute("SELECT count(*) FROM item").fetchone() == (0,)
    db.close()
    await store.close()


async def test_sqlite_microseconds(tmp_path: Path) -> None:
    """Times are kept to the microsecond."""
    dice = random.Random(1)
    store = SqliteStore(tmp_path / "ghapp.db")
    for number in range(100):
        at = NOON + timedelta(microseconds=dice.randrange(10**15))
        await store.record(change(f"{number}", at=at, history=b"told"))
        assert [past.at for past in await store.history(REPOSITORY, limit=1)] == [at]
    await store.close()


async def test_sqlite_locked_for_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that wait together fail after one wait for the write lock, and reads go on meanwhile."""
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: real(path, **(options | {"timeout": 1.0})))
    store = SqliteStore(tmp_path / "ghapp.db")
    await store.open()
    with closing(real(tmp_path / "ghapp.db", isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        puts = [asyncio.ensure_future(store.put([item(f"{n}")], now=NOON)) for n in range(50)]
        claims = [asyncio.create_task(claim(store)) for _ in range(50)]
        assert await store.counts() == Counts(0, 0)
        assert not puts[0].done()
        outcomes = await asyncio.gather(*puts, *claims, return_exceptions=True)
        assert time.monotonic() - began < 20  # a hundred waits one after another would take 100
    assert {type(outcome) for outcome in outcomes} == {Retryable}
    await store.close()


async def test_sqlite_closed(tmp_path: Path) -> None:
    """A call on a closed store raises `Retryable`."""
    store = SqliteStore(tmp_path / "ghapp.db")
    await store.close()
    with pytest.raises(Retryable, match="closed"):
        await store.put([item("late")], now=NOON)
    await store.close()


async def test_sqlite_disk_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk nothing of a put is stored, and the fault's message names the cause."""
    real: Connect = sqlite3.connect
    full = True

    def connect_to_small_disk(path: str, **options: Any) -> sqlite3.Connection:
        db = real(path, **options)
        if full:
            db.execute("PRAGMA max_page_count = 40")
        return db

    monkeypatch.setattr(sqlite3, "connect", connect_to_small_disk)
    store = SqliteStore(tmp_path / "ghapp.db")
    big = Item(id="big", lane="2", body=bytes(1_000_000))
    with pytest.raises(Retryable, match=r"^the store cannot be used: database or disk is full$"):
        await store.put([item("a"), big], now=NOON)
    full = False
    assert list(await store.put([item("a"), big], now=NOON)) == [True, True]
    await store.close()


async def test_sqlite_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every statement of every method goes through an index; only `dead` walks one."""
    real: Connect = sqlite3.connect
    statements: list[str] = []

    def connect_and_trace(path: str, **options: Any) -> sqlite3.Connection:
        db = real(path, **options)
        db.set_trace_callback(statements.append)
        return db

    monkeypatch.setattr(sqlite3, "connect", connect_and_trace)
    store = SqliteStore(tmp_path / "ghapp.db")
    await store.open()
    statements.clear()
    await use_all_of(store)
    await store.close()

    asked = [each for each in statements if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)", each)]
    assert len(asked) > 20
    db = real(tmp_path / "ghapp.db")
    for statement in asked:
        for *_, step in db.execute(f"EXPLAIN QUERY PLAN {statement}"):
            walks = re.match(r"SCAN (?!lanes|(\d+ )?CONSTANT)", step)
            assert not walks or step == "SCAN item USING INDEX item_dead", (step, statement)
    db.close()


async def use_all_of(store: SqliteStore) -> None:
    """Calls every method in every branch."""
    await store.check()
    await store.put([item("a"), item("b"), item("c", "2")], now=NOON)
    first, second = await claim(store)
    await store.give_back(first, now=NOON, retry_at=NOON, counts=True, why="")
    await store.give_back(second, now=NOON, retry_at=None, counts=True, why="")
    await store.dead(limit=9)
    await store.revive("c", now=NOON)
    await store.record(change("1", write(0), history=b"told", items=[item("d")]))
    await store.record(change("2", write(1), settles=(await claim(store))[0]))
    [row] = await due(store)
    await store.rest(row, due_at=NOON, shown=b"")
    await lease(store)
    await store.load(REPOSITORY)
    await store.put([item("e", "acme/1/heads/7"), item("f", "acme/1/heads/7")], now=NOON)
    await claim(store)
    await store.keep_silence("acme", 1, seen=await store.silence("acme", 1), at=NOON)
    await store.break_silence("acme", 1)
    await store.break_silence("acme")
    await store.history(REPOSITORY, limit=9)
