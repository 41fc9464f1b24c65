"""Deliveries that failed or were never sent: each event is worked all the same, once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.demo.github import Delivery, Exchange, Pull
from ghapp.demo.github.shapes import events
from tests.scenarios.scene import Scene

SWEEP = timedelta(minutes=5)


@contextmanager
def untold(shop: Scene) -> Iterator[None]:
    """Within the block GitHub sends nothing, and its log of deliveries stays empty."""
    app = shop.github.app
    shop.github.app = replace(app, events=())
    yield
    shop.github.app = app


def sent_again(shop: Scene) -> int:
    """The number of redeliveries that were requested."""
    return len(shop.calls("POST", "/attempts"))


def prompts(shop: Scene, pull: Pull) -> int:
    """The number of messages that prompt for this release."""
    return sum("ready to deploy" in message and f"(#{pull.number} " in message for message in shop.channel())


async def day_of_work(shop: Scene) -> list[Pull]:
    """Two hours with 300 deliveries, three of them commands."""
    pulls = []
    for number in range(37):
        pull = await shop.shop.open_pull("taro", f"Change {number}")
        await shop.shop.push(pull, by="taro")
        for word in ("Nice.", "One question.", "Done.", "Thank you."):
            await shop.shop.comment(pull, by="mona", body=word)
        shop.stage.skip(timedelta(minutes=3))
        await shop.shop.merge(pull, by="mona")
        pulls.append(pull)
    await shop.shop.comment(pulls[0], by="mona", body="/lock production 1h migrating")
    await shop.shop.comment(pulls[0], by="taro", body="/deploy production")
    await shop.shop.comment(pulls[1], by="hanako", body="/rollback")
    shop.stage.skip(timedelta(minutes=11))
    await shop.shop.comment(pulls[1], by="hanako", body="/status")
    return pulls


async def test_an_outage_of_two_hours_loses_nothing(shop: Scene) -> None:
    """300 deliveries fail. Afterwards each succeeds once; commands that are stale by then are only answered."""
    await shop.merges("taro", await shop.opens("taro"))
    before = len(shop.github.deliveries)
    await shop.stop()
    shop.github.webhook_url = None
    pulls = await day_of_work(shop)
    missed = shop.github.deliveries[before:]
    assert len(missed) == 37 * 8 + 4
    assert missed[-1].at - missed[0].at > timedelta(hours=2)
    await shop.start()
    await shop.idle()
    taken = Counter(one.guid for one in shop.github.deliveries if one.status in (200, 202))
    assert all(taken[one.guid] == 1 for one in missed)
    assert sent_again(shop) == 300
    assert len(await shop.awaiting()) == 1 + 37
    assert (shop.codes(pulls[0]), shop.codes(pulls[1])) == (["stale"] * 2, ["stale", "status"])
    assert not shop.runs()
    assert await shop.dead() == []
    await shop.later(minutes=5)
    assert sent_again(shop) == 300


@pytest.mark.soak
async def test_redeliveries_are_requested_in_batches(shop: Scene) -> None:
    """Of 1,200 failed deliveries each sweep requests 500, the oldest first, until none is left."""
    pull = await shop.opens("taro")
    await shop.later(minutes=5)
    before = len(shop.github.deliveries)
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    for number in range(1200):
        await shop.shop.comment(pull, by="mona", body=f"Number {number}.")
    missed = shop.github.deliveries[before:]
    assert len(missed) == 1200
    shop.github.webhook_url = heard
    for asked in (500, 1000, 1200, 1200):
        await shop.later(minutes=5)
        assert sent_again(shop) == asked
    again = [one.guid for one in shop.github.deliveries if one.redelivery]
    assert again == [one.guid for one in missed]


async def test_a_merge_without_a_webhook_gets_one_prompt(shop: Scene) -> None:
    """GitHub's log lacks the delivery. The recount finds the merge on the branch within the hour."""
    first = await shop.opens("taro")
    second = await shop.opens("mona", "Fix overlapping booking slots")
    await shop.merges("taro", first)
    with untold(shop):
        await shop.merges("mona", second)
    assert prompts(shop, second) == 0
    await shop.later(hours=1)
    assert prompts(shop, second) == 1
    await shop.github.send("pull_request", events.pull(shop.shop, second, "closed", by="mona"))  # a late delivery
    await shop.idle()
    await shop.later(hours=1)
    assert prompts(shop, second) == 1
    assert (await shop.history()).count("awaiting") == 2


