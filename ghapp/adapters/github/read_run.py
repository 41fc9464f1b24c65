"""Reads a workflow run for the rules: its commit, file and starter, and the jobs of an attempt."""

from typing import assert_never

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.deployments import deployed_by
from ghapp.adapters.github.faults import Refused
from ghapp.adapters.github.find_run import WorkflowRun, as_fact
from ghapp.adapters.github.run_jobs import read_jobs, read_places
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import AttemptFact, NeedAttempt, NeedRun, NoRun, RunFact
from ghapp.ports import NotGranted


async def read_run(api: Api, repository: Repository, need: NeedRun | NeedAttempt) -> RunFact | AttemptFact | NoRun:
    """The run, or an attempt with its jobs; `NoRun` if it is gone. Raises the faults of `Api`."""
    try:
        match need:
            case NeedRun(run):
                return await _run(api, repository, run)
            case NeedAttempt(run, attempt):
                return await _attempt(api, repository, run, attempt)
            case _:
                assert_never(need)
    except Refused as refusal:
        if refusal.status in (404, 410):
            return NoRun()
        raise


async def _run(api: Api, repository: Repository, run: int) -> RunFact:
    found = await api.get(repository, "/actions/runs/{run}", WorkflowRun, run=run)
    return as_fact(found, await api.bot_id(repository))


async def _attempt(api: Api, repository: Repository, run: int, attempt: int) -> AttemptFact:
    path = "/actions/runs/{run}/attempts/{attempt}"
    found = await api.get(repository, path, WorkflowRun, run=run, attempt=attempt)
    jobs = await read_jobs(api, repository, run, attempt)
    people = {by.login for by in (found.actor, found.triggering_actor) if by}
    by = found.triggering_actor or found.actor
    unsure = False
    try:
        places = await deployed_by(api, repository, people, sha=found.head_sha, since=found.run_started_at)
    except NotGranted:
        places, unsure = await read_places(api, repository, found.head_sha, found.path, jobs)
    return AttemptFact(
        actor=by.login if by else "ghost",
        ours=by is not None and by.id == await api.bot_id(repository),
        branch=found.head_branch or "",
        jobs=jobs,
        places=places,
        unsure=unsure,
    )
