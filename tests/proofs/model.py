"""Three replicas with three clocks on one store, all events that may happen to them, and the invariants after each."""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from ghapp.core.commands.spec import STALE_AFTER
from ghapp.core.decide import decide
from ghapp.core.model.decision import Decision, Entry, EntryKind
from ghapp.core.model.environment import Activity, Deployment, Environment, Grant, UnexpectedRun
from ghapp.core.model.events import (
    CommentPosted,
    Event,
    PullRequestMerged,
    QueuedEvent,
    RunObserved,
    RunStatus,
    RunStopRequested,
    StartIntended,
    Tick,
    UnexpectedRunCancelled,
)
from ghapp.core.model.facts import Missing
from ghapp.core.rules import lock, releases
from ghapp.core.rules.next_step import Cancel, Start, Stop, due_at, next_step
from ghapp.core.rules.phases import START_WITHIN
from ghapp.ports import Conflict, Superseded
from tests.proofs.outside import ACTORS, ENVIRONMENTS, REPOSITORY, START, Outcome, Outside
from tests.proofs.versions import Copy, Draft, Versions
from tests.proofs.witness import Look, Witness, same_order

# The outcome of a write. later: written when the replica goes on. unheard: written, the answer lost, and written again
# under the same id, at once or later. died: the replica died before or after the write, and never repeats it.
Fate = Literal["written", "unheard", "later", "unheard_later", "died_before", "died_after"]

POLL = timedelta(seconds=30)
MERGED = 40  # pull requests in one run
SPANS = (1, 11, 61, 125, 150, 700, 2000)

fates = st.sampled_from(("written",) * 6 + ("unheard", "later", "unheard_later", "died_before", "died_after"))
replicas = st.integers(0, 2)
environments = st.sampled_from(ENVIRONMENTS)
actors = st.sampled_from(ACTORS)
wishes = st.sampled_from(("merge", "deploy", "deploy", "unlock", "force", "lock", "cancel"))
states = st.sampled_from(("running", "running", "succeeded", "failed", "cancelled"))
outcomes = st.sampled_from(("ok", "ok", "ok", "refused", "error", "error_made", "silent", "silent_made"))
fresh = st.sampled_from((True, True, True, False))


class Deed(Protocol):
    """Decides on documents, at a time."""

    def __call__(self, documents: Mapping[str, Environment], now: datetime) -> Decision: ...


@dataclass(slots=True)
class Replica:
    """One process: its clock error, and its last read of the store."""

    offset: timedelta
    read: Copy


@dataclass(slots=True)
class Hand:
    """A decision that one replica has not finished writing. `then` is called once it is written."""

    replica: int
    deed: Deed
    cause: str
    draft: Draft
    decision: Decision
    now: datetime
    then: Callable[[int, Decision], None] | None = None
    look: Look | None = None


