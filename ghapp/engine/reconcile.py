"""Brings the world to the state of one environment. Twice, late, after a crash, on another machine: the same end."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from ghapp.core.deployment import START_WITHIN
from ghapp.core.environment import Environment, Order
from ghapp.core.events import Intended, StopAsked, StrayCancelled, Tick
from ghapp.core.next_step import Cancel, Look, Start, Step, Stop, due_at, next_step
from ghapp.engine.apply import Apply
from ghapp.engine.documents import documents, readable
from ghapp.engine.paint import Painter
from ghapp.engine.places import decode_shown, encode_shown
from ghapp.ports import Clock, Retryable, Row, Runner, Store, only_shown

AGAIN_AFTER = timedelta(seconds=10)
STEPS = 4  # more than any state needs in one go; what is left is due again

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Drives one environment. `poll`: how often a run is looked at when no event comes."""

    store: Store
    apply: Apply
    runner: Runner
    painter: Painter
    clock: Clock
    poll: timedelta

    async def __call__(self, row: Row) -> None:
        """Step while there is a step, tick, paint, rest. `row` is leased by the caller."""
        environment = documents([row])[row.name]
        if not isinstance(environment, Environment):
            logger.error("unreadable document", extra={"environment": row.name, "why": environment.why})
            await self.store.rest(row, due_at=None, shown=row.shown)
            return
        fault = await self._drive(environment)
        await self._show(row, fault)

    async def _drive(self, environment: Environment) -> Retryable | None:
        """First look, then let time pass: what is there must be found before it is given up."""
        fault = await self._steps(environment)
        await self.apply(environment.repository, Tick(environment.name))
        return fault

    async def _steps(self, environment: Environment) -> Retryable | None:
        try:
            for _ in range(STEPS):
                current = await self._load(environment)
                step = next_step(current, self.clock(), poll=self.poll) if current else None
                if current is None or step is None:
                    return None
                await self._take(current, step)
        except Retryable as fault:
            return fault
        return None

    async def _take(self, environment: Environment, step: Step) -> None:
        repository = environment.repository
        match step:
            case Start(order):
                await self._start(environment, order)
            case Look(order, run, nth):
                seen = await self.runner.look(repository, order, run, since=order.at)
                await self.apply(repository, replace(seen, nth=nth))
            case Stop(order, run, force):
                await self.runner.cancel(repository, run, force=force)
                await self.apply(repository, StopAsked(environment.name, order.number, force))
            case Cancel(stray):
                acted = await self.runner.cancel(repository, stray.run, force=False)
                await self.apply(repository, StrayCancelled(environment.name, stray, acted))
            case _:
                assert_never(step)

    async def _start(self, environment: Environment, order: Order) -> None:
        """Only the writer of the intent starts it, and only at once: whoever comes later looks."""
        repository = environment.repository
        decision = await self.apply(repository, Intended(environment.name, order.number))
        if not decision.changed:
            return
        deployment = decision.changed[0].deployment
        if deployment is None or self.clock() - deployment.since > START_WITHIN:
            return
        await self.apply(repository, await self.runner.start(repository, order))

    async def _show(self, leased: Row, fault: Retryable | None) -> None:
        rows = await self.store.load(leased.repository)
        row = next(row for row in rows if row.name == leased.name)
        found = documents(rows)
        environment = found[row.name]
        assert isinstance(environment, Environment)
        with only_shown():
            shown, unpainted = await self.painter(environment, readable(found), decode_shown(row.shown))
        now = self.clock()
        wake = due_at(environment, now, poll=self.poll)
        for later in filter(None, (fault, unpainted)):
            logger.warning("later", extra={"environment": row.name, "why": str(later)})
            wake = _sooner(wake, now + (later.after or AGAIN_AFTER), floor=now + AGAIN_AFTER)
        await self.store.rest(row, due_at=wake, shown=encode_shown(shown))

    async def _load(self, environment: Environment) -> Environment | None:
        current = documents(await self.store.load(environment.repository.id)).get(environment.name)
        return current if isinstance(current, Environment) else None


def _sooner(wake: datetime | None, again: datetime, *, floor: datetime) -> datetime:
    """When to look again after a fault: not in a tight loop, and not later than time itself demands."""
    return again if wake is None else max(floor, min(wake, again))
