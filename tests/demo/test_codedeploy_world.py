"""The local CodeDeploy, seen by the real client over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError, ReadTimeoutError

from ghapp.demo.codedeploy import (
    CodeDeploy,
    Deployment,
    Fault,
    Group,
    Phase,
    Refused,
    Revision,
    Terms,
    faults,
    protocol,
)
from ghapp.demo.codedeploy.operations import OPERATIONS

Json = dict[str, Any]

NOON = datetime(2026, 11, 23, 3, 0, 0, 123_000, tzinfo=UTC)
OLD, NEW, NEXT = Revision.task("web:1"), Revision.task("web:2"), Revision.task("web:3")
GROUP = {"applicationName": "app", "deploymentGroupName": "app-prod"}


class Clock:
    """A time that stands still until the test moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def skip(self, **span: float) -> None:
        self.time += timedelta(**span)


def appspec(revision: Revision) -> Json:
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": revision.content}}


def known_by_hash(revision: Revision) -> Json:
    return {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": revision.key}}


@dataclass
class World:
    aws: CodeDeploy
    clock: Clock
    client: Any
    url: str
    group: Group

    async def call(self, operation: str, **parameters: Any) -> Json:
        """The real client's reading of the answer."""
        answer: Json = await asyncio.to_thread(getattr(self.client, operation), **parameters)
        assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        return answer

    async def refused(self, operation: str, **parameters: Any) -> str:
        """The code of the error answered; the client has an exception of that name."""
        with pytest.raises(ClientError) as caught:
            await self.call(operation, **parameters)
        code = str(caught.value.response["Error"]["Code"])
        if code not in protocol.COMMON:
            assert isinstance(caught.value, getattr(self.client.exceptions, code))
        return code

    async def deploy(self, revision: Revision, **more: Any) -> str:
        """Deploys as a workflow does."""
        answer = await self.call("create_deployment", **GROUP, revision=appspec(revision), **more)
        return str(answer["deploymentId"])

    async def seen(self, deployment_id: str) -> Json:
        answer = await self.call("get_deployment", deploymentId=deployment_id)
        return dict(answer["deploymentInfo"])

    async def status(self, deployment_id: str) -> str:
        return str((await self.seen(deployment_id))["status"])

    async def tasks(self, deployment_id: str) -> dict[str, tuple[str, float, int]]:
        """Status, weight and running tasks of a deployment's task sets, by label."""
        ids = (await self.call("list_deployment_targets", deploymentId=deployment_id))["targetIds"]
        answer = await self.call("batch_get_deployment_targets", deploymentId=deployment_id, targetIds=ids)
        [target] = answer["deploymentTargets"]
        sets = target["ecsTarget"]["taskSetsInfo"]
        return {one["taskSetLabel"]: (one["status"], one["trafficWeight"], one["runningCount"]) for one in sets}

    def live(self, revision: Revision) -> Deployment:
        """A successful, completed deployment of this revision."""
        done = self.aws.settle(self.aws.create(self.group, revision))
        assert self.group.serving == revision
        return done

    async def waiting(self, revision: Revision, **more: Any) -> str:
        """A deployment in its termination wait: the revision serves, the former one still runs."""
        made = await self.deploy(revision, **more)
        self.reach(made, Phase.WAITING)
        return made

    def reach(self, deployment_id: str, phase: Phase) -> Deployment:
        found = self.aws.found(deployment_id)
        assert found
        return self.aws.reach(found, phase)


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    clock = Clock()
    aws = CodeDeploy(now=clock)
    group = aws.add_group(aws.add_application("app"), "app-prod")
    url = await aws.start()
    yield World(aws, clock, client(url), url, group)
    await aws.close()
    aws.check()


def client(url: str, region: str = "ap-northeast-1") -> Any:
    return boto3.client(
        "codedeploy",
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=2),
    )


# ---------------------------------------------------------------- time and traffic


