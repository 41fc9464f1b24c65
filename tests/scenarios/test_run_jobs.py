"""The conclusion of a run is not enough: its jobs show whether the revision is out, and an unknown outcome is shown."""

import re
from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, Run, faults
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import merged

JOBS = """\
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: make test}]}
  deploy: {needs: test, PLACE runs-on: ubuntu-latest, steps: [{run: ./release}]}
  smoke test: {needs: deploy, runs-on: ubuntu-latest, steps: [{run: ./smoke}]}
"""
NAMED = JOBS.replace("PLACE", "environment: '${{ inputs.environment }}',")
GUARDED = JOBS.replace("PLACE", "").replace("steps: [{run: ./r", "steps: [{uses: $/.github/actions/guard}, {run: ./r")
UNNAMED = JOBS.replace("PLACE", "")
LATER = ("deploy", "smoke test")
NOTHING = "❌ **Deploy of #41 to production failed** (production-1, by @taro): nothing was deployed"
READ = re.compile(r"/jobs")


async def deploying(shop: Scene, jobs: str, by: str = "taro") -> tuple[Pull, Run]:
    """A release whose workflow has several jobs."""
    text = WORKFLOW[: WORKFLOW.index("jobs:")] + jobs
    await shop.shop.commit(".github/workflows/deploy.yml", text, by="mona", message="Test before and after")
    pull = await merged(shop, by)
    await shop.says(by, "/deploy", on=pull)
    return pull, await shop.shop.run_queued()


async def ends(shop: Scene, run: Run, conclusion: str, **jobs: str) -> None:
    """Ends the run job by job, until one fails."""
    await shop.shop.start_run(run, later=[name for name in LATER if name not in jobs])
    await shop.idle()
    await shop.shop.finish_run(run, conclusion, **jobs)
    await shop.idle()


def title(shop: Scene, pull: Pull) -> str:
    """The first line of its comment."""
    return shop.replies(pull)[0].split("\n")[0]


# ---------------------------------------------------------------- red


@pytest.mark.parametrize("jobs", [NAMED, GUARDED, UNNAMED])
async def test_a_red_run_whose_deploy_job_was_done_may_be_out(shop: Scene, jobs: str) -> None:
    """The smoke test failed after the deploy job: the revision may serve, and the message names the rollback."""
    first = await shop.released("hanako", "Speed up search")
    await shop.says("hanako", "/unlock", on=first)
    pull, run = await deploying(shop, jobs)
    await ends(shop, run, "failure", test="success", deploy="success", **{"smoke test": "failure"})
    assert title(shop, pull).startswith(
        "❌ **Deploy of #42 to production failed** (production-2, by @taro): it may be partly deployed; check the run"
    )
    told = shop.replies(pull)[-1]
    assert "**Deploy of #42 to production failed** (production-2): it may be partly deployed; check the run." in told
    assert "It failed in `smoke test / Run ./smoke`." in told
    assert "To undo it: `/rollback production`" in told
    assert "**Deploy of #42 to production failed" not in shop.replies(first)[-1]
    await shop.says("mona", "/status", on=pull)
    maybe = "⚠️ Deploy of #42 did not succeed (production-2): it may be partly deployed; check the run."
    assert maybe in shop.replies(pull)[-1]


async def test_a_red_run_that_may_be_out_is_rolled_back_by_one_line(shop: Scene) -> None:
    """Back to the live revision; then no place shows that the failed one may be out."""
    first = await shop.released("hanako", "Speed up search")
    await shop.says("hanako", "/unlock", on=first)
    pull, run = await deploying(shop, NAMED)
    await ends(shop, run, "failure", test="success", deploy="success", **{"smoke test": "failure"})
    assert shop.shop.serving["production"] == pull.merge_commit_sha
    await shop.says("taro", "/rollback production", on=pull)
    back = await shop.shop.run_queued()
    assert back.inputs["sha"] == first.merge_commit_sha
    await ends(shop, back, "success", test="success", deploy="success", **{"smoke test": "success"})
    assert shop.shop.serving["production"] == first.merge_commit_sha
    await shop.says("mona", "/status", on=pull)
    assert "may be partly deployed" not in shop.replies(pull)[-1]


async def test_a_red_run_is_deployed_again_by_one_line(shop: Scene) -> None:
    """As a release that failed earlier."""
    pull, run = await deploying(shop, NAMED)
    await ends(shop, run, "failure", test="success", deploy="success", **{"smoke test": "failure"})
    assert "/rollback" not in shop.replies(pull)[0]  # the previous revision is unknown
    await shop.says("taro", "/deploy", on=pull)
    await ends(shop, await shop.shop.run_queued(), "success", test="success", **dict.fromkeys(LATER, "success"))
    assert shop.replies(pull)[-1].startswith("✅ **#41 is live on production**")


