"""The histories that many clients see of one lock fit one order; and the checker finds those that do not."""

import logging
import random
import time
from functools import partial
from pathlib import Path

import pytest

from tests.adapters.aws.dynamodb_proxy import Proxy, Rule, dropped_after, refused
from tests.adapters.ground import Ground
from tests.adapters.store_world import connect
from tests.proofs.faulty import faulty
from tests.proofs.histories import history
from tests.proofs.linearizable import REFUSED, Operation, linearizable, numbered
from tests.sampled import sampled

logger = logging.getLogger(__name__)


async def judged(ground: Ground, seeds: range, *, operations: int = 2000) -> None:
    """Records and checks one history per seed."""
    recording = judging = 0.0
    made: list[Operation] = []
    for seed in seeds:
        began = time.monotonic()
        seen = await history(partial(connect, await ground.new_store(f"{seed}")), seed, operations=operations)
        recorded = time.monotonic()
        assert numbered(seen), f"seed {seed}"
        assert linearizable(seen), f"seed {seed}"
        recording, judging = recording + recorded - began, judging + time.monotonic() - recorded
        made += seen
    granted = sum(1 for one in made if one.kind == "grant" and one.result != REFUSED)
    unknown = sum(1 for one in made if one.ret == float("inf"))
    logger.info(
        "%d histories, %d operations, %d grants, %d of unknown outcome: recorded in %.1f s, judged in %.1f s",
        len(seeds), len(made), granted, unknown, recording, judging,
    )  # fmt: skip
    assert granted > len(seeds) * operations // 60


@pytest.fixture
def here(tmp_path: Path) -> Ground:
    """In a file, where an operation takes a millisecond."""
    return Ground(tmp_path, "sqlite")


@pytest.fixture
def there(local_dynamodb: str, proxy: Proxy, tmp_path: Path) -> Ground:
    """In a table behind a network that loses answers and refuses calls, below the store."""
    dice = random.Random(1)
    proxy.rules += [
        Rule(dropped_after, where=lambda _: dice.random() < 0.02),
        Rule(refused("ThrottlingException"), where=lambda _: dice.random() < 0.02),
    ]
    return Ground(tmp_path, "dynamodb")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", sampled(range(0, 20, 5), [0]))
async def test_clients_see_one_lock_despite_faults(here: Ground, first: int, caplog: pytest.LogCaptureFixture) -> None:
    """Answers lost, calls refused or sent twice, pauses, kills, and clocks five minutes off."""
    caplog.set_level(logging.WARNING, "ghapp")
    await judged(here, range(first, first + 5))


@pytest.mark.parametrize(
    ("seeds", "operations"),
    [
        pytest.param(1, 400, marks=pytest.mark.timeout(300)),
        pytest.param(20, 2000, marks=[pytest.mark.soak, pytest.mark.timeout(0)]),
    ],
)
async def test_through_a_bad_network_the_clients_see_one_lock(
    there: Ground, seeds: int, operations: int, caplog: pytest.LogCaptureFixture
) -> None:
    """In a table, with answers lost below the store as well."""
    caplog.set_level(logging.WARNING, "ghapp")
    await judged(there, range(seeds), operations=operations)


@pytest.mark.soak
@pytest.mark.timeout(0)
async def test_clients_see_one_lock_in_two_hundred_histories(here: Ground, caplog: pytest.LogCaptureFixture) -> None:
    """The same, ten times as often."""
    caplog.set_level(logging.WARNING, "ghapp")
    await judged(here, range(1_000, 1_200))


def test_the_checker_passes_good_histories_and_rejects_every_bad_one() -> None:
    """A lock that fails one time in fifty is found in each of fifty histories; a correct one passes."""
    for seed in range(50):
        good, bad = (faulty(random.Random(seed), rate=rate) for rate in (0, 0.02))
        assert numbered(good), f"seed {seed}"
        assert linearizable(good), f"seed {seed}"
        assert not (numbered(bad) and linearizable(bad)), f"seed {seed}"


def op(kind: str, call: int, ret: float, number: int = REFUSED, result: int = REFUSED) -> Operation:
    """One operation of a small history."""
    return Operation(kind, call, ret, number, result)  # type: ignore[arg-type]


NEVER = float("inf")
FIRST = op("grant", 0, 1, result=1)


@pytest.mark.parametrize(
    ("fits", "told"),
    [
        (True, [FIRST, op("grant", 2, 3), op("release", 4, 5, 1, 1), op("grant", 6, 7, result=2)]),
        (False, [FIRST, op("grant", 2, 3, result=2)]),
        (True, [FIRST, op("grant", 2, 6, result=2), op("release", 3, 5, 1, 1)]),
        (True, [FIRST, op("release", 2, NEVER, 1), op("grant", 3, 4, result=2)]),
        (False, [FIRST, op("grant", 2, 3, result=2), op("release", 4, NEVER, 1)]),
        (True, [op("grant", 0, NEVER), op("grant", 1, 2), op("read", 3, 4, result=1)]),
        (False, [op("grant", 1, 2), op("grant", 3, NEVER)]),
        (False, [FIRST, op("read", 2, 3)]),
        (False, [FIRST, op("release", 2, 3, 1, 1), op("grant", 4, 5, result=1)]),
        (False, [FIRST, op("release", 2, 3, 1, 1), op("release", 4, 5, 1, 1)]),
        (True, [FIRST, op("release", 2, 3, 1, 1), op("release", 4, 5, 1), op("read", 6, 7)]),
    ],
)
def test_the_checker_decides_small_histories(fits: bool, told: list[Operation]) -> None:
    """Written by hand: overlapping operations may be reordered, and unknown ones may take effect later or never."""
    assert (numbered(told) and linearizable(told)) == fits
