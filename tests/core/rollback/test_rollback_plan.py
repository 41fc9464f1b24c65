"""The rollback by a platform, from its state alone: the owner of a deployment, the target, the progress, the texts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import CodeDeploy
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import (
    Activity,
    Deployment,
    Environment,
    Grant,
    Reference,
    Revision,
    RollbackPlan,
    Run,
)
from ghapp.core.model.events import PlatformWaitEnded, RunObserved
from ghapp.core.model.platform import PlatformDenied, PlatformDeployment, PlatformState
from ghapp.core.rollback import platform_state, progress
from ghapp.core.rollback.plan import SWITCH, Endpoints, plan_rollback
from ghapp.core.rules import lock, obstacles, releases
from ghapp.core.rules.next_step import Finish, Look, Start, due_at, next_step
from ghapp.core.views import comment, gate, prompt
from ghapp.core.views.markup import GitHub
from tests.core.build import NOON, Production, code, config, environment, in_japanese, live

PLACE = CodeDeploy(application="app", deployment_group="app-prod", region="ap-northeast-1")
REFERENCES = {number: Reference(f"d-{number}", "AppSpecContent", f"{number:064x}") for number in (40, 41, 42, 44)}


def revision(number: int, **more: Any) -> Revision:
    """A revision that was live, with CodeDeploy's reference to it."""
    return replace(live(number), platform=REFERENCES[number], **more)


def made(number: int, minutes: float, **more: Any) -> PlatformDeployment:
    """CodeDeploy's deployment of a pull request, so many minutes after noon."""
    plain: dict[str, Any] = {"id": f"d-{number}", "stage": "succeeded", "revision": REFERENCES[number], "moved": True}
    return PlatformDeployment(created_at=NOON + timedelta(minutes=minutes), **{**plain, **more})


def view(*all_of_them: PlatformDeployment) -> PlatformState:
    """A state with these deployments, newest first as CodeDeploy lists them."""
    return PlatformState(tuple(sorted(all_of_them, key=lambda one: one.created_at, reverse=True)))


def deployed(phase: str = "running", *, ended: float = 20) -> Environment:
    """#42 was accepted at noon; #41 is live, or was until then."""
    claim = lock.Claim(
        key="k", nonce="n", actor="mona", door="pull_request", revision=replace(live(42), live_since=None)
    )
    here = environment(config=config(rollback=PLACE), live=revision(41), earlier=(revision(40),))
    here = lock.grant(here, claim, NOON)
    assert here.deployment
    newest = replace(here.deployment, phase=phase, run=Run(9, "https://x"), since=NOON + timedelta(minutes=ended))  # type: ignore[arg-type]
    here = replace(here, deployment=newest)
    if phase == "succeeded":
        newest = replace(newest, platform=REFERENCES[42])
        here = releases.make_live(replace(here, deployment=newest), newest, NOON + timedelta(minutes=ended))
    return here


# ---------------------------------------------------------------- the owner of a deployment

OLD = made(41, -60)


@pytest.mark.parametrize(
    ("ours", "others", "phase"),
    [
        (made(42, 5), (), "running"),
        (made(42, 5), (), "succeeded"),
        (None, (made(42, -0.1),), "running"),  # before it was accepted
        (None, (made(42, 20.1),), "succeeded"),  # after its run had ended
        (None, (made(42, 5), made(44, 6)), "running"),  # two: the owner is unknown
        (None, (made(42, 5, maker="auto_rollback"),), "running"),
        (None, (made(42, 5, maker="scaling"),), "running"),
        (made(42, 5), (made(41, 6, maker="scaling", id="d-scale"),), "running"),  # beside ours, for an instance
        (made(42, 5, maker="stack"), (), "running"),  # the workflow may update a stack
        (None, (made(42, 5),), "lost"),  # the run may be any
    ],
)
def test_which_deployment_is_ours(
    ours: PlatformDeployment | None, others: tuple[PlatformDeployment, ...], phase: str
) -> None:
    """Ours is created in the attempt's own time and the only one; at the edge, not ours is the safer reading."""
    found = deployed(phase, ended=20 if phase != "lost" else 2).deployment
    assert found
    assert platform_state.own_deployment(found, view(OLD, *others, *((ours,) if ours else ()))) == ours


