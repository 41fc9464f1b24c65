"""The gate of one pull request: what it has to show, and written only where it shows something else."""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from ghapp.core.environment import Environment, Repository
from ghapp.core.facts import Facts, Files, Lacking, Missing, NeedFiles
from ghapp.core.views import gate
from ghapp.engine.absences import Absent
from ghapp.engine.facts import gather
from ghapp.ports import Clock, Fault, Gates, NoAccess, NotGranted, OpenPull, Permanent, Retryable, Source

AGAIN = 3  # a state that moves faster than it is painted is painted anew for its own sake

Newest = Callable[[], Awaitable[tuple[Sequence[Environment], bool]]]
"""A repository's environments as they are at that moment, and whether these are all: one may not be readable."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatePainter:
    """Paints one gate at a time; whoever paints all of a branch is `Fanout`."""

    gates: Gates
    source: Source
    clock: Clock

    async def find_pull(self, repository: Repository, number: int) -> OpenPull | None:
        """One that gets a gate; None where it is a draft or not open."""
        pull = await self.gates.open_pull(repository, number)
        return None if pull is None or pull.draft else pull

    async def paint_pull(self, repository: Repository, newest: Newest, pull: OpenPull) -> OpenPull:
        """One pull request, at once; as it is afterwards.

        The state may have moved on while it was painted: then it is painted again.
        """
        environments, complete = await newest()
        for _ in range(AGAIN):
            before, pull = pull.gate, await self.paint(repository, environments, pull, opens=complete)
            painted, (environments, complete) = environments, await newest()
            if pull.gate == before or self._same(painted, environments, pull.base):
                break
        return pull

    async def paint_group(self, repository: Repository, newest: Newest, head: str, base: str) -> None:
        """What a merge queue has put together, at once."""
        queued: Sequence[OpenPull] = ()
        with contextlib.suppress(Absent):  # of this one we were told
            queued = await self.groups(repository, base)
        bare = OpenPull(number=0, head=head, draft=False, base=base, gate=None, queued=True, group=True)
        environments, complete = await newest()
        await self.paint(
            repository, environments, next((one for one in queued if one.head == head), bare), opens=complete
        )

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """Those of the branch's merge queue; none where we were not granted to look at it. Raises Retryable."""
        try:
            return await self.gates.groups(repository, base)
        except NotGranted as fault:
            logger.info("queue not read", extra={"repository": repository.full_name, "why": str(fault)})
            return ()
        except NoAccess as fault:
            raise Absent(fault) from None
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
        repository: Repository,
        environments: Sequence[Environment],
        pull: OpenPull,
        *,
        left: bool = False,
        opens: bool = True,
    ) -> OpenPull:
        """As it is afterwards, with its files if they had to be known. `opens`: whether it may be shown free.

        Raises the fault that kept something from being known, after it was held.
        """
        files, unknown = await self._files(repository, environments, pull)
        pull = replace(pull, files=files)
        lifted, unasked = await self._lifted(repository, environments, pull)
        change = gate.Change(base=pull.base, files=files, lifted=lifted)
        wanted = gate.render(environments, change, self.clock(), left=left)
        if wanted and pull.posted >= gate.MOST:
            wanted = gate.full(environments, self.clock())
        if wanted and (opens or wanted.state == "pending") and pull.gate != (wanted.state, wanted.description):
            pull = await self._write(repository, pull, wanted)
        if fault := unknown or unasked:
            raise fault
        return pull

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
            return None, Absent(fault)
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
                return frozenset(), Absent(NotGranted(lacking.permission, lacking.where))
            fault: BaseException | None = None
            try:
                facts = facts.with_(await gather(self.source, repository, needs))
            except* Fault as faults:
                fault = faults.exceptions[0]
            if fault:
                logger.warning("label not judged", extra={"pull": pull.number, "why": str(fault)})
                return frozenset(), Absent(fault) if isinstance(fault, NoAccess) else _later(fault)

    async def _write(self, repository: Repository, pull: OpenPull, wanted: gate.Gate) -> OpenPull:
        try:
            await self.gates.write(repository, pull, wanted.state, wanted.description)
        except NoAccess as fault:
            raise Absent(fault) from None
        except Permanent as fault:
            # one head that GitHub refuses must not keep the others from theirs; absent means blocked
            logger.warning("gate not written", extra={"pull": pull.number, "why": str(fault)})
            return pull
        return replace(pull, gate=(wanted.state, wanted.description), posted=pull.posted + 1)


def _later(fault: BaseException) -> Retryable | None:
    return fault if isinstance(fault, Retryable) else None
