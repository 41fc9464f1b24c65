"""Histories of a lock that fails on purpose, to test the checker of histories."""

import heapq
import math
import random

from tests.proofs.linearizable import REFUSED, Operation

CLIENTS = 12


class Faulty:
    """A lock in memory. Where it errs, it grants while held, grants an old number again, keeps a lock that it reports
    as released, or reads an old state."""

    def __init__(self, dice: random.Random, rate: float) -> None:
        self.dice, self.rate = dice, rate
        self.number = self.held = 0

    def grant(self) -> int:
        """The number, or REFUSED."""
        if self.held and not self._errs():
            return REFUSED
        if not self._errs():
            self.number += 1
        self.held = self.number
        return self.held

    def release(self, number: int) -> int:
        """The number if it was held, else REFUSED."""
        if self.held != number:
            return number if self._errs() else REFUSED
        if not self._errs():
            self.held = 0
        return number

    def read(self) -> int:
        """The number of the holder."""
        return max(0, self.number - 1) if self._errs() else self.held

    def _errs(self) -> bool:
        return self.dice.random() < self.rate


def faulty(dice: random.Random, *, rate: float, operations: int = 2000) -> list[Operation]:
    """Concurrent clients: each operation takes effect at one moment between its call and its return."""
    lock, made = Faulty(dice, rate), list[Operation]()
    ready, holds = [(dice.random(), client) for client in range(CLIENTS)], dict.fromkeys(range(CLIENTS), 0)
    heapq.heapify(ready)
    pending: list[tuple[float, int, float, float]] = []  # time of effect, client, call, return
    while len(made) < operations:
        if pending and pending[0][0] <= ready[0][0] if ready else True:
            _, client, call, ret = heapq.heappop(pending)
            made.append(_happens(lock, holds, client, call, ret))
            heapq.heappush(ready, (ret + dice.random(), client))
        else:
            call, client = heapq.heappop(ready)
            happens = call + dice.random()
            heapq.heappush(pending, (happens, client, call, happens + dice.random()))
    return made


def _happens(lock: Faulty, holds: dict[int, int], client: int, call: float, ret: float) -> Operation:
    lost = lock.dice.random() < 0.05  # the answer
    if number := holds[client]:
        result, holds[client] = lock.release(number), 0
        return Operation("release", call, math.inf if lost else ret, number, REFUSED if lost else result)
    if lock.dice.random() < 0.3:
        result = lock.read()
        holds[client] = result  # it later frees the lock it saw, even another client's
        return Operation("read", call, ret, result=result)
    result = lock.grant()
    holds[client] = 0 if lost else result
    return Operation("grant", call, math.inf if lost else ret, result=REFUSED if lost else result)
