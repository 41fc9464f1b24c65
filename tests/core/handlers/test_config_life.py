"""A config that changes, breaks, leaves and comes back: what continues, and under which environment config."""

import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Config, InvalidConfig, Language, NoConfig, Problem, Window
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import BrokenConfig, Environment, Run
from ghapp.core.model.events import ConfigChanged, HeadChanged, RunObserved, RunStatus
from ghapp.core.model.facts import Files
from ghapp.core.model.run_jobs import RunJob
from ghapp.core.rules.next_step import due_at
from ghapp.core.rules.release_status import pulls_to_show
from ghapp.core.views import call, check_run, comment, gate, slack
from ghapp.core.views.markup import GitHub
from ghapp.core.views.notice import render as lines_of
from tests.core.build import NOON, REPOSITORY, Production, config, environment, release
from tests.core.everywhere import in_language as spoken

RUN = Run(9, "https://github.com/acme/shop/actions/runs/9")

BROKEN = InvalidConfig("d" * 40, (Problem(3, 5, "config.null"),))
BROKEN_IS = BrokenConfig(".github/ghapp.yml", "d" * 40, Problem(3, 5, "config.null"))
FREE = gate.Gate("success", "Free to merge")


def pushed(production: Production) -> Decision:
    """A push to the default branch."""
    return production.apply(ConfigChanged(repository=REPOSITORY, key="delivery/1"))


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (None, {"mona": "U024BE7LH"}, "appeared"),
        ({"mona": "U024BE7LH"}, {"mona": "U024BE7LH", "taro": "U024BE7TA"}, "changed"),
        ({"mona": "U024BE7LH"}, None, "gone"),
    ],
)
def test_a_change_of_the_people_in_the_owners_rules_gets_a_notice(
    before: dict[str, str] | None, after: dict[str, str] | None, what: str
) -> None:
    """In the channel, and in history."""
    production = Production(environment(config=config(acting=before)))
    production.config = Config(sha="e" * 40, environments={"production": config(acting=after)})
    decision = pushed(production)
    (told,) = decision.notices
    assert (told.code, told.values["what"]) == ("people", what)
    assert "people" in [entry.what for entry in decision.entries]


def names(**environments: str) -> Config:
    """A config with these environments, each with its branch."""
    read = {name.replace("_", "-"): config(branch=branch) for name, branch in environments.items()}
    return Config(sha="e" * 40, environments=read)


def deploying() -> Production:
    """Production, in which #42 is under way; #44 is merged and waits."""
    production = Production(environment())
    production.merges(42)
    production.merges(44)
    production.says("mona", "/deploy", on=42)
    production.starts()
    production.sees("running")
    return production


def test_a_renamed_repository_with_many_environments_is_written_in_parts() -> None:
    """A store writes 80 documents at once at most. The named environments come first, the gone ones follow."""
    now = replace(REPOSITORY, full_name="acme/store")
    production = Production()
    for number in range(120):
        gone = None if 40 <= number < 80 else NOON
        place = replace(environment(), name=f"e{number}", gone=gone)
        production.environments[place.name] = place
    named = {f"e{number}": config() for number in range(40, 80)}
    production.config = Config(sha="c" * 40, environments=named)
    told = ConfigChanged(repository=now, key="delivery/1")
    first = production.apply(told)
    assert {changed.name for changed in first.changed} >= set(named)
    assert len(first.changed) == 80
    assert len(production.apply(told).changed) == 40
    assert all(one(production, name).repository == now for name in production.environments)


def one(production: Production, name: str = "production") -> Environment:
    """The current state of an environment."""
    found = production.environments[name]
    assert isinstance(found, Environment)
    return found


def refused(decision: Decision) -> str | None:
    return decision.refusal.code if decision.refusal else None


def shown(production: Production) -> gate.Gate | None:
    """The gate of pull requests onto main."""
    found = [one(production, name) for name in production.environments]
    return gate.render(found, gate.Change(base="main"), production.now)


# ---------------------------------------------------------------- the config changes


def test_a_new_config_holds_without_a_command() -> None:
    """An idle environment has it at once; the same config at another commit changes nothing."""
    production = Production(environment())
    pushed(production)
    production.config = dataclasses.replace(production.config, sha="f" * 40)
    assert pushed(production) == Decision()
    production.config = Config(sha="e" * 40, environments={"production": config(language="ja")})
    assert [changed.config.language for changed in pushed(production).changed] == ["ja"]


def test_a_push_creates_the_environments_that_the_config_names() -> None:
    """They exist before the first merge."""
    production = Production()
    assert [changed.name for changed in pushed(production).changed] == ["production"]


