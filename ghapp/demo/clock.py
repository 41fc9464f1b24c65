"""A clock that can jump ahead, so that a demo or test need not wait for the end of a lock."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The current time plus the skipped time."""

    def __init__(self) -> None:
        self.skipped = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def skip(self, span: timedelta) -> None:
        self.skipped += span
