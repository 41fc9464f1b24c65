"""Paints what a new head shows: its gate, the check of a changed config, and where its merge leads to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ghapp.core.decision import Decision
from ghapp.core.environment import Environment
from ghapp.core.events import GroupQueued, HeadChanged
from ghapp.engine.config_checks import ConfigChecker
from ghapp.engine.documents import complete, documents, overlaid
from ghapp.engine.failures import Failures, PlaceFailed
from ghapp.engine.gates import GatePainter, Newest
from ghapp.engine.previews import Previews
from ghapp.ports import Store


@dataclass(frozen=True, slots=True)
class NewHeads:
    """Each place by itself: where one failed the event is tried again, after the others were painted."""

    store: Store
    gates: GatePainter
    config_checks: ConfigChecker
    previews: Previews
    failures: Failures

    async def __call__(
        self, event: HeadChanged | GroupQueued, decision: Decision, environments: Sequence[Environment]
    ) -> None:
        """Raises Retryable."""

        async def newest() -> tuple[tuple[Environment, ...], bool]:
            found = documents(await self.store.load(event.repository.id))
            return overlaid(found, decision.changed), complete(found)

        if isinstance(event, HeadChanged):
            await self._of_pull(event, decision, environments, newest)
            return
        with self.failures.confined(f"gate/{event.head}", event.repository):
            await self.gates.paint_group(event.repository, newest, event.head, event.base)

    async def _of_pull(
        self, event: HeadChanged, decision: Decision, environments: Sequence[Environment], newest: Newest
    ) -> None:
        repository, painted, failed = event.repository, [], list[PlaceFailed]()
        for number in decision.gates:
            if pull := await self.gates.find_pull(repository, number, event.base):
                with _noted(failed), self.failures.confined(f"gate/{pull.head}", repository):
                    pull = await self.gates.paint_pull(repository, newest, pull)
                painted.append(pull)
        with _noted(failed), self.failures.confined(f"config/{event.number}", repository):
            await self.config_checks(repository, event.number, environments)
        for pull in painted:
            await self.previews(repository, environments, pull, pull.files)
        if failed:
            raise failed[0]


@contextmanager
def _noted(failed: list[PlaceFailed]) -> Iterator[None]:
    try:
        yield
    except PlaceFailed as fault:
        failed.append(fault)
