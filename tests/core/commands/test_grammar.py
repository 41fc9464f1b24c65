"""The grammar of commands: total, linear, and never reading more than was typed."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghapp.core.commands import COMMANDS
from ghapp.core.commands.command_line import LINE_LIMIT, command_line
from ghapp.core.commands.grammar import Invocation, Mistake, parse
from ghapp.core.commands.lock_span import Clock
from ghapp.core.commands.near_miss import FOREIGN
from tests.sampled import sampled

SHAPES = {word: spec.shape for word, spec in COMMANDS.items()}


def read(body: str) -> Invocation | Mistake | None:
    """Parses a comment as the server does."""
    line = command_line(body)
    return parse(line, SHAPES) if line is not None else None


NOT_FOR_US = (
    ("", "nothing"),
    ("   \n\n", "blank lines"),
    ("deploy", "prose"),
    ("please /deploy", "in the middle of a line"),
    ("I typed `/deploy` and waited", "quoted in prose"),
    ("deploy\n/deploy", "on the second line"),
    ("hello\n\n/deploy production", "in a later paragraph"),
    ("> /deploy production", "a quote"),
    (">/deploy", "a quote without a space"),
    ("   > /deploy", "an indented quote"),
    ("> /deploy\n\nlooks good", "a quote, and what is said to it"),
    ("> /deploy\n>\n> /unlock\n\n", "nothing but quotes"),
    ("> hello\n\nthanks\n/deploy", "on the second line below a quote"),
    ("> > /deploy\n> thanks", "a quote in a quote"),
    ("> ```\n> /deploy\n> ```", "a fence in a quote"),
    ("> hello\n\n    /deploy", "indented code below a quote"),
    ("> hello\n\n```\n/deploy\n```", "a fence below a quote"),
    ("    > hello\n\n/deploy", "below indented code that looks like a quote"),
    ("On Monday mona wrote:\n> /deploy", "a quote by e-mail"),
    ("On Monday mona wrote:\n> hello\n\n/deploy", "below a quote by e-mail: its first line is prose"),
    ("`/deploy` now", "code in a sentence"),
    ("try `/deploy`", "code in a sentence"),
    ("`/deploy` and `/unlock`", "two codes in a sentence"),
    ("`/deploy``", "marks that are no pair"),
    ("``/deploy`", "marks that are no pair"),
    ("`/deploy", "a mark alone"),
    ("`/deploy\nproduction`", "code over lines"),
    ("```/deploy```", "the marks of a fence"),
    ("    `/deploy`", "indented code with marks"),
    ("> `/deploy`", "code in a quote"),
    ("- `/deploy`", "code in a list"),
    ("`//deploy`", "two slashes in code"),
    ("`hello`", "other code"),
    ("``", "marks with nothing"),
    ("```\n/deploy\n```", "a fence"),
    ("```sh\n/deploy production\n```", "a fence with a language"),
    ("~~~\n/deploy\n~~~", "a fence of tildes"),
    ("    /deploy", "indented code"),
    ("\t/deploy", "code indented by a tab"),
    ("\n\n     /deploy", "indented code after blank lines"),
    ("<!-- /deploy -->", "a comment in HTML"),
    ("<!--\n/deploy\n-->", "a comment in HTML over lines"),
    ("<!-- note -->\n/deploy", "under a comment in HTML"),
    ("<p>/deploy</p>", "HTML"),
    ("- /deploy", "a list"),
    ("* /deploy", "a list"),
    ("1. /deploy", "a numbered list"),
    ("# /deploy", "a heading"),
    ("**/deploy**", "bold"),
    ("[/deploy](https://example.com)", "a link"),
    ("| /deploy |", "a table"),
    ("- [ ] /deploy", "a task"),
    ("\\/deploy", "an escaped slash"),
    ("@ghapp /deploy", "after a mention"),
    ("//deploy", "two slashes"),
    ("/ deploy", "a slash alone"),
    ("/deploy/production", "a path"),
    ("/usr/bin/env", "a path"),
    ("/deploy,production", "a word that goes on"),
    ("/deploy.", "a sentence's end"),
    ("/approve", "another bot's"),
    ("/lgtm cancel", "another bot's"),
    ("/retest", "another bot's"),
    ("/hold", "another bot's"),
    ("/デプロイ", "no word of ours"),
    ("/block", "another bot's, a letter from ours"),
    ("/unblock", "another bot's, a letter from ours"),
    ("/held", "another bot's, a letter from ours"),
    ("/stats", "another bot's, a letter from ours"),
    ("/redeploy", "another bot's"),
    ("/relock", "two letters from ours"),
    ("/deplyo-preview", "far from ours"),
    ("/help wanted", "another bot's"),
    ("/help me", "another bot's"),
    ("/help #42", "another bot's"),
)


@pytest.mark.parametrize(("body", "what"), NOT_FOR_US)
def test_text_that_is_no_command_gets_no_answer(body: str, what: str) -> None:
    """Prose, quotes, code, other comments, paths and other bots' commands get no answer."""
    assert read(body) is None, what


