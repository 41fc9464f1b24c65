"""Workflow files and their runs."""

from collections.abc import Iterator
from dataclasses import replace

from ghapp.demo.github.content import Code
from ghapp.demo.github.shapes.accounts import EPOCH, user
from ghapp.demo.github.shapes.repositories import api, minimal, simple_commit, web, workflow_id
from ghapp.demo.github.shapes.words import Json, instant, node_id
from ghapp.demo.github.state import Job, Run


def run(code: Code, run: Run) -> Json:
    """A workflow run."""
    number = workflow_id(code, run.workflow)
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("WorkflowRun", run.id),
        "head_branch": run.branch,
        "head_sha": run.head_sha,
        "path": run.workflow,
        "display_title": run.display_title,
        "run_number": run.number,
        "run_attempt": run.attempt,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion,
        "workflow_id": number,
        "check_suite_id": run.id + 1,
        "check_suite_node_id": node_id("CheckSuite", run.id + 1),
        "pull_requests": [],
        "created_at": instant(run.created_at),
        "updated_at": instant(run.updated_at),
        "run_started_at": instant(run.began_at),
        "actor": user(code.site, run.actor),
        "triggering_actor": user(code.site, run.again or run.actor),
        "head_commit": simple_commit(code, code.git.commits[run.head_sha]),
        "repository": minimal(code),
        "head_repository": minimal(code),
        **_addresses(code, run, number),
    }


def attempt(code: Code, found: Run, number: int) -> Json:
    """An attempt of a run; the run itself shows its newest."""
    if number == found.attempt:
        return run(code, found)
    return run(code, replace(found, attempt=number, status="completed", conclusion=found.ends[number - 1], again=None))


def job(code: Code, run: Run, one: Job, attempt: int) -> Json:
    """One job of an attempt. Steps and runner are absent until a runner has begun it."""
    url, ended = f"{api(code)}/actions/jobs/{one.id}", one.status == "completed"
    return {
        "id": one.id,
        "run_id": run.id,
        "workflow_name": run.name,
        "head_branch": run.branch,
        "run_url": f"{api(code)}/actions/runs/{run.id}",
        "run_attempt": attempt,
        "node_id": node_id("CheckRun", one.id),
        "head_sha": run.head_sha,
        "url": url,
        "html_url": f"{web(code)}/actions/runs/{run.id}/job/{one.id}",
        "status": one.status,
        "conclusion": one.conclusion,
        "created_at": instant(run.began_at),
        "started_at": instant(run.began_at),
        "completed_at": instant(run.updated_at) if ended else None,
        "name": one.name,
        "steps": list(_steps(one)) if one.began else [],
        "check_run_url": f"{api(code)}/check-runs/{one.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1 if one.began else None,
        "runner_name": "GitHub Actions 1" if one.began else None,
        "runner_group_id": 0 if one.began else None,
        "runner_group_name": "GitHub Actions" if one.began else None,
    }


def _steps(one: Job) -> Iterator[Json]:
    """Steps after the failed one are skipped, except the last; GitHub itself adds the first and the last."""
    names, ended = ("Set up job", *one.steps, "Complete job"), one.status == "completed"
    place = names.index(one.broke) if one.broke else len(names)
    for number, name in enumerate(names):
        skipped = place < number < len(names) - 1
        conclusion = "failure" if number == place else "skipped" if skipped else "success"
        shown = {"status": one.status, "conclusion": conclusion if ended else None}
        yield {"name": name, "number": number + 1, **shown}


def started(code: Code, run: Run) -> Json:
    """The answer to a dispatch that requested its run's details."""
    addresses = _addresses(code, run, 0)
    return {"workflow_run_id": run.id, "run_url": addresses["url"], "html_url": addresses["html_url"]}


def workflow(code: Code, path: str, name: str) -> Json:
    """A workflow file in webhooks."""
    number, file = workflow_id(code, path), path.rsplit("/", 1)[-1]
    return {
        "id": number,
        "node_id": node_id("Workflow", number),
        "name": name,
        "path": path,
        "state": "active",
        "created_at": EPOCH,
        "updated_at": EPOCH,
        "url": f"{api(code)}/actions/workflows/{number}",
        "html_url": f"{web(code)}/blob/{code.default_branch}/{path}",
        "badge_url": f"{web(code)}/workflows/{file}/badge.svg",
    }


def _addresses(code: Code, run: Run, workflow: int) -> Json:
    url = f"{api(code)}/actions/runs/{run.id}"
    before = f"{url}/attempts/{run.attempt - 1}" if run.attempt > 1 else None
    return {
        "url": url,
        "html_url": f"{web(code)}/actions/runs/{run.id}",
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{api(code)}/check-suites/{run.id + 1}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": before,
        "workflow_url": f"{api(code)}/actions/workflows/{workflow}",
    }
