"""The port `Platform` against the local CodeDeploy, over HTTP: reads, writes, and the meaning of errors."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace

from ghapp.adapters.aws.codedeploy import CodeDeployPlatform, shapes
from ghapp.core.config.model import CodeDeploy as Place
from ghapp.core.model.environment import Grant, Reference, RollbackPlan
from ghapp.core.model.events import RunObserved
from ghapp.core.model.facts import NeedPlatform
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.core.rules import lock
from ghapp.demo.codedeploy import CodeDeploy, Group, Phase, Revision, Terms, faults, protocol
from ghapp.demo.codedeploy.faults import Fault, Kind
from ghapp.ports import Overslept, Permanent, Retryable, in_hand_while
from tests.core.build import NOON, REPOSITORY, config, environment, live

PLACE = Place(application="app", deployment_group="app-prod", region="ap-northeast-1")
OLD, NEW = Revision.task("app:1"), Revision.task("app:2")
BUNDLE = Revision("app/1.zip@", s3=(("bucket", "app"), ("bundleType", "zip"), ("key", "1.zip")))


class Clock:
    """A clock that only `skip` moves."""

    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def skip(self, **span: float) -> None:
        self.now += timedelta(**span)


class World:
    """CodeDeploy, and our adapter."""

    def __init__(self, aws: CodeDeploy, group: Group, clock: Clock) -> None:
        self.aws, self.group, self.clock = aws, group, clock
        self.platform = CodeDeployPlatform()

    async def view(self, *also: str, revision: Reference | None = None) -> PlatformState:
        """The platform's state as our adapter reads it."""
        found = await self.platform.look(REPOSITORY, NeedPlatform(PLACE, also, revision))
        assert isinstance(found, PlatformState), found
        return found

    def grant(self, target: Reference) -> Grant:
        """A rollback that deploys this revision once more."""
        here = environment(config=config(rollback=PLACE), live=live(42))
        plan = RollbackPlan(how="create", target=target)
        claim = lock.Claim(key="k", nonce="n", actor="mona", door="pull_request", revision=live(41), plan=plan)
        deployment = lock.overtake(here, claim, live(42), NOON).deployment
        assert deployment
        return deployment.grant

    async def makes(self, grant: Grant) -> RunObserved:
        """Prepares the deployment, then creates it."""
        make = await self.platform.prepare(REPOSITORY, grant)
        assert not isinstance(make, RunObserved)
        return await make()


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    aws = CodeDeploy(now=(clock := Clock()))
    group = aws.add_group(aws.add_application("app"), "app-prod")
    monkeypatch.setenv("AWS_ENDPOINT_URL_CODEDEPLOY", await aws.start())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    yield World(aws, group, clock)
    await aws.close()
    aws.check()


# ---------------------------------------------------------------- reads


async def test_each_phase_becomes_its_stage(world: World) -> None:
    """CodeDeploy's status, the weights and the hooks decide; a deployment that still acts never counts as over."""
    world.aws.settle(world.aws.create(world.group, OLD))
    made = world.aws.create(world.group, NEW, terms=Terms(ready_wait=timedelta(hours=1)))
    seen = []
    for phase in (Phase.CREATED, Phase.QUEUED, Phase.INSTALLING, Phase.READY):
        world.aws.reach(made, phase)
        one = (await world.view()).made[0]
        seen.append((one.stage, one.moved))
    assert seen == [("created", None), ("created", None), ("shifting", False), ("ready", False)]
    world.aws.go_on(made, "READY_WAIT")
    world.aws.reach(made, Phase.WAITING)
    one = (await world.view()).made[0]
    assert (one.stage, one.moved, one.stands_by) == ("kept", True, True)
    assert one.until == world.clock() + timedelta(minutes=30)
    world.aws.end_original(made)
    assert (await world.view()).made[0].stands_by is False
    world.aws.settle(made)
    view = await world.view()
    assert (view.made[0].stage, view.active) == ("succeeded", None)


