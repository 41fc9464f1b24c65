"""Compares the local CodeDeploy with moto, where moto has the same call: an independent reading of AWS's answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from ghapp.demo.codedeploy import CodeDeploy, Revision

Json = dict[str, Any]
Calls = Callable[[Any], Iterator[tuple[str, Json | str]]]

GROUP = {"applicationName": "app", "deploymentGroupName": "app-prod"}
PLACE = {"revisionType": "AppSpecContent", "appSpecContent": {"content": Revision.task("web:1").content}}
NOWHERE = {"applicationName": "app", "deploymentGroupName": "nowhere"}
TERMS: Json = {
    "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE", "terminationWaitTimeInMinutes": 30},
    "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT", "waitTimeInMinutes": 0},
}
# values that differ in any case; moto also answers a revision's text where AWS does not
OWN = {"deploymentId", "deploymentGroupId", "createTime", "serviceRoleArn", "revision", "ResponseMetadata"}


def conversation(client: Any) -> Iterator[tuple[str, Json | str]]:
    """Calls on a group whose first deployment was just made, with the answer's members or the error code."""

    def asked(operation: str, **parameters: Any) -> tuple[str, Json | str]:
        try:
            answer: Json = getattr(client, operation)(**parameters)
        except ClientError as error:
            return operation, str(error.response["Error"]["Code"])
        return operation, answer

    made = asked("create_deployment", **GROUP, revision=PLACE, description="run 17")
    yield made
    assert isinstance(made[1], dict)
    mine = made[1]["deploymentId"]
    yield asked("get_deployment", deploymentId=mine)
    yield asked("get_deployment", deploymentId="d-000000000")
    yield asked("batch_get_deployments", deploymentIds=[mine, "d-000000000"])
    yield asked("list_deployments", **GROUP, includeOnlyStatuses=["Succeeded"])
    yield asked("list_deployments", applicationName="app")
    yield asked("list_deployments", deploymentGroupName="app-prod")
    yield asked("create_deployment", **NOWHERE, revision=PLACE)
    yield asked("get_deployment_group", **GROUP)
    yield asked("get_deployment_group", **NOWHERE)


@pytest.fixture
async def ours(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[tuple[str, Json | str]]]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    aws = CodeDeploy(now=lambda: datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    group = aws.add_group(aws.add_application("app"), "app-prod")
    assert (group.cluster, group.service) == ("main", "app-prod")
    client = boto3.client("codedeploy", **KEYS, endpoint_url=await aws.start())
    yield await asyncio.to_thread(lambda: list(conversation(client)))
    await aws.close()
    aws.check()


KEYS: Json = {"region_name": "ap-northeast-1", "aws_access_key_id": "A", "aws_secret_access_key": "B"}


def theirs() -> list[tuple[str, Json | str]]:
    with mock_aws():
        client: Any = boto3.client("codedeploy", **KEYS)
        client.create_application(applicationName="app", computePlatform="ECS")
        client.create_deployment_group(
            **GROUP,
            serviceRoleArn="arn:aws:iam::123456789012:role/codedeploy",
            deploymentConfigName="CodeDeployDefault.ECSAllAtOnce",
            deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            blueGreenDeploymentConfiguration=TERMS,
            ecsServices=[{"serviceName": "app-prod", "clusterName": "main"}],
        )
        return list(conversation(client))


def differences(one: Any, other: Any, place: str) -> Iterator[str]:
    """The members that both answers have with different values."""
    match one, other:
        case dict(), dict():
            for name in (one.keys() & other.keys()) - OWN:
                yield from differences(one[name], other[name], f"{place}.{name}")
        case list(), list() if len(one) == len(other):
            for each, counterpart in zip(one, other, strict=True):
                yield from differences(each, counterpart, place)
        case _:
            if one != other:
                yield f"{place}: {one} and {other}"


async def test_moto_answers_and_refuses_the_same(ours: list[tuple[str, Json | str]]) -> None:
    """Only members in both answers are compared: moto fills others with empty values, and AWS leaves them out."""
    answers = zip(ours, theirs(), strict=True)
    assert not [found for (place, one), (_, other) in answers for found in differences(one, other, place)]
