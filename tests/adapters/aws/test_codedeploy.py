"""The port `Platform`, by the local CodeDeploy over HTTP: what it tells, what it hears, and what its errors mean."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

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
    """Noon, until somebody says otherwise."""

    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def skip(self, **span: float) -> None:
        """Time passes."""
        self.now += timedelta(**span)


class World:
    """CodeDeploy, and our way to it."""

    def __init__(self, aws: CodeDeploy, group: Group, clock: Clock) -> None:
        self.aws, self.group, self.clock = aws, group, clock
        self.platform = CodeDeployPlatform()

    async def view(self, *also: str, revision: Reference | None = None) -> PlatformState:
        """What it tells."""
        found = await self.platform.look(REPOSITORY, NeedPlatform(PLACE, also, revision))
        assert isinstance(found, PlatformState), found
        return found

    def grant(self, target: Reference) -> Grant:
        """A rollback that deploys this once more."""
        here = environment(config=config(rollback=PLACE), live=live(42))
        plan = RollbackPlan(how="create", target=target)
        claim = lock.Claim(key="k", nonce="n", actor="mona", door="pull_request", revision=live(41), plan=plan)
        deployment = lock.overtake(here, claim, live(42), NOON).deployment
        assert deployment
        return deployment.grant

    async def makes(self, grant: Grant) -> RunObserved:
        """It is fetched, then made."""
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


# ---------------------------------------------------------------- looking


async def test_each_phase_is_told(world: World) -> None:
    """By its own words, by weights, and by the hooks: nothing that still acts is ever told as over."""
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


async def test_nothing_is_sent_for_what_is_no_longer_in_hand(world: World) -> None:
    """Nothing is made, stopped or ended, and what was not made begins anew; what only reads is read."""
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


async def test_what_takes_another_back_is_told_with_it(world: World) -> None:
    """Also where it is the newest of all, and where the other is not."""
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
        ("codeDeployRollback", "way_back"),
        ("autoscaling", "scaling"),
        ("autoscalingTermination", "scaling"),
        ("CodeDeployAutoUpdate", "scaling"),
        ("CloudFormation", "stack"),
        ("CloudFormationRollback", "stack"),
        ("somethingNew", "person"),
    ],
)
def test_who_had_it_made_is_told_by_its_creator(creator: str, maker: str) -> None:
    """Each that CodeDeploy's model knows; whom nobody knows is somebody."""
    assert shapes.maker({"creator": creator}) == maker
    known = set(protocol.described().shape_for("DeploymentCreator").metadata["enum"])
    assert creator in known or creator == "somethingNew"


async def test_every_creator_of_codedeploys_model_was_thought_of(world: World) -> None:
    """A new one in a newer model is looked at before it counts as somebody's."""
    known = set(protocol.described().shape_for("DeploymentCreator").metadata["enum"])
    assert known - shapes.MAKERS.keys() == {"user", "CodeDeploy"}


async def test_what_is_made_for_instances_hides_no_release(world: World) -> None:
    """However much of it there is, under way or over."""
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


async def test_what_is_under_way_is_told_however_many_came_after_the_good_ones(world: World) -> None:
    """And the good ones, however many failed since."""
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
    """Lists side by side, then deployments and targets, then where traffic is."""
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
    """It is known before anything is promised."""
    world.aws.settle(world.aws.create(world.group, OLD))
    assert not (await world.view(revision=Reference("d-1", "AppSpecContent", OLD.key))).lacking
    assert (await world.view(revision=Reference("d-1", "AppSpecContent", NEW.key))).lacking


@pytest.mark.parametrize("kind", [faults.throttled, faults.broken, faults.drop_before, faults.Fail(503)])
async def test_who_does_not_answer_may_later(world: World, kind: Kind) -> None:
    """That says nothing of what it does."""
    world.aws.faults.append(Fault("ListDeployments", kind))
    with pytest.raises(Retryable):
        await world.view()


async def test_who_may_not_look_is_told_why(world: World) -> None:
    """A person has to mend that."""
    world.aws.faults.append(Fault("ListDeployments", faults.denied, times=3))
    found = await world.platform.look(REPOSITORY, NeedPlatform(PLACE))
    assert isinstance(found, PlatformDenied)
    assert "AccessDenied" in found.why


async def test_a_group_that_is_not_there_is_told(world: World) -> None:
    """A mistake in the config."""
    place = Place(application="app", deployment_group="app-prdo", region="ap-northeast-1")
    found = await world.platform.look(REPOSITORY, NeedPlatform(place))
    assert isinstance(found, PlatformDenied)
    assert "DeploymentGroupDoesNotExist" in found.why


# ---------------------------------------------------------------- telling


async def test_what_is_over_cannot_be_stopped_and_that_is_an_answer(world: World) -> None:
    """Nor can a wait that has ended be ended."""
    made = world.aws.settle(world.aws.create(world.group, NEW))
    assert not await world.platform.stop(REPOSITORY, PLACE, made.id, back=True)
    await world.platform.finish(REPOSITORY, PLACE, made.id)


@pytest.mark.parametrize(("kind", "raised"), [(faults.throttled, Retryable), (faults.denied, Permanent)])
async def test_what_it_does_not_hear_is_a_fault(world: World, kind: Kind, raised: type[Exception]) -> None:
    """It is told again, or a person is."""
    made = world.aws.create(world.group, NEW)
    world.aws.faults.append(Fault("StopDeployment", kind))
    with pytest.raises(raised):
        await world.platform.stop(REPOSITORY, PLACE, made.id, back=True)


async def test_the_kept_revision_is_deployed_once_more(world: World) -> None:
    """By its hash, since no deployment tells an AppSpec's text; its description shows the ticket."""
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
async def test_what_became_of_a_creating_call_is_told_as_far_as_it_is_known(
    world: World, kind: Kind, status: str, made: int
) -> None:
    """Never tried again by itself: only who wrote the intent may make it, and once."""
    old = world.aws.settle(world.aws.create(world.group, OLD))
    before = len(world.group.deployments)
    world.aws.faults.append(Fault("CreateDeployment", kind))
    seen = await world.makes(world.grant(Reference(old.id, "AppSpecContent", OLD.key)))
    assert (seen.status, len(world.group.deployments) - before) == (status, made)


async def test_a_revision_that_is_gone_is_not_made(world: World) -> None:
    """And the answer is a refusal, before the intent."""
    seen = await world.platform.prepare(REPOSITORY, world.grant(Reference("d-1", "AppSpecContent", NEW.key)))
    assert isinstance(seen, RunObserved)
    assert seen.status == "refused"


# ---------------------------------------------------------------- as whom


async def test_a_role_is_taken_on_once_a_repository_and_by_its_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the server's own credentials; the ones it gets are kept until they end, and no config chooses the id."""
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


async def test_many_looks_do_not_wait_for_one_another_for_ever(world: World) -> None:
    """A bounded number of threads, and all of them answer."""
    world.aws.settle(world.aws.create(world.group, OLD))
    views = await asyncio.gather(*(world.view() for _ in range(12)))
    assert all(len(view.made) == 1 for view in views)
