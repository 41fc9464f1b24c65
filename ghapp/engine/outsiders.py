"""Who is listened to: outsiders are answered little, and nobody is answered without end. It costs no call to GitHub."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from cachetools import TTLCache

from ghapp.core.decision import Decision
from ghapp.core.events import Said
from ghapp.ports import Clock

SILENCE = timedelta(minutes=10)
ANSWERS = 3  # that an outsider gets in that time; a refusal is the last one
MINUTE = timedelta(minutes=1)
COMMANDS_A_MINUTE = 10  # by one person in one repository
KEPT = 10_000

Verdict = Literal["listen", "slow_down", "silence"]
_Key = tuple[int, str]


@dataclass(slots=True)
class _Typed:
    """What somebody typed within a minute, and which of it was answered with `slow_down`."""

    items: set[str] = field(default_factory=set)
    told: str | None = None


class Outsiders:
    """Remembers by repository and login, in this process alone; what one item was let do, it may do again.

    It forgets after its time, whatever has come of the person's rights meanwhile, and the oldest when there are many.
    """

    def __init__(self, clock: Clock) -> None:
        def now() -> float:
            return clock().timestamp()

        self._typed: TTLCache[_Key, _Typed] = TTLCache(KEPT, MINUTE.total_seconds(), timer=now)
        self._answered: TTLCache[_Key, dict[str, int]] = TTLCache(KEPT, SILENCE.total_seconds(), timer=now)

    def verdict(self, event: Said, item: str) -> Verdict:
        """Whether to work this command, an item of the queue by its id."""
        answered = self._answered.get(_key(event), {})
        if sum(answered.values()) >= ANSWERS and item not in answered:
            return "silence"
        typed = self._typed.setdefault(_key(event), _Typed())
        if item in typed.items or len(typed.items) < COMMANDS_A_MINUTE:
            typed.items.add(item)
            return "listen"
        typed.told = typed.told or item
        return "slow_down" if typed.told == item else "silence"

    def answers(self, event: Said, item: str, decision: Decision) -> None:
        """Take note of what is about to be answered."""
        if decision.outsider:
            before = self._answered.get(_key(event), {})
            self._answered[_key(event)] = {**before, item: ANSWERS if decision.refusal else 1}


def _key(event: Said) -> _Key:
    return event.repository.id, event.author.lower()
