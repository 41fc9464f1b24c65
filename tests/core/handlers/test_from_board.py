"""Command lines from the board: what they mean on the page of one environment, and when they are refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ghapp.core.config.model import (
    CLOSED,
    POLICY_UNREAD,
    Config,
    InvalidConfig,
    NoConfig,
    Problem,
)
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Hold
from ghapp.core.model.events import BoardCommandGiven
from ghapp.core.model.facts import Fact, Facts, Need, NeedRole
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live


def sends(production: Production, line: str, *, painted: int | None = None, **more: Any) -> Decision:
    """A line from the page of production, as it was at the number `painted`, else at the current one."""
    production.comments += 1
    number = production.environment.number if painted is None else painted
    plain: dict[str, Any] = {"repository": REPOSITORY, "key": f"board/1/{production.comments}", "author": "mona"}
    plain |= {"environment": "production", "user": 1, "text": line, "offered_at_number": number}
    plain |= {"page_at": production.now, "at": production.now}
    return production.apply(BoardCommandGiven(**{**plain, **more}))


def staged(**more: Any) -> Production:
    """production, where #41 is live and #42 waits, and staging."""
    production = Production(environment(live=live(41), **more))
    production.merges(42)
    production.environments["staging"] = replace(environment(), name="staging")
    production.config = Config(sha="c0ffee", environments={"production": config(), "staging": config()})
    return production


def test_the_answer_goes_to_the_page_and_to_the_channel() -> None:
    """Others learn of a lock in the channel; the answer itself is nowhere but on the page."""
    production = Production(environment(config=config(channel="C1")))
    own, told = sends(production, "/lock 1h migrating").notices
    assert (own.destination.page, own.destination.pull, own.destination.channel) == (True, None, None)
    assert (told.destination.page, told.destination.channel) == (False, "C1")
    (entry,) = sends(production, "/unlock").entries
    assert (entry.door, entry.actor, entry.what) == ("board", "mona", "unlocked")


@pytest.mark.parametrize(
    ("line", "hold"),
    [
        ("/lock", ""),
        ("/lock 2h", ""),
        ("/lock 2h and/or more", "and/or more"),
        ("/lock production 2h demo", "demo"),
        ("/lock until 18:00 demo for sales", "demo for sales"),
        ("/lock demo for sales", "demo for sales"),
        ("`/lock 1h`", ""),
        ("／lock　1h　準備", "準備"),
    ],
)
def test_the_pages_environment_is_meant_before_a_time_or_a_reason(line: str, hold: str) -> None:
    """Among several environments too."""
    production = staged()
    assert sends(production, line).refusal is None
    manual = production.environment.manual
    assert manual
    assert manual.reason == hold
    assert production.environments["staging"].manual is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/lock staging 1h", "board.elsewhere"),
        ("/status staging", "board.elsewhere"),
        ("/deploy staging #42", "board.elsewhere"),
        ("/deploy acme/other#42", "board.elsewhere"),
        ("/deploy production https://github.com/acme/other/pull/42", "board.elsewhere"),
        ("/rollback to acme/other#41", "board.elsewhere"),
        ("/lock stagin 1h", "unknown_environment"),
        ("/deploy", "board.which_pull"),
        ("/deploy production", "board.which_pull"),
        ("hello", "board.no_command"),
        ("/merge it", "board.no_command"),
        ("", "board.no_command"),
        ("/unlok", "unknown_command"),
        ("/deploy production 42", "bad_pull"),
    ],
)
def test_a_line_that_means_something_else_does_nothing(line: str, expected: str) -> None:
    """It is answered, and the history of the page's environment has it."""
    production = staged()
    before = dict(production.environments)
    decision = sends(production, line)
    assert code(decision) == expected
    assert [one.destination.page for one in decision.notices] == [True]
    assert production.environments == before


@given(
    painted=st.integers(0, 9), number=st.integers(0, 9), line=st.sampled_from(["/lock 1h", "/deploy #42", "/status"])
)
def test_a_line_counts_only_at_the_number_that_its_page_showed(painted: int, number: int, line: str) -> None:
    """Whatever it says; otherwise nothing is changed."""
    production = Production(environment(live=live(41), number=number))
    production.merges(42)
    before = production.environment
    decision = sends(production, line, painted=painted)
    assert code(decision) == (None if painted == number else "board.over")
    if painted != number:
        assert production.environment == before


def test_an_unlock_ends_no_lock_that_its_page_did_not_show() -> None:
    """The lock on the page has ended, and another person's began, at the same number. One's own lock may be newer."""
    production = staged()
    production.says("mona", "/lock production 2h migrating")
    page_at = production.now
    production.later(minutes=5)
    production.says("mona", "/unlock production")
    production.says("hanako", "/lock production 2h incident")
    production.later(minutes=5)
    before = production.environment
    decision = sends(production, "/unlock production mona is done", author="taro", page_at=page_at)
    assert code(decision) == "board.held_since"
    assert production.environment == before
    (own, *_) = decision.notices
    assert comment.notice(own, now=production.now).startswith(
        "What holds production has changed since your page was loaded, so nothing was done. Check the page of "
        "production and decide again."
    )
    assert sends(production, "/lock 1h mine", page_at=page_at).refusal
    assert sends(production, "/unlock", author="hanako", page_at=page_at).refusal is None
    production.says("hanako", "/lock production 2h incident")
    assert sends(production, "/unlock it is over", author="taro").refusal is None


