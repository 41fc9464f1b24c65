"""Limits on answers: few for outsiders, none without end, and no silence after access was granted or the refusal
changed."""

from datetime import UTC, datetime, timedelta

import pytest

from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import Repository
from ghapp.core.model.events import CommentPosted
from ghapp.engine.rate_limit import ANSWERS, COMMANDS_A_MINUTE, KEPT, OUTSIDERS_A_MINUTE, RateLimit
from tests.core.build import environment

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REFUSED = Decision(refusal=Refusal("not_allowed"), outsider=True)
ANSWERED = Decision(outsider=True)
OTHERS = [Decision(refusal=Refusal(code), outsider=True) for code in ("stale", "edited", "locked", "closed")]


class Door:
    """Comments as the worker meets them; each is decided at once."""

    def __init__(self) -> None:
        self.now = NOON
        self.outsiders = RateLimit(lambda: self.now)
        self.typed = 0

    def hears(
        self, who: str = "eve", decision: Decision = REFUSED, *, repository: int = 1, item: str | None = None
    ) -> str:
        """The verdict on one more command, or on the return of `item`."""
        self.typed += 1
        name = item or f"{repository}/comment/{self.typed}"
        event = CommentPosted(
            repository=Repository(id=repository, full_name="acme/shop", installation=7),
            key=name,
            number=42,
            comment=self.typed,
            author=who,
            text="/deploy",
            at=self.now,
        )
        verdict = self.outsiders.verdict(event, name)
        if verdict == "listen":
            return "answered" if self.outsiders.answers(event, name, decision) else "looked at"
        return verdict

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


def test_the_same_refusal_comes_every_ten_minutes() -> None:
    """However often the command is typed, it is decided each time."""
    door = Door()
    heard = []
    for _ in range(21):
        heard.append(door.hears())
        door.later(minutes=1)
    assert heard == (["answered"] + ["looked at"] * 9) * 2 + ["answered"]


def test_the_limit_counts_per_person_and_repository() -> None:
    """The login is compared regardless of case."""
    door = Door()
    assert door.hears("eve") == "answered"
    assert door.hears("EVE") == "looked at"
    assert door.hears("eve", repository=2) == "answered"
    assert door.hears("mallory") == "answered"


def test_a_different_refusal_is_answered_at_once() -> None:
    """Another refusal is new information, so it is answered at once, a few times in all."""
    door = Door()
    heard = []
    for decision in (REFUSED, *OTHERS, REFUSED):
        heard.append(door.hears(decision=decision))
        door.later(seconds=30)
    assert heard == ["answered"] * ANSWERS + ["looked at"] * 3


def test_a_person_who_gets_access_is_answered_at_once() -> None:
    """From then on no outsider limit applies; a deleted comment alone is no proof of access."""
    door = Door()
    let_in = Decision(changed=(environment(),))
    assert [door.hears(), door.hears(decision=Decision()), door.hears()] == ["answered", "answered", "looked at"]
    door.later(minutes=1)
    assert [door.hears(decision=let_in), door.hears()] == ["answered", "answered"]


def test_a_command_that_returns_is_worked_though_its_answer_was_noted() -> None:
    """The write failed after the answer was noted; the same command must not stay unanswered."""
    door = Door()
    assert door.hears(item="1/comment/1") == "answered"
    assert door.hears(item="1/comment/1") == "answered"
    assert door.hears() == "looked at"


def test_an_outsider_who_only_reads_gets_a_few_answers() -> None:
    """Help and status are for readers, and a public repository has readers everywhere."""
    door = Door()
    heard = []
    for _ in range(ANSWERS + 2):
        heard.append(door.hears(decision=ANSWERED))
        door.later(minutes=1)
    assert heard == ["answered"] * ANSWERS + ["looked at"] * 2


def test_an_outsiders_commands_are_decided_a_few_times_a_minute() -> None:
    """Each decision costs calls to GitHub that others need; an outsider over the limit gets silence, not
    `slow_down`."""
    door = Door()
    heard = [door.hears() for _ in range(COMMANDS_A_MINUTE + 3)]
    looked = OUTSIDERS_A_MINUTE - 1
    assert heard == ["answered"] + ["looked at"] * looked + ["silence"] * (len(heard) - looked - 1)
    door.later(seconds=10)
    assert [door.hears(), door.hears()] == ["looked at", "silence"]
    door.later(minutes=1)
    assert door.hears() == "looked at"


@pytest.mark.parametrize("decision", [Decision(), Decision(refusal=Refusal("locked"))])
def test_a_person_with_access_is_slowed_down_only_above_the_limit(decision: Decision) -> None:
    """After the limit of a minute comes one answer, then silence; after the minute commands are worked again."""
    door = Door()
    heard = [door.hears("mona", decision) for _ in range(COMMANDS_A_MINUTE + 3)]
    assert heard == ["answered"] * COMMANDS_A_MINUTE + ["slow_down", "silence", "silence"]
    door.later(minutes=1)
    assert door.hears("mona", decision) == "answered"


def test_a_command_that_returns_repeatedly_counts_once() -> None:
    """While GitHub is down, every command is deferred and returns without being typed again."""
    door = Door()
    for _ in range(100):
        assert door.hears("mona", Decision(), item="1/comment/7") == "answered"
    assert door.hears("mona", Decision()) == "answered"


def test_the_command_answered_with_slow_down_may_be_answered_again() -> None:
    """Its answer was not written, so it is answered again, and only that command."""
    door = Door()
    for _ in range(COMMANDS_A_MINUTE):
        door.hears("mona", Decision())
    assert door.hears("mona", Decision(), item="1/comment/told") == "slow_down"
    assert door.hears("mona", Decision()) == "silence"
    assert door.hears("mona", Decision(), item="1/comment/told") == "slow_down"


def test_many_strangers_take_bounded_room() -> None:
    """The oldest entry is dropped, and that person answered once more: strangers cannot fill the memory."""
    door = Door()
    for stranger in range(KEPT + 1):
        assert door.hears(f"stranger-{stranger}") == "answered"
    assert door.hears(f"stranger-{KEPT}") == "looked at"
    assert door.hears("stranger-0") == "answered"
