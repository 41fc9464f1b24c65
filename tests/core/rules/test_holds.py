"""Holds, overtaking, rollback targets, turns and due times: the changes of each transition, and no other ones."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ghapp.core.decide import decide
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Activity, Environment, Hold, Phase, Run, StopRequest
from ghapp.core.model.events import RunObserved, StartIntended, Tick, WorkflowRunChanged
from ghapp.core.model.facts import Facts
from ghapp.core.rules import lock, obstacles, phases, releases
from ghapp.core.rules.next_step import Look, Start, due_at, next_step
from ghapp.core.rules.next_step import Stop as EndRun
from tests.core.build import NOON, REPOSITORY, TITLES, Production, environment, live, release, sha

POLL = timedelta(seconds=60)
UNDER_WAY: tuple[Phase, ...] = ("accepted", "starting", "queued", "running", "lost")
ENDED: tuple[Phase, ...] = ("succeeded", "failed", "cancelled")
RUN = Run(9, "https://github.com/acme/shop/actions/runs/9")


def minutes(count: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=count)


def claim(number: int = 42, actor: str = "mona", **more: Any) -> lock.Claim:
    """A request for a grant."""
    plain: dict[str, Any] = {"key": f"comment/{number}/{actor}", "nonce": "n", "actor": actor, "door": "pull_request"}
    return lock.Claim(**{**plain, "revision": live(number), **more})


def manual(*holders: str, until: datetime | None = None) -> Hold:
    """A manual hold."""
    return Hold(kind="manual", holders=holders or ("taro",), reason="migrating", since=NOON, until=until)


def after_rollback(*holders: str) -> Hold:
    """The hold after a rollback."""
    return Hold(kind="rollback", holders=holders or ("mona", "hanako"), reason="production-2", since=NOON, pull=42)


def attempt(found: Environment, phase: Phase) -> Environment:
    """The environment with its newest attempt in this phase."""
    assert found.deployment
    run = None if phase in ("accepted", "starting") else RUN
    return replace(found, deployment=replace(found.deployment, phase=phase, run=run))


def under_way(phase: Phase = "running", **more: Any) -> Environment:
    """#42 is under way, and #41 is live."""
    return attempt(lock.grant(environment(live=live(41), **more), claim(), NOON), phase)


def rolling_back(phase: Phase = "running") -> Environment:
    """#42 was live and #41 comes back."""
    before = replace(under_way("succeeded"), live=live(42), earlier=(live(41),), cooldown_until=None)
    return attempt(lock.overtake(before, claim(41, "taro"), live(42), NOON), phase)


def at(found: Environment, now: datetime = NOON) -> Production:
    """The environment and its surroundings at this time."""
    production = Production(found)
    production.now = now
    return production


def sees(production: Production, status: Any, number: int, activity: Activity | None = None) -> Decision:
    """The runner observed a number, and the platform."""
    return production.apply(
        RunObserved(environment="production", number=number, status=status, run=RUN, activity=activity),
    )


def differences(before: Environment, after: Environment) -> set[str]:
    """The fields that changed."""
    return {name for name in Environment.__struct_fields__ if getattr(before, name) != getattr(after, name)}


# ---------------------------------------------------------------- any environment

moments = st.integers(-90, 90).map(minutes)
some_time = st.none() | moments
manuals = st.none() | st.builds(manual, st.sampled_from(("mona", "taro")), until=some_time)
lefts = st.none() | st.builds(after_rollback, st.sampled_from(("mona", "taro")))
activities = st.none() | st.builds(Activity, some_time)


@st.composite
def releases_in_line(draw: st.DrawFn) -> Environment:
    """Free or not, with releases in line, some of which were called."""
    numbers = draw(st.sets(st.sampled_from((40, 41, 42, 44))))
    waiting = tuple(release(number, called_at=draw(some_time)) for number in sorted(numbers))
    return environment(awaiting=waiting, manual=draw(manuals), after_rollback=draw(lefts))


