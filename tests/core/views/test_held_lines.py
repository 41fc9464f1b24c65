"""All holds of an environment are shown; which command ends which hold; a rollback that waits for a run's end."""

from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Window
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Activity, Environment
from ghapp.core.model.events import RunStatus
from ghapp.core.rules import obstacles
from ghapp.core.views import check_run, comment, gate, prompt
from ghapp.core.views.gate import Change
from ghapp.core.views.markup import Plain
from tests.core.build import NOON, Production, code, config, environment, live, pull, release
from tests.core.commands.test_answers import rolled_back

WEB = "https://github.com"
FEST = Window(weekdays=("mon",), start=13 * 60 + 50, end=18 * 60 + 40, reason="fest")
LOST = "production-2 to end, and ghapp cannot see that it has. Check the workflow's runs first; "


def said(decision: Decision, language: Any = "en") -> str:
    """The first notice, as a comment."""
    one = decision.notices[0]
    spoken = replace(one, config=replace(one.config, language=language))
    return "\n".join(comment.notice(spoken, now=one.at).splitlines()[:-2])


def number(production: Production) -> str:
    """The newest number's comment."""
    found = production.environment
    assert found.deployment
    return comment.number(found, found.deployment, now=production.now)


def summary(production: Production, on: int) -> str:
    """The summary of the check."""
    return check_run.render(production.environment, pull(on), web=WEB, now=production.now).summary


def shown(production: Production, on: int) -> str:
    """The message of a release."""
    return "\n".join(prompt.render(production.environment, on, Plain(), web=WEB, now=production.now) or ())


def gated(production: Production) -> str:
    """The gate of an open pull request."""
    found = gate.render((production.environment,), Change(base="main"), production.now)
    assert found
    return found.description


def status(production: Production, language: Any = "en") -> str:
    """The answer to `/status`."""
    return said(production.says("ken", "/status"), language)


def cooling(**more: Any) -> Production:
    """#42 was released by mona: cool-down until 14:05."""
    production = Production(environment(live=live(41), config=config(**more)))
    production.releases(42, "mona")
    return production


def overtaken(sight: RunStatus | None = "running") -> Production:
    """taro's #42 is under way (`sight` None: lost), and mona rolls back to #41."""
    production = Production(environment(live=live(41), number=1))
    production.merges(42)
    production.says("taro", "/deploy")
    production.starts()
    if sight:
        production.sees(sight)
    else:
        production.later(minutes=6)
        production.ticks()
    assert not production.says("mona", "/rollback").refusal
    return production


def codes(decision: Decision) -> list[str]:
    """The codes of notices on the pull request."""
    return [one.code for one in decision.notices if one.destination.pull]


# ---------------------------------------------------------------- one hold beside another


def test_the_latest_end_and_all_holders_are_shown() -> None:
    """In the number's comment, the check, the next prompt, the gate, and the answer to `/deploy`."""
    production = cooling()
    production.says("hanako", "/lock production 4h migrating")
    production.merges(44)
    both = "Cool-down after mona's deploy of #42.\nLocked by hanako: migrating. Next deploy: not before 17:42 JST."
    for place in (number(production), summary(production, 42).replace("\n\n", "\n"), shown(production, 44)):
        assert both in place
        assert "14:05" not in place
    assert gated(production) == "production: cool-down after #42 (mona); free from 17:42 JST at the earliest"
    told = said(production.says("taro", "/deploy", on=44))
    assert told == (
        "⏳ **Not deployed.** production is locked for more than one reason:\n"
        "🔒 Cool-down after mona's deploy of #42; free from 14:05 JST at the earliest (about 23 min).\n"
        "🔒 Locked by hanako (migrating); free from 17:42 JST at the earliest (about 4 h).\n"
        "It should be free from 17:42 JST (about 4 h).\n#44 is 1st in line; hanako will be mentioned.\n"
        "Urgent? `/unlock production <reason>` (@mona @hanako will be notified)"
    )


def test_beside_a_hold_without_an_end_no_end_is_shown() -> None:
    """The time of the next deploy is unknown."""
    production = cooling()
    production.says("hanako", "/lock production forever migrating")
    assert "Locked by hanako: migrating. No end is set; `/unlock production <reason>` ends it." in number(production)
    assert "Next deploy" not in number(production)
    assert "should be free" not in said(production.says("taro", "/deploy"))
    assert obstacles.not_before(production.environment, ()) is None


