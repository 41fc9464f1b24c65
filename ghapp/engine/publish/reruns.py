"""Answers "Re-run" on our own checks: each is published as a new run, since GitHub does not change the old one."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import CheckRerequested
from ghapp.engine.documents import documents
from ghapp.engine.leases import Leases
from ghapp.engine.publish.check_runs import CheckRunProjections
from ghapp.engine.publish.config_checks import ConfigChecker
from ghapp.engine.publish.projections import decode_shown, encode_shown
from ghapp.ports import Clock, Permanent, Retryable, Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reruns:
    """The marks on a head say which checks to publish again. Decisions stay as they are."""

    store: Store
    places: CheckRunProjections
    config_checks: ConfigChecker
    leases: Leases
    clock: Clock

    async def __call__(self, event: CheckRerequested, environments: Sequence[Environment]) -> None:
        """Raises Retryable, after which some may be published again twice."""
        names = {environment.name for environment in environments}
        try:
            for mark in await self.places.checks.marks(event.repository, event.head):
                mine = mark.repository == event.repository.id and mark.environment in names
                if mine and event.name in (None, mark.check):
                    await self._release(event, mark)
            await self._config(event, environments)
        except Permanent as fault:
            logger.warning("not shown again", extra={"event": event.key, "why": str(fault)})

    async def _release(self, event: CheckRerequested, mark: ButtonId) -> None:
        """Writes the note with the environment's lease, as whenever it is published."""
        span = self.leases.span
        row = await self.store.lease_document(event.repository.id, mark.environment, now=self.clock(), lease=span)
        if row is None:
            raise Retryable(f"{mark.environment} is being painted")
        environment, shown = documents([row])[mark.environment], decode_shown(row.shown)
        try:
            if isinstance(environment, Environment):
                with self.leases.held(row):
                    shown |= await self.places.again(environment, mark, event.head)
        finally:
            await self.store.rest(row, due_at=self.clock(), shown=encode_shown(shown))

    async def _config(self, event: CheckRerequested, environments: Sequence[Environment]) -> None:
        checks = self.config_checks
        if event.name in (None, checks.name) and (number := await checks.number(event.repository, event.head)):
            await checks(event.repository, number, environments, again=event.head)
