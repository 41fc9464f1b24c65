"""The connection's server loses no request, and gives each part of one a bound and a deadline."""

import asyncio
import select
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ghapp.doors import front
from ghapp.doors.front import HEAD_BYTES, HEADERS, LINE_BYTES
from tests.doors import payloads
from tests.doors.site import Site, site, until
from tests.doors.test_flood import START
from tests.doors.test_hostile import encoded, raw, status

POST = "POST /webhooks/github HTTP/1.1"


def merged(number: int, *, last: bool = False, start: str = POST) -> bytes:
    """A whole request: the merge of this pull request."""
    payload = payloads.merged()
    payload["pull_request"]["number"] = number
    body = encoded(payload)
    asked = raw(start, body, f"Content-Length: {len(body)}")
    return asked if last else asked.replace(b"Connection: close\r\n", b"")


def answers(got: bytes) -> list[int]:
    """The answers' statuses, in order."""
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]


async def is_read(door: Site) -> None:
    """Waits until the server has read the bytes so far: another request has been answered."""
    assert (await door.client.get("/healthz")).status == 200


# ---------------------------------------------------------------- requests in a row


async def test_a_connection_goes_from_door_to_door(door: Site) -> None:
    """A delivery, a health check, then deliveries, one of them with a query."""
    asked = merged(1) + b"GET /healthz HTTP/1.1\r\nHost: ghapp\r\n\r\n"
    asked += merged(2, start="POST /webhooks/github?x=1 HTTP/1.1") + merged(3, last=True)
    assert answers(await door.exchange(asked)) == [202, 200, 202, 202]
    assert len(await door.queued()) == 3


async def test_wherever_a_request_is_cut_it_is_taken_once(door: Site) -> None:
    """Within its head, between head and body, within the body, and just before its end."""
    whole = merged(1, last=True)
    body = whole.index(b"\r\n\r\n") + 4
    cuts = [1, 40, body - 4, body - 3, body - 2, body - 1, body, body + 1, body + 4000, len(whole) - 1]
    for number, cut in enumerate(cuts, start=1):
        asked = merged(number, last=True)
        reader, writer = await door.connect()
        writer.write(asked[:cut])
        await writer.drain()
        await until(lambda cut=cut: cut < body or door.intake.held >= cut - body)  # type: ignore[misc]
        writer.write(asked[cut:])
        assert answers(await reader.read()) == [202], cut
        writer.close()
    assert door.intake.held == 0
    assert len(await door.queued()) == len(cuts)


async def test_empty_lines_before_a_request_are_skipped(door: Site) -> None:
    """https://www.rfc-editor.org/rfc/rfc9112#section-2.2"""
    reader, writer = await door.connect()
    writer.write(b"\r\n\r\n" + START)
    await is_read(door)
    writer.write(merged(1, last=True).partition(b"Host: ghapp\r\n")[2])
    assert answers(await reader.read()) == [202]
    writer.close()


async def test_requests_sent_ahead_are_answered_one_after_the_other(door: Site) -> None:
    """Forty in one go, more than one read takes."""
    asked = b"".join(merged(number) for number in range(1, 40)) + merged(40, last=True)
    assert answers(await door.exchange(asked)) == [202] * 40
    events: Sequence[Any] = await door.queued()
    assert [event.pull.number for event in events] == list(range(1, 41))


async def test_requests_wait_while_the_store_is_slow_and_are_taken(door: Site, tmp_path: Path) -> None:
    """The requests come in pieces behind a delivery that cannot be stored yet."""
    await door.store.open()
    reader, writer = await door.connect()
    with closing(sqlite3.connect(tmp_path / "ghapp.db", isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        asked = b"".join(merged(number) for number in range(1, 30)) + merged(30, last=True)
        for start in range(0, len(asked), 5000):
            writer.write(asked[start : start + 5000])
            await asyncio.sleep(0)
        neighbour.execute("ROLLBACK")
    assert answers(await reader.read()) == [202] * 30
    writer.close()


# ---------------------------------------------------------------- bounds


@pytest.mark.parametrize("pieces", [1, 7])
async def test_a_head_has_bounds(door: Site, pieces: int) -> None:
    """A longer one is not read to its end, in one piece or several, and the connection is closed."""
    most = [f"X-{number}: {'y' * 4000}" for number in range(3)]
    assert status(await door.exchange(raw(POST, b"{}", "Content-Length: 2", *most))) == 200
    long = START + "".join(f"X-{number}: {'y' * 4000}\r\n" for number in range(5)).encode()
    assert len(long) > HEAD_BYTES
    reader, writer = await door.connect()
    size = len(long) // pieces + 1
    for start in range(0, len(long), size):
        writer.write(long[start : start + size])
        await is_read(door)
    assert status(await reader.readline()) == 431
    writer.close()


async def test_a_long_head_behind_a_good_request_is_not_read_either(door: Site) -> None:
    """Each request's head is counted anew."""
    reader, writer = await door.connect()
    for number in (1, 2, 3):
        padding = "".join(f"X-{n}: {'y' * 7000}\r\n" for n in range(2))
        writer.write(merged(number).replace(b"Host: ghapp\r\n", f"Host: ghapp\r\n{padding}".encode()))
        assert status(await reader.readuntil(b"stored\n")) == 202
    writer.write(START + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 4000) for n in range(5)))
    assert status(await reader.readline()) == 431
    writer.close()