def test_a_deployment_with_the_ticket_is_ours_at_any_time() -> None:
    """A ticket is opaque: no other deployment shows it by accident."""
    found = deployed("running").deployment
    assert found
    ours = made(42, 500, description=f"ghapp {found.grant.ticket}")
    assert platform_state.own_deployment(found, view(OLD, made(44, 5), ours)) == ours


# ---------------------------------------------------------------- the target


def foreseen(here: Environment, seen: PlatformState, to: int | None = None) -> RollbackPlan | Refusal | None:
    """The plan of the rollback from this environment."""
    back = releases.rollback_path(here, to)
    assert back
    return plan_rollback(here, ends(back), seen)


def ends(back: releases.RollbackPath) -> Endpoints:
    """The endpoints, as the command passes them on."""
    return Endpoints(undone=back.undone, target=back.target, reference=back.target.platform)


def test_a_rollback_during_our_deployment_leads_to_the_one_that_succeeded_before_it() -> None:
    """A target further back is deployed from there."""
    seen = view(made(40, -90), OLD, made(42, 5, stage="shifting"))
    assert foreseen(deployed(), seen) == RollbackPlan(how="stop", target=REFERENCES[41], about=SWITCH, halts="d-42")
    assert foreseen(deployed(), seen, to=40) == RollbackPlan(how="onward", target=REFERENCES[40], halts="d-42")


@pytest.mark.parametrize(("stage", "how"), [("shifting", "onward"), ("kept", "create")])
def test_a_barred_revision_does_not_serve_again_on_the_way_if_avoidable(stage: Any, how: str) -> None:
    """#41 is barred. While traffic is still between the two, the way over #41 is the only one."""
    here = replace(deployed("succeeded"), barred=(revision(41),))
    plan = foreseen(here, view(made(40, -90), OLD, made(42, 5, stage=stage)))
    assert plan == RollbackPlan(how=how, target=REFERENCES[40], halts="d-42")  # type: ignore[arg-type]


def test_a_target_further_back_that_codedeploy_lost_is_refused() -> None:
    """The refusal comes before any deployment is stopped."""
    seen = view(made(40, -90), OLD, made(42, 5, stage="shifting"))
    refused = foreseen(deployed(), replace(seen, lacking=True), to=40)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.values["deployment"]) == ("platform_gone", "d-40")


def test_no_deployment_is_stopped_for_a_target_without_a_reference() -> None:
    """The refusal names the revision that a stop would lead to, and the requested one."""
    here = replace(deployed(), earlier=(replace(live(40), live_since=NOON - timedelta(minutes=90)),))
    refused = foreseen(here, view(OLD, made(42, 5, stage="shifting")), to=40)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.values["leads"], refused.values["target"]) == ("platform_elsewhere", 41, 40)


def test_a_foreign_deployment_is_stopped_only_if_its_id_is_given() -> None:
    """By its exact id; the plan records the person's consent."""
    here, seen = deployed("succeeded"), view(OLD, made(42, 5), made(44, 40, stage="shifting"))
    back = releases.rollback_path(here)
    assert back
    refused = plan_rollback(here, ends(back), seen)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.values["deployment"]) == ("platform_foreign", "d-44")
    other = plan_rollback(here, ends(back), seen, consent="d-43")
    assert isinstance(other, Refusal)
    assert (other.code, other.values["deployment"]) == ("platform_not_at", "d-43")
    plan = plan_rollback(here, ends(back), seen, consent="d-44")
    assert plan == RollbackPlan(how="onward", target=REFERENCES[41], halts="d-44", consented=True)


def test_the_stop_of_a_foreign_deployment_is_in_the_history() -> None:
    """With its id."""
    production = Production(deployed("succeeded"))
    production.platform = view(OLD, made(42, 5), made(44, 40, stage="shifting", id="d-44"))
    production.later(minutes=60)
    (entry, *_) = production.says("mona", "/rollback production stop d-44", on=42).entries
    assert entry.why == "rollback of #42, stops d-44, which is nobody's"


