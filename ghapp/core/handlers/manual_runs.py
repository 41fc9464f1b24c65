"""Runs of an environment's workflow that ghapp did not start: recorded, never followed, never stopped."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.handlers.notices import of_newest
from ghapp.core.model import run_jobs
from ghapp.core.model.decision import Decision, Entry, Notice, Value
from ghapp.core.model.environment import DISPATCH, MANUAL_RUNS_KEPT, Environment, ManualRun, Run
from ghapp.core.model.events import WorkflowRunChanged
from ghapp.core.model.facts import AttemptFact, Facts
from ghapp.core.rules import obstacles, releases
from ghapp.core.rules.workflow_run import ENDED, workflow_file


def record_manual_run(
    event: WorkflowRunChanged, environments: Iterable[Environment], facts: Facts, now: datetime
) -> Decision:
    """Record the run with the environments that it may concern, and send notices.

    A manual run is meant to deploy, and does not show where to. A run with another cause may be CI only, in the same
    file: it counts once its end has shown that it deployed.
    """
    file = workflow_file(event.path)
    concerned = [one for one in environments if one.config.workflow == file and one.gone is None]
    fresh = [one for one in concerned if not _known(one, event.run, event.attempt)]
    if not fresh or any(
        run.stopped and _is_same_run(run, event.run, event.attempt) for one in concerned for run in one.manual_runs
    ):
        return Decision()
    if event.cause == DISPATCH and event.by is not None:
        return _kept(fresh, ManualRun(event.run, event.attempt, event.by, now), file, now)
    if event.status not in ENDED or not isinstance(event.run.id, int):
        return Decision()
    attempt = facts.attempt(event.run.id, event.attempt)
    if attempt is None or attempt.ours:
        return Decision()
    run = ManualRun(event.run, event.attempt, attempt.actor, now, event.cause)
    return _kept([one for one in fresh if _deployed(one, event.cause, attempt)], run, file, now)


def record_turned_away(environment: Environment, run: ManualRun) -> Environment:
    """The guard or the protection rule has stopped the run: it deployed nothing, even if its end looks different."""
    others = tuple(one for one in environment.manual_runs if not _is_same_run(one, run.run, run.attempt))
    return replace(environment, manual_runs=(*others, replace(run, stopped=True))[-MANUAL_RUNS_KEPT:])


def _deployed(environment: Environment, cause: str, attempt: AttemptFact) -> bool:
    """Whether the attempt deployed here: by the environments that its jobs name. If none is named, it counts if the
    whole file ran on the environment's branch: a skipped job may be the deploy job. If one deployed to an unknown
    environment, it may be this one. A pull request's run is its CI.
    """
    if any(environment.is_on_github(place) for place in attempt.places):
        return True
    if attempt.places and not attempt.unsure:
        return False
    branches = (environment.config.branch, environment.config.default_branch)
    meant = attempt.branch in branches and not cause.startswith("pull_request")
    return meant and (attempt.unsure or run_jobs.whole(attempt.jobs))


def _known(environment: Environment, run: Run, attempt: int) -> bool:
    return any(_is_same_run(one, run, attempt) for one in environment.manual_runs)


def _is_same_run(known: ManualRun, run: Run, attempt: int) -> bool:
    return (known.run.id, known.attempt) == (run.id, attempt)


def _kept(environments: Sequence[Environment], run: ManualRun, file: str, now: datetime) -> Decision:
    if not environments:
        return Decision()
    changed = tuple(replace(one, manual_runs=(*one.manual_runs, run)[-MANUAL_RUNS_KEPT:]) for one in environments)
    entries = tuple(_entry(one, run, file, now) for one in environments)
    untold = [one for one in environments if not _told_of(one, run)]
    return Decision(changed=changed, entries=entries, notices=_told(untold, run, file, now))


def _told_of(environment: Environment, run: ManualRun) -> bool:
    """A cause that recurs with every push is announced once, until another revision is live."""
    return bool(run.cause) and any(one.cause == run.cause for one in releases.manual_runs(environment))


def _told(environments: Sequence[Environment], run: ManualRun, file: str, now: datetime) -> tuple[Notice, ...]:
    """Notify the holder of one of them, else the readers of the newest attempt's progress there."""
    held = [(one, found) for one in environments if (found := obstacles.first(one, now)) and found.holders]
    released = [one for one in environments if one.deployment]
    if not held and not released:
        return ()
    environment, obstacle = held[0] if held else (released[0], None)
    values: dict[str, Value] = {
        "by": run.by,
        "cause": run.cause,
        "workflow": file,
        "url": run.run.url,
        "environments": [one.name for one in environments],
        "environment": environment.name,
        "holder": obstacle.holder if obstacle else None,
    }
    code, held_code = ("unordered", "unordered.held") if run.cause else ("by_hand", "by_hand.held")
    return of_newest(environment, f"by_hand/{run.run.id}/{run.attempt}", held_code if obstacle else code, values, now)


def _entry(environment: Environment, run: ManualRun, file: str, now: datetime) -> Entry:
    return Entry(
        at=now,
        what="unordered" if run.cause else "started_by_hand",
        environment=environment.name,
        actor=run.by,
        door="github",
        why=f"{file} by {run.cause}: {run.run.url}" if run.cause else f"{file}: {run.run.url}",
    )
