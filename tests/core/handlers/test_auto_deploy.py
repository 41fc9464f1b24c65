"""`auto: true`: which merges are released automatically, and why the others wait for a person."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Config, InvalidConfig, Problem, Require
from ghapp.core.handlers import auto_deploy
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Hold
from ghapp.core.model.events import PullRequestMerged, RunStatus
from ghapp.core.model.facts import Checks, Files, RulesHidden
from ghapp.core.views import comment, slack
from ghapp.core.words import WORDS
from tests.core.build import NOON, Production, config, environment, in_japanese, live, pull, release, sha
from tests.core.commands.test_preconditions import context

WEB = "https://github.com"


def shop(**more: Any) -> Production:
    """#40 is live, production is free, and merges are released automatically."""
    production = Production(environment(config=config(auto=True, **more)))
    production.merges(40)
    production.starts()
    production.sees("running")
    production.sees("succeeded")
    production.later(hours=1)
    production.ticks()
    return production


def whats(decision: Decision) -> list[tuple[str, str, str, int | None]]:
    """The history entries: kind, actor, door, number."""
    return [(entry.what, entry.actor, entry.door, entry.number) for entry in decision.entries]


def why(production: Production, number: int = 41) -> str | None:
    """Why a waiting release was not released automatically; no attempt for it is under way."""
    found = production.environment
    assert found.deployment is None or found.deployment.grant.brings.pull.number != number
    (release,) = (one for one in found.awaiting if one.pull.number == number)
    return release.not_auto


def prompt(production: Production, number: int = 41) -> list[str]:
    """The lines of the prompt."""
    message = slack.prompt([production.environment], number, web=WEB, now=production.now)
    assert message
    return message.text.split("\n")


def test_a_merge_is_released_automatically_with_the_merger_as_actor() -> None:
    """The grant is like any other, and people read that no person typed a command."""
    production = shop()
    decision = production.merges(42)
    assert whats(decision) == [("awaiting", "mona", "pull_request", None), ("accepted", "mona", "auto", 2)]
    deployment = production.environment.deployment
    assert deployment
    grant = deployment.grant
    assert (grant.actor, grant.key, grant.sha, grant.door) == ("mona", "pull/42/merged", sha(42), "auto")
    assert decision.notices == ()
    told = comment.number(production.environment, deployment, now=production.now).split("\n")
    assert told[2] == "Deploying automatically after the merge (`auto`). To stop it: `/cancel production`"
    assert "Deploying automatically after the merge (`auto`). To stop it: `/ghapp cancel production`" in prompt(
        production, 42
    )
    production.starts()
    production.sees("succeeded")
    assert production.environment.deployment
    told = comment.number(production.environment, production.environment.deployment, now=production.now).split("\n")
    assert told[2] == "Deployed automatically after the merge (`auto`)."


def test_a_merge_is_released_automatically_only_once() -> None:
    """A repeated delivery changes nothing: during the attempt, after success, and after a failure."""
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


def test_a_late_webhook_of_a_live_release_changes_nothing() -> None:
    """The release was deployed before its webhook came."""
    production = shop()
    decision = production.merges(40)
    assert decision.entries == ()
    assert production.environment.number == 1
    assert production.environment.awaiting == ()


@pytest.mark.parametrize("under_way", [False, True])
def test_a_late_webhook_of_a_release_that_shipped_along_changes_nothing(under_way: bool) -> None:
    """A person asked for it meanwhile and read that it is live. GitHub's clock is not ours: by the clocks alone the
    merge came after that release.
    """
    along = replace(live(42, releases=(release(41), release(42))), live_since=NOON)
    production = Production(environment(live=along, config=config(auto=True)))
    if under_way:
        production.merges(44)
    before = production.environment
    decision = production.merges(41, at=NOON + timedelta(seconds=10))
    assert (decision.entries, decision.notices, production.environment) == ((), (), before)


def test_without_the_setting_no_merge_is_released_automatically() -> None:
    """Automatic release is off by default; the config turns it on."""
    production = shop()
    production.config = Config(sha="d" * 40, environments={"production": config()})
    assert whats(production.merges(41))[0] == ("awaiting", "taro", "pull_request", None)
    assert production.environment.number == 1
    assert why(production) is None


def test_the_first_release_is_automatic_too() -> None:
    """A missing attempt is no failed attempt; also if the merge itself brings the config."""
    for start in (environment(config=config(auto=True)), None):
        production = Production(start)
        production.config = Config(sha="c" * 40, environments={"production": config(auto=True)})
        decision = production.merges(41)
        granted = [what for what in whats(decision) if what[0] != "created"]
        assert granted == [("awaiting", "taro", "pull_request", None), ("accepted", "taro", "auto", 1)]
        assert decision.notices == ()


def test_the_first_automatic_release_carries_the_waiting_ones() -> None:
    """A merge before the setting waits for a person, or for a release that contains it."""
    production = Production(environment())
    production.merges(40)
    production.config = Config(sha="c" * 40, environments={"production": config(auto=True)})
    production.merges(41)
    deployment = production.environment.deployment
    assert deployment
    assert (deployment.grant.brings.pull.number, tuple(deployment.grant.carries)) == (41, (40,))


def test_the_first_release_of_several_environments_is_granted_in_each() -> None:
    """Each environment has its own lock and number."""
    production = Production(None)
    both = {"production": config(auto=True), "staging": config(auto=True), "demo": config()}
    production.config = Config(sha="c" * 40, environments=both)
    production.merges(41)
    found = {name: one.number for name, one in production.environments.items() if isinstance(one, Environment)}
    assert found == {"production": 1, "staging": 1, "demo": 0}


