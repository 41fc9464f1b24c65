"""Bounds that the intake must reach, absolute or against its peers, and those it aims at; judged by medians."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """A field of our rounds, or its ratio to a peer's in the same round. `least`: more is better."""

    title: str
    field: str
    must: float
    aim: float
    peer: str = ""
    unit: str = "x"
    least: bool = False

    def found(self, rounds: Mapping[str, Sequence[Any]]) -> Sequence[float]:
        """A figure for each round; none where we or the peer did not run."""
        ours = [getattr(one, self.field) for one in rounds.get("ghapp", ())]
        if not self.peer:
            return ours
        theirs = [getattr(one, self.field) for one in rounds.get(self.peer, ())]
        return [own / other for own, other in zip(ours, theirs, strict=False)]

    def reached(self, found: Sequence[float], bound: float) -> bool:
        """Whether the median keeps to this bound."""
        return median(found) >= bound if self.least else median(found) <= bound

    def line(self, found: Sequence[float]) -> str:
        """The median with its range, both bounds and the verdict."""
        sign = ">=" if self.least else "<="
        noise = f"{median(found):.2f} {self.unit:2} ({min(found):.2f}-{max(found):.2f})"
        verdict = "missed"
        if self.reached(found, self.must):
            verdict = "aim" if self.reached(found, self.aim) else "must"
        return f"{self.title:62}{noise:>26}  {sign} {self.must:<6g} {sign} {self.aim:<6g} {verdict}"


GOALS = (
    Goal("deliveries a second, against Probot that stores", "rate", 3, 4, "probot-stores", least=True),
    Goal("deliveries a second, against octokit that stores", "rate", 2.5, 3.5, "octokit-stores", least=True),
    Goal("deliveries a second, against Probot that stores nothing", "rate", 1, 1.25, "probot", least=True),
    Goal("p99 at 32 connections, against Probot that stores", "p99", 1 / 4, 1 / 8, "probot-stores"),
    Goal("durable answer to one connection alone, p50", "alone", 1.5, 1, unit="ms"),
    Goal("start to ready, against Probot that stores nothing", "ready", 1.2, 0.8, "probot"),
    Goal("resident memory after the load", "memory", 60, 45, unit="MB"),
)
DISPATCH = Goal("/deploy received to its dispatch, 50 ms for each answer", "", 125, 110, unit="ms")
