"""Paces the messages to a channel. https://docs.slack.dev/apis/web-api/rate-limits"""

import asyncio
from datetime import datetime, timedelta

from cachetools import LRUCache, TTLCache

from ghapp.ports import Clock, Retryable, utc_now

CHANNELS = 1_000
HELD = timedelta(seconds=10)  # as long as a refused message waits for its retry


class Pace:
    """Spaces the messages to a channel: Slack takes about one a second, and short bursts."""

    def __init__(self, seconds: float, *, burst: int = 3, clock: Clock = utc_now) -> None:
        self._seconds = seconds
        self._ahead = seconds * (burst - 1)
        self._free_at: TTLCache[str, float] = TTLCache(CHANNELS, max(60.0, seconds * burst))
        self._held: LRUCache[str, datetime] = LRUCache(CHANNELS)
        self._clock = clock

    async def turn(self, channel: str) -> None:
        """Returns when it is this message's turn. Raises Retryable where an earlier one did not get through."""
        asked, until = self._clock(), self._held.get(channel)
        if until and asked < until:
            raise Retryable("Slack has lately not taken anything for this channel", after=until - asked)
        now = asyncio.get_running_loop().time()
        free = max(self._free_at.get(channel, 0.0), now - self._ahead)
        self._free_at[channel] = free + self._seconds
        await asyncio.sleep(max(0.0, free - now))

    def hold(self, channel: str, span: timedelta | None) -> None:
        """Called when a message did not get through: none overtakes it, and none is sent before Slack takes any."""
        self._held[channel] = self._clock() + (span or HELD)
