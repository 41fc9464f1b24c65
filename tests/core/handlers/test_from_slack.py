"""Answers in Slack: commands and buttons, and requests that match no repository."""

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import POLICY_UNREAD, Config, InvalidConfig, Language, Problem
from ghapp.core.handlers.slack_repository import choose_repository
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import SlackCommandGiven
from ghapp.core.model.slack_link import GitHubAccount
from ghapp.core.model.slack_person import SlackPerson, aimed
from ghapp.core.views import slack
from tests.core.build import NOON, PEOPLE, REPOSITORY, Production, code, config, environment, live
from tests.core.everywhere import whispered

CHANNEL = "C024BE91L"
MEMBER = SlackPerson(id=PEOPLE["mona"], team="T1")


def types(production: Production, text: str, *, by: SlackPerson = MEMBER, **more: Any) -> Decision:
    """A slash command in the channel."""
    production.comments += 1
    plain: dict[str, Any] = {"repository": REPOSITORY, "key": f"slack/{production.comments}", "person": by}
    plain |= {"author": f"slack:{by.id}", "team": "T1", "channel": CHANNEL, "text": text, "at": production.now}
    return production.apply(SlackCommandGiven(**{**plain, "reply": "", **more}))


def presses(production: Production, button: str, number: int, *, painted: int | None = None, **more: Any) -> Decision:
    """A button, as it was rendered at the number `painted`, else at the current one."""
    number_now = production.environment.number
    mark = ButtonId(
        repository=1,
        environment="production",
        pull=number,
        offered_at_number=number_now if painted is None else painted,
    )
    return types(production, "", button=button, mark=str(mark), number=number, **more)


def waiting(**more: Any) -> Production:
    """#41 is live; #42 and #44 wait, and #42 is called."""
    production = Production(environment(live=live(41), **more))
    production.merges(42)
    production.merges(44)
    return production


def said(decision: Decision) -> str:
    """The one answer, as Slack shows it."""
    (notice,) = decision.notices
    return slack.notice(notice, now=NOON).text


# ---------------------------------------------------------------- typed commands


def test_a_deploy_where_nothing_waits_is_answered_in_english() -> None:
    """The answer shows how to name a pull request."""
    assert said(types(Production(environment()), "/deploy production")) == (
        "Nothing is waiting for production. To deploy a merged pull request, add its number, like `#42`."
    )


def test_a_deploy_where_nothing_waits_is_answered_in_japanese() -> None:
    assert said(types(Production(environment(config=config(language="ja"))), "/deploy")) == (
        "production へのデプロイ待ちのプルリクエストはありません。"
        "マージ済みのものをデプロイするには、`#42` のような番号を付けてください。"
    )


@pytest.mark.parametrize("line", ["/deploy", "/deploy production", "/DEPLOY"])
def test_nothing_waits_also_where_every_release_was_skipped(line: str) -> None:
    """With or without the name, in any case."""
    assert code(types(Production(environment()), line)) == "slack.nothing_waits"
    production = Production(environment())
    production.merges(42)
    presses(production, "skip", 42)
    assert code(types(production, line)) == "slack.nothing_waits"


def test_a_command_that_is_carried_out_is_answered() -> None:
    """A deploy with the releases that ship along; a rollback with its target."""
    production = waiting()
    accepted = types(production, "/deploy production")
    assert said(accepted) == "Deploying #44 to production (production-1).\nShips with it: #42 (hanako)"
    production.starts()
    production.sees("succeeded")
    assert [notice.code for notice in types(production, "/rollback production").notices] == ["starting"]


def test_an_ambiguous_command_is_answered_with_both_environments() -> None:
    """Each with its button, for a deploy and for a rollback."""
    production = waiting(earlier=(live(40),))
    production.environments["staging"] = replace(production.environment, name="staging")
    both = {"production": config(), "staging": config()}
    production.config = Config(sha="c" * 40, environments=both)
    for line in ("/deploy #42", "/rollback"):
        (notice,) = types(production, line).notices
        assert (notice.code, len(notice.values["choices"])) == ("which_environment", 2)