async def test_a_deployment_goes_through_its_statuses_with_the_clock(world: World) -> None:
    """Each status comes at its time, and traffic moves before the deployment succeeds."""
    before = world.live(OLD)
    made = await world.deploy(NEW, description="run 17")
    assert await world.status(made) == "Created"
    world.clock.skip(seconds=1)
    assert await world.status(made) == "Queued"
    world.clock.skip(seconds=1)
    assert await world.status(made) == "InProgress"
    assert await world.tasks(made) == {"Blue": ("PRIMARY", 100.0, 2), "Green": ("ACTIVE", 0.0, 0)}
    world.clock.skip(seconds=60)
    assert await world.tasks(made) == {"Blue": ("PRIMARY", 100.0, 2), "Green": ("ACTIVE", 0.0, 2)}
    assert (await world.seen(made))["instanceTerminationWaitTimeStarted"] is False
    world.clock.skip(seconds=5)
    seen = await world.seen(made)
    assert (seen["status"], seen["instanceTerminationWaitTimeStarted"]) == ("InProgress", True)
    assert "deploymentOverview" not in seen
    assert await world.tasks(made) == {"Blue": ("ACTIVE", 0.0, 2), "Green": ("PRIMARY", 100.0, 2)}
    assert world.group.serving == NEW
    world.clock.skip(minutes=30)
    seen = await world.seen(made)
    assert seen["status"] == "Succeeded"
    assert (seen["description"], seen["creator"]) == ("run 17", "user")
    assert seen["previousRevision"] == known_by_hash(OLD)
    assert seen["createTime"] == NOON
    assert seen["deploymentOverview"]["Succeeded"] == 1
    assert seen["startTime"] == NOON + timedelta(seconds=2)
    assert seen["completeTime"] == NOON + timedelta(minutes=30, seconds=67)
    assert await world.tasks(made) == {"Blue": ("DRAINING", 0.0, 0), "Green": ("PRIMARY", 100.0, 2)}
    assert before.id != made


async def test_a_late_reader_sees_the_same_as_a_constant_reader(world: World) -> None:
    """Phases begin and end at their own moments, not when a caller asks."""
    other = CodeDeploy(now=(watched := Clock()))
    group = other.add_group(other.add_application("app"), "app-prod")
    for each, of in ((world.aws, world.group), (other, group)):
        each.create(of, NEW, terms=Terms("CodeDeployDefault.ECSCanary10Percent5Minutes"))
    for _ in range(60 * 40):
        watched.skip(seconds=1)
        other.advance()
    world.clock.skip(minutes=40)
    world.aws.advance()
    [late], [early] = world.group.deployments, group.deployments
    assert late.phase is Phase.SUCCEEDED
    assert (late.completed, late.events) == (early.completed, early.events)
    assert late.completed == NOON + timedelta(minutes=35, seconds=67)


async def test_traffic_shifts_in_steps_where_so_configured(world: World) -> None:
    """Ten percent a minute; the old tasks serve the rest, and stay primary until the end."""
    made = await world.deploy(NEW, deploymentConfigName="CodeDeployDefault.ECSLinear10PercentEvery1Minutes")
    world.clock.skip(seconds=67)
    assert await world.tasks(made) == {"Blue": ("PRIMARY", 90.0, 2), "Green": ("ACTIVE", 10.0, 2)}
    world.clock.skip(minutes=8)
    assert await world.tasks(made) == {"Blue": ("PRIMARY", 10.0, 2), "Green": ("ACTIVE", 90.0, 2)}
    assert await world.status(made) == "InProgress"
    world.group.bakes = True
    assert await world.status(made) == "Baking"
    world.clock.skip(minutes=1)
    assert await world.tasks(made) == {"Blue": ("ACTIVE", 0.0, 2), "Green": ("PRIMARY", 100.0, 2)}


async def test_the_old_tasks_can_be_kept(world: World) -> None:
    """Without termination there is no wait either."""
    world.group.terms = replace(world.group.terms, termination_wait=None)
    made = await world.deploy(NEW)
    world.clock.skip(minutes=2)
    seen = await world.seen(made)
    assert (seen["status"], seen["instanceTerminationWaitTimeStarted"]) == ("Succeeded", False)
    ending = seen["blueGreenDeploymentConfiguration"]["terminateBlueInstancesOnDeploymentSuccess"]
    assert ending == {"action": "KEEP_ALIVE"}
    assert (await world.tasks(made))["Blue"] == ("ACTIVE", 0.0, 2)


async def test_lifecycle_events_show_the_progress_of_a_deployment(world: World) -> None:
    """In a stopped deployment, the event under way has failed and the rest is skipped."""
    made = await world.deploy(NEW)
    world.clock.skip(seconds=30)
    await world.call("stop_deployment", deploymentId=made)
    world.clock.skip(seconds=5)
    answer = await world.call("get_deployment_target", deploymentId=made, targetId="main:app-prod")
    events = answer["deploymentTarget"]["ecsTarget"]["lifecycleEvents"]
    assert [each["status"] for each in events] == ["Succeeded", "Failed", *["Skipped"] * 4]


# ---------------------------------------------------------------- one at a time


