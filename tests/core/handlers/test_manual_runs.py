"""Runs of the deploy workflow started without ghapp: kept, notified once, and neither followed nor stopped."""

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.model.decision import Decision, Notice
from ghapp.core.model.environment import MANUAL_RUNS_KEPT, Environment, Run
from ghapp.core.model.events import GuardAsked, GuardedJob, RunStatus, WorkflowRunChanged
from ghapp.core.model.facts import AttemptFact, NeedAttempt
from ghapp.core.model.run_jobs import RunJob
from ghapp.core.rules.next_step import next_step
from ghapp.core.views import comment, slack
from tests.core.build import REPOSITORY, Production, environment, in_japanese
from tests.core.handlers.test_unexpected_runs import POLL, twice

WORKFLOW = "acme/shop/.github/workflows/deploy.yml@refs/heads/main"
URL = "https://github.com/acme/shop/actions/runs/77"


def starts(
    production: Production,
    by: str | None = "hanako",
    *,
    run: int = 77,
    attempt: int = 1,
    status: RunStatus = "queued",
    file: str = "deploy.yml",
) -> Decision:
    """GitHub reports a run without a ticket."""
    return production.apply(
        WorkflowRunChanged(
            repository=REPOSITORY,
            key="k",
            run=Run(run, URL),
            attempt=attempt,
            path=f".github/workflows/{file}@refs/heads/main",
            title="Deploy",
            status=status,
            by=by,
        )
    )


def ends(production: Production, cause: str = "push", *, run: int = 77, attempt: int = 1, **more: Any) -> Decision:
    """GitHub reports the end of a run that another event started. Its jobs have deployed to production."""
    job = RunJob(name="release", ended="success", began=True)
    plain: dict[str, Any] = {"actor": "hanako", "ours": False, "branch": "main", "jobs": (job,)}
    plain |= {"places": frozenset({"Production"})}
    production.attempts[NeedAttempt(run, attempt)] = AttemptFact(**{**plain, **more})
    event = WorkflowRunChanged(
        repository=REPOSITORY,
        key="k",
        run=Run(run, URL),
        attempt=attempt,
        path=".github/workflows/deploy.yml",
        title="Merge #42",
        status="succeeded",
        cause=cause,
    )
    return production.apply(event)


def free() -> Production:
    """#40 is live, and nothing stands in the way."""
    production = Production(environment())
    production.releases(40, "taro")
    production.later(hours=1)
    production.ticks()
    return production


def first_line(notice: Notice) -> str:
    """The first line of the comment."""
    return comment.notice(notice, now=notice.at).split("\n")[0]


def test_the_holder_is_notified_of_a_manual_run_and_the_run_continues() -> None:
    """The run may be for another place, which only a person knows."""
    production, _ = twice()
    deployment = production.environment.deployment
    decision = starts(production)
    assert [(notice.code, notice.destination.pull, notice.destination.channel) for notice in decision.notices] == [
        ("by_hand.held", 41, None),
        ("by_hand.held", None, "C024BE91L"),
    ]
    assert first_line(decision.notices[0]) == (
        f"@taro ⚠️ **hanako started `deploy.yml` by hand while you have production locked** · [View run]({URL}). "
        "ghapp neither tracks nor stops that run. If it is for production, talk to hanako or cancel it on GitHub."
    )
    (entry,) = decision.entries
    assert (entry.what, entry.actor, entry.door, entry.why) == (
        "started_by_hand",
        "hanako",
        "github",
        f"deploy.yml: {URL}",
    )
    assert production.environment.unexpected_runs == ()
    assert production.environment.deployment == deployment
    assert next_step(production.environment, production.now, poll=POLL) is None


def test_a_manual_run_in_a_free_environment_mentions_no_person() -> None:
    """The notice stands beside the live release, which may not be current any more."""
    decision = starts(free())
    assert [notice.code for notice in decision.notices] == ["by_hand", "by_hand"]
    assert slack.notice(decision.notices[1], now=decision.notices[1].at).text == (
        f"⚠️ *hanako started `deploy.yml` by hand* · <{URL}|View run>. ghapp does not track that run and its lock "
        "does not cover it, so what ghapp shows for production may be out of date. To deploy with the lock: `/deploy "
        "production`"
    )