@pytest.mark.parametrize(
    ("channel", "language", "told"),
    [
        ("C0OTHER00", "en", "This is not the channel of production, so nothing was done. Type it in <#C0OTHER00>."),
        (
            "C0OTHER00",
            "ja",
            "このチャンネルは production に対応していないため、何も実行していません。<#C0OTHER00> で入力してください。",
        ),
        (None, "en", "production has no channel, so nothing was done. Type it in the pull request."),
        (
            None,
            "ja",
            "production に対応するチャンネルはないため、何も実行していません。プルリクエストで入力してください。",
        ),
    ],
)
def test_a_command_outside_the_environments_channel_names_the_right_one(
    channel: str | None, language: Language, told: str
) -> None:
    """For a button in the old channel and for a command; nothing is done, and history has no entry."""
    production = waiting(config=config(channel=channel, language=language))
    production.environments["staging"] = environment(name="staging", config=config(language=language))
    both = {"production": production.environment.config, "staging": config(language=language)}
    production.config = Config(sha="c" * 40, environments=both)
    for decision in (presses(production, "deploy", 42), types(production, "/deploy production #42")):
        assert said(decision) == told
        assert (decision.changed, decision.entries) == ((), ())


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (replace(MEMBER, id="U0NOBODY"), "slack.unlinked"),
        (replace(MEMBER, guest=True), "slack.guest"),
        (replace(MEMBER, team="T2"), "slack.stranger"),
        (replace(MEMBER, deleted=True), "slack.gone"),
        (replace(MEMBER, bot=True), "slack.bot"),
    ],
)
def test_a_slack_user_who_may_not_act_reads_why(person: SlackPerson, expected: str) -> None:
    told = types(waiting(), "/deploy production", by=person)
    assert (code(told), told.outsider, told.changed) == (expected, True, ())


def test_an_unlinked_user_under_the_owners_rules_reads_of_their_file() -> None:
    """The repository's file cannot add people then."""
    told = types(waiting(config=config(acting={})), "/deploy production")
    assert code(told) == "slack.unlinked.owner"


# ---------------------------------------------------------------- proved accounts

PROVED = GitHubAccount(583231, "mona", NOON, 0)


def proved(login: str | None, **more: Any) -> Production:
    """The account of `PROVED` has this login now; None: it does not exist any more."""
    production = waiting(**more)
    production.logins = {PROVED.id: login} if login else {}
    return production


def test_a_proved_account_acts_under_the_login_that_it_has_now() -> None:
    """Whatever `people` says of the member; the entry says why."""
    production = proved("taro")
    decision = types(production, "/lock production 1h", account=PROVED)
    assert production.environment.manual
    assert [(entry.actor, entry.by) for entry in decision.entries] == [("taro", "link")]
    decision = types(production, "/lock production 1h")
    assert [(entry.actor, entry.by) for entry in decision.entries] == [("mona", "people")]


@pytest.mark.parametrize(
    ("login", "acting", "expected"),
    [
        (None, None, "slack.account_gone"),
        ("taro", {"mona": PEOPLE["mona"]}, "slack.not_among_people"),
        ("visitor", None, "not_allowed"),
    ],
)
def test_a_proved_account_that_may_not_act(login: str | None, acting: dict[str, str] | None, expected: str) -> None:
    """It is gone, or not named by the owner's rules, or without permission on GitHub: nothing else stands in for it."""
    told = types(proved(login, config=config(acting=acting)), "/lock production 1h", account=PROVED)
    assert (code(told), told.outsider, told.changed) == (expected, True, ())


def test_the_owners_rules_name_logins_in_any_case() -> None:
    """And a proved account may be the one of another member there."""
    production = proved("Mona", config=config(acting={"mona": PEOPLE["taro"]}))
    production.roles["Mona"] = "write"
    types(production, "/lock production 1h", account=PROVED)
    assert production.environment.manual


def test_a_member_without_an_account_reads_how_to_prove_one() -> None:
    """Where this server has a sign-in."""
    nobody = replace(MEMBER, id="U0NOBODY")
    assert code(types(waiting(), "/deploy production", by=nobody, can_link=True)) == "slack.unlinked.link"


# ---------------------------------------------------------------- languages


def test_a_command_under_a_first_config_with_an_error_is_answered_in_its_language() -> None:
    """Any command on a pull request; in English only if the config names no known language."""
    broken = InvalidConfig("d" * 40, (Problem(3, 5, "config.null"),), "ja")
    for line in ("/deploy", "/status", "/rollback production", "/lock 1h", "/deploi"):
        for read, language in ((broken, "ja"), (dataclasses.replace(broken, language=None), "en")):
            production = Production()
            production.config = read
            (notice,) = production.says("mona", line).notices
            assert notice.config.language == language


