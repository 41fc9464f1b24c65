"""Runs whose number is over: recognized, and stopped."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.model.decision import Decision, Notice
from ghapp.core.model.environment import UNEXPECTED_RUNS_KEPT, Activity, Environment, Grant, Run, UnexpectedRun
from ghapp.core.model.events import LaterAttempt, RunObserved, RunStatus, UnexpectedRunCancelled, WorkflowRunChanged
from ghapp.core.rules import lock
from ghapp.core.rules.next_step import Cancel, due_at, next_step
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, config, environment, live, run_fact

POLL = timedelta(minutes=1)
SIGHTS: tuple[RunStatus, ...] = ("succeeded", "running", "queued", "failed", "cancelled", "waiting")
LATE = Run(77, "https://github.com/acme/shop/actions/runs/77")


def twice() -> tuple[Production, Grant]:
    """Two releases, the second under way; and the grant of the first."""
    production = Production(environment(config=config(lock=timedelta(0))))
    production.releases(40, "taro")
    old = production.environment.deployment
    assert old
    production.later(minutes=1)
    production.merges(41)
    assert not production.says("taro", "/deploy", on=41).refusal
    production.starts()
    production.sees("running", run=10)
    return production, old.grant


def tells(
    production: Production,
    title: str,
    *,
    run: Run = LATE,
    status: RunStatus = "running",
    attempt: int = 1,
    by: str | None = None,
    **more: Any,
) -> Decision:
    """GitHub reports a run; by default our App has started it."""
    assert isinstance(run.id, int)
    production.runs[run.id] = run_fact(run, title, attempt=attempt, **more)
    path = ".github/workflows/deploy.yml@refs/heads/main"
    return production.apply(
        WorkflowRunChanged(
            repository=REPOSITORY, key="k", run=run, attempt=attempt, path=path, title=title, status=status, by=by
        )
    )


def looks(production: Production) -> int:
    """The number of looks at the newest attempt."""
    assert production.environment.deployment
    return production.environment.deployment.looks


def next_of(production: Production) -> object:
    """The next step that is due."""
    return next_step(production.environment, production.now, poll=POLL)


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.parametrize("status", ["queued", "running"])
def test_a_run_with_an_old_ticket_is_recorded_until_it_is_stopped(status: RunStatus, attempt: int) -> None:
    """Created late, or run again by a person: its stop is due at once."""
    production, old = twice()
    decision = tells(production, f"Deploy {old.ticket}", status=status, attempt=attempt)
    assert [entry.what for entry in decision.entries] == ["unexpected_run_seen"]
    assert next_of(production) == Cancel(UnexpectedRun(1, LATE, attempt))
    assert due_at(production.environment, production.now, poll=POLL) == production.now
    assert production.environment.deployment
    assert production.environment.deployment.phase == "running"


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_an_old_run_that_has_ended_is_ignored(status: RunStatus) -> None:
    """There is nothing to stop."""
    production, old = twice()
    assert tells(production, old.ticket, status=status) == Decision()


@pytest.mark.parametrize("title", ["Deploy", "production-1", "1:abc", "Deploy 1:" + "g" * 16, "x1:" + "a" * 17])
def test_a_run_without_a_ticket_is_ignored(title: str) -> None:
    """A name such as `production-1` may have another meaning, such as a machine; a ticket has none."""
    production, _ = twice()
    assert tells(production, title) == Decision()


def test_the_newest_numbers_own_run_is_expected() -> None:
    """In any order of its webhooks."""
    production, _ = twice()
    assert production.environment.deployment
    for status in SIGHTS:
        tells(production, production.environment.deployment.grant.ticket, run=Run(10, "u"), status=status)
    assert production.environment.unexpected_runs == ()


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize(("run", "attempt"), [(10, 2), (10, 3), (77, 2)])
def test_the_newest_number_is_bound_to_one_run_and_its_first_attempt(run: int, attempt: int, ended: bool) -> None:
    """A second attempt, or another run with its ticket, bypasses the lock; the deployment itself does not change."""
    production, _ = twice()
    if ended:
        production.sees("failed", run=10)
    assert production.environment.deployment
    before, ticket = production.environment.deployment, production.environment.deployment.grant.ticket
    decision = tells(production, ticket, run=Run(run, "u"), attempt=attempt, by="hanako")
    (entry,) = decision.entries
    assert (entry.what, entry.actor, entry.door, entry.number) == ("unexpected_run_seen", "hanako", "github", 2)
    assert production.environment.unexpected_runs == (UnexpectedRun(2, Run(run, "u"), attempt, "hanako"),)
    assert production.environment.deployment == before
    assert tells(production, ticket, run=Run(run, "u"), attempt=attempt, by="hanako") == Decision()


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.parametrize("by", ["hanako", None])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("ended", [True, False])
def test_a_run_that_our_app_did_not_start_is_never_cancelled(
    ended: bool, number: int, by: str | None, attempt: int
) -> None:
    """With an old ticket or the newest: neither it nor ours is cancelled; a person's counts as started by hand."""
    production, old = twice()
    if ended:
        production.sees("failed", run=10)
    assert production.environment.deployment
    before, newest = production.environment.deployment, production.environment.deployment.grant
    title = (old if number == 1 else newest).ticket
    decision = tells(production, title, attempt=attempt, by=by, ours=False, actor=by or "release[bot]")
    assert production.environment.unexpected_runs == ()
    assert production.environment.deployment == before
    assert [entry.what for entry in decision.entries] == (["started_by_hand"] if by else [])
    assert next_of(production) is None or not isinstance(next_of(production), Cancel)