@st.composite
def environments(draw: st.DrawFn) -> Environment:
    """Any state that a history can lead to."""
    found = draw(releases_in_line())
    if draw(st.booleans()):
        return found
    found = lock.grant(replace(found, live=live(40)), claim(), minutes(draw(st.integers(-90, 0))))
    found = attempt(found, draw(st.sampled_from((*UNDER_WAY, *ENDED))))
    assert found.deployment
    since = max(found.deployment.since, draw(moments))
    rejected = draw(st.sampled_from((None, "HTTP 502")))
    found = replace(found, deployment=replace(found.deployment, since=since, seen_at=since, rejected=rejected))
    if draw(st.booleans()):
        found = lock.overtake(found, claim(41, "taro"), live(42), since)
    return replace(found, cooldown_until=draw(some_time), activity=draw(activities))


@given(found=environments(), now=moments)
def test_a_grant_takes_only_a_free_environment(found: Environment, now: datetime) -> None:
    """All other fields stay, and the number rises by one."""
    if lock.is_held(found, now):
        with pytest.raises(ValueError, match="held"):
            lock.grant(found, claim(), now)
        return
    taken = lock.grant(found, claim(), now)
    assert differences(found, taken) <= {"number", "deployment", "overtaken", "free_since", "cooldown_until"}
    assert taken.number == found.number + 1
    assert taken.deployment
    assert (taken.deployment.grant.number, taken.deployment.phase) == (taken.number, "accepted")


@given(found=environments(), mine=manuals, now=moments)
def test_a_manual_hold_is_put_and_ended_independently(found: Environment, mine: Hold | None, now: datetime) -> None:
    """Number, deployment and the hold after a rollback stay; another person's hold stays."""
    assert differences(found, lock.end_manual(found)) <= {"manual"}
    assert differences(found, lock.end_after_rollback(found)) <= {"after_rollback"}
    if mine is None:
        return
    standing = lock.manual(found, mine.since)
    if standing and standing.holders != mine.holders:
        with pytest.raises(ValueError, match="locked by"):
            lock.put_manual(found, mine)
        return
    assert lock.put_manual(found, mine).manual == mine
    assert differences(found, lock.put_manual(found, mine)) <= {"manual"}


@given(found=environments(), now=moments)
def test_time_ends_only_holds_with_an_end(found: Environment, now: datetime) -> None:
    """A run, a platform and a hold without an end outlast any time; a second look changes nothing."""
    after = lock.expire(found, now)
    assert lock.expire(after, now) == after
    assert differences(found, after) <= {"manual", "cooldown_until", "free_since"}
    assert lock.is_held(after, now) == lock.is_held(found, now)
    if after.manual != found.manual:
        assert found.manual
        assert found.manual.until
        assert found.manual.until <= now
    if lock.is_busy(found):
        assert differences(found, after) <= {"manual"}


@given(found=environments(), now=moments)
def test_only_a_cooldown_can_be_ended_and_not_a_run(found: Environment, now: datetime) -> None:
    """A busy environment is not freed; the other holds stay, except one whose time is over."""
    if lock.is_busy(found):
        with pytest.raises(ValueError, match="busy"):
            lock.end_cooldown(found, now)
        return
    after = lock.end_cooldown(found, now)
    assert not lock.is_held(after, now)
    assert differences(found, after) <= {"cooldown_until", "free_since", "manual"}
    assert after.manual == lock.expire(found, now).manual


@given(found=environments(), now=moments)
def test_a_forced_end_fences_whatever_still_runs(found: Environment, now: datetime) -> None:
    """The number rises by one, nothing is under way, and the manual hold stays."""
    after = lock.force_end(found, now)
    assert after.number == found.number + 1
    assert not lock.is_busy(after)
    assert not lock.is_held(after, now)
    assert after.manual == lock.expire(found, now).manual
    assert (after.live, after.earlier, after.awaiting) == (found.live, found.earlier, found.awaiting)


