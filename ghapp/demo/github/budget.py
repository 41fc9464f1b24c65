"""The primary rate limit: so many requests an hour for each installation, told in headers."""

from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


class Budget:
    """Counts requests by (installation, resource); `limit` may be set."""

    def __init__(self, limit: int = 5000) -> None:
        self.limit = limit
        self._used: dict[tuple[int, str], tuple[int, datetime]] = {}

    def spend(self, installation: int, resource: str, now: datetime) -> bool:
        """Take one; False when none is left."""
        used, reset = self._state(installation, resource, now)
        self._used[installation, resource] = (min(used + 1, self.limit), reset)
        return used < self.limit

    def refund(self, installation: int, resource: str, now: datetime) -> None:
        """A 304 costs nothing."""
        used, reset = self._state(installation, resource, now)
        self._used[installation, resource] = (max(0, used - 1), reset)

    def left(self, installation: int, resource: str, now: datetime) -> tuple[int, datetime]:
        """How many are left, and when there are all again."""
        used, reset = self._state(installation, resource, now)
        return self.limit - used, reset

    def headers(self, installation: int, resource: str, now: datetime) -> dict[str, str]:
        """What every answer carries."""
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