def test_an_automatic_rollback_is_followed() -> None:
    """An alarm triggered it before the command."""
    back = made(41, 10, id="d-back", stage="shifting", maker="auto_rollback")
    seen = view(OLD, made(42, 5, stage="stopped", taken_back_by="d-back"), back)
    plan = foreseen(deployed(), seen)
    assert isinstance(plan, RollbackPlan)
    assert (plan.how, plan.follows) == ("follow", "d-back")


def test_after_our_deployment_the_target_is_deployed_anew_with_the_time_it_took_before() -> None:
    """A revision that CodeDeploy no longer has is not promised."""
    seen = view(replace(OLD, took=timedelta(minutes=4)), made(42, 5))
    assert foreseen(deployed("succeeded"), seen) == RollbackPlan(
        how="create", target=REFERENCES[41], about=timedelta(minutes=4)
    )
    refused = foreseen(deployed("succeeded"), replace(seen, lacking=True))
    assert isinstance(refused, Refusal)
    assert refused.code == "platform_gone"


@pytest.mark.parametrize(("moved", "how"), [(False, "there"), (True, "create"), (None, "create")])
def test_a_failure_before_traffic_moved_needs_no_deployment(moved: bool | None, how: str) -> None:
    """If it is not certain that traffic did not move, the target is deployed."""
    plan = foreseen(deployed("failed"), view(OLD, made(42, 5, stage="failed", moved=moved)))
    assert isinstance(plan, RollbackPlan)
    assert plan.how == how


def test_two_releases_of_one_content_are_rolled_back_by_the_workflow() -> None:
    """CodeDeploy cannot distinguish them."""
    here = deployed("succeeded")
    assert here.live
    same = replace(REFERENCES[41], deployment="d-42")
    here = replace(here, live=replace(here.live, platform=same))
    assert foreseen(here, view(OLD, replace(made(42, 5), revision=same))) is None


@pytest.mark.parametrize(("went_live", "known"), [(-30, True), (-70, False)])
def test_without_a_reference_the_deployment_directly_before_stands_for_the_target(
    went_live: float, known: bool
) -> None:
    """Only if no deployment succeeded since the target went live."""
    here = deployed("running")
    target = replace(live(41), live_since=NOON + timedelta(minutes=went_live))
    plan = foreseen(replace(here, live=target), view(OLD, made(42, 5, stage="shifting")))
    assert isinstance(plan, RollbackPlan) is known


# ---------------------------------------------------------------- the progress


def rolling(how: Any = "stop", halts: str | None = "d-42", *, asked: datetime | None = NOON) -> Deployment:
    """A rollback to #41 under way."""
    here = deployed("succeeded")
    assert here.live
    plan = RollbackPlan(how=how, target=REFERENCES[41], about=SWITCH, halts=halts)
    claim = lock.Claim(key="r", nonce="n", actor="mona", door="pull_request", revision=revision(41), plan=plan)
    found = lock.overtake(here, claim, here.live, NOON).deployment
    assert found
    return replace(found, halt=replace(found.halt, asked_at=asked)) if found.halt else found


STOPPED = made(42, -5, stage="stopped", taken_back_by="d-back")
BACK = made(41, 0, id="d-back", maker="auto_rollback")


@pytest.mark.parametrize(
    ("seen", "status", "clear"),
    [
        (view(OLD, made(42, -5, stage="kept")), "unknown", False),  # the stop was requested, and it does not stop yet
        (view(OLD, STOPPED, replace(BACK, stage="shifting")), "unknown", False),
        (view(OLD, STOPPED, BACK), "succeeded", False),
        (view(OLD, STOPPED, replace(BACK, revision=REFERENCES[40])), "failed", False),  # not the announced revision
        (view(OLD, STOPPED, replace(BACK, stage="failed")), "unknown", True),  # CodeDeploy had no way back
        (view(OLD, made(42, -5)), "unknown", True),  # it had ended before the stop request
        (view(OLD, replace(STOPPED, taken_back_by=None)), "unknown", False),  # not yet
        (view(OLD, made(42, -5), made(44, 1, stage="created")), "refused", False),  # another actor was faster
    ],
)
def test_the_progress_of_a_switch_back(seen: PlatformState, status: str, clear: bool) -> None:
    """Only the announced target counts as success, and only a needed deployment is created."""
    reading = progress.rollback_status(rolling(), seen, NOON + timedelta(seconds=30))
    assert (reading.status, reading.clear) == (status, clear)


