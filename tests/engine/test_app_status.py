"""The problems of our own App, as several callers ask for them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from ghapp.engine.app_status import AppComplaints
from ghapp.ports import Complaint

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_nothing_is_fine_before_the_first_answer() -> None:
    """A second caller waits for the request of the first, even if that one has given up."""
    answers, asked = asyncio.Event(), 0

    async def ask() -> Sequence[Complaint]:
        nonlocal asked
        asked += 1
        await answers.wait()
        return [Complaint("the key is wrong")]

    complaints = AppComplaints("github", ask, lambda: NOON)
    first, second = (asyncio.create_task(complaints()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    assert not second.done()
    answers.set()
    assert (await second, await complaints(), asked) == ("the key is wrong", "the key is wrong", 1)
