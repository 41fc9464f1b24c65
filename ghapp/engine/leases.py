"""Leases on items and environments: short, and renewed as long as this worker works on them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from ghapp.ports import Claimed, Clock, Fault, Row, Store, in_hand_while

LEASE = timedelta(seconds=20)  # with another worker's next poll, a dead worker's items are taken over within 30 s
PARTS = 3  # of a lease, with a renewal after each, so that two may fail
AGAIN_AFTER = 1.0  # seconds between two tries where the store does not answer


@dataclass(frozen=True, slots=True)
class Leases:
    """A worker that stalls for longer than a lease sends nothing more for the item: before each change outside,
    `check_in_hand` is called."""

    store: Store
    clock: Clock
    span: timedelta = LEASE

    @contextmanager
    def held(self, held: Claimed | Row) -> Iterator[None]:
        """Renews the lease within the block. Work shorter than a third of the lease costs no write."""
        lease = _Lease(self, held)
        lease.arm(self.span.total_seconds() / PARTS)
        try:
            with in_hand_while(lease.holds):
                yield
        finally:
            lease.end()


class _Lease:
    def __init__(self, leases: Leases, held: Claimed | Row) -> None:
        assert held.until
        self._leases, self._held, self._until = leases, held, held.until
        self._timer: asyncio.TimerHandle | None = None
        self._renewal: asyncio.Task[None] | None = None

    def holds(self) -> bool:
        """Asks the clock alone: a process that was suspended does not know whether another has taken over."""
        return self._leases.clock() < self._until

    def arm(self, seconds: float) -> None:
        """Schedules the next renewal."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin)

    def end(self) -> None:
        """Cancels the timer and a renewal under way."""
        for each in (self._timer, self._renewal):
            if each:
                each.cancel()

    def _begin(self) -> None:
        self._renewal = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        """Where another worker has taken over, the lease ends at once, so nothing more is sent for the item."""
        leases, now = self._leases, self._leases.clock()
        try:
            kept = await leases.store.renew(self._held, now=now, lease=leases.span)
        except Fault:
            self.arm(min(AGAIN_AFTER, leases.span.total_seconds() / PARTS))
            return
        if not kept:
            self._until = now
            return
        self._until = now + leases.span
        self.arm(leases.span.total_seconds() / PARTS)
