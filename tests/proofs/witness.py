"""Checks every write against the real state outside. It computes independently and calls no rule of the lock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Deployment, Environment, Grant, Hold, Phase
from tests.proofs.outside import ENDS, Outside

_RANK: dict[Phase, int] = {"accepted": 0, "starting": 1, "lost": 2, "queued": 2, "running": 3}


@dataclass(frozen=True, slots=True)
class Look:
    """A runner's look: its sequence number, and whether the platform was at work."""

    nth: int
    at_work: bool


@dataclass(slots=True)
class Seen:
    """The known past of one environment."""

    number: int = 0
    keys: set[str] = field(default_factory=set)
    orders: dict[int, Grant] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)
    ended: dict[int, Phase] = field(default_factory=dict)
    given_up: set[int] = field(default_factory=set)
    was_live: set[str] = field(default_factory=set)
    at_work: int = 0  # the newest recorded look that saw the platform at work


@dataclass(slots=True)
class Witness:
    """`cause`: the origin of the write under way, set before it; `now`: the clock of its writer."""

    outside: Outside
    cause: str = ""
    now: datetime | None = None
    look: Look | None = None
    seen: dict[str, Seen] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)

    def of(self, name: str) -> Seen:
        """The known past of this environment."""
        return self.seen.setdefault(name, Seen())

    def __call__(self, change: str, before: Environment | None, after: Environment, entries: Sequence[Entry]) -> None:
        """Checks one written document."""
        if before is None:
            assert (after.number, after.deployment, after.live) == (0, None, None), "nothing is new but what is free"
            return
        past, told = self.of(after.name), [entry for entry in entries if entry.environment == after.name]
        self._numbers(past, before, after)
        self._granted(past, before, after)
        self._moved(past, before, after)
        self._freed(past, before, after)
        self._live(past, before, after)
        self._holds(before, after)
        self._platform(past, before, after)
        if _visible(before) != _visible(after):
            assert told, f"{self.cause} changed {after.name} and left no history"
            assert all(entry.actor and entry.at == self.now for entry in told)

    def dispatched(self, grant: Grant, environment: Environment, history: Sequence[Entry]) -> None:
        """Checks a dispatch that the writer of its intent is about to send."""
        past = self.of(grant.environment)
        assert (grant.environment, grant.number) not in self.outside.sent, f"{grant.name} was dispatched twice"
        assert same_order(past.orders[grant.number], grant), "it was never granted"
        assert grant.number in past.open, f"{grant.name} is over, and starts"
        beside = [run.grant.name for run in self.outside.runs.values() if run.active and self._counts(run.grant, grant)]
        assert not beside, f"{grant.name} starts beside {beside}"
        told = {
            entry.what for entry in history if (entry.environment, entry.number) == (grant.environment, grant.number)
        }
        assert {"accepted", "starting"} <= told, "it is in the history before it is done"
        assert environment.name == grant.environment
        self.counted["dispatch"] += 1

    def cancelled(self, environment: str, number: int) -> None:
        """Checks a run that is about to be cancelled."""
        assert number not in self.of(environment).open, f"{environment}-{number} is not over, and is cancelled"
        self.counted["stray"] += 1

    def _counts(self, other: Grant, grant: Grant) -> bool:
        """A deployment ended by a user's word alone may still run, fenced by its number."""
        return other.environment == grant.environment and other.number not in self.of(grant.environment).given_up

    def _numbers(self, past: Seen, before: Environment, after: Environment) -> None:
        assert before.number == past.number, "the store has lost a write"
        assert after.number in (before.number, before.number + 1), "numbers rise by one, and never fall"
        if after.number != before.number:
            assert self.cause in ("deploy", "rollback", "unlock")
        past.number = after.number

    def _granted(self, past: Seen, before: Environment, after: Environment) -> None:
        grant = after.deployment.grant if after.deployment else None
        if grant is None or (before.deployment and same_order(before.deployment.grant, grant)):
            return
        assert after.number == grant.number == before.number + 1
        assert grant.key not in past.keys, "one comment, one number"
        assert self.now
        if grant.kind == "deploy":
            assert self.cause == "deploy"
            assert not past.open, f"{grant.name} was granted beside {past.open}"
            assert before.activity is None
            assert before.cooldown_until is None or before.cooldown_until <= self.now
        else:
            self._overtook(past, before, after, grant)
        past.keys.add(grant.key)
        past.orders[grant.number] = grant
        past.open.add(grant.number)
        self.counted[grant.kind] += 1

    def _overtook(self, past: Seen, before: Environment, after: Environment, grant: Grant) -> None:
        """The overtaken deployment is followed, unless nothing was done for it yet or its run was seen to end."""
        assert self.cause == "rollback"
        assert grant.sha in past.was_live, "it leads to what was never live"
        assert before.overtaken is None
        assert before.deployment
        if before.deployment.ending:
            run = self.outside.runs.get((after.name, before.deployment.grant.number))
            assert run is None or not run.active, "a rollback does not wait for a run that acts"
        dropped = past.open and (before.deployment.phase == "accepted" or before.deployment.ending)
        if dropped:
            past.open.discard(before.deployment.grant.number)
        followed = {after.overtaken.grant.number} if after.overtaken else set()
        assert past.open == followed, "what was overtaken is not followed"
        assert before.deployment.grant.kind == "deploy" or not followed, "a rollback overtook a rollback"
        self.counted["overtaken"] += len(followed)

    def _moved(self, past: Seen, before: Environment, after: Environment) -> None:
        earlier = {found.grant.number: found for found in _attempts(before)}
        for now in _attempts(after):
            number = now.grant.number
            was = earlier.get(number)
            assert past.ended.get(number, now.phase) == now.phase, "what has ended stays ended"
            if was is None or was.phase == now.phase:
                continue
            self.counted[now.phase] += 1
            if now.phase == "starting":
                assert self.cause == "intent"
                assert was.phase == "accepted"
                assert number == before.number == after.number, "the newest number starts, and no other"
                assert past.open == {number}, "it starts beside another"
            elif now.phase in _RANK:
                assert now.phase == "lost" or _RANK[was.phase] <= _RANK[now.phase], "it went backwards"
            else:
                assert self.cause != "unlock" or after.number > before.number, "what was given up is not fenced"
                self._has_ended(past, now)

    def _has_ended(self, past: Seen, now: Deployment) -> None:
        """An attempt ends on real evidence, on a user's word, or where its sender saw the dispatch refused."""
        grant = now.grant
        run = self.outside.runs.get((grant.environment, grant.number))
        if self.cause == "unlock":
            past.given_up.add(grant.number)
            self.counted["given up"] += 1
        elif self.cause == "cancel":
            assert run is None, "what was begun ended by a word"
            self.counted["cancelled at once"] += 1
        elif run is None:
            assert now.phase == "failed"
            assert now.rejected, "nobody saw it refused"
        else:
            assert run.state in ENDS, f"{self.cause} ended {grant.name}, and it is {run.state}"
            assert now.phase == run.state or (now.phase, now.reach, run.state) == ("failed", "unread", "succeeded")
        past.open.discard(grant.number)
        past.ended[grant.number] = now.phase

    def _freed(self, past: Seen, before: Environment, after: Environment) -> None:
        """An overtaken attempt disappears only with its end."""
        if before.overtaken and after.overtaken is None:
            number = before.overtaken.grant.number
            run = self.outside.runs.get((after.name, number))
            if self.cause == "unlock":
                past.given_up.add(number)
            else:
                assert self._told(before)
                assert run is None or not run.active, "the overtaken run still runs"
            past.open.discard(number)
            past.ended.setdefault(number, "cancelled")
        busy = {
            found.grant.number for found in _attempts(after) if found.phase not in ("succeeded", "failed", "cancelled")
        }
        assert busy == past.open, "an attempt got lost, or came back"

    def _live(self, past: Seen, before: Environment, after: Environment) -> None:
        if after.live is None or (before.live and after.live.sha == before.live.sha):
            assert after.live or not before.live
            return
        orders = [found.grant for found in _attempts(before) if found.grant.sha == after.live.sha]
        runs = [self.outside.runs.get((grant.environment, grant.number)) for grant in orders]
        assert any(run and run.state == "succeeded" for run in runs), "what is live was no success"
        past.was_live.add(after.live.sha)

    def _holds(self, before: Environment, after: Environment) -> None:
        assert self.now
        if before.manual and not _same_hold(before.manual, after.manual):
            over = before.manual.until is not None and before.manual.until <= self.now
            own = after.manual is not None and after.manual.holders == before.manual.holders
            assert over or self.cause == "unlock" or (self.cause == "lock" and own), f"{self.cause} ended a manual hold"
            self.counted["manual ended"] += 1
        if before.after_rollback and not _same_hold(before.after_rollback, after.after_rollback):
            newer = after.after_rollback and self._told(before)
            assert newer or self.cause in ("unlock", "cancel"), f"{self.cause} ended the hold after a rollback"

    def _told(self, before: Environment) -> bool:
        """Whether an end was observed; or was observed before, and the jobs' results stayed unreadable for long
        enough."""
        unread = self.cause == "tick" and any(found.ending for found in _attempts(before))
        return unread or self.cause in ("evidence", "answer", "webhook", "unlock")

    def _platform(self, past: Seen, before: Environment, after: Environment) -> None:
        if before.activity and not after.activity:
            assert self.cause in ("evidence", "unlock"), f"{self.cause} ended what the platform does"
            if self.look:
                assert self.look.nth > past.at_work, "an older look ended what a newer one saw"
                self.counted["platform at rest"] += 1
        if self.look and self.look.at_work and after.activity and not self.look.nth < past.at_work:
            past.at_work = self.look.nth


def same_order(grant: Grant, other: Grant) -> bool:
    """Number and id identify the grant. Its revision may be completed later, with its merge commit."""
    return (grant.number, grant.id) == (other.number, other.id)


def _same_hold(hold: Hold, other: Hold | None) -> bool:
    return other is not None and _bare(hold) == _bare(other)


def _bare(hold: Hold) -> Hold:
    """Without the notes stored beside it: the place where it was set, and when its holder was last asked."""
    return replace(hold, announced_on=None, nagged_at=None)


def _attempts(environment: Environment) -> list[Deployment]:
    return [found for found in (environment.deployment, environment.overtaken) if found]


def _visible(environment: Environment) -> tuple[object, ...]:
    """The part of the state that users act on."""
    return (
        environment.number,
        *((found.grant.number, found.phase) for found in _attempts(environment)),
        environment.manual,
        environment.after_rollback,
        environment.live,
        environment.free_since,
        environment.barred,
    )
