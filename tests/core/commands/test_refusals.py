"""Sentences for states that no other test reaches, each from the decision that produces it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from ghapp.core.config.model import NotAllowed, Window
from ghapp.core.model.dispatch_refusal import Code, DispatchRefusal
from ghapp.core.model.environment import AWAITING_KEPT, Activity, Environment
from ghapp.core.model.events import CheckButtonPressed
from ghapp.core.model.facts import Checks, Comparison, Context, Files
from ghapp.core.model.platform import PlatformDenied, PlatformState
from ghapp.core.views import slack
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live, release, sha
from tests.core.handlers.test_from_slack import presses
from tests.core.rollback.test_rollback_plan import OLD, deployed, ended, looked, made, revision, rolling, view
from tests.core.rules.test_holds import rolling_back, under_way

FROZEN = Window(reason="moving house")  # every day, all day


def was(*numbers: int, **more: Any) -> Environment:
    """The first is live, the others were before, newest first."""
    newest, *before = numbers
    return replace(under_way("succeeded"), live=live(newest), earlier=tuple(map(live, before)), **more)


def all_of_it(production: Production) -> None:
    """Types every command that people use in a state: status, release, rollback, end."""
    for line in ("/status", "/help", "/deploy production #44", "/unlock", "/cancel", "/lock 1h"):
        production.says("mona", line, on=44)


# ---------------------------------------------------------------- typed commands


@pytest.mark.parametrize(
    ("found", "line", "on", "expected"),
    [
        (was(42, 41), "/rollback", 44, "rollback_elsewhere"),
        (was(42, 41), "/rollback to #40", 42, "never_live"),
        (was(42), "/rollback to #40", 42, "never_live"),
        (was(42), "/rollback", 42, "nothing_before"),
        (rolling_back("running"), "/rollback", 42, "rolling_back"),
        (was(42, 41), "/rollback production to 41", 42, "bad_target"),
        (was(42, 41), "/rollback production it broke checkout", 42, "no_reason"),
        (was(42, 41), "/deploy production #42 with tomorrow", 42, "bad_with"),
        (rolling_back("running"), "/unlock", 42, "rollback_under_way"),
        (was(42, 41), "/deploy production #4\u0661", 42, "not_ascii"),
        (was(42, 41), f"/lock production 1h {'x' * 4000}", 42, "too_long"),
        (was(42, 41), "/deploy #99999", 42, "no_such_pull"),
    ],
)
def test_each_refusal_has_its_code(found: Environment, line: str, on: int, expected: str) -> None:
    assert code(Production(found).says("mona", line, on=on)) == expected


@pytest.mark.parametrize("found", [rolling_back("running"), rolling_back("accepted"), under_way("running")])
def test_every_command_is_answered_during_an_attempt(found: Environment) -> None:
    """Soon after the start, and when the attempt takes longer than planned."""
    for hours in (0, 2):
        production = Production(found)
        production.later(hours=hours)
        production.merges(44)
        all_of_it(production)


def test_a_cancel_names_the_stage_it_reached() -> None:
    """Before the run, a second time, and where an overtaken run never ends."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.says("mona", "/deploy")
    told, *in_channel = production.says("mona", "/cancel").notices
    assert told.code == "cancelled_at_once"
    assert [one.destination.channel for one in in_channel] == ["C024BE91L"]
    production.later(minutes=1)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    assert not production.says("mona", "/cancel").refusal
    assert code(production.says("mona", "/cancel")) == "being_cancelled"
    production.merges(44)
    all_of_it(production)
    production.says("mona", "/rollback")
    production.later(hours=2)
    assert code(production.says("taro", "/unlock")) == "reason_needed"
    assert {one.code for one in production.says("taro", "/unlock production it hangs").notices} == {"dropped"}


def test_a_second_deploy_of_the_same_person_is_refused_during_the_cool_down() -> None:
    """The refusal is `locked`; the holder may end the cool-down."""
    production = Production(environment())
    production.releases(42, "mona")
    production.merges(44)
    assert code(production.says("mona", "/deploy", on=44)) == "locked"


# ---------------------------------------------------------------- rules


class GrownApart(Production):
    """The branch was rewritten: no commit contains another."""

    def comparison(self, base: str, head: str) -> Comparison:
        """Every commit is on the branch and contains no other."""
        return Comparison("behind" if base == "main" else "diverged", frozenset())


def test_a_commit_that_diverged_from_the_live_one_is_not_released() -> None:
    """Its release would undo the live one."""
    production = GrownApart(environment(live=live(41)))
    production.merges(42)
    assert code(production.says("mona", "/deploy")) == "diverged"


