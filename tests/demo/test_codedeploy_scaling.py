"""The local CodeDeploy's deployments to instances, and those it makes by itself when a group scales."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ghapp.demo.codedeploy import CodeDeploy, Group, Phase, Refused, Revision, protocol
from ghapp.demo.codedeploy.state import SCALING
from tests.demo.test_codedeploy_world import Clock

OLD, NEW = (Revision(key, s3=(("bucket", "app"), ("bundleType", "zip"), ("key", key))) for key in ("1.zip", "2.zip"))
GROUP = {"applicationName": "app", "deploymentGroupName": "app-prod"}


class Instances:
    """A group on instances, seen by the real client."""

    def __init__(self, aws: CodeDeploy, group: Group, client: Any) -> None:
        self.aws, self.group, self._client = aws, group, client

    async def seen(self, deployment: str) -> dict[str, Any]:
        """DeploymentInfo."""
        answer = await asyncio.to_thread(self._client.get_deployment, deploymentId=deployment)
        return dict(answer["deploymentInfo"])

    async def call(self, operation: str, **asked: Any) -> dict[str, Any]:
        """Any other operation."""
        return dict(await asyncio.to_thread(getattr(self._client, operation), **asked))


@pytest.fixture
async def on(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Instances]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    aws = CodeDeploy(now=Clock())
    group = aws.add_instances(aws.add_application("app"), "app-prod")
    client = boto3.client(
        "codedeploy",
        region_name="ap-northeast-1",
        endpoint_url=await aws.start(),
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )
    try:
        yield Instances(aws, group, client)
    finally:
        await aws.close()
    aws.check()


def test_every_creator_exists_in_codedeploy() -> None:
    """In its service model, which has others as well."""
    known = protocol.described().shape_for("DeploymentCreator").metadata["enum"]
    assert {*SCALING, "user", "codeDeployRollback", "CloudFormation"} <= set(known)


async def test_instances_are_deployed_to_in_place(on: Instances) -> None:
    """No traffic is moved, and the former revision is not kept."""
    made = on.aws.settle(on.aws.create(on.group, OLD))
    info = await on.seen(made.id)
    assert (info["status"], info["computePlatform"], info["creator"]) == ("Succeeded", "Server", "user")
    assert info["deploymentStyle"]["deploymentType"] == "IN_PLACE"
    assert "blueGreenDeploymentConfiguration" not in info
    (target,) = (await on.call("list_deployment_targets", deploymentId=made.id))["targetIds"]
    asked = {"deploymentId": made.id, "targetIds": [target]}
    (found,) = (await on.call("batch_get_deployment_targets", **asked))["deploymentTargets"]
    assert (found["deploymentTargetType"], found["instanceTarget"]["targetId"]) == ("InstanceTarget", target)
    assert on.group.serving == OLD


async def test_a_new_instance_gets_the_last_successful_revision_while_another_deploys(on: Instances) -> None:
    """Several deployments run at once: those for new instances bring the last successful revision, the other goes
    on."""
    on.aws.settle(on.aws.create(on.group, OLD))
    under_way = on.aws.create(on.group, NEW)
    first, second = on.aws.scale_out(on.group), on.aws.scale_out(on.group)
    for one in (first, second):
        info = await on.seen(one.id)
        assert (info["creator"], info["revision"]["s3Location"]["key"]) == ("autoscaling", "1.zip")
    asked = await on.call("list_deployments", **GROUP, includeOnlyStatuses=["Created", "Queued", "InProgress"])
    assert {under_way.id, first.id, second.id} == set(asked["deployments"])
    on.aws.settle(first)
    assert not under_way.ended
    assert on.group.serving == OLD
    on.aws.settle(under_way)
    assert on.group.serving == NEW


async def test_instances_launched_during_a_deployment_are_updated_after_it(on: Instances) -> None:
    """By a deployment of CodeDeploy's own, which names the deployment during which they were launched."""
    on.aws.settle(on.aws.create(on.group, OLD))
    root = on.aws.settle(on.aws.create(on.group, NEW))
    update = on.aws.scale_out(on.group, creator="CodeDeployAutoUpdate", root=root)
    info = await on.seen(update.id)
    assert (info["creator"], info["updateOutdatedInstancesOnly"]) == ("CodeDeployAutoUpdate", True)
    assert info["relatedDeployments"] == {"autoUpdateOutdatedInstancesRootDeploymentId": root.id}
    of_root = (await on.seen(root.id))["relatedDeployments"]
    assert of_root["autoUpdateOutdatedInstancesDeploymentIds"] == [update.id]
    assert info["revision"]["s3Location"]["key"] == "2.zip"


async def test_a_failed_scaling_deployment_changes_nothing(on: Instances) -> None:
    """It does not count as the last success either."""
    on.aws.settle(on.aws.create(on.group, OLD))
    failed = on.aws.scale_out(on.group)
    failed.fails_in = Phase.INSTALLING
    on.aws.settle(failed)
    assert (failed.status, on.group.serving) == ("Failed", OLD)
    on.aws.settle(on.aws.scale_out(on.group))
    info = await on.call("get_deployment_group", applicationName="app", deploymentGroupName="app-prod")
    assert info["deploymentGroupInfo"]["lastSuccessfulDeployment"]["deploymentId"] == on.group.deployments[0].id


async def test_no_deployment_is_made_while_a_scaling_deployment_is_under_way(on: Instances) -> None:
    """A guess at AWS's behavior: the stricter of two readings."""
    on.aws.settle(on.aws.create(on.group, OLD))
    one = on.aws.scale_out(on.group)
    with pytest.raises(Refused, match=one.id):
        on.aws.create(on.group, NEW)
