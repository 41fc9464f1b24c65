"""Turns and reminders: who is called or reminded, when, how often, and when not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghapp.core.config.model import Language
from ghapp.core.model.decision import Decision
from ghapp.core.model.events import WaitingReleasesChecked
from ghapp.core.model.facts import Comparison
from ghapp.core.rules import releases, turns, working_hours
from ghapp.core.rules.next_step import due_at
from ghapp.core.rules.release_status import release_status
from ghapp.core.views import call, comment, slack
from tests.core.build import NOON, Production, config, environment, in_japanese, live, release

POLL = timedelta(seconds=60)


def codes(decision: Decision) -> list[str]:
    """Calls, reminders and the codes of notices."""
    asked = [entry.what for entry in decision.entries if entry.what in ("called", "reminded")]
    return [*asked, *(notice.code for notice in decision.notices)]


def passing(production: Production, *, hours: float) -> list[tuple[datetime, str]]:
    """Calls, reminders and notices while time passes without a command, each at the moment it is due."""
    told, end = [], production.now + timedelta(hours=hours)
    while (wake := due_at(production.environment, production.now, poll=POLL)) and wake <= end:
        production.now = max(wake, production.now)
        told += [(production.now, what) for what in codes(production.ticks())]
    production.now = end
    return told


def test_the_person_whose_turn_it_is_is_reminded_three_times() -> None:
    """Every half hour; no more after the third."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    assert passing(production, hours=4) == [(NOON + timedelta(minutes=30 * n), "reminded") for n in (1, 2, 3)]


def test_no_reminder_comes_in_the_evening_or_at_the_weekend() -> None:
    """The first reminder of a merge on Friday at 17:50 comes on Monday at 9."""
    tokyo = ZoneInfo("Asia/Tokyo")
    production = Production(environment(live=live(41)))
    production.now = datetime(2026, 11, 27, 17, 50, tzinfo=tokyo).astimezone(UTC)
    production.merges(42)
    told = passing(production, hours=72)
    assert [at.astimezone(tokyo).strftime("%a %H:%M") for at, _ in told] == ["Mon 09:00", "Mon 09:30", "Mon 10:00"]


class Unfit(Production):
    """Production with a commit that, by GitHub's comparison, cannot be deployed."""

    status: Literal["behind", "diverged", "base_gone"] = "behind"
    of_live: Literal["ahead", "diverged"] = "ahead"

    def comparison(self, base: str, head: str) -> Comparison:
        """The same answer for every commit."""
        return Comparison(self.status if base == "main" else self.of_live)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("status", "of_live", "why"),
    [
        ("diverged", "ahead", "off_branch"),
        ("base_gone", "ahead", "branch_gone"),
        ("behind", "diverged", "beside"),
        ("behind", "ahead", None),
    ],
)
def test_a_release_that_cannot_be_deployed_is_not_called_and_shows_why(
    language: Language, status: Any, of_live: Any, why: str | None
) -> None:
    """Its turn is over, the next release is called, and `/status` names the reason."""
    waits = config(language=language)
    production = Unfit(environment(live=live(41), config=waits, awaiting=(release(42),)))
    production.config = replace(production.config, environments={"production": waits})
    production.ticks()
    (called,) = call.calls(production.environment, production.now)
    production.status, production.of_live = status, of_live
    production.apply(WaitingReleasesChecked("production"))
    assert production.environment.awaiting[0].unfit == why
    assert (call.calls(production.environment, production.now) == ()) is (why is not None)
    said = call.message(production.environment, called, now=production.now)
    assert said.offers is (why is None)
    stands = release_status(production.environment, 42, release(42).pull.head, production.now)
    assert stands.buttons == (() if why else ("deploy",))
    (answer,) = production.says("mona", "/status").notices
    told, shown = comment.notice(answer, now=production.now), comment.prompt
    prompt = shown(production.environment, 42, web="https://github.com", now=production.now) or ""
    lines = [line for line in told.splitlines() if line.startswith("#42") and line in prompt]
    assert len(lines) == (1 if why else 0)


def test_only_the_first_in_line_is_reminded() -> None:
    """Its release would bring the others; and each is called once."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.later(minutes=1)
    production.merges(44)
    told = passing(production, hours=4)
    assert [code for _, code in told] == ["reminded"] * 3


def test_no_reminder_comes_while_an_obstacle_stands() -> None:
    """After it the person is called and reminded anew."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.later(minutes=20)
    production.says("taro", "/lock production 2h migrating")
    told = passing(production, hours=2.6)
    start = NOON + timedelta(minutes=20)
    assert told == [
        (start + timedelta(hours=2), "called"),
        (start + timedelta(hours=2.5), "reminded"),
    ]


def test_the_end_of_a_second_manual_lock_calls_a_second_time() -> None:
    """No release came in between, so the number is the same: each call is still a message of its own."""
    production = Production(environment(live=live(41)))
    production.says("taro", "/lock production migrating")
    production.merges(42)
    owed = []
    for line in ("/unlock production", "/lock production migrating again", "/unlock production"):
        production.says("taro", line)
        owed += list(call.calls(production.environment, production.now))
        production.later(minutes=1)
    assert len(set(owed)) == 2, owed