READS = (
    "ListDeployments",
    "BatchGetDeployments",
    "GetDeployment",
    "ListDeploymentTargets",
    "BatchGetDeploymentTargets",
    "GetApplicationRevision",
)


async def test_each_read_that_is_refused_is_named(world: World) -> None:
    """By its action, as a policy names it. Nothing is created."""
    assert await world.platform.refused_reads(REPOSITORY, PLACE) == []
    world.aws.settle(world.aws.create(world.group, OLD))
    assert await world.platform.refused_reads(REPOSITORY, PLACE) == []
    assert {call.operation for call in world.aws.calls} == {*READS}
    for action in READS:
        world.aws.faults = [Fault(action, faults.denied)]
        (found,) = await world.platform.refused_reads(REPOSITORY, PLACE)
        assert found.startswith(f"codedeploy:{action} is refused: AccessDeniedException: ")


async def test_a_target_that_cannot_be_asked_is_told_from_one_that_refuses(world: World) -> None:
    """A limit passes; a group that does not exist is an answer."""
    world.aws.faults.append(Fault("ListDeployments", faults.throttled))
    with pytest.raises(Retryable):
        await world.platform.refused_reads(REPOSITORY, PLACE)
    found = await world.platform.refused_reads(REPOSITORY, replace(PLACE, deployment_group="another"))
    assert found == [
        "codedeploy:ListDeployments is refused: DeploymentGroupDoesNotExistException: No Deployment Group found for "
        "name: another"
    ]


async def test_nothing_is_sent_for_an_item_no_longer_in_hand(world: World) -> None:
    """Nothing is created, stopped or ended, and a creation that was not sent is tried again; reads go on."""
    made = world.aws.create(world.group, OLD)
    before = (await world.view()).made
    grant = world.grant(Reference(made.id, "AppSpecContent", OLD.key))
    with in_hand_while(lambda: False):
        assert (await world.makes(grant)).status == "throttled"
        with pytest.raises(Overslept):
            await world.platform.stop(REPOSITORY, PLACE, made.id, back=True)
        with pytest.raises(Overslept):
            await world.platform.finish(REPOSITORY, PLACE, made.id)
        assert (await world.view()).made == before


async def test_a_stopped_deployment_names_the_deployment_that_takes_it_back(world: World) -> None:
    """That one is CodeDeploy's own, and brings the old revision."""
    world.aws.settle(world.aws.create(world.group, OLD))
    made = world.aws.reach(world.aws.create(world.group, NEW), Phase.WAITING)
    assert await world.platform.stop(REPOSITORY, PLACE, made.id, back=True)
    world.clock.skip(seconds=6)
    view = await world.view()
    stopped = view.find(made.id)
    assert stopped
    back = view.find(stopped.taken_back_by)
    assert back
    assert (back.by_platform, back.revision.sha256) == (True, OLD.key)


@pytest.mark.parametrize(
    ("creator", "maker"),
    [
        ("user", "person"),
        ("CodeDeploy", "person"),
        ("codeDeployRollback", "auto_rollback"),
        ("autoscaling", "scaling"),
        ("autoscalingTermination", "scaling"),
        ("CodeDeployAutoUpdate", "scaling"),
        ("CloudFormation", "stack"),
        ("CloudFormationRollback", "stack"),
        ("somethingNew", "person"),
    ],
)
def test_the_creator_gives_the_maker(creator: str, maker: str) -> None:
    """Every creator of CodeDeploy's model is known; an unknown one counts as a person."""
    assert shapes.maker({"creator": creator}) == maker
    known = set(protocol.described().shape_for("DeploymentCreator").metadata["enum"])
    assert creator in known or creator == "somethingNew"


async def test_every_creator_of_codedeploys_model_is_mapped(world: World) -> None:
    """A creator that a newer model adds fails this test before it counts as a person."""
    known = set(protocol.described().shape_for("DeploymentCreator").metadata["enum"])
    assert known - shapes.MAKERS.keys() == {"user", "CodeDeploy"}


