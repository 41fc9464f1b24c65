"""Documents and the changes that write them. Each write carries the id of its change, which resolves a lost answer."""

import asyncio
import contextlib
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Literal

from msgspec.structs import astuple, replace

from ghapp.adapters.aws.dynamodb import queue
from ghapp.adapters.aws.dynamodb.faults import Reason, Unmet
from ghapp.adapters.aws.dynamodb.rows import (
    NEVER,
    Attributes,
    Value,
    all_of,
    body_key,
    change_key,
    channel_key,
    document_key,
    document_name,
    due_list,
    history_list,
    key_of,
    moment,
    repository_key,
    shown_key,
    stamp,
)
from ghapp.adapters.aws.dynamodb.table import Action, Table, delete, put, update
from ghapp.core.model.lanes import Share, in_turn
from ghapp.ports import Change, Conflict, Fault, Past, Row, Superseded, Version, Write

INLINE = 32 * 1024  # bytes of a packed document; a larger one has a body apart, so a hundred are less than 4 MB
LOOKS = 3  # at a document whose body is missing: it may have been replaced meanwhile

_FREE = "(attribute_not_exists(#lease_until) OR #lease_until <= :now)"


async def load(table: Table, repository: int) -> Sequence[Row]:
    """Reads the documents with their bodies and `shown`, anew where a body is replaced meanwhile."""
    for _ in range(LOOKS):
        found = await table.partition(repository_key(repository), "environment#")
        parts = {str(row["sk"]): row for row in found}
        documents = [row for row in found if "version" in row]
        if all(_is_complete(row, parts) for row in documents):
            break
    await _forget(table, documents, parts)
    return [_row(row, parts) for row in documents]


async def _read(table: Table, row: Attributes) -> Row:
    """The same for one document that was read."""
    for _ in range(LOOKS):
        keys = [shown_key(*document_name(row)), *([{"pk": row["pk"], "sk": row["apart"]}] if row["apart"] else [])]
        parts = {str(part["sk"]): part for part in await table.rows(keys)}
        if _is_complete(row, parts):
            break
        row = await table.row(key_of(row)) or row
    return _row(row, parts)


def _is_complete(row: Attributes, parts: Mapping[str, Attributes]) -> bool:
    return not row["apart"] or str(row["apart"]) in parts


def _row(row: Attributes, parts: Mapping[str, Attributes]) -> Row:
    """A document whose body is lost is empty: that cannot be read, so it counts as locked."""
    repository, name = document_name(row)
    body = parts.get(str(row["apart"]), {}) if row["apart"] else row
    shown = parts.get(str(shown_key(repository, name)["sk"]), {})
    return Row(
        repository=repository,
        full_name=str(row["full_name"]),
        name=name,
        version=int(row["version"]),
        document=_unpacked(body.get("document")),
        shown=_unpacked(shown.get("shown")),
    )


def _unpacked(packed: Value | None) -> bytes:
    return zlib.decompress(packed) if isinstance(packed, bytes) else b""


async def _forget(table: Table, documents: Sequence[Attributes], parts: Mapping[str, Attributes]) -> None:
    """Deletes the bodies that no document has or can get: a body is of one version, and versions only rise."""
    versions = {str(row["sk"]): int(row["version"]) for row in documents}
    in_use = {str(row["apart"]) for row in documents}
    bodies = {sk: part for sk, part in parts.items() if "of" in part and sk not in in_use}
    old = [part for part in bodies.values() if int(part["at"]) <= versions.get(str(part["of"]), 0)]
    with contextlib.suppress(Fault):  # the next look does it
        await asyncio.gather(*(table.write(delete(key_of(part), "")) for part in old))


# ---------------------------------------------------------------- record


@dataclass(frozen=True, slots=True)
class _Part:
    """One row of a change. `mark`: the row's attribute that identifies its writer."""

    what: Literal["change", "document", "item", "settled", "lane"]
    mark: str
    action: Action


async def record(table: Table, change: Change) -> None:
    """Each retry drops the rows that are known already, so it ends."""
    # before the documents, outside of their transaction: forty with a channel and a target each are more than it may
    # hold, and so are forty bodies. An entry or a body without its document has no effect
    documents = [_Document.of(write, change) for write in change.writes]
    before = [*(_found_by(key, change) for key in change.found_by), *(one.body for one in documents)]
    await asyncio.gather(*(table.write(action) for action in before if action))
    parts = _parts(table, change, documents)
    while True:
        try:
            await table.write(*(part.action for part in parts))
        except Unmet as unmet:
            if _written(change, parts, unmet.reasons):
                return
            parts = _without_what_is_known(change, parts, unmet.reasons)
        else:
            return