def test_a_person_who_passes_the_turn_keeps_the_place_in_line() -> None:
    """The next person is called at once, and gets the reminders."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.says("taro", "/lock production")
    production.merges(44)
    production.says("taro", "/unlock production")
    before = production.environment
    production.environments["production"] = turns.pass_turn(before, 42)
    decision = production.ticks()
    assert codes(decision) == ["called"]
    assert [one.pull for one in call.calls(production.environment, production.now)] == [44]
    assert releases.rank(production.environment, 42) == 1
    production.later(minutes=30)
    assert codes(production.ticks()) == ["reminded"]
    assert call.calls(production.environment, production.now) == (call.Call(44, production.now),)


def test_a_release_with_the_skip_label_is_not_called() -> None:
    """The pull request is merged, waits, and ships along with the next release."""
    production = Production(environment(config=config(skip_label="no-deploy"), live=live(41)))
    production.merges(42, labels=("bug", "no-deploy"))
    assert releases.waiting_line(production.environment) == ()
    assert passing(production, hours=4) == []
    production.merges(44)
    (second,) = releases.waiting_line(production.environment)
    assert [one.pull.number for one in releases.before(production.environment, second)] == [42]
    production.says("hanako", "/deploy production #44")
    deployment = production.environment.deployment
    assert deployment
    assert deployment.grant.carries == (42,)


def test_a_skipped_release_can_be_put_in_line_again() -> None:
    """A person who types `/deploy` during a lock is in line again."""
    production = Production(environment(config=config(skip_label="no-deploy"), live=live(41)))
    production.merges(42, labels=("no-deploy",))
    production.says("taro", "/lock production")
    refused = production.says("mona", "/deploy production #42")
    assert refused.refusal
    assert refused.refusal.code == "locked"
    assert releases.rank(production.environment, 42) == 1


@pytest.mark.parametrize(
    ("by", "english", "japanese"),
    [
        (
            None,
            "#42 was skipped because of the label `no-deploy`: the next newer deploy to production includes it. To "
            "deploy it on its own: `/deploy production #42`\nFix overlapping booking slots (#42 by hanako)",
            "#42 はラベル `no-deploy` があるため見送りました。"
            "より新しいものを production にデプロイするとき、一緒にデプロイされます。"
            "単独でデプロイするには `/deploy production #42`\n予約枠の重複チェックを修正 "
            "(#42、作成者: hanako)",
        ),
        (
            "mona",
            "#42 was skipped by mona: the next newer deploy to production includes it. To deploy it on its own: "
            "`/deploy production #42`\nFix overlapping booking slots (#42 by hanako)",
            "#42 は mona が見送りました。より新しいものを production にデプロイするとき、一緒にデプロイされます。"
            ""
            "単独でデプロイするには `/deploy production #42`\n予約枠の重複チェックを修正 (#42、作成者: hanako)",
        ),
    ],
    ids=["by a label", "by a person"],
)
def test_a_skipped_release_is_shown_as_skipped(by: str | None, english: str, japanese: str) -> None:
    """No person is mentioned, and the message has the command to type."""
    waiting = release(42, skipped=True, skipped_by=by)
    found = environment(config=config(skip_label="no-deploy"), live=live(41), awaiting=(waiting,))
    for spoken, text in ((found, english), (in_japanese(found), japanese)):
        message = slack.prompt([spoken], 42, web="https://github.com", now=NOON)
        assert message
        assert message.text == text


def test_the_holder_of_a_lock_without_an_end_is_reminded_every_three_hours() -> None:
    """In working hours: 13:42 plus three hours is 16:42, then the next morning."""
    production = Production(environment(live=live(41)))
    production.says("taro", "/lock production forever migrating")
    told = passing(production, hours=24)
    tokyo = ZoneInfo("Asia/Tokyo")
    assert [(at.astimezone(tokyo).strftime("%d %H:%M"), code) for at, code in told] == [
        ("23 16:42", "nag"),
        ("24 09:00", "nag"),
        ("24 12:00", "nag"),
    ]


def test_the_reminder_of_a_lock_shows_how_to_end_it() -> None:
    """To the holder, with the reason that they gave."""
    production = Production(environment(live=live(41)))
    production.says("taro", "/lock production forever migrating")
    production.later(hours=3)
    (notice,) = production.ticks().notices
    text = slack.notice(notice, now=production.now).text
    assert text == (
        "<@U024BE7TA> you have had production locked since 13:42 JST (migrating). Still needed? To unlock: `/ghapp "
        "unlock production`"
    )


def test_a_lock_with_an_end_gets_no_reminder() -> None:
    """It ends without a command."""
    production = Production(environment(live=live(41)))
    production.says("taro", "/lock production 2d migrating")
    assert [code for _, code in passing(production, hours=40)] == []


def test_the_text_of_a_reminder() -> None:
    """The person, the environment, the command to type."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.later(minutes=30)
    production.ticks()
    (one,) = call.calls(production.environment, production.now)
    assert call.message(production.environment, one, now=production.now).text == (
        "<@U024BE7LH> production is still free, and it is your turn.\n"
        "`/deploy production #42` Fix overlapping booking slots"
    )


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC", "Pacific/Apia"]),
)
def test_working_hours_are_in_local_time(moment: datetime, zone: str) -> None:
    """The first minute from then on at which local time is Monday to Friday, 9 to 18; on both sides of DST."""
    found = working_hours.from_then(moment, zone)
    there = found.astimezone(ZoneInfo(zone))
    assert there.weekday() < 5
    assert 9 <= there.hour < 18
    assert moment <= found < moment + timedelta(days=3)
    minute = moment
    while minute < found:
        wall = minute.astimezone(ZoneInfo(zone))
        assert not (wall.weekday() < 5 and 9 <= wall.hour < 18)
        minute += timedelta(minutes=15)
