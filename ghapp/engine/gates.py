"""Paints the gate on open pull requests: reads what they show, writes only what differs. Newest state wins."""

import asyncio
import logging
from collections.abc import Sequence
from weakref import WeakValueDictionary

from ghapp.core.environment import Environment, Repository
from ghapp.core.views import gate
from ghapp.core.views.gate import Gate
from ghapp.ports import Clock, Gates, OpenPull, Permanent

AT_ONCE = 4

logger = logging.getLogger(__name__)


class GatePainter:
    """One painter a repository at a time, so that an older state is never written over a newer one."""

    def __init__(self, gates: Gates, clock: Clock) -> None:
        self._gates = gates
        self._clock = clock
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def wanted(self, environments: Sequence[Environment], base: str) -> Gate | None:
        """What every open pull request onto `base` shall show."""
        return gate.render(environments, base, self._clock())

    async def paint_branch(self, repository: Repository, environments: Sequence[Environment], base: str) -> None:
        """Every open pull request onto a branch."""
        async with self._lock(repository):
            wanted = self.wanted(environments, base)
            if wanted is not None:
                pulls = await self._gates.open_pulls(repository, base)
                await self._write(repository, pulls, wanted)

    async def paint_pull(self, repository: Repository, environments: Sequence[Environment], number: int) -> None:
        """One pull request, at once."""
        async with self._lock(repository):
            pull = await self._gates.open_pull(repository, number)
            wanted = self.wanted(environments, pull.base) if pull else None
            if pull and wanted:
                await self._write(repository, [pull], wanted)

    async def _write(self, repository: Repository, pulls: Sequence[OpenPull], wanted: Gate) -> None:
        limit = asyncio.Semaphore(AT_ONCE)
        shown = (wanted.state, wanted.description)

        async def write(pull: OpenPull) -> None:
            async with limit:
                try:
                    await self._gates.write(repository, pull.head, *shown)
                except Permanent as fault:
                    # one head that GitHub refuses must not keep the others from theirs; absent means blocked
                    logger.warning("gate not written", extra={"pull": pull.number, "why": str(fault)})

        differing = [pull for pull in pulls if not pull.draft and pull.gate != shown]
        outcomes = await asyncio.gather(*(write(pull) for pull in differing), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def _lock(self, repository: Repository) -> asyncio.Lock:
        return self._locks.setdefault(repository.id, asyncio.Lock())