def test_the_rerunner_and_the_releaser_are_notified_of_a_stopped_rerun() -> None:
    """Both read that it was stopped, and why; once for each attempt."""
    production, _ = twice()
    production.sees("failed", run=10)
    told: list[Notice] = []
    for attempt in (2, 3):
        tells(production, "", run=Run(10, "u"), attempt=attempt, by="hanako")
        (unexpected_run,) = production.environment.unexpected_runs
        told += production.apply(UnexpectedRunCancelled("production", unexpected_run, acted=True)).notices
    assert [notice.code for notice in told] == ["rerun"] * 4
    assert len({notice.id for notice in told}) == 4
    assert told[0].values["called"] == ["taro", "hanako"]
    assert comment.notice(told[0], now=production.now).split("\n")[0] == (
        "@taro @hanako ⚠️ **hanako re-ran production-2 on GitHub; ghapp has asked GitHub to cancel it** · [View run]"
        "(u): a re-run does not take the lock. It may have changed production already: check what is live now. To "
        "deploy with the lock: `/deploy production`"
    )


def test_a_second_run_with_one_number_is_reported_as_such() -> None:
    """It is neither old nor a re-run."""
    production, _ = twice()
    assert production.environment.deployment
    tells(production, production.environment.deployment.grant.ticket)
    decision = production.apply(UnexpectedRunCancelled("production", UnexpectedRun(2, LATE), acted=True))
    assert [notice.code for notice in decision.notices] == ["twin", "twin"]


@pytest.mark.parametrize(("status", "codes"), [("succeeded", ["rerun_succeeded"]), ("failed", ["rerun_failed"])])
@pytest.mark.parametrize("number", [1, 2])
def test_a_rerun_that_ended_before_its_stop_gets_a_notice(status: RunStatus, codes: list[str], number: int) -> None:
    """It bypassed the lock: nothing more is known, and a person has to look."""
    production, old = twice()
    run = Run(10, "u") if number == 2 else LATE
    before = production.environment
    decision = tells(production, old.ticket, run=run, attempt=2, status=status, by="hanako")
    assert [notice.code for notice in decision.notices] == codes * 2
    assert [(entry.what, entry.number) for entry in decision.entries] == [(f"unexpected_run_{status}", number)]
    assert production.environment == before


def test_a_rerun_that_was_stopped_gets_no_second_notice() -> None:
    """The stop already had its notice."""
    production, old = twice()
    assert tells(production, old.ticket, attempt=2, status="cancelled") == Decision()


def test_an_observed_rerun_ends_the_first_attempt_and_is_stopped() -> None:
    """Without a webhook: the first attempt keeps its result, and the second is stopped."""
    production, _ = twice()
    seen = RunObserved(
        environment="production", number=2, status="failed", run=Run(10, "u"), again=LaterAttempt(2, "hanako")
    )
    decision = production.apply(seen)
    assert [(entry.what, entry.actor) for entry in decision.entries] == [
        ("failed", "taro"),
        ("unexpected_run_seen", "hanako"),
    ]
    assert production.environment.deployment
    assert production.environment.deployment.phase == "failed"
    assert next_of(production) == Cancel(UnexpectedRun(2, Run(10, "u"), 2, "hanako"))
    assert production.apply(seen) == Decision()


def test_an_overtaken_run_is_followed_and_not_unexpected() -> None:
    """Its number is lower, but it is followed as the overtaken attempt."""
    production, old = twice()
    found = production.environment
    assert found.deployment
    overtaken = found.deployment.grant
    claim = lock.Claim(key="r", nonce="n", actor="mona", door="pull_request", revision=old.revision)
    production.environments["production"] = lock.overtake(found, claim, overtaken.brings, production.now)
    tells(production, overtaken.ticket, run=Run(10, "u"))
    assert production.environment.unexpected_runs == ()


