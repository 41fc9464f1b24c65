"""Whether strangers would be served: everybody may install a public App, and write a config for their own repository.

Such a config names channels of our Slack and applications of our AWS account, so GHAPP_OWNERS has to say who is served.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.ports import Clock, Fault

AGAIN = timedelta(hours=1)
SOON = timedelta(minutes=2)  # GitHub takes 60 calls an hour from an address without a token
PUBLIC = (
    "the App is public, so every account could use this server's Slack and AWS:"
    " set GHAPP_OWNERS=<the accounts to serve>, or make the App private on its page"
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Exposure:
    """`public`: asks GitHub whether the App is. What cannot be asked is as it was, private at first."""

    public: Callable[[], Awaitable[bool]]
    clock: Clock
    why: str = ""
    _again: datetime | None = None
    _asking: "asyncio.Task[None] | None" = None
    _known: bool = False

    async def __call__(self) -> str:
        """What is amiss, empty where nothing is. Only the first asking is waited for."""
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
