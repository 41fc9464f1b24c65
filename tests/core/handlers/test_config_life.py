"""A config that changes, breaks, leaves and comes back: what goes on, and under which terms."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.core.config.model import Config, InvalidConfig, Language, NoConfig, Problem, Window
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import BrokenConfig, Environment, Run
from ghapp.core.model.events import ConfigChanged, HeadChanged, RunObserved, RunStatus
from ghapp.core.model.run_jobs import RunJob
from ghapp.core.rules.next_step import due_at
from ghapp.core.rules.release_status import concerned
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
    """The default branch was pushed to."""
    return production.apply(ConfigChanged(repository=REPOSITORY, key="delivery/1"))


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (None, {"mona": "U024BE7LH"}, "appeared"),
        ({"mona": "U024BE7LH"}, {"mona": "U024BE7LH", "taro": "U024BE7TA"}, "changed"),
        ({"mona": "U024BE7LH"}, None, "gone"),
    ],
)
def test_who_may_act_from_slack_by_the_owners_rules_is_told_when_it_changes(
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


def test_a_repository_that_was_renamed_is_written_bit_by_bit_where_it_has_had_many_environments() -> None:
    """A store writes so many at once and no more. Those that count come first; those that have left follow."""
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
    """An environment as it is."""
    found = production.environments[name]
    assert isinstance(found, Environment)
    return found


def refused(decision: Decision) -> str | None:
    """The reason code."""
    return decision.refusal.code if decision.refusal else None


def shown(production: Production) -> gate.Gate | None:
    """The gate of pull requests onto main."""
    found = [one(production, name) for name in production.environments]
    return gate.render(found, gate.Change(base="main"), production.now)


# ---------------------------------------------------------------- it changes


def test_new_terms_hold_without_a_command() -> None:
    """An environment at rest has them at once; the same terms at another commit change nothing."""
    production = Production(environment())
    pushed(production)
    production.config = replace(production.config, sha="f" * 40)
    assert pushed(production) == Decision()
    production.config = Config(sha="e" * 40, environments={"production": config(language="ja")})
    assert [changed.config.language for changed in pushed(production).changed] == ["ja"]


def test_a_push_makes_the_environments_that_a_config_names() -> None:
    """So that they are there before the first merge."""
    production = Production()
    assert [changed.name for changed in pushed(production).changed] == ["production"]


def test_what_is_under_way_goes_on_under_the_terms_it_was_accepted_under() -> None:
    """However the config changes meanwhile."""
    production = deploying()
    production.config = Config(sha="e" * 40, environments={"production": config(cooldown=timedelta(hours=9))})
    pushed(production)
    deployment = one(production).deployment
    assert deployment
    assert deployment.grant.config.cooldown == timedelta(0)
    assert one(production).config.cooldown == timedelta(hours=9)


# ---------------------------------------------------------------- it breaks


def test_a_broken_config_keeps_the_last_valid_terms() -> None:
    """Nothing new starts; what was, goes on; and nobody is told that anything is gone."""
    production = deploying()
    production.config = BROKEN
    assert [changed.broken_config for changed in pushed(production).changed] == [BROKEN_IS]
    production.config = replace(BROKEN, sha="f" * 40)  # the same at another commit is nothing new
    assert pushed(production) == Decision()
    assert one(production).gone is None
    assert refused(production.says("mona", "/deploy", on=44)) == "config_invalid"
    production.sees("succeeded")
    assert refused(production.says("mona", "/unlock")) is None
    assert refused(production.says("mona", "/lock production 1h because")) is None
    assert refused(production.says("mona", "/status")) is None


def test_whatever_reads_a_broken_config_notes_it_and_whatever_reads_a_mended_one_calls_again() -> None:
    """A push may never be heard of. Who is called in between would be refused."""
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


# ---------------------------------------------------------------- it leaves


def test_a_config_that_leaves_is_followed_to_rest_and_then_silence() -> None:
    """Its gate holds until then and is free after; nobody is called, and commands are told so for a week."""
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


def test_a_hold_by_hand_of_what_is_gone_blocks_no_merge() -> None:
    """Nobody could end it any more."""
    production = Production(environment())
    production.says("mona", "/lock production forever migrating")
    assert (shown(production) or FREE).state == "pending"
    production.config = NoConfig()
    pushed(production)
    assert shown(production) == FREE


def test_the_calendar_of_what_is_gone_wakes_nobody() -> None:
    """It is silent, and holds no merge either."""
    meeting = Window(start=0, end=1439, reason="board meeting")
    production = Production(environment(config=config(freeze=(meeting,))))
    assert (shown(production) or FREE).state == "pending"
    production.config = NoConfig()
    pushed(production)
    assert shown(production) == FREE
    assert due_at(one(production), production.now, poll=timedelta(minutes=1)) is None


def test_an_environment_that_leaves_a_config_is_noticed_by_any_event() -> None:
    """Also where the push itself was never heard of."""
    production = Production(environment())
    production.config = names(staging="stage")
    production.merges(42)
    assert one(production).gone == production.now
    assert one(production).awaiting == ()


def test_what_comes_back_goes_on_where_it_was() -> None:
    """With its number, its history and its line."""
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


# ---------------------------------------------------------------- it is renamed


def test_a_new_name_is_not_taken_while_the_old_one_is_not_at_rest() -> None:
    """It may be the same place under another name: two runs there is what this product is against."""
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
    assert one(production, "prod").number == 1  # above the highest, so that no number is met twice
    assert refused(production.says("mona", "/deploy prod #44", on=44)) is None
    assert one(production, "prod").number == 2


def test_environments_that_stay_are_not_held_up_by_one_that_leaves() -> None:
    """Only new names wait."""
    production = deploying()
    production.environments["staging"] = environment(name="staging", config=config(branch="stage"))
    production.config = names(staging="stage", other="main")
    pushed(production)
    assert set(production.environments) == {"production", "staging"}
    assert one(production, "staging").gone is None


def test_nothing_is_gone_while_the_config_was_not_read() -> None:
    """Time and runs say nothing about it."""
    production = deploying()
    production.config = NoConfig()
    production.ticks()
    production.sees("running")
    assert one(production).gone is None
    assert production.now == NOON


# ---------------------------------------------------------------- what is shown of what has left


def left(status: RunStatus | None, *, language: Language = "en") -> Environment:
    """Production has left the config at 13:42, and what was under way there has ended so since."""
    production = deploying()
    production.config = NoConfig()
    pushed(production)
    if status:
        production.sees(status)
        production.later(minutes=31)
        production.ticks()
    return spoken(one(production), language)


def read(found: Environment, number: int) -> list[str]:
    """What is said of a release in its message, its check and its comment."""
    now = NOON + timedelta(hours=1)
    message = slack.prompt([found], number, web="", now=now)
    check = check_run.render(found, next(one for one in concerned(found) if one.number == number), web="", now=now)
    assert message
    assert (message.offers, message.old) == (False, True)
    assert check.actions == ()
    assert comment.prompt(found, number, web="", now=now) is None
    past = comment.past(found, number, now=now)
    assert past
    return [message.text, check.title, check.summary, past.rpartition("\n\n")[0]]


def test_what_waits_where_nothing_is_released_any_more_says_so() -> None:
    """No line, no button, and when it left; in both languages."""
    title = "Show prices with tax (#44 by hanako)"
    told = f"#44 did not go live on production, which left `.github/ghapp.yml` at 13:42 JST.\n{title}"
    shown = [told, "production is gone from the config", told.replace("\n", "\n\n"), told]
    assert read(left("succeeded"), 44) == shown
    assert read(left("succeeded", language="ja"), 44)[0].startswith(
        "#44 は production に出ませんでした(production は 13:42 JST に `.github/ghapp.yml` からなくなりました)。"
    )


def test_what_was_live_last_says_so() -> None:
    """Whether or not it went live before it left; nothing of what runs there by now."""
    assert read(left("succeeded"), 42)[0].startswith(
        "#42 was the last one live on production, which left `.github/ghapp.yml` at 13:42 JST.\n"
    )
    assert read(left("succeeded", language="ja"), 42)[0].startswith(
        "#42 は production の最後の本番でした(production は 13:42 JST に `.github/ghapp.yml` からなくなりました)。"
    )


@pytest.mark.parametrize(
    ("status", "ended"), [("failed", "production-1 failed"), ("cancelled", "production-1 was cancelled")]
)
def test_what_failed_where_nothing_is_released_any_more_proposes_nothing(status: RunStatus, ended: str) -> None:
    """Its check keeps how it ended."""
    message, title, summary, past = read(left(status), 42)
    assert message.startswith("#42 did not go live on production, which left `.github/ghapp.yml` at 13:42 JST.\n")
    assert title == ended
    assert not [text for text in (message, summary, past) if "/deploy" in text]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "#42 may have reached production with production-1; production left `.github/ghapp.yml` at 13:42 JST."),
        (
            "ja",
            "#42 は production に出た可能性があります(production-1)。"
            "production は 13:42 JST に `.github/ghapp.yml` からなくなりました。",
        ),
    ],
)
def test_what_failed_and_may_be_out_says_so(language: Language, told: str) -> None:
    """Though nothing can be taken back there any more."""
    production = deploying()
    production.config = NoConfig()
    pushed(production)
    jobs = (RunJob(name="deploy", ended="failure", began=True, deploys=True),)
    number = production.environment.number
    production.apply(RunObserved(environment="production", number=number, status="failed", run=RUN, jobs=jobs))
    assert read(spoken(one(production), language), 42)[0].startswith(f"{told}\n")


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_its_comment_tells_what_happened_and_nothing_of_now(status: RunStatus) -> None:
    """No way back, nothing to unlock, nothing to try again."""
    found = left(status)
    assert found.deployment
    told = comment.number(found, found.deployment, now=NOON + timedelta(hours=1))
    assert "`/" not in told
    assert " is " not in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "production left `.github/ghapp.yml` at 13:42 JST."),
        ("ja", "production は 13:42 JST に `.github/ghapp.yml` からなくなりました。"),
    ],
)
def test_news_of_what_has_left_propose_no_line(language: Language, told: str) -> None:
    """That it left is said where the next step would be."""
    production = deploying()
    production.environments["production"] = spoken(one(production), language)
    production.config = NoConfig()
    pushed(production)
    notices = production.sees("failed").notices
    assert notices
    for notice in notices:
        assert lines_of(notice, GitHub(), now=production.now)[-1] == told


def test_a_call_of_what_has_left_says_so() -> None:
    """It is not said that it was no longer free."""
    found = replace(left(None), awaiting=(release(44, called_at=NOON),), deployment=None)
    asked, now = call.Call(44, NOON), NOON + timedelta(minutes=6)
    told = call.message(found, asked, now=now)
    assert told.text == (
        "#44 was called at 13:42 JST. That turn is over: production left `.github/ghapp.yml` at 13:42 JST."
    )
    assert not told.offers
    assert call.message(spoken(found, "ja"), asked, now=now).text == (
        "#44 の順番は 13:42 JST に来ましたが、"
        "production が 13:42 JST に `.github/ghapp.yml` からなくなったため終わりました。"
    )


def test_who_was_called_is_not_left_waiting_for_what_has_left() -> None:
    """The call that stood is closed by the change itself."""
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
    assert told.text.endswith("That turn is over: production left `.github/ghapp.yml` at 13:43 JST.")


def test_a_line_for_what_has_left_is_told_since_when() -> None:
    """Where others are there still, too; what never was there is unknown as before."""
    production = Production(environment())
    production.config = names(staging="main")
    pushed(production)
    production.later(minutes=1)
    for line in ("/deploy production #44", "/rollback production", "/unlock production"):
        (notice,) = production.says("mona", line, on=44).notices
        assert lines_of(notice, GitHub(), now=production.now) == [
            "production: no longer in `.github/ghapp.yml` on the default branch since 13:42 JST, so nothing was done."
        ]
    assert refused(production.says("mona", "/deploy nowhere #44", on=44)) == "unknown_environment"
    production.config = Config(sha="e" * 40, environments={"staging": config(language="ja")})
    (notice,) = production.says("mona", "/deploy production", on=44).notices
    assert lines_of(notice, GitHub(), now=production.now) == [
        "production は 13:42 JST にデフォルトブランチの `.github/ghapp.yml` からなくなったので、何もしていません。"
    ]
