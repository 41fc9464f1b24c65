"""A repository, environment or pull request moves or goes away: its release is followed by ids and stays locked."""

import logging
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, Run, faults
from ghapp.demo.github.shapes import events
from ghapp.demo.stage import CONFIG
from tests.sampled import sampled
from tests.scenarios.scene import SMALL_CONFIG, Scene, scene
from tests.scenarios.test_trouble import merged

METHODS = ("GET", "POST", "PATCH", "DELETE")
SUSPENDED = {"message": "This installation has been suspended"}


async def under_way(shop: Scene) -> tuple[Pull, Pull, Run]:
    """#41 is being deployed to production; #42 is open."""
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    return pull, other, await shop.begins()


def blocked(shop: Scene, pull: Pull) -> bool:
    """Whether the gate holds the pull request."""
    gate = shop.gate(pull)
    return gate is not None and gate[0] == "pending"


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_installation_that_is_suspended_keeps_its_lock(
    shop: Scene, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """GitHub answers nothing: the deployment and its lock stay, the log warns, and later it ends as its run did."""
    caplog.set_level("WARNING")
    pull, other, run = await under_way(shop)
    gone: list[Any] = [
        Fault(method, re.compile("."), faults.status(status, body=SUSPENDED), times=10**6) for method in METHODS
    ]
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    shop.github.faults += gone
    before = await shop.document()
    for _ in range(12):
        await shop.later(minutes=10)
    await shop.shop.finish_run(run)
    await shop.later(minutes=10)
    assert b'"phase":"running"' in before
    kept = "lost" if status == 404 else "running"  # a 404 says that there is no run, which cannot be known then
    assert f'"phase":"{kept}"'.encode() in await shop.document()
    assert [record for record in caplog.records if record.levelname == "WARNING"]
    assert blocked(shop, other)
    shop.github.faults.clear()
    shop.github.webhook_url = heard
    await shop.later(minutes=10)
    assert shop.replies(pull)[0].startswith("✅")
    assert shop.gate(other) == ("success", "Free to merge")


@pytest.mark.parametrize("name", ["boutique", "umbrella/shop"])
async def test_a_repository_with_a_new_name_is_the_same(shop: Scene, name: str) -> None:
    """Repositories are known by id: the deployment goes on, and so does the lock."""
    pull, other, run = await under_way(shop)
    shop.shop.rename(name)
    assert blocked(shop, other)
    third = await shop.opens("mona")
    assert blocked(shop, third)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["locked"]
    await shop.ends(run)
    assert shop.replies(pull)[0].startswith("✅")
    await shop.later(minutes=31)
    assert shop.gate(other) == ("success", "Free to merge")
    assert len(shop.runs()) == 1


async def test_an_environment_that_leaves_the_config_is_followed_to_its_end(shop: Scene) -> None:
    """The gate opens only after the run has ended."""
    pull, other, run = await under_way(shop)
    await shop.shop.commit(
        ".github/ghapp.yml", SMALL_CONFIG.replace("production", "staging"), by="mona", message="Another"
    )
    await shop.idle()
    assert blocked(shop, other)
    await shop.ends(run)
    assert shop.replies(pull)[0].startswith("✅")
    await shop.later(minutes=31)
    assert shop.gate(other) == ("success", "Free to merge")


async def test_a_config_that_is_gone_ends_nothing_that_was_accepted(shop: Scene) -> None:
    """Likewise without the whole file; after a failure the environment is free at once."""
    pull, other, run = await under_way(shop)
    await shop.shop.commit(".github/ghapp.yml", None, by="mona", message="Remove it")
    await shop.idle()
    assert blocked(shop, other)
    await shop.ends(run, "failure")
    assert shop.codes(pull) == ["failed"]
    assert shop.gate(other) == ("success", "Free to merge")


async def test_an_open_pull_request_that_is_closed_during_its_release_is_still_released(shop: Scene) -> None:
    """Its commit was pinned: to close the pull request or delete its branch changes nothing."""
    lax = CONFIG.format(channel="C024BE91L", language="en", people="{}") + "    require: {merged: false}\n"
    await shop.shop.commit(".github/ghapp.yml", lax, by="mona", message="Release open ones too")
    pull, other = await shop.opens("taro"), await shop.opens("hanako")
    await shop.later(minutes=1)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.shop.close_pull(pull, by="taro")
    del shop.shop.git.branches[pull.head]
    await shop.idle()
    assert blocked(shop, other)
    await shop.ends(run)
    assert shop.replies(pull)[0].startswith("✅")
    assert shop.shop.serving == {"production": pull.head_sha}


async def test_a_delivery_that_names_another_installation_counts_as_one_of_its_own(shop: Scene) -> None:
    """Genuinely signed, such as one of before a transfer: the other installation gives no token for the repository, so
    its own is asked, and by what that shows the author may do nothing."""
    pull = await merged(shop)
    stranger = shop.github.add_repository("umbrella/tools", files={}, people={"eve": "admin"})
    comment = shop.shop.add_comment(pull.number, by="eve", body="/lock production 2h")
    crossed = events.commented(shop.shop, comment)
    crossed["installation"] = {**crossed["installation"], "id": stranger.installation_id}
    shop.github.exchanges.clear()
    await shop.github.send("issue_comment", crossed)
    await shop.idle()
    assert (await shop.history())[-1] == "refused"
    assert shop.codes(pull)[-1] == "not_allowed"
    assert (await shop.environment()).manual is None
    tokens = [one for one in shop.calls("POST", "/access_tokens") if one.path.split("/")[3] != "7001"]
    assert [one.status for one in tokens] == [422] * len(tokens)
    assert not list(shop.calls("", "umbrella/tools"))
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 1


# ---------------------------------------------------------------- the App is removed


def taken_off(shop: Scene, status: int) -> list[Fault]:
    """GitHub gives no token: not installed (404), suspended (403), repository gone or another account's (422)."""
    body = {"message": "There is at least one repository that does not exist or is not accessible"}
    return [Fault("POST", re.compile("/access_tokens$"), faults.status(status, body=body), times=10**6)]


@pytest.mark.parametrize(
    ("status", "slack"), sampled(product([403, 404, 422], [True, False]), [(403, False), (404, True)])
)
async def test_a_repository_without_the_app_costs_no_growing_work(
    tmp_path: Path, status: int, slack: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """One log line, no dead letter, and no more calls in the last hours than in the first; then work goes on."""
    async with scene(tmp_path, slack=slack) as shop:
        other, late = await shop.opens("hanako"), await shop.opens("taro", "Merged meanwhile")
        await shop.merges("mona", await shop.opens("mona", "Speed up search"))  # a reminder falls due
        await shop.says("taro", "/lock production 3h migrating", on=other)
        await shop.later(minutes=61)  # the cached token expires
        heard, shop.github.webhook_url = shop.github.webhook_url, None
        shop.github.faults += taken_off(shop, status)
        caplog.set_level("INFO")
        caplog.clear()
        calls = [await hours_pass(shop, 3) for _ in range(10)]
        said = [record.message for record in caplog.records if record.levelno > logging.INFO]
        assert said.count("repository not accessible") == 1
        assert not {"failed", "dead letter", "not reconciled", "later"} & set(said)
        assert await shop.dead() == []
        # in the first hour the cached token still works, so the first stretch has fewer calls; then there are as many
        # every hour, but for a few where a pause, which is spread at random, reaches beyond its stretch (12 apart were
        # seen). One call more in each hour than in the one before would make these sums differ by 54
        assert sum(calls[7:]) <= sum(calls[1:4]) + 27, calls
        await shop.shop.merge(late, by="taro")
        shop.github.faults.clear()
        shop.github.webhook_url = heard
        await hours_pass(shop, 2)
        assert shop.gate(other) == ("success", "Free to merge")
        assert len(await shop.awaiting()) == 2
        assert shop.stands(late)[:2] == ("neutral", "Ready for production")
        assert await shop.dead() == []


async def hours_pass(shop: Scene, hours: int) -> int:
    """Returns the number of calls within these hours."""
    before = len(shop.github.exchanges)
    for _ in range(hours * 6):
        await shop.later(minutes=10)
    return len(shop.github.exchanges) - before


async def test_a_run_whose_repository_is_out_of_reach_is_followed_again_when_it_is_back(
    shop: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """The lock stays, and the log mentions the unreadable run once, not each minute."""
    pull, other, run = await under_way(shop)
    await shop.later(minutes=61)
    shop.github.faults += taken_off(shop, 404)
    caplog.set_level("WARNING")
    caplog.clear()
    for _ in range(60):
        await shop.later(minutes=1)
    assert [record.message for record in caplog.records].count("later") == 1
    assert blocked(shop, other)
    await shop.shop.finish_run(run)
    shop.github.faults.clear()
    await shop.later(minutes=10)
    assert shop.replies(pull)[0].startswith("✅")
    assert await shop.dead() == []
