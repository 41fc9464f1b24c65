"""Measures whether cheap events delay commands: `python -m bench.flood`.

GitHub takes 100 ms for every answer and enforces its rate limits. The clock jumps over waits. The commands are behind
the cheap events in the queue when the server begins to work.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bench.gate import LoopClock
from bench.still import StillLoop
from ghapp import settings
from ghapp.adapters.github.permissions import levels
from ghapp.assembly import assemble
from ghapp.demo.github import Pull, Repository
from ghapp.demo.stage import WORKFLOW, Stage
from ghapp.engine.worker import Worker

LATENCY = 0.1  # seconds that GitHub takes for every answer
LONGER = 2.0  # times the duration without events, at most
MOST_QUERIES = 5
STEP, SECOND = 0.1, 1.0
PULLS = 50  # that the head changes go to
CONFIG = "timezone: Asia/Tokyo\nenvironments: {production: {workflow: deploy.yml, lock: 1m}}\n"


class World:
    """acme/shop, with a live and a waiting release, and acme/notes, which has no config."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = LoopClock()
        self.stage = Stage(clock=self.clock, language="en", permissions=levels())
        self.shop, self.github = self.stage.shop, self.stage.github
        self.notes = self.github.add_repository("acme/notes", files={"README.md": "x\n"}, people={"taro": "write"})

    def beside(self, number: int) -> Repository:
        """Adds another repository of the served account."""
        files = {".github/ghapp.yml": CONFIG, ".github/workflows/deploy.yml": WORKFLOW}
        return self.github.add_repository(f"acme/app-{number}", files=files, people={"taro": "write"})

    async def opened(self, place: Repository, count: int) -> list[Pull]:
        """Opens `count` pull requests."""
        return [await place.open_pull("taro", f"Number {number}") for number in range(count)]

    async def released(self) -> Pull:
        """Releases two pull requests; returns the second."""
        for title in ("First", "Second"):
            pull = await self.merged(title)
            await self.shop.comment(pull, by="taro", body="/deploy")
            await until(lambda: any(run.status == "queued" for run in self.shop.runs.values()))
            run = await self.shop.run_queued()
            await self.shop.start_run(run)
            await self.shop.finish_run(run)
            await until(lambda: "is free again" in self.said(), SECOND)
            await self.quiet()
        return pull

    async def merged(self, title: str) -> Pull:
        """Merges a pull request, whose release then waits."""
        pull = await self.shop.open_pull("taro", title)
        await self.shop.merge(pull, by="taro")
        await self.quiet()
        return pull

    async def quiet(self) -> None:
        """Waits until GitHub gets no call for five seconds."""
        heard = -1
        while heard != len(self.github.exchanges):
            heard = len(self.github.exchanges)
            for _ in range(5):
                await asyncio.sleep(SECOND)

    def said(self) -> str:
        """All comments of the App in the shop."""
        return "\n".join(comment.body for comment in self.shop.comments.values() if comment.by_app)

    def queries(self, name: str) -> int:
        """The number of GraphQL calls about a repository, by its name."""
        asked = [one.request for one in self.github.exchanges if one.route == "/graphql"]
        return sum(isinstance(one, dict) and one["variables"].get("name") == name for one in asked)

    def dispatches(self) -> list[float]:
        """The times of all dispatches, by the loop's clock."""
        return [one.began for one in self.github.exchanges if one.path.endswith("/dispatches")]

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Worker]:
        """The real server, which stores all deliveries; its worker does not run yet."""
        environ = {
            "GHAPP_PUBLIC_URL": "https://ghapp.example.com",
            "GHAPP_STORE": f"sqlite:///{self.folder / 'ghapp.db'}",
            "PORT": "0",
            "GITHUB_APP_ID": str(self.github.app.id),
            "GITHUB_PRIVATE_KEY": self.github.app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": self.github.app.webhook_secret,
            "GITHUB_API_URL": self.github.url,
        }
        async with assemble(settings.load(environ, dotenv=None), clock=self.clock) as connected:
            runner = web.AppRunner(connected.application)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.github.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/github"
            try:
                yield connected.worker
            finally:
                self.github.webhook_url = None
                await connected.worker.finish(1)
                await runner.cleanup()


