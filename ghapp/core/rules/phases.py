"""The phases of one attempt: which evidence moves it where. An ended attempt stays ended; a `lost` one may be found."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from ghapp.core.model import run_jobs
from ghapp.core.model.environment import Deployment, Ended, Ending, Grant, Phase
from ghapp.core.model.events import RunObserved, RunStatus
from ghapp.core.model.run_jobs import RunJob

START_WITHIN = timedelta(seconds=10)  # a creating step is taken this soon after its intent, or never
FOUND_WITHIN = timedelta(minutes=2)  # an unknown outcome is searched for this long
READ_WITHIN = timedelta(minutes=2)  # an ended run waits this long for its jobs
READ_EVERY = timedelta(hours=1)  # then they are read at growing intervals, up to this
READ_FOR = timedelta(days=7)
LOOKED_WITHIN = timedelta(minutes=5)  # an attempt without a run is `lost` after this, looked at or not
SAID_AFTER = timedelta(minutes=5)  # a run that does not begin; a few minutes are normal in GitHub's bad hours
REMINDED_AFTER = timedelta(minutes=15)
REMINDED_EVERY = timedelta(minutes=30)
FORCED_AFTER = timedelta(seconds=60)  # a run that does not end when cancelled
DROPPED_AFTER = timedelta(minutes=4)  # a run that does not end by force either: then a person may stop waiting for it

ENDED: frozenset[Phase] = frozenset({"succeeded", "failed", "cancelled"})
_RANK: dict[Phase, int] = {"accepted": 0, "starting": 1, "lost": 2, "queued": 2, "running": 3}
_EVIDENCE: dict[RunStatus, Phase] = {
    "queued": "queued",
    "waiting": "queued",
    "running": "running",
}
_ENDS: dict[RunStatus, Ended] = {"succeeded": "succeeded", "failed": "failed", "cancelled": "cancelled"}


def accepted(grant: Grant) -> Deployment:
    """A granted deployment, before any step."""
    return Deployment(grant=grant, phase="accepted", since=grant.at, seen_at=grant.at)


def is_busy(deployment: Deployment | None) -> bool:
    """Whether it is under way or unknown: then only evidence or a person's command frees the environment."""
    return deployment is not None and deployment.phase not in ENDED


def intended(deployment: Deployment, now: datetime, *, at: datetime) -> Deployment:
    """`accepted → starting`: the writer of this may start it, within `START_WITHIN`. `at`: by GitHub's clock."""
    return replace(deployment, phase="starting", since=now, seen_at=now, intended_at=at)


def made_since(deployment: Deployment) -> datetime:
    """The earliest moment at which its run can have been created: its intent, by GitHub's clock, else its grant."""
    return deployment.intended_at or deployment.grant.at


def looked_at(deployment: Deployment, now: datetime) -> Deployment:
    """Record that it was looked at or reported."""
    return replace(deployment, seen_at=now, looks=deployment.looks + 1)


def advance(deployment: Deployment, seen: RunObserved, now: datetime) -> Deployment:
    """Apply an observation. Older evidence never moves a deployment backwards."""
    if not is_busy(deployment) or _unbegun(deployment):
        return deployment
    looked = _noted(deployment, seen, now)
    if shown := _shown(looked, seen, now):
        return shown
    if seen.status == "throttled" and looked.phase == "starting":
        return replace(looked, phase="accepted", since=now, cleared_at=None)  # nothing was created: start over
    if seen.status in ("refused", "error") and looked.run is None:
        looked = replace(looked, rejected=seen.detail or seen.status)
    if seen.status == "refused" and looked.run is None:
        return _moved(looked, "failed", now)
    if seen.status in ("missing", "denied") and looked.run is not None and looked.ending is None:
        return _gone(looked, now)
    if looked.phase == "starting" and looked.run is None and _overdue(looked, now):
        # earlier, the writer of the intent may still be about to start it
        if seen.status == "ambiguous":
            return _moved(looked, "lost", now)
        if seen.status == "missing":
            return _moved(looked, "failed" if looked.rejected else "lost", now)
    return expire(looked, now)


