"""Text → `Invocation`, `Mistake`, or nothing. Total: any text in, a value out, in linear time."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.commands.command_line import COMMAND, FIRST, LINE_LIMIT, QUOTED, WIDE_SIGNS, alike, plain_signs
from ghapp.core.commands.lock_span import NotATime, Span, read_span
from ghapp.core.commands.near_miss import nearest
from ghapp.core.config.names import plain_name

ENVIRONMENT = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_PULL = re.compile(r"#([1-9][0-9]{0,9})", re.ASCII)
_SPACE = re.compile(r"[ \t]+")
_TARGET = re.compile(r"to[ \t]+#([1-9][0-9]{0,9})(?=[ \t]|$)[ \t]*", re.ASCII | re.IGNORECASE)
_HALT = re.compile(r"(?i:stop)[ \t]+(d-[A-Z0-9]{1,32})", re.ASCII)
_TO = re.compile(r"to[ \t]+#|stop[ \t]+d-", re.ASCII | re.IGNORECASE)
_AIMED = re.compile(r"(to|stop)(?![a-z])|[0-9]|.*#", re.ASCII | re.IGNORECASE)
_ANYWAY = re.compile(r"anyway(?=[ \t]|$)[ \t]*", re.ASCII | re.IGNORECASE)
_WITH = re.compile(r"with((?:[ \t]+#[1-9][0-9]{0,9}(?:[ \t]*,)?(?=[ \t]|$))+)[ \t]*", re.ASCII | re.IGNORECASE)


class Shape(Struct, frozen=True, kw_only=True):
    """The operands of a command, in this order, and its usage line.

    `shared`: other bots have the word too, so with a word behind it that is no command of ours it is theirs.
    """

    usage: str
    environment: bool = False
    pull: bool = False
    barred: bool = False
    anyway: bool = False
    target: bool = False
    span: bool = False
    reason: bool = False
    shared: bool = False


class Invocation(Struct, frozen=True, kw_only=True):
    """A parsed command: its word, and the operands that were written.

    `barred`: the rolled back pull requests that may come again. `anyway`: the reason for leaving the live revision
    behind. `target`: the pull request to go back to. `halt`: the platform's deployment that may be stopped for it.
    """

    word: str
    environment: str | None = None
    pull: int | None = None
    barred: tuple[int, ...] = ()
    anyway: str = ""
    target: int | None = None
    halt: str | None = None
    span: Span | None = None
    reason: str = ""


class Mistake(Struct, frozen=True):
    """A line that is meant for ghapp but not valid: a reason code, the typed text, and the usage.

    `point`: the wrong character, or its number and name if it cannot be told by sight. `kept`: the command that is
    valid without the typed text.
    """

    code: str
    typed: str
    usage: str
    point: str = ""
    kept: Invocation | None = None


Known = Callable[[str], bool]
"""Whether a word beyond ASCII, in its one form, can name an environment."""


def none_known(word: str) -> bool:
    """Without the names of a repository, a word beyond ASCII names nothing."""
    return False


def parse(line: str, shapes: Mapping[str, Shape], known: Known = none_known) -> Invocation | Mistake | None:
    """Parse one line. None: not a command of ours, since other bots share the slash. A near miss gets a hint."""
    if line.startswith(QUOTED):
        return _in_a_quote(line.removeprefix(QUOTED), shapes, known)
    line = plain_signs(line)
    match = COMMAND.match(line)
    if match is None:
        return _not_ours_quite(line, shapes)
    word = match.group(1).lower()
    shape = shapes.get(word)
    if shape is None:
        return _unknown(word, shapes)
    if len(line) > LINE_LIMIT:
        return Mistake("too_long", f"/{word}", shape.usage)
    rest = line[match.end() :].strip(" \t")
    if shape.shared and rest and _split(rest)[0].lower().removeprefix("/") not in shapes:
        return None
    return _operands(word, rest, shape, known)


def _in_a_quote(line: str, shapes: Mapping[str, Shape], known: Known) -> Mistake | None:
    """A command in a quote may be another person's or meant: it is not carried out, but answered."""
    said = parse(line, shapes, known)
    return Mistake("in_quote", line.strip(), shapes[said.word].usage) if isinstance(said, Invocation) else said


def _unknown(word: str, shapes: Mapping[str, Shape]) -> Mistake | None:
    """The hint for a near miss is the nearest of all our words: /lok must not get /unlock."""
    near = nearest(word, shapes)
    return Mistake("unknown_command", f"/{word}", shapes[near].usage) if near else None


def _not_ours_quite(line: str, shapes: Mapping[str, Shape]) -> Mistake | None:
    """A word that only looks like a command of ours gets a mistake, never a command; any other line is ignored."""
    word = alike(line)
    near = (word if word in shapes else nearest(word, shapes)) if word else None
    first = FIRST.match(line)
    if near is None or first is None:
        return None
    return _foreign(first.group(1), shapes[near].usage)


def _foreign(typed: str, usage: str) -> Mistake:
    """The mistake that shows the first character that is not ASCII; one that an input method may write only if alone.

    Only a wide one is seen as such: any other may look like an ASCII one or like nothing, has its number and name, and
    comes first.
    """
    foreign = [sign for sign in typed if not sign.isascii()]
    sign = min(foreign, key=lambda sign: (sign in WIDE_SIGNS, _is_seen(sign)))
    seen = _is_seen(sign)
    return Mistake(
        "not_ascii", typed, usage, sign if seen else f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
    )