@pytest.mark.parametrize(
    ("seen", "status", "clear"),
    [
        (view(OLD, made(42, -5, stage="kept")), "unknown", False),  # the stop was requested, and it does not stop yet
        (view(OLD, STOPPED, replace(BACK, stage="shifting")), "unknown", False),
        (view(OLD, STOPPED, BACK), "unknown", True),  # the one before is back, and the rollback continues
        (view(OLD, STOPPED, replace(BACK, stage="failed")), "unknown", True),  # the rollback continues all the same
        (view(OLD, STOPPED, BACK, made(44, 1, stage="created")), "refused", False),  # another actor was faster
    ],
)
def test_the_progress_of_a_rollback_past_the_revision_before(seen: PlatformState, status: str, clear: bool) -> None:
    """The revision that CodeDeploy returns to first is neither the announced target nor the end."""
    found = rolling("onward")
    assert found.grant.plan
    further = replace(found.grant.plan, target=REFERENCES[40])
    found = replace(found, grant=replace(found.grant, plan=further))
    reading = progress.rollback_status(found, seen, NOON + timedelta(seconds=30))
    assert (reading.status, reading.clear) == (status, clear)


SCALES = made(42, 1, id="d-scale", stage="shifting", maker="scaling")


@pytest.mark.parametrize(("minutes", "clear"), [(1, False), (9, False), (10, True)])
def test_a_deployment_for_instances_is_waited_for_ten_minutes_at_most(minutes: int, clear: bool) -> None:
    """Instances that do not stay up cause one such deployment after another."""
    found = rolling("create", None)
    reading = progress.rollback_status(found, view(OLD, made(42, -5), SCALES), NOON + timedelta(minutes=minutes))
    assert (reading.status, reading.clear) == ("unknown", clear)


def test_a_deployment_for_instances_does_not_change_the_live_revision() -> None:
    """Such a deployment failed, or brought the earlier revision to an instance during the next release."""
    brought = made(41, 10, id="d-scale", maker="scaling")
    for scaled in (brought, replace(brought, stage="failed", moved=None)):
        served = platform_state.what_serves(view(OLD, made(42, 5), scaled))
        assert served
        assert served.id == "d-42"
    before = platform_state.before(view(OLD, made(42, 5), replace(brought, created_at=NOON)), made(42, 5))
    assert before == OLD


def test_the_releaser_ends_the_wait_for_instances_and_others_give_a_reason() -> None:
    """This stops no deployment."""
    scaling = replace(deployed("succeeded"), activity=Activity(stage="scaling", deployment="d-scale", ours=False))
    for who, line, expected in (
        ("mona", "/unlock", None),
        ("taro", "/unlock", "reason_needed"),
        ("taro", "/unlock production it takes long", None),
    ):
        production = Production(scaling)
        production.later(minutes=30)
        assert code(production.says(who, line)) == expected
        assert (production.environment.activity is None) == (expected is None)


def test_only_a_wait_for_scaling_can_be_ended() -> None:
    """The rule itself refuses, even if a command does not check."""
    with pytest.raises(ValueError, match="does not scale"):
        lock.end_scaling(replace(deployed("succeeded"), activity=Activity(stage="kept")), NOON)


def test_a_stopped_deployment_without_an_automatic_rollback_is_replaced_after_a_minute() -> None:
    """CodeDeploy names its own rollback within that time."""
    seen = view(OLD, replace(STOPPED, taken_back_by=None))
    assert progress.rollback_status(rolling(), seen, NOON + timedelta(seconds=61)).clear


def named(grant: Grant, **more: Any) -> PlatformDeployment:
    """Our deployment for a grant."""
    known = replace(REFERENCES[41], deployment="d-new")
    return made(41, 1, id="d-new", revision=known, description=f"ghapp {grant.ticket}", **more)


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        ("created", "running"),
        ("shifting", "running"),
        ("kept", "succeeded"),
        ("succeeded", "succeeded"),
        ("failed", "failed"),
    ],
)
def test_the_progress_of_a_new_deployment_of_the_target(stage: Any, status: str) -> None:
    """The rollback succeeds when traffic has moved, not when the old instances are gone."""
    found = replace(rolling("create", None), phase="starting")
    reading = progress.rollback_status(found, view(OLD, made(42, -5), named(found.grant, stage=stage)), NOON)
    assert (reading.status, reading.run) == (status, Run("d-new", ""))


