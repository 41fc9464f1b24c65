"""Unexpected runs of ours: late, run again, or a second one with the same number. Cancelled on sight, with a notice.

Only our own: everybody with write access can give a run any name, and could make us cancel any run.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.config.model import same_login
from ghapp.core.handlers.current_config import Documents
from ghapp.core.handlers.notices import news, to_pull_and_channel
from ghapp.core.model.decision import Decision, Entry, EntryKind, Notice, Value
from ghapp.core.model.environment import UNEXPECTED_RUNS_KEPT, Deployment, Environment, Run, UnexpectedRun
from ghapp.core.model.events import RunObserved, RunStatus, UnexpectedRunCancelled, WorkflowRunChanged
from ghapp.core.model.facts import Facts
from ghapp.core.rules import lock, phases
from ghapp.core.rules.workflow_run import find_ticket

ACTS: frozenset[RunStatus] = frozenset({"queued", "waiting", "running"})
DID: frozenset[RunStatus] = frozenset({"succeeded", "failed"})
UNKNOWN = "ghost"  # GitHub's own word for an unknown account


def handle_run_change(
    event: WorkflowRunChanged, environments: Iterable[Environment], facts: Facts, now: datetime
) -> Decision | None:
    """An event of a run that no deployment follows. None: our App never started it."""
    found = tuple(environments)
    for environment in found:
        if (number := _current(environment, event)) is not None:
            if not _ours(environment, event, facts):
                return None
            past_its_end = _again(event) or _twin(environment, event) or _given_up(environment, number)
            return _met(environment, event, number, now) if past_its_end else Decision()
    for environment in found:
        number = _number(environment, event)
        if number is not None and lock.is_stale(environment, number):
            return _met(environment, event, number, now) if _ours(environment, event, facts) else None
    return None


def seen(environment: Environment, seen: RunObserved, now: datetime) -> Decision:
    """A runner observed a number that is over: its sender was suspended while the attempt was given up."""
    if seen.run is None or seen.status not in ACTS:
        return Decision()
    return _kept(environment, UnexpectedRun(seen.number, seen.run), now)


def also_again(decision: Decision, before: Environment, seen: RunObserved, now: datetime) -> Decision:
    """A runner observed a later attempt under way: recorded beside its observation of the first one."""
    if seen.again is None or seen.run is None:
        return decision
    environment = next(iter(decision.changed), before)
    kept = _kept(environment, UnexpectedRun(seen.number, seen.run, seen.again.attempt, seen.again.by), now)
    return replace(decision, changed=kept.changed or decision.changed, entries=(*decision.entries, *kept.entries))


def record_cancelled(event: UnexpectedRunCancelled, documents: Documents, now: datetime) -> Decision:
    """The run was cancelled. If it was still under way, a person has to look at its effects."""
    environment = documents.get(event.environment)
    if not isinstance(environment, Environment) or event.unexpected_run not in environment.unexpected_runs:
        return Decision()
    left = tuple(
        unexpected_run for unexpected_run in environment.unexpected_runs if unexpected_run != event.unexpected_run
    )
    after = replace(environment, unexpected_runs=left)
    entry = _entry(
        environment,
        event.unexpected_run,
        "unexpected_run_cancelled" if event.acted else "unexpected_run_over",
        now,
        by="ghapp",
    )
    if not event.acted or environment.deployment is None:
        return Decision(changed=(after,), entries=(entry,))
    notices = _notify(
        environment, environment.deployment, event.unexpected_run, _code(environment, event.unexpected_run), now
    )
    return Decision(changed=(after,), entries=(entry,), notices=notices)


def _met(environment: Environment, event: WorkflowRunChanged, number: int, now: datetime) -> Decision:
    unexpected_run = UnexpectedRun(number, event.run, event.attempt, event.by)
    if event.status in ACTS:
        return _kept(environment, unexpected_run, now)
    # an end of the first attempt may belong to the followed one; an end of a later attempt never does
    if event.status not in DID or not _again(event) or environment.deployment is None:
        return Decision()
    notices = _notify(environment, environment.deployment, unexpected_run, f"rerun_{event.status}", now)
    what: EntryKind = "unexpected_run_succeeded" if event.status == "succeeded" else "unexpected_run_failed"
    return Decision(entries=(_entry(environment, unexpected_run, what, now),), notices=notices)


def _kept(environment: Environment, unexpected_run: UnexpectedRun, now: datetime) -> Decision:
    if any(
        (known.run.id, known.attempt) == (unexpected_run.run.id, unexpected_run.attempt)
        for known in environment.unexpected_runs
    ):
        return Decision()
    unexpected_runs = (*environment.unexpected_runs, unexpected_run)[-UNEXPECTED_RUNS_KEPT:]
    entry = _entry(environment, unexpected_run, "unexpected_run_seen", now)
    return Decision(changed=(replace(environment, unexpected_runs=unexpected_runs),), entries=(entry,))


def _current(environment: Environment, event: WorkflowRunChanged) -> int | None:
    """The current number that this run is bound to, or whose ticket it shows."""
    for attempt in (environment.deployment, environment.overtaken):
        if attempt is None or lock.is_stale(environment, attempt.grant.number):
            continue
        if _is_bound(attempt, event.run) or attempt.grant.ticket in event.title:
            return attempt.grant.number
    return None


def _ours(environment: Environment, event: WorkflowRunChanged, facts: Facts) -> bool:
    """Whether our App started it, possibly run again by a person: known by its id, or by GitHub's record."""
    attempts = (environment.deployment, environment.overtaken)
    if any(attempt and _is_bound(attempt, event.run) for attempt in attempts):
        return True
    if (event.by is not None and not _again(event)) or not isinstance(event.run.id, int):
        return False
    run = facts.run(event.run.id)
    return run is not None and run.ours


