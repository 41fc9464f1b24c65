"""The DynamoDB store under lost requests and answers, refusals, and a lagging index."""

import asyncio
import contextlib
import random
import uuid
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.adapters.aws.dynamodb.faults import Again, meaning
from ghapp.adapters.aws.dynamodb.table import CALLS_AT_ONCE
from ghapp.ports import Claimed, Conflict, Permanent, Retryable, Superseded
from tests.adapters.aws.dynamodb_proxy import (
    Answer,
    Body,
    Fault,
    HeldBack,
    Proxy,
    Rule,
    Send,
    altered,
    cancelled,
    delayed,
    dropped_after,
    dropped_before,
    refused,
)
from tests.adapters.store_world import (
    LEASE,
    NOON,
    REPOSITORY,
    after,
    change,
    claim,
    claim_one,
    due,
    item,
    lease,
    names,
    write,
)

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
PATIENCE = 0.4  # seconds, instead of the five in production


@pytest.fixture
async def store(local_dynamodb: str, table: str, proxy: Proxy) -> AsyncIterator[DynamoStore]:
    """Through the proxy, with production's patience."""
    store = DynamoStore(table)
    yield store
    await store.close()


@pytest.fixture
async def hasty(local_dynamodb: str, table: str, proxy: Proxy) -> AsyncIterator[DynamoStore]:
    """Through the proxy, with little patience."""
    store = DynamoStore(table, patience=PATIENCE, answer_within=0.15)
    yield store
    await store.close()


# ---------------------------------------------------------------- a lost answer


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rounds", [200, pytest.param(1000, marks=pytest.mark.soak)])
async def test_each_grants_answer_is_lost(store: DynamoStore, proxy: Proxy, rounds: int) -> None:
    """Each grant is written once, and one more call finds it as ours instead of as another worker's."""
    proxy.rules.append(Rule(dropped_after, "TransactWriteItems"))
    for version in range(rounds):
        await store.record(
            change(f"{version}", write(version), history=b"granted", items=[item(f"notice/{version}", f"{version}")])
        )
    assert proxy.counted() == {"TransactWriteItems": 2 * rounds}
    proxy.rules.clear()
    assert [row.version for row in await store.load(REPOSITORY)] == [rounds]
    assert len(await store.history(REPOSITORY, limit=2 * rounds)) == rounds
    assert len(await store.claim(now=NOON, lease=LEASE, limit=2 * rounds)) == rounds


async def test_every_answer_is_lost(store: DynamoStore, proxy: Proxy) -> None:
    """Each write of every method that is carried out without an answer ends as if it had been answered."""
    proxy.rules += [Rule(dropped_after, operation) for operation in WRITES]
    assert list(await store.put([item("a")], now=NOON)) == [True]
    assert list(await store.put([item("b"), item("a"), item("c", "2")], now=NOON)) == [True, False, True]
    first, second = await claim(store)
    assert (first.id, first.tries, second.id) == ("a", 0, "c")
    await store.record(change("1", write(0, b"one"), history=b"told", items=[item("a"), item("d", "3")], settles=first))
    await store.give_back(second, now=NOON, retry_at=NOON, counts=True, why="once")
    assert not await store.renew(second, now=after(1), lease=LEASE)
    again = {claimed.id: claimed for claimed in await claim(store)}
    assert {name: claimed.tries for name, claimed in again.items()} == {"b": 0, "c": 1, "d": 0}
    await store.give_back(again["c"], now=NOON, retry_at=None, counts=True, why="twice")
    assert list(await store.dead(limit=9)) == [(item("c", "2"), "twice")]
    assert await store.revive("c", now=NOON) is True
    held = await claim_one(store)
    assert held.id == "c"
    [row] = await due(store)
    assert (row.version, row.document) == (1, b"one")
    proxy.rules[:] = [Rule(dropped_after, times=1)]  # each retry of a renewal succeeds and would lose its answer too
    assert await store.renew(row, now=after(1), lease=LEASE)
    proxy.rules[:] = [Rule(dropped_after, times=1)]  # likewise `rest`
    await store.rest(row, due_at=after(60), shown=b"shown")
    assert await due(store, after(59)) == []
    proxy.rules[:] = [Rule(dropped_after, times=1)]  # likewise the renewal of an item
    assert await store.renew(held, now=after(1), lease=LEASE)
    assert await names(store, after(30)) == ["b", "d"]
    assert [kept.shown for kept in await store.load(REPOSITORY)] == [b"shown"]
    assert [past.id for past in await store.history(REPOSITORY, limit=9)] == ["1"]


