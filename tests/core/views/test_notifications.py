"""The first words of a Slack message, which a phone shows before it is opened."""

from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Config, Language
from ghapp.core.model.decision import Notice
from ghapp.core.model.published import Message
from ghapp.core.views import call, slack
from ghapp.core.views.slack_blocks import SECTION_LIMIT, name_repository
from tests.core.build import LANGUAGES, NOON, Production, config, environment, live, pull, release
from tests.core.everywhere import WEB, in_language, phone

CHANNEL = "C024BE91L"
LOGINS = {"mona": "U024BE7LH", "taro": "U024BE7TA", "hanako": "U024BE7HA"}


def shop(**more: Any) -> Production:
    """With a channel, and everybody in Slack; #41 is live."""
    own = config(channel=CHANNEL, people=LOGINS)
    return Production(environment(config=own, live=live(41), earlier=(live(40),), **more))


def prompt(production: Production, language: Language, number: int = 42) -> str:
    """How a phone shows the message of a release."""
    told = slack.prompt([in_language(production.environment, language)], number, web=WEB, now=production.now)
    assert told
    return phone(told)


def posted(notices: tuple[Notice, ...], language: Language) -> str:
    """How it shows the newest notice in the channel."""
    public = [one for one in notices if one.destination.channel]
    spoken = replace(public[-1].config, language=language, people=LOGINS)
    return phone(slack.notice(replace(public[-1], config=spoken), now=NOON))


def section(message: Message) -> str:
    """The first text of a message that is opened."""
    block: Any = message.blocks[0]
    return str(block["text"]["text"])


@pytest.mark.parametrize(
    ("language", "free", "locked", "under_way", "turn"),
    [
        (
            "en",
            "@mona ready to deploy :rocket:",
            "@hanako #44 is merged, but production is locked.",
            ":hourglass_flowing_sand: Deploying #42 to production (prod",
            "@hanako production is free, your turn.",
        ),
        (
            "ja",
            "@mona デプロイしてね :rocket:",
            "@hanako #44 はマージ済みですが、production はロック中です。",
            ":hourglass_flowing_sand: #42 を production にデプロイ中です (product",
            "@hanako お待たせしました。production が空きました。",
        ),
    ],
)
def test_a_release_begins_with_its_person_and_their_task(
    language: Language, free: str, locked: str, under_way: str, turn: str
) -> None:
    """Prompt, lock, deploy, and the call of the next one."""
    production = shop()
    production.merges(42)
    assert prompt(production, language).split("\n")[0] == free
    production.says("mona", "/deploy")
    production.merges(44)
    assert prompt(production, language, 44).split("\n")[0] == locked
    assert prompt(production, language).startswith(under_way)
    production.starts()
    production.sees("succeeded")
    production.later(minutes=31)
    production.ticks()
    (asked,) = call.calls(production.environment, production.now)
    told = call.message(in_language(production.environment, language), asked, now=production.now)
    assert phone(told).split("\n")[0] == turn


@pytest.mark.parametrize(
    ("language", "locked", "unlocked", "cancelled", "failed", "back"),
    [
        (
            "en",
            "🔒 taro has locked production until 14:42 JST: migrating.",
            "🔓 @taro production became free. mona ended your lock on prod",
            "⏹ @mona production-1 (#42) was cancelled by taro before its",
            "@mona Deploy of #42 to production failed (production-2)",
            "@mona @hanako production was rolled back to #41 (production-",
        ),
        (
            "ja",
            "🔒 taro が production を 14:42 JST までロックしました: migrating。",
            "🔓 @taro production が空きました。production のロックを mona が解除しました: ",
            "⏹ @mona production-1 (#42) は、実行が始まる前に taro が中止しました。",
            "@mona #42 の production へのデプロイは失敗しました (production-2)。何もデプロイ",
            "@mona @hanako production を #41 に切り戻しました (production-3)。#42 は",
        ),
    ],
)
def test_a_notice_begins_with_its_person_and_what_happened(
    language: Language, locked: str, unlocked: str, cancelled: str, failed: str, back: str
) -> None:
    """Lock, its end by another person, cancel, failure, rollback."""
    production = shop()
    production.roles["taro"] = "admin"
    production.merges(42)
    assert posted(production.says("taro", "/lock production migrating").notices, language).startswith(locked)
    assert posted(production.says("mona", "/unlock production done").notices, language).startswith(unlocked)
    production.says("mona", "/deploy")
    assert posted(production.says("taro", "/cancel").notices, language).startswith(cancelled)
    production.says("mona", "/deploy")
    production.starts()
    assert posted(production.sees("failed").notices, language).startswith(failed)
    production.says("mona", "/rollback")
    production.starts()
    assert posted(production.sees("succeeded").notices, language).startswith(back)


@pytest.mark.parametrize(
    ("language", "first", "others"),
    [
        (
            "en",
            "@mona @hanako person-0 production was rolled back to #41 (pro",
            "It also concerns person-1 person-2 person-3.",
        ),
        (
            "ja",
            "@mona @hanako person-0 production を #41 に切り戻しました (production-",
            "person-1 person-2 person-3 にも関係があります。",
        ),
    ],
)
def test_of_many_people_three_come_before_what_happened(language: Language, first: str, others: str) -> None:
    """The others are mentioned below, so that a phone shows more than names."""
    crowd = (replace(pull(40), number=100 + number, author=f"person-{number}") for number in range(4))
    production = shop()
    served = replace(live(42), releases=tuple(replace(release(40), pull=one) for one in crowd))
    before = replace(production.environment, live=served, earlier=(live(41),))
    production.environments["production"] = before
    production.says("mona", "/rollback")
    production.starts()
    notices = production.sees("succeeded").notices
    assert posted(notices, language) == first[:60]
    spoken = replace(notices[-1].config, language=language)
    assert slack.notice(replace(notices[-1], config=spoken), now=NOON).text.split("\n")[1] == others


@pytest.mark.parametrize(
    ("language", "first"), [("en", "@mona ready to deploy :rocket:"), ("ja", "@mona デプロイしてね :rocket:")]
)
def test_in_a_shared_channel_the_repository_follows(language: Language, first: str) -> None:
    """In the notification and in the message: the person's line, then the repository's."""
    production = shop()
    production.merges(42)
    spoken = in_language(production.environment, language)
    told = slack.prompt([spoken], 42, web=WEB, now=production.now)
    assert told
    named = name_repository(told, "acme/shop")
    assert phone(named).split("\n")[:2] == [first, "acme/shop"]
    assert section(named).split("\n")[1] == "acme/shop"
    assert named.text.split("\n")[2:] == name_repository(told, "acme/shop", answers=True).text.split("\n")[1:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_several_environments_the_one_that_asks_comes_first(language: Language) -> None:
    """In the notification; the message keeps the order of the file."""
    production = shop()
    production.merges(42)
    production.says("mona", "/deploy")
    staging = replace(shop().environment, name="staging", awaiting=production.environment.awaiting)
    production.environments["staging"] = staging
    production.config = Config(sha="c" * 40, environments={"production": staging.config, "staging": staging.config})
    both = [in_language(one, language) for one in (production.environment, staging)]
    told = slack.prompt(both, 42, web=WEB, now=production.now)
    assert told
    assert phone(told).startswith("@mona ")
    assert section(told).startswith(":hourglass_flowing_sand:")


def test_the_longest_notification_is_bounded() -> None:
    """With the longest title and the most people, and with the repository's name."""
    long = Message("x" * 10_000, ())
    assert len(name_repository(long, f"{'o' * 39}/{'r' * 100}").text) == SECTION_LIMIT
