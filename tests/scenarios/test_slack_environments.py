"""One message a release for all its environments: each has its lines, its buttons and its thread."""

import asyncio
import re
from datetime import timedelta

import pytest

from ghapp import settings
from ghapp.assembly import Spans, assemble
from ghapp.demo.slack import Drop, Error, Fault, Hold
from tests.scenarios.scene import Scene

CONFIG = """\
slack: {channel: C024BE91L}
timezone: Asia/Tokyo
people: {mona: U024BE7LH, taro: U024BE7TA, hanako: U024BE7HA}
environments:
  api: {workflow: deploy.yml}
  web: {workflow: deploy.yml}
"""


async def two_of_them(shop: Scene, config: str = CONFIG) -> None:
    """A repository with two environments that share a channel."""
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Two of them")


async def merged(shop: Scene, who: str = "mona", title: str = "Fix totals") -> None:
    """A merged pull request."""
    await shop.merges(who, await shop.opens(who, title))


async def live(shop: Scene, number: int, environment: str, who: str = "mona") -> None:
    """Releases it by its button, to the end."""
    await shop.clicks(who, "deploy", on=f"#{number}", of=f"/{environment}/")
    await shop.ends(await shop.begins())


async def test_one_message_shows_each_environment(shop: Scene) -> None:
    """The mention and the title are there once; each line to type has its buttons below."""
    await two_of_them(shop)
    await merged(shop)
    (prompt,) = shop.channel()
    assert prompt.splitlines() == [
        "<@U024BE7LH> ready to deploy :rocket:",
        "Fix totals (#41 by mona)",
        "`/deploy api #41`",
        "api is free.",
        "`/deploy web #41`",
        "web is free.",
    ]
    assert shop.buttons("#41") == ["Deploy to api", "Skip", "Deploy to web", "Skip"]
    assert len(shop.message("#41").blocks) == 4


async def test_each_environment_of_a_message_changes_separately(shop: Scene) -> None:
    """Any environment's change edits the same message, and each has its own answer in the thread."""
    await two_of_them(shop)
    await merged(shop)
    await live(shop, 41, "web")
    (told,) = shop.channel()
    lines = told.splitlines()
    assert lines[:2] == ["<@U024BE7LH> ready to deploy :rocket:", "Fix totals (#41 by mona)"]
    assert ":white_check_mark: #41 is live on web (web-1, by mona)." in lines
    assert shop.buttons("#41") == ["Deploy to api", "Skip", "Looks good, next"]
    await shop.clicks("mona", "skip", on="#41", of="/api/")
    assert shop.channel()[0].startswith("#41 was skipped by mona:")
    await live(shop, 41, "api")
    assert shop.channel()[0].startswith(
        ":white_check_mark: #41 is live on api (api-1, by mona).\nFix totals (#41 by mona)"
    )
    assert [answer.splitlines()[0].split(", as ")[1] for answer in shop.thread("#41")] == ["web-1", "api-1"]
    assert len(shop.channel()) == 1


async def test_environments_with_different_channels_have_separate_messages(shop: Scene) -> None:
    """No channel shows another's environments."""
    shop.slack.add_channel("C0WEB0000", "web")
    await two_of_them(shop, CONFIG.replace("web: {", "web: {slack: {channel: C0WEB0000}, "))
    await merged(shop)
    (prompt,) = shop.channel()
    assert re.findall(r"/deploy (\w+)", prompt) == ["api"]
    (other,) = shop.slack.channels["C0WEB0000"].messages
    assert re.findall(r"/deploy (\w+)", other.text) == ["web"]


async def test_a_change_during_an_edit_is_published_after_it(shop: Scene) -> None:
    """No older state stays: another environment changes while the edit is under way."""
    await two_of_them(shop)
    await merged(shop)
    held = asyncio.Event()
    fault = Fault("chat.update", Hold(held))
    shop.slack.faults.append(fault)
    async with shop.at_work():
        await shop.slack.press("C024BE91L", "U024BE7LH", shop.message("#41"), "skip", "/api/")
        await shop.slack.until(lambda: not fault.times)
        await shop.slack.type("C024BE91L", "U024BE7TA", "/deploy web #41")
        await shop.github.until(lambda: len(shop.runs()) == 1)
        held.set()
        await shop.slack.until(lambda: shop.buttons("#41") == ["Deploy to api", "Cancel"])
    told = shop.channel()[0]
    assert "#41 was skipped by mona:" in told
    assert "Deploying #41 to web (web-1, by taro)." in told
    assert len(shop.channel()) == 1


@pytest.mark.parametrize("releases", [5, pytest.param(80, marks=pytest.mark.soak)])
async def test_two_servers_at_once_post_one_message(shop: Scene, releases: int) -> None:
    """Either server takes either environment, at any time."""
    await two_of_them(shop, CONFIG.replace("deploy.yml", "deploy.yml, turn: 24h, remind: 24h"))
    loaded = settings.load(await shop.environ(), dotenv=None)
    async with assemble(loaded, clock=shop.stage.clock, spans=Spans(a_message_takes=0)) as other:
        assert shop._components
        for number in range(1, releases + 1):
            shop.stage.skip(timedelta(seconds=30))  # GitHub limits calls by the minute
            await shop.shop.merge(await shop.shop.open_pull("mona", "Fix totals"), by="mona")
            await shop.github.settled()
            await asyncio.gather(shop._components.worker.drain(), other.worker.drain())
            assert len(shop.channel()) == number
            assert shop.channel()[-1].count("/deploy ") == 2


