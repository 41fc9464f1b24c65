"""Runs started on GitHub's own pages, past the lock: a release run again, the workflow started by hand."""

import pytest

from ghapp.demo.stage import WORKFLOW
from tests.scenarios.mishaps import runs_the_first_again
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import merged


@pytest.mark.parametrize("ended", ["success", "failure", "cancelled"])
async def test_a_release_that_is_run_again_is_stopped_however_it_ended(shop: Scene, ended: str) -> None:
    """The re-run would release beside the present holder of the lock."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins(), ended)
    before = shop.replies(pull)[0]
    await runs_the_first_again(shop, by="hanako")
    (run,) = shop.runs()
    assert run.conclusion == "cancelled"
    assert shop.codes(pull)[-1] == "rerun"
    assert shop.replies(pull)[0] == before
    assert shop.channel()[-1].startswith("<@U024BE7TA> ")
    assert (await shop.history())[-2:] == ["unexpected_run_seen", "unexpected_run_cancelled"]


async def test_a_re_run_without_a_webhook_is_stopped_at_the_next_look(shop: Scene) -> None:
    """The first attempt failed and is shown so; without a webhook a look finds the second one and cancels it."""
    pull, other = await merged(shop), await shop.opens("mona")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    shop.github.webhook_url = None
    await shop.ends(run, "failure")
    await shop.shop.rerun(run, by="hanako")
    await shop.later(seconds=60)
    assert run.conclusion == "cancelled"
    assert shop.codes(pull) == ["failed", "rerun"]
    assert shop.gate(other) == ("success", "Free to merge")


async def test_a_re_run_that_succeeded_is_reported(shop: Scene) -> None:
    """It ended before it could be cancelled."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    told = shop.github.webhook_url
    shop.github.webhook_url = None
    await shop.shop.rerun(shop.runs()[0], by="hanako")
    shop.github.webhook_url = told
    await shop.ends(shop.runs()[0])
    assert shop.codes(second) == ["rerun_succeeded"]
    assert shop.replies(second)[-1].startswith(
        "@mona @hanako ⚠️ **hanako re-ran production-1 on GitHub, and it succeeded without the lock**"
    )


async def test_a_run_started_by_hand_is_recognized(shop: Scene) -> None:
    """It is reported once, however it ends; it is neither cancelled nor followed."""
    pull, other = await merged(shop), await shop.opens("mona")
    await shop.says("taro", "/deploy", on=pull)
    ours = shop.runs()[0]
    inputs = {"sha": pull.merge_commit_sha, "environment": "staging", "ghapp": "none"}
    theirs = await shop.shop.dispatch("deploy.yml", by="hanako", inputs=inputs)
    await shop.idle()
    assert shop.codes(pull) == ["by_hand.held"]
    assert shop.channel()[-1].startswith("<@U024BE7TA> ⚠️ *hanako started `deploy.yml` by hand while you have")
    await shop.shop.start_run(theirs)
    await shop.ends(theirs)
    assert shop.codes(pull) == ["by_hand.held"]
    assert (ours.status, theirs.conclusion) == ("queued", "success")
    state = shop.gate(other)
    assert state
    assert state[0] == "pending"
    await shop.says("mona", "/status", on=other)
    assert "hanako started the workflow by hand at 13:42 JST" in shop.replies(other)[-1]


async def test_our_own_run_does_not_count_as_started_by_hand(shop: Scene) -> None:
    """Also where its name shows no number, and its webhook arrives before the answer to the dispatch."""
    text = "\n".join(line for line in WORKFLOW.splitlines() if not line.startswith("run-name:"))
    await shop.shop.commit(".github/workflows/deploy.yml", text, by="mona", message="Show no number")
    pull = await shop.released("taro")
    assert shop.codes(pull) == []
    assert "started_by_hand" not in await shop.history()
