"""The demo speaks one language at a time: its table has every sentence in both, and its page has none of its own."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

import ghapp.cli.demo
import ghapp.demo
from ghapp.demo import faults
from ghapp.demo.arguments import Kind
from ghapp.demo.github.state import Conclusion
from ghapp.demo.page import ASSETS, TEMPLATE
from ghapp.demo.stage import ZONE
from ghapp.demo.words import WORDS, Language, clock, dated

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# two words beside each other, which no command, name or address is
ENGLISH = re.compile(r"(?<![\w/.@#-])[A-Za-z][a-z']+ [a-z]{2,}\b(?![/=-])")
COMMANDS = re.compile(r"`[^`]*`|/(?:deploy|ghapp) \w+")
# the same in both languages
NAMES = {"Slack", "GitHub", "bot", "#{number} {state}: {description}", "{name}、#{pull}、{kind}: {result}"}

SCRIPTS = {path.name: path.read_text() for path in ASSETS.glob("*.js")}
CLASSES = {
    *re.findall(r"\.([a-z][\w-]*)", "".join(path.read_text() for path in ASSETS.glob("*.css"))),
    *("wide", "still"),
}
# the languages in their own words, a file's name, and commands
UNTRANSLATED = {"English", "日本語", ".github/ghapp.yml", "ghapp setup", "ghapp init"}
SHOWN = {"title", "placeholder", "aria-label", "alt"}
COUNTS = set(re.findall(r'(?:figure|zero)\("(\w+)"', SCRIPTS["trouble.js"] + SCRIPTS["end.js"]))
# codes that are put together: of what, and of which
VALUES = {
    "state": {"pending", "queued", "waiting", "in_progress", *get_args(Conclusion)},
    "error.argument": {*get_args(Kind)},
    "pull": {"open", "merged", "closed"},
    "pull.kind": {"failing", "bad"},
    "release": {"deploy", "rollback", "running", "live", "failed", "cancelled", "rolled_back", "lost"},
    "fault": {*faults.NAMES, *(f"{name}.hint" for name in faults.NAMES)},
    "fault.server": {"up", "down", "starting"},
    "tab": {"github", "slack", "trouble"},
    "step": {*re.findall(r'id: "(\w+)"', SCRIPTS["steps.js"])},
    "count": {f"{name}{more}" for name in COUNTS for more in ("", ".hint")},
}


def english(text: str) -> str | None:
    """The first run of English words outside of commands."""
    found = ENGLISH.search(COMMANDS.sub("…", text))
    return found and found[0]


def test_both_languages_have_the_same_sentences() -> None:
    """`tests/core/words/test_terms.py` compares their placeholders, and checks their terms."""
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_no_sentence_is_in_the_other_language() -> None:
    """Names and commands are the same in both."""
    assert [code for code, sentence in WORDS["en"].items() if JAPANESE.search(sentence)] == []
    assert [code for code, sentence in WORDS["ja"].items() if english(sentence)] == []
    assert {sentence for sentence in WORDS["ja"].values() if not JAPANESE.search(sentence)} == NAMES
    assert english("/deploy production を押して types the command")


class Texts(HTMLParser):
    """The visible texts of a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.found += [value for name, value in attrs if name in SHOWN and value]

    def handle_data(self, data: str) -> None:
        if self._inside != "style":
            self.found.append(data)


def test_the_documents_texts_are_from_the_table() -> None:
    """Nothing but codes and digits, in texts and in visible attributes."""
    texts = [re.sub(r"\{\{[\w.]+\}\}", "", text) for text in Texts(TEMPLATE).found]
    assert {text.strip() for text in texts if re.search(r"[^\W\d]", text)} == UNTRANSLATED


def literals() -> Iterator[str]:
    """The string literals of the scripts, without lists of classes."""
    for line in "\n".join(SCRIPTS.values()).splitlines():
        for groups in re.findall(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`', line.partition("//")[0]):
            text = "".join(groups)
            if not set(text.split()) <= CLASSES:
                yield text


def test_the_scripts_have_no_sentence_of_their_own() -> None:
    """No two words beside each other, and no capital letter but in names of the web's standards."""
    found = list(literals())
    assert len(found) > 200
    assert [text for text in found if english(text)] == ["noreferrer noopener"]
    assert {text for text in found if re.fullmatch(r"[A-Z][a-z]+.*", text)} == {
        "Alt+N",
        "Content-Type",
        "Enter",
        "Escape",
        "KeyN",
    }


def test_each_code_exists_and_is_used() -> None:
    """In the page, in a module of the demo, or by its command."""
    modules = [
        one for package in (ghapp.demo, ghapp.cli.demo) for one in Path(str(package.__file__)).parent.glob("*.py")
    ]
    sources = "\n".join(path.read_text() for path in modules)
    scripts = "\n".join(SCRIPTS.values())
    used = {
        *re.findall(r"\{\{([\w.]+)\}\}", TEMPLATE),
        *re.findall(r'say\((?:[\w.]+ (?:=== 1 )?\? )?"([\w.]+)"', scripts),
        *re.findall(r' : "(\w+\.[\w.]+)"[,)]', scripts),
        *re.findall(r'(?:stop\(|stopped = )"([\w.]+)"', scripts),
        *re.findall(r'(?:say|step|_refuse|_refusal)\((?:\w+\.\w+, |\w+, )?"([\w.]+)"', sources),
        *re.findall(r'["\'](next\.\w+|freeze\.reason)["\']', sources),
        *(f"{name}.{value}" for name, values in VALUES.items() for value in values),
    }
    assert used - {"language", "words", "zone"} == set(WORDS["en"])


@pytest.mark.parametrize(
    ("language", "today", "another_day"),
    [("en", "09:00 JST", "2026-11-25 09:00 JST"), ("ja", "09:00 JST", "11/25(水) 09:00 JST")],
)
def test_a_time_has_its_zone_and_on_another_day_its_date(language: Language, today: str, another_day: str) -> None:
    """With the day of the week in Japanese."""
    moment = datetime(2026, 11, 25, tzinfo=UTC).astimezone(ZONE)
    assert dated(moment, language) == another_day
    assert clock(moment, moment.replace(hour=0), language) == today
    assert clock(moment, moment.replace(day=24, hour=23), language) == another_day
