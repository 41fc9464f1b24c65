"""A connection is taken directly as long as its requests are plain, and nothing of what is sent is lost on the way."""

import asyncio
import select
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ghapp.doors import application, direct
from ghapp.doors.direct import Door
from ghapp.doors.front import Front, _Patient
from ghapp.doors.limits import SMALL, Intake
from tests.doors import payloads
from tests.doors.site import Site, delivery_lines, site, until
from tests.doors.test_hostile import encoded, raw, status

POST = "POST /webhooks/github HTTP/1.1"
OF_AIOHTTP = b"Server: "  # its answers name it; ours do not


def merged(number: int, *, last: bool = False, padding: int = 0) -> bytes:
    """A whole request: the merge of this pull request."""
    payload = payloads.merged() | {"padding": "x" * padding}
    payload["pull_request"]["number"] = number
    body = encoded(payload)
    asked = raw(POST, body, f"Content-Length: {len(body)}")
    return asked if last else asked.replace(b"Connection: close\r\n", b"")


def answers(got: bytes) -> list[int]:
    """Their statuses, in order."""
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[Site]:
    """A server that takes what is plain directly."""
    async with site(tmp_path) as standing:
        yield standing


async def test_a_plain_delivery_never_sees_aiohttp(quick: Site) -> None:
    """And what stands behind it on the same connection, if it is plain as well."""
    reader, writer = await quick.connect()
    for number in (1, 2, 3):
        writer.write(merged(number))
        head = await reader.readuntil(b"\r\n\r\n")
        assert status(head) == 202
        assert OF_AIOHTTP not in head
        assert b"\r\nDate: " in head
        assert await reader.readexactly(7) == b"stored\n"
    writer.close()
    assert len(await quick.queued()) == 3


async def test_anything_else_is_aiohttps_and_so_is_what_follows(quick: Site) -> None:
    """Behind deliveries a health check on the same connection, then a delivery again: all are answered."""
    reader, writer = await quick.connect()
    writer.write(merged(1))
    assert OF_AIOHTTP not in await reader.readuntil(b"stored\n")
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: ghapp\r\n\r\n")
    assert OF_AIOHTTP in await reader.readuntil(b"\r\n\r\n")
    writer.write(merged(2, last=True))
    assert answers(await reader.read()) == [202]
    writer.close()
    assert len(await quick.queued()) == 2


async def test_wherever_a_request_is_cut_it_is_taken_once(quick: Site) -> None:
    """Within its head, between head and body, within the body, and just before its end."""
    whole = merged(1, last=True)
    body = whole.index(b"\r\n\r\n") + 4
    cuts = [1, 40, body - 3, body - 1, body, body + 1, body + 4000, len(whole) - 1]
    for number, cut in enumerate(cuts, start=1):
        asked = merged(number, last=True)
        reader, writer = await quick.connect()
        writer.write(asked[:cut])
        await writer.drain()
        await until(lambda cut=cut: cut < body or quick.intake.held >= cut - body)  # type: ignore[misc]
        writer.write(asked[cut:])
        assert answers(await reader.read()) == [202], cut
        writer.close()
    assert quick.intake.held == 0
    assert len(await quick.queued()) == len(cuts)


async def test_requests_sent_ahead_are_answered_one_after_the_other(quick: Site) -> None:
    """Forty in one go, more than is read at once; in order, and all of them."""
    asked = b"".join(merged(number) for number in range(1, 40)) + merged(40, last=True)
    assert answers(await quick.exchange(asked)) == [202] * 40
    events: Sequence[Any] = await quick.queued()
    assert [event.pull.number for event in events] == list(range(1, 41))


