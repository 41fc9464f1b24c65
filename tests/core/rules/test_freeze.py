"""The calendar: freezes to the minute, also where clocks change; and who obeys them."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ghapp.core.commands import preconditions, rollback
from ghapp.core.commands.grammar import Invocation
from ghapp.core.commands.spec import CommandContext
from ghapp.core.config.model import WEEKDAYS, Config, EnvironmentConfig, Window
from ghapp.core.model.destination import Destination
from ghapp.core.model.facts import Facts
from ghapp.core.rules import freeze, obstacles
from ghapp.core.rules.next_step import due_at
from ghapp.core.views import comment, gate
from ghapp.core.views.problem import line
from tests.core.build import NOON, REPOSITORY, Production, config, environment
from tests.core.everywhere import read_config

TOKYO = ZoneInfo("Asia/Tokyo")
MINUTE = timedelta(minutes=1)
FRIDAY = Window(weekdays=("fri",), start=17 * 60, end=24 * 60, reason="weekend")
WEEKEND = Window(weekdays=("sat", "sun"), reason="weekend")


def tokyo(*clock: int) -> datetime:
    """A time in Tokyo."""
    return datetime(*clock, tzinfo=TOKYO)  # type: ignore[arg-type, misc]


def under(*windows: Window, **more: Any) -> EnvironmentConfig:
    """An environment config in Tokyo time with these windows."""
    return config(freeze=windows, **more)


# ---------------------------------------------------------------- reading


def windows(text: str) -> tuple[Window, ...]:
    """The windows of a valid file."""
    config = read_config(f"environments: {{p: {{workflow: d.yml, freeze: {text}}}}}", "c", "main")
    assert isinstance(config, Config), config
    return config.environments["p"].freeze


def test_every_way_to_write_a_window() -> None:
    """As documented."""
    assert windows('[{weekdays: [fri], from: "17:00", until: "24:00", reason: weekend}]') == (FRIDAY,)
    assert windows("[{weekdays: [sat, sun], reason: weekend}]") == (WEEKEND,)
    assert windows("[{from: 2026-12-28, until: 2027-01-04, reason: new year}]") == (
        Window(first=date(2026, 12, 28), last=date(2027, 1, 4), reason="new year"),
    )
    assert windows("[{holidays: JP, reason: holiday}]") == (Window(holidays="JP", reason="holiday"),)
    assert windows("[{holiday_eve: JP, from: 17:00, reason: eve}]") == (
        Window(holiday_eve="JP", start=17 * 60, reason="eve"),
    )
    assert windows('[{from: "02:00", until: "05:00", reason: batch}]') == (Window(start=120, end=300, reason="batch"),)
    assert windows("[]") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{weekdays: [fri], from: "17:00", until: "09:00", reason: x}]', "column 86: `until` comes after `from`"),
        ('[{weekdays: [fri], from: "17:00", until: "17:00", reason: x}]', "`until` comes after `from`"),
        ('[{weekdays: [fri], from: "24:00", reason: x}]', "`until` comes after `from`"),
        ("[{from: 2027-01-04, until: 2026-12-28, reason: x}]", "`until` comes after `from`"),
        ("[{weekdays: [], reason: x}]", "column 57: expected at least 1 in this list"),
        ("[{weekdays: [friday], reason: x}]", "`friday` is not known; did you mean `fri`?"),
        ("[{holidays: ZZ, reason: x}]", "column 57: `ZZ` is not a country whose holidays are known; for"),
        ("[{holidays: jp, reason: x}]", "`jp` is not a country"),
        ("[{holiday_eve: Japan, reason: x}]", "`Japan` is not a country"),
        ("[{weekdays: [fri]}]", "`reason` is missing"),
        ("[{weekdays: [fri], reason: ' '}]", "expected a reason"),
        ("[{reason: x}]", "expected `weekdays`, `holidays`, `holiday_eve`, or both `from` and `until`"),
        ("[{from: 17:00, reason: x}]", "expected `weekdays`, `holidays`, `holiday_eve`, or both `from` and `until`"),
        ("[{weekdays: [fri], holidays: JP, reason: x}]", "`holidays` and `weekdays` cannot be combined"),
        ("[{weekdays: [fri], from: 2026-12-28, until: 2027-01-04, reason: x}]", "a window of days has a first day"),
        ("[{from: 2026-12-28, reason: x}]", "a window of days has a first day"),
        ("[{from: 2026-12-28, until: 17:00, reason: x}]", "a window of days has a first day"),
        ("[{from: 2026-02-30, until: 2026-03-01, reason: x}]", "`2026-02-30` is not a valid date"),
        ("[{weekdays: [fri], from: 5pm, reason: x}]", "expected a clock time such as"),
        ("[{weekdays: [fri], from: 9:00, reason: x}]", "expected a clock time such as"),
        ('[{weekdays: [fri], until: "24:01", reason: x}]', "expected a clock time such as"),
        ("[{weekday: [fri], reason: x}]", "`weekday` is not a setting here; did you mean `weekdays`?"),
        ("{weekdays: [fri], reason: x}", "expected a list"),
        ("[" + "{weekdays: [fri], reason: x}, " * 21 + "]", "expected at most 20 here"),
    ],
)
def test_an_invalid_window_is_a_problem_with_its_place(text: str, problem: str) -> None:
    """No meaning is guessed."""
    config = read_config(f"environments: {{p: {{workflow: d.yml, freeze: {text}}}}}", "c", "main")
    assert not isinstance(config, Config)
    assert problem in line(config.problems[0], "en")


# ---------------------------------------------------------------- computing


@cache
def known(country: str) -> frozenset[date]:
    """The library's own list of the year."""
    return frozenset(holidays.country_holidays(country, years=2026))


