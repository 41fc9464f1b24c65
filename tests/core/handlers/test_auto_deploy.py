"""`auto: true`: what a merge releases by itself, and what it leaves to a person, who reads why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ghapp.core.config.model import Config, InvalidConfig, Problem, Require
from ghapp.core.handlers import auto_deploy
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Hold
from ghapp.core.model.events import PullRequestMerged, RunStatus
from ghapp.core.model.facts import Checks, RulesHidden
from ghapp.core.views import comment, slack
from ghapp.core.words import WORDS
from tests.core.build import NOON, Production, config, environment, in_japanese, live, pull, release, sha
from tests.core.commands.test_preconditions import context

WEB = "https://github.com"


def shop(**more: Any) -> Production:
    """#40 is live, production is free, and merges release by themselves."""
    production = Production(environment(config=config(auto=True, **more)))
    production.merges(40)
    production.starts()
    production.sees("running")
    production.sees("succeeded")
    production.later(hours=1)
    production.ticks()
    return production


def whats(decision: Decision) -> list[tuple[str, str, str, int | None]]:
    """Its lines of history: what, who, through which door, which number."""
    return [(entry.what, entry.actor, entry.door, entry.number) for entry in decision.entries]


def why(production: Production, number: int = 41) -> str | None:
    """Why it was not released; it waits, and nothing is under way."""
    found = production.environment
    assert found.deployment is None or found.deployment.grant.brings.pull.number != number
    (release,) = (one for one in found.awaiting if one.pull.number == number)
    return release.not_auto


def prompt(production: Production, number: int = 41) -> list[str]:
    """The lines of its prompt."""
    message = slack.prompt([production.environment], number, web=WEB, now=production.now)
    assert message
    return message.text.split("\n")


def test_a_merge_releases_by_itself_as_whoever_merged() -> None:
    """One grant like any other, and people read that nobody typed it."""
    production = shop()
    decision = production.merges(42)
    assert whats(decision) == [("awaiting", "mona", "pull_request", None), ("accepted", "mona", "auto", 2)]
    deployment = production.environment.deployment
    assert deployment
    grant = deployment.grant
    assert (grant.actor, grant.key, grant.sha, grant.door) == ("mona", "pull/42/merged", sha(42), "auto")
    assert decision.notices == ()
    told = comment.number(production.environment, deployment, now=production.now).split("\n")
    assert told[2] == "The merge released it by itself (`auto`). To stop it: `/cancel production`"
    assert "The merge released it by itself (`auto`). To stop it: `/ghapp cancel production`" in prompt(production, 42)
    production.starts()
    production.sees("succeeded")
    assert production.environment.deployment
    told = comment.number(production.environment, production.environment.deployment, now=production.now).split("\n")
    assert told[2] == "The merge released it by itself (`auto`)."


def test_the_same_merge_releases_once() -> None:
    """However often it is told: while it is under way, after it went live, and after it failed."""
    ends: tuple[RunStatus | None, ...] = (None, "succeeded", "failed")
    for end in ends:
        production = shop()
        production.merges(41)
        if end:
            production.starts()
            production.sees(end)
            production.later(minutes=5)
        production.merges(41)
        assert production.environment.number == 2


def test_what_is_live_is_not_asked_for_by_a_merge_that_is_heard_of_late() -> None:
    """Somebody released it before its webhook came."""
    production = shop()
    decision = production.merges(40)
    assert decision.entries == ()
    assert production.environment.number == 1
    assert production.environment.awaiting == ()


@pytest.mark.parametrize("under_way", [False, True])
def test_what_went_live_with_another_does_not_wait_because_its_merge_is_heard_of_late(under_way: bool) -> None:
    """Somebody asked for it meanwhile and read that it is live. GitHub's clock is not ours: by the clocks alone it was
    merged after that."""
    along = replace(live(42, releases=(release(41), release(42))), live_since=NOON)
    production = Production(environment(live=along, config=config(auto=True)))
    if under_way:
        production.merges(44)
    before = production.environment
    decision = production.merges(41, at=NOON + timedelta(seconds=10))
    assert (decision.entries, decision.notices, production.environment) == ((), (), before)


def test_without_the_setting_nothing_goes_by_itself() -> None:
    """It is the exception, and said so in the config."""
    production = shop()
    production.config = Config(sha="d" * 40, environments={"production": config()})
    assert whats(production.merges(41))[0] == ("awaiting", "taro", "pull_request", None)
    assert production.environment.number == 1
    assert why(production) is None


