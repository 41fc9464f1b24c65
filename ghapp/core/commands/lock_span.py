"""How long a lock holds: `2h`, `for 2 hours`, `until 18:00`, `forever`; and what means a time but is none."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, wherever the repository is."""

    hour: int
    minute: int


Span = timedelta | Clock | Literal["forever"]


@dataclass(frozen=True, slots=True)
class NotATime:
    """Words that mean a time and name none. Taken as a reason they would leave the default in place, unseen."""

    typed: str


SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_END = r"(?=[ \t]|$)"
_LEAD = re.compile(r"(for|until)(?:[ \t]+|$)", re.ASCII | re.IGNORECASE)
_FOREVER = re.compile(rf"forever{_END}", re.ASCII | re.IGNORECASE)
_EVER = re.compile(rf"(?:for)?ever{_END}", re.ASCII | re.IGNORECASE)
_LENGTH = re.compile(rf"([0-9]{{1,5}})[ \t]*(?:(m|h|d)|(min|hr)s?|(minute|hour|day)s?){_END}", re.ASCII)
_CLOCK = re.compile(rf"([01]?[0-9]|2[0-3]):([0-5][0-9]){_END}", re.ASCII)

_DAYS = r"today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PARTS = r"morning|afternoon|evening|night"
_ZONES = r"utc|gmt|jst|[ce]es?t|[ecmp][sd]t|bst|ist|kst"
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|half|couple|few|some|several|next|of)"
_PERIOD = r"(?:minute|min|hour|hr|day|week|month)s?"
_DIGITS = r"\d[^ \t]*"
_AFTER_CLOCK = re.compile(rf"[ \t]+(?:[ap]\.?m\.?|{_ZONES}|(?:on[ \t]+)?(?:{_DAYS})){_END}", re.IGNORECASE)
_MEANT = {
    "": rf"{_DIGITS}|(?:till?|'til|to|by|about|around)[ \t]+(?:\d{{1,2}}:\d\d|\d+(?:[mhd]|[ap]m)){_END}",
    "for": rf"$|{_DIGITS}|(?:the[ \t]+)?next[ \t]+{_DIGITS}|(?:the[ \t]+)?(?:{_COUNT}[ \t]+){{1,3}}{_PERIOD}{_END}"
    rf"|the[ \t]+(?:day|night|week|weekend)$|(?:{_DAYS}){_END}",
    "until": rf"$|{_DIGITS}|(?:(?:next|this|on)[ \t]+)?(?:{_DAYS}|week|month|weekend|{_PARTS}){_END}"
    rf"|(?:forever|noon|midday|midnight|eod|cob|further[ \t]+notice){_END}"
    rf"|(?:the[ \t]+)?end[ \t]+of[ \t]+(?:the[ \t]+)?(?:day|week|month){_END}|the[ \t]+(?:{_PARTS}|weekend)$",
}
"""What means a time, by the word before it: all that begins with a digit, and the times that people say in words."""
_NOT_A_TIME = {lead: re.compile(pattern, re.IGNORECASE) for lead, pattern in _MEANT.items()}


def read_span(text: str) -> tuple[Span, str] | NotATime | None:
    """The time that a text begins with, and what is left of it. None: it begins with a reason.

    Of two times one would be lost in the reason, so two are none.
    """
    first = _one(text)
    if not isinstance(first, tuple):
        return first
    second = _one(first[1])
    return NotATime(text.removesuffix(second[1]).strip()) if isinstance(second, tuple) else first


def _one(text: str) -> tuple[Span, str] | NotATime | None:
    match = _LEAD.match(text)
    lead, rest = (match[1].lower(), text[match.end() :]) if match else ("", text)
    span, end = _length(rest, lead) if lead != "until" else (None, 0)
    if span is None and lead != "for":
        span, end = _clock(rest)
    if span is not None:
        return span, rest[end:].strip(" \t")
    meant = _AFTER_CLOCK.match(rest, end) if end else _NOT_A_TIME[lead].match(rest)
    return NotATime((text[: len(text) - len(rest)] + rest[: meant.end()]).strip()) if meant else None


def _length(text: str, lead: str) -> tuple[Span | None, int]:
    """For ever, or from a minute to a week; and where it ends."""
    if match := (_EVER if lead else _FOREVER).match(text):
        return "forever", match.end()
    match = _LENGTH.match(text)
    length = int(match[1]) * _UNITS[text[match.end(1) :].strip()[0]] if match else None
    return (length, match.end()) if match and length and SHORTEST <= length <= LONGEST else (None, 0)


def _clock(text: str) -> tuple[Clock | None, int]:
    """None with an end: a clock time of another day, half of the day or zone than the next one here."""
    match = _CLOCK.match(text)
    if match is None:
        return None, 0
    return None if _AFTER_CLOCK.match(text, match.end()) else Clock(int(match[1]), int(match[2])), match.end()