def _is_seen(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF" and not sign.isspace()


def _wrong(code: str, typed: str, usage: str) -> Mistake:
    """The mistake, unless a character may be taken for the ASCII one that it is not, as a wide digit or letter may."""
    foreign = [sign for sign in unicodedata.normalize("NFKC", typed) if not sign.isascii()]
    plain = typed.isascii() or (foreign and all(map(_is_seen, foreign)))
    return Mistake(code, typed, usage) if plain else _foreign(typed, usage)


def _operands(word: str, rest: str, shape: Shape, known: Known) -> Invocation | Mistake:
    place = _environment(word, rest, shape, known)
    if isinstance(place, Mistake):
        return place
    environment, rest = place
    released = _released(rest, shape)
    if isinstance(released, Mistake):
        return released
    pull, barred, rest = released
    anyway, rest = _anyway(rest, shape)
    if anyway == "":
        return Mistake("anyway_reason", "anyway", shape.usage)
    target: int | None = None
    halt: str | None = None
    if shape.target and rest:
        target, halt, left = _way(rest)
        if left:
            return _astray(Invocation(word=word, environment=environment, target=target), rest, left, shape)
        rest = ""
    span: Span | None = None
    if shape.span and environment and (found := read_span(rest)):
        if isinstance(found, NotATime):
            return _wrong("bad_span", found.typed, shape.usage)
        span, rest = found
    if rest and not (shape.reason and environment):
        return Mistake("too_many", rest, shape.usage)
    way = Invocation(word=word, environment=environment, pull=pull, barred=barred, target=target, halt=halt)
    return replace(way, anyway=anyway or "", span=span, reason=rest)


def _environment(word: str, rest: str, shape: Shape, known: Known) -> tuple[str | None, str] | Mistake:
    """The environment's name, if the text begins with one, and the rest."""
    if not (shape.environment and rest) or _operand(rest, shape):
        return None, rest
    token, after = _split(rest)
    name = plain_name(token)
    if known(name) if not token.isascii() else ENVIRONMENT.fullmatch(name):
        return name, after
    if shape.target and _is_prose(token):
        return Mistake("no_reason", rest, shape.usage, kept=Invocation(word=word))
    return _wrong("bad_environment", token, shape.usage)


def _astray(kept: Invocation, rest: str, left: str, shape: Shape) -> Mistake:
    """The mistake for words after a rollback's operands: a reason, which it does not take, or else a wrong target. One
    word alone may be an environment's name in the wrong place, so it is no reason.
    """
    reason = not _AIMED.match(left) and (kept.environment or _SPACE.search(left))
    return Mistake("no_reason", left, shape.usage, kept=kept) if reason else _wrong("bad_target", rest, shape.usage)


def _operand(rest: str, shape: Shape) -> bool:
    """Whether the text begins with an operand other than an environment's name."""
    way_back, barred = shape.target and _TO.match(rest), shape.barred and _WITH.match(rest)
    return bool(rest.startswith("#") or way_back or barred or _anyway(rest, shape)[0] is not None)


def _anyway(rest: str, shape: Shape) -> tuple[str | None, str]:
    """The reason after `anyway`, and the rest; None if the text does not begin with that word."""
    match = _ANYWAY.match(rest) if shape.anyway else None
    return (rest[match.end() :], "") if match else (None, rest)


def _released(rest: str, shape: Shape) -> tuple[int | None, tuple[int, ...], str] | Mistake:
    """The pull request to release, the barred ones that may come again with it, and the rest."""
    pull: int | None = None
    first, rest = _barred(rest, shape)
    if shape.pull and rest and not _near_with(rest, shape) and _anyway(rest, shape)[0] is None:
        token, rest = _split(rest)
        if not (match := _PULL.fullmatch(token)):
            return _wrong("bad_pull", token, shape.usage)
        pull = int(match.group(1))
    second, rest = _barred(rest, shape)
    if rest and _near_with(rest, shape):
        return _wrong("bad_with", rest, shape.usage)
    return pull, tuple(dict.fromkeys((*first, *second))), rest


def _barred(rest: str, shape: Shape) -> tuple[tuple[int, ...], str]:
    """The pull requests after `with`, which may be written once for all or before each; and the rest."""
    numbers: tuple[int, ...] = ()
    while shape.barred and (match := _WITH.match(rest)):
        numbers += tuple(map(int, _PULL.findall(match.group(1))))
        rest = rest[match.end() :]
    return numbers, rest


def _near_with(rest: str, shape: Shape) -> bool:
    word = _split(rest)[0].lower()
    return shape.barred and (word == "with" or nearest(word, ("with",)) is not None)


def _way(written: str) -> tuple[int | None, str | None, str]:
    """The target, the platform's deployment that may be stopped for it, and the rest."""
    to = _TARGET.match(written)
    rest = written[to.end() :] if to else written
    halt = _HALT.fullmatch(rest)
    return int(to.group(1)) if to else None, halt.group(1) if halt else None, "" if halt else rest


def _is_prose(token: str) -> bool:
    """Whether a word has no ASCII character at all, so that it is not a mistyped environment's name."""
    return not any(sign.isascii() for sign in token)


def _split(text: str) -> tuple[str, str]:
    written, *rest = _SPACE.split(text, maxsplit=1)
    return written, rest[0] if rest else ""
