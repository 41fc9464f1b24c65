"""The App is uninstalled and installed again: the same repository has another installation id."""

import logging

import pytest

from tests.sampled import crossed
from tests.scenarios.scene import Scene
from tests.scenarios.test_moved_away import blocked, under_way
from tests.scenarios.test_permissions import FREE, merged, quiet


@pytest.mark.parametrize(("heard", "within"), crossed([True, False], [90, 0]))
async def test_a_run_that_ends_after_a_new_installation_is_followed_and_the_gate_opens(
    shop: Scene, heard: bool, within: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the new id, with or without a webhook about it, with or without cached old tokens."""
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


async def test_a_run_that_ended_without_an_installation_is_found(shop: Scene) -> None:
    """No webhook reported its end; the environment is reconciled under the new id."""
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


async def test_commands_after_a_new_installation_are_carried_out(shop: Scene) -> None:
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.github.take_off("acme")
    await shop.github.install("acme")
    await shop.says("taro", "/status", on=other)
    assert shop.codes(other) == ["status"]
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": pull.merge_commit_sha}


async def test_gates_are_correct_at_once_after_a_new_installation(shop: Scene) -> None:
    """GitHub sends the event of the new installation, and all its open pull requests are processed."""
    other = await shop.opens("hanako")
    await shop.says("taro", "/lock production 1h moving", on=other)
    await shop.github.take_off("acme")
    await shop.later(minutes=61)
    assert blocked(shop, other)
    await shop.github.install("acme")
    await shop.idle()
    assert shop.gate(other) == FREE


async def test_an_event_of_a_repository_without_the_app_is_one_log_line(
    shop: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """It was sent before the App was uninstalled: no traceback, no dead letter, and no endless tries."""
    pull, other = await shop.opens("taro"), await shop.opens("hanako")
    late = [one for one in shop.github.deliveries if one.event == "pull_request"]
    await shop.later(minutes=61)
    await shop.github.take_off("acme")
    caplog.set_level("INFO")
    caplog.clear()
    for delivery in late:  # with new delivery ids, as if they were new
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
