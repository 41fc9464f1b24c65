"""Runs of a number that is over: told from those of one that is not, and stopped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.core import lock
from ghapp.core.decision import Decision
from ghapp.core.environment import STRAYS_KEPT, Activity, Environment, Order, Run, Stray
from ghapp.core.events import RunChanged, Seen, Sight, StrayCancelled
from ghapp.core.next_step import Cancel, due_at, next_step
from tests.core.build import REPOSITORY, Production, environment, terms

POLL = timedelta(minutes=1)
LATE = Run(77, "https://github.com/acme/shop/actions/runs/77")


def twice() -> tuple[Production, Order]:
    """Two releases, the second under way; and the order of the first."""
    production = Production(environment(terms=terms(lock=timedelta(0))))
    production.releases(40, "taro")
    old = production.environment.deployment
    assert old
    production.later(minutes=1)
    production.merges(41)
    assert not production.says("taro", "/deploy", on=41).refusal
    production.starts()
    production.sees("running", run=10)
    return production, old.order


def tells(
    production: Production, title: str, *, run: Run = LATE, sight: Sight = "running", attempt: int = 1
) -> Decision:
    """GitHub tells of a run."""
    path = ".github/workflows/deploy.yml@refs/heads/main"
    return production.apply(
        RunChanged(repository=REPOSITORY, key="k", run=run, attempt=attempt, path=path, title=title, sight=sight)
    )


def looks(production: Production) -> int:
    """How often the newest attempt was looked at."""
    assert production.environment.deployment
    return production.environment.deployment.looks


def next_of(production: Production) -> object:
    """The step that is due."""
    return next_step(production.environment, production.now, poll=POLL)


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.parametrize("sight", ["queued", "running"])
def test_a_run_with_an_old_ticket_is_kept_until_it_is_stopped(sight: Sight, attempt: int) -> None:
    """Made late, or run again by hand: it is told to end, and that is due at once."""
    production, old = twice()
    decision = tells(production, f"Deploy {old.ticket}", sight=sight, attempt=attempt)
    assert [entry.what for entry in decision.entries] == ["stray_seen"]
    assert next_of(production) == Cancel(Stray(1, LATE))
    assert due_at(production.environment, production.now, poll=POLL) == production.now
    assert production.environment.deployment
    assert production.environment.deployment.phase == "running"


@pytest.mark.parametrize("sight", ["succeeded", "failed", "cancelled"])
def test_an_old_run_that_has_ended_is_the_past(sight: Sight) -> None:
    """There is nothing to stop."""
    production, old = twice()
    assert tells(production, old.ticket, sight=sight) == Decision()


@pytest.mark.parametrize("title", ["Deploy", "production-1", "1:abc", "Deploy 1:" + "g" * 16, "x1:" + "a" * 17])
def test_a_run_without_a_ticket_is_left_alone(title: str) -> None:
    """A name such as `production-1` may be anything, a machine say; a ticket is nothing else."""
    production, _ = twice()
    assert tells(production, title) == Decision()


def test_the_newest_number_is_no_stray() -> None:
    """Neither its run, nor another one that shows its ticket, nor what it is run as again."""
    production, _ = twice()
    assert production.environment.deployment
    ticket = production.environment.deployment.order.ticket
    for attempt in (1, 2):
        tells(production, ticket, run=Run(10, "u"), attempt=attempt)
        tells(production, ticket, attempt=attempt)
    assert production.environment.strays == ()


def test_what_a_rollback_has_overtaken_is_followed_and_not_cancelled_as_a_stray() -> None:
    """Its number is lower, and it is under way all the same: it has a place of its own."""
    production, old = twice()
    found = production.environment
    assert found.deployment
    overtaken = found.deployment.order
    claim = lock.Claim(key="r", actor="mona", door="pull_request", revision=old.revision)
    production.environments["production"] = lock.overtake(found, claim, overtaken.revision, production.now)
    tells(production, overtaken.ticket, run=Run(10, "u"))
    tells(production, overtaken.ticket)
    assert production.environment.strays == ()


def test_environments_that_share_a_workflow_are_told_apart() -> None:
    """A ticket names no environment: one that is some environment's newest is nobody's past."""
    production, old = twice()
    staging = Production(replace(environment(name="staging"), number=7))
    production.environments["staging"] = staging.environments["staging"]
    production.environments = dict(reversed(production.environments.items()))
    assert production.environment.deployment
    tells(production, production.environment.deployment.order.ticket)
    tells(production, old.ticket)
    strays = [found.strays for found in production.environments.values() if isinstance(found, Environment)]
    assert sorted(map(len, strays)) == [0, 1]


def test_a_bound_run_that_was_given_up_is_stopped_whatever_its_name() -> None:
    """A person gave it up on their word; it shows up again under the id that is known."""
    production = Production(environment())
    production.merges(41)
    production.says("taro", "/deploy", on=41)
    production.starts()
    production.sees("running", run=10)
    production.later(minutes=3)
    production.sees("missing", run=10)
    assert not production.says("taro", "/unlock production looked at it", on=41).refusal
    tells(production, "Deploy", run=Run(10, "u"))
    assert production.environment.strays == (Stray(1, Run(10, "u")),)


def test_what_a_sender_tells_late_of_a_number_that_is_over() -> None:
    """It slept before it made the run: the run is told to end as soon as it says which one it is."""
    production, _ = twice()
    late = Seen(environment="production", number=1, sight="queued", run=LATE)
    production.apply(late)
    assert next_of(production) == Cancel(Stray(1, LATE))
    assert production.apply(late) == Decision()


def test_whoever_released_last_hears_of_a_run_that_acted() -> None:
    """On the pull request and in Slack; once, however often it is told to end."""
    production, old = twice()
    tells(production, old.ticket)
    ended = StrayCancelled("production", Stray(1, LATE), acted=True)
    decision = production.apply(ended)
    assert [(notice.code, notice.place.pull, notice.place.channel) for notice in decision.notices] == [
        ("stray", 41, None),
        ("stray", None, "C024BE91L"),
    ]
    assert decision.notices[0].values["name"] == "production-1"
    assert next_of(production) is None
    assert production.apply(ended) == Decision()


def test_a_stray_that_had_ended_is_no_news() -> None:
    """Nobody is called for nothing."""
    production, old = twice()
    tells(production, old.ticket)
    decision = production.apply(StrayCancelled("production", Stray(1, LATE), acted=False))
    assert (decision.notices, decision.entries) == ((), ())
    assert production.environment.strays == ()


def test_strays_are_bounded() -> None:
    """A document stays small."""
    production, old = twice()
    for number in range(STRAYS_KEPT + 5):
        tells(production, old.ticket, run=Run(1000 + number, "u"))
    assert len(production.environment.strays) == STRAYS_KEPT


def test_an_older_look_does_not_end_what_a_newer_one_saw_of_the_platform() -> None:
    """A server that slept between looking and saying so tells of the past."""
    production = Production(environment(terms=terms(lock=timedelta(0))))
    production.releases(40, "taro")
    before = looks(production)
    seen = Seen(environment="production", number=1, sight="succeeded", run=Run(9, "u"), nth=before)
    production.later(minutes=1)
    busy = replace(seen, activity=Activity())
    production.apply(busy)
    assert lock.busy(production.environment)
    production.apply(seen)
    assert lock.busy(production.environment)
    production.apply(replace(seen, nth=looks(production)))
    assert not lock.busy(production.environment)
