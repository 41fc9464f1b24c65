"""The whole state of the demo's page: the world's own part, and what the product reads from its server's store."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ghapp.assembly import FullStore, store_at
from ghapp.cli.demo.board import Lanes
from ghapp.cli.demo.config_errors import ConfigText, environments, errors
from ghapp.cli.demo.process import ServerProcess
from ghapp.cli.demo.upcoming import next_event
from ghapp.demo.acts import Acts, Event
from ghapp.demo.counts import Counts
from ghapp.demo.error_rate import ErrorRates
from ghapp.demo.github.content import WORKFLOWS
from ghapp.demo.snapshot import lane, snapshot
from ghapp.demo.stage import Stage
from ghapp.engine.board import BoardReader

logger = logging.getLogger(__name__)

KEPT = 2000  # calls and deliveries that the local services remember


@dataclass(slots=True)
class PageState:
    """Called for the state as of now."""

    stage: Stage
    server: ServerProcess
    lanes: Lanes
    acts: Acts
    counts: Counts
    rates: ErrorRates

    @classmethod
    @asynccontextmanager
    async def of(cls, stage: Stage, server: ServerProcess) -> "AsyncIterator[PageState]":
        """Kept up to date within the block."""
        store = store_at(server.settings.store, stage.clock)
        lanes = Lanes(BoardReader(store, stage.clock), stage.language, stage.clock)
        made = cls(stage, server, lanes, Acts(stage, server), Counts(stage), ErrorRates(stage))
        made.acts.upcoming = made.upcoming
        _bound(stage)
        assert stage.cloud
        bump = stage.github.changed.bump
        async with _closing(store):
            await lanes.read()
            works = [lanes.follow(bump), stage.cloud.goes_on(), made.rates.go_on(lambda: lanes.found)]
            async with _going(works):
                yield made

    def __call__(self) -> dict[str, Any]:
        """Shown to the page as JSON."""
        stage, event, config = self.stage, self.upcoming(), self._config()
        found = [{"line": line, "sentence": sentence} for line, sentence in errors(config, stage.language)]
        return {
            **snapshot(stage),
            "board": [self._lane(one) for one in self.lanes.shown(environments(config))],
            "config": {"text": config.text, "errors": found},
            "faults": {**self.acts.faults.shown, "server": self.server.state},
            "counts": {**self.counts.shown(is_held=self.lanes.holds_merges()), "kills": self.server.kills},
            "next": {"at": event.at.isoformat(), "what": event.what} if event else None,
            "board_address": self._board_address(),
        }

    def upcoming(self) -> Event | None:
        """The next event that time alone brings."""
        states = [one.state for one in self.lanes.found.values() if one.state]
        return next_event(states, self.stage.clock(), self.stage.language)

    def _lane(self, shown: dict[str, Any]) -> dict[str, Any]:
        environment = shown["environment"]
        return {**shown, **lane(self.stage, environment), "errors": self.rates.shown(environment)}

    def _board_address(self) -> str:
        assert self.server.settings.internal
        host, port = self.server.settings.internal
        return f"http://{host}:{port}/"

    def _config(self) -> ConfigText:
        shop = self.stage.shop
        found = shop.files().items()
        files = {path.removeprefix(WORKFLOWS): text for path, text in found if path.startswith(WORKFLOWS)}
        return ConfigText(
            self.stage.config, tuple(files.items()), shop.full_name, self.server.settings.aws_targets or ()
        )


def _bound(stage: Stage) -> None:
    """A demo may run for days."""
    assert stage.cloud
    for kept in (stage.github.exchanges, stage.github.deliveries, stage.slack.calls, stage.cloud.aws.calls):
        kept.most = KEPT


@asynccontextmanager
async def _closing(store: FullStore) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await store.close()


@asynccontextmanager
async def _going(works: list[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(_ended)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _ended(task: asyncio.Task[None]) -> None:
    """Each works until it is cancelled, so any other end is a bug of ours."""
    if not task.cancelled():
        logger.error("the page is not kept up to date any more", exc_info=task.exception())