def _unbegun(deployment: Deployment) -> bool:
    """Before its intent is written it has no run, even if one is reported."""
    return deployment.phase == "accepted" and deployment.grant.runner == "workflow"


def _noted(deployment: Deployment, seen: RunObserved, now: datetime) -> Deployment:
    """Record the look and the run. If only the platform could be read, the run was not seen."""
    denied = seen.status == "denied" or (deployment.denied and seen.status == "unknown")
    looked = replace(looked_at(deployment, now), run=deployment.run or seen.run, denied=denied)
    unseen = looked.run is not None and seen.status == "unknown" and looked.grant.runner == "workflow"
    return replace(looked, seen_at=deployment.seen_at) if unseen else looked


def expire(deployment: Deployment, now: datetime) -> Deployment:
    """An attempt that could not be looked at for a long time is `lost`, so that a person can decide.

    Before that, only a look may decide it: a server that was down must find its run first. The same holds if a stop was
    requested and the run cannot be read any more. A run that is known to have ended ends here, too: how far its jobs
    came is then unknown.
    """
    if deployment.ending:
        return unread(deployment, now) if _unreadable(deployment.ending, now) else deployment
    unbound = deployment.phase == "starting" and deployment.run is None
    unseen = (unbound and now - deployment.since >= LOOKED_WITHIN) or stop_unseen(deployment, now)
    if not unseen:
        return deployment
    return _moved(deployment, "lost", now)


def stop_unseen(deployment: Deployment, now: datetime) -> bool:
    """Whether a stop was requested, and GitHub has shown nothing of its run for `DROPPED_AFTER` since.

    The event of its end may be lost, and no other would come.
    """
    if deployment.stop is None or deployment.run is None or deployment.grant.runner != "workflow":
        return False
    return now - max(deployment.stop.at, deployment.seen_at) >= DROPPED_AFTER


def unread(deployment: Deployment, now: datetime) -> Deployment:
    """Its run has ended, and the wait for its jobs is over: a green run may have skipped its deploy job."""
    assert deployment.ending
    green = deployment.ending.phase == "succeeded"
    over = replace(deployment, reach="unread" if green else "unknown")
    return _moved(over, "failed" if green else deployment.ending.phase, now)


def read_late(deployment: Deployment, jobs: tuple[RunJob, ...]) -> Deployment:
    """Apply the jobs that were read after the end: they decide how it ended then."""
    assert deployment.ending
    read = _ended(replace(deployment, reach="", broke=""), deployment.ending, jobs, deployment.since)
    return replace(read, since=deployment.ending.at) if read.phase == "succeeded" else read


def read_again_at(deployment: Deployment) -> datetime | None:
    """When the jobs of an ended attempt are read again: the interval equals the time since the end, within limits."""
    ending = deployment.ending
    if is_busy(deployment) or ending is None or deployment.seen_at - ending.at >= READ_FOR:
        return None
    return deployment.seen_at + min(max(deployment.seen_at - ending.at, READ_WITHIN), READ_EVERY)


def halt_asked(deployment: Deployment, now: datetime) -> Deployment:
    """Record that the platform was asked to stop."""
    assert deployment.halt
    return replace(deployment, halt=replace(deployment.halt, asked_at=now))


def to_halt(deployment: Deployment | None) -> str | None:
    """The platform's deployment that still has to be stopped for it."""
    halt = deployment.halt if deployment else None
    return halt.deployment if halt and halt.asked_at is None else None


def to_stop(deployment: Deployment, now: datetime) -> Literal["ask", "force"] | None:
    """The pending cancel request of its run, if a stop was requested."""
    stop = deployment.stop
    if stop is None or deployment.run is None or deployment.ending or not is_busy(deployment):
        return None
    if stop.asked_at is None:
        return "ask"
    return "force" if stop.forced_at is None and now - stop.asked_at >= FORCED_AFTER else None