def test_no_merge_is_released_automatically_after_a_first_release_without_success() -> None:
    """If the first attempt ended without success in any way, a person has to deploy next."""
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
def test_no_merge_is_released_automatically_after_an_attempt_without_success(end: Any) -> None:
    """Something is wrong, and the next release may fail too."""
    production = shop()
    production.merges(41)
    production.starts()
    production.sees(end)
    production.merges(42)
    assert why(production, 42) == "last"


def test_no_merge_is_released_automatically_after_a_rollback() -> None:
    """Also after its hold was ended, and although the rollback succeeded."""
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


def test_a_merge_never_brings_a_barred_revision_back() -> None:
    """An unlocker may bring it back after reading what it is; a merge shows nothing to read."""
    production = shop()
    barred = replace(production.environment, barred=(production.environment.live,))  # type: ignore[arg-type]
    production.environments["production"] = barred
    production.merges(41)
    assert why(production) == "barred"


def test_a_merge_during_an_obstacle_waits() -> None:
    """Also if the lock is the merger's own: it is for their manual work."""
    production = shop()
    hold = Hold(kind="manual", holders=("taro",), reason="", since=production.now)
    production.environments["production"] = replace(production.environment, manual=hold)
    production.merges(41)
    assert why(production) is None
    assert "production is locked" in prompt(production)[0]
    production.merges(42)
    assert production.environment.number == 1


def test_a_free_environment_is_not_taken_automatically() -> None:
    """A waiting release is never deployed automatically: the person whose turn it is is called."""
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
        ({"merger": None}, "nobody", "it was not merged by a person"),
        ({"merger": "ken"}, "not_allowed", "ken is not allowed to deploy to production"),
        ({"at": NOON}, "late", "GitHub reported the merge more than 10 minutes late"),
    ],
)
def test_the_merger_has_to_be_a_person_with_permission(merged: Any, code: str, says: str) -> None:
    """The permission and age limit are those of a command; also on the first day."""
    for production in (shop(), Production(environment(config=config(auto=True), created_at=NOON))):
        production.later(hours=1)
        production.merges(41, **merged)
        assert why(production) == code
        assert prompt(production)[-1] == f"Not deployed automatically: {says}."


@pytest.mark.parametrize(
    ("state", "code", "says"),
    [
        ("running", "checks_running", "checks had not finished when it was merged"),
        ("failing", "checks_failed", "checks had failed when it was merged"),
        (None, "checks_missing", "checks had not reported when it was merged"),
    ],
)
def test_a_merge_without_passed_checks_is_left_to_a_person(state: str | None, code: str, says: str) -> None:
    """The merge is not released later either: the prompt names the reason."""
    production = shop()
    named = replace(production.environment.config, require=Require(checks=("test",)))
    production.config = Config(sha="d" * 40, environments={"production": named})
    production.checks[sha(42)] = Checks((context("test", state),) if state else ())
    production.merges(42)
    assert why(production, 42) == code
    assert prompt(production, 42)[-1] == f"Not deployed automatically: {says}."
    in_ja = in_japanese(production.environment)
    message = slack.prompt([in_ja], 42, web=WEB, now=production.now)
    assert message
    assert message.text.split("\n")[-1].startswith("自動デプロイは行いませんでした: マージの時点でチェック")


def test_a_merge_that_fails_any_other_precondition_is_left_to_a_person() -> None:
    """All preconditions of a command apply; the prompt leads to the failing one."""
    production = shop()
    production.off_branch.add(sha(41))
    production.merges(41)
    assert why(production) == "refused"
    why_not = "Not deployed automatically: a rule was not met (see `/ghapp status production`)."
    assert prompt(production)[-1] == why_not


def test_an_invalid_config_releases_no_merge_automatically() -> None:
    """The last valid config still serves people's commands; the prompt says why the release waits."""
    production = shop()
    production.config = InvalidConfig(sha="d" * 40, problems=(Problem(1, 1, "yaml.tag"),))
    production.files[41] = Files(frozenset({"src/a.py"}))
    production.merges(41)
    assert why(production) is None
    assert production.environment.number == 1
    told = comment.prompt(production.environment, 41, web="https://github.com", now=production.now)
    assert "`.github/ghapp.yml` cannot be used (ddddddd), so no new deploy starts." in (told or "")


def test_a_merge_with_the_skip_label_is_not_released_automatically() -> None:
    """The label already says so."""
    production = shop(skip_label="no-deploy")
    production.merges(41, labels=("no-deploy",))
    assert why(production) is None
    assert production.environment.number == 1


def test_automatic_release_is_set_per_environment() -> None:
    """Staging is released automatically, production waits for a command."""
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


def test_a_merge_under_hidden_branch_rules_is_left_to_a_person() -> None:
    """The prompt says so, in both languages, as for every reason against an automatic release."""
    production = shop()
    production.required = RulesHidden()
    production.merges(42)
    assert why(production, 42) == "checks_unknown"
    assert prompt(production, 42)[-1] == "Not deployed automatically: GitHub did not show which checks are required."
    told = comment.prompt(in_japanese(production.environment), 42, web="https://github.com", now=NOON)
    assert told
    assert "必須のチェックを GitHub から取得できなかったため" in told
    assert all(f"auto.{code}" in words for code in auto_deploy.TOLD for words in WORDS.values())


@pytest.mark.parametrize("shown", [True, False])
def test_a_merge_commit_that_github_does_not_confirm_is_left_to_a_person(shown: bool) -> None:
    """GitHub names another merge commit, or shows no merge."""
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
    assert prompt(production)[-1].startswith("Not deployed automatically: GitHub shows another merge commit")
