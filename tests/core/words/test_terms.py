"""One term for one thing, in each language; and no refusal without a next step."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import ghapp.core
from ghapp.core.commands import COMMANDS
from ghapp.core.commands.grammar import Mistake
from ghapp.core.config.model import Language
from ghapp.core.views import manual_text
from ghapp.core.words import WORDS
from ghapp.demo import words as demo

CORE = Path(ghapp.core.__file__).parent
ROOT = CORE.parents[1]
JAPANESE_LIMIT = 60
# the product's sentences, and those of its demo
SENTENCES = {
    language: {**WORDS[language], **{f"demo {code}": text for code, text in demo.WORDS[language].items()}}
    for language in WORDS
}
PLAIN = re.compile(r"`[^`]*`|\{\{|\}\}|\{\w+(?::[^}]*)?\}")

# a retired word, and the word in its place
RETIRED = {
    "en": {
        r"\bmend": "fix",
        r"\brests?\b|at rest": "has finished",
        r"way back\b": "previous version, rollback",
        r"by itself": "automatically, or on its own",
        r"[Nn]obody knows|is not known what": "outcome unknown",
        r"\b(is|are|be) told\b": "notified",
        r"\bI\b": "ghapp",
        r"[Ww]hoever": "people who can",
        r"\bmay not\b(?! be)|\bMay (deploy|unlock|roll)": "not allowed to",
        r"is releasing|was released|are released|releases with": "deploy",
        r"under way": "running",
        r"\bgate\b": "`ghapp/lock`",
        r"keeps (it|\{environment\}) locked": "locked by",
        r"[Ll]ook at (it|the|what)": "check",
        r"not before \{(?!until:clock\}\.$)": "free from … at the earliest",
        r"or better": "or higher",
    },
    "ja": {
        r"(?<!動き)出(す|せ|ます|ました|ません|ていま|るはず|たもの)": "デプロイ",
        r"リリース(中|済み|しま|する|元)": "デプロイ",
        r"本番": "稼働中",
        r"ロックを(外|取っ|取り|取ら)|外せる人|外すまで|外すには": "解除、取得",
        r"リリース停止期間": "デプロイ凍結",
        r"(?<!1つ)前の環境|1つ前のバージョン": "1つ前の環境",
        r"(?<!\()ロールバック": "切り戻し",
        r"実行: |作成: ": "実行者、作成者",
        r"(?<![りし見])直(す|して|され|る)": "修正する",
        r"何もして": "何も実行していません",
        r"(結果が|か)分かりません|分かっていません": "不明です",
        r"(ロック|中止|デプロイ|切り戻)し?しています|待っています|ロックしたまま": "〜中です",
        r"ゲート": "`ghapp/lock`",
        r"さん": "",
        r"チケット": "デプロイ番号",
        r"ghapp の管理者": "ghapp の運用者",
        r"この行(を|が)(使|入力)": "このコマンド",
        r"[（）]": "half-width brackets",
        r"\d (件|人|個|段|行|つ|分|時間|番)|\} (件|人|個|段|行目|分|番目|文字)": "no space before a counter",
    },
}
# a next step: a command line, a value that holds one, an act, or the sentence that there is none
STEP = {
    "en": re.compile(
        r"`/|\{(command|again|usage|line|lines|rule|setting|where|link|channel|repositories|environments|others|who)\b"
        r"|\b([Tt]ype|[Ff]ix|[Mm]erge|[Cc]heck|[Mm]ark|[Aa]sk|[Aa]dd|[Rr]un|[Uu]pgrade|[Oo]pen|[Ww]ait|[Pp]ress|[Ll]ist|[Rr]emove|[Ss]tart)\b"
        r"|deploy what should be live|show this to|roll back in CodeDeploy|Nothing to do|You will be notified"
        r"|can be used once|[Ff]reezes are set"
    ),
    "ja": re.compile(
        r"`/|\{(command|again|usage|line|lines|rule|setting|where|link|channel|repositories|environments|others|who)\b"
        r"|ください|対応は不要|お知らせします|ると使えるように|で設定され|すれば|で指定します"
        r"|に追加すると使え|に追加するまで"
    ),
}

# a sentence that another one always follows
FOLLOWED = {
    "checks_failed": "checks.failed.next",
    "released_since": "rollback_elsewhere.next",
    "rollback_elsewhere": "rollback_elsewhere.next",
    "rolled_back_already": "rolled_back_already.next",
}


def refusals() -> set[str]:
    """The codes that the product refuses with: each literal in a `Refusal`, a `Mistake` or a command's Spec."""
    made = {code for path in CORE.rglob("*.py") for code in _literals(ast.parse(path.read_text()))}
    return {code for code in made | {one for spec in COMMANDS.values() for one in spec.refusals} if code in WORDS["en"]}


