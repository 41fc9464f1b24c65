"""Carries grants out by workflow runs: dispatches a run and finds it again."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from ghapp.adapters.github.api import Api, read
from ghapp.adapters.github.branches import Branches
from ghapp.adapters.github.dispatch_refusals import explain_refusal
from ghapp.adapters.github.faults import Broken, Denied, Limited, NoToken, Refused, Unauthorized, Unsent
from ghapp.adapters.github.find_run import WorkflowRun, find_runs, later_attempt, observe_run
from ghapp.adapters.github.queries import Query
from ghapp.adapters.github.run_jobs import read_jobs_of
from ghapp.core.model.dispatch_refusal import DispatchRefusal
from ghapp.core.model.environment import Grant, Repository, Run
from ghapp.core.model.events import RunObserved
from ghapp.core.rules.workflow_run import CLOCKS_APART
from ghapp.ports import Clock, Fault, NoAccess, NotGranted, Overslept, Retryable

REFUSED_AGAIN = timedelta(minutes=5)
BRANCH = Query("defaultBranchRef { name }")
_PLACEHOLDER = re.compile(r"\{(sha|environment|ticket|number|pr|actor)\}")


class _Branch(msgspec.Struct):
    name: str


class _Repository(msgspec.Struct, rename="camel"):
    default_branch_ref: _Branch | None = None


class _Started(msgspec.Struct):
    workflow_run_id: int
    html_url: str


class _Runs(msgspec.Struct):
    workflow_runs: list[WorkflowRun]


class WorkflowRunner:
    """The port `Runner`.

    A dispatch names a branch, from which GitHub takes the workflow's file, and no commit. It is always the default
    branch, like the config's: only reviewed workflows may deploy. A recent read of the config has cached the
    branch's name; else it is queried. `clock`: GitHub's, which dates the runs.
    """

    def __init__(self, api: Api, branches: Branches, clock: Clock) -> None:
        self._api = api
        self._branches = branches
        self.clock = clock

    async def start(self, repository: Repository, grant: Grant) -> RunObserved:
        """Dispatches once. `refused`: the run was certainly not created.

        That holds if no token or branch could be read, no connection was made, or for a 4xx or a rate limit.
        `throttled`: the lease had ended, nothing was sent. `error`: an error status, the run may exist all the same.
        `unknown`: no usable answer.
        """
        try:
            branch = await self._branch(repository)
        except Fault as fault:
            return RunObserved.of(grant, "refused", detail=str(fault))
        try:
            return await self._dispatch(repository, grant, branch)
        except Refused as refusal:
            self._branches.forget(repository)
            return RunObserved.of(grant, "refused", detail=explain_refusal(refusal))
        except (NoAccess, Limited, Unauthorized, Unsent) as fault:
            return RunObserved.of(grant, "refused", detail=str(fault))
        except Overslept as fault:
            return RunObserved.of(grant, "throttled", detail=str(fault))
        except Broken as fault:
            return RunObserved.of(grant, "error", detail=str(fault))
        except Fault as fault:
            return RunObserved.of(grant, "unknown", detail=str(fault))

    async def look(self, repository: Repository, grant: Grant, run: Run | None, *, since: datetime) -> RunObserved:
        """Finds the run by id, else among the runs that our App started from `since` on."""
        try:
            if run is None:
                return await self._search(repository, grant, since)
            path = "/actions/runs/{run}"
            return await self._seen(repository, grant, await self._api.get(repository, path, WorkflowRun, run=run.id))
        except Refused as refusal:
            if refusal.status in (404, 410):
                return RunObserved.of(grant, "missing", run=run, detail=refusal.message)
            if isinstance(refusal, Denied) and refusal.lacks:
                return RunObserved.of(grant, "denied", run=run, detail=refusal.message)
            raise Retryable(str(refusal)) from None  # no access for now: that says nothing about the run
        except NotGranted as fault:
            return RunObserved.of(grant, "denied", run=run, detail=str(fault))
        except NoToken as fault:
            raise Retryable(str(fault)) from None

    async def cancel(self, repository: Repository, run: Run, *, force: bool) -> bool:
        """Cancels a run; `force`: also if a step has `always()`. False: it has ended already, or is gone."""
        path = "/actions/runs/{run}/force-cancel" if force else "/actions/runs/{run}/cancel"
        try:
            await self._api.post(repository, path, None, run=run.id)
        except Refused as refusal:
            if refusal.status in (404, 409):
                return False
            raise Retryable(str(refusal), after=REFUSED_AGAIN) from None  # an unwanted run is not forgotten
        except NoAccess as fault:
            raise Retryable(str(fault), after=REFUSED_AGAIN) from None
        return True

    async def _dispatch(self, repository: Repository, grant: Grant, branch: str) -> RunObserved:
        path, workflow = "/actions/workflows/{workflow}/dispatches", grant.config.workflow
        body: dict[str, object] = {"ref": branch, "inputs": inputs(grant)}
        try:
            answer = await self._api.post(repository, path, body | {"return_run_details": True}, workflow=workflow)
        except Refused as refusal:
            # Enterprise Server up to 3.20 does not know the field: github.com/cli/cli/issues/12672
            if refusal.status not in (400, 422) or "return_run_details" not in refusal.message:
                raise
            answer = await self._api.post(repository, path, body, workflow=workflow)
        if answer is None:
            return RunObserved.of(grant, "unknown", detail="GitHub did not say which run it made")
        started = read(answer, _Started)
        return RunObserved.of(grant, "queued", run=Run(started.workflow_run_id, started.html_url))

    async def _search(self, repository: Repository, grant: Grant, since: datetime) -> RunObserved:
        """A ticket is unique, so the times may differ; without one, only runs made from `since` on count."""
        runs = await self._listed(repository, grant.config.workflow, (since - CLOCKS_APART).replace(microsecond=0))
        if not runs:
            return RunObserved.of(grant, "missing")
        found, unnamed = find_runs(grant, runs, await self._api.bot_id(repository), since=since)
        match found:
            case []:
                return RunObserved.of(grant, "missing")
            case [one]:
                return replace(await self._seen(repository, grant, one), unnamed=unnamed)
            case several:
                found_at = " ".join(run.html_url for run in several)
                why = DispatchRefusal("dispatch.no_ticket" if unnamed else "dispatch.several", found_at)
                return RunObserved.of(grant, "ambiguous", detail=f"{why}")

    async def _seen(self, repository: Repository, grant: Grant, run: WorkflowRun) -> RunObserved:
        """GitHub shows a run's newest attempt. The grant is bound to the first, regardless of later ones."""
        if run.run_attempt == 1:
            return await self._with_jobs(repository, grant, run)
        path = "/actions/runs/{run}/attempts/1"
        first = await self._api.get(repository, path, WorkflowRun, run=run.id)
        found = await self._with_jobs(repository, grant, first)
        return replace(found, run=Run(run.id, run.html_url), again=later_attempt(run))

    async def _with_jobs(self, repository: Repository, grant: Grant, run: WorkflowRun) -> RunObserved:
        """Adds the jobs of a run that has ended; if they cannot be read, it has ended all the same."""
        found = observe_run(grant, run)
        if run.status != "completed":
            return found
        try:
            return replace(found, jobs=await read_jobs_of(self._api, repository, grant, run))
        except Fault as fault:
            return replace(found, unread=f"{fault}")

    async def _listed(self, repository: Repository, workflow: str, since: datetime) -> list[WorkflowRun]:
        """The dispatched runs made from `since` on, newest first. Uses no filter: GitHub serves filtered lists from an
        index, which may lag by minutes and return none (max-sixty/tend#348).
        """
        found: list[WorkflowRun] = []
        path = "/actions/workflows/{workflow}/runs{?per_page}"
        async for page in self._api.pages(repository, path, _Runs, workflow=workflow, per_page=100):
            recent = [run for run in page.workflow_runs if run.created_at >= since]
            found += (run for run in recent if run.event == "workflow_dispatch")
            if len(recent) < len(page.workflow_runs):
                break
        return found

    async def _branch(self, repository: Repository) -> str:
        if (known := self._branches.known(repository)) is not None:
            return known
        found = (await self._api.query(repository, BRANCH, _Repository)).default_branch_ref
        if found is None:
            raise Refused(404, "the repository is empty")
        self._branches.note(repository, found.name)
        return found.name


def inputs(grant: Grant) -> Mapping[str, str]:
    """The workflow's inputs, filled in one pass: a value that looks like a placeholder is not filled."""
    pull = grant.brings.pull
    values = {
        "sha": grant.brings.sha,
        "environment": grant.environment,
        "ticket": grant.ticket,
        "number": str(grant.number),
        "pr": str(pull.number),
        "actor": grant.actor,
    }

    def value(match: re.Match[str]) -> str:
        return values[match[1]]

    return {name: _PLACEHOLDER.sub(value, template) for name, template in grant.config.inputs.items()}
