"""A button is shown exactly where its press is carried out: in every state of a card, for every role."""

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import EnvironmentConfig, Language, Problem, Role
from ghapp.core.model.environment import BrokenConfig, Environment
from ghapp.core.rules import releases
from ghapp.core.views.card import card
from ghapp.core.views.card_buttons import card_buttons, concerned
from ghapp.core.views.markup import Plain
from ghapp.core.words import Voice
from tests.core.build import Production, code, config, environment, live
from tests.core.handlers.test_from_board import sends
from tests.core.handlers.test_run_jobs import DEPLOY, TEST, sees, unread_rollback
from tests.doors.board.gallery import MORE, STATES

ALL = {**STATES, **MORE}


def offered(production: Production, login: str, role: Role) -> dict[str, str]:
    """The lines of the buttons, with a reason where one can be typed, by the command's word."""
    found = production.environment
    voice = Voice("en", found.config.timezone, Plain(), production.now)
    buttons = card_buttons(found, login, role, voice)
    return {one.word: f"{one.line} because of it" if one.reason else one.line for one in buttons}


def lines(found: Environment) -> dict[str, str]:
    """What the buttons say, whether or not they are shown."""
    waiting = releases.waiting_line(found)
    deploy = {"deploy": f"/deploy production #{waiting[0].pull.number}"} if waiting else {}
    path = releases.rollback_path(found)
    back = f"/rollback production to #{path.target.pull.number}" if path else "/rollback production"
    return {
        **deploy,
        "cancel": "/cancel production",
        "rollback": back,
        **{word: f"/{word} production because of it" for word in ("lock", "unlock")},
    }


@pytest.mark.parametrize("role", ["read", "write", "admin"])
@pytest.mark.parametrize("login", ["mona", "taro"])
@pytest.mark.parametrize("state", ALL)
def test_a_button_is_shown_where_its_press_is_carried_out_and_nowhere_else(state: str, login: str, role: Role) -> None:
    """Its holder, another person, and a reader."""
    shown = offered(ALL[state](), login, role)
    for word, line in lines(ALL[state]().environment).items():
        production = ALL[state]()
        production.roles[login] = role
        decision = sends(production, line, author=login)
        assert (decision.refusal is None) == (word in shown), (word, decision.refusal)
        assert shown.get(word, line) == line


@pytest.mark.parametrize(
    ("rule", "role", "words"),
    [
        (("maintain",), "write", []),
        (("maintain",), "maintain", ["lock"]),
        (("mona",), "write", ["lock"]),
        (("mona",), "read", []),
        (("taro",), "admin", []),
        (("@acme/sre",), "write", ["lock"]),
        (("@acme/sre",), "read", []),
        (("@globex/sre",), "write", []),
    ],
)
def test_a_button_is_shown_by_the_rule_that_decides_the_press(
    rule: tuple[str, ...], role: Role, words: list[str]
) -> None:
    """A team is asked only then."""
    production = Production(environment(live=live(41), config=config(deployers=rule)))
    assert [word for word in offered(production, "mona", role) if word != "unlock"] == words


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_card_says_nothing_twice(language: Language) -> None:
    """Its word and its sentence are one for a release under way, and two for a lock with a reason."""
    for state, counts in (("deploying", 0), ("locked", 1)):
        production = STATES[state]()
        found = production.environment
        made = card(found, Voice(language, found.config.timezone, Plain(), production.now))
        assert len(made.said) == counts, made.said
        assert made.word not in made.said


@pytest.mark.parametrize("state", ALL)
def test_all_who_are_not_concerned_see_the_same_buttons(state: str) -> None:
    """So that these are rendered once for all of one role."""
    found = ALL[state]().environment
    for login in ("mona", "taro", "hanako"):
        if login not in concerned(found):
            assert offered(ALL[state](), login, "write") == offered(ALL[state](), "somebody-else", "write")


def test_nobody_beside_the_owners_list_sees_a_button() -> None:
    """Nor anybody where the environment has left the config and is free."""
    for changes, shown in (
        ({"acting": {"MONA": "U1"}}, True),
        ({"acting": {"taro": "U2"}}, False),
        ({"acting": {}}, False),
    ):
        ruled: EnvironmentConfig = config(**changes)
        assert bool(offered(Production(environment(config=ruled)), "mona", "admin")) == shown
    production = Production(environment())
    production.environments["production"] = replace(production.environment, gone=production.now)
    assert offered(production, "mona", "admin") == {}


def test_a_rollback_leads_where_its_button_says_or_nowhere() -> None:
    """The live release can change at the same number: here a rollback that seemed to have failed was found to be done.
    The button that repeats it does not undo one release more."""
    production = unread_rollback()
    line = offered(production, "mona", "write")["rollback"]
    assert line == "/rollback production to #40"
    production.later(minutes=30)
    sees(production, "succeeded", (TEST, DEPLOY))
    production.later(minutes=10)
    before = production.environment
    decision = sends(production, line)
    assert code(decision) == "already_live"
    assert production.environment.number == before.number
    assert offered(production, "mona", "write")["rollback"] == "/rollback production to #41"


def test_a_pull_request_that_was_live_twice_is_rolled_back_to_itself() -> None:
    """Its number names the newer of both, so the button names none."""
    older = replace(live(42), sha="e" * 40, live_until=live(42).live_since)
    production = Production(environment(live=live(42), earlier=(older, live(41))))
    line = offered(production, "mona", "write")["rollback"]
    assert sends(production, line).refusal is None
    attempt = production.environment.deployment
    assert attempt
    assert attempt.grant.sha == older.sha


def test_nobody_sees_a_button_while_the_owners_rules_cannot_be_used() -> None:
    """A mistake in the repository's own file hides only what starts something new."""
    for file, words in (("acme/policies/.github/ghapp.yml", set()), (".github/ghapp.yml", {"lock", "rollback"})):
        broken = BrokenConfig(file, "d" * 40, Problem(3, 5, "config.environments"))
        production = Production(environment(live=live(41), earlier=(live(40),), broken_config=broken))
        assert set(offered(production, "mona", "write")) == words


def test_a_reason_is_asked_for_where_one_is_needed() -> None:
    """Another person's lock."""
    for login, reason in (("mona", "may"), ("taro", "must")):
        production = STATES["locked"]()
        voice = Voice("en", "UTC", Plain(), production.now)
        buttons = {one.word: one.reason for one in card_buttons(production.environment, login, "write", voice)}
        assert buttons["unlock"] == reason
