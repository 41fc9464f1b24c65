"""Limits commands and answers by person: outsiders get few answers, and no person endless ones. Costs no call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from cachetools import TTLCache

from ghapp.core.config.model import app_of
from ghapp.core.model.decision import Decision
from ghapp.core.model.events import BoardCommandGiven, CommandGiven, CommentPosted
from ghapp.ports import Clock

SPACE = timedelta(minutes=10)  # between two identical answers to an outsider
ANSWERS = 3  # to an outsider in that time
MINUTE = timedelta(minutes=1)
COMMANDS_A_MINUTE = 10  # by one person in one repository
OUTSIDERS_A_MINUTE = 3  # likewise, by an outsider: each is decided, since the person may have access by now
OUTSIDERS_APART = timedelta(seconds=10)  # after such a pause an outsider has the limit of others
KEPT = 10_000

ECHOES = 3  # commands of an App, each within a minute of our answer: then it answers itself

Verdict = Literal["listen", "slow_down", "answers_itself", "silence"]
_Key = tuple[int, str]


class Quota:
    """At most `most` different things of one person within a minute, counted in memory only. One that was admitted once
    is admitted again."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._done: TTLCache[tuple[str, str], set[str]] = TTLCache(
            KEPT, MINUTE.total_seconds(), timer=lambda: clock().timestamp()
        )

    def admits(self, team: str, user: str, key: str) -> bool:
        """Counts it, if there is room."""
        done = self._done.setdefault((team, user), set())
        if len(done) < self._most:
            done.add(key)
        return key in done


@dataclass(slots=True)
class _Typed:
    """A person's commands within a minute, the time of the last, and the one answered with `slow_down`."""

    last: datetime
    items: set[str] = field(default_factory=set)
    told: str | None = None


@dataclass(slots=True)
class _Dialogue:
    """An App's exchange with us on one pull request: when it was last answered and last admitted, which of its commands
    followed our answers, and which was answered with `answers_itself`."""

    answered: datetime
    listened: datetime
    echoes: set[str] = field(default_factory=set)
    told: str | None = None


class RateLimit:
    """Keeps counts by repository and login, in memory only; an item that was admitted once is admitted again.

    Answers are compared by content, never by reader: a person who gets access meanwhile is answered at once. Entries
    expire, and the oldest go when there are many.
    """

    def __init__(self, clock: Clock) -> None:
        def now() -> float:
            return clock().timestamp()

        self._clock = clock
        self._typed: TTLCache[_Key, _Typed] = TTLCache(KEPT, MINUTE.total_seconds(), timer=now)
        self._dialogues: TTLCache[tuple[int, str, int], _Dialogue] = TTLCache(KEPT, SPACE.total_seconds(), timer=now)
        self._answered: TTLCache[_Key, Mapping[str, int | None]] = TTLCache(KEPT, SPACE.total_seconds(), timer=now)

    def verdict(self, event: CommandGiven, item: str) -> Verdict:
        """Whether to work this command. `item`: its id in the queue."""
        verdict = self._dialogue(event, item) if _is_apps(event) else "listen"
        return self._pace(event, item) if verdict == "listen" else verdict

    def _dialogue(self, event: CommandGiven, item: str) -> Verdict:
        """An App that answers itself is admitted once a minute, until it has been quiet for ten.

        GitHub gives the time of a comment in whole seconds.
        """
        now, key = self._clock(), _place(event)
        known = self._dialogues.get(key)
        if known is None:
            return "listen"
        self._dialogues[key] = known
        if known.answered - timedelta(seconds=1) <= event.at <= known.answered + MINUTE:
            known.echoes.add(item)
        elif len(known.echoes) < ECHOES:
            known.echoes.clear()
        if len(known.echoes) < ECHOES or now - known.listened >= MINUTE:
            known.listened = now
            return "listen"
        known.told = known.told or item
        return "answers_itself" if known.told == item else "silence"

    def _pace(self, event: CommandGiven, item: str) -> Verdict:
        now = self._clock()
        typed = self._typed.setdefault(_sender_key(event), _Typed(now))
        outsider = self.knows(event) and not isinstance(event, BoardCommandGiven)  # GitHub shows them the repository
        most = OUTSIDERS_A_MINUTE if outsider and now - typed.last < OUTSIDERS_APART else COMMANDS_A_MINUTE
        if item in typed.items or len(typed.items) < most:
            typed.items.add(item)
            typed.last = now
            return "listen"
        typed.told = typed.told or item
        stranger = outsider or (_is_apps(event) and _place(event) not in self._dialogues)
        return "slow_down" if typed.told == item and not stranger else "silence"

    def knows(self, event: CommandGiven) -> bool:
        """Whether this person was an outsider within the last ten minutes."""
        return _sender_key(event) in self._answered

    def answers(self, event: CommandGiven, item: str, decision: Decision) -> bool:
        """Whether to answer this decision; the answer is then counted."""
        if _is_apps(event) and (decision.changed or decision.notices):
            now, known = self._clock(), self._dialogues.get(_place(event))
            self._dialogues[_place(event)] = replace(known, answered=now) if known else _Dialogue(now, now)
        if not decision.outsider:
            if decision.changed or decision.notices:  # else the comment was deleted: no proof of access
                self._answered.pop(_sender_key(event), None)
            return True
        before = self._answered.get(_sender_key(event), {})
        said = hash(repr(decision.refusal)) if decision.refusal else None
        if item not in before and (len(before) >= ANSWERS or (said is not None and said in before.values())):
            return False
        self._answered[_sender_key(event)] = {**before, item: said}
        return True


def _is_apps(event: CommandGiven) -> bool:
    return isinstance(event, CommentPosted) and app_of(event.author) is not None


def _place(event: CommandGiven) -> tuple[int, str, int]:
    return *_sender_key(event), event.number or 0


def _sender_key(event: CommandGiven) -> _Key:
    return event.repository.id, event.author.lower()