@given(found=environments(), now=moments)
def test_obstacles_are_named_in_one_order(found: Environment, now: datetime) -> None:
    """The deployment first, then the manual hold, then the one after a rollback; each while it stands."""
    stands = {
        "deployment": found.deployment is not None and lock.is_held(found, now),
        "manual": found.manual is not None and (found.manual.until is None or found.manual.until > now),
        "rollback": found.after_rollback is not None,
    }
    named = [obstacle.kind for obstacle in obstacles.obstacles(found, now)]
    assert named == [kind for kind, there in stands.items() if there]
    assert (obstacles.first(found, now) is None) == (not named)


@given(found=environments(), now=moments, wait=st.integers(0, 10_000))
def test_an_environment_is_due_whenever_time_alone_changes_it(found: Environment, now: datetime, wait: int) -> None:
    """Before the due time a look would change nothing; a busy environment always has a due time.

    A busy environment is due often enough: a hold that ended meanwhile, which frees nothing, is recorded then.
    """
    found = ticked(found, now)
    due, later = due_at(found, now, poll=POLL), now + timedelta(seconds=wait)
    if lock.is_busy(found):
        assert due is not None
        found = lock.end_manual(found)
    if due is not None and due <= later:
        return
    decision = decide(Tick("production"), {"production": found}, Facts(), later)
    assert isinstance(decision, Decision)
    assert (decision.changed, decision.entries, decision.notices) == ((), (), ())
    assert next_step(found, later, poll=POLL) is None


def ticked(found: Environment, now: datetime) -> Environment:
    """The environment after a tick at this time."""
    production = at(found, now)
    production.ticks()
    return production.environment


# ---------------------------------------------------------------- holds


def test_the_own_hold_is_replaced_and_another_persons_is_refused() -> None:
    """taro's second command replaces his first, in any spelling of his login; mona is refused until its end."""
    found = lock.put_manual(environment(), manual("taro"))
    longer = manual("Taro", until=minutes(60))
    assert lock.put_manual(found, longer).manual == longer
    with pytest.raises(ValueError, match="locked by taro"):
        lock.put_manual(found, manual("mona"))
    over = lock.put_manual(environment(), manual("taro", until=NOON))
    assert lock.put_manual(over, manual("mona")).manual == manual("mona")


@pytest.mark.parametrize("phase", [*UNDER_WAY, *ENDED])
def test_a_manual_hold_may_be_put_at_any_time(phase: Phase) -> None:
    """A deployment under way continues, and its number stays."""
    found = under_way(phase)
    held = lock.put_manual(found, manual())
    assert (held.number, held.deployment) == (found.number, found.deployment)
    production = at(held)
    sees(production, "succeeded", held.number)
    assert production.environment.manual == manual()


def test_a_hold_ends_at_its_time_and_that_is_in_the_history() -> None:
    """Not a second earlier and by no other cause; the next in line is called."""
    production = at(environment(manual=manual(until=minutes(10)), awaiting=(release(42),)))
    production.later(minutes=9, seconds=59)
    assert not production.ticks().entries
    production.later(seconds=1)
    decision = production.ticks()
    assert production.environment.manual is None
    assert [(entry.what, entry.actor) for entry in decision.entries] == [("hold_over", "taro"), ("called", "mona")]


def test_a_hold_without_an_end_stays() -> None:
    production = at(environment(manual=manual()))
    production.later(days=400)
    decision = production.ticks()
    assert [notice.code for notice in decision.notices] == ["nag"]
    (kept,) = decision.changed
    assert kept.manual
    assert kept.manual.holders == ("taro",)


@pytest.mark.parametrize(
    ("found", "holder", "other"),
    [
        (environment(manual=manual("taro")), "taro", "mona"),
        (environment(after_rollback=after_rollback()), "mona", "taro"),
    ],
)
def test_only_holders_pass_their_own_hold(found: Environment, holder: str, other: str) -> None:
    """The holder may release a fix, and the hold stays after it."""
    production = at(found)
    production.merges(42)
    refusal = production.says(other, "/deploy").refusal
    assert refusal
    assert (refusal.code, refusal.values["holder"]) == ("locked", obstacles.obstacles(found, NOON)[0].holder)
    assert production.says(holder, "/deploy").refusal is None
    after = production.environment
    assert (after.manual, after.after_rollback) == (found.manual, found.after_rollback)


