"""The target of the demo's workflow: a deployment group of the local CodeDeploy."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from ghapp.demo.codedeploy import CodeDeploy, Deployment, Phase, Refused, Revision
from ghapp.demo.codedeploy.lifecycle import Pace
from ghapp.demo.codedeploy.state import ENDED
from ghapp.demo.github import Run

APPLICATION, GROUP, REGION = "shop", "shop-prod", "ap-northeast-1"
CONFIG = f"""\
    rollback: {{runner: codedeploy, application: {APPLICATION}, deployment_group: {GROUP}, region: {REGION}}}
"""
# shorter than real durations, for viewers of the demo
LIVELY = Pace(
    created=timedelta(seconds=0.5),
    queued=timedelta(seconds=0.5),
    installing=timedelta(seconds=4),
    shifting=timedelta(seconds=2),
    stopping=timedelta(seconds=0.5),
    rerouting=timedelta(seconds=1),
)
AT_ONCE = Pace(*[timedelta()] * 6)


class Cloud:
    """The shop's traffic. At the beginning it is on a task set that was deployed by hand."""

    def __init__(self, *, now: Callable[[], datetime], pace: Pace) -> None:
        self.aws = CodeDeploy(now=now, region=REGION)
        self.aws.pace = AT_ONCE
        self.group = self.aws.add_group(self.aws.add_application(APPLICATION), GROUP)
        self._commits: dict[str, str] = {}
        self.aws.settle(self.aws.create(self.group, Revision.task("shop:1"), description="the last by hand"))
        self.aws.pace = pace

    def bring(self, run: Run) -> Deployment:
        """Creates the deployment of a run, with the run's ticket. Raises Refused while another is under way."""
        revision = Revision.task(f"shop:{run.inputs['sha']}")
        self._commits[revision.key] = run.inputs["sha"]
        return self.aws.create(self.group, revision, description=run.inputs["ghapp"])

    def commit(self, revision: Revision | None) -> str | None:
        """The commit of a revision that the workflow deployed; None for any other."""
        return self._commits.get(revision.key) if revision else None

    async def carry_out(self, run: Run) -> bool:
        """Deploys the revision of a run, and waits until traffic has moved; whether it has."""
        try:
            made = self.bring(run)
        except Refused:
            return False
        over = ENDED | {Phase.WAITING}
        await self.aws.until(lambda: made.phase in over or run.status == "completed", timeout=86_400)
        return made.phase is Phase.WAITING

    async def goes_on(self) -> None:
        """Advances CodeDeploy at each due time, until cancelled."""
        while True:
            self.aws.advance()
            at = self.aws.next_at()
            left = (at - self.aws.now()).total_seconds() if at else 86_400.0
            calls = iter((False, True))  # the first evaluation is false, so that this waits for the next change
            with contextlib.suppress(TimeoutError):
                await self.aws.changed.until(lambda: next(calls, True), timeout=max(left, 0.01))  # noqa: B023
