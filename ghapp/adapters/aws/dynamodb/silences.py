"""Which repositories are known to have no config. A look that a push has overtaken is not stored."""

import asyncio
import secrets
from datetime import datetime

from ghapp.adapters.aws.dynamodb.faults import Unmet
from ghapp.adapters.aws.dynamodb.rows import Attributes, key_of, moment, silence_key, stamp
from ghapp.adapters.aws.dynamodb.table import Table, put, update
from ghapp.ports import Silence


async def read(table: Table, account: str, repository: int) -> Silence:
    """The stored row; an empty `Silence` without one."""
    row = await table.row(silence_key(account, repository))
    if row is None:
        return Silence()
    return Silence(moment(row["since"]) if "since" in row else None, str(row["token"]))


async def keep(table: Table, account: str, repository: int, seen: Silence, at: datetime) -> None:
    """A lost answer needs no care: a second write changes nothing."""
    key, since = silence_key(account, repository), stamp(at)
    if seen.token:
        kept = update(key, "SET #since = :since", "#token = :token", since=since, token=seen.token)
    else:
        kept = put({**key, "token": "", "since": since}, "attribute_not_exists(#pk) OR #token = :token", token="")
    try:
        await table.write(kept)
    except Unmet:
        return


async def end(table: Table, account: str, repository: int | None) -> None:
    """For one repository, or for each known one of the account."""
    if repository is not None:
        await _ended(table, silence_key(account, repository))
    else:
        known = await table.partition(f"silence#{account}", "repository#")
        await asyncio.gather(*(_ended(table, key_of(row)) for row in known))


async def _ended(table: Table, key: Attributes) -> None:
    await table.write(put({**key, "token": secrets.token_hex(8)}))