def naive(window: Window, zone: ZoneInfo, moment: datetime) -> bool:
    """The same rule, written anew from a calendar and a wall clock."""
    wall = moment.astimezone(zone)
    if not window.start <= wall.hour * 60 + wall.minute < window.end:
        return False
    day = wall.date()
    if window.first and window.last:
        return day >= window.first and not day > window.last
    if window.weekdays:
        return day.strftime("%a").lower() in window.weekdays
    if window.holidays:
        return day in known(window.holidays)
    if window.holiday_eve:
        following = day + timedelta(days=1)
        return following in known(window.holiday_eve)
    return True


ZONES = (
    *("Asia/Tokyo", "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe"),
    *("Pacific/Apia", "Africa/Casablanca", "Asia/Gaza", "Pacific/Chatham", "America/Havana"),
)
JUMPS = (
    date(2026, 3, 6),
    date(2026, 3, 27),
    date(2026, 4, 3),
    date(2026, 10, 23),
    date(2026, 10, 2),
    date(2026, 10, 30),
)
CLOCKS = st.sampled_from((0, 30, 60, 90, 119, 120, 121, 135, 150, 180, 210, 719, 1020, 1380, 1439, 1440))


@st.composite
def some_window(draw: st.DrawFn) -> Window:
    """Any window that the reader accepts."""
    start, end = sorted(draw(st.lists(CLOCKS, min_size=2, max_size=2, unique=True)))
    kind = draw(st.sampled_from(("weekdays", "dates", "holidays", "holiday_eve", "daily")))
    reason = draw(st.sampled_from(("a", "b")))
    match kind:
        case "weekdays":
            days = draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))
            return Window(weekdays=tuple(days), start=start, end=end, reason=reason)
        case "dates":
            first = draw(st.sampled_from(JUMPS)) + timedelta(days=draw(st.integers(0, 9)))
            return Window(first=first, last=first + timedelta(days=draw(st.integers(0, 5))), reason=reason)
        case "holidays":
            return Window(holidays=draw(st.sampled_from(("JP", "DE", "US"))), start=start, end=end, reason=reason)
        case "holiday_eve":
            return Window(holiday_eve="DE", start=start, end=end, reason=reason)
        case _:
            return Window(start=start, end=end, reason=reason)


