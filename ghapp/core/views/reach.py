"""How far an attempt came: whether its revision may be out, which job failed, and how to take it back."""

from typing import Any

from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.rules import releases
from ghapp.core.words import Voice

UNSURE = ("unread", "unsure")  # its run is green, so it is not known to have failed


def ended(phase: str, far: str) -> str:
    """The suffix of its sentence codes."""
    return "unsure" if phase == "failed" and far in UNSURE else phase


def ended_of(deployment: Deployment) -> str:
    """The same of an attempt: it may have been given up, which its phase does not show."""
    return (
        "given_up"
        if deployment.given_up and deployment.phase == "cancelled"
        else ended(deployment.phase, deployment.reach)
    )


def end_of(environment: Environment, deployment: Deployment) -> str:
    """The same for any attempt: of a rollback it may be certain that nothing was begun."""
    return "unbegun" if releases.unbegun(environment, deployment) else ended_of(deployment)


def reached(voice: Voice, far: str, values: dict[str, Any], *, past: bool = False) -> str:
    """For an attempt that did not succeed. If its jobs were not read, its own end counts."""
    if far in ("maybe", "unknown", *UNSURE):
        return voice.say("reach.was.maybe" if past else "reach.maybe", values)
    return voice.say("reach.was.not" if past else "reach.not", values)


def explained(voice: Voice, far: str, broke: str) -> list[str]:
    """The details from its jobs, or the sentence that they could not be read."""
    lines = [voice.say("reach.broke", broke=broke)] if broke else []
    lines += [voice.say("reach.skipped")] if far == "skipped" else []
    return [*lines, voice.say(f"reach.{far}")] if far in ("unknown", *UNSURE) else lines


def rollback_line(voice: Voice, environment: Environment, deployment: Deployment) -> list[str]:
    """The command line that takes it back, if it may be out and a way back is known."""
    if not deployment.may_be_out or deployment.grant.kind == "rollback" or releases.rollback_path(environment) is None:
        return []
    return [voice.say("reach.back", again=f"/rollback {environment.name}")]