def test_a_freeze_that_begins_before_the_end_of_a_hold_counts() -> None:
    """The cool-down ends at 14:05, and a freeze begins at 13:50: no command ends a freeze."""
    production = cooling(freeze=(FEST,))
    assert "production stays locked until 18:40 JST. If all is well, `/unlock production` unlocks it now." in number(
        production
    )
    production.merges(44)
    told = said(production.says("taro", "/deploy", on=44))
    assert "it should be free from 18:40 JST (about 4 h 58 min)" in told
    production.later(minutes=10)
    assert "Next deploy: not before 18:40 JST." in number(production)
    assert "/unlock" not in number(production)
    assert "/unlock" not in said(production.says("taro", "/deploy", on=44))


def test_giving_up_kept_instances_beside_a_lock_does_not_free_the_environment() -> None:
    """The sentence promises no more than the command does."""
    production = cooling()
    kept = Activity(stage="kept", deployment="d-A")
    production.environments["production"] = replace(production.environment, activity=kept)
    assert "drops it and unlocks production." in number(production)
    production.says("hanako", "/lock production 4h migrating")
    assert "If all is well, `/unlock production` drops it.\nLocked by hanako" in number(production)
    told = said(production.says("mona", "/unlock"))
    assert "Locked by hanako (migrating)" in told


# ---------------------------------------------------------------- which command ends which hold


def test_each_holder_ends_their_own_hold_without_a_reason_and_reads_the_rest() -> None:
    """Each holder's command works, beside any other hold."""
    for who, stands in (
        ("mona", "Locked by hanako (migrating)"),
        ("hanako", "Cool-down after mona's deploy of #42"),
    ):
        production = cooling()
        production.says("hanako", "/lock production 4h migrating")
        told = said(production.says(who, "/unlock production"))
        assert told.startswith(
            f"🔓 That lock was ended, but production was not free yet. Unlocked by {who}.\n🔒 {stands}; free from"
        )
        assert told.endswith("To end that too: `/unlock production <reason>`")
        assert len(obstacles.obstacles(production.environment, production.now)) == 1


def test_a_reason_ends_all_holds_and_each_holder_is_notified() -> None:
    """No hold ends without a notice to its holder; without a reason, all are named."""
    production = cooling()
    production.says("hanako", "/lock production 4h migrating")
    refused = production.says("taro", "/unlock")
    assert code(refused) == "reason_needed"
    assert said(refused) == (
        "🔒 Cool-down after mona's deploy of #42; free from 14:05 JST at the earliest (about 23 min).\n🔒 Locked by "
        "hanako (migrating); free from 17:42 JST at the earliest (about 4 h).\nTo end all of that, give a reason "
        "(mona, hanako will see it): `/unlock production <reason>`"
    )
    told = said(production.says("taro", "/unlock production urgent fix"))
    assert told == "🔓 @mona @hanako production became free. taro ended your lock on production: urgent fix"
    assert not obstacles.obstacles(production.environment, production.now)


def test_a_person_who_may_not_unlock_ends_only_their_own_hold() -> None:
    """A reason gives no permission."""
    production = cooling(unlockers=("maintain",))
    production.says("hanako", "/lock production 4h migrating")
    assert code(production.says("taro", "/unlock production urgent")) == "not_allowed"
    assert production.says("hanako", "/unlock production done").refusal is None
    assert [one.stage for one in obstacles.obstacles(production.environment, production.now)] == ["cooldown"]


# ---------------------------------------------------------------- a rollback that waits


def test_a_rollback_shows_the_run_it_waits_for() -> None:
    """The stop of the run was requested; no person has to act yet."""
    production = overtaken()
    waits = "mona's rollback to #41 is waiting for production-2 to end."
    for place in (number(production), summary(production, 42), shown(production, 42), status(production)):
        assert waits in place
    assert gated(production) == "production: the rollback to #41 (mona) is waiting for production-2 to end"
    assert codes(production.ticks()) == []
    assert code(production.says("taro", "/unlock production now")) == "rollback_waits"
    assert waits.removesuffix(".") in said(production.says("taro", "/rollback"))
    assert code(production.says("taro", "/deploy")) == "locked"
    production.sees("cancelled", number=2)
    assert "waits" not in number(production)