@pytest.mark.parametrize("phase", UNDER_WAY)
def test_a_deployment_holds_back_even_the_holder_of_all_other_holds(phase: Phase) -> None:
    """No person passes a run."""
    found = replace(under_way(phase), manual=manual("mona"), after_rollback=after_rollback("mona"))
    first = obstacles.first(found, NOON)
    assert first
    assert first.kind == "deployment"
    assert first.holds_back("mona")
    assert [one.holds_back("Mona") for one in obstacles.obstacles(found, NOON)] == [True, False, False]


# ---------------------------------------------------------------- overtaking


@pytest.mark.parametrize("phase", ["starting", "queued", "running", "lost"])
def test_a_rollback_overtakes_the_attempt_and_waits_for_its_end(phase: Phase) -> None:
    """The number rises, the old run is followed, and nothing starts beside it."""
    before = under_way(phase)
    production = at(lock.overtake(before, claim(41, "taro"), live(42), NOON))
    taken = production.environment
    assert taken.deployment
    assert (taken.number, taken.deployment.grant.kind) == (2, "rollback")
    assert before.deployment
    assert taken.overtaken == replace(before.deployment, stop=StopRequest("taro", NOON))
    assert taken.deployment.grant.undoes == live(42)
    assert not production.starts().changed
    assert isinstance(next_step(taken, NOON, poll=POLL), EndRun) == (taken.overtaken.run is not None)
    step = next_step(taken, minutes(60), poll=POLL)
    assert isinstance(step, Look)
    assert step.grant.number == 1
    ended = sees(production, "cancelled", 1)
    assert [entry.what for entry in ended.entries] == ["overtaken_cancelled"]
    assert production.environment.overtaken is None
    assert production.environment.number == 2
    assert isinstance(next_step(production.environment, NOON, poll=POLL), Start)
    assert production.starts().changed


def test_a_rollback_drops_an_attempt_that_was_only_accepted() -> None:
    """No step was taken for it, none will be, and the rollback starts at once."""
    production = at(lock.overtake(under_way("accepted"), claim(41), live(42), NOON))
    assert production.environment.overtaken is None
    assert not production.apply(StartIntended("production", 1, NOON)).changed
    assert production.starts().changed


@pytest.mark.parametrize("phase", UNDER_WAY)
def test_a_second_rollback_is_refused_while_one_is_under_way(phase: Phase) -> None:
    """In any phase of the first."""
    with pytest.raises(ValueError, match="being rolled back already"):
        lock.overtake(rolling_back(phase), claim(40), live(42), NOON)


def test_a_second_rollback_is_refused_while_an_overtaken_run_is_under_way() -> None:
    """The first waits for the overtaken run, and so would the second."""
    found = lock.overtake(under_way("running"), claim(41), live(42), NOON)
    with pytest.raises(ValueError, match="being rolled back already"):
        lock.overtake(attempt(found, "failed"), claim(40), live(42), NOON)


@pytest.mark.parametrize("phase", ENDED)
def test_a_rollback_passes_the_cooldown_and_both_other_holds(phase: Phase) -> None:
    """It needs no free environment; the other holds stay."""
    found = replace(under_way(phase), manual=manual(), after_rollback=after_rollback())
    taken = lock.overtake(found, claim(41), live(42), NOON)
    assert taken.overtaken is None
    assert differences(found, taken) <= {"number", "deployment", "cooldown_until", "free_since"}


@pytest.mark.parametrize("status", ENDED)
def test_every_end_of_a_rollback_leaves_a_hold_and_bars_the_undone_release(status: Phase) -> None:
    """Held by the actor and by the author of the undone release; it stops others, not those two."""
    production = at(rolling_back())
    sees(production, status, 2)
    after = production.environment
    assert after.after_rollback
    assert (after.after_rollback.holders, after.after_rollback.pull) == (("taro", "hanako"), 42)
    assert [barred.pull.number for barred in after.barred] == [42]
    assert not lock.is_held(after, NOON)
    assert [one.stage for one in obstacles.obstacles(after, NOON)] == ["rollback"]