def minutes(start: datetime, days: int) -> Iterator[datetime]:
    """Every minute of some days."""
    return (start + MINUTE * number for number in range(days * 1440))


@settings(max_examples=30, deadline=None)
@given(st.lists(some_window(), min_size=1, max_size=3), st.sampled_from(ZONES), st.sampled_from(JUMPS))
def test_a_calendar_follows_the_wall_clock_minute_by_minute(calendar: list[Window], name: str, day: date) -> None:
    """Over days with a clock change somewhere: frozen or not, until when, and when the next freeze begins."""
    zone, under_them = ZoneInfo(name), config(freeze=tuple(calendar), timezone=name)
    start = datetime.combine(day, datetime.min.time(), UTC)
    shown = [(moment, any(naive(window, zone, moment) for window in calendar)) for moment in minutes(start, 4)]
    changes = [now for (_, was), (now, is_) in pairwise(shown) if was != is_]
    for moment, frozen in shown[::61]:
        found = freeze.now_frozen(under_them, moment)
        assert (found is not None) is frozen
        following = next((change for change in changes if change > moment), None)
        if following is None:
            continue
        assert freeze.next_change(under_them, moment) == following
        if found:
            assert found.until == following
        else:
            coming = freeze.next_window(under_them, moment)
            assert coming
            assert coming.since == following


NIGHT = (Window(start=22 * 60, end=1440, reason="night"), Window(start=0, end=6 * 60, reason="night"))
LEAP_DAY = Window(first=date(2028, 2, 29), last=date(2028, 2, 29), reason="leap day")


def daily(start: str, end: str) -> tuple[Window, ...]:
    """A window between two clock times."""
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
    return (Window(start=first, end=last, reason="daily"),)


@pytest.mark.parametrize(
    ("zone", "calendar", "at", "until", "then"),
    [
        # in Tokyo no clock ever changes
        ("Asia/Tokyo", daily("02:00", "03:00"), "2026-03-28T17:30", "2026-03-28T18:00", "2026-03-29T17:00"),
        ("Asia/Tokyo", NIGHT, "2026-03-28T14:00", "2026-03-28T21:00", "2026-03-29T13:00"),
        # an hour that is skipped is in no window, and a window that begins before it ends with it
        ("Europe/Berlin", daily("02:00", "03:00"), "2026-03-29T01:30", None, "2026-03-30T00:00"),
        ("Europe/Berlin", daily("01:30", "02:30"), "2026-03-29T00:45", "2026-03-29T01:00", "2026-03-29T23:30"),
        ("America/New_York", daily("01:30", "02:30"), "2026-03-08T06:45", "2026-03-08T07:00", "2026-03-09T05:30"),
        # an hour that occurs twice is frozen twice, with or without a gap
        ("Europe/Berlin", daily("02:30", "03:00"), "2026-10-25T00:45", "2026-10-25T01:00", "2026-10-25T01:30"),
        ("America/New_York", daily("01:00", "02:00"), "2026-11-01T05:15", "2026-11-01T07:00", "2026-11-02T06:00"),
        # a night is an hour shorter or longer
        ("America/New_York", NIGHT, "2026-03-08T03:00", "2026-03-08T10:00", "2026-03-09T02:00"),
        ("America/New_York", NIGHT, "2026-11-01T02:00", "2026-11-01T11:00", "2026-11-02T03:00"),
        ("Europe/Berlin", NIGHT, "2026-10-24T20:00", "2026-10-25T05:00", "2026-10-25T21:00"),
        # the 29th of February, a Tuesday
        ("Asia/Tokyo", (LEAP_DAY,), "2028-02-29T03:00", "2028-02-29T15:00", None),
        ("Europe/Berlin", (LEAP_DAY,), "2028-02-28T22:59", None, "2028-02-28T23:00"),
        ("Europe/Berlin", (Window(weekdays=("tue",), reason="x"),), "2028-02-29T09:00", "2028-02-29T23:00", None),
    ],
)
def test_freezes_across_clock_changes_and_midnight(
    zone: str, calendar: tuple[Window, ...], at: str, until: str | None, then: str | None
) -> None:
    """Computed by hand, in UTC: the end of the freeze at that moment, and the begin of the next one."""
    under_them, moment = config(freeze=calendar, timezone=zone), datetime.fromisoformat(f"{at}+00:00")
    found = freeze.now_frozen(under_them, moment)
    assert (f"{found.until:%Y-%m-%dT%H:%M}" if found and found.until else None) == until
    if then:
        coming = freeze.next_window(under_them, found.until if found and found.until else moment)
        assert coming
        assert f"{coming.since.astimezone(UTC):%Y-%m-%dT%H:%M}" == then


