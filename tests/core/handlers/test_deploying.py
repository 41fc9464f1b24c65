"""The effect of each event on production: refusals first, then the way to live and back to free."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.core.config.model import InvalidConfig, NoConfig, Problem
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Repository
from ghapp.core.model.events import HeadChanged
from ghapp.core.rules import lock
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live, pull, sha


def phase(production: Production) -> str:
    """The phase of the newest attempt."""
    assert production.environment.deployment
    return production.environment.deployment.phase


def merged(*numbers: int) -> Production:
    """Production with these merged and waiting."""
    production = Production(environment())
    for number in numbers:
        production.merges(number)
    return production


def test_a_second_deploy_is_refused_with_holder_reason_and_time() -> None:
    """While taro's run is under way, mona gets no number, but the holder, the release and the earliest time."""
    production = merged(41, 42)
    assert code(production.says("taro", "/deploy", on=41)) is None
    decision = production.says("mona", "/deploy production")
    assert code(decision) == "locked"
    assert decision.refusal
    assert decision.refusal.values["holder"] == "taro"
    assert decision.refusal.values["pull"] == 41
    assert decision.refusal.values["until"] == NOON + timedelta(minutes=23)
    assert production.environment.number == 1
    assert [entry.why for entry in decision.entries] == ["locked"]


def test_no_grant_is_made_on_a_held_environment() -> None:
    """A grant on a held environment is impossible, even if a caller did not check first."""
    production = merged(42)
    production.says("mona", "/deploy")
    claim = lock.Claim(key="k", nonce="n", actor="taro", door="pull_request", revision=live(41))
    with pytest.raises(ValueError, match="held"):
        lock.grant(production.environment, claim, NOON)


@pytest.mark.parametrize("status", ["queued", "running", "unknown", "missing"])
def test_no_clock_frees_an_environment_whose_run_is_not_over(status: str) -> None:
    """A day later it is still held."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees(status)  # type: ignore[arg-type]
    production.later(days=1)
    production.ticks()
    assert lock.is_held(production.environment, production.now)
    assert code(production.says("taro", "/deploy", on=42)) == "locked"


def test_a_release_from_merge_to_free() -> None:
    """Merged, accepted, started, live, cooled down, free: each step leaves its history entry."""
    production = merged(42)
    told = [production.says("mona", "/deploy"), production.starts(), production.sees("running")]
    told.append(production.sees("succeeded"))
    assert production.environment.live
    assert production.environment.live.sha == sha(42)
    assert production.environment.awaiting == ()
    assert lock.is_held(production.environment, production.now)
    production.later(minutes=23)
    told.append(production.ticks())
    assert not lock.is_held(production.environment, production.now)
    steps = [entry.what for decision in told for entry in decision.entries]
    assert steps == ["accepted", "starting", "running", "succeeded", "freed"]


def test_cooldown_lasts_until_the_later_of_lock_and_cooldown() -> None:
    """A long run still gets its cool-down after the end."""
    production = Production(environment(config=config(cooldown=timedelta(minutes=10))))
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    production.later(minutes=40)
    production.sees("succeeded")
    assert production.environment.cooldown_until == production.now + timedelta(minutes=10)


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_failure_frees_at_once_and_notifies_the_actor(end: str) -> None:
    """A failure has no cool-down; the release still waits, and notices go to the pull request and to Slack."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    decision = production.sees(end)  # type: ignore[arg-type]
    assert not lock.is_held(production.environment, production.now)
    assert [release.pull.number for release in production.environment.awaiting] == [42]
    assert [(notice.code, notice.destination) for notice in decision.notices] == [
        (end, Destination(pull=42)),
        (end, Destination(channel="C024BE91L")),
    ]
    assert code(production.says("mona", "/deploy")) is None
    assert production.environment.number == 2


