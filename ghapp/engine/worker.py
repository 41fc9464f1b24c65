"""Works queue items and due environments: several lanes concurrently, each lane one item at a time."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from ghapp.core.commands.spec import STALE_AFTER
from ghapp.core.handlers.current_config import reply_config
from ghapp.core.handlers.protection_rule import may_be_ours
from ghapp.core.handlers.slack import means_newest
from ghapp.core.model import codec
from ghapp.core.model.decision import Decision, Notice
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.events import (
    Batch,
    BoardCommandGiven,
    CheckButtonPressed,
    CheckRerequested,
    CommandGiven,
    CommentPosted,
    DeploymentJobWaiting,
    GatesChanged,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    MergesRecounted,
    PermissionsAccepted,
    QueuedEvent,
    ScheduledTask,
    SlackCommandGiven,
    SlackEvent,
    SlackRequest,
)
from ghapp.core.model.lanes import leaves_reserve, shows
from ghapp.core.model.secret import masked
from ghapp.engine.absences import NoAccessLog, NotVisible
from ghapp.engine.apply import Apply
from ghapp.engine.command_replies import CommandReplies
from ghapp.engine.concurrency import Concurrency
from ghapp.engine.documents import documents
from ghapp.engine.leases import Leases
from ghapp.engine.permissions_accepted import AcceptedPermissions
from ghapp.engine.publish.gate_fanout import GateFanout
from ghapp.engine.publish.new_heads import NewHeads
from ghapp.engine.publish.notices import NoticePoster
from ghapp.engine.publish.reruns import Reruns
from ghapp.engine.reconcile import Reconcile
from ghapp.engine.scheduler import Scheduler
from ghapp.engine.slack_commands import WAITS_BEHIND, SlackCommands
from ghapp.ports import (
    Change,
    Claimed,
    Clock,
    Fault,
    NoAccess,
    NotNow,
    Priority,
    Retryable,
    Row,
    Store,
    Superseded,
)
from ghapp.queue_items import batched_items, ordered_item

TRIES = 5
BACK_WITHIN = timedelta(hours=1)  # that an item waits for access that the App lacks
BACK_AGAIN = timedelta(minutes=5)
HEAD_WAITS = timedelta(days=3)  # for its config check and previews, which nothing else publishes
HEAD_AGAIN = timedelta(hours=1)
JOB_WAITS = timedelta(days=30)  # that GitHub keeps a job at our rule: docs.github.com/actions/reference/limits
COUNTED_WITHIN = timedelta(hours=1)  # for merges; then the next count is due
AGAIN_AFTER = timedelta(seconds=10)
POLL = 1.0  # seconds of real time between two polls without a wake-up

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """Claims items and due environments and works them; none while the clock is not `trusted`, or while strangers would
    be served (`exposed`)."""

    store: Store
    apply: Apply
    reconcile: Reconcile
    notices: NoticePoster
    command_replies: CommandReplies
    new_heads: NewHeads
    reruns: Reruns
    gate_fanout: GateFanout
    no_access: NoAccessLog
    accepted_permissions: AcceptedPermissions
    scheduler: Scheduler
    leases: Leases
    clock: Clock
    trusted: Callable[[], Awaitable[bool]]
    exposed: Callable[[], Awaitable[str]] | None = None
    slack_commands: SlackCommands | None = None
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _items: Concurrency = field(init=False)
    _environments: Concurrency = field(init=False)

    def __post_init__(self) -> None:
        """Separate limits, so that queue items never keep granted deployments waiting, nor the other way round."""
        self._items, self._environments = Concurrency(self._woken.set), Concurrency(self._woken.set)

    def wake(self) -> None:
        """Polls at once, since something was stored."""
        self._woken.set()

    async def run(self) -> None:
        """Works until cancelled; `finish` ends the tasks under way."""
        while True:
            self._woken.clear()
            try:
                await self._take()
            except Fault as fault:
                logger.warning("store unreachable", extra={"why": str(fault)})
            except Exception:  # a bug in one round must not stop the worker
                logger.exception("round failed")
            # not `wait_for`: woken and cancelled at once, it ignores the cancellation up to Python 3.11
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._woken.wait()

    async def finish(self, within: float) -> None:
        """Waits for the tasks under way, `within` seconds at most; the rest is handed back for another worker."""
        if tasks := self._tasks():
            await asyncio.wait(tasks, timeout=within)
        left = self._tasks()
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def drain(self) -> None:
        """Works until no item is ready and no environment is due."""
        while True:
            self._woken.clear()
            await self._take()
            if tasks := self._tasks():
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            elif not self._woken.is_set():  # a task that ended during the poll may have queued something
                return

    async def _take(self) -> None:
        if not await self.trusted() or (self.exposed and await self.exposed()):
            return
        await self.scheduler.call()
        claiming = asyncio.ensure_future(self._claim())
        try:
            await asyncio.shield(claiming)
        except asyncio.CancelledError:  # stopped: items of an unfinished claim would lie idle until their lease ends
            await asyncio.wait([claiming])
            raise

    async def _claim(self) -> None:
        now, items, environments, lease = self.clock(), self._items, self._environments, self.leases.span
        if items.free:
            for claimed in await self.store.claim(now=now, lease=lease, limit=items.free, share=items.share):
                items.spawn(claimed.lane, self._work(claimed))
        if environments.free:
            limit, share = environments.free, environments.share
            for row in await self.store.due(now=now, lease=lease, limit=limit, share=share):
                environments.spawn(row.full_name, self._reconcile(row))

    def _tasks(self) -> set[asyncio.Task[None]]:
        return self._items.tasks | self._environments.tasks

    async def _reconcile(self, row: Row) -> None:
        try:
            with self.leases.held(row):
                await self.reconcile(row)
        except asyncio.CancelledError:
            await self.store.rest(row, due_at=self.clock(), shown=row.shown)
            raise
        except Fault as fault:
            logger.warning("not reconciled", extra={"environment": row.name, "why": str(fault)})
        except Exception:  # its lease ends and it is driven again; others go on
            logger.exception("not reconciled", extra={"environment": row.name})

    async def _work(self, claimed: Claimed) -> None:
        with self.leases.held(claimed):
            await self._work_held(claimed)

    async def _work_held(self, claimed: Claimed) -> None:
        try:
            if claimed.tries < TRIES:
                await self._dispatch(claimed)
            else:
                await self._bury(claimed, "nobody who took it up came back")
        except asyncio.CancelledError:
            await self.store.give_back(claimed, now=self.clock(), retry_at=self.clock(), counts=False, why="stopped")
            raise
        except Superseded:
            logger.info("superseded", extra={"item": claimed.id})
        except Retryable as fault:
            await self._step_aside(claimed, fault)
        except NoAccess as fault:
            await self._wait_for_access(claimed, fault)
        except Fault as fault:  # outside and for good: a traceback of our code says nothing
            logger.warning("failed", extra={"item": claimed.id, "why": str(fault)})
            await self._count_failure(claimed, fault)
        except codec.UnreadableItem as error:
            await self._leave_to_newer_server(claimed, error)
        except Exception as error:  # a poison item must not stop the items behind it
            logger.exception("failed", extra={"item": claimed.id})
            await self._count_failure(claimed, error)

    async def _dispatch(self, claimed: Claimed) -> None:
        match item := codec.decode_item(claimed.body):
            case Notice() | Batch():
                await self._post(item, claimed)
            case MergesRecounted():
                await self._recount(item, claimed)
            case GatesChanged():
                await self.gate_fanout.work(item, claimed.id)
                await self.store.record(_settlement(claimed, item.repository, self.clock))
            case ScheduledTask():
                await self.scheduler.work(item, claimed)
            case PermissionsAccepted():
                await self.accepted_permissions(item, claimed)
            case SlackRequest():
                await self._slack().forward(item, claimed)
            case SlackEvent():
                await self._slack().events(item, claimed)
            case SlackCommandGiven():
                await self._work_slack_command(item, claimed)
            case CommentPosted() | CheckButtonPressed() | BoardCommandGiven():
                await self._work_command(item, claimed)
            case _:
                await self._decide_and_record(item, claimed)

    async def _post(self, owed: Notice | Batch, claimed: Claimed) -> None:
        """A batch is queued item by item by the write that settles it."""
        if isinstance(owed, Notice):
            await self.notices(owed, again=_was_tried(claimed, self.clock()))
        items = batched_items(owed) if isinstance(owed, Batch) else ()
        await self.store.record(replace(_settlement(claimed, owed.repository, self.clock), items=items))

    async def _recount(self, event: MergesRecounted, claimed: Claimed) -> None:
        """A count that fails for good, or until the next is due, is left to that one: so at most one is pending."""
        try:
            await self._decide_and_record(event, claimed)
        except Fault as fault:
            if isinstance(fault, Retryable) and self.clock() - event.at < COUNTED_WITHIN:
                raise
            self.no_access.note(event.repository, fault)
            await self.store.record(_settlement(claimed, event.repository, self.clock))
        else:
            self.no_access.end(event.repository)

    def _slack(self) -> SlackCommands:
        """Without Slack no answer can be sent: its items wait for a server that has the settings."""
        if self.slack_commands is None:
            raise Retryable("Slack is not connected")
        return self.slack_commands

    async def _work_slack_command(self, event: SlackCommandGiven, claimed: Claimed) -> None:
        """Decides it after older items of its repository; for one to be retried it waits `WAITS_BEHIND`."""
        slack = self._slack()
        if await self.store.overtakes(claimed):
            why = f"an earlier event of {event.repository.full_name} is not worked yet"
            if self.clock() - event.at < WAITS_BEHIND:
                raise Retryable(why)
            if means_newest(event):
                await self.command_replies.could_not_check(event, claimed, why)
                return
        if not await self.command_replies.listens(event, claimed):
            return
        decision = await self._decide_and_record(event, claimed)
        await slack.asks_back(event, decision)
        await slack.linking.keeps_login(event, decision)

    async def _work_command(self, event: CommandGiven, claimed: Claimed) -> None:
        if not await self.command_replies.listens(event, claimed):
            return
        if not _was_tried(claimed, self.clock()):
            self._items.spawn(claimed.lane, self.command_replies.sees(event))
        decision = await self._decide_and_record(event, claimed)
        if decision.reaction:
            self._items.spawn(claimed.lane, self.command_replies.reacts(event, decision.reaction))

    async def _decide_and_record(self, event: QueuedEvent, claimed: Claimed) -> Decision:
        """Only the repository's lane grants: an event of another lane that would is decided there, in its turn.

        Otherwise it would overtake a `/lock` that was accepted before it.
        """
        priority = await self._priority(event, claimed.lane)
        attempts = self.apply.attempts(event.repository, event, settles=claimed, priority=priority)
        while True:
            decision, environments = await attempts.decide()
            if decision.grants and claimed.lane != (ordered := ordered_item(event)).lane:
                await self.store.record(replace(_settlement(claimed, event.repository, self.clock), items=(ordered,)))
                return Decision()
            decision = await self._before_record(event, decision, environments, claimed)
            if await attempts.record(decision):
                return decision

    async def _priority(self, event: QueuedEvent, lane: str) -> Priority:
        """The reserve of calls is not for strangers, nor for a job at the protection rule whose run is none of ours."""
        if isinstance(event, CommandGiven) and self.command_replies.is_strangers(event):
            return Priority.DISPLAY
        if not leaves_reserve(lane):
            return Priority.BULK if shows(lane) else Priority.ACT
        if isinstance(event, DeploymentJobWaiting) and may_be_ours(
            event, documents(await self.store.load(event.repository.id))
        ):
            return Priority.ACT
        return Priority.DISPLAY

    async def _before_record(
        self, event: QueuedEvent, decision: Decision, environments: tuple[Environment, ...], claimed: Claimed
    ) -> Decision:
        """Publishes what an event needs before it counts as done; returns the decision to record."""
        match event:
            case HeadChanged() | HeadReleased() | MergeGroupQueued():
                await self.new_heads(event, decision, environments)
            case CheckRerequested():
                await self.reruns(event, environments)
            case CommentPosted() | CheckButtonPressed() | SlackCommandGiven() | BoardCommandGiven():
                return self.command_replies.answered(event, claimed, decision)
            case _:
                pass
        return decision

    async def _step_aside(self, claimed: Claimed, fault: Retryable) -> None:
        """Gives the item back without counting a try. A command that would be stale by then is answered instead."""
        now = self.clock()
        if not isinstance(fault, NotVisible):
            logger.warning("later", extra={"item": claimed.id, "why": str(fault)})
        item = codec.decode_item(claimed.body)
        retry_at = now + max(fault.after or AGAIN_AFTER, AGAIN_AFTER)
        if isinstance(item, SlackRequest) and retry_at - item.at > STALE_AFTER and self.slack_commands:
            await self.slack_commands.could_not_check(item, claimed, str(fault))
            return
        if isinstance(item, CommandGiven) and retry_at - item.at > STALE_AFTER:
            await self.command_replies.could_not_check(item, claimed, str(fault))
            return
        if isinstance(item, DeploymentJobWaiting) and not _was_tried(claimed, now):
            config = reply_config(documents(await self.store.load(item.repository.id)), None)
            await self.notices.could_not_check(item, config, str(fault))
        await self.store.give_back(claimed, now=now, retry_at=retry_at, counts=False, why=str(fault))

    async def _wait_for_access(self, claimed: Claimed, fault: NoAccess) -> None:
        """Retries for a while, since people may be changing the App's access. After that the item is dropped: a later
        look at the state finds what still matters."""
        item = codec.decode_item(claimed.body)
        if isinstance(item, PermissionsAccepted | ScheduledTask | SlackRequest | SlackEvent):  # of no repository
            await self._count_failure(claimed, fault)
            return
        self.no_access.note(item.repository, fault)
        head = isinstance(item, HeadChanged) and isinstance(fault, NotNow)
        patience = JOB_WAITS if isinstance(item, DeploymentJobWaiting) else HEAD_WAITS if head else BACK_WITHIN
        age = self.clock() - claimed.stored_at
        if age < patience:
            again = HEAD_AGAIN if head and age >= BACK_WITHIN else BACK_AGAIN
            await self._step_aside(claimed, NotVisible(fault, after=again))
        else:
            await self.store.record(_settlement(claimed, item.repository, self.clock))

    async def _count_failure(self, claimed: Claimed, error: Exception) -> None:
        now = self.clock()
        if claimed.tries + 1 >= TRIES:
            await self._bury(claimed, masked(repr(error)))
            return
        retry_at = now + timedelta(seconds=2**claimed.tries)
        await self.store.give_back(claimed, now=now, retry_at=retry_at, counts=True, why=masked(repr(error)))

    async def _leave_to_newer_server(self, claimed: Claimed, error: codec.UnreadableItem) -> None:
        """During an update a newer server may have stored the item, and may take it up. Waits `STALE_AFTER` at most."""
        now = self.clock()
        if now - claimed.stored_at > STALE_AFTER:
            await self._bury(claimed, masked(str(error)))
            return
        logger.warning("left to a newer server", extra={"item": claimed.id, "why": masked(str(error))})
        await self.store.give_back(claimed, now=now, retry_at=now + AGAIN_AFTER, counts=False, why=masked(str(error)))

    async def _bury(self, claimed: Claimed, why: str) -> None:
        """Moves the item to the dead letters. The sender is answered first, and would learn it nowhere else."""
        logger.error("dead letter", extra={"item": claimed.id, "why": why})
        try:
            await self._answer_buried(claimed)
        except Fault:
            raise
        except Exception:  # a failed answer must not stop the items behind it either
            logger.exception("not told", extra={"item": claimed.id})
        await self.store.give_back(claimed, now=self.clock(), retry_at=None, counts=True, why=why)

    async def _answer_buried(self, claimed: Claimed) -> None:
        match codec.salvage_item(claimed.body):
            case CommentPosted() | CheckButtonPressed() | SlackCommandGiven() | BoardCommandGiven() as event:
                await self.command_replies.broke(event)
            case SlackRequest() as asked if self.slack_commands:
                await self.slack_commands.broke(asked)


def _was_tried(claimed: Claimed, now: datetime) -> bool:
    """An item given back returns no sooner than AGAIN_AFTER, so a younger one is new."""
    return claimed.tries > 0 or now - claimed.stored_at >= AGAIN_AFTER


def _settlement(claimed: Claimed, repository: Repository, clock: Clock) -> Change:
    return Change(id=f"{claimed.id}/posted", at=clock(), repository=repository.id, settles=claimed)
