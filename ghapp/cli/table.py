"""`ghapp table create` and `ghapp table check`: the DynamoDB table, before the server uses it.

`--restored` takes a table or a SQLite file from a backup into use.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ghapp import settings
from ghapp.adapters.sqlite import SqliteStore
from ghapp.cli.store import expect_file
from ghapp.ports import Fault, Permanent
from ghapp.settings import SettingsError

if TYPE_CHECKING:
    from ghapp.adapters.aws.dynamodb import DynamoStore


async def create(*, restored: bool) -> int:
    """Creates the missing parts of the table and waits until it can be used. Idempotent."""
    place = settings.load_store()
    if restored and isinstance(place, Path):
        return await _take_file(place)
    async with _store() as (store, name):
        await store.create(restored=restored)
        print(f"{name} is ready")
    return 0


async def _take_file(path: Path) -> int:
    """A missing file is not created: it would be a different one from the server's."""
    expect_file(path)
    store = SqliteStore(path)
    try:
        await store.restore()
    except Fault as fault:
        raise SettingsError(f"GHAPP_STORE ({path}): {fault}") from None
    finally:
        await store.close()
    print(f"{path} is ready")
    return 0


async def check() -> int:
    """0 if the table can be trusted with a lock; else 1, with a sentence for each problem."""
    async with _store() as (store, name):
        problems = list(await store.problems())
        if not problems:
            try:
                told = await store.check()
            except Permanent as refused:
                problems.append(f"{name} cannot be written as it must be: {refused}")
            else:
                print(f"{name} is as it should be; its clock says {told:%H:%M:%S} UTC")
        for problem in problems:
            print(f"ghapp: {problem}", file=sys.stderr)
    return 1 if problems else 0


@asynccontextmanager
async def _store() -> AsyncIterator[tuple["DynamoStore", str]]:
    place = settings.load_store()
    if isinstance(place, Path):
        raise SettingsError("GHAPP_STORE is a SQLite file: only a DynamoDB table has to be made (dynamodb://TABLE)")
    from ghapp.adapters.aws.dynamodb import DynamoStore

    store = DynamoStore(place.name)
    try:
        yield store, place.name
    except Fault as fault:
        raise SettingsError(f"GHAPP_STORE ({place}): {fault}") from None
    finally:
        await store.close()
