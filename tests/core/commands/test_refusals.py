"""What people read in states that no other story reaches: each sentence from the decision that says it."""

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
    """The first is live, the others were, newest first."""
    newest, *before = numbers
    return replace(under_way("succeeded"), live=live(newest), earlier=tuple(map(live, before)), **more)


def all_of_it(production: Production) -> None:
    """What anybody asks in a state: the status, a release, the way back, an end."""
    for line in ("/status", "/help", "/deploy production #44", "/unlock", "/cancel", "/lock 1h"):
        production.says("mona", line, on=44)


# ---------------------------------------------------------------- what is typed


@pytest.mark.parametrize(
    ("found", "line", "on", "expected"),
    [
        (was(42, 41), "/rollback", 44, "rollback_elsewhere"),
        (was(42, 41), "/rollback to #40", 42, "never_live"),
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
def test_what_is_not_carried_out_is_said(found: Environment, line: str, on: int, expected: str) -> None:
    """With the next step."""
    assert code(Production(found).says("mona", line, on=on)) == expected


@pytest.mark.parametrize("found", [rolling_back("running"), rolling_back("accepted"), under_way("running")])
def test_whatever_is_asked_while_something_is_under_way_is_answered(found: Environment) -> None:
    """Soon after it began, and when it takes longer than planned."""
    for hours in (0, 2):
        production = Production(found)
        production.later(hours=hours)
        production.merges(44)
        all_of_it(production)


def test_a_cancel_says_how_far_it_got() -> None:
    """Before the run, again, and where nobody ends what it waits for."""
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


def test_who_released_it_ends_their_own_cool_down() -> None:
    """Nobody has to be asked for that."""
    production = Production(environment())
    production.releases(42, "mona")
    production.merges(44)
    assert code(production.says("mona", "/deploy", on=44)) == "locked"


# ---------------------------------------------------------------- rules


class GrownApart(Production):
    """The branch was rewritten: no commit contains another."""

    def comparison(self, base: str, head: str) -> Comparison:
        """On the branch, and beside everything else."""
        return Comparison("behind" if base == "main" else "diverged", frozenset())


def test_what_has_grown_apart_is_not_released() -> None:
    """It would undo a release."""
    production = GrownApart(environment(live=live(41)))
    production.merges(42)
    assert code(production.says("mona", "/deploy")) == "diverged"


def test_checks_are_named_by_what_became_of_them() -> None:
    """What failed first, then what runs, then what nobody reported."""
    reported = [("tests", "failing"), ("lint", "running")]
    contexts = tuple(Context(name=name, state=state, required=True) for name, state in reported)  # type: ignore[arg-type]
    production = Production(
        environment(config=config(require=replace(config().require, checks=("tests", "lint", "e2e"))))
    )
    production.checks[sha(42)] = Checks(contexts)
    production.merges(42)
    (told,) = production.says("mona", "/deploy").notices
    assert (told.values["failing"], told.values["running"], told.values["missing"]) == (["tests"], ["lint"], ["e2e"])


def test_migrations_are_warned_of_before_and_after() -> None:
    """In the prompt, in what the button asks, and in the number's comment."""
    production = Production(environment(config=config(warn_paths=("db/**",))))
    production.files[42] = Files(frozenset({"db/1.sql"}))
    production.merges(42)
    assert production.environment.awaiting[0].warns
    assert not production.says("mona", "/deploy").refusal


def test_a_merge_that_was_released_before_it_was_heard_of_is_told_to_be_live() -> None:
    """Where somebody may wait for a prompt."""
    told = Production(environment(live=live(44))).merges(42, at=NOON - timedelta(hours=2))
    assert [notice.code for notice in told.notices] == ["merged_live"]


def test_a_freeze_without_an_end_is_said_so() -> None:
    """Everywhere."""
    production = Production(environment(config=config(freeze=(FROZEN,)), live=live(41)))
    production.merges(44)
    all_of_it(production)
    assert code(production.says("mona", "/deploy", on=44)) == "locked"


@pytest.mark.parametrize("minutes", [30, 20])
def test_what_was_rolled_back_in_one_environment_and_waits_in_another_is_told_of_both(minutes: int) -> None:
    """In one message, with what came after it where that is known."""
    until = NOON - timedelta(minutes=30)
    past, after = replace(live(42), live_until=until), NOON - timedelta(minutes=minutes)
    production = Production(environment(live=replace(live(41), live_since=after), barred=(past,)))
    staging = replace(environment(awaiting=(release(42),)), name="staging")
    production.environments["staging"] = staging
    both = {"production": config(), "staging": config()}
    production.config = replace(production.config, environments=both)
    assert production.merges(44).changed


# ---------------------------------------------------------------- runs that do not begin, or end for certain


def test_a_cancelled_run_that_github_shows_no_more_is_lost() -> None:
    """Four minutes after it was seen last; then somebody has to say that none is under way."""
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


def test_a_run_that_waits_for_a_reviewer_is_told_to_do_so() -> None:
    """Again and again."""
    production = Production(environment())
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("waiting")
    production.later(hours=1)
    assert {notice.code for notice in production.ticks().notices} == {"waits_reviewer"}


@pytest.mark.parametrize("refused", get_args(Code))
def test_what_github_refuses_to_start_is_said_in_our_own_words(refused: Code) -> None:
    """Of a release, and of the way back."""
    for production in (Production(environment(live=live(41))), Production(was(42, 41))):
        production.merges(44)
        production.says("mona", "/deploy" if production.environment.number == 0 else "/rollback production", on=44)
        production.starts()
        production.sees("refused", run=None, detail=str(DispatchRefusal(refused, "sha")))


def test_a_call_is_edited_when_its_turn_is_over() -> None:
    """Used, passed, skipped, called again, done without it; and in the way of another."""
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
def test_a_rollback_is_told_through_all_that_becomes_of_it(start: Any) -> None:
    """Under way, and lost."""
    production = Production(rolling_back(start))
    production.sees("running")
    lost = Production(rolling_back("starting"))
    lost.later(minutes=10)
    lost.sees("missing", run=None)
    assert lost.environment.deployment
    assert lost.environment.deployment.phase == "lost"
    all_of_it(lost)


def test_what_has_no_place_in_line_any_more_is_told_so() -> None:
    """It was to ship along with what failed, and a hundred were merged meanwhile."""
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
    """Somebody presses it where it stood at that number, else at the one of now."""
    production.comments += 1
    event = CheckButtonPressed(
        repository=REPOSITORY,
        key=f"click/{production.comments}",
        environment="production",
        number=number,
        head=sha(number + 100),
        painted=production.environment.number if painted is None else painted,
        button=button,
        author="mona",
        at=production.now,
    )
    return code(production.apply(event))


@pytest.mark.parametrize("button", ["deploy", "rollback", "unlock"])
def test_a_press_is_answered_with_what_was_pressed(button: Any) -> None:
    """Where it is stale, and where it does not fit."""
    assert clicks(Production(was(42, 41)), button, 42, painted=9) == "button_over"
    locked = Production(environment(live=live(41)))
    locked.says("taro", "/lock production 1h")
    assert clicks(locked, button, 44) == "button_gone"


# ---------------------------------------------------------------- CodeDeploy


def at_codedeploy(found: Environment, seen: PlatformState | PlatformDenied) -> Production:
    """The world around it half an hour later, and what CodeDeploy says."""
    production = Production(found)
    production.later(minutes=30)
    production.platform = seen
    return production


OURS = made(42, 5, took=timedelta(minutes=3))
SCALES = made(42, 25, id="d-SCALE", stage="shifting", maker="scaling")
UNTIL = NOON + timedelta(hours=1)


@pytest.mark.parametrize("until", [None, UNTIL])
@pytest.mark.parametrize("stage", ["shifting", "kept", "unasked", "scaling"])
def test_while_codedeploy_is_busy_everything_that_is_asked_is_answered(stage: Any, until: Any) -> None:
    """With and without a time by which it is done; and whoever looked may end its wait."""
    activity = Activity(busy_until=until, way_back=until, stage=stage if stage != "unasked" else "shifting")
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
        (deployed("succeeded"), view(OLD, OURS, SCALES), "/rollback", None),  # after that has ended
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
        (deployed("succeeded"), view(OLD, OURS, made(41, 10)), "/rollback", None),  # it serves already
        (
            deployed("succeeded"),
            view(OLD, replace(OURS, stage="stopped"), made(41, 9, id="d-9", maker="way_back", stage="shifting")),
            "/rollback",
            None,  # it goes back by itself
        ),
        (replace(deployed("succeeded"), earlier=()), view(OLD, OURS), "/rollback", None),  # to what nobody released
        (
            replace(deployed("succeeded"), earlier=()),
            view(replace(OLD, description="by hand"), replace(OURS, stage="kept")),
            "/rollback",
            None,
        ),
    ],
)
def test_a_way_back_by_codedeploy_is_named_or_refused(
    found: Environment, seen: PlatformState | PlatformDenied, line: str, expected: str | None
) -> None:
    """How it goes, from where to where; else what stands in its way, and the line that means it."""
    production = at_codedeploy(found, seen)
    assert code(production.says("mona", line)) == expected
    if expected is None:
        production.says("mona", "/status")
        production.starts()
        assert code(production.says("mona", "/cancel")) == "cancel_way_back"
        production.sees("failed", detail="the load balancer is full")


