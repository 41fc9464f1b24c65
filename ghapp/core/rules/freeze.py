"""The freeze calendar of an environment: windows without new releases. Computed when read, never stored.

A window is wall-clock time in the repository's zone: an hour that the zone repeats is in it twice, a skipped one not.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from ghapp.core.config import holidays
from ghapp.core.config.model import WEEKDAYS, EnvironmentConfig, Window

SPAN = timedelta(days=32)  # computed at once
FARTHEST = 12  # such spans: a longer freeze counts as one without an end
_DAY = timedelta(days=1)


class Frozen(Struct, frozen=True):
    """A stretch of windows without a gap, from `since` on; for a current freeze `since` is now.

    `until` None: no end within a year.
    """

    since: datetime
    until: datetime | None
    reason: str


def now_frozen(config: EnvironmentConfig, now: datetime) -> Frozen | None:
    """The current freeze; its reason is that of the first window that holds now."""
    reason = _reason(config.freeze, config.timezone, now) if config.freeze else None
    if reason is None:
        return None
    return Frozen(now, _end(config, now), reason)


def next_window(config: EnvironmentConfig, now: datetime) -> Frozen | None:
    """The next freeze that begins within 32 days, if any."""
    for change in _ahead(config, now, spans=2):
        if change.reason is not None and change.at <= now + SPAN:
            return Frozen(change.at, _end(config, change.at), change.reason)
    return None


def next_change(config: EnvironmentConfig, now: datetime) -> datetime | None:
    """The next begin or end of a freeze, or 32 days from now if nothing changes before. None: no windows."""
    if not config.freeze:
        return None
    return next((change.at for change in _ahead(config, now, spans=2)), now + SPAN)


# ---------------------------------------------------------------- one moment


def _reason(windows: Sequence[Window], timezone: str, moment: datetime) -> str | None:
    """The reason for a freeze at a moment: only the wall clock of the zone counts."""
    there = moment.astimezone(ZoneInfo(timezone))
    minute = there.hour * 60 + there.minute
    held = (window for window in windows if window.start <= minute < window.end and _on(window, there.date()))
    return next((window.reason for window in held), None)


def _on(window: Window, day: date) -> bool:
    if window.weekdays:
        return WEEKDAYS[day.weekday()] in window.weekdays
    if window.first and window.last:
        return window.first <= day <= window.last
    if window.holidays:
        return holidays.is_holiday(window.holidays, day)
    if window.holiday_eve:
        return holidays.is_holiday(window.holiday_eve, day + _DAY)
    return True


# ---------------------------------------------------------------- stretches of time


class _Change(Struct, frozen=True):
    """From `at` on the environment is frozen for this reason, or free."""

    at: datetime
    reason: str | None


def _end(config: EnvironmentConfig, since: datetime) -> datetime | None:
    return next((change.at for change in _ahead(config, since, spans=FARTHEST) if change.reason is None), None)


def _ahead(config: EnvironmentConfig, now: datetime, *, spans: int) -> Iterator[_Change]:
    """The changes after now."""
    moment = now
    for _ in range(spans):
        yield from (change for change in _span(config, moment) if change.at > now)
        moment += SPAN


def _span(config: EnvironmentConfig, moment: datetime) -> tuple[_Change, ...]:
    """The changes within the 32-day span that contains a moment; its first state is that of the span before."""
    return _changes(config.freeze, config.timezone, (moment - _EPOCH) // SPAN)


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=256)
def _changes(windows: tuple[Window, ...], timezone: str, number: int) -> tuple[_Change, ...]:
    start = _EPOCH + number * SPAN
    found: list[_Change] = []
    frozen = _reason(windows, timezone, start - timedelta(seconds=1)) is not None
    for moment in _moments(windows, ZoneInfo(timezone), start, start + SPAN):
        reason = _reason(windows, timezone, moment)
        if (reason is not None) is not frozen:
            frozen = not frozen
            found.append(_Change(moment, reason))
    return tuple(found)


def _moments(windows: Sequence[Window], zone: ZoneInfo, start: datetime, end: datetime) -> Sequence[datetime]:
    """Every moment at which the state may change: a window's clock time, or a jump of the zone's clock."""
    minutes = {0, *(window.start for window in windows), *(window.end % 1440 for window in windows)}
    clocks = [time(minute // 60, minute % 60) for minute in minutes]
    days = [start.date() + _DAY * number for number in range(-1, (end - start).days + 2)]
    walls = (datetime.combine(day, clock, zone) for day in days for clock in clocks)
    found = {wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1)}
    ordered = sorted(found)
    jumps = {_jump(zone, before, after) for before, after in pairwise(ordered)}
    return sorted(moment for moment in (found | jumps) if start <= moment < end)


def _jump(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The moment between two others at which the zone's offset changes, to the second; `after` if it does not."""
    old = before.astimezone(zone).utcoffset()
    if old == after.astimezone(zone).utcoffset():
        return after
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
