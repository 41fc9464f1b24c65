"""A real server in a process of its own with real limits: its delays, its memory and its use of the processor."""

import asyncio
import os
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from ghapp.demo.github import App
from tests.adapters.aws.dynamodb_proxy import HeldBack, Proxy, Rule
from tests.cli.running import Process, born
from tests.doors import payloads
from tests.doors.payloads import APP
from tests.doors.site import SECRET, headers
from tests.doors.test_flood import START, strange
from tests.doors.test_hostile import encoded, raw, status

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]

MIB = 1024 * 1024
SOON = 1.0  # seconds, for 19 of 20 good deliveries: this process, its floods and the server share the machine
DOORS = (
    *("/webhooks/github", "/slack/commands", "/slack/interactions", "/slack/events", "/guard"),
    *("/healthz", "/readyz", "/metrics"),
)


@dataclass
class Server:
    """The process, a client, and the store's file."""

    process: Process
    session: aiohttp.ClientSession
    file: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))
    waited: list[float] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        place = urlsplit(self.process.address)
        return await asyncio.open_connection(place.hostname, place.port)

    async def exchange(self, sent: bytes) -> bytes:
        """Sends these bytes over a new connection, and returns the answer's head and the start of its body."""
        reader, writer = await self.connect()
        try:
            writer.write(sent)
            async with asyncio.timeout(20):
                return await reader.readuntil(b"\r\n\r\n") + await reader.read(200)
        except asyncio.IncompleteReadError as ended:
            return ended.partial
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def good_one(self) -> int:
        """Sends a merge of a new number, records its duration, and returns the answer's status."""
        payload = payloads.merged()
        payload["pull_request"]["number"] = number = next(self.numbers)
        body = encoded(payload)
        began = time.monotonic()
        async with self.session.post("/webhooks/github", data=body, headers=headers(body, "pull_request")) as answer:
            await answer.read()
        self.waited.append(time.monotonic() - began)
        if answer.status == 202:
            self.taken.add(f"{payload['repository']['id']}/pull/{number}/merged")
        return answer.status

    async def meanwhile(self, others: "asyncio.Future[Any]", every: float = 0.1) -> set[int]:
        """Sends good deliveries one after the other until the others are done, and returns all statuses."""
        answers = set[int]()
        while not others.done():
            answers.add(await self.good_one())
            await asyncio.wait([others], timeout=every)
        return answers

    async def is_well(self) -> None:
        """Asserts that the server is ready, 19 of 20 good deliveries were quick, and each with a 202 is in
        the store."""
        async with self.session.get("/readyz") as answer:
            assert answer.status == 200
        assert sorted(self.waited)[len(self.waited) * 95 // 100] < SOON
        assert self.taken <= stored(self.file)
        assert not [line for line in self.process.log if '"traceback"' in line or '"unexpected' in line]


def stored(file: Path) -> set[str]:
    """The ids of the file's open items. Asserts that the file is sound."""
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {name for (name,) in db.execute("SELECT id FROM item WHERE state = 'open'")}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """`ghapp web` with all its doors, and GitHub out of reach."""
    async with serving(tmp_path) as server:
        yield server


@asynccontextmanager
async def serving(folder: Path, **changed: str) -> AsyncIterator[Server]:
    """Such a server with these settings changed."""
    environ = {
        "GHAPP_PUBLIC_URL": "https://ghapp.example.com",
        "GHAPP_STORE": f"sqlite:///{folder / 'ghapp.db'}",
        "HOST": "127.0.0.1",
        "PORT": "0",
        "GITHUB_APP_ID": str(APP),
        "GITHUB_PRIVATE_KEY": App.make().private_key_pem,
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "SLACK_BOT_TOKEN": "xoxb-canary-of-nobody",
        "SLACK_SIGNING_SECRET": "canary-signing-secret",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        **changed,
    }
    async with born(environ) as processes:
        process = await processes.start("web")
        async with aiohttp.ClientSession(process.address) as session:
            yield Server(process, session, folder / "ghapp.db")


def told(name: str, server: Server, **more: object) -> None:
    """Prints the figures, which `-s` shows."""
    figures = {
        "good ones": len(server.waited),
        "slowest good one": f"{max(server.waited) * 1000:.0f} ms",
        "most memory": f"{server.process.most_memory() / MIB:.0f} MiB",
        "processor": f"{server.process.worked():.1f} s",
        **more,
    }
    print(f"\n{name}: {figures}")  # noqa: T201


async def test_ten_thousand_strange_requests_at_every_door_of_a_process(server: Server) -> None:
    """Odd headers and bodies cause no server error, and the server goes on."""
    rng = random.Random(10_000)
    answers = list[bytes]()

    async def some(lot: int) -> None:
        for _ in range(lot):
            sent = strange(rng).replace(b"/webhooks/github", rng.choice(DOORS).encode(), 1)
            answers.append(await server.exchange(sent))

    sending = asyncio.gather(*(some(625) for _ in range(16)))
    assert await server.meanwhile(sending) == {202}
    await sending
    assert len(answers) == 10_000
    found = [status(answer) for answer in answers if answer]
    assert not [code for code in found if code >= 500]
    told("strange requests", server, answered=len(found), codes=sorted(set(found)))
    await server.is_well()


async def test_five_hundred_slow_sockets_are_given_up_in_time(server: Server) -> None:
    """Half never end their headers and get 408 after five seconds, half never send their body: after eight."""

    async def ends(sent: bytes) -> tuple[int, float]:
        began = time.monotonic()
        answer = await server.exchange(sent)
        return status(answer), time.monotonic() - began

    halves = (START, raw("POST /webhooks/github HTTP/1.1", b"{", "Content-Length: 9000"))
    slow = asyncio.gather(*(ends(halves[number % 2]) for number in range(500)))
    assert await server.meanwhile(slow) == {202}
    ended: Sequence[tuple[int, float]] = await slow
    assert {code for code, _ in ended} == {408}
    headless, bodyless = ([took for _, took in ended[half::2]] for half in (0, 1))
    told("slow sockets", server, headers=f"{max(headless):.1f} s", bodies=f"{max(bodyless):.1f} s")
    assert 4.9 < min(headless) <= max(headless) < 6.5
    assert 7.4 < min(bodyless) <= max(bodyless) < 9.5
    await server.is_well()


async def test_two_hundred_large_bodies_do_not_fill_the_memory(server: Server) -> None:
    """Strangers send 25 MiB each but for the last bytes, all at once: the server's memory is bounded, and good
    deliveries are taken."""
    await server.good_one()
    before = server.process.most_memory()

    async def floods() -> int | None:
        reader, writer = await server.connect()
        try:
            writer.write(raw("POST /webhooks/github HTTP/1.1", b"", f"Content-Length: {25 * MIB}"))
            for _ in range(25 * 4):
                writer.write(b"x" * (MIB // 4 - 1))
                await writer.drain()
            return status(await reader.read(12))
        except ConnectionError:
            return None
        finally:
            writer.close()

    flood = asyncio.gather(*(floods() for _ in range(200)))
    answers = await server.meanwhile(flood)
    codes = set(await flood)
    grown = server.process.most_memory() - before
    told("large bodies", server, grown=f"{grown / MIB:.0f} MiB", strangers=codes, good=answers)
    assert answers == {202}
    assert {408, 503} <= codes <= {408, 503, None}
    assert grown < 256 * MIB
    await server.is_well()


@pytest.mark.parametrize(
    "sent",
    [
        raw(
            "POST /webhooks/github HTTP/1.1",
            b"".join(b"1\r\nx\r\n" for _ in range(100_000)) + b"0\r\n\r\n",
            "Transfer-Encoding: chunked",
        ),
        raw("POST /webhooks/github HTTP/1.1", b"{}", "Content-Length: 2", "Cookie: " + "; ".join(["a=1"] * 10_000)),
        raw("POST /webhooks/github HTTP/1.1", b"{}", "Content-Length: 2", *["Cookie: a=1"] * 10_000),
        raw("POST /webhooks/github HTTP/1.1", b"{}", "Content-Length: 2", *(f"X-{n}: y" for n in range(1000))),
        raw("POST /webhooks/github HTTP/1.1", b"--x\r\n" * 100_000, "Content-Length: 500000").replace(
            b"application/json", b"multipart/form-data; boundary=x"
        ),
    ],
    ids=["chunks of a byte", "ten thousand cookies", "as many lines of them", "a thousand headers", "parts"],
)
async def test_a_request_that_is_cheap_to_send_is_cheap_to_refuse(server: Server, sent: bytes) -> None:
    """Less than 200 ms of a processor, and at most one line in the log."""
    await server.good_one()
    await server.process.says('"stored"')
    before, lines = server.process.worked(), len(server.process.log)
    answer = await server.exchange(sent)
    used = server.process.worked() - before
    told("cheap", server, status=answer[:12], used=f"{used * 1000:.0f} ms")
    assert 400 <= status(answer) < 500
    assert used < 0.2
    assert len(server.process.log) - lines <= 1, server.process.log
    await server.is_well()


async def test_while_the_file_is_locked_the_answer_is_503_within_eight_seconds(server: Server) -> None:
    """Another process holds the write lock: GitHub gets its answer within its limit, and keeps the delivery."""
    with closing(sqlite3.connect(server.file, isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(*(server.good_one() for _ in range(20)))
        neighbour.execute("ROLLBACK")
    assert set(answers) == {503}
    told("locked", server)
    assert max(server.waited) < 8
    server.waited.clear()
    assert await server.good_one() == 202
    await server.is_well()


async def test_while_the_table_is_silent_the_answer_is_503_within_eight_seconds(
    tmp_path: Path, table: str, proxy: Proxy
) -> None:
    """A remote store that sends no answer delays the server no longer either."""
    silent = HeldBack(before=True)
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    async with serving(tmp_path, GHAPP_STORE=f"dynamodb://{table}", **aws) as server:
        assert await server.good_one() == 202
        proxy.rules.append(Rule(silent))
        answers = await asyncio.gather(*(server.good_one() for _ in range(40)))
        proxy.rules.clear()
        silent.go_on.set()
        told("silent", server)
        assert set(answers) == {503}
        assert max(server.waited) < 8
        async with asyncio.timeout(30):
            while await server.good_one() != 202:
                pass


async def test_fifty_kills_under_load_lose_no_delivery_answered_with_202(tmp_path: Path) -> None:
    """`kill -9` amid sixteen senders, again and again."""
    rng, taken = random.Random(50), set[str]()

    async def sends(server: Server) -> None:
        with suppress(aiohttp.ClientError):
            while True:
                await server.good_one()

    for kill in range(50):
        async with serving(tmp_path) as server:
            server.numbers = count(100_000 * (kill + 1))
            senders = [asyncio.create_task(sends(server)) for _ in range(16)]
            await asyncio.sleep(rng.uniform(0.05, 0.4))
            server.process.kill()
            await asyncio.gather(*senders)
            taken |= server.taken
    kept = stored(tmp_path / "ghapp.db")
    print(f"\nfifty kills: {len(taken)} answered with 202, {len(kept)} in the file, {len(taken - kept)} lost")  # noqa: T201
    assert len(taken) > 1000
    assert taken <= kept
