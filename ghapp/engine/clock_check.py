"""Stops this process from deciding while its clock differs from the store's or GitHub's; gives the common time."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from ghapp.ports import Clock, Fault

TOLERANCE = timedelta(seconds=30)
AGAIN_AFTER = 60.0  # seconds between two comparisons, unless the clock jumps
ROUNDED = timedelta(seconds=2)  # accuracy of a clock that gives whole seconds and is read over a network
TOO_LONG = 120.0  # seconds after which a comparison says nothing about now

logger = logging.getLogger(__name__)
Witness = Callable[[], Awaitable[datetime | None]]
"""Reads another machine's clock; None where the answer has no time. Raises a Fault where no answer comes."""


@dataclass(slots=True)
class ClockCheck:
    """Compares the clock with its witnesses. A witness that gives no answer counts neither for nor against.

    `common`: the witness by which all servers correct their time.
    """

    clock: Clock
    witnesses: dict[str, Witness]
    steady: Callable[[], float] = time.monotonic
    common: str = "the store"
    why: str = ""
    _asked: float | None = None
    _apart: float = 0.0
    _off_common: timedelta = timedelta(0)
    _asking: "asyncio.Task[None] | None" = None
    _unknown: bool = True

    async def __call__(self) -> bool:
        """Whether to decide now. Waits for the witnesses at the first call, after a clock jump, and when the last
        comparison is older than `TOO_LONG`; otherwise a comparison that is due runs in the background."""
        steady = self.steady()
        apart = self.clock().timestamp() - steady
        jumped = abs(apart - self._apart) > TOLERANCE.total_seconds()
        since = inf if self._asked is None or jumped else steady - self._asked
        if since >= AGAIN_AFTER:
            self._asked, self._apart = steady, apart
            self._asking, self._unknown = asyncio.create_task(self._ask()), since >= TOO_LONG
            self._asking.add_done_callback(_heard)
        if self._asking and self._unknown:
            await asyncio.shield(self._asking)
        return not self.why

    def time(self) -> datetime:
        """The same on all servers of one store. Their clocks may be half a minute apart, and a lease is shorter."""
        return self.clock() - self._off_common

    async def doubts(self) -> str:
        """The problem of the clock, in a few words; empty where there is none."""
        await self()
        return self.why

    async def _ask(self) -> None:
        found = [await self._off(name, witness) for name, witness in self.witnesses.items()]
        why = next(filter(None, found), "")
        if why and why != self.why:
            logger.error("clock not trusted", extra={"why": why})
        self.why, self._unknown = why, False

    async def _off(self, name: str, witness: Witness) -> str:
        try:
            told = await witness()
        except Fault as fault:
            logger.info("no time told", extra={"witness": name, "why": str(fault)})
            return ""
        off = self.clock() - told if told else timedelta(0)
        if name == self.common:
            self._off_common = off if abs(off) > ROUNDED else timedelta(0)
        return too_far_off(name, off)


def too_far_off(name: str, off: timedelta) -> str:
    """Why a clock that is so far ahead of this witness's cannot be trusted; empty where it can."""
    return f"the clock is {off.total_seconds():+.0f} s off that of {name}" if abs(off) > TOLERANCE else ""


def _heard(asking: "asyncio.Task[None]") -> None:
    """The server may have shut down meanwhile and closed its connections, so an error is only logged."""
    if not asking.cancelled() and (error := asking.exception()):
        logger.debug("no time told", extra={"why": repr(error)})
