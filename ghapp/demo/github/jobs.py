"""The jobs of a workflow run, which begin, are skipped and end with it, and the deployments that they create."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ghapp.demo.github.content import Code
from ghapp.demo.github.state import Deployment, Job, Run
from ghapp.demo.github.workflows import Workflow, filled

DEPLOYS = ("deploy", "release")


class JobVerbs(Code):
    """The jobs of a repository's runs."""

    def jobs_of(self, workflow: Workflow | None, inputs: Mapping[str, str]) -> tuple[Job, ...]:
        """The jobs of a new attempt. A job that calls a workflow stands for the called jobs until the run begins."""
        return tuple(
            Job(
                id=self.site.next_id(),
                name=filled(job.name, inputs),
                environment=filled(job.environment, inputs),
                recorded=job.recorded,
                steps=job.steps,
                calls=job.calls,
                written=job.name,
                given={name: filled(value, inputs) for name, value in job.given.items()},
            )
            for job in (workflow.jobs if workflow else ())
        )

    def _call(self, run: Run) -> None:
        """Replaces a caller by its jobs, named `caller / job`; a skipped caller stays once, under its own name."""
        shown: list[Job] = []
        for job in run.jobs:
            called = self.jobs_of(self.workflow(job.calls, run.head_sha), job.given) if job.calls else ()
            if job.conclusion == "skipped" or not called:
                shown.append(job)
            else:
                shown += (
                    replace(one, name=f"{job.name} / {one.name}", written=f"{job.name} / {one.written}")
                    for one in called
                )
        run.jobs = tuple(shown)

    def begin_jobs(self, run: Run, *, skips: Collection[str] = (), later: Collection[str] = ()) -> None:
        """Begins every job that needs no other. A skipped job creates no deployment."""
        self._skip(run, skips)
        self._call(run)
        self._skip(run, skips)
        for job in run.jobs:
            if not job.conclusion and job.name not in later:
                self.begin_job(run, job.name)

    def _skip(self, run: Run, skips: Collection[str]) -> None:
        for job in run.jobs:
            if job.name in skips:
                job.skip()

    def begin_job(self, run: Run, name: str) -> Job:
        """Begins a job. For a job with `environment:` Actions creates a deployment."""
        (job,) = [job for job in run.jobs if job.name == name]
        job.status, job.began = "in_progress", True
        if job.record:
            job.record.states.append("in_progress")
        elif job.environment and job.recorded:
            self.deploy(run, job, "in_progress")
        self.site.changed.bump()
        return job

    def deploy(self, run: Run, job: Job, state: str) -> Deployment:
        """Creates a job's deployment: of the run's commit, by the run's starter, without description and payload.

        chrnorm/deployment-action#68, cli/cli#5541 (the creator), hephaestus-build/Hephaestus#1828 (the rest).
        """
        job.record = Deployment(
            id=self.site.next_id(),
            sha=run.head_sha,
            ref=run.branch,
            task="deploy",
            environment=job.environment,
            description="",
            payload={},
            creator=run.again or run.actor,
            at=self.now(),
            states=[state],
            job=job.id,
            log_url=f"{self.site.web_url}/{self.full_name}/actions/runs/{run.id}/job/{job.id}",
        )
        return self.record(job.record)

    def end_jobs(self, run: Run, conclusion: str, given: Mapping[str, str]) -> None:
        """Ends all jobs: as `given`, else as the run; a job whose needed job failed is skipped.

        A workflow that GitHub cannot read (`startup_failure`) has no jobs.
        """
        run.jobs = () if conclusion == "startup_failure" else run.jobs
        under_way = run.status == "in_progress"
        never = run.status == "waiting" or (conclusion == "cancelled" and not under_way)
        for job in [job for job in run.jobs if job.status != "completed"]:
            ends = given.get(job.name) or _end(conclusion, waits=under_way and not job.began)
            if not (job.began or never or ends in ("skipped", "cancelled")):
                self.begin_job(run, job.name)
            self._end_job(job, ends)

    def _end_job(self, job: Job, conclusion: str) -> None:
        if conclusion == "skipped" and not job.began:
            job.skip()
            return
        job.status, job.conclusion = "completed", conclusion
        job.broke = job.steps[-1] if conclusion == "failure" and job.began and job.steps else ""
        if job.record and job.began:
            job.record.states.append({"success": "success", "cancelled": "inactive"}.get(conclusion, "failure"))

    def deployed_by(self, run: Run) -> bool:
        """Whether the job that deploys succeeded: a job named so, else any."""
        named = [job for job in run.jobs if job.name.rsplit(" / ")[-1] in DEPLOYS] or run.jobs
        return any(job.conclusion == "success" for job in named)

    def record(self, deployment: Deployment) -> Deployment:
        self.deployments[deployment.id] = deployment
        self.site.changed.bump()
        return deployment


def _end(conclusion: str, *, waits: bool) -> str:
    if waits and conclusion == "failure":
        return "skipped"
    return conclusion