@pytest.mark.parametrize("path", [b"/" * 2 * LINE_BYTES, b"/webhooks/github?" + b"x" * LINE_BYTES])
async def test_a_request_line_has_bounds(door: Site, path: bytes) -> None:
    """Paths and queries are short here; routing a long path took 9 ms."""
    assert status(await door.exchange(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")) == 400


async def test_the_number_of_headers_is_bounded(door: Site) -> None:
    """Short headers count as well."""
    more = [f"X-{number}: y" for number in range(HEADERS)]
    assert status(await door.exchange(raw(POST, b"{}", "Content-Length: 2", *more))) == 400
    assert status(await door.exchange(merged(1, last=True).replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n", 1))) == 202


@pytest.mark.parametrize(
    "filler",
    [
        b"a" * 7900,
        b"a-" * 3950,
        b"a: " + b"b" * 7900,
        b"\r\n".join([b"a" * 60] * 120),
        b"\r\n".join(b"%d: b" % number for number in range(50)),
        b":" * 7900,
        b"\xe9" * 7900,
        b"a: " + b"\xe9" * 7900,
        b"Cookie: " + b"a=b; " * 1580,
        b"Content-Type: " + b";a=" * 2600,
    ],
    ids=lambda filler: repr(filler[:12]),
)
async def test_the_worst_head_is_parsed_within_two_milliseconds(door: Site, filler: bytes) -> None:
    """Eight kilobytes of unsigned header cost at most 2 ms more than a short one."""

    async def seconds(head: bytes) -> float:
        asked = head + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
        began = time.process_time()
        for _ in range(20):
            assert 400 <= status(await door.exchange(asked)) < 500
        return (time.process_time() - began) / 20

    assert await seconds(START + filler) - await seconds(START + b"a: b") < 0.002


# ---------------------------------------------------------------- connections that rest, or do not read


async def test_a_connection_at_rest_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an answer, since there is no request."""
    monkeypatch.setattr(front, "IDLE", 0.1)
    async with site(tmp_path) as resting:
        began = time.monotonic()
        assert answers(await resting.exchange(merged(1))) == [202]
        assert 0.1 < time.monotonic() - began < 3


async def test_a_connection_that_reads_no_answers_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its unread answers are bounded: no further request is read, and then the connection is cut. Not over TCP, where
    with a full buffer the kernel decides when a request arrives."""
    monkeypatch.setattr(front, "READ_WITHIN", 0.2)
    verdicts, asked, cut = Counter[str](), 0, select.poll()
    unsigned = raw(POST, b"{}", "Content-Length: 2").replace(b"sha256=", b"sha256=0")
    unsigned = unsigned.replace(b"Connection: close\r\n", b"")
    here, deaf = socket.socketpair()
    with deaf:
        for end in (here, deaf):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        cut.register(deaf, 0)  # a hang-up is always reported
        async with site(tmp_path, verdicts=verdicts) as quick:
            server: Any = quick.client.server.runner
            loop = asyncio.get_running_loop()
            transport, _ = await loop.connect_accepted_socket(server.server, here)
            while asked < 2_000 and transport.get_write_buffer_size() < 64 * 1024:
                await loop.sock_sendall(deaf, unsigned)
                asked += 1
                await until(lambda asked=asked: verdicts["refused_401"] == asked)  # type: ignore[misc]
            assert not cut.poll(0)
            await loop.sock_sendall(deaf, unsigned)
            await until(lambda: cut.poll(0))
            assert verdicts["refused_401"] == asked
        assert status(deaf.recv(1000)) == 401
    assert 200 < asked < 2_000


async def test_a_stopping_server_answers_requests_under_way(tmp_path: Path) -> None:
    """A half-sent body is waited for, a connection at rest is closed, and no new request is taken."""
    async with site(tmp_path) as stopping:
        resting, rests = await stopping.connect()
        reader, writer = await stopping.connect()
        asked = merged(1)
        writer.write(asked[:-10])
        await until(lambda: stopping.intake.held)
        server = stopping.client.server
        ended = asyncio.create_task(server.close())
        assert await resting.read() == b""
        assert not ended.done()
        writer.write(asked[-10:])
        assert answers(await reader.read()) == [202]
        await ended
        rests.close()
        writer.close()
