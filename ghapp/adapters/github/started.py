"""A workflow run as rules ask for it: what it was started on, from which file, and by whom."""

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.faults import Refused
from ghapp.core.environment import Repository, Run
from ghapp.core.facts import NoRun, RunFact


class _Actor(msgspec.Struct):
    login: str


class _Started(msgspec.Struct):
    id: int
    html_url: str
    path: str
    head_sha: str
    run_attempt: int = 1
    display_title: str = ""
    head_branch: str | None = None
    actor: _Actor | None = None
    triggering_actor: _Actor | None = None


async def read_run(api: Api, repository: Repository, run: int) -> RunFact | NoRun:
    """The run. Raises what `Api` raises, but for one that is gone."""
    try:
        found = await api.get(repository, "/actions/runs/{run}", _Started, run=run)
    except Refused as refusal:
        if refusal.status in (404, 410):
            return NoRun()
        raise
    by = found.triggering_actor or found.actor
    return RunFact(
        run=Run(found.id, found.html_url),
        attempt=found.run_attempt,
        path=found.path,
        branch=found.head_branch or "",
        title=found.display_title,
        sha=found.head_sha,
        actor=by.login if by else "ghost",
    )