async def test_deployments_for_instances_hide_no_release(world: World) -> None:
    """Thirty deployments for new instances, under way or over, leave the releases in the state."""
    group = world.aws.add_instances(world.aws.applications["app"], "app-prod-2")
    place = replace(PLACE, deployment_group="app-prod-2")
    good = world.aws.settle(world.aws.create(group, BUNDLE))
    world.clock.skip(minutes=1)
    for _ in range(30):
        world.aws.settle(world.aws.scale_out(group))
    world.clock.skip(minutes=1)
    active = world.aws.create(group, BUNDLE)
    for _ in range(30):
        world.aws.scale_out(group)
    view = await world.platform.look(REPOSITORY, NeedPlatform(place))
    assert isinstance(view, PlatformState)
    assert view.active
    assert view.active.id == active.id
    assert [one.id for one in view.releases] == [active.id, good.id]
    assert view.scaling


async def test_the_active_and_the_last_good_deployment_are_found_behind_many_failed_ones(world: World) -> None:
    good = world.aws.settle(world.aws.create(world.group, OLD))
    for _ in range(14):
        world.clock.skip(minutes=1)
        world.aws.fail(world.aws.create(world.group, NEW))
    active = world.aws.create(world.group, NEW)
    view = await world.view()
    assert view.active
    assert view.active.id == active.id
    assert view.find(good.id)


async def test_a_look_takes_three_round_trips(world: World) -> None:
    """Lists side by side, then deployments and targets, then the targets' details."""
    world.aws.reach(world.aws.create(world.group, NEW), Phase.WAITING)
    world.aws.calls.clear()
    await world.view(revision=Reference("d-1", "AppSpecContent", NEW.key))
    asked = [call.operation for call in world.aws.calls]
    assert sorted(asked) == sorted(
        [
            *["ListDeployments"] * 3,
            "GetApplicationRevision",
            "BatchGetDeployments",
            "ListDeploymentTargets",
            "BatchGetDeploymentTargets",
        ]
    )


async def test_a_revision_that_is_gone_is_lacking(world: World) -> None:
    """The state shows it before a rollback to it is offered."""
    world.aws.settle(world.aws.create(world.group, OLD))
    assert not (await world.view(revision=Reference("d-1", "AppSpecContent", OLD.key))).lacking
    assert (await world.view(revision=Reference("d-1", "AppSpecContent", NEW.key))).lacking


@pytest.mark.parametrize("kind", [faults.throttled, faults.broken, faults.drop_before, faults.Fail(503)])
async def test_a_platform_that_does_not_answer_is_asked_later(world: World, kind: Kind) -> None:
    world.aws.faults.append(Fault("ListDeployments", kind))
    with pytest.raises(Retryable):
        await world.view()


async def test_a_look_without_permission_names_the_reason(world: World) -> None:
    """A person has to grant the permission."""
    world.aws.faults.append(Fault("ListDeployments", faults.denied, times=3))
    found = await world.platform.look(REPOSITORY, NeedPlatform(PLACE))
    assert isinstance(found, PlatformDenied)
    assert "AccessDenied" in found.why


async def test_a_missing_deployment_group_is_named(world: World) -> None:
    """The config has a wrong name."""
    place = Place(application="app", deployment_group="app-prdo", region="ap-northeast-1")
    found = await world.platform.look(REPOSITORY, NeedPlatform(place))
    assert isinstance(found, PlatformDenied)
    assert "DeploymentGroupDoesNotExist" in found.why


# ---------------------------------------------------------------- writes


async def test_a_deployment_that_is_over_cannot_be_stopped(world: World) -> None:
    """The answer is no fault; nor is the end of a wait that has ended."""
    made = world.aws.settle(world.aws.create(world.group, NEW))
    assert not await world.platform.stop(REPOSITORY, PLACE, made.id, back=True)
    await world.platform.finish(REPOSITORY, PLACE, made.id)