def test_a_manual_run_gets_one_notice_for_all_its_states() -> None:
    """One more notice if it is run again."""
    production = free()
    sights: tuple[RunStatus, ...] = ("running", "queued", "succeeded", "running")
    told = [len(starts(production, status=status).notices) for status in sights]
    assert told == [2, 0, 0, 0]
    assert len(starts(production, attempt=2).notices) == 2
    assert len({(one.run.id, one.attempt) for one in production.environment.manual_runs}) == 2


def test_runs_of_bots_and_of_other_workflows_are_ignored() -> None:
    """A bot's run may be ours or another tool's; other workflows release nothing here."""
    production = free()
    assert starts(production, by=None) == Decision()
    assert starts(production, file="test.yml") == Decision()


def test_environments_that_share_a_workflow_are_named_in_one_notice() -> None:
    """A run does not name its environment."""
    production, _ = twice()
    production.environments["staging"] = replace(environment(name="staging"), number=7)
    decision = starts(production)
    assert {notice.id for notice in decision.notices} == {f"1/by_hand/77/1/{place}" for place in ("pull", "channel")}
    assert decision.notices[0].values["environments"] == ["production", "staging"]
    assert [entry.environment for entry in decision.entries] == ["production", "staging"]


def test_a_manual_run_before_the_first_release_gets_no_notice() -> None:
    """Only history records it."""
    production = Production(environment())
    decision = starts(production)
    assert decision.notices == ()
    assert [entry.what for entry in decision.entries] == ["started_by_hand"]


def test_status_shows_a_manual_run_until_another_release_is_live() -> None:
    """After a later release, production is as ghapp shows it."""
    production = free()
    starts(production)
    (told,) = production.says("mona", "/status", on=40).notices
    assert (
        f"⚠️ hanako started the workflow by hand at 14:42 JST · [View run]({URL}): something else may be live."
        in comment.notice(told, now=production.now)
    )
    production.later(minutes=1)
    production.releases(41, "taro")
    (told,) = production.says("mona", "/status", on=40).notices
    assert "by hand" not in comment.notice(told, now=production.now)


# ---------------------------------------------------------------- runs that other events started


def test_a_deployment_without_a_grant_gets_the_notices_of_a_manual_run() -> None:
    """Beside the live release, or to the holder; `/status` shows it until another release is live."""
    production = free()
    decision = ends(production)
    assert [notice.code for notice in decision.notices] == ["unordered", "unordered"]
    assert first_line(decision.notices[0]) == (
        f"⚠️ **`push` (hanako) ran `deploy.yml` without ghapp's lock** · [View run]({URL}). What ghapp shows for "
        "production may be out of date. To deploy with the lock: `/deploy production`. `ghapp check` shows how to "
        "prevent such runs; the next ones appear only in `/status`."
    )
    (entry,) = decision.entries
    assert (entry.what, entry.actor, entry.why) == ("unordered", "hanako", f"deploy.yml by push: {URL}")
    (told,) = production.says("mona", "/status", on=40).notices
    assert (
        f"⚠️ `push` (hanako) ran the workflow without the lock at 14:42 JST · [View run]({URL}): something else may "
        "be live." in comment.notice(told, now=production.now)
    )
    held, _ = twice()
    assert first_line(ends(held).notices[0]) == (
        f"@taro ⚠️ **`push` (hanako) ran `deploy.yml` while you have production locked** · [View run]({URL}). Check "
        "what is live now. `ghapp check` shows how to prevent such runs."
    )


def test_runs_of_every_push_get_one_notice_until_another_release_is_live() -> None:
    """Every run is kept. A run of another event gets its own notice."""
    production = free()
    told = [len(ends(production, run=number).notices) for number in (1, 2, 3)]
    assert told == [2, 0, 0]
    assert len(ends(production, "schedule", run=4).notices) == 2
    assert [one.cause for one in production.environment.manual_runs] == ["push", "push", "push", "schedule"]
    production.later(minutes=1)
    production.releases(41, "taro")
    production.later(minutes=1)
    assert len(ends(production, run=5).notices) == 2


