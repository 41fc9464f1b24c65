"""One table, through one client, with a bounded number of calls at once, each retried for a bounded time."""

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
from ghapp.ports import Permanent, Retryable

T = TypeVar("T")
Consumed = Callable[[str, float], None]
"""Called with the operation and the capacity units of each call that was answered."""

CALLS_AT_ONCE = 16
BYTES = 4 * 1024 * 1024
ACTIONS = 100  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, both
KEYS = 100  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds

_DICE = secrets.SystemRandom()
_OF_THE_TABLE = frozenset({"create_table", "describe_table", "describe_time_to_live", "update_time_to_live"})


@dataclass(frozen=True, slots=True)
class Action:
    """One conditional write. Alone or within a transaction its parameters are the same."""

    kind: Literal["Put", "Update", "Delete"]
    request: Mapping[str, Any]

    @property
    def size(self) -> int:
        """The bytes of its binary values, which are nearly all of it: names and numbers are short."""
        values = {**self.request.get("Item", {}), **self.request.get("ExpressionAttributeValues", {})}
        return sum(len(value["B"]) for value in values.values() if "B" in value)


def put(row: Attributes, condition: str = "", /, **values: Value) -> Action:
    """Writes the whole row, if the condition holds for the existing one."""
    return Action("Put", {"Item": written(row), **_conditional(values, condition)})


def update(key: Attributes, change: str, condition: str, /, **values: Value) -> Action:
    """Changes some attributes of a row, if the condition holds."""
    return Action("Update", {"Key": written(key), **_conditional(values, condition, UpdateExpression=change)})


def delete(key: Attributes, condition: str, /, **values: Value) -> Action:
    """Deletes a row, if the condition holds."""
    return Action("Delete", {"Key": written(key), **_conditional(values, condition)})


def _conditional(values: Attributes, condition: str, **texts: str) -> dict[str, Any]:
    if not condition:
        return {}
    asked = expressions(values, ConditionExpression=condition, **texts)
    return {**asked, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


class Table:
    """Every method raises `Retryable` where the service could not be used within `patience` seconds, `Permanent`
    where it refuses the request, and those that write `Unmet`. The client is created at the first call."""

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
        """Nanoseconds by this machine's clock, and always more than the last value."""
        self._seq = max(time.time_ns(), self._seq + 1)
        return self._seq

    async def close(self) -> None:
        """Closes after the calls under way. A second call is harmless."""
        await asyncio.to_thread(self._threads.shutdown)
        if self._client is not None:
            self._client.close()

    # ------------------------------------------------------------ reads

    async def row(self, key: Attributes) -> Attributes | None:
        """A row, by a consistent read."""
        answer = await self.call("get_item", Key=written(key), ConsistentRead=True)
        return read(answer["Item"]) if "Item" in answer else None

    async def rows(self, keys: Sequence[Attributes]) -> list[Attributes]:
        """The rows that exist, by consistent reads, in no order."""
        found: list[Attributes] = []
        for some in (keys[start : start + KEYS] for start in range(0, len(keys), KEYS)):
            left = [written(key_of(key)) for key in some]
            while left:
                left = await self._patiently(partial(self._some_rows, left, found))
        return found

    async def _some_rows(self, keys: list[dict[str, Any]], found: list[Attributes]) -> list[dict[str, Any]]:
        """Adds the rows that the service answered to `found`; returns the keys that it left unprocessed."""
        asked = {self.name: {"Keys": keys, "ConsistentRead": True}}
        answer = await self._once("batch_get_item", {"RequestItems": asked})
        found += map(read, answer["Responses"].get(self.name, ()))
        left: list[dict[str, Any]] = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
        if len(left) == len(keys):
            raise Again("throttled")
        return left

    async def partition(self, pk: str, sk_prefix: str) -> list[Attributes]:
        """The rows of a partition by a consistent read, in the order of their sort keys. Consistent row by row: a
        concurrent transaction may be seen in one and not yet in the next."""
        values = {"pk": pk, "prefix": sk_prefix}
        asked = expressions(values, KeyConditionExpression="#pk = :pk AND begins_with(#sk, :prefix)")
        return await self._query(asked | {"ConsistentRead": True}, limit=None)

    async def listed(
        self, list_name: str, *, until: int | None = None, newest_first: bool = False, limit: int | None = None
    ) -> list[Attributes]:
        """The rows of a list as the index knows them, up to a place: a proposal."""
        condition = "#list = :list" if until is None else "#list = :list AND #place <= :until"
        values: dict[str, Value] = {"list": list_name, "until": until or 0}
        asked = expressions(values, KeyConditionExpression=condition)
        return await self._query(asked | {"IndexName": INDEX, "ScanIndexForward": not newest_first}, limit=limit)

    async def count(self, list_name: str) -> int:
        """How many rows are on a list, as far as the index knows."""
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
        """Writes all or nothing; a single one at half the price of a transaction."""
        if len(actions) == 1:
            await self.call(f"{actions[0].kind.lower()}_item", **actions[0].request)
        else:
            await self.transact(*actions)

    async def transact(self, *actions: Action) -> Mapping[str, Any]:
        """Writes all or nothing; returns the service's answer."""
        if len(actions) > ACTIONS:
            raise Permanent(f"the store writes {ACTIONS} rows at once, not {len(actions)}")
        if (size := sum(action.size for action in actions)) > BYTES:
            raise Permanent(f"the store writes {BYTES} bytes at once, not {size}")
        together = [{action.kind: {**action.request, "TableName": self.name}} for action in actions]
        return await self._patiently(lambda: self._once("transact_write_items", {"TransactItems": together}))

    async def updated(self, action: Action) -> Attributes:
        """Writes one and returns the new row."""
        answer = await self.call("update_item", **action.request, ReturnValues="ALL_NEW")
        return read(answer["Attributes"])

    # ------------------------------------------------------------ calls

    async def call(self, operation: str, **request: Any) -> Mapping[str, Any]:
        """Runs any operation on this table, with retries."""
        return await self._patiently(lambda: self._once(operation, {**request, "TableName": self.name}))

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Retries after a random pause up to a limit that doubles, so that many callers do not come back together."""
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
