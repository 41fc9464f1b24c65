"""One table, through one client, with a bounded number of calls at once, each tried again for a bounded time."""

import asyncio
import itertools
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from ghapp.adapters.aws import session
from ghapp.adapters.aws.dynamodb.faults import Again, Missing, meaning
from ghapp.adapters.aws.dynamodb.rows import INDEX, Attributes, Value, expressions, key_of, read, written
from ghapp.ports import Retryable, TooLarge

T = TypeVar("T")
Consumed = Callable[[str, float], None]
"""Told the operation and the capacity units of each call that was answered."""

CALLS_AT_ONCE = 16
BYTES = 4 * 1024 * 1024
ACTIONS = 100  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, both
KEYS = 100  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds

_DICE = secrets.SystemRandom()
_OF_THE_TABLE = frozenset({"create_table", "describe_table", "describe_time_to_live", "update_time_to_live"})


@dataclass(frozen=True, slots=True)
class Action:
    """One conditional write. By itself or within a transaction its parameters are the same."""

    kind: Literal["Put", "Update", "Delete"]
    request: Mapping[str, Any]

    @property
    def size(self) -> int:
        """The bytes of what it stores, as good as all there is: names and numbers are short."""
        values = {**self.request.get("Item", {}), **self.request.get("ExpressionAttributeValues", {})}
        return sum(len(value["B"]) for value in values.values() if "B" in value)


def put(row: Attributes, condition: str = "", /, **values: Value) -> Action:
    """The whole row, where the condition holds of what stood there."""
    return Action("Put", {"Item": written(row), **_conditional(values, condition)})


def update(key: Attributes, change: str, condition: str, /, **values: Value) -> Action:
    """Some attributes of a row, where the condition holds."""
    return Action("Update", {"Key": written(key), **_conditional(values, condition, UpdateExpression=change)})


def delete(key: Attributes, condition: str, /, **values: Value) -> Action:
    """A row's end, where the condition holds."""
    return Action("Delete", {"Key": written(key), **_conditional(values, condition)})


