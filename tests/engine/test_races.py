"""One environment, many hands: real processes on one store, every command through the whole of `Apply`."""

from pathlib import Path

import pytest

from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.codec import decode_entries
from tests.core.build import REPOSITORY
from tests.engine import grants

WORKERS, TIMES = 50, 10
HOT = 16


def counted(folder: Path, name: str, *, processes: int, times: int = TIMES, conditional: bool = True) -> int:
    """Fifty workers add one to a number so many times each, with nothing but the environment's lock around it."""
    path = folder / f"{name}.db"
    try:
        grants.run(grants.count, path, workers=WORKERS, processes=processes, rounds=times, conditional=conditional)
    except AssertionError:
        if conditional:
            raise  # without the condition a worker may fall over what another wrote meanwhile
    return int(path.with_suffix(".count").read_text())


async def accepted(path: Path) -> list[int | None]:
    """The numbers that history calls accepted, oldest first."""
    store = SqliteStore(path)
    past = await store.history(REPOSITORY.id, limit=1_000_000)
    await store.close()
    told = [entry for change in reversed(past) for entry in decode_entries(change.history)]
    return [entry.number for entry in told if entry.what == "accepted"]


async def one_a_round(path: Path, *, processes: int, rounds: int) -> None:
    """Sixteen workers type `/deploy` at the same moment, again and again."""
    told = grants.run(grants.contend, path, workers=HOT, processes=processes, rounds=rounds)
    won = sorted(win for wins in told for win in wins)
    assert won == [(round_, round_ + 1) for round_ in range(rounds)]
    assert await accepted(path) == list(range(1, rounds + 1))


# ---------------------------------------------------------------- in every run


@pytest.mark.parametrize("run", range(3))
def test_two_people_never_release_at_the_same_time(tmp_path: Path, run: int) -> None:
    """Fifty people who each release ten times, one after the other, add up to exactly five hundred."""
    assert counted(tmp_path, f"{run}", processes=5) == WORKERS * TIMES


def test_the_count_shows_it_where_nothing_keeps_them_apart(tmp_path: Path) -> None:
    """The same without the one condition in the store goes wrong each time: so the count would tell."""
    counts = [counted(tmp_path, f"{run}", processes=5, times=4, conditional=False) for run in range(3)]
    assert all(0 < count < WORKERS * 4 for count in counts), counts


async def test_of_many_who_deploy_at_once_exactly_one_is_granted(tmp_path: Path) -> None:
    """One is let in, all others are told why not; the numbers rise by one, none is left out or met twice."""
    await one_a_round(tmp_path / "ghapp.db", processes=8, rounds=300)


# ---------------------------------------------------------------- longer


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_fifty_processes_count_right_twenty_times(tmp_path: Path) -> None:
    """Each person on a server of their own, twenty times over: never one too few."""
    assert [counted(tmp_path, f"{run}", processes=WORKERS) for run in range(20)] == [WORKERS * TIMES] * 20


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_without_the_condition_hardly_any_count_is_right(tmp_path: Path) -> None:
    """At least nineteen of twenty counts are too low once the store's condition is gone."""
    counts = [counted(tmp_path, f"{run}", processes=5, conditional=False) for run in range(20)]
    assert sum(0 < count < WORKERS * TIMES for count in counts) >= 19, counts


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_ten_thousand_times_exactly_one_is_granted(tmp_path: Path) -> None:
    """What holds for hundreds of rounds holds for ten thousand."""
    await one_a_round(tmp_path / "ghapp.db", processes=HOT, rounds=10_000)