def test_environments_that_share_a_workflow_are_distinguished() -> None:
    """A ticket names no environment: the newest ticket of any environment counts as old in none."""
    production, old = twice()
    staging = Production(replace(environment(name="staging"), number=7))
    production.environments["staging"] = staging.environments["staging"]
    production.environments = dict(reversed(production.environments.items()))
    assert production.environment.deployment
    tells(production, production.environment.deployment.grant.ticket, run=Run(10, "u"))
    tells(production, old.ticket)
    unexpected_runs = [
        found.unexpected_runs for found in production.environments.values() if isinstance(found, Environment)
    ]
    assert sorted(map(len, unexpected_runs)) == [0, 1]


def test_a_bound_run_that_was_given_up_is_stopped_under_any_name() -> None:
    """A person gave it up; it appears again under the known run id."""
    production = Production(environment())
    production.merges(41)
    production.says("taro", "/deploy", on=41)
    production.starts()
    production.sees("running", run=10)
    production.sees("missing", run=10)
    production.later(minutes=2)
    production.sees("missing", run=10)
    assert not production.says("taro", "/unlock production looked at it", on=41).refusal
    known = (UnexpectedRun(1, Run(10, "https://github.com/acme/shop/actions/runs/10")),)
    assert production.environment.unexpected_runs == known
    tells(production, "Deploy", run=Run(10, "u"))
    assert production.environment.unexpected_runs == known


def test_a_late_start_under_a_number_that_is_over_is_stopped() -> None:
    """The sender slept before it started the run: the run is stopped as soon as its id is known."""
    production, _ = twice()
    late = RunObserved(environment="production", number=1, status="queued", run=LATE)
    production.apply(late)
    assert next_of(production) == Cancel(UnexpectedRun(1, LATE))
    assert production.apply(late) == Decision()


def test_the_last_releaser_is_notified_of_a_stopped_unexpected_run() -> None:
    """On the pull request and in Slack; once, for any number of stop requests."""
    production, old = twice()
    tells(production, old.ticket)
    ended = UnexpectedRunCancelled("production", UnexpectedRun(1, LATE), acted=True)
    decision = production.apply(ended)
    assert [(notice.code, notice.destination.pull, notice.destination.channel) for notice in decision.notices] == [
        ("stray", 41, None),
        ("stray", None, "C024BE91L"),
    ]
    assert decision.notices[0].values["name"] == "production-1"
    assert next_of(production) is None
    assert production.apply(ended) == Decision()


def test_an_unexpected_run_that_had_ended_gets_no_notice() -> None:
    """There was nothing to stop, so no person is mentioned."""
    production, old = twice()
    tells(production, old.ticket)
    decision = production.apply(UnexpectedRunCancelled("production", UnexpectedRun(1, LATE), acted=False))
    assert decision.notices == ()
    assert [entry.what for entry in decision.entries] == ["unexpected_run_over"]
    assert production.environment.unexpected_runs == ()


def test_unexpected_runs_are_bounded() -> None:
    """A document stays small."""
    production, old = twice()
    for number in range(UNEXPECTED_RUNS_KEPT + 5):
        tells(production, old.ticket, run=Run(1000 + number, "u"))
    assert len(production.environment.unexpected_runs) == UNEXPECTED_RUNS_KEPT


def test_an_older_observation_does_not_end_the_platform_activity_of_a_newer_one() -> None:
    """A worker that slept between its look and its report describes the past."""
    production = Production(environment(config=config(lock=timedelta(0))))
    production.releases(40, "taro")
    before = looks(production)
    seen = RunObserved(environment="production", number=1, status="succeeded", run=Run(9, "u"), nth=before)
    production.later(minutes=1)
    busy = replace(seen, activity=Activity())
    production.apply(busy)
    assert lock.is_busy(production.environment)
    production.apply(seen)
    assert lock.is_busy(production.environment)
    production.apply(replace(seen, nth=looks(production)))
    assert not lock.is_busy(production.environment)


# ---------------------------------------------------------------- binding a run to its number


def begun(*, phase: str = "starting") -> tuple[Production, Grant]:
    """#41 is granted; its intent is written, or it is lost; no run is bound."""
    production = Production(environment())
    production.merges(41)
    assert not production.says("taro", "/deploy", on=41).refusal
    if phase != "accepted":
        production.starts()
    if phase == "lost":
        production.later(minutes=2)
        production.sees("missing", run=None)
    assert production.environment.deployment
    assert production.environment.deployment.phase == phase
    return production, production.environment.deployment.grant


def bound(production: Production) -> Run | None:
    """The run of the newest number."""
    assert production.environment.deployment
    return production.environment.deployment.run


@pytest.mark.parametrize("phase", ["starting", "lost"])
def test_a_run_of_ours_is_bound_by_its_ticket(phase: str) -> None:
    """GitHub's answer was lost, and the webhook comes before the next look."""
    production, grant = begun(phase=phase)
    tells(production, f"Deploy {grant.ticket}")
    assert bound(production) == LATE