# ---------------------------------------------------------------- when the environment is free


def ended(status: Any = "failed") -> Production:
    """#42 was under way, and its run has just ended; CodeDeploy was not asked yet."""
    production = Production(environment(config=config(rollback=PLACE), live=revision(41)))
    production.merges(42)
    assert not production.says("mona", "/deploy").refusal
    production.starts()
    production.sees("running")
    production.later(minutes=1)
    production.sees(status)
    return production


def looked(
    production: Production, seen: PlatformState | None, *, nth: int | None = None, unasked: str = ""
) -> Decision:
    """The platform was observed after the run."""
    here = production.environment
    assert here.deployment
    looks = here.deployment.looks if nth is None else nth
    status: Any = here.deployment.phase
    event = RunObserved(
        environment="production",
        number=here.number,
        status=status,
        platform=seen,
        nth=looks,
        unasked=PlatformDenied(unasked) if unasked else None,
    )
    return production.apply(event)


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_an_environment_is_not_free_before_the_platform_is_idle_after_the_runs_end(status: Any) -> None:
    """With any result of the run, and at any time."""
    production = ended(status)
    production.later(hours=2)
    production.ticks()
    assert lock.is_busy(production.environment)
    assert gate.render([production.environment], gate.Change(base="main"), production.now)
    looked(production, PlatformState())
    assert not lock.is_held(production.environment, production.now)
    assert production.environment.free_since


def test_the_platform_is_observed_at_once_after_the_runs_end() -> None:
    """Earlier observations do not delay it: people must not read an outdated state for a minute."""
    production = Production(environment(config=config(rollback=PLACE), live=revision(41)))
    production.merges(42)
    assert not production.says("mona", "/deploy").refusal
    production.starts()
    seen = RunObserved(
        environment="production", number=1, status="running", platform=view(OLD, made(42, 0, stage="shifting"))
    )
    production.apply(replace(seen, run=Run(9, "u")))
    assert production.environment.activity
    production.sees("succeeded")
    step = next_step(production.environment, production.now, poll=timedelta(minutes=1))
    assert isinstance(step, Look)


def test_a_look_that_began_before_the_runs_end_does_not_free_the_environment() -> None:
    """A deployment may have begun since that look."""
    production = ended()
    assert production.environment.deployment
    looked(production, PlatformState(), nth=production.environment.deployment.looks - 1)
    assert lock.is_busy(production.environment)


def test_an_active_deployment_keeps_the_environment_busy() -> None:
    """Also a deployment that is not ours."""
    production = ended()
    looked(production, view(OLD, made(44, 90, stage="shifting")))
    assert production.environment.activity
    assert not production.environment.activity.ours
    looked(production, view(OLD, made(44, 90)))
    assert not lock.is_busy(production.environment)


def test_a_platform_that_cannot_be_asked_is_not_idle_until_a_person_decides() -> None:
    """After five minutes a person may decide."""
    production = ended()
    for _ in range(3):
        looked(production, None, unasked="AccessDeniedException")
        production.later(minutes=3)
    assert lock.is_busy(production.environment)
    (obstacle,) = obstacles.obstacles(production.environment, production.now)
    assert obstacle.stage == "unasked"
    assert production.says("mona", "/unlock").refusal
    assert not production.says("mona", "/unlock production looked there").refusal
    assert not lock.is_busy(production.environment)


def test_the_platforms_reference_to_a_live_revision_is_kept() -> None:
    """A later rollback needs the reference."""
    production = ended("succeeded")
    looked(production, view(OLD, made(42, 0.5, stage="kept")))
    assert production.environment.live
    assert production.environment.live.platform == REFERENCES[42]


