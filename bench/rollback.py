"""From `/rollback` to CodeDeploy, where GitHub and AWS take 50 ms for every answer: `python -m bench.rollback`.

It prints each call with its beginning and end, and the medians: until CodeDeploy is first asked, and until it is told
to go back; once while what was before is still up, and once after that.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Literal

from aiohttp import web

from bench.latency import LATENCY, SPARE, TRIPS, Bench, tell
from ghapp.demo.codedeploy import CodeDeploy, Phase, Revision
from ghapp.demo.github import Pull

CONFIG = """\
environments:
  production:
    workflow: deploy.yml
    rollback: {runner: codedeploy, application: app, deployment_group: app-prod, region: ap-northeast-1}
"""
Case = Literal["still up", "no longer up"]
TOLD = {"still up": "StopDeployment", "no longer up": "CreateDeployment"}
TIMES = 3
POLL = 1  # seconds


class SlowCodeDeploy(CodeDeploy):
    """It takes its time for every answer, and notes when it was asked for what."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(now=bench.stage.clock)
        self.asked: list[tuple[float, float, str]] = []

    def application(self) -> web.Application:
        """With the wait in front."""
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
    """#41 was live, #42 is; then it is taken back."""

    async def _out(self, aws: CodeDeploy) -> Pull:
        pull = await self.merged()
        await self.shop.comment(pull, by="taro", body="/deploy")
        run = await self.shop.run_queued()
        await self.shop.start_run(run)
        (group,) = aws.groups
        aws.reach(aws.create(group, Revision.task(f"app:{pull.merge_commit_sha}")), Phase.WAITING)
        await self.shop.finish_run(run)
        await self.quiet()
        return pull

    async def _rests(self, aws: CodeDeploy, pull: Pull) -> None:
        (group,) = aws.groups
        aws.settle(group.deployments[-1])
        while not any("production is free" in comment.body for comment in self.stage.comments(pull)):
            await asyncio.sleep(POLL + 1)
            await self.shop.comment(pull, by="taro", body="/unlock")
            await self.quiet()

    async def taken_back(self, aws: SlowCodeDeploy, case: Case) -> tuple[float, float]:
        """Seconds from the comment until CodeDeploy was first asked, and until it was told."""
        await self.shop.commit(".github/ghapp.yml", CONFIG, by="mona", message="Roll back by CodeDeploy")
        aws.add_group(aws.add_application("app"), "app-prod")
        async with self.server():
            await self._rests(aws, await self._out(aws))
            pull = await self._out(aws)
            if case == "no longer up":
                await self._rests(aws, pull)
            known = len(self.github.exchanges)
            aws.asked.clear()
            began = time.monotonic()
            await self.shop.comment(pull, by="taro", body="/rollback")
            await self.quiet()
            await self.quiet()
        calls = [(one.began, one.ended, f"GitHub {one.method} {one.route}") for one in self.github.exchanges[known:]]
        first = min(start for start, _, _ in aws.asked)
        told = next(start for start, _, what in aws.asked if what == TOLD[case])
        for start, end, what in sorted([*calls, *((*span, f"AWS {what}") for *span, what in aws.asked)]):
            if start <= told:
                tell(f"{(start - began) * 1000:7.0f} –{(end - began) * 1000:6.0f} ms  {what}")
        return first - began, told - began


async def measured(case: Case) -> tuple[float, float]:
    """One rollback in a world of its own."""
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
    """0 where CodeDeploy is asked within its round trips."""
    firsts = []
    for case in TOLD:
        tell(f"\nwhat was before is {case}")
        found = [await measured(case) for _ in range(TIMES)]  # type: ignore[arg-type]
        first, told = (median(one) for one in zip(*found, strict=True))
        tell(f"first asked after {first * 1000:.0f} ms, told after {told * 1000:.0f} ms (median of {TIMES})")
        firsts.append(first)
    return 0 if max(firsts) <= TRIPS * LATENCY + SPARE else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
