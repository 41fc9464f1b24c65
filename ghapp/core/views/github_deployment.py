"""GitHub's own record of a deployment, by which its pages and other tools show the live revision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.rules import phases
from ghapp.core.views import reach
from ghapp.core.views.markup import Narrow
from ghapp.core.words import Voice, cut

State = Literal["in_progress", "success", "failure", "error", "inactive"]
LIMIT = 140  # GitHub refuses a longer description

_STATES: dict[str, State] = {
    "running": "in_progress",
    "succeeded": "success",
    "failed": "failure",
    "cancelled": "inactive",
    "lost": "error",
    "unsure": "error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One deployment there, made after `since`: its intent by GitHub's clock. `replaces`: the SHA whose record is no
    longer live.

    `sha` None: unknown, and there is no record of its own. `run`: the id of the grant's run. `names`: the names that a
    job may use for the environment, in lower case.
    """

    ticket: str
    since: datetime
    run: str
    names: tuple[str, ...]
    sha: str | None
    environment: str
    task: str
    description: str
    state: State
    log_url: str
    environment_url: str | None
    replaces: str | None


def render(environment: Environment, deployment: Deployment, *, now: datetime) -> Record | None:
    """None until its run is under way: from then on a job that names its `environment:` keeps a record of its own."""
    grant, state = deployment.grant, _STATES.get(reach.ended(deployment.phase, deployment.reach))
    if state is None or deployment.run is None:
        return None
    voice = Voice(grant.config.language, grant.config.timezone, Narrow(), now)
    title = grant.revision.pull.title if grant.revision else ""
    values = {"name": grant.name, "number": grant.leads_to, "title": title, "actor": grant.actor}
    return Record(
        ticket=grant.ticket,
        since=phases.made_since(deployment),
        run=f"{deployment.run.id}",
        names=(environment.name, *grant.config.aliases),
        sha=grant.sha,
        environment=environment.name,
        task=grant.kind,
        description=cut(voice.say("record", values), LIMIT),
        state=state,
        log_url=deployment.run.url,
        environment_url=grant.config.url,
        replaces=_replaced(environment, deployment) if state == "success" else None,
    )


def _replaced(environment: Environment, deployment: Deployment) -> str | None:
    """The SHA that was live before, if this one is live now; for a rollback the SHA it took back, live or not."""
    live, undone = environment.live, deployment.grant.undoes
    if undone:
        return undone.sha
    if live is None or live.sha != deployment.grant.sha or not environment.earlier:
        return None
    return environment.earlier[0].sha
