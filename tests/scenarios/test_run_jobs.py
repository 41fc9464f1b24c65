"""How a run ended says little: what is out is read off its jobs, and what cannot be known is said to be so."""

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
READ = re.compile(r"/jobs")


async def deploying(shop: Scene, jobs: str, by: str = "taro") -> tuple[Pull, Run]:
    """Its workflow has several jobs, and it was released."""
    text = WORKFLOW[: WORKFLOW.index("jobs:")] + jobs
    await shop.shop.commit(".github/workflows/deploy.yml", text, by="mona", message="Test before and after")
    pull = await merged(shop, by)
    await shop.says(by, "/deploy", on=pull)
    return pull, await shop.shop.run_queued()


async def ends(shop: Scene, run: Run, conclusion: str, **jobs: str) -> None:
    """Job by job, until one fails."""
    await shop.shop.start_run(run, later=[name for name in LATER if name not in jobs])
    await shop.idle()
    await shop.shop.finish_run(run, conclusion, **jobs)
    await shop.idle()


def title(shop: Scene, pull: Pull) -> str:
    """What its comment begins with."""
    return shop.replies(pull)[0].split("\n")[0]


# ---------------------------------------------------------------- red


@pytest.mark.parametrize("jobs", [NAMED, GUARDED, UNNAMED])
async def test_a_red_run_whose_deploy_job_was_done_may_be_out(shop: Scene, jobs: str) -> None:
    """Its smoke test failed. That it is not out would be a lie; how to take it back is said with it."""
    first = await shop.released("hanako", "Speed up search")
    await shop.says("hanako", "/unlock", on=first)
    pull, run = await deploying(shop, jobs)
    await ends(shop, run, "failure", test="success", deploy="success", **{"smoke test": "failure"})
    assert title(shop, pull).startswith("❌ **production-2 failed: #42 may be on production** (by @taro)")
    told = shop.replies(pull)[-1]
    assert "**production-2 failed: #42 may be on production.**" in told
    assert "It failed in `smoke test / Run ./smoke`." in told
    assert "To take it back: `/rollback production`" in told
    assert "**production-2 failed" not in shop.replies(first)[-1]
    await shop.says("mona", "/status", on=pull)
    assert "⚠️ production-2 did not succeed: #42 may be on production." in shop.replies(pull)[-1]


async def test_it_is_taken_back_by_one_line(shop: Scene) -> None:
    """To what is live for all that is known; then nothing of it is out any more."""
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
    assert "may be on" not in shop.replies(pull)[-1]


async def test_it_is_deployed_again_by_one_line(shop: Scene) -> None:
    """As one that failed before."""
    pull, run = await deploying(shop, NAMED)
    await ends(shop, run, "failure", test="success", deploy="success", **{"smoke test": "failure"})
    assert "/rollback" not in shop.replies(pull)[0]  # nothing is known of what was before
    await shop.says("taro", "/deploy", on=pull)
    await ends(shop, await shop.shop.run_queued(), "success", test="success", **dict.fromkeys(LATER, "success"))
    assert shop.replies(pull)[-1].startswith("✅ **#41 is live on production**")


@pytest.mark.parametrize("jobs", [NAMED, GUARDED])
async def test_a_red_run_whose_deploy_job_never_began_is_not_out(shop: Scene, jobs: str) -> None:
    """Which one that is says the file: by its environment, or by the guard that it asks."""
    pull, run = await deploying(shop, jobs)
    await ends(shop, run, "failure", test="failure")
    assert title(shop, pull).startswith("❌ **production-1 failed: #41 is not on production**")
    assert "It failed in `test / Run make test`." in shop.replies(pull)[0]


async def test_where_no_job_is_known_to_deploy_any_that_began_may_have(shop: Scene) -> None:
    """Nothing tells which one it was."""
    pull, run = await deploying(shop, UNNAMED)
    await ends(shop, run, "failure", test="failure")
    assert title(shop, pull).startswith("❌ **production-1 failed: #41 may be on production**")


@pytest.mark.parametrize(("jobs", "says"), [({}, "is not on"), ({"test": "success", "deploy": "cancelled"}, "may be")])
async def test_a_run_that_was_cancelled_says_the_same(shop: Scene, jobs: dict[str, str], says: str) -> None:
    """Before its deploy job began, or in the midst of it."""
    pull, run = await deploying(shop, NAMED)
    run.stubborn = True  # it takes its time
    if jobs:
        await shop.shop.start_run(run, later=["smoke test"])
    await shop.idle()
    await shop.says("taro", "/cancel", on=pull)
    await shop.shop.finish_run(run, "cancelled", **jobs)
    await shop.idle()
    assert title(shop, pull).startswith("❌ **production-1 was cancelled: #41 ")
    assert says in title(shop, pull)


