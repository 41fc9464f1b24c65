"""What is read without aiohttp has one meaning only: aiohttp reads it in the same way, and is left the rest."""

import asyncio
import time
from unittest.mock import Mock

import pytest
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpRequestParser, RawRequestMessage
from hypothesis import given
from hypothesis import strategies as st

from ghapp.doors.plain import HEAD_BYTES, head_of

START = "POST /webhooks/github HTTP/1.1"
PLAIN = ("Host: ghapp", "X-GitHub-Event: ping", "Content-Type: application/json", "Content-Length: 7")


def head(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def aiohttps(data: bytes) -> RawRequestMessage | None:
    """What aiohttp takes it for; None where it refuses it or waits for more."""
    loop = asyncio.new_event_loop()
    try:
        messages, _, _ = HttpRequestParser(Mock(), loop, 2**16).feed_data(data)
    except HttpProcessingError:
        return None
    finally:
        loop.close()
    return messages[0][0] if messages else None


def test_what_github_sends_is_plain() -> None:
    """Also through a proxy that adds its own; the connection may be said to stay, or not."""
    for more, last in (("X-Forwarded-For: 192.0.2.1", False), ("Connection: close", True), ("Accept: */*", False)):
        found = head_of(head(START, *PLAIN, more) + b'{"a":1}')
        assert found is not None
        assert (found.path, found.length, found.last) == ("/webhooks/github", 7, last)
        assert found.heading["x-github-event"] == "ping"


@pytest.mark.parametrize(
    "lines",
    [
        ("POST /webhooks/github HTTP/1.0", *PLAIN),
        ("post /webhooks/github HTTP/1.1", *PLAIN),
        ("GET /webhooks/github HTTP/1.1", *PLAIN),
        ("POST /webhooks/github?x=1 HTTP/1.1", *PLAIN),
        ("POST http://ghapp/webhooks/github HTTP/1.1", *PLAIN),
        ("POST  /webhooks/github HTTP/1.1", *PLAIN),
        (START, *PLAIN[1:]),
        (START, *PLAIN[:2], *PLAIN[3:]),
        (START, *PLAIN[:3]),
        (START, *PLAIN, "Content-Length: 7"),
        (START, *PLAIN, "content-length: 8"),
        (START, *PLAIN, "X-Github-Event: push"),
        (START, *PLAIN, "Transfer-Encoding: chunked"),
        (START, *PLAIN, "Content-Encoding: gzip"),
        (START, *PLAIN, "Expect: 100-continue"),
        (START, *PLAIN, "Upgrade: websocket", "Connection: upgrade"),
        (START, *PLAIN, "Connection: close, te"),
        (START, *PLAIN, "Folded: a", " b"),
        (START, *PLAIN, "Space : a"),
        (START, *PLAIN, "No-Space:a"),
        (START, *PLAIN, "Two-Spaces:  a"),
        (START, *PLAIN, "Ends: a "),
        (START, *PLAIN, "Empty: "),
        (START, *PLAIN, "Tab: a\tb"),
        (START, *PLAIN, "Feed: a\nContent-Length: 9"),
        (START, *PLAIN, "Return: a\rContent-Length: 9"),
        (START, *PLAIN, "Nul: a\0"),
        (START, *PLAIN, "Letter: \xe9"),
        (START, *PLAIN, "N\xe4me: a"),
        (START, *PLAIN, "x" * 65 + ": a"),
        (START, *PLAIN, "Long: " + "x" * 2001),
        (START, *PLAIN[:3], "Content-Length: +7"),
        (START, *PLAIN[:3], "Content-Length: 07"),
        (START, *PLAIN[:3], "Content-Length: 0"),
        (START, *PLAIN[:3], "Content-Length: 99999999"),
        (START, *PLAIN[:3], "Content-Length: 7, 7"),
    ],
    ids=lambda lines: " | ".join(lines)[-40:].encode("unicode_escape").decode(),
)
def test_all_else_is_left_to_aiohttp(lines: tuple[str, ...]) -> None:
    """Other versions, said twice, framed otherwise, expecting something, written oddly."""
    assert head_of(head(*lines) + b'{"a":1}') is None


def test_a_head_that_is_not_whole_or_too_long_is_not_plain() -> None:
    """Cut anywhere; and one that does not end within its bounds."""
    whole = head(START, *PLAIN)
    assert not any(head_of(whole[:length]) for length in range(len(whole)))
    many = [f"X-{number}: {'y' * 90}" for number in range(HEAD_BYTES // 90)]
    assert head_of(head(START, *PLAIN, *many)) is None


ODD = st.sampled_from(
    [
        *("Connection: close", "Connection: keep-alive", "connection: Close", "Transfer-Encoding: chunked", "TE: x"),
        *("Content-Length: 7", "CONTENT-LENGTH: 7", "Content-Length : 7", "Content-Length: 7 ", "Host: other"),
        *("Expect: 100-continue", "Upgrade: h2c", "X: ", "X:y", " folded", "X: a: b", "Cookie: a=b", "X-A: \x85"),
    ]
)
LINES = st.tuples(
    st.sampled_from(
        [START, START.lower(), START + " ", "POST / HTTP/1.1", "POST /a-b_c/d HTTP/1.1", "PUT /a HTTP/1.1"]
    ),
    st.lists(ODD | st.text(st.characters(max_codepoint=255), max_size=12), max_size=4),
    st.permutations(PLAIN),
)
CHANGES = st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=2), st.booleans()), max_size=3)


@given(LINES, CHANGES)
def test_aiohttp_reads_it_in_the_same_way(
    lines: tuple[str, list[str], list[str]], changes: list[tuple[int, bytes, bool]]
) -> None:
    """Whatever is said in odd ways, and wherever bytes are put in or replaced: what is plain is the same for both."""
    data = bytearray(head(lines[0], *lines[2], *lines[1]))
    for place, put, instead in changes:
        data[place : place + (len(put) if instead else 0)] = put
    found = head_of(bytes(data))
    if found is None:
        return
    read = aiohttps(bytes(data[: found.end]).ljust(found.end + found.length))
    assert read is not None
    assert (read.method, read.path, read.version) == ("POST", found.path, (1, 1))
    assert {name.lower(): value for name, value in read.headers.items()} == found.heading
    assert len(read.headers) == len(found.heading)
    assert (read.should_close, read.chunked, read.upgrade, read.compression) == (found.last, False, False, None)
    assert read.headers["Content-Length"] == str(found.length)


@pytest.mark.parametrize(
    "filler",
    ["a" * 7900, "a-" * 3950, "a: " + "b" * 7900, "\r\n".join("a" * 60 for _ in range(120)), ":" * 7900, "é" * 7900],
)
def test_the_worst_head_is_looked_at_in_a_moment(filler: str) -> None:
    """Eight kilobytes in which each byte may begin a field cost no more than to read them."""
    worst = head(START, *PLAIN, filler)
    began = time.perf_counter()
    for _ in range(20):
        assert head_of(worst) is None
    assert (time.perf_counter() - began) / 20 < 0.002