@pytest.mark.parametrize(
    ("body", "point"),
    [
        ("/dеploy", "U+0435 CYRILLIC SMALL LETTER IE"),
        ("／ｄｅｐｌｏｙ production", "ｄ"),
        ("/ｄｅｐｌｏｙ", "ｄ"),
        ("\u200b/deploy", "U+200B ZERO WIDTH SPACE"),
        ("/de\u200bploy", "U+200B ZERO WIDTH SPACE"),
        ("/deploy\u00a0production", "U+00A0 NO-BREAK SPACE"),
        ("/deploy\u2028production", "U+2028 LINE SEPARATOR"),
        ("/\u202edeploy", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("/deploy prоduction", "U+043E CYRILLIC SMALL LETTER O"),
        ("/deploy production ＃４２", "４"),
        ("／ｄｅｐｌｏｙ\u3000ｐｒｏｄ\u3000＃４２", "ｄ"),
        ("/deploy production ＃", "＃"),
        ("/deploy production #４２", "４"),
        ("/deploy 本番\u200b", "U+200B ZERO WIDTH SPACE"),
        ("/deploy production\u200b", "U+200B ZERO WIDTH SPACE"),
        ("/lock production ２h", "２"),
        ("/lock production 18：00", "："),
        ("/unlock pro\u0085duction", "U+0085"),
    ],
)
def test_a_look_alike_of_a_command_is_refused_by_its_character(body: str, point: str) -> None:
    """The answer shows the first foreign character that is wrong; by number and name, if it cannot be told by sight."""
    said = read(body)
    assert isinstance(said, Mistake)
    assert (said.code, said.point) == ("not_ascii", point)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("／deploy", "/deploy"),
        ("/deploy\u3000production", "/deploy production"),
        ("／deploy\u3000production\u3000＃42", "/deploy production #42"),
        ("/rollback production to\u3000＃41", "/rollback production to #41"),
        ("/unlock\u3000production\u3000確認済み", "/unlock production 確認済み"),
    ],
)
def test_the_signs_of_an_input_method_are_read_as_what_they_mean(typed: str, plain: str) -> None:
    """`／`, `＃` before a number, and the wide blank: none of them can mean anything else there."""
    assert isinstance(read(plain), Invocation)
    assert read(typed) == read(plain)