def test_an_unlock_gives_up_no_attempt_that_its_page_showed_at_work() -> None:
    """The reason was for the lock. Only a person who knows that the outcome is unknown may free the environment."""
    production = staged()
    production.says("mona", "/deploy production #42")
    production.says("mona", "/lock production 2h migrating")
    production.starts()
    page_at, number = production.now, production.environment.number
    production.later(minutes=3)
    production.sees("ambiguous", run=None)
    for author in ("taro", "mona"):
        assert code(sends(production, "/unlock she is done", author=author, page_at=page_at)) == "board.held_since"
    attempt = production.environment.deployment
    assert attempt
    assert (attempt.phase, production.environment.number) == ("lost", number)
    assert sends(production, "/unlock the run never began", author="taro").refusal is None


def test_an_offer_that_is_over_names_both_numbers() -> None:
    """And what to do."""
    (notice,) = sends(Production(environment(number=4)), "/lock 1h", painted=3).notices
    assert comment.notice(notice, now=NOON).startswith(
        "Your page showed production-3, and production is at production-4 now, so nothing was done. "
        "Check the page of production and decide again."
    )


def test_the_role_is_asked_by_login_and_account() -> None:
    """A login that has passed to another account has no role; the question names the account."""
    asked: list[NeedRole] = []

    class Asked(Production):
        def fact(self, need: Any) -> Any:
            if isinstance(need, NeedRole):
                asked.append(need)
                return "none" if need.user == 2 else super().fact(need)
            return super().fact(need)

    production = Asked(environment())
    assert code(sends(production, "/lock 1h", user=2)) == "not_allowed"
    assert sends(production, "/lock 1h", user=1).refusal is None
    assert asked == [NeedRole("mona", 2), NeedRole("mona", 1)]


def test_where_the_rules_name_who_may_act_nobody_else_does() -> None:
    """Logins in any case; the refusal names the file."""
    for listed, refused in (({"MONA": "U1"}, False), ({"taro": "U2"}, True), ({}, True)):
        ruled = config(acting=listed, policy_file="acme/policies/.github/ghapp.yml")
        production = Production(environment(config=ruled))
        production.config = Config(sha="c0ffee", environments={"production": ruled}, repository="acme/shop")
        assert code(sends(production, "/lock 1h")) == ("board.not_listed" if refused else None)
        assert (production.environment.manual is None) == refused


def test_an_environment_that_left_the_config_is_named() -> None:
    """With and without another one; and one that cannot be read."""
    production = staged()
    production.config = Config(sha="c0ffee", environments={"staging": config()})
    assert code(sends(production, "/lock 1h")) == "environment_left"
    production.config = NoConfig()
    assert code(sends(production, "/status")) == "environment_left"
    broken = staged()
    broken.environments["production"] = Unreadable("production", "it was written with schema 9")
    assert code(sends(broken, "/lock 1h", painted=0)) == "unreadable"


@pytest.mark.parametrize("line", ["/lock staging 1h", "/deploy staging #42", "/unlock staging it is late"])
@pytest.mark.parametrize("left", [True, False])
def test_the_page_of_an_environment_that_is_not_in_use_acts_on_no_other_one(line: str, left: bool) -> None:
    """Neither one that left the config, nor one that waits to return: no number of its page is that of another one."""
    production = staged()
    if left:
        production.config = Config(sha="c0ffee", environments={"staging": config()})
    else:
        gone = replace(production.environment, gone=NOON)
        locked = Hold(kind="manual", holders=("taro",), reason="", since=NOON, until=None)
        leaving = replace(environment(name="qa"), gone=NOON, manual=locked)
        production.environments |= {"production": gone, "qa": leaving}
    production.environments["staging"] = replace(environment(live=live(41)), name="staging")
    before = production.environments["staging"]
    assert code(sends(production, line, painted=7)) == "board.elsewhere"
    assert production.environments["staging"] == before


@pytest.mark.parametrize("line", ["/lock 1h", "/unlock", "/cancel", "/rollback", "/deploy #42", "/status"])
@pytest.mark.parametrize("problem", [POLICY_UNREAD, "config.environments"])
def test_while_the_owners_rules_are_unknown_nobody_acts(line: str, problem: str) -> None:
    """They say who may; as in Slack, whoever was listed last. A mistake in the repository's own file closes less."""
    production = Production(environment(live=live(41), earlier=(live(40),)))
    production.merges(42)
    before = production.environment
    rules = "acme/policies/.github/ghapp.yml"
    production.config = InvalidConfig("", (Problem(1, 1, problem),), file=rules, repository="acme/shop")
    assert code(sends(production, line)) == CLOSED.get(problem, "config_invalid")
    assert (production.environment.manual, production.environment.number) == (None, before.number)
    production.config = InvalidConfig("", (Problem(1, 1, "config.environments"),), repository="acme/shop")
    assert sends(production, "/lock 1h").refusal is None


def test_a_deploy_is_answered_although_its_message_shows_it() -> None:
    """The page waits for an answer."""
    production = staged()
    (notice,) = sends(production, "/deploy #42").notices
    assert notice.code == "starting"
    assert isinstance(production.environment, Environment)
    assert production.environment.number == 1


@pytest.mark.parametrize("order", [1, -1])
def test_the_role_of_a_login_is_that_of_the_account_that_was_meant(order: int) -> None:
    """Another part of the decision may ask for the same login, whichever account has it."""
    known: list[tuple[Need, Fact]] = [(NeedRole("taro"), "admin"), (NeedRole("taro", 7), "none")]
    assert Facts(dict(known[::order])).role("taro") == "none"
