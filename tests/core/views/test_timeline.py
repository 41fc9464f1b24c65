"""The timeline, compared with the state that history is about: what stands now is what is drawn without an end."""

import random
from collections.abc import Iterable
from datetime import timedelta

import pytest

from ghapp.core.config.model import Window
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment
from ghapp.core.rules import lock, obstacles, phases
from ghapp.core.views.timeline import Timeline, timeline
from tests.core.build import NOON, Production, config, environment, live
from tests.doors.board.gallery import Told

LONG = NOON - timedelta(days=30)
STEPS = 60


def drawn(told: Told) -> Timeline:
    return timeline(told.entries, told.environment.config, LONG, told.now)


def standing(found: Environment, told: Production) -> set[str]:
    """The holds of the document itself, without the attempt."""
    now, stages = told.now, [one.stage for one in obstacles.obstacles(found, told.now)]
    held = {"locked": lock.manual(found, now) is not None, "rolled_back": found.after_rollback is not None}
    return {kind for kind, stands in held.items() if stands} | ({"cooldown"} & set(stages))


def test_a_release_then_its_cooldown() -> None:
    """The bar from the grant to the end of the run, the band from there until it was free again."""
    told = Told()
    told.merges(42)
    told.says("mona", "/deploy #42")
    told.later(minutes=2)
    told.starts()
    told.sees("running")
    told.later(minutes=3)
    told.sees("succeeded")
    told.later(minutes=30)
    told.ticks()
    shown = drawn(told)
    assert [(one.since, one.until, one.result) for one in shown.bars] == [
        (NOON, NOON + timedelta(minutes=5), "succeeded")
    ]
    ((kind, since, until),) = [(one.kind, one.since, one.until) for one in shown.holds]
    assert (kind, since, until) == ("cooldown", NOON + timedelta(minutes=5), told.now)


def test_a_lock_that_is_put_again_is_two_bands() -> None:
    """Each with its own person and reason."""
    told = Told()
    told.says("mona", "/lock production 2h a migration")
    told.later(minutes=10)
    told.says("mona", "/lock production 1h nearly done")
    told.later(hours=1)
    told.ticks()
    assert [(one.why, one.who, one.until) for one in drawn(told).holds] == [
        ("a migration", "mona", NOON + timedelta(minutes=10)),
        ("nearly done", "mona", told.now),
    ]


def test_only_the_time_that_is_asked_for() -> None:
    """What ended before is left out, what reaches into it is kept whole."""
    told = Told()
    told.says("mona", "/lock production 1h first")
    told.later(hours=1)
    told.ticks()
    told.later(hours=1)
    told.says("mona", "/lock production 2h second")
    since = told.now + timedelta(minutes=30)
    told.later(hours=1)
    shown = timeline(told.entries, told.environment.config, since, told.now)
    assert [(one.why, one.since < since, one.until) for one in shown.holds] == [("second", True, None)]


def test_freezes_come_from_the_calendar() -> None:
    """Each Monday, of the last two weeks; the one of today until now."""
    frozen = config(freeze=(Window(reason="quarter end", weekdays=("mon",)),))
    shown = timeline((), frozen, NOON - timedelta(days=14), NOON)
    assert [(one.kind, one.why) for one in shown.holds] == [("frozen", "quarter end")] * 3
    spans = [(one.until - one.since) for one in shown.holds if one.until]
    assert spans[1] == timedelta(days=1)
    assert shown.holds[-1].until == NOON


@pytest.mark.parametrize("seed", range(6))
def test_what_is_drawn_is_what_stands(seed: int) -> None:
    """After each step of a random day: the open bands are the document's holds, the open bar its attempt."""
    chance, told = random.Random(seed), Told(environment(live=live(41), earlier=(live(40),)))
    for step in range(STEPS):
        done = act(chance, told)
        found, shown = told.environment, drawn(told)
        still = {one.kind for one in shown.holds if one.until is None}
        assert still == standing(found, told), (seed, step, done, kinds(told.entries)[-12:])
        under_way = {one.entry.number for one in shown.bars if one.until is None}
        attempts = (found.deployment, found.overtaken)
        assert under_way == {one.grant.number for one in attempts if one and phases.is_busy(one)}, (
            seed,
            step,
            done,
            kinds(told.entries)[-12:],
        )
    assert len(told.entries) > 20


def kinds(entries: Iterable[Entry]) -> list[str]:
    return [entry.what for entry in entries]


def act(chance: random.Random, told: Told) -> str:
    """One person or the world does something; then the server catches up."""
    who = chance.choice(("mona", "taro"))
    said = {
        "deploy": f"/deploy production #{chance.choice((42, 44))}",
        "rollback": "/rollback production",
        "lock": "/lock production 1h a migration",
        "lock for ever": "/lock production forever an audit",
        "unlock": "/unlock production it is done",
        "cancel": "/cancel production",
    }
    done = chance.choice((*said, "deploy", "deploy", "later", "run", "run", "run", "merge", "ambiguous"))
    if done in said:
        told.says(who, said[done])
    elif done == "merge":
        told.merges(chance.choice((42, 44)))
    elif done == "later":
        told.later(minutes=chance.choice((5, 25, 65)))
    else:
        run(chance, told, "ambiguous" if done == "ambiguous" else "")
    told.ticks()
    return done


def run(chance: random.Random, told: Told, seen: str) -> None:
    """The newest attempt goes on."""
    newest = told.environment.deployment
    if not phases.is_busy(newest) or newest is None:
        return
    if newest.phase == "accepted":
        told.starts()
    elif seen:
        told.sees("ambiguous", run=None)
    else:
        told.sees(chance.choice(("running", "succeeded", "failed", "cancelled")))
