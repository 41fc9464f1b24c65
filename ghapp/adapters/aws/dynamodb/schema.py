"""The table itself: created, and checked before it is trusted with a lock."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from ghapp.adapters.aws.dynamodb.faults import Exists, Missing, Unmet
from ghapp.adapters.aws.dynamodb.rows import INDEX, SCHEMA, Attributes
from ghapp.adapters.aws.dynamodb.table import Table, put
from ghapp.ports import Permanent, Retryable

TTL = "ttl"
READY_WITHIN = 300  # seconds; usually about ten
MARK: Attributes = {"pk": "table", "sk": "mark"}

_KEYS = [("pk", "HASH", "S"), ("sk", "RANGE", "S")]
_INDEX_KEYS = [("list", "HASH", "S"), ("place", "RANGE", "N")]
_CREATE = "`ghapp table create`"


# ---------------------------------------------------------------- creation


async def create(table: Table, *, restored: bool) -> None:
    """Existing parts stay as they are, so an interrupted call can be repeated."""
    if await _described(table) is None:
        with contextlib.suppress(Exists):  # the answer to the first call was lost, or another process creates it, too
            await _make(table)
    described = await _active(table)
    if problems := _shape(table.name, described):
        raise Permanent(problems[0])
    await _switch_ttl_on(table)
    await _mark(table, str(described["TableId"]), restored=restored)


async def _make(table: Table) -> None:
    await table.call(
        "create_table",
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
        KeySchema=_key_schema(_KEYS),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, _, kind in _KEYS + _INDEX_KEYS],
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX,
                "KeySchema": _key_schema(_INDEX_KEYS),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["lane", "seq"]},
            }
        ],
    )


async def _switch_ttl_on(table: Table) -> None:
    """The service refuses it where TTL is on already, also after a call with a lost answer."""
    if await _ttl(table) is not None:
        return
    try:
        await table.call("update_time_to_live", TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL})
    except Permanent:
        if await _ttl(table) is None:
            raise


def _key_schema(keys: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind, _ in keys]


async def _active(table: Table) -> Mapping[str, Any]:
    for _ in range(READY_WITHIN):
        described = await _described(table)
        if described is not None and not _unready(table.name, described):
            return described
        await asyncio.sleep(1)
    raise Retryable(f"the table {table.name} is not ready after {READY_WITHIN} s")


async def _mark(table: Table, table_id: str, *, restored: bool) -> None:
    """Writes the table's own id into it: a copy carries the id of its original."""
    mark = {**MARK, "schema": SCHEMA, "table_id": table_id}
    ours = "#schema <= :known" if restored else "#schema <= :known AND #table_id = :mine"
    try:
        await table.write(put(mark, f"attribute_not_exists(#pk) OR ({ours})", mine=table_id, known=SCHEMA))
    except Unmet as unmet:
        raise Permanent(_marked_wrongly(table.name, unmet.reasons[0].row, table_id) or "") from None


# ---------------------------------------------------------------- checks


async def problems(table: Table) -> Sequence[str]:
    """The reasons why the table must not be used, a sentence each."""
    described = await _described(table)
    if described is None:
        return [f"there is no table {table.name} here: make it with {_CREATE}"]
    found = [*_shape(table.name, described), *_unready(table.name, described)]
    if not found and (wrong := _marked_wrongly(table.name, await table.row(MARK) or {}, str(described["TableId"]))):
        found.append(wrong)
    return found


async def untidy(table: Table) -> Sequence[str]:
    """Problems that do no harm but cost money, a sentence each."""
    try:
        attribute = await _ttl(table)
    except Missing:
        return []
    if attribute == TTL:
        return []
    if attribute is None:
        return [f"nothing is ever removed from {table.name}, as time to live is off: {_CREATE} switches it on"]
    return [f"time to live of {table.name} goes by `{attribute}` and must go by `{TTL}`"]


async def _described(table: Table) -> Mapping[str, Any] | None:
    try:
        answer = await table.call("describe_table")
    except Missing:
        return None
    described: Mapping[str, Any] = answer["Table"]
    return described


async def _ttl(table: Table) -> str | None:
    answer = await table.call("describe_time_to_live")
    told = answer["TimeToLiveDescription"]
    return str(told["AttributeName"]) if told["TimeToLiveStatus"] in ("ENABLED", "ENABLING") else None


def _shape(name: str, described: Mapping[str, Any]) -> list[str]:
    """Problems that waiting does not fix."""
    found = []
    kinds = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
    if not _has(described["KeySchema"], _KEYS, kinds):
        found.append(f"the table {name} has another key than pk and sk: it was not made by {_CREATE}")
    index = _index(described)
    if index is None:
        found.append(f"the table {name} has no index {INDEX}: it was not made by {_CREATE}")
    elif not _has(index["KeySchema"], _INDEX_KEYS, kinds) or not _projects(index["Projection"]):
        found.append(f"the index {INDEX} of {name} is another one: it was not made by {_CREATE}")
    return [*found, *_replicated(name, described)]


def _replicated(name: str, described: Mapping[str, Any]) -> list[str]:
    """With eventual consistency each region checks conditions alone; with strong consistency it takes no transactions.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
    """
    told = [*(described.get("Replicas") or ()), *(described.get("GlobalTableWitnesses") or ())]
    if not (told or described.get("GlobalTableVersion") or described.get("MultiRegionConsistency")):
        return []
    where = f" to {', '.join(each['RegionName'] for each in told)}" if told else ""
    why = "two regions could grant one lock"
    if described.get("MultiRegionConsistency") == "STRONG":
        why = "with strong consistency it takes no transactions"
    return [f"the table {name} is replicated{where}, and {why}: use a table of one region alone"]


def _unready(name: str, described: Mapping[str, Any]) -> list[str]:
    status = [described["TableStatus"], (_index(described) or {}).get("IndexStatus", "ACTIVE")]
    if all(each in ("ACTIVE", "UPDATING") for each in status):
        return []
    return [f"the table {name} is not ready yet ({', '.join(status).lower()})"]


def _marked_wrongly(name: str, mark: Attributes, table_id: str) -> str | None:
    if not mark:
        return f"the table {name} is empty or not ours: {_CREATE} takes it into use"
    if (schema := int(mark["schema"])) > SCHEMA:
        return f"the table {name} has schema {schema} and this version knows {SCHEMA}: upgrade ghapp"
    if mark["table_id"] != table_id:
        return (
            f"the table {name} is a copy of another, so numbers may have gone back: end what is running,"
            " then `ghapp table create --restored`"
        )
    return None


def _index(described: Mapping[str, Any]) -> Mapping[str, Any] | None:
    indexes = described.get("GlobalSecondaryIndexes") or ()
    return next((index for index in indexes if index["IndexName"] == INDEX), None)


def _has(schema: Any, keys: Sequence[tuple[str, str, str]], kinds: Mapping[str, str]) -> bool:
    return [(each["AttributeName"], each["KeyType"], kinds.get(each["AttributeName"])) for each in schema] == keys


def _projects(projection: Mapping[str, Any]) -> bool:
    return projection["ProjectionType"] == "ALL" or {"lane", "seq"} <= set(projection.get("NonKeyAttributes", ()))