async def test_a_group_takes_one_deployment_at_a_time(world: World) -> None:
    """Also while the old tasks wait for termination; after that, the next deployment is accepted."""
    made = await world.waiting(NEW)
    with pytest.raises(ClientError) as caught:
        await world.deploy(NEXT)
    assert caught.value.response["Error"] == {
        "Code": "DeploymentLimitExceededException",
        "Message": f"The Deployment Group 'app-prod' already has an active Deployment '{made}'",
    }
    assert [one.id for one in world.group.deployments] == [made]
    world.clock.skip(minutes=30)
    await world.deploy(NEXT)


# ---------------------------------------------------------------- stop and roll back


async def test_a_rollback_inside_the_wait_brings_the_old_revision_back(world: World) -> None:
    """Stopped in its wait, the deployment names another one, by CodeDeploy, which ends with the old revision
    serving."""
    world.live(OLD)
    made = await world.waiting(NEW)
    answer = await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    assert answer["status"] == "Pending"
    assert await world.status(made) == "InProgress"
    assert world.group.serving == NEW
    world.clock.skip(seconds=5)
    stopped = await world.seen(made)
    assert stopped["status"] == "Stopped"
    back = stopped["rollbackInfo"]["rollbackDeploymentId"]
    seen = await world.seen(back)
    assert (seen["status"], seen["creator"], seen["revision"]) == ("Created", "codeDeployRollback", known_by_hash(OLD))
    assert seen["rollbackInfo"]["rollbackTriggeringDeploymentId"] == made
    assert seen["deploymentConfigName"] == "CodeDeployDefault.ECSAllAtOnce"
    assert world.group.serving == NEW
    world.clock.skip(seconds=55)
    assert await world.status(back) == "Succeeded"
    assert world.group.serving == OLD
    assert await world.tasks(back) == {"Blue": ("DRAINING", 0.0, 0), "Green": ("PRIMARY", 100.0, 2)}
    assert world.group.active is None


async def test_a_rollback_starts_no_new_tasks(world: World) -> None:
    """The task set that served before serves again."""
    world.live(OLD)
    former = world.group.primary.id
    made = await world.waiting(NEW)
    assert world.group.primary.id != former
    await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    world.clock.skip(minutes=1)
    world.aws.advance()
    assert world.group.primary.id == former


async def test_labels_of_a_rollback_can_be_those_of_the_stopped_deployment(world: World) -> None:
    """A reader of traffic must not rely on either labeling."""
    world.live(OLD)
    made = await world.waiting(NEW)
    world.aws.kept_labels = True
    await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    world.clock.skip(minutes=1)
    back = (await world.seen(made))["rollbackInfo"]["rollbackDeploymentId"]
    assert await world.tasks(back) == {"Green": ("DRAINING", 0.0, 0), "Blue": ("PRIMARY", 100.0, 2)}


async def test_a_stop_may_take_effect_at_once(world: World) -> None:
    """Then the answer is Succeeded, and the rollback exists already."""
    world.aws.pace.stopping = timedelta(0)
    made = await world.waiting(NEW)
    answer = await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    assert answer["status"] == "Succeeded"
    assert "rollbackInfo" in await world.seen(made)


async def test_stopping_twice_delays_nothing(world: World) -> None:
    """The first stop takes effect at its time, and rolls back as it requested."""
    made = await world.waiting(NEW)
    await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    world.clock.skip(seconds=4)
    answer = await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=False)
    assert answer["status"] == "Pending"
    assert world.aws.next_at() == NOON + timedelta(seconds=5)
    world.clock.skip(seconds=1)
    assert "rollbackInfo" in await world.seen(made)


async def test_a_stop_may_come_too_late(world: World) -> None:
    """Though accepted, it has no effect if the wait ends first."""
    world.aws.pace.stopping = timedelta(hours=1)
    made = await world.waiting(NEW)
    for _ in range(2):
        assert (await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True))["status"] == "Pending"
        world.clock.skip(minutes=10)
    world.clock.skip(minutes=10)
    seen = await world.seen(made)
    assert seen["status"] == "Succeeded"
    assert "rollbackInfo" not in seen
    assert world.group.serving == NEW
    refusal = await world.refused("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    assert refusal == "DeploymentAlreadyCompletedException"


async def test_a_stop_before_traffic_moved_changes_nothing_for_users(world: World) -> None:
    """The old revision serves all along, with or without a rollback deployment."""
    world.live(OLD)
    for rollback in (True, False):
        made = await world.deploy(NEW)
        world.clock.skip(seconds=63)
        assert (await world.tasks(made))["Green"] == ("ACTIVE", 0.0, 2)
        world.aws.pace.stopping = timedelta(seconds=1)
        await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=rollback)
        assert world.group.serving == OLD
        world.clock.skip(minutes=1)
        seen = await world.seen(made)
        assert seen["status"] == "Stopped"
        assert ("rollbackInfo" in seen) is rollback
        assert world.group.serving == OLD
        assert [(one.weight, one.running) for one in world.group.task_sets] == [(100.0, 2), (0.0, 0)]