def test_checks_are_listed_by_their_state() -> None:
    """Failed checks first, then running ones, then missing ones."""
    reported = [("tests", "failing"), ("lint", "running")]
    contexts = tuple(Context(name=name, state=state, required=True) for name, state in reported)  # type: ignore[arg-type]
    production = Production(
        environment(config=config(require=replace(config().require, checks=("tests", "lint", "e2e"))))
    )
    production.checks[sha(42)] = Checks(contexts)
    production.merges(42)
    (told,) = production.says("mona", "/deploy").notices
    assert (told.values["failing"], told.values["running"], told.values["missing"]) == (["tests"], ["lint"], ["e2e"])


def test_paths_with_a_warning_are_shown_before_and_after_the_deploy() -> None:
    """In the prompt, in the button's confirmation, and in the number's comment."""
    production = Production(environment(config=config(warn_paths=("db/**",))))
    production.files[42] = Files(frozenset({"db/1.sql"}))
    production.merges(42)
    assert production.environment.awaiting[0].warns
    assert not production.says("mona", "/deploy").refusal


def test_a_merge_that_is_already_live_when_it_arrives_gets_a_notice() -> None:
    """The merger may wait for a prompt."""
    told = Production(environment(live=live(44))).merges(42, at=NOON - timedelta(hours=2))
    assert [notice.code for notice in told.notices] == ["merged_live"]


def test_a_freeze_without_an_end_is_shown_in_every_place() -> None:
    production = Production(environment(config=config(freeze=(FROZEN,)), live=live(41)))
    production.merges(44)
    all_of_it(production)
    assert code(production.says("mona", "/deploy", on=44)) == "locked"


@pytest.mark.parametrize("minutes", [30, 20])
def test_a_pull_request_rolled_back_in_one_environment_and_waiting_in_another_is_shown_in_both(minutes: int) -> None:
    """One message covers both, with the release that came after it where that is known."""
    until = NOON - timedelta(minutes=30)
    past, after = replace(live(42), live_until=until), NOON - timedelta(minutes=minutes)
    production = Production(environment(live=replace(live(41), live_since=after), barred=(past,)))
    staging = replace(environment(awaiting=(release(42),)), name="staging")
    production.environments["staging"] = staging
    both = {"production": config(), "staging": config()}
    production.config = replace(production.config, environments=both)
    assert production.merges(44).changed


# ---------------------------------------------------------------- runs that do not begin, and runs of unknown end


def test_a_cancelled_run_that_github_no_longer_shows_is_lost() -> None:
    """Four minutes after the last observation; then a person has to confirm that no run is under way."""
    production = Production(environment())
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    production.says("mona", "/cancel")
    production.later(minutes=5)
    assert {notice.code for notice in production.ticks().notices} == {"lost"}
    assert production.environment.deployment
    assert production.environment.deployment.phase == "lost"
    assert not production.says("taro", "/unlock production none is running").refusal


def test_a_run_that_waits_for_a_reviewer_gets_a_notice() -> None:
    """The notice names the reviewer as the reason for the wait."""
    production = Production(environment())
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("waiting")
    production.later(hours=1)
    assert {notice.code for notice in production.ticks().notices} == {"waits_reviewer"}


@pytest.mark.parametrize("refused", get_args(Code))
def test_each_reason_why_github_refuses_a_dispatch_has_its_sentence(refused: Code) -> None:
    """For a release and for a rollback."""
    for production in (Production(environment(live=live(41))), Production(was(42, 41))):
        production.merges(44)
        production.says("mona", "/deploy" if production.environment.number == 0 else "/rollback production", on=44)
        production.starts()
        production.sees("refused", run=None, detail=str(DispatchRefusal(refused, "sha")))


def test_a_call_is_edited_when_its_turn_is_over() -> None:
    """A turn ends by its use, a pass, a skip, a new call or another release; or a hold stands in the way."""
    for then in ("/deploy production #42", "pass", "skip", "/lock production 1h", "gone"):
        production = Production(environment())
        production.merges(42)
        production.merges(44)
        production.later(minutes=40)
        production.ticks()
        if then.startswith("/"):
            production.says("mona", then)
        elif then == "gone":
            production.says("hanako", "/deploy", on=44)
        else:
            presses(production, then, 42)
        production.later(hours=2)
        production.ticks()
        production.ticks()
    later = Production(environment())
    for number in (40, 42, 44):
        later.merges(number)
        later.later(minutes=40)
        later.ticks()
        if number != 40:
            later.says("mona", "/deploy", on=number)
            later.starts()
            later.sees("succeeded")
            later.later(hours=2)
            later.ticks()