def test_an_attempt_keeps_the_config_it_was_accepted_under() -> None:
    """Any later change of the config leaves the attempt alone."""
    production = deploying()
    production.config = Config(sha="e" * 40, environments={"production": config(cooldown=timedelta(hours=9))})
    pushed(production)
    deployment = one(production).deployment
    assert deployment
    assert deployment.grant.config.cooldown == timedelta(0)
    assert one(production).config.cooldown == timedelta(hours=9)


# ---------------------------------------------------------------- the config breaks


def test_under_a_broken_config_the_last_valid_one_holds() -> None:
    """No new release starts, existing attempts continue, and no environment counts as gone."""
    production = deploying()
    production.config = BROKEN
    assert [changed.broken_config for changed in pushed(production).changed] == [BROKEN_IS]
    production.config = dataclasses.replace(BROKEN, sha="f" * 40)  # the same problem at another commit changes nothing
    assert pushed(production) == Decision()
    assert one(production).gone is None
    assert refused(production.says("mona", "/deploy", on=44)) == "config_invalid"
    production.sees("succeeded")
    assert refused(production.says("mona", "/unlock")) is None
    assert refused(production.says("mona", "/lock production 1h because")) is None
    assert refused(production.says("mona", "/status")) is None


@pytest.mark.parametrize(
    ("files", "aside", "told"),
    [
        (Files(frozenset({"src/a.py", ".github/ghapp.yml"})), False, True),
        (Files(frozenset({"src/a.py"})), False, False),
        (Files(frozenset({"src/a.py"}), complete=False), False, False),
        (Files(frozenset({".github/ghapp.yml"})), True, False),
    ],
)
def test_the_merge_that_changed_a_broken_config_gets_a_notice(files: Files, aside: bool, told: bool) -> None:
    """Only one onto the default branch whose list of files has the config; the release still waits in line."""
    production = Production(environment())
    production.config, production.files[42] = BROKEN, files
    decision = production.merges(42, aside=aside)
    found = [(one.code, one.destination.pull, one.values["problem"]["line"]) for one in decision.notices]
    assert found == ([("merged_config_invalid", 42, 3)] if told else [])
    assert [release.pull.number for release in one(production).awaiting] == [42]


def test_a_merge_under_broken_rules_of_the_owner_gets_no_notice() -> None:
    """The pull request has changed nothing of those."""
    production = Production(environment())
    production.config = dataclasses.replace(BROKEN, file="acme/policies/.github/ghapp.yml")
    production.files[42] = Files(frozenset({".github/ghapp.yml"}))
    assert production.merges(42).notices == ()


def test_any_event_records_a_broken_config_and_a_repaired_one_resumes_calls() -> None:
    """The push may never arrive. A call under a broken config would lead to a refusal."""
    production = Production(environment(awaiting=(release(42), release(44))))
    valid, production.config = production.config, BROKEN
    production.ticks()
    assert [entry.what for entry in production.says("mona", "/status").entries] == []
    assert one(production).broken_config == BROKEN_IS
    assert call.calls(one(production), production.now) == ()
    assert gate.render([one(production)], gate.Change(base="main"), production.now) == FREE
    production.config = valid
    assert [entry.what for entry in production.says("mona", "/status").entries] == ["called"]
    assert one(production).broken_config is None


# ---------------------------------------------------------------- the config leaves


def test_a_removed_config_lets_the_attempt_end_and_is_then_silent() -> None:
    """The gate holds until the attempt is over and then frees; no call is made, and commands are refused for a week."""
    production = deploying()
    production.config = NoConfig()
    assert [changed.gone for changed in pushed(production).changed] == [production.now]
    assert (shown(production) or FREE).state == "pending"
    assert production.apply(HeadChanged(repository=REPOSITORY, key="k", number=44, base="main")).gates == (44,)
    assert refused(production.says("mona", "/deploy", on=44)) == "environment_gone"
    assert refused(production.says("mona", "/status")) is None
    assert refused(production.says("mona", "/unlock")) == "run_under_way"
    production.sees("succeeded")
    production.later(minutes=23)
    assert not production.ticks().notices
    assert shown(production) == FREE
    assert due_at(one(production), production.now, poll=timedelta(minutes=1)) is None
    assert refused(production.says("mona", "/deploy", on=44)) == "environment_left"
    assert production.apply(HeadChanged(repository=REPOSITORY, key="k", number=44, base="main")) == Decision()
    production.later(days=7)
    assert production.says("mona", "/deploy", on=44) == Decision()


def test_a_manual_hold_of_a_gone_environment_blocks_no_merge() -> None:
    """No command could end that hold any more."""
    production = Production(environment())
    production.says("mona", "/lock production forever migrating")
    assert (shown(production) or FREE).state == "pending"
    production.config = NoConfig()
    pushed(production)
    assert shown(production) == FREE