def test_a_lost_answer_is_settled_by_the_next_look() -> None:
    """A deployment with the ticket in its description is followed, and none is created again."""
    here = replace(rolling("create", None), phase="starting", since=NOON)
    production = Production(replace(deployed("succeeded"), deployment=here, number=2, cooldown_until=None))
    event = RunObserved(
        environment="production", number=2, status="unknown", platform=view(OLD, made(42, -5), named(here.grant))
    )
    production.apply(event)
    assert production.environment.deployment
    assert production.environment.deployment.run == Run("d-new", "")
    assert production.environment.live
    assert production.environment.live.platform == Reference("d-new", "AppSpecContent", REFERENCES[41].sha256)


def test_a_throttled_start_begins_again_with_a_look() -> None:
    """After a throttled request no deployment exists, and none is created before another look."""
    here = replace(rolling("create", None), phase="starting", since=NOON, cleared_at=NOON)
    production = Production(replace(deployed("succeeded"), deployment=here, number=2, cooldown_until=None))
    production.apply(RunObserved(environment="production", number=2, status="throttled"))
    found = production.environment
    assert found.deployment
    assert (found.deployment.phase, found.deployment.cleared_at) == ("accepted", None)
    step = next_step(found, production.now + timedelta(seconds=5), poll=timedelta(minutes=1))
    assert isinstance(step, Look)


def test_no_deployment_is_created_on_an_old_look() -> None:
    """A worker that slept between the look and the intent looks again."""
    here = replace(rolling("create", None), cleared_at=NOON, looks=1, seen_at=NOON)
    found = replace(deployed("succeeded"), deployment=here, number=2, cooldown_until=None)
    poll = timedelta(minutes=1)
    assert isinstance(next_step(found, NOON + timedelta(seconds=9), poll=poll), Start)
    assert isinstance(next_step(found, NOON + timedelta(seconds=11), poll=poll), Look)


@pytest.mark.parametrize(("poll", "again"), [(1, 1), (60, 5)])
def test_a_rollback_is_looked_at_as_often_as_the_settings_say_and_every_five_seconds_at_least(
    poll: int, again: int
) -> None:
    """Traffic may be back within seconds, and people wait for it."""
    here = replace(rolling("create", None), looks=1, seen_at=NOON)
    found = replace(deployed("succeeded"), deployment=here, number=2, cooldown_until=None)
    interval = timedelta(seconds=poll)
    assert due_at(found, NOON, poll=interval) == NOON + timedelta(seconds=again)
    assert next_step(found, NOON + timedelta(seconds=again - 0.5), poll=interval) is None
    assert isinstance(next_step(found, NOON + timedelta(seconds=again), poll=interval), Look)


def test_the_platform_is_observed_at_once_after_it_was_asked_to_end_its_wait() -> None:
    """It may end within a second, and the next person waits for it; afterwards it is observed at intervals."""
    poll, deployment = timedelta(minutes=1), deployed("succeeded").deployment
    assert deployment
    activity = Activity(stage="kept", deployment="d-42", ending="wanted", ending_since=NOON, ending_by="mona")
    waiting = replace(deployed("succeeded", ended=0), activity=activity, deployment=replace(deployment, seen_at=NOON))
    production = Production(waiting)
    production.later(seconds=5)
    assert isinstance(next_step(production.environment, production.now, poll=poll), Finish)
    production.apply(PlatformWaitEnded("production", deployment.grant.number, "d-42"))
    assert isinstance(next_step(production.environment, production.now, poll=poll), Look)
    looked(production, view(OLD, made(42, 0.5, stage="kept")))
    assert next_step(production.environment, production.now, poll=poll) is None
    production.later(seconds=10)
    assert isinstance(next_step(production.environment, production.now, poll=poll), Look)


# ---------------------------------------------------------------- the texts


def kept() -> Environment:
    """#42 is live, and the instances before it are kept for half an hour."""
    activity = Activity(NOON + timedelta(minutes=30), NOON + timedelta(minutes=30), stage="kept", deployment="d-42")
    return replace(deployed("succeeded", ended=0), activity=activity)


