"""Every act on a platform is checked against the current leave for the very target that it touches."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.codedeploy import faults
from ghapp.demo.codedeploy.faults import Fault
from ghapp.demo.github import Fault as GitHubFault
from ghapp.demo.github import Pull, Repository
from ghapp.demo.github import faults as github_faults
from tests.scenarios.cloud import CONFIG, Cloud, cloud
from tests.scenarios.test_targets import FILE, allowed, toy

OLD, NEW = '"codedeploy:app/app-prod"', '"codedeploy:app/app-next"'
MISSING = f"`shop: [{OLD}]`"


@pytest.fixture
async def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop under an owner's rules that allow it both groups; it deploys to app-prod."""
    async with cloud(tmp_path, monkeypatch) as told:
        told.aws.add_group(told.group.application, "app-next")
        await allowed(told, policy=rules(OLD, NEW))
        yield told


def rules(*targets: str) -> str:
    return f"platforms: {{shop: [{', '.join(targets)}]}}\n"


async def rule(place: Cloud, *targets: str) -> None:
    """The owner allows these targets, and no others; no event tells the server."""
    (owners,) = [one for one in place.shop.github.repositories.values() if one.full_name == "acme/policies"]
    await owners.commit(FILE, rules(*targets), by="mona", message="Allow")


async def moves(place: Cloud, group: str = "app-next") -> None:
    """The repository's config names another deployment group."""
    config = CONFIG.replace("LANGUAGE", "en").replace("group: app-prod", f"group: {group}")
    await place.shop.shop.commit(FILE, config, by="mona", message="Move")
    await place.shop.idle()


def touched(place: Cloud, since: int, *deployments: str) -> list[str]:
    """The operations since then on the group app-prod, or on one of these deployments of it."""
    named = ('"app-prod"', *deployments)
    calls = place.aws.calls[since:]
    return [one.operation for one in calls if any(name in json.dumps(one.parameters, default=str) for name in named)]


async def test_leave_for_the_new_target_does_not_count_for_the_old_one(production: Cloud) -> None:
    """The config has moved on while the old group keeps the way back. Without leave it is not looked at, its wait is
    not ended, and nothing there is stopped. With leave again, production comes free by itself."""
    await production.released("taro")
    other = await production.shop.opens("hanako")
    second = await production.merged("mona")
    made = await production.out(second, who="mona")
    await moves(production)
    await rule(production, NEW)
    since = len(production.aws.calls)
    await production.shop.says("mona", "/unlock production", on=second)
    await production.passes(minutes=2)
    assert touched(production, since, made.id) == []
    await production.shop.says("taro", "/status", on=second)
    assert MISSING in production.shop.replies(second)[-1]
    gate = production.shop.gate(other)
    assert gate
    assert gate[0] == "pending"
    await rule(production, OLD, NEW)
    await production.passes(minutes=35)
    assert "BatchGetDeployments" in touched(production, since, made.id)
    assert production.shop.gate(other) == ("success", "Free to merge")


async def test_a_rollback_stops_nothing_at_the_old_target_without_leave(production: Cloud) -> None:
    """It was accepted with leave. The leave is withdrawn before CodeDeploy takes the stop, and given again later."""
    first = await production.released("taro")
    second = await production.merged("mona")
    made = await production.out(second, who="mona")
    production.aws.faults.append(Fault("StopDeployment", faults.denied, times=1))
    await production.shop.says("mona", "/rollback", on=second)
    assert production.called("StopDeployment") == 1
    await moves(production)
    await rule(production, NEW)
    since = len(production.aws.calls)
    await production.passes(minutes=2)
    assert touched(production, since, made.id) == []
    assert not made.ended
    assert "platform_unasked" in production.shop.codes(second)
    assert MISSING in production.shop.replies(second)[-1]
    await rule(production, OLD, NEW)
    await production.passes(minutes=3)
    assert production.serving == production.revision(first)