async def test_a_merge_that_was_missed_is_found_when_a_server_starts(shop: Scene) -> None:
    """After a restart its prompt does not wait for the hourly recount."""
    await shop.merges("taro", await shop.opens("taro"))
    pull = await shop.opens("mona")
    await shop.stop()
    shop.stage.skip(timedelta(minutes=1))
    with untold(shop):
        await shop.shop.merge(pull, by="mona")
    await shop.start()
    await shop.idle()
    assert await shop.awaiting() == [41, pull.number]


async def test_a_release_that_went_live_with_another_is_not_called(shop: Scene) -> None:
    """The merge before it had no webhook; the newer release brought it along, so nothing waits."""
    await shop.released("taro")
    first, second = await shop.opens("mona"), await shop.opens("hanako")
    with untold(shop):
        await shop.merges("mona", first)
    await shop.later(minutes=1)
    await shop.merges("hanako", second)
    await shop.says("hanako", "/unlock production its cool-down", on=second)
    await shop.says("hanako", "/deploy", on=second)
    await shop.ends(await shop.begins())
    await shop.later(hours=1)
    assert await shop.awaiting() == []
    assert prompts(shop, first) == 0
    said = "#42 Show prices with tax is already live: on production with #43. Nothing to do."
    (message,) = [one for one in shop.stage.channel.messages if one.text == said]
    assert shop.buttons(message) == []
    await shop.later(hours=2)
    assert shop.channel().count(said) == 1


async def test_a_release_live_in_two_environments_is_prompted_for_in_the_third_only(shop: Scene) -> None:
    """One message names all environments where it is live, without a mention; the prompt is about the others."""
    three = "".join(f"  {name}: {{workflow: deploy.yml}}\n" for name in ("api", "app", "web"))
    config = f"slack: {{channel: C024BE91L}}\nlanguage: ja\npeople: {{mona: U024BE7LH}}\nenvironments:\n{three}"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Three of them")
    await shop.merges("mona", await shop.opens("mona"))
    first, second = await shop.opens("mona"), await shop.opens("mona")
    with untold(shop):
        await shop.merges("mona", first)
    await shop.later(minutes=1)
    await shop.merges("mona", second)
    for name in ("api", "app"):
        await shop.types("mona", f"/deploy {name} #43")
        await shop.ends(await shop.begins())
    await shop.later(hours=1)
    said = (
        "#42「Show prices with tax」は、すでにデプロイ済みの変更に含まれています (api: #43、app: #43)。対応は不要です。"
    )
    assert said in shop.channel()
    (prompt,) = [text for text in shop.channel() if "`/deploy web #42`" in text]
    assert "`/deploy api" not in prompt


async def test_a_refused_delivery_is_tried_once_an_hour(shop: Scene) -> None:
    """Refused for a wrong secret, it succeeds once the secret is right; until then it is not requested every minute."""
    pull = await shop.opens("taro")
    app = shop.github.app
    shop.github.app = replace(app, webhook_secret="not the secret of this server")
    await shop.merges("taro", pull)
    for _ in range(11):
        await shop.later(minutes=5)
    assert sent_again(shop) == 0
    shop.github.app = app
    await shop.later(minutes=5)
    assert sent_again(shop) == 2  # the merge, and its push
    assert await shop.awaiting() == [pull.number]


async def test_a_failed_sweep_is_made_up_for(shop: Scene) -> None:
    """The sweep after a failed one begins where the last successful one ended."""
    pull = await shop.opens("taro")
    await shop.later(minutes=5)
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.merges("taro", pull)
    shop.github.webhook_url = heard
    shop.github.app = replace(shop.github.app, id=99)  # it knows no such App
    for _ in range(2):
        await shop.later(minutes=5)
    assert await shop.awaiting() == []
    for _ in range(2):  # past the full hour, when merges are counted by a token that still works
        await shop.later(minutes=5)
    assert sent_again(shop) == 0
    shop.github.app = replace(shop.github.app, id=4711)
    await shop.later(minutes=5)
    assert sent_again(shop) == 2  # the merge, and its push
    assert await shop.awaiting() == [pull.number]