async def test_a_stop_without_a_rollback_leaves_traffic_where_it_is(world: World) -> None:
    """In the wait, the new revision goes on serving."""
    world.live(OLD)
    made = await world.waiting(NEW)
    await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=False)
    world.clock.skip(minutes=5)
    seen = await world.seen(made)
    assert (seen["status"], seen["errorInformation"]["code"]) == ("Stopped", "MANUAL_STOP")
    assert "rollbackInfo" not in seen
    assert world.group.serving == NEW
    await world.deploy(NEXT)


async def test_the_groups_settings_decide_whether_a_plain_stop_rolls_back(world: World) -> None:
    """A stop on request rolls back if the group's settings include that event."""
    for events in (frozenset[Any](), frozenset[Any](["DEPLOYMENT_STOP_ON_REQUEST"])):
        world.group.terms = replace(world.group.terms, rollback_on=events)
        made = await world.waiting(NEW)
        await world.call("stop_deployment", deploymentId=made)
        world.clock.skip(minutes=1)
        assert ("rollbackInfo" in await world.seen(made)) is bool(events)


async def test_a_rollback_fails_where_the_old_tasks_are_gone(world: World) -> None:
    """They were ended outside of CodeDeploy: the new revision goes on serving."""
    world.live(OLD)
    made = await world.waiting(NEW)
    world.aws.end_original(world.reach(made, Phase.WAITING))
    assert (await world.tasks(made))["Blue"] == ("DRAINING", 0.0, 0)
    await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    world.clock.skip(minutes=1)
    back = await world.seen((await world.seen(made))["rollbackInfo"]["rollbackDeploymentId"])
    assert (back["status"], back["errorInformation"]["code"]) == ("Failed", "ECS_UPDATE_ERROR")
    assert world.group.serving == NEW


async def test_a_rollback_can_be_stopped_too(world: World) -> None:
    """It starts no rollback of its own, and the old tasks stay as they are."""
    world.live(OLD)
    made = await world.waiting(NEW)
    await world.call("stop_deployment", deploymentId=made, autoRollbackEnabled=True)
    world.clock.skip(seconds=10)
    back = (await world.seen(made))["rollbackInfo"]["rollbackDeploymentId"]
    await world.call("stop_deployment", deploymentId=back, autoRollbackEnabled=True)
    world.clock.skip(minutes=1)
    seen = await world.seen(back)
    assert seen["status"] == "Stopped"
    assert "rollbackDeploymentId" not in seen["rollbackInfo"]
    assert world.group.serving == NEW
    assert len(world.group.deployments) == 3


# ---------------------------------------------------------------- events from outside