@pytest.mark.parametrize("jobs", [NAMED, GUARDED])
async def test_a_red_run_whose_deploy_job_never_began_is_not_out(shop: Scene, jobs: str) -> None:
    """The file shows which job deploys: by its environment, or by its step that asks the guard."""
    pull, run = await deploying(shop, jobs)
    await ends(shop, run, "failure", test="failure")
    assert title(shop, pull).startswith(NOTHING)
    assert "It failed in `test / Run make test`." in shop.replies(pull)[0]


async def test_without_a_known_deploy_job_any_job_that_began_may_have_deployed(shop: Scene) -> None:
    """The file does not show which job deploys."""
    pull, run = await deploying(shop, UNNAMED)
    await ends(shop, run, "failure", test="failure")
    assert title(shop, pull).startswith(
        "❌ **Deploy of #41 to production failed** (production-1, by @taro): it may be partly deployed; check the run"
    )


@pytest.mark.parametrize(
    ("jobs", "says"),
    [({}, "nothing was deployed"), ({"test": "success", "deploy": "cancelled"}, "may be partly deployed")],
)
async def test_a_cancelled_run_shows_whether_it_may_be_out(shop: Scene, jobs: dict[str, str], says: str) -> None:
    """Before its deploy job began, or during it."""
    pull, run = await deploying(shop, NAMED)
    run.stubborn = True  # the run ends late
    if jobs:
        await shop.shop.start_run(run, later=["smoke test"])
    await shop.idle()
    await shop.says("taro", "/cancel", on=pull)
    await shop.shop.finish_run(run, "cancelled", **jobs)
    await shop.idle()
    assert title(shop, pull).startswith("❌ **Deploy of #41 to production was cancelled** (production-1")
    assert says in title(shop, pull)


async def test_a_deploy_job_that_a_reviewer_rejected_never_began(shop: Scene) -> None:
    """GitHub calls it failed, but no runner took it: the revision is not out."""
    pull, run = await deploying(shop, NAMED)
    await shop.shop.start_run(run, later=LATER)
    shop.shop.hold_for_review(run)
    await shop.idle()
    ends = {"test": "success", "deploy": "failure", "smoke test": "skipped"}
    await shop.shop.finish_run(run, "failure", **ends)
    await shop.idle()
    assert title(shop, pull).startswith(NOTHING)
    assert "It failed in" not in shop.replies(pull)[0]


async def test_the_failed_step_replaces_the_conclusion_from_github(shop: Scene) -> None:
    """`failure` adds nothing to the name of the failed step."""
    pull, run = await deploying(shop, NAMED)
    await ends(shop, run, "failure", test="failure")
    told = shop.replies(pull)[-1]
    assert "It failed in `test / Run make test`." in told
    assert "GitHub said" not in told


@pytest.mark.parametrize("deaf", [False, True])
async def test_a_rollback_does_not_wait_for_jobs_that_cannot_be_read(shop: Scene, deaf: bool) -> None:
    """The run has ended, so the rollback starts at once, whether it was requested before that or after."""
    first = await shop.released("hanako", "Speed up search")
    await shop.says("hanako", "/unlock", on=first)
    pull, run = await deploying(shop, NAMED)
    await shop.shop.start_run(run)
    run.stubborn = True
    shop.github.faults.append(Fault("GET", READ, faults.status(403), times=99))
    if deaf:
        await shop.says("taro", "/rollback", on=pull)
    await shop.shop.finish_run(run, "failure")
    await shop.idle()
    if not deaf:
        await shop.says("taro", "/rollback", on=pull)
    await shop.idle()
    back = await shop.shop.run_queued()
    assert back.inputs["sha"] == first.merge_commit_sha
    assert "has not ended" not in "".join(shop.replies(pull))


# ---------------------------------------------------------------- green


@pytest.mark.parametrize("jobs", [NAMED, GUARDED])
async def test_a_green_run_whose_deploy_job_was_skipped_is_not_live(shop: Scene, jobs: str) -> None:
    """Its `if` was false: as after a failure, the release goes on waiting."""
    pull, run = await deploying(shop, jobs)
    await shop.shop.start_run(run, skips=LATER)
    await shop.ends(run)
    assert title(shop, pull).startswith(NOTHING)
    assert "The run succeeded, but its deploy job was skipped." in shop.replies(pull)[0]
    await shop.says("mona", "/status", on=pull)
    assert "#41" not in shop.replies(pull)[-1].split("\n")[0]
    assert await shop.awaiting() == [41]


async def test_a_green_run_of_which_every_job_was_skipped_is_not_live(shop: Scene) -> None:
    """Whichever of them deploys."""
    pull, run = await deploying(shop, UNNAMED)
    await shop.shop.start_run(run, skips=("test", *LATER))
    await shop.ends(run, "skipped")
    assert "nothing was deployed" in shop.replies(pull)[0]


