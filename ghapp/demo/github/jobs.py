"""The jobs of a workflow run: begun, skipped and ended with it; and the deployments that they make."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ghapp.demo.github.content import Code
from ghapp.demo.github.state import Deployment, Job, Run
from ghapp.demo.github.workflows import Workflow, filled

DEPLOYS = ("deploy", "release")


class JobVerbs(Code):
    """The jobs of a repository's runs."""

    def jobs_of(self, workflow: Workflow | None, inputs: Mapping[str, str]) -> tuple[Job, ...]:
        """The jobs of a new attempt. One that calls a workflow stands for that one's until it begins."""
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
        """Called jobs stand there as `caller / job`; a caller that was skipped stands there once, by its own name."""
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
        """A runner takes up every job that needs no other first. Of a job that is skipped no deployment is made."""
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
        """A runner takes it up. One that names its `environment:` has a deployment made by Actions itself."""
        (job,) = [job for job in run.jobs if job.name == name]
        job.status, job.began = "in_progress", True
        if job.record:
            job.record.states.append("in_progress")
        elif job.environment and job.recorded:
            self.deploy(run, job, "in_progress")
        self.site.changed.bump()
        return job

    def deploy(self, run: Run, job: Job, state: str) -> Deployment:
        """Its deployment: of the run's own commit, by who started the run, with neither words nor a payload.

        chrnorm/deployment-action#68, cli/cli#5541 (who), hephaestus-build/Hephaestus#1828 (the rest).
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
        """What is not said ends as the run does; what needed another that failed is skipped.

        Where GitHub cannot read the workflow (`startup_failure`) there is no job.
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
        """Whether the job that deploys went well: by its name, else any."""
        named = [job for job in run.jobs if job.name.rsplit(" / ")[-1] in DEPLOYS] or run.jobs
        return any(job.conclusion == "success" for job in named)

    def record(self, deployment: Deployment) -> Deployment:
        """Keep a deployment."""
        self.deployments[deployment.id] = deployment
        self.site.changed.bump()
        return deployment


def _end(conclusion: str, *, waits: bool) -> str:
    if waits and conclusion == "failure":
        return "skipped"
    return conclusion