def test_an_author_who_rolls_back_is_named_once_as_holder() -> None:
    """hanako wrote #42 and rolls it back."""
    before = replace(under_way("succeeded"), live=live(42), earlier=(live(41),))
    production = at(attempt(lock.overtake(before, claim(41, "hanako"), live(42), NOON), "running"))
    sees(production, "succeeded", 2)
    assert production.environment.after_rollback
    assert production.environment.after_rollback.holders == ("hanako",)


def test_only_a_deploy_by_name_lifts_the_bar_and_not_the_end_of_the_hold() -> None:
    """An undone release comes back only on purpose."""
    production = at(rolling_back())
    sees(production, "succeeded", 2)
    barred = production.environment.barred
    assert production.says("taro", "/unlock").refusal is None
    assert production.environment.after_rollback is None
    assert production.environment.barred == barred
    for named, left in (((), barred), ((barred[0].pull,), ())):
        granted = lock.grant(production.environment, claim(44, brings_back=named), minutes(60))
        deployed = at(attempt(granted, "starting"), minutes(60))
        sees(deployed, "succeeded", 3)
        assert deployed.environment.barred == left


def test_a_barred_revision_is_barred_once() -> None:
    """Rolled back twice, it stands first, once."""
    found = releases.bar(releases.bar(releases.bar(environment(), live(41)), live(42)), live(41))
    assert [revision.pull.number for revision in found.barred] == [41, 42]


# ---------------------------------------------------------------- the rollback target


def serving(number: int, *earlier: int, barred: tuple[int, ...] = ()) -> Environment:
    """A live release without a hold, with those before it, newest first."""
    done = attempt(lock.grant(environment(), claim(number), NOON), "succeeded")
    was = tuple(live(one) for one in earlier)
    return replace(done, live=live(number), earlier=was, barred=tuple(live(one) for one in barred))


def newest(found: Environment, number: int, phase: Phase) -> Environment:
    """The same after a person deployed this."""
    granted = lock.grant(replace(found, cooldown_until=None), claim(number), NOON)
    return attempt(granted, phase)


def again(phase: Phase) -> Environment:
    """A rollback from #44 to #41 in this phase."""
    return attempt(lock.overtake(serving(44, 42, 41), claim(41), live(44), NOON), phase)


NOWHERE = None


@pytest.mark.parametrize(
    ("found", "to", "way"),
    [
        (environment(), None, NOWHERE),
        (serving(44), None, NOWHERE),
        (serving(44, 42, 41), None, (44, 42)),
        (serving(44, 42, 41, barred=(42,)), None, (44, 41)),
        (serving(44, 42, barred=(42,)), None, NOWHERE),
        (serving(44, 42, 41), 41, (44, 41)),
        (serving(44, 42, 41, barred=(41,)), 41, (44, 41)),
        (serving(44, 42, 41), 40, NOWHERE),
        (serving(44, 42, 41), 44, NOWHERE),
        *((newest(serving(41, 40), 42, phase), None, (42, 41)) for phase in (*UNDER_WAY, "failed", "cancelled")),
        (newest(serving(41, 40), 42, "running"), 40, (42, 40)),
        (newest(serving(41, 40), 42, "failed"), 41, (42, 41)),
        (newest(serving(41, 40), 42, "failed"), 44, NOWHERE),
        (newest(environment(), 42, "running"), None, NOWHERE),
        *((again(phase), None, (44, 41)) for phase in (*UNDER_WAY, "failed", "cancelled")),
    ],
)
def test_the_target_of_a_rollback(found: Environment, to: int | None, way: tuple[int, int] | None) -> None:
    """From an attempt under way or failed to the live release; else to the release before that is not barred."""
    meant = releases.rollback_path(found, to)
    assert (meant and (meant.undone.pull.number, meant.target.pull.number)) == way


