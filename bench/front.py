"""Measures `/healthz` beside idle connections and hostile heads: `python -m bench.front`. Loopback only.

Prints the p99 while 10,000 connections from 20 addresses are opened at once, and beside as many idle ones and 100
hostile heads a second; fewer where the machine has fewer descriptors. Server and senders are processes of their own.
"""

import asyncio
import contextlib
import multiprocessing
import resource
import select
import socket
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
from ghapp.doors.front import Front, Site
from ghapp.doors.github import Webhooks
from ghapp.doors.health import Health

IDLE, ADDRESSES, HEADS_A_SECOND, SECONDS = 10_000, 20, 100, 10
SPARE = 500  # descriptors that the sender keeps for itself
HOSTILE = b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n" + b"a-" * 3900 + b"\r\n\r\n"
ASKED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def now() -> datetime:
    return datetime.now(UTC)


async def serve(parent: Connection) -> None:
    """Serves until the parent sends a message, after sending it the port."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "ghapp.db")
        hooks = Webhooks(store=store, clock=now, secrets=["x" * 32], app_id=1, wake=lambda: None)
        front = Front(application(hooks, Health(store=store, clock=now)))
        await front.setup()
        await Site(front, "127.0.0.1", 0).start()
        parent.send(front.addresses[0][1])
        await asyncio.to_thread(parent.recv)
        await front.cleanup()
        await store.close()


def begin(parent: Connection) -> None:
    """The entry point of the server's process."""
    asyncio.run(serve(parent))


async def stays(port: int, number: int, standing: set[int]) -> None:
    """Keeps one idle connection that has asked once; opens another whenever the server closes it."""
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
    """Sends hostile heads at a fixed rate, each over a connection of its own."""
    sent = set[asyncio.Task[None]]()
    while True:
        sent.add(task := asyncio.create_task(one_head(port)))
        task.add_done_callback(sent.discard)
        await asyncio.sleep(1 / HEADS_A_SECOND)


async def one_head(port: int) -> None:
    """Sends a hostile head and reads the answer to its end."""
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.250", 0))
        writer.write(HOSTILE)
        await reader.read()
        writer.close()


def rush(port: int, count: int, parent: Connection) -> None:
    """The entry point of another sender's process: on the parent's message it opens `count` connections at once,
    reports when all are accepted, and closes them on the next message."""
    room()
    parent.recv()
    with contextlib.ExitStack() as standing, select.epoll() as waiting:
        for number in range(count):
            each = standing.enter_context(socket.socket())
            each.setblocking(False)
            each.bind((f"127.0.0.{2 + number % ADDRESSES}", 0))
            each.connect_ex(("127.0.0.1", port))
            waiting.register(each, select.EPOLLOUT | select.EPOLLONESHOT)
        while count:
            count -= len(waiting.poll())
        parent.send("all in")
        parent.recv()


def send(port: int, idle: int, parent: Connection) -> None:
    """The entry point of the idle connections' process: reports when all are open, and ends on the parent's message."""

    async def run() -> None:
        staying, standing = [], set[int]()
        for start in range(0, idle, 100):  # a hundred at a time, to avoid another rush
            staying += [
                asyncio.create_task(stays(port, number, standing)) for number in range(start, min(start + 100, idle))
            ]
            while len(standing) < start:  # noqa: ASYNC110 - nothing signals it
                await asyncio.sleep(0.01)
        attack = asyncio.create_task(hostile(port))
        await asyncio.sleep(1)
        parent.send(idle)
        await asyncio.to_thread(parent.recv)
        for task in (attack, *staying):
            task.cancel()

    room()
    asyncio.run(run())


async def waits(port: int, seconds: float, every: float = 0.05) -> list[float]:
    """The seconds of each request over a new connection, one `every` seconds, for `seconds` in all."""
    found, end = list[float](), time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASKED)
        answer = await reader.readline()
        found.append(time.perf_counter() - began)
        assert b" 200 " in answer, answer
        writer.close()
        await asyncio.sleep(every)
    return found


async def kept_waits(port: int, end: asyncio.Event) -> list[float]:
    """The seconds of each request over one connection that is open already, as a load balancer's is."""
    found = list[float]()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not end.is_set():
        began = time.perf_counter()
        writer.write(ASKED)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head, head
        await reader.readexactly(len(b"ok\n"))
        found.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    writer.close()
    return found


async def in_the_rush(port: int, senders: Connection) -> tuple[list[float], list[float]]:
    """The times over an open connection and over new ones, for two seconds or until all connections are accepted."""
    end = asyncio.Event()
    kept = asyncio.create_task(kept_waits(port, end))
    await asyncio.sleep(0.1)
    senders.send("go")
    new = list[float]()
    for _ in range(SECONDS):
        new += await waits(port, 2, every=0.01)
        if senders.poll():
            break
    end.set()
    return await kept, new


def p99(found: Sequence[float]) -> float:
    """The p99 in milliseconds."""
    return sorted(found)[len(found) * 99 // 100] * 1000


def main() -> None:
    """Measures and prints: alone, in the rush, and beside idle connections and hostile heads."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    idle, spawn = min(IDLE, hard - SPARE), multiprocessing.get_context("spawn")
    (ours, theirs), (mine, senders) = spawn.Pipe(), spawn.Pipe()
    server = spawn.Process(target=begin, args=(theirs,))
    server.start()
    port = ours.recv()
    alone = p99(asyncio.run(waits(port, SECONDS / 2)))
    (comes, goes) = spawn.Pipe()
    rushing = spawn.Process(target=rush, args=(port, idle, goes))
    rushing.start()
    kept, new = map(p99, asyncio.run(in_the_rush(port, comes)))
    rushed = f"{kept:.1f} ms over a connection that stood, {new:.1f} ms over a new one"
    sys.stdout.write(f"/healthz p99 while {idle:,} connections came at once: {rushed}\n")
    comes.send("end")
    rushing.join()
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
