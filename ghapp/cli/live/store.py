"""The store: it can be reached, this version knows it, and it takes writes. And the clocks of the store and GitHub."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ghapp.assembly import FullStore, store_at
from ghapp.cli.live.findings import Finding, Status, Subject
from ghapp.engine.clock_check import too_far_off
from ghapp.ports import Clock, Fault, utc_now
from ghapp.settings import Table

SUBJECT: Subject = "Store and clock"


async def check_store(place: Path | Table, clock: Clock = utc_now) -> Sequence[Finding]:
    """A missing SQLite file is not created: it would be a different one from the server's."""
    if isinstance(place, Path) and not await asyncio.to_thread(place.is_file):
        text = f"there is no {place} here: `ghapp serve` creates it. If the server is elsewhere, run this there"
        return [_finding("todo", "store", text)]
    store = store_at(place, clock)
    try:
        await store.open()
        problems = await _of_table(store) if isinstance(place, Table) else ()
        told = await store.check()
    except Fault as fault:
        return [_finding("todo", "store", f"GHAPP_STORE ({place}): {fault}")]
    finally:
        await store.close()
    found = [_finding("hint", "store", problem) for problem in problems]
    return [*found, _finding("ok", "store", f"{place} takes writes"), *judge_clock("the store", clock() - told)]


async def check_clock(ask: Callable[[], Awaitable[datetime | None]], clock: Clock = utc_now) -> Sequence[Finding]:
    """`ask`: GitHub's clock, which is None where its answer has no date. Raises `Retryable` or `Permanent`."""
    told = await ask()
    if told is None:
        return [_finding("not asked", "clock", "GitHub's answer has no date")]
    off = clock() - told
    return judge_clock("GitHub", off) or [_finding("ok", "clock", "the clock agrees with GitHub's")]


def judge_clock(name: str, off: timedelta) -> Sequence[Finding]:
    """A finding if a server with this clock would decide nothing."""
    why = too_far_off(name, off)
    return [_finding("todo", "clock", f"{why}, so a server here decides nothing: let NTP set it")] if why else []


async def _of_table(store: FullStore) -> Sequence[str]:
    """Problems that only cost money: others have been raised when the table was opened."""
    from ghapp.adapters.aws.dynamodb import DynamoStore  # takes half a second, which SQLite does without

    return await store.problems() if isinstance(store, DynamoStore) else ()


def _finding(status: Status, code: str, text: str) -> Finding:
    return Finding(subject=SUBJECT, status=status, code=code, text=text)
