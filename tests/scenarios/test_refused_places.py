"""GitHub or Slack refuses to show a place: it is tried until it is right, and its substitute comment then ends."""

import logging
import re
from pathlib import Path

import pytest

from ghapp.demo.github import Fault, faults
from ghapp.demo.slack import Error
from ghapp.demo.slack import Fault as SlackFault
from ghapp.demo.stage import CHANNEL
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_metrics import samples
from tests.scenarios.test_places import CONFIG

REFUSED = "Slack refused a message for `C024BE91L` (`Slack answered {code}`), so it is shown here."
MOVED = "At {at} this moved to Slack: #41 has its message for production in `C024BE91L`."
WAYS = {
    "check": (("POST", "/check-runs$"), ("PATCH", "/check-runs/")),
    "number": (("POST", "/issues/41/comments$"),),
    "record": (("POST", "/deployments$"),),
}


def refused(shop: Scene, kind: str, status: int, *, times: int) -> None:
    """GitHub refuses the calls that publish that place, this many times."""
    for method, path in WAYS[kind]:
        shop.github.faults.append(Fault(method, re.compile(path), faults.status(status), times=times))


async def counted(shop: Scene) -> dict[str, int]:
    """The refusals by kind of place."""
    name = "ghapp_places_refused_total"
    told = await samples(f"{shop.address}/metrics")
    return {key.split('"')[1]: count for key, count in told.items() if key.startswith(name)}


def shown(shop: Scene, kind: str) -> bool:
    """Whether that place shows #41, which is live, as live."""
    pull = shop.shop.pulls[41]
    match kind:
        case "check":
            return shop.stands(pull)[:2] == ("success", "Live on production")
        case "number":
            return any(reply.startswith("✅ **#41 is live on production**") for reply in shop.replies(pull))
        case _:
            return [one.states[-1] for one in shop.shop.deployments.values()] == ["success"]


# ---------------------------------------------------------------- GitHub


@pytest.mark.parametrize("status", [404, 422])
@pytest.mark.parametrize("kind", WAYS)
async def test_a_place_that_github_refuses_for_a_moment_is_right_in_a_minute(
    shop: Scene, kind: str, status: int
) -> None:
    """A check, a comment and GitHub's deployment: without a change of state."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    refused(shop, kind, status, times=10_000)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert not shown(shop, kind)
    assert (await counted(shop)).keys() == {kind}
    shop.github.faults.clear()
    await shop.later(seconds=61)
    assert shown(shop, kind)


async def test_a_place_that_github_keeps_refusing_is_tried_after_growing_pauses(
    shop: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """About ten times in the first hour, logged once; and at once where the text to show has changed."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    refused(shop, "check", 422, times=10_000)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    caplog.set_level(logging.WARNING)
    caplog.clear()
    counts = []
    for _ in range(12):
        for _ in range(30):
            await shop.later(seconds=10)
        counts.append((await counted(shop))["check"])
    assert counts[0] >= 4
    assert counts[-1] <= 14
    assert counts[-1] - counts[-4] <= 2
    assert [record for record in caplog.records if "check/" in str(vars(record).get("why"))] == []
    await shop.ends(run)
    assert (await counted(shop))["check"] == counts[-1] + 1
    shop.github.faults.clear()
    await shop.later(minutes=11)
    assert shown(shop, "check")