def test_the_calendar_of_a_gone_environment_is_never_due() -> None:
    """A gone environment is silent, and its freeze holds no merge."""
    meeting = Window(start=0, end=1439, reason="board meeting")
    production = Production(environment(config=config(freeze=(meeting,))))
    assert (shown(production) or FREE).state == "pending"
    production.config = NoConfig()
    pushed(production)
    assert shown(production) == FREE
    assert due_at(one(production), production.now, poll=timedelta(minutes=1)) is None


def test_any_event_notices_that_an_environment_left_the_config() -> None:
    """Also if the webhook of the push never arrived."""
    production = Production(environment())
    production.config = names(staging="stage")
    production.merges(42)
    assert one(production).gone == production.now
    assert one(production).awaiting == ()


def test_an_environment_that_returns_to_the_config_continues() -> None:
    """With its number, its history and its waiting line."""
    production = deploying()
    before = production.config
    production.config = NoConfig()
    pushed(production)
    production.sees("succeeded")
    production.later(minutes=23)
    production.ticks()
    production.config = before
    (back,) = pushed(production).changed
    assert back.gone is None
    assert back.number == 1
    assert [release.pull.number for release in back.awaiting] == [44]
    assert back.awaiting[0].called_at == production.now


# ---------------------------------------------------------------- the environment is renamed


def test_a_new_environment_waits_while_one_that_left_is_busy() -> None:
    """Both names may be the same place, and ghapp prevents two runs at one place."""
    production = deploying()
    production.config = names(prod="main")
    pushed(production)
    assert set(production.environments) == {"production"}
    assert refused(production.says("mona", "/deploy prod #44", on=44)) == "environment_waits"
    production.sees("succeeded")
    production.later(minutes=23)
    production.ticks()
    pushed(production)
    assert set(production.environments) == {"production", "prod"}
    assert one(production, "prod").number == 1  # above the highest, so that no number occurs twice
    assert refused(production.says("mona", "/deploy prod #44", on=44)) is None
    assert one(production, "prod").number == 2


def test_environments_that_stay_do_not_wait_for_one_that_left() -> None:
    """Only new names wait."""
    production = deploying()
    production.environments["staging"] = environment(name="staging", config=config(branch="stage"))
    production.config = names(staging="stage", other="main")
    pushed(production)
    assert set(production.environments) == {"production", "staging"}
    assert one(production, "staging").gone is None


def test_no_environment_is_gone_before_the_config_is_read() -> None:
    """Ticks and observations do not read the config."""
    production = deploying()
    production.config = NoConfig()
    production.ticks()
    production.sees("running")
    assert one(production).gone is None
    assert production.now == NOON


# ---------------------------------------------------------------- how an environment that left is shown


def left(status: RunStatus | None, *, language: Language = "en") -> Environment:
    """Production has left the config at 13:42, and its attempt has ended so since."""
    production = deploying()
    production.config = NoConfig()
    pushed(production)
    if status:
        production.sees(status)
        production.later(minutes=31)
        production.ticks()
    return spoken(one(production), language)


def read(found: Environment, number: int) -> list[str]:
    """The texts about a release in its message, its check and its comment."""
    now = NOON + timedelta(hours=1)
    message = slack.prompt([found], number, web="", now=now)
    check = check_run.render(found, next(one for one in pulls_to_show(found) if one.number == number), web="", now=now)
    assert message
    assert (message.offers, message.old) == (False, True)
    assert check.actions == ()
    assert comment.prompt(found, number, web="", now=now) is None
    past = comment.past(found, number, now=now)
    assert past
    return [message.text, check.title, check.summary, past.rpartition("\n\n")[0]]


def test_a_release_that_waits_for_a_gone_environment_is_shown_as_not_live() -> None:
    """No command, no button, and when the environment left; in both languages."""
    title = "Show prices with tax (#44 by hanako)"
    told = f"#44 did not go live on production, which was removed from `.github/ghapp.yml` at 13:42 JST.\n{title}"
    shown = [told, "production was removed from the config", told.replace("\n", "\n\n"), told]
    assert read(left("succeeded"), 44) == shown
    assert read(left("succeeded", language="ja"), 44)[0].startswith(
        "#44 は production にデプロイされませんでした。production は 13:42 JST に `.github/ghapp.yml` から削除されま"
        "した。"
    )