def test_friday_evening_and_the_weekend_are_one_freeze() -> None:
    """24:00 meets 00:00 without a gap; the reason is that of the window that holds now."""
    found = freeze.now_frozen(under(FRIDAY, replace(WEEKEND, reason="rest")), tokyo(2026, 11, 27, 17, 0))
    assert found
    assert (found.until, found.reason) == (tokyo(2026, 11, 30, 0, 0), "weekend")
    later = freeze.now_frozen(under(FRIDAY, replace(WEEKEND, reason="rest")), tokyo(2026, 11, 28, 9, 0))
    assert later
    assert (later.until, later.reason) == (tokyo(2026, 11, 30, 0, 0), "rest")


def test_the_first_and_the_last_minute_of_a_freeze() -> None:
    """It begins at 17:00 and ends at 24:00."""
    assert freeze.now_frozen(under(FRIDAY), tokyo(2026, 11, 27, 16, 59)) is None
    assert freeze.now_frozen(under(FRIDAY), tokyo(2026, 11, 27, 17, 0))
    assert freeze.now_frozen(under(FRIDAY), tokyo(2026, 11, 27, 23, 59))
    assert freeze.now_frozen(under(FRIDAY), tokyo(2026, 11, 28, 0, 0)) is None


def test_the_last_day_is_part_of_the_freeze() -> None:
    """Until the fourth means up to its end, across the year."""
    new_year = under(Window(first=date(2026, 12, 28), last=date(2027, 1, 4), reason="new year"))
    found = freeze.now_frozen(new_year, tokyo(2026, 12, 28, 0, 0))
    assert found
    assert found.until == tokyo(2027, 1, 5, 0, 0)


def test_a_japanese_holiday_and_its_eve() -> None:
    """The 23rd of November is Labour Thanksgiving Day, and the 22nd the evening before."""
    eve = Window(holiday_eve="JP", start=17 * 60, end=1440, reason="eve")
    holiday = under(eve, Window(holidays="JP", reason="holiday"))
    found = freeze.now_frozen(holiday, tokyo(2026, 11, 22, 18, 0))
    assert found
    assert found.until == tokyo(2026, 11, 24, 0, 0)
    assert freeze.now_frozen(holiday, tokyo(2026, 11, 22, 16, 0)) is None


def test_a_day_is_counted_in_the_repositorys_zone() -> None:
    """It is Saturday in Tokyo while it is still Friday in London."""
    moment = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert freeze.now_frozen(under(WEEKEND), moment)
    assert freeze.now_frozen(under(WEEKEND, timezone="Europe/London"), moment) is None


def test_a_freeze_without_an_end_has_none() -> None:
    """No end time is shown that will not come, and the computation is fast."""
    found = freeze.now_frozen(under(Window(reason="for ever")), NOON)
    assert found
    assert found.until is None