async def test_a_failure_rolls_back_where_so_configured(world: World) -> None:
    """Without them, only a task set without traffic is removed."""
    world.live(OLD)
    rollback = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    for more, phase in (({"autoRollbackConfiguration": rollback}, Phase.WAITING), ({}, Phase.INSTALLING)):
        made = await world.deploy(NEW, **more)
        world.aws.fail(world.reach(made, phase), code="HOOK_EXECUTION_FAILURE")
        world.clock.skip(minutes=1)
        seen = await world.seen(made)
        assert (seen["status"], seen["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
        assert ("rollbackInfo" in seen) is bool(more)
        assert world.group.serving == OLD


async def test_a_failure_can_be_ordered_for_a_phase(world: World) -> None:
    """It comes at the end of the phase."""
    made = await world.deploy(NEW)
    found = world.aws.found(made)
    assert found
    found.fails_in = Phase.INSTALLING
    world.clock.skip(seconds=61)
    assert await world.status(made) == "InProgress"
    world.clock.skip(seconds=1)
    assert await world.status(made) == "Failed"


async def test_an_alarm_stops_and_rolls_back(world: World) -> None:
    """AWS acts by itself, perhaps while a person is about to."""
    world.group.terms = replace(world.group.terms, rollback_on=frozenset({"DEPLOYMENT_STOP_ON_ALARM"}))
    world.live(OLD)
    made = await world.waiting(NEW)
    world.aws.alarm(world.reach(made, Phase.WAITING), "app-5xx")
    seen = await world.seen(made)
    assert (seen["status"], seen["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert "<app-5xx>" in seen["errorInformation"]["message"]
    found = world.aws.found(made)
    assert found
    assert world.aws.settle(found).creator == "codeDeployRollback"
    assert world.group.serving == OLD


async def test_a_stop_at_the_console_is_seen(world: World) -> None:
    """A stop by another person is visible over the API."""
    made = await world.waiting(NEW)
    world.aws.stop(world.reach(made, Phase.WAITING), rollback=False)
    world.clock.skip(seconds=5)
    assert await world.status(made) == "Stopped"


async def test_deployments_of_cloudformation_are_not_changed_here(world: World) -> None:
    """They are neither stopped nor continued."""
    made = world.aws.create(world.group, NEW, creator="CloudFormation")
    wanted = "UnsupportedActionForDeploymentTypeException"
    assert await world.refused("stop_deployment", deploymentId=made.id) == wanted
    assert await world.refused("continue_deployment", deploymentId=made.id) == wanted


# ---------------------------------------------------------------- waits


async def test_the_ready_wait_is_ended_by_a_continue(world: World) -> None:
    """Ready until continued; a continuation before that is refused."""
    world.group.terms = replace(world.group.terms, ready_wait=timedelta(minutes=10))
    made = await world.deploy(NEW)
    wait: Json = {"deploymentId": made, "deploymentWaitType": "READY_WAIT"}
    assert await world.refused("continue_deployment", **wait) == "DeploymentIsNotInReadyStateException"
    world.clock.skip(seconds=62)
    seen = await world.seen(made)
    assert seen["status"] == "Ready"
    assert (await world.tasks(made))["Green"] == ("ACTIVE", 0.0, 2)
    await world.call("continue_deployment", **wait)
    assert await world.status(made) == "InProgress"
    world.clock.skip(seconds=5)
    assert (await world.tasks(made))["Green"] == ("PRIMARY", 100.0, 2)


async def test_a_deployment_not_continued_in_time_stops(world: World) -> None:
    """It stops, and the old revision has served all along."""
    world.live(OLD)
    world.group.terms = replace(world.group.terms, ready_wait=timedelta(minutes=10))
    made = await world.deploy(NEW)
    world.clock.skip(minutes=12)
    assert await world.status(made) == "Stopped"
    assert world.group.serving == OLD


async def test_the_termination_wait_is_ended_by_a_continue(world: World) -> None:
    """The deployment succeeds at once, and the way back is gone."""
    made = await world.deploy(NEW)
    wait: Json = {"deploymentId": made, "deploymentWaitType": "TERMINATION_WAIT"}
    assert await world.refused("continue_deployment", **wait) == "DeploymentIsNotInReadyStateException"
    world.reach(made, Phase.WAITING)
    await world.call("continue_deployment", **wait)
    assert await world.status(made) == "Succeeded"
    assert (await world.tasks(made))["Blue"] == ("DRAINING", 0.0, 0)
    assert await world.refused("continue_deployment", **wait) == "DeploymentAlreadyCompletedException"


async def test_there_are_two_kinds_of_wait(world: World) -> None:
    """Any other wait type is refused."""
    made = await world.deploy(NEW)
    refusal = await world.refused("continue_deployment", deploymentId=made, deploymentWaitType="LONG_WAIT")
    assert refusal == "InvalidDeploymentWaitTypeException"
    assert await world.refused("continue_deployment") == "DeploymentIdRequiredException"


# ---------------------------------------------------------------- read


async def test_deployments_are_listed_newest_first_and_filtered(world: World) -> None:
    """By group, by status, by time of creation."""
    first = world.live(OLD).id
    world.clock.skip(hours=1)
    second = await world.deploy(NEW)
    other = world.aws.add_group(world.group.application, "app-staging")
    world.clock.skip(hours=1)
    third = world.aws.create(other, NEW).id

    async def listed(**asked: Any) -> list[str]:
        return list((await world.call("list_deployments", **asked))["deployments"])

    assert await listed() == [third, second, first]
    assert await listed(**GROUP) == [second, first]
    assert await listed(**GROUP, includeOnlyStatuses=["Succeeded"]) == [second, first]  # its wait is over by now
    assert await listed(includeOnlyStatuses=["Created", "Queued", "InProgress", "Ready", "Baking"]) == [third]
    assert await listed(createTimeRange={"start": NOON + timedelta(minutes=1)}) == [third, second]
    assert await listed(createTimeRange={"end": NOON + timedelta(minutes=1)}) == [first]
    assert await listed(**GROUP, externalId="elsewhere") == []


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"deploymentGroupName": "app-prod"}, "ApplicationNameRequiredException"),
        ({"applicationName": "app"}, "DeploymentGroupNameRequiredException"),
        ({"applicationName": "nowhere", "deploymentGroupName": "app-prod"}, "ApplicationDoesNotExistException"),
        ({"applicationName": "app", "deploymentGroupName": "nowhere"}, "DeploymentGroupDoesNotExistException"),
        ({"applicationName": "app", "deploymentGroupName": "a b"}, "InvalidDeploymentGroupNameException"),
        ({"includeOnlyStatuses": ["Done"]}, "InvalidDeploymentStatusException"),
        ({"createTimeRange": {"start": NOON, "end": NOON - timedelta(1)}}, "InvalidTimeRangeException"),
        ({"nextToken": "mine"}, "InvalidNextTokenException"),
    ],
)
async def test_an_invalid_list_request_is_refused(world: World, asked: Json, refusal: str) -> None:
    """With the error that the service model has for it."""
    assert await world.refused("list_deployments", **asked) == refusal