def test_a_command_without_a_readable_document_is_answered_in_the_configs_language() -> None:
    """Such environments count as locked."""
    production = Production()
    production.environments = {"production": Unreadable("production", "schema 2")}
    production.config = Config(sha="c" * 40, environments={"production": config(language="ja")})
    for line in ("/deploy", "/status production", "/deploy nowhere"):
        (notice,) = production.says("mona", line).notices
        assert notice.config.language == "ja"


# ---------------------------------------------------------------- buttons


def test_skip_and_pass_name_the_next_turn() -> None:
    """With the person whose turn it is then."""
    production = waiting()
    assert said(presses(production, "pass", 42)).startswith("hanako (#44) was asked instead")
    assert said(presses(production, "skip", 44)).startswith("#44 was skipped")
    alone = Production(environment())
    alone.merges(42)
    assert said(presses(alone, "pass", 42)).startswith("Nobody else is waiting")
    assert code(presses(alone, "skip", 41)) == "not_awaiting"


def test_a_button_of_another_number_does_nothing() -> None:
    """The message may be old."""
    assert code(presses(waiting(), "deploy", 42, painted=7)) == "slack.button_over"


def test_unlock_of_another_persons_hold_asks_for_a_reason() -> None:
    """Only the reason is missing."""
    production = waiting()
    production.says("taro", "/lock production 1h migrating")
    assert code(presses(production, "unlock", 42)) == "reason_needed"


# ---------------------------------------------------------------- no repository named


def spoken_of(*names: str) -> list[list[Environment]]:
    """Repositories of the channel, each with #42 waiting."""
    found = []
    for number, name in enumerate(names, 1):
        repository = replace(REPOSITORY, id=number, full_name=name)
        found.append([replace(waiting(earlier=(live(40),)).environment, repository=repository)])
    return found


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("/deploy production", (), "slack.no_repository"),
        ("/deploy production nowhere#42", ("acme/shop",), "slack.other_repository"),
        ("/deploy production", ("acme/shop", "acme/blog"), "slack.which_repository"),
        ("/rollback production", ("acme/shop", "acme/blog"), "slack.which_repository"),
        ("/deploy staging", ("acme/shop", "acme/blog"), "unknown_environment"),
        ("/deploy production", tuple(f"acme/shop-{number}" for number in range(30)), "slack.which_repository"),
    ],
)
def test_an_ambiguous_repository_is_answered_with_the_lines_to_type(
    text: str, names: tuple[str, ...], expected: str
) -> None:
    """In both languages, with as many choices as there is room for."""
    found = {here[0].repository.full_name: here for here in spoken_of(*names)}
    refusal = choose_repository(aimed(text), found)
    assert isinstance(refusal, Refusal)
    assert refusal.code == expected
    whispered(refusal, NOON)


# ---------------------------------------------------------------- the owner's rules

RULES = "acme/policies/.github/ghapp.yml"


LATER = Problem(3, 1, "config.later", {"text": "mode"})


@pytest.mark.parametrize("problem", [Problem(1, 1, POLICY_UNREAD), LATER, Problem(3, 1, "config.owners")])
def test_slack_commands_are_refused_while_the_owners_rules_cannot_be_used(problem: Problem) -> None:
    """For any problem and any person; a mistake in the repository's own file does not stop commands."""
    refused = "policy_unread" if problem.code == POLICY_UNREAD else "config_invalid"
    production = waiting()
    production.config = InvalidConfig("c" * 40, (problem,), file=RULES)
    for line in ("/deploy production #42", "/rollback production", "/lock production 1h", "/status production"):
        decision = types(production, line)
        assert code(decision) == refused, line
        assert RULES in said(decision)
        assert not production.environment.deployment
    assert code(presses(production, "deploy", 42)) == refused
    production.config = InvalidConfig("c" * 40, (Problem(1, 1, "config.file"),))
    types(production, "/lock production 1h")
    assert production.environment.manual


def test_the_current_owners_rules_hold_even_under_an_invalid_file() -> None:
    """A person removed from the rules is refused, and a person added is accepted."""
    production = waiting(config=config(acting={"taro": PEOPLE["taro"]}))
    production.config = InvalidConfig("c" * 40, (Problem(1, 1, "config.file"),), acting={"mona": PEOPLE["mona"]})
    types(production, "/lock production 1h")
    assert production.environment.manual
    taro = replace(MEMBER, id=PEOPLE["taro"])
    assert code(types(production, "/unlock production now", by=taro)) == "slack.unlinked.owner"
