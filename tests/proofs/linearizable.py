"""Decides whether the operations on one lock fit one order in which each takes effect between its call and its return.

After Wing and Gong, with Lowe's cache of seen configurations: https://doi.org/10.1145/2500883.2500884
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["grant", "release", "read"]
REFUSED = 0  # a refused grant; a release that found another number, or none; a read that found the lock free


@dataclass(frozen=True, slots=True)
class Operation:
    """`number`: the one that a release frees. `result`: the number granted, released or read. With an unknown outcome,
    `ret` is infinite."""

    kind: Kind
    call: float
    ret: float = math.inf
    number: int = REFUSED
    result: int = REFUSED


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole state: the highest number, and whether it is held."""

    number: int = 0
    held: bool = False

    def after(self, done: Operation) -> "Lock | None":
        """The state after the operation; None where the lock would have given another answer."""
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
    """The checker has given up without an answer."""


def linearizable(history: Sequence[Operation], *, patience: int = 3_000_000) -> bool:
    """Searches all orders depth first. An operation of unknown outcome may take effect at any later time, or never."""
    known = sorted((one for one in history if one.ret < math.inf), key=lambda one: one.call)
    grants = sorted(one.call for one in history if one.ret == math.inf and one.kind == "grant")
    releases = {one.number: one.call for one in sorted(history, key=_later_first) if _open_release(one)}
    begin = (0, 0, Lock(), 0)  # first operation not done; done ones after it, as bits; the lock; unknown grants used
    seen, stack = {begin}, [begin]
    while stack:
        low, bits, lock, unknown = stack.pop()
        if low == len(known):
            return True
        if len(seen) > patience:
            raise Undecided(f"{len(seen)} configurations")
        window = list(_concurrent(known, low, bits))
        afters = [(place, lock.after(known[place])) for place in window]
        if idle := [place for place, after in afters if after is lock]:
            # it may come first without loss: it changes nothing, so each order that holds it later also holds it here
            steps = [(*_done(low, bits, idle[0]), lock, unknown)]
        else:
            until = min(known[place].ret for place in window)
            steps = [(*_done(low, bits, place), after, unknown) for place, after in afters if after]
            if lock.held and releases.get(lock.number, math.inf) < until:
                steps.append((low, bits, Lock(lock.number), unknown))
            if not lock.held and unknown < bisect_left(grants, until):
                steps.append((low, bits, Lock(lock.number + 1, held=True), unknown + 1))
        fresh = [step for step in reversed(steps) if step not in seen]  # completed operations are tried first
        seen.update(fresh)
        stack.extend(fresh)
    return False


def _concurrent(known: Sequence[Operation], low: int, bits: int) -> Iterator[int]:
    """The operations that may come next: called before the return of any operation that is not done."""
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
    """Whether no number occurs twice, and each grant called after another's return has the higher number. In O(n log
    n)."""
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
