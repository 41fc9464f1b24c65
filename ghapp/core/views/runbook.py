"""The link to an environment's runbook: at most once a message, as its last line."""

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.environment import Deployment
from ghapp.core.rules import phases
from ghapp.core.words import Voice


def link(voice: Voice, config: EnvironmentConfig) -> list[str]:
    """Its line; none without an address."""
    return [voice.markup.link(voice.say("runbook"), config.runbook)] if config.runbook else []


def link_after(voice: Voice, config: EnvironmentConfig, deployment: Deployment | None) -> list[str]:
    """The same after an attempt that failed, was cancelled or rolled back, or whose outcome is unknown."""
    return link(voice, config) if deployment and _needs_a_person(deployment) else []


def _needs_a_person(deployment: Deployment) -> bool:
    if deployment.phase == "succeeded":
        return deployment.grant.kind == "rollback"
    return deployment.phase in phases.ENDED or deployment.phase == "lost"