def test_a_long_freeze_has_its_end() -> None:
    """Also one that is months away; the next freeze is shown when it is near."""
    summer = under(Window(first=date(2026, 11, 1), last=date(2027, 8, 31), reason="audit"))
    found = freeze.now_frozen(summer, NOON)
    assert found
    assert found.until == tokyo(2027, 9, 1, 0, 0)
    far = under(Window(first=date(2027, 3, 1), last=date(2027, 3, 2), reason="later"))
    assert freeze.next_window(far, NOON) is None
    assert freeze.next_change(far, NOON) == NOON + timedelta(days=32)


def test_without_windows_nothing_is_computed() -> None:
    """No due time is set."""
    assert freeze.now_frozen(under(), NOON) is None
    assert freeze.next_window(under(), NOON) is None
    assert freeze.next_change(under(), NOON) is None


# ---------------------------------------------------------------- who obeys a freeze

NOW = tokyo(2026, 11, 23, 13, 42)  # a Monday
MONDAY = Window(weekdays=("mon",), start=13 * 60, end=18 * 60, reason="board meeting")


def frozen(**more: Any) -> Production:
    """Production, in a freeze until 18:00; #42 is merged."""
    production = Production(environment(config=under(MONDAY, **more)))
    production.merges(42)
    return production


def said(production: Production, text: str, *, by: str = "mona") -> str:
    """The answer."""
    notice, *_ = production.says(by, text).notices
    return comment.notice(notice, now=production.now).rsplit("\n\n", 1)[0]


def test_a_freeze_refuses_with_reason_and_end() -> None:
    """No person passes it, nothing starts, and the actor waits in line."""
    production = frozen()
    assert said(production, "/deploy") == (
        "⏳ **Not deployed.** production has a deploy freeze until 18:00 JST (about 4 h 18 min): board meeting.\nYou "
        "are 1st in line and will be mentioned.\nFreezes are set under `freeze` in `.github/ghapp.yml` on the "
        "default branch."
    )
    assert production.environment.deployment is None
    assert production.environment.number == 0


def test_a_freeze_refuses_in_japanese() -> None:
    assert said(frozen(language="ja"), "/deploy") == (
        "⏳ **デプロイは開始していません。** production は 18:00 JST までデプロイ凍結期間です (あと約4時間18分): "
        "board meeting\n順番待ちの1番目に入れました。空いたらお知らせします。\n凍結期間は、"
        "デフォルトブランチの `.github/ghapp.yml` の `freeze` で設定されています。"
    )


def test_the_gate_shows_a_freeze_and_opens_at_its_end() -> None:
    """By default; if `gate` does not name freezes, the gate stays green."""
    production = frozen()
    assert gate.render([production.environment], gate.Change(base="main"), NOW) == gate.Gate(
        "pending", "production: deploy freeze until 18:00 JST: board meeting"
    )
    assert gate.render([production.environment], gate.Change(base="main"), tokyo(2026, 11, 23, 18, 0)) == gate.Gate(
        "success", "Free to merge"
    )
    informed = replace(production.environment, config=under(MONDAY, gate=("deployment", "manual")))
    assert gate.render([informed], gate.Change(base="main"), NOW) == gate.Gate("success", "Free to merge")


def test_a_freeze_outside_the_gate_does_not_extend_the_gate() -> None:
    """The release ends in a freeze until 18:00: by default merges wait for both, else for the release alone."""
    production = Production(environment(config=under(MONDAY)))
    production.now = tokyo(2026, 11, 23, 12, 50)
    production.merges(42)
    production.says("mona", "/deploy")
    end = production.environment.cooldown_until
    assert end
    assert end > tokyo(2026, 11, 23, 13, 0)
    alone = f"{end.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}"
    for kinds, until in ((("deployment", "manual", "freeze"), "18:00"), (("deployment", "manual"), alone)):
        held = replace(production.environment, config=under(MONDAY, gate=kinds))
        assert gate.render([held], gate.Change(base="main"), production.now) == gate.Gate(
            "pending", f"production: #42 is being deployed (mona); free from {until} JST at the earliest"
        )


