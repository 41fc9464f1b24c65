"""What many clients saw of one lock, each for itself, fits one order; and the judge of that can tell."""

import logging
import random
import time
from pathlib import Path

import pytest

from tests.adapters.store_world import StoreUnderTest, connect
from tests.proofs.faulty import faulty
from tests.proofs.histories import Connect, history
from tests.proofs.linearizable import REFUSED, Operation, linearizable, numbered

logger = logging.getLogger(__name__)


@pytest.fixture(params=["sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store's address begins; another technology is one more parameter."""
    assert request.param == "sqlite"
    return f"sqlite:///{tmp_path}"


def to_store(place: str, seed: int) -> Connect:
    """A new store for each history."""

    def connected() -> StoreUnderTest:
        return connect(f"{place}/{seed}.db")

    return connected


async def judged(place: str, seeds: range) -> None:
    """Record and judge one history a seed."""
    recording = judging = 0.0
    made: list[Operation] = []
    for seed in seeds:
        began = time.monotonic()
        seen = await history(to_store(place, seed), seed)
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
    assert granted > len(seeds) * 100


@pytest.mark.parametrize("first", range(0, 20, 5))
async def test_whatever_goes_wrong_the_clients_see_one_lock(
    place: str, first: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Answers lost, calls turned away or sent twice, pauses, kills and clocks five minutes off."""
    caplog.set_level(logging.WARNING, "ghapp")
    await judged(place, range(first, first + 5))


@pytest.mark.soak
@pytest.mark.timeout(0)
async def test_all_night_the_clients_see_one_lock(place: str, caplog: pytest.LogCaptureFixture) -> None:
    """The same, ten times as often."""
    caplog.set_level(logging.WARNING, "ghapp")
    await judged(place, range(1_000, 1_200))


def test_the_judge_passes_good_histories_and_rejects_every_bad_one() -> None:
    """A lock that errs one time in fifty is found out, fifty times of fifty; one that does not is let through."""
    for seed in range(50):
        good, bad = (faulty(random.Random(seed), rate=rate) for rate in (0, 0.02))
        assert numbered(good), f"seed {seed}"
        assert linearizable(good), f"seed {seed}"
        assert not (numbered(bad) and linearizable(bad)), f"seed {seed}"


def op(kind: str, call: int, ret: float, number: int = REFUSED, result: int = REFUSED) -> Operation:
    """A line of a small history."""
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
def test_the_judge_knows_small_histories(fits: bool, told: list[Operation]) -> None:
    """Each by hand: what overlaps may be turned round, what is unknown may have happened later or never."""
    assert (numbered(told) and linearizable(told)) == fits
