"""Two accounts on one server: neither the load nor the faults of one affect the other."""

import asyncio
import re
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

import pytest

from ghapp.core.model import codec
from ghapp.core.model.environment import Repository as Served
from ghapp.core.model.events import ConfigChanged
from ghapp.core.model.lanes import lane
from ghapp.demo.github import Pull, Repository
from ghapp.demo.github.faults import Fail, Fault, Hold
from ghapp.demo.stage import WORKFLOW
from ghapp.ports import Item, Store
from tests.scenarios.scene import SMALL_CONFIG, Scene

SOON = 5.0  # seconds; a call that hangs takes ten
FILES = {".github/ghapp.yml": SMALL_CONFIG, ".github/workflows/deploy.yml": WORKFLOW}
PEOPLE = {"mona": "write", "taro": "write", "hanako": "write"}
EVER = 1_000_000


def opened(shop: Scene, full_name: str) -> Repository:
    """Another repository that is served."""
    return shop.github.add_repository(full_name, files=FILES, people=PEOPLE)


async def merged(place: Repository) -> Pull:
    """Opens and merges a pull request there."""
    pull = await place.open_pull("taro", "Reword notifications")
    await place.merge(pull, by="taro")
    return pull


def befalls(shop: Scene, place: Repository, kind: Fail | Hold) -> None:
    """Every request to GitHub for this account meets this fault from now on."""
    mint = re.compile(f"/app/installations/{place.installation_id}/")
    shop.github.faults += [
        Fault("POST", mint, kind, EVER),
        *(Fault(method, re.compile(f"/repos/{place.owner}/"), kind, EVER) for method in ("GET", "POST", "PATCH")),
        Fault("POST", re.compile("/graphql"), kind, EVER, re.compile(f'"owner": ?"{place.owner}"')),
    ]


def said(place: Repository) -> int:
    """The number of comments by the App there."""
    return sum(comment.by_app for comment in place.comments.values())


async def test_calls_that_hang_for_one_account_do_not_delay_another(shop: Scene) -> None:
    """Forty repositories of one account wait for GitHub; a release of the other goes from comment to live meanwhile."""
    other = opened(shop, "globex/shop")
    many = [opened(shop, f"initech/app-{number}") for number in range(40)]
    pulls = [await place.open_pull("mona", "Faster login") for place in many]
    await shop.idle()
    await shop.later(minutes=2)  # the setup comes near GitHub's limit per account and minute
    hangs = asyncio.Event()
    befalls(shop, many[0], Hold(hangs, before=True))
    for place, pull in zip(many, pulls, strict=True):
        await place.comment(pull, by="mona", body="/status")
    async with shop.at_work():
        pull = await merged(other)
        await other.comment(pull, by="taro", body="/deploy")
        run = await other.run_queued(SOON)
        await other.start_run(run)
        await other.finish_run(run)
        await shop.github.until(lambda: any("is live" in comment.body for comment in other.comments.values()), SOON)
        assert [said(place) for place in many] == [0] * 40
        hangs.set()
        shop.github.faults.clear()
        await shop.github.until(lambda: all(said(place) == 1 for place in many), 4 * SOON)


async def test_a_rate_limited_account_waits_without_further_calls(shop: Scene) -> None:
    """GitHub denies one account for an hour: it gets a few requests in all, not one for each of forty events."""
    other, limited = opened(shop, "globex/shop"), [opened(shop, f"initech/app-{number}") for number in range(40)]
    pulls = [await place.open_pull("mona", "Faster login") for place in limited]
    await shop.idle()
    befalls(
        shop, limited[0], Fail(429, {"Retry-After": "3600"}, {"message": "You have exceeded a secondary rate limit"})
    )
    before = len(shop.github.exchanges)
    for place, pull in zip(limited, pulls, strict=True):
        await place.comment(pull, by="mona", body="/status")
    pull = await merged(other)
    await shop.idle()
    await other.comment(pull, by="taro", body="/deploy")
    await shop.idle()
    assert [run.status for run in other.runs.values()] == ["queued"]
    asked = [one for one in shop.github.exchanges[before:] if one.fault == "status"]
    assert len(asked) <= 40
    await shop.idle()
    assert [one for one in shop.github.exchanges[before:] if one.fault == "status"] == asked


async def put_backlog(store: Store, shop: Scene, places: Sequence[Repository], events: int) -> None:
    """Queues this many events of these repositories in turn, as after an outage."""
    items = []
    for number, place in zip(range(events), cycle(places), strict=False):
        served = Served(place.id, place.full_name, place.installation_id)
        event = ConfigChanged(repository=served, key=f"push/{number}")
        body = codec.encode_item(event)
        items.append(Item(id=f"{place.id}/{event.key}", lane=lane(place.full_name, place.id), body=body))
    await store.put(items, now=shop.stage.clock())


async def answered_beside(shop: Scene, *, repositories: int, events: int, commands: int) -> list[float]:
    """The seconds until each command of one account was answered, while another account's backlog is worked."""
    other, many = opened(shop, "globex/shop"), [opened(shop, f"initech/app-{each}") for each in range(repositories)]
    pull = await other.open_pull("taro", "Reword notifications")
    await shop.idle()
    shop.github.latency = 0.05
    took: list[float] = []
    async with shop.at_work() as store:
        await put_backlog(store, shop, many, events)
        await shop.github.until(lambda: len(shop.github.exchanges) > 0, SOON)
        for number in range(commands):
            before, began = said(other), time.monotonic()
            await other.comment(pull, by=("mona", "taro", "hanako")[number % 3], body="/status")
            await shop.github.until(lambda: said(other) > before, 4 * SOON)  # noqa: B023 - called within this iteration
            took.append(time.monotonic() - began)
        shop.github.latency = 0.0
        left = await store.claim(now=shop.stage.clock(), lease=timedelta(minutes=2), limit=1)
        assert left, "the backlog was worked before the last command: it proves nothing"
    return took


async def test_another_accounts_commands_are_answered_beside_a_backlog(shop: Scene) -> None:
    """After an outage, with an hour's events of a busy account ahead in the queue."""
    took = await answered_beside(shop, repositories=40, events=200, commands=3)
    assert max(took) < SOON


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_another_accounts_commands_are_answered_beside_five_thousand_events(shop: Scene) -> None:
    """With more events: 26 of 27 commands are answered within five seconds."""
    took = await answered_beside(shop, repositories=1000, events=5000, commands=27)
    assert sorted(took)[int(len(took) * 0.99) - 1] < SOON
