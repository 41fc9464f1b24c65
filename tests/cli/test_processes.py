"""The server as several processes on one store, stopped and restarted under load."""

import asyncio
import json
import os
import re
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import aiohttp
import pytest

from ghapp.demo.clock import Clock
from ghapp.demo.github import Comment, Exchange, Fault, Pull, faults
from ghapp.demo.github.shapes import events
from ghapp.demo.github.state import as_role
from ghapp.demo.github.webhooks import headers
from tests.adapters.ground import Ground
from tests.cli.running import Born, Process, born
from tests.sampled import sampled
from tests.scenarios.scene import Scene, scene

MARK = re.compile(r"<!-- ghapp:notice (\S+)")
PEOPLE = [f"person{number}" for number in range(36)]  # more would hit GitHub's secondary limit


@asynccontextmanager
async def shop_on(ground: Ground) -> AsyncIterator[tuple[Scene, Born]]:
    """A shop whose own server is stopped; other processes take its place."""
    async with scene(ground.folder, slack=False, clock=Clock()) as shop:
        await shop.merges("taro", await shop.opens("taro"))
        aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        environ = {**await shop.environ(), **aws}
        if ground.technology == "dynamodb":
            environ["GHAPP_STORE"] = await ground.new_store()
        await shop.stop()
        async with born(environ) as processes:
            yield shop, processes
        await shop.start()


class Load:
    """People who type `/status` one after the other, sent to the front process of the moment."""

    def __init__(self, shop: Scene, pull: Pull) -> None:
        self.shop, self.pull = shop, pull
        self.told: list[Comment] = []
        self.front: list[Process] = []

    async def comes(self) -> None:
        """Each person comments once."""
        for person in PEOPLE:
            comment = self.shop.shop.add_comment(self.pull.number, by=person, body="/status")
            await self._sent(comment)
            self.told.append(comment)

    async def _sent(self, comment: Comment) -> None:
        """Sends the comment until a process takes it: one that is stopping refuses, and the next one takes it."""
        while True:
            self.shop.github.webhook_url = f"{self.front[-1].address}/webhooks/github"
            delivery = await self.shop.github.send("issue_comment", events.commented(self.shop.shop, comment))
            assert delivery
            assert delivery.status in (200, 202, None)
            if delivery.status:
                return

    def answers(self) -> Counter[str]:
        """The count of each notice on the pull request."""
        bodies = (comment.body for comment in self.shop.stage.comments(self.pull) if comment.by_app)
        return Counter(mark for body in bodies for mark in MARK.findall(body))


async def rolled(ground: Ground, roles: Sequence[str], rounds: int = 1) -> None:
    """Each process of these roles is replaced while people type; every command is answered once."""
    async with shop_on(ground) as (shop, processes):
        shop.shop.people.update(dict.fromkeys(PEOPLE, as_role("write")))
        load = Load(shop, next(iter(shop.shop.pulls.values())))
        running = [await processes.start(role) for role in roles]
        load.front = [one for one in running if one.address]
        for nth in range(rounds):
            if nth:
                await asyncio.sleep(61)  # GitHub's secondary limit
            coming = asyncio.create_task(load.comes())
            await shop.github.until(lambda: len(load.told) % len(PEOPLE) >= 12, 60)
            for old in running[:]:
                running.append(await processes.start(old.role))
                load.front += [one for one in running[-1:] if one.address]
                assert await old.stops() == 0
                running.remove(old)
            await coming
            await shop.github.until(lambda: len(load.answers()) == len(load.told), 60)
        assert len(load.told) == rounds * len(PEOPLE)
        assert set(load.answers().values()) == {1}
        assert not [line for process in processes.all for line in process.log if '"level": "error"' in line]


@pytest.mark.parametrize("ground", sampled(["sqlite", "dynamodb"], ["sqlite"]), indirect=True)
async def test_a_rolling_restart_loses_and_doubles_nothing(ground: Ground) -> None:
    """One process takes events in, two work."""
    await rolled(ground, ("web", "worker", "worker"))


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("roles", [("web", "web", "worker", "worker"), ("serve", "serve")], ids=" ".join)
async def test_five_rolling_restarts_lose_and_double_nothing(ground: Ground, roles: Sequence[str]) -> None:
    """Repeated, and with processes that do both."""
    await rolled(ground, roles, rounds=5)


async def lets_nobody_in(place: SplitResult) -> None:
    """Waits until the listener refuses new connections, which happens soon."""
    async with asyncio.timeout(5):
        with suppress(ConnectionRefusedError):
            while True:
                _, other = await asyncio.open_connection(place.hostname, place.port)
                other.close()


