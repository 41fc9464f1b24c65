"""An attempt that is already ending or over is shown as such, without advice that was already taken."""

import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Language
from ghapp.core.model.environment import Activity
from ghapp.core.rules import obstacles
from ghapp.core.views import check_run, comment, prompt
from ghapp.core.views.markup import Plain
from tests.core.build import NOON, Production, code, environment, in_japanese, live, pull

WEB = "https://github.com"


def under_way() -> Production:
    """mona's #42 is being released, and #44 waits."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    assert not production.says("mona", "/deploy").refusal
    production.starts()
    production.sees("running")
    production.merges(44)
    return production


def said(production: Production, line: str, *, on: int = 44) -> str:
    """The answer to mona."""
    notice, *_ = production.says("mona", line, on=on).notices
    return comment.notice(notice, now=production.now)


def test_a_cancelled_attempt_is_an_obstacle_that_names_the_canceller() -> None:
    """Its end time is unknown; `/cancel` and `/unlock` are proposed nowhere."""
    production = under_way()
    production.says("taro", "/cancel production why not")
    production.says("taro", "/cancel production")
    (obstacle,) = obstacles.obstacles(production.environment, production.now)
    assert (obstacle.stage, obstacle.by, obstacle.until) == ("cancelling", "taro", None)
    for line in ("/deploy", "/status"):
        told = said(production, line)
        assert "is being cancelled by taro" in told
        assert "/cancel" not in told
        assert "/unlock" not in told
    assert code(production.says("mona", "/unlock")) == "being_cancelled"


def test_an_ended_platform_wait_is_an_obstacle_that_names_its_actor() -> None:
    """The end time that the platform still expects is not shown."""
    production = under_way()
    production.sees("succeeded")
    kept = Activity(
        stage="kept", busy_until=NOON + timedelta(minutes=30), quick_rollback_until=NOON + timedelta(minutes=30)
    )
    production.environments["production"] = replace(production.environment, activity=kept)
    production.says("mona", "/unlock production looks good", on=42)
    (obstacle,) = obstacles.obstacles(production.environment, production.now)
    assert (obstacle.stage, obstacle.by, obstacle.until) == ("ending", "mona", None)
    for line in ("/deploy", "/status"):
        told = said(production, line)
        assert "mona has ended CodeDeploy's wait" in told
        assert "14:12" not in told
        assert "/unlock" not in told
    assert code(production.says("mona", "/unlock")) == "wait_ends"
    assert "/unlock" not in said(production, "/cancel")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("deployment", ["d-42", ""])
def test_an_unlock_while_the_platform_switches_is_refused_with_the_way_to_undo_it(
    language: Language, deployment: str
) -> None:
    """The platform's deployment is named once it is known."""
    production = under_way()
    production.sees("succeeded")
    shifting = Activity(stage="shifting", deployment=deployment)
    production.environments["production"] = replace(production.environment, activity=shifting)
    if language == "ja":
        production.environments["production"] = in_japanese(production.environment)
        names = {"production": production.environment.config}
        production.config = dataclasses.replace(production.config, environments=names)
    told = said(production, "/unlock production looks good")
    assert "`/rollback production`" in told
    assert ("`d-42`" in told) == bool(deployment)
    assert "``" not in told


def test_a_failure_under_a_lock_proposes_a_try_after_the_lock() -> None:
    """In the notice and in the number's comment."""
    production = under_way()
    production.says("taro", "/lock production 2h migrating")
    told, *_ = production.sees("failed").notices
    assert production.environment.deployment
    number = comment.number(production.environment, production.environment.deployment, now=production.now)
    for text in (comment.notice(told, now=production.now), number):
        assert "Locked by taro: migrating. Next deploy: not before 15:42 JST." in text
        assert "To try again then: `/deploy production #42`" in text
        assert "is free" not in text


def test_a_revision_whose_successor_is_live_again_shows_only_its_own_time() -> None:
    """The revision that replaced it is live again, since later: only the time it was live is known."""
    production = Production(environment())
    for number in (40, 41, 42):
        production.releases(number, "mona")
        production.later(minutes=30)
    assert not production.says("mona", "/rollback").refusal
    production.starts()
    production.sees("running", run=10)
    production.sees("succeeded", run=10)
    lines = prompt.past(production.environment, 40, Plain(), now=production.now)
    assert lines
    assert lines[0] == "#40 was live on production 13:42–14:12 JST."
    assert check_run.render(production.environment, pull(40), web=WEB, now=production.now).title == (
        "Was live on production 13:42–14:12 JST"
    )
