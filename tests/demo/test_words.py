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
from ghapp.demo.arguments import Kind
from ghapp.demo.github.state import Conclusion
from ghapp.demo.page import TEMPLATE
from ghapp.demo.stage import ZONE
from ghapp.demo.words import WORDS, Language, clock, dated

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# two words beside each other, which no command, name or address is
ENGLISH = re.compile(r"(?<![\w/.@#-])[A-Za-z][a-z']+ [a-z]{2,}\b(?![/=-])")
COMMANDS = re.compile(r"`[^`]*`|/(?:deploy|ghapp) \w+")
# the same in both languages
NAMES = {"Slack", "CodeDeploy", "bot", "#{number} {state}: {description}"}

STATIC, SCRIPT = TEMPLATE.split("<script>")
SHOWN = {"title", "placeholder", "aria-label", "alt"}
VALUES = {
    "state": {"pending", "queued", "waiting", "in_progress", *get_args(Conclusion)},
    "pull": {"open", "merged", "closed"},
    "error.argument": {*get_args(Kind)},
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
    texts = [re.sub(r"\{\{[\w.]+\}\}", "", text) for text in Texts(STATIC).found]
    assert [text for text in texts if re.search(r"[^\W\d]", text)] == []


def literals() -> Iterator[str]:
    """The string literals of the script, without lists of classes."""
    classes = set(re.findall(r"\.([a-z][\w-]*)", STATIC))
    for line in SCRIPT.splitlines():
        for groups in re.findall(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`', line):
            text = "".join(groups)
            if not set(text.split()) <= classes:
                yield text


def test_the_script_has_no_sentence_of_its_own() -> None:
    """No two words beside each other, and no capital letter but in names of the web's standards."""
    found = list(literals())
    assert len(found) > 200
    assert [text for text in found if english(text)] == ["use strict", "noreferrer noopener"]
    assert {text for text in found if re.fullmatch(r"[A-Z][a-z]+.*", text)} == {"Content-Type", "Enter"}


def test_each_code_exists_and_is_used() -> None:
    """In the page, in a module of the demo, or by its command."""
    modules = [
        one for package in (ghapp.demo, ghapp.cli.demo) for one in Path(str(package.__file__)).parent.glob("*.py")
    ]
    sources = "\n".join(path.read_text() for path in modules)
    used = {
        *re.findall(r"\{\{([\w.]+)\}\}", TEMPLATE),
        *re.findall(r'"((?:page|pulls?|slack|world)\.[\w.]+)"', SCRIPT),
        *re.findall(r'say\("(\w+)"', SCRIPT),
        *re.findall(r'(?:say|step|_refuse|_refusal)\((?:\w+\.\w+, |\w+, )?"([\w.]+)"', sources),
        *re.findall(r'["\'](next\.\w+|freeze\.reason)["\']', sources),
        *(f"{name}.{value}" for name, values in VALUES.items() for value in values),
        *(f"pulls.{shown}.none" for shown in ("open", "done")),
    }
    assert used - {"language", "words"} == set(WORDS["en"])


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