@pytest.mark.parametrize("sight", ["running", None])
def test_a_rollback_that_waits_for_a_person_is_shown_everywhere_with_one_notice(sight: RunStatus | None) -> None:
    """At once if the run's outcome is unknown; after four minutes if the run does not end."""
    production = overtaken(sight)
    production.later(minutes=4 if sight else 0)
    told = production.ticks()
    assert codes(told) == ["rollback_stuck"]
    assert said(told) == (
        "@mona ⚠️ **production-3 is waiting for production-2 to end, and ghapp cannot see that it has**"
        f"{link(production)}. production is not rolled back yet. Check the workflow's runs first; to continue "
        "without waiting: `/unlock production <reason>`"
    )
    for place in (number(production), summary(production, 42), status(production)):
        assert f"{LOST}to continue without waiting: `/unlock production <reason>`" in place
    assert gated(production).endswith("is stuck: check the runs, then /unlock production <reason>")
    assert "終了を確認できません" in status(production, "ja")
    assert code(production.says("taro", "/deploy")) == "locked"
    production.later(minutes=40)
    assert codes(production.ticks()) == []
    assert code(production.says("taro", "/unlock")) == "reason_needed"
    dropped = production.says("taro", "/unlock production none is running")
    assert "The rollback of production continues" in said(dropped)
    assert "waits" not in number(production)
    assert production.starts().changed


def link(production: Production) -> str:
    """The link to the run that it waits for, if there is one."""
    behind = production.environment.overtaken
    return f" · [View run]({behind.run.url})" if behind and behind.run else ""


def test_a_rollback_that_gives_up_its_wait_keeps_the_lock() -> None:
    """Only the wait is given up: the lock stays."""
    production = overtaken(None)
    production.says("hanako", "/lock production 4h migrating")
    assert production.says("hanako", "/unlock production").refusal is None
    production.says("hanako", "/lock production 4h migrating")
    production.says("taro", "/unlock production none is running")
    assert production.environment.overtaken is None
    assert production.environment.manual


# ---------------------------------------------------------------- a rollback that waits, cancelled


def test_a_cancelled_rollback_is_over_and_the_overtaken_run_is_not() -> None:
    """No place shows it as under way, and a reason frees the environment."""
    production = overtaken(None)
    production.ticks()
    production.says("mona", "/cancel")
    unended = "ghapp cannot see that production-2 (#42, taro) has ended. Check the workflow's runs first; "
    for place in (number(production), shown(production, 42), status(production)):
        assert f"{unended}to continue without waiting: /unlock production <reason>" in place.replace("`", "")
        assert "is rolling back" not in place
    assert "To try again then: `/rollback production`" in number(production)
    assert "rollback" not in check_run.render(production.environment, pull(42), web=WEB, now=NOON).title
    assert gated(production).startswith("production: #42 (taro) is not seen to end")
    assert code(production.says("mona", "/cancel")) == "cancel_lost"
    assert code(production.says("mona", "/rollback")) == "rollback_behind"
    assert code(production.says("hanako", "/deploy", on=42)) == "barred"
    production.merges(44)
    production.environments["production"] = replace(production.environment, barred=())
    assert code(production.says("hanako", "/deploy", on=44)) == "locked"
    assert "ghapp cannot see that production-2" in said(production.says("hanako", "/unlock"))
    assert code(production.says("hanako", "/unlock")) == "reason_needed"
    production.says("mona", "/lock production 10m looking")
    told = said(production.says("taro", "/unlock production looked"))
    assert told == (
        "🔓 @taro production became free. taro no longer waits for production-2 (#42) to end: looked\nIf its run is "
        "still active, it is cancelled.\n@mona: that ended your lock, too."
    )
    assert not obstacles.obstacles(production.environment, production.now)


def test_unlock_of_a_lost_overtaken_run_needs_a_reason() -> None:
    """Without other holds there is one sentence."""
    production = overtaken(None)
    production.says("mona", "/cancel")
    production.says("mona", "/unlock")
    assert "ghapp cannot see that production-2 (#42, taro) has ended" in said(production.says("hanako", "/unlock"))


