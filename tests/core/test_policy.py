"""What a release must pass: who asks, what is asked for, and every rule on the way, one after the other."""

import pytest

from tests.core.build import Production, code, environment, terms


def with_teams(*rule: str, **more: object) -> Production:
    """Production that lets only these deploy; ken reads, and #42 is merged."""
    production = Production(environment(terms=terms(deployers=rule, **more)))
    production.merges(42)
    return production


# ---------------------------------------------------------------- who may


def test_a_team_lets_its_members_deploy_and_nobody_else() -> None:
    """Reading the repository is enough where the team is named."""
    production = with_teams("admin", "@acme/sre")
    production.teams["@acme/sre"] = {"ken"}
    assert code(production.says("mona", "/deploy")) == "not_allowed"
    assert production.says("ken", "/deploy").reaction == "rocket"


def test_membership_is_asked_anew_for_every_decision() -> None:
    """Whoever left the team a moment ago is out."""
    production = with_teams("@acme/sre")
    production.teams["@acme/sre"] = {"mona"}
    assert production.says("mona", "/lock").reaction == "+1"
    production.teams["@acme/sre"].clear()
    assert code(production.says("mona", "/deploy")) == "not_allowed"


def test_a_member_who_cannot_read_the_repository_is_refused() -> None:
    """A team says who; the repository says whether at all."""
    production = with_teams("@acme/sre")
    production.teams["@acme/sre"] = {"stranger"}
    assert code(production.says("stranger", "/deploy")) == "not_allowed"


@pytest.mark.parametrize("team", ["@evil/sre", "@acme-evil/sre"])
def test_only_the_owners_teams_count(team: str) -> None:
    """Another organisation's is a plain no, without being asked for."""
    production = with_teams(team)
    production.teams[team] = {"mona"}
    assert code(production.says("mona", "/deploy")) == "not_allowed"


def test_whose_role_is_enough_costs_no_question_about_teams() -> None:
    """One call less, and no outage of another kind."""
    production = with_teams("@acme/sre", "write")
    del production.teams
    assert production.says("mona", "/deploy").reaction == "rocket"


def test_teams_unlock_too() -> None:
    """Every list of people takes them."""
    production = with_teams("write", unlockers=("@ACME/sre",))
    production.teams["@ACME/sre"] = {"ken"}
    production.says("mona", "/lock production forever")
    assert code(production.says("taro", "/unlock production because")) == "not_allowed"
    assert production.says("ken", "/unlock production looked at it").reaction == "+1"
