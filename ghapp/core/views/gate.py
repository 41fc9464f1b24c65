"""The gate: what the commit status on an open pull request shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ghapp.core import obstacles
from ghapp.core.environment import Environment
from ghapp.core.obstacles import OPEN, Obstacle
from ghapp.core.views.markup import Plain
from ghapp.core.words import Voice, cut

LIMIT = 140  # GitHub refuses a longer description


@dataclass(frozen=True, slots=True)
class Gate:
    """A commit status: its state and its description."""

    state: Literal["pending", "success"]
    description: str


def render(environments: Iterable[Environment], base: str, now: datetime) -> Gate | None:
    """The gate of pull requests onto `base`; None where no environment gets its releases from there."""
    concerned = [environment for environment in environments if environment.terms.branch == base]
    if not concerned:
        return None
    for environment in concerned:
        for obstacle in obstacles.obstacles(environment, now):
            if obstacle.kind in environment.terms.gate:
                return Gate("pending", _described(environment, obstacle, now))
    return Gate("success", _voice(concerned[0], now).say("gate.free"))


def _described(environment: Environment, obstacle: Obstacle, now: datetime) -> str:
    code = f"gate.{obstacle.stage}"
    if obstacle.stage in OPEN and obstacle.until is None:
        code += ".open"
    values = {"pull": obstacle.pull, "holder": obstacle.holder, "until": obstacle.until, "reason": obstacle.reason}
    return cut(_voice(environment, now).say(code, values), LIMIT)


def _voice(environment: Environment, now: datetime) -> Voice:
    return Voice(environment.terms.language, environment.terms.timezone, Plain(), now)
