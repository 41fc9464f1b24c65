"""Brings GitHub, Slack and platform to an environment's state. Idempotent: also late, after a crash, on any server."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from cachetools import LRUCache
from msgspec.structs import replace

from ghapp.core.model.codec import Unreadable
from ghapp.core.model.environment import Environment, Grant
from ghapp.core.model.events import (
    PlatformStopRequested,
    PlatformWaitEnded,
    RunObserved,
    RunStopRequested,
    StartIntended,
    Tick,
    UnexpectedRunCancelled,
    WaitingReleasesChecked,
)
from ghapp.core.model.facts import NeedPlatform
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.core.rules import obstacles, releases
from ghapp.core.rules.next_step import Cancel, Finish, Halt, Look, Start, Step, Stop, due_at, next_step, to_stop
from ghapp.core.rules.phases import START_WITHIN, is_busy
from ghapp.engine.absences import NotVisible
from ghapp.engine.apply import Apply
from ghapp.engine.documents import PEOPLE, documents, readable
from ghapp.engine.publish.projections import Shown, decode_shown, encode_shown
from ghapp.engine.publish.publisher import Publisher
from ghapp.engine.publish.slack_messages import PREFIX, MoreToSay
from ghapp.ports import (
    Clock,
    Fault,
    Make,
    Overslept,
    Platform,
    Priority,
    Retryable,
    Row,
    Runner,
    Store,
    TargetDenied,
    is_in_hand,
)

AGAIN_AFTER = timedelta(seconds=10)
ANNOUNCED_WITHIN = 3.0  # seconds
REMEMBERED = 10_000
STEPS = 4  # more than any state needs in one pass; the rest is due again

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Drives one environment. `announcer`: publishes what must be known before a rollback starts. `poll`: how often a
    run is looked at when no event comes."""

    store: Store
    apply: Apply
    runner: Runner
    platform: Platform
    publisher: Publisher
    announcer: Publisher
    clock: Clock
    poll: timedelta
    _logged: "LRUCache[tuple[int, str], set[str]]" = field(default_factory=lambda: LRUCache(REMEMBERED))

    async def __call__(self, row: Row) -> None:
        """Takes the steps that are due, applies a tick, publishes, rests. The caller holds the lease of `row`.

        Versions protect decisions. They do not protect published content, so a worker whose lease has ended
        publishes nothing: another does, or will when it finds the environment due.
        """
        if row.name == PEOPLE:  # the environments that show them changed with them
            await self.store.rest(row, due_at=None, shown=row.shown)
            return
        environment = documents([row])[row.name]
        if not isinstance(environment, Environment):
            await self._leave(row, environment)
            return
        announced = await self._announced(environment, decode_shown(row.shown))
        fault = await self._drive(environment)
        if is_in_hand():
            await self._show(row, announced, fault)

    async def _leave(self, row: Row, unreadable: Unreadable) -> None:
        """A newer server may be able to read it, and has to find it due."""
        logger.error("unreadable document", extra={"environment": row.name, "why": unreadable.why})
        await self.store.rest(row, due_at=self.clock() + self.poll, shown=row.shown)

    async def _announced(self, environment: Environment, shown: Shown) -> Shown:
        """Publishes what a rollback undoes and where it leads before it starts, waiting `ANNOUNCED_WITHIN` at most."""
        deployment = environment.deployment
        if deployment is None or deployment.grant.kind != "rollback" or deployment.phase != "accepted":
            return {}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANNOUNCED_WITHIN):
                return await self.announcer.announced(environment, shown)
        return {}

    async def _drive(self, environment: Environment) -> Retryable | None:
        """Looks before it applies the tick: a run that exists must be found before the tick gives it up."""
        fault = await self._steps(environment)
        await self.apply(environment.repository, Tick(environment.name))
        return fault or await self._examine(environment)

    async def _examine(self, environment: Environment) -> Retryable | None:
        """Checks before a call or a button is published whether the command behind it would be carried out."""
        try:
            with self.publisher.failures.confined("line", environment.repository, environment.name):
                while (current := await self._load(environment)) and _doubtful(current, self.clock()):
                    check = WaitingReleasesChecked(environment.name)
                    await self.apply(environment.repository, check, priority=Priority.DISPLAY)
        except Retryable as fault:
            return fault
        return None

    async def _steps(self, environment: Environment) -> Retryable | None:
        try:
            for _ in range(STEPS):
                current = await self._load(environment)
                step = next_step(current, self.clock(), poll=self.poll) if current else None
                if current is None or step is None:
                    return None
                with self.publisher.failures.confined("step", current.repository, current.name):
                    await self._take(current, step)
        except Retryable as fault:
            return fault
        return None

    async def _take(self, environment: Environment, step: Step) -> None:
        repository = environment.repository
        match step:
            case Start(grant):
                await self._start(environment, grant)
            case Look():
                await self._looked(environment, step)
            case Halt() | Finish():
                await self._tell(environment, step)
            case Stop(grant, run, force):
                await self.runner.cancel(repository, run, force=force)
                await self.apply(repository, RunStopRequested(environment.name, grant.number, force))
            case Cancel(unexpected_run):
                acted = await self.runner.cancel(repository, unexpected_run.run, force=False)
                await self.apply(repository, UnexpectedRunCancelled(environment.name, unexpected_run, acted))
            case _:
                assert_never(step)

    async def _looked(self, environment: Environment, look: Look) -> None:
        """A run that cannot be looked at is cancelled all the same, where that is wanted."""
        try:
            await self._look(environment, look)
        except Retryable:
            if stop := to_stop(environment, self.clock()):
                await self._take(environment, stop)
            raise

    async def _look(self, environment: Environment, look: Look) -> None:
        """Asks runner and platform concurrently. Where one gives no answer, the answer of the other is applied."""
        looked = await asyncio.gather(
            self._run(environment, look), self._view(environment, look), return_exceptions=True
        )
        run, view = looked
        if isinstance(view, BaseException):
            raise view
        seen = run if isinstance(run, RunObserved) else _nothing(environment, look.grant)
        if isinstance(view, PlatformState):
            seen = replace(seen, platform=view)
        elif isinstance(view, PlatformDenied):
            seen = replace(seen, unasked=view)
        if isinstance(run, RunObserved) or view:
            await self.apply(environment.repository, replace(seen, nth=look.nth))
        if isinstance(run, BaseException):
            raise run

    async def _run(self, environment: Environment, look: Look) -> RunObserved:
        grant = look.grant
        if look.unread:
            return await self._late(environment, look)
        if look.over or grant.runner != "workflow":
            return _nothing(environment, grant)
        return await self.runner.look(environment.repository, grant, look.run, since=look.since)

    async def _late(self, environment: Environment, look: Look) -> RunObserved:
        """Reads an ended run's jobs. Nothing waits for them, so any fault leaves them unread until a later look."""
        try:
            return await self.runner.look(environment.repository, look.grant, look.run, since=look.since)
        except Fault as fault:
            return replace(_nothing(environment, look.grant), unread=f"{fault}")

    async def _view(self, environment: Environment, look: Look) -> PlatformState | PlatformDenied | None:
        """The state of the newest attempt's platform, why it is unknown, or None where there is no platform."""
        place, newest = look.grant.config.rollback, environment.deployment
        if place is None or newest is None or newest.grant.number != look.grant.number:
            return None
        try:
            return await self.platform.look(environment.repository, NeedPlatform(place, look.also))
        except Fault as fault:
            return _denied(fault)

    async def _tell(self, environment: Environment, step: Halt | Finish) -> None:
        """A request that the platform does not take is repeated; the reason is kept for people."""
        repository, grant, place = environment.repository, step.grant, step.grant.config.rollback
        assert place
        try:
            if isinstance(step, Finish):
                await self.platform.finish(repository, place, step.deployment)
                await self.apply(repository, PlatformWaitEnded(environment.name, grant.number, step.deployment))
            else:
                heard = await self.platform.stop(repository, place, step.deployment, back=step.back)
                halted = PlatformStopRequested(environment.name, grant.number, step.deployment, over=not heard)
                await self.apply(repository, halted)
        except Fault as fault:
            await self._unasked(environment, grant, fault)

    async def _unasked(self, environment: Environment, grant: Grant, fault: Fault) -> None:
        seen = replace(_nothing(environment, grant), unasked=_denied(fault))
        await self.apply(environment.repository, seen)
        raise Retryable(f"{fault}") from fault

    async def _start(self, environment: Environment, grant: Grant) -> None:
        """Only the worker that recorded the intent starts the run, and only at once; a later one looks for it."""
        repository, prepared = environment.repository, await self._prepared(environment, grant)
        if isinstance(prepared, RunObserved):
            await self.apply(repository, prepared)
            return
        decision = await self.apply(repository, StartIntended(environment.name, grant.number, self.runner.clock()))
        if not decision.changed:
            return
        deployment = decision.changed[0].deployment
        if deployment is None or self.clock() - deployment.since > START_WITHIN:
            return
        await self.apply(repository, await prepared())

    async def _prepared(self, environment: Environment, grant: Grant) -> Make | RunObserved:
        if grant.runner == "workflow":
            return partial(self.runner.start, environment.repository, grant)
        try:
            return await self.platform.prepare(environment.repository, grant)
        except Fault as fault:
            await self._unasked(environment, grant, fault)
            raise

    async def _show(self, leased: Row, announced: Shown, fault: Retryable | None) -> None:
        rows = await self.store.load(leased.repository)
        row = replace(next(row for row in rows if row.name == leased.name), token=leased.token)
        found = documents(rows)
        environment = found[row.name]
        if not isinstance(environment, Environment):  # its people's row may be unreadable, and is not in `leased`
            await self._leave(row, environment)
            return
        before = {**_of_slack(rows, environment.config.channel), **announced, **decode_shown(row.shown)}
        shown, faults = await self.publisher(environment, readable(found), before)
        unsent = shown == before and all(isinstance(one, Overslept) for one in faults)
        if unsent and not is_in_hand():  # another worker publishes it by now; this one changed nothing
            return
        now = self.clock()
        wake = due_at(environment, now, poll=self.poll)
        left = [*faults, *([fault] if fault else [])]
        self._log(row, left)
        for later in left:
            wake = _sooner(wake, now + (later.after or AGAIN_AFTER), floor=now + AGAIN_AFTER)
        if not is_in_hand():  # what it did not send is published under a new lease
            wake = now
        await self.store.rest(row, due_at=wake, shown=encode_shown(shown))

    def _log(self, row: Row, left: Iterable[Retryable]) -> None:
        """Logs what keeps an environment from rest, once for as long as it does."""
        failed = [later for later in left if not isinstance(later, (NotVisible, MoreToSay))]
        key, now = (row.repository, row.name), {str(later) for later in failed}
        for why in sorted(now - self._logged.get(key, set())):
            logger.warning("later", extra={"environment": row.name, "why": why})
        self._logged[key] = now

    async def _load(self, environment: Environment) -> Environment | None:
        current = documents(await self.store.load(environment.repository.id)).get(environment.name)
        return current if isinstance(current, Environment) else None


