"""A visitor of the demo's page, before a world with the real server in its own process."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from ghapp.cli.demo.process import ServerProcess
from ghapp.cli.demo.state import PageState
from ghapp.cli.demo.world import opened
from ghapp.demo.cloud import AT_ONCE
from ghapp.demo.codedeploy.lifecycle import Pace
from ghapp.demo.stage import CHANNEL, Stage

T = TypeVar("T")
Json = dict[str, Any]
PATIENCE = 40.0  # seconds, for anything


class Visitor:
    """Acts on the page, and sees its state."""

    def __init__(self, stage: Stage, server: ServerProcess, page: PageState) -> None:
        self.stage, self.server, self.page = stage, server, page

    async def act(self, verb: str, **said: Any) -> None:
        """Raises ValueError with the sentence of a refusal."""
        await self.page.acts(verb, said)

    async def types(self, by: str, line: str) -> None:
        """Types a line in the channel."""
        await self.act("type", channel=CHANNEL, by=by, line=line)

    def lane(self, environment: str = "production") -> Json:
        """An environment's lane; an empty one where there is none yet."""
        empty: Json = {"state": "", "live": None, "waiting": [], "releases": [], "run": None}
        return next((lane for lane in self.page()["board"] if lane["environment"] == environment), empty)

    def pull(self, number: int) -> Json:
        """A pull request on the page."""
        return next(pull for pull in self.page()["pulls"] if pull["number"] == number)

    def counts(self) -> Json:
        """What the world has counted."""
        counts: Json = self.page()["counts"]
        return counts

    def live(self, environment: str = "production") -> int | None:
        """The live pull request's number."""
        live = self.lane(environment)["live"]
        return live and int(live["number"])

    def waits(self, environment: str = "production") -> list[int]:
        """The numbers of the pull requests in line."""
        return [one["number"] for one in self.lane(environment)["waiting"]]

    def messages(self) -> list[str]:
        """The texts in the channel, thread replies and ephemeral ones too."""
        (channel,) = self.page()["slack"]
        return [one["text"] for one in channel["messages"]]

    async def sees(self, seen: Callable[[], T | None]) -> T:
        """Waits until this is truthy: it is evaluated after every change."""
        deadline = time.monotonic() + PATIENCE
        async for _ in self.stage.looks(lambda: deadline - time.monotonic()):
            if found := seen():
                return found
        raise AssertionError(f"not seen: {self.page()['board']} {self.counts()} {self.messages()}")

    async def releases(self, number: int, by: str) -> None:
        """Merges a pull request, asks for its release, and waits until it is live in production."""
        await self.act("merge", number=number, by=by)
        await self.sees(lambda: number in self.waits())
        await self.types(by, f"/deploy production #{number}")
        await self.sees(lambda: self.live() == number)


@asynccontextmanager
async def visiting(folder: Path, *, pace: Pace = AT_ONCE) -> AsyncIterator[Visitor]:
    """A whole world, as `ghapp demo` opens it, that in the end did nothing twice. `pace`: its CodeDeploy's."""
    async with (
        opened(folder, folder / "server.log", "en", whole=True) as (stage, server),
        PageState.of(stage, server) as page,
    ):
        assert stage.cloud
        stage.cloud.aws.pace = pace
        visitor = Visitor(stage, server, page)
        yield visitor
        assert (visitor.counts()["done_twice"], visitor.counts()["two_at_once"]) == (0, 0)