@pytest.mark.parametrize(("kind", "raised"), [(faults.throttled, Retryable), (faults.denied, Permanent)])
async def test_a_stop_that_fails_is_a_fault(world: World, kind: Kind, raised: type[Exception]) -> None:
    """A throttled one is sent again; a denied one needs a person."""
    made = world.aws.create(world.group, NEW)
    world.aws.faults.append(Fault("StopDeployment", kind))
    with pytest.raises(raised):
        await world.platform.stop(REPOSITORY, PLACE, made.id, back=True)


async def test_the_kept_revision_is_deployed_once_more(world: World) -> None:
    """The hash identifies it, since no deployment returns an AppSpec's text; the description shows the ticket."""
    made = world.aws.settle(world.aws.create(world.group, OLD))
    world.aws.settle(world.aws.create(world.group, NEW))
    grant = world.grant(Reference(made.id, "AppSpecContent", OLD.key))
    seen = await world.makes(grant)
    assert (seen.status, seen.run is not None) == ("queued", True)
    newest = world.group.deployments[-1]
    assert newest.revision == OLD
    assert grant.ticket in (newest.description or "")


@pytest.mark.parametrize(
    ("kind", "status", "made"),
    [
        (faults.throttled, "throttled", 0),
        (faults.limited, "error", 0),
        (faults.denied, "refused", 0),
        (faults.broken, "error", 0),
        (faults.drop_after, "unknown", 1),
        (faults.drop_before, "unknown", 0),
    ],
)
async def test_a_creating_call_ends_as_made_not_made_or_unknown(
    world: World, kind: Kind, status: str, made: int
) -> None:
    """The adapter never sends it again: only the writer of the intent may create the deployment, and once."""
    old = world.aws.settle(world.aws.create(world.group, OLD))
    before = len(world.group.deployments)
    world.aws.faults.append(Fault("CreateDeployment", kind))
    seen = await world.makes(world.grant(Reference(old.id, "AppSpecContent", OLD.key)))
    assert (seen.status, len(world.group.deployments) - before) == (status, made)


async def test_a_revision_that_is_gone_is_not_made(world: World) -> None:
    """The refusal comes before the intent."""
    seen = await world.platform.prepare(REPOSITORY, world.grant(Reference("d-1", "AppSpecContent", NEW.key)))
    assert isinstance(seen, RunObserved)
    assert seen.status == "refused"


# ---------------------------------------------------------------- credentials


async def test_a_role_is_assumed_once_a_repository_with_its_id(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role's credentials are kept until they expire, and no config sets the external id."""
    asked: list[dict[str, Any]] = []

    async def assume(request: web.Request) -> web.Response:
        asked.append(dict(await request.post()))
        ends = datetime.now(UTC) + timedelta(hours=1)
        return web.Response(
            content_type="text/xml",
            text='<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
            "<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
            f"<Expiration>{ends:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
        )

    application = web.Application()
    application.router.add_post("/", assume)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{runner.addresses[0][1]}")
    role = "arn:aws:iam::111122223333:role/ghapp"
    place = Place(application="app", deployment_group="app-prod", region="ap-northeast-1", role_arn=role)
    looks = [await world.platform.look(REPOSITORY, NeedPlatform(place)) for _ in range(2)]
    other = await world.platform.look(replace(REPOSITORY, id=2), NeedPlatform(place))
    await runner.cleanup()
    assert [*looks, other] == [PlatformState(), PlatformState(), PlatformState()]
    assert [(one["RoleArn"], one["ExternalId"]) for one in asked] == [(role, "ghapp:1"), (role, "ghapp:2")]


async def test_more_looks_than_threads_all_answer(world: World) -> None:
    """The number of threads is bounded."""
    world.aws.settle(world.aws.create(world.group, OLD))
    views = await asyncio.gather(*(world.view() for _ in range(12)))
    assert all(len(view.made) == 1 for view in views)