def test_the_first_release_goes_like_any_other() -> None:
    """No attempt yet is none that failed; also where the merge is what brings the config."""
    for start in (environment(config=config(auto=True)), None):
        production = Production(start)
        production.config = Config(sha="c" * 40, environments={"production": config(auto=True)})
        decision = production.merges(41)
        granted = [what for what in whats(decision) if what[0] != "created"]
        assert granted == [("awaiting", "taro", "pull_request", None), ("accepted", "taro", "auto", 1)]
        assert decision.notices == ()


def test_the_first_release_carries_what_waited_for_it() -> None:
    """What was merged before the setting was made waits for a person, or for whatever contains it."""
    production = Production(environment())
    production.merges(40)
    production.config = Config(sha="c" * 40, environments={"production": config(auto=True)})
    production.merges(41)
    deployment = production.environment.deployment
    assert deployment
    assert (deployment.grant.brings.pull.number, tuple(deployment.grant.carries)) == (41, (40,))


def test_the_first_release_of_several_environments_is_granted_in_each() -> None:
    """Each has a lock and a number of its own."""
    production = Production(None)
    both = {"production": config(auto=True), "staging": config(auto=True), "demo": config()}
    production.config = Config(sha="c" * 40, environments=both)
    production.merges(41)
    found = {name: one.number for name, one in production.environments.items() if isinstance(one, Environment)}
    assert found == {"production": 1, "staging": 1, "demo": 0}


def test_a_first_release_that_a_person_had_to_end_is_one_that_did_not_succeed() -> None:
    """However the first attempt ended without success, the next one is a person's."""
    for ends in (
        lambda production: production.sees("failed"),
        lambda production: production.says("mona", "/cancel production", on=41),
        lambda production: (production.sees("ambiguous"), production.says("mona", "/unlock production gone", on=41)),
    ):
        production = Production(environment(config=config(auto=True)))
        production.merges(41)
        production.starts()
        ends(production)
        production.sees("cancelled")
        production.later(hours=1)
        production.merges(42)
        assert production.environment.number <= 2
        assert why(production, 42) == "last"


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_after_what_did_not_succeed_a_person_decides(end: Any) -> None:
    """Something is wrong: the next one might be too."""
    production = shop()
    production.merges(41)
    production.starts()
    production.sees(end)
    production.merges(42)
    assert why(production, 42) == "last"


def test_after_a_rollback_a_person_decides() -> None:
    """Also once its hold was ended, and though it succeeded."""
    production = shop()
    production.merges(41)
    production.starts()
    production.sees("succeeded")
    assert not production.says("taro", "/rollback", on=41).refusal
    production.starts()
    production.sees("succeeded")
    assert not production.says("taro", "/unlock production", on=41).refusal
    production.merges(42)
    assert why(production, 42) == "last"


def test_what_was_rolled_back_never_comes_back_by_itself() -> None:
    """Whoever may unlock may bring it back, after having been shown what it is: a merge shows nothing."""
    production = shop()
    barred = replace(production.environment, barred=(production.environment.live,))  # type: ignore[arg-type]
    production.environments["production"] = barred
    production.merges(41)
    assert why(production) == "barred"


def test_while_anything_stands_in_the_way_it_waits_like_any_other() -> None:
    """Also where it is the merger's own lock: that is for what they do by hand."""
    production = shop()
    hold = Hold(kind="manual", holders=("taro",), reason="", since=production.now)
    production.environments["production"] = replace(production.environment, manual=hold)
    production.merges(41)
    assert why(production) is None
    assert "production is locked" in prompt(production)[0]
    production.merges(42)
    assert production.environment.number == 1


def test_what_became_free_is_not_taken_by_itself() -> None:
    """Nothing in line goes by itself: whoever's turn it is is called."""
    production = shop()
    production.merges(41)
    production.merges(42)
    production.starts()
    production.sees("succeeded")
    production.later(hours=1)
    decision = production.ticks()
    assert production.environment.number == 2
    assert [entry.what for entry in decision.entries][-1:] == ["called"]


