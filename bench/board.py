"""The board's cost: first byte, size, memory of open streams, time until a change is shown. `python -m bench.board`."""

import asyncio
import gzip
import os
import re
import resource
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from msgspec.structs import replace

from ghapp import doors
from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.codec import encode_entries, encode_environment
from ghapp.core.model.decision import Entry, EntryKind
from ghapp.core.model.environment import Environment, Pull, Release, Repository, Revision
from ghapp.doors.board.rendering import assets
from ghapp.doors.board.routes import Board
from ghapp.doors.board.viewer import see_everything
from ghapp.doors.front import Front, Site
from ghapp.engine.board import BoardReader
from ghapp.ports import Change, Write, utc_now

ENVIRONMENTS, ENTRIES, STREAMS, CHANGES = 50, 10_000, 200, 20
PAGES = ("/", "/acme/shop-7/production", "/figures")
FIRST_BYTE, PAGE, MEMORY, SHOWN = 50.0, 100.0, 30.0, 1.0  # ms, KB, MB, s


async def main() -> int:
    """Prints each figure beside its bound; 1 where one is over."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.db"
        await _fill(path)
        serving = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.board", "serve", str(path), stdout=asyncio.subprocess.PIPE
        )
        assert serving.stdout
        try:
            port, number = map(int, (await serving.stdout.readline()).split())
            return await _measure(f"http://127.0.0.1:{port}", number, SqliteStore(path))
        finally:
            serving.terminate()
            await serving.wait()


async def serve(path: Path) -> None:
    """The board alone, in a process of its own."""
    reader = BoardReader(SqliteStore(path), utc_now)
    board = Board(reader=reader, find_viewer=see_everything, clock=utc_now, github="https://github.com")
    front = Front(doors.application(board))
    await front.setup()
    await Site(front, "127.0.0.1", 0).start()
    print(front.addresses[0][1], os.getpid(), flush=True)
    await asyncio.Event().wait()


async def _measure(address: str, number: int, store: SqliteStore) -> int:
    over = 0

    def report(what: str, value: float, bound: float, unit: str) -> None:
        nonlocal over
        over += value > bound
        print(f"{what:<44} {value:8.2f} {unit:<3} (at most {bound:g}){'  OVER' if value > bound else ''}")

    async with aiohttp.ClientSession(address, connector=aiohttp.TCPConnector(limit=0)) as browser:
        for path in PAGES:
            cold, _ = await _first_byte(browser, path)
            print(f"{'first byte of ' + path + ', first time':<44} {cold:8.2f} ms")
        for path in PAGES:
            used = _used(number)
            times = [await _first_byte(browser, path) for _ in range(15)]
            print(f"{'processor time of ' + path:<44} {(_used(number) - used) * 1000 / 15:8.2f} ms")
            report(
                f"first byte of {path}, median of 15", statistics.median(time for time, _ in times), FIRST_BYTE, "ms"
            )
            report(f"{path} compressed, with its assets", _weight(times[0][1]) / 1024, PAGE, "KB")
        before = _memory(number)
        streams = [await browser.get("/live") for _ in range(STREAMS)]
        await asyncio.gather(*(one.content.readuntil(b"\n\n") for one in streams))
        await asyncio.sleep(1)
        report(f"memory of {STREAMS} open streams", _memory(number) - before, MEMORY, "MB")
        shown = [await _shown(browser, streams, store, one) for one in range(CHANGES)]
        report(f"a change shown on all streams, longest of {CHANGES}", max(shown), SHOWN, "s")
        for one in streams:
            one.close()
    await store.close()
    return int(over > 0)


async def _first_byte(browser: aiohttp.ClientSession, path: str) -> tuple[float, bytes]:
    """Milliseconds until the head of the answer, and the page."""
    begun = time.perf_counter()
    async with browser.get(path, headers={"Accept-Encoding": "gzip"}) as response:
        taken = (time.perf_counter() - begun) * 1000
        return taken, await response.read()


def _weight(page: bytes) -> int:
    """Bytes over the wire: the page and the files that it loads."""
    loaded = re.findall(rb'(?:src|href)="/assets/([^"]+)"', page)
    return len(gzip.compress(page, 5)) + sum(len(assets()[name.decode()].packed) for name in loaded)


async def _shown(
    browser: aiohttp.ClientSession, streams: list[aiohttp.ClientResponse], store: SqliteStore, change: int
) -> float:
    """Seconds from the write of a change by another process until every stream has it and the page shows it."""
    row = next(one for one in await store.load(7) if one.name == "production")
    environment = _environment(7, pull=5000 + change)
    begun = time.perf_counter()
    await store.record(_change(environment, row.version, ()))
    await asyncio.gather(*(_event(one) for one in streams))
    async with browser.get("/", headers={"HX-Request": "true"}) as response:
        assert f"#{5000 + change}" in await response.text()
    return time.perf_counter() - begun


async def _event(stream: aiohttp.ClientResponse) -> None:
    while not (await stream.content.readuntil(b"\n\n")).startswith(b"event"):
        pass


def _used(number: int) -> float:
    """The processor time that a process has used, in seconds: what an answer takes on an idle machine."""
    user, system = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _memory(number: int) -> float:
    """The resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