async def test_a_deleted_comment_is_not_posted_again(shop: Scene) -> None:
    """A deleted comment is no refusal: it is not wanted."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    (number,) = [one for one in shop.stage.comments(pull) if one.by_app]
    del shop.shop.comments[number.id]
    await shop.ends(run)
    await shop.later(minutes=31)
    edits = [one for one in shop.github.exchanges if one.method == "PATCH" and f"/comments/{number.id}" in one.path]
    assert len(edits) <= 3  # live, no longer locked, and no more
    assert await counted(shop) == {}


# ---------------------------------------------------------------- Slack


async def test_the_comment_in_place_of_a_message_ends_when_the_message_comes(shop: Scene) -> None:
    """The bot was not in the channel on the first day: once it is, the message comes and the comment points to it."""
    pull = await shop.opens("taro")
    shop.slack.faults.append(SlackFault("chat.postMessage", Error("not_in_channel"), times=3))
    await shop.merges("taro", pull)
    (comment,) = shop.replies(pull)
    assert comment.startswith("@taro ready to deploy")
    assert comment.endswith(REFUSED.format(code="not_in_channel"))
    assert shop.channel() == []
    for _ in range(8):
        await shop.later(seconds=15)
    assert shop.channel()[0].startswith("<@U024BE7TA> ready to deploy")
    assert shop.replies(pull) == [MOVED.format(at="13:43 JST")]
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.replies(pull)[0] == MOVED.format(at="13:43 JST")
    assert shop.replies(pull)[1].startswith("✅ **#41 is live on production**")


async def test_a_message_that_could_not_be_edited_is_edited_later(shop: Scene) -> None:
    """It stays the same message, and the substitute comment points to it."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    shop.slack.faults.append(SlackFault("chat.update", Error("edit_window_closed"), times=2))
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    stood = [reply for reply in shop.replies(pull) if "edit_window_closed" in reply]
    assert [reply.split(" (")[0] for reply in stood] == [":hourglass_flowing_sand: Deploying #41 to production"]
    for _ in range(4):
        await shop.later(seconds=10)
    assert len(shop.channel()) == 1
    assert shop.channel()[0].startswith(":hourglass_flowing_sand: Deploying #41 to production")
    await shop.ends(run)
    assert MOVED.format(at="13:42 JST") in shop.replies(pull)
    assert shop.channel()[0].startswith(":white_check_mark: #41 is live on production")


async def test_a_restarted_server_ends_the_comment_in_place_of_a_message(shop: Scene) -> None:
    """But not before Slack has the message: until then the comment is kept up to date."""
    pull = await shop.opens("taro")
    for method in ("chat.postMessage", "chat.update"):
        shop.slack.faults.append(SlackFault(method, Error("not_in_channel"), times=10_000))
    await shop.merges("taro", pull)
    await shop.restart()
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    assert shop.replies(pull)[0].startswith(":hourglass_flowing_sand: Deploying #41 to production")
    shop.slack.faults.clear()
    await shop.restart()
    await shop.later(minutes=1)
    assert shop.replies(pull)[0] == MOVED.format(at="13:43 JST")
    await shop.ends(run)
    assert shop.channel()[0].startswith(":white_check_mark: #41 is live on production")


async def test_a_message_that_slack_never_takes_stays_a_comment_to_its_end(shop: Scene) -> None:
    """The comment ends with the text that the message would have."""
    for method in ("chat.postMessage", "chat.update"):
        shop.slack.faults.append(SlackFault(method, Error("is_archived"), times=10_000))
    first = await shop.released("taro")
    await shop.later(minutes=31)
    for _ in range(2):
        await shop.released("mona")
        await shop.later(minutes=31)
    (stood,) = [reply for reply in shop.replies(first) if "was live on production" in reply or "ready" in reply]
    assert stood.startswith("#41 was live on production 13:42–14:13 JST, replaced by #42.")
    assert not [reply for reply in shop.replies(first) if "is live" in reply]


async def test_comments_from_before_slack_was_connected_point_to_slack(tmp_path: Path) -> None:
    """The first days went without Slack; the comments that prompted then point to the channel."""
    async with scene(tmp_path) as shop:
        before = CONFIG.replace(f"slack: {{channel: {CHANNEL}}}\n", "")
        await shop.shop.commit(".github/ghapp.yml", before, by="mona", message="No channel yet")
        await shop.idle()
        pull = await shop.opens("taro")
        await shop.merges("taro", pull)
        assert shop.replies(pull)[0].startswith("@taro ready to deploy")
        await shop.shop.commit(".github/ghapp.yml", CONFIG, by="mona", message="Speak in Slack")
        await shop.idle()
        assert shop.replies(pull) == [MOVED.format(at="04:42 UTC")]
        assert shop.channel()[0].startswith("<@U024BE7TA> ready to deploy")
