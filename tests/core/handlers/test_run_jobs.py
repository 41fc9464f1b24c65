"""The reach of an ended run, read from its jobs, in every place and in both languages."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ghapp.core.config.workflow_file import Workflow, read_workflow
from ghapp.core.model import run_jobs
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Deployment, Reach, Run
from ghapp.core.model.events import RunObserved, RunStatus, WorkflowRunChanged
from ghapp.core.model.run_jobs import RunJob
from ghapp.core.rules.next_step import Look, Start, due_at, next_step
from ghapp.core.rules.release_status import pulls_to_show, release_status
from ghapp.core.views import check_run, comment
from tests.core.build import REPOSITORY, Production, environment, in_japanese, live

RUN = Run(9, "https://github.com/acme/shop/actions/runs/9")
POLL = timedelta(minutes=1)


def job(name: str, ended: str, *, deploys: bool = False, broke: str = "") -> RunJob:
    """A job; a skipped job never began."""
    return RunJob(name=name, ended=ended, began=ended != "skipped", deploys=deploys, broke=broke)


TEST, DEPLOY = job("test", "success"), job("deploy", "success", deploys=True)
SKIPPED, SMOKE = replace(DEPLOY, ended="skipped", began=False), job("smoke test", "failure", broke="Run ./smoke")


def under_way(*, japanese: bool = False) -> Production:
    """#40 is live, and #42's run is under way."""
    start = environment(live=live(40))
    production = Production(in_japanese(start) if japanese else start)
    production.merges(42)
    assert not production.says("mona", "/deploy").refusal
    production.starts()
    production.sees("running")
    return production


def sees(production: Production, status: RunStatus, jobs: Sequence[RunJob] | None = None, unread: str = "") -> Decision:
    """The runner observes the end of the run and its jobs."""
    found = None if jobs is None else tuple(jobs)
    number = production.environment.number
    seen = RunObserved(environment="production", number=number, status=status, run=RUN, jobs=found, unread=unread)
    return production.apply(seen)


def hears(production: Production, status: RunStatus) -> Decision:
    """GitHub's webhook reports the end of the run."""
    return production.apply(
        WorkflowRunChanged(
            repository=REPOSITORY,
            key=f"run/9/1/{status}",
            run=RUN,
            attempt=1,
            path=".github/workflows/deploy.yml",
            title="Deploy",
            status=status,
        )
    )


def attempt(production: Production) -> Deployment:
    """The newest attempt."""
    assert production.environment.deployment
    return production.environment.deployment


@pytest.mark.parametrize(
    ("jobs", "reach"),
    [
        ((TEST, DEPLOY, SMOKE), "maybe"),
        ((TEST, replace(DEPLOY, ended="failure"), job("smoke test", "skipped")), "maybe"),
        ((job("test", "failure"), SKIPPED), "none"),
        ((TEST, SKIPPED), "skipped"),
        ((TEST, job("deploy", "skipped")), "unsure"),  # another job may deploy
        ((TEST, replace(job("notify", "skipped"), spares=True)), "maybe"),
        ((replace(TEST, spares=True), job("deploy", "skipped")), "skipped"),
        ((TEST, DEPLOY, job("notify", "skipped")), "maybe"),
        ((job("test", "skipped"), job("deploy", "skipped")), "skipped"),
        ((replace(TEST, ended="cancelled", began=False),), "none"),
        ((), "none"),
    ],
)
def test_the_reach_of_a_run(jobs: tuple[RunJob, ...], reach: Reach) -> None:
    """By the jobs that deploy, else by all that may deploy."""
    green = all(job.ended in ("success", "skipped") for job in jobs)
    assert run_jobs.reach(jobs, green=green) == reach


@pytest.mark.parametrize(
    ("jobs", "reach", "failed"),
    [
        ((TEST, replace(DEPLOY, ended="failure")), "maybe", True),
        ((TEST, replace(DEPLOY, ended="timed_out"), DEPLOY), "maybe", True),
        ((job("test", "failure"), DEPLOY), "maybe", False),
        ((job("test", "failure"), job("deploy", "success")), "unsure", False),
        ((replace(TEST, ended="failure", spares=True), job("deploy", "success")), "maybe", False),
    ],
)
def test_a_green_run_may_contain_a_failed_job(jobs: tuple[RunJob, ...], reach: Reach, failed: bool) -> None:
    """The workflow file allows the job to fail: the run continues and is green."""
    assert (run_jobs.reach(jobs, green=True), run_jobs.failed(jobs)) == (reach, failed)


