"""Whether a history of one lock can be put in one order in which each operation happened between call and return.

After Wing and Gong, with Lowe's memory of configurations seen: https://doi.org/10.1145/2500883.2500884
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["grant", "release", "read"]
REFUSED = 0  # a grant that was refused; a release that found another number, or none; a read that found it free


@dataclass(frozen=True, slots=True)
class Operation:
    """`number`: what a release is for. `result`: the number granted, released or read. Unknown: it returns never."""

    kind: Kind
    call: float
    ret: float = math.inf
    number: int = REFUSED
    result: int = REFUSED


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole lock: the highest number, and whether that one holds it."""

    number: int = 0
    held: bool = False

    def after(self, done: Operation) -> "Lock | None":
        """What it is then; None where it would not have answered that."""
        holder = self.number if self.held else REFUSED
        match done.kind:
            case "grant" if done.result != REFUSED:
                return Lock(done.result, held=True) if not self.held and done.result == self.number + 1 else None
            case "grant":
                return self if self.held else None
            case "release" if done.result != REFUSED:
                return Lock(self.number) if holder == done.number else None
            case "release":
                return self if holder != done.number else None
            case "read":
                return self if holder == done.result else None


class Undecided(Exception):  # noqa: N818 - an outcome
    """The checker has given up: neither yes nor no."""


def linearizable(history: Sequence[Operation], *, patience: int = 3_000_000) -> bool:
    """Depth first through all orders. An operation of unknown outcome may have happened any time later, or never."""
    known = sorted((one for one in history if one.ret < math.inf), key=lambda one: one.call)
    grants = sorted(one.call for one in history if one.ret == math.inf and one.kind == "grant")
    releases = {one.number: one.call for one in sorted(history, key=_later_first) if _open_release(one)}
    begin = (0, 0, Lock(), 0)  # the first that is not done; which of those behind it are, as bits; the lock; unknown
    seen, stack = {begin}, [begin]
    while stack:
        low, bits, lock, unknown = stack.pop()
        if low == len(known):
            return True
        if len(seen) > patience:
            raise Undecided(f"{len(seen)} configurations")
        window = list(_concurrent(known, low, bits))
        until = min(known[place].ret for place in window)
        steps = [(*_done(low, bits, place), after, unknown) for place in window if (after := lock.after(known[place]))]
        if lock.held and releases.get(lock.number, math.inf) < until:
            steps.append((low, bits, Lock(lock.number), unknown))
        if not lock.held and unknown < bisect_left(grants, until):
            steps.append((low, bits, Lock(lock.number + 1, held=True), unknown + 1))
        fresh = [step for step in reversed(steps) if step not in seen]  # what is known is tried first
        seen.update(fresh)
        stack.extend(fresh)
    return False


def _concurrent(known: Sequence[Operation], low: int, bits: int) -> Iterator[int]:
    """Those that may be next: called before any that is not done has returned."""
    until = math.inf
    for place in range(low, len(known)):
        if known[place].call > until:
            return
        if not bits >> (place - low) & 1:
            until = min(until, known[place].ret)
            yield place


def _done(low: int, bits: int, place: int) -> tuple[int, int]:
    bits |= 1 << (place - low)
    while bits & 1:
        low, bits = low + 1, bits >> 1
    return low, bits


def _open_release(one: Operation) -> bool:
    return one.kind == "release" and one.ret == math.inf


def _later_first(one: Operation) -> float:
    return -one.call


def numbered(history: Sequence[Operation]) -> bool:
    """No number twice, and whoever was called after another's return has the higher one. In O(n log n)."""
    granted = [one for one in history if one.kind == "grant" and one.result != REFUSED]
    if len({one.result for one in granted}) != len(granted):
        return False
    returned, highest, place = sorted(granted, key=lambda one: one.ret), 0, 0
    for one in sorted(granted, key=lambda one: one.call):
        while returned[place].ret < one.call:
            highest, place = max(highest, returned[place].result), place + 1
        if one.result <= highest:
            return False
    return True
