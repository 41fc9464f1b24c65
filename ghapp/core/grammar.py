"""Text → `Invocation`, `Mistake`, or nothing. Total: any text in, a value out, in linear time."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

LINE_LIMIT = 1_000
ENVIRONMENT = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_LINE = re.compile(r"[^\r\n]*")
_COMMAND = re.compile(r" {0,3}/([A-Za-z][A-Za-z-]{0,31})(?=\s|$)", re.ASCII)
_FIRST = re.compile(r" {0,3}([^ \t]{1,64})")
_PULL = re.compile(r"#([1-9][0-9]{0,9})", re.ASCII)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_LENGTH = re.compile(r"([0-9]{1,5})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)
_SPACE = re.compile(r"[ \t]+")
_TARGET = re.compile(r"to[ \t]+#([1-9][0-9]{0,9})(?=[ \t]|$)[ \t]*", re.ASCII | re.IGNORECASE)
_HALT = re.compile(r"(?i:stop)[ \t]+(d-[A-Z0-9]{1,32})", re.ASCII)
_TO = re.compile(r"to[ \t]+#|stop[ \t]+d-", re.ASCII | re.IGNORECASE)
_WITH = re.compile(r"with((?:[ \t]+#[1-9][0-9]{0,9}(?:[ \t]*,)?(?=[ \t]|$))+)[ \t]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which operands a command takes, in this order, and how its usage is written."""

    usage: str
    environment: bool = False
    pull: bool = False
    barred: bool = False
    target: bool = False
    span: bool = False
    reason: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, wherever the repository is."""

    hour: int
    minute: int


Span = timedelta | Clock | Literal["forever"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A command as it was meant: its word, and the operands that were written.

    `barred`: the pull requests that were rolled back and may come again. `target`: the one to go back to. `halt`: the
    platform's deployment that may be stopped for it.
    """

    word: str
    environment: str | None = None
    pull: int | None = None
    barred: tuple[int, ...] = ()
    target: int | None = None
    halt: str | None = None
    span: Span | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that was meant for ghapp and cannot be carried out: a reason code, what was typed, and the usage.

    `point`: the character that does not belong there, by number and name.
    """

    code: str
    typed: str
    usage: str
    point: str = ""


def command_line(body: str) -> str | None:
    """The first non-blank line of a comment, if it could be a command. Quotes, code and prose could not."""
    begun = len(body) - len(body.lstrip())
    start = max(body.rfind("\n", 0, begun), body.rfind("\r", 0, begun)) + 1
    line = _LINE.match(body, start)
    cut = line.group()[: LINE_LIMIT + 1].rstrip() if line else ""
    return cut if _COMMAND.match(cut) or _alike(cut) else None


def parse(line: str, shapes: Mapping[str, Shape]) -> Invocation | Mistake | None:
    """Read one line. None: not for us, other bots share the slash; a near miss of ours gets a hint."""
    match = _COMMAND.match(line)
    if match is None:
        return _not_ours_quite(line, shapes)
    word = match.group(1).lower()
    shape = shapes.get(word)
    if shape is None:
        return _unknown(word, shapes)
    if len(line) > LINE_LIMIT:
        return Mistake("too_long", f"/{word}", shape.usage)
    return _operands(word, line[match.end() :].strip(" \t"), shape)


def _unknown(word: str, shapes: Mapping[str, Shape]) -> Mistake | None:
    """A near miss is settled among all words of ours: /lok must not be answered with /unlock."""
    near = _near(word, shapes)
    return Mistake("unknown_command", f"/{word}", shapes[near].usage) if near else None


def _near(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.75)), None)


def _not_ours_quite(line: str, shapes: Mapping[str, Shape]) -> Mistake | None:
    """What only looks like a command of ours is never one: it is named, and silence is kept for all else."""
    near = _near(alike, shapes) if (alike := _alike(line)) else None
    first = _FIRST.match(line)
    if near is None or first is None:
        return None
    return _foreign(first.group(1), shapes[near].usage)


def _alike(line: str) -> str | None:
    """The word that a line seems to begin with, where something in it is not ASCII. Only for a hint."""
    first = _FIRST.match(line)
    if first is None or first.group(1).isascii():
        return None
    seen = "".join(sign for sign in first.group(1) if unicodedata.category(sign) != "Cf")
    words = unicodedata.normalize("NFKC", seen).split()
    slash, word = (words[0][:1], words[0][1:33]) if words else ("", "")
    return word.lower() if slash == "/" and word else None


def _foreign(typed: str, usage: str) -> Mistake:
    """A part with a character that is not ASCII: it is told which, since it may look like one that is."""
    sign = next(sign for sign in typed if not sign.isascii())
    return Mistake("not_ascii", typed, usage, f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip())


def _wrong(code: str, typed: str, usage: str) -> Mistake:
    return Mistake(code, typed, usage) if typed.isascii() else _foreign(typed, usage)


def _operands(word: str, rest: str, shape: Shape) -> Invocation | Mistake:
    environment: str | None = None
    if shape.environment and rest and not _operand(rest, shape):
        token, rest = _split(rest)
        environment = token.lower()
        if not ENVIRONMENT.fullmatch(environment):
            return _wrong("bad_environment", token, shape.usage)
    released = _released(rest, shape)
    if isinstance(released, Mistake):
        return released
    pull, barred, rest = released
    target: int | None = None
    halt: str | None = None
    if shape.target and rest:
        target, halt, left = _way(rest)
        if left:
            return _wrong("bad_target", rest, shape.usage)
        rest = ""
    span: Span | None = None
    if shape.span and environment and (rest[:1].isdecimal() or _split(rest)[0].lower() == "forever"):
        written, rest = _split(rest)
        span = _span(written)
        if span is None:
            return _wrong("bad_span", written, shape.usage)
    if rest and not (shape.reason and environment):
        return Mistake("too_many", rest, shape.usage)
    way = Invocation(word=word, environment=environment, pull=pull, barred=barred, target=target, halt=halt)
    return replace(way, span=span, reason=rest)


def _operand(rest: str, shape: Shape) -> bool:
    """Whether it begins with an operand that is no environment's name."""
    way_back, barred = shape.target and _TO.match(rest), shape.barred and _WITH.match(rest)
    return bool(rest.startswith("#") or way_back or barred)


