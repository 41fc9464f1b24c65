"""Every sentence of the demo's page, terminal and story, in each language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from ghapp.demo.words import en, ja

Language = Literal["en", "ja"]
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {"en": en.WORDS, "ja": ja.WORDS}
WEEKDAYS: Final = "月火水木金土日"


def say(language: Language, code: str, **values: object) -> str:
    """The sentence of that code."""
    return WORDS[language][code].format_map(values)


def dated(moment: datetime, language: Language) -> str:
    """A time with its date and zone: `2026-11-25 09:00 JST`; in Japanese `11/25(水) 09:00 JST`."""
    day = f"{moment.month}/{moment.day}({WEEKDAYS[moment.weekday()]})" if language == "ja" else f"{moment:%Y-%m-%d}"
    return f"{day} {moment:%H:%M %Z}"


def clock(moment: datetime, now: datetime, language: Language) -> str:
    """A time with its zone, and with its date if that is not today's."""
    return f"{moment:%H:%M %Z}" if moment.date() == now.date() else dated(moment, language)
