"""Until when `/lock` holds: durations, and clock times where the repository is, on days that are longer or shorter."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghapp.core.commands.lock import ends
from ghapp.core.grammar import Clock


def at(text: str) -> datetime:
    """A moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "now", "clock", "then"),
    [
        ("Asia/Tokyo", "2026-11-23T13:42+09:00", Clock(18, 0), "2026-11-23T18:00+09:00"),
        ("Asia/Tokyo", "2026-11-23T18:00+09:00", Clock(18, 0), "2026-11-24T18:00+09:00"),  # it is that now: tomorrow
        ("Asia/Tokyo", "2026-11-23T23:59+09:00", Clock(0, 0), "2026-11-24T00:00+09:00"),
        ("Asia/Tokyo", "2026-12-31T19:00+09:00", Clock(18, 0), "2027-01-01T18:00+09:00"),
        # Berlin: on 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October from 03:00 back to 02:00
        ("Europe/Berlin", "2026-03-28T19:00+01:00", Clock(18, 0), "2026-03-29T18:00+02:00"),  # 22 hours
        ("Europe/Berlin", "2026-10-24T19:00+02:00", Clock(18, 0), "2026-10-25T18:00+01:00"),  # 24 hours
        ("Europe/Berlin", "2026-03-29T01:30+01:00", Clock(3, 0), "2026-03-29T03:00+02:00"),  # half an hour
        ("Europe/Berlin", "2026-03-29T01:30+01:00", Clock(2, 30), "2026-03-29T03:30+02:00"),  # which the day skips
        ("Europe/Berlin", "2026-10-25T01:30+02:00", Clock(2, 30), "2026-10-25T02:30+02:00"),  # the first of two
        ("America/New_York", "2026-11-01T00:30-04:00", Clock(18, 0), "2026-11-01T18:00-05:00"),
        ("Australia/Lord_Howe", "2026-04-04T23:00+11:00", Clock(18, 0), "2026-04-05T18:00+10:30"),
    ],
)
def test_a_clock_time_is_the_next_one_there(zone: str, now: str, clock: Clock, then: str) -> None:
    """Today or tomorrow, over every change of the clocks."""
    assert ends(clock, at(now), zone) == at(then)


def test_a_duration_is_the_same_everywhere_and_for_ever_has_no_end() -> None:
    """Two hours are two hours, also in the night of the change."""
    now = at("2026-03-29T00:30+01:00")
    assert ends(timedelta(hours=2), now, "Europe/Berlin") == now + timedelta(hours=2)
    assert ends("forever", now, "Europe/Berlin") is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds it
    st.builds(Clock, st.integers(0, 23), st.integers(0, 59)),
    st.sampled_from(("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")),
)
def test_it_always_ends_and_within_little_more_than_a_day(now: datetime, clock: Clock, zone: str) -> None:
    """Never in the past; and there it is that time, unless the day skips it."""
    end = ends(clock, now, zone)
    assert end is not None
    assert timedelta(0) < end.astimezone(UTC) - now <= timedelta(hours=25)
    there = end.astimezone(UTC).astimezone(ZoneInfo(zone))
    skipped = (there.hour, there.minute) != (clock.hour, clock.minute)
    assert not skipped or zone not in ("Asia/Tokyo", "UTC")
