"""Measures how soon the gates hold merges, with 10, 100 and 1,000 open pull requests: `python -m bench.gate`.

GitHub takes 250 ms for every answer and enforces its rate limits. The clock jumps over waits. A second case with
1,000: GitHub computes 80 ms for each pull request that is asked for a heavy field.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from bench.still import StillLoop
from ghapp import settings
from ghapp.adapters.github.permissions import levels
from ghapp.assembly import assemble
from ghapp.demo.clock import Clock
from ghapp.demo.github import Pull
from ghapp.demo.github.faults import Strain
from ghapp.demo.github.state import Status
from ghapp.demo.stage import Stage

NOON = datetime(2026, 11, 23, 4, 42, tzinfo=UTC)
LATENCY = 0.25
CONTEXT = "ghapp/lock"
HEAVY = 0.08  # seconds a pull request: a page of a hundred took eight (spiceai/spiceai#13762)
READY_WITHIN = 5.0
RIGHT_WITHIN = 336.0
LISTED = """
query($first: Int!, $after: String) { repository(owner: "acme", name: "shop") {
  pullRequests(
    states: OPEN, baseRefName: "main", first: $first, after: $after, orderBy: {field: CREATED_AT, direction: DESC}
  ) {
    pageInfo { hasNextPage endCursor }
    nodes { number reviewDecision mergeStateStatus commits(last: 1) { nodes { commit { oid } } } }
  }
} }
"""
CONFIG = "timezone: Asia/Tokyo\nenvironments: {production: {workflow: deploy.yml}}\n"


class LoopClock(Clock):
    """The loop's own time, for threads too."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()

    def __call__(self) -> datetime:
        return NOON + timedelta(seconds=self._loop.time())


@dataclass(frozen=True)
class Outcome:
    """Seconds until no mergeable pull request is free, and until all gates are right; writes, and refusals.

    `computed`: the most seconds that GitHub computed within a minute.
    """

    ready: float | None
    right: float | None
    writes: int
    refused: int
    computed: float


class World:
    """acme/shop with open pull requests whose gates are free; every tenth is ready to merge.

    `heavy`: seconds that GitHub computes for each pull request asked for a heavy field. `reviewed`: the branch requires
    reviews; else a required check keeps the other nine tenths from merging.
    """

    def __init__(self, folder: Path, config: str = CONFIG, *, heavy: float = 0.0, reviewed: bool = True) -> None:
        self.folder = folder
        self.clock = LoopClock()
        self.stage = Stage(clock=self.clock, language="en", permissions=levels())
        self.shop, self.github = self.stage.shop, self.stage.github
        self.config, self.reviewed = config, reviewed
        self.github.strain = Strain(seconds=heavy)
        self.pulls: list[Pull] = []
        self.ready: list[Pull] = []

    async def opened(self, count: int) -> None:
        """Opens `count` pull requests."""
        await self.shop.commit(".github/ghapp.yml", self.config, by="mona", message="Small")
        if not self.reviewed:
            self.shop.require("slow")
        for number in range(count):
            pull = await self.shop.open_pull("taro", f"Number {number}", files=self.files(number))
            self.shop.add_status(self._free(pull))
            if number % 10 == 0:
                self._ready(pull)
            elif self.reviewed:
                pull.review_decision = "REVIEW_REQUIRED"
            self.pulls.append(pull)
        self.github.deliveries.clear()  # they need no redelivery

    def _ready(self, pull: Pull) -> None:
        if self.reviewed:
            self.shop.review(pull, "APPROVED", by="mona")
            pull.review_decision = "APPROVED"
        else:
            self.shop.report_check(pull.head_sha, "slow", "success")
        self.ready.append(pull)

    def _free(self, pull: Pull) -> Status:
        return Status(
            id=self.github.next_id(),
            sha=pull.head_sha,
            context=CONTEXT,
            state="success",
            description="Free to merge",
            target_url=None,
            creator=self.github.app.login,
            at=self.clock(),
        )

    def files(self, number: int) -> dict[str, str]:
        """The changed files of the n-th pull request."""
        return {f"changes/{number}.md": "x\n"}

    def since(self, began: datetime, pulls: Sequence[Pull], state: str = "pending") -> float | None:
        """Seconds until the last of these gates got that state; None where one has not."""
        newest = [self.shop.status(pull.head_sha, CONTEXT) for pull in pulls]
        if any(one is None or one.state != state for one in newest):
            return None
        return max((one.at - began).total_seconds() for one in newest if one)

    def writes(self) -> int:
        """The number of status writes, refused ones included."""
        return sum(one.method == "POST" and "/statuses/" in one.path for one in self.github.exchanges)

    async def until(self, done: Callable[[], bool], most: float) -> None:
        """Waits for `done`, at most `most` seconds."""
        end = asyncio.get_running_loop().time() + most
        while not done() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - nothing signals it
            await asyncio.sleep(0.5)

    async def outcome(self, began: datetime, before: int, pulls: Sequence[Pull] | None = None) -> Outcome:
        """The outcome, once all gates are right or 1,200 seconds have passed."""
        await self.until(lambda: self.since(began, pulls or self.pulls) is not None, 1200)
        await asyncio.sleep(2 * LATENCY)  # the last answers
        return Outcome(
            self.since(began, self.ready),
            self.since(began, self.pulls),
            self.writes() - before,
            self.github.points.refused,
            self.github.points.computed,
        )

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Runs the real server, which gets all deliveries from now on."""
        self.github.latency = LATENCY
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
            working = asyncio.create_task(connected.worker.run())
            try:
                yield
            finally:
                self.github.webhook_url = None
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
                await connected.worker.finish(1)
                await runner.cleanup()


Strategy = Callable[[World, Pull], Awaitable[datetime]]


async def planned(world: World, other: Pull) -> datetime:
    """The real server's strategy, measured from a `/lock` comment."""
    began = world.clock()
    await world.shop.comment(other, by="taro", body="/lock production 1h trying something")
    return began