async def test_long_lists_come_in_pages(world: World) -> None:
    """The client's own paginator finds each once."""
    made = [world.live(Revision.task(f"web:{number}")).id for number in range(5)]
    world.aws.page_size = 2
    first = await world.call("list_deployments", **GROUP)
    assert len(first["deployments"]) == 2
    pages = world.client.get_paginator("list_deployments").paginate(**GROUP)
    found = await asyncio.to_thread(lambda: [each for page in pages for each in page["deployments"]])
    assert found == made[::-1]
    revisions = world.client.get_paginator("list_application_revisions").paginate(applicationName="app")
    assert len(await asyncio.to_thread(lambda: list(revisions))) == 3


async def test_a_filtered_page_can_be_empty_with_more_to_come(world: World) -> None:
    """A caller that stops at an empty page misses the rest."""
    made = world.live(OLD).id
    for _ in range(3):
        world.aws.fail(world.aws.create(world.group, NEW))
    world.aws.page_size = 2
    asked = GROUP | {"includeOnlyStatuses": ["Succeeded"]}
    first = await world.call("list_deployments", **asked)
    assert first["deployments"] == []
    second = await world.call("list_deployments", **asked, nextToken=first["nextToken"])
    assert second == {"deployments": [made]}


async def test_several_deployments_are_read_at_once(world: World) -> None:
    """In the requested order; unknown ids are left out."""
    made = [world.live(OLD).id, world.live(NEW).id]
    answer = await world.call("batch_get_deployments", deploymentIds=[*made, "d-000000000"])
    assert [each["deploymentId"] for each in answer["deploymentsInfo"]] == made
    assert await world.refused("batch_get_deployments", deploymentIds=[made[0]] * 26) == "BatchLimitExceededException"
    assert await world.refused("batch_get_deployments", deploymentIds=["x"]) == "InvalidDeploymentIdException"


@pytest.mark.parametrize("operation", ["get_deployment", "stop_deployment", "continue_deployment"])
async def test_an_unknown_deployment_is_not_found(world: World, operation: str) -> None:
    """An unknown id, and a malformed one."""
    assert await world.refused(operation, deploymentId="d-000000000") == "DeploymentDoesNotExistException"
    assert await world.refused(operation, deploymentId="deployment") == "InvalidDeploymentIdException"


async def test_targets_exist_once_the_deployment_has_started(world: World) -> None:
    """Not before; and only its own targets are found."""
    made = await world.deploy(NEW)
    assert await world.refused("list_deployment_targets", deploymentId=made) == "DeploymentNotStartedException"
    world.reach(made, Phase.INSTALLING)
    assert await world.call("list_deployment_targets", deploymentId=made) == {"targetIds": ["main:app-prod"]}
    for ids, refusal in (
        (["main:other"], "DeploymentTargetDoesNotExistException"),
        ([], "DeploymentTargetIdRequiredException"),
        (["main:app-prod"] * 26, "DeploymentTargetListSizeExceededException"),
    ):
        assert await world.refused("batch_get_deployment_targets", deploymentId=made, targetIds=ids) == refusal


async def test_an_old_deployment_shows_tasks_as_of_its_end(world: World) -> None:
    """It shows them as they were at its end."""
    first = world.live(OLD)
    world.live(NEW)
    assert (await world.tasks(first.id))["Green"] == ("PRIMARY", 100.0, 2)
    assert world.group.serving == NEW


async def test_an_appspecs_text_is_read_from_the_revision(world: World) -> None:
    """The deployment has the hash only."""
    made = await world.deploy(NEW)
    place = (await world.seen(made))["revision"]
    assert place == known_by_hash(NEW)
    answer = await world.call("get_application_revision", applicationName="app", revision=place)
    assert answer["revision"]["appSpecContent"] == {"content": NEW.content, "sha256": NEW.key}
    assert answer["revisionInfo"] == {
        "deploymentGroups": ["app-prod"],
        "firstUsedTime": NOON,
        "lastUsedTime": NOON,
        "registerTime": NOON,
    }
    unknown = await world.refused("get_application_revision", applicationName="app", revision=known_by_hash(OLD))
    assert unknown == "RevisionDoesNotExistException"


