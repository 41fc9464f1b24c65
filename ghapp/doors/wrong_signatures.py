"""Reports requests that our secret has not signed: an error in the log, once a minute, and a line in `/readyz`."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

LOGGED_EVERY = timedelta(minutes=1)
LASTS = timedelta(days=1)  # after the last wrong one: a single forged request must not be reported for ever

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class WrongSignatures:
    """Counts wrong signatures since the last right one, in memory: anyone may send them, and the secret may be right.

    `setting`: the secret's name. `requests`: what the sender calls its requests, such as "deliveries from GitHub".
    `there`: where the sender's side has the secret.
    """

    setting: str
    requests: str
    there: str
    _count: int = 0
    _since: datetime | None = None
    _last: datetime | None = None
    _logged: datetime | None = None

    def note(self, now: datetime) -> None:
        """Counts a wrong signature."""
        if not self.problem(now):
            self.end()
        self._count, self._since, self._last = self._count + 1, self._since or now, now
        if self._logged is None or now - self._logged >= LOGGED_EVERY:
            self._logged = now
            logger.error("wrong signature", extra={"setting": self.setting, "why": self.problem(now)})

    def end(self) -> None:
        """A signature was right."""
        self._count, self._since, self._last = 0, None, None

    def problem(self, now: datetime) -> str:
        """The public text; empty where there is no problem."""
        if self._since is None or self._last is None or now - self._last >= LASTS:
            return ""
        count = (
            f"the last {self._count:,} {self.requests} have" if self._count > 1 else f"one of the {self.requests} has"
        )
        return (
            f"{count} no signature by {self.setting}, since {self._since:%Y-%m-%d %H:%M} UTC: "
            f"set the same secret {self.there} and in {self.setting}"
        )
