"""The duration of a lock: `2h`, `for 2 hours`, `until 18:00`, `forever`; and words that mean a time but are invalid."""

import re
from datetime import timedelta
from typing import Literal

from msgspec import Struct

from ghapp.core.config.kinds import UNITS


class Clock(Struct, frozen=True):
    """A time of day, in the environment's time zone."""

    hour: int
    minute: int


Span = timedelta | Clock | Literal["forever"]


class NotATime(Struct, frozen=True):
    """Words that mean a time but give no valid one. As a reason they would silently leave the default in place."""

    typed: str


SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)
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
"""Patterns of a meant time, by the word before it: any text that begins with a digit, and times in words."""
_NOT_A_TIME = {lead: re.compile(pattern, re.IGNORECASE) for lead, pattern in _MEANT.items()}


def read_span(text: str) -> tuple[Span, str] | NotATime | None:
    """The time that a text begins with, and the rest. None: it begins with a reason.

    Two times are invalid, as the second would be lost in the reason.
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
    """For ever, or a duration from a minute to a week; and the index after it."""
    if match := (_EVER if lead else _FOREVER).match(text):
        return "forever", match.end()
    match = _LENGTH.match(text)
    length = int(match[1]) * UNITS[text[match.end(1) :].strip()[0]] if match else None
    return (length, match.end()) if match and length and SHORTEST <= length <= LONGEST else (None, 0)


def _clock(text: str) -> tuple[Clock | None, int]:
    """A clock time, and the index after it. None with an index: a day, a half of the day or a zone follows it."""
    match = _CLOCK.match(text)
    if match is None:
        return None, 0
    return None if _AFTER_CLOCK.match(text, match.end()) else Clock(int(match[1]), int(match[2])), match.end()