def test_one_rollback_after_another_goes_further_back() -> None:
    """The undone release stands first among the earlier ones, and is skipped."""
    production = at(serving(44, 42, 41))
    for number, target in ((2, 42), (3, 41)):
        way = releases.rollback_path(production.environment)
        assert way
        taken = lock.overtake(production.environment, claim(target, revision=way.target), way.undone, NOON)
        production = at(attempt(taken, "running"))
        sees(production, "succeeded", number)
        assert production.environment.live
        assert production.environment.live.pull.number == target
    assert [one.pull.number for one in production.environment.earlier] == [42, 44]
    assert releases.rollback_path(production.environment) is None


@given(numbers=st.lists(st.sampled_from((40, 41, 42, 44)), min_size=1, max_size=30))
def test_the_live_revision_is_never_among_the_earlier_ones(numbers: list[int]) -> None:
    """Each success moves the replaced revision to the front; none occurs twice."""
    found = environment()
    for number in numbers:
        done = attempt(lock.grant(replace(found, cooldown_until=None), claim(number), NOON), "succeeded")
        assert done.deployment
        found = releases.make_live(done, done.deployment, NOON)
    shas = [revision.sha for revision in found.earlier]
    assert found.live
    assert found.live.sha == sha(numbers[-1])
    assert found.live.sha not in shas
    assert set(shas) == {sha(number) for number in numbers} - {found.live.sha}
    assert len(set(shas)) == len(shas)


# ---------------------------------------------------------------- the platform's activity


def test_an_environment_is_busy_while_its_platform_is() -> None:
    """The run has succeeded, and traffic still moves: no time frees it, and the next look is planned."""
    production = at(under_way())
    sees(production, "succeeded", 1, Activity(busy_until=minutes(40)))
    production.later(days=1)
    production.ticks()
    assert lock.is_held(production.environment, production.now)
    assert due_at(production.environment, production.now, poll=POLL)
    assert isinstance(next_step(production.environment, production.now, poll=POLL), Look)
    sees(production, "succeeded", 1)
    production.ticks()
    assert not lock.is_held(production.environment, production.now)
    assert production.environment.free_since == production.now


def test_the_next_deploy_time_includes_the_platforms_estimate() -> None:
    """The later of the platform's estimate and the cool-down; none if the platform has no estimate."""
    production = at(under_way())
    sees(production, "succeeded", 1, Activity(busy_until=minutes(40)))
    assert lock.not_before(production.environment, NOON) == minutes(40)
    sees(production, "succeeded", 1, Activity())
    assert lock.not_before(production.environment, NOON) == minutes(23)
    assert lock.not_before(production.environment, minutes(23)) is None


# ---------------------------------------------------------------- turns


def in_line(*numbers: int) -> Production:
    """#40 cools down, and these were merged meanwhile."""
    production = Production(environment())
    production.releases(40, "taro")
    for number in numbers:
        production.merges(number)
    return production


def called(decision: Decision) -> list[int]:
    """The releases that were called."""
    shas = [entry.sha for entry in decision.entries if entry.what == "called"]
    return [number for number in TITLES if sha(number) in shas]


def test_releases_are_called_in_turn_and_none_twice() -> None:
    """Ten minutes each; then all were called."""
    production = in_line(41, 42, 44)
    production.later(minutes=23)
    assert called(production.ticks()) == [41]
    due = due_at(production.environment, production.now, poll=POLL)
    assert due == production.now + timedelta(minutes=10)
    production.later(minutes=9, seconds=59)
    assert called(production.ticks()) == []
    production.later(seconds=1)
    assert called(production.ticks()) == [42]
    production.later(minutes=10)
    assert called(production.ticks()) == [44]
    production.later(days=1)
    for _ in range(3):
        assert called(production.ticks()) == []
        production.later(days=1)
    assert due_at(production.environment, production.now, poll=POLL) is None