def test_the_failed_job_is_named_and_its_name_cut() -> None:
    """A job that was cancelled with it is not the reason."""
    assert run_jobs.broke((replace(TEST, ended="cancelled"), SMOKE)) == "smoke test / Run ./smoke"
    assert run_jobs.broke((job("x" * 200, "timed_out"),)) == "x" * 79 + "…"
    assert run_jobs.broke((TEST, SKIPPED)) == ""


@pytest.mark.parametrize("japanese", [False, True])
@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_release_that_may_be_out_is_neither_live_nor_ruled_out(status: RunStatus, japanese: bool) -> None:
    """The lock ends as after every failure; the known live release stays; both ways to continue are named."""
    production = under_way(japanese=japanese)
    decision = sees(production, status, (TEST, DEPLOY, SMOKE))
    after = production.environment
    assert (after.live and after.live.pull.number, after.free_since) == (40, production.now)
    assert [release.pull.number for release in after.awaiting] == [42]
    assert attempt(production).may_be_out
    told = comment.notice(decision.notices[0], now=production.now)
    assert ("途中まで反映されている可能性があります" if japanese else "it may be partly deployed; check") in told
    assert "`smoke test / Run ./smoke`" in told
    assert "`/rollback production`" in told
    assert "`/deploy production #42`" in told
    production.says("mona", "/status")
    back = production.says("mona", "/rollback")
    assert not back.refusal
    grant = attempt(production).grant
    assert (grant.undoes and grant.undoes.pull.number, grant.brings.pull.number) == (42, 40)


@pytest.mark.parametrize(("jobs", "buttons"), [((TEST, DEPLOY, SMOKE), ("deploy", "rollback")), ((), ("deploy",))])
def test_a_button_rolls_back_only_what_may_be_out(jobs: tuple[RunJob, ...], buttons: tuple[str, ...]) -> None:
    """Where nothing was deployed, as the text says, there is nothing to undo."""
    production = under_way()
    sees(production, "cancelled", jobs)
    head = attempt(production).grant.brings.pull.head
    assert release_status(production.environment, 42, head, production.now).buttons == buttons


def test_a_later_release_replaces_one_that_may_be_out() -> None:
    """As after every failure; then the doubt is over."""
    production = under_way()
    sees(production, "failed", (TEST, DEPLOY, SMOKE))
    production.merges(44)
    assert not production.says("hanako", "/deploy", on=44).refusal
    production.starts()
    production.sees("running")
    decision = sees(production, "succeeded", (TEST, DEPLOY))
    assert production.environment.live
    assert production.environment.live.pull.number == 44
    assert not attempt(production).may_be_out
    assert not decision.refusal


@pytest.mark.parametrize(("status", "jobs"), [("failed", (job("test", "failure"), SKIPPED)), ("cancelled", ())])
def test_a_release_whose_deploy_job_never_began_is_not_out(status: RunStatus, jobs: tuple[RunJob, ...]) -> None:
    """This is certain, so no rollback is proposed."""
    production = under_way()
    decision = sees(production, status, jobs)
    told = comment.notice(decision.notices[0], now=production.now)
    assert "nothing was deployed" in told
    assert "/rollback" not in told
    assert not attempt(production).may_be_out


def test_a_run_that_the_guard_let_through_may_be_out() -> None:
    """Even if the jobs say otherwise."""
    production = under_way()
    after = replace(production.environment, deployment=replace(attempt(production), let_through=production.now))
    production.environments["production"] = after
    sees(production, "failed", (job("test", "failure"), SKIPPED))
    assert attempt(production).reach == "maybe"


def test_a_green_run_that_skipped_its_deploy_job_has_failed() -> None:
    """The release is not live, no notice says so, and it waits."""
    production = under_way()
    decision = sees(production, "succeeded", (TEST, SKIPPED))
    after = production.environment
    assert (attempt(production).phase, after.live and after.live.pull.number) == ("failed", 40)
    assert [release.pull.number for release in after.awaiting] == [42]
    assert [notice.code for notice in decision.notices] == ["failed", "failed"]
    told = comment.notice(decision.notices[0], now=production.now)
    assert "its deploy job was skipped." in told