async def test_calls_at_once_are_bounded(store: DynamoStore, proxy: Proxy) -> None:
    """Two hundred deliveries at the same moment are each stored, over a bounded number of connections."""
    under_way = most = 0

    async def counted(send: Send) -> Answer:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await send()
        finally:
            under_way -= 1

    await store.check()
    proxy.rules.append(Rule(counted, "PutItem"))
    stored = await asyncio.gather(*(store.put([item(f"{number}")], now=NOON) for number in range(200)))
    assert stored == [[True]] * 200
    assert 1 < most <= CALLS_AT_ONCE


async def test_every_answer_is_lost_while_the_table_is_made(proxy: Proxy) -> None:
    """The table is made once and has no problems."""
    proxy.rules += [Rule(dropped_after, operation, times=1) for operation in ("CreateTable", "UpdateTimeToLive")]
    made = DynamoStore(f"test-{uuid.uuid4().hex}")
    await made.create()
    assert list(await made.problems()) == []
    await made.close()


async def test_lost_answer_and_then_another(store: DynamoStore, proxy: Proxy, table: str) -> None:
    """A change stays written though another worker went on from it before the lost answer was asked for again."""
    other = DynamoStore(table)
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    held = HeldBack()
    proxy.rules.append(Rule(held, "TransactWriteItems", times=1))
    writing = asyncio.create_task(
        store.record(change("ours", write(0, b"ours"), history=b"ours", items=[item("b")], settles=claimed))
    )
    await held.reached.wait()
    await other.record(change("theirs", write(1, b"theirs"), settles=await claim_one(other)))
    held.go_on.set()
    await writing
    assert [(row.version, row.document) for row in await store.load(REPOSITORY)] == [(2, b"theirs")]
    assert [past.id for past in await store.history(REPOSITORY, limit=9)] == ["ours"]
    assert await names(store) == []
    await other.close()


@pytest.mark.parametrize("told", [0, 1, 2, 4], ids=["change", "document", "settled", "item"])
async def test_lost_answer_and_one_reason(store: DynamoStore, proxy: Proxy, told: int) -> None:
    """Any row with our change's id settles a lost answer, whichever row the service names."""

    def only_one(answer: Body) -> None:
        for place, reason in enumerate(answer["CancellationReasons"]):
            if place != told:
                reason["Code"] = "None"

    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    proxy.rules += [
        Rule(dropped_after, "TransactWriteItems", times=1),
        Rule(altered(only_one), "TransactWriteItems", times=1),
    ]
    await store.record(change("ours", write(0), history=b"ours", items=[item("b", "2")], settles=claimed))
    assert [row.version for row in await store.load(REPOSITORY)] == [1]
    assert await names(store, after(60)) == ["b"]


async def test_put_is_known_as_ours_after_its_item_was_settled(store: DynamoStore, proxy: Proxy, table: str) -> None:
    """A delivery that was stored and settled before its lost answer was asked for again was new."""
    other = DynamoStore(table)
    held = HeldBack()
    proxy.rules.append(Rule(held, "PutItem", times=1))
    putting = asyncio.create_task(store.put([item("a")], now=NOON))
    await held.reached.wait()
    await other.record(change("c", settles=await claim_one(other)))
    held.go_on.set()
    assert list(await putting) == [True]
    await other.close()


async def test_too_late(hasty: DynamoStore, proxy: Proxy) -> None:
    """A late answer counts as a lost one, and the second call finds our write."""
    proxy.rules.append(Rule(delayed(0.2), times=1))
    await hasty.record(change("1", write(0), history=b"told"))
    assert proxy.counted() == {"TransactWriteItems": 2}
    assert [row.version for row in await hasty.load(REPOSITORY)] == [1]


