"""The App is taken off and installed again: the repository is the same, its installation is another."""

import logging

import pytest

from tests.scenarios.scene import Scene
from tests.scenarios.test_moved_away import blocked, under_way
from tests.scenarios.test_permissions import FREE, merged, quiet


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("within", [0, 90])
async def test_a_run_that_ends_afterwards_is_known_and_the_gate_opens(
    shop: Scene, heard: bool, within: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the new number, whether anybody told of it or not, and whether old tokens are still kept or not."""
    caplog.set_level("INFO")
    pull, other, run = await under_way(shop)
    address = shop.github.webhook_url
    shop.github.webhook_url = address if heard else None
    await shop.github.take_off("acme")
    await shop.later(minutes=within)
    assert blocked(shop, other)
    await shop.github.install("acme")
    shop.github.webhook_url = address
    await shop.ends(run)
    assert any(text.startswith("✅") for text in shop.replies(pull))
    await shop.later(minutes=31)
    assert shop.gate(other) == FREE
    assert quiet(caplog.records)
    assert await shop.dead() == []


async def test_a_run_that_ended_meanwhile_is_found(shop: Scene) -> None:
    """Nobody told of its end; the environment is looked at, under the new number."""
    pull, other, run = await under_way(shop)
    address, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.github.take_off("acme")
    await shop.later(minutes=90)
    await shop.shop.finish_run(run)
    await shop.github.install("acme")
    shop.github.webhook_url = address
    await shop.later(minutes=61)
    assert any(text.startswith("✅") for text in shop.replies(pull))
    assert shop.gate(other) == FREE


async def test_what_is_typed_afterwards_is_done(shop: Scene) -> None:
    """`/status` and a release, as if nothing had been."""
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.github.take_off("acme")
    await shop.github.install("acme")
    await shop.says("taro", "/status", on=other)
    assert shop.codes(other) == ["status"]
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": pull.merge_commit_sha}


async def test_a_gate_that_changed_meanwhile_is_right_at_once(shop: Scene) -> None:
    """GitHub tells of the new installation, and all of its open pull requests are looked at."""
    other = await shop.opens("hanako")
    await shop.says("taro", "/lock production 1h moving", on=other)
    await shop.github.take_off("acme")
    await shop.later(minutes=61)
    assert blocked(shop, other)
    await shop.github.install("acme")
    await shop.idle()
    assert shop.gate(other) == FREE


async def test_an_event_of_a_repository_that_has_no_app_is_one_line(
    shop: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """It was on its way when the App was taken off: no traceback, no dead letter, and nothing is tried for ever."""
    pull, other = await shop.opens("taro"), await shop.opens("hanako")
    late = [one for one in shop.github.deliveries if one.event == "pull_request"]
    await shop.later(minutes=61)
    await shop.github.take_off("acme")
    caplog.set_level("INFO")
    caplog.clear()
    for delivery in late:  # under ids of their own, as if they were new
        await shop.github.send(
            "pull_request",
            {**delivery.payload, "action": "synchronize", "before": other.head_sha, "after": pull.head_sha},
        )
    for _ in range(20):
        await shop.later(minutes=10)
    said = [record.message for record in caplog.records if record.levelno > logging.INFO]
    assert said.count("repository not accessible") == 1
    assert quiet(caplog.records)
    assert await shop.dead() == []
    before = len(shop.github.exchanges)
    await shop.later(minutes=10)
    assert len([one for one in shop.github.exchanges[before:] if "access_tokens" in one.path]) <= 2