@pytest.mark.parametrize("japanese", [False, True])
def test_a_green_run_with_a_skipped_job_that_may_deploy_is_not_live(japanese: bool) -> None:
    """The notice says that it is unknown and how to make it known next time; deploy and rollback are both possible."""
    production = under_way(japanese=japanese)
    decision = sees(production, "succeeded", (TEST, job("deploy", "skipped")))
    assert (attempt(production).phase, attempt(production).reach, is_live(production)) == ("failed", "unsure", 40)
    told = comment.notice(decision.notices[0], now=production.now)
    assert ("稼働中かどうか不明です" if japanese else "it is unknown whether it is live") in told
    assert "`environment:`" in told
    assert "`/rollback production`" in told
    said = comment.notice(production.says("mona", "/status").notices[0], now=production.now)
    assert ("どのジョブがデプロイするのか" if japanese else "cannot tell which job deploys") in said
    assert not production.says("mona", "/deploy").refusal


def test_a_green_run_that_the_guard_let_through_is_live() -> None:
    """Then it is known that the deploy job began."""
    production = under_way()
    asked = replace(attempt(production), let_through=production.now)
    production.environments["production"] = replace(production.environment, deployment=asked)
    sees(production, "succeeded", (TEST, job("deploy", "skipped")))
    assert is_live(production) == 42


def test_a_rollback_that_skipped_its_deploy_job_has_failed() -> None:
    """Its hold stays, as after every rollback."""
    production = under_way()
    sees(production, "succeeded", (TEST, DEPLOY))
    production.says("mona", "/rollback")
    production.starts()
    production.sees("running")
    decision = sees(production, "succeeded", (TEST, SKIPPED))
    after = production.environment
    assert (attempt(production).phase, after.live and after.live.pull.number) == ("failed", 42)
    assert after.after_rollback
    assert "failed before anything was done" in comment.notice(decision.notices[0], now=production.now)


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_the_end_reported_by_a_webhook_waits_for_the_jobs_which_are_read_at_once(status: RunStatus) -> None:
    """A webhook reports only the run."""
    production = under_way()
    decision = hears(production, status)
    assert (attempt(production).phase, decision.notices) == ("running", ())
    assert due_at(production.environment, production.now, poll=POLL) == production.now
    step = next_step(production.environment, production.now, poll=POLL)
    assert isinstance(step, Look)
    sees(production, status, unread="502")
    sees(production, status, unread="502")
    production.later(seconds=4)
    assert next_step(production.environment, production.now, poll=POLL) is None
    production.later(seconds=1)
    assert isinstance(next_step(production.environment, production.now, poll=POLL), Look)
    sees(production, status, (TEST, DEPLOY))
    assert (attempt(production).phase, attempt(production).ending) == (status, None)


@pytest.mark.parametrize("japanese", [False, True])
@pytest.mark.parametrize("looks", [True, False])
@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_unreadable_jobs_delay_the_end_by_two_minutes_at_most(status: RunStatus, looks: bool, japanese: bool) -> None:
    """After two minutes the attempt ends with GitHub's result, and the notice says that the jobs are unknown."""
    production = under_way(japanese=japanese)
    hears(production, status)
    production.later(minutes=2)
    decision = sees(production, status, unread="502") if looks else production.ticks()
    newest = attempt(production)
    green = status == "succeeded"
    assert (newest.phase, newest.reach) == (("failed", "unread") if green else (status, "unknown"))
    assert newest.may_be_out
    assert production.environment.live
    assert production.environment.live.pull.number == 40
    told = comment.notice(decision.notices[0], now=production.now)
    if green:
        assert ("稼働中かどうか不明です" if japanese else "it is unknown whether it is live") in told
        assert ("ジョブを確認できませんでした" if japanese else "ghapp could not read the run's jobs") in told
    else:
        far = "実行がどこまで進んだか確認できませんでした" if japanese else "ghapp could not see how far its run came"
        assert far in told


def unread(status: RunStatus, *, japanese: bool = False) -> Production:
    """#42's run has ended, and its jobs could not be read for two minutes."""
    production = under_way(japanese=japanese)
    sees(production, status, unread="502")
    production.later(minutes=2)
    sees(production, status, unread="502")
    assert attempt(production).phase != "running"
    return production


def is_live(production: Production) -> int:
    """The number of the live pull request."""
    assert production.environment.live
    return production.environment.live.pull.number


