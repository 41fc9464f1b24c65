"""How far a workflow run came, by its jobs: the run's conclusion alone does not show whether it deployed."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ghapp.core.model.environment import Reach

NAMED = 80  # characters of a name that are kept
DONE = ("success", "neutral")


class RunJob(Struct, frozen=True, kw_only=True):
    """A job of one attempt. `ended`: GitHub's conclusion; `began`: a runner took it up.

    `broke`: the step that failed. `whole`: none of its steps was skipped. `deploys`: it is known to deploy here;
    `spares`: it is known not to.
    """

    name: str
    ended: str
    began: bool
    broke: str = ""
    whole: bool = True
    deploys: bool = False
    spares: bool = False


def reach(jobs: Sequence[RunJob], *, green: bool) -> Reach:
    """How far the deploy jobs came, or if they are not known, all jobs that may deploy. `green`: the run's conclusion.

    A job that began may have changed something, even if it failed or was cancelled. The end of a failed one does not
    show which of its steps ran. If the deploy job is not known, a skipped or failed one may have been it.
    """
    meant = candidates(jobs)
    if any(job.began for job in meant):
        return "unsure" if green and unsure(jobs) else "maybe"
    skipped = bool(jobs) and all(job.ended in ("success", "skipped", "neutral") for job in jobs)
    return "skipped" if skipped else "none"


def candidates(jobs: Sequence[RunJob]) -> tuple[RunJob, ...]:
    """The jobs that are known to deploy, else those that may."""
    known = tuple(job for job in jobs if job.deploys)
    return known or tuple(job for job in jobs if not job.spares) or tuple(jobs)


def unsure(jobs: Sequence[RunJob]) -> bool:
    """Whether a job that may deploy was skipped or failed, and none is known to deploy."""
    return not any(job.deploys for job in jobs) and not all(job.ended in DONE for job in candidates(jobs))


def skipped(jobs: Sequence[RunJob]) -> bool:
    """Whether a skipped job is the only reason to be `unsure`."""
    return unsure(jobs) and all(job.ended in (*DONE, "skipped") for job in candidates(jobs))


def failed(jobs: Sequence[RunJob]) -> bool:
    """Whether a job that is known to deploy failed: under `continue-on-error` the run is green all the same."""
    return any(job.deploys and job.began and job.ended not in DONE for job in jobs)


def whole(jobs: Sequence[RunJob]) -> bool:
    """Whether the whole file was run: no job and no step of one was skipped."""
    return bool(jobs) and all(job.began and job.whole for job in jobs)


def broke(jobs: Sequence[RunJob]) -> str:
    """The failed job and its step: `deploy / Smoke test`. "" if no job failed after it began."""
    fine = ("success", "skipped", "neutral", "cancelled")
    failed = next((job for job in jobs if job.began and job.ended not in fine), None)
    return " / ".join(_short(failed)) if failed else ""


def _short(job: RunJob) -> Iterator[str]:
    return (name if len(name) <= NAMED else name[: NAMED - 1] + "…" for name in (job.name, job.broke) if name)
