"""Every sentence that people read. `Voice` renders them: one language, one zone, one kind of mark-up, one pass."""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ghapp.core.config.model import EnvironmentConfig, Language
from ghapp.core.words import en, ja

TITLE_LIMIT = 150
WEEKDAYS_JA = "月火水木金土日"
# controls that are no white space, and marks of direction or of no width: https://www.unicode.org/reports/tr36/
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
WORDS: Mapping[Language, Mapping[str, str]] = {"en": en.WORDS, "ja": ja.WORDS}


class Markup(Protocol):
    """The mark-up of a place."""

    @property
    def bold(self) -> str:
        """The mark before and after bold text."""

    @property
    def tick(self) -> str:
        """The mark before and after code that the words themselves name."""

    def escape(self, text: str) -> str:
        """A person's text, escaped so that it can neither mention, link nor format."""

    def mention(self, login: str) -> str:
        """A person, so that they are notified where that is possible."""

    def call(self, login: str) -> str:
        """A person who is asked for something; or the fallback, if they cannot be mentioned."""

    def code(self, text: str) -> str:
        """Typed text, as code."""

    def link(self, text: str, url: str) -> str:
        """A link that we made."""

    def fold(self, summary: str, lines: Sequence[str]) -> list[str]:
        """Lines that are shown on demand, where that is possible; elsewhere their summary alone."""


class Voice(string.Formatter):
    """Renders sentences. Values are inserted once and never read as templates.

    The forms in templates: {x} plain and escaped, {x:title} a title, cut; {x:why} a reason, if one was given;
    {x:#} a pull request's number, or the platform's id of a deployment whose number is unknown;
    {x:raw} made by us; {x:person} a mention; {x:people} several; {x:name} a login without one; {x:names} a list;
    {x:clock} a time with its zone; {x:day} a past time with its day; {x:wait} how long from now; {x:nth} a rank;
    {x:code} quoted as it was typed.
    """

    def __init__(self, language: Language, timezone: str, markup: Markup, now: datetime) -> None:
        self.language: Language = language
        self.zone = ZoneInfo(timezone)
        self.markup = markup
        self.now = now

    @classmethod
    def of(cls, config: EnvironmentConfig, markup: Markup, now: datetime) -> "Voice":
        """In the language and the time zone of a config."""
        return cls(config.language, config.timezone, markup, now)

    def say(self, code: str, values: Mapping[str, Any] | None = None, **more: Any) -> str:
        """The sentence of that code."""
        template = WORDS[self.language][code].replace("**", self.markup.bold).replace("`", self.markup.tick)
        return self.vformat(template, (), {**(values or {}), **more})

    def listed(self, texts: Iterable[str]) -> str:
        """Rendered texts as a list."""
        return self.say("word.and").join(texts)

    def prose(self, sentences: Iterable[str]) -> str:
        """Rendered sentences in one line: with a blank between, except after a Japanese full stop."""
        return "".join(one if one.endswith("。") else f"{one} " for one in sentences).rstrip()

    def span(self, since: datetime | None, until: datetime) -> str:
        """A span of time, with the days if they differ. Its text does not depend on the day of reading."""
        begun, zone, language = (since or until).astimezone(self.zone), self.zone, self.language
        if begun.date() == until.astimezone(zone).date():
            return f"{begun:%H:%M}–{clock(until, zone, until, language)}"
        return f"{clock(begun, zone, until, language)} – {clock(until, zone, begun, language)}"

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value in one of the forms above."""
        match format_spec:
            case "" | "name":
                return self.markup.escape(seen(str(value)))
            case "raw":
                return str(value)
            case "#" if isinstance(value, int):
                return f"#{value}"
            case "person":
                return self.markup.mention(str(value))
            case "title":
                return self.markup.escape(cut(str(value), TITLE_LIMIT))
            case "code" | "#":
                return self.markup.code(cut(str(value), TITLE_LIMIT))
            case "why":
                return self.format_field(value or WORDS[self.language]["word.no_reason"], "title")
            case "people":
                return " ".join(self.markup.mention(str(one)) for one in value)
            case "names":
                return self.listed(self.markup.escape(seen(str(one))) for one in value)
            case _:
                return self._of_time(value, format_spec)

    def _of_time(self, value: Any, format_spec: str) -> str:
        if format_spec == "nth":
            return nth(int(value), self.language)
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if format_spec == "clock":
            return clock(moment, self.zone, self.now, self.language)
        if format_spec == "wait":
            return duration(moment - self.now, self.language)
        if format_spec == "day":
            return day(moment, self.zone, self.now, self.language)
        raise ValueError(f"unknown form {format_spec!r}")


def clock(moment: datetime, zone: ZoneInfo, now: datetime, language: Language) -> str:
    """A clock time with its zone, `14:05 JST`; with the date if that is not today in the zone."""
    there, today = moment.astimezone(zone), now.astimezone(zone).date()
    shown = there.strftime("%H:%M %Z")
    return shown if there.date() == today else f"{date_of(there.date(), today, language)} {shown}"


def day(moment: datetime, zone: ZoneInfo, now: datetime, language: Language) -> str:
    """A past time with its day: `13:20 today`, `本日 13:20`, else `2026-11-22 13:20`, `11/22(日) 13:20`."""
    there, today = moment.astimezone(zone), now.astimezone(zone).date()
    if there.date() != today:
        return f"{date_of(there.date(), today, language)} {there:%H:%M}"
    return f"本日 {there:%H:%M}" if language == "ja" else f"{there:%H:%M} today"


def date_of(day: date, today: date, language: Language) -> str:
    """A date: `2026-11-25`; in Japanese `11/25(水)`, with the year if that is another one."""
    if language != "ja":
        return day.isoformat()
    year = "" if day.year == today.year else f"{day.year}/"
    return f"{year}{day.month}/{day.day}({WEEKDAYS_JA[day.weekday()]})"


def duration(length: timedelta, language: Language) -> str:
    """A duration in minutes, rounded up; at least one minute."""
    minutes = max(1, -(-length // timedelta(minutes=1)))
    hours, minutes = divmod(minutes, 60)
    hour, minute = ("時間", "分") if language == "ja" else (" h", " min")
    shown = [f"{hours}{hour}"] if hours else []
    if minutes or not hours:
        shown.append(f"{minutes}{minute}")
    return ("" if language == "ja" else " ").join(shown)


def nth(rank: int, language: Language) -> str:
    """A rank: 1st, 2nd, 11th; in Japanese the number, whose counter is in the sentence."""
    if language == "ja":
        return str(rank)
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def seen(text: str) -> str:
    """The text with its invisible and direction-changing characters as `[U+202E]`. Emoji keep their joiners."""
    return _UNSEEN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)


def cut(text: str, limit: int) -> str:
    """One line of text, cut with an ellipsis."""
    line = " ".join(seen(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