@pytest.mark.parametrize("japanese", [False, True])
def test_a_release_with_unread_jobs_is_shown_as_unknown_and_can_be_deployed_again(japanese: bool) -> None:
    """A green run may have skipped its deploy job."""
    production = unread("succeeded", japanese=japanese)
    told = comment.notice(production.says("mona", "/status").notices[0], now=production.now)
    assert ("稼働中かどうか不明です" if japanese else "it is unknown whether it is live") in told
    assert not production.says("mona", "/deploy").refusal
    assert attempt(production).grant.sha == attempt(production).grant.brings.sha
    assert due_at(production.environment, production.now, poll=POLL) == production.now


def test_jobs_that_are_read_later_make_the_release_live_as_of_its_end() -> None:
    """A notice corrects the earlier one. The environment is not locked for it again."""
    production = unread("succeeded")
    ended, free = attempt(production).ending, production.environment.free_since
    production.later(minutes=30)
    decision = sees(production, "succeeded", (TEST, DEPLOY))
    assert ended
    assert (is_live(production), production.environment.free_since) == (42, free)
    assert production.environment.live
    assert production.environment.live.live_since == attempt(production).since == ended.at
    assert production.environment.awaiting == ()
    told = comment.notice(decision.notices[0], now=production.now)
    assert "**#42 is live on production**" in told
    assert sees(production, "succeeded", (TEST, DEPLOY)).notices == ()


@pytest.mark.parametrize(("status", "reach"), [("succeeded", "skipped"), ("failed", "none")])
def test_jobs_that_are_read_later_show_that_the_release_is_not_out(status: RunStatus, reach: Reach) -> None:
    """A new notice corrects the earlier one."""
    production = unread(status)
    said = production.now
    production.later(minutes=30)
    decision = sees(production, status, (TEST if status == "succeeded" else job("test", "failure"), SKIPPED))
    assert (is_live(production), attempt(production).reach, attempt(production).since) == (40, reach, said)
    assert not attempt(production).may_be_out
    told = [comment.notice(one, now=production.now) for one in decision.notices if one.destination.pull]
    assert len(told) == 1
    assert "nothing was deployed" in told[0]
    assert all(one.id.endswith("/read") for one in decision.notices)


def test_a_replaced_attempt_is_not_corrected_by_its_jobs() -> None:
    """Its jobs do not describe the current state."""
    production = unread("succeeded")
    production.says("mona", "/deploy")
    before = production.environment
    seen = RunObserved(environment="production", number=1, status="succeeded", run=RUN, jobs=(TEST, DEPLOY))
    production.apply(seen)
    assert production.environment == before


@pytest.mark.parametrize(("jobs", "number"), [((TEST, DEPLOY), 40), ((TEST, SKIPPED), 42)])
def test_a_rollback_is_corrected_by_jobs_that_are_read_later(jobs: tuple[RunJob, ...], number: int) -> None:
    """The undone release waits again, and the hold no longer says that the rollback failed."""
    production = under_way()
    sees(production, "succeeded", (TEST, DEPLOY))
    production.says("mona", "/rollback")
    production.starts()
    production.sees("running")
    sees(production, "succeeded", unread="502")
    production.later(minutes=2)
    sees(production, "succeeded", unread="502")
    assert (attempt(production).reach, is_live(production)) == ("unread", 42)
    production.says("mona", "/status")
    production.later(minutes=4)
    decision = sees(production, "succeeded", jobs)
    assert is_live(production) == number
    hold = production.environment.after_rollback
    assert (hold and hold.in_vain) == (number == 42)
    assert [one.pull.number for one in production.environment.awaiting] == ([42] if number == 40 else [])
    assert [one.code for one in decision.notices if one.destination.pull] == [
        "rolled_back" if number == 40 else "rollback_failed"
    ]


def unread_rollback(*, japanese: bool = False) -> Production:
    """#41, #40 and #42 were live in turn; #42's rollback succeeded as far as GitHub shows."""
    start = environment(live=live(40), earlier=(replace(live(41), live_until=live(40).live_since),))
    production = Production(in_japanese(start) if japanese else start)
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    sees(production, "succeeded", (TEST, DEPLOY))
    production.says("mona", "/rollback")
    production.starts()
    production.sees("running")
    sees(production, "succeeded", unread="502")
    production.later(minutes=2)
    sees(production, "succeeded", unread="502")
    return production