CALLED = """\
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: make test}]}
  ship: {needs: test, uses: ./.github/workflows/ship.yml, with: {environment: '${{ inputs.environment }}'}}
"""
CALLS = """\
on: {workflow_call: {inputs: {environment: {type: string}}}}
jobs:
  build: {runs-on: ubuntu-latest, steps: [{run: make}]}
  deploy: {PLACE runs-on: ubuntu-latest, steps: [{run: ./release}]}
  undo: {if: failure(), runs-on: ubuntu-latest, steps: [{run: ./undo}]}
"""
NOT_KNOWN = "❔ **Deploy of #41 to production ended, but it is unknown whether it is live** (production-1, by @taro)"


async def calling(shop: Scene, place: str = "environment: '${{ inputs.environment }}',") -> tuple[Pull, Run]:
    """The deploy job is in a called workflow."""
    called = CALLS.replace("PLACE", place)
    await shop.shop.commit(".github/workflows/ship.yml", called, by="mona", message="Ship for all")
    return await deploying(shop, CALLED)


async def test_a_green_run_that_skipped_the_workflow_that_it_calls_is_not_called_live(shop: Scene) -> None:
    """GitHub shows the caller only, and the file does not show whether the called workflow deploys."""
    pull, run = await calling(shop)
    await shop.shop.start_run(run, skips=["ship"])
    await shop.ends(run)
    assert [job.name for job in run.jobs] == ["test", "ship"]
    assert title(shop, pull).startswith(NOT_KNOWN)
    assert "ghapp cannot tell which job deploys" in shop.replies(pull)[0]
    assert await shop.awaiting() == [41]
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 2


@pytest.mark.parametrize(("place", "live"), [("environment: '${{ inputs.environment }}',", True), ("", False)])
async def test_a_green_run_of_a_called_workflow_is_live_where_its_job_names_the_environment(
    shop: Scene, place: str, live: bool
) -> None:
    """Where its job names the environment; otherwise a skipped job may be the one that deploys."""
    pull, run = await calling(shop, place)
    await shop.shop.start_run(run, skips=["ship / undo"])
    await shop.ends(run)
    assert [job.name for job in run.jobs] == ["test", "ship / build", "ship / deploy", "ship / undo"]
    assert title(shop, pull).startswith("✅ **#41 is live on production**" if live else NOT_KNOWN)


async def test_a_green_run_whose_unnamed_deploy_job_was_skipped_is_not_called_live(shop: Scene) -> None:
    """The tests ran, and by the file they might be the deploy job."""
    pull, run = await deploying(shop, UNNAMED)
    await shop.shop.start_run(run, skips=LATER)
    await shop.ends(run)
    assert title(shop, pull).startswith(NOT_KNOWN)


FAILED = {"test": "success", "deploy": "failure", "smoke test": "success"}


@pytest.mark.parametrize(
    ("jobs", "says"),
    [
        (NAMED, "❌ **Deploy of #41 to production failed"),
        (GUARDED, "❌ **Deploy of #41 to production failed"),
        (UNNAMED, NOT_KNOWN),
    ],
)
async def test_a_green_run_whose_deploy_job_failed_is_not_live(shop: Scene, jobs: str, says: str) -> None:
    """Under `continue-on-error` the run is green, and the job is red: actions/runner#1161, mmcloughlin/avo#218."""
    pull, run = await deploying(shop, jobs)
    await shop.shop.start_run(run)
    await shop.shop.finish_run(run, "success", **FAILED)
    await shop.idle()
    assert title(shop, pull).startswith(says)
    assert "It failed in `deploy / Run " in shop.replies(pull)[0]
    assert await shop.awaiting() == [41]


async def test_a_green_run_with_a_test_that_failed_is_live(shop: Scene) -> None:
    """Its deploy job is known, and succeeded."""
    pull, run = await deploying(shop, NAMED)
    await shop.shop.start_run(run)
    await shop.shop.finish_run(run, "success", test="failure", deploy="success")
    await shop.idle()
    assert title(shop, pull).startswith("✅ **#41 is live on production**")


ANY_NAME = NAMED.replace("deploy: {", "deploy: {name: '${{ inputs.environment }}',").replace("needs: deploy, ", "")
ELSEWHERE = """\
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: make test}]}
  staging: {name: 'deploy ${{ matrix.place }}', environment: staging, runs-on: ubuntu-latest, steps: [{run: ./release}]}
  deploy: {name: deploy production, runs-on: ubuntu-latest, steps: [{run: ./release}]}
"""