async def test_a_deploy_job_that_a_reviewer_turned_down_never_began(shop: Scene) -> None:
    """GitHub calls it failed, and no runner took it up: it is not out."""
    pull, run = await deploying(shop, NAMED)
    await shop.shop.start_run(run, later=LATER)
    shop.shop.hold_for_review(run)
    await shop.idle()
    ends = {"test": "success", "deploy": "failure", "smoke test": "skipped"}
    await shop.shop.finish_run(run, "failure", **ends)
    await shop.idle()
    assert title(shop, pull).startswith("❌ **production-1 failed: #41 is not on production**")
    assert "It failed in" not in shop.replies(pull)[0]


async def test_what_is_known_better_is_not_said_in_githubs_words(shop: Scene) -> None:
    """That a run is a `failure` says nothing beside the step that failed."""
    pull, run = await deploying(shop, NAMED)
    await ends(shop, run, "failure", test="failure")
    told = shop.replies(pull)[-1]
    assert "It failed in `test / Run make test`." in told
    assert "GitHub said" not in told


@pytest.mark.parametrize("deaf", [False, True])
async def test_a_rollback_does_not_wait_for_jobs_that_cannot_be_read(shop: Scene, deaf: bool) -> None:
    """The run has ended, so that it starts at once, whether it was asked for before that or after."""
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
    """Its `if` said no. It is as if it had failed, and waits as before."""
    pull, run = await deploying(shop, jobs)
    await shop.shop.start_run(run, skips=LATER)
    await shop.ends(run)
    assert title(shop, pull).startswith("❌ **production-1 failed: #41 is not on production**")
    assert "The run ended well, but its deploy job was skipped: nothing was deployed." in shop.replies(pull)[0]
    await shop.says("mona", "/status", on=pull)
    assert "#41" not in shop.replies(pull)[-1].split("\n")[0]
    assert await shop.awaiting() == [41]


async def test_a_green_run_of_which_every_job_was_skipped_is_not_live(shop: Scene) -> None:
    """Whichever of them it is that deploys."""
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
NOT_KNOWN = "❔ **production-1 ended, and whether #41 is on production is not known**"


async def calling(shop: Scene, place: str = "environment: '${{ inputs.environment }}',") -> tuple[Pull, Run]:
    """What deploys stands in a workflow that another one calls."""
    called = CALLS.replace("PLACE", place)
    await shop.shop.commit(".github/workflows/ship.yml", called, by="mona", message="Ship for all")
    return await deploying(shop, CALLED)


async def test_a_green_run_that_skipped_the_workflow_that_it_calls_is_not_called_live(shop: Scene) -> None:
    """GitHub shows the caller alone, and whether that is what deploys its file does not say."""
    pull, run = await calling(shop)
    await shop.shop.start_run(run, skips=["ship"])
    await shop.ends(run)
    assert [job.name for job in run.jobs] == ["test", "ship"]
    assert title(shop, pull).startswith(NOT_KNOWN)
    assert "ghapp cannot tell which of its jobs deploys" in shop.replies(pull)[0]
    assert await shop.awaiting() == [41]
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 2


@pytest.mark.parametrize(("place", "live"), [("environment: '${{ inputs.environment }}',", True), ("", False)])
async def test_what_a_called_workflow_has_deployed_github_has_recorded(shop: Scene, place: str, live: bool) -> None:
    """Where its job names the environment; else one that it skipped may be what deploys."""
    pull, run = await calling(shop, place)
    await shop.shop.start_run(run, skips=["ship / undo"])
    await shop.ends(run)
    assert [job.name for job in run.jobs] == ["test", "ship / build", "ship / deploy", "ship / undo"]
    assert title(shop, pull).startswith("✅ **#41 is live on production**" if live else NOT_KNOWN)


async def test_a_green_run_whose_unnamed_deploy_job_was_skipped_is_not_called_live(shop: Scene) -> None:
    """Its tests ran, and they may be what deploys for all that the file says."""
    pull, run = await deploying(shop, UNNAMED)
    await shop.shop.start_run(run, skips=LATER)
    await shop.ends(run)
    assert title(shop, pull).startswith(NOT_KNOWN)


FAILED = {"test": "success", "deploy": "failure", "smoke test": "success"}