def stop_asked(deployment: Deployment, now: datetime, *, force: bool) -> Deployment:
    """Record the cancel request to its run."""
    assert deployment.stop
    asked = replace(deployment.stop, forced_at=now) if force else replace(deployment.stop, asked_at=now)
    return replace(deployment, stop=asked)


def droppable(deployment: Deployment | None, now: datetime) -> bool:
    """Whether a person may stop waiting for its end: it is `lost`, or the stop was requested `DROPPED_AFTER` ago."""
    if deployment is None or deployment.stop is None or not is_busy(deployment):
        return False
    return deployment.phase == "lost" or now - deployment.stop.at >= DROPPED_AFTER


def stop_said(deployment: Deployment) -> Deployment:
    """Record the notice that no end of it is seen."""
    assert deployment.stop
    return replace(deployment, stop=replace(deployment.stop, said=True))


def stands_still(deployment: Deployment, now: datetime) -> bool:
    """Whether it has waited to begin for `SAID_AFTER`."""
    return _waits(deployment) and now - deployment.since >= SAID_AFTER


def reminders(deployment: Deployment, now: datetime) -> int:
    """How many reminders that it does not begin are due by now."""
    waited = now - deployment.since
    if not _waits(deployment) or waited < REMINDED_AFTER:
        return 0
    return 1 + waited // REMINDED_EVERY


def _waits(deployment: Deployment) -> bool:
    return deployment.run is not None and deployment.phase == "queued"


def _shown(deployment: Deployment, seen: RunObserved, now: datetime) -> Deployment | None:
    """The state after its run's status; None if the status shows nothing."""
    there = replace(deployment, for_reviewer=seen.status == "waiting", missing_since=None)
    if ended := _ENDS.get(seen.status):
        return _ends(there, ended, seen, now)
    phase = _EVIDENCE.get(seen.status)
    return _moved(there, phase, now) if phase else None


def _ends(deployment: Deployment, phase: Ended, seen: RunObserved, now: datetime) -> Deployment:
    """The end of its run ends it, once its jobs are read or the wait for them is over."""
    ending = deployment.ending or Ending(phase, now, deployment.looks)
    if seen.unread and not _unreadable(ending, now):
        return replace(deployment, ending=ending)
    if seen.unread:
        return unread(replace(deployment, ending=ending), now)
    return _ended(deployment, ending, seen.jobs, now) if seen.jobs is not None else _moved(deployment, phase, now)


def _ended(deployment: Deployment, ending: Ending, jobs: tuple[RunJob, ...], now: datetime) -> Deployment:
    """A green run fails if it deployed nothing or its deploy job failed. A red one may have deployed: see its jobs."""
    over = replace(deployment, ending=None)
    reach = run_jobs.reach(jobs, green=ending.phase == "succeeded")
    if deployment.let_through and (reach != "unsure" or run_jobs.skipped(jobs)):
        reach = "maybe"  # the job that asked the guard went on
    if ending.phase == "succeeded" and reach == "maybe" and not run_jobs.failed(jobs):
        return _moved(over, "succeeded", now)
    phase: Phase = "failed" if ending.phase == "succeeded" else ending.phase
    return _moved(replace(over, reach=reach, broke=run_jobs.broke(jobs)), phase, now)


def _unreadable(ending: Ending, now: datetime) -> bool:
    return now - ending.at >= READ_WITHIN


def _gone(deployment: Deployment, now: datetime) -> Deployment:
    """A run that GitHub showed before is missing, or access to it is denied: after two minutes it is `lost`."""
    since = deployment.missing_since or now
    found = replace(deployment, missing_since=since)
    return _moved(found, "lost", now) if now - since >= FOUND_WITHIN else found


def _overdue(deployment: Deployment, now: datetime) -> bool:
    return now - deployment.since >= FOUND_WITHIN


def _moved(deployment: Deployment, phase: Phase, now: datetime) -> Deployment:
    backwards = phase in ("queued", "running") and _RANK[phase] < _RANK[deployment.phase]
    if backwards or phase == deployment.phase:
        return deployment
    return replace(deployment, phase=phase, since=now)
