"""The gate of one pull request: rendered, and written only where it differs from the present one."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cachetools import LRUCache
from msgspec.structs import replace

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

AGAIN_AFTER = timedelta(minutes=10)  # GitHub mostly refuses the same in a minute, too
REMEMBERED = 1_000
AGAIN = 3  # times; a state that changes faster causes another publication anyway

Newest = Callable[[], Awaitable[tuple[Sequence[Environment], bool]]]
"""Reads a repository's current environments, and whether these are all: one may be unreadable."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Heads:
    """Finds the open pull requests with one head: all are listed, once, at the first call."""

    gates: Gates
    repository: Repository
    _found: "Mapping[str, Collection[int]] | Fault | None" = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, head: str) -> Collection[int]:
        """Their numbers. Raises at each call what the listing raised."""
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
    """GitHub refuses a gate, with any description: the head may show an old one, so the work stays open."""


@dataclass(frozen=True, slots=True)
class GatePublisher:
    """Publishes one gate at a time; `GateFanout` publishes all of a branch.

    `unwritten`: by repository, how often GitHub has refused one for good, or denied it for `LASTING`.
    """

    gates: Gates
    source: Source
    store: Store
    clock: Clock
    denials: Denials
    unwritten: Counter[int] = field(default_factory=Counter)
    _not_taken: "LRUCache[str, bool]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    async def find_pull(self, repository: Repository, number: int, into: str) -> OpenPull | None:
        """A pull request that gets a gate; None where it is a draft or not open."""
        pull = await self.gates.open_pull(repository, number, into=into)
        return None if pull is None or pull.draft else pull

    async def publish_pull(
        self, repository: Repository, newest: Newest, pull: OpenPull, heads: Heads | None = None
    ) -> OpenPull:
        """Publishes the gate of one pull request at once; returns the pull request with it.

        Where the state has changed meanwhile, the gate is published again.
        """
        environments, complete = await newest()
        heads = heads or Heads(self.gates, repository)
        for _ in range(AGAIN):
            before, pull = pull.gate, await self.publish(heads, environments, pull, opens=complete)
            published, (environments, complete) = environments, await newest()
            if pull.gate == before or self._same(published, environments, pull.base):
                break
        return pull

    async def publish_released_head(self, repository: Repository, newest: Newest, head: str) -> None:
        """Updates a shut gate on a head that one pull request has left. The others with that head share the status, so
        it is published for one of them."""
        if not await self.gates.shut(repository, head):
            return
        heads = Heads(self.gates, repository)
        for number in sorted(await heads.of(head)):
            pull = await self.find_pull(repository, number, "")
            if pull and pull.head == head:
                await self.publish_pull(repository, newest, pull, heads)
                return

    async def publish_group(self, repository: Repository, newest: Newest, head: str, base: str) -> None:
        """Publishes a merge group's gate at once. One that cannot be written is retried while the group is in the
        queue."""
        queued: Sequence[OpenPull] = ()
        with contextlib.suppress(NotVisible):  # GitHub has announced this one
            queued = await self.groups(repository, base)
        bare = OpenPull(number=0, head=head, draft=False, base=base, gate=None, queued=True, group=True)
        group = next((one for one in queued if one.head == head), bare)
        environments, complete = await newest()
        try:
            await self.publish(Heads(self.gates, repository), environments, group, opens=complete)
        except Unwritten:
            if group is not bare:
                raise

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """The groups of the branch's merge queue; none without the permission to read it. Raises Retryable."""
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

    def _same(self, published: Sequence[Environment], current: Sequence[Environment], base: str) -> bool:
        now = self.clock()
        return gate.fingerprint(published, base, now) == gate.fingerprint(current, base, now)

    async def publish(
        self,
        heads: Heads,
        environments: Sequence[Environment],
        pull: OpenPull,
        *,
        former: bool = False,
        opens: bool = True,
    ) -> OpenPull:
        """Returns the pull request afterwards, with its files if they were read. `opens`: whether the gate may open.

        Where nothing is released from its branch, a gate from before is opened, too.

        Raises the fault that left a fact unknown, after the gate was held; Unwritten where GitHub refuses it.
        """
        repository = heads.repository
        files, unknown = await self._files(repository, environments, pull)
        pull = replace(pull, files=files)
        lifted, unasked = await self._lifted(repository, environments, pull)
        change = gate.Change(base=pull.base, files=files, lifted=lifted)
        wanted = gate.render(environments, change, self.clock(), former=former or pull.gate is not None)
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
        """Checked before a gate opens, or stays open by a label: a status is its commit's, so what holds another pull
        request of the same head holds both."""
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
        """Its changed files, read only where the gate depends on them. None = unknown: it is held rather than not."""
        if pull.files is not None or not gate.needs_files(environments, pull.base, self.clock()):
            return pull.files, None
        try:
            if pull.group:
                return await self.gates.between(repository, pull.base, pull.head), None
            fact = await self.source.gather(repository, NeedFiles(pull.number, pull.base, pull.head))
        except NoAccess as fault:
            return None, NotVisible(fault)
        except Permanent as fault:  # the pull request or commit is gone
            logger.warning("files not known", extra={"pull": pull.number, "why": str(fault)})
            return None, None
        except Retryable as fault:
            return None, fault
        assert isinstance(fact, Files)
        return fact, None

    async def _lifted(
        self, repository: Repository, environments: Sequence[Environment], pull: OpenPull
    ) -> tuple[frozenset[str], Retryable | None]:
        """The environments whose locks and freezes its labels lift; none, as long as that is unknown."""
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
        """Writes the gate; without people's words where GitHub refuses them, and from then on at once without."""
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
        """Reports a denial only once it has lasted; a missing permission is reported elsewhere."""
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
        """The old gate may still be shown, and be green: a notice on the pull request states that, once per head."""
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
