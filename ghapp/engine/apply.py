"""load → decide → record, until it is written: the only path by which anything changes."""

import asyncio
import logging
import secrets
import uuid
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from ghapp.core.config.model import NoConfig, People
from ghapp.core.config.targets import target_key
from ghapp.core.decide import decide
from ghapp.core.model import codec
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.events import CommentPosted, ConfigChanged, Event, PullRequestMerged
from ghapp.core.model.facts import Facts, Lacking, Missing, NeedConfig
from ghapp.core.model.lanes import tenant
from ghapp.engine.documents import PEOPLE, Documents, documents, everybody, overlaid, readable
from ghapp.engine.facts import gather
from ghapp.ports import (
    Change,
    Claimed,
    Clock,
    Conflict,
    Fault,
    NotGranted,
    Retryable,
    Row,
    Source,
    Store,
    TooLarge,
    Write,
    only_shown,
)
from ghapp.queue_items import event_item, notice_item

CONFLICTS = 20  # a repository busier than this in one moment is tried again later
SILENT_FOR = timedelta(hours=6)  # that no config is there counts without another look, unless one may have come
SECOND = timedelta(seconds=1)
LOOKS_APART = timedelta(minutes=1)  # of those that a merge or a comment causes

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Apply:
    """Applies events to a repository's environments."""

    store: Store
    source: Source
    clock: Clock
    _asking: "WeakValueDictionary[int, asyncio.Lock]" = field(default_factory=WeakValueDictionary)

    async def __call__(self, repository: Repository, event: Event, *, settles: Claimed | None = None) -> Decision:
        """Decide and record one event; with `settles`, the item is done in the same write.

        Raises Retryable, and whatever the store says of a claim that is gone.
        """
        attempts = self.attempts(repository, event, settles=settles)
        while True:
            decision, _ = await attempts.decide()
            if await attempts.record(decision):
                return decision

    def attempts(self, repository: Repository, event: Event, *, settles: Claimed | None = None) -> "Attempts":
        """For what has to be done between deciding and recording: decide and record, until it is recorded."""
        return Attempts(self, repository, event, settles)

    async def _decided_unserved(self, repository: Repository, event: Event, facts: Facts) -> tuple[Decision, Facts]:
        """Where nothing is known of it: that there is no config is asked once, and not for every event, nor for two at
        the same time."""
        async with self._asking.setdefault(repository.id, asyncio.Lock()):
            return await self._asked_once(repository, event, facts)

    async def _asked_once(self, repository: Repository, event: Event, facts: Facts) -> tuple[Decision, Facts]:
        """What a push itself has found is not kept: GitHub may not show yet what it has told."""
        account, pushed = tenant(repository.full_name).lower(), isinstance(event, ConfigChanged)
        if pushed:
            await self.store.break_silence(account, repository.id)
        seen = await self.store.silence(account, repository.id)
        if seen.since and self._counts(seen.since, event):
            return await self._decided(repository, event, {}, facts.with_({NeedConfig(): NoConfig()}))
        with only_shown() if pushed else nullcontext():
            decision, facts = await self._decided(repository, event, {}, facts)
        if isinstance(facts.config_if_known(), NoConfig) and not pushed:
            await self.store.keep_silence(account, repository.id, seen=seen, at=self.clock())
        return decision, facts

    def _counts(self, since: datetime, event: Event) -> bool:
        """Whether that there was no config is enough for this event.

        What acts goes by no look that was before it, as the push that brought the config may be told after it. There
        is one look a minute at most; raises Retryable until then. GitHub tells times in whole seconds.
        """
        age = self.clock() - since
        if (
            isinstance(event, PullRequestMerged | CommentPosted)
            and event.at + SECOND > since
            and _needs_config(event, self.clock())
        ):
            if age < LOOKS_APART:
                raise Retryable("whether there is a config by now is asked soon", after=LOOKS_APART - age)
            return False
        return age < SILENT_FOR

    async def _decided(
        self, repository: Repository, event: Event, found: Documents, facts: Facts
    ) -> tuple[Decision, Facts]:
        while True:
            try:
                outcome = decide(event, found, facts, self.clock())
            except Lacking as lacking:
                raise NotGranted(lacking.permission, lacking.where) from None
            if not isinstance(outcome, Missing):
                return outcome, facts
            try:
                facts = facts.with_(await gather(self.source, repository, outcome.needs))
            except* Fault as faults:
                raise faults.exceptions[0] from None

    async def _record(
        self,
        change_id: str,
        repository: Repository,
        decision: Decision,
        rows: Sequence[Row],
        settles: Claimed | None,
    ) -> None:
        if not (settles or decision.changed or decision.entries or decision.notices or decision.found):
            return
        change = Change(
            id=change_id,
            at=self.clock(),
            repository=repository.id,
            writes=_writes(decision, rows),
            history=codec.encode_entries(decision.entries) if decision.entries else b"",
            items=(*map(notice_item, decision.notices), *map(event_item, decision.found)),
            settles=settles,
            channels=_channels(decision, documents(rows)),
        )
        await self._stored(change)

    async def _stored(self, change: Change) -> None:
        """In one transaction; where that is more than the store takes, what else has changed before what was decided.

        The last part has the history, the notices, and the item's end: until then the event counts as open.
        """
        try:
            await self.store.record(change)
        except TooLarge:
            kept = len(change.writes) // 2
            if not kept:
                raise
            others, own = change.writes[kept:], uuid.uuid4().hex  # decided anew, it is another change
            await self._stored(Change(id=own, at=change.at, repository=change.repository, writes=others))
            await self._stored(replace(change, writes=change.writes[:kept]))