async def test_a_registered_revision_is_deployed_by_its_hash(world: World) -> None:
    """And a revision in S3 by its location."""
    place = known_by_hash(NEW)
    assert await world.refused("create_deployment", **GROUP, revision=place) == "RevisionDoesNotExistException"
    await world.call("register_application_revision", applicationName="app", revision=appspec(NEW), description="2")
    made = (await world.call("create_deployment", **GROUP, revision=place))["deploymentId"]
    world.reach(made, Phase.WAITING)
    assert world.group.serving == NEW
    s3 = {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "appspec.yaml", "bundleType": "YAML"}}
    world.clock.skip(hours=1)
    made = (await world.call("create_deployment", **GROUP, revision=s3))["deploymentId"]
    assert (await world.seen(made))["revision"] == s3


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, "RevisionRequiredException"),
        ({"revision": {"revisionType": "GitHub", "gitHubLocation": {}}}, "InvalidRevisionException"),
        ({"revision": appspec(Revision("", "version: 0.0"))}, "InvalidRevisionException"),
        ({"revision": appspec(Revision("", "{"))}, "InvalidRevisionException"),
        (
            {"revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": NEW.content, "sha256": "0"}}},
            "InvalidRevisionException",
        ),
        ({"revision": appspec(NEW), "deploymentConfigName": "Mine"}, "DeploymentConfigDoesNotExistException"),
        ({"revision": appspec(NEW), "description": "x" * 1001}, "DescriptionTooLongException"),
        (
            {"revision": appspec(NEW), "autoRollbackConfiguration": {"enabled": True}},
            "InvalidAutoRollbackConfigException",
        ),
        ({"revision": appspec(NEW), "deploymentGroupName": "nowhere"}, "DeploymentGroupDoesNotExistException"),
    ],
)
async def test_an_invalid_deployment_request_is_refused(world: World, asked: Json, refusal: str) -> None:
    """With the error that the service model has for it, and no deployment is started."""
    assert await world.refused("create_deployment", **(GROUP | asked)) == refusal
    assert world.group.deployments == []


async def test_a_group_shows_its_settings_and_its_last_deployments(world: World) -> None:
    """Its settings, the last success and the last attempt."""
    done = world.live(OLD)
    made = await world.deploy(NEW)
    info = (await world.call("get_deployment_group", **GROUP))["deploymentGroupInfo"]
    assert info["computePlatform"] == "ECS"
    assert info["lastSuccessfulDeployment"]["deploymentId"] == done.id
    assert info["lastAttemptedDeployment"] == {"deploymentId": made, "status": "Created", "createTime": NOON}
    assert info["targetRevision"] == known_by_hash(OLD)
    wait = info["blueGreenDeploymentConfiguration"]["terminateBlueInstancesOnDeploymentSuccess"]
    assert wait == {"action": "TERMINATE", "terminationWaitTimeInMinutes": 30}
    config = await world.call("get_deployment_config", deploymentConfigName=info["deploymentConfigName"])
    assert config["deploymentConfigInfo"]["trafficRoutingConfig"] == {"type": "AllAtOnce"}
    unknown = await world.refused("get_deployment_config", deploymentConfigName="Mine")
    assert unknown == "DeploymentConfigDoesNotExistException"


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.throttled, "ThrottlingException"),
        (faults.denied, "AccessDeniedException"),
        (faults.expired, "ExpiredTokenException"),
        (faults.broken, "InternalFailure"),
        (faults.limited, "DeploymentLimitExceededException"),
        (faults.Fail(503), "503"),
    ],
)
async def test_a_fault_hits_one_operation_and_nothing_is_done(world: World, fault: faults.Kind, code: str) -> None:
    """As often as ordered; the next call is carried out."""
    world.aws.faults.append(Fault("CreateDeployment", fault))
    assert (await world.call("list_deployments", **GROUP))["deployments"] == []
    with pytest.raises(ClientError) as caught:
        await world.deploy(NEW)
    assert caught.value.response["Error"]["Code"] == code
    assert world.group.deployments == []
    await world.deploy(NEW)
    assert len(world.aws.called("CreateDeployment")) == 2


