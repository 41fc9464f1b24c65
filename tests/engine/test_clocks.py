"""Servers whose clocks differ, one after the other on one store: no clock frees an environment too early."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from ghapp.core.model.environment import Environment
from ghapp.demo.github import Pull
from ghapp.ports import Clock
from tests.scenarios.scene import NOON, SMALL_CONFIG, Scene, scene

NEAR = [timedelta(seconds=seconds) for seconds in (-29, 29)]
FAR = [timedelta(seconds=seconds) for seconds in (-86_400, -600, -31, 31, 600, 86_400)]
BERLIN = SMALL_CONFIG + "timezone: Europe/Berlin\n"


def _signed(skew: timedelta) -> str:
    return f"{skew.total_seconds():+.0f}s"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Scene]:
    """acme/shop without Slack."""
    async with scene(tmp_path, slack=False) as told:
        yield told


def off(shop: Scene, skew: timedelta) -> Clock:
    """A clock that differs from the common time by `skew`."""
    return lambda: shop.stage.clock() + skew


async def restart(shop: Scene, skew: timedelta = timedelta(0)) -> None:
    """Starts another server on the same store with its own clock; it works all that is ready."""
    await shop.stop()
    await shop.start(off(shop, skew))
    await shop.idle()


async def merged(shop: Scene, who: str) -> Pull:
    """A pull request that waits for its release."""
    pull = await shop.opens(who)
    await shop.merges(who, pull)
    return pull


async def production(shop: Scene) -> Environment:
    """The stored environment."""
    return await shop.environment()


# ---------------------------------------------------------------- a run is under way


@pytest.mark.parametrize("skew", [*NEAR, *FAR], ids=_signed)
async def test_no_clock_frees_an_environment_whose_run_is_under_way(shop: Scene, skew: timedelta) -> None:
    """Hours after the lock's planned end, on a server that is ahead or behind, it stays held until the run ends."""
    pull, other = await merged(shop, "taro"), await merged(shop, "hanako")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await restart(shop, skew)
    await shop.later(hours=3)
    await shop.says("hanako", "/deploy", on=other)
    held = await production(shop)
    assert (held.number, held.free_since) == (1, None)
    assert shop.runs() == [run]

    await restart(shop)
    await shop.ends(run)
    assert shop.shop.serving == {"production": pull.merge_commit_sha}
    assert (await production(shop)).free_since is not None


# ---------------------------------------------------------------- the cool-down


@pytest.mark.parametrize("seconds", [-29, 0, 29])
async def test_a_cooldown_ends_by_the_clock_of_the_server_that_ends_it(shop: Scene, seconds: int) -> None:
    """A clock may be half a minute off, so a cool-down ends at most that much sooner or later."""
    await shop.released("taro")
    until = (await production(shop)).cooldown_until
    assert until == NOON + timedelta(minutes=30)
    await restart(shop, timedelta(seconds=seconds))
    await shop.later(minutes=30, seconds=-seconds - 1)
    assert (await production(shop)).cooldown_until == until
    await shop.later(seconds=1)
    assert (await production(shop)).cooldown_until is None


@pytest.mark.parametrize("skew", FAR, ids=_signed)
async def test_a_clock_that_is_far_off_ends_no_cooldown(shop: Scene, skew: timedelta) -> None:
    """The first server whose clock is right ends it."""
    await shop.released("taro")
    await restart(shop, skew)
    await shop.later(minutes=31)
    assert (await production(shop)).cooldown_until is not None
    await restart(shop)
    assert (await production(shop)).cooldown_until is None


async def test_a_clock_that_jumps_back_and_forth_moves_no_end(shop: Scene) -> None:
    """With the clock set back an hour during a cool-down, commands wait, and the planned end does not move."""
    await shop.released("taro")
    other = await merged(shop, "hanako")
    skew = timedelta(0)
    await shop.stop()
    await shop.start(lambda: shop.stage.clock() + skew)
    await shop.idle()
    skew = timedelta(hours=-1)
    await shop.later(minutes=5)
    await shop.says("hanako", "/deploy", on=other)
    assert shop.replies(other)[1:] == []
    skew = timedelta(0)
    await shop.later(minutes=5)
    assert shop.codes(other) == ["locked"]
    await shop.later(minutes=19)
    assert (await production(shop)).number == 1
    await shop.later(minutes=2)
    await shop.says("hanako", "/deploy", on=other)
    assert (await production(shop)).number == 2


async def test_a_cooldown_lasts_half_an_hour_when_the_clocks_go_forward(shop: Scene) -> None:
    """Tested in the night in which Berlin skips an hour, with times shown in Berlin time."""
    await shop.shop.commit(".github/ghapp.yml", BERLIN, by="mona", message="Berlin")
    night = datetime(2027, 3, 28, 0, 45, tzinfo=UTC)
    await shop.later(seconds=(night - NOON).total_seconds())
    await shop.released("taro")
    waiting = await shop.opens("hanako")
    shown = shop.gate(waiting)
    assert shown
    assert shown[1].endswith("free from 03:15 CEST at the earliest")
    await shop.later(minutes=29, seconds=59)
    assert (await production(shop)).cooldown_until is not None
    await shop.later(seconds=1)
    assert shop.gate(waiting) == ("success", "Free to merge")


# ---------------------------------------------------------------- readiness


async def ready(shop: Scene) -> tuple[int, str]:
    """The status of `/readyz`, and its field for the clock."""
    assert shop.github.webhook_url
    address = shop.github.webhook_url.replace("/webhooks/github", "/readyz")
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, (await answer.json())["clock"]


@pytest.mark.parametrize("skew", NEAR, ids=_signed)
async def test_a_server_whose_clock_is_right_is_ready(shop: Scene, skew: timedelta) -> None:
    """A difference of less than half a minute from GitHub's clock is accepted."""
    await restart(shop, skew)
    assert await ready(shop) == (200, "ok")


@pytest.mark.parametrize("skew", FAR, ids=_signed)
async def test_a_server_whose_clock_is_wrong_is_not_ready(shop: Scene, skew: timedelta) -> None:
    """It decides nothing, so it should get no traffic; the answer names the clock that differs."""
    await restart(shop, skew)
    status, clock = await ready(shop)
    assert status == 503
    assert "GitHub" in clock