@dataclass(slots=True)
class Attempts:
    """One event, decided and recorded as often as another writer was faster."""

    apply: Apply
    repository: Repository
    event: Event
    settles: Claimed | None
    left: int = CONFLICTS
    change_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    facts: Facts = field(default_factory=lambda: Facts(nonce=secrets.token_hex(16)))
    rows: Sequence[Row] = ()

    async def decide(self) -> tuple[Decision, tuple[Environment, ...]]:
        """The decision on the environments as they are stored now, and how they would be by it. Raises Retryable."""
        if not self.left:
            raise Retryable(f"{self.repository.full_name} changes too fast")
        self.left -= 1
        self.rows = await self.apply.store.load(self.repository.id)
        found = documents(self.rows)
        if self.settles and not self.rows:
            decision, self.facts = await self.apply._decided_unserved(self.repository, self.event, self.facts)
        else:
            decision, self.facts = await self.apply._decided(self.repository, self.event, found, self.facts)
        return decision, overlaid(found, decision.changed)

    async def record(self, decision: Decision) -> bool:
        """Whether it is recorded. False: another change came first, so it has to be decided anew."""
        try:
            await self.apply._record(self.change_id, self.repository, decision, self.rows, self.settles)
        except Conflict:
            return False
        _log(self.repository, self.event, decision)
        return True


def _needs_config(event: Event, now: datetime) -> bool:
    """Most of what is typed is none of ours, and is decided by itself."""
    outcome = decide(event, {}, Facts(), now)
    return isinstance(outcome, Missing) and NeedConfig() in outcome.needs


def _channels(decision: Decision, before: Documents) -> tuple[str, ...]:
    """Those that a repository gets by this decision, and the targets of platforms that it gets, by the same index."""
    known = {key for environment in readable(before) for key in _keys(environment)}
    now = dict.fromkeys(key for environment in decision.changed for key in _keys(environment))
    return tuple(key for key in now if key not in known)


def _keys(environment: Environment) -> list[str]:
    channel, place = environment.config.channel, environment.config.rollback
    return [key for key in (channel, place and target_key(place)) if key]


def _writes(decision: Decision, rows: Sequence[Row]) -> tuple[Write, ...]:
    """Each environment that has changed; and once, the people whom a newer config links."""
    versions = {row.name: row.version for row in rows}
    stored = [(one.repository, one.name, codec.encode_environment(one)) for one in decision.changed]
    if linking := _linking_others(decision, everybody(rows)):
        # first, so that they are never known before it is told who may act now
        stored.insert(0, (linking.repository, PEOPLE, codec.encode_people(linking.config.everybody)))
    return tuple(
        Write(
            repository=repository.id,
            full_name=repository.full_name,
            name=name,
            version=versions.get(name, 0),
            document=document,
        )
        for repository, name, document in stored
    )


def _linking_others(decision: Decision, known: People | str) -> Environment | None:
    """One with other people than are known, which all had that were read. Who cannot be read is left as it is."""
    if isinstance(known, str):
        return None
    return next((one for one in decision.changed if one.config.everybody != known), None)


def _log(repository: Repository, event: Event, decision: Decision) -> None:
    for entry in decision.entries:
        fields = {"repository": repository.full_name, "environment": entry.environment, "number": entry.number}
        logger.info(
            entry.what,
            extra={**fields, "actor": entry.actor, "verdict": entry.why, "event_kind": type(event).__name__},
        )
