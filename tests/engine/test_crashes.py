"""Two servers on one store, of which one dies or sleeps at the worst moment: nothing happens twice, nothing is lost."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ghapp.demo.github import Comment
from tests.adapters.ground import Ground
from tests.engine.crash_server import End, Fate, Moment
from tests.engine.pair import shop
from tests.engine.release import Release
from tests.sampled import sampled

ENDS: tuple[End, ...] = ("killed", "stopped")
WORK = ("put", "claim", "load", "due", "rest")
RECORDS = ("accepted", "starting", "queued", "running", "succeeded", "freed", "look")
CALLS = ("dispatch", "comment", "edit", "status", "reaction", "recheck")
STEPS = (*WORK, *(f"record {what}" for what in RECORDS), *CALLS)
MOMENTS = [
    *(Moment(when, what) for what in STEPS for when in ("before", "after")),
    Moment("before", "dispatch sent"),
    Moment("before", "check sent"),
    Moment("before", "comment sent"),
    Moment("before", "deployment sent"),
    Moment("before", "put", 3),  # the run has begun
    Moment("before", "put", 4),  # the run has ended
    Moment("after", "load", 4),  # the environment to start was read
    Moment("after", "load", 5),  # the run was made, and its id is about to be written
    Moment("after", "load", 7),  # the environment to publish was read
]
ANSWERING = [
    Moment(when, what) for what in ("record refused", "comment", "record settled") for when in ("before", "after")
]
BEFORE = [at for at in MOMENTS if at.when == "before"]
# after most steps the next one is all that is missing; not after these, of which another server must not do one again
KEPT = [at for at in MOMENTS if at.what in (*CALLS, "load", "record accepted", "record starting") and at not in BEFORE]


def falls(moments: Sequence[Moment], *ends: End) -> list[Any]:
    return [pytest.param(end, moment, id=f"{end} {moment}") for end in ends for moment in moments]


async def survived(ground: Ground, end: End, moment: Moment, *, side_by_side: bool = False) -> None:
    """One release with one fall ends well."""
    async with shop(ground) as opened:
        opened.side_by_side = side_by_side
        release = Release(opened, Fate(end, moment))
        await release.prepared()
        await release.told()
        assert release.fell, f"{moment} never came"
        await release.ended_well()


async def kept(ground: Ground, kills: int) -> None:
    """Servers take deliveries and are killed one after the other; then no acknowledged delivery is missing in the
    store."""
    rng = random.Random(kills)
    async with shop(ground) as opened:
        pull = await opened.shop.open_pull("taro", "Reword notifications")
        accepted: list[Comment] = []
        for kill in range(kills):
            server = await opened.server(f"{kill}")
            opened.in_front(server)
            accepted += await opened.under_load(server, pull, kill_after=rng.randint(1, 40))
            server.close()
        assert len(accepted) >= kills
        assert await opened.missing(accepted) == []


# ---------------------------------------------------------------- in every run

ON_BOTH_AT_LENGTH = pytest.mark.parametrize(
    "ground", ["sqlite", pytest.param("dynamodb", marks=pytest.mark.soak)], indirect=True
)


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize("moment", sampled(MOMENTS, [*BEFORE, *KEPT]), ids=str)
async def test_a_release_goes_on_when_its_server_dies(ground: Ground, moment: Moment) -> None:
    """Killed at any moment: the other server ends the release, and no action or comment is repeated."""
    await survived(ground, "killed", moment)


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize("moment", sampled(MOMENTS, [at for at in BEFORE if at.what not in WORK]), ids=str)
async def test_a_release_goes_on_while_its_server_sleeps(ground: Ground, moment: Moment) -> None:
    """Stopped at any moment for longer than its leases: after it wakes, it changes nothing."""
    await survived(ground, "stopped", moment)


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize(("end", "moment"), falls(ANSWERING, *ENDS))
async def test_an_answer_comes_once_when_its_server_falls(ground: Ground, end: End, moment: Moment) -> None:
    """A refused command is answered exactly once, though the server dies or sleeps over it."""
    async with shop(ground) as opened:
        release = Release(opened, Fate(end, moment))
        await release.prepared()
        await release.answered()
        assert release.fell, f"{moment} never came"
        assert opened.notices(release.pull) == ["not_merged"]
        assert opened.runs() == []
        assert await opened.at_rest()


ON_THE_WAY = [
    *(Moment("after", "query", nth) for nth in range(1, 5)),
    *(Moment("before", what) for what in ("status", "reaction", "dispatch")),  # decided, and not yet sent
    *(Moment("after", what, nth) for what in ("claim", "load") for nth in (1, 3, 5, 7)),
]


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize(
    "moment", sampled(ON_THE_WAY, [at for at in ON_THE_WAY if at.what == "query" or at.nth != 3]), ids=str
)
async def test_a_worker_that_slept_past_its_lease_changes_nothing(ground: Ground, moment: Moment) -> None:
    """It was stopped before it acted on an answer; when it wakes, another server has acted on it."""
    async with shop(ground) as opened:
        release = Release(opened, Fate("stopped", moment))
        await release.prepared()
        await release.typed()
        await release.works()
        assert release.fell, f"{moment} never came"
        assert release.changed_late == [], release.doomed.steps  # GitHub keeps sending deliveries to the other server


@ON_BOTH_AT_LENGTH
@pytest.mark.parametrize("moment", [Moment("before", "record refused"), Moment("before", "comment")], ids=str)
async def test_items_of_a_dead_server_are_taken_over_within_half_a_minute(ground: Ground, moment: Moment) -> None:
    """A user's command is answered within half a minute after its worker died, and only once."""
    async with shop(ground) as opened:
        release = Release(opened, Fate("killed", moment))
        await release.prepared()
        await release.typed(f"/deploy production #{release.open.number}")
        assert release.doomed.fallen.is_set()
        opened.awake = [release.other]
        await opened.work()
        assert opened.notices(release.pull) == []
        await opened.later(timedelta(seconds=30))
        assert opened.notices(release.pull) == ["not_merged"]