def test_an_environment_is_due_at_both_ends_of_a_freeze() -> None:
    """So gate and turns are right without an event; also during an attempt."""
    production = frozen()
    assert due_at(production.environment, production.now, poll=MINUTE) == tokyo(2026, 11, 23, 18, 0)
    evening = tokyo(2026, 11, 23, 18, 0)
    idle = replace(production.environment, awaiting=())
    assert due_at(idle, evening, poll=MINUTE) == tokyo(2026, 11, 30, 13, 0)


def called(production: Production) -> list[datetime | None]:
    """When each waiting release was called."""
    return [release.called_at for release in production.environment.awaiting]


def test_a_waiting_release_is_called_at_the_end_of_the_freeze_and_not_before() -> None:
    """Also a release that was called before the freeze began: that call is over."""
    production = Production(environment(config=under(MONDAY)))
    production.now = tokyo(2026, 11, 23, 12, 59)
    production.merges(42)
    assert called(production) == [production.now]  # the prompt was the call
    production.now = tokyo(2026, 11, 23, 13, 0)
    assert not production.ticks().notices
    assert called(production) == [None]
    before = production.environment
    assert not production.ticks().changed  # once is enough
    assert production.environment == before
    production.now = tokyo(2026, 11, 23, 18, 0)
    assert [entry.what for entry in production.ticks().entries] == ["called"]


def test_an_attempt_continues_during_a_freeze() -> None:
    """The freeze is named after the attempt, and the run is followed as usual."""
    production = Production(environment(config=under(MONDAY)))
    production.now = tokyo(2026, 11, 23, 12, 59)
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.now = tokyo(2026, 11, 23, 13, 30)
    kinds = [obstacle.kind for obstacle in obstacles.obstacles(production.environment, production.now)]
    assert kinds == ["deployment", "freeze"]
    production.sees("running")
    production.sees("succeeded")
    assert production.environment.live


def test_no_command_ends_a_freeze() -> None:
    """The answer names the calendar's file; the end of a lock during a freeze does not say that production is free."""
    production = frozen()
    assert "No command lifts it" in said(production, "/unlock production because")
    production.says("mona", "/lock production 2h migrating")
    assert [one.kind for one in obstacles.obstacles(production.environment, NOW)] == ["manual", "freeze"]
    assert said(production, "/unlock") == (
        "🔓 That lock was ended, but production was not free yet. Unlocked by mona.\n🧊 Deploy freeze until 18:00 "
        "JST (about 4 h 18 min): board meeting."
    )


def test_status_shows_the_freeze() -> None:
    """In both languages."""
    assert "🧊 Deploy freeze until 18:00 JST (about 4 h 18 min): board meeting." in said(frozen(), "/status")
    assert "🧊 デプロイ凍結中。18:00 JST まで" in said(frozen(language="ja"), "/status")


def test_a_changed_calendar_holds_at_once() -> None:
    """It is never stored: only the current config counts."""
    production = frozen()
    assert production.says("mona", "/deploy").refusal
    production.config = dataclasses.replace(production.config, environments={"production": under()})
    assert not production.says("mona", "/deploy").refusal


def test_a_rollback_passes_a_freeze() -> None:
    """A rollback is possible at any time of the calendar."""
    production = frozen()
    (standing,) = obstacles.obstacles(production.environment, NOW)
    assert standing.kind == "freeze"
    ask = CommandContext(
        invocation=Invocation(word="rollback", environment="production"),
        repository=REPOSITORY,
        environments=(production.environment,),
        actor="mona",
        door="pull_request",
        pull=42,
        destination=Destination(pull=42),
        key="comment/9",
        at=NOW,
        now=NOW,
    )
    assert rollback.held(ask, Facts()) is None
    assert preconditions.check_obstacles(preconditions.Case(ask=ask, fact=production.pull_fact(42), facts=Facts()))