IN_MARKS_OR_BELOW_A_QUOTE = (
    "`/deploy production`",
    "``/deploy production``",
    "`` /deploy production ``",
    "   `/deploy production`  ",
    "\n\n`/deploy production`\n\nas it says above",
    "> When can this go out?\n\n/deploy production",
    "> When?\r\n\r\n/deploy production\r\n",
    "   > When?\n>\n> Soon?\n\n\n> really\n \n  /deploy production\n\nnow",
    "> /unlock production\n\n/deploy production",
    "> ```\n> /unlock production\n> ```\n\n`/deploy production`",
)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("/deploy", Invocation(word="deploy")),
        ("\n\n  /deploy  \nmore text", Invocation(word="deploy")),
        ("/DEPLOY Production", Invocation(word="deploy", environment="production")),
        ("/deploy #42", Invocation(word="deploy", pull=42)),
        ("/deploy production #42", Invocation(word="deploy", environment="production", pull=42)),
        *(
            (line, Invocation(word="deploy", environment="production", pull=43, barred=(42, 41)))
            for line in (
                "/deploy production #43 with #42 #41",
                "/deploy production #43 with #42, #41",
                "/deploy production #43 With #42 with #41 #42",
            )
        ),
        ("/deploy production with #42", Invocation(word="deploy", environment="production", barred=(42,))),
        ("/deploy with #42", Invocation(word="deploy", barred=(42,))),
        ("/deploy #43 with #42", Invocation(word="deploy", pull=43, barred=(42,))),
        ("/deploy anyway purged", Invocation(word="deploy", anyway="purged")),
        *(
            (
                line,
                Invocation(word="deploy", environment="prod", pull=43, barred=(42,), anyway="with #9 anyway  x"),
            )
            for line in (
                "/deploy prod #43 with #42 anyway with #9 anyway  x",
                "/deploy prod #43  with #42 ANYWAY\twith #9 anyway  x ",
            )
        ),
        ("/deploy anyways", Invocation(word="deploy", environment="anyways")),
        ("/deploy\tproduction", Invocation(word="deploy", environment="production")),
        (
            "/unlock production 障害対応のため",
            Invocation(word="unlock", environment="production", reason="障害対応のため"),
        ),
        ("/unlock production  two  spaces", Invocation(word="unlock", environment="production", reason="two  spaces")),
        ("/status\r\n", Invocation(word="status")),
        ("/help", Invocation(word="help")),
        ("/lock production", Invocation(word="lock", environment="production")),
        ("/lock production 2h", Invocation(word="lock", environment="production", span=timedelta(hours=2))),
        (
            "/lock production 18:00 demo",
            Invocation(word="lock", environment="production", span=Clock(18, 0), reason="demo"),
        ),
        (
            "/lock production forever 調査中",
            Invocation(word="lock", environment="production", span="forever", reason="調査中"),
        ),
        ("/lock production 7d", Invocation(word="lock", environment="production", span=timedelta(days=7))),
        ("/lock production 1m", Invocation(word="lock", environment="production", span=timedelta(minutes=1))),
        ("/lock production 0:05", Invocation(word="lock", environment="production", span=Clock(0, 5))),
        ("/lock production FOREVER", Invocation(word="lock", environment="production", span="forever")),
        ("/lock production -1", Invocation(word="lock", environment="production", reason="-1")),
        ("/lock production ①番の障害", Invocation(word="lock", environment="production", reason="①番の障害")),
        *((body, Invocation(word="deploy", environment="production")) for body in IN_MARKS_OR_BELOW_A_QUOTE),
        ("/deploy production\n/unlock production", Invocation(word="deploy", environment="production")),
        ("/deploy production\r/unlock production", Invocation(word="deploy", environment="production")),
        ("/deploy --force", Invocation(word="deploy", environment="--force")),  # an unknown environment
        ("/lock production migrating", Invocation(word="lock", environment="production", reason="migrating")),
    ],
)
def test_a_command_is_read_from_the_first_line(body: str, meant: Invocation) -> None:
    """The first non-blank line counts, whole, in upper or lower case."""
    assert read(body) == meant


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("/deploi", "unknown_command"),
        ("/unlok production", "unknown_command"),
        ("/rolback", "unknown_command"),
        ("/lock production 10abc", "bad_span"),
        ("/lock production 0m", "bad_span"),
        ("/lock production 8d", "bad_span"),
        ("/lock production 24:00", "bad_span"),
        ("/lock production 1e9h", "bad_span"),
        ("/deploy production --force", "bad_pull"),
        ("/deploy production 42", "bad_pull"),
        ("/deploy production #0", "bad_pull"),
        ("/deploy production #42 now", "too_many"),
        ("/deploy production #42 with", "bad_with"),
        ("/deploy production #42 with 41", "bad_with"),
        ("/deploy production #42 wiht #41", "bad_with"),
        ("/deploy production with 41", "bad_with"),
        ("/deploy production #42 anyway", "anyway_reason"),
        ("/deploy anyway", "anyway_reason"),
        ("/deploy production #42 anway purged", "too_many"),
        ("/rollback production anyway purged", "no_reason"),
        ("/rollback production to 41", "bad_target"),
        ("/rollback production back to #41", "bad_target"),
        ("/deploy prod;rm", "bad_environment"),
        ("/deploy ../etc", "bad_environment"),
        ("/deploy " + "x" * 65, "bad_environment"),
        ("/status production please", "too_many"),
        ("/help deploy", "too_many"),
        ("/help /deploy production", "too_many"),
        ("> hello\n/deploy", "in_quote"),
        ("> hello\n\n> there\r`/lock production for 2h`", "in_quote"),
        ("> hello\n/deploi", "unknown_command"),
        ("/loc", "unknown_command"),
        ("/ulock production", "unknown_command"),
        ("/cancle", "unknown_command"),
        ("/hlep", "unknown_command"),
        ("/roll-back", "unknown_command"),
        ("/deploy constructor production", "bad_pull"),
        ("/deploy " + "x" * 900, "bad_environment"),
        ("/deploy production -- --force", "bad_pull"),
        ("/deploy production;/unlock production", "bad_environment"),
        ("/deploy production && /unlock production", "bad_pull"),
        ("/deploy $(id)", "bad_environment"),
        ("/deploy production #42 #43", "too_many"),
        ("/deploy production #99999999999", "bad_pull"),
        ("/deploy production #042", "bad_pull"),
        ("/deploy #42 production", "too_many"),
        ("/deploy production\x00", "bad_environment"),
        ("/deploy\x0bproduction", "bad_environment"),
        ("/lock production 0", "bad_span"),
        ("/lock production 1", "bad_span"),
        ("/lock production 30s", "bad_span"),
        ("/lock production 1h30m", "bad_span"),
        ("/lock production 1.5h", "bad_span"),
        ("/lock production 9999d", "bad_span"),
        ("/lock production 18:60", "bad_span"),
        ("/lock production 2H", "bad_span"),
        ("/unlock production " + "x" * LINE_LIMIT, "too_long"),
    ],
)
def test_mistakes_are_named_and_no_meaning_is_guessed(body: str, code: str) -> None:
    """A command that cannot be carried out whole is not carried out at all."""
    said = read(body)
    assert isinstance(said, Mistake)
    assert said.code == code


