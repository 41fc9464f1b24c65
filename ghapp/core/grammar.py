"""Text → `Invocation`, `Mistake`, or nothing. Total: any text in, a value out, in linear time."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

LINE_LIMIT = 1_000
ENVIRONMENT = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_COMMAND = re.compile(r" {0,3}/([A-Za-z][A-Za-z-]{0,31})(?=\s|$)", re.ASCII)
_PULL = re.compile(r"#([1-9][0-9]{0,9})", re.ASCII)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_LENGTH = re.compile(r"([0-9]{1,5})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)
_SPACE = re.compile(r"[ \t]+")
_TARGET = re.compile(r"to[ \t]+#([1-9][0-9]{0,9})", re.ASCII | re.IGNORECASE)
_TO = re.compile(r"to[ \t]+#", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which operands a command takes, in this order, and how its usage is written."""

    usage: str
    environment: bool = False
    pull: bool = False
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
    """A command as it was meant: its word, and the operands that were written."""

    word: str
    environment: str | None = None
    pull: int | None = None
    target: int | None = None
    span: Span | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that was meant for ghapp and cannot be carried out: a reason code, what was typed, and the usage."""

    code: str
    typed: str
    usage: str


def command_line(body: str) -> str | None:
    """The first non-blank line of a comment, if it could be a command. Quotes, code and prose could not."""
    for line in body.splitlines():
        if line.strip():
            cut = line[: LINE_LIMIT + 1].rstrip()
            return cut if _COMMAND.match(cut) else None
    return None


def parse(line: str, shapes: Mapping[str, Shape], *, later: Sequence[str] = ()) -> Invocation | Mistake | None:
    """Read one line. None: not for us, other bots share the slash; a near miss of ours gets a hint.

    `later`: words that are ours and have no shape yet.
    """
    match = _COMMAND.match(line)
    if match is None:
        return None
    word = match.group(1).lower()
    shape = shapes.get(word)
    if shape is None:
        return _unknown(word, shapes, later)
    if len(line) > LINE_LIMIT:
        return Mistake("too_long", f"/{word}", shape.usage)
    return _operands(word, line[match.end() :].strip(" \t"), shape)


def _unknown(word: str, shapes: Mapping[str, Shape], later: Sequence[str]) -> Mistake | None:
    """A near miss is settled among all words of ours: /lok must not be answered with /unlock."""
    near = next(iter(difflib.get_close_matches(word, [*shapes, *later], n=1, cutoff=0.75)), None)
    if near is None:
        return None
    if near in later:
        return Mistake("not_yet", f"/{near}", "/help")
    return Mistake("unknown_command", f"/{word}", shapes[near].usage)


def _operands(word: str, rest: str, shape: Shape) -> Invocation | Mistake:
    environment: str | None = None
    pull: int | None = None
    if shape.environment and rest and not rest.startswith("#") and not (shape.target and _TO.match(rest)):
        token, rest = _split(rest)
        environment = token.lower()
        if not ENVIRONMENT.fullmatch(environment):
            return Mistake("bad_environment", token, shape.usage)
    if shape.pull and rest:
        token, rest = _split(rest)
        if not (match := _PULL.fullmatch(token)):
            return Mistake("bad_pull", token, shape.usage)
        pull = int(match.group(1))
    target: int | None = None
    if shape.target and rest:
        if not (match := _TARGET.fullmatch(rest)):
            return Mistake("bad_target", rest, shape.usage)
        target, rest = int(match.group(1)), ""
    span: Span | None = None
    if shape.span and environment and (rest[:1].isdigit() or rest.split(maxsplit=1)[:1] == ["forever"]):
        written, rest = _split(rest)
        span = _span(written)
        if span is None:
            return Mistake("bad_span", written, shape.usage)
    if rest and not (shape.reason and environment):
        return Mistake("too_many", rest, shape.usage)
    return Invocation(word=word, environment=environment, pull=pull, target=target, span=span, reason=rest)


def _span(written: str) -> Span | None:
    """From a minute to a week, a clock time, or for ever. A word that begins with a digit is nothing else."""
    if written == "forever":
        return "forever"
    if match := _CLOCK.fullmatch(written):
        return Clock(int(match.group(1)), int(match.group(2)))
    match = _LENGTH.fullmatch(written)
    length = int(match.group(1)) * _UNITS[match.group(2)] if match else None
    return length if length and SHORTEST <= length <= LONGEST else None


def _split(text: str) -> tuple[str, str]:
    written, *rest = _SPACE.split(text, maxsplit=1)
    return written, rest[0] if rest else ""
