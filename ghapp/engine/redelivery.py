"""Reads GitHub's log of deliveries and has the failed ones sent again: nothing else would."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ghapp.ports import Clock, Deliveries, Permanent, Sent

BACK = timedelta(hours=6)  # range of a server's first sweep
KEPT = timedelta(days=3)  # by GitHub, which sends nothing older again
OVERLAP = timedelta(minutes=5)  # an attempt is listed when it ends, under the time at which it began
REFUSED_AGAIN = timedelta(hours=1)  # what we refused is taken once a secret was fixed, and hardly before
UNDATED = ("check_run",)  # a button press has no time: sent again, it would count as a new one
AT_ONCE = 500  # the rest at the next sweep: GitHub limits redeliveries, too

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RedeliveryCounts:
    """A sweep's counts: attempts, deliveries that never succeeded, and how many of these are sent again."""

    since: datetime
    attempts: int
    failing: int
    again: int


@dataclass(slots=True)
class Redelivery:
    """Remembers failed deliveries, so that each sweep begins where the last one ended."""

    deliveries: Deliveries
    clock: Clock
    last: datetime | None = None
    _failing: dict[str, Sent] = field(default_factory=dict)

    async def __call__(self, *, back: timedelta | None = None) -> RedeliveryCounts:
        """`back`: how far, also past earlier sweeps. Raises `Retryable`; the next sweep begins where this one did."""
        now = self.clock()
        since = now - (back or BACK) if back or self.last is None else max(self.last - OVERLAP, now - KEPT)
        attempts = await self.deliveries.sent(since=since)
        self._note(reversed(attempts), now)
        due = sorted((sent for sent in self._failing.values() if _may_get_through(sent, now)), key=lambda sent: sent.at)
        again = [sent for sent in due[:AT_ONCE] if await self._again(sent)]
        self.last = now
        swept = RedeliveryCounts(since, len(attempts), len(self._failing), len(again))
        if self._failing:
            logger.warning("deliveries missed", extra={"failing": swept.failing, "sent_again": swept.again})
        return swept

    def _note(self, attempts: Iterable[Sent], now: datetime) -> None:
        """Takes attempts oldest first. A delivery that succeeded once is done: a later manual redelivery may fail."""
        taken = set[str]()
        for sent in attempts:
            if 0 < sent.status < 400:
                taken.add(sent.guid)
                self._failing.pop(sent.guid, None)
            elif sent.guid not in taken and sent.event not in UNDATED:
                self._failing[sent.guid] = sent
        for sent in [sent for sent in self._failing.values() if now - sent.at > KEPT]:
            del self._failing[sent.guid]

    async def _again(self, sent: Sent) -> bool:
        try:
            await self.deliveries.again(sent.id)
        except Permanent as fault:
            logger.warning("not sent again", extra={"delivery_id": sent.guid, "why": str(fault)})
            return False
        logger.info("sent again", extra={"delivery_id": sent.guid, "status": sent.status})
        return True


def _may_get_through(sent: Sent, now: datetime) -> bool:
    """A 4xx refused these very bytes, so it is repeated late."""
    return not 400 <= sent.status < 500 or now - sent.at >= REFUSED_AGAIN