def test_a_rollback_whose_jobs_are_read_late_is_not_repeated() -> None:
    """Until then people were asked to try again: a command from before means the same rollback."""
    production = unread_rollback()
    production.later(minutes=30)
    sees(production, "succeeded", (TEST, DEPLOY))
    assert is_live(production) == 40
    typed = production.says("taro", "/rollback", on=40, at=production.now - timedelta(seconds=5))
    assert typed.refusal
    assert typed.refusal.code == "rolled_back_already"
    production.later(minutes=2)
    assert production.says("taro", "/rollback", on=40).refusal is None


@pytest.mark.parametrize("japanese", [False, True])
@pytest.mark.parametrize("jobs", [(TEST, DEPLOY), (TEST, SKIPPED)])
def test_a_late_notice_of_a_rollback_mentions_no_ended_lock(jobs: tuple[RunJob, ...], japanese: bool) -> None:
    """The rollback's hold was ended meanwhile."""
    production = unread_rollback(japanese=japanese)
    production.says("mona", "/unlock")
    production.later(minutes=30)
    decision = sees(production, "succeeded", jobs)
    (told,) = [comment.notice(one, now=production.now) for one in decision.notices if one.destination.pull]
    assert ("ロック中です" if japanese else "is locked") not in told
    assert ("`/rollback production`" in told) is (SKIPPED in jobs)


@pytest.mark.parametrize("japanese", [False, True])
def test_the_check_does_not_show_an_unknown_result_as_failed(japanese: bool) -> None:
    """For a release and for a rollback."""
    for production in (unread("succeeded", japanese=japanese), unread_rollback(japanese=japanese)):
        (of,) = [one for one in pulls_to_show(production.environment) if one.number == 42]
        shown = check_run.render(production.environment, of, web="https://github.com", now=production.now)
        assert ("失敗" if japanese else "failed") not in f"{shown.title}\n{shown.summary}"


def test_unread_jobs_are_read_at_growing_intervals_for_a_week() -> None:
    """For a week: GitHub keeps jobs for longer, but then a newer release is live."""
    production = unread("succeeded")
    production.environments["production"] = replace(production.environment, awaiting=())  # so that no call is made
    asked = []
    while (due := due_at(production.environment, production.now, poll=POLL)) is not None:
        begun = production.now
        production.now = max(due, production.now)
        step = next_step(production.environment, production.now, poll=POLL)
        assert isinstance(step, Look)
        assert (step.unread, step.over) == (True, "failed")
        asked.append(production.now - begun)
        sees(production, "succeeded", unread="502")
    assert asked[:4] == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 16)]
    assert asked[-1] == timedelta(hours=1)
    assert 160 < len(asked) < 180


def test_a_run_that_has_ended_is_not_stopped() -> None:
    """A person cancels it meanwhile."""
    production = under_way()
    hears(production, "failed")
    production.says("mona", "/cancel")
    sees(production, "failed", unread="502")
    sees(production, "failed", unread="502")
    assert next_step(production.environment, production.now, poll=POLL) is None


@pytest.mark.parametrize("looked", [True, False])
def test_a_rollback_does_not_wait_for_the_jobs_of_a_run_that_has_ended(looked: bool) -> None:
    """The run has ended, and only its reach is unknown."""
    production = under_way()
    hears(production, "failed")
    if looked:
        sees(production, "failed", unread="502")
    assert not production.says("mona", "/rollback").refusal
    assert production.environment.overtaken is None
    assert isinstance(next_step(production.environment, production.now, poll=POLL), Start)


def test_a_rollback_reads_the_jobs_of_an_overtaken_run_once() -> None:
    """They are read once, because it matters what was live meanwhile."""
    production = under_way()
    production.says("mona", "/rollback")
    hears_of_the_first = RunObserved(
        environment="production", number=1, status="succeeded", run=RUN, unread="not looked yet"
    )
    production.apply(hears_of_the_first)
    step = next_step(production.environment, production.now, poll=POLL)
    assert isinstance(step, Look)
    production.apply(replace(hears_of_the_first, unread="502", nth=step.nth))
    assert production.environment.overtaken is None
    assert is_live(production) == 40
    assert isinstance(next_step(production.environment, production.now, poll=POLL), Start)


