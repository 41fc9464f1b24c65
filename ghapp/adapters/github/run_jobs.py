"""The jobs of a workflow run, and which of them deploy: by the workflow's file, unless all jobs succeeded."""

from collections.abc import Collection, Sequence

import msgspec
from msgspec.structs import replace

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.blobs import BLOB_FIELDS, TreeEntry, text_of
from ghapp.adapters.github.deployments import deployed_by
from ghapp.adapters.github.faults import Refused, Unanswered
from ghapp.adapters.github.find_run import WorkflowRun
from ghapp.adapters.github.queries import Query
from ghapp.core.config.model import Problem
from ghapp.core.config.names import plain_name
from ghapp.core.config.workflow_file import LIMITS, Workflow, read_workflow
from ghapp.core.model import run_jobs
from ghapp.core.model.environment import Grant, Repository
from ghapp.core.model.run_jobs import RunJob

FILE = Query(
    f"object(oid: $sha) {{ __typename ... on Commit {{ file(path: $path) {{ {BLOB_FIELDS} }} }} }}",
    "$sha: GitObjectID!, $path: String!",
)
FAILED = ("failure", "timed_out")


class _Step(msgspec.Struct):
    name: str
    conclusion: str | None = None


class _Job(msgspec.Struct):
    name: str
    runner_id: int | None = None
    conclusion: str | None = None
    steps: list[_Step] = []


class _Jobs(msgspec.Struct):
    jobs: list[_Job]


class _Commit(msgspec.Struct):
    file: TreeEntry | None = None


class _Repository(msgspec.Struct):
    object: _Commit | None = None


async def read_jobs(api: Api, repository: Repository, run: int, attempt: int) -> tuple[RunJob, ...]:
    """The jobs of one attempt of a run. Raises the faults of `Api`."""
    path = "/actions/runs/{run}/attempts/{attempt}/jobs{?per_page}"
    pages = api.pages(repository, path, _Jobs, run=run, attempt=attempt, per_page=100)
    return tuple([_job(job) async for page in pages for job in page.jobs])


async def read_jobs_of(api: Api, repository: Repository, grant: Grant, run: WorkflowRun) -> tuple[RunJob, ...]:
    """The jobs of the first attempt of a grant's run. Raises the faults of `Api`."""
    jobs = await read_jobs(api, repository, run.id, 1)
    if not jobs and run.conclusion == "success":
        raise Unanswered("GitHub shows no jobs of a run that ended well")
    if all(job.ended == "success" for job in jobs):
        return jobs
    workflow = await _workflow(api, repository, run.head_sha, f".github/workflows/{grant.config.workflow}")
    if workflow is None:
        return jobs
    places = grant.config.named_on_github(grant.environment)
    jobs = tuple(_judged(job, workflow, places, green=run.conclusion == "success") for job in jobs)
    if run.conclusion != "success" or not run_jobs.skipped(jobs) or not await _recorded(api, repository, places, run):
        return jobs
    return tuple(replace(job, deploys=job.began and not job.spares) for job in jobs)


def _judged(job: RunJob, workflow: Workflow, places: Collection[str], *, green: bool) -> RunJob:
    """Judges a job by the file's jobs that may have its name. In a green run all of these must deploy, else any."""
    meant, deploying, sparing = workflow.shown_as(job.name), workflow.deploying(places), workflow.sparing(places)
    deploys = [one in deploying for one in meant]
    return replace(
        job,
        deploys=bool(meant) and (all(deploys) if green else any(deploys)),
        spares=bool(meant) and all(one in sparing for one in meant),
    )


async def _recorded(api: Api, repository: Repository, places: Collection[str], run: WorkflowRun) -> bool:
    """Whether GitHub has recorded a deployment to `places` by a job of the run: a job in a called workflow may name the
    environment. The absence of a record proves nothing.
    """
    people = {run.actor.login} if run.actor else set()
    try:
        found = await deployed_by(api, repository, people, sha=run.head_sha, since=run.created_at)
    except Refused:
        return False
    return bool(set(map(plain_name, places)) & set(map(plain_name, found)))


async def read_places(
    api: Api, repository: Repository, sha: str, path: str, jobs: Sequence[RunJob]
) -> tuple[frozenset[str], bool]:
    """The environments that a run's file names for the jobs that began, and whether the environment of one of these
    is known only at run time. Raises the faults of `Api`.
    """
    workflow = await _workflow(api, repository, sha, path.split("@", 1)[0])
    began = [job.name for job in jobs if job.began]
    places = [one for name in began for one in workflow.shown_as(name) if one.place] if workflow else []
    return frozenset(one.place for one in places if not one.decided), any(one.decided for one in places)


async def _workflow(api: Api, repository: Repository, sha: str, path: str) -> Workflow | None:
    """The workflow file at that commit; None if it cannot be read."""
    found = (await api.query(repository, FILE, _Repository, sha=sha, path=path)).object
    text = text_of(found.file, LIMITS.size) if found and found.file else ""
    workflow = read_workflow(text) if isinstance(text, str) else text
    return None if isinstance(workflow, Problem) else workflow


def _job(job: _Job) -> RunJob:
    """A job without a runner shows no steps; it may be skipped, cancelled or rejected by a reviewer."""
    broke = next((step.name for step in job.steps if step.conclusion in FAILED), "")
    return RunJob(
        name=job.name,
        ended=job.conclusion or "",
        began=bool(job.steps or job.runner_id) or job.conclusion in ("success", "timed_out"),
        broke=broke,
        whole=all(step.conclusion != "skipped" for step in job.steps),
    )