def test_an_unknown_outcome_becomes_lost_if_no_run_is_found_within_two_minutes() -> None:
    """The outcome is unknown: the environment stays locked, the run is never started again, and a person decides."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("unknown", run=None)
    production.later(seconds=119)
    production.sees("missing", run=None)
    assert phase(production) == "starting"
    production.later(seconds=1)
    production.ticks()
    assert phase(production) == "starting"
    decision = production.sees("missing", run=None)
    assert phase(production) == "lost"
    assert decision.notices[0].code == "lost"
    assert lock.is_held(production.environment, production.now)
    assert not production.starts().changed


def test_an_attempt_that_cannot_be_observed_is_lost_after_five_minutes() -> None:
    """A person can decide then, even while GitHub is down."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.later(minutes=5)
    production.ticks()
    assert phase(production) == "lost"


def test_an_error_status_without_a_run_is_failed_not_lost() -> None:
    """The sender saw the error itself, so no person has to look."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("error", run=None, detail="HTTP 502")
    production.later(minutes=2)
    production.sees("missing", run=None)
    assert production.environment.deployment
    assert production.environment.deployment.phase == "failed"


def test_a_refused_dispatch_fails_at_once_with_githubs_message() -> None:
    """A missing workflow is known at once."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    decision = production.sees("refused", run=None, detail="Workflow does not have 'workflow_dispatch' trigger")
    assert decision.notices[0].values["detail"] == "Workflow does not have 'workflow_dispatch' trigger"
    assert not lock.is_held(production.environment, production.now)


def test_a_run_that_is_missing_once_is_not_lost() -> None:
    """GitHub is asked again for two minutes, however long the run has been under way, and one observation is enough."""
    production = Production(environment())
    production.merges(41)
    production.says("taro", "/deploy", on=41)
    production.starts()
    production.sees("running")
    production.later(hours=1)
    for seconds in (0, 60, 59):
        production.later(seconds=seconds)
        assert production.sees("missing").notices == ()
    production.sees("running")
    for seconds in (60, 60):
        production.later(seconds=seconds)
        production.sees("missing")
    assert production.environment.deployment
    assert production.environment.deployment.phase == "running"
    production.later(seconds=60)
    assert {notice.code for notice in production.sees("missing").notices} == {"lost"}


@pytest.mark.parametrize("back", [False, True])
def test_a_run_that_the_app_may_not_read_is_lost_after_two_minutes(back: bool) -> None:
    """The notice says why. An unlocker gives it up with a reason, and its run is stopped once that is possible."""
    production = merged(41, 42)
    if back:
        production.releases(41, "taro")
        production.later(hours=1)
        production.releases(42, "mona")
    production.says("mona", "/rollback" if back else "/deploy")
    production.starts()
    production.sees("running")
    production.later(minutes=5)
    assert production.sees("denied").notices == ()
    assert code(production.says("mona", "/unlock")) == ("rollback_under_way" if back else "run_under_way")
    production.later(minutes=2)
    (told, *_) = production.sees("denied", detail="Resource not accessible by integration").notices
    assert (phase(production), told.code) == ("lost", "lost")
    assert "GitHub does not let ghapp read its run" in comment.notice(told, now=production.now)
    assert "GitHub said" not in comment.notice(told, now=production.now)
    number = production.environment.number
    assert code(production.says("mona", "/unlock")) == "reason_needed"
    assert not production.says("mona", "/unlock production none is running").refusal
    assert [unexpected_run.number for unexpected_run in production.environment.unexpected_runs] == [number]
    assert production.environment.number == number + 1
    assert phase(production) == "cancelled"


def test_a_run_that_the_app_may_not_read_for_a_moment_continues() -> None:
    """At times GitHub denies a permission that it has just granted."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    production.sees("denied")
    production.later(minutes=1)
    production.sees("running")
    production.later(minutes=1)
    production.sees("denied")
    assert phase(production) == "running"
    production.later(minutes=2)
    production.sees("denied")
    assert phase(production) == "lost"
    production.sees("running")
    assert production.environment.deployment
    assert (phase(production), production.environment.deployment.denied) == ("running", False)


def test_a_lost_run_that_is_observed_again_continues() -> None:
    """A later observation moves it on."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.later(minutes=5)
    production.ticks()
    production.sees("running")
    assert production.environment.deployment
    assert production.environment.deployment.phase == "running"


