"""Publishes on a new head its gate, the check of a changed config, and the preview of its release."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.events import GatesChanged, HeadChanged, HeadReleased, MergeGroupQueued
from ghapp.engine.absences import NotVisible
from ghapp.engine.documents import complete, documents, overlaid
from ghapp.engine.failures import Failures, PlaceFailed
from ghapp.engine.proposals import Proposals
from ghapp.engine.publish.config_checks import ConfigChecker
from ghapp.engine.publish.gate import GatePublisher, Newest
from ghapp.engine.publish.gate_fanout import GateFanout
from ghapp.engine.publish.greeting import Greeting
from ghapp.engine.publish.previews import Previews
from ghapp.ports import Fault, NoAccess, Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewHeads:
    """Each projection by itself: where one failed the event is tried again, after the others were published.

    A gate that the App may not write now is left to `fanout`, which publishes all of its branch when it may. In a
    repository that is not served yet `proposals` says which config checks are due, and `greeting`, if it is wanted,
    goes with them. `group_gates`: for merge groups, which wait for theirs.
    """

    store: Store
    gates: GatePublisher
    group_gates: GatePublisher
    fanout: GateFanout
    config_checks: ConfigChecker
    previews: Previews
    failures: Failures
    proposals: Proposals
    greeting: Greeting | None = None

    async def __call__(
        self,
        event: HeadChanged | HeadReleased | MergeGroupQueued,
        decision: Decision,
        environments: Sequence[Environment],
    ) -> None:
        """Raises Fault."""

        async def newest() -> tuple[tuple[Environment, ...], bool]:
            found = documents(await self.store.load(event.repository.id))
            return overlaid(found, decision.changed), complete(found)

        if isinstance(event, HeadChanged):
            await self._of_pull(event, decision, environments, newest)
            return
        if isinstance(event, HeadReleased):
            await self._of_others(event, environments, newest)
            return
        async with self._handed_over(event.repository, event.base):
            with self.failures.confined(f"gate/{event.head}", event.repository):
                await self.group_gates.publish_group(event.repository, newest, event.head, event.base)

    async def _of_pull(
        self, event: HeadChanged, decision: Decision, environments: Sequence[Environment], newest: Newest
    ) -> None:
        repository, published, failed = event.repository, [], list[Fault]()
        for number in decision.gates:
            async with self._handed_over(repository, event.base):
                if pull := await self.gates.find_pull(repository, number, event.base):
                    published.append(pull)
                    with _noted(failed, PlaceFailed), self.failures.confined(f"gate/{pull.head}", repository):
                        published[-1] = await self.gates.publish_pull(repository, newest, pull)
        if environments or self.proposals.due(event):
            with (
                _noted(failed, PlaceFailed, NoAccess),
                self.failures.confined(f"config/{event.number}", repository),
            ):
                await self.config_checks(repository, event.number, environments)
                if self.greeting and not environments:
                    await self.greeting(event)
                self.proposals.looked(event)
        for pull in published:
            await self.previews(repository, environments, pull, pull.files)
        if failed:
            raise failed[0]

    async def _of_others(self, event: HeadReleased, environments: Sequence[Environment], newest: Newest) -> None:
        """Updates the other pull requests of a head that one has left. They may go into any branch."""
        branches = dict.fromkeys(one.config.branch for one in environments)
        if event.base in branches:
            async with self._handed_over(event.repository, *branches):
                with self.failures.confined(f"gate/{event.head}", event.repository):
                    await self.gates.publish_released_head(event.repository, newest, event.head)

    @asynccontextmanager
    async def _handed_over(self, repository: Repository, *branches: str) -> AsyncIterator[None]:
        """As long as the App lacks access, one fanout job for a branch waits, however many heads there are."""
        try:
            yield
        except (NotVisible, NoAccess) as fault:
            logger.info("gate left for later", extra={"repository": repository.full_name, "why": str(fault)})
            for base in branches:
                await self.fanout.request(GatesChanged(repository=repository, base=base))


@contextmanager
def _noted(failed: list[Fault], *kinds: type[Fault]) -> Iterator[None]:
    try:
        yield
    except kinds as fault:
        failed.append(fault)
