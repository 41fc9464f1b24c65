"""Finds the line of a comment that may be a command. Linear in the comment's length."""

import re
import unicodedata

LINE_LIMIT = 1_000
QUOTED = "> "
COMMAND = re.compile(r" {0,3}/([A-Za-z][A-Za-z-]{0,31})(?=\s|$)", re.ASCII)
FIRST = re.compile(r" {0,3}([^ \t]{1,64})")
_ABOVE = re.compile(r"(?:(?: {0,3}>[^\r\n]*|[^\S\r\n]*)(?:\r\n|\r|\n))*")
_QUOTE_LAST = re.compile(r"(?:^|[\r\n]) {0,3}>[^\r\n]*(?:\r\n|\r|\n)\Z")
_LINE = re.compile(r"[^\r\n]*")
WIDE_SIGNS = "／＃\u3000"
_WIDE_SLASH = re.compile(r"\A( {0,3})／(?=[A-Za-z])", re.ASCII)
_WIDE_NUMBER = re.compile("(?<=[ \u3000])＃(?=[0-9])")
_MARKED = re.compile(r" {0,3}(`{1,2}) ?([^`]+?) ?\1")


def command_line(body: str) -> str | None:
    """The first line that is neither blank nor a quote, without its code marks, if it may be a command.

    GitHub shows a line right below a quote as a part of the quote, so that line gets the quote's mark.
    https://spec.commonmark.org/0.31.2/#paragraph-continuation-text
    """
    above = _ABOVE.match(body)
    begun = above.end() if above else 0
    line = _LINE.match(body, begun)
    cut = plain_signs(without_code_marks(line.group()[: LINE_LIMIT + 1].rstrip())) if line else ""
    if not (COMMAND.match(cut) or alike(cut)):
        return None
    return QUOTED + cut if _QUOTE_LAST.search(body, 0, begun) else cut


def plain_signs(line: str) -> str:
    """A command line with the signs that an input method writes in their place: `／`, `＃41` and the wide blank."""
    plain = _WIDE_SLASH.sub(r"\1/", line, count=1)
    if not re.match(r" {0,3}/", plain):
        return line
    return _WIDE_NUMBER.sub("#", plain).replace("\u3000", " ")


def without_code_marks(line: str) -> str:
    """The text in one pair of code marks around the whole line: messages show commands so, and people copy them."""
    match = _MARKED.fullmatch(line)
    return match[2] if match else line


def alike(line: str) -> str | None:
    """The command word that a line seems to begin with, if that word is not ASCII as written. Only for a hint."""
    first = FIRST.match(line)
    if first is None or first.group(1).isascii():
        return None
    seen = "".join(sign for sign in first.group(1) if unicodedata.category(sign) != "Cf")
    words = unicodedata.normalize("NFKC", seen).split()
    slash, word = (words[0][:1], words[0][1:33]) if words else ("", "")
    return word.lower() if slash == "/" and word else None
