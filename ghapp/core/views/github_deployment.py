"""GitHub's own record of a deployment, by which its pages and other tools show the live revision."""

from datetime import datetime

from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.model.published import DeploymentState, Record
from ghapp.core.rules import phases
from ghapp.core.views import reach
from ghapp.core.views.markup import Narrow
from ghapp.core.words import Voice, cut

LIMIT = 140  # GitHub refuses a longer description

_STATES: dict[str, DeploymentState] = {
    "running": "in_progress",
    "succeeded": "success",
    "failed": "failure",
    "cancelled": "inactive",
    "lost": "error",
    "unsure": "error",
}


def render(environment: Environment, deployment: Deployment, *, now: datetime) -> Record | None:
    """None until its run is under way: from then on a job that names its `environment:` keeps a record of its own."""
    grant, state = deployment.grant, _STATES.get(reach.ended(deployment.phase, deployment.reach))
    if state is None or deployment.run is None:
        return None
    voice = Voice.of(grant.config, Narrow(), now)
    title = grant.revision.pull.title if grant.revision else ""
    values = {"name": grant.name, "number": grant.leads_to, "title": title, "actor": grant.actor}
    return Record(
        ticket=grant.ticket,
        since=phases.made_since(deployment),
        run=f"{deployment.run.id}",
        names=grant.config.named_on_github(environment.name),
        sha=grant.sha,
        environment=grant.config.github_environment or environment.name,
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