def test_late_and_older_evidence_changes_nothing() -> None:
    """An ended attempt stays ended; observations of an older number are ignored."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    assert not production.sees("queued").entries
    production.sees("succeeded")
    assert not production.sees("failed").changed
    assert not production.sees("failed", number=0).changed


def test_only_one_worker_can_write_the_intent() -> None:
    """The second writer changes nothing, so it starts nothing."""
    production = merged(42)
    production.says("mona", "/deploy")
    assert production.starts().changed
    assert not production.starts().changed


def test_a_deploy_carries_the_releases_it_contains() -> None:
    """A deploy of #42 releases #40 and #41 too, and neither waits any longer."""
    production = Production(environment(live=live(40)))
    for number in (41, 42, 44):
        production.merges(number)
    production.says("mona", "/deploy", on=42)
    assert production.environment.deployment
    assert production.environment.deployment.grant.carries == (41,)
    production.starts()
    production.sees("succeeded")
    assert [release.pull.number for release in production.environment.awaiting] == [44]
    assert [revision.pull.number for revision in production.environment.earlier] == [40]


def test_the_first_deploy_carries_the_older_waiting_releases() -> None:
    """Without a live revision, only the waiting line can be compared."""
    production = merged(40, 41, 42)
    production.says("mona", "/deploy", on=42)
    assert production.environment.deployment
    assert production.environment.deployment.grant.carries == (40, 41)


@pytest.mark.parametrize(("live_now", "on", "reason"), [(42, 42, "already_live"), (44, 42, "contained")])
def test_a_release_older_than_the_live_one_is_refused(live_now: int, on: int, reason: str) -> None:
    """Such a deploy would silently undo a release; the older release also leaves the line."""
    production = Production(environment(live=live(live_now)))
    production.merges(on)
    assert code(production.says("mona", "/deploy", on=on)) == reason
    assert production.environment.number == 0
    assert production.environment.awaiting == ()


def test_only_pull_requests_merged_into_the_environments_branch_are_released() -> None:
    """An open pull request and one of another branch are refused by name."""
    production = Production(environment())
    assert code(production.says("mona", "/deploy", on=42)) == "not_merged"
    production.off_branch.add(sha(44))
    production.merges(44, base="side")
    assert code(production.says("mona", "/deploy", on=44)) == "other_branch"
    assert production.environment.awaiting == ()


@pytest.mark.parametrize("who", ["ken", "stranger"])
def test_a_person_without_permission_is_refused(who: str) -> None:
    """Read access is not enough, and a stranger has no role at all."""
    production = merged(42)
    assert code(production.says(who, "/deploy")) == "not_allowed"
    assert production.environment.number == 0


def test_a_login_may_be_a_deployer() -> None:
    """The config lets ken deploy, once he has write access."""
    production = Production(environment(config=config(deployers=("admin", "ken"))))
    production.merges(42)
    assert code(production.says("ken", "/deploy")) == "not_allowed"
    production.roles["ken"] = "write"
    assert code(production.says("mona", "/deploy")) == "not_allowed"
    assert code(production.says("ken", "/deploy")) is None


def test_a_stale_command_is_refused() -> None:
    """Ten minutes later it may no longer be meant."""
    production = merged(42)
    then = production.now
    production.later(minutes=10, seconds=1)
    assert code(production.says("mona", "/deploy", at=then)) == "stale"
    assert production.environment.number == 0