async def test_a_conflict_stays_a_conflict(store: DynamoStore, proxy: Proxy) -> None:
    """Lost answers never turn another worker's write into ours."""
    await store.put([item("a")], now=NOON)
    claimed = await claim_one(store)
    await store.record(change("theirs", write(0)))
    proxy.rules += [Rule(fault, "TransactWriteItems", times=1) for fault in (dropped_before, dropped_after)]
    with pytest.raises(Conflict):
        await store.record(change("ours", write(0), history=b"ours", settles=claimed))
    await store.record(change("theirs too", settles=claimed))
    with pytest.raises(Superseded):  # `Superseded` takes precedence over the moved version
        await store.record(change("ours", write(0), history=b"ours", settles=claimed))
    assert list(await store.history(REPOSITORY, limit=9)) == []


async def test_a_body_that_arrives_late_replaces_no_other(hasty: DynamoStore, proxy: Proxy) -> None:
    """A change conflicts and is decided anew. A request of its first try, which was given up without an answer and
    sent again, is carried out after the second try: the document is that of the second.
    """
    await hasty.record(change("theirs", write(0, name="staging")))
    dice, late = random.Random(1), HeldBack(before=True)
    first, second = dice.randbytes(40_000), dice.randbytes(40_000)
    proxy.rules.append(Rule(late, "PutItem", times=1))
    with pytest.raises(Conflict):
        await hasty.record(change("ours", write(0, first), write(0, name="staging")))
    await hasty.record(change("ours", write(0, second)))
    late.go_on.set()
    await asyncio.wait_for(late.done.wait(), 5)
    (document,) = [row.document for row in await hasty.load(REPOSITORY) if row.name == "production"]
    assert document == second


# ---------------------------------------------------------------- refused calls

PASSING = {
    "ThrottlingException": refused("ThrottlingException"),
    "ProvisionedThroughputExceededException": refused("ProvisionedThroughputExceededException"),
    "RequestLimitExceeded": refused("RequestLimitExceeded"),
    "TransactionInProgressException": refused("TransactionInProgressException"),
    "ReplicatedWriteConflictException": refused("ReplicatedWriteConflictException"),
    "TransactionConflictException": refused("TransactionConflictException"),
    "TransactionConflict": cancelled("TransactionConflict", "None"),
    "a conflict beside a condition": cancelled("ConditionalCheckFailed", "TransactionConflict"),
    "ThrottlingError": cancelled("None", "ThrottlingError"),
    "InternalServerError": refused("InternalServerError", status=500),
    "ServiceUnavailable": refused("ServiceUnavailable", status=503),
    "dropped": dropped_before,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_refused_for_a_moment(store: DynamoStore, proxy: Proxy, fault: Fault) -> None:
    """A passing refusal is waited out, and the change is written once."""
    proxy.rules.append(Rule(fault, times=2))
    await store.record(change("1", write(0), history=b"told", items=[item("a")]))
    assert proxy.counted() == {"TransactWriteItems": 3}
    assert [row.version for row in await store.load(REPOSITORY)] == [1]
    assert len(await store.history(REPOSITORY, limit=9)) == 1


@pytest.mark.parametrize("fault", [refused("ThrottlingException"), dropped_before], ids=["throttled", "dropped"])
async def test_while_every_call_is_refused_nothing_is_granted(hasty: DynamoStore, proxy: Proxy, fault: Fault) -> None:
    """Each method raises `Retryable` within the store's patience, and afterwards nothing is lost."""
    await hasty.put([item("before")], now=NOON)
    claimed = await claim_one(hasty)
    await hasty.record(change("before", write(0)))
    [row] = await due(hasty)
    proxy.rules.append(Rule(fault))
    calls = (
        hasty.put([item("during")], now=NOON),
        hasty.claim(now=after(60), lease=LEASE, limit=9),
        hasty.give_back(claimed, now=NOON, retry_at=NOON, counts=True, why=""),
        hasty.revive("before", now=NOON),
        hasty.check(),
        hasty.load(REPOSITORY),
        hasty.record(change("during", write(1), history=b"during", settles=claimed)),
        hasty.due(now=after(60), lease=LEASE, limit=9),
        hasty.rest(row, due_at=None, shown=b"during"),
        hasty.history(REPOSITORY, limit=9),
        hasty.dead(limit=9),
    )
    async with asyncio.timeout(PATIENCE + 1):
        answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Retryable] * len(calls)
    assert all(str(answer).startswith("the store cannot be used: ") for answer in answers)

    proxy.rules.clear()
    assert [(row.version, row.shown) for row in await hasty.load(REPOSITORY)] == [(1, b"")]
    assert list(await hasty.history(REPOSITORY, limit=9)) == []
    assert list(await hasty.put([item("during", "2")], now=NOON)) == [True]
    await hasty.record(change("after", write(1), history=b"after", settles=claimed))
    assert await names(hasty, after(60)) == ["during"]


