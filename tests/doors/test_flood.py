"""Many hostile requests at once: no crash, no growth, and a good delivery is taken meanwhile."""

import asyncio
import random
import select
import socket
import string
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

import pytest
from aiohttp import web

from ghapp.doors.crowd import Crowd
from ghapp.doors.front import ACCEPTED, Front, Site
from ghapp.doors.github import LARGE
from ghapp.doors.limits import Intake
from tests.doors import payloads
from tests.doors import site as sites
from tests.doors.site import headers, sign, site, until
from tests.doors.test_hostile import encoded, raw, status

SOON = 1.0  # seconds, for a good delivery during a flood
START = b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n"


async def seconds_of_a_good_one(door: sites.Site, number: int) -> float:
    """The time until a merge gets its 202."""
    began = time.monotonic()
    payload = payloads.merged()
    payload["pull_request"]["number"] = number
    body = encoded(payload)
    assert (await door.post(body, headers(body, "pull_request"))).status == 202
    return time.monotonic() - began


# ---------------------------------------------------------------- slow requests


@pytest.mark.parametrize("sent", [b"", b"POST", START, START + b"X-One: 1\r\nX-Two"])
async def test_headers_that_never_end_are_given_up(tmp_path: Path, sent: bytes) -> None:
    """After a silence the answer is 408, and the connection is closed."""
    async with site(tmp_path, headers_within=0.05) as door:
        assert status(await door.exchange(sent)) == 408


async def test_headers_that_trickle_are_given_up_too(tmp_path: Path) -> None:
    """Single bytes do not extend the time."""
    async with site(tmp_path, headers_within=0.3) as door:
        reader, writer = await door.connect()
        writer.write(START)
        began = time.monotonic()
        answer = asyncio.create_task(reader.readline())
        while not answer.done():
            writer.write(b"x")
            await asyncio.wait([answer], timeout=0.02)
        assert status(answer.result()) == 408
        assert 0.2 < time.monotonic() - began < 3
        writer.close()


