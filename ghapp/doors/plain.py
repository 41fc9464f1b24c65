"""The head of a request that can be read in one way only, and asks for nothing but an answer: as GitHub sends it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

HEAD_BYTES = 8 * 1024

_START = re.compile(r"POST (/[A-Za-z0-9/_-]{0,100}) HTTP/1\.1\r\n")
# printable ASCII without space at either end: every reader takes it for the same
_FIELD = re.compile(r"([A-Za-z0-9-]{1,64}+): (?! )([ -~]{1,2000}+)(?<! )")
_LENGTH = re.compile(r"[1-9][0-9]{0,6}")
_NOT_PLAIN = frozenset(
    {"transfer-encoding", "content-encoding", "expect", "upgrade", "te", "trailer", "keep-alive", "proxy-connection"}
)


class Head(NamedTuple):
    """The head of a plain request. `end` and `length`: the bytes of itself, and of the body."""

    path: str
    heading: Mapping[str, str]
    end: int
    length: int
    last: bool


def head_of(data: bytes) -> Head | None:
    """The head at the beginning of these bytes; None where it is not whole, or not plain."""
    end = data.find(b"\r\n\r\n", 0, HEAD_BYTES) + 4
    text = data[:end].decode("latin-1")
    start = _START.match(text)
    if start is None:
        return None
    heading: dict[str, str] = {}
    # line by line: a search over all of it begins anew at each byte of what is no field
    for line in text[start.end() : -4].split("\r\n"):
        field = _FIELD.fullmatch(line)
        if field is None or (name := field[1].lower()) in heading:
            return None
        heading[name] = field[2]
    length = heading.get("content-length", "")
    last = heading.get("connection", "keep-alive")
    if not _NOT_PLAIN.isdisjoint(heading):
        return None
    if heading.get("content-type") != "application/json" or not _LENGTH.fullmatch(length) or "host" not in heading:
        return None
    if last not in ("keep-alive", "close"):
        return None
    return Head(start[1], heading, end, int(length), last == "close")
