"""The deployment configurations for ECS that every account has: the steps of traffic."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Config:
    """`shares`: green's traffic in percent after each step. `interval`: from one step to the next."""

    name: str
    shares: tuple[int, ...]
    interval: timedelta
    routing: Json


def _linear(minutes: int) -> Config:
    each = {"linearPercentage": 10, "linearInterval": minutes}
    return Config(
        f"CodeDeployDefault.ECSLinear10PercentEvery{minutes}Minutes",
        tuple(range(10, 101, 10)),
        timedelta(minutes=minutes),
        {"type": "TimeBasedLinear", "timeBasedLinear": each},
    )


def _canary(minutes: int) -> Config:
    first = {"canaryPercentage": 10, "canaryInterval": minutes}
    return Config(
        f"CodeDeployDefault.ECSCanary10Percent{minutes}Minutes",
        (10, 100),
        timedelta(minutes=minutes),
        {"type": "TimeBasedCanary", "timeBasedCanary": first},
    )


ALL_AT_ONCE: Final = Config("CodeDeployDefault.ECSAllAtOnce", (100,), timedelta(0), {"type": "AllAtOnce"})
CONFIGS: Final = {one.name: one for one in (ALL_AT_ONCE, _linear(1), _linear(3), _canary(5), _canary(15))}
