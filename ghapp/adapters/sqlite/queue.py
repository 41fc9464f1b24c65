"""Queue items: put, claimed lane by lane, and settled. Every condition is in SQL, within the caller's transaction."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ghapp.adapters.sqlite.file import Raised
from ghapp.adapters.sqlite.schema import moment, stamp
from ghapp.core.model.lanes import NEWEST_COUNTS, Share, in_turn, newest_counts
from ghapp.ports import Claimed, Counts, Item, Superseded

KNOWN = timedelta(days=7)
AT_ONCE = 100  # old rows that one call deletes, at most

# Skips from lane to lane by the index, however long each lane is: https://www.sqlite.org/lang_with.html
_CLAIMABLE = """
WITH RECURSIVE lanes (lane) AS (
    SELECT min(lane) FROM item WHERE state = 'open'
    UNION ALL
    SELECT (SELECT min(lane) FROM item WHERE state = 'open' AND lane > lanes.lane) FROM lanes WHERE lane IS NOT NULL
)
SELECT front.seq, front.lane
FROM lanes JOIN item AS front ON front.seq = CASE WHEN lanes.lane GLOB :newest_counts THEN (
    SELECT max(newest.seq) FROM item AS newest WHERE newest.state = 'open' AND newest.lane = lanes.lane
) ELSE (
    SELECT ready.seq FROM item AS ready
    WHERE ready.state = 'open' AND ready.lane = lanes.lane AND ready.ready_at <= :now
    ORDER BY ready.seq LIMIT 1
) END
WHERE front.ready_at <= :now
    AND NOT EXISTS (SELECT 1 FROM item AS held WHERE held.lane = lanes.lane AND held.lease_until > :now)
ORDER BY front.seq
"""
_OLDER = """UPDATE item SET state = 'done', body = x'', token = NULL, lease_until = NULL, settled_at = ?
WHERE state = 'open' AND lane = ? AND seq < ?"""


Put = tuple[Sequence[Item], datetime]
"""Items, and the time at which they arrived."""

Done = tuple[Claimed, datetime]
"""A claim whose item is done, and when."""


def put(db: sqlite3.Connection, puts: Sequence[Put]) -> Sequence[Sequence[bool]]:
    """Inserts all with one statement; of two with the same id the first is stored. True for each stored one."""
    _forget(db, puts[-1][1])
    values = [value for each, at in puts for item in each for value in _values(item, stamp(at))]
    count = sum(len(each) for each, _ in puts)
    added = _inserted(db, count, values) if count else 0
    if added == count:
        return [[True] * len(each) for each, _ in puts]
    # the new ones have the highest `seq`
    new = {item_id for (item_id,) in db.execute("SELECT id FROM item ORDER BY seq DESC LIMIT ?", (added,))}
    return [[_taken(new, item.id) for item in each] for each, _ in puts]


def _inserted(db: sqlite3.Connection, count: int, values: Sequence[object]) -> int:
    """Returns how many were new. No RETURNING: each row would take a turn of Python's lock."""
    # a new item is ready at once, independent of the writer's clock
    rows = ", ".join(["(?, ?, ?, ?, ?, ?, 0)"] * count)
    insert = f"""INSERT INTO item (id, lane, body, state, stored_at, settled_at, ready_at) VALUES {rows}
        ON CONFLICT (id) DO NOTHING"""  # noqa: S608 - placeholders only
    return db.execute(insert, values).rowcount


def _values(item: Item, at: int) -> tuple[object, ...]:
    """A kept item is done from the beginning, and so is deleted in time."""
    return item.id, item.lane, item.body, *(("done", at, at) if item.kept else ("open", at, None))


def _taken(new: set[str], item_id: str) -> bool:
    if item_id not in new:
        return False
    new.remove(item_id)
    return True


def claim(
    db: sqlite3.Connection, now: datetime, lease: timedelta, limit: int, share: Share | None
) -> Sequence[Claimed]:
    asked = {"now": stamp(now), "newest_counts": NEWEST_COUNTS}
    found: list[tuple[int, str]] = db.execute(_CLAIMABLE, asked).fetchall()
    chosen = in_turn(found, lambda row: row[1], share)[:limit]
    db.executemany(_OLDER, [(stamp(now), lane, seq) for seq, lane in chosen if newest_counts(lane)])
    return _in_hand(db, [seq for seq, _ in chosen], now + lease) if chosen else []


def _in_hand(db: sqlite3.Connection, chosen: Sequence[int], until: datetime) -> Sequence[Claimed]:
    """Leases the items, in the order chosen. Each gets a token of its own."""
    taken = f"""UPDATE item SET token = lower(hex(randomblob(8))), lease_until = ?, tries = tries + 1
        WHERE seq IN ({_marks(chosen)}) RETURNING seq, id, lane, body, tries - 1, token, stored_at"""  # noqa: S608
    found = {seq: rest for seq, *rest in db.execute(taken, (stamp(until), *chosen))}
    return [_claimed(found[seq], until) for seq in chosen]