@pytest.mark.parametrize("what", ["accepted", "starting"])
async def test_a_decision_from_before_a_servers_sleep_is_not_recorded_after_it(ground: Ground, what: str) -> None:
    """It wakes with a grant, or the right to start a run, that another server has recorded and used meanwhile."""
    async with shop(ground) as opened:
        release = Release(opened, Fate("stopped", Moment("before", f"record {what}")))
        await release.prepared()
        await release.told()
        await release.ended_well()
        assert what not in (ground.folder / "doomed.log").read_text().split()
        assert what in (ground.folder / "other.log").read_text().split()
        assert opened.dispatched() == {"1": 1}


async def test_a_run_made_after_it_was_given_up_is_cancelled_on_sight(ground: Ground) -> None:
    """A server sleeps before it starts a run; a person gives that up and releases again; the late run is cancelled."""
    async with shop(ground) as opened:
        release = Release(opened, Fate("stopped", Moment("before", "dispatch sent")))
        await release.prepared()
        await release.typed()
        opened.awake = [release.other, release.doomed]
        async with opened.sleeps(release.doomed):
            await opened.past_every_lease()
            await opened.says("taro", "/unlock production looked: no run", on=release.pull)
            await opened.says("taro", "/deploy", on=release.pull)
            (newer,) = opened.runs()
        await opened.work()
        (late,) = (run for run in opened.runs() if run is not newer)
        assert opened.dispatched() == {"1": 1, "3": 1}
        assert late.cancel_asked
        assert not newer.cancel_asked


async def test_a_run_is_looked_for_before_it_is_called_lost(ground: Ground) -> None:
    """The only server dies after it has started a run and is replaced three minutes later: the run is found at once."""
    async with shop(ground) as opened:
        release = Release(opened, Fate("killed", Moment("after", "dispatch")))
        await release.prepared()
        opened.github.app = replace(opened.github.app, events=("issue_comment",))  # no webhook reports runs
        await release.typed()
        opened.clock.skip(timedelta(minutes=3))
        opened.awake = [release.other]
        await opened.work()
        assert opened.notices(release.pull) == []
        assert [line[0] for line in opened.shown(release.pull)] == ["🚀"]


async def test_acknowledged_deliveries_are_kept_when_the_server_is_killed(ground: Ground) -> None:
    """Under load and at random moments, every delivery that was acknowledged to GitHub is in the store."""
    await kept(ground, 10)


# ---------------------------------------------------------------- longer


TIMES = {"sqlite": 20, "dynamodb": 5}  # the local stand-in takes a while for each


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("end", "moment"), falls(MOMENTS, *ENDS))
async def test_many_releases_survive_each_fall(ground: Ground, end: End, moment: Moment) -> None:
    """`TIMES` releases survive each fall, also when the remaining servers work at the same moment."""
    for run in range(TIMES[ground.technology]):
        await survived(ground.within(f"{run}"), end, moment, side_by_side=True)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_all_moments_of_a_release_are_survived(ground: Ground) -> None:
    """Before and after every single step of a server, not only the listed ones."""
    async with shop(ground.within("undisturbed")) as opened:
        release = Release(opened, None)
        await release.prepared()
        await release.told()
        await release.ended_well()
        steps = release.doomed.steps
    while steps[-1].what in ("claim", "due"):  # the last looks find nothing, and may be one fewer the next time
        steps.pop()
    assert len(steps) > 100
    for place, moment in enumerate(steps):
        for end in ENDS:
            await survived(ground.within(f"{end}{place}"), end, moment, side_by_side=True)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_acknowledged_deliveries_are_kept_over_two_hundred_kills(ground: Ground) -> None:
    await kept(ground, 200)
