"""Whose turn it is when many want something: by tenants, so that one who has much to do keeps nobody waiting."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """At most `each` of one tenant's in hand at a time. `held`: how many there are already, by tenant."""

    each: int
    held: Mapping[str, int] = field(default_factory=dict)


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
    return f"{team}-looks/{user}/{full_name.lower()}"


def in_turn(found: Iterable[T], name: Callable[[T], str], share: Share | None) -> list[T]:
    """Those that may be taken up, by turns: a tenant's first before another's second, and else in the order found."""
    if share is None:
        return list(found)
    taken = Counter(share.held)
    turns: list[tuple[int, T]] = []
    for one in found:
        whose = tenant(name(one))
        if taken[whose] < share.each:
            turns.append((taken[whose], one))
            taken[whose] += 1
    return [one for _, one in sorted(turns, key=lambda turn: turn[0])]