def _parts(table: Table, change: Change, documents: Sequence["_Document"]) -> list[_Part]:
    parts = [_Part("change", "change", _history(table, change))]
    parts += [_Part("document", "change", one.action) for one in documents]
    settles = change.settles
    if settles is not None:
        parts.append(_Part("settled", "settled_by", queue.settled(settles, change.at, change.id)))
        parts.append(_Part("lane", "token", queue.lane_freed(settles)))
    known = {settles.id} if settles is not None else set[str]()
    for item in change.items:
        if item.id not in known:
            known.add(item.id)
            parts.append(_Part("item", "put_by", queue.stored(table, item, change.at, change.id)))
    return parts


def _found_by(key: str, change: Change) -> Action:
    return put({"pk": channel_key(key), "sk": repository_key(change.repository)})


def _history(table: Table, change: Change) -> Action:
    row: Attributes = {
        **change_key(change.id),
        "change": change.id,
        "at": stamp(change.at),
        "repository": change.repository,
    }
    if change.history:
        seq = table.next_seq()
        listed: Attributes = {"seq": seq, "list": history_list(change.repository), "place": seq}
        return put({**row, **listed, "history": change.history}, "attribute_not_exists(#pk)")
    return put({**row, "ttl": queue.ttl()}, "attribute_not_exists(#pk)")


@dataclass(frozen=True, slots=True)
class _Document:
    """The write of a document, and of its `body` if that is stored apart, before the transaction."""

    action: Action
    body: Action | None

    @classmethod
    def of(cls, write: Write, change: Change) -> "_Document":
        key, at, version = document_key(write.repository, write.name), stamp(change.at), write.version + 1
        apart = body_key(write.repository, write.name, version, secrets.token_hex(16))
        packed = zlib.compress(write.document)
        is_apart = len(packed) > INLINE
        values: dict[str, Value] = {
            "full_name": write.full_name,
            "lane": write.full_name,
            "version": version,
            "seq": version,
            "document": b"" if is_apart else packed,
            "apart": apart["sk"] if is_apart else "",
            "changed_at": at,
            "change": change.id,
        }
        if write.repository > 0:  # only these are due, and on the list of all documents
            values |= {"due_at": at, "list": due_list(write.repository, write.name), "place": at}
        body = put({**apart, "document": packed, "of": key["sk"], "at": version}) if is_apart else None
        if write.version == 0:
            return cls(put({**key, **values}, "attribute_not_exists(#pk)"), body)
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        return cls(update(key, f"SET {sets}", "#version = :seen", **values, seen=write.version), body)


def _written(change: Change, parts: Sequence[_Part], reasons: Sequence[Reason]) -> bool:
    """Whether a row shows that this change was written: then all of it was. An existing change row can only be ours."""
    return any(
        reason.unmet and (part.what == "change" or reason.row.get(part.mark) == change.id)
        for part, reason in zip(parts, reasons, strict=True)
    )


def _without_what_is_known(change: Change, parts: Sequence[_Part], reasons: Sequence[Reason]) -> list[_Part]:
    """Drops items that are known already, and a lane that another worker holds: it is not ours to free."""
    unmet = {part.what for part, reason in zip(parts, reasons, strict=True) if reason.unmet}
    if "settled" in unmet:
        raise Superseded(f"{change.settles.id if change.settles else ''} is no longer in this worker's hand")
    if "document" in unmet:
        raise Conflict(f"a document of {change.repository} is no longer at the version that was decided on")
    return [part for part, reason in zip(parts, reasons, strict=True) if not reason.unmet]


# ---------------------------------------------------------------- due, at rest


async def due(table: Table, now: datetime, lease: timedelta, limit: int, share: Share | None) -> Sequence[Row]:
    """Reads the whole list: documents of a tenant that has used its share may come before all others on it."""
    shards = (table.listed(shard, until=stamp(now)) for shard in all_of("due"))
    found = sorted(chain.from_iterable(await asyncio.gather(*shards)), key=lambda row: row["place"])
    proposed, rows = in_turn(found, _whose, share), list[Row]()
    while proposed and len(rows) < limit:
        some, proposed = proposed[: limit - len(rows)], proposed[limit - len(rows) :]
        condition = f"#due_at <= :now AND {_FREE}"
        leased = (_leased(table, key_of(row), condition, now, lease) for row in some)
        rows += filter(None, await asyncio.gather(*leased))
    return rows


