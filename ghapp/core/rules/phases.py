"""One attempt's phases: which evidence moves it where. What has ended stays ended; `lost` may still be found."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from ghapp.core.model import run_jobs
from ghapp.core.model.environment import Deployment, Ended, Ending, Grant, Phase
from ghapp.core.model.events import RunObserved, RunStatus
from ghapp.core.model.run_jobs import RunJob

START_WITHIN = timedelta(seconds=10)  # a creating step is taken this soon after its intent, or never
FOUND_WITHIN = timedelta(minutes=2)  # an unknown outcome is looked for this long
READ_WITHIN = timedelta(minutes=2)  # a run that has ended is held back this long for its jobs
READ_EVERY = timedelta(hours=1)  # and after that they are asked for more and more seldom, down to this
READ_FOR = timedelta(days=7)
LOOKED_WITHIN = timedelta(minutes=5)  # and nobody waits longer for somebody to look
SAID_AFTER = timedelta(minutes=5)  # a run that does not begin; a few minutes are normal in GitHub's bad hours
REMINDED_AFTER = timedelta(minutes=15)
REMINDED_EVERY = timedelta(minutes=30)
FORCED_AFTER = timedelta(seconds=60)  # a run that does not end when it is told to
DROPPED_AFTER = timedelta(minutes=4)  # and one that does not end by force: then a person may stop waiting for it

ENDED: frozenset[Phase] = frozenset({"succeeded", "failed", "cancelled"})
_RANK: dict[Phase, int] = {"accepted": 0, "starting": 1, "lost": 2, "queued": 2, "running": 3}
_EVIDENCE: dict[RunStatus, Phase] = {
    "queued": "queued",
    "waiting": "queued",
    "running": "running",
}
_ENDS: dict[RunStatus, Ended] = {"succeeded": "succeeded", "failed": "failed", "cancelled": "cancelled"}


def accepted(grant: Grant) -> Deployment:
    """A deployment that was granted and of which nothing has been done."""
    return Deployment(grant=grant, phase="accepted", since=grant.at, seen_at=grant.at)


def is_busy(deployment: Deployment | None) -> bool:
    """Whether it is under way or nobody knows: then nothing but evidence or a person's word frees the environment."""
    return deployment is not None and deployment.phase not in ENDED


def intended(deployment: Deployment, now: datetime) -> Deployment:
    """`accepted → starting`: the writer of this may start it, within `START_WITHIN`."""
    return replace(deployment, phase="starting", since=now, seen_at=now)


def made_since(deployment: Deployment) -> datetime:
    """From when on its run can have been made: since its intent, as far as that is still known."""
    return deployment.since if deployment.phase == "starting" else deployment.grant.at


def looked_at(deployment: Deployment, now: datetime) -> Deployment:
    """Somebody has looked at it, or was told of it."""
    return replace(deployment, seen_at=now, looks=deployment.looks + 1)


def advance(deployment: Deployment, seen: RunObserved, now: datetime) -> Deployment:
    """Apply what was seen. Older evidence never moves a deployment backwards."""
    if not is_busy(deployment) or _unbegun(deployment):
        return deployment
    looked = _noted(deployment, seen, now)
    if shown := _shown(looked, seen, now):
        return shown
    if seen.status == "throttled" and looked.phase == "starting":
        return replace(looked, phase="accepted", since=now, cleared_at=None)  # nothing was made: from the beginning
    if seen.status in ("refused", "error") and looked.run is None:
        looked = replace(looked, rejected=seen.detail or seen.status)
    if seen.status == "refused" and looked.run is None:
        return _moved(looked, "failed", now)
    if seen.status in ("missing", "denied") and looked.run is not None and looked.ending is None:
        return _gone(looked, now)
    if looked.phase == "starting" and looked.run is None and _overdue(looked, now):
        # sooner, whoever wrote the intent may still be about to start it
        if seen.status == "ambiguous":
            return _moved(looked, "lost", now)
        if seen.status == "missing":
            return _moved(looked, "failed" if looked.rejected else "lost", now)
    return expire(looked, now)


def _unbegun(deployment: Deployment) -> bool:
    """Before its intent is written there is no run of it, whatever is said."""
    return deployment.phase == "accepted" and deployment.grant.runner == "workflow"


def _noted(deployment: Deployment, seen: RunObserved, now: datetime) -> Deployment:
    """That it was looked at, and what its run is. Where only the platform could be asked, its run was not seen."""
    denied = seen.status == "denied" or (deployment.denied and seen.status == "unknown")
    looked = replace(looked_at(deployment, now), run=deployment.run or seen.run, denied=denied)
    unseen = looked.run is not None and seen.status == "unknown" and looked.grant.runner == "workflow"
    return replace(looked, seen_at=deployment.seen_at) if unseen else looked


def expire(deployment: Deployment, now: datetime) -> Deployment:
    """Where nobody could look for a long time nobody knows, and a person can decide: `lost`.

    Sooner, only whoever has looked may say so: a server that was down must find its run first. So where somebody wants
    it ended, and its run cannot be looked at any more. One that is known to have ended ends, too: how far its jobs came
    is not known then.
    """
    if deployment.ending:
        return unread(deployment, now) if _unreadable(deployment.ending, now) else deployment
    unbound = deployment.phase == "starting" and deployment.run is None
    unseen = (unbound and now - deployment.since >= LOOKED_WITHIN) or stop_unseen(deployment, now)
    if not unseen:
        return deployment
    return _moved(deployment, "lost", now)