async def test_dropped_before(store: DynamoStore, proxy: Proxy) -> None:
    """A call that never arrived is sent again, and nothing is stored twice."""
    proxy.rules += [Rule(dropped_before, operation, times=3) for operation in WRITES]
    assert list(await store.put([item("a")], now=NOON)) == [True]
    await store.record(change("1", write(0), history=b"told", settles=await claim_one(store)))
    assert [row.version for row in await store.load(REPOSITORY)] == [1]
    assert len(await store.history(REPOSITORY, limit=9)) == 1
    assert await names(store, after(60)) == []


async def test_no_service_at_the_address(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call raises `Retryable`."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    store = DynamoStore(table, patience=PATIENCE)
    for call in (store.open(), store.check(), store.put([item("a")], now=NOON)):
        with pytest.raises(Retryable, match=r"^the store cannot be used: "):
            await call
    await store.close()


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        SSLError(endpoint_url="https://dynamodb", error=OSError("handshake")),
        ResponseStreamingError(error=OSError("reset")),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
    ids=lambda error: type(error).__name__,
)
def test_not_reached(error: BotoCoreError) -> None:
    """Every network error is tried again."""
    assert isinstance(meaning(error), Again)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ExpiredTokenException", "UnrecognizedClientException"])
async def test_not_permitted(store: DynamoStore, proxy: Proxy, code: str) -> None:
    """A missing permission or an expired credential raises at once and may be mended: nothing is decided meanwhile."""
    proxy.rules.append(Rule(refused(code)))
    with pytest.raises(Retryable, match=code):
        await store.record(change("1", write(0)))
    assert proxy.counted() == {"TransactWriteItems": 1}


async def test_no_table(store: DynamoStore, proxy: Proxy) -> None:
    """A table that goes away while the server runs raises a fault that names it, and does not end the server."""
    proxy.rules.append(Rule(refused("ResourceNotFoundException")))
    with pytest.raises(Retryable, match=r"^there is no table test-"):
        await store.claim(now=NOON, lease=LEASE, limit=1)


async def test_too_large(store: DynamoStore, proxy: Proxy) -> None:
    """A document that no row can hold is refused at once, in either way of the service, and nothing is written."""
    with pytest.raises(Permanent, match=r"^the store refuses it: .*size"):
        await store.record(change("1", write(0, random.Random(1).randbytes(410_000)), history=b"told"))
    proxy.rules.append(Rule(cancelled("None", "ValidationError"), times=1))
    with pytest.raises(Permanent, match=r"^the store refuses it"):
        await store.record(change("2", write(0), history=b"told"))
    assert (proxy.counted()["PutItem"], proxy.counted()["TransactWriteItems"]) == (1, 1)
    assert list(await store.load(REPOSITORY)) == []
    assert list(await store.history(REPOSITORY, limit=9)) == []


async def test_too_many_rows(store: DynamoStore) -> None:
    """A change of more than a hundred rows is refused whole; one of a hundred is written."""
    many = [item(f"{number}", f"{number}") for number in range(100)]
    with pytest.raises(Permanent, match="writes 100 rows at once, not 102"):
        await store.record(change("1", write(0), items=many))
    forty = [write(0, name=f"environment-{number}") for number in range(40)]
    await store.record(change("2", *forty, history=b"told", items=many[:59]))
    assert len(await store.load(REPOSITORY)) == 40
    assert len(await store.claim(now=NOON, lease=LEASE, limit=100)) == 59
    assert list(await store.put(many, now=NOON)) == [False] * 59 + [True] * 41


# ---------------------------------------------------------------- a lagging index