@pytest.mark.parametrize(("fault", "made"), [(faults.drop_before, 0), (faults.drop_after, 1)])
async def test_an_answer_can_be_lost(world: World, fault: faults.Kind, made: int) -> None:
    """The caller cannot see whether it was carried out, except by the description."""
    world.aws.faults.append(Fault("CreateDeployment", fault))
    with pytest.raises(BotoCoreError):
        await world.deploy(NEW, description="0b4f")
    listed = (await world.call("list_deployments", **GROUP))["deployments"]
    assert [(await world.seen(each))["description"] for each in listed] == ["0b4f"] * made
    assert world.aws.called("CreateDeployment")[0].answer is None


@pytest.mark.parametrize("before", [True, False])
async def test_an_answer_can_stay_away(world: World, before: bool) -> None:
    """The client times out, whether the call was carried out or not."""
    held = asyncio.Event()
    world.aws.faults.append(Fault("CreateDeployment", faults.Hold(held, before=before)))
    with pytest.raises(ReadTimeoutError):
        await world.deploy(NEW)
    assert len(world.group.deployments) == (0 if before else 1)
    held.set()
    await world.aws.until(lambda: len(world.group.deployments) == 1)


async def test_an_unsigned_call_is_refused(world: World) -> None:
    """Nor a call signed for another region."""
    headers = {"X-Amz-Target": "CodeDeploy_20141006.ListDeployments"}
    async with aiohttp.ClientSession() as session, session.post(world.url, data=b"{}", headers=headers) as response:
        assert (response.status, (await response.json(content_type=None))["__type"]) == (
            403,
            "MissingAuthenticationTokenException",
        )
    elsewhere = replace(world, client=client(world.url, "us-east-1"))
    assert await elsewhere.refused("list_deployments") == "UnrecognizedClientException"


async def test_an_unknown_operation_is_named(world: World) -> None:
    """In the answer, and at the end of the test."""
    assert await world.refused("list_applications") == "UnknownOperationException"
    assert world.aws.unknown == ["ListApplications"]
    with pytest.raises(AssertionError, match="no such operation here: ListApplications"):
        world.aws.check()
    world.aws.unknown.clear()


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"deploymentId": 7}', b'{"deploymentId": "d-000000000", "id": 1}', b"{}"]
)
async def test_a_malformed_call_is_refused_and_remembered(world: World, body: bytes) -> None:
    """Each member must be known, present and of the right type."""
    signature = (
        "AWS4-HMAC-SHA256 Credential=A/20261123/ap-northeast-1/codedeploy/aws4_request, SignedHeaders=host, Signature=0"
    )
    headers = {"X-Amz-Target": "CodeDeploy_20141006.GetDeployment", "Authorization": signature}
    async with aiohttp.ClientSession() as session, session.post(world.url, data=body, headers=headers) as response:
        assert (await response.json(content_type=None))["__type"] == "ValidationException"
    with pytest.raises(AssertionError, match="GetDeployment"):
        world.aws.check()
    world.aws.complaints.clear()


async def test_an_error_that_an_operation_does_not_have_is_remembered(world: World) -> None:
    """So that no test relies on an impossible error."""
    world.aws.faults.append(Fault("GetDeployment", faults.limited))
    with pytest.raises(ClientError):
        await world.call("get_deployment", deploymentId="d-000000000")
    assert world.aws.complaints == ["GetDeployment never answers DeploymentLimitExceededException"]
    world.aws.complaints.clear()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"deploymentInfo": {"deploymentId": "d-1", "id": 7}}, 'Unknown parameter in deploymentInfo: "id"'),
        ({"deploymentInfo": {"deploymentId": 7}}, "Invalid type for parameter deploymentInfo.deploymentId"),
        ({"deploymentInfo": {"createTime": NOON + timedelta(microseconds=1)}}, "is read as"),
    ],
)
def test_an_answer_that_the_service_never_gives_is_found(answer: Json, told: str) -> None:
    """An unknown member, a wrong type, and a time more precise than AWS gives."""
    with pytest.raises((AssertionError, ParamValidationError), match=told):
        protocol.write("GetDeployment", answer)


def test_each_operation_exists_in_codedeploy() -> None:
    """By its name in the service model."""
    assert OPERATIONS.keys() <= set(protocol.described().operation_names)


def test_a_direct_call_is_refused_like_one_over_http() -> None:
    """A deployment made directly, not over HTTP, gets the same refusal."""
    aws = CodeDeploy(now=Clock())
    group = aws.add_group(aws.add_application("app"), "app-prod")
    aws.create(group, NEW)
    with pytest.raises(Refused) as caught:
        aws.create(group, NEXT)
    assert caught.value.code == "DeploymentLimitExceededException"
