"""Carries out the workflow runs of the demo's repository."""

import asyncio
from dataclasses import dataclass

from ghapp.demo.cloud import Cloud
from ghapp.demo.github import Repository, Run
from ghapp.demo.kinds import kind_of

QUEUED, RUNNING, FAILING = 1.0, 8.0, 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Carrier:
    """Production's runs move the traffic of CodeDeploy, if there is one; all others take a while."""

    shop: Repository
    cloud: Cloud | None

    async def __call__(self, run: Run) -> None:
        """From its beginning to its end; a run that was cancelled meanwhile does nothing more."""
        await asyncio.sleep(QUEUED)
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
