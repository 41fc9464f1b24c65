"""The end of `/lock`: durations, and clock times in the repository's zone, also on days of another length."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghapp.core.commands.lock import ends
from ghapp.core.commands.lock_span import Clock, NotATime, Span, read_span


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "now", "clock", "then"),
    [
        ("Asia/Tokyo", "2026-11-23T13:42+09:00", Clock(18, 0), "2026-11-23T18:00+09:00"),
        ("Asia/Tokyo", "2026-11-23T18:00+09:00", Clock(18, 0), "2026-11-24T18:00+09:00"),  # it is 18:00 now: tomorrow
        ("Asia/Tokyo", "2026-11-23T23:59+09:00", Clock(0, 0), "2026-11-24T00:00+09:00"),
        ("Asia/Tokyo", "2026-12-31T19:00+09:00", Clock(18, 0), "2027-01-01T18:00+09:00"),
        # Berlin: on 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October from 03:00 back to 02:00
        ("Europe/Berlin", "2026-03-28T19:00+01:00", Clock(18, 0), "2026-03-29T18:00+02:00"),  # 22 hours
        ("Europe/Berlin", "2026-10-24T19:00+02:00", Clock(18, 0), "2026-10-25T18:00+01:00"),  # 24 hours
        ("Europe/Berlin", "2026-03-29T01:30+01:00", Clock(3, 0), "2026-03-29T03:00+02:00"),  # half an hour
        ("Europe/Berlin", "2026-03-29T01:30+01:00", Clock(2, 30), "2026-03-29T03:30+02:00"),  # skipped that day
        ("Europe/Berlin", "2026-10-25T01:30+02:00", Clock(2, 30), "2026-10-25T02:30+02:00"),  # the first of two
        ("America/New_York", "2026-11-01T00:30-04:00", Clock(18, 0), "2026-11-01T18:00-05:00"),
        ("Australia/Lord_Howe", "2026-04-04T23:00+11:00", Clock(18, 0), "2026-04-05T18:00+10:30"),
    ],
)
def test_a_clock_time_is_its_next_occurrence_in_the_zone(zone: str, now: str, clock: Clock, then: str) -> None:
    """Today or tomorrow, across every change of the clocks."""
    assert ends(clock, at(now), zone) == at(then)


def test_a_duration_ignores_the_zone_and_forever_has_no_end() -> None:
    """Two hours are two hours, also in the night of the change."""
    now = at("2026-03-29T00:30+01:00")
    assert ends(timedelta(hours=2), now, "Europe/Berlin") == now + timedelta(hours=2)
    assert ends("forever", now, "Europe/Berlin") is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds it
    st.builds(Clock, st.integers(0, 23), st.integers(0, 59)),
    st.sampled_from(("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")),
)
def test_a_lock_until_a_clock_time_ends_within_25_hours(now: datetime, clock: Clock, zone: str) -> None:
    """The end is in the future, and the zone's clock shows that time then unless the day skips it."""
    end = ends(clock, now, zone)
    assert end is not None
    assert timedelta(0) < end.astimezone(UTC) - now <= timedelta(hours=25)
    there = end.astimezone(UTC).astimezone(ZoneInfo(zone))
    skipped = (there.hour, there.minute) != (clock.hour, clock.minute)
    assert not skipped or zone not in ("Asia/Tokyo", "UTC")


# ---------------------------------------------------------------- times and reasons

HOURS = timedelta(hours=2)
LEFT = ("", "why", "the demo is at four", "2 reviewers are away", "until the demo is over", "for the demo")


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize(
    ("typed", "span"),
    [
        *((typed, HOURS) for typed in ("2h", "2 h", "2 hours", "2hours", "2 hrs", "120m", "120 min", "120 minutes")),
        *((f"{lead} 2h", HOURS) for lead in ("for", "For", "FOR", "for  ", "for\t")),
        ("for 2 hours", HOURS),
        ("for 1 day", timedelta(days=1)),
        ("1 hour", timedelta(hours=1)),
        ("18:00", Clock(18, 0)),
        ("until 18:00", Clock(18, 0)),
        ("UNTIL \t 9:05", Clock(9, 5)),
        ("forever", "forever"),
        ("for forever", "forever"),
        ("for ever", "forever"),
    ],
)
def test_a_time_is_read_with_and_without_for_or_until(typed: str, span: Span, left: str) -> None:
    """The text after the time is the reason, with any first word."""
    assert read_span(f"{typed} {left}".strip()) == (span, left)


REASONS = """
for the demo
for mona
for #42
for a demo
for now
for the customer's day
for one more test
until the demo is over
until #42 is live
until mona is back
until tomorrow's demo is done
until the night shift is over
for-2h
format disks
untilx
forevermore
fortnight
to #42
by mona
about to migrate
migrating for 2h
demo until 18:00
調査のため
明日まで調査
-1
"""


@pytest.mark.parametrize("reason", ["", *REASONS.strip().splitlines()])
def test_a_reason_may_begin_with_the_words_of_a_time(reason: str) -> None:
    """No word of the reason is read as a time, and none is refused."""
    assert read_span(reason) is None


FOR = "2x|2|1h30m|0m|8d|18:00|99999h|30s|２h|an hour|half an hour|a few days|the next hour|two weeks|the day|today"
UNTIL = "25:00|18:60|6pm|2h|18|18：00|18:00,|2026-12-24|tomorrow|Monday|on Friday|noon|midnight|next week|forever"
UNTIL_WORDS = "further notice|the end of the day|EOD|this evening|the morning|the weekend"
CLOCKS = "6:00 pm|6:00 PM|6:00 p.m.|6:00 am|18:00 JST|18:00 UTC|18:00 CET|18:00 tomorrow|18:00 on Friday"
NEARLY = "till 18:00|til 18:00|to 18:00|by 18:00|around 18:00|about 2h|for|until"
TWO = "2h 30m|2 hours 30 minutes|for 2h until 18:00|18:00 forever|until 18:00 for 2h"  # one of the two would be lost
NONE = [
    *(f"for {typed}" for typed in FOR.split("|")),
    *(f"until {typed}" for typed in (*UNTIL.split("|"), *UNTIL_WORDS.split("|"))),
    *(lead + typed for lead in ("", "until ") for typed in CLOCKS.split("|")),
    *NEARLY.split("|"),
    *TWO.split("|"),
]


@pytest.mark.parametrize("typed", NONE)
def test_an_invalid_time_is_never_taken_as_a_reason(typed: str) -> None:
    """It is refused by name: otherwise the default of an hour would hold, unnoticed."""
    assert read_span(typed) == NotATime(typed)


def test_only_the_invalid_time_itself_is_named() -> None:
    """The words after the invalid time are not part of it."""
    assert read_span("until tomorrow for the demo") == NotATime("until tomorrow")
    assert read_span("for 2h until 18:00 why") == NotATime("for 2h until 18:00")
    assert read_span("for the next 2 hours") == NotATime("for the next 2")
