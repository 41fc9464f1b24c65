"""The agreed sentences, word for word, in both languages."""

import string
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ghapp.core.handlers.undecided import gate_refused
from ghapp.core.model.decision import Notice
from ghapp.core.model.environment import Environment
from ghapp.core.views import call, comment, gate, slack
from ghapp.core.views.markup import GitHub, Plain
from ghapp.core.views.markup import Slack as SlackMarkup
from ghapp.core.words import WORDS, Voice, cut, duration, nth, seen
from tests.core.build import NOON, Production, config, environment, in_japanese, live, release

WEB = "https://github.com"
CHANGES = f"{WEB}/acme/shop/compare/{'29' * 20}...{'2a' * 20}"


def free() -> Environment:
    """#41 is live; #40 and #42 wait."""
    return environment(live=live(41), awaiting=(release(40), release(42)))


def locked() -> Environment:
    """taro is releasing #41; #40 and #42 wait."""
    production = Production(environment())
    for number in (40, 41, 42):
        production.merges(number)
    assert not production.says("taro", "/deploy", on=41).refusal
    taken = production.environment
    assert taken.deployment
    alone = replace(taken.deployment, grant=replace(taken.deployment.grant, along=()))
    return replace(taken, deployment=alone)


def test_prompt_when_free_in_english() -> None:
    """The merger is mentioned, with the command, the live release, the releases that ship along, and the changes."""
    message = slack.prompt([free()], 42, web=WEB, now=NOON)
    assert message
    assert message.text == (
        "<@U024BE7LH> ready to deploy :rocket:\n"
        "Fix overlapping booking slots (#42 by hanako)\n"
        "`/deploy production #42`\n"
        f"production is free and runs #41. #40 (taro) ships with it · <{CHANGES}|View changes>"
    )


def test_prompt_when_free_in_japanese() -> None:
    """In the style of a Japanese engineer."""
    message = slack.prompt([in_japanese(free())], 42, web=WEB, now=NOON)
    assert message
    assert message.text == (
        "<@U024BE7LH> デプロイしてね :rocket:\n予約枠の重複チェックを修正 (#42、作成者: hanako)\n"
        "`/deploy production #42`\nproduction は空いています。現在は #41 が稼働中です。"
        f"#40 (taro) も一緒にデプロイされます · <{CHANGES}|差分を見る>"
    )


def test_prompt_when_locked_in_english() -> None:
    """The holder, the release, the earliest time, and the place in line."""
    message = slack.prompt([locked()], 42, web=WEB, now=NOON)
    assert message
    assert message.text == (
        "<@U024BE7LH> #42 is merged, but production is locked.\ntaro is deploying #41. Next deploy: not before 14:05 "
        "JST.\n2nd in line. You will be mentioned when it is your turn."
    )


def test_prompt_when_locked_in_japanese() -> None:
    message = slack.prompt([in_japanese(locked())], 42, web=WEB, now=NOON)
    assert message
    assert message.text == (
        "<@U024BE7LH> #42 はマージ済みですが、production はロック中です。\ntaro が #41 をデプロイ中です。"
        "次にデプロイできるのは 14:05 JST 以降です。\n順番待ちの2番目です。順番が来たらメンションします。"
    )


def refusal(language: str, *, cooldown: bool = False) -> Notice:
    """mona types `/deploy` while taro's #41 holds production."""
    production = Production(environment(config=config(language=language)))
    production.merges(41)
    production.says("taro", "/deploy", on=41)
    if cooldown:
        production.starts()
        production.sees("succeeded")
    production.merges(42)
    (notice,) = production.says("mona", "/deploy").notices
    return notice


def body(notice: Notice) -> list[str]:
    """The comment without its marker."""
    *lines, blank, marker = comment.notice(notice, now=NOON).split("\n")
    assert blank == ""
    assert marker.startswith("<!-- ghapp:notice ")
    return lines


def test_refused_because_locked_in_english() -> None:
    """Effect, reason, end, and the place in line."""
    assert body(refusal("en")) == [
        "⏳ **Not deployed.** @taro is deploying #41 to production; it should be free from 14:05 JST (about 23 min).",
        "You are 1st in line and will be mentioned.",
        "Urgent? Ask @taro to `/cancel production`",
    ]