@pytest.mark.parametrize(
    ("cause", "more", "counts"),
    [
        ("push", {}, True),
        ("pull_request", {"branch": "mona/42"}, True),
        ("push", {"places": frozenset({"staging"})}, False),
        ("push", {"places": frozenset({"staging", "prod"})}, True),
        ("push", {"places": frozenset()}, True),
        ("schedule", {"places": frozenset()}, True),
        ("push", {"places": frozenset(), "branch": "mona/42"}, False),
        ("pull_request", {"places": frozenset()}, False),
        ("pull_request_target", {"places": frozenset()}, False),
        ("push", {"places": frozenset(), "jobs": ()}, False),
        ("push", {"places": frozenset(), "jobs": (RunJob(name="a", ended="skipped", began=False),)}, False),
        ("push", {"places": frozenset(), "jobs": (RunJob(name="a", ended="success", began=True, whole=False),)}, False),
        ("workflow_dispatch", {}, True),
        ("workflow_dispatch", {"ours": True}, False),
    ],
)
def test_which_runs_count_as_deployments_here(cause: str, more: dict[str, Any], counts: bool) -> None:
    """Those whose jobs name the place; if no job names one, runs on the environment's branch without a skipped job."""
    production = free()
    aliased = replace(production.environment.config, aliases=("prod",))
    production.environments["production"] = replace(production.environment, config=aliased)
    assert bool(ends(production, cause, **more).changed) is counts


def test_a_run_that_the_guard_refused_counts_as_no_deployment() -> None:
    """Although its job has a deployment on GitHub, and with any environment that the guard checked."""
    production = free()
    job = GuardedJob(
        repository=1, full_name="acme/shop", run=Run(77, URL), attempt=1, workflow=WORKFLOW, actor="hanako"
    )
    assert production.apply(GuardAsked(job=job, ticket="", sha="a" * 40)).refusal
    assert production.apply(GuardAsked(job=job, ticket="", sha="a" * 40)).changed == ()
    assert ends(production) == Decision()
    (told,) = production.says("mona", "/status", on=40).notices
    assert "without the lock" not in comment.notice(told, now=production.now)
    assert ends(production, attempt=2).changed


def test_a_manual_run_that_the_guard_refused_is_not_in_the_status() -> None:
    """The notice came when it began; it changed nothing."""
    production = free()
    starts(production)
    job = GuardedJob(
        repository=1, full_name="acme/shop", run=Run(77, URL), attempt=1, workflow=WORKFLOW, actor="hanako"
    )
    production.apply(GuardAsked(job=job, ticket="", sha="a" * 40))
    (told,) = production.says("mona", "/status", on=40).notices
    assert "by hand" not in comment.notice(told, now=production.now)


def test_a_run_of_a_push_is_never_ours_even_with_our_ticket() -> None:
    """A commit's title may contain a ticket."""
    production, _ = twice()
    deployment = production.environment.deployment
    assert deployment
    ended = WorkflowRunChanged(
        repository=REPOSITORY,
        key="k",
        run=Run(99, URL),
        attempt=1,
        path=".github/workflows/deploy.yml",
        title=f"Mend {deployment.grant.name} {deployment.grant.ticket}",
        status="failed",
        cause="push",
    )
    assert production.apply(ended) == Decision()
    assert production.environment.deployment == deployment


def test_a_run_that_github_deleted_is_ignored() -> None:
    """GitHub keeps runs for a limited time."""
    production = free()
    gone = WorkflowRunChanged(
        repository=REPOSITORY,
        key="k",
        run=Run(98, URL),
        attempt=1,
        path="deploy.yml",
        title="",
        status="succeeded",
        cause="push",
    )
    assert production.apply(gone) == Decision()


def test_the_same_in_japanese() -> None:
    """To the holder, and in a free environment."""
    held, _ = twice()
    released = free()
    for production in (held, released):
        production.environments["production"] = in_japanese(production.environment)
        production.config = dataclasses.replace(
            production.config, environments={"production": production.environment.config}
        )
    assert first_line(starts(held).notices[0]).startswith(
        "@taro ⚠️ **production のロック中に、hanako が `deploy.yml` を手動で開始しました**"
    )
    assert first_line(starts(released).notices[0]).startswith("⚠️ **hanako が `deploy.yml` を手動で開始しました**")
    assert first_line(ends(held, run=5).notices[0]).startswith(
        "@taro ⚠️ **production のロック中に、`push` (hanako) により `deploy.yml` が実行されました**"
    )
    assert first_line(ends(released, run=5).notices[0]).startswith(
        "⚠️ **`push` (hanako) により `deploy.yml` がロックを取得せずに実行されました**"
    )


@pytest.mark.parametrize("many", [MANUAL_RUNS_KEPT + 3])
def test_manual_runs_are_bounded(many: int) -> None:
    """A document stays small."""
    production = free()
    for number in range(many):
        starts(production, run=1000 + number)
    found = production.environment
    assert isinstance(found, Environment)
    assert [one.run.id for one in found.manual_runs] == list(range(1000 + many - MANUAL_RUNS_KEPT, 1000 + many))
