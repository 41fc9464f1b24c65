"""Fairness between lanes: shares by tenant, and lanes that act before lanes that only display."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

T = TypeVar("T")


_SHOWN = frozenset({"heads", "left", "reruns", "gates", "foreign"})
_FOLLOWS = frozenset({"merges", "config", "runs", "counts"})
_LEAVES_SLOT = _FOLLOWS | {"jobs", "groups", "notices"}
_LEAVES_RESERVE = frozenset({"merges", "config", "counts", "jobs"})


class Share(Struct, frozen=True, kw_only=True):
    """At most `each` items of one tenant in progress at a time, of which the lanes beside those of commands leave one
    to these. `held`: how many there are already, by `holder`.

    `shown`: the same for display lanes, which take no slot from acting ones. `shown_room`: how many of these may be
    claimed now, for all tenants together.
    """

    each: int
    held: Mapping[str, int] = field(default_factory=dict)
    shown: int = 1
    shown_room: int = 1

    def after(self, taken: Iterable[str]) -> "Share":
        """The remaining share once these lanes are in progress as well."""
        names = list(taken)
        held = Counter(map(holder, names)) + Counter(self.held)
        return replace(self, held=held, shown_room=self.shown_room - sum(map(shows, names)))


def tenant(name: str) -> str:
    """The owner of a lane or a repository: the account before the first `/` of its name."""
    return name.partition("/")[0]


def lane(full_name: str, repository: int) -> str:
    """The lane that orders a repository's events."""
    return f"{tenant(full_name)}/{repository}"


def member_lane(team: str, user: str) -> str:
    """The lane that orders the commands and clicks of one member of a workspace."""
    return f"{team}/slack/{user}"


def home_lane(team: str, user: str) -> str:
    """The lane that shows a member the App Home: it only displays, and the newest opening counts."""
    return f"{team}/home/heads/{user}"


def look_lane(team: str, user: str, full_name: str) -> str:
    """The lane that looks up a repository that a member named and that is not known yet: beside their other commands,
    with a share of its own, so that a slow answer delays nothing else.
    """
    return f"{team}-looks/{user}/{full_name.lower().replace('/', ':')}"  # an owner's name may equal a kind of lane


def shows(name: str) -> bool:
    """Whether a lane only displays: it decides nothing, and commands go before it."""
    return _kind(name) in _SHOWN


def follows(name: str) -> bool:
    """Whether a lane decides, but moves no lock itself: it follows the lanes that do."""
    return _kind(name) in _FOLLOWS


def leaves_slot(name: str) -> bool:
    """Whether a lane leaves a slot to commands: an account may have many such lanes, one for each name of a GitHub
    environment, or with owed messages to a place that does not answer.
    """
    return _kind(name) in _LEAVES_SLOT


def leaves_reserve(name: str) -> bool:
    """Whether the calls of a lane leave the reserve to others: one push may cause hundreds of its events. Runs do not:
    one that is to be cancelled may be among them.
    """
    return _kind(name) in _LEAVES_RESERVE


def _kind(name: str) -> str:
    """The part of a lane's name by which it stands beside its repository's; empty for that one."""
    parts = name.split("/", 3)
    return parts[2] if len(parts) > 2 else ""


def rank(name: str) -> int:
    """The priority of a lane: those of commands, following ones, then the gates of a branch, which hold merges, then
    other display lanes.
    """
    if shows(name):
        return 2 if name.endswith("/gates") else 3
    return int(follows(name))


def newest_counts(lane: str) -> bool:
    """Whether the newest item of a lane replaces the older ones. `NEWEST_COUNTS` is the same for SQLite."""
    return "/heads/" in lane


NEWEST_COUNTS = "*/heads/*"


def holder(name: str) -> str:
    """The key by which a lane counts in a share: display lanes count apart from their tenant's others."""
    return f"{tenant(name)}/shown" if shows(name) else tenant(name)


def in_turn(found: Iterable[T], name: Callable[[T], str], share: Share | None) -> list[T]:
    """Those that may be claimed: by rank, then round robin over tenants; else in the order found."""
    ranked = sorted(found, key=lambda one: rank(name(one)))
    if share is None:
        return ranked
    taken, room = Counter(share.held), share.shown_room
    turns: list[tuple[int, int, T]] = []
    for one in ranked:
        whose, shown = holder(name(one)), shows(name(one))
        most = share.shown if shown else share.each - leaves_slot(name(one))
        if taken[whose] < most and (room > 0 or not shown):
            turns.append((rank(name(one)), taken[whose], one))
            taken[whose] += 1
            room -= shown
    return [one for *_, one in sorted(turns, key=lambda turn: turn[:2])]
