"""What can go wrong between a caller and GitHub, for tests to order."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Fail:
    """Answer so instead; nothing is carried out, unless it is `done` all the same."""

    status: Literal[403, 429, 500, 502] | int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection closes without an answer, before or after it was carried out."""

    done: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """It is carried out; the answer comes that much later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """The answer (or, with `before`, the carrying out) waits until the test sets the event."""

    event: asyncio.Event
    before: bool = False


Kind = Fail | Drop | Wait | Hold
status, delay, barrier = Fail, Wait, Hold
drop_before, drop_after = Drop(done=False), Drop(done=True)


@dataclass(frozen=True, slots=True)
class Strain:
    """How much of pull requests one GraphQL query may ask for, and how GitHub fails at more.

    With all that a gate needs a hundred of them took GitHub more than ten seconds, and fifty did not:
    spiceai/spiceai#13762, palantir/policy-bot#1086.

    `seconds`: what each pull request takes of which GitHub has to compute something. A query that takes more than ten
    fails after ten; in a minute they may take 60 (docs.github.com/graphql: secondary rate limits).
    """

    most: int = 250
    fails: Literal["limits", 502, 504] = "limits"
    seconds: float = 0.0


@dataclass(slots=True)
class Fault:
    """Befalls the next `times` requests of this method whose path matches (and body, if one is given)."""

    method: str
    path: re.Pattern[str]
    kind: Kind
    times: int = 1
    body: re.Pattern[str] | None = None

    def befalls(self, method: str, path: str, body: str) -> bool:
        """Is this request its next victim? Counts down if so."""
        hit = self.times > 0 and self.method == method and self.path.search(path) is not None
        if not hit or (self.body is not None and self.body.search(body) is None):
            return False
        self.times -= 1
        return True