async def test_a_slow_second_request_is_given_up_as_well(tmp_path: Path) -> None:
    """A good request before it does not extend its time; between the two, the connection may rest."""
    async with site(tmp_path, headers_within=0.2) as door:
        body = encoded(payloads.merged())
        good = raw("POST /webhooks/github HTTP/1.1", body, f"Content-Length: {len(body)}")
        reader, writer = await door.connect()
        writer.write(good.replace(b"Connection: close", b"Connection: keep-alive"))
        assert b" 202 " in await reader.readuntil(b"stored\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.5)
        writer.write(START)
        assert status(await reader.read()) == 408
        writer.close()


@asynccontextmanager
async def sockets(door: sites.Site, count: int, sent: Callable[[int], bytes]) -> AsyncIterator[None]:
    """So many connections, each with the start of a request."""
    opened = await asyncio.gather(*(door.connect() for _ in range(count)))
    for number, (_, writer) in enumerate(opened):
        writer.write(sent(number))
    yield
    for _, writer in opened:
        writer.close()


async def test_five_hundred_slow_sockets_delay_no_delivery(door: sites.Site) -> None:
    """Half of them never end their headers, half of them never send their body."""

    def slow(number: int) -> bytes:
        return START if number % 2 else raw("POST /webhooks/github HTTP/1.1", b"{", "Content-Length: 9000")

    async with sockets(door, 500, slow):
        waited = [await seconds_of_a_good_one(door, number) for number in range(1, 21)]
    assert median(waited) < SOON


# ---------------------------------------------------------------- idle connections


async def test_more_idle_connections_than_fit_shut_out_no_delivery(tmp_path: Path) -> None:
    """All are from one address, as behind a load balancer: the oldest that waits gets 503."""
    async with site(tmp_path, most=50, headers_within=60) as door:
        idle = [await door.connect() for _ in range(60)]
        waited = [await seconds_of_a_good_one(door, number) for number in range(1, 11)]
        assert max(waited) < SOON
        answers = await asyncio.gather(*(reader.read() for reader, _ in idle[:10]))
        assert {status(answer) for answer in answers} == {503}
        assert not idle[-1][0].at_eof()
        for _, writer in idle:
            writer.close()


async def test_the_fullest_address_makes_room_for_the_others(tmp_path: Path) -> None:
    """An address with a few connections keeps them, however many another opens."""
    async with site(tmp_path, most=50, headers_within=60) as door:
        few = [await door.connect("127.0.0.2") for _ in range(10)]
        many = [await door.connect("127.0.0.3") for _ in range(200)]
        assert status(await many[100][0].read()) == 503
        assert not any(reader.at_eof() for reader, _ in few)
        for _, writer in few:
            body = encoded(payloads.merged())
            writer.write(raw("POST /webhooks/github HTTP/1.1", body, f"Content-Length: {len(body)}"))
        assert {status(await reader.readline()) for reader, _ in few} <= {200, 202}
        for _, writer in (*few, *many):
            writer.close()


async def test_a_request_under_way_is_not_cut_off_for_want_of_room(tmp_path: Path) -> None:
    """A body on its way has a deadline of its own."""
    async with site(tmp_path, most=20, headers_within=60) as door:
        body = encoded(payloads.merged())
        asked = raw("POST /webhooks/github HTTP/1.1", body, f"Content-Length: {len(body)}")
        reader, writer = await door.connect()
        writer.write(asked[:-1])
        idle = [await door.connect() for _ in range(60)]
        assert status(await idle[30][0].read()) == 503
        writer.write(asked[-1:])
        assert status(await reader.readline()) == 202
        for _, other in (*idle, (reader, writer)):
            other.close()


async def test_a_connection_that_reads_no_answers_makes_room_too(tmp_path: Path) -> None:
    """A close that waits for its answers to be read would keep the descriptor for ever."""
    verdicts, cut = Counter[str](), select.poll()
    unsigned = raw("POST /webhooks/github HTTP/1.1", b"{}", "Content-Length: 2").replace(b"sha256=", b"sha256=0")
    unsigned = unsigned.replace(b"Connection: close\r\n", b"")
    here, deaf = socket.socketpair()
    with deaf:
        for end in (here, deaf):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        cut.register(deaf, 0)
        async with site(tmp_path, most=1, verdicts=verdicts) as door:
            loop, front = asyncio.get_running_loop(), door.client.server.runner
            assert isinstance(front, Front)
            assert front.server
            transport, _ = await loop.connect_accepted_socket(front.server, here)
            while not transport.get_write_buffer_size():
                asked = verdicts.total()
                await loop.sock_sendall(deaf, unsigned)
                await until(lambda asked=asked: verdicts.total() > asked)  # type: ignore[misc]
            assert not cut.poll(0)
            _, writer = await door.connect()
            await until(lambda: cut.poll(0))
            writer.close()


async def test_a_rush_of_connections_leaves_requests_their_turn() -> None:
    """The system queues simultaneous connections, and a turn of the loop accepts a few: earlier requests are served
    between two lots."""
    crowd = Crowd(2000)
    front = Front(web.Application(), crowd=crowd)
    await front.setup()
    await Site(front, "127.0.0.1", 0).start()
    with ExitStack() as rush:
        for _ in range(600):
            each = rush.enter_context(socket.socket())
            each.setblocking(False)
            each.connect_ex(front.addresses[0])
            assert select.select([], [each], [], 0)[1] == [each], "it was dropped, to come back after a second"
        lots = [0]
        while len(crowd) < 600:
            before = len(crowd)
            await asyncio.sleep(0)
            lots.append(len(crowd) - before)
        assert max(lots) <= ACCEPTED
    await front.cleanup()


# ---------------------------------------------------------------- large bodies


async def test_two_hundred_large_bodies_at_once_are_held_within_bounds(tmp_path: Path) -> None:
    """The bytes held are bounded, further bodies get 503, and good deliveries are taken."""
    intake = Intake(waiting_bytes=16 * 1024 * 1024)
    most = 0

    async def floods() -> bytes:
        nonlocal most
        reader, writer = await door.connect()
        writer.write(raw("POST /webhooks/github HTTP/1.1", b"", f"Content-Length: {25 * 1024 * 1024}"))
        try:
            for _ in range(25 * 16):
                writer.write(b"x" * 64 * 1024)
                await writer.drain()
                most = max(most, intake.held)
            return await reader.read(12)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async with site(tmp_path, intake=intake, patience=60) as door:
        flood = [asyncio.create_task(floods()) for _ in range(200)]
        await asyncio.sleep(0)
        body = encoded(payloads.merged())
        answers = set()
        while not all(task.done() for task in flood):
            answers.add((await door.post(body, headers(body, "pull_request"))).status)
            await asyncio.wait(flood, timeout=0.1)
        assert answers <= {200, 202, 503}
        assert (await door.post(body, headers(body, "pull_request"))).status in (200, 202)
        assert intake.waiting_bytes // 2 < most <= intake.waiting_bytes + 1024 * 1024
        assert intake.held == 0


async def test_a_large_delivery_leaves_the_others_their_turn(door: sites.Site) -> None:
    """20 MB of small objects with a right signature are parsed in a thread: other requests are answered meanwhile."""
    body = b'{"action":"closed","objects":[' + b",".join([b'{"a":1}'] * 2_500_000) + b"]}"
    assert len(body) > LARGE
    large = asyncio.create_task(door.post(body, headers(body, "pull_request")))
    waits, sent = [], time.monotonic()
    while not large.done():
        began = time.monotonic()
        assert (await door.client.get("/healthz")).status == 200
        waits.append(time.monotonic() - began)
    assert large.result().status == 200
    took, most = time.monotonic() - sent, sorted(waits)[len(waits) * 95 // 100]
    assert most < took / 4, f"{most:.3f} s of {took:.1f} s"  # parsed in the loop, one wait would take all of it


async def test_a_body_in_the_smallest_chunks_costs_little(door: sites.Site) -> None:
    """A hundred thousand chunks of one byte each, wrongly signed, cost less than two seconds of the processor."""
    body = b"".join(b"1\r\nx\r\n" for _ in range(100_000)) + b"0\r\n\r\n"
    began = time.process_time()
    answer = await door.answer(raw("POST /webhooks/github HTTP/1.1", body, "Transfer-Encoding: chunked"))
    assert status(answer) in (400, 401)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "more",
    [
        [f"X-{number}: y" for number in range(1000)],
        ["Cookie: " + "; ".join(f"c{n}=1" for n in range(900))],
        ["Cookie: " + "; ".join(f"c{n}=1" for n in range(10_000))],
        [f"Cookie: c{n}=1" for n in range(10_000)],
    ],
)
async def test_very_many_headers_are_refused_or_ignored(door: sites.Site, more: list[str]) -> None:
    """A thousand headers, or ten thousand cookies."""
    assert status(await door.exchange(raw("POST /webhooks/github HTTP/1.1", b"{}", "Content-Length: 2", *more))) in (
        200,
        400,
        401,
    )


# ---------------------------------------------------------------- strange requests

NAMES = (
    *("X-Hub-Signature-256", "X-Hub-Signature", "X-GitHub-Event", "X-GitHub-Delivery", "Content-Type", "Accept"),
    *("X-GitHub-Hook-Installation-Target-ID", "Content-Encoding", "Content-Length", "Transfer-Encoding", "Expect"),
    *("Connection", "Upgrade", "Host", "Cookie", "Range", "Authorization", "X-Forwarded-For", "Trailer", "TE"),
)
VALUES = (
    *("", "sha256=", "sha256=" + "0" * 64, "SHA256=" + "f" * 64, "sha256=é", "application/json", "text/plain", "gzip"),
    *("application/json; charset=utf-7", "charset=", "ping", "pull_request", "100-continue", "chunked", "-1", "0", "7"),
    *("keep-alive", "upgrade, close", "websocket", "99999999999999999999", "\x00", "\x7f", "\t", "a" * 9000, "\ud800"),
)


def strange(rng: random.Random) -> bytes:
    """A request of random method, headers and body."""
    names = [rng.choice(NAMES) for _ in range(rng.randint(0, 12))]
    body = fuzzed(rng)
    lines = [f"{name}: {value(rng)}" for name in names]
    if rng.random() < 0.7:
        lines.append(f"Content-Length: {len(body)}")
    if rng.random() < 0.5:
        lines.append(f"X-Hub-Signature-256: {sign(body)}")
    if rng.random() < 0.5:
        lines += ["X-GitHub-Event: pull_request", "X-GitHub-Delivery: g", "Content-Type: application/json"]
    method = rng.choice(("POST", "POST", "POST", "GET", "PUT", "post", "", "\x01"))
    head = "\r\n".join([f"{method} /webhooks/github HTTP/1.1", "Connection: close", *lines, "", ""])
    return head.encode("utf-8", "surrogatepass") + body


def value(rng: random.Random) -> str:
    return (
        rng.choice(VALUES) if rng.random() < 0.8 else "".join(rng.choices(string.printable[:95], k=rng.randint(0, 40)))
    )


def fuzzed(rng: random.Random) -> bytes:
    """A payload with a few of its bytes changed, cut or repeated."""
    body = bytearray(encoded(rng.choice([payloads.merged(), payloads.commented(), payloads.pushed()])))
    for _ in range(rng.randint(0, 6)):
        place = rng.randrange(len(body))
        match rng.randrange(4):
            case 0:
                body[place] = rng.randrange(256)
            case 1:
                del body[place : place + rng.randint(1, 200)]
            case 2:
                body[place:place] = rng.randbytes(8)
            case _:
                body[place:place] = rng.choice([b"[" * 2000, b"\xff\xfe", b"NaN", b"1e999", b"\\ud800", b"null", b"{}"])
        body = body or bytearray(b"{")
    return bytes(body)


async def fuzz(door: sites.Site, count: int) -> None:
    """Sends `count` requests, sixteen at a time, and good deliveries among them."""
    rng = random.Random(count)

    async def some(requests: list[bytes]) -> None:
        for asked in requests:
            reader, writer = await door.connect()
            writer.write(asked)
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            assert answer == b"" or 100 <= status(answer) < 500, (asked[:400], answer)
            assert len(answer.partition(b"\r\n\r\n")[2]) <= 200, answer

    lots = [[strange(rng) for _ in range(count // 16)] for _ in range(16)]
    sending = asyncio.gather(*(some(lot) for lot in lots))
    waited: list[float] = []
    while not sending.done():
        waited.append(await seconds_of_a_good_one(door, len(waited) + 1))
        await asyncio.wait([sending], timeout=0.3)
    await sending
    assert median(waited) < SOON


async def test_a_thousand_strange_requests_are_no_server_error(door: sites.Site) -> None:
    """Every answer is short and below 500."""
    await fuzz(door, 1_000)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_ten_thousand_strange_requests_are_no_server_error(door: sites.Site) -> None:
    await fuzz(door, 10_000)


@pytest.mark.parametrize("line", ["Bad\x01Name: x", "canary-no-colon", "POST canary HTTP/9.9", "Host: y\x00canary"])
async def test_a_request_that_cannot_be_parsed_is_not_repeated(door: sites.Site, line: str) -> None:
    """aiohttp would quote the line at which it fails."""
    answer = await door.exchange(START + line.encode() + b"\r\n\r\n")
    assert status(answer) == 400
    assert b"canary" not in answer
    assert b"Bad" not in answer.replace(b"400 Bad Request", b"")