async def test_what_comes_while_the_store_is_slow_waits_and_is_taken(quick: Site, tmp_path: Path) -> None:
    """Behind a delivery that cannot be stored yet, in several pieces; then all are answered."""
    await quick.store.open()
    reader, writer = await quick.connect()
    with closing(sqlite3.connect(tmp_path / "ghapp.db", isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        asked = b"".join(merged(number) for number in range(1, 30)) + merged(30, last=True)
        for start in range(0, len(asked), 5000):
            writer.write(asked[start : start + 5000])
            await asyncio.sleep(0)
        neighbour.execute("ROLLBACK")
    assert answers(await reader.read()) == [202] * 30
    writer.close()


async def test_who_has_said_all_still_hears_the_answer(quick: Site) -> None:
    """Half a connection closed is not a connection gone."""
    reader, writer = await quick.connect()
    writer.write(merged(1))
    writer.write_eof()
    assert answers(await reader.read()) == [202]
    writer.close()


async def test_a_larger_body_is_left_to_aiohttp(quick: Site) -> None:
    """It is read in a thread there, and whoever waits for it is waited for."""
    answer = await quick.answer(merged(1, last=True, padding=SMALL))
    assert status(answer) == 202
    assert OF_AIOHTTP in answer


async def test_where_there_is_no_room_it_is_aiohttp_that_says_so(tmp_path: Path) -> None:
    """It reads on for a while, so that whoever is still sending hears the answer."""
    async with site(tmp_path, intake=Intake(waiting_bytes=30_000)) as crowded:
        _, stranger = await crowded.connect()
        stranger.write(raw(POST, b"x" * 20_000, "Content-Length: 20001"))
        await until(lambda: crowded.intake.held == 20_000)
        for cut in (None, 15_000):  # whole, and begun
            reader, writer = await crowded.connect()
            writer.write(merged(1, padding=5_000)[:cut])
            assert b" 503 " in await reader.readline()
            writer.close()
        assert crowded.intake.held == 20_000
        stranger.close()
        await until(lambda: not crowded.intake.held)
        assert status(await crowded.answer(merged(1))) == 202


async def test_a_body_that_stops_half_way_is_given_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One that rests, and one whose sender leaves; nothing is held any more, and the log says why."""
    caplog.set_level("INFO")
    async with site(tmp_path, patience=0.2) as hurried:
        assert answers(await hurried.exchange(merged(1)[:-1])) == [408]
        _, writer = await hurried.connect()
        writer.write(merged(1)[:-1])
        await until(lambda: hurried.intake.held)
        writer.close()
        await until(lambda: len(delivery_lines(caplog)) == 2)
        assert hurried.intake.held == 0
    assert [line["why"] for line in delivery_lines(caplog)] == ["the body took too long", "the body broke off"]


async def test_a_connection_that_asks_nothing_more_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a rest, and without a word: nothing was asked that could be answered."""
    monkeypatch.setattr(direct, "IDLE", 0.1)
    async with site(tmp_path, patience=0.3) as resting:
        began = time.monotonic()
        assert answers(await resting.exchange(merged(1))) == [202]
        assert 0.1 < time.monotonic() - began < 3


async def test_who_reads_no_answers_is_not_answered_for_ever(tmp_path: Path) -> None:
    """What they are to be sent is not kept for them without end: the connection is cut.

    Not over TCP: with a full buffer there, how soon a request arrives is the kernel's affair.
    """
    verdicts, asked, cut = Counter[str](), 0, select.poll()
    unsigned = raw(POST, b"{}", "Content-Length: 2").replace(b"sha256=", b"sha256=0")
    unsigned = unsigned.replace(b"Connection: close\r\n", b"")
    here, deaf = socket.socketpair()
    with deaf:
        for end in (here, deaf):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        cut.register(deaf, 0)  # that nobody is at the other end is told in any case
        async with site(tmp_path, verdicts=verdicts) as quick:
            server: Any = quick.client.server.runner
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(server.server, here)
            while asked < 2_000 and not cut.poll(0):
                await loop.sock_sendall(deaf, unsigned)
                asked += 1
                await until(lambda asked=asked: verdicts["refused_401"] == asked or cut.poll(0))  # type: ignore[misc]
        assert status(deaf.recv(1000)) == 401
    assert 300 < asked < 2_000


async def test_told_to_stop_it_answers_what_has_begun(tmp_path: Path) -> None:
    """A body half here is waited for; a connection at rest is closed; nothing new is taken."""
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
        answer = await reader.read()
        assert answers(answer) == [202]
        assert b"Connection: close" in answer
        await ended
        rests.close()
        writer.close()


class Broken:
    """A door with a bug."""

    path = "/webhooks/github"
    intake = Intake()
    patience = 1.0

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    def take(self, _heading: object, body: bytes, _answer: object) -> None:
        raise KeyError(body)

    def refuse(self, *_: object) -> None:
        raise AssertionError


async def test_a_bug_answers_500_here_too(caplog: pytest.LogCaptureFixture) -> None:
    """The log says where it happened, and neither answer nor log what was sent."""
    assert isinstance(Broken(), Door)
    front = Front(application(Broken()))
    await front.setup()
    made = front.server
    assert made is not None
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(merged(1, last=True))
    assert answers(await reader.read()) == [500]
    writer.close()
    server.close()
    await front.cleanup()
    assert "in take" in caplog.text
    assert "Codertocat" not in caplog.text


def test_where_no_door_is_direct_all_is_aiohttps() -> None:
    """Where operators listen, for instance."""

    async def made() -> object:
        front = Front(application())
        await front.setup()
        assert front.server is not None
        connection = front.server()
        await front.cleanup()
        return connection

    assert isinstance(asyncio.run(made()), _Patient)