def test_refused_because_locked_in_japanese() -> None:
    assert body(refusal("ja")) == [
        "⏳ **デプロイは開始していません。** production は @taro が #41 をデプロイ中で、"
        "14:05 JST 以降に空く予定です (あと約23分)。",
        "順番待ちの1番目に入れました。空いたらお知らせします。",
        "急ぐときは @taro に相談してください (`/cancel production`)",
    ]


def test_refused_during_the_cooldown_names_unlock() -> None:
    """During the cool-down there is a command, of which the holder is notified."""
    assert body(refusal("en", cooldown=True))[-1] == "Urgent? `/unlock production <reason>` (@taro will be notified)"
    assert body(refusal("ja", cooldown=True))[-1] == "急ぐときは `/unlock production <理由>` (@taro に通知されます)"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "<@U024BE7LH> production is free, your turn.",
                "`/deploy production #42` Fix overlapping booking slots",
                "Next: hanako (#44).",
            ],
        ),
        (
            "ja",
            [
                "<@U024BE7LH> お待たせしました。production が空きました。",
                "`/deploy production #42` Fix overlapping booking slots",
                "次は hanako (#44) です。",
            ],
        ),
    ],
)
def test_the_call_when_the_environment_is_free_again(language: str, lines: list[str]) -> None:
    """The first in line is mentioned, with the command and the next in line."""
    production = Production(environment(config=config(language=language)))
    production.releases(41, "taro")
    production.merges(42)
    production.merges(44)
    production.later(minutes=23)
    production.ticks()
    (one,) = call.calls(production.environment, production.now)
    assert call.message(production.environment, one, now=production.now).text.split("\n") == lines


def test_the_sentences_of_the_gate() -> None:
    """The commit status names actor, release and earliest time, within GitHub's 140 characters."""
    painted = gate.render([locked()], gate.Change(base="main"), NOON)
    assert painted == gate.Gate(
        "pending", "production: #41 is being deployed (taro); free from 14:05 JST at the earliest"
    )
    painted = gate.render([in_japanese(locked())], gate.Change(base="main"), NOON)
    assert painted == gate.Gate("pending", "production: #41 をデプロイ中 (taro)。14:05 JST 以降に空く予定")
    assert gate.render([free()], gate.Change(base="main"), NOON) == gate.Gate("success", "Free to merge")
    assert gate.render([in_japanese(free())], gate.Change(base="main"), NOON) == gate.Gate("success", "マージできます")
    assert gate.render([free()], gate.Change(base="side"), NOON) is None


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_gate_shows_the_end_with_names_of_any_length(language: Any) -> None:
    """The environment's name is cut, but stays distinguishable from others."""
    name = "production-of-the-booking-service-in-the-region-of-tokyo-and-osaka"[:64]
    login = "a-login-of-thirty-nine-characters-as-ok"
    long = replace(locked(), name=name, config=config(language=language))
    assert long.deployment
    long = replace(long, deployment=replace(long.deployment, grant=replace(long.deployment.grant, actor=login)))
    shown = gate.render([long], gate.Change(base="main"), NOON - timedelta(days=1))
    assert shown
    assert len(shown.description) <= 140
    if language == "ja":
        assert shown.description == f"{name[:58]}…: #41 をデプロイ中 ({login})。11/23(月) 14:05 JST 以降に空く予定"
        return
    assert shown.description == (
        f"production-of-the-booking-…: #41 is being deployed ({login}); free from 2026-11-23 14:05 JST at the earliest"
    )


@pytest.mark.parametrize(
    ("language", "shown", "plain"),
    [
        (
            "en",
            "production: locked by taro until 14:42 JST: \ufffd migrating \ufffd田",
            "production: locked by taro until 14:42 JST: see /status for the reason",
        ),
        (
            "ja",
            "production: taro がロック中 (14:42 JST まで): � migrating �田",
            "production: taro がロック中 (14:42 JST まで): 理由は /status で確認してください",
        ),
    ],
)
def test_the_gate_contains_only_characters_that_github_accepts(language: Any, shown: str, plain: str) -> None:
    """A character of four bytes is replaced; if GitHub refuses another one, the text leaves people's words out."""
    production = Production(environment(config=config(language=language)))
    production.merges(41)
    production.says("taro", "/lock production 1h 🚀👩‍🚀 migrating 𠮷田", on=41)
    held = gate.render([production.environment], gate.Change(base="main"), production.now)
    assert held
    assert (held.description, held.plain) == (shown, plain)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "GitHub does not accept the status `ghapp/lock` for this pull request: `422`. It may show an old state, "
            "so do not rely on it to merge; see `/status` for the current state. ghapp keeps trying.",
        ),
        (
            "ja",
            "GitHub がこのプルリクエストのステータス `ghapp/lock` を受け付けません: `422`。"
            "古い状態が表示されている可能性があるため、表示だけを頼りにマージせず、`/status` で状況を確認してください。"
            "引き続き再試行します。",
        ),
    ],
)
def test_the_sentence_for_a_gate_that_github_refuses(language: Any, told: str) -> None:
    """The shown state may be old: the comment warns of merging by it, and names `/status` instead."""
    refusal = gate_refused("422")
    assert Voice(language, "UTC", GitHub(), NOON).say(refusal.code, refusal.values) == told