def test_unlock_never_ends_a_run() -> None:
    """Only its end ends the hold of a run under way."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    assert code(production.says("mona", "/unlock production all good")) == "run_under_way"
    assert lock.is_held(production.environment, production.now)


def test_the_holder_ends_the_cooldown_without_a_reason() -> None:
    """The holder ends it with one word, and the next in line is called."""
    production = merged(42)
    production.releases(42, "mona")
    production.merges(44)
    decision = production.says("mona", "/unlock")
    assert code(decision) is None
    assert not lock.is_held(production.environment, production.now)
    assert {notice.code for notice in decision.notices} == {"unlocked"}
    assert [entry.what for entry in decision.entries] == ["unlocked", "called"]


def test_an_unlocker_ends_another_persons_cooldown_with_a_reason_and_the_holder_is_notified() -> None:
    """Three tries: without the permission, without the reason, with both."""
    production = Production(environment(config=config(unlockers=("admin", "taro"))))
    production.merges(42)
    production.releases(42, "mona")
    assert code(production.says("hanako", "/unlock production please")) == "not_allowed"
    assert code(production.says("taro", "/unlock production")) == "reason_needed"
    decision = production.says("taro", "/unlock production 障害対応のため")
    assert code(decision) is None
    assert decision.notices[0].code == "unlocked_other"
    assert decision.notices[0].values["holder"] == "mona"
    assert decision.entries[0].why == "障害対応のため"


def test_a_lost_attempt_is_given_up_only_with_a_reason_and_the_number_rises() -> None:
    """The number fences the old run, and even its own holder has to give a reason."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.starts()
    production.later(minutes=5)
    production.ticks()
    assert code(production.says("mona", "/unlock")) == "reason_needed"
    assert code(production.says("mona", "/unlock production looked, none is running")) is None
    assert production.environment.number == 2
    assert not lock.is_held(production.environment, production.now)
    assert not production.sees("succeeded", number=1).changed


def test_the_first_in_line_is_called_once_when_the_environment_is_free() -> None:
    """Releases whose prompt already was the call are not called again."""
    production = merged(40)
    production.releases(40, "taro")
    production.merges(41)
    production.merges(42)
    production.later(minutes=23)
    assert [(one.what, one.sha) for one in production.ticks().entries][-1] == ("called", sha(41))
    assert not production.ticks().entries


def test_the_prompt_of_a_merge_into_a_free_environment_is_the_call() -> None:
    """A person is not mentioned twice for one release; a new grant puts the other releases back in line."""
    production = merged(41, 42)
    assert all(release.called_at for release in production.environment.awaiting)
    production.says("taro", "/deploy", on=41)
    waiting = {release.pull.number: release.called_at for release in production.environment.awaiting}
    assert waiting[42] is None


def test_without_a_config_there_is_silence() -> None:
    """No environment, no answer, no gate."""
    production = Production()
    production.config = NoConfig()
    assert production.merges(42) == Decision()
    assert production.says("mona", "/deploy") == Decision()
    head = HeadChanged(repository=REPOSITORY, key="k", number=42, base="main")
    assert production.apply(head) == Decision()


def test_an_invalid_config_stops_only_new_releases() -> None:
    """`/deploy` is refused with line and reason; `/unlock` works under the last valid config."""
    production = merged(42)
    production.releases(42, "mona")
    production.config = InvalidConfig("d" * 40, (Problem(3, 5, "config.duration", {"least": 1, "most": 24}),))
    decision = production.says("mona", "/deploy")
    assert code(decision) == "config_invalid"
    assert decision.refusal
    (notice,) = decision.notices
    assert "line 3, column 5: expected a duration from 1m to 24h, for example `30m`." in comment.notice(
        notice, now=NOON
    )
    assert code(production.says("mona", "/unlock")) is None


def test_a_command_under_a_config_that_was_never_valid_is_answered() -> None:
    """No environment exists yet, and the person still reads the reason."""
    production = Production()
    production.config = InvalidConfig("d" * 40, (Problem(1, 1, "config.environments"),))
    assert code(production.says("mona", "/status")) == "config_invalid"