async def _fill(path: Path) -> None:
    """Environments with a release live and three waiting; the history of a year, most of it in one repository."""
    store, now = SqliteStore(path), utc_now()
    for number in range(1, ENVIRONMENTS + 1):
        await store.record(_change(_environment(number), 0, ()))
    share = {7: ENTRIES // 2}
    for number in range(1, ENVIRONMENTS + 1):
        count = share.get(number, ENTRIES // 2 // (ENVIRONMENTS - 1)) // 5
        for attempt in range(count):
            at = now - timedelta(days=365) * (count - attempt) / count
            await store.record(_change(None, 0, _attempt(attempt + 1, at), number=number))
    await store.close()


def _environment(number: int, *, pull: int = 41) -> Environment:
    def pulled(one: int) -> Pull:
        return Pull(number=one, title=f"Change {one} of the shop's prices", author="hanako", head="b" * 40)

    waiting = (
        Release(pull=pulled(pull + one), merger="mona", sha=f"{one:040x}", merged_at=utc_now()) for one in (1, 2, 3)
    )
    return Environment(
        repository=Repository(number, f"acme/shop-{number}", 7),
        name="production",
        config=EnvironmentConfig(sha="c" * 40, branch="main", workflow="deploy.yml", timezone="Asia/Tokyo"),
        created_at=utc_now() - timedelta(days=400),
        live=Revision(sha="a" * 40, pull=pulled(pull), live_since=utc_now()),
        awaiting=tuple(waiting),
    )


def _attempt(number: int, at: datetime) -> tuple[Entry, ...]:
    """The five entries of one deployment."""
    plain = Entry(
        at=at, what="awaiting", environment="production", actor="mona", door="slack", pull=number, sha=f"{number:040x}"
    )
    ends: EntryKind = "failed" if number % 9 == 0 else "succeeded"
    begun = replace(plain, what="accepted", number=number, kind="deploy", at=at + timedelta(minutes=20))
    return (
        plain,
        begun,
        replace(begun, what="starting"),
        replace(begun, what=ends, at=at + timedelta(minutes=27)),
        replace(begun, what="freed", at=at + timedelta(minutes=50)),
    )


_MADE = iter(range(10**9))


def _change(environment: Environment | None, version: int, entries: tuple[Entry, ...], *, number: int = 0) -> Change:
    writes: list[Write] = []
    if environment:
        repository = environment.repository
        write = Write(
            repository=repository.id,
            full_name=repository.full_name,
            name=environment.name,
            version=version,
            document=encode_environment(environment),
        )
        writes.append(write)
    return Change(
        id=f"{next(_MADE)}/{time.time_ns()}",
        at=entries[-1].at if entries else utc_now(),
        repository=environment.repository.id if environment else number,
        writes=tuple(writes),
        history=encode_entries(entries) if entries else b"",
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(Path(sys.argv[2])))
    else:
        sys.exit(asyncio.run(main()))