async def test_index_shows_items_that_are_no_longer_ready(store: DynamoStore, proxy: Proxy) -> None:
    """An item that the index shows as ready is not claimed if it is in hand, settled, dead or stepped aside."""
    await store.put([item("held", "1"), item("done", "2"), item("later", "3"), item("dead", "4")], now=NOON)
    proxy.lagging = True
    held, done, later, dead = await claim(store)
    assert await names(store) == []
    await store.record(change("c", settles=done))
    await store.give_back(later, now=NOON, retry_at=after(60), counts=False, why="")
    await store.give_back(dead, now=NOON, retry_at=None, counts=True, why="")
    assert await names(store, after(1)) == []
    await store.record(change("held", settles=held))
    proxy.lagging = False
    assert await names(store, after(60)) == ["later"]


async def test_index_does_not_show_a_new_item(store: DynamoStore, proxy: Proxy) -> None:
    """The item waits until the index has it; nothing is lost, and no lane has two items in hand."""
    assert await names(store) == []  # the proxy keeps this answer
    proxy.lagging = True
    await store.put([item("a")], now=NOON)
    await store.put([item("b")], now=NOON)
    assert await names(store) == []
    proxy.lagging = False
    assert await names(store) == ["a"]
    assert await names(store) == []


async def test_index_that_does_not_show_the_newest_item_costs_work_and_nothing_else(
    store: DynamoStore, proxy: Proxy
) -> None:
    """In a lane of heads an older item is worked first, and the newest as soon as the index has it."""
    await store.put([item("a", "acme/1/heads/7"), item("b", "acme/1/heads/7")], now=NOON)
    await store.give_back(await claim_one(store), now=NOON, retry_at=NOON, counts=False, why="")
    proxy.lagging = True
    await store.put([item("c", "acme/1/heads/7")], now=NOON)
    older = await claim_one(store)
    assert older.id == "b"
    await store.record(change("b", settles=older))
    assert await names(store) == []
    proxy.lagging = False
    assert await names(store) == ["c"]


async def test_index_shows_a_document_at_rest(store: DynamoStore, proxy: Proxy) -> None:
    """A document that the index still shows as due is skipped if it is leased or at rest."""
    await store.record(change("1", write(0)))
    proxy.lagging = True
    [row] = await due(store)
    assert await due(store) == []
    await store.rest(row, due_at=after(60), shown=b"")
    assert await due(store, after(59)) == []
    assert len(await due(store, after(60))) == 1


async def test_stale_proposals_are_passed_over(store: DynamoStore, proxy: Proxy) -> None:
    """Stale proposals of a lane do not delay the ones behind them."""
    await store.put([item(f"{number}") for number in range(9)], now=NOON)
    proxy.lagging = True
    for number in range(9):
        claimed = await claim_one(store)
        assert claimed.id == f"{number}"
        await store.record(change(f"{number}", settles=claimed))
    assert await names(store) == []


# ---------------------------------------------------------------- lanes


async def held_claim(store: DynamoStore, proxy: Proxy, held: HeldBack) -> asyncio.Task[list[Claimed]]:
    """Starts a claim that has read the items and is held before its write."""
    proxy.rules.append(Rule(held, "TransactWriteItems", times=1))
    claiming = asyncio.create_task(claim(store))
    await held.reached.wait()
    return claiming


async def test_lane_taken_in_between(store: DynamoStore, proxy: Proxy) -> None:
    """A claim that finds the lane taken at the last moment takes no item of it, nor the next one."""
    await store.put([item("a"), item("b")], now=NOON)
    held = HeldBack(before=True)
    slow = await held_claim(store, proxy, held)
    assert await names(store) == ["a"]
    held.go_on.set()
    assert await slow == []


@pytest.mark.parametrize(("counts", "retry_at"), [(True, NOON), (False, after(60))], ids=["tried", "later"])
async def test_item_changed_in_between(store: DynamoStore, proxy: Proxy, counts: bool, retry_at: datetime) -> None:
    """A claim whose item changed after it was read leaves the item, which is then claimed in its new state."""
    await store.put([item("a")], now=NOON)
    held = HeldBack(before=True)
    slow = await held_claim(store, proxy, held)
    await store.give_back(await claim_one(store), now=NOON, retry_at=retry_at, counts=counts, why="")
    held.go_on.set()
    assert await slow == []
    assert (await claim_one(store, retry_at)).tries == counts


