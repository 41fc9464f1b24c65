"""Whose turn it is when many want something: by tenants, and what acts before what only shows."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

T = TypeVar("T")


_SHOWN = frozenset({"heads", "left", "reruns", "gates", "foreign"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """At most `each` of one tenant's in hand at a time. `held`: how many there are already, by `holder`.

    `shown`: likewise of what only shows, which takes no place from what acts. `shown_room`: how many of these may be
    taken up now, of all tenants together.
    """

    each: int
    held: Mapping[str, int] = field(default_factory=dict)
    shown: int = 1
    shown_room: int = 1

    def after(self, taken: Iterable[str]) -> "Share":
        """What remains of it when these are in hand as well, by name."""
        names = list(taken)
        held = Counter(map(holder, names)) + Counter(self.held)
        return replace(self, held=held, shown_room=self.shown_room - sum(map(shows, names)))


def tenant(name: str) -> str:
    """Whose a lane or a repository is, by its name: the account before the first `/`."""
    return name.partition("/")[0]


def lane(full_name: str, repository: int) -> str:
    """Where a repository's events are worked one at a time."""
    return f"{tenant(full_name)}/{repository}"


def member_lane(team: str, user: str) -> str:
    """Where what one member of a workspace typed or pressed is worked one at a time."""
    return f"{team}/slack/{user}"


def look_lane(team: str, user: str, full_name: str) -> str:
    """Where a repository that a member named, and of which nothing is known yet, is looked for: beside their other
    commands, and with a share of its own, so that a slow answer keeps nothing else waiting."""
    return f"{team}-looks/{user}/{full_name.lower().replace('/', ':')}"  # an owner may be named as a kind of lane is


def shows(name: str) -> bool:
    """Whether a lane holds only what shows something: it decides nothing, and a command goes before it."""
    parts = name.split("/", 3)
    return len(parts) > 2 and parts[2] in _SHOWN


def rank(name: str) -> int:
    """What goes before what: what acts, then the gates of a branch, which hold merges while it is locked, then the rest
    of what shows."""
    return 0 if not shows(name) else 1 if name.endswith("/gates") else 2


def newest_counts(lane: str) -> bool:
    """Whether the newest item of a lane says all that the older ones said. SQLite knows it as `NEWEST_COUNTS`."""
    return "/heads/" in lane


NEWEST_COUNTS = "*/heads/*"


def holder(name: str) -> str:
    """For whom it is in hand: what only shows has places of its own beside its tenant's."""
    return f"{tenant(name)}/shown" if shows(name) else tenant(name)


def in_turn(found: Iterable[T], name: Callable[[T], str], share: Share | None) -> list[T]:
    """Those that may be taken up: by rank, and by turns, a tenant's first before another's second; else in the order
    found."""
    ranked = sorted(found, key=lambda one: rank(name(one)))
    if share is None:
        return ranked
    taken, room = Counter(share.held), share.shown_room
    turns: list[tuple[int, int, T]] = []
    for one in ranked:
        whose, shown = holder(name(one)), shows(name(one))
        if taken[whose] < (share.shown if shown else share.each) and (room > 0 or not shown):
            turns.append((rank(name(one)), taken[whose], one))
            taken[whose] += 1
            room -= shown
    return [one for *_, one in sorted(turns, key=lambda turn: turn[:2])]
