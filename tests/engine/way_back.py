"""One `/rollback` by CodeDeploy, from the comment to its end, by a server that falls meanwhile."""

import os
from datetime import timedelta
from typing import Literal

from ghapp.demo.codedeploy import CodeDeploy, Deployment, Phase, Revision
from ghapp.demo.github import Pull, Run
from tests.engine.crash_server import Fate
from tests.engine.pair import Shop
from tests.engine.release import Release

CONFIG = """\
environments:
  production:
    workflow: deploy.yml
    rollback: {runner: codedeploy, application: app, deployment_group: app-prod, region: ap-northeast-1}
"""


How = Literal["switch", "anew", "onward"]


class WayBack(Release):
    """The newest release goes back to #41. `switch`: the previous revision is still up. `anew`: it is not. `onward`:
    past the previous one."""

    def __init__(self, shop: Shop, aws: CodeDeploy, fate: Fate | None, how: How) -> None:
        super().__init__(shop, fate)
        self.aws, self.how = aws, how
        self.group = aws.add_group(aws.add_application("app"), "app-prod")

    async def prepared(self) -> None:
        """Releases all revisions, by a server that does not fall."""
        os.environ["AWS_ENDPOINT_URL_CODEDEPLOY"] = await self.aws.start()
        await self.shop.shop.commit(".github/ghapp.yml", CONFIG, by="mona", message="Roll back by CodeDeploy")
        await super().prepared()
        self.first = self.pull
        await self._released(self.first)
        for _ in range(2 if self.how == "onward" else 1):
            await self._rests()
            self.pull = await self.shop.merged()
            self.made = await self._released(self.pull)
        if self.how == "anew":
            await self._rests()

    async def told(self) -> None:
        """Types `/rollback`, and lets time pass until CodeDeploy is done."""
        await self.typed(f"/rollback to #{self.first.number}")
        await self.works()
        for _ in range(30):
            self.shop.clock.skip(timedelta(seconds=10))
            await self.works()
        self.shop.clock.skip(timedelta(minutes=31))
        await self.works()
        await self.shop.past_every_lease()

    async def ended_well(self) -> None:
        """The announced revision is reached by one way back, with no duplicate comment."""
        back = sum(one.rolls_back is not None for one in self.group.deployments)
        made = sum("ghapp" in (one.description or "") for one in self.group.deployments)
        production = await self.shop.production()
        assert production.deployment
        if production.deployment.phase == "lost":
            assert made == 0, "it was to be made, and nobody can know whether it was"
            assert self.fate
            assert (self.fate.at.when, self.fate.at.what) == ("after", "record starting")
        else:
            assert production.deployment.phase == "succeeded"
            assert (back, made) == {"switch": (1, 0), "anew": (0, 1), "onward": (1, 1)}[self.how]
            assert self.group.serving == revision(self.first)
            assert "rolled_back" in self.shop.notices(self.pull)
            assert await self.shop.at_rest()
        assert self.shop.said_twice(self.pull) == []
        assert len(self.shop.runs()) == (3 if self.how == "onward" else 2), "no workflow was run for it"

    async def _rests(self) -> None:
        self.shop.clock.skip(timedelta(minutes=31))
        await self.shop.work()

    async def _released(self, pull: Pull) -> Deployment:
        await self.shop.says("taro", "/deploy", on=pull)
        run: Run = self.shop.runs()[-1]
        await self.shop.shop.start_run(run)
        await self.shop.work()
        made = self.aws.reach(self.aws.create(self.group, revision(pull)), Phase.WAITING)
        await self.shop.shop.finish_run(run)
        await self.shop.work()
        return made


def revision(pull: Pull) -> Revision:
    """The revision that the workflow makes of a merge commit."""
    return Revision.task(f"app:{pull.merge_commit_sha}")