@pytest.mark.parametrize("lacks", ["setting", "rule"])
def test_a_target_that_is_not_allowed_is_named_with_the_line_that_is_missing(lacks: str) -> None:
    """What serves there is unknown, and CodeDeploy is not asked."""
    target = "codedeploy:app/app-prod"
    refused = NotAllowed(target=target, file="acme/policies/.github/ghapp.yml", **{lacks: f"acme/shop={target}"})
    found = deployed("succeeded")
    production = at_codedeploy(
        replace(found, config=replace(found.config, not_allowed=refused)), PlatformDenied("was asked")
    )
    assert code(production.says("mona", "/rollback")) == "target_not_allowed"
    (status,) = production.says("mona", "/status").notices
    (described,) = status.values["environments"]
    assert described["not_allowed"] == target


def test_what_codedeploy_makes_of_it_after_the_run_is_told() -> None:
    """Taken back after a good end, brought out after a bad one."""
    for status, stage, told in (
        ("succeeded", "failed", "platform_failed"),
        ("failed", "succeeded", "platform_went_on"),
    ):
        production = ended(status)
        seen = view(OLD, made(42, 0.5, stage=stage, error="no health"))
        notices = looked(production, seen)
        assert {notice.code for notice in notices.notices} == {told}


def test_a_rollback_by_codedeploy_is_told_at_its_end() -> None:
    """With what CodeDeploy said."""
    production = Production(replace(deployed("succeeded"), deployment=rolling(), cooldown_until=None))
    production.sees("failed", detail="the load balancer is full")


def test_status_names_a_way_back_that_was_never_released_here() -> None:
    """Before anything is typed."""
    production = at_codedeploy(replace(deployed("succeeded"), earlier=()), view(OLD, OURS))
    (told,) = production.says("mona", "/status").notices
    assert told.values["environments"][0]["asks"]
