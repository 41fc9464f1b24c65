"""Runs without a grant: a push, a schedule or another tool starts the workflow, and a deployment by it is reported."""

from collections.abc import Collection

import aiohttp
import pytest

from ghapp.demo.github import Pull, Run
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_fence import Jobs

FILE = ".github/workflows/deploy.yml"
BOTH = WORKFLOW.replace("on:\n", "on:\n  push:\n  pull_request:\n  schedule: [{cron: '0 4 * * *'}]\n")
JOBS = "jobs:\n  test: {runs-on: ubuntu-latest, steps: [{run: make test}]}\n"
SHIP = "  ship: {needs: test, PLACE if: github.event_name != 'pull_request', steps: [{run: ./release}]}\n"
PLAIN = BOTH[: BOTH.index("jobs:")] + JOBS + SHIP.replace("PLACE", "")
NAMED = BOTH[: BOTH.index("jobs:")] + JOBS + SHIP.replace("PLACE", "environment: Production,")
DECIDED = BOTH[: BOTH.index("jobs:")] + JOBS + SHIP.replace("PLACE", "environment: staging,")


async def writes(shop: Scene, text: str) -> Pull:
    """Releases #41, then changes the workflow, whose run for that push reports nothing."""
    pull = await shop.released("taro")
    await shop.later(minutes=31)
    await shop.shop.commit(FILE, text, by="mona", message="Test and ship")
    await ran(shop, skips=["ship"])
    assert shop.codes(pull) == []
    return pull


async def ran(shop: Scene, *, skips: Collection[str] = (), ends: str = "success", **jobs: str) -> Run:
    """The newest run starts and ends; jobs that need another begin after it."""
    run = shop.runs()[-1]
    await shop.shop.start_run(run, skips=skips, later=[name for name in ("ship",) if name not in skips])
    await shop.shop.finish_run(run, ends, **jobs)
    await shop.idle()
    return run


async def merges(shop: Scene) -> Pull:
    """Merges another pull request; the merge is a push."""
    pull = await shop.shop.open_pull("hanako", "Show prices with tax")
    await shop.merges("hanako", pull)
    return pull


async def test_a_push_that_deployed_is_reported_once_until_the_next_release(shop: Scene) -> None:
    """On the live pull request and in the channel; `/status` and the history have every one."""
    live = await writes(shop, NAMED)
    other = await merges(shop)
    await ran(shop)
    assert shop.codes(live) == ["unordered"]
    assert shop.replies(live)[-1].startswith("⚠️ **`push` (hanako) ran `deploy.yml` without ghapp's lock**")
    assert shop.channel()[-1].startswith("⚠️ *`push` (hanako) ran `deploy.yml` without ghapp's lock*")
    await merges(shop)
    await ran(shop)
    assert shop.codes(live) == ["unordered"]
    assert (await shop.history()).count("unordered") == 2
    await shop.says("mona", "/status", on=other)
    assert shop.replies(other)[-1].count("⚠️ `push` (hanako) ran the workflow without the lock at 14:13 JST") == 2
    await shop.says("hanako", "/deploy", on=other)
    await ran(shop)
    await shop.says("mona", "/status", on=other)
    assert "without the lock" not in shop.replies(other)[-1]
    await shop.later(minutes=31)
    await merges(shop)
    await ran(shop)
    assert shop.codes(other)[-1] == "unordered"


async def test_the_holder_is_mentioned_about_an_ungranted_run(shop: Scene) -> None:
    """The run was beside their hold."""
    live = await writes(shop, PLAIN)
    await shop.says("taro", "/lock production 1h migrating", on=live)
    await merges(shop)
    await ran(shop)
    assert shop.codes(live)[-1] == "unordered.held"
    assert "@taro ⚠️ **`push` (hanako) ran `deploy.yml` while you have production locked**" in shop.replies(live)[-1]
    assert "<@U024BE7TA>" in shop.channel()[-1]


async def test_a_run_without_a_named_environment_counts_if_no_job_was_skipped(shop: Scene) -> None:
    """On the environment's branch every job ran. Also for a schedule."""
    live = await writes(shop, PLAIN)
    await merges(shop)
    await ran(shop)
    assert shop.codes(live) == ["unordered"]
    await shop.shop.trigger("deploy.yml", "schedule", by="mona")
    await ran(shop)
    assert shop.codes(live) == ["unordered", "unordered"]
    assert "`schedule` (mona)" in shop.replies(live)[-1]


async def test_ci_in_the_same_file_as_the_deployment_is_not_reported(shop: Scene) -> None:
    """A skipped job may be the deploy job; runs of pull requests and other branches are CI, and so is a failed test."""
    live = await writes(shop, PLAIN)
    await merges(shop)
    await ran(shop, skips=["ship"])
    await merges(shop)
    await ran(shop, ends="failure", test="failure")
    pull = await shop.shop.open_pull("mona", "Speed up search")
    for cause, branch in (("pull_request", pull.head), ("pull_request", "main"), ("push", pull.head)):
        await shop.shop.trigger("deploy.yml", cause, by="mona", branch=branch)
        await ran(shop)
    await shop.shop.trigger("deploy.yml", "push", by="mona")
    await ran(shop, skips=["test", "ship"], ends="skipped")
    assert shop.codes(live) == []
    assert "unordered" not in await shop.history()