@pytest.mark.parametrize(
    ("merged", "code", "says"),
    [
        ({"merger": None}, "nobody", "no person merged it"),
        ({"merger": "ken"}, "not_allowed", "ken may not deploy to production"),
        ({"at": NOON}, "late", "the merge was heard of more than 10 minutes late"),
    ],
)
def test_who_merged_has_to_be_there_and_to_be_allowed(merged: Any, code: str, says: str) -> None:
    """Under the same permission as a command, and as young; on the first day too."""
    for production in (shop(), Production(environment(config=config(auto=True), created_at=NOON))):
        production.later(hours=1)
        production.merges(41, **merged)
        assert why(production) == code
        assert prompt(production)[-1] == f"Not released by itself: {says}."


@pytest.mark.parametrize(
    ("state", "code", "says"),
    [
        ("running", "checks_running", "checks were not done at the merge"),
        ("failing", "checks_failed", "checks had failed at the merge"),
        (None, "checks_missing", "checks were not reported at the merge"),
    ],
)
def test_ci_is_waited_for_by_a_person(state: str | None, code: str, says: str) -> None:
    """Nothing goes by itself later: the prompt says why it did not."""
    production = shop()
    named = replace(production.environment.config, require=Require(checks=("test",)))
    production.config = Config(sha="d" * 40, environments={"production": named})
    production.checks[sha(42)] = Checks((context("test", state),) if state else ())
    production.merges(42)
    assert why(production, 42) == code
    assert prompt(production, 42)[-1] == f"Not released by itself: {says}."
    in_ja = in_japanese(production.environment)
    message = slack.prompt([in_ja], 42, web=WEB, now=production.now)
    assert message
    assert message.text.split("\n")[-1].startswith("自動ではリリースしませんでした: マージの時点でチェック")


def test_any_other_rule_holds_too() -> None:
    """All that a command has to pass; the prompt leads to what is not met."""
    production = shop()
    production.off_branch.add(sha(41))
    production.merges(41)
    assert why(production) == "refused"
    why_not = "Not released by itself: a rule was not met; `/ghapp status production` tells which."
    assert prompt(production)[-1] == why_not


def test_an_invalid_config_releases_nothing_by_itself() -> None:
    """The last valid one goes on for what people have to be able to do; the prompt says why it waits."""
    production = shop()
    production.config = InvalidConfig(sha="d" * 40, problems=(Problem(1, 1, "yaml.tag"),))
    production.merges(41)
    assert why(production) is None
    assert production.environment.number == 1
    told = comment.prompt(production.environment, 41, web="https://github.com", now=production.now)
    assert "`.github/ghapp.yml` cannot be used (ddddddd)" in (told or "")


def test_what_is_not_to_be_released_by_itself_is_not() -> None:
    """Its label says so already."""
    production = shop(skip_label="no-deploy")
    production.merges(41, labels=("no-deploy",))
    assert why(production) is None
    assert production.environment.number == 1


def test_each_environment_decides_for_itself() -> None:
    """Staging goes by itself, production is asked for."""
    production = shop()
    live = production.environment
    staging = replace(live, name="staging")
    both = {"production": config(), "staging": config(auto=True)}
    production.environments["staging"] = staging
    production.config = Config(sha="d" * 40, environments=both)
    production.merges(41)
    found = production.environments["staging"]
    assert isinstance(found, Environment)
    assert (found.number, production.environment.number) == (2, 1)


def test_rules_that_github_hides_are_left_to_a_person() -> None:
    """The prompt says so, in both languages, as for every reason that a merge may not release by itself."""
    production = shop()
    production.required = RulesHidden()
    production.merges(42)
    assert why(production, 42) == "checks_unknown"
    assert prompt(production, 42)[-1] == "Not released by itself: GitHub did not show which checks are required."
    told = comment.prompt(in_japanese(production.environment), 42, web="https://github.com", now=NOON)
    assert told
    assert "どのチェックが必須かを GitHub が示さなかったため" in told
    assert all(f"auto.{code}" in words for code in auto_deploy.TOLD for words in WORDS.values())


@pytest.mark.parametrize("shown", [True, False])
def test_a_merge_commit_that_github_does_not_confirm_is_left_to_a_person(shown: bool) -> None:
    """It names another, or shows no merge."""
    production = shop()
    event = PullRequestMerged(
        repository=production.environment.repository,
        key="pull/41/merged",
        pull=pull(41),
        base="main",
        sha=sha(41),
        merger="taro",
        at=production.now,
    )
    if shown:
        production.merged[41] = replace(event, sha=sha(44))
    production.apply(event)
    assert why(production) == "other_merge"
    assert prompt(production)[-1].startswith("Not released by itself: GitHub shows another merge commit")
