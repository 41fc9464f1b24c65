"""Finds a grant's run among the listed workflow runs, and turns its state into a `RunObserved`."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ghapp.core.model.environment import Grant, Run
from ghapp.core.model.events import LaterAttempt, RunObserved
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
    """Whether this account started the run, regardless of later attempts."""
    return run.actor is not None and run.actor.id == account


def as_fact(run: WorkflowRun, bot: int) -> RunFact:
    """The run as a fact for the rules; `bot`: the id of our App's account."""
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
    """The runs made since then that may be the grant's, and whether they are matched without a ticket in their names.

    Only our App's runs on the default branch count: any user with write access can give a run any name. If none of
    these shows a ticket, each of them may be the grant's.
    """
    apart = since - CLOCKS_APART
    ours = [run for run in runs if is_dispatched_by_us(grant.config, as_fact(run, bot), since=apart)]
    if any(find_ticket(run.display_title) for run in ours):
        return [run for run in ours if grant.ticket in run.display_title], False
    return [run for run in ours if run.created_at >= since.replace(microsecond=0)], True


def observe_run(grant: Grant, run: WorkflowRun) -> RunObserved:
    """A run's state as an observation for the grant."""
    state = read_run_status(run.status, run.conclusion)
    detail = (run.conclusion or "") if state == "failed" and run.conclusion != "failure" else ""  # that adds nothing
    return RunObserved.of(grant, state, run=Run(run.id, run.html_url), detail=detail)


def later_attempt(run: WorkflowRun) -> LaterAttempt | None:
    """The run's current attempt, if it is not the first and is under way."""
    if run.run_attempt == 1 or run.status == "completed":
        return None
    by = run.triggering_actor
    return LaterAttempt(run.run_attempt, by.login if by and by.type != "Bot" else None)
