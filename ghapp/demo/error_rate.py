"""The share of requests that fail in each environment: it climbs while a bad release serves."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ghapp.demo.kinds import kind_of
from ghapp.demo.stage import Stage

EVERY = 2.0  # seconds between two samples
KEPT = 30  # samples
USUAL = (0.2, 0.3, 0.2, 0.4, 0.3)  # per cent, in turn
CLIMB, HIGHEST = timedelta(seconds=20), 14.0  # how long it climbs, and to how many per cent


@dataclass(slots=True)
class _Line:
    """`bad_since`: since when a bad release has traffic."""

    trail: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    bad_since: datetime | None = None
    samples: int = 0


class ErrorRates:
    """A sample is taken every two seconds."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lines: dict[str, _Line] = {}

    def shown(self, environment: str) -> Mapping[str, object] | None:
        """The newest rate, in per cent, and those before it, oldest first; None where nothing serves."""
        line = self._lines.get(environment)
        return {"percent": line.trail[-1], "trail": [*line.trail]} if line and line.trail else None

    def sample(self, environments: Mapping[str, object]) -> None:
        """Adds a sample of each environment in which something serves."""
        for environment in environments:
            if serving := self._stage.serving(environment):
                self._sample(self._lines.setdefault(environment, _Line()), serving)
        for gone in self._lines.keys() - environments.keys():
            del self._lines[gone]

    def _sample(self, line: _Line, serving: list[tuple[str | None, float]]) -> None:
        bad = sum(share for sha, share in serving if kind_of(self._stage.shop, sha) == "bad")
        now = self._stage.clock()
        line.bad_since = (line.bad_since or now) if bad else None
        climbed = min((now - line.bad_since) / CLIMB, 1.0) if line.bad_since else 0.0
        line.trail.append(round(USUAL[line.samples % len(USUAL)] + HIGHEST * climbed * bad / 100, 1))
        line.samples += 1

    async def go_on(self, environments: Callable[[], Mapping[str, object]]) -> None:
        """Samples until cancelled."""
        while True:
            self.sample(environments())
            self._stage.github.changed.bump()
            await asyncio.sleep(EVERY)
