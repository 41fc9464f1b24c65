"""The gate of one pull request: what it has to show, and written only where it shows something else."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from cachetools import LRUCache

from ghapp.core.handlers.undecided import gate_refused
from ghapp.core.model.decision import Notice
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.facts import Facts, Files, Lacking, Missing, NeedFiles
from ghapp.core.views import gate
from ghapp.engine.absences import NotVisible
from ghapp.engine.denials import LASTING, Denials
from ghapp.engine.facts import gather
from ghapp.engine.failures import PlaceFailed
from ghapp.ports import (
    Clock,
    Fault,
    Gates,
    NoAccess,
    NotGranted,
    NotNow,
    NotTaken,
    OpenPull,
    Permanent,
    Retryable,
    Source,
    Store,
)
from ghapp.queue_items import notice_item

AGAIN_AFTER = timedelta(minutes=10)  # what GitHub refuses now it mostly refuses in a minute, too
REMEMBERED = 1_000
AGAIN = 3  # a state that moves faster than it is painted is painted anew for its own sake

Newest = Callable[[], Awaitable[tuple[Sequence[Environment], bool]]]
"""A repository's environments as they are at that moment, and whether these are all: one may not be readable."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Heads:
    """Which open pull requests have one head: all are listed, once, and not before somebody has to know."""

    gates: Gates
    repository: Repository
    _found: "Mapping[str, Collection[int]] | Fault | None" = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, head: str) -> Collection[int]:
        """Their numbers. Raises each time what the listing raised."""
        async with self._lock:
            if self._found is None:
                try:
                    self._found = await self.gates.heads(self.repository)
                except Fault as fault:
                    self._found = fault
        if isinstance(self._found, Fault):
            raise self._found
        return self._found.get(head, ())


class Unwritten(PlaceFailed):
    """GitHub refuses a gate, in whatever words: what the head shows may be old, so it is not done."""


