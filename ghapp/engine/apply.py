"""Loads, decides and records an event until the write succeeds: the only path by which state changes."""

import asyncio
import logging
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from ghapp.core.config.model import NoConfig, People
from ghapp.core.config.targets import target_key
from ghapp.core.decide import decide
from ghapp.core.model import codec
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Repository, name_key
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
    Priority,
    Retryable,
    Row,
    Source,
    Store,
    Write,
)
from ghapp.queue_items import event_item, few_items, notice_item

CONFLICTS = 20  # lost races of one event, which is then tried again later
SILENT_FOR = timedelta(hours=6)  # "no config" counts without another read, unless one may have come
SECOND = timedelta(seconds=1)
LOOKS_APART = timedelta(minutes=1)  # between the reads that merges and comments cause

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Apply:
    """`sources`: by the priority of their calls."""

    store: Store
    sources: Mapping[Priority, Source]
    clock: Clock
    _asking: "WeakValueDictionary[int, asyncio.Lock]" = field(default_factory=WeakValueDictionary)

    async def __call__(
        self, repository: Repository, event: Event, *, settles: Claimed | None = None, priority: Priority = Priority.ACT
    ) -> Decision:
        """Decides and records one event; with `settles`, the same write settles the item.

        Raises Fault, and Superseded where the claim is gone.
        """
        attempts = self.attempts(repository, event, settles=settles, priority=priority)
        while True:
            decision, _ = await attempts.decide()
            if await attempts.record(decision):
                return decision

    def attempts(
        self, repository: Repository, event: Event, *, settles: Claimed | None, priority: Priority
    ) -> "Attempts":
        """Gives the steps `decide` and `record` separately, for work that has to be done between them."""
        return Attempts(self, repository, event, settles, self.sources[priority])

    async def _decided_unserved(
        self, repository: Repository, event: Event, facts: Facts, source: Source
    ) -> tuple[Decision, Facts]:
        """Decides for a repository without documents. "No config" is read once and kept, not read for every event, and
        the lock keeps two events from reading it at once."""
        async with self._asking.setdefault(repository.id, asyncio.Lock()):
            return await self._asked_once(repository, event, facts, source)

    async def _asked_once(
        self, repository: Repository, event: Event, facts: Facts, source: Source
    ) -> tuple[Decision, Facts]:
        """A push does not keep its own "no config": GitHub may not serve yet the commit that it has announced."""
        account, pushed = tenant(repository.full_name).lower(), isinstance(event, ConfigChanged)
        if pushed:
            await self.store.break_silence(account, repository.id)
            source = self.sources[Priority.DISPLAY]
        seen = await self.store.silence(account, repository.id)
        if seen.since and self._counts(seen.since, event):
            return await self._decided(repository, event, {}, facts.with_({NeedConfig(): NoConfig()}), source)
        decision, facts = await self._decided(repository, event, {}, facts, source)
        if isinstance(facts.config_if_known(), NoConfig) and not pushed:
            await self.store.keep_silence(account, repository.id, seen=seen, at=self.clock())
        return decision, facts

    def _counts(self, since: datetime, event: Event) -> bool:
        """Whether the kept "no config" is valid for this event.

        A merge or a command does not rely on a read from before it, as the push that brought the config may be
        delivered later. Such reads are a minute apart; raises Retryable until then. GitHub's times have whole seconds.
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
        self, repository: Repository, event: Event, found: Documents, facts: Facts, source: Source
    ) -> tuple[Decision, Facts]:
        while True:
            try:
                outcome = decide(event, found, facts, self.clock())
            except Lacking as lacking:
                raise NotGranted(lacking.permission, lacking.where) from None
            if not isinstance(outcome, Missing):
                return outcome, facts
            try:
                facts = facts.with_(await gather(source, repository, outcome.needs))
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
        items = (*map(notice_item, decision.notices), *map(event_item, decision.found))
        change = Change(
            id=change_id,
            at=self.clock(),
            repository=repository.id,
            writes=_writes(decision, rows),
            history=codec.encode_entries(decision.entries) if decision.entries else b"",
            items=few_items(repository, items, change_id),
            settles=settles,
            found_by=_found_by(decision, documents(rows)),
        )
        await self.store.record(change)


@dataclass(slots=True)
class Attempts:
    """Decides and records one event, again after each conflict with another writer."""

    apply: Apply
    repository: Repository
    event: Event
    settles: Claimed | None
    source: Source
    left: int = CONFLICTS
    change_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    facts: Facts = field(default_factory=lambda: Facts(nonce=secrets.token_hex(16)))
    rows: Sequence[Row] = ()

    async def decide(self) -> tuple[Decision, tuple[Environment, ...]]:
        """Decides on the environments as stored now; also returns them as they would be afterwards. Raises Fault."""
        if not self.left:
            raise Retryable(f"{self.repository.full_name} changes too fast")
        self.left -= 1
        self.rows = await self.apply.store.load(self.repository.id)
        found, apply, source = documents(self.rows), self.apply, self.source
        if self.settles and not self.rows:
            decision, self.facts = await apply._decided_unserved(self.repository, self.event, self.facts, source)
        else:
            decision, self.facts = await apply._decided(self.repository, self.event, found, self.facts, source)
        return decision, overlaid(found, decision.changed)

    async def record(self, decision: Decision) -> bool:
        """Records the decision. False: another change came first, so the event has to be decided anew."""
        try:
            await self.apply._record(self.change_id, self.repository, decision, self.rows, self.settles)
        except Conflict:
            return False
        _log(self.repository, self.event, decision)
        return True


def _needs_config(event: Event, now: datetime) -> bool:
    """Most comments are no commands of ours, and are decided without a config."""
    outcome = decide(event, {}, Facts(), now)
    return isinstance(outcome, Missing) and NeedConfig() in outcome.needs


def _found_by(decision: Decision, before: Documents) -> tuple[str, ...]:
    """The keys by which the repository is found from now on: its name, its channels and its platform targets."""
    known = {key for environment in readable(before) for key in _keys(environment)}
    now = dict.fromkeys(key for environment in decision.changed for key in _keys(environment))
    return tuple(key for key in now if key not in known)


def _keys(environment: Environment) -> list[str]:
    channel, place = environment.config.channel, environment.config.rollback
    return [key for key in (name_key(environment.repository.full_name), channel, place and target_key(place)) if key]


def _writes(decision: Decision, rows: Sequence[Row]) -> tuple[Write, ...]:
    """One write for each changed environment, and one for the people whom a newer config links."""
    versions = {row.name: row.version for row in rows}
    stored = [(one.repository, one.name, codec.encode_environment(one)) for one in decision.changed]
    if linking := _linking_others(decision, everybody(rows)):
        stored.append((linking.repository, PEOPLE, codec.encode_people(linking.config.everybody)))
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
    """A changed environment whose people differ from the stored ones. An unreadable row of people stays unchanged."""
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
