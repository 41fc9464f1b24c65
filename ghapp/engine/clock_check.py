"""Whether this process may decide: not with a clock that differs from the store's or GitHub's. And what time it is."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from ghapp.ports import Clock, Fault

TOLERANCE = timedelta(seconds=30)
AGAIN_AFTER = 60.0  # seconds between two askings, unless the clock jumps
ROUNDED = timedelta(seconds=2)  # a clock that tells whole seconds, asked over a network, is no better than that
TOO_LONG = 120.0  # seconds after which what was told then says nothing of now

logger = logging.getLogger(__name__)
Witness = Callable[[], Awaitable[datetime | None]]
"""Somebody else's clock; None where it told no time. Raises a Fault where nobody answers."""


@dataclass(slots=True)
class ClockCheck:
    """Compares the clock with its witnesses. One that cannot be asked says nothing, for or against.

    `common`: the witness by which all servers set theirs.
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
        """Whether to decide now. Waits for the witnesses at first, when the clock has jumped, and when nobody has
        wanted to know for long; else they are asked again once in a while, and nobody waits for it."""
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
        """The same on all servers of one store, though their clocks are half a minute apart: a lease is shorter."""
        return self.clock() - self._off_common

    async def doubts(self) -> str:
        """What is wrong with the clock, in a few words; empty where nothing is."""
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
        return f"the clock is {off.total_seconds():+.0f} s off that of {name}" if abs(off) > TOLERANCE else ""


def _heard(asking: "asyncio.Task[None]") -> None:
    """The server may have ended meanwhile, and its connections with it."""
    if not asking.cancelled() and (error := asking.exception()):
        logger.debug("no time told", extra={"why": repr(error)})