def _claimed(row: Sequence[Any], until: datetime) -> Claimed:
    item_id, lane, body, tries, token, stored_at = row
    at = moment(stored_at)
    return Claimed(id=item_id, lane=lane, body=body, tries=tries, token=token, stored_at=at, until=until)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def renew(db: sqlite3.Connection, claimed: Claimed, now: datetime, lease: timedelta) -> bool:
    """Fails where the lease was over and another item of the lane is leased by now."""
    renewed = db.execute(
        """UPDATE item SET lease_until = :until WHERE id = :id AND token = :token AND state = 'open' AND NOT EXISTS
        (SELECT 1 FROM item AS held WHERE held.lane = item.lane AND held.lease_until > :now AND held.id <> item.id)""",
        {"until": stamp(now + lease), "id": claimed.id, "token": claimed.token, "now": stamp(now)},
    )
    return renewed.rowcount == 1


def give_back(db: sqlite3.Connection, claimed: Claimed, retry_at: datetime, counts: bool, why: str) -> None:
    """Does nothing where another worker has it by now, or on a second call after a lost answer."""
    db.execute(
        """UPDATE item SET token = NULL, lease_until = NULL, ready_at = ?, tries = tries - ?, why = ?
        WHERE id = ? AND token = ? AND state = 'open'""",
        (stamp(retry_at), 0 if counts else 1, why, claimed.id, claimed.token),
    )


def bury(db: sqlite3.Connection, claimed: Claimed, now: datetime, why: str) -> None:
    """Moves the item to the dead letters, under the same condition. They stay until they are revived."""
    db.execute(
        """UPDATE item SET state = 'dead', token = NULL, lease_until = NULL, settled_at = ?, why = ?
        WHERE id = ? AND token = ? AND state = 'open'""",
        (stamp(now), why, claimed.id, claimed.token),
    )


def settle(db: sqlite3.Connection, claimed: Claimed, now: datetime) -> None:
    """Marks the item done and keeps its id. A lease that is over still counts while no other worker has the item."""
    settled = db.execute(
        """UPDATE item SET state = 'done', body = x'', token = NULL, lease_until = NULL, settled_at = ?
        WHERE id = ? AND token = ? AND state = 'open'""",
        (stamp(now), claimed.id, claimed.token),
    )
    if settled.rowcount != 1:
        raise _gone(claimed)


def settle_all(db: sqlite3.Connection, done: Sequence[Done]) -> Sequence[Raised | None]:
    """The same for all with one statement, for changes that write nothing else that must not be written twice.

    So the token may stay on the done item: a second call with the same claim succeeds.
    """
    claims = [claimed for claimed, _ in done]
    theirs = f"id IN ({_marks(claims)}) AND token IN ({_marks(claims)})"
    values = (*(each.id for each in claims), *(each.token for each in claims))
    settle = f"UPDATE item SET state = 'done', body = x'', lease_until = NULL, settled_at = ? WHERE {theirs}"  # noqa: S608
    if db.execute(settle, (stamp(done[-1][1]), *values)).rowcount == len(claims):
        return [None] * len(claims)
    found = set(db.execute(f"SELECT id, token FROM item WHERE {theirs}", values))  # noqa: S608 - placeholders only
    return [None if (each.id, each.token) in found else Raised(_gone(each)) for each in claims]


def _gone(claimed: Claimed) -> Superseded:
    return Superseded(f"{claimed.id} is no longer in this worker's hand")


def overtakes(db: sqlite3.Connection, claimed: Claimed) -> bool:
    """Compares the order in which they were put."""
    older = db.execute(
        """SELECT 1 FROM item WHERE state = 'open' AND lane = ? AND seq < (SELECT seq FROM item WHERE id = ?)
        LIMIT 1""",
        (claimed.lane, claimed.id),
    )
    return older.fetchone() is not None


def revive(db: sqlite3.Connection, item_id: str, now: datetime) -> bool:
    revived = db.execute(
        """UPDATE item SET state = 'open', tries = 0, ready_at = ?, settled_at = NULL, why = ''
        WHERE id = ? AND state = 'dead'""",
        (stamp(now), item_id),
    )
    return revived.rowcount == 1


def dead(db: sqlite3.Connection, limit: int) -> Sequence[tuple[Item, str]]:
    found = db.execute("SELECT id, lane, body, why FROM item WHERE state = 'dead' ORDER BY seq LIMIT ?", (limit,))
    return [(Item(id=item_id, lane=lane, body=body), why) for item_id, lane, body, why in found]


def item(db: sqlite3.Connection, item_id: str) -> Item | None:
    found = db.execute("SELECT lane, body FROM item WHERE id = ?", (item_id,)).fetchone()
    return Item(id=item_id, lane=found[0], body=found[1]) if found else None


def counts(db: sqlite3.Connection) -> Counts:
    count = "SELECT (SELECT count(*) FROM item WHERE state = 'open'), (SELECT count(*) FROM item WHERE state = 'dead')"
    return Counts(*db.execute(count).fetchone())


def _forget(db: sqlite3.Connection, now: datetime) -> None:
    """Deletes old done items, a bounded number, so that no single put pays for a quiet month."""
    db.execute(
        """DELETE FROM item WHERE seq IN
        (SELECT seq FROM item WHERE state = 'done' AND settled_at <= ? ORDER BY settled_at LIMIT ?)""",
        (stamp(now - KNOWN), AT_ONCE),
    )