def test_the_kept_instances_are_shown_in_every_place() -> None:
    """Until when, and the command that ends it."""
    here = kept()
    (obstacle,) = obstacles.obstacles(here, NOON)
    assert (obstacle.stage, obstacle.until) == ("kept", NOON + timedelta(minutes=30))
    shown = gate.render([here], gate.Change(base="main"), NOON)
    assert shown
    assert (
        shown.description
        == "production: #42 is deployed (mona), previous version kept; free from 14:12 JST at the earliest"
    )
    assert here.deployment
    assert comment.number(here, here.deployment, now=NOON).splitlines()[2] == (
        "The previous version is kept until 14:12 JST: until then `/rollback production` takes about a minute. If "
        "all is well, `/unlock production` drops it and unlocks production."
    )
    lines = prompt.render(here, 42, GitHub(), web="https://github.com", now=NOON)
    assert lines
    assert lines[-1] == "The previous version is kept until 14:12 JST: until then a rollback takes about a minute."


def test_the_same_in_japanese() -> None:
    here = in_japanese(kept())
    assert here.deployment
    grant = replace(here.deployment.grant, config=here.config)
    here = replace(here, deployment=replace(here.deployment, grant=grant))
    assert here.deployment
    shown = gate.render([here], gate.Change(base="main"), NOON)
    assert shown
    assert shown.description == ("production: #42 をデプロイ済み (mona)、1つ前の環境を保持中。14:12 JST 以降に空く予定")
    assert comment.number(here, here.deployment, now=NOON).splitlines()[2] == (
        "1つ前の環境を 14:12 JST まで残しています。それまでは `/rollback production` で1分ほどで切り戻せます。"
        "問題なければ `/unlock production` で1つ前の環境を終了し、production のロックを解除できます。"
    )


HOW: dict[str, str] = {
    "onward": (
        "CodeDeploy first rolls back to the previous version, then deploys the target from there: about 1 min. "
        "Database changes stay."
    ),
    "stop": "CodeDeploy switches back to the previous version, which is still up: about 1 min. Database changes stay.",
    "follow": "CodeDeploy is already rolling back automatically: about 1 min. Database changes stay.",
    "create": "The previous version is no longer up: CodeDeploy deploys it again, about 1 min. Database changes stay.",
    "there": "The target is already live in CodeDeploy: about 1 min to confirm that. Database changes stay.",
}


@pytest.mark.parametrize("how", HOW)
def test_the_strategy_of_a_rollback_is_shown_before_it_starts(how: str) -> None:
    """With the expected duration."""
    here = deployed("succeeded")
    found = rolling(how, None)
    assert comment.number(replace(here, deployment=found), found, now=NOON).splitlines()[3] == HOW[how]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "`d-44` is stopped for this. ghapp does not know who started it; mona named it.",
                "CodeDeploy's current deployment is ended without rolling back, then the target is deployed again: "
                "about 1 min. Database changes stay.",
            ],
        ),
        (
            "ja",
            [
                "そのために `d-44` を停止します (誰が開始したデプロイかは不明ですが、mona が停止を指定しました)。",
                "CodeDeploy で進行中のデプロイを、1つ前の環境に戻さずに終わらせてから、"
                "戻し先をもう一度デプロイします。1分ほどの見込みです。DB の変更は戻りません。",
            ],
        ),
    ],
)
def test_the_deployment_that_a_rollback_stops_is_shown_before_it_starts(language: Any, lines: list[str]) -> None:
    """If its owner is unknown, the person who named it is shown."""
    here = deployed("succeeded")
    here = in_japanese(here) if language == "ja" else here
    assert here.live
    plan = RollbackPlan(how="create", target=REFERENCES[41], about=SWITCH, halts="d-44", consented=True)
    claim = lock.Claim(key="r", nonce="n", actor="mona", door="pull_request", revision=revision(41), plan=plan)
    found = lock.overtake(here, claim, here.live, NOON)
    assert found.deployment
    assert comment.number(found, found.deployment, now=NOON).splitlines()[3:5] == lines


def test_a_rollback_is_never_shown_as_a_release() -> None:
    """The gate, and the messages of both releases."""
    here = replace(deployed("succeeded"), deployment=rolling(), cooldown_until=None)
    shown = gate.render([here], gate.Change(base="main"), NOON)
    assert shown
    assert shown.description == "production: being rolled back to #41 (mona)"
    for number in (41, 42):
        lines = prompt.render(here, number, GitHub(), web="https://github.com", now=NOON)
        assert lines
        assert lines[0] == ":rewind: production is being rolled back from #42 to #41 (production-2, by mona)."
