"""Many workers on one environment: real processes on one store, every command through the whole of `Apply`."""

from pathlib import Path

import pytest

from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.codec import decode_entries
from tests.core.build import REPOSITORY
from tests.engine import grants

WORKERS, TIMES = 50, 10
HOT = 16


def counted(folder: Path, name: str, *, processes: int, times: int = TIMES, conditional: bool = True) -> int:
    """Fifty workers increment a number `times` times each, protected only by the environment's lock."""
    path = folder / f"{name}.db"
    try:
        grants.run(grants.count, path, workers=WORKERS, processes=processes, rounds=times, conditional=conditional)
    except AssertionError:
        if conditional:
            raise  # without the condition a worker may fail on a write of another
    return int(path.with_suffix(".count").read_text())


async def accepted(path: Path) -> list[int | None]:
    """The numbers accepted according to history, oldest first."""
    store = SqliteStore(path)
    past = await store.history(REPOSITORY.id, limit=1_000_000)
    await store.close()
    told = [entry for change in reversed(past) for entry in decode_entries(change.history)]
    return [entry.number for entry in told if entry.what == "accepted"]


async def one_a_round(path: Path, *, processes: int, rounds: int) -> None:
    """In each round, sixteen workers type `/deploy` at the same moment, and one is granted."""
    told = grants.run(grants.contend, path, workers=HOT, processes=processes, rounds=rounds)
    won = sorted(win for wins in told for win in wins)
    assert won == [(round_, round_ + 1) for round_ in range(rounds)]
    assert await accepted(path) == list(range(1, rounds + 1))


# ---------------------------------------------------------------- in every run


@pytest.mark.parametrize("run", range(3))
def test_two_people_never_release_at_the_same_time(tmp_path: Path, run: int) -> None:
    """Fifty people who each release ten times, one after the other, count to exactly five hundred."""
    assert counted(tmp_path, f"{run}", processes=5) == WORKERS * TIMES


def test_the_count_is_wrong_without_the_stores_condition(tmp_path: Path) -> None:
    """Without the one condition in the store the count goes wrong each time, so the test can fail."""
    counts = [counted(tmp_path, f"{run}", processes=5, times=4, conditional=False) for run in range(3)]
    assert all(0 < count < WORKERS * 4 for count in counts), counts


async def test_of_many_deploys_at_once_exactly_one_is_granted(tmp_path: Path) -> None:
    """One is granted, all others are refused with the reason; the numbers rise by one without a gap or a repetition."""
    await one_a_round(tmp_path / "ghapp.db", processes=8, rounds=300)


# ---------------------------------------------------------------- longer


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_fifty_processes_count_right_twenty_times(tmp_path: Path) -> None:
    """Each person on a separate server, twenty times: no count is too low."""
    assert [counted(tmp_path, f"{run}", processes=WORKERS) for run in range(20)] == [WORKERS * TIMES] * 20


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_without_the_condition_hardly_any_count_is_right(tmp_path: Path) -> None:
    """Without the store's condition, at least nineteen of twenty counts are too low."""
    counts = [counted(tmp_path, f"{run}", processes=5, conditional=False) for run in range(20)]
    assert sum(0 < count < WORKERS * TIMES for count in counts) >= 19, counts


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_ten_thousand_times_exactly_one_is_granted(tmp_path: Path) -> None:
    await one_a_round(tmp_path / "ghapp.db", processes=HOT, rounds=10_000)
