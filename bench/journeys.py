"""Measures how many functions and files a reader passes to follow an event: `python -m bench.journeys`.

Plays four journeys on the local world and prints for each the number of functions and files of ghapp, the number of
changes of file when the functions are read in the order of their first call, and the ratio of each figure to its
former value. `--list` names the functions.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType

from aiohttp import web

import ghapp
from ghapp import settings
from ghapp.adapters.github.permissions import levels
from ghapp.assembly import Spans, assemble
from ghapp.demo.clock import Clock
from ghapp.demo.github import Pull
from ghapp.demo.stage import Stage
from ghapp.engine.worker import Worker

PACKAGE = f"{Path(ghapp.__file__).parent}/"
LOCK = timedelta(minutes=30)  # as in the stage's config
NEARLY = timedelta(seconds=5)

# Functions, files and changes of file before the folders were renamed: by the first count, whose code is not kept, and
# by this one on the same code (commit e7838eb)
FORMER = {
    "comment /deploy -> dispatch": ((263, 62, 167), (417, 78, 247)),
    "merge -> Slack call": ((305, 68, 195), (517, 92, 318)),
    "run ended -> comment": ((256, 55, 213), (380, 70, 228)),
    "lock ended -> gate": ((348, 75, 221), (515, 88, 310)),
}
UNITS = ("functions", "files", "changes of file")


class StillClock(Clock):
    """Time passes only by `skip`."""

    def __call__(self) -> datetime:
        return datetime(2026, 11, 23, 4, 42, tzinfo=UTC) + self.skipped


@dataclass(slots=True)
class Trace:
    """The functions of ghapp in the order of their first call, until the journey has `ended`."""

    ended: Callable[[], bool]
    first_calls: dict[CodeType, None] = field(default_factory=dict)

    def names(self) -> list[tuple[str, str]]:
        """File and function of each."""
        return [(code.co_filename.removeprefix(PACKAGE), code.co_qualname) for code in self.first_calls]

    def figures(self) -> tuple[int, int, int]:
        """The numbers of functions, files, changes of file."""
        files = [file for file, _ in self.names()]
        return len(files), len(set(files)), sum(before != after for before, after in pairwise(files))


class Profile:
    """Passes each call to the recorded trace, in all threads that began after `installed`."""

    def __init__(self) -> None:
        self.trace: Trace | None = None

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Skips lambdas and comprehensions, which belong to their function, and the local world of the demo."""
        code, trace = frame.f_code, self.trace
        if trace is None or event != "call" or code.co_name.startswith("<") or code in trace.first_calls:
            return
        name = code.co_filename.removeprefix(PACKAGE)
        if name != code.co_filename and not name.startswith("demo/") and not trace.ended():
            trace.first_calls[code] = None

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Profiles calls within the block."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)


@dataclass(frozen=True, slots=True)
class World:
    """acme/shop with its channel, and the server that serves it."""

    stage: Stage
    worker: Worker
    profile: Profile

    async def idle(self) -> None:
        """Waits until every delivery is worked and no environment is due."""
        deliveries = -1
        while deliveries != len(self.stage.github.deliveries):
            deliveries = len(self.stage.github.deliveries)
            await self.worker.drain()
            await self.stage.github.settled()

    async def opened(self, author: str) -> Pull:
        """Opens a pull request."""
        pull = await self.stage.shop.open_pull(author, "Reword notifications")
        await self.idle()
        return pull

    async def released(self, pull: Pull) -> None:
        """Merges and deploys it, until it is live and the lock is over."""
        shop = self.stage.shop
        await shop.merge(pull, by="taro")
        await self.idle()
        await shop.comment(pull, by="taro", body="/deploy")
        await self.idle()
        run = await shop.run_queued()
        await shop.start_run(run)
        await shop.finish_run(run)
        await self.idle()
        self.stage.clock.skip(LOCK)
        await self.idle()

    async def journey(self, cause: Awaitable[object], ended: Callable[[], bool]) -> Trace:
        """Records from the cause until its effect is visible outside, then waits for the rest."""
        self.profile.trace = trace = Trace(ended)
        await cause
        await self.idle()
        self.profile.trace = None
        assert ended()
        return trace


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    """A started world, closed at the end."""
    stage = Stage(clock=StillClock(), language="en", permissions=levels())
    await stage.github.start()
    environ = {
        "GHAPP_PUBLIC_URL": "https://ghapp.example.com",
        "GHAPP_STORE": f"sqlite:///{folder / 'ghapp.db'}",
        "GHAPP_OWNERS": "acme",
        "GITHUB_APP_ID": str(stage.github.app.id),
        "GITHUB_PRIVATE_KEY": stage.github.app.private_key_pem,
        "GITHUB_WEBHOOK_SECRET": stage.github.app.webhook_secret,
        "GITHUB_API_URL": stage.github.url,
        "SLACK_BOT_TOKEN": stage.slack_token,
        "SLACK_API_URL": await stage.slack.start(),
    }
    loaded, profile = settings.load(environ, dotenv=None), Profile()
    with profile.installed():
        async with assemble(loaded, clock=stage.clock, spans=Spans(a_message_takes=0)) as connected:
            runner = web.AppRunner(connected.application)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            stage.github.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/github"
            try:
                yield World(stage, connected.worker, profile)
            finally:
                await runner.cleanup()
                await stage.close()


async def journeys() -> dict[str, Trace]:
    """The traces of all journeys, in sequence, with another open pull request beside them."""
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder)) as played:
            stage, shop = played.stage, played.stage.shop
            await played.released(await played.opened("taro"))  # warms all caches
            other, mine = await played.opened("hanako"), await played.opened("taro")
            merge = await played.journey(
                shop.merge(mine, by="taro"), lambda: "ready to deploy" in stage.channel.messages[-1].text
            )
            runs = len(shop.runs)
            deploy = await played.journey(shop.comment(mine, by="taro", body="/deploy"), lambda: len(shop.runs) > runs)
            run = await shop.run_queued()
            await shop.start_run(run)
            await played.idle()
            ended = await played.journey(
                shop.finish_run(run), lambda: any("is live" in one.body for one in stage.comments(mine))
            )
            stage.clock.skip(LOCK - NEARLY)
            await played.idle()
            stage.clock.skip(NEARLY)
            free = await played.journey(asyncio.sleep(0), lambda: stage.gate(other) == ("success", "Free to merge"))
    return dict(zip(FORMER, (deploy, merge, ended, free), strict=True))


def main(*, listed: bool) -> None:
    """Prints the figures of each journey, each with its two ratios to the former ones."""
    logging.disable(logging.ERROR)
    for name, trace in asyncio.run(journeys()).items():
        counted = zip(trace.figures(), UNITS, *FORMER[name], strict=True)
        parts = (f"{now} {what} ({now / first:.2f}, {now / same:.2f})" for now, what, first, same in counted)
        _say(f"{name}: {', '.join(parts)}")
        for file, function in trace.names() if listed else ():
            _say(f"  {file}: {function}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name each function in the order of its first call")
    main(listed=parser.parse_args().list)
