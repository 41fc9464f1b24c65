"""The adapter keeps to GitHub's rate limits, without extra calls to ask for them."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.adapters.github.faults import Limited, Unanswered
from ghapp.core.model.facts import NeedRole
from ghapp.ports import Priority
from tests.adapters.github.calls import API, GRAPHQL, NOON, REPO, REPOSITORY, Bench, bench, open_pull

ROLE = f"{REPO}/collaborators/mona/permission"
STATUSES = f"{REPO}/statuses/{'b' * 40}"
MAY = {"permission": "write", "role_name": "write"}
SECONDARY = {"message": "You have exceeded a secondary rate limit."}


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def left(calls: int, *, minutes: int = 30, resource: str = "core") -> dict[str, str]:
    """The headers of an answer that leaves this many of 5,000 calls."""
    reset = int((NOON + timedelta(minutes=minutes)).timestamp())
    count = {"limit": 5000, "remaining": calls, "reset": reset, "resource": resource}
    return {f"x-ratelimit-{name}": f"{value}" for name, value in count.items()}


def left_of_20(calls: int) -> dict[str, str]:
    """The headers of an answer that leaves this many of 20 calls."""
    return {**left(calls), "x-ratelimit-limit": "20"}


async def asks(on: Bench, **answer: Any) -> str:
    """A call that decides."""
    if answer:
        on.web.get(ROLE, payload=MAY, **answer)
    return f"{await on.github.source.gather(REPOSITORY, NeedRole('mona'))}"


async def paints(on: Bench, **answer: Any) -> None:
    """A call that only shows."""
    if answer:
        on.web.post(STATUSES, payload={}, **answer)
    await on.github.at(Priority.DISPLAY).gates.write(REPOSITORY, open_pull("b" * 40), "success", "free")


async def test_the_last_tenth_is_kept_for_calls_that_act(on: Bench) -> None:
    """Nothing is painted any more, and a role can still be read."""
    await asks(on, headers=left(500))
    with pytest.raises(Limited) as caught:
        await paints(on)
    assert caught.value.after == timedelta(minutes=30)
    assert on.calls("POST", "/statuses") == []
    assert await asks(on, headers=left(499)) == "write"


async def test_above_the_last_tenth_nothing_is_held_back(on: Bench) -> None:
    await asks(on, headers=left(501))
    await paints(on, headers=left(500))


async def test_where_nothing_is_left_nothing_is_sent(on: Bench) -> None:
    """Not even a call that acts: GitHub would refuse it and lengthen the limit."""
    await asks(on, headers=left(0))
    with pytest.raises(Limited):
        await asks(on)
    assert len(on.calls("GET", "/permission")) == 1
    on.clock.pass_by(minutes=30)
    assert await asks(on, headers=left(4999, minutes=90)) == "write"


@pytest.mark.parametrize("reset", ["253402300799", "9" * 20, "9" * 5000, "soon"])
async def test_an_impossible_reset_stops_nothing(on: Bench, reset: str) -> None:
    """A broken proxy says that no call is left for the next thousand years: at most that one call has no answer."""
    with suppress(Unanswered):
        await asks(on, headers={**left(0), "x-ratelimit-reset": reset})
    assert await asks(on, headers=left(4999)) == "write"


ANOTHER = replace(REPOSITORY, id=7, full_name="octocat/another")
AT_ANOTHER = f"{API}/repos/octocat/another/collaborators/mona/permission"


async def asks_of_another(on: Bench, **answer: Any) -> str:
    """A call that decides, in another repository of the same installation."""
    on.minted()
    on.web.get(AT_ANOTHER, payload=MAY, **answer)
    return f"{await on.github.source.gather(ANOTHER, NeedRole('mona'))}"


async def test_where_calls_are_scarce_one_repositorys_paints_leave_calls_for_the_others(on: Bench) -> None:
    """A repository that used its part of the hour paints no more; another does, and calls that act go on in both."""
    for number in range(13):
        await paints(on, headers=left_of_20(19 - number))
    await asks_of_another(on, headers=left_of_20(7))
    await paints(on, headers=left_of_20(6))
    with pytest.raises(Limited, match="the others need what is left"):
        await paints(on)
    on.web.post(f"{API}/repos/octocat/another/statuses/{'b' * 40}", payload={}, headers=left_of_20(5))
    await on.github.at(Priority.DISPLAY).gates.write(ANOTHER, open_pull("b" * 40), "success", "free")
    assert await asks(on, headers=left_of_20(4)) == "write"


async def test_repositories_with_few_calls_take_little_from_a_busy_one(on: Bench) -> None:
    """A thousand repositories with one call each do not shrink a busy repository's share to a thousandth."""
    await asks_of_another(on, headers=left(2000))
    await paints(on, headers=left(1400))
    await paints(on, headers=left(1399))


