"""No workflow_run webhook comes: every deployment ends as it should all the same, at most a minute late."""

import re
from dataclasses import replace

import pytest

from ghapp.demo.github import Fault, faults
from tests.sampled import crossed
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import DISPATCH, merged

ENDS = {"success": "✅", "failure": "❌", "timed_out": "❌", "startup_failure": "❌", "cancelled": "❌"}


def unheard(shop: Scene) -> None:
    """GitHub sends no webhooks about runs."""
    told = tuple(event for event in shop.github.app.events if event != "workflow_run")
    shop.github.app = replace(shop.github.app, events=told)


def silent(shop: Scene) -> bool:
    """Whether no webhook about a run was sent in the whole test."""
    return not [one for one in shop.github.deliveries if one.event == "workflow_run"]


@pytest.mark.parametrize(("conclusion", "after"), crossed([*ENDS], [1, 59, 61, 0, 3000]))
async def test_every_end_of_a_run_is_noticed_within_a_minute(shop: Scene, conclusion: str, after: int) -> None:
    """The comment shows the outcome; a success is live, any other has freed the environment."""
    unheard(shop)
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.later(seconds=after)
    await shop.ends(run, conclusion)
    await shop.later(seconds=60)
    assert shop.replies(pull)[0].startswith(ENDS[conclusion])
    live = conclusion == "success"
    assert shop.codes(pull) == ([] if live else ["cancelled" if conclusion == "cancelled" else "failed"])
    gate = shop.gate(other)
    assert gate
    assert gate[0] == ("pending" if live and after < 1500 else "success")
    assert len(shop.runs()) == 1
    assert silent(shop)


async def test_a_run_cancelled_before_it_began_is_noticed(shop: Scene) -> None:
    """By hand on GitHub's pages, or because a newer run of its concurrency group came."""
    unheard(shop)
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(shop.runs()[0], "cancelled")
    await shop.later(seconds=60)
    assert shop.codes(pull) == ["cancelled"]
    assert shop.gate(other) == ("success", "Free to merge")
    assert silent(shop)


async def test_a_run_that_begins_very_late_is_followed(shop: Scene) -> None:
    """Forty minutes in GitHub's queue: it stays locked, its author is mentioned, and its end counts."""
    unheard(shop)
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(40):
        await shop.later(minutes=1)
        assert (shop.gate(other) or ("", ""))[0] == "pending"
    assert shop.codes(pull) == ["waits", "waits"]
    run = await shop.begins()
    await shop.later(seconds=60)
    assert "no runner" not in shop.replies(pull)[0]
    await shop.ends(run)
    await shop.later(seconds=60)
    assert shop.replies(pull)[0].startswith("✅")
    assert silent(shop)


async def test_a_run_whose_dispatch_was_not_answered_is_found_and_followed(shop: Scene) -> None:
    """No webhook comes, and there is one run."""
    unheard(shop)
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_after))
    await shop.says("taro", "/deploy", on=pull)
    await shop.later(seconds=5)
    await shop.ends(await shop.begins())
    await shop.later(seconds=60)
    assert shop.replies(pull)[0].startswith("✅")
    assert len(shop.runs()) == 1
    assert silent(shop)


async def test_the_end_of_a_cancelled_release_is_noticed(shop: Scene) -> None:
    """Also where its steps ignore the cancel at first."""
    unheard(shop)
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    run.stubborn = True
    await shop.says("taro", "/cancel", on=pull)
    for _ in range(8):
        await shop.later(seconds=10)
    assert run.conclusion == "cancelled"
    assert shop.codes(pull) == ["cancelling", "cancelled"]
    assert shop.gate(other) == ("success", "Free to merge")
    assert silent(shop)


async def test_a_rollback_waits_for_an_end_without_a_webhook(shop: Scene) -> None:
    """The overtaken run ends before the rollback begins, and the rollback's own end is noticed."""
    unheard(shop)
    first = await merged(shop)
    await shop.says("taro", "/deploy", on=first)
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    second = await merged(shop, "mona")
    await shop.says("mona", "/deploy", on=second)
    await shop.begins()
    await shop.says("mona", "/rollback", on=second)
    await shop.later(seconds=10)
    _, overtaken, back = shop.runs()
    assert (overtaken.conclusion, back.status) == ("cancelled", "queued")
    await shop.ends(await shop.begins())
    await shop.later(seconds=60)
    assert shop.codes(second) == ["rolled_back"]
    assert shop.shop.serving == {"production": first.merge_commit_sha}
    assert silent(shop)


async def test_a_deleted_run_is_reported_as_lost(shop: Scene) -> None:
    """It was deleted on GitHub: its outcome is unknown, so it stays locked, and a person is asked."""
    unheard(shop)
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.later(minutes=3)
    await shop.later(minutes=1)
    del shop.shop.runs[run.id]
    for _ in range(3):
        assert shop.codes(pull) == []
        await shop.later(seconds=60)
    assert shop.codes(pull) == ["lost"]
    assert (shop.gate(other) or ("", ""))[0] == "pending"


async def test_a_run_that_github_does_not_show_yet_is_not_gone(shop: Scene) -> None:
    """GitHub answers 404 for a new run, five times; that is no evidence."""
    unheard(shop)
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    shop.github.faults.append(Fault("GET", re.compile(r"/actions/runs/\d+$"), faults.status(404), times=5))
    for _ in range(2):
        await shop.later(seconds=50)
    assert shop.replies(pull)[0].startswith("🚀")
    shop.github.faults.clear()
    await shop.ends(await shop.begins())
    await shop.later(seconds=60)
    assert shop.replies(pull)[0].startswith("✅")
    assert shop.codes(pull) == []


async def test_an_empty_list_after_the_dispatch_is_no_evidence_either(shop: Scene) -> None:
    """The run is not listed for a while: ghapp looks again, and follows it once it appears."""
    unheard(shop)
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_after))
    empty = faults.status(200, body={"total_count": 0, "workflow_runs": []})
    shop.github.faults.append(Fault("GET", re.compile(r"/workflows/deploy\.yml/runs"), empty, times=5))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(8):
        await shop.later(seconds=5)
    assert shop.codes(pull) == []
    await shop.ends(await shop.begins())
    await shop.later(seconds=60)
    assert shop.replies(pull)[0].startswith("✅")
    assert len(shop.runs()) == 1
