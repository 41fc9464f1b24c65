"""A repository whose workflow deploys by a local CodeDeploy with real traffic shifts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import CodeDeploy, Deployment, Group, Phase, Revision
from ghapp.demo.github import Pull, Run
from tests.scenarios.scene import Scene, scene

REGION = "ap-northeast-1"
CONFIG = """\
slack: {channel: C024BE91L}
language: LANGUAGE
timezone: Asia/Tokyo
environments:
  production:
    workflow: deploy.yml
    rollback: {runner: codedeploy, application: app, deployment_group: app-prod, region: ap-northeast-1}
"""


class Cloud:
    """A scene with production's traffic."""

    def __init__(self, shop: Scene, aws: CodeDeploy, group: Group) -> None:
        self.shop, self.aws, self.group = shop, aws, group

    def revision(self, pull: Pull) -> Revision:
        """The revision that the workflow makes of a merge commit."""
        if self.group.on_instances:
            key = f"{pull.merge_commit_sha}.zip"
            return Revision(f"app/{key}@", s3=(("bucket", "app"), ("bundleType", "zip"), ("key", key)))
        return Revision.task(f"arn:aws:ecs:{REGION}:123456789012:task-definition/app:{pull.merge_commit_sha}")

    @property
    def serving(self) -> Revision | None:
        """The revision that serves production's users."""
        self.aws.advance()
        return self.group.serving

    async def configured(self, more: str) -> None:
        """Commits the config with these additional lines."""
        config = CONFIG.replace("LANGUAGE", "en") + more
        await self.shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Say more")
        await self.shop.idle()

    async def merged(self, who: str, title: str = "Reword notifications") -> Pull:
        """A merged pull request that waits."""
        pull = await self.shop.opens(who, title)
        await self.shop.merges(who, pull)
        return pull

    async def hands_over(
        self, pull: Pull, *, who: str = "taro", ticket: bool = False, line: str = "/deploy production"
    ) -> tuple[Run, Deployment]:
        """Comments `/deploy`, starts the run, and creates a CodeDeploy deployment from it."""
        await self.shop.says(who, line, on=pull)
        run = await self.shop.begins()
        description = f"run {run.inputs['ghapp']}" if ticket else None
        return run, self.aws.create(self.group, self.revision(pull), description=description)

    async def out(
        self, pull: Pull, *, who: str = "taro", ticket: bool = False, line: str = "/deploy production"
    ) -> Deployment:
        """Its traffic has shifted, its run has succeeded, and the original tasks are still kept."""
        run, made = await self.hands_over(pull, who=who, ticket=ticket, line=line)
        self.aws.reach(made, Phase.WAITING)
        await self.shop.ends(run)
        return made

    async def released(self, who: str, title: str = "Reword notifications", *, ticket: bool = False) -> Pull:
        """From opened to live; no tasks are kept and no lock is left."""
        pull = await self.merged(who, title)
        await self.out(pull, who=who, ticket=ticket)
        await self.shop.later(minutes=31)
        return pull

    async def passes(self, **span: float) -> None:
        """Lets time pass in steps of 10 seconds."""
        left, step = timedelta(**span), timedelta(seconds=10)
        while left > timedelta():
            await self.shop.later(seconds=min(step, left).total_seconds())
            left -= step

    def called(self, operation: str) -> int:
        """The number of calls of this CodeDeploy operation."""
        return sum(call.operation == operation for call in self.aws.calls)


@asynccontextmanager
async def cloud(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, language: str = "en", instances: bool = False
) -> AsyncIterator[Cloud]:
    """At the end, a call that CodeDeploy's own model does not have is an error.

    `instances`: production runs on an Auto Scaling group instead of an ECS service.
    """
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with scene(folder, language="ja" if language == "ja" else "en") as shop:
        aws = CodeDeploy(now=shop.stage.clock, region=REGION)
        application = aws.add_application("app")
        group = aws.add_instances(application, "app-prod") if instances else aws.add_group(application, "app-prod")
        monkeypatch.setenv("AWS_ENDPOINT_URL_CODEDEPLOY", await aws.start())
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        config = CONFIG.replace("LANGUAGE", language)
        await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Roll back by CodeDeploy")
        await shop.idle()
        try:
            yield Cloud(shop, aws, group)
        finally:
            await aws.close()
        aws.check()