async def test_a_delivery_too_old_to_be_sent_again_stops_nothing(shop: Scene) -> None:
    """GitHub refuses to send one again, and the next is requested."""

    def ages(seen: Exchange | Delivery) -> None:
        if isinstance(seen, Exchange) and seen.path == "/app/hook/deliveries":
            lost[0].at -= timedelta(days=4)
            shop.github.observers.remove(ages)

    await shop.idle()
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    pulls = [await shop.opens("taro"), await shop.opens("mona")]
    lost = shop.github.deliveries[-2:]
    shop.github.webhook_url = heard
    shop.github.observers.append(ages)
    await shop.later(minutes=5)
    assert [one.status for one in shop.calls("POST", "/attempts")] == [422, 202]
    assert shop.gate(pulls[1])


async def test_a_delivery_that_succeeded_once_is_not_sent_again(shop: Scene) -> None:
    """One succeeded, then failed when sent again by hand; the other failed, then succeeded: neither is missed."""
    await shop.opens("taro")
    taken = shop.github.deliveries[-1]
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.github.redeliver(taken.guid)
    await shop.opens("mona")
    lost = shop.github.deliveries[-1]
    shop.github.webhook_url = heard
    await shop.github.redeliver(lost.guid)
    through = [bool(one.status) for one in shop.github.deliveries if one.guid in (taken.guid, lost.guid)]
    assert through == [True, False, False, True]
    await shop.later(minutes=5)
    assert sent_again(shop) == 0


async def test_a_press_whose_delivery_failed_is_not_sent_again(shop: Scene) -> None:
    """The payload has no time of the press: an hour later it would count as new."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    report = shop.check(pull)
    assert report
    await shop.stop()
    shop.github.webhook_url = None
    await shop.shop.press(report, "deploy", by="taro")
    shop.stage.skip(timedelta(hours=1))
    await shop.start()
    await shop.idle()
    await shop.later(minutes=11)
    assert sent_again(shop) == 0
    assert shop.runs() == []


@pytest.mark.parametrize("told", [True, False])
async def test_a_restart_within_the_same_minute_finds_the_missed_deliveries_and_merges(shop: Scene, told: bool) -> None:
    """Failed deliveries are sent again, and a merge without a delivery is counted."""
    pull = await shop.opens("taro")
    heard = shop.github.webhook_url
    await shop.stop()
    if not told:
        shop.github.webhook_url = None
    await shop.shop.merge(pull, by="taro")
    shop.github.webhook_url = heard
    shop.stage.skip(timedelta(seconds=20))
    await shop.start()
    await shop.idle()
    assert await shop.awaiting() == [pull.number]
    assert shop.stands(pull)[:2] == ("neutral", "Ready for production")


async def test_each_start_within_a_minute_counts_the_merges(shop: Scene) -> None:
    """Three restarts, twenty seconds apart, each after a merge without a webhook."""
    merged = []
    for nth in range(3):
        pull = await shop.opens("taro", f"Change {nth}")
        await shop.stop()
        shop.github.webhook_url = None
        await shop.shop.merge(pull, by="taro")
        merged.append(pull.number)
        shop.stage.skip(timedelta(seconds=20))
        await shop.start()
        await shop.idle()
        assert await shop.awaiting() == merged


async def test_a_merge_commit_that_the_webhook_lacks_is_requested(shop: Scene) -> None:
    """Newer versions of GitHub's API leave the merge commit out of a pull request, in webhooks perhaps too."""
    shop.github.observers.clear()  # the published description is of the older version
    shop.github.newest_api = True
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    assert "merge_commit_sha" not in shop.github.deliveries[-2].payload["pull_request"]
    assert (await shop.awaiting(), prompts(shop, pull)) == ([pull.number], 1)
    await shop.says("taro", "/deploy", on=pull)
    assert (await shop.begins()).inputs["sha"] == pull.merge_commit_sha


@pytest.mark.parametrize("after", [1, 11])
async def test_a_merge_commit_that_github_does_not_show_yet_is_found_later(shop: Scene, after: int) -> None:
    """While GraphQL lacks it too, ghapp asks again for some minutes, then hourly."""
    shop.github.observers.clear()
    shop.github.newest_api = True
    pull = await shop.opens("taro")
    await shop.shop.merge(pull, by="taro")
    sha, pull.merge_commit_sha = pull.merge_commit_sha, None
    await shop.idle()
    assert prompts(shop, pull) == 0
    await shop.later(minutes=after)
    pull.merge_commit_sha = sha
    await shop.later(seconds=11)
    assert prompts(shop, pull) == (1 if after < 10 else 0)
    await shop.later(hours=1, minutes=1)
    assert (await shop.awaiting(), prompts(shop, pull)) == ([pull.number], 1)