@pytest.mark.parametrize(
    ("jobs", "says"),
    [(NAMED, "❌ **production-1 failed: #41 may be on"), (GUARDED, "❌ **production-1 failed"), (UNNAMED, NOT_KNOWN)],
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
    """Its deploy job is known, and went well."""
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
        (ANY_NAME, "production", "❌ **production-1 failed: #41 is not on production**"),
        (ELSEWHERE, "deploy production", NOT_KNOWN),
    ],
)
async def test_a_job_is_not_taken_for_another_whose_name_the_run_decides(
    shop: Scene, jobs: str, skipped: str, says: str
) -> None:
    """Its name may become anything: what is written so in the file is meant before it."""
    pull, run = await deploying(shop, jobs)
    await shop.shop.start_run(run, skips=[skipped])
    await shop.ends(run)
    assert title(shop, pull).startswith(says)
    assert await shop.awaiting() == [41]


UNWELL = UNNAMED.replace("smoke test: {needs: deploy,", "smoke test: {if: failure(),")


@pytest.mark.parametrize("jobs", [NAMED, UNWELL])
async def test_a_green_run_with_another_job_skipped_is_live(shop: Scene, jobs: str) -> None:
    """What is only done after a failure is skipped every time."""
    pull, run = await deploying(shop, jobs)
    await shop.shop.start_run(run, skips=["smoke test"])
    await shop.ends(run)
    assert title(shop, pull).startswith("✅ **#41 is live on production**")
    assert [code for code in shop.codes(pull) if code != "now_locked"] == []


# ---------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize(
    ("ended", "says"),
    [("failure", "❌ **production-1 failed: #41 may be"), ("success", "❔ **production-1 ended, and whether #41")],
)
async def test_jobs_that_cannot_be_read_hold_nothing_up_for_ever(shop: Scene, ended: str, says: str) -> None:
    """They are asked for again, and after two minutes it is said that nobody knows."""
    pull, run = await deploying(shop, NAMED)
    shop.github.faults.append(Fault("GET", READ, faults.status(403), times=99))
    await ends(shop, run, ended, **({} if ended == "success" else {"test": "success", "deploy": "success"}))
    assert title(shop, pull).startswith("🚀")
    for _ in range(3):
        await shop.later(seconds=50)
    assert title(shop, pull).startswith(says)
    assert re.search("ghapp could not read .* look at the run.", shop.replies(pull)[0])
    before = len(shop.calls("GET", "/jobs"))
    await shop.later(minutes=60)
    assert before < len(shop.calls("GET", "/jobs")) < before + 10


@pytest.mark.parametrize("skips", [False, True])
async def test_jobs_that_are_read_much_later_correct_what_is_live(shop: Scene, skips: bool) -> None:
    """A green run whose deploy job was skipped never was, and the same commit is deployed meanwhile, or later."""
    pull, run = await deploying(shop, NAMED)
    shop.github.faults.append(Fault("GET", READ, faults.status(403), times=99))
    await shop.shop.start_run(run, skips=LATER if skips else ())
    await shop.ends(run)
    for _ in range(3):
        await shop.later(seconds=50)
    await shop.says("mona", "/status", on=pull)
    told = "⚠️ production-1 ended, and whether #41 is on production is not known: ghapp could not read the run's jobs."
    assert told in shop.replies(pull)[-1]
    shop.github.faults.clear()
    await shop.later(minutes=30)
    await shop.says("mona", "/status", on=pull)
    if skips:
        assert title(shop, pull).startswith("❌ **production-1 failed: #41 is not on production**")
        assert "whether #41" not in shop.replies(pull)[-1]
        await shop.says("taro", "/deploy", on=pull)
        assert len(shop.runs()) == 2
    else:
        assert title(shop, pull).startswith("✅ **#41 is live on production**")
        assert "#41" in shop.replies(pull)[-1].split("\n")[0]


async def test_jobs_that_are_read_late_count(shop: Scene) -> None:
    """GitHub did not answer for a moment: nothing is said before it does."""
    pull, run = await deploying(shop, NAMED)
    shop.github.faults.append(Fault("GET", READ, faults.status(502), times=3))
    await ends(shop, run, "failure", test="failure")
    assert title(shop, pull).startswith("🚀")
    for _ in range(3):
        await shop.later(seconds=11)
    assert title(shop, pull).startswith("❌ **production-1 failed: #41 is not on production**")


async def test_the_end_of_a_run_is_heard_where_github_answers_nothing_after_it(shop: Scene) -> None:
    """Its webhook came. The lock does not wait for longer than the jobs are waited for."""
    pull, run = await deploying(shop, NAMED)
    dead: Any = Fault("GET", re.compile(r"/actions/runs"), faults.status(502), times=99)
    await shop.shop.start_run(run)
    await shop.idle()
    shop.github.faults.append(dead)
    await shop.ends(run, "failure")
    for _ in range(4):
        await shop.later(seconds=50)
    assert title(shop, pull).startswith("❌ **production-1 failed: #41 may be on production**")
