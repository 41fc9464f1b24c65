"""Measures a comment to its dispatch, where GitHub takes 50 ms for every answer: `python -m bench.latency`.

Prints each call to GitHub with its beginning and end, and the median of several releases: with a server that has
been at work, with one whose tokens have expired, and with one that has just started and has cached nothing.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Literal

import aiohttp

from ghapp.adapters.github.permissions import levels
from ghapp.adapters.github.tokens import REFRESHED_EARLY
from ghapp.demo.clock import Clock
from ghapp.demo.github import Exchange, Pull
from ghapp.demo.github.auth import TOKEN_LIFE
from ghapp.demo.stage import PEOPLE, Stage

LATENCY = 0.05  # seconds that GitHub takes for every answer
TRIPS = 4  # round trips before a dispatch, at most
SPARE = 0.02  # seconds for our own work
QUIET = 0.7  # seconds without a call, after which no more are expected
MOST_CALLS = 12
SHORT = REFRESHED_EARLY + timedelta(seconds=4)  # a token that is valid for four seconds
OWNERS_CONFIG = "timezone: Asia/Tokyo\n"


class Bench:
    """acme/shop on a local GitHub, and `ghapp serve` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stage = Stage(clock=Clock(), language="en", permissions=levels())
        self.shop, self.github = self.stage.shop, self.stage.github
        self.github.latency = LATENCY
        self.extra: dict[str, str] = {}
        self._authors = itertools.cycle(PEOPLE)  # in turn: a user may give ten commands a minute
        self._address = ""

    @asynccontextmanager
    async def server(self) -> AsyncIterator[None]:
        """A ready server that gets GitHub's deliveries."""
        port = _free_port()
        self._address = f"http://127.0.0.1:{port}"
        command = (sys.executable, "-m", "ghapp", "serve")
        process = await asyncio.create_subprocess_exec(
            *command, cwd=self.folder, env={**os.environ, **self._environ(port)}, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await self._ready()
            self.github.webhook_url = f"{self._address}/webhooks/github"
            yield
        finally:
            process.terminate()
            await process.wait()

    def _environ(self, port: int) -> dict[str, str]:
        return {
            "GHAPP_PUBLIC_URL": self._address,
            "GHAPP_STORE": f"sqlite:///{self.folder / 'ghapp.db'}",
            "HOST": "127.0.0.1",
            "PORT": f"{port}",
            "GITHUB_APP_ID": f"{self.github.app.id}",
            "GITHUB_PRIVATE_KEY": self.github.app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": self.github.app.webhook_secret,
            "GITHUB_API_URL": self.github.url,
            "GHAPP_AWS_TARGETS": "acme/shop=codedeploy:app/app-prod",
            "LOG_LEVEL": "warning",
            **self.extra,
        }

    async def _ready(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self._address}/readyz") as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(0.05)

    async def quiet(self) -> None:
        """Waits until GitHub gets no call for `QUIET` seconds."""
        heard = -1
        while heard != len(self.github.exchanges):
            heard = len(self.github.exchanges)
            await asyncio.sleep(QUIET)

    async def merged(self) -> Pull:
        """A pull request whose release waits; no other is open."""
        author = next(self._authors)
        pull = await self.shop.open_pull(author, "Reword notifications")
        await self.shop.merge(pull, by=author)
        await self.quiet()
        if self.github.token_life < TOKEN_LIFE:
            await asyncio.sleep((self.github.token_life - REFRESHED_EARLY).total_seconds())
        return pull

    async def deployed(self, pull: Pull) -> "Story":
        """Deploys it from the comment until it is live, and unlocks the environment."""
        known = len(self.github.exchanges)
        began = time.monotonic()
        await self.shop.comment(pull, by=pull.author, body="/deploy")
        run = await self.shop.run_queued()
        await self.quiet()
        at_rest = len(self.github.exchanges)
        await self.shop.start_run(run)
        await self.quiet()
        await self.shop.finish_run(run)
        await self.quiet()
        story = Story(began, self.github.exchanges[known:at_rest], self.github.exchanges[at_rest:])
        await self.shop.comment(pull, by=pull.author, body="/unlock")
        await self.quiet()
        return story


class Story:
    """The calls of one release, in their order."""

    def __init__(self, began: float, granted: Sequence[Exchange], lived: Sequence[Exchange]) -> None:
        self.began = began
        self.granted = sorted(granted, key=lambda one: one.began)
        self.lived = sorted(lived, key=lambda one: one.began)

    @property
    def dispatched(self) -> float:
        """Seconds from the comment until the dispatch arrives."""
        return next(one.began for one in self.granted if one.path.endswith("/dispatches")) - self.began

    def told(self) -> list[str]:
        """One line for each call."""
        return [
            *(self._line(one) for one in self.granted),
            "         — at rest until the run moves —",
            *(self._line(one) for one in self.lived),
        ]

    def _line(self, one: Exchange) -> str:
        span = f"{(one.began - self.began) * 1000:7.0f} –{(one.ended - self.began) * 1000:6.0f} ms"
        return f"{span}  {one.status} {one.method:5} {_short(one)}"


def _short(one: Exchange) -> str:
    """A short name of the call. A query is named by its first fields of the repository besides the id."""
    if one.route != "/graphql":
        return one.route.removeprefix("/repos/{owner}/{repo}")
    asked: Any = one.request
    fields = re.findall(r"\w+(?=\s*(?:\([^)]*\)\s*)?\{)", asked["query"].split("databaseId", 1)[-1])
    return f"graphql {asked['variables']['name']}: {' '.join(fields[:2])}"


Case = Literal["at work", "its tokens run out", "just started"]


async def measured(bench: Bench, case: Case, times: int) -> list[Story]:
    """Measures `times` releases in this case, after one that makes a revision live."""
    if case == "its tokens run out":
        bench.github.token_life = SHORT
    async with bench.server():
        await bench.deployed(await bench.merged())
        if case != "just started":
            return [await bench.deployed(await bench.merged()) for _ in range(times)]
    found: list[Story] = []
    for _ in range(times):
        async with bench.server():
            pull = await bench.merged()
        async with bench.server():
            found.append(await bench.deployed(pull))
    return found


async def releases(case: Case, times: int, *, owner: bool = False) -> list[Story]:
    """Measures `times` releases on a local GitHub of their own. `owner`: with an owner's config to read as well."""
    with tempfile.TemporaryDirectory(prefix="ghapp-bench-") as folder:
        bench = Bench(Path(folder))
        if owner:
            bench.github.add_repository("acme/policies", files={".github/ghapp.yml": OWNERS_CONFIG}, people={})
            bench.extra["GHAPP_POLICY"] = "acme/policies"
        await bench.github.start()
        stories = await measured(bench, case, times)
        await bench.stage.close()
    return stories


async def told(case: Case, times: int, *, owner: bool) -> tuple[float, int]:
    """Prints the trace of the median release; returns the median in seconds and the most calls of one release."""
    stories = await releases(case, times, owner=owner)
    middle = median(story.dispatched for story in stories)
    calls = max(len(story.granted) for story in stories)
    shown = min(stories, key=lambda story: abs(story.dispatched - middle))
    beside = ", with an owner's config" if owner else ""
    tell(f"\n{case}{beside}: dispatched after {middle * 1000:.0f} ms (median of {times}), {calls} calls until at rest")
    tell("\n".join(shown.told()))
    return middle, calls


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def tell(line: str) -> None:
    """Prints a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main() -> int:
    """0 where every case keeps to its round trips and calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    cases: tuple[tuple[Case, bool], ...] = (
        ("at work", False),
        ("its tokens run out", False),
        ("its tokens run out", True),
        ("just started", False),
    )
    found = [await told(case, times, owner=owner) for case, owner in cases]
    within = all(took <= TRIPS * LATENCY + SPARE for took, _ in found)
    return 0 if within and found[0][1] <= MOST_CALLS else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
