"""Which of the listed workflow runs is an order's, and what it is evidence of."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ghapp.core.environment import Order, Run
from ghapp.core.events import Again, Seen, Sight
from ghapp.core.workflow_run import named, sight


class _Actor(msgspec.Struct):
    login: str
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


def by_number(order: Order, runs: Sequence[WorkflowRun]) -> list[WorkflowRun]:
    """The runs that show the order's ticket or, where none does, its name."""
    exact = [run for run in runs if order.ticket in run.display_title]
    return exact or [run for run in runs if named(order, run.display_title)]


def made_by(login: str, runs: Sequence[WorkflowRun], *, since: datetime | None = None) -> list[WorkflowRun]:
    """The runs that this login started, from `since` on if that is given; GitHub tells whole seconds."""
    start = since.replace(microsecond=0) if since else None
    theirs = (run for run in runs if run.actor and run.actor.login == login)
    return [run for run in theirs if start is None or run.created_at >= start]


def seen(order: Order, run: WorkflowRun) -> Seen:
    """A run's state as evidence for the order."""
    state = sight(run.status, run.conclusion)
    detail = (run.conclusion or "") if state == "failed" and run.conclusion != "failure" else ""  # that says no more
    return saw(order, state, run=Run(run.id, run.html_url), detail=detail)


def again(run: WorkflowRun) -> Again | None:
    """The attempt that somebody has made of a run after its first, where that is under way."""
    if run.run_attempt == 1 or run.status == "completed":
        return None
    by = run.triggering_actor
    return Again(run.run_attempt, by.login if by and by.type != "Bot" else None)


def saw(order: Order, state: Sight, *, run: Run | None = None, detail: str = "") -> Seen:
    """What was seen of an order."""
    return Seen(environment=order.environment, number=order.number, sight=state, run=run, detail=detail)