async def one_by_one(world: World, _: Pull) -> datetime:
    """The newest first, each as soon as the one before is answered; after a refusal, the wait that GitHub demands."""
    began = world.clock()
    async with _session(world) as write:
        for pull in reversed(world.pulls):
            while wait := await write(pull):  # noqa: ASYNC110 - GitHub's Retry-After
                await asyncio.sleep(wait)
    return began


async def all_at_once(world: World, _: Pull) -> datetime:
    """All together; each refused write again after the wait that GitHub demands."""
    began = world.clock()

    async def insist(pull: Pull) -> None:
        while wait := await write(pull):  # noqa: ASYNC110 - GitHub's Retry-After
            await asyncio.sleep(wait)

    async with _session(world) as write:
        await asyncio.gather(*map(insist, world.pulls))
    return began


@asynccontextmanager
async def _session(world: World) -> AsyncIterator[Callable[[Pull], Awaitable[int]]]:
    """Yields a function that writes one gate and returns 0, or the seconds to wait."""
    headers = {"Authorization": f"Bearer {next(iter(world.github.tokens))}"}
    async with aiohttp.ClientSession(
        headers=headers, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout()
    ) as session:

        async def write(pull: Pull) -> int:
            url = f"{world.github.url}/repos/acme/shop/statuses/{pull.head_sha}"
            body = {"state": "pending", "context": CONTEXT, "description": "locked"}
            async with session.post(url, json=body) as answer:
                return int(answer.headers.get("Retry-After", 0)) if answer.status == 403 else 0

        yield write


async def pages_of_a_hundred(world: World, _: Pull) -> datetime:
    """All in one listing, from the newest on; a page that GitHub fails is halved."""
    began, after, first = world.clock(), None, 100
    async with _session(world) as write:
        headers = {"Authorization": f"Bearer {next(iter(world.github.tokens))}"}
        async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout()) as session:
            while True:
                body = {"query": LISTED, "variables": {"first": first, "after": after}}
                async with session.post(f"{world.github.url}/graphql", json=body) as answer:
                    if answer.status == 403:
                        await asyncio.sleep(int(answer.headers["Retry-After"]))
                        continue
                    found = await answer.json()
                if "errors" in found:
                    first = max(first // 2, 12)
                    continue
                page = found["data"]["repository"]["pullRequests"]
                numbers = {one["number"] for one in page["nodes"] if one["mergeStateStatus"] in ("CLEAN", "UNSTABLE")}
                await asyncio.gather(*(write(pull) for pull in world.ready if pull.number in numbers))
                if not page["pageInfo"]["hasNextPage"]:
                    return began
                after = page["pageInfo"]["endCursor"]


async def _measured(strategy: Strategy, count: int, heavy: float, *, reviewed: bool) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), heavy=heavy, reviewed=reviewed)
        await world.github.start()
        try:
            await world.opened(count)
            async with world.served():
                other = await world.shop.open_pull("hanako", "Where it is typed", draft=True)
                await world.shop.comment(other, by="taro", body="/status")
                await asyncio.sleep(70)  # until tokens are minted, the config is read, and a new minute has begun
                before = world.writes()
                if strategy is planned:
                    return await world.outcome(await planned(world, other), before)
            return await world.outcome(
                await strategy(world, other), before, world.ready if strategy is pages_of_a_hundred else world.pulls
            )
        finally:
            await world.stage.close()


def measured(strategy: Strategy, count: int, heavy: float = 0.0, *, reviewed: bool = True) -> Outcome:
    """Measures one strategy in a world of its own."""
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(_measured(strategy, count, heavy, reviewed=reviewed))


def main(counts: Sequence[int]) -> int:
    """Prints the results; returns 1 where the real server misses its goal."""
    logging.disable(logging.WARNING)
    _say(
        f"{'open':>6}  {'heavy':>6}  {'reviews':<8} {'strategy':<18} {'ready held':>11} {'all right':>11} {'writes':>7}"
        f" {'refused':>8} {'computed':>9}"
    )
    missed = False
    cases = [(count, 0.0, True, one) for count in counts for one in (planned, one_by_one, all_at_once)]
    cases += [(max(counts), HEAVY, True, one) for one in (planned, pages_of_a_hundred)]
    cases += [(max(counts), HEAVY, False, planned)]
    for count, heavy, reviewed, strategy in cases:
        found = measured(strategy, count, heavy, reviewed=reviewed)
        spans = [f"{span:.1f} s" if span is not None else "never" for span in (found.ready, found.right)]
        _say(
            f"{count:>6}  {heavy * 1000:>3.0f} ms  {'required' if reviewed else 'none':<8} {strategy.__name__:<18}"
            f" {spans[0]:>11} {spans[1]:>11} {found.writes:>7} {found.refused:>8} {found.computed:>7.1f} s"
        )
        missed |= strategy is planned and reviewed and not good(found, count)
    return int(missed)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def good(found: Outcome, count: int) -> bool:
    """Whether the outcome reaches the goals."""
    in_time = found.ready is not None and found.ready <= READY_WITHIN
    right = found.right is not None and found.right <= RIGHT_WITHIN
    return in_time and right and found.writes <= count * 1.01 and found.refused == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[10, 100, 1000])
    sys.exit(main(parser.parse_args().counts))
