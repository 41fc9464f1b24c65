"""How far a workflow run came, by its jobs: a run's own end says neither that something is out nor that nothing is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ghapp.core.model.environment import Reach

NAMED = 80  # characters that are kept of a name
DONE = ("success", "neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJob:
    """A job of one attempt. `ended`: GitHub's conclusion; `began`: a runner took it up.

    `broke`: the step that failed. `whole`: none of its steps was skipped. `deploys`: it is known to be one that deploys
    here; `spares`: it is known to be none.
    """

    name: str
    ended: str
    began: bool
    broke: str = ""
    whole: bool = True
    deploys: bool = False
    spares: bool = False


def reach(jobs: Sequence[RunJob], *, green: bool) -> Reach:
    """How far the jobs that deploy came, or where nobody knows which those are, all that may. `green`: the run is.

    One that began may have changed something, whatever became of it. One that failed says nothing of its steps. Where
    nobody knows which deploys, one that was skipped or failed may have been it.
    """
    meant = candidates(jobs)
    if any(job.began for job in meant):
        return "unsure" if green and unsure(jobs) else "maybe"
    skipped = bool(jobs) and all(job.ended in ("success", "skipped", "neutral") for job in jobs)
    return "skipped" if skipped else "none"


def candidates(jobs: Sequence[RunJob]) -> tuple[RunJob, ...]:
    """Those that are known to deploy, else those that may."""
    known = tuple(job for job in jobs if job.deploys)
    return known or tuple(job for job in jobs if not job.spares) or tuple(jobs)


def unsure(jobs: Sequence[RunJob]) -> bool:
    """Whether one that may deploy was skipped or failed, and none is known to."""
    return not any(job.deploys for job in jobs) and not all(job.ended in DONE for job in candidates(jobs))


def skipped(jobs: Sequence[RunJob]) -> bool:
    """Whether that is so because one was skipped, and only that."""
    return unsure(jobs) and all(job.ended in (*DONE, "skipped") for job in candidates(jobs))


def failed(jobs: Sequence[RunJob]) -> bool:
    """Whether one that is known to deploy failed: under `continue-on-error` a run is green all the same."""
    return any(job.deploys and job.began and job.ended not in DONE for job in jobs)


def whole(jobs: Sequence[RunJob]) -> bool:
    """Whether all that stands in the file was done: no job and no step of one was skipped."""
    return bool(jobs) and all(job.began and job.whole for job in jobs)


def broke(jobs: Sequence[RunJob]) -> str:
    """The job that failed, and its step: `deploy / Smoke test`. "" where none did that had begun."""
    fine = ("success", "skipped", "neutral", "cancelled")
    failed = next((job for job in jobs if job.began and job.ended not in fine), None)
    return " / ".join(_short(failed)) if failed else ""


def _short(job: RunJob) -> Iterator[str]:
    return (name if len(name) <= NAMED else name[: NAMED - 1] + "…" for name in (job.name, job.broke) if name)
