"""GitHub's limits for each installation: requests an hour, reported in headers, and points a minute."""

from collections import deque
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# docs.github.com/graphql: about secondary rate limits; `computing` is in seconds
POINTS = {"core": 900, "graphql": 2000, "computing": 60}
WRITE = 5  # points of a call that changes something; any other costs one


class Budget:
    """Counts requests by (installation, resource); `limit` may be set."""

    def __init__(self, limit: int = 5000) -> None:
        self.limit = limit
        self._used: dict[tuple[int, str], tuple[int, datetime]] = {}

    def spend(self, installation: int, resource: str, now: datetime) -> bool:
        """Takes one; False when none is left."""
        used, reset = self._state(installation, resource, now)
        self._used[installation, resource] = (min(used + 1, self.limit), reset)
        return used < self.limit

    def refund(self, installation: int, resource: str, now: datetime) -> None:
        """Returns one: a 304 costs nothing."""
        used, reset = self._state(installation, resource, now)
        self._used[installation, resource] = (max(0, used - 1), reset)

    def left(self, installation: int, resource: str, now: datetime) -> tuple[int, datetime]:
        """The requests left, and when the limit is reset."""
        used, reset = self._state(installation, resource, now)
        return self.limit - used, reset

    def headers(self, installation: int, resource: str, now: datetime) -> dict[str, str]:
        """The headers of every answer."""
        remaining, reset = self.left(installation, resource, now)
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-used": str(self.limit - remaining),
            "x-ratelimit-reset": str(int(reset.timestamp())),
            "x-ratelimit-resource": resource,
        }

    def _state(self, installation: int, resource: str, now: datetime) -> tuple[int, datetime]:
        used, reset = self._used.get((installation, resource), (0, now + HOUR))
        return (used, reset) if now < reset else (0, now + HOUR)


class Points:
    """The secondary limit by (installation, resource): the points of a minute.

    `computed`: the most seconds that GitHub computed for an installation within one minute.
    """

    def __init__(self) -> None:
        self.refused = 0
        self.computed = 0.0
        self._sent: dict[tuple[int, str], deque[tuple[datetime, float]]] = {}

    def wait(self, installation: int, resource: str, points: float, now: datetime) -> int:
        """Takes points; returns 0, or the seconds to wait for them."""
        sent = self._sent.setdefault((installation, resource), deque())
        while sent and sent[0][0] <= now - MINUTE:
            sent.popleft()
        if sum(weight for _, weight in sent) + points <= POINTS[resource]:
            sent.append((now, points))
            return 0
        self.refused += 1
        return max(1, -(-(sent[0][0] + MINUTE - now) // timedelta(seconds=1)))

    def took(self, installation: int, seconds: float, now: datetime) -> None:
        """Adds the computing time, which is known only after the answer."""
        if seconds:
            sent = self._sent.setdefault((installation, "computing"), deque())
            sent.append((now, seconds))
            self.computed = max(self.computed, sum(took for at, took in sent if at > now - MINUTE))