@pytest.mark.parametrize("start", ["starting", "queued"])
def test_a_rollback_is_shown_in_each_of_its_states(start: Any) -> None:
    """The run is under way, then lost."""
    production = Production(rolling_back(start))
    production.sees("running")
    lost = Production(rolling_back("starting"))
    lost.later(minutes=10)
    lost.sees("missing", run=None)
    assert lost.environment.deployment
    assert lost.environment.deployment.phase == "lost"
    all_of_it(lost)


def test_a_release_that_lost_its_place_in_line_reads_how_to_deploy() -> None:
    """It was to ship along with the failed release, and a hundred pull requests were merged meanwhile."""
    production = Production(environment())
    production.merges(41)
    production.merges(42)
    production.says("mona", "/deploy", on=42)
    production.starts()
    one = release(44)
    many = tuple(replace(one, pull=replace(one.pull, number=number)) for number in range(200, 200 + AWAITING_KEPT))
    production.environments["production"] = replace(production.environment, awaiting=many)
    (changed,) = production.sees("failed").changed
    told = slack.prompt([changed], 41, web="https://github.com", now=production.now)
    assert told
    assert "#41" in told.text
    assert "/deploy production #41" in told.text


# ---------------------------------------------------------------- buttons of the check


def clicks(production: Production, button: Any, number: int, *, painted: int | None = None) -> str | None:
    """A person presses a button that was rendered at the number `painted`, else at the current one."""
    production.comments += 1
    event = CheckButtonPressed(
        repository=REPOSITORY,
        key=f"click/{production.comments}",
        environment="production",
        number=number,
        head=sha(number + 100),
        offered_at_number=production.environment.number if painted is None else painted,
        button=button,
        author="mona",
        at=production.now,
    )
    return code(production.apply(event))


@pytest.mark.parametrize("button", ["deploy", "rollback", "unlock"])
def test_a_press_that_cannot_be_carried_out_is_refused(button: Any) -> None:
    """A stale button, and one that does not fit the state."""
    assert clicks(Production(was(42, 41)), button, 42, painted=9) == "button_over"
    locked = Production(environment(live=live(41)))
    locked.says("taro", "/lock production 1h")
    assert clicks(locked, button, 44) == "button_gone"


# ---------------------------------------------------------------- CodeDeploy


def at_codedeploy(found: Environment, seen: PlatformState | PlatformDenied) -> Production:
    """The environment half an hour later, with CodeDeploy's state."""
    production = Production(found)
    production.later(minutes=30)
    production.platform = seen
    return production


OURS = made(42, 5, took=timedelta(minutes=3))
SCALES = made(42, 25, id="d-SCALE", stage="shifting", maker="scaling")
UNTIL = NOON + timedelta(hours=1)


@pytest.mark.parametrize("until", [None, UNTIL])
@pytest.mark.parametrize("stage", ["shifting", "kept", "unasked", "scaling"])
def test_every_command_is_answered_while_codedeploy_is_busy(stage: Any, until: Any) -> None:
    """With and without a known end time; a person who looked may end its wait."""
    activity = Activity(busy_until=until, quick_rollback_until=until, stage=stage if stage != "unasked" else "shifting")
    if stage == "unasked":
        activity = replace(activity, unasked_since=NOON)
    found = replace(deployed("succeeded"), activity=activity, cooldown_until=until)
    production = at_codedeploy(found, view(OLD, OURS))
    production.merges(44)
    production.says("taro", "/unlock", on=44)
    all_of_it(production)
    production.says("taro", "/unlock production looked at it", on=44)
    production.ticks()
    all_of_it(production)


NO_REFERENCE = replace(deployed("succeeded"), earlier=(replace(live(41), live_since=NOON - timedelta(days=9)),))
LEADS = (replace(live(41), live_since=NOON - timedelta(days=9)), revision(40))