async def until(done: Callable[[], bool], step: float = STEP) -> None:
    """Polls in steps, so that time jumps at most one step while a slow machine is still at work."""
    while not done():  # noqa: ASYNC110 - nothing signals it
        await asyncio.sleep(step)


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[None]:
    """Runs the worker within the block."""
    working = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """A started world, closed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        made = World(Path(folder))
        await made.github.start()
        await made.shop.commit(".github/ghapp.yml", CONFIG, by="mona", message="Small")
        await made.shop.commit(".github/workflows/deploy.yml", WORKFLOW, by="mona", message="Deploy")
        try:
            yield made
        finally:
            await made.stage.close()


async def pushed_and_labelled(place: Repository, pulls: list[Pull], events: int) -> None:
    """Sends cheap events: pushes to pull requests and labels, in turn."""
    for number in range(events):
        pull = pulls[number % len(pulls)]
        if number % 2:
            await place.push(pull, by="taro")
        else:
            await place.label(pull, f"label-{number}", by="taro")


async def merged_and_forced(place: Repository, events: int) -> None:
    """Sends events that decide, but grant no lock: merges into another branch and forced pushes, in turn."""
    place.git.branches["side"] = place.head
    for number in range(events):
        if number % 2:
            await place.force_push(place.default_branch, place.head, by="taro")
        else:
            await place.merge(await place.open_pull("taro", f"Number {number}", base="side"), by="taro")


async def _dispatched(events: int, repositories: int, *, follow: bool) -> float:
    """Seconds from the start of the worker until a `/deploy` behind `events` events is dispatched."""
    async with world() as made, made.served() as worker:
        async with at_work(worker):
            await made.released()
            pull = await made.merged("Third")
            pulls = await made.opened(made.shop, PULLS)
            await made.quiet()
        made.github.latency = LATENCY
        if repositories:
            others = [made.beside(number) for number in range(repositories)]
            for number in range(events):
                await others[number % repositories].open_pull("taro", f"Number {number}")
        elif follow:
            await merged_and_forced(made.shop, events)
        else:
            await pushed_and_labelled(made.shop, pulls, events)
        await made.shop.comment(pull, by="taro", body="/deploy")
        before, began = len(made.dispatches()), asyncio.get_running_loop().time()
        async with at_work(worker):
            await until(lambda: len(made.dispatches()) > before, 0.01)
            took = asyncio.get_running_loop().time() - began
        made.github.latency = 0.0
        return took


async def _asked(events: int, pulls: int) -> int:
    """GraphQL calls about a repository without a config, for `events` of its events."""
    async with world() as made, made.served() as worker:
        made.github.latency = LATENCY
        opened = await made.opened(made.notes, pulls)
        before = made.queries("notes")
        await pushed_and_labelled(made.notes, opened, events - pulls)
        async with at_work(worker):
            await made.quiet()
            await asyncio.sleep(60)
        made.github.latency = 0.0
        return made.queries("notes") - before


async def _rolled_back(events: int, where: str) -> bool:
    """Whether a `/rollback` is carried out after `events` labels in repository `where`, with few calls left."""
    async with world() as made, made.served() as worker:
        async with at_work(worker):
            pull = await made.released()
            place = made.shop if where == "acme/shop" else made.notes
            pulls = await made.opened(place, PULLS)
            await made.quiet()
        await asyncio.sleep(3600)  # until the next hour's budget is whole again; a worker would poll every second
        made.github.latency = LATENCY
        installation, now = made.shop.installation_id, made.clock()
        for resource in ("core", "graphql"):
            while made.github.budget.left(installation, resource, now)[0] > made.github.budget.limit // 10:
                made.github.budget.spend(installation, resource, now)
        for number in range(0, events, PULLS):
            await asyncio.gather(*(place.label(pull, f"label-{number}", by="taro") for pull in pulls))
        before = len(made.dispatches())
        async with at_work(worker):
            await made.quiet()
            await made.shop.comment(pull, by="taro", body="/rollback")
            await made.quiet()
        made.github.latency = 0.0
        return len(made.dispatches()) > before


def still(work: Callable[[], Awaitable[object]]) -> object:
    """Runs `work` in a loop of its own, whose clock jumps."""

    async def run() -> object:
        return await work()

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(run())


def dispatched(events: int, repositories: int = 0, *, follow: bool = False) -> float:
    """Seconds until a `/deploy` behind `events` head changes, of its own repository or of others, is dispatched.

    `follow`: behind merges into another branch and forced pushes.
    """
    took = still(lambda: _dispatched(events, repositories, follow=follow))
    assert isinstance(took, float)
    return took


def asked(events: int, pulls: int) -> int:
    """GraphQL calls for `events` events in `pulls` pull requests of a repository without a config."""
    calls = still(lambda: _asked(events, pulls))
    assert isinstance(calls, int)
    return calls


def rolled_back(events: int, where: str) -> bool:
    """Whether a `/rollback` is carried out after `events` labels in `where`, with the budget at its reserve."""
    return bool(still(lambda: _rolled_back(events, where)))


def main(events: int, labels: int) -> int:
    """Prints the results; returns 1 where a goal is missed."""
    logging.disable(logging.ERROR)
    alone, behind, beside = dispatched(0), dispatched(events), dispatched(events, events // 5)
    first = dispatched(events, follow=True)
    _say(f"/deploy alone: {alone:.2f} s")
    _say(f"/deploy behind {events} head changes: {behind:.2f} s, {behind / alone:.2f} times")
    _say(f"/deploy behind {events} in {events // 5} others of its account: {beside:.2f} s, {beside / alone:.2f} times")
    _say(f"/deploy behind {events} merges aside and forced pushes: {first:.2f} s, {first / alone:.2f} times")
    few, each = asked(events, 1), asked(events, events // 2)
    _say(f"GraphQL calls for {events} events without a config: {few} of 1 pull request, {each} of {events // 2}")
    elsewhere, here = rolled_back(labels, "acme/notes"), rolled_back(labels, "acme/shop")
    for where, done in (("a repository without a config", elsewhere), ("the same repository", here)):
        _say(
            f"/rollback at the reserve after {labels} labels in {where}: {'carried out' if done else 'NOT carried out'}"
        )
    return int(
        not (max(behind, beside, first) <= LONGER * alone and max(few, each) <= MOST_QUERIES and elsewhere and here)
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--labels", type=int, default=5000)
    wanted = parser.parse_args()
    sys.exit(main(wanted.events, wanted.labels))