def test_no_release_is_called_while_an_obstacle_stands() -> None:
    """A manual hold, or one after a rollback, counts like a run."""
    for hold in ({"manual": manual()}, {"after_rollback": after_rollback()}):
        production = in_line(41)
        production.environments["production"] = replace(production.environment, **hold)  # type: ignore[arg-type]
        production.later(minutes=23)
        assert called(production.ticks()) == []
        assert called(production.says("taro", "/unlock production it is over")) == [41]


def test_a_grant_puts_the_other_releases_back_in_line() -> None:
    """They are called anew when the environment is free again, in merge order."""
    production = in_line(41, 42)
    production.later(minutes=23)
    assert called(production.ticks()) == [41]
    assert production.says("taro", "/deploy", on=41).refusal is None
    assert [one.called_at for one in production.environment.awaiting] == [None, None]
    production.starts()
    assert called(production.sees("failed")) == []
    production.later(minutes=10)
    assert called(production.ticks()) == [42]


# ---------------------------------------------------------------- numbers


@given(
    steps=st.lists(st.sampled_from(("grant", "overtake", "force", "fail", "succeed", "hold", "expire")), max_size=40)
)
def test_numbers_never_fall_and_never_occur_twice(steps: list[str]) -> None:
    """After any steps in any order."""
    found, met, now = environment(live=live(40)), set[int](), NOON
    for step in steps:
        now += timedelta(minutes=1)
        before = found.number
        found = done(found, step, now)
        assert before <= found.number <= before + 1
        if found.deployment and found.number > before and step in ("grant", "overtake"):
            assert found.deployment.grant.number == found.number
            assert found.number not in met
            met.add(found.number)


def done(found: Environment, step: str, now: datetime) -> Environment:
    """One step, if it is possible."""
    try:
        match step:
            case "grant":
                return lock.grant(found, claim(), now)
            case "overtake":
                return lock.overtake(found, claim(41), live(42), now)
            case "force":
                return lock.force_end(found, now)
            case "hold":
                return lock.put_manual(found, manual())
            case "expire":
                return lock.expire(found, now)
            case _ if phases.is_busy(found.deployment) and not found.overtaken:
                production = at(found, now)
                assert found.deployment
                sees(production, "failed" if step == "fail" else "succeeded", found.deployment.grant.number)
                return production.environment
            case _:
                return found
    except ValueError:
        return found


# ---------------------------------------------------------------- edge cases


def test_after_an_error_status_the_environment_stays_locked_until_the_run_is_looked_for() -> None:
    """GitHub answers 502 but creates the run, then cannot be asked for two minutes: still locked."""
    production = at(under_way("starting"))
    production.sees("error", run=None, detail="HTTP 502")
    production.later(minutes=2)
    production.ticks()
    assert lock.is_held(production.environment, production.now)


def test_several_possible_runs_after_an_error_status_do_not_count_as_none() -> None:
    """Two runs match the number's time and sender, and it is unknown which is ours: still locked."""
    production = at(under_way("starting"))
    production.sees("error", run=None, detail="HTTP 502")
    production.later(minutes=2)
    production.sees("ambiguous", run=None, detail="dispatch.several …/runs/8, …/runs/9")
    assert lock.is_held(production.environment, production.now)


def test_an_accepted_attempt_is_not_lost_because_of_similar_runs() -> None:
    """No run was created for it yet, so none of them can be its own; it starts in its turn."""
    production = at(under_way("accepted"))
    production.sees("ambiguous", run=None, detail="dispatch.several …/runs/8, …/runs/9")
    assert production.environment.deployment
    assert production.environment.deployment.phase == "accepted"


def test_an_attempt_that_may_still_be_started_cannot_be_given_up() -> None:
    """The writer of the intent is about to start it: similar runs are not its own."""
    production = at(under_way("starting"))
    production.later(seconds=9)
    production.sees("ambiguous", run=None, detail="dispatch.several …/runs/8, …/runs/9")
    refusal = production.says("taro", "/unlock production looked").refusal
    assert refusal
    assert refusal.code == "run_under_way"


