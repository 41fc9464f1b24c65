"""Queue items: put, released from their claim, and dead. Every condition is on the rows themselves."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from ghapp.adapters.aws.dynamodb.faults import Unmet
from ghapp.adapters.aws.dynamodb.rows import (
    DEAD_LIST,
    Attributes,
    all_of,
    item_id,
    item_key,
    key_of,
    lane_key,
    ready_list,
    stamp,
)
from ghapp.adapters.aws.dynamodb.table import ACTIONS, Action, Table, delete, put, update
from ghapp.ports import Claimed, Counts, Item

KNOWN = timedelta(days=7)
GARBAGE_AFTER = timedelta(days=8)


def ttl() -> int:
    """When the service may delete a row that is no longer needed: by its clock, so by this machine's, not by `now`."""
    return int(time.time() + GARBAGE_AFTER.total_seconds())


# ---------------------------------------------------------------- put


async def store(table: Table, items: Sequence[Item], now: datetime) -> Sequence[bool]:
    """Writes a hundred at a time, each hundred all or nothing."""
    by, first = secrets.token_hex(16), dict[str, int]()
    for place, item in enumerate(items):
        first.setdefault(item.id, place)
    new = {item_id: stored(table, items[place], now, by) for item_id, place in first.items()}
    ids, known = list(new), set[str]()
    for start in range(0, len(ids), ACTIONS):
        known |= await _known(table, {each: new[each] for each in ids[start : start + ACTIONS]}, by)
    return [first[item.id] == place and item.id not in known for place, item in enumerate(items)]


async def _known(table: Table, new: dict[str, Action], by: str) -> set[str]:
    """Stores the new ones; returns the ids that were known."""
    left = dict(new)
    while left:
        try:
            await table.write(*left.values())
            break
        except Unmet as unmet:
            if any(reason.row.get("put_by") == by for reason in unmet.reasons):
                break  # they are ours: the answer was lost
            left = {each: left[each] for each, reason in zip(left, unmet.reasons, strict=True) if not reason.unmet}
    return new.keys() - left.keys()


def stored(table: Table, item: Item, now: datetime, by: str) -> Action:
    """A new item, unless its id is known. A kept one is done from the beginning, and on no list."""
    kept: Attributes = {"state": "done", "settled_at": stamp(now), "ttl": ttl()}
    ready: Attributes = {"state": "open", "list": ready_list(item.lane), "place": stamp(now)}
    row: Attributes = {
        **item_key(item.id),
        "lane": item.lane,
        "body": item.body,
        "stored_at": stamp(now),
        "tries": 0,
        "put_by": by,
        "seq": table.next_seq(),
        "home": ready_list(item.lane),
        **(kept if item.kept else ready),
    }
    new_or_forgotten = "attribute_not_exists(#pk) OR (#state = :done AND #settled_at <= :forgotten)"
    return put(row, new_or_forgotten, done="done", forgotten=stamp(now - KNOWN))


# ---------------------------------------------------------------- release


def settled(claimed: Claimed, at: datetime, by: str) -> Action:
    """Marks the item done and keeps its id. A lease that is over still counts while no other worker has the item."""
    return update(
        item_key(claimed.id),
        "SET #state = :done, #body = :nothing, #settled_at = :at, #settled_by = :by, #ttl = :ttl"
        " REMOVE #token, #list, #place",
        "#token = :token",
        done="done",
        nothing=b"",
        at=stamp(at),
        by=by,
        ttl=ttl(),
        token=claimed.token,
    )


async def overtaken(table: Table, older: Sequence[Attributes], now: datetime) -> None:
    """Marks these done: a newer item of their lane, which is leased, covers them. One that is no longer open stays as
    it is, and so does one that the index does not show yet: that one is processed once more than needed."""
    for start in range(0, len(older), ACTIONS):
        left = [_overtaken(key_of(row), now) for row in older[start : start + ACTIONS]]
        while left:
            try:
                await table.write(*left)
                break
            except Unmet as unmet:
                left = [each for each, reason in zip(left, unmet.reasons, strict=True) if not reason.unmet]


