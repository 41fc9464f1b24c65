"""Carries out the workflow runs of the demo's repository."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ghapp.demo.cloud import Cloud
from ghapp.demo.github import Repository, Run
from ghapp.demo.kinds import kind_of

QUEUED, RUNNING, FAILING = 1.0, 8.0, 3.0  # seconds


async def in_queue() -> None:
    """As long as a run waits for a runner."""
    await asyncio.sleep(QUEUED)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Production's runs move the traffic of CodeDeploy, if there is one; all others take a while.

    `queue`: waits until a runner has time for a run.
    """

    shop: Repository
    cloud: Cloud | None
    queue: Callable[[], Awaitable[object]] = in_queue

    async def __call__(self, run: Run) -> None:
        """From its beginning to its end; a run that was cancelled meanwhile does nothing more."""
        await self.queue()
        if run.status == "queued" and not run.cancel_asked:
            await self.shop.start_run(run)
        if not is_going(run):
            return
        if kind_of(self.shop, run.inputs.get("sha")) == "failing":
            await asyncio.sleep(FAILING)
            succeeded = False
        elif self.cloud and run.inputs.get("environment") == "production":
            succeeded = await self.cloud.carry_out(run)
        else:
            await asyncio.sleep(RUNNING)
            succeeded = True
        if is_going(run):
            await self.shop.finish_run(run, "success" if succeeded else "failure")


def is_going(run: Run) -> bool:
    """Whether its jobs run, and no person has ended that."""
    return run.status == "in_progress" and not run.cancel_asked