def _whose(proposed: Attributes) -> str:
    """The repository's name; a row that was last written by a version without `lane` is a tenant of its own."""
    return str(proposed.get("lane", proposed["pk"]))


async def lease_one(table: Table, repository: int, name: str, now: datetime, lease: timedelta) -> Row | None:
    """Leases that one, unless another worker holds its lease."""
    return await _leased(table, document_key(repository, name), f"attribute_exists(#pk) AND {_FREE}", now, lease)


async def _leased(table: Table, key: Attributes, condition: str, now: datetime, lease: timedelta) -> Row | None:
    by, until = secrets.token_hex(16), stamp(now + lease)
    change = "SET #lease_until = :until, #leased_by = :by, #place = :until"
    try:
        row = await table.updated(update(key, change, condition, until=until, by=by, now=stamp(now)))
    except Unmet as unmet:
        row = unmet.reasons[0].row
        if row.get("leased_by") != by:
            return None
    return replace(await _read(table, row), until=now + lease, token=by)


async def renew(table: Table, row: Row, now: datetime, lease: timedelta) -> bool:
    key, change = document_key(row.repository, row.name), "SET #lease_until = :until, #place = :until"
    ours = "attribute_exists(#lease_until) AND #leased_by = :token"
    try:
        await table.write(update(key, change, ours, until=stamp(now + lease), token=row.token))
    except Unmet:
        return False
    return True


async def rest(table: Table, row: Row, due_at: datetime | None, shown: bytes) -> None:
    """Where the version or the lease is another one, the document is due since its change, even if another worker has
    put it to rest meanwhile: what this one published last may be older than the document. A rest is repeatable."""
    key = document_key(row.repository, row.name)
    if shown != row.shown:
        await table.write(put({**shown_key(row.repository, row.name), "shown": zlib.compress(shown)}))
    values: dict[str, Value] = {"list": due_list(row.repository, row.name), "token": row.token, "version": row.version}
    if due_at is None:
        at_rest = "SET #list = :list, #place = :never REMOVE #due_at, #lease_until"
        values["never"] = NEVER
    else:
        at_rest = "SET #due_at = :at, #list = :list, #place = :at REMOVE #lease_until"
        values["at"] = stamp(due_at)
    due_again, ours = "SET #due_at = #changed_at, #list = :list, #place = #changed_at", "#leased_by = :token"
    for change, condition in (
        (at_rest, f"{ours} AND #version = :version"),
        (f"{due_again} REMOVE #lease_until", ours),
        (due_again, "attribute_exists(#pk)"),
    ):
        try:
            await table.write(update(key, change, condition, **values))
        except Unmet:
            continue
        return


async def repositories(table: Table) -> Sequence[int]:
    return sorted({document_name(row)[0] for row in await _listed(table)})


async def versions(table: Table) -> Sequence[Version]:
    """From the index, which has the version as `seq`."""
    rows = await _listed(table)
    return sorted((Version(*document_name(row), int(row.get("seq", 0))) for row in rows), key=astuple)


async def _listed(table: Table) -> list[Attributes]:
    """The rows of all documents, due or at rest, as the index knows them."""
    shards = await asyncio.gather(*(table.listed(shard) for shard in all_of("due")))
    return list(chain.from_iterable(shards))


async def found_by(table: Table, key: str) -> Sequence[int]:
    rows = await table.partition(channel_key(key), "repository#")
    return sorted(int(str(row["sk"]).removeprefix("repository#")) for row in rows)


# ---------------------------------------------------------------- history


async def history(table: Table, repository: int, limit: int, before: int | None) -> Sequence[Past]:
    until = None if before is None else before - 1
    listed = await table.listed(history_list(repository), until=until, newest_first=True, limit=limit)
    found = await table.rows(listed)
    return [_past(row) for row in sorted(found, key=lambda row: row["seq"], reverse=True)]


def _past(row: Attributes) -> Past:
    told, seq = row["history"], row["seq"]
    assert isinstance(told, bytes)
    assert isinstance(seq, int)
    return Past(id=str(row["change"]), at=moment(row["at"]), history=told, place=seq)