@pytest.mark.parametrize(
    ("found", "seen", "line", "expected"),
    [
        (deployed("succeeded"), PlatformDenied("AccessDenied"), "/rollback", "platform_denied"),
        (deployed("succeeded"), PlatformDenied("not allowed", claimed_by="acme/toy"), "/rollback", "target_claimed"),
        (deployed("succeeded"), PlatformDenied("not allowed", claimed_by=""), "/rollback", "target_claimed"),
        (deployed("succeeded"), view(OLD, OURS, made(44, 25, stage="shifting")), "/rollback", "platform_foreign"),
        (deployed("succeeded"), view(OLD, OURS), "/rollback production stop d-44", "platform_not_at"),
        (deployed("succeeded"), view(OLD, OURS, SCALES), "/rollback production stop d-SCALE", "platform_scaling"),
        (
            deployed("succeeded"),
            view(OLD, OURS, made(44, 25, stage="kept", maker="stack")),
            "/rollback",
            "platform_stack",
        ),
        (deployed("succeeded"), view(OLD, OURS, SCALES), "/rollback", None),  # after the scaling has ended
        (deployed("succeeded"), PlatformState((OURS,), lacking=True), "/rollback", "platform_gone"),
        (NO_REFERENCE, view(OLD, replace(OURS, stage="kept")), "/rollback", "platform_elsewhere"),
        (
            replace(deployed("succeeded"), earlier=LEADS),
            view(made(40, -90), replace(OURS, stage="kept")),
            "/rollback",
            "platform_elsewhere",
        ),
        (deployed("succeeded"), view(OLD, replace(OURS, stage="kept")), "/rollback", None),  # stop
        (deployed("succeeded"), view(OLD, OURS), "/rollback", None),  # create
        (deployed("succeeded"), view(OLD, replace(OURS, stage="kept", stands_by=False)), "/rollback", None),
        (deployed("succeeded"), view(OLD, made(40, -90), OURS), "/rollback to #40", None),
        (deployed("succeeded"), view(OLD, OURS, made(41, 10)), "/rollback", None),  # that revision serves already
        (
            deployed("succeeded"),
            view(OLD, replace(OURS, stage="stopped"), made(41, 9, id="d-9", maker="auto_rollback", stage="shifting")),
            "/rollback",
            None,  # CodeDeploy goes back by itself
        ),
        (replace(deployed("succeeded"), earlier=()), view(OLD, OURS), "/rollback", None),  # to one never released here
        (
            replace(deployed("succeeded"), earlier=()),
            view(replace(OLD, description="by hand"), replace(OURS, stage="kept")),
            "/rollback",
            None,
        ),
    ],
)
def test_a_rollback_by_codedeploy_is_planned_or_refused(
    found: Environment, seen: PlatformState | PlatformDenied, line: str, expected: str | None
) -> None:
    """The plan with both ends of it; else the obstacle, and the command that confirms it."""
    production = at_codedeploy(found, seen)
    assert code(production.says("mona", line)) == expected
    if expected is None:
        production.says("mona", "/status")
        production.starts()
        assert code(production.says("mona", "/cancel")) == "cancel_way_back"
        production.sees("failed", detail="the load balancer is full")


@pytest.mark.parametrize("lacks", ["setting", "rule"])
def test_a_target_that_is_not_allowed_is_named_with_the_missing_line(lacks: str) -> None:
    """The live revision is unknown there, and CodeDeploy is not asked."""
    target = "codedeploy:app/app-prod"
    refused = NotAllowed(target=target, file="acme/policies/.github/ghapp.yml", **{lacks: f"acme/shop={target}"})
    found = deployed("succeeded")
    production = at_codedeploy(
        replace(found, config=replace(found.config, not_allowed=refused)), PlatformDenied(refused.why, lacks=refused)
    )
    assert code(production.says("mona", "/rollback")) == "target_not_allowed"
    (status,) = production.says("mona", "/status").notices
    (described,) = status.values["environments"]
    assert described["not_allowed"] == target


def test_a_change_by_codedeploy_after_the_run_gets_a_notice() -> None:
    """CodeDeploy takes a good end back, or completes a bad one."""
    for status, stage, told in (
        ("succeeded", "failed", "platform_failed"),
        ("failed", "succeeded", "platform_went_on"),
    ):
        production = ended(status)
        seen = view(OLD, made(42, 0.5, stage=stage, error="no health"))
        notices = looked(production, seen)
        assert {notice.code for notice in notices.notices} == {told}


def test_a_failed_rollback_by_codedeploy_is_shown() -> None:
    """The sentence includes CodeDeploy's message."""
    production = Production(replace(deployed("succeeded"), deployment=rolling(), cooldown_until=None))
    production.sees("failed", detail="the load balancer is full")


def test_status_names_a_rollback_target_that_was_never_released_here() -> None:
    """Before any command is typed."""
    production = at_codedeploy(replace(deployed("succeeded"), earlier=()), view(OLD, OURS))
    (told,) = production.says("mona", "/status").notices
    assert told.values["environments"][0]["asks"]
