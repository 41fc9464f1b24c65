"""The link to an environment's runbook: at most once a message, as its last line."""

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.environment import Deployment
from ghapp.core.rules import phases
from ghapp.core.words import Voice


def link(voice: Voice, config: EnvironmentConfig) -> list[str]:
    """Its line; none without an address."""
    return [voice.markup.link(voice.say("runbook"), config.runbook)] if config.runbook else []


def link_after(voice: Voice, config: EnvironmentConfig, deployment: Deployment | None) -> list[str]:
    """The same, if the attempt did not simply go live: it failed, was cancelled, rolled back, or nobody knows."""
    return link(voice, config) if deployment and _needs_a_person(deployment) else []


def _needs_a_person(deployment: Deployment) -> bool:
    if deployment.phase == "succeeded":
        return deployment.grant.kind == "rollback"
    return deployment.phase in phases.ENDED or deployment.phase == "lost"