def _denied(fault: Fault) -> PlatformDenied:
    return fault.denied if isinstance(fault, TargetDenied) else PlatformDenied(f"{fault}")


def _doubtful(environment: Environment, now: datetime) -> bool:
    # a release that waits for another environment becomes fit when that one has it live, also while this one is locked
    asked = environment.config.after is not None or obstacles.first(environment, now) is None
    return environment.gone is None and asked and bool(releases.unexamined(environment))


def _of_slack(rows: Iterable[Row], channel: str | None) -> Shown:
    """The notes on messages in the channel, of all environments: another one may be the teller now."""
    noted = (decode_shown(row.shown) for row in rows)
    return {
        key: published for shown in noted for key, published in shown.items() if key.startswith(f"{PREFIX}{channel}/")
    }


def _sooner(wake: datetime | None, again: datetime, *, floor: datetime) -> datetime:
    """When to look again after a fault: not in a tight loop, and not later than the state itself demands."""
    return again if wake is None else max(floor, min(wake, again))


def _nothing(environment: Environment, grant: Grant) -> RunObserved:
    """An observation without news: how the newest run ended, or that its status is unknown."""
    newest = environment.deployment
    over = newest.phase if newest and newest.grant.number == grant.number and not is_busy(newest) else None
    status = over if over in ("succeeded", "failed", "cancelled") else "unknown"
    return RunObserved.of(grant, status)
