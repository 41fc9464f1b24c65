"""Who is answered: outsiders little, nobody without end, and nothing that was let in or has changed is kept quiet."""

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
    """Comments of people as the worker meets them; each is decided at once."""

    def __init__(self) -> None:
        self.now = NOON
        self.outsiders = RateLimit(lambda: self.now)
        self.typed = 0

    def hears(
        self, who: str = "eve", decision: Decision = REFUSED, *, repository: int = 1, item: str | None = None
    ) -> str:
        """The verdict on one more command, or on one that comes back."""
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
        """Time passes."""
        self.now += timedelta(**span)


def test_the_same_refusal_comes_every_ten_minutes() -> None:
    """However often it is typed; each time it is looked at anew."""
    door = Door()
    heard = []
    for _ in range(21):
        heard.append(door.hears())
        door.later(minutes=1)
    assert heard == (["answered"] + ["looked at"] * 9) * 2 + ["answered"]


def test_that_space_is_one_persons_in_one_repository() -> None:
    """Whatever the case of the letters of their login."""
    door = Door()
    assert door.hears("eve") == "answered"
    assert door.hears("EVE") == "looked at"
    assert door.hears("eve", repository=2) == "answered"
    assert door.hears("mallory") == "answered"


def test_another_refusal_is_another_answer() -> None:
    """What is wrong now is something else: it is said at once, a few times in all."""
    door = Door()
    heard = []
    for decision in (REFUSED, *OTHERS, REFUSED):
        heard.append(door.hears(decision=decision))
        door.later(seconds=30)
    assert heard == ["answered"] * ANSWERS + ["looked at"] * 3


def test_whoever_is_let_in_is_answered_at_once() -> None:
    """And from then on as anybody who may; only a comment that was taken back says nothing of who wrote it."""
    door = Door()
    let_in = Decision(changed=(environment(),))
    assert [door.hears(), door.hears(decision=Decision()), door.hears()] == ["answered", "answered", "looked at"]
    door.later(minutes=1)
    assert [door.hears(decision=let_in), door.hears()] == ["answered", "answered"]


def test_what_came_back_is_worked_though_its_answer_was_noted() -> None:
    """The write failed after the note: the same command must not fall silent."""
    door = Door()
    assert door.hears(item="1/comment/1") == "answered"
    assert door.hears(item="1/comment/1") == "answered"
    assert door.hears() == "looked at"


def test_an_outsider_who_only_reads_gets_a_few_answers() -> None:
    """Help and status are for readers, and everybody reads a public repository."""
    door = Door()
    heard = []
    for _ in range(ANSWERS + 2):
        heard.append(door.hears(decision=ANSWERED))
        door.later(minutes=1)
    assert heard == ["answered"] * ANSWERS + ["looked at"] * 2


def test_an_outsider_is_looked_at_a_few_times_a_minute() -> None:
    """Each look costs calls to GitHub, which others need; nobody is told to slow down who is not answered anyway."""
    door = Door()
    heard = [door.hears() for _ in range(COMMANDS_A_MINUTE + 3)]
    looked = OUTSIDERS_A_MINUTE - 1
    assert heard == ["answered"] + ["looked at"] * looked + ["silence"] * (len(heard) - looked - 1)
    door.later(seconds=10)
    assert [door.hears(), door.hears()] == ["looked at", "silence"]
    door.later(minutes=1)
    assert door.hears() == "looked at"


@pytest.mark.parametrize("decision", [Decision(), Decision(refusal=Refusal("locked"))])
def test_who_may_is_slowed_down_only_when_they_run_away(decision: Decision) -> None:
    """So many a minute; then one answer, then silence, and after the minute they are heard again."""
    door = Door()
    heard = [door.hears("mona", decision) for _ in range(COMMANDS_A_MINUTE + 3)]
    assert heard == ["answered"] * COMMANDS_A_MINUTE + ["slow_down", "silence", "silence"]
    door.later(minutes=1)
    assert door.hears("mona", decision) == "answered"


def test_a_command_that_comes_back_again_and_again_counts_once() -> None:
    """While GitHub is away every command steps aside and returns: that is not typing."""
    door = Door()
    for _ in range(100):
        assert door.hears("mona", Decision(), item="1/comment/7") == "answered"
    assert door.hears("mona", Decision()) == "answered"


def test_the_one_that_is_told_to_slow_down_may_be_told_again() -> None:
    """Its answer was not written: it is answered, and still only it."""
    door = Door()
    for _ in range(COMMANDS_A_MINUTE):
        door.hears("mona", Decision())
    assert door.hears("mona", Decision(), item="1/comment/told") == "slow_down"
    assert door.hears("mona", Decision()) == "silence"
    assert door.hears("mona", Decision(), item="1/comment/told") == "slow_down"


def test_many_strangers_take_bounded_room() -> None:
    """The oldest is forgotten, and heard once more: memory is not theirs to fill."""
    door = Door()
    for stranger in range(KEPT + 1):
        assert door.hears(f"stranger-{stranger}") == "answered"
    assert door.hears(f"stranger-{KEPT}") == "looked at"
    assert door.hears("stranger-0") == "answered"
