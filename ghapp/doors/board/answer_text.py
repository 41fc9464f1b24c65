"""An answer as HTML: the words mark code, bold text and links by control characters, which no person's text has."""

import re
from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup, escape
from msgspec.structs import replace

from ghapp.core.model.decision import Notice
from ghapp.core.views import notice as notices
from ghapp.core.words import Voice, seen

_BOLD, _CODE, _LINK, _TO, _END = "\x01", "\x02", "\x03", "\x04", "\x05"
_TAGS = (
    (re.compile(f"{_BOLD}([^{_BOLD}]*){_BOLD}"), r"<strong>\1</strong>"),
    (re.compile(f"{_CODE}([^{_END}]*){_END}"), r"<code>\1</code>"),
    (re.compile("`([^`]+)`"), r"<code>\1</code>"),  # written so in the words
    (re.compile(f"{_LINK}([^{_TO}]*){_TO}(https?://[^{_END}]*){_END}"), r'<a href="\2">\1</a>'),
)
_TICK = "\u02cb"  # looks like a backtick, and marks nothing


class _Marked:
    """People's text is cleared of control characters before it gets here."""

    bold = _BOLD
    tick = "`"

    def escape(self, text: str) -> str:
        return text.replace("`", _TICK)

    def mention(self, login: str) -> str:
        return f"@{self.escape(login)}"

    def call(self, login: str) -> str:
        return self.mention(login)

    def code(self, text: str) -> str:
        return f"{_CODE}{self.escape(text)}{_END}"

    def link(self, text: str, url: str) -> str:
        return f"{_LINK}{self.escape(text)}{_TO}{seen(url)}{_END}"

    def fold(self, summary: str, lines: Sequence[str]) -> list[str]:
        return [summary, *lines]


def answer_lines(notice: Notice, voice: Voice) -> list[Markup]:
    """Its lines, in the voice's language; times in the zone that the notice has."""
    language: Literal["en", "ja"] = voice.language
    spoken = replace(notice, config=replace(notice.config, language=language))
    return [_html(line) for line in notices.render(spoken, _Marked(), now=voice.now) if line.strip()]


def _html(line: str) -> Markup:
    text = str(escape(f"• {line[2:]}" if line.startswith("- ") else line))
    for mark, tag in _TAGS:
        text = mark.sub(tag, text)
    return Markup(text)  # noqa: S704 - escaped as a whole; the tags are ours
