"""The jobs of the local GitHub's runs, and the deployments that they make, as observed on the real one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.demo.github import Run
from tests.demo.github_client import APP, LocalGitHub, stage

FILE = ".github/workflows/ship.yml"
SHIP = """\
name: Ship
on:
  push: {branches: [main]}
  workflow_dispatch: {inputs: {environment: {type: string}}}
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: make test}]}
  deploy:
    needs: test
    environment: {name: "${{ inputs.environment }}", url: "https://example.com"}
    steps: [{uses: actions/checkout@v5}, {name: Ship it, run: ./ship}]
  report: {environment: {name: secrets, deployment: false}, steps: [{run: ./report}]}
"""


@pytest.fixture
async def on() -> AsyncIterator[LocalGitHub]:
    async with stage() as made:
        await made.place.commit(FILE, SHIP, by="mona", message="Ship")
        for run in list(made.place.runs.values()):
            await made.place.finish_run(run, "cancelled")
        yield made
        await made.github.settled()
        made.github.check()


async def jobs(on: LocalGitHub, run: Run, attempt: int | None = None) -> list[dict[str, Any]]:
    """The jobs as the API lists them."""
    path = f"repo:/actions/runs/{run.id}" + (f"/attempts/{attempt}" if attempt else "")
    found: list[dict[str, Any]] = (await on.client.call("GET", f"{path}/jobs")).body["jobs"]
    return found


def ends(found: list[dict[str, Any]]) -> list[tuple[str, str | None, list[tuple[str, str | None]]]]:
    """Name and conclusion of each job, and of its steps."""
    return [
        (one["name"], one["conclusion"], [(step["name"], step["conclusion"]) for step in one["steps"]]) for one in found
    ]


async def dispatched(on: LocalGitHub) -> Run:
    """Started by the App."""
    body = {"ref": "main", "inputs": {"environment": "production"}}
    await on.client.call("POST", "repo:/actions/workflows/ship.yml/dispatches", body)
    return await on.place.run_queued()


async def test_a_job_deploys_as_the_runs_actor_on_the_runs_own_commit(on: LocalGitHub) -> None:
    """Not as Actions' bot; description and payload are empty; `deployment: false` makes none.

    chrnorm/deployment-action#68, cli/cli#5541, hephaestus-build/Hephaestus#1828, max-sixty/tend#852.
    """
    run = await dispatched(on)
    await on.place.start_run(run, later=["deploy"])
    assert (await on.client.call("GET", "repo:/deployments")).body == []
    on.place.begin_job(run, "deploy")
    (made,) = (await on.client.call("GET", "repo:/deployments")).body
    assert (made["creator"]["login"], made["creator"]["type"]) == (APP.login, "Bot")
    assert (made["sha"], made["ref"], made["environment"]) == (run.head_sha, "main", "production")
    assert (made["payload"], made["description"], made["task"]) == ({}, None, "deploy")
    await on.place.finish_run(run)
    (kept,) = on.place.deployments.values()
    assert kept.states == ["in_progress", "success"]


async def test_a_skipped_job_makes_no_deployment_and_shows_no_steps(on: LocalGitHub) -> None:
    """No runner ever took it up, though its status is `completed` (actions-runner-controller#836)."""
    run = await dispatched(on)
    await on.place.start_run(run, skips=["deploy"])
    await on.place.finish_run(run)
    assert on.place.deployments == {}
    found = await jobs(on, run)
    assert [(one["name"], one["status"], one["conclusion"]) for one in found] == [
        ("test", "completed", "success"),
        ("deploy", "completed", "skipped"),
        ("report", "completed", "success"),
    ]
    assert (found[1]["steps"], found[1]["runner_id"], found[1]["runner_name"]) == ([], None, None)


async def test_a_skipped_job_keeps_the_name_in_its_file(on: LocalGitHub) -> None:
    """Expressions in the name are filled in only when the job begins: actions/runner#1215, UMEP-dev/SUEWS#1168."""
    named = SHIP.replace("  deploy:\n", "  deploy:\n    name: Ship to ${{ inputs.environment }}\n")
    await on.place.commit(FILE, named, by="mona", message="Name it")
    run = await on.place.dispatch(FILE, by="mona", inputs={"environment": "eu"})
    await on.place.start_run(run, skips=["Ship to eu"])
    assert [job["name"] for job in await jobs(on, run)] == ["test", "Ship to ${{ inputs.environment }}", "report"]


async def test_a_failed_job_names_its_step_and_jobs_that_need_it_are_skipped(on: LocalGitHub) -> None:
    """Other jobs of a failed run may have succeeded."""
    run = await dispatched(on)
    await on.place.start_run(run, later=["report"])
    await on.place.finish_run(run, "failure", test="success", deploy="failure")
    test, deploy, report = ends(await jobs(on, run))
    assert test[1] == "success"
    assert deploy == (
        "deploy",
        "failure",
        [
            ("Set up job", "success"),
            ("Run actions/checkout@v5", "success"),
            ("Ship it", "failure"),
            ("Complete job", "success"),
        ],
    )
    assert report == ("report", "skipped", [])
    (kept,) = on.place.deployments.values()
    assert kept.states == ["in_progress", "failure"]


async def test_an_attempt_keeps_its_own_jobs(on: LocalGitHub) -> None:
    """The run's own list shows the jobs of its newest attempt."""
    run = await dispatched(on)
    await on.place.start_run(run)
    await on.place.finish_run(run, "failure")
    await on.place.rerun(run, by="taro")
    await on.place.start_run(run)
    assert [one["run_attempt"] for one in await jobs(on, run)] == [2, 2, 2]
    assert {one["conclusion"] for one in await jobs(on, run, 1)} == {"failure"}
    assert {one["conclusion"] for one in await jobs(on, run, 2)} == {None}
    assert [one.creator for one in on.place.deployments.values()] == [APP.login, "taro"]
    assert (await on.client.call("GET", f"repo:/actions/runs/{run.id}/attempts/3/jobs")).status == 404


async def test_a_push_starts_the_workflows_triggered_by_it(on: LocalGitHub) -> None:
    """On the branches that it names, on the pushed commit, with the pusher as actor."""
    before = set(on.place.runs)
    pull = await on.place.open_pull("taro", "Faster login")
    assert set(on.place.runs) == before
    sha = await on.place.merge(pull, by="mona")
    (run,) = [run for number, run in on.place.runs.items() if number not in before]
    assert (run.event, run.branch, run.head_sha, run.actor) == ("push", "main", sha, "mona")
    await on.github.until(lambda: on.github.deliveries[-1].event == "workflow_run")
    assert on.github.deliveries[-1].payload["workflow_run"]["event"] == "push"


async def test_an_active_deployment_is_not_deleted(on: LocalGitHub) -> None:
    """An inactive one is deleted, and so is the only one."""
    body = {"ref": "main", "environment": "production", "auto_merge": False, "required_contexts": []}
    numbers = [(await on.client.call("POST", "repo:/deployments", body)).body["id"] for _ in range(2)]
    path = f"repo:/deployments/{numbers[0]}"
    assert (await on.client.call("DELETE", path)).status == 422
    await on.client.call("POST", f"{path}/statuses", {"state": "inactive"})
    assert (await on.client.call("DELETE", path)).status == 204
    assert (await on.client.call("DELETE", path)).status == 404
    assert (await on.client.call("DELETE", f"repo:/deployments/{numbers[1]}")).status == 204
