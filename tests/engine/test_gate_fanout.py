"""All gates of a branch: in time, within GitHub's limits, with few writes, and despite the death of a worker."""

import asyncio
import logging
import tempfile
from pathlib import Path

import pytest

from bench.gate import HEAVY, READY_WITHIN, RIGHT_WITHIN, World, all_at_once, measured, one_by_one, planned
from bench.still import StillLoop
from ghapp.demo.github import Pull
from tests.adapters.ground import Ground
from tests.engine.crash_server import Fate, Moment
from tests.engine.pair import Shop, shop


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Writing thousands of log lines takes as long as the rest of the test."""
    caplog.set_level(logging.WARNING)


async def crowd(opened: Shop, count: int) -> list[Pull]:
    """Opens pull requests without webhooks."""
    heard, opened.github.webhook_url = opened.github.webhook_url, None
    pulls = [await opened.shop.open_pull("hanako", f"Number {number}") for number in range(count)]
    opened.github.webhook_url = heard
    opened.github.deliveries.clear()
    return pulls


def writes(opened: Shop) -> int:
    """The number of gates written."""
    return sum(one.method == "POST" and "/statuses/" in one.path for one in opened.github.exchanges)


@pytest.mark.parametrize("nth", [1, 37, 99])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_server_that_is_killed_among_a_hundred_gates_leaves_the_rest_to_the_next(
    tmp_path: Path, when: str, nth: int
) -> None:
    """All gates are right in the end, and none that GitHub had was written again."""
    async with shop(Ground(tmp_path, "sqlite")) as opened:
        first = await opened.server("first")
        opened.awake = [first]
        opened.in_front(first)
        pull = await opened.shop.open_pull("taro", "Where it is typed", draft=True)
        pulls = await crowd(opened, 100)
        await opened.work()
        before = writes(opened)
        doomed = await opened.server(
            "doomed", Fate("killed", Moment("before" if when == "before" else "after", "status", nth))
        )
        opened.awake = [doomed]
        opened.in_front(doomed)
        await opened.says("taro", "/lock production 1h trying something", on=pull)
        assert doomed.fallen.is_set()
        opened.awake = [first]
        opened.in_front(first)
        await opened.work()
        await opened.past_every_lease()
        assert {opened.gate(one) for one in pulls} == {"production: locked by taro until 05:42 UTC: trying something"}
        assert writes(opened) - before <= 101
        assert opened.github.points.refused == 0


@pytest.mark.parametrize("count", [10, 100])
def test_a_lock_holds_all_mergeable_pull_requests_within_seconds(count: int) -> None:
    """GitHub takes 250 ms for every answer; the tenth of the pull requests that only wait for a merge come first."""
    found = measured(planned, count)
    assert found.ready
    assert found.ready <= READY_WITHIN
    assert (found.writes, found.refused) == (count, 0)


@pytest.mark.soak
def test_a_lock_holds_a_thousand_open_pull_requests_in_time() -> None:
    """The mergeable ones are held in seconds and all are right in minutes; without planning it is slower, or GitHub
    refuses."""
    found = measured(planned, 1000)
    assert found.ready
    assert found.right
    assert (found.ready <= READY_WITHIN, found.right <= RIGHT_WITHIN) == (True, True)
    assert (found.writes, found.refused) == (1000, 0)
    slow, loud = measured(one_by_one, 1000), measured(all_at_once, 1000)
    assert slow.ready
    assert slow.ready > 10 * READY_WITHIN
    assert loud.refused > 100


def test_mergeable_pull_requests_are_held_in_time_where_github_computes_long() -> None:
    """GitHub computes mergeability only for approved pull requests, and stays below its limit of a minute."""
    found = measured(planned, 1000, HEAVY)
    assert found.ready
    assert found.ready <= READY_WITHIN
    assert (found.writes, found.refused) == (1000, 0)
    assert found.computed <= 60


def test_locked_freed_and_locked_again_within_ten_seconds_writes_less_than_twice() -> None:
    """A gate not yet written for an older state is never written."""

    async def told(folder: Path) -> tuple[int, int]:
        world = World(folder)
        await world.github.start()
        try:
            await world.opened(150)
            async with world.served():
                other = await world.shop.open_pull("hanako", "Where it is typed", draft=True)
                await asyncio.sleep(70)
                before = world.writes()
                for line in ("/lock production 1h a", "/unlock production", "/lock production 1h a"):
                    await world.shop.comment(other, by="taro", body=line)
                    await asyncio.sleep(1)
                began = world.clock()
                found = await world.outcome(began, before)
                await asyncio.sleep(120)
                pending = [
                    pull for pull in world.pulls if world.shop.mergeable(pull) and _state(world, pull) == "pending"
                ]
                assert len(pending) == 150
                return world.writes() - before, found.refused
        finally:
            await world.stage.close()

    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=StillLoop) as runner:
        written, refused = runner.run(told(Path(folder)))
    assert written < 2 * 150
    assert refused == 0


MONOREPO = "timezone: Asia/Tokyo\nenvironments:\n" + "".join(
    f'  env-{number}: {{workflow: deploy.yml, paths: ["services/{number}/**"]}}\n' for number in range(40)
)


class Monorepo(World):
    """Forty environments; each pull request concerns one of them."""

    def files(self, number: int) -> dict[str, str]:
        return {f"services/{number % 40}/{number}.py": "x\n"}


def test_a_lock_on_one_of_forty_environments_writes_only_its_own_gates() -> None:
    """Its lock writes the gates of its own pull requests only."""

    async def told(folder: Path) -> tuple[int, int, int]:
        world = Monorepo(folder, MONOREPO)
        await world.github.start()
        try:
            await world.opened(300)
            async with world.served():
                other = await world.shop.open_pull("hanako", "Where it is typed", draft=True)
                await world.shop.comment(other, by="taro", body="/status")
                await asyncio.sleep(150)
                before = world.writes()
                await world.shop.comment(other, by="taro", body="/lock env-7 1h a")
                await asyncio.sleep(60)
                mine = [pull for number, pull in enumerate(world.pulls) if number % 40 == 7]
                others = [pull for pull in world.pulls if pull not in mine]
                return (
                    world.writes() - before,
                    sum(_state(world, pull) == "pending" for pull in mine),
                    sum(_state(world, pull) == "pending" for pull in others),
                )
        finally:
            await world.stage.close()

    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=StillLoop) as runner:
        assert runner.run(told(Path(folder))) == (8, 8, 0)


def _state(world: World, pull: Pull) -> str | None:
    status = world.shop.status(pull.head_sha, "ghapp/lock")
    return status.state if status else None