async def test_a_message_whose_answer_was_lost_is_found_by_the_next_teller(shop: Scene) -> None:
    """The former teller is unreadable now: the next one takes over the message that exists."""
    await two_of_them(shop)
    shop.slack.faults.append(Fault("chat.postMessage", Drop.AFTER))
    await merged(shop)
    await shop.later(seconds=30)
    assert len(shop.channel()) == 1
    await shop.overwrite_document(b'{"v":99}', name="api")
    shop.slack.faults.append(Fault("conversations.history", Error("missing_scope"), times=99))
    await shop.types("mona", "/deploy web #41")
    (told,) = shop.channel()
    assert told.startswith(":hourglass_flowing_sand: Deploying #41 to web (web-1, by mona).")


async def test_the_notes_on_messages_are_only_a_cache(shop: Scene) -> None:
    """The server crashed between the post and its note: message and answers are found by their marks."""
    await two_of_them(shop)
    await merged(shop)
    await live(shop, 41, "web")
    await shop.forget_what_was_shown()
    await shop.types("mona", "/ghapp unlock web")
    await shop.clicks("mona", "deploy", on="#41", of="/api/")
    assert [text.startswith("🔓") for text in shop.channel()] == [False, True]
    assert len(shop.thread("#41")) == 2
    assert "14:12 JST" not in shop.thread("#41")[0]


async def test_a_message_that_somebody_deleted_is_posted_anew(shop: Scene) -> None:
    """A message that still asks for something is posted again, without a warning; one that only reports is not."""
    await merged(shop, title="First")
    await merged(shop, title="Second")
    await live(shop, 41, "production")
    shop.stage.channel.messages.clear()
    await shop.types("mona", "/ghapp unlock production")
    assert sorted(one.split("\n")[0] for one in shop.channel()) == [
        "<@U024BE7LH> production is free, your turn.",
        "<@U024BE7LH> ready to deploy :rocket:",
        "🔓 production became free. Unlocked by mona.",
    ]
    assert shop.replies(shop.shop.pulls[42]) == []


async def test_a_message_that_slack_refuses_is_a_comment_for_each_environment(shop: Scene) -> None:
    """Slack takes nothing: each prompt is a comment on the pull request, and the reason is given once."""
    await two_of_them(shop)
    shop.slack.faults.append(Fault("chat.postMessage", Error("is_archived"), times=99))
    pull = await shop.opens("mona", "Fix totals")
    await shop.merges("mona", pull)
    assert [re.findall(r"/deploy (\w+)", reply) for reply in shop.replies(pull)] == [["api"], ["web"]]
    assert sum("is_archived" in reply for reply in shop.replies(pull)) == 1


async def test_the_message_of_a_replaced_release_has_no_buttons(shop: Scene) -> None:
    """The next release is live: the previous one's message and thread show no button."""
    for title in ("First", "Second", "Third"):
        await merged(shop, title=title)
    await live(shop, 41, "production")
    assert shop.buttons("#41") == [*shop.buttons(shop.answers("#41")[0])] == ["Looks good, next"]
    await shop.later(minutes=31)
    await live(shop, 42, "production")
    first = shop.message("#41")
    assert first.text == "#41 was live on production 13:42–14:13 JST, replaced by #42.\nFirst (#41 by mona)"
    assert shop.buttons(first) == []
    (steps,) = shop.answers("#41")
    assert shop.buttons(steps) == []
    assert steps.text.splitlines()[-1] == "13:42 JST live"
    assert shop.buttons("#42") == ["Roll back", "Looks good, next"]


async def test_the_message_of_a_release_that_another_brought_has_no_buttons(shop: Scene) -> None:
    """A release that another brought along: its message no longer offers `/deploy`."""
    await merged(shop, title="First")
    await merged(shop, title="Second")
    await live(shop, 42, "production")
    assert shop.channel()[0].startswith(":white_check_mark: #41 went live on production with #42")
    assert shop.buttons("#41") == []
    await shop.later(minutes=31)
    await merged(shop, title="Third")
    await live(shop, 43, "production")
    assert shop.channel()[0].startswith("#41 was live on production 13:42–14:13 JST, replaced by #43.")


async def test_messages_beyond_the_time_limit_are_published_later(shop: Scene) -> None:
    """Publishing stops after too long, and the rest is published later with the state of that moment."""
    for _ in range(2):
        await merged(shop)
    assert shop._components
    places = shop._components.worker.reconcile.publisher.slack
    assert places
    places.at_once = -1.0
    await shop.types("mona", "/ghapp lock production 1h migrating")
    assert not any("locked" in text for text in shop.channel()[:2])
    places.at_once = 45.0
    await shop.later(seconds=11)
    assert all("production is locked" in text for text in shop.channel()[:2])


async def test_a_rollback_waits_for_no_further_message_to_slack(shop: Scene) -> None:
    """Slack takes one message a second, and many may be due: after the one that is on its way, the rollback begins."""
    await shop.released("taro", "First")
    await shop.later(minutes=31)
    pull = await shop.released("taro", "Second")
    await shop.later(minutes=61)
    for number in range(3):
        await shop.shop.merge(await shop.shop.open_pull("hanako", f"Number {number}"), by="hanako")
    on_its_way, next_one = asyncio.Event(), asyncio.Event()
    posts = [Fault("chat.postMessage", Hold(held)) for held in (on_its_way, next_one)]
    shop.slack.faults += posts
    runs = len(shop.runs())
    async with shop.at_work():
        await shop.slack.until(lambda: posts[0].times == 0, 10)
        command = await shop.shop.comment(pull, by="taro", body="/rollback")
        await shop.github.until(lambda: "rocket" in {face for _, face in command.reactions}, 10)
        on_its_way.set()
        await shop.github.until(lambda: len(shop.runs()) > runs, 5)
        next_one.set()
    await shop.later(seconds=30)
    assert [text.split()[1] for text in shop.channel() if "is merged" in text] == ["#43", "#44", "#45"]
