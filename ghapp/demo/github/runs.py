"""Workflow runs: started by users or by the App, advanced by tests or by a carrier, reported by webhooks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ghapp.demo.github.content import WORKFLOWS
from ghapp.demo.github.jobs import JobVerbs
from ghapp.demo.github.shapes import events
from ghapp.demo.github.state import Deployed, Run
from ghapp.demo.github.workflows import Unstartable, Workflow


class NotFound(Exception):  # noqa: N818 - an answer, not an error
    """Raised for an unknown workflow file or ref."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that starts a run, with branch, commit and actor."""

    event: str
    branch: str
    sha: str
    by: str


class RunVerbs(JobVerbs):
    """The workflow runs of a repository."""

    async def dispatch(
        self, file: str, *, by: str, inputs: Mapping[str, object] | None = None, ref: str | None = None
    ) -> Run:
        """A user's dispatch of a workflow."""
        run = self.add_run(file, ref=ref or self.default_branch, given=inputs or {}, by=by)
        await self._announce(run)
        return run

    async def trigger(self, file: str, event: str, *, by: str, branch: str = "", sha: str = "") -> Run:
        """Starts a workflow by another event than a dispatch, with the file as on that branch or commit."""
        branch = branch or self.default_branch
        workflow, tip = self.workflow(file, sha or branch), self.find(sha or branch)
        if workflow is None or tip is None:
            raise NotFound(file)
        run = self._queue(WORKFLOWS + file, workflow, Cause(event, branch, tip.sha, by), inputs={})
        await self._announce(run)
        return run

    async def run_queued(self, timeout: float = 5.0) -> Run:  # noqa: ASYNC109
        """Waits for a queued run and returns the oldest."""

        def queued_run() -> Run | None:
            return next((run for run in self.runs.values() if run.status == "queued"), None)

        return await self.site.until(queued_run, timeout)

    def hold_for_review(self, run: Run) -> None:
        """The run waits for a reviewer of its environment. GitHub sends no webhook for that."""
        run.status = "waiting"
        self.site.changed.bump()

    async def start_run(self, run: Run, *, skips: Collection[str] = (), later: Collection[str] = ()) -> None:
        """Begins a queued run, which waits instead where a job's environment has the App's protection rule.

        `skips`: the jobs whose `if` is false; `later`: those that need others first.
        """
        if await self._waits(run):
            return
        run.status = "in_progress"
        self.begin_jobs(run, skips=skips, later=later)
        await self._tell_run(run, "in_progress")

    async def _waits(self, run: Run) -> bool:
        """Asks the App about each protected environment of the jobs, once an attempt."""
        named = dict.fromkeys(job.environment for job in run.jobs)
        asked = [name for name in named if name in self.protected and name not in run.gates]
        for name in asked:
            run.gates[name], run.status = "", "waiting"
            await self.ask_again(run, name)
        return bool(asked)

    async def ask_again(self, run: Run, name: str) -> None:
        """Asks the App about a waiting job; each request has a new deployment."""
        (job, *_) = [job for job in run.jobs if job.environment == name]
        waiting = self.deploy(run, job, "waiting")
        await self.site.send("deployment_protection_rule", events.protection_asked(self, run, waiting))

    def say_at_gate(self, run: Run, name: str, state: str, comment: str) -> bool:
        """Takes the App's decision; False where no job waits for it. State "" only adds a comment."""
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
        """Ends a run; if its deploy job succeeded, the SHA of its inputs now serves its environment.

        `jobs`: conclusions by name of jobs that differ from the run's.
        """
        self.end_jobs(run, conclusion, jobs)
        run.status, run.conclusion = "completed", conclusion
        sha, environment = run.inputs.get("sha"), run.inputs.get("environment")
        if self.deployed_by(run) and sha and environment:
            self.serving[environment] = sha
            self.deployed.append(Deployed(environment, sha, run.id, self.now()))
        await self._tell_run(run, "completed")

    async def rerun(self, run: Run, *, by: str) -> None:
        """Starts the next attempt of a completed run, under the same id."""
        run.ends = (*run.ends, run.conclusion or "")
        run.past = (*run.past, run.jobs)
        run.attempt, run.again, run.began_at = run.attempt + 1, by, self.now()
        run.jobs = self.jobs_of(self.workflow(run.workflow, run.head_sha), run.inputs)
        run.status, run.conclusion, run.cancel_asked = "queued", None, False
        run.gates.clear()
        await self._announce(run)

    def add_run(self, file: str, *, ref: str, given: Mapping[str, object], by: str) -> Run:
        """Queues a run of a workflow file as it is at a ref. Raises NotFound or Unstartable."""
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
        """Sends the webhook of a newly queued run after the request is answered."""
        self.site.spawn(self._announce(run))

    def cancel(self, run: Run, *, force: bool = False) -> bool:
        """Cancels a run; False when it has ended. A stubborn run ends only by force."""
        if run.status == "completed":
            return False
        run.cancel_asked = True
        if force or not run.stubborn:
            self.site.spawn(self.finish_run(run, "cancelled"))
        self.site.changed.bump()
        return True

    async def _announce(self, run: Run) -> None:
        await self._tell_run(run, "requested")
        if self.runner:
            self.site.spawn(self.runner(run))

    async def _tell_run(self, run: Run, action: str) -> None:
        run.updated_at = self.now()
        await self.site.send("workflow_run", events.ran(self, run, action))
