"""Working hours: Monday to Friday, 9 to 18 in a time zone. No reminder is sent outside of them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

START, END = time(9), time(18)
FRIDAY = 4


def from_then(moment: datetime, timezone: str) -> datetime:
    """The first moment of working hours that is not before this one, in UTC."""
    there = moment.astimezone(ZoneInfo(timezone))
    if there.weekday() <= FRIDAY and START <= there.time() < END:
        return moment.astimezone(UTC)
    day = there.date() + timedelta(days=0 if there.time() < START else 1)
    while day.weekday() > FRIDAY:
        day += timedelta(days=1)
    return datetime.combine(day, START, there.tzinfo).astimezone(UTC)
