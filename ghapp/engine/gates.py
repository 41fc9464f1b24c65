"""Paints the gate on open pull requests: reads what they show, writes only what differs. Newest state wins."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from weakref import WeakValueDictionary

from ghapp.core.environment import Environment, Repository
from ghapp.core.facts import Files, NeedFiles
from ghapp.core.views import gate
from ghapp.ports import Clock, Gates, OpenPull, Permanent, Retryable, Source

AT_ONCE = 4

logger = logging.getLogger(__name__)


class GatePainter:
    """One painter a repository at a time, so that an older state is never written over a newer one."""

    def __init__(self, gates: Gates, source: Source, clock: Clock) -> None:
        self._gates = gates
        self._source = source
        self._clock = clock
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def fingerprint(self, environments: Sequence[Environment], base: str) -> str:
        """Differs whenever some open pull request onto `base` may have to show another gate."""
        return gate.fingerprint(environments, base, self._clock())

    async def paint_branch(
        self, repository: Repository, environments: Sequence[Environment], base: str, *, left: bool = False
    ) -> None:
        """Every open pull request onto a branch. `left`: it is nobody's any more."""
        async with self._lock(repository):
            if left or any(environment.terms.branch == base for environment in environments):
                pulls = await self._gates.open_pulls(repository, base)

                async def paint(pull: OpenPull) -> None:
                    await self._paint(repository, environments, pull, left=left)

                await _each(paint, [pull for pull in pulls if not pull.draft])

    async def paint_pull(
        self, repository: Repository, environments: Sequence[Environment], number: int
    ) -> tuple[OpenPull, Files | None] | None:
        """One pull request, at once: as it was found, and what it changes, if that had to be known.

        None where it is a draft or not open.
        """
        async with self._lock(repository):
            pull = await self._gates.open_pull(repository, number)
            if pull is None or pull.draft:
                return None
            return pull, await self._paint(repository, environments, pull)

    async def _paint(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull, *, left: bool = False
    ) -> Files | None:
        """Raises the fault that kept its files from being known, after it is painted as far as that goes."""
        files, fault = await self._files(repository, environments, pull)
        wanted = gate.render(environments, pull.base, self._clock(), files, left=left)
        if wanted and pull.gate != (wanted.state, wanted.description):
            await self._write(repository, pull, wanted)
        if fault:
            raise fault
        return files

    async def _files(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull
    ) -> tuple[Files | None, Retryable | None]:
        """What it changes, asked only where the gate hangs on it. None = not known: then it is held rather than not."""
        if not gate.needs_files(environments, pull.base, self._clock()):
            return None, None
        try:
            fact = await self._source.gather(repository, NeedFiles(pull.number, pull.base, pull.head))
        except Permanent as fault:
            logger.warning("files not known", extra={"pull": pull.number, "why": str(fault)})
            return None, None
        except Retryable as fault:
            return None, fault
        assert isinstance(fact, Files)
        return fact, None

    async def _write(self, repository: Repository, pull: OpenPull, wanted: gate.Gate) -> None:
        try:
            await self._gates.write(repository, pull.head, wanted.state, wanted.description)
        except Permanent as fault:
            # one head that GitHub refuses must not keep the others from theirs; absent means blocked
            logger.warning("gate not written", extra={"pull": pull.number, "why": str(fault)})

    def _lock(self, repository: Repository) -> asyncio.Lock:
        return self._locks.setdefault(repository.id, asyncio.Lock())


async def _each(paint: Callable[[OpenPull], Awaitable[None]], pulls: Iterable[OpenPull]) -> None:
    """A few at once. What one of them raises is raised when all are through."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(pull: OpenPull) -> None:
        async with limit:
            await paint(pull)

    outcomes = await asyncio.gather(*map(one, pulls), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