def _literals(tree: ast.AST) -> Iterator[str]:
    made = {"Refusal", Mistake.__name__, "_wrong"}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in made and call.args:
            yield from (
                one.value
                for one in ast.walk(call.args[0])
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_sentence_has_a_retired_word(language: Language) -> None:
    """Nor has the prose of the page of commands. The list above names the word in a retired one's place."""
    retired, page = RETIRED[language], manual_text.TEXTS[language]
    prose = {"page": page.head, **{f"who can {word}": who[language] for word, who in manual_text.WHO.items()}}
    found = [
        f"{code}: {pattern} -> {better}"
        for code, sentence in (*SENTENCES[language].items(), *prose.items())
        for pattern, better in retired.items()
        if re.search(pattern, PLAIN.sub(lambda one: one[0] if one[0].startswith("{") else "", sentence))
    ]
    assert found == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_refusal_has_a_next_step_or_says_that_there_is_none(language: Language) -> None:
    """The codes are read from the code that refuses, so a new refusal is held to it, too."""
    codes = refusals()
    assert len(codes) > 60
    assert [
        code for code in sorted(codes) if not STEP[language].search(WORDS[language][FOLLOWED.get(code, code)])
    ] == []


def test_a_reader_learns_once_that_a_rollback_is_meant() -> None:
    """In sentences it is 切り戻し; `/help` and each Japanese page name the loan word beside it."""
    assert [code for code, sentence in WORDS["ja"].items() if "ロールバック" in sentence] == ["help.rollback"]
    pages = [(ROOT / page).read_text() for page in ("README.ja.md", "docs/commands.ja.md")]
    assert [page.count("ロールバック") for page in pages] == [1, 1]
    assert all("切り戻す (ロールバック)" in page for page in pages)


def test_no_japanese_sentence_runs_on() -> None:
    """At most 60 characters without a full stop, a value, a quoted line or a quoted English name counted as one."""
    parts = {
        code: [
            part
            for part in re.split(r"[。?\n]|: ", re.sub(r"「[ -~]+」", "…", PLAIN.sub("…", sentence)))
            if len(part) > JAPANESE_LIMIT
        ]
        for code, sentence in SENTENCES["ja"].items()
    }
    assert {code: part for code, part in parts.items() if part} == {}


def test_a_japanese_bracket_stands_after_one_space() -> None:
    """Half-width, so that a bracket takes the same room in each place."""
    tight = re.compile(r"[^\s「」*(\[]\(")
    assert [code for code, sentence in SENTENCES["ja"].items() if tight.search(PLAIN.sub("…", sentence))] == []


def test_no_japanese_text_touches_an_address() -> None:
    """GitHub and Slack end a bare address at the next blank, so the sentence's own words would become a part of it."""
    tight = re.compile(r"\{(?:url|where):raw\}(?! |$)")
    runs = re.compile(r"\{name:raw\}(?! |$)")  # of the runs of a deploy
    assert [
        code
        for code, sentence in WORDS["ja"].items()
        if tight.search(sentence) or (code.startswith("dispatch.") and runs.search(sentence))
    ] == []


def test_the_placeholders_are_the_same_in_both_languages() -> None:
    """In the same form: a code stays code, a mention a mention."""

    def fields(sentence: str) -> set[tuple[str, str | None]]:
        return {(name, form) for _, name, form, _ in string.Formatter().parse(sentence) if name}

    differ = [code for code, text in SENTENCES["en"].items() if fields(text) != fields(SENTENCES["ja"][code])]
    assert differ == []