async def test_one_repository_alone_has_all_calls(on: Bench) -> None:
    """This holds until another repository makes a call."""
    for number in range(17):
        await paints(on, headers=left_of_20(19 - number))


async def test_half_of_the_reserve_is_there_for_the_others(on: Bench) -> None:
    """One repository's calls that act do not take all of it; with the next hour they go on."""
    await asks(on, headers=left(600))
    await asks_of_another(on, headers=left(500))
    for number in range(250):
        await asks(on, headers=left(499 - number))
    with pytest.raises(Limited, match="the others need what is left") as caught:
        await asks(on)
    assert caught.value.after == timedelta(minutes=30)
    assert await asks_of_another(on, headers=left(249)) == "write"
    on.clock.pass_by(minutes=31)
    assert await asks(on, headers=left(4999, minutes=91)) == "write"


async def test_the_reserve_leaves_calls_for_one_more_repository(on: Bench) -> None:
    """None takes more of it than it leaves: four busy repositories leave calls for a fifth."""
    await asks(on, headers=left(500))
    calls, busy = 500, [replace(REPOSITORY, id=number, full_name=f"octocat/busy-{number}") for number in range(11, 15)]
    for place in busy:
        on.minted()
        role, before = f"{API}/repos/{place.full_name}/collaborators/mona/permission", 0
        while calls != before:
            before = calls
            on.web.get(role, payload=MAY, headers=left(calls - 1))
            with suppress(Limited):
                await on.github.source.gather(place, NeedRole("mona"))
                calls -= 1
    assert calls >= 30
    assert await asks_of_another(on, headers=left(calls - 1)) == "write"


async def test_answers_that_overtake_each_other(on: Bench) -> None:
    """The lowest count of an hour holds until the next hour."""
    await asks(on, headers=left(0))
    on.clock.pass_by(minutes=30)
    await asks(on, headers=left(4999, minutes=90))
    await asks(on, headers=left(3000, minutes=30))
    await paints(on, headers=left(4998, minutes=90))


async def test_graphql_has_a_budget_of_its_own(on: Bench) -> None:
    """GitHub counts it apart."""
    await asks(on, headers=left(0, resource="graphql"))
    assert await asks(on, headers={}) == "write"
    with pytest.raises(Limited):
        await on.github.gates.open_pull(REPOSITORY, 41, into="main")
    assert on.calls("POST", GRAPHQL) == []


@pytest.mark.parametrize("status", [403, 429])
async def test_a_secondary_limit_silences_the_whole_installation(on: Bench, status: int) -> None:
    """Further calls would lengthen the limit, so none is sent before `Retry-After` is over."""
    on.web.get(ROLE, status=status, payload=SECONDARY, headers={"Retry-After": "17", **left(4000)})
    with pytest.raises(Limited):
        await asks(on)
    for ask in (asks, paints):
        with pytest.raises(Limited) as caught:
            await ask(on)
        assert caught.value.after == timedelta(seconds=17)
    on.clock.pass_by(seconds=17)
    assert await asks(on, headers=left(3999)) == "write"


async def test_another_installation_goes_on(on: Bench) -> None:
    """One tenant's limit is not another's."""
    on.web.get(ROLE, status=429, payload=SECONDARY)
    with pytest.raises(Limited):
        await asks(on)
    other = replace(REPOSITORY, installation=REPOSITORY.installation + 1)
    on.web.post(
        f"{API}/app/installations/{other.installation}/access_tokens",
        status=201,
        payload={"token": "ghs_other", "expires_at": "2026-11-23T09:00:00Z"},
    )
    on.web.get(ROLE, payload=MAY)
    assert await on.github.source.gather(other, NeedRole("mona")) == "write"


@pytest.mark.parametrize("headers", [{}, {**left(0), "x-ratelimit-reset": "-1"}])
async def test_a_server_that_does_not_count(on: Bench, headers: dict[str, str]) -> None:
    """Enterprise Server may have rate limits switched off."""
    await asks(on, headers=headers)
    assert await asks(on, headers=headers) == "write"
