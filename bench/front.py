"""How soon `/healthz` answers beside idle connections and hostile heads: `python -m bench.front`. Loopback only.

Prints the p99 beside 10,000 idle connections from 20 addresses and 100 hostile heads a second. On a machine that gives
out fewer descriptors, as many as it gives: server and senders are processes of their own.
"""

import asyncio
import contextlib
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from ghapp.adapters.sqlite import SqliteStore
from ghapp.doors import application
from ghapp.doors.crowd import room
from ghapp.doors.front import Front
from ghapp.doors.github import Webhooks
from ghapp.doors.health import Health

IDLE, ADDRESSES, HEADS_A_SECOND, SECONDS = 10_000, 20, 100, 10
SPARE = 500  # descriptors that the sender keeps for itself
HOSTILE = b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n" + b"a-" * 3900 + b"\r\n\r\n"
ASKED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


async def serve(parent: Connection) -> None:
    """Until the parent says something. It is told the port first."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "ghapp.db")
        hooks = Webhooks(store=store, clock=now, secrets=["x" * 32], app_id=1, wake=lambda: None)
        front = Front(application(hooks, Health(store=store, clock=now)))
        await front.setup()
        server = await asyncio.get_running_loop().create_server(front.server, "127.0.0.1", 0, backlog=128)
        parent.send(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(parent.recv)
        server.close()
        await front.cleanup()
        await store.close()


def begin(parent: Connection) -> None:
    """Where the server's process begins."""
    asyncio.run(serve(parent))


async def stays(port: int, number: int, standing: set[int]) -> None:
    """A connection that has asked once and says no more; whenever it is let go, another one takes its place."""
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            local = (f"127.0.0.{2 + number % ADDRESSES}", 0)
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=local)
            writer.write(ASKED)
            await reader.readline()
            standing.add(number)
            await reader.read()
            writer.close()
        await asyncio.sleep(1)


async def hostile(port: int) -> None:
    """One head after the other, each over a connection of its own."""
    sent = set[asyncio.Task[None]]()
    while True:
        sent.add(task := asyncio.create_task(one_head(port)))
        task.add_done_callback(sent.discard)
        await asyncio.sleep(1 / HEADS_A_SECOND)


async def one_head(port: int) -> None:
    """Sent, and read to the end of its answer."""
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.250", 0))
        writer.write(HOSTILE)
        await reader.read()
        writer.close()


def send(port: int, idle: int, parent: Connection) -> None:
    """Where the senders' process begins: it says when all idle ones were begun, and ends with its parent."""

    async def run() -> None:
        staying, standing = [], set[int]()
        for start in range(0, idle, 100):  # a hundred at a time, as many as the server's backlog takes
            staying += [
                asyncio.create_task(stays(port, number, standing)) for number in range(start, min(start + 100, idle))
            ]
            while len(standing) < start:  # noqa: ASYNC110 - they tell nobody
                await asyncio.sleep(0.01)
        attack = asyncio.create_task(hostile(port))
        await asyncio.sleep(1)
        parent.send(idle)
        await asyncio.to_thread(parent.recv)
        for task in (attack, *staying):
            task.cancel()

    room()
    asyncio.run(run())


async def waits(port: int, seconds: float) -> list[float]:
    """How long each look took, over a new connection, twenty a second."""
    found, end = list[float](), time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASKED)
        answer = await reader.readline()
        found.append(time.perf_counter() - began)
        assert b" 200 " in answer, answer
        writer.close()
        await asyncio.sleep(0.05)
    return found


def p99(found: Sequence[float]) -> float:
    """In milliseconds."""
    return sorted(found)[len(found) * 99 // 100] * 1000


def main() -> None:
    """Measure alone and beside them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    idle, spawn = min(IDLE, hard - SPARE), multiprocessing.get_context("spawn")
    (ours, theirs), (mine, senders) = spawn.Pipe(), spawn.Pipe()
    server = spawn.Process(target=begin, args=(theirs,))
    server.start()
    port = ours.recv()
    alone = p99(asyncio.run(waits(port, SECONDS / 2)))
    attack = spawn.Process(target=send, args=(port, idle, senders))
    attack.start()
    assert mine.poll(60)
    beside = p99(asyncio.run(waits(port, SECONDS)))
    found = f"{alone:.1f} ms alone, {beside:.1f} ms beside {mine.recv():,} idle connections"
    sys.stdout.write(f"/healthz p99: {found} and {HEADS_A_SECOND} hostile heads a second\n")
    for pipe, process in ((mine, attack), (ours, server)):
        pipe.send("end")
        process.join(30)
        if process.is_alive():
            process.kill()


if __name__ == "__main__":
    main()