def test_a_new_config_holds_for_the_next_deployment_not_for_the_one_under_way() -> None:
    """A deployment keeps the config it was accepted under."""
    production = merged(42)
    production.says("mona", "/deploy")
    production.config = replace(production.config, environments={"production": config(lock=timedelta(hours=5))})
    production.merges(44)
    taken = production.environment
    assert taken.config.lock == timedelta(hours=5)
    assert taken.deployment
    assert taken.deployment.grant.config.lock == timedelta(minutes=23)


def test_the_same_config_at_another_commit_changes_nothing() -> None:
    """Frequent commits to a repository do not rewrite its documents."""
    production = merged(42)
    production.config = replace(production.config, environments={"production": config(sha="e" * 40)})
    head = HeadChanged(repository=REPOSITORY, key="k", number=50, base="main")
    decision = production.apply(head)
    assert decision.changed == ()
    assert decision.gates == (50,)


def test_a_document_that_cannot_be_read_counts_as_locked() -> None:
    """It is neither decided on nor overwritten."""
    production = Production(environment())
    production.environments["production"] = Unreadable("production", "it was written with schema 9")
    assert code(production.says("mona", "/deploy production")) == "unreadable"
    assert production.merges(42).changed == ()


def test_how_a_command_names_its_environment() -> None:
    """By name or alias; may be omitted if only one gets its releases from that branch; else the refusal lists them."""
    production = Production(environment())
    other = config(branch="develop", aliases=("stg",))
    production.config = replace(
        production.config, environments={"production": config(), "staging": other, "demo": other}
    )
    production.merges(42)
    assert code(production.says("mona", "/deploy", on=42)) is None
    production.merges(44, base="develop")
    decision = production.says("mona", "/deploy", on=44)
    assert code(decision) == "which_environment"
    assert decision.refusal
    assert decision.refusal.values["lines"] == ["/deploy staging", "/deploy demo"]
    assert code(production.says("mona", "/deploy stg", on=44)) is None
    assert code(production.says("mona", "/deploy prod", on=44)) == "unknown_environment"


def test_of_many_environments_twenty_are_listed() -> None:
    """The answer to an unknown name lists the environments, in a comment of bounded length."""
    production = Production(environment())
    names = ["production", *(f"demo-{number:02}" for number in range(30))]
    production.config = replace(production.config, environments=dict.fromkeys(names, config()))
    production.merges(42)
    decision = production.says("mona", "/deploy nowhere", on=42)
    assert code(decision) == "unknown_environment"
    assert decision.refusal
    assert decision.refusal.values["environments"] == names[:20]


def test_numbers_of_a_new_environment_start_above_the_repositorys_highest() -> None:
    """No number occurs twice, not even under another name."""
    production = Production(environment(number=17))
    production.config = replace(production.config, environments={"production": config(), "other": config(branch="x")})
    changed = production.merges(42, base="x").changed
    assert [(one.name, one.number) for one in changed] == [("other", 17)]


def test_status_and_help_change_nothing() -> None:
    """Readers get an answer, too."""
    production = merged(42)
    for text in ("/status", "/help", "/status production"):
        decision = production.says("ken", text)
        assert decision.changed == ()
        assert len(decision.notices) == 1


def test_near_misses_get_a_hint_and_other_bots_commands_no_answer() -> None:
    """A near miss gets a hint; another bot's command gets no answer."""
    production = merged(42)
    assert code(production.says("mona", "/deploi production")) == "unknown_command"
    assert production.says("mona", "/approve") == Decision()
    assert code(production.says("mona", "/deploy production now")) == "bad_pull"


def test_environments_are_keyed_by_id_not_by_name() -> None:
    """After a rename the same environment continues under the new name."""
    renamed = Repository(id=1, full_name="acme/store", installation=7)
    production = merged(42)
    production.merges(44, repository=renamed, pull=pull(44))
    assert production.environment.repository.full_name == "acme/store"