def _again(event: WorkflowRunChanged) -> bool:
    return event.attempt > 1


def _twin(environment: Environment, event: WorkflowRunChanged) -> bool:
    """Whether the run is not the bound one, but shows its number."""
    attempts = (environment.deployment, environment.overtaken)
    return any(
        attempt.run is not None and attempt.run.id != event.run.id and attempt.grant.ticket in event.title
        for attempt in attempts
        if attempt
    )


def _given_up(environment: Environment, number: int) -> bool:
    """Whether its attempt has ended without a run: GitHub created one after the search for it."""
    attempts = (environment.deployment, environment.overtaken)
    found = next((one for one in attempts if one and one.grant.number == number), None)
    return found is not None and found.run is None and not phases.is_busy(found)


def _is_bound(attempt: Deployment, run: Run) -> bool:
    return attempt.run is not None and attempt.run.id == run.id


def _number(environment: Environment, event: WorkflowRunChanged) -> int | None:
    """The number of the bound run, else of the run's ticket, if this environment issued that."""
    newest = environment.deployment
    if newest and _is_bound(newest, event.run):
        return newest.grant.number
    ticket = find_ticket(event.title)
    return lock.number_of_ticket(environment.name, ticket) if ticket else None


def _code(environment: Environment, unexpected_run: UnexpectedRun) -> str:
    if unexpected_run.attempt > 1:
        return "rerun"
    over = lock.is_stale(environment, unexpected_run.number) or _given_up(environment, unexpected_run.number)
    return "stray" if over else "twin"


def _notify(
    environment: Environment, newest: Deployment, unexpected_run: UnexpectedRun, code: str, now: datetime
) -> tuple[Notice, ...]:
    """Notices to the actor of the newest release, which the run may have changed, and to the starter of the run."""
    holder = newest.grant.actor
    others = (unexpected_run.by,) if unexpected_run.by and not same_login(unexpected_run.by, holder) else ()
    more: dict[str, Value] = {
        "name": f"{environment.name}-{unexpected_run.number}",
        "url": unexpected_run.run.url,
        "by": unexpected_run.by,
        "called": [holder, *others],
    }
    notices = news(environment, newest, code, more, now)
    return to_pull_and_channel(replace(notices, id=f"{notices.id}/{unexpected_run.run.id}/{unexpected_run.attempt}"))


def _entry(
    environment: Environment, unexpected_run: UnexpectedRun, what: EntryKind, now: datetime, *, by: str | None = None
) -> Entry:
    again = unexpected_run.attempt > 1 or unexpected_run.by is not None
    return Entry(
        at=now,
        what=what,
        environment=environment.name,
        actor=by or unexpected_run.by or (UNKNOWN if again else "ghapp"),
        door="timer" if by or not again else "github",
        number=unexpected_run.number,
        why=unexpected_run.run.url,
    )
