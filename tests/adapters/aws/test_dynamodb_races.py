"""Many workers at once on one DynamoDB table: conditions let one through, round after round."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.ports import Conflict, Store
from tests.adapters.store_world import LEASE, NOON, REPOSITORY, after, change, claim_one, item, write

WORKERS = 16


@pytest.fixture
async def workers(table: str) -> AsyncIterator[list[DynamoStore]]:
    """Each with a client of its own."""
    stores = [DynamoStore(table) for _ in range(WORKERS)]
    yield stores
    await asyncio.gather(*(store.close() for store in stores))


@pytest.mark.parametrize("rounds", [40, pytest.param(500, marks=pytest.mark.soak)])
@pytest.mark.timeout(600)
async def test_one_grant_a_round(workers: list[DynamoStore], rounds: int) -> None:
    """Of sixteen writes on the same version one wins, and nothing of the others is stored."""
    for version in range(rounds):
        answers = await asyncio.gather(*(granted(store, f"{at}", version) for at, store in enumerate(workers)))
        assert sum(answers) == 1
    assert [row.version for row in await workers[0].load(REPOSITORY)] == [rounds]
    assert len(await workers[0].history(REPOSITORY, limit=2 * rounds)) == rounds
    assert len(await workers[0].claim(now=NOON, lease=LEASE, limit=20 * rounds)) == rounds


async def granted(store: Store, worker: str, version: int) -> bool:
    notice = item(f"{worker}/{version}", f"{worker}/{version}")
    try:
        await store.record(change(f"{worker}/{version}", write(version), history=b"granted", items=[notice]))
    except Conflict:
        return False
    return True


@pytest.mark.parametrize("rounds", [25, pytest.param(500, marks=pytest.mark.soak)])
@pytest.mark.timeout(600)
async def test_one_in_hand_a_round(workers: list[DynamoStore], rounds: int) -> None:
    """Of sixteen claims from one lane one gets its oldest item, and the next item only after that is settled."""
    await workers[0].put([item(f"{number:03}") for number in range(rounds)], now=NOON)
    for number in range(rounds):
        claims = await asyncio.gather(*(store.claim(now=NOON, lease=LEASE, limit=1) for store in workers))
        [claimed] = [claimed for each in claims for claimed in each]
        assert (claimed.id, claimed.tries) == (f"{number:03}", 0)
        await workers[number % WORKERS].record(change(f"{number}", settles=claimed))


async def test_taken_over_once(workers: list[DynamoStore]) -> None:
    """After each lease's end one of sixteen takes the item over."""
    await workers[0].put([item("a")], now=NOON)
    await claim_one(workers[0])
    for tries in range(1, 20):
        at = after(30 * tries)
        claims = await asyncio.gather(*(store.claim(now=at, lease=LEASE, limit=1) for store in workers))
        [claimed] = [claimed for each in claims for claimed in each]
        assert claimed.tries == tries


async def test_due_once(workers: list[DynamoStore]) -> None:
    """A due document goes to one of sixteen workers."""
    await workers[0].record(change("1", *(write(0, name=f"{number}") for number in range(10))))
    leased = await asyncio.gather(*(store.due(now=NOON, lease=LEASE, limit=5) for store in workers))
    assert sorted(int(row.name) for rows in leased for row in rows) == list(range(10))


async def test_settled_by_one(workers: list[DynamoStore]) -> None:
    """Of sixteen settlements with the same claim one succeeds."""
    await workers[0].put([item("a")], now=NOON)
    claimed = await claim_one(workers[0])
    settling = (store.record(change(f"{at}", history=b"done", settles=claimed)) for at, store in enumerate(workers))
    answers = await asyncio.gather(*settling, return_exceptions=True)
    assert answers.count(None) == 1
    assert len(await workers[0].history(REPOSITORY, limit=99)) == 1


async def test_one_change_from_many(workers: list[DynamoStore]) -> None:
    """The same change sent by sixteen workers at once is written once, and each gets the answer that it is written."""
    same = change("same", write(0), history=b"once", items=[item("a")])
    await asyncio.gather(*(store.record(same) for store in workers))
    assert [row.version for row in await workers[0].load(REPOSITORY)] == [1]
    assert len(await workers[0].history(REPOSITORY, limit=99)) == 1
