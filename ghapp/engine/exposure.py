"""Checks whether strangers would be served: any account may install a public App and write its own config.

That config names channels of our Slack and applications of our AWS account, so GHAPP_OWNERS has to list who is served.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.ports import Clock, Fault

AGAIN = timedelta(hours=1)
SOON = timedelta(minutes=2)  # GitHub accepts 60 calls an hour from an address without a token
PUBLIC = (
    "the App is public, so every account could use this server's Slack and AWS:"
    " set GHAPP_OWNERS=<the accounts to serve>, or make the App private on its page"
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Exposure:
    """`public`: asks GitHub whether the App is. Without an answer the last one counts, at first that it is private."""

    public: Callable[[], Awaitable[bool]]
    clock: Clock
    why: str = ""
    _again: datetime | None = None
    _asking: "asyncio.Task[None] | None" = None
    _known: bool = False

    async def __call__(self) -> str:
        """The problem, empty where there is none. Waits for the first request only."""
        now = self.clock()
        if self._again is None or now >= self._again:
            self._again = now + SOON
            self._asking = asyncio.create_task(self._ask())
        if self._asking and not self._known:
            await asyncio.shield(self._asking)
        return self.why

    async def _ask(self) -> None:
        try:
            why = PUBLIC if await self.public() else ""
        except Fault as fault:
            logger.info("not known whether the App is public", extra={"why": str(fault)})
        else:
            if why and why != self.why:
                logger.error("nothing is worked", extra={"why": why})
            self.why, self._again = why, self.clock() + (SOON if why else AGAIN)
        self._known = True