@dataclass(frozen=True, slots=True)
class GatePublisher:
    """Paints one gate at a time; `GateFanout` paints all of a branch.

    `unwritten`: how often GitHub has refused one for good.
    """

    gates: Gates
    source: Source
    store: Store
    clock: Clock
    denials: Denials
    unwritten: Counter[int] = field(default_factory=Counter)
    _not_taken: "LRUCache[str, bool]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    async def find_pull(self, repository: Repository, number: int, into: str) -> OpenPull | None:
        """One that gets a gate; None where it is a draft or not open."""
        pull = await self.gates.open_pull(repository, number, into=into)
        return None if pull is None or pull.draft else pull

    async def paint_pull(
        self, repository: Repository, newest: Newest, pull: OpenPull, heads: Heads | None = None
    ) -> OpenPull:
        """One pull request, at once; as it is afterwards.

        The state may have moved on while it was painted: then it is painted again.
        """
        environments, complete = await newest()
        heads = heads or Heads(self.gates, repository)
        for _ in range(AGAIN):
            before, pull = pull.gate, await self.paint(heads, environments, pull, opens=complete)
            painted, (environments, complete) = environments, await newest()
            if pull.gate == before or self._same(painted, environments, pull.base):
                break
        return pull

    async def paint_left(self, repository: Repository, newest: Newest, head: str) -> None:
        """What a head shows that one pull request has left. Each of those that still have it shows the same."""
        if not await self.gates.shut(repository, head):
            return
        heads = Heads(self.gates, repository)
        for number in sorted(await heads.of(head)):
            pull = await self.find_pull(repository, number, "")
            if pull and pull.head == head:
                await self.paint_pull(repository, newest, pull, heads)
                return

    async def paint_group(self, repository: Repository, newest: Newest, head: str, base: str) -> None:
        """What a merge queue has put together, at once. One that cannot be written is seen to for as long as it is
        there."""
        queued: Sequence[OpenPull] = ()
        with contextlib.suppress(NotVisible):  # of this one we were told
            queued = await self.groups(repository, base)
        bare = OpenPull(number=0, head=head, draft=False, base=base, gate=None, queued=True, group=True)
        group = next((one for one in queued if one.head == head), bare)
        environments, complete = await newest()
        try:
            await self.paint(Heads(self.gates, repository), environments, group, opens=complete)
        except Unwritten:
            if group is not bare:
                raise

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Those of the branch's merge queue; none where we were not granted to look at it. Raises Retryable."""
        try:
            return await self.gates.groups(repository, base)
        except NotGranted as fault:
            logger.info("queue not read", extra={"repository": repository.full_name, "why": str(fault)})
            return ()
        except NoAccess as fault:
            raise NotVisible(fault) from None
        except Permanent as fault:
            logger.warning("queue not read", extra={"repository": repository.full_name, "why": str(fault)})
            return ()

    def _same(self, painted: Sequence[Environment], now: Sequence[Environment], base: str) -> bool:
        return self.fingerprint(painted, base) == self.fingerprint(now, base)

    def fingerprint(self, environments: Sequence[Environment], base: str) -> str:
        """Differs whenever some open pull request onto `base` may have to show another gate."""
        return gate.fingerprint(environments, base, self.clock())

    async def paint(
        self,
        heads: Heads,
        environments: Sequence[Environment],
        pull: OpenPull,
        *,
        left: bool = False,
        opens: bool = True,
    ) -> OpenPull:
        """As it is afterwards, with its files if they had to be known. `opens`: whether it may be shown free.

        Where nothing is released from its branch, one that shows a gate of before is shown free, too.

        Raises the fault that kept something from being known, after it was held; Unwritten where GitHub refuses it.
        """
        repository = heads.repository
        files, unknown = await self._files(repository, environments, pull)
        pull = replace(pull, files=files)
        lifted, unasked = await self._lifted(repository, environments, pull)
        change = gate.Change(base=pull.base, files=files, lifted=lifted)
        wanted = gate.render(environments, change, self.clock(), left=left or pull.gate is not None)
        unshared: Retryable | None = None
        if wanted and wanted.state == "success" and (_shut(pull) or lifted) and not pull.group:
            wanted, unshared = await self._shared(heads, environments, pull, wanted)
        if pull.doubtful and wanted and wanted.state == "success":
            wanted = gate.doubtful(environments, pull.base, self.clock()) if _shut(pull) else None
        if wanted and pull.posted >= gate.MOST:
            wanted = gate.full(environments, self.clock())
        if wanted and (opens or wanted.state == "pending"):
            try:
                pull = await self._write(repository, pull, wanted)
            except NoAccess as denial:
                await self._denied(repository, environments, pull, denial)
                raise NotVisible(denial) from None
            except Permanent as refusal:
                raise await self._refused(repository, environments, pull, refusal) from None
        if fault := unknown or unasked or unshared:
            raise fault
        return pull

    async def _shared(
        self, heads: Heads, environments: Sequence[Environment], pull: OpenPull, wanted: gate.Gate
    ) -> tuple[gate.Gate | None, Retryable | None]:
        """Before one is opened, or stays open by a label: a status is its commit's, so what holds another pull request
        of the same head holds both.
        """
        repository = heads.repository
        try:
            numbers = sorted({*await heads.of(pull.head)} - {pull.number})
            found = [await self.find_pull(repository, number, "") for number in numbers]
        except (NoAccess, Permanent) as fault:
            return None, NotVisible(fault)
        except Retryable as fault:
            return None, fault
        for other in [one for one in found if one and one.head == pull.head]:
            files, unknown = await self._files(repository, environments, other)
            lifted, unasked = await self._lifted(repository, environments, other)
            theirs = gate.render(environments, gate.Change(base=other.base, files=files, lifted=lifted), self.clock())
            if theirs and theirs.state == "pending":
                return theirs, unknown or unasked
        return wanted, None

    async def _files(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull
    ) -> tuple[Files | None, Retryable | None]:
        """What it changes, asked only where the gate hangs on it. None = not known: then it is held rather than not."""
        if pull.files is not None or not gate.needs_files(environments, pull.base, self.clock()):
            return pull.files, None
        try:
            if pull.group:
                return await self.gates.between(repository, pull.base, pull.head), None
            fact = await self.source.gather(repository, NeedFiles(pull.number, pull.base, pull.head))
        except NoAccess as fault:
            return None, NotVisible(fault)
        except Permanent as fault:  # what they are files of is gone
            logger.warning("files not known", extra={"pull": pull.number, "why": str(fault)})
            return None, None
        except Retryable as fault:
            return None, fault
        assert isinstance(fact, Files)
        return fact, None

    async def _lifted(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull
    ) -> tuple[frozenset[str], Retryable | None]:
        """The environments whose locks and freezes its labels lift; none, as long as that cannot be asked."""
        facts = Facts()
        while True:
            try:
                return gate.lifted(environments, pull.base, pull.labels, facts, self.clock()), None
            except Missing as missing:
                needs = missing.needs
            except Lacking as lacking:
                return frozenset(), NotVisible(NotGranted(lacking.permission, lacking.where))
            fault: BaseException | None = None
            try:
                facts = facts.with_(await gather(self.source, repository, needs))
            except* Fault as faults:
                fault = faults.exceptions[0]
            if fault:
                logger.warning("label not judged", extra={"pull": pull.number, "why": str(fault)})
                return frozenset(), NotVisible(fault) if isinstance(fault, NoAccess) else _later(fault)

    async def _write(self, repository: Repository, pull: OpenPull, wanted: gate.Gate) -> OpenPull:
        """Once more without people's words where GitHub does not take them; from then on, at once without."""
        if wanted.description not in self._not_taken:
            try:
                return await self._shown(repository, pull, wanted.state, wanted.description)
            except NotTaken as fault:
                if not wanted.plain:
                    raise
                logger.warning("words not taken", extra={"pull": pull.number, "why": str(fault)})
        pull = await self._shown(repository, pull, wanted.state, wanted.plain)
        self._not_taken[wanted.description] = True
        return pull

    async def _shown(self, repository: Repository, pull: OpenPull, state: str, words: str) -> OpenPull:
        if pull.gate == (state, words):
            return pull
        await self.gates.write(repository, pull, state, words)
        self.denials.end("gates", repository, pull.head)
        return replace(pull, gate=(state, words), posted=pull.posted + 1)

    async def _denied(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull, denial: NoAccess
    ) -> None:
        """A moment's no is none that anybody has to hear of; what was not granted is said elsewhere."""
        lasts = self.denials.note("gates", repository, pull.head, str(denial))
        if isinstance(denial, NotNow) and lasts >= LASTING:
            self.unwritten[repository.id] += 1
            await self._tell(repository, environments, pull, denial)

    async def _refused(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull, fault: Permanent
    ) -> Unwritten:
        self.unwritten[repository.id] += 1
        where = {"repository": repository.full_name, "pull": pull.number}
        logger.error("gate not written", extra={**where, "why": str(fault)})
        self.denials.note("gates", repository, pull.head, str(fault))
        if isinstance(fault, NotTaken):
            await self._tell(repository, environments, pull, fault)
        return Unwritten(f"gate/{pull.head}: {fault}", after=AGAIN_AFTER)

    async def _tell(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull, fault: Fault
    ) -> None:
        """What was shown before may still be, and be green: that is said where it is seen, and once a head."""
        if not pull.number:
            return
        told, now = gate_refused(f"{fault}"), self.clock()
        notice = Notice(
            id=f"gate/{pull.number}/{pull.head}",
            repository=repository,
            destination=Destination(pull=pull.number),
            code=told.code,
            values=told.values,
            config=next((one.config for one in environments if one.config.branch == pull.base), environments[0].config),
            at=now,
        )
        await self.store.put([notice_item(notice)], now=now)


def _shut(pull: OpenPull) -> bool:
    return pull.gate is not None and pull.gate[0] == "pending"


def _later(fault: BaseException) -> Retryable | None:
    return fault if isinstance(fault, Retryable) else None
