"""Asks GitHub and Slack for the problems of our own App, at the start and regularly; logs each complaint once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ghapp.ports import Clock, Complaint, Fault

LATELY = timedelta(seconds=30)
EVERY = 60.0  # seconds

logger = logging.getLogger(__name__)

Complaints = Callable[[], Awaitable[Sequence[Complaint]]]
"""Lists what people have to fix, in a few words each; raises a Fault where the service gives no answer."""


@dataclass(slots=True)
class AppComplaints:
    """Asks at most once in `LATELY`: `/readyz`, which is open to anybody, calls it. `name`: the service asked."""

    name: str
    ask: Complaints
    clock: Clock
    _asked: datetime | None = None
    _asking: "asyncio.Task[None] | None" = None
    _fault: Fault | None = None
    _complaints: tuple[Complaint, ...] = ()

    async def __call__(self) -> str:
        """All complaints, empty where there are none. Raises the fault of the last request.

        Waits for a request under way, also one by another caller: before its answer nothing is known to be fine.
        """
        now = self.clock()
        if self._asked is None or now - self._asked >= LATELY:
            self._asked = now
            self._asking = asyncio.create_task(self._ask())
        if self._asking:
            await asyncio.shield(self._asking)  # a caller that waits no longer does not cancel it for the others
        if self._fault:
            raise self._fault
        return "; ".join(one.shown for one in self._complaints)

    async def _ask(self) -> None:
        try:
            complaints = tuple(await self.ask())
        except Fault as fault:
            self._fault = fault
        else:
            self._fault = None
            self._note(complaints)

    def _note(self, complaints: tuple[Complaint, ...]) -> None:
        known = set(_lines(self._complaints))
        for why in _lines(complaints):
            if why not in known:
                logger.error("to be mended", extra={"where": self.name, "why": why})
        if self._complaints and not complaints:
            logger.info("mended", extra={"where": self.name})
        self._complaints = complaints


def _lines(complaints: Sequence[Complaint]) -> Iterator[str]:
    for one in complaints:
        yield from one.logged or (one.shown,)


@dataclass(frozen=True, slots=True)
class AppStatus:
    """All watched services, by name. `notes`: what else is asked regularly, by name; none of it is a fault."""

    watched: Mapping[str, AppComplaints] = field(default_factory=dict)
    notes: Mapping[str, Callable[[], Awaitable[str]]] = field(default_factory=dict)

    async def run(self) -> None:
        """Runs until cancelled. A service that gives no answer is asked again in the next round."""
        while True:
            asked: dict[str, Callable[[], Awaitable[str]]] = {**self.watched, **self.notes}
            for name, one in asked.items():
                try:
                    await one()
                except Fault as fault:
                    logger.info("not asked", extra={"where": name, "why": str(fault)})
            await asyncio.sleep(EVERY)
