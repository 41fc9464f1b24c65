"""Each command, in each state, by each person, gets exactly one answer or one new number, never both."""

from collections.abc import Callable, Mapping

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Config, InvalidConfig, Problem
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Hold
from ghapp.core.views import call, comment
from tests.core.build import NOON, Production, config, environment, live

PEOPLE = ("mona", "taro", "ken", "eve")
LINES = (
    "/deploy",
    "/deploy production",
    "/deploy production #41",
    "/deploy #40",
    "/deploy nowhere",
    "/deploy prod;rm",
    "/deploy production 42",
    "/deploi",
    "> /deploy production",
    "/rollback",
    "/cancel production",
    "/lock",
    "/lock production 2h migrating",
    "/lock production forever",
    "/lock production 10abc",
    "/unlock",
    "/unlock production",
    "/unlock production looked at it",
    "/status",
    "/status production",
    "/status production please",
    "/help",
    "/help deploy",
)


def waiting() -> Production:
    """#41 is live, #42 and #44 wait."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.merges(44)
    return production


def under_way() -> Production:
    """taro releases #42."""
    production = waiting()
    production.says("taro", "/deploy", on=42)
    production.starts()
    production.sees("running")
    return production


def cooling() -> Production:
    """#42 is live and its cool-down runs."""
    production = under_way()
    production.sees("succeeded")
    return production


def lost() -> Production:
    """The run's outcome is unknown."""
    production = waiting()
    production.says("taro", "/deploy", on=42)
    production.starts()
    production.later(minutes=6)
    production.sees("missing", run=None)
    return production


def manual_runs() -> Production:
    """mona locked production."""
    production = waiting()
    production.says("mona", "/lock production 2h migrating")
    return production


def rolled_back() -> Production:
    """mona rolled back hanako's #42."""
    production = waiting()
    hold = Hold(kind="rollback", holders=("mona", "hanako"), reason="production-2", since=NOON, pull=42)
    production.environments["production"] = replace(production.environment, after_rollback=hold)
    return production


def invalid() -> Production:
    """The config cannot be used."""
    production = waiting()
    production.config = InvalidConfig("c" * 40, (Problem(3, 5, "config.file", {}),))
    return production


def unreadable() -> Production:
    """A newer server wrote the document."""
    production = waiting()
    production.environments["production"] = Unreadable("production", "it was written with schema 9")
    return production


def two() -> Production:
    """A config with production and staging."""
    production = waiting()
    named = {"production": config(), "staging": config(branch="main")}
    production.config = Config(sha="c" * 40, environments=named)
    return production


STATES: Mapping[str, Callable[[], Production]] = {
    state.__name__: state
    for state in (waiting, under_way, cooling, lost, manual_runs, rolled_back, invalid, unreadable, two)
}


def granted(before: Production, decision: Decision) -> bool:
    """Whether a new number was accepted."""
    return any(entry.what == "accepted" for entry in decision.entries)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_each_command_is_answered_once(state: str, who: str) -> None:
    """An accepted command gets only its number's comment; any other gets one answer with the reason in its marker."""
    for line in LINES:
        production = STATES[state]()
        decision = production.says(who, line, on=42)
        answers = [notice for notice in decision.notices if notice.id.startswith("answer/")]
        assert len(answers) == (0 if granted(production, decision) else 1), line
        assert all(notice.destination.pull != 42 or notice.destination.channel for notice in decision.notices[1:]), line
        for notice in answers:
            assert notice.destination.pull == 42
            assert decision.refusal is None or notice.code == decision.refusal.code
            assert comment.notice_marker(notice).endswith(f" {notice.code} -->")
            for language in ("en", "ja"):
                told = replace(notice, config=replace(notice.config, language=language))
                assert comment.notice(told, now=production.now).count("<!-- ghapp:") == 1


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_each_command_gets_the_reaction_of_its_verdict(state: str, who: str) -> None:
    """A rocket for a start, a thumb for an answer or a refusal; an outsider's refusal gets no reaction."""
    for line in LINES:
        production = STATES[state]()
        decision = production.says(who, line, on=42)
        if granted(production, decision):
            assert decision.reaction == "rocket", line
        elif decision.refusal is None:
            assert decision.reaction == "+1", line
        elif decision.outsider:
            assert decision.reaction is None, line
        else:
            assert decision.reaction in ("-1", "confused"), line


@pytest.mark.parametrize("state", STATES)
def test_only_people_without_any_permission_are_outsiders(state: str) -> None:
    """This holds for any typed line, even one with other mistakes."""
    for who in PEOPLE:
        production = STATES[state]()
        assert production.says(who, "/deploi").outsider == (who in ("ken", "eve"))


def test_a_person_with_any_permission_is_no_outsider() -> None:
    """A person who may unlock anywhere has a permission."""
    production = Production(environment(config=config(deployers=("admin",), unlockers=("ken",))))
    production.roles["ken"] = "write"
    assert not production.says("ken", "/deploi").outsider
    assert production.says("mona", "/deploi").outsider


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_failed_or_cancelled_run_gets_a_new_comment_that_mentions_its_actor(end: str) -> None:
    """GitHub sends no notification for an edited comment."""
    production = under_way()
    decision = production.sees(end)  # type: ignore[arg-type]  # both are statuses
    (told,) = [notice for notice in decision.notices if notice.destination.pull == 42 and notice.code == end]
    assert comment.notice(told, now=production.now).startswith("@taro ")


def test_a_lost_run_gets_a_new_comment_that_mentions_its_actor() -> None:
    """A person has to check whether the run is still under way."""
    production = waiting()
    production.says("taro", "/deploy", on=42)
    production.starts()
    production.later(minutes=6)
    (told,) = [notice for notice in production.sees("missing", run=None).notices if notice.destination.pull == 42]
    assert told.code == "lost"
    assert comment.notice(told, now=production.now).startswith("@taro ")


def test_the_next_in_line_is_mentioned_in_a_new_call() -> None:
    """The call comes when the hold is over and no obstacle stands."""
    production = cooling()
    production.later(minutes=30)
    production.ticks()
    (one,) = call.calls(production.environment, production.now)
    assert call.comment(production.environment, one, now=production.now).startswith("@hanako ")