async def test_lane_that_another_took(store: DynamoStore) -> None:
    """A worker with an expired lease may settle its item while another works the lane, without freeing that."""
    await store.put([item("older"), item("slow"), item("third")], now=NOON)
    await store.give_back(await claim_one(store), now=NOON, retry_at=after(31), counts=False, why="")
    slow = await claim_one(store)
    assert slow.id == "slow"
    quick = await claim_one(store, after(31))
    assert quick.id == "older"
    await store.record(change("slow", history=b"told", settles=slow, at=after(32)))
    assert await names(store, after(33)) == []
    await store.record(change("quick", settles=quick, at=after(34)))
    assert await names(store, after(34)) == ["third"]


async def test_lane_that_another_took_given_back(store: DynamoStore) -> None:
    """A late give-back does not free the lane either."""
    await store.put([item("older"), item("slow")], now=NOON)
    await store.give_back(await claim_one(store), now=NOON, retry_at=after(31), counts=False, why="")
    slow = await claim_one(store)
    quick = await claim_one(store, after(31))
    await store.give_back(slow, now=after(32), retry_at=after(32), counts=True, why="")
    assert await names(store, after(33)) == []
    await store.record(change("quick", settles=quick, at=after(34)))
    assert await names(store, after(34)) == ["slow"]


# ---------------------------------------------------------------- requests


async def test_reads_are_consistent_and_writes_conditional(store: DynamoStore, proxy: Proxy) -> None:
    """Also, no call scans the table, and every attribute is a placeholder."""
    await use_all_of(store)
    assert {"Scan", "DeleteTable"}.isdisjoint(proxy.counted())
    for operation, body in proxy.seen:
        if operation in ("GetItem", "Query"):
            assert body.get("ConsistentRead", False) is ("IndexName" not in body)
        if operation == "BatchGetItem":
            assert all(asked["ConsistentRead"] for asked in body["RequestItems"].values())
        actions = [next(iter(action.values())) for action in body.get("TransactItems", [])]
        for action in actions or [body] * (operation in WRITES):
            pulse = action.get("Item", {}).get("pk") == {"S": "pulse"}
            assert ("ConditionExpression" in action) is not pulse
            assert pulse or action["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"
        for asked in actions or [body]:
            words = {word for name, text in asked.items() if name.endswith("Expression") for word in text.split()}
            assert not [
                word for word in words if word.strip("(),").islower() and word[0] not in "#:(" and "(" not in word
            ]


async def use_all_of(store: DynamoStore) -> None:
    """Calls every method in every branch."""
    await store.open()
    await store.check()
    await store.put([item("a"), item("b"), item("c", "2")], now=NOON)
    first, second = await claim(store)
    await store.give_back(first, now=NOON, retry_at=NOON, counts=True, why="")
    await store.give_back(second, now=NOON, retry_at=None, counts=True, why="")
    await store.dead(limit=9)
    await store.revive("c", now=NOON)
    await store.record(change("1", write(0), history=b"told", items=[item("d")]))
    await store.record(change("2", write(1), settles=(await claim(store))[0]))
    [row] = await due(store)
    await store.rest(row, due_at=NOON, shown=b"")
    await store.rest(row, due_at=None, shown=b"")
    await lease(store)
    await store.load(REPOSITORY)
    await store.history(REPOSITORY, limit=9)


async def test_pages(store: DynamoStore, proxy: Proxy) -> None:
    """A result of more than one page is read to its end."""
    large = random.Random(1).randbytes(300_000)
    for number in range(5):
        await store.record(change(f"{number}", write(0, large, name=f"{number}"), history=large))
    proxy.seen.clear()
    assert [len(row.document) for row in await store.load(REPOSITORY)] == [len(large)] * 5
    assert [past.id for past in await store.history(REPOSITORY, limit=9)] == ["4", "3", "2", "1", "0"]
    await store.put([item(f"{number}", f"{number}") for number in range(250)], now=NOON)
    assert len(await store.claim(now=NOON, lease=LEASE, limit=1000)) == 250


async def test_closed_twice(table: str) -> None:
    """A store may be closed twice, and without having been used."""
    for used in (False, True):
        store = DynamoStore(table)
        if used:
            await store.load(REPOSITORY)
        await store.close()
        with contextlib.suppress(RuntimeError):
            await store.close()