async def test_a_deployment_to_another_environment_is_not_reported(shop: Scene) -> None:
    """Every merge goes to staging, as intended."""
    live = await writes(shop, DECIDED)
    await merges(shop)
    await ran(shop)
    assert shop.codes(live) == []


async def test_a_deployment_to_this_environment_is_reported_for_every_event(shop: Scene) -> None:
    """A pull request's run that deployed; a red run whose deploy job succeeded; a re-run."""
    live = await writes(shop, NAMED)
    pull = await shop.shop.open_pull("mona", "Speed up search")
    await shop.shop.trigger("deploy.yml", "pull_request", by="mona", branch=pull.head)
    run = await ran(shop, ends="failure", test="success", ship="success")
    assert shop.codes(live) == ["unordered"]
    await shop.shop.rerun(run, by="taro")
    await ran(shop)
    assert (await shop.history()).count("unordered") == 2


async def test_a_run_that_the_guard_refused_is_not_reported(shop: Scene) -> None:
    """Its job began, so GitHub recorded a deployment; then the guard refused it."""
    live = await writes(shop, NAMED)
    await merges(shop)
    run = shop.runs()[-1]
    await shop.shop.start_run(run)
    async with aiohttp.ClientSession() as session:
        run.inputs = {"ghapp": "", "sha": run.head_sha}
        assert (await Jobs(shop, session).asks(run))[0] == 409
    await shop.ends(run, "failure")
    assert shop.shop.deployments
    assert shop.codes(live) == []


async def test_our_own_deployment_of_the_same_commit_is_not_reported(shop: Scene) -> None:
    """The merge's CI runs beside our release of the same commit, and its deploy job is skipped."""
    live = await writes(shop, NAMED)
    pull = await merges(shop)
    shop.shop.rules.clear()  # no check is required
    ci = shop.runs()[-1]
    await shop.shop.start_run(ci, skips=["ship"])
    await shop.says("hanako", "/deploy", on=pull)
    await ran(shop)
    assert shop.shop.deployments
    await shop.ends(ci)
    assert shop.codes(live) == []
    assert shop.codes(pull) == []
    assert "unordered" not in await shop.history()


async def test_a_push_whose_title_shows_a_number_is_not_our_run(shop: Scene) -> None:
    """A commit can have any title."""
    await writes(shop, PLAIN)
    pull = await merges(shop)
    shop.shop.rules.clear()
    await shop.says("hanako", "/deploy", on=pull)
    ours = shop.runs()[-1]
    ticket = ours.inputs["ghapp"]
    theirs = await shop.shop.trigger("deploy.yml", "push", by="mona")
    theirs.display_title = f"Mend production-2 {ticket}"
    await ran(shop, ends="failure")
    assert shop.replies(pull)[0].startswith("🚀")
    await shop.shop.start_run(ours)
    await shop.ends(ours)
    assert shop.replies(pull)[0].startswith("✅")


async def test_a_dispatch_by_another_bot_is_reported_and_ours_is_not(shop: Scene) -> None:
    """Reported once it has ended: by then ghapp knows which run is its own."""
    live = await writes(shop, PLAIN)
    inputs = {"sha": live.merge_commit_sha or "", "environment": "production", "ghapp": "none"}
    await shop.shop.dispatch("deploy.yml", by="release[bot]", inputs=inputs)
    await shop.idle()
    assert shop.codes(live) == []
    await ran(shop)
    assert shop.codes(live) == ["unordered"]
    assert "`workflow_dispatch` (release\\[bot\\])" in shop.replies(live)[-1]


async def test_only_runs_of_an_environments_workflow_cost_calls(shop: Scene) -> None:
    """CI in a file of its own costs no call."""
    await shop.released("taro")
    await shop.shop.commit(".github/workflows/ci.yml", "on: push\n" + JOBS, by="mona", message="Test")
    before = len(shop.calls("GET", "/actions/"))
    await ran(shop)
    assert len(shop.calls("GET", "/actions/")) == before


@pytest.mark.parametrize(
    ("place", "told"),
    [("Production", True), ("${{ github.ref_name }}", True), ("staging", False)],
)
async def test_without_the_permission_to_read_deployments_the_file_names_the_environment(
    shop: Scene, place: str, told: bool
) -> None:
    """Run and jobs are readable all the same; an environment that only the run decides may be this one."""
    live = await shop.released("taro")
    await shop.later(minutes=31)
    shop.github.lacks("acme", "deployments")
    await shop.restart()
    lint = "  lint: {if: false, steps: [{run: make lint}]}\n"
    await shop.shop.commit(FILE, NAMED.replace("Production", f"'{place}'") + lint, by="mona", message="Ship to it")
    run = shop.runs()[-1]
    await shop.shop.start_run(run, skips=["lint"])
    await shop.ends(run)
    assert shop.codes(live) == (["unordered"] if told else [])
    assert await shop.dead() == []
    await merges(shop)
    await ran(shop, skips=["ship", "lint"])
    assert (await shop.history()).count("unordered") == told