def _overtaken(key: Attributes, now: datetime) -> Action:
    return update(
        key,
        "SET #state = :done, #body = :nothing, #settled_at = :at, #ttl = :ttl REMOVE #token, #list, #place",
        "#state = :open",
        done="done",
        nothing=b"",
        at=stamp(now),
        ttl=ttl(),
        open="open",
    )


def lane_freed(claimed: Claimed) -> Action:
    """Unmet where another worker took the lane after our lease ended: then it is not ours to free."""
    return delete(lane_key(claimed.lane), "attribute_not_exists(#pk) OR #token = :token", token=claimed.token)


async def give_back(table: Table, claimed: Claimed, retry_at: datetime, counts: bool, why: str) -> None:
    """Does nothing where another worker has it by now, or on a second call after a lost answer."""
    ready = update(
        item_key(claimed.id),
        "SET #place = :at, #tries = #tries - :uncounted, #why = :why REMOVE #token",
        "#token = :token",
        at=stamp(retry_at),
        uncounted=0 if counts else 1,
        why=why,
        token=claimed.token,
    )
    await _out_of_hand(table, claimed, ready)


async def bury(table: Table, claimed: Claimed, now: datetime, why: str) -> None:
    """Moves the item to the dead letters, under the same condition. They stay until they are revived."""
    dead = update(
        item_key(claimed.id),
        "SET #state = :dead, #list = :list, #place = #seq, #settled_at = :now, #why = :why REMOVE #token",
        "#token = :token",
        dead="dead",
        list=DEAD_LIST,
        now=stamp(now),
        why=why,
        token=claimed.token,
    )
    await _out_of_hand(table, claimed, dead)


async def _out_of_hand(table: Table, claimed: Claimed, item: Action) -> None:
    try:
        await table.write(item, lane_freed(claimed))
    except Unmet as unmet:
        if not unmet.reasons[0].unmet:
            await _out_of_hand_alone(table, item)


async def _out_of_hand_alone(table: Table, item: Action) -> None:
    try:
        await table.write(item)
    except Unmet:
        return


# ---------------------------------------------------------------- dead letters


async def overtakes(table: Table, claimed: Claimed) -> bool:
    """Compares the order in which they were put. The index proposes, and the rows themselves decide."""
    own = await table.row(item_key(claimed.id))
    listed = await table.listed(ready_list(claimed.lane)) if own else []
    older = [row for row in listed if own and row["lane"] == claimed.lane and int(row["seq"]) < int(own["seq"])]
    return any(row["state"] == "open" for row in await table.rows(older))


async def revive(table: Table, item_id: str, now: datetime) -> bool:
    by = secrets.token_hex(16)
    open_again = update(
        item_key(item_id),
        "SET #state = :open, #tries = :none, #list = #home, #place = :now, #revived_by = :by REMOVE #settled_at, #why",
        "#state = :dead",
        open="open",
        none=0,
        now=stamp(now),
        by=by,
        dead="dead",
    )
    try:
        await table.write(open_again)
    except Unmet as unmet:
        return unmet.reasons[0].row.get("revived_by") == by
    return True


async def dead(table: Table, limit: int) -> Sequence[tuple[Item, str]]:
    found = await table.rows(await table.listed(DEAD_LIST, limit=limit))
    buried = sorted((row for row in found if row["state"] == "dead"), key=lambda row: row["seq"])
    return [(_item(row), str(row["why"])) for row in buried]


async def item(table: Table, wanted: str) -> Item | None:
    row = await table.row(item_key(wanted))
    return _item(row) if row else None


async def counts(table: Table) -> Counts:
    found = await asyncio.gather(*(table.count(list_name) for list_name in (*all_of("ready"), DEAD_LIST)))
    return Counts(open=sum(found[:-1]), dead=found[-1])


def _item(row: Attributes) -> Item:
    body = row["body"]
    assert isinstance(body, bytes)
    return Item(id=item_id(row), lane=str(row["lane"]), body=body)