@given(st.text(max_size=400) | st.text(alphabet="/deploy #4\n\t`>unlcksta", max_size=60))
def test_any_text_is_read_without_an_exception(body: str) -> None:
    """No text becomes a command unless its first word is in ASCII."""
    said = read(body)
    assert (said if isinstance(said, Invocation) else None) == meant(body)


LARGE = 65_536
LARGEST = (
    "/deploy " + "a" * LARGE,
    "/unlock production " + "理" * LARGE,
    "/lock production " + "9" * LARGE,
    "/lock production " + "1:" * (LARGE // 2),
    "/rollback production to " + "#" * LARGE,
    "/deploy" + " " * LARGE,
    "/deploy" + " \t" * (LARGE // 2) + "x",
    "/" + "deploy" * (LARGE // 6),
    "/" + "ｄ" * LARGE,
    "/deploy\n" * (LARGE // 8),
    "\n" * LARGE,
    "\r\n" * (LARGE // 2) + "/deploy",
    " \n" * (LARGE // 2),
    "\u2028" * LARGE,
    "\u200b" * LARGE,
    "`" * LARGE,
    "/" * LARGE,
    " " * LARGE,
    "-" * LARGE,
    "\U0001f600" * LARGE,
    "/deplo" + "ỳ\u0300" * (LARGE // 2),
)


@pytest.mark.parametrize("body", LARGEST, ids=[body[:12].encode("unicode-escape").decode() for body in LARGEST])
def test_the_largest_comment_is_read_within_ten_milliseconds(body: str) -> None:
    """65,536 characters of any kind take less than 10 ms: the best of seven runs, because the machine may be busy."""
    assert min(_seconds(body) for _ in range(7)) < 0.01


@pytest.mark.parametrize(
    "body", sampled(LARGEST, LARGEST[::3]), ids=[body[:12].encode("unicode-escape").decode() for body in LARGEST]
)
def test_the_time_to_read_a_comment_grows_linearly(body: str) -> None:
    """Four times the text takes at most about four times the time, so no part of it is read repeatedly.

    Both are so long that new memory is requested for their lines, which costs more than to read them.
    """
    short, long = (min(_seconds(text) for _ in range(3)) for text in (body * 16, body * 64))
    assert long < short * 4 * 3 + 0.02


def _seconds(body: str) -> float:
    begun = time.thread_time()  # processor time: the machine may do other work
    read(body)
    return time.thread_time() - begun


# ---------------------------------------------------------------- a second, independent parser

SPACES, LETTERS, DIGITS = " \t", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
NAMES = "abcdefghijklmnopqrstuvwxyz0123456789-"


def first_line(body: str) -> str:
    """The first non-blank line outside a quote, by hand; empty if it is directly below a quote."""
    line, above = "", False
    for sign in (*body.replace("\r\n", "\n"), "\n"):
        if sign not in "\r\n":
            line += sign
            continue
        start = len(line) - len(line.lstrip(" "))
        quote = start < 4 and line[start : start + 1] == ">"
        if line.strip() and not quote:
            return "" if above else line
        above, line = quote, ""
    return ""


def out_of_marks(line: str) -> str:
    """Removes one pair of code marks around the whole line."""
    indent = len(line) - len(line.lstrip(" "))
    for marks in ("``", "`"):
        inner = line[indent + len(marks) : len(line) - len(marks)]
        framed = line[indent:].startswith(marks) and line.endswith(marks) and len(line) - indent > 2 * len(marks)
        if framed and indent < 4 and "`" not in inner:
            return inner.removeprefix(" ")
    return line


def meant(body: str) -> Invocation | None:
    """The command in a comment, read letter by letter without a pattern; None: no valid command."""
    line = first_line(body)
    line = narrow(out_of_marks(line[: LINE_LIMIT + 1].rstrip())).rstrip()
    indent = len(line) - len(line.lstrip(" "))
    if indent > 3 or len(line) > LINE_LIMIT or line[indent : indent + 1] != "/":
        return None
    at = indent + 1
    while at < len(line) and line[at] in LETTERS + "-":
        at += 1
    word, rest = line[indent + 1 : at].lower(), line[at:]
    if word not in COMMANDS or (rest and rest[0] not in SPACES):
        return None
    return operands(word, rest.strip(SPACES))


def narrow(line: str) -> str:
    """The line with the signs of an input method as the ASCII ones."""
    at = len(line) - len(line.lstrip(" "))
    if line[at : at + 1] == "／" and line[at + 1 : at + 2] in LETTERS:
        line = f"{line[:at]}/{line[at + 1 :]}"
    if at > 3 or line[at : at + 1] != "/":
        return line
    signs = list(line.replace("\u3000", " "))
    for place, sign in enumerate(signs[:-1]):
        if sign == "＃" and place and signs[place - 1] == " " and signs[place + 1] in "0123456789":
            signs[place] = "#"
    return "".join(signs)


def words(text: str) -> list[str]:
    """Splits at ASCII spaces and tabs."""
    return [word for word in text.replace("\t", " ").split(" ") if word]


def operands(word: str, rest: str) -> Invocation | None:
    """Parses the operands by the usage of each command."""
    given = words(rest)
    names = [name.lower() for name in given[:1] if is_name(name.lower()) and not name.startswith("#")]
    environment = names[0] if names else None
    after = given[1:] if names else given
    match word:
        case "help":
            return None if given else Invocation(word=word)
        case "status" | "cancel":
            return None if after else Invocation(word=word, environment=environment)
        case "rollback":
            return way_back(word, given)
        case "deploy":
            return deployed(word, *before_anyway(rest))
        case _:
            return with_reason(word, rest, given, environment)


def before_anyway(rest: str) -> tuple[list[str], str | None]:
    """The words before `anyway`, and the whole text after it; None if there is no `anyway`."""
    given = words(rest)
    at = next((at for at, part in enumerate(given) if part.lower() == "anyway"), None)
    if at is None:
        return given, None
    for part in given[: at + 1]:
        rest = rest.lstrip(SPACES)[len(part) :]
    return given[:at], rest.strip(SPACES)


def deployed(word: str, given: list[str], why: str | None) -> Invocation | None:
    """An environment, a pull request, and at least one number after each `with`; `with` before a number is no name."""
    if why == "":
        return None
    named = given and not is_pull(given[0]) and not (given[0].lower() == "with" and [*given, ""][1][:1] == "#")
    if named and not is_name(given[0].lower()):
        return None
    pull, barred = None, list[int]()
    begun = False
    after = given[1:] if named else given
    for at, part in enumerate(after):
        if part.lower() == "with":
            begun = True
            if not is_number(after[at + 1] if at + 1 < len(after) else ""):
                return None
        elif begun and is_number(part):
            barred.append(int(part.rstrip(",")[1:]))
        elif is_pull(part) and pull is None and at == 0:
            pull = int(part[1:])
        else:
            return None
    environment = given[0].lower() if named else None
    again = tuple(dict.fromkeys(barred))
    return Invocation(word=word, environment=environment, pull=pull, barred=again, anyway=why or "")


def is_number(text: str) -> bool:
    """A number after `with`; one comma may follow."""
    return is_pull(text.removesuffix(","))


def way_back(word: str, given: list[str]) -> Invocation | None:
    """`to` before a number is no environment."""
    toward = len(given) > 1 and given[0].lower() == "to" and given[1][0] == "#"
    name, after = (None, given) if toward or not given else (given[0].lower(), given[1:])
    if name is not None and not is_name(name):
        return None
    if not after:
        return Invocation(word=word, environment=name)
    if len(after) != 2 or after[0].lower() != "to" or not is_pull(after[1]):
        return None
    return Invocation(word=word, environment=name, target=int(after[1][1:]))


def with_reason(word: str, rest: str, given: list[str], environment: str | None) -> Invocation | None:
    """The text after the environment of `/lock` or `/unlock` is free, except for a time."""
    after = given[1:]
    if given and environment is None:
        return None
    reason = rest[len(given[0]) :].strip(SPACES) if given else ""
    if word == "unlock" or not given:
        return Invocation(word=word, environment=environment, reason=reason)
    times = until_no_time_is_left(after)
    if times is None or len(times) > 1:
        return None
    span, length = times[0] if times else (None, 0)
    for _ in range(length):
        reason = reason[len(words(reason)[0]) :].strip(SPACES)
    return Invocation(word=word, environment=environment, span=span, reason=reason)


def until_no_time_is_left(given: list[str]) -> list[tuple[Any, int]] | None:
    """The times at the beginning, each with its number of words; None: the first looks like a time and is none."""
    times: list[tuple[Any, int]] = []
    while given:
        lead = given[0].lower() if given[0].lower() in ("for", "until") else ""
        left = given[1:] if lead else given
        found = ((as_span(left[:count], lead), count) for count in (2, 1) if len(left) >= count)
        span, count = next((one for one in found if one[0] is not None), (None, 0))
        if isinstance(span, Clock) and left[1:] and left[1].lower() in ("pm", "tomorrow"):
            return times or None
        if span is None:
            return None if means_a_time(left, lead) and not times else times
        times.append((span, count + bool(lead)))
        given = left[count:]
    return times


def means_a_time(left: list[str], lead: str) -> bool:
    """Whether the words look like a time; knows only the words in `PIECES`."""
    if not left:
        return lead != ""
    said = left[0].lower()
    in_words = (lead == "until" and said in ("forever", "tomorrow")) or (lead == "for" and said == "tomorrow")
    return said[0].isdecimal() or in_words or (not lead and said == "to" and bool(left[1:]) and looks_timed(left[1]))


def looks_timed(text: str) -> bool:
    """A number with a unit, or a clock time, of any size and script."""
    number, colon, minutes = text.lower().partition(":")
    if colon:
        return number.isdecimal() and len(number) < 3 and minutes.isdecimal() and len(minutes) == 2
    unit = next((unit for unit in ("am", "pm", "m", "h", "d") if number.endswith(unit)), "-")
    return number.removesuffix(unit).isdecimal() and unit != "-"


def is_name(text: str) -> bool:
    """A valid name of an environment."""
    return 0 < len(text) <= 64 and all(sign in NAMES for sign in text)


def is_pull(text: str) -> bool:
    """A pull request's number with its sign."""
    digits = text[1:]
    return text[:1] == "#" and 0 < len(digits) <= 10 and all(sign in DIGITS for sign in digits) and digits[0] != "0"


UNITS = {"m": 1, "h": 60, "d": 1440}
UNIT_WORDS = {"m": "m min mins minute minutes", "h": "h hr hrs hour hours", "d": "d day days"}


def as_span(given: list[str], lead: str) -> Any:
    """A duration, a clock time or `forever`: one word, or a number and a unit."""
    text = "".join(given)
    if lead != "until" and len(given) == 1 and text.lower() in (("forever", "ever") if lead else ("forever",)):
        return "forever"
    hour, colon, minute = text.partition(":")
    if colon and lead != "for" and len(given) == 1:
        right = all(part and all(sign in DIGITS for sign in part) for part in (hour, minute))
        fits = right and len(hour) <= 2 and len(minute) == 2 and int(hour) < 24 and int(minute) < 60
        return Clock(int(hour), int(minute)) if fits else None
    count = text.rstrip(LETTERS)
    unit = next((key for key, known in UNIT_WORDS.items() if text[len(count) :] in known.split()), None)
    digits = 0 < len(count) <= 5 and all(sign in DIGITS for sign in count) and (len(given) == 1 or given[0] == count)
    if lead == "until" or unit is None or not digits:
        return None
    length = timedelta(minutes=int(count) * UNITS[unit])
    return length if timedelta(minutes=1) <= length <= timedelta(days=7) else None


PIECES = (
    *("/deploy", "/lock", "/unlock", "/status", "/help", "/rollback", "/cancel", "/DEPLOY", "/Lock", "/deploi"),
    *("production", "prod", "PROD", "x" * 64, "x" * 65, "#42", "#0", "#1234567890", "#12345678901", "42"),
    *("2h", "7d", "8d", "0m", "18:00", "24:00", "9:5", "forever", "Forever", "10abc", "to", "because", "障害対応"),
    *("for", "For", "until", "UNTIL", "for 2h", "until 18:00", "2 hours", "1 day", "ever", "pm", "tomorrow", "minutes"),
    *("> ", ">", "``", "`/deploy production`", "> hi\n", "> hi\n\n", "> hi\r\n\r\n"),
    *("anyway", "ANYWAY", "anyway because", "anyways"),
    *("with", "With", "with #42", " with #41", "#41,", "wiht", "withal"),
    *(" ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u3000", "\u200b", "\u2028", "\x0b", "\x00"),
    *("/", "／", "`", "```", ">", "<!--", "-->", "-", "--force", ";", "е", "①", "２h", "x" * 1000),
)


def comments(seed: int, count: int) -> Iterator[str]:
    """Random comments, composed of parts of commands and of look-alikes."""
    dice = random.Random(seed)
    for _ in range(count):
        pieces = dice.choices(PIECES, k=dice.randint(1, 9))
        if dice.random() < 0.7:
            pieces = [dice.choice(("", "", " ", "\n", "   ")), dice.choice(PIECES[:10]), " ", *pieces]
        yield dice.choice(("", " ")).join(pieces)


def agree(seed: int, count: int) -> int:
    """Compares both parsers on random comments and returns the number of commands."""
    commands = 0
    for body in comments(seed, count):
        said = read(body)
        assert (said if isinstance(said, Invocation) else None) == meant(body), body
        commands += isinstance(said, Invocation)
    return commands


def test_two_parsers_agree_on_ten_thousand_comments() -> None:
    """No exception, no command outside the usage, and enough commands for the comparison to be meaningful."""
    assert agree(1, 10_000) > 500


@pytest.mark.soak
def test_two_parsers_agree_on_a_hundred_thousand_comments() -> None:
    """The same, for longer."""
    assert sum(agree(seed, 10_000) for seed in range(2, 12)) > 5_000


def test_only_the_first_of_a_thousand_commands_counts() -> None:
    """Only the first line counts."""
    body = "\n".join(f"/deploy production #{number}" for number in range(1, 1001))
    assert read(body) == Invocation(word="deploy", environment="production", pull=1)


def test_every_example_of_every_command_is_that_command() -> None:
    """Every example that `/help` shows can be typed."""
    for word, spec in COMMANDS.items():
        for example in spec.examples:
            said = read(example)
            assert isinstance(said, Invocation)
            assert said.word == word


# ---------------------------------------------------------------- quotes, fences, code


def shown(body: str, container: str) -> str:
    """The same text as a quote, in a fence, indented, or as code in a sentence."""
    lines = body.split("\n")
    match container:
        case "quote":
            return "\n".join(f"> {line}" for line in lines)
        case "fence":
            return "\n".join(["```", *lines, "```"])
        case "indented":
            return "\n".join(f"    {line}" for line in lines)
        case _:
            return f"I typed `{lines[0]}` and waited"


COMMAND_LINES = st.sampled_from(
    [example for spec in COMMANDS.values() for example in spec.examples] + ["`/deploy`", "", "hello", "> /deploy"]
)


@given(
    st.lists(COMMAND_LINES, min_size=1, max_size=5),
    st.sampled_from(("quote", "fence", "indented", "sentence")),
    st.sampled_from(("", "\n\nthanks", "\n\nthanks\n/deploy", "\n\n> /deploy", "\n")),
)
def test_text_in_a_quote_a_fence_or_inline_code_is_no_command(lines: list[str], container: str, below: str) -> None:
    """This holds for any content, and any text below it but a command."""
    assert not isinstance(read(shown("\n".join(lines), container) + below), Invocation)


@given(st.lists(COMMAND_LINES, min_size=1, max_size=5), st.sampled_from(("`", "``", "")))
def test_a_line_below_a_quote_is_read_as_if_alone(quoted: list[str], marks: str) -> None:
    """This holds for any quoted text, and with or without code marks."""
    line = f"{marks}/lock production for 2h why{marks}"
    assert read(shown("\n".join(quoted), "quote") + "\n\n" + line) == Invocation(
        word="lock", environment="production", span=timedelta(hours=2), reason="why"
    )


# ---------------------------------------------------------------- near misses


def distance(one: str, other: str) -> int:
    """The number of letters added, left out, replaced or swapped with a neighbor, by the full table."""
    rows = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            costs = [rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])]
            if i > 1 and j > 1 and (one[i - 1], one[i - 2]) == (other[j - 2], other[j - 1]):
                costs.append(rows[i - 2][j - 2] + 1)
            rows[i][j] = min(costs)
    return rows[-1][-1]


LISTED = frozenset[str]().union(*FOREIGN.values())


@given(st.sampled_from(sorted(COMMANDS)), st.lists(st.integers(0, 12), max_size=2), st.data())
def test_only_a_typing_slip_gets_a_hint(word: str, places: list[int], data: Any) -> None:
    """A slip is one letter, or two swapped neighbors, away from a command, and no command of another tool."""
    for place in places:
        at = min(place, len(word))
        letter = data.draw(st.sampled_from("abcdeklnopuy-"))
        swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
        word = data.draw(
            st.sampled_from(
                (
                    word[:at] + word[at + 1 :],
                    word[:at] + letter + word[at:],
                    swapped,
                    word[:at] + letter + word[at + 1 :],
                )
            )
        )
    said = read(f"/{word}")
    slip = word not in LISTED and any(distance(word, one) == 1 for one in COMMANDS)
    if word not in COMMANDS and word[:1] not in ("", "-"):
        assert (said.code if isinstance(said, Mistake) else None) == ("unknown_command" if slip else None), word


def test_a_hint_names_the_command_that_was_meant() -> None:
    """Of two equally near commands the longer is named: people leave out a letter more often than they add one."""
    for typed, usage in (("/ulock", "/unlock"), ("/loc", "/lock"), ("/locks", "/lock"), ("/stauts", "/status")):
        said = read(typed)
        assert isinstance(said, Mistake)
        assert said.usage.split()[0] == usage


@pytest.mark.parametrize("tool", FOREIGN)
def test_commands_of_other_tools_get_no_answer(tool: str) -> None:
    """Alone, with operands, in any case and in code marks; and none of those words is a command of ours."""
    for word in FOREIGN[tool]:
        assert word not in COMMANDS
        for line in (f"/{word}", f"/{word} production", f"/{word.upper()} #42", f"`/{word}`", f"> hi\n\n/{word}"):
            assert read(line) is None, line
