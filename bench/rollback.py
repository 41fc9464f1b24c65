"""Measures `/rollback` to CodeDeploy, where GitHub and AWS take 50 ms for every answer: `python -m bench.rollback`.

For each case prints the calls until the request to CodeDeploy, with beginning and end; the medians until its first
call and until that request; and the number of calls by operation until the end is shown to users.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Literal

from aiohttp import web

from bench.latency import LATENCY, SPARE, TRIPS, Bench, tell
from ghapp.demo.codedeploy import CodeDeploy, Phase, Revision
from ghapp.demo.codedeploy.lifecycle import Pace
from ghapp.demo.github import Pull

CONFIG = """\
environments:
  production:
    workflow: deploy.yml
    rollback: {runner: codedeploy, application: app, deployment_group: app-prod, region: ap-northeast-1}
"""
Case = Literal["in flight", "still up", "no longer up", "further back", "day one"]
TOLD: dict[Case, str] = {
    "in flight": "StopDeployment",
    "still up": "StopDeployment",
    "no longer up": "CreateDeployment",
    "further back": "StopDeployment",
    "day one": "StopDeployment",
}
TIMES = 3
POLL = 1  # seconds
AT_ONCE = Pace(*[timedelta()] * 6)


@dataclass(frozen=True, slots=True)
class Taken:
    """One rollback: seconds until CodeDeploy's first call and until the request to roll back, and all its calls."""

    first: float
    told: float
    calls: Counter[str]


class SlowCodeDeploy(CodeDeploy):
    """Delays every answer, and records the time of each call."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(now=bench.stage.clock)
        self.asked: list[tuple[float, float, str]] = []

    def application(self) -> web.Application:
        """The application behind the delay."""
        made = super().application()
        made.middlewares.append(self._slowly)
        return made

    @web.middleware
    async def _slowly(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        began = time.monotonic()
        await asyncio.sleep(LATENCY)
        answer = await handler(request)
        self.asked.append((began, time.monotonic(), request.headers["X-Amz-Target"].rsplit(".", 1)[-1]))
        return answer


class WayBack(Bench):
    """An earlier release was live, the newest is; then the newest is rolled back."""

    async def _out(self, aws: CodeDeploy, phase: Phase = Phase.WAITING) -> Pull:
        pull = await self.merged()
        await self.shop.comment(pull, by="taro", body="/deploy")
        run = await self.shop.run_queued()
        await self.shop.start_run(run)
        (group,) = aws.groups
        aws.reach(aws.create(group, Revision.task(f"app:{pull.merge_commit_sha}")), phase)
        if phase is Phase.WAITING:
            await self.shop.finish_run(run)
        await self.quiet()
        return pull

    async def _rests(self, aws: CodeDeploy, pull: Pull) -> None:
        (group,) = aws.groups
        aws.settle(group.deployments[-1])
        while not self._said(pull, "production is free"):
            await asyncio.sleep(POLL + 1)
            await self.shop.comment(pull, by="taro", body="/unlock")
            await self.quiet()

    def _said(self, pull: Pull, text: str) -> bool:
        return any(text in comment.body for comment in self.stage.comments(pull))

    async def _prepared(self, aws: SlowCodeDeploy, case: Case) -> tuple[Pull, str]:
        """The pull request to roll back, and the command."""
        (group,) = aws.groups
        if case == "day one":
            aws.settle(aws.create(group, Revision.task("app:by-hand")))
            return await self._out(aws), "/rollback"
        first = await self._out(aws)
        await self._rests(aws, first)
        if case == "in flight":
            aws.pace = replace(AT_ONCE, shifting=timedelta(hours=1))
            return await self._out(aws, Phase.SHIFTING), "/rollback"
        pull = await self._out(aws)
        if case != "still up":
            await self._rests(aws, pull)
        if case == "further back":
            return await self._out(aws), f"/rollback to #{first.number}"
        return pull, "/rollback"

    async def taken_back(self, aws: SlowCodeDeploy, case: Case) -> Taken:
        """Gives the command and waits until its end is shown to users."""
        await self.shop.commit(".github/ghapp.yml", CONFIG, by="mona", message="Roll back by CodeDeploy")
        aws.pace = AT_ONCE
        aws.add_group(aws.add_application("app"), "app-prod")
        async with self.server():
            pull, line = await self._prepared(aws, case)
            await _between_looks(aws)
            known = len(self.github.exchanges)
            aws.asked.clear()
            began = time.monotonic()
            await self.shop.comment(pull, by="taro", body=line)
            await self.github.changed.until(lambda: self._said(pull, "rolled_back -->"), timeout=60)
        calls = [(one.began, one.ended, f"GitHub {one.method} {one.route}") for one in self.github.exchanges[known:]]
        first = min(start for start, _, _ in aws.asked)
        told = next(start for start, _, what in aws.asked if what == TOLD[case])
        looks = [(start, end, f"AWS {what}") for start, end, what in aws.asked]
        for start, end, what in sorted([*calls, *looks]):
            if start <= told:
                tell(f"{(start - began) * 1000:7.0f} –{(end - began) * 1000:6.0f} ms  {what}")
        return Taken(first - began, told - began, Counter(what for _, _, what in aws.asked))


async def _between_looks(aws: SlowCodeDeploy) -> None:
    """Waits until just after one of the server's own polls, which must not be mistaken for the rollback's calls."""
    known, until = len(aws.asked), time.monotonic() + 2 * POLL
    while len(aws.asked) == known and time.monotonic() < until:  # noqa: ASYNC110 - nothing signals it
        await asyncio.sleep(0.01)
    await asyncio.sleep(6 * LATENCY)


async def measured(case: Case) -> Taken:
    """Measures one rollback in a world of its own."""
    with tempfile.TemporaryDirectory(prefix="ghapp-bench-") as folder:
        bench = WayBack(Path(folder))
        aws = SlowCodeDeploy(bench)
        bench.extra = {
            "AWS_ENDPOINT_URL_CODEDEPLOY": await aws.start(),
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "GHAPP_POLL_SECONDS": f"{POLL}",
        }
        await bench.github.start()
        try:
            return await bench.taken_back(aws, case)
        finally:
            await aws.close()
            await bench.stage.close()


async def main() -> int:
    """0 where CodeDeploy is called within its round trips."""
    firsts = []
    for case in TOLD:
        tell(f"\n{case}")
        found = [await measured(case) for _ in range(TIMES)]
        first, told = median(one.first for one in found), median(one.told for one in found)
        tell(f"first asked after {first * 1000:.0f} ms, told after {told * 1000:.0f} ms (median of {TIMES})")
        tell("in all: " + ", ".join(f"{count} {what}" for what, count in sorted(found[-1].calls.items())))
        firsts.append(first)
    return 0 if max(firsts) <= TRIPS * LATENCY + SPARE else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