def test_an_overtaken_release_is_live_only_if_it_was_deployed() -> None:
    """The rollback waits for the run's end in both cases."""
    for jobs, number in (((TEST, DEPLOY), 42), ((TEST, SKIPPED), 40)):
        production = under_way()
        production.says("mona", "/rollback")
        seen = RunObserved(environment="production", number=1, status="succeeded", run=RUN, jobs=jobs)
        production.apply(seen)
        assert production.environment.live
        assert production.environment.live.pull.number == number
        assert production.environment.overtaken is None


def test_the_past_comment_of_a_release_that_may_be_out() -> None:
    """Its comment, after a newer attempt began."""
    production = under_way()
    sees(production, "failed", (TEST, DEPLOY, SMOKE))
    past = comment.number_past(production.environment, attempt(production), now=production.now)
    assert "it may have been partly deployed" in past


# ---------------------------------------------------------------- which job it is, by the file


def file(jobs: str) -> Workflow:
    """A workflow with these jobs."""
    found = read_workflow(f"on: workflow_dispatch\njobs:\n{jobs}")
    assert isinstance(found, Workflow)
    return found


@pytest.mark.parametrize(
    ("jobs", "deploying"),
    [
        ("  build: {}\n  ship: {environment: Production}\n", ["ship"]),
        ("  build: {}\n  ship: {name: Ship it, environment: {name: prod, url: x}}\n", ["Ship it"]),
        ("  build: {}\n  ship: {environment: '${{ inputs.environment }}'}\n", ["ship"]),
        ("  stage: {environment: '${{ inputs.x }}'}\n  ship: {environment: production}\n", ["ship"]),
        ("  ship: {environment: staging}\n", []),
        ("  build: {}\n  ship: {steps: [{uses: actions/checkout@v5}, {uses: $/.github/actions/guard}]}\n", ["ship"]),
        ("  ship: {steps: [{uses: acme/guard@v1}, {run: ./release}]}\n", ["ship"]),
        ("  ship: {steps: [{uses: acme/lifeguard@v1}, nothing]}\n", []),
        ("  ship: {}\n", []),
        ("  - a list\n", []),
    ],
)
def test_which_jobs_deploy(jobs: str, deploying: list[str]) -> None:
    """Those that name the environment or ask the guard; else those whose environment an expression decides."""
    assert [job.name for job in file(jobs).deploying(("production", "prod"))] == deploying


@pytest.mark.parametrize(
    ("job", "spares"),
    [
        ("{}", False),
        ("{uses: ./.github/workflows/ship.yml}", False),
        ("{environment: staging}", True),
        ("{environment: Production}", False),
        ("{if: failure()}", True),
        ("{if: '${{ always() && (failure() || cancelled()) }}'}", True),
        ("{if: '!failure()'}", False),
        ("{if: success() || failure()}", False),
        ("{if: '!(failure() && cancelled())'}", False),
        ("{if: always()}", False),
    ],
)
def test_which_jobs_certainly_do_not_deploy_in_a_green_run(job: str, spares: bool) -> None:
    """Those of another environment, and those that run only after a failure."""
    assert bool(file(f"  one: {job}\n").sparing(("production", "prod"))) is spares


@pytest.mark.parametrize(
    ("name", "shown", "same"),
    [
        ("deploy", "deploy", True),
        ("deploy", "deploy (tokyo, 3)", True),
        ("deploy", "deploy / run", True),
        ("deploy", "deploy-docs", False),
        ("Deploy ${{ inputs.environment }} (now)", "Deploy production (now)", True),
        ("Deploy ${{ inputs.environment }}", "Test production", False),
    ],
)
def test_a_job_is_matched_to_the_name_that_github_shows(name: str, shown: str, same: bool) -> None:
    """A matrix adds its values, a called workflow its own jobs, and an expression matches any text."""
    (job,) = file(f"  one: {{name: '{name}', environment: production}}\n").deploying(("production",))
    assert job.shown_as(shown) is same


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("test", ["test"]),
        ("test (20)", ["test"]),
        ("production", ["${{ inputs.environment }}", "${{ matrix.part }}"]),
        ("${{ inputs.environment }}", ["${{ inputs.environment }}"]),
    ],
)
def test_a_literal_job_name_goes_before_an_expression(shown: str, meant: list[str]) -> None:
    """GitHub shows the name of a skipped job as the file has it."""
    jobs = "  test: {}\n  a: {name: '${{ inputs.environment }}'}\n  b: {name: '${{ matrix.part }}'}\n"
    assert [job.name for job in file(jobs).shown_as(shown)] == meant
