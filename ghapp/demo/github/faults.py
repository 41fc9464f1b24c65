"""Faults between a caller and GitHub, which tests order."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Fail:
    """Answers this status instead; the request is carried out only with `done`."""

    status: Literal[403, 429, 500, 502] | int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Closes the connection without an answer, before or, with `done`, after the request is carried out."""

    done: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Carries the request out and delays the answer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Holds the answer, or with `before` the request itself, until the test sets the event."""

    event: asyncio.Event
    before: bool = False


Kind = Fail | Drop | Wait | Hold
status, delay, barrier = Fail, Wait, Hold
drop_before, drop_after = Drop(done=False), Drop(done=True)


@dataclass(frozen=True, slots=True)
class Strain:
    """The limit for pull requests in one GraphQL query, and GitHub's failure above it.

    With all fields of a gate, a hundred pull requests took GitHub more than ten seconds, and fifty did not:
    spiceai/spiceai#13762, palantir/policy-bot#1086.

    `seconds`: the computing time of each pull request with a computed field. A query of more than ten seconds fails
    after ten; those of one minute may take 60 together (docs.github.com/graphql: secondary rate limits).
    """

    most: int = 250
    fails: Literal["limits", 502, 504] = "limits"
    seconds: float = 0.0


@dataclass(slots=True)
class Fault:
    """Hits the next `times` requests of this method, `*` for any, whose path matches (and body, if one is given)."""

    method: str
    path: re.Pattern[str]
    kind: Kind
    times: int = 1
    body: re.Pattern[str] | None = None

    def befalls(self, method: str, path: str, body: str) -> bool:
        """Whether this request is hit. Counts down if so."""
        hit = self.times > 0 and self.method in (method, "*") and self.path.search(path) is not None
        if not hit or (self.body is not None and self.body.search(body) is None):
            return False
        self.times -= 1
        return True
