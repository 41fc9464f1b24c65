"""Workflow runs: started by hand or by the App, moved by tests or by the clock, told by webhooks."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ghapp.demo.github.content import WORKFLOWS
from ghapp.demo.github.jobs import JobVerbs
from ghapp.demo.github.shapes import events
from ghapp.demo.github.state import Deployed, Run
from ghapp.demo.github.workflows import Manual, Timed, Unstartable, Workflow


class NotFound(Exception):  # noqa: N818 - an answer, not an error
    """No such workflow file, or no such ref."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What starts a run, on which branch and commit, and who did it."""

    event: str
    branch: str
    sha: str
    by: str


class RunVerbs(JobVerbs):
    """The workflow runs of a repository."""

    async def dispatch(
        self, file: str, *, by: str, inputs: Mapping[str, object] | None = None, ref: str | None = None
    ) -> Run:
        """A person starts a workflow by hand."""
        run = self.add_run(file, ref=ref or self.default_branch, given=inputs or {}, by=by)
        await self._announce(run)
        return run

    async def trigger(self, file: str, event: str, *, by: str, branch: str = "", sha: str = "") -> Run:
        """Something else than a dispatch starts a workflow, as it is on that branch or at that commit."""
        branch = branch or self.default_branch
        workflow, tip = self.workflow(file, sha or branch), self.find(sha or branch)
        if workflow is None or tip is None:
            raise NotFound(file)
        run = self._queue(WORKFLOWS + file, workflow, Cause(event, branch, tip.sha, by), inputs={})
        await self._announce(run)
        return run

    async def run_queued(self, timeout: float = 5.0) -> Run:  # noqa: ASYNC109
        """Wait for a run that is queued, and return the oldest."""

        def queued_run() -> Run | None:
            return next((run for run in self.runs.values() if run.status == "queued"), None)

        return await self.site.until(queued_run, timeout)

    def hold_for_review(self, run: Run) -> None:
        """Its environment on GitHub wants a reviewer. No webhook tells of that."""
        run.status = "waiting"
        self.site.changed.bump()

    async def start_run(self, run: Run, *, skips: Collection[str] = (), later: Collection[str] = ()) -> None:
        """A queued run begins, or waits where a job's environment has the App's protection rule.

        `skips`: the jobs whose `if` says no; `later`: those that need others first.
        """
        if await self._waits(run):
            return
        run.status = "in_progress"
        self.begin_jobs(run, skips=skips, later=later)
        await self._tell_run(run, "in_progress")

    async def _waits(self, run: Run) -> bool:
        """Ask the App about each protected environment of its jobs, once an attempt."""
        named = dict.fromkeys(job.environment for job in run.jobs)
        asked = [name for name in named if name in self.protected and name not in run.gates]
        for name in asked:
            run.gates[name], run.status = "", "waiting"
            await self.ask_again(run, name)
        return bool(asked)

    async def ask_again(self, run: Run, name: str) -> None:
        """Tell the App that a job waits; each job has a deployment of its own."""
        (job, *_) = [job for job in run.jobs if job.environment == name]
        waiting = self.deploy(run, job, "waiting")
        await self.site.send("deployment_protection_rule", events.protection_asked(self, run, waiting))

    def say_at_gate(self, run: Run, name: str, state: str, comment: str) -> bool:
        """The App's word; False where no job waits for it. "" as the state only tells something."""
        if run.status != "waiting" or name not in run.gates:
            return False
        run.said.append((name, state, comment))
        self.site.changed.bump()
        if state:
            run.gates[name] = state
        if state == "rejected":
            self.site.spawn(self.finish_run(run, "failure"))
        elif all(run.gates.values()):
            run.status = "queued"
            self.site.spawn(self.start_run(run))
        return True

    async def finish_run(self, run: Run, conclusion: str = "success", **jobs: str) -> None:
        """A run ends; where its deploy job went well, the SHA among its inputs now serves its environment.

        `jobs`: how some of them end, by name, where that is otherwise than the run.
        """
        self.end_jobs(run, conclusion, jobs)
        run.status, run.conclusion = "completed", conclusion
        sha, environment = run.inputs.get("sha"), run.inputs.get("environment")
        if self.deployed_by(run) and sha and environment:
            self.serving[environment] = sha
            self.deployed.append(Deployed(environment, sha, run.id, self.now()))
        await self._tell_run(run, "completed")

    async def rerun(self, run: Run, *, by: str) -> None:
        """Somebody runs a completed run again: same id, next attempt."""
        run.ends = (*run.ends, run.conclusion or "")
        run.past = (*run.past, run.jobs)
        run.attempt, run.again, run.began_at = run.attempt + 1, by, self.now()
        run.jobs = self.jobs_of(self.workflow(run.workflow, run.head_sha), run.inputs)
        run.status, run.conclusion, run.cancel_asked = "queued", None, False
        run.gates.clear()
        await self._announce(run)

    def add_run(self, file: str, *, ref: str, given: Mapping[str, object], by: str) -> Run:
        """Queue a run of a workflow file as it is at a ref. Raises NotFound or Unstartable."""
        workflow, tip = self.workflow(file, ref), self.find(ref)
        if workflow is None or tip is None:
            raise NotFound(file)
        if not self.actions:
            raise Unstartable("Actions has been disabled for this repository.")
        if file.removeprefix(WORKFLOWS) in self.disabled:
            raise Unstartable("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
        path = WORKFLOWS + file.removeprefix(WORKFLOWS)
        protection = self.protections.get(path.removeprefix(WORKFLOWS))
        if protection and (wrong := protection.complaint("workflow_dispatch", by, path)):
            raise Unstartable(wrong)
        cause = Cause("workflow_dispatch", ref.removeprefix("refs/heads/"), tip.sha, by)
        return self._queue(path, workflow, cause, inputs=workflow.started_with(given))

    def _queue(self, path: str, workflow: Workflow, cause: Cause, *, inputs: Mapping[str, str]) -> Run:
        now = self.now()
        run = Run(
            id=self.site.next_id(),
            number=len(self.runs) + 1,
            workflow=path,
            name=workflow.name,
            display_title=workflow.title(inputs),
            event=cause.event,
            branch=cause.branch,
            head_sha=cause.sha,
            inputs=inputs,
            jobs=self.jobs_of(workflow, inputs),
            actor=cause.by,
            created_at=now,
            began_at=now,
            updated_at=now,
        )
        self.runs[run.id] = run
        self.site.changed.bump()
        return run

    def announce_later(self, run: Run) -> None:
        """Tell of a run that a request has just queued, after that request is answered."""
        self.site.spawn(self._announce(run))

    def cancel(self, run: Run, *, force: bool = False) -> bool:
        """Ask a run to stop; False when it has ended. A stubborn run stops only by force."""
        if run.status == "completed":
            return False
        run.cancel_asked = True
        if force or not run.stubborn:
            self.site.spawn(self.finish_run(run, "cancelled"))
        self.site.changed.bump()
        return True

    async def _announce(self, run: Run) -> None:
        await self._tell_run(run, "requested")
        if isinstance(self.runner, Timed):
            self.site.spawn(self._drive(run, self.runner))
        elif not isinstance(self.runner, Manual):
            self.site.spawn(self.runner(run))

    async def _drive(self, run: Run, pace: Timed) -> None:
        await asyncio.sleep(pace.queue_seconds)
        if run.status == "queued":
            await self.start_run(run)
        await asyncio.sleep(pace.run_seconds)
        if run.status == "in_progress":
            await self.finish_run(run, pace.conclusion)

    async def _tell_run(self, run: Run, action: str) -> None:
        run.updated_at = self.now()
        await self.site.send("workflow_run", events.ran(self, run, action))