def test_an_overtaken_run_without_an_end_after_a_cancelled_rollback_gets_one_notice() -> None:
    """To the person who rolled back; before that it is not shown as a rollback."""
    production = overtaken()
    production.says("mona", "/cancel")
    assert "#42 (by taro) is being cancelled by mona." in status(production)
    assert code(production.says("mona", "/cancel")) == "being_cancelled"
    assert code(production.says("mona", "/rollback")) == "rollback_behind"
    assert said(production.says("hanako", "/unlock")).endswith("⏹ #42 (by taro) is being cancelled by mona.")
    assert code(production.says("hanako", "/unlock")) == "being_cancelled"
    production.later(minutes=4)
    told = production.ticks()
    assert codes(told) == ["overtaken_unended"]
    assert "**production-3 has ended, but ghapp cannot see that production-2 has**" in said(told)
    assert codes(production.ticks()) == []
    assert codes(production.sees("failed", number=2)) == ["overtaken_ended"]


@pytest.mark.parametrize(
    ("sight", "ended"),
    [
        ("cancelled", "@taro **The run of production-2 has ended: it was cancelled**"),
        ("failed", "@taro **The run of production-2 has ended: it failed**"),
        ("succeeded", "@taro **production-2 finished before it could be cancelled: #42 was deployed to production**"),
    ],
)
def test_the_end_of_a_cancelled_run_that_a_rollback_overtook_gets_its_notice(sight: RunStatus, ended: str) -> None:
    """The answer to the cancel promised a notice."""
    production = Production(environment(live=live(41), number=1))
    production.merges(42)
    production.says("taro", "/deploy")
    production.starts()
    production.sees("running")
    production.says("hanako", "/cancel")
    production.later(seconds=5)
    production.says("mona", "/rollback")
    told = production.sees(sight, number=2)
    assert codes(told) == ["overtaken_ended"]
    assert said(told).startswith(ended)
    assert said(told).endswith(" mona's rollback to #41 continues (production-3).")


def test_the_end_of_a_run_that_only_the_rollback_stopped_gets_no_notice() -> None:
    """No notice was promised; the rollback has its own at its end."""
    assert codes(overtaken().sees("cancelled", number=2)) == []


# ---------------------------------------------------------------- a rollback without success


def test_a_failed_rollback_is_not_shown_as_a_rollback() -> None:
    """The hold, the barred release, and the commands that bring it back."""
    production = Production(environment(live=live(41)))
    production.releases(42, "mona")
    production.merges(44)
    production.says("hanako", "/rollback")
    production.starts()
    production.sees("running", run=10)
    production.sees("failed", run=10)
    assert (
        "Locked by hanako after a rollback of #42 that did not succeed; `/unlock production <reason>` ends it."
        in status(production)
    )
    assert "after a rollback of #42 that did not succeed" in shown(production, 44)
    told = said(production.says("taro", "/deploy", on=44))
    assert "#44 contains changes that were to be rolled back from production: #42" in told
    assert "after a rollback of #42 that did not succeed" in said(locked(production))
    production.says("hanako", "/unlock")
    assert "It contains changes that were to be rolled back: #42 (hanako)." in shown(production, 44)
    newer = replace(production.environment, deployment=None, live=live(41), awaiting=(release(42),))
    over = check_run.render(newer, pull(42), web=WEB, now=production.now)
    assert over.title == "Its rollback from production did not succeed"
    assert "that did not succeed" in over.summary
    production.environments["production"] = newer
    assert "#42 was to be rolled back from production" in "\n".join(prompt.past(newer, 42, Plain(), now=NOON) or ())
    assert not production.says("mona", "/lock").refusal


def locked(production: Production) -> Decision:
    """A person brings it back all the same."""
    return production.says("taro", "/deploy production #44 with #42", on=44)


# ---------------------------------------------------------------- turns


