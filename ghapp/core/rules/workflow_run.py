"""A workflow run as GitHub describes it: whether our App started it, and what its state means."""

import re
from datetime import datetime, timedelta

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.environment import DISPATCH, Deployment
from ghapp.core.model.events import RunStatus
from ghapp.core.model.facts import RunFact
from ghapp.core.rules.phases import made_since

CLOCKS_APART = timedelta(minutes=1)

_TICKET = re.compile(r"(?<!\w)\d{1,15}:[0-9a-f]{16}(?!\w)")
_QUEUED = ("queued", "requested", "pending")
ENDED: frozenset[RunStatus] = frozenset({"succeeded", "failed", "cancelled"})
_ENDS: dict[str, RunStatus] = {"success": "succeeded", "cancelled": "cancelled"}


def read_run_status(status: str | None, conclusion: str | None) -> RunStatus:
    """GitHub's status and conclusion as our status. Only `completed` ever ends a run."""
    if status == "completed":
        return _ENDS.get(conclusion or "", "failed")
    if status == "waiting":
        return "waiting"
    return "queued" if status in _QUEUED or status is None else "running"


def workflow_file(path: str) -> str:
    """The name of a workflow's file, from the path that GitHub gives with a run."""
    return path.split("@", 1)[0].rsplit("/", 1)[-1]


def find_ticket(title: str) -> str | None:
    """The ticket in a run-name. Anybody can write one there: it does not prove who started the run."""
    found = _TICKET.search(title)
    return found[0] if found else None


def is_dispatched_by_us(config: EnvironmentConfig, run: RunFact, *, since: datetime) -> bool:
    """Whether our App dispatched the run for a grant: of that file, on the default branch, created since then.

    Everybody with write access can start a run under any name, on any branch: neither name nor ticket proves its
    origin.
    """
    of_file = workflow_file(run.path) == config.workflow and run.branch == config.default_branch
    return run.ours and run.event == DISPATCH and of_file and run.created_at >= since.replace(microsecond=0)


def carries_grant(deployment: Deployment, run: RunFact) -> bool:
    """Whether a run was created for an attempt that has no run yet: dispatched by us, and showing the ticket.

    Before the intent is written there can be none.
    """
    grant = deployment.grant
    if deployment.phase not in ("starting", "lost") or grant.runner != "workflow" or grant.ticket not in run.title:
        return False
    return is_dispatched_by_us(grant.config, run, since=made_since(deployment) - CLOCKS_APART)