class Releases(RuleBasedStateMachine):
    """Every transition is made by the core itself; store, replicas and GitHub are models."""

    counted: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.outside = Outside()
        self.witness = Witness(self.outside)
        self.store = Versions(self.witness)
        self.facts = self.outside.facts()
        self.now = START
        self.changes = self.comments = 0
        self.hands: list[Hand] = []
        self.mail: list[RunObserved] = []
        self.looked = itertools.count(1)
        self.replicas = [Replica(timedelta(0), self.store.load()) for _ in range(3)]

    def teardown(self) -> None:
        """Adds the counts of this example to the totals."""
        type(self).counted.update(self.witness.counted)

    # ------------------------------------------------------------ actions of a replica

    def act(
        self,
        by: int,
        cause: str,
        deed: Deed,
        *,
        fresh: bool,
        fate: Fate,
        settles: tuple[str, int] | None = None,
        then: Callable[[int, Decision], None] | None = None,
        look: Look | None = None,
    ) -> None:
        """Decides on the replica's last read, then writes with the outcome `fate`."""
        if fresh or not self.replicas[by].read.documents:
            self.replicas[by].read = self.store.load()
        self.changes += 1
        hand = self._decided(
            Hand(by, deed, cause, _NOTHING, Decision(), self.now, then, look), f"{self.changes}", settles
        )
        if hand is None or fate == "died_before":
            return
        if fate == "later":
            self.hands.append(hand)
            return
        if not self._written(hand) or fate == "died_after":
            return
        if fate == "unheard_later":
            self.hands.append(hand)
            return
        if fate == "unheard":
            self.witness.counted["unheard"] += 1
            assert self._written(hand), "what was written counts as written"
        self._follow(hand)

    def _decided(self, hand: Hand, change: str, settles: tuple[str, int] | None) -> Hand | None:
        replica = self.replicas[hand.replica]
        now = self.now + replica.offset
        decision = hand.deed(replica.read.documents, now)
        if not (settles or decision.changed or decision.entries):
            return None
        draft = Draft(change, replica.read, decision.changed, decision.entries, settles)
        return dataclasses.replace(hand, draft=draft, decision=decision, now=now)

    def _written(self, hand: Hand) -> bool:
        """Whether it was written; after a conflict it is decided anew, under the same id."""
        for _ in range(2):
            self.witness.cause, self.witness.now, self.witness.look = hand.cause, hand.now, hand.look
            try:
                self.store.record(hand.draft)
            except Superseded:
                self.witness.counted["superseded"] += 1
                return False
            except Conflict:
                self.witness.counted["conflict"] += 1
                self.replicas[hand.replica].read = self.store.load()
                again = self._decided(hand, hand.draft.id, hand.draft.settles)
                if again is None:
                    return False
                hand.draft, hand.decision, hand.now = again.draft, again.decision, again.now
            else:
                return True
        raise AssertionError("nobody else writes meanwhile")

    def _follow(self, hand: Hand) -> None:
        if hand.decision.refusal:
            self.witness.counted[f"refused: {hand.decision.refusal.code}"] += 1
        if hand.then:
            hand.then(hand.replica, hand.decision)

    def event(self, event: Event) -> Deed:
        """The decision on one of the core's own events."""

        def deed(documents: Mapping[str, Environment], now: datetime) -> Decision:
            while True:
                outcome = decide(event, documents, self.facts, now)
                if not isinstance(outcome, Missing):
                    return outcome
                self.facts = self.facts.with_({need: self.outside.fact(need) for need in outcome.needs})

        return deed

    def arrives(self, event: QueuedEvent, cause: str, by: int, fresh: bool, fate: Fate) -> None:
        """Stores the event once; the replica `by` claims and works it."""
        assert self.store.put(event)
        assert not self.store.put(replace(event)) or event.key not in self.store.items
        self._work(event.key, by, cause, fresh, fate)

    def _work(self, key: str, by: int, cause: str, fresh: bool, fate: Fate) -> None:
        deed = self.event(self.store.items[key])
        self.act(by, cause, deed, fresh=fresh, fate=fate, settles=self.store.claim(key))

    # ------------------------------------------------------------ events

    @initialize(offsets=st.tuples(*[st.integers(-20, 20)] * 3), done=st.integers(0, 3))
    def start(self, offsets: tuple[int, int, int], done: int) -> None:
        """Three clock errors, two environments with a past, and a pull request to release."""
        for replica, offset in zip(self.replicas, offsets, strict=True):
            replica.offset = timedelta(seconds=offset)
        self.merges(0, fresh=True, fate="written")
        for name in ENVIRONMENTS:
            for _ in range(done):
                self.releases_one(0, "mona", name)
                self.goes_well(0, name, wait=700)
                self.ticks(0, name, fresh=True, fate="written")
        self.merges(0, fresh=True, fate="written")

    @rule(by=replicas, who=actors, name=environments, what=wishes, back=st.integers(0, 2), fresh=fresh, fate=fates)
    def people(self, by: int, who: str, name: str, what: str, back: int, fresh: bool, fate: Fate) -> None:
        """A user does something or types a command."""
        match what:
            case "merge" if len(self.outside.merged) < MERGED:
                self.merges(by, fresh, fate)
            case "deploy":
                self.deploys(by, who, name, back, fresh, fate)
            case "unlock":
                self.says(who, f"/unlock {name}", 1, "unlock", by, fresh, fate)
            case "force":
                self.says(who, f"/unlock {name} looked at it", 1, "unlock", by, fresh, fate)
            case "cancel" if name == "production":  # staging has a platform, and the model has no answer for it
                self.says(who, f"/cancel {name}", 1, "cancel", by, fresh, fate)
            case "lock":
                self.says(who, f"/lock {name} {('forever', '1m', '5m')[back]}", 1, "lock", by, fresh, fate)
            case _:
                self.ticks(by, name, fresh, fate)

    def merges(self, by: int, fresh: bool, fate: Fate) -> None:
        """Merges the next pull request."""
        self.arrives(self.outside.merge(self.now), "merge", by, fresh, fate)

    def says(self, actor: str, text: str, on: int, cause: str, by: int, fresh: bool, fate: Fate) -> None:
        """A user comments."""
        self.comments += 1
        event = CommentPosted(
            repository=REPOSITORY,
            key=f"comment/{self.comments}",
            number=on,
            comment=self.comments,
            author=actor,
            text=text,
            at=self.now,
        )
        self.outside.write(event)
        self.arrives(event, cause, by, fresh, fate)

    def deploys(self, by: int, actor: str, name: str, back: int, fresh: bool, fate: Fate) -> None:
        """Deploys one of the newest pull requests, naming barred ones or not."""
        number = max(1, len(self.outside.merged) - back)
        found = self.store.documents.get(name)
        barred = sorted({one.pull.number for one in found.barred if one.pull.number <= number}) if found else []
        line = f"/deploy {name} #{number}" + (" with " if barred and back < 2 else "")
        line += " ".join(f"#{one}" for one in barred) if back < 2 else ""
        self.says(actor, line, number, "deploy", by, fresh, fate)

    @precondition(lambda self: self.store.open())
    @rule(by=replicas, which=st.integers(0, 99), fresh=fresh, fate=fates)
    def works(self, by: int, which: int, fresh: bool, fate: Fate) -> None:
        """A lease ends, and another replica takes up an item that the first one may still work on."""
        waiting = self.store.open()
        key = waiting[which % len(waiting)]
        event = self.store.items[key]
        cause = "merge" if isinstance(event, PullRequestMerged) else "deploy"
        if isinstance(event, CommentPosted):
            if self.now - event.at > STALE_AFTER:
                self.witness.counted["stale"] += 1
            cause = event.text.removeprefix("/").split()[0]
        self._work(key, by, cause, fresh, fate)

    @rule(by=replicas, actor=actors, name=environments, fresh=fresh, fate=fates)
    def rolls_back(self, by: int, actor: str, name: str, fresh: bool, fate: Fate) -> None:
        """Changes the lock as `/rollback` does."""
        self.comments += 1
        key = f"comment/{self.comments}"
        self.act(by, "rollback", lambda found, now: rolled_back(found[name], actor, key, now), fresh=fresh, fate=fate)

    @precondition(lambda self: self.waiting("accepted"))
    @rule(by=replicas, which=st.integers(0, 1), fresh=fresh, fate=fates, outcome=outcomes)
    def starts(self, by: int, which: int, fresh: bool, fate: Fate, outcome: Outcome) -> None:
        """The writer of the intent starts an accepted deployment; others may try as well, from an old read."""
        accepted = self.waiting("accepted")
        grant = accepted[which % len(accepted)].grant
        self._intends(by, grant, outcome, fresh, fate)

    @precondition(lambda self: self.waiting("starting", "queued", "running", "lost"))
    @rule(by=replicas, which=st.integers(0, 3), clear=fresh, fresh=fresh, fate=fates)
    def looks(self, by: int, which: int, clear: bool, fresh: bool, fate: Fate) -> None:
        """Looks for or at the run, and at the platform. Where not `clear`, several runs match, or the look is
        denied."""
        found = self.waiting("starting", "queued", "running", "lost")
        self._looks(by, found[which % len(found)], clear, fresh, fate)

    def _looks(self, by: int, at: Deployment, clear: bool, fresh: bool, fate: Fate) -> None:
        seen = self.outside.look(at.grant)
        if not clear:
            seen = replace(seen, status="denied" if at.run else "ambiguous", run=at.run)
        if fresh:
            self.replicas[by].read = self.store.load()
        made = self.outside.runs.get((at.grant.environment, at.grant.number))
        if at.run is None and made and at.grant.ticket not in made.title:
            seen = replace(seen, unnamed=True)
        known = self.replicas[by].read.documents.get(at.grant.environment)
        if known and known.deployment and same_order(known.deployment.grant, at.grant):
            seen = replace(seen, nth=known.deployment.looks)
        deed, look = self.event(seen), Look(next(self.looked), seen.activity is not None)
        self.act(by, "evidence", deed, fresh=False, fate=fate, look=look)

    @precondition(lambda self: self.waiting("queued", "running"))
    @rule(by=replicas, who=actors, fate=fates)
    def hides(self, by: int, who: str, fate: Fate) -> None:
        """A run that no look shows any more is cancelled by a user: minutes later it counts as lost, and nothing is
        free."""
        found = self.store.documents["production"]
        if found.overtaken is None and found.deployment and found.deployment.phase in ("queued", "running"):
            self.says(who, "/cancel production", 1, "cancel", by, True, fate)
            self.passes(300)
            self.ticks(by, "production", fresh=True, fate="written")
            lost = self.store.documents["production"].deployment
            self.witness.counted["cancelled unseen, and lost"] += lost is not None and lost.phase == "lost"

    @precondition(lambda self: self.waiting("lost"))
    @rule(by=replicas, fate=fates)
    def gives_up(self, by: int, fate: Fate) -> None:
        """An unlocker has checked a lost deployment, and unlocks."""
        name = self.waiting("lost")[0].grant.environment
        self.says("taro", f"/unlock {name} none is running", 1, "unlock", by, True, fate)

    def waiting(self, *phases: str) -> list[Deployment]:
        """Attempts in these phases, and for "lost" also the newest attempt while its platform still acts."""
        found = []
        for one in self.store.documents.values():
            attempts = [attempt for attempt in (one.overtaken, one.deployment) if attempt]
            found += [attempt for attempt in attempts if attempt.phase in phases]
            if one.activity and one.deployment and one.deployment not in found and "lost" in phases:
                found.append(one.deployment)
        return found

    @rule(by=replicas, name=environments, fate=fates, outcome=outcomes)
    def drives(self, by: int, name: str, fate: Fate, outcome: Outcome) -> None:
        """Does the due steps of an environment: a tick, then the intent with its dispatch, a stop, a cancellation or a
        look."""
        self.ticks(by, name, fresh=True, fate=fate)
        found = self.store.documents[name]
        step = next_step(found, self.now + self.replicas[by].offset, poll=POLL)
        if isinstance(step, Start):
            self._intends(by, step.grant, outcome, True, fate)
        elif isinstance(step, Cancel):
            self._cancels(by, name, step.unexpected_run, fate)
        elif isinstance(step, Stop):
            self.witness.counted["stop"] += 1
            self.outside.cancel(step.run)
            self.act(
                by, "stop", self.event(RunStopRequested(name, step.grant.number, step.force)), fresh=True, fate=fate
            )
        elif step:
            at = (
                found.overtaken
                if found.overtaken and same_order(found.overtaken.grant, step.grant)
                else found.deployment
            )
            assert at
            self._looks(by, at, clear=True, fresh=True, fate=fate)

    def _cancels(self, by: int, name: str, unexpected_run: UnexpectedRun, fate: Fate) -> None:
        if unexpected_run.attempt == 1:
            self.witness.cancelled(name, unexpected_run.number)
        acted = self.outside.cancel(unexpected_run.run)
        self.act(by, "stray", self.event(UnexpectedRunCancelled(name, unexpected_run, acted)), fresh=True, fate=fate)

    def _intends(self, by: int, grant: Grant, outcome: Outcome, fresh: bool, fate: Fate) -> None:
        def then(winner: int, decision: Decision) -> None:
            if not decision.changed:
                return
            (environment,) = decision.changed
            assert environment.deployment
            if self.now + self.replicas[winner].offset - environment.deployment.since > START_WITHIN:
                self.witness.counted["too late to start"] += 1
                return
            self.witness.dispatched(environment.deployment.grant, environment, self.store.history)
            self.mail.append(self.outside.dispatch(environment.deployment.grant, outcome, self.now))

        deed = self.event(StartIntended(grant.environment, grant.number, self.now))
        self.act(by, "intent", deed, fresh=fresh, fate=fate, then=then)

    @precondition(lambda self: len(self.outside.merged) < MERGED)
    @rule(by=replicas, who=actors, name=environments)
    def releases_one(self, by: int, who: str, name: str) -> None:
        """Merges and deploys, without a fault."""
        self.merges(by, fresh=True, fate="written")
        self.deploys(by, who, name, 0, fresh=True, fate="written")

    @rule(by=replicas, name=environments, wait=st.sampled_from((0, 150, 700)))
    def goes_well(self, by: int, name: str, wait: int) -> None:
        """Does the due steps, ends the run successfully and observes it; then nothing happens for a while."""
        self.drives(by, name, fate="written", outcome="ok")
        found = self.store.documents.get(name)
        run = self.outside.runs.get((name, found.number)) if found else None
        if run and run.active:
            self.outside.move(run, "succeeded")
            self.act(by, "evidence", self.event(self.outside.look(run.grant)), fresh=True, fate="written")
            self.passes(wait)

    @precondition(lambda self: self.mail)
    @rule(by=replicas, which=st.integers(0, 99), fate=fates)
    def hears(self, by: int, which: int, fate: Fate) -> None:
        """The sender of the dispatch records its answer, however late, or dies before."""
        seen = self.mail.pop(which % len(self.mail))
        self.act(by, "answer", self.event(seen), fresh=True, fate=fate)

    @precondition(lambda self: any(run.active for run in self.outside.runs.values()))
    @rule(by=replicas, which=st.integers(0, 9), state=states, heard=st.booleans(), fate=fates)
    def moves(self, by: int, which: int, state: RunStatus, heard: bool, fate: Fate) -> None:
        """A run changes its state; its webhook comes at once, later or never."""
        active = [run for run in self.outside.runs.values() if run.active]
        self.outside.move(active[which % len(active)], state)
        if heard:
            self.told(by, 0, 1, fresh=True, fate=fate)

    @rule(name=environments, state=states, who=st.sampled_from((*ACTORS, None)))
    def forges(self, name: str, state: RunStatus, who: str | None) -> None:
        """A user with write access starts a run under a granted ticket; no decision may take it for ours."""
        found = self.store.documents.get(name)
        for attempt in (found.deployment, found.overtaken) if found else ():
            if attempt:
                self.outside.forge(attempt.grant, state, who)
                self.witness.counted["forged"] += 1

    @precondition(lambda self: self.outside.told)
    @rule(by=replicas, back=st.integers(0, 99), attempt=st.sampled_from((1, 1, 1, 2)), fresh=fresh, fate=fates)
    def told(self, by: int, back: int, attempt: int, fresh: bool, fate: Fate) -> None:
        """Delivers any earlier webhook: late, twice, out of order, of an older number, of a later attempt."""
        told = self.outside.told
        event = told[max(0, len(told) - 1 - back // 10)]
        ended = not any(run.active for run in self.outside.runs.values() if run.run == event.run)
        event = replace(event, attempt=attempt if ended else 1)  # GitHub runs only a completed run again
        self.act(by, "webhook", self.event(event), fresh=fresh, fate=fate)

    @rule(name=environments, minutes=st.sampled_from((0, 0, None, 5)))
    def platform(self, name: str, minutes: int | None) -> None:
        """The platform begins an activity of its own, with or without an end, or finishes."""
        self.outside.platform.pop(name, None)
        if minutes != 0:
            self.outside.platform[name] = Activity(self.now + timedelta(minutes=minutes) if minutes else None)

    @rule(by=replicas, name=environments, fresh=fresh, fate=fates)
    def ticks(self, by: int, name: str, fresh: bool, fate: Fate) -> None:
        """A tick by one replica."""
        self.act(by, "tick", self.event(Tick(name)), fresh=fresh, fate=fate)

    @rule(seconds=st.sampled_from(SPANS))
    def passes(self, seconds: int) -> None:
        """Moves the common time forward."""
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.hands)
    @rule(which=st.integers(0, 99))
    def goes_on(self, which: int) -> None:
        """A replica that stood still writes its decision, and does what follows from it."""
        hand = self.hands.pop(which % len(self.hands))
        if self._written(hand):
            self._follow(hand)

    @precondition(lambda self: self.hands)
    @rule(by=replicas)
    def dies(self, by: int) -> None:
        self.hands = [hand for hand in self.hands if hand.replica != by]
        self.replicas[by].read = self.store.load()

    # ------------------------------------------------------------ invariants

    @invariant()
    def stands(self) -> None:
        """At most one deployment is under way, the newest number is its own, and a further look is due."""
        self.witness.counted["step"] += 1
        for found in self.store.documents.values():
            _stands(found, self.now)
            known = [attempt.run.id for attempt in (found.deployment, found.overtaken) if attempt and attempt.run]
            known += [unexpected_run.run.id for unexpected_run in found.unexpected_runs]
            assert not {*known} & {*self.outside.forged}, "somebody else's run is taken for ours"


_NOTHING = Draft("", Copy({}, {}), (), (), None)


def _stands(found: Environment, now: datetime) -> None:
    newest, overtaken = found.deployment, found.overtaken
    under_way = newest is not None and newest.phase not in ("succeeded", "failed", "cancelled")
    if newest and under_way:
        assert newest.grant.number == found.number, "an older number is under way"
    if overtaken:
        assert newest
        assert newest.grant.kind == "rollback", "two are under way"
        assert newest.phase in ("accepted", "cancelled"), "it started beside what it has overtaken"
        assert overtaken.grant.number < newest.grant.number
    if under_way or overtaken or found.activity:
        assert lock.is_held(found, now + timedelta(days=365)), "time alone frees it"
        assert due_at(found, now, poll=POLL) is not None, "nobody will look again"
    if found.live:
        assert found.live.sha not in [revision.sha for revision in found.earlier]
        served = {release.sha for release in found.live.releases}
        assert not served & {release.sha for release in found.awaiting}, "what is live waits"
    _taken_back(found)


def _taken_back(found: Environment) -> None:
    """A rolled back revision is barred until an unlocker names it, and no way back leads to it."""
    barred, newest = {revision.sha for revision in found.barred}, found.deployment
    if newest and newest.phase in ("succeeded", "failed", "cancelled") and newest.grant.kind == "rollback":
        undone = {revision.sha for revision in newest.grant.taken_back}
        undone |= {release.sha for revision in newest.grant.taken_back for release in revision.releases}
        assert undone <= barred, "what was taken back is not barred"
        waits = {release.sha for revision in newest.grant.taken_back for release in revision.releases}
        if newest.phase == "succeeded":
            assert waits <= {release.sha for release in found.awaiting}, "what was taken back does not wait"
    if newest and newest.grant.kind == "deploy" and newest.phase != "succeeded":
        named = {pull.number for pull in newest.grant.brings_back}
        coming = {newest.grant.brings.pull.number, *newest.grant.carries}
        assert {one.pull.number for one in found.barred} & coming <= named, "it came back unnamed"
    way = releases.rollback_path(found)
    if way and newest and newest.grant.kind == "deploy":
        assert way.target.sha not in barred, "it goes back to what was rolled back"


def rolled_back(environment: Environment, actor: str, key: str, now: datetime) -> Decision:
    """The decision of `/rollback`."""
    way = releases.rollback_path(environment)
    if way is None:
        return Decision()
    claim = lock.Claim(key=key, nonce="n", actor=actor, door="pull_request", revision=way.target, passes=way.passes)
    try:
        taken = lock.overtake(environment, claim, way.undone, now)
    except ValueError:
        return Decision()
    return Decision(changed=(taken,), entries=(_entry(taken, "accepted", actor, now, number=taken.number),))


def _entry(environment: Environment, what: EntryKind, actor: str, now: datetime, *, number: int | None = None) -> Entry:
    return Entry(at=now, what=what, environment=environment.name, actor=actor, door="pull_request", number=number)