async def test_a_request_under_way_is_answered_before_the_process_stops(tmp_path: Path) -> None:
    """Stopped in the middle of a body, the process reads the rest, stores it and answers; new connections are
    refused."""
    async with shop_on(Ground(tmp_path, "sqlite")) as (shop, processes):
        pull = next(iter(shop.shop.pulls.values()))
        web = await processes.start("web")
        place = urlsplit(web.address)
        comment = shop.shop.add_comment(pull.number, by="taro", body="/status")
        body = json.dumps(events.commented(shop.shop, comment)).encode()
        sent = {
            **headers(shop.github.app, "guid", "issue_comment", body),
            "Content-Length": f"{len(body)}",
            "Expect": "100-continue",
        }
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n")
        writer.write("".join(f"{name}: {value}\r\n" for name, value in sent.items()).encode() + b"\r\n" + body[:99])
        assert b" 100 " in await reader.readuntil(b"\r\n\r\n")
        web.told_to_stop()
        await web.says('"stopping"')
        await lets_nobody_in(place)
        writer.write(body[99:])
        assert b" 202 " in await reader.readline()
        writer.close()
        assert await web.stops() == 0
        await processes.start("worker")
        await shop.github.until(lambda: "status" in shop.codes(pull) or None, 30)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9"])
async def test_more_idle_connections_than_descriptors_block_no_request(tmp_path: Path, address: str) -> None:
    """Opened all at once from GitHub's own address (as behind a load balancer) or another one, they leave descriptors
    for new connections, which are answered."""
    async with shop_on(Ground(tmp_path, "sqlite")) as (shop, processes):
        pull = next(iter(shop.shop.pulls.values()))
        web = await processes.start("web", descriptors=256)
        shop.github.webhook_url = f"{web.address}/webhooks/github"
        place = urlsplit(web.address)
        with ExitStack() as idle:
            for _ in range(260):
                each = idle.enter_context(socket.socket())
                each.setblocking(False)
                each.bind((address, 0))
                each.connect_ex((place.hostname, place.port))
            for _ in range(10):
                async with aiohttp.ClientSession(web.address) as session, session.get("/healthz") as answer:
                    assert answer.status == 200
                await shop.shop.comment(pull, by="taro", body="/status")
                assert shop.github.deliveries[-1].status == 202
        assert not [line for line in web.log if "out of system resource" in line]


@pytest.mark.soak
async def test_a_worker_whose_calls_hang_stops_in_time(tmp_path: Path) -> None:
    """Within the 20 seconds; its items are taken up at once, not when their leases end."""
    async with shop_on(Ground(tmp_path, "sqlite")) as (shop, processes):
        pull = next(iter(shop.shop.pulls.values()))
        web, worker = await processes.start("web"), await processes.start("worker")
        shop.github.webhook_url = f"{web.address}/webhooks/github"
        answers = asyncio.Event()
        stuck = Fault("POST", re.compile("/graphql$"), faults.barrier(answers), times=1000)
        shop.github.faults.append(stuck)
        await shop.shop.comment(pull, by="taro", body="/status")
        await shop.github.until(lambda: stuck.times < 1000 or None, 10)
        began = time.monotonic()
        assert await worker.stops() == 0
        assert time.monotonic() - began < 21
        shop.github.faults.remove(stuck)
        answers.set()
        began = time.monotonic()
        await processes.start("worker")
        await shop.github.until(lambda: "status" in shop.codes(pull) or None, 30)
        assert time.monotonic() - began < 15


async def test_each_process_serves_metrics_on_the_internal_address(tmp_path: Path) -> None:
    """`GHAPP_INTERNAL_LISTEN` works for a worker, too; that address takes no webhook and no guard request."""
    async with shop_on(Ground(tmp_path, "sqlite")) as (_, processes):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            internal = f"127.0.0.1:{free.getsockname()[1]}"
        await processes.start("worker", GHAPP_INTERNAL_LISTEN=internal)
        async with aiohttp.ClientSession(f"http://{internal}") as session:
            for path, status in (("/metrics", 200), ("/healthz", 200), ("/webhooks/github", 404), ("/guard", 404)):
                async with session.get(path) as answer:
                    assert answer.status == status


async def test_each_process_does_only_its_own_part(tmp_path: Path) -> None:
    """A web process does not work items, and a worker takes no requests in."""
    async with shop_on(Ground(tmp_path, "sqlite")) as (shop, processes):
        pull = next(iter(shop.shop.pulls.values()))
        web = await processes.start("web")
        shop.github.webhook_url = f"{web.address}/webhooks/github"
        await shop.shop.comment(pull, by="taro", body="/status")
        assert shop.github.deliveries[-1].status == 202
        before = len(shop.github.exchanges)
        await asyncio.sleep(1.5)
        assert not [one.route for one in shop.github.exchanges[before:] if not about_the_app(one)]
        worker = await processes.start("worker")
        assert worker.address == ""
        await shop.github.until(lambda: "status" in shop.codes(pull) or None, 30)


def about_the_app(asked: Exchange) -> bool:
    """Any process asks for the status of its App, and for what it is installed on, with a token for that alone."""
    if asked.route.endswith("access_tokens"):
        return bool(asked.request == {"permissions": {"metadata": "read"}})
    return asked.route.startswith("/app") or asked.route == "/installation/repositories"


@pytest.mark.parametrize("span", [timedelta(0), timedelta(minutes=1)])
async def test_items_of_a_stopped_worker_are_taken_up_at_once(tmp_path: Path, span: timedelta) -> None:
    """The item is handed back instead of waiting for the end of its lease, and is worked once."""
    async with scene(tmp_path, slack=False) as shop:
        pull = await shop.opens("taro")
        await shop.stops_over("taro", "/status", on=pull)
        shop.stage.skip(span)
        await shop.restart()
        await shop.idle()
        assert shop.codes(pull) == ["status"]
