"""The Slack app is removed from the workspace, or its token revoked: nothing on GitHub is lost; it can come back."""

import json
from collections import Counter

import pytest

from ghapp.demo.slack import BOT, Error, Fault
from tests.scenarios.linking import ANN, address, linked, person, with_sign_in
from tests.scenarios.scene import Scene
from tests.scenarios.test_from_slack import waiting

GONE = (
    "refused: Slack answered account_inactive, so SLACK_BOT_TOKEN is of no use: install the app into the workspace "
    "again, set its new token and restart; nothing is sent until then"
)


async def test_releases_go_on_without_slack_and_slack_comes_back(shop: Scene) -> None:
    """Merges and releases are shown on the pull request; with a new token the next message is in the channel again."""
    await shop.released("taro")
    told = len(shop.channel())
    await shop.slack.uninstall()
    await shop.idle()
    await shop.later(hours=1)
    pull = await shop.opens("mona", "Fix totals")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert (await shop.environment()).live.pull.number == pull.number  # type: ignore[union-attr]
    assert any("Slack refused a message" in one for one in shop.replies(pull))
    assert len(shop.channel()) == told
    assert (await shop.ready())["slack"] == GONE
    assert await shop.dead() == []
    shop.slack.install("xoxb-canary-new-token")
    shop.stage.slack_token = "xoxb-canary-new-token"
    await shop.restart()
    await shop.later(minutes=11)
    assert len(shop.channel()) > told
    assert (await shop.ready())["slack"] == "ok"


@pytest.mark.parametrize("back", [False, True])
async def test_a_token_that_is_of_no_use_is_tried_once_a_minute(shop: Scene, back: bool) -> None:
    """However much there is to show, and whichever event told of it; also where the app is back with another token."""
    await waiting(shop)
    await shop.slack.uninstall()
    if back:
        shop.slack.install("xoxb-canary-new-token")
    await shop.idle()
    await shop.types("mona", "/ghapp status")  # the first call is refused
    before = len(shop.slack.calls)
    for number in range(5):
        await waiting(shop, "mona", f"Fix {number}")
    assert len(shop.slack.calls) == before
    await shop.later(minutes=1)
    methods = Counter(call.method for call in shop.slack.calls[before:])
    assert sum(methods.values()) <= 3, methods


async def test_a_token_revoked_by_itself_comes_back_without_a_restart(shop: Scene) -> None:
    """Slack takes it again: the channel is complete after some minutes."""
    await waiting(shop)
    shop.slack.removed = "token_revoked"
    pull = await waiting(shop, "mona", "Fix totals")
    assert (await shop.ready())["slack"].startswith("refused: Slack answered token_revoked")
    shop.slack.install()
    await shop.later(minutes=11)
    assert any(pull in one for one in shop.channel())
    assert (await shop.ready())["slack"] == "ok"


# ---------------------------------------------------------------- links


@pytest.mark.parametrize("told", ["app_uninstalled", "tokens_revoked"])
async def test_links_of_the_workspace_end(shop: Scene, told: str) -> None:
    """By either event. After the app is back, members link anew; an address from before counts no more."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    path = await address(shop, "U024BE7TA")
    tokens = {"tokens": {"oauth": ["U024BE7LH"], "bot": [BOT]}} if told == "tokens_revoked" else {}
    assert await shop.slack.happens({"type": told, **tokens}) == 200
    await shop.idle()
    await shop.types(ANN, "/deploy production #41")
    assert shop.runs() == []
    assert shop.whispers(ANN)[-1].startswith("Your Slack account is not linked to a GitHub account.")
    async with person(shop, "taro") as taro:
        assert (await taro.links(path)).status == 410
    assert await shop.links() == [
        "mona was linked to a Slack member, by signing in with GitHub (T0ACME000/U0ANN0001)",
        "the Slack app was removed, which ended all links of Slack members (T0ACME000)",
    ]
    assert all(await shop.links("ja"))
    await linked(shop, "mona")
    await shop.types(ANN, "/deploy production #41")
    assert len(shop.runs()) == 1


async def test_links_end_while_slack_does_not_answer(shop: Scene) -> None:
    """The event says it all. Also on a server that has not asked Slack for its workspace yet."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    for _ in range(2):
        shop.slack.faults.append(Fault("auth.test", Error("internal_error"), times=100))
        assert await shop.slack.happens({"type": "app_uninstalled"}) == 200
        await shop.idle()
        shop.slack.faults.clear()
        await shop.types(ANN, "/deploy production #41")
        assert shop.runs() == []
        await linked(shop, "mona")
        await shop.later(seconds=1)
        await shop.restart()


async def test_the_two_events_of_one_removal_count_once(shop: Scene) -> None:
    """Slack may tell of the token when the app is long back: links from after the removal stay."""
    await with_sign_in(shop)
    await waiting(shop)
    removed_at = int(shop.stage.clock().timestamp())
    await shop.later(seconds=2)
    assert await shop.slack.happens({"type": "app_uninstalled"}, at=removed_at) == 200
    await shop.idle()
    await linked(shop, "mona")
    await shop.later(minutes=5)
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}
    assert await shop.slack.happens(revoked, at=removed_at + 1) == 200
    await shop.idle()
    await shop.types(ANN, "/deploy production #41")
    assert len(shop.runs()) == 1
    assert len(await shop.links()) == 2
    assert await shop.slack.happens(revoked) == 200  # a second removal
    await shop.idle()
    assert len(await shop.links()) == 3


async def test_an_event_that_slack_sends_again_counts_once(shop: Scene) -> None:
    """A link from after the first one stays."""
    await with_sign_in(shop)
    await waiting(shop)
    assert await shop.slack.happens({"type": "app_uninstalled"}, key="Ev0AGAIN") == 200
    await shop.idle()
    await linked(shop, "mona")
    assert await shop.slack.happens({"type": "app_uninstalled"}, key="Ev0AGAIN") == 200
    await shop.idle()
    await shop.types(ANN, "/deploy production #41")
    assert len(shop.runs()) == 1


async def test_events_that_end_nothing(shop: Scene) -> None:
    """Of another App, of another workspace, of users' tokens, of a kind that nothing follows from."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    removed = {"type": "app_uninstalled"}
    shop.slack.app = "A0OTHER00"
    assert await shop.slack.happens(removed) == 200
    shop.slack.app = "A0GHAPP00"
    assert await shop.slack.happens({"type": "tokens_revoked", "tokens": {"oauth": ["U024BE7LH"]}}) == 200
    assert await shop.slack.happens({"type": "user_change", "user": {"id": ANN}}) == 200
    assert await shop.slack.asks_whose("3eZbrw1aB10FEMAGAZd4FyFQ") == {"challenge": "3eZbrw1aB10FEMAGAZd4FyFQ"}
    await shop.idle()
    await shop.types(ANN, "/deploy production #41")
    assert len(shop.runs()) == 1
    assert len(await shop.links()) == 1


async def test_a_server_that_starts_after_the_removal_ends_the_links_too(shop: Scene) -> None:
    """It cannot ask Slack for its workspace any more."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    await shop.stop()
    shop.slack.removed = "account_inactive"
    await shop.start()
    assert await shop.slack.happens({"type": "app_uninstalled"}) == 200
    await shop.idle()
    shop.slack.install()
    await shop.restart()
    await shop.types(ANN, "/deploy production #41")
    assert shop.runs() == []
    assert json.dumps(await shop.links()).count("removed") == 1
