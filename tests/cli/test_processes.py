"""The server as its processes: several on one store, told to stop and started anew under load."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ghapp.demo.clock import Clock
from ghapp.demo.github import Comment, Pull
from ghapp.demo.github.shapes import events
from ghapp.demo.github.state import as_role
from tests.adapters.ground import Ground
from tests.cli.running import Born, Process, born
from tests.scenarios.scene import Scene, scene

MARK = re.compile(r"<!-- ghapp:notice (\S+)")
PEOPLE = [f"person{number}" for number in range(36)]  # more would meet GitHub's secondary limit


@asynccontextmanager
async def shop_on(ground: Ground) -> AsyncIterator[tuple[Scene, Born]]:
    """A shop whose own server is gone; others take its place."""
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
    """People who type `/status`, one after the other, wherever the balancer sends them."""

    def __init__(self, shop: Scene, pull: Pull) -> None:
        self.shop, self.pull = shop, pull
        self.told: list[Comment] = []
        self.front: list[Process] = []

    async def comes(self) -> None:
        """Everybody once."""
        for person in PEOPLE:
            comment = self.shop.shop.add_comment(self.pull.number, by=person, body="/status")
            await self._sent(comment)
            self.told.append(comment)

    async def _sent(self, comment: Comment) -> None:
        """What a process that goes does not take, the next one does."""
        while True:
            self.shop.github.webhook_url = f"{self.front[-1].address}/webhooks/github"
            delivery = await self.shop.github.send("issue_comment", events.commented(self.shop.shop, comment))
            assert delivery
            assert delivery.status in (200, 202, None)
            if delivery.status:
                return

    def answers(self) -> Counter[str]:
        """How often each notice stands on the pull request."""
        bodies = (comment.body for comment in self.shop.stage.comments(self.pull) if comment.by_app)
        return Counter(mark for body in bodies for mark in MARK.findall(body))


async def test_a_rolling_restart_loses_and_doubles_nothing(ground: Ground) -> None:
    """Two that take in and two that work are each replaced while people type; everybody is answered once."""
    async with shop_on(ground) as (shop, processes):
        pull = next(iter(shop.shop.pulls.values()))
        shop.shop.people.update(dict.fromkeys(PEOPLE, as_role("write")))
        load = Load(shop, pull)
        load.front = [await processes.start("web")]
        workers = [await processes.start("worker"), await processes.start("worker")]
        coming = asyncio.create_task(load.comes())
        await shop.github.until(lambda: len(load.told) >= 12, 60)
        load.front.append(await processes.start("web"))
        assert await load.front[0].stops() == 0
        workers.append(await processes.start("worker"))
        for worker in workers[:2]:
            assert await worker.stops() == 0
        await coming
        await shop.github.until(lambda: len(load.answers()) == len(PEOPLE), 60)
        assert set(load.answers().values()) == {1}
        assert not [line for process in processes.all for line in process.log if '"level": "error"' in line]


async def test_each_process_does_its_part_only(tmp_path: Path) -> None:
    """What takes in does not work, and what works takes nothing in."""
    async with shop_on(Ground(tmp_path, "sqlite")) as (shop, processes):
        pull = next(iter(shop.shop.pulls.values()))
        web = await processes.start("web")
        shop.github.webhook_url = f"{web.address}/webhooks/github"
        await shop.shop.comment(pull, by="taro", body="/status")
        assert shop.github.deliveries[-1].status == 202
        before = len(shop.github.exchanges)
        await asyncio.sleep(1.5)
        assert len(shop.github.exchanges) == before
        worker = await processes.start("worker")
        assert worker.address == ""
        await shop.github.until(lambda: "status" in shop.codes(pull) or None, 30)


@pytest.mark.parametrize("span", [timedelta(0), timedelta(minutes=1)])
async def test_what_a_stopped_worker_had_in_hand_is_taken_up_at_once(tmp_path: Path, span: timedelta) -> None:
    """It is handed back, not left until a lease is over; and it is done once."""
    async with scene(tmp_path, slack=False) as shop:
        pull = await shop.opens("taro")
        await shop.stops_over("taro", "/status", on=pull)
        shop.stage.skip(span)
        await shop.restart()
        await shop.idle()
        assert shop.codes(pull) == ["status"]
