"""What this worker has in hand: for a short while, which is renewed for as long as it is at work."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from ghapp.ports import Claimed, Clock, Fault, Row, Store, in_hand_while

LEASE = timedelta(seconds=20)  # with the next look of another worker: what a dead one held is taken over within 30 s
PARTS = 3  # of a lease; one after each, so that two renewals may fail
AGAIN_AFTER = 1.0  # seconds between two tries where the store does not answer


@dataclass(frozen=True, slots=True)
class Leases:
    """A worker that stands still for longer than a lease sends nothing any more for what it had in hand: on its way
    out each change to the world outside asks `check_in_hand`."""

    store: Store
    clock: Clock
    span: timedelta = LEASE

    @contextmanager
    def held(self, held: Claimed | Row) -> Iterator[None]:
        """Within, its lease is renewed. Whatever takes less than a part of a lease costs no write."""
        lease = _Lease(self, held)
        lease.arm(self.span.total_seconds() / PARTS)
        try:
            with in_hand_while(lease.holds):
                yield
        finally:
            lease.end()


class _Lease:
    """One of them."""

    def __init__(self, leases: Leases, held: Claimed | Row) -> None:
        assert held.until
        self._leases, self._held, self._until = leases, held, held.until
        self._timer: asyncio.TimerHandle | None = None
        self._renewal: asyncio.Task[None] | None = None

    def holds(self) -> bool:
        """By the clock alone: a process that was stopped has not heard yet what became of it."""
        return self._leases.clock() < self._until

    def arm(self, seconds: float) -> None:
        """Renew it after so long."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin)

    def end(self) -> None:
        """It is not needed any more."""
        for each in (self._timer, self._renewal):
            if each:
                each.cancel()

    def _begin(self) -> None:
        self._renewal = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        """Where somebody else has it by now there is nothing to renew, and nothing is sent for it any more."""
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
        self._held = replace(self._held, until=self._until)
        self.arm(leases.span.total_seconds() / PARTS)