async def test_leave_for_the_new_target_stops_nothing_at_the_old_one(production: Cloud) -> None:
    """`/rollback` after the move is planned at the new group: the deployment that the old one keeps is none of it."""
    await production.released("taro")
    second = await production.merged("mona")
    made = await production.out(second, who="mona")
    await moves(production)
    await rule(production, NEW)
    await production.shop.says("mona", "/rollback", on=second)
    await production.passes(minutes=2)
    assert not made.ended
    assert (production.called("StopDeployment"), production.called("ContinueDeployment")) == (0, 0)


async def test_leave_for_the_old_target_counts_after_the_config_has_moved(production: Cloud) -> None:
    """The release began without leave; when the leave comes, the config names another group that has none."""
    await rule(production, NEW)
    other = await production.shop.opens("hanako")
    pull = await production.merged("taro")
    run, made = await production.hands_over(pull)
    await production.shop.ends(run)
    production.aws.settle(made)
    await moves(production)
    await rule(production, OLD)
    await production.passes(minutes=33)
    assert production.shop.gate(other) == ("success", "Free to merge")


@pytest.mark.parametrize("moved", [False, True], ids=["same config", "config moved"])
async def test_withdrawn_leave_counts_at_the_next_act(production: Cloud, moved: bool) -> None:
    """Not only when the next round notices the owner's new rules."""
    pull = await production.merged("taro")
    made = await production.out(pull)
    if moved:
        await moves(production)
    since = len(production.aws.calls)
    await rule(production, NEW)
    await production.passes(minutes=2)
    assert touched(production, since, made.id) == []


@pytest.mark.parametrize("by", ["setting", "rules"])
async def test_production_comes_free_when_leave_is_given(production: Cloud, by: str) -> None:
    """Without a command. Until then, each answer names the line that is missing."""
    lacks = f"`acme/shop={OLD[1:-1]}`" if by == "setting" else MISSING
    if by == "setting":
        await allowed(production, f"acme/shop={NEW[1:-1]}")
    else:
        await rule(production, NEW)
    other = await production.shop.opens("hanako")
    pull = await production.merged("taro")
    run, made = await production.hands_over(pull)
    production.aws.settle(made)
    await production.shop.ends(run)
    await production.passes(minutes=1)
    waits = await production.merged("mona")
    assert production.shop.codes(pull)[-1] == "platform_unasked"
    assert lacks in production.shop.replies(pull)[-1]
    for line in ("/deploy production", "/unlock production", "/status", "/rollback production"):
        await production.shop.says("taro", line, on=waits if line.startswith("/deploy") else pull)
        assert lacks in production.shop.replies(waits if line.startswith("/deploy") else pull)[-1], line
    await production.passes(minutes=40)
    assert (production.shop.gate(other) or ("", ""))[0] == "pending", "no time makes it free"
    if by == "setting":
        await allowed(production, f"acme/shop={OLD[1:-1]}")
    else:
        await rule(production, OLD)
    await production.passes(minutes=2)
    assert production.shop.gate(other) == ("success", "Free to merge")


async def hide(place: Cloud) -> Repository:
    """The App is taken off the owner's rules."""
    hidden = [one for one in place.shop.github.repositories.values() if one.full_name == "acme/policies"]
    del place.shop.github.repositories[hidden[0].id]
    return hidden[0]


async def test_rules_that_cannot_be_read_count_as_they_were_last_read(production: Cloud) -> None:
    """The way back stays open, and only where it was."""
    first = await production.released("taro")
    second = await production.merged("mona")
    made = await production.out(second, who="mona")
    await hide(production)
    await production.shop.says("mona", "/rollback", on=second)
    await production.passes(minutes=2)
    assert made.ended
    assert production.serving == production.revision(first)


async def test_rules_that_were_not_read_since_the_start_allow_nothing(production: Cloud) -> None:
    """The environment waits, and comes free by itself when they can be read."""
    other = await production.shop.opens("hanako")
    pull = await production.merged("taro")
    made = await production.out(pull)
    hidden = await hide(production)
    await production.shop.restart()
    since = len(production.aws.calls)
    await production.shop.says("taro", "/rollback production", on=pull)
    assert production.shop.codes(pull)[-1] == "platform_denied"
    await production.passes(minutes=6)
    assert touched(production, since, made.id) == []
    assert production.shop.codes(pull)[-1] == "platform_unasked"
    production.shop.github.repositories[hidden.id] = hidden
    await production.passes(minutes=31)
    assert production.shop.gate(other) == ("success", "Free to merge")