@pytest.mark.parametrize(
    ("hours", "english", "japanese"),
    [
        (0, "13:42 JST", "13:42 JST"),
        (43.3, "2026-11-25 09:00 JST", "11/25(水) 09:00 JST"),
        (-24, "2026-11-22 13:42 JST", "11/22(日) 13:42 JST"),
        (24 * 42, "2027-01-04 13:42 JST", "2027/1/4(月) 13:42 JST"),
    ],
)
def test_a_time_on_another_day_has_its_date(hours: float, english: str, japanese: str) -> None:
    """With the day of the week in Japanese, and the year if it is another one."""
    until = NOON + timedelta(hours=hours)
    for language, shown in (("en", english), ("ja", japanese)):
        spoken = config(language=language)
        there = replace(live(41), live_since=until)
        (notice,) = Production(environment(config=spoken, live=there)).says("mona", "/status").notices
        assert f" {shown}." in body(notice)[0] or f"({shown} から)" in body(notice)[0]


def placeholders(template: str) -> set[str]:
    """The placeholders of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_sentence_exists_in_every_language_with_the_same_placeholders() -> None:
    """A language is complete or absent."""
    english = {code: placeholders(text) for code, text in WORDS["en"].items()}
    for words in WORDS.values():
        assert {code: placeholders(text) for code, text in words.items()} == english


@pytest.mark.parametrize(
    ("minutes", "english", "japanese"),
    [(0, "1 min", "1分"), (23, "23 min", "23分"), (60, "1 h", "1時間"), (90, "1 h 30 min", "1時間30分")],
)
def test_durations(minutes: int, english: str, japanese: str) -> None:
    """To the minute, rounded up, never zero."""
    assert duration(timedelta(minutes=minutes, seconds=-1), "en") == english
    assert duration(timedelta(minutes=minutes, seconds=-1), "ja") == japanese


def test_ranks() -> None:
    """1st, 2nd, 3rd, 4th, and the teens."""
    assert [nth(rank, "en") for rank in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th")
    ]


def test_the_gate_shows_the_date_of_another_day() -> None:
    """A time that is not today in the repository's zone has its date."""
    tomorrow: Any = replace(locked(), cooldown_until=NOON + timedelta(days=1))
    painted = gate.render([tomorrow], gate.Change(base="main"), NOON)
    assert painted
    assert painted.description.endswith("free from 2026-11-24 13:42 JST at the earliest")


@pytest.mark.parametrize("sign", "\u202e\u202d\u2066\u2069\u200f\u061c\u200b\ufeff\u00ad\x00\x1b\x9b")
def test_invisible_characters_are_replaced_by_their_names(sign: str) -> None:
    """A title, a branch or a reason cannot hide text or reverse the text beside it."""
    named = f"[U+{ord(sign):04X}]"
    assert cut(f"fix{sign}gnp.exe", 150) == f"fix{named}gnp.exe"
    for markup in (GitHub(), SlackMarkup({}), Plain()):
        voice = Voice("en", "Asia/Tokyo", markup, NOON)
        for form in ("", "name", "names", "title", "why", "code"):
            said = voice.format_field([sign] if form == "names" else f"a{sign}b", form)
            assert sign not in said
            assert f"U+{ord(sign):04X}" in said


@pytest.mark.parametrize("text", ["👩\u200d💻 のリリース", "v1.2 — naïve façade", "税込価格\u3000を表示", "नमस्\u200dते"])
def test_visible_characters_are_not_changed(text: str) -> None:
    """Joined emoji, and every script."""
    assert seen(text) == text


def test_titles_are_one_line_and_cut() -> None:
    """A title takes one line of bounded length, with any content."""
    assert cut("a\nb\tc", 10) == "a b c"
    assert len(cut("x" * 500, 150)) == 150
