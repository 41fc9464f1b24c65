"""The ports' methods over one table. `open` refuses a table that cannot hold a lock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ghapp.adapters.aws.dynamodb import claims, documents, queue, schema, silences
from ghapp.adapters.aws.dynamodb.table import Consumed, Table, put
from ghapp.core.model.lanes import Share
from ghapp.ports import Archive, Change, Claimed, Counts, Item, Past, Permanent, Retryable, Row, Silence, Store, Version

PATIENCE = 5.0  # seconds in which a call is retried
ANSWER_WITHIN = 2.0  # seconds; an unanswered call can be retried once


class DynamoStore(Store, Archive):
    """Sends nothing before the first use. Several stores, in any processes anywhere, may share a table.

    `consumed` is called with the cost of each call, which is requested only then.
    """

    def __init__(
        self,
        table: str,
        *,
        patience: float = PATIENCE,
        answer_within: float = ANSWER_WITHIN,
        consumed: Consumed | None = None,
    ) -> None:
        self._table = Table(table, patience=patience, answer_within=answer_within, consumed=consumed)

    async def open(self) -> None:
        """Raises `Permanent` where the table is missing or this version cannot use it, `Retryable` as all do."""
        if problems := await schema.problems(self._table):
            raise Permanent(problems[0])

    async def create(self, *, restored: bool = False) -> None:
        """Creates the missing parts of the table. `restored`: take this copy of another table into use although its
        numbers may be older.

        Raises `Permanent` where the existing table is a different one.
        """
        await schema.create(self._table, restored=restored)

    async def problems(self) -> Sequence[str]:
        """All problems of the table, also those that only cost money, a sentence each."""
        return [*await schema.problems(self._table), *await schema.untidy(self._table)]

    async def close(self) -> None:
        """Closes after the calls under way."""
        await self._table.close()

    async def put(self, items: Sequence[Item], *, now: datetime) -> Sequence[bool]:
        return await queue.store(self._table, items, now)

    async def claim(
        self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None
    ) -> Sequence[Claimed]:
        return await claims.claim(self._table, now, lease, limit, share)

    async def renew(self, held: Claimed | Row, *, now: datetime, lease: timedelta) -> bool:
        if isinstance(held, Row):
            return await documents.renew(self._table, held, now, lease)
        return await claims.renew(self._table, held, now, lease)

    async def give_back(
        self, claimed: Claimed, *, now: datetime, retry_at: datetime | None, counts: bool, why: str
    ) -> None:
        if retry_at is None:
            await queue.bury(self._table, claimed, now, why)
        else:
            await queue.give_back(self._table, claimed, retry_at, counts, why)

    async def overtakes(self, claimed: Claimed) -> bool:
        return await queue.overtakes(self._table, claimed)

    async def revive(self, item_id: str, *, now: datetime) -> bool:
        return await queue.revive(self._table, item_id, now)

    async def check(self) -> datetime:
        """Writes by a transaction: a table that takes none could store no decision. The clock has whole seconds."""
        answer = await self._table.transact(put({"pk": "pulse", "sk": "pulse"}))
        told = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
        try:
            return parsedate_to_datetime(told).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Retryable("the store does not tell the time") from None

    async def load(self, repository: int) -> Sequence[Row]:
        return await documents.load(self._table, repository)

    async def record(self, change: Change) -> None:
        await documents.record(self._table, change)

    async def silence(self, account: str, repository: int) -> Silence:
        return await silences.read(self._table, account, repository)

    async def keep_silence(self, account: str, repository: int, *, seen: Silence, at: datetime) -> None:
        await silences.keep(self._table, account, repository, seen, at)

    async def break_silence(self, account: str, repository: int | None = None) -> None:
        await silences.end(self._table, account, repository)

    async def due(self, *, now: datetime, lease: timedelta, limit: int, share: Share | None = None) -> Sequence[Row]:
        return await documents.due(self._table, now, lease, limit, share)

    async def lease_document(self, repository: int, name: str, *, now: datetime, lease: timedelta) -> Row | None:
        return await documents.lease_one(self._table, repository, name, now, lease)

    async def rest(self, row: Row, *, due_at: datetime | None, shown: bytes) -> None:
        await documents.rest(self._table, row, due_at, shown)

    async def history(self, repository: int, *, limit: int, before: int | None = None) -> Sequence[Past]:
        return await documents.history(self._table, repository, limit, before)

    async def repositories(self) -> Sequence[int]:
        return await documents.repositories(self._table)

    async def versions(self) -> Sequence[Version]:
        return await documents.versions(self._table)

    async def found_by(self, key: str) -> Sequence[int]:
        return await documents.found_by(self._table, key)

    async def item(self, item_id: str) -> Item | None:
        return await queue.item(self._table, item_id)

    async def counts(self) -> Counts:
        return await queue.counts(self._table)

    async def dead(self, *, limit: int) -> Sequence[tuple[Item, str]]:
        return await queue.dead(self._table, limit)
