"""The repositories that the App reaches and that have no config: counted for `/readyz`, named in the log."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from cachetools import LRUCache

from ghapp.core.config.model import CONFIG_PATH, NoConfig
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import NeedConfig
from ghapp.core.model.lanes import tenant
from ghapp.engine.documents import Documents, documents, readable
from ghapp.engine.unusable_configs import UnusableConfigs
from ghapp.ports import Archive, Clock, Fault, NoAccess, Reach, Source, Store

REMEMBERED = 20_000
EVERY = timedelta(minutes=10)
A_PAGE = 100  # repositories, of which GitHub lists so many in one call
INSTALLATIONS = 50  # listed in one turn
LOOKS = 20  # at repositories in one turn, each once in a server's life; a turn takes as many minutes as it has calls
NAMED = 10
FIRST = 1.0  # seconds that a request waits for the first answer

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class WithoutConfig:
    """`reach`: lists what the App is installed on. `source`: reads configs, without a reserve of calls.

    `owners`: the accounts served, in lower case; empty = all. `policies`: the repositories with owners' rules.
    """

    reach: Reach
    source: Source
    store: Store
    archive: Archive
    unusable: UnusableConfigs
    owners: Collection[str]
    policies: Collection[str]
    clock: Clock
    _again: datetime | None = None
    _asking: "asyncio.Task[None] | None" = None
    _text: str = ""
    _without: Sequence[str] = ()
    _looked: "LRUCache[int, bool]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    async def __call__(self) -> str:
        """The count with the command to type; empty where each repository has a config, or nothing is known yet."""
        if self._again is None or self.clock() >= self._again:
            self._again = self.clock() + EVERY
            self._asking = asyncio.create_task(self._ask())
        if self._asking and not self._asking.done():
            await asyncio.wait([self._asking], timeout=FIRST)
        return self._text

    async def named(self) -> str:
        """The same with the names, for an address that strangers do not reach."""
        text = await self()
        return f"{text}: {_some(self._without)}" if text and self._without else text

    async def _ask(self) -> None:
        """Keeps the last answer where GitHub or the store gives none."""
        try:
            installations = await self.reach.all()
            reached = await self._reached(installations[:INSTALLATIONS])
            served = await self._served({one.id for one in reached})
            looks = await self._look(one for one in reached if one.id not in served)
        except Fault as fault:
            logger.info("repositories without a config not counted", extra={"why": str(fault)})
            return
        calls = len(installations[:INSTALLATIONS]) + len(reached) // A_PAGE + looks
        self._again = self.clock() + max(EVERY, timedelta(minutes=calls))
        unknown = any(one.id not in served and one.id not in self._looked for one in reached)
        found = [one.full_name for one in reached if one.id not in served and self._looked.get(one.id) is False]
        self._note(tuple(sorted(found)), len(reached), unknown or len(installations) > INSTALLATIONS)

    async def _reached(self, installations: Sequence[int]) -> Sequence[Repository]:
        """What these installations reach; nothing of one that GitHub does not let us read now."""
        found: list[Repository] = []
        for number in installations:
            try:
                found += await self.reach.repositories(number, self.owners)
            except Fault as fault:
                logger.info("installation not read", extra={"installation": number, "why": str(fault)})
        return [one for one in found if one.full_name.lower() not in self.policies]

    async def _served(self, reached: Collection[int]) -> set[int]:
        """Those with an environment that their config names, and those whose config cannot be used."""
        found = [number for number in await self.archive.repositories() if number in reached]
        served = {number for number in found if _is_served(documents(await self.store.load(number)))}
        return served | self.unusable.repositories()

    async def _look(self, repositories: Iterable[Repository]) -> int:
        """Looks for the configs of some repositories that were not looked at; returns how many it asked GitHub for.

        A config that is pushed later makes a document, so no second look is needed.
        """
        looks = 0
        for one in islice((one for one in repositories if one.id not in self._looked), LOOKS):
            silence = await self.store.silence(tenant(one.full_name).lower(), one.id)
            if silence.since is None:
                looks += 1
                try:
                    self._looked[one.id] = not isinstance(await self.source.gather(one, NeedConfig()), NoConfig)
                except NoAccess:
                    self._looked[one.id] = True  # not known, and nothing to write there
            else:
                self._looked[one.id] = False
        return looks

    def _note(self, without: Sequence[str], count: int, more: bool) -> None:
        self._text = _text(len(without), count, more)
        if without != self._without:
            names = _some(without) or "none"
            logger.info(f"without {CONFIG_PATH}", extra={"repositories": names, "next": "ghapp init"})
        self._without = without


def _is_served(found: Documents) -> bool:
    """An unreadable document counts as one with a config: it stays locked, which is reported elsewhere."""
    return len(readable(found)) < len(found) or any(one.gone is None for one in readable(found))


def _some(without: Sequence[str]) -> str:
    """The first of them, and how many more."""
    rest = f" and {len(without) - NAMED:,} more" if len(without) > NAMED else ""
    return ", ".join(without[:NAMED]) + rest


def _text(without: int, count: int, more: bool) -> str:
    """No names: `/readyz` is open to anybody, and repositories may be private."""
    if not without:
        return ""
    has = "has" if without == 1 else "have"
    least = "at least " if more else ""
    of = f"{least}{without:,} of {count:,} repositories with the App {has} no {CONFIG_PATH}"
    return f"{of}, so ghapp does nothing there: `ghapp init` in a checkout writes one; the log names them"
