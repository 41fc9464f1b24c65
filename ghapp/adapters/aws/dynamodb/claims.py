"""Claims: the index proposes items lane by lane, and a condition on item and lane together decides."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from ghapp.adapters.aws.dynamodb.faults import Unmet
from ghapp.adapters.aws.dynamodb.queue import overtaken
from ghapp.adapters.aws.dynamodb.rows import Attributes, all_of, item_id, item_key, key_of, lane_key, moment, stamp
from ghapp.adapters.aws.dynamodb.table import KEYS, Action, Table, put, update
from ghapp.core.model.lanes import Share, in_turn, newest_counts
from ghapp.ports import Claimed

LOOKS = 10  # proposals of a lane that one claim tries: each may turn out to be stale


async def claim(table: Table, now: datetime, lease: timedelta, limit: int, share: Share | None) -> Sequence[Claimed]:
    """Conditions guarantee one leased item per lane, and no item twice. The order is as good as the index knows."""
    lanes = await _proposed(table, now)
    claimed: list[Claimed] = []
    while len(claimed) < limit:
        left = share and share.after(one.lane for one in claimed)
        some = in_turn(lanes, _lane, left)[:KEYS]
        if not some:
            break
        met = {_lane(lane) for lane in some}
        lanes = [lane for lane in lanes if _lane(lane) not in met]
        free = await _free(table, some, now)
        while free and len(claimed) < limit:
            some, free = free[: limit - len(claimed)], free[limit - len(claimed) :]
            taken = await asyncio.gather(*(_front(table, lane, now, now + lease) for lane in some))
            claimed += filter(None, taken)
    return claimed


def _lane(proposed: Sequence[Attributes]) -> str:
    return str(proposed[0]["lane"])


async def _proposed(table: Table, now: datetime) -> list[list[Attributes]]:
    """The ready items, lane by lane; the oldest first, in a lane and among the lanes. In a lane where the newest counts
    it is all open items, the newest first, once that one is ready.

    Until then such a lane waits, so the whole list is read: the newest may come after those that are ready.
    """
    found = await asyncio.gather(*(table.listed(shard) for shard in all_of("ready")))
    lanes: dict[str, list[Attributes]] = {}
    for row in sorted(chain.from_iterable(found), key=lambda row: row["seq"]):
        if newest_counts(str(row["lane"])) or int(row["place"]) <= stamp(now):
            lanes.setdefault(str(row["lane"]), []).append(row)
    fronts = ([*reversed(rows)] if newest_counts(lane) else rows for lane, rows in lanes.items())
    return sorted((rows for rows in fronts if int(rows[0]["place"]) <= stamp(now)), key=lambda rows: rows[0]["seq"])


async def _free(table: Table, lanes: Sequence[list[Attributes]], now: datetime) -> list[list[Attributes]]:
    """The lanes that have no item leased."""
    held = await table.rows([lane_key(str(lane[0]["lane"])) for lane in lanes])
    busy = {row["lane"] for row in held if int(row["until"]) > stamp(now)}
    return [lane for lane in lanes if lane[0]["lane"] not in busy]


async def _front(table: Table, lane: Sequence[Attributes], now: datetime, until: datetime) -> Claimed | None:
    """Claims the first of the proposed items that is still ready; None where another worker has the lane by now."""
    for proposed in lane[:LOOKS]:
        row = await table.row(key_of(proposed))
        if row is None or row["state"] != "open" or int(row["place"]) > stamp(now):
            continue
        token = secrets.token_hex(16)
        try:
            await table.write(*_taken_up(row, token, now, until))
        except Unmet as unmet:
            item, held = unmet.reasons
            if token not in (item.row.get("token"), held.row.get("token")):
                if held.unmet:
                    return None
                continue
        if newest_counts(str(row["lane"])):
            await overtaken(table, [one for one in lane if int(one["seq"]) < int(row["seq"])], now)
        return _claimed(row, token, until)
    return None


def _taken_up(row: Attributes, token: str, now: datetime, until: datetime) -> tuple[Action, Action]:
    """The item and its lane, in one write: an item whose lease has ended is as free as one that never had any."""
    item = update(
        key_of(row),
        "SET #token = :token, #tries = :more, #place = :until",
        "#state = :open AND #place <= :now AND #tries = :tries",
        token=token,
        tries=row["tries"],
        more=int(row["tries"]) + 1,
        until=stamp(until),
        now=stamp(now),
        open="open",
    )
    lane = {**lane_key(str(row["lane"])), "lane": row["lane"], "token": token, "until": stamp(until)}
    return item, put(lane, "attribute_not_exists(#pk) OR #until <= :now", now=stamp(now))


async def renew(table: Table, claimed: Claimed, now: datetime, lease: timedelta) -> bool:
    """The item and its lane, in one write: another item of the lane may be leased by now. Idempotent."""
    values: Attributes = {"token": claimed.token, "until": stamp(now + lease), "now": stamp(now), "open": "open"}
    ours = "#state = :open AND #token = :token"
    item = update(item_key(claimed.id), "SET #place = :until", ours, **values)
    lane = {**lane_key(claimed.lane), "lane": claimed.lane, "token": claimed.token, "until": stamp(now + lease)}
    free = "attribute_not_exists(#pk) OR #token = :token OR #until <= :now"
    try:
        await table.write(item, put(lane, free, token=claimed.token, now=stamp(now)))
    except Unmet:
        return False
    return True


def _claimed(row: Attributes, token: str, until: datetime) -> Claimed:
    body = row["body"]
    assert isinstance(body, bytes)
    return Claimed(
        id=item_id(row),
        lane=str(row["lane"]),
        body=body,
        tries=int(row["tries"]),
        token=token,
        stored_at=moment(row["stored_at"]),
        until=until,
    )