def _conditional(values: Attributes, condition: str, **texts: str) -> dict[str, Any]:
    if not condition:
        return {}
    asked = expressions(values, ConditionExpression=condition, **texts)
    return {**asked, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


class Table:
    """Every method raises `Retryable` where the service could not be used within `patience` seconds, `Permanent`
    where it refuses what is asked, and those that write `Unmet`. The client is made at the first call."""

    def __init__(self, name: str, *, patience: float, answer_within: float, consumed: Consumed | None = None) -> None:
        self.name = name
        self._patience = patience
        self._answer_within = answer_within
        self._consumed = consumed
        self._threads = ThreadPoolExecutor(max_workers=CALLS_AT_ONCE, thread_name_prefix="dynamodb")
        self._lock = threading.Lock()
        self._client: Any = None
        self._seq = 0

    def next_seq(self) -> int:
        """Nanoseconds by this machine's clock, and more than the last one."""
        self._seq = max(time.time_ns(), self._seq + 1)
        return self._seq

    async def close(self) -> None:
        """After what is under way. Once is enough, twice is harmless."""
        await asyncio.to_thread(self._threads.shutdown)
        if self._client is not None:
            self._client.close()

    # ------------------------------------------------------------ reads

    async def row(self, key: Attributes) -> Attributes | None:
        """A row as it is now."""
        answer = await self.call("get_item", Key=written(key), ConsistentRead=True)
        return read(answer["Item"]) if "Item" in answer else None

    async def rows(self, keys: Sequence[Attributes]) -> list[Attributes]:
        """Those of them that exist, as they are now, in no order."""
        found: list[Attributes] = []
        for some in (keys[start : start + KEYS] for start in range(0, len(keys), KEYS)):
            left = [written(key_of(key)) for key in some]
            while left:
                left = await self._patiently(partial(self._some_rows, left, found))
        return found

    async def _some_rows(self, keys: list[dict[str, Any]], found: list[Attributes]) -> list[dict[str, Any]]:
        """The service answers as many as it likes; what it left."""
        asked = {self.name: {"Keys": keys, "ConsistentRead": True}}
        answer = await self._once("batch_get_item", {"RequestItems": asked})
        found += map(read, answer["Responses"].get(self.name, ()))
        left: list[dict[str, Any]] = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
        if len(left) == len(keys):
            raise Again("throttled")
        return left

    async def partition(self, pk: str, sk_prefix: str) -> list[Attributes]:
        """The rows of a partition as they are now, in the order of their sort keys. Each row for itself: another's
        transaction may be seen in one and not yet in the next."""
        values = {"pk": pk, "prefix": sk_prefix}
        asked = expressions(values, KeyConditionExpression="#pk = :pk AND begins_with(#sk, :prefix)")
        return await self._query(asked | {"ConsistentRead": True}, limit=None)

    async def listed(
        self, list_name: str, *, until: int | None = None, newest_first: bool = False, limit: int | None = None
    ) -> list[Attributes]:
        """What the index knows of a list, up to a place: a proposal."""
        condition = "#list = :list" if until is None else "#list = :list AND #place <= :until"
        values: dict[str, Value] = {"list": list_name, "until": until or 0}
        asked = expressions(values, KeyConditionExpression=condition)
        return await self._query(asked | {"IndexName": INDEX, "ScanIndexForward": not newest_first}, limit=limit)

    async def count(self, list_name: str) -> int:
        """How many rows stand on a list, as far as the index knows."""
        asked: dict[str, Any] = expressions({"list": list_name}, KeyConditionExpression="#list = :list")
        asked |= {"IndexName": INDEX, "Select": "COUNT"}
        found = 0
        while True:
            answer = await self.call("query", **asked)
            found += int(answer["Count"])
            if "LastEvaluatedKey" not in answer:
                return found
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def _query(self, asked: Mapping[str, Any], *, limit: int | None) -> list[Attributes]:
        request, found = dict(asked), list[Attributes]()
        while True:
            if limit is not None:
                request["Limit"] = limit - len(found)
            answer = await self.call("query", **request)
            found += map(read, answer["Items"])
            if "LastEvaluatedKey" not in answer or (limit is not None and len(found) >= limit):
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    # ------------------------------------------------------------ writes

    async def write(self, *actions: Action) -> None:
        """All of them or none; alone, at half the price of a transaction."""
        if len(actions) == 1:
            await self.call(f"{actions[0].kind.lower()}_item", **actions[0].request)
        else:
            await self.transact(*actions)

    async def transact(self, *actions: Action) -> Mapping[str, Any]:
        """All of them or none; the service's answer."""
        if len(actions) > ACTIONS:
            raise TooLarge(f"the store writes {ACTIONS} rows at once, not {len(actions)}")
        if (size := sum(action.size for action in actions)) > BYTES:
            raise TooLarge(f"the store writes {BYTES} bytes at once, not {size}")
        together = [{action.kind: {**action.request, "TableName": self.name}} for action in actions]
        return await self._patiently(lambda: self._once("transact_write_items", {"TransactItems": together}))

    async def updated(self, action: Action) -> Attributes:
        """Written alone; the row that it makes."""
        answer = await self.call("update_item", **action.request, ReturnValues="ALL_NEW")
        return read(answer["Attributes"])

    # ------------------------------------------------------------ calls

    async def call(self, operation: str, **request: Any) -> Mapping[str, Any]:
        """Any operation on this table."""
        return await self._patiently(lambda: self._once(operation, {**request, "TableName": self.name}))

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Again after a pause of any length up to one that doubles, so that many do not come back together."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        for tries in itertools.count():
            try:
                return await attempt()
            except Again as again:
                pause = _DICE.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**tries))
                if loop.time() + pause > end:
                    raise Retryable(f"the store cannot be used: {again}") from again
            await asyncio.sleep(pause)
        raise AssertionError("counting does not end")

    async def _once(self, operation: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._send, operation, request)
        except Missing as missing:
            if operation in _OF_THE_TABLE:
                raise
            raise Retryable(f"there is no table {self.name}") from missing

    def _send(self, operation: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = dict(request)
        if self._consumed and operation not in _OF_THE_TABLE:
            asked["ReturnConsumedCapacity"] = "TOTAL"
        try:
            answer: Mapping[str, Any] = getattr(self._made(), operation)(**asked)
        except (BotoCoreError, ClientError) as error:
            raise meaning(error) from error
        if self._consumed:
            capacity = answer.get("ConsumedCapacity") or []
            entries = [capacity] if isinstance(capacity, dict) else capacity
            self._consumed(operation, sum(entry["CapacityUnits"] for entry in entries))
        return answer

    def _made(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = session.client("dynamodb", answer_within=self._answer_within, connections=CALLS_AT_ONCE)
            return self._client