def test_the_last_live_release_of_a_gone_environment_is_shown_as_such() -> None:
    """Whether it went live before or after that; without a statement about the present."""
    assert read(left("succeeded"), 42)[0].startswith(
        "#42 was the last one live on production, which was removed from `.github/ghapp.yml` at 13:42 JST.\n"
    )
    assert read(left("succeeded", language="ja"), 42)[0].startswith(
        "#42 は production で最後に稼働していたものです。production は 13:42 JST に `.github/ghapp.yml` から削除され"
        "ました。"
    )


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        ("failed", "Deploy to production failed (production-1)"),
        ("cancelled", "Deploy to production was cancelled (production-1)"),
    ],
)
def test_a_failed_release_of_a_gone_environment_proposes_no_command(status: RunStatus, ended: str) -> None:
    """Its check keeps the result."""
    message, title, summary, past = read(left(status), 42)
    assert message.startswith(
        "#42 did not go live on production, which was removed from `.github/ghapp.yml` at 13:42 JST.\n"
    )
    assert title == ended
    assert not [text for text in (message, summary, past) if "/deploy" in text]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "#42 may be partly deployed to production (production-1), which was removed from `.github/ghapp.yml` at "
            "13:42 JST.",
        ),
        (
            "ja",
            "#42 は production に途中まで反映された可能性があります (production-1)。"
            "production は 13:42 JST に `.github/ghapp.yml` から削除されました。",
        ),
    ],
)
def test_a_failed_release_that_may_be_out_is_shown_as_such(language: Language, told: str) -> None:
    """Although no command can roll it back any more."""
    production = deploying()
    production.config = NoConfig()
    pushed(production)
    jobs = (RunJob(name="deploy", ended="failure", began=True, deploys=True),)
    number = production.environment.number
    production.apply(RunObserved(environment="production", number=number, status="failed", run=RUN, jobs=jobs))
    assert read(spoken(one(production), language), 42)[0].startswith(f"{told}\n")


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_the_comment_of_a_gone_environment_reports_only_the_past(status: RunStatus) -> None:
    """No rollback, no unlock, no second try."""
    found = left(status)
    assert found.deployment
    told = comment.number(found, found.deployment, now=NOON + timedelta(hours=1))
    assert "`/" not in told
    assert " is " not in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "production was removed from `.github/ghapp.yml` at 13:42 JST."),
        ("ja", "production は 13:42 JST に `.github/ghapp.yml` から削除されました。"),
    ],
)
def test_notices_of_a_gone_environment_propose_no_command(language: Language, told: str) -> None:
    """In place of the next step, the notice says that the environment left."""
    production = deploying()
    production.environments["production"] = spoken(one(production), language)
    production.config = NoConfig()
    pushed(production)
    notices = production.sees("failed").notices
    assert notices
    for notice in notices:
        assert lines_of(notice, GitHub(), now=production.now)[-1] == told


def test_a_call_ends_with_the_environment() -> None:
    """The message does not say that the environment was no longer free."""
    found = replace(left(None), awaiting=(release(44, called_at=NOON),), deployment=None)
    asked, now = call.Call(44, NOON), NOON + timedelta(minutes=6)
    told = call.message(found, asked, now=now)
    assert told.text == (
        "#44 was called at 13:42 JST. That turn is over: production was removed from `.github/ghapp.yml` at 13:42 JST."
    )
    assert not told.offers
    assert call.message(spoken(found, "ja"), asked, now=now).text == (
        "#44 の順番は 13:42 JST に来ましたが、production が 13:42 JST に `.github/ghapp.yml` から削除されたため終わり"
        "ました。"
    )


def test_an_open_call_is_closed_when_the_environment_leaves() -> None:
    """The change itself closes the open call."""
    production = Production(environment())
    production.says("mona", "/lock production 1h migrating")
    production.merges(44)
    production.says("mona", "/unlock production")
    production.later(minutes=1)
    production.ticks()
    (asked,) = production.called
    production.config = NoConfig()
    pushed(production)
    told = call.message(one(production), asked, now=production.now)
    assert not told.offers
    assert told.text.endswith("That turn is over: production was removed from `.github/ghapp.yml` at 13:43 JST.")


def test_a_command_for_a_gone_environment_is_answered_with_the_time_it_left() -> None:
    """Also while other environments remain; a name that never existed is unknown as before."""
    production = Production(environment())
    production.config = names(staging="main")
    pushed(production)
    production.later(minutes=1)
    for line in ("/deploy production #44", "/rollback production", "/unlock production"):
        (notice,) = production.says("mona", line, on=44).notices
        assert lines_of(notice, GitHub(), now=production.now) == [
            "production: removed from `.github/ghapp.yml` on the default branch at 13:42 JST, so nothing was done. "
            "To use it again, add it there."
        ]
    assert refused(production.says("mona", "/deploy nowhere #44", on=44)) == "unknown_environment"
    production.config = Config(sha="e" * 40, environments={"staging": config(language="ja")})
    (notice,) = production.says("mona", "/deploy production", on=44).notices
    assert lines_of(notice, GitHub(), now=production.now) == [
        "production は 13:42 JST にデフォルトブランチの `.github/ghapp.yml` から削除されたため、"
        "何も実行していません。使うには設定に追加してください。"
    ]