def test_an_attempt_can_be_given_up_while_github_cannot_be_asked() -> None:
    """After an error status GitHub denies access for hours: an unlocker's command ends the attempt."""
    production = at(under_way("starting"))
    production.sees("error", run=None, detail="HTTP 502")
    production.later(hours=3)
    production.ticks()
    assert lock.is_held(production.environment, production.now)
    assert production.says("taro", "/unlock production looked, none is running").refusal is None


def test_a_late_webhook_does_not_end_the_platforms_activity() -> None:
    """The run has ended, traffic still moves, and GitHub reports the run once more: still locked."""
    production = at(under_way())
    sees(production, "succeeded", 1, Activity())
    production.later(hours=1)
    path = ".github/workflows/deploy.yml"
    told = WorkflowRunChanged(
        repository=REPOSITORY, key="run/9/1", run=RUN, attempt=1, path=path, title="production-1", status="succeeded"
    )
    production.apply(told)
    assert lock.is_held(production.environment, production.now)


@pytest.mark.parametrize("status", ["queued", "error", "unknown"])
def test_a_late_answer_to_the_sender_does_not_end_the_platforms_activity(status: Any) -> None:
    """The run was found and succeeded, and traffic moves; then the sender records its own answer: still locked."""
    production = at(under_way())
    sees(production, "succeeded", 1, Activity())
    production.later(hours=1)
    production.sees(status, run=None)
    assert lock.is_held(production.environment, production.now)


def test_the_platform_is_observed_at_intervals_and_not_in_a_tight_loop() -> None:
    """A look that found it active is followed by the next one a while later."""
    production = at(under_way())
    sees(production, "succeeded", 1, Activity())
    production.later(minutes=5)
    sees(production, "succeeded", 1, Activity())
    due = due_at(production.environment, production.now, poll=POLL)
    assert due
    assert due > production.now


def test_the_end_of_the_platforms_activity_is_in_the_history() -> None:
    """The entry dates the moment at which the environment became free."""
    production = at(under_way())
    sees(production, "failed", 1, Activity())
    assert lock.is_held(production.environment, NOON)
    decision = sees(production, "failed", 1)
    assert not lock.is_held(production.environment, NOON)
    assert [entry.what for entry in decision.entries] == ["freed"]


def test_a_hold_that_is_over_when_the_run_ends_is_in_the_history() -> None:
    """The run outlasted it, and the end is recorded all the same."""
    production = at(replace(under_way(), manual=manual(until=minutes(10))))
    production.later(minutes=11)
    production.ticks()
    decision = production.sees("failed")
    assert production.environment.manual is None
    assert [entry.what for entry in decision.entries] == ["failed", "hold_over"]


def test_a_hold_that_is_over_when_the_platform_is_observed_is_in_the_history() -> None:
    """The platform outlasted it."""
    production = at(replace(under_way(), manual=manual(until=minutes(10))))
    sees(production, "succeeded", 1, Activity())
    production.later(minutes=11)
    decision = sees(production, "succeeded", 1, Activity())
    assert production.environment.manual is None
    assert [entry.what for entry in decision.entries] == ["hold_over"]


def test_a_rollback_that_is_given_up_leaves_its_hold_and_bars_the_undone_release() -> None:
    """Its outcome is unknown, so #42 must not come back by accident."""
    production = at(rolling_back("lost"))
    assert production.says("taro", "/unlock production looked, none is running").refusal is None
    assert production.environment.after_rollback
    assert [barred.pull.number for barred in production.environment.barred] == [42]


def test_an_overtaken_attempt_that_succeeded_is_the_live_release() -> None:
    """The cancel came too late and then the rollback failed: the shown live release is the true one."""
    production = at(lock.overtake(under_way(), claim(41), live(42), NOON))
    sees(production, "succeeded", 1)
    production.starts()
    sees(production, "failed", 2)
    assert production.environment.live
    assert production.environment.live.pull.number == 42
