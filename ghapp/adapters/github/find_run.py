"""Which of the listed workflow runs is an order's, and what it is evidence of."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ghapp.core.model.environment import Grant, Run
from ghapp.core.model.events import LaterAttempt, RunObserved, RunStatus
from ghapp.core.model.facts import RunFact
from ghapp.core.rules.workflow_run import CLOCKS_APART, find_ticket, is_dispatched_by_us, read_run_status


class _Actor(msgspec.Struct):
    login: str
    id: int = 0
    type: str = "User"


class WorkflowRun(msgspec.Struct):
    """A workflow run as GitHub lists it."""

    id: int
    html_url: str
    created_at: datetime
    event: str = ""
    status: str | None = None
    conclusion: str | None = None
    display_title: str = ""
    actor: _Actor | None = None
    run_attempt: int = 1
    triggering_actor: _Actor | None = None
    head_sha: str = ""
    head_branch: str | None = None
    path: str = ""
    run_started_at: datetime | None = None


def made_by(account: int, run: WorkflowRun) -> bool:
    """Whether this account has started a run. Who has run it again since is another question."""
    return run.actor is not None and run.actor.id == account


def as_fact(run: WorkflowRun, bot: int) -> RunFact:
    """As the rules speak of it; `bot`: the account under which our App acts."""
    by = run.triggering_actor or run.actor
    return RunFact(
        run=Run(run.id, run.html_url),
        attempt=run.run_attempt,
        path=run.path,
        branch=run.head_branch or "",
        title=run.display_title,
        sha=run.head_sha,
        actor=by.login if by else "ghost",
        event=run.event,
        ours=made_by(bot, run),
        created_at=run.created_at,
    )


def find_runs(
    grant: Grant, runs: Sequence[WorkflowRun], bot: int, *, since: datetime
) -> tuple[list[WorkflowRun], bool]:
    """The runs that may be the order's, made since then, and whether that is so without a ticket in their names.

    Only our App's on the default branch count: everybody who may write can give a run of theirs any name. Where none
    of these shows a ticket, all of them may be it.
    """
    apart = since - CLOCKS_APART
    ours = [run for run in runs if is_dispatched_by_us(grant.config, as_fact(run, bot), since=apart)]
    if any(find_ticket(run.display_title) for run in ours):
        return [run for run in ours if grant.ticket in run.display_title], False
    return [run for run in ours if run.created_at >= since.replace(microsecond=0)], True


def observe_run(grant: Grant, run: WorkflowRun) -> RunObserved:
    """A run's state as evidence for the order."""
    state = read_run_status(run.status, run.conclusion)
    detail = (run.conclusion or "") if state == "failed" and run.conclusion != "failure" else ""  # that says no more
    return observed_as(grant, state, run=Run(run.id, run.html_url), detail=detail)


def later_attempt(run: WorkflowRun) -> LaterAttempt | None:
    """The attempt that somebody has made of a run after its first, where that is under way."""
    if run.run_attempt == 1 or run.status == "completed":
        return None
    by = run.triggering_actor
    return LaterAttempt(run.run_attempt, by.login if by and by.type != "Bot" else None)


def observed_as(grant: Grant, state: RunStatus, *, run: Run | None = None, detail: str = "") -> RunObserved:
    """What was seen of an order."""
    return RunObserved(environment=grant.environment, number=grant.number, status=state, run=run, detail=detail)
