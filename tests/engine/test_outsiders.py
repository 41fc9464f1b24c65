"""Who is listened to: outsiders are answered little, nobody without end, and nothing that was let in is shut out."""

from datetime import UTC, datetime, timedelta

import pytest

from ghapp.core.decision import Decision, Refusal
from ghapp.core.environment import Repository
from ghapp.core.events import Commented
from ghapp.engine.outsiders import ANSWERS, COMMANDS_A_MINUTE, KEPT, Outsiders

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REFUSED = Decision(refusal=Refusal("not_allowed"), outsider=True)
ANSWERED = Decision(outsider=True)


class Door:
    """Comments of people as the worker meets them; each is decided at once."""

    def __init__(self) -> None:
        self.now = NOON
        self.outsiders = Outsiders(lambda: self.now)
        self.typed = 0

    def hears(
        self, who: str = "eve", decision: Decision = REFUSED, *, repository: int = 1, item: str | None = None
    ) -> str:
        """The verdict on one more command, or on one that comes back."""
        self.typed += 1
        name = item or f"{repository}/comment/{self.typed}"
        event = Commented(
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
            self.outsiders.answers(event, name, decision)
        return verdict

    def later(self, **span: float) -> None:
        """Time passes."""
        self.now += timedelta(**span)


def test_a_refused_outsider_is_met_with_ten_minutes_of_silence() -> None:
    """Once; after that time they are heard again."""
    door = Door()
    heard = []
    for _ in range(21):
        heard.append(door.hears())
        door.later(minutes=1)
    assert heard == (["listen"] + ["silence"] * 9) * 2 + ["listen"]


def test_the_silence_is_one_persons_in_one_repository() -> None:
    """Whatever the case of the letters of their login."""
    door = Door()
    assert door.hears("eve") == "listen"
    assert door.hears("EVE") == "silence"
    assert door.hears("eve", repository=2) == "listen"
    assert door.hears("mallory") == "listen"


def test_what_came_back_is_worked_though_its_answer_was_noted() -> None:
    """The write failed after the note: the same command must not fall silent."""
    door = Door()
    assert door.hears(item="1/comment/1") == "listen"
    assert door.hears(item="1/comment/1") == "listen"
    assert door.hears() == "silence"


def test_an_outsider_who_only_reads_gets_a_few_answers() -> None:
    """Help and status are for readers, and everybody reads a public repository."""
    door = Door()
    heard = [door.hears(decision=ANSWERED) for _ in range(ANSWERS + 2)]
    assert heard == ["listen"] * ANSWERS + ["silence"] * 2


def test_a_refusal_silences_for_ten_minutes_from_then() -> None:
    """An answer nine minutes before does not shorten it."""
    door = Door()
    door.hears(decision=ANSWERED)
    door.later(minutes=9)
    assert door.hears() == "listen"
    door.later(minutes=9, seconds=59)
    assert door.hears() == "silence"
    door.later(seconds=1)
    assert door.hears() == "listen"


@pytest.mark.parametrize("decision", [Decision(), Decision(refusal=Refusal("locked"))])
def test_who_may_is_slowed_down_only_when_they_run_away(decision: Decision) -> None:
    """So many a minute; then one answer, then silence, and after the minute they are heard again."""
    door = Door()
    heard = [door.hears("mona", decision) for _ in range(COMMANDS_A_MINUTE + 3)]
    assert heard == ["listen"] * COMMANDS_A_MINUTE + ["slow_down", "silence", "silence"]
    door.later(minutes=1)
    assert door.hears("mona", decision) == "listen"


def test_a_command_that_comes_back_again_and_again_counts_once() -> None:
    """While GitHub is away every command steps aside and returns: that is not typing."""
    door = Door()
    for _ in range(100):
        assert door.hears("mona", Decision(), item="1/comment/7") == "listen"
    assert door.hears("mona", Decision()) == "listen"


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
        assert door.hears(f"stranger-{stranger}") == "listen"
    assert door.hears(f"stranger-{KEPT}") == "silence"
    assert door.hears("stranger-0") == "listen"