def _released(rest: str, shape: Shape) -> tuple[int | None, tuple[int, ...], str] | Mistake:
    """The pull request to release, those that may come again with it, and what is left."""
    pull: int | None = None
    first, rest = _barred(rest, shape)
    if shape.pull and rest and not _near_with(rest, shape):
        token, rest = _split(rest)
        if not (match := _PULL.fullmatch(token)):
            return _wrong("bad_pull", token, shape.usage)
        pull = int(match.group(1))
    second, rest = _barred(rest, shape)
    if rest and _near_with(rest, shape):
        return _wrong("bad_with", rest, shape.usage)
    return pull, tuple(dict.fromkeys((*first, *second))), rest


def _barred(rest: str, shape: Shape) -> tuple[tuple[int, ...], str]:
    """The pull requests after `with`, which may be written once for all or before each; and what is left."""
    numbers: tuple[int, ...] = ()
    while shape.barred and (match := _WITH.match(rest)):
        numbers += tuple(map(int, _PULL.findall(match.group(1))))
        rest = rest[match.end() :]
    return numbers, rest


def _near_with(rest: str, shape: Shape) -> bool:
    return shape.barred and _near(_split(rest)[0].lower(), ("with",)) is not None


def _way(written: str) -> tuple[int | None, str | None, str]:
    """Where to, what may be stopped for it, and what is neither."""
    to = _TARGET.match(written)
    rest = written[to.end() :] if to else written
    halt = _HALT.fullmatch(rest)
    return int(to.group(1)) if to else None, halt.group(1) if halt else None, "" if halt else rest


def _span(written: str) -> Span | None:
    """From a minute to a week, a clock time, or for ever. A word that begins with a digit is nothing else."""
    if written.lower() == "forever":
        return "forever"
    if match := _CLOCK.fullmatch(written):
        return Clock(int(match.group(1)), int(match.group(2)))
    match = _LENGTH.fullmatch(written)
    length = int(match.group(1)) * _UNITS[match.group(2)] if match else None
    return length if length and SHORTEST <= length <= LONGEST else None


def _split(text: str) -> tuple[str, str]:
    written, *rest = _SPACE.split(text, maxsplit=1)
    return written, rest[0] if rest else ""