def stop_unseen(deployment: Deployment, now: datetime) -> bool:
    """Whether somebody wants it ended, and GitHub has shown nothing of its run for minutes since, to anybody who asked.

    Its end may have been told and lost, and then nothing would ever be heard of it.
    """
    if deployment.stop is None or deployment.run is None or deployment.grant.runner != "workflow":
        return False
    return now - max(deployment.stop.at, deployment.seen_at) >= DROPPED_AFTER


def unread(deployment: Deployment, now: datetime) -> Deployment:
    """Its run has ended, and nobody waits for its jobs any longer: a green run may have skipped its deploy job."""
    assert deployment.ending
    green = deployment.ending.phase == "succeeded"
    over = replace(deployment, reach="unread" if green else "unknown")
    return _moved(over, "failed" if green else deployment.ending.phase, now)


def read_late(deployment: Deployment, jobs: tuple[RunJob, ...]) -> Deployment:
    """The jobs of one that has ended without them: it ended then as they say."""
    assert deployment.ending
    read = _ended(replace(deployment, reach="", broke=""), deployment.ending, jobs, deployment.since)
    return replace(read, since=deployment.ending.at) if read.phase == "succeeded" else read


def read_again_at(deployment: Deployment) -> datetime | None:
    """When the jobs of one that has ended are asked for once more: each time after as long as it took until then."""
    ending = deployment.ending
    if is_busy(deployment) or ending is None or deployment.seen_at - ending.at >= READ_FOR:
        return None
    return deployment.seen_at + min(max(deployment.seen_at - ending.at, READ_WITHIN), READ_EVERY)


def halt_asked(deployment: Deployment, now: datetime) -> Deployment:
    """The platform was told."""
    assert deployment.halt
    return replace(deployment, halt=replace(deployment.halt, asked_at=now))


def to_halt(deployment: Deployment | None) -> str | None:
    """What the platform still has to be told to stop for it."""
    halt = deployment.halt if deployment else None
    return halt.deployment if halt and halt.asked_at is None else None


def to_stop(deployment: Deployment, now: datetime) -> Literal["ask", "force"] | None:
    """What its run has to be told, if somebody wants it ended."""
    stop = deployment.stop
    if stop is None or deployment.run is None or deployment.ending or not is_busy(deployment):
        return None
    if stop.asked_at is None:
        return "ask"
    return "force" if stop.forced_at is None and now - stop.asked_at >= FORCED_AFTER else None


def stop_asked(deployment: Deployment, now: datetime, *, force: bool) -> Deployment:
    """Its run was told."""
    assert deployment.stop
    asked = replace(deployment.stop, forced_at=now) if force else replace(deployment.stop, asked_at=now)
    return replace(deployment, stop=asked)


def droppable(deployment: Deployment | None, now: datetime) -> bool:
    """Whether a person may stop waiting for its end: nobody knows it, or its run was told long ago, by force too."""
    if deployment is None or deployment.stop is None or not is_busy(deployment):
        return False
    return deployment.phase == "lost" or now - deployment.stop.at >= DROPPED_AFTER


def stop_said(deployment: Deployment) -> Deployment:
    """People were told that no end of it is seen."""
    assert deployment.stop
    return replace(deployment, stop=replace(deployment.stop, said=True))


def stands_still(deployment: Deployment, now: datetime) -> bool:
    """Whether it has been waiting to begin for long enough to say so."""
    return _waits(deployment) and now - deployment.since >= SAID_AFTER


def reminders(deployment: Deployment, now: datetime) -> int:
    """How often somebody should have been told by now that it does not begin."""
    waited = now - deployment.since
    if not _waits(deployment) or waited < REMINDED_AFTER:
        return 0
    return 1 + waited // REMINDED_EVERY


def _waits(deployment: Deployment) -> bool:
    return deployment.run is not None and deployment.phase == "queued"


def _shown(deployment: Deployment, seen: RunObserved, now: datetime) -> Deployment | None:
    """By what its run does; None where nothing shows that."""
    there = replace(deployment, for_reviewer=seen.status == "waiting", missing_since=None)
    if ended := _ENDS.get(seen.status):
        return _ends(there, ended, seen, now)
    phase = _EVIDENCE.get(seen.status)
    return _moved(there, phase, now) if phase else None


def _ends(deployment: Deployment, phase: Ended, seen: RunObserved, now: datetime) -> Deployment:
    """Its run has ended: so has it, once it is known how far that came, or nobody could be told for a while."""
    ending = deployment.ending or Ending(phase, now, deployment.looks)
    if seen.unread and not _unreadable(ending, now):
        return replace(deployment, ending=ending)
    if seen.unread:
        return unread(replace(deployment, ending=ending), now)
    return _ended(deployment, ending, seen.jobs, now) if seen.jobs is not None else _moved(deployment, phase, now)


def _ended(deployment: Deployment, ending: Ending, jobs: tuple[RunJob, ...], now: datetime) -> Deployment:
    """A green run that deployed nothing has failed, and one whose deploy job failed. A red one may have deployed, which
    only its jobs can deny.
    """
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
    """GitHub does not show a run that it showed before, or let us read it: for two minutes that is evidence."""
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
