"""The next event of the demo that time alone brings: the end of a lock or a freeze, a turn, the end of a way back."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ghapp.core.model.environment import Environment
from ghapp.core.rules import freeze, obstacles, turns
from ghapp.demo.acts import Event
from ghapp.demo.words import Language, say

ENDS = {"cooldown": "next.cooldown", "kept": "next.cooldown", "manual": "next.lock", "freeze": "next.unfrozen"}


def next_event(environments: Iterable[Environment], now: datetime, language: Language) -> Event | None:
    """The first one after now, if any."""
    found = [
        Event(at, say(language, code, environment=one.name))
        for one in environments
        for at, code in _events(one, now)
        if at > now
    ]
    return min(found, default=None)


def _events(environment: Environment, now: datetime) -> Iterator[tuple[datetime, str]]:
    standing = obstacles.obstacles(environment, now)
    for one in standing:
        if one.until and one.stage in ENDS:
            yield one.until, ENDS[one.stage]
    if environment.activity and environment.activity.quick_rollback_until:
        yield environment.activity.quick_rollback_until, "next.way_back"
    if frozen := freeze.next_window(environment.config, now):
        yield frozen.since, "next.frozen"
    if not standing:
        if turn := turns.next_turn(environment, now):
            yield turn, "next.turn"
        if reminder := turns.next_reminder(environment):
            yield reminder, "next.reminder"
