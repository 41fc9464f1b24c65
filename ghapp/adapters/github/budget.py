"""The rate limits of one installation, by GitHub's own count, and the pause after a secondary rate limit."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ghapp.adapters.github.faults import DIGITS, LIMITED_WAIT, Limited, epoch
from ghapp.ports import Clock, Priority

# docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
POINTS = 900  # REST points per minute; a read costs 1, a write 5
WRITE = 5
MINUTE = timedelta(seconds=61)  # a call may be longer in transit than the one before
FARTHEST = timedelta(hours=2)  # a reset is at most an hour ahead, by a clock that may differ
MANY = 845  # of these: the limit for bulk writes, which leaves the rest to all other calls
RESERVE = 0.1  # of the hour's calls: kept for locks, cancels and rollbacks; display calls may not use it
SCARCE = 0.3  # of the hour's calls: with no more left, each repository's display calls are limited to a share
BUSY = 0.01  # of the hour's calls: a repository that made so many counts in the sharing
_MOST_PER_MINUTE = {Priority.ACT: None, Priority.DISPLAY: POINTS, Priority.BULK: MANY}


@dataclass(frozen=True, slots=True)
class _Count:
    """One resource's calls per hour, the calls left, and the time of the reset."""

    limit: int
    left: int
    reset: datetime


@dataclass(slots=True)
class _Spent:
    """Each repository's calls in this hour, and those of them taken from the reserve."""

    calls: Counter[int] = field(default_factory=Counter)
    of_reserve: Counter[int] = field(default_factory=Counter)


class Budget:
    """One installation's budget. A call stopped here costs nothing and cannot make GitHub's limits stricter."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}
        self._spent: dict[str, _Spent] = {}
        self._quiet_until: datetime | None = None
        self._sent: deque[tuple[datetime, int]] = deque()
        self._points = 0

    def admit(self, resource: str, *, priority: Priority, points: int = 1, repository: int | None = None) -> None:
        """Raises Limited before anything is sent. `points`: GitHub's cost.

        `repository`: the one that the call is for, so that it alone cannot use up the calls of all.
        """
        self._admit_hour(resource, acts=priority is Priority.ACT, repository=repository)
        if resource == "core":
            self._admit_minute(points, most=_MOST_PER_MINUTE[priority])
        if repository is not None:
            self._note_spent(resource, repository)

    def _admit_minute(self, points: int, *, most: int | None) -> None:
        now = self._clock()
        while self._sent and self._sent[0][0] <= now - MINUTE:
            self._points -= self._sent.popleft()[1]
        if most is not None and self._points + points > most:
            raise Limited("GitHub allows no more calls this minute", after=self._sent[0][0] + MINUTE - now)
        self._sent.append((now, points))
        self._points += points

    def _admit_hour(self, resource: str, *, acts: bool, repository: int | None) -> None:
        now = self._clock()
        if self._quiet_until and now < self._quiet_until:
            raise Limited("GitHub wants to hear nothing for a while", after=self._quiet_until - now)
        count = self._counts.get(resource)
        if count is None or now >= count.reset:
            return
        if count.left <= (0 if acts else count.limit * RESERVE):
            raise Limited(f"GitHub allows no more of {resource} calls this hour", after=count.reset - now)
        if repository is not None and self._beyond_its_share(resource, count, repository, acts=acts):
            raise Limited(f"the others need what is left of {resource} calls this hour", after=count.reset - now)

    def _beyond_its_share(self, resource: str, count: _Count, repository: int, *, acts: bool) -> bool:
        """Display calls: once 30 % are left, each busy repository has an equal share of the first 70 %, so the rest
        goes to those that used less. Acting calls: a repository takes no more of the reserve than it leaves, so some
        is left for the next, however many there are. A single repository has all."""
        spent = self._spent.setdefault(resource, _Spent())
        others = [calls for other, calls in spent.calls.items() if other != repository]
        if not others:
            return False
        if acts:
            return count.left <= count.limit * RESERVE and spent.of_reserve[repository] >= count.left
        sharing = 1 + sum(calls >= count.limit * BUSY for calls in others)
        return count.left <= count.limit * SCARCE and spent.calls[repository] >= count.limit * (1 - SCARCE) / sharing

    def _note_spent(self, resource: str, repository: int) -> None:
        spent, count = self._spent.setdefault(resource, _Spent()), self._counts.get(resource)
        spent.calls[repository] += 1
        if count and count.left <= count.limit * RESERVE and self._clock() < count.reset:
            spent.of_reserve[repository] += 1

    def note(self, headers: Mapping[str, str]) -> None:
        """Reads an answer's rate limit headers. Answers come in any order: the lowest count of an hour is kept."""
        read = [headers.get(f"x-ratelimit-{name}", "")[:DIGITS] for name in ("limit", "remaining")]
        reset = epoch(headers.get("x-ratelimit-reset", ""))
        if reset is None or reset > self._clock() + FARTHEST or not all(value.isdecimal() for value in read):
            return
        new = _Count(int(read[0]), int(read[1]), reset)
        known = self._counts.get(resource := headers.get("x-ratelimit-resource", "core"))
        if known and new.reset > known.reset:
            self._spent.pop(resource, None)
        if known is None or new.reset > known.reset or new.left < known.left:
            self._counts[resource] = new

    def left(self) -> Mapping[str, int]:
        """The calls left per resource, as far as known."""
        return {resource: count.left for resource, count in self._counts.items() if self._clock() < count.reset}

    def quiet(self, after: timedelta | None) -> None:
        """Pauses all calls: GitHub rejected one although calls were left in the hour."""
        until = self._clock() + (after or LIMITED_WAIT)
        self._quiet_until = max(until, self._quiet_until) if self._quiet_until else until