async def test_a_stop_counts_under_the_name_that_github_gives_now(production: Cloud) -> None:
    """The owner was renamed, and no event has said so since the rollback was accepted: the leave is of the old name."""
    await allowed(production, f"acme/shop={OLD[1:-1]}")
    first = await production.released("taro")
    second = await production.merged("mona")
    made = await production.out(second, who="mona")
    production.aws.faults.append(Fault("StopDeployment", faults.denied, times=1))
    await production.shop.says("mona", "/rollback", on=second)
    production.shop.github.rename_owner("acme", "acme-inc")
    await production.passes(minutes=2)
    assert (production.called("StopDeployment"), made.ended) == (1, False)
    assert f"`acme-inc/shop={OLD[1:-1]}`" in production.shop.replies(second)[-1]
    await allowed(production, f"acme-inc/shop={OLD[1:-1]}")
    await production.passes(minutes=3)
    assert production.serving == production.revision(first)


async def test_the_way_back_stays_open_while_github_does_not_tell_the_name(production: Cloud) -> None:
    """A rollback that has begun does not depend on GitHub."""
    first = await production.released("taro")
    second = await production.merged("mona")
    await production.out(second, who="mona")
    production.aws.faults.append(Fault("StopDeployment", faults.denied, times=1))
    await production.shop.says("mona", "/rollback", on=second)
    away = GitHubFault("GET", re.compile("^/repos/[^/]+/[^/]+/installation$"), github_faults.status(503), times=999)
    production.shop.github.faults.append(away)
    await production.passes(minutes=3)
    assert production.serving == production.revision(first)


async def test_the_rules_of_an_owner_are_read_once_for_an_act(production: Cloud) -> None:
    """However many of the owner's repositories name the target."""
    for number in range(12):
        other = await toy(production, name=f"acme/toy-{number}")
        await other.merge(await other.open_pull("ken", "Play"), by="ken")
    await production.shop.idle()
    pull = await production.merged("taro")
    await production.shop.says("taro", "/deploy production", on=pull)
    await production.shop.begins()
    production.aws.create(production.group, production.revision(pull))
    await production.shop.idle()
    before = len(production.shop.calls("POST", "/graphql"))
    looks = production.called("ListDeployments")
    await production.shop.later(minutes=1)
    asked = production.shop.calls("POST", "/graphql")[before:]
    read = [one for one in asked if one.request["variables"].get("name") == "policies"]
    assert production.called("ListDeployments") > looks
    assert len(read) == 1


async def through(place: Cloud, who: str) -> Pull:
    """A release that has gone live, without a lock or a wait that is left."""
    pull = await place.merged(who)
    run, made = await place.hands_over(pull, who=who)
    place.aws.settle(made)
    await place.shop.ends(run)
    await place.shop.later(minutes=31)
    return pull


@pytest.mark.parametrize("instances", [False, True], ids=["ecs", "s3"])
async def test_a_rollback_to_before_a_move_to_another_application_is_made_by_the_workflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instances: bool
) -> None:
    """A revision belongs to its application: the new one has it not, and gets none of the former one's."""
    async with cloud(tmp_path, monkeypatch, instances=instances) as told:
        other = told.aws.add_application("next")
        add = told.aws.add_instances if instances else told.aws.add_group
        group = add(other, "app-prod")
        await allowed(told, policy=rules(OLD, '"codedeploy:next/app-prod"'))
        first = await through(told, "taro")
        config = CONFIG.replace("LANGUAGE", "en").replace("application: app,", "application: next,")
        await told.shop.shop.commit(FILE, config, by="mona", message="Move")
        await told.shop.idle()
        told.group = group
        second = await through(told, "mona")
        made = told.called("CreateDeployment")
        await told.shop.says("mona", "/rollback", on=second)
        run = await told.shop.begins()
        assert run.inputs["sha"] == first.merge_commit_sha
        assert told.called("CreateDeployment") == made
