"""`/metrics` in Prometheus' text format. It names no repository and no person."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from ghapp.ports import Counts, Retryable

PATIENCE = 2.0  # seconds
KIND = "text/plain; version=0.0.4; charset=utf-8"  # https://prometheus.io/docs/instrumenting/exposition_formats/

Labels = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """`verdicts`: deliveries so far, by verdict. `left`: calls that GitHub still allows, by installation and resource.

    `swept`: when this process last looked for deliveries that failed at GitHub. `refused`: messages that Slack refused
    for good, by code. `failed`: our own errors while publishing projections, by kind. `not_taken`: how often
    GitHub or Slack refused to show a place, by its kind. `unwritten`: how often GitHub refused a gate.
    """

    verdicts: Mapping[str, int]
    counts: Callable[[], Awaitable[Counts]]
    left: Callable[[], Mapping[int, Mapping[str, int]]]
    swept: Callable[[], datetime | None]
    refused: Mapping[str, int]
    failed: Mapping[str, int]
    not_taken: Mapping[str, int]
    unwritten: Callable[[], int]

    def routes(self) -> Sequence[web.RouteDef]:
        return (web.get("/metrics", self.tell, allow_head=False),)

    async def tell(self, _request: web.Request) -> web.Response:
        """200 in any case: metrics that cannot be read are left out."""
        lines = [*self._deliveries(), *await self._queue(), *self._calls(), *self._slack()]
        lines += [*self._places(), *self._sweep()]
        return web.Response(body="".join(f"{line}\n" for line in lines).encode(), headers={"Content-Type": KIND})

    def _deliveries(self) -> Iterable[str]:
        yield from _head("ghapp_deliveries_total", "counter", "Webhook deliveries by what became of them.")
        for verdict, count in sorted(self.verdicts.items()):
            yield _sample("ghapp_deliveries_total", {"verdict": verdict}, count)

    async def _queue(self) -> Sequence[str]:
        try:
            async with asyncio.timeout(PATIENCE):
                counts = await self.counts()
        except (Retryable, TimeoutError):
            return ()
        name = "ghapp_queue_items"
        states = {"open": counts.open, "dead": counts.dead}
        head = _head(name, "gauge", "Items of the queue: open, or dead letters.")
        return [*head, *(_sample(name, {"state": state}, count) for state, count in states.items())]

    def _calls(self) -> Iterable[str]:
        name = "ghapp_github_calls_left"
        yield from _head(
            name, "gauge", "Calls that GitHub still allows in this hour; installation 0 is the App itself."
        )
        for installation, resources in sorted(self.left().items()):
            for resource, left in sorted(resources.items()):
                yield _sample(name, {"installation": installation, "resource": resource}, left)

    def _slack(self) -> Iterable[str]:
        name = "ghapp_slack_refused_total"
        yield from _head(name, "counter", "Messages that Slack has refused for good, by its code.")
        for code, count in sorted(self.refused.items()):
            yield _sample(name, {"code": code}, count)

    def _places(self) -> Iterable[str]:
        name = "ghapp_places_failed_total"
        yield from _head(name, "counter", "Errors of ghapp itself while it published, by kind of place.")
        for kind, count in sorted(self.failed.items()):
            yield _sample(name, {"place": kind}, count)
        name = "ghapp_places_refused_total"
        yield from _head(name, "counter", "Places that GitHub or Slack has refused to show, by kind of place.")
        for kind, count in sorted(self.not_taken.items()):
            yield _sample(name, {"place": kind}, count)
        name = "ghapp_gates_not_written_total"
        yield from _head(name, "counter", "Gates that GitHub has refused: the pull request may show an old one.")
        yield _sample(name, {}, self.unwritten())

    def _sweep(self) -> Iterable[str]:
        if swept := self.swept():
            name = "ghapp_last_sweep_timestamp_seconds"
            yield from _head(name, "gauge", "When this process last looked through what GitHub could not deliver.")
            yield _sample(name, {}, int(swept.timestamp()))


def _head(name: str, kind: str, meaning: str) -> Sequence[str]:
    return (f"# HELP {name} {meaning}", f"# TYPE {name} {kind}")


def _sample(name: str, labels: Labels, value: int) -> str:
    told = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{told}}} {value}" if told else f"{name} {value}"
