"""What Slack is answered: commands and buttons there, and what cannot be decided in any repository."""

from dataclasses import replace
from typing import Any

import pytest

from ghapp.core.config.model import POLICY_UNREAD, Config, InvalidConfig, Language, Problem
from ghapp.core.handlers.slack_repository import choose_repository
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import SlackCommandGiven
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
    return production.apply(SlackCommandGiven(**{**plain, "reply": "", "web": "https://github.com", **more}))


def presses(production: Production, button: str, number: int, *, painted: int | None = None, **more: Any) -> Decision:
    """A button, as it was painted at that number, else at the one of now."""
    number_now = production.environment.number
    mark = ButtonId(
        repository=1, environment="production", pull=number, painted=number_now if painted is None else painted
    )
    return types(production, "", button=button, mark=str(mark), number=number, **more)


def waiting(**more: Any) -> Production:
    """#41 serves; #42 and #44 wait, and #42 is called."""
    production = Production(environment(live=live(41), **more))
    production.merges(42)
    production.merges(44)
    return production


def said(decision: Decision) -> str:
    """The one answer, as Slack shows it."""
    (notice,) = decision.notices
    return slack.notice(notice, now=NOON).text


# ---------------------------------------------------------------- what is typed


def test_a_deploy_where_nothing_waits_is_answered_in_english() -> None:
    """With how a pull request is named."""
    assert said(types(Production(environment()), "/deploy production")) == (
        "Nothing waits for production. A merged pull request is named like this: `/deploy production #42`"
    )


def test_a_deploy_where_nothing_waits_is_answered_in_japanese() -> None:
    """The same in Japanese."""
    assert said(types(Production(environment(config=config(language="ja"))), "/deploy")) == (
        "production の順番待ちはありません。マージ済みのプルリクエストはこう指定します: `/deploy production #42`"
    )


@pytest.mark.parametrize("line", ["/deploy", "/deploy production", "/DEPLOY"])
def test_nothing_waits_also_where_all_of_it_was_skipped_or_is_on_its_way(line: str) -> None:
    """However it is typed."""
    assert code(types(Production(environment()), line)) == "slack.nothing_waits"
    production = Production(environment())
    production.merges(42)
    presses(production, "skip", 42)
    assert code(types(production, line)) == "slack.nothing_waits"


def test_what_is_typed_and_carried_out_is_answered() -> None:
    """With what ships along; and the way back, with where it leads."""
    production = waiting()
    accepted = types(production, "/deploy production")
    assert said(accepted) == "#44 is on its way to production (production-1).\nShips with it: #42 (hanako)"
    production.starts()
    production.sees("succeeded")
    assert [notice.code for notice in types(production, "/rollback production").notices] == ["slack.accepted"]


def test_a_line_that_can_mean_two_environments_is_answered_with_both() -> None:
    """Each with its button, for what goes out and for what comes back."""
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
        ("C0OTHER00", "en", "This channel is not the one of production, so nothing was done. Go to <#C0OTHER00>."),
        (
            "C0OTHER00",
            "ja",
            "このチャンネルは production のものではないので、何もしていません。<#C0OTHER00> で操作してください。",
        ),
        (None, "en", "production has no channel, so nothing was done. Type it in the pull request."),
        (
            None,
            "ja",
            "production に対応するチャンネルはないので、何もしていません。プルリクエストで入力してください。",
        ),
    ],
)
def test_where_it_is_spoken_of_elsewhere_by_now_that_is_said(
    channel: str | None, language: Language, told: str
) -> None:
    """To a press in the old channel and to a line; nothing is done, and its history has nothing to tell."""
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
def test_whoever_may_not_act_is_told_why(person: SlackPerson, expected: str) -> None:
    """And nothing changes."""
    told = types(waiting(), "/deploy production", by=person)
    assert (code(told), told.outsider, told.changed) == (expected, True, ())


def test_where_the_owner_says_who_may_act_that_file_is_named() -> None:
    """The repository cannot add anybody."""
    told = types(waiting(config=config(acting={})), "/deploy production")
    assert code(told) == "slack.unlinked.owner"


# ---------------------------------------------------------------- in whose language


def test_a_command_under_a_first_config_with_an_error_is_answered_in_its_language() -> None:
    """On a pull request, whatever is typed there; English only where it asks for nothing that can be read."""
    broken = InvalidConfig("d" * 40, (Problem(3, 5, "config.null"),), "ja")
    for line in ("/deploy", "/status", "/rollback production", "/lock 1h", "/deploi"):
        for read, language in ((broken, "ja"), (replace(broken, language=None), "en")):
            production = Production()
            production.config = read
            (notice,) = production.says("mona", line).notices
            assert notice.config.language == language


def test_a_command_where_no_document_can_be_read_is_answered_in_the_configs_language() -> None:
    """They count as locked."""
    production = Production()
    production.environments = {"production": Unreadable("production", "schema 2")}
    production.config = Config(sha="c" * 40, environments={"production": config(language="ja")})
    for line in ("/deploy", "/status production", "/deploy nowhere"):
        (notice,) = production.says("mona", line).notices
        assert notice.config.language == "ja"


# ---------------------------------------------------------------- buttons


def test_skip_and_pass_are_answered() -> None:
    """With whose turn it is then."""
    production = waiting()
    assert said(presses(production, "pass", 42)).startswith("#44 (hanako) is called now")
    assert said(presses(production, "skip", 44)).startswith("#44 is not asked about any more")
    alone = Production(environment())
    alone.merges(42)
    assert said(presses(alone, "pass", 42)).startswith("Nobody else waits")
    assert code(presses(alone, "skip", 41)) == "not_awaiting"


def test_a_button_of_another_number_does_nothing() -> None:
    """A message may be old."""
    assert code(presses(waiting(), "deploy", 42, painted=7)) == "slack.button_over"


def test_somebody_elses_hold_is_asked_about_before_it_ends() -> None:
    """Only the reason is missing."""
    production = waiting()
    production.says("taro", "/lock production 1h migrating")
    assert code(presses(production, "unlock", 42)) == "reason_needed"


# ---------------------------------------------------------------- where no repository is meant


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
def test_where_no_one_repository_is_meant_it_is_said_what_to_write(
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
def test_nothing_is_done_from_slack_while_the_owners_rules_cannot_be_used(problem: Problem) -> None:
    """Whatever it is, and whoever they were before; a mistake in the repository's own file is another thing."""
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


def test_by_the_rules_of_now_also_under_a_file_that_cannot_be_used() -> None:
    """Who was taken out is out, and who was let in is in."""
    production = waiting(config=config(acting={"taro": PEOPLE["taro"]}))
    production.config = InvalidConfig("c" * 40, (Problem(1, 1, "config.file"),), acting={"mona": PEOPLE["mona"]})
    types(production, "/lock production 1h")
    assert production.environment.manual
    taro = replace(MEMBER, id=PEOPLE["taro"])
    assert code(types(production, "/unlock production now", by=taro)) == "slack.unlinked.owner"
