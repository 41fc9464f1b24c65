"""GitHub's own clock, which dates runs and checks our JWT."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ghapp.adapters.github.faults import date_of
from ghapp.ports import Clock

BELIEVED = timedelta(days=1)  # off our own clock; only a broken proxy writes more, and it must not stop us


class GitHubClock:
    """Our clock, corrected by the `Date` of GitHub's newest answer.

    It is never ahead of GitHub's, and behind by less than the second that `Date` lacks and the time that the answer
    took. Before the first answer it is our own clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._clock() - self._ahead

    def note(self, headers: Mapping[str, str]) -> None:
        if (date := date_of(headers)) and abs(ahead := self._clock() - date) <= BELIEVED:
            self._ahead = ahead