@pytest.mark.parametrize("phase", ["accepted", "starting", "lost"])
@pytest.mark.parametrize(
    "more",
    [
        {"ours": False},
        {"ours": False, "by": "hanako"},
        {"branch": "hanako/44"},
        {"event": "schedule"},
        {"path": ".github/workflows/test.yml"},
        {"created_at": NOON - timedelta(hours=1)},
        {"title": "production-1"},
        {"title": "1:0123456789abcdef"},
    ],
)
@pytest.mark.parametrize("status", ["running", "succeeded"])
def test_no_other_run_is_bound(phase: str, more: dict[str, Any], status: RunStatus) -> None:
    """A run of another actor, branch, file or event, an older run, or one that only has the name."""
    production, grant = begun(phase=phase)
    before = production.environment.deployment
    tells(production, **{"title": f"Deploy {grant.ticket}", "status": status, **more})
    assert production.environment.deployment == before


def test_no_run_is_bound_before_the_intent() -> None:
    """Not even a run that looks like ours in every way: it cannot be ours, and `/deploy` continues."""
    production, grant = begun(phase="accepted")
    tells(production, f"Deploy {grant.ticket}")
    production.sees("running", run=77)
    assert bound(production) is None
    assert production.starts().changed


def test_a_second_run_for_one_number_is_stopped() -> None:
    """GitHub has created two runs for one number: the first bound run stays, and the other is stopped."""
    production, grant = begun()
    tells(production, f"Deploy {grant.ticket}")
    production.sees("queued", run=10)
    assert bound(production) == LATE
    assert [unexpected_run.run.id for unexpected_run in production.environment.unexpected_runs] == [10]


def only(production: Production, number: int, run: int, place: str = "production") -> Decision:
    """A runner has found the only candidate, whose name shows no ticket."""
    at = Run(run, f"https://github.com/acme/shop/actions/runs/{run}")
    return production.apply(RunObserved(environment=place, number=number, status="running", run=at, unnamed=True))


def shared() -> Production:
    """production-1 and staging-1 are starting by the same file, which shows no tickets."""
    production, _ = begun()
    found = production.environment
    assert found.deployment
    grant = replace(found.deployment.grant, environment="staging", id="fedcba9876543210")
    staging = replace(found, name="staging", deployment=replace(found.deployment, grant=grant))
    production.environments["staging"] = staging
    return production


def test_without_a_ticket_the_only_run_is_bound_if_no_other_number_waits_for_one() -> None:
    """While another number of the same file has no run, the candidate may be that one's; later it is certain."""
    production = shared()
    only(production, 1, 77)
    assert bound(production) is None
    other = Run(78, "https://github.com/acme/shop/actions/runs/78")
    production.apply(RunObserved(environment="staging", number=1, status="queued", run=other))
    only(production, 1, 78)
    assert bound(production) is None
    only(production, 1, 77)
    assert bound(production) == Run(77, "https://github.com/acme/shop/actions/runs/77")


def test_two_numbers_that_wait_for_one_run_are_lost() -> None:
    """The owner of the run is unknown, and a person looks."""
    production = shared()
    production.later(minutes=2)
    for place in ("production", "staging"):
        decision = only(production, 1, 77, place)
        assert [entry.what for entry in decision.entries] == ["lost"]
        assert "/actions/runs/77" in f"{decision.notices[0].values['detail']}"


def test_a_ticket_cannot_be_predicted() -> None:
    """It depends on a random value from outside, and on nothing that is written anywhere."""
    first = lock.Claim(key="k", nonce="one", actor="taro", door="pull_request", revision=live(41))
    grants = [lock.grant(environment(), claim, NOON) for claim in (first, replace(first, nonce="two"), first)]
    one, two, again = (granted.deployment.grant.ticket for granted in grants if granted.deployment)
    assert one != two
    assert one == again
    staging = lock.grant(environment(name="staging"), first, NOON).deployment
    assert staging
    assert staging.grant.ticket != one
    with pytest.raises(ValueError, match="without a nonce"):
        lock.grant(environment(), replace(first, nonce=""), NOON)


def test_a_ticket_belongs_to_the_environment_that_issued_it() -> None:
    """Environments count separately, and a ticket identifies its own: no other environment's run is cancelled."""
    production, old = twice()
    staging = lock.grant(
        replace(environment(), name="staging"),
        lock.Claim(key="k", nonce="n", actor="taro", door="pull_request", revision=None),
        NOON,
    )
    assert staging.deployment
    theirs = staging.deployment.grant.ticket
    assert theirs.startswith("1:")
    assert lock.number_of_ticket("production", old.ticket) == 1
    assert lock.number_of_ticket("staging", theirs) == 1
    assert lock.number_of_ticket("production", theirs) is None
    assert tells(production, theirs) == Decision()
