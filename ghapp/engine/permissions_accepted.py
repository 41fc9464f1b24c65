"""After an account grants the App more permissions: retries what could not be done or published in its repositories."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from ghapp.core.model.environment import Environment
from ghapp.core.model.events import GatesChanged, MergesRecounted, PermissionsAccepted
from ghapp.core.model.lanes import tenant
from ghapp.engine.documents import documents, make_due, readable, repository_of
from ghapp.engine.publish.gate_fanout import GateFanout
from ghapp.ports import Archive, Change, Claimed, Clock, Row, Store
from ghapp.queue_items import event_item


@dataclass(frozen=True, slots=True)
class AcceptedPermissions:
    """`forget`: drops the memory of an installation."""

    store: Store
    archive: Archive
    fanout: GateFanout
    forget: Callable[[int], None]
    clock: Clock

    async def __call__(self, event: PermissionsAccepted, claimed: Claimed) -> None:
        """Idempotent."""
        self.forget(event.installation)
        await self.store.break_silence(event.account.lower())  # GitHub sent no events of pushes meanwhile
        for number in await self.archive.repositories():
            rows = await self.store.load(number)
            found = readable(documents(rows))
            if found and tenant(repository_of(found).full_name).lower() == event.account.lower():
                await self._again(event, found, rows)
        await self.store.record(Change(id=f"{claimed.id}/done", at=self.clock(), repository=0, settles=claimed))

    async def _again(self, event: PermissionsAccepted, found: Sequence[Environment], rows: Sequence[Row]) -> None:
        """Queues a recount of merges and the gates of each branch, and makes the environments due."""
        repository = replace(repository_of(found), installation=event.installation)
        await self.store.put(
            [event_item(MergesRecounted(repository=repository, key=event.key, at=event.at))], now=self.clock()
        )
        for base in dict.fromkeys(environment.config.branch for environment in found):
            await self.fanout.request(GatesChanged(repository=repository, base=base))
        names = {environment.name for environment in found}
        for row in rows:
            if row.name in names:
                await make_due(self.store, row, self.clock())