@pytest.mark.parametrize(
    ("jobs", "skipped", "says"),
    [
        (ANY_NAME, "production", NOTHING),
        (ELSEWHERE, "deploy production", NOT_KNOWN),
    ],
)
async def test_a_job_is_not_mistaken_for_one_with_a_computed_name(
    shop: Scene, jobs: str, skipped: str, says: str
) -> None:
    """A name with an expression may become any name: a job with the literal name is matched first."""
    pull, run = await deploying(shop, jobs)
    await shop.shop.start_run(run, skips=[skipped])
    await shop.ends(run)
    assert title(shop, pull).startswith(says)
    assert await shop.awaiting() == [41]


UNWELL = UNNAMED.replace("smoke test: {needs: deploy,", "smoke test: {if: failure(),")


@pytest.mark.parametrize("jobs", [NAMED, UNWELL])
async def test_a_green_run_with_another_job_skipped_is_live(shop: Scene, jobs: str) -> None:
    """Steps that run only after a failure are skipped every time."""
    pull, run = await deploying(shop, jobs)
    await shop.shop.start_run(run, skips=["smoke test"])
    await shop.ends(run)
    assert title(shop, pull).startswith("✅ **#41 is live on production**")
    assert [code for code in shop.codes(pull) if code != "now_locked"] == []


# ---------------------------------------------------------------- unreadable jobs


@pytest.mark.parametrize(
    ("ended", "says", "why"),
    [
        ("failure", "❌ **Deploy of #41 to production failed", "ghapp could not see how far its run came"),
        ("success", "❔ **Deploy of #41 to production ended", "ghapp could not read the run's jobs"),
    ],
)
async def test_jobs_that_cannot_be_read_hold_nothing_up_for_ever(shop: Scene, ended: str, says: str, why: str) -> None:
    """ghapp asks again, and after two minutes shows the outcome as unknown."""
    pull, run = await deploying(shop, NAMED)
    shop.github.faults.append(Fault("GET", READ, faults.status(403), times=99))
    await ends(shop, run, ended, **({} if ended == "success" else {"test": "success", "deploy": "success"}))
    assert title(shop, pull).startswith("🚀")
    for _ in range(3):
        await shop.later(seconds=50)
    assert title(shop, pull).startswith(says)
    assert why in shop.replies(pull)[0]
    before = len(shop.calls("GET", "/jobs"))
    await shop.later(minutes=60)
    assert before < len(shop.calls("GET", "/jobs")) < before + 10


@pytest.mark.parametrize("skips", [False, True])
async def test_jobs_that_are_read_much_later_correct_what_is_live(shop: Scene, skips: bool) -> None:
    """If the deploy job was skipped, the commit never was live, and may be deployed again."""
    pull, run = await deploying(shop, NAMED)
    shop.github.faults.append(Fault("GET", READ, faults.status(403), times=99))
    await shop.shop.start_run(run, skips=LATER if skips else ())
    await shop.ends(run)
    for _ in range(3):
        await shop.later(seconds=50)
    await shop.says("mona", "/status", on=pull)
    told = (
        "⚠️ Deploy of #41 ended, but it is unknown whether it is live (production-1): ghapp could not read the run's "
        "jobs."
    )
    assert told in shop.replies(pull)[-1]
    shop.github.faults.clear()
    await shop.later(minutes=30)
    await shop.says("mona", "/status", on=pull)
    if skips:
        assert title(shop, pull).startswith(NOTHING)
        assert "whether #41" not in shop.replies(pull)[-1]
        await shop.says("taro", "/deploy", on=pull)
        assert len(shop.runs()) == 2
    else:
        assert title(shop, pull).startswith("✅ **#41 is live on production**")
        assert "#41" in shop.replies(pull)[-1].split("\n")[0]


async def test_jobs_that_are_read_late_count(shop: Scene) -> None:
    """GitHub gave no answer for a moment: until it does, the comment stays."""
    pull, run = await deploying(shop, NAMED)
    shop.github.faults.append(Fault("GET", READ, faults.status(502), times=3))
    await ends(shop, run, "failure", test="failure")
    assert title(shop, pull).startswith("🚀")
    for _ in range(3):
        await shop.later(seconds=11)
    assert title(shop, pull).startswith(NOTHING)


async def test_a_run_ends_by_its_webhook_though_github_does_not_answer_afterwards(shop: Scene) -> None:
    """The webhook came. The lock waits no longer than two minutes for the jobs."""
    pull, run = await deploying(shop, NAMED)
    dead: Any = Fault("GET", re.compile(r"/actions/runs"), faults.status(502), times=99)
    await shop.shop.start_run(run)
    await shop.idle()
    shop.github.faults.append(dead)
    await shop.ends(run, "failure")
    for _ in range(4):
        await shop.later(seconds=50)
    assert title(shop, pull).startswith(
        "❌ **Deploy of #41 to production failed** (production-1, by @taro): it may be partly deployed; check the run"
    )