def test_a_release_that_failed_under_a_lock_is_called_at_the_locks_end() -> None:
    """The promise of the earlier answer is kept."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    production.later(minutes=2)
    production.says("hanako", "/lock production 15m migrating")
    production.sees("failed")
    assert "You are 1st in line and will be mentioned." in said(production.says("mona", "/deploy"))
    production.later(minutes=15)
    production.ticks()
    assert waiting(production.environment) == [production.now]


def test_a_release_that_failed_in_a_free_environment_has_the_turn() -> None:
    """The notice is the call, and the reminder counts from it."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    production.later(minutes=50)
    production.sees("failed")
    (one,) = production.environment.awaiting
    assert (one.called_at, one.call_at) == (production.now, None)
    production.later(minutes=29)
    production.ticks()
    assert waiting(production.environment) == [None]
    production.later(minutes=1)
    production.ticks()
    assert waiting(production.environment) == [production.now]


def waiting(found: Environment) -> list[Any]:
    """When a message was due for each release in line."""
    return [one.call_at for one in found.awaiting]


@pytest.mark.parametrize("line", ["/lock production 4h migrating", "/lock production forever migrating"])
@pytest.mark.parametrize("sight", ["failed", "cancelled"])
def test_a_release_that_ended_without_success_under_a_lock_shows_the_lock(line: str, sight: RunStatus) -> None:
    """The command is marked as for later."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    production.says("hanako", line)
    production.sees(sight)
    for place in (shown(production, 42), summary(production, 42)):
        assert "Locked by hanako" in place
        assert "To try again then: /deploy production #42" in place.replace("`", "")
    production.says("hanako", "/unlock")
    assert "nothing was deployed. To try again: /deploy production #42" in shown(production, 42)


@pytest.mark.parametrize(
    ("language", "theirs", "own"),
    [
        (
            "en",
            "🔒 Locked by mona: migrating. No end is set; `/unlock production <reason>` ends it.",
            "🔒 Locked by you: migrating. No end is set; `/unlock production` ends it.",
        ),
        (
            "ja",
            "🔒 mona がロック中 (migrating)。期限なし。解除するには `/unlock production <理由>`",
            "🔒 あなたがロック中 (migrating)。期限なし。解除するには `/unlock production`",
        ),
    ],
)
def test_a_lock_of_ones_own_is_worded_so_and_needs_no_reason(language: Any, theirs: str, own: str) -> None:
    """The proposed line ends it."""
    production = Production(environment())
    production.says("mona", "/lock production forever migrating")
    assert theirs in said(production.says("taro", "/status"), language)
    assert own in said(production.says("mona", "/status"), language)
    assert code(production.says("mona", "/unlock production")) is None
    assert not obstacles.obstacles(production.environment, production.now)


@pytest.mark.parametrize(
    ("language", "theirs", "own"),
    [
        (
            "en",
            "Locked by mona after rolling back #42; `/unlock production <reason>`",
            "Locked by you after rolling back #42; `/unlock production` ends",
        ),
        (
            "ja",
            "#42 の切り戻し後、mona がロック中。解除するには `/unlock production <理由>`",
            "#42 の切り戻し後、あなたがロック中。解除するには `/unlock production`",
        ),
    ],
)
def test_a_lock_after_ones_own_rollback_is_worded_so_and_needs_no_reason(language: Any, theirs: str, own: str) -> None:
    """The proposed line ends it."""
    production = rolled_back()
    assert theirs in said(production.says("taro", "/status"), language)
    assert own in said(production.says("mona", "/status"), language)
    assert code(production.says("mona", "/unlock production")) is None
    assert not obstacles.obstacles(production.environment, production.now)


@pytest.mark.parametrize(
    ("language", "theirs", "own"),
    [
        ("en", "⏹ @mona hanako has cancelled production-1 (#42).", "⏹ @mona production-1 (#42) is being cancelled."),
        (
            "ja",
            "⏹ @mona production-1 (#42) の中止を hanako が指示しました。",
            "⏹ @mona production-1 (#42) に中止を指示しました。",
        ),
    ],
)
def test_who_cancels_ones_own_deploy_is_not_named_to_oneself(language: Any, theirs: str, own: str) -> None:
    """The holder is mentioned, so that a phone shows it."""
    for who, told in (("hanako", theirs), ("mona", own)):
        production = Production(environment())
        production.merges(42)
        production.says("mona", "/deploy", on=42)
        production.starts()
        production.sees("running")
        assert told in said(production.says(who, "/cancel"), language)
