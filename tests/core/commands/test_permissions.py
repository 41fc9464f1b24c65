"""Missing permissions of the App: a command that needs one is refused, all others work and name it."""

from dataclasses import replace

import pytest

from ghapp.adapters.github.permissions import PERMISSIONS
from ghapp.core.model.events import MergesRecounted
from ghapp.core.model.facts import (
    Grants,
    Lacking,
    Need,
    NeedChecks,
    NeedComparison,
    NeedConfig,
    NeedPull,
    NeedTeam,
    Ungranted,
)
from ghapp.core.rules import obstacles
from ghapp.core.views import comment, slack
from tests.core.build import LANGUAGES, NOON, REPOSITORY, Production, code, config, environment, live

WHERE = "https://github.com/organizations/acme/settings/installations/7"
KNOWN = ("contents", "metadata", "members")  # without these no command comes so far, or they belong to another token


def lacking(*permissions: str) -> Grants:
    """Grants in which these permissions are missing."""
    return Grants(permissions, WHERE)


def shop(*permissions: str) -> Production:
    """#42 is merged and waits."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.grants = lacking(*permissions)
    return production


def said(production: Production, line: str, **more: str) -> list[str]:
    """The lines of the last answer, as the pull request shows them."""
    told = production.says("mona", line).notices[-1]
    told = replace(told, config=replace(told.config, **more))  # type: ignore[arg-type]
    return comment.notice(told, now=NOON).splitlines()[:-2]


def test_deploy_is_refused_if_the_app_cannot_start_the_workflow() -> None:
    """The refusal comes before the environment is taken; the actor keeps the place in line."""
    production = shop("actions: write")
    decision = production.says("mona", "/deploy")
    assert code(decision) == "not_granted"
    assert production.environment.number == 0
    assert production.environment.awaiting[0].waiter == "mona"
    assert said(production, "/deploy") == [
        "This needs the permission `actions: write`, which the App does not have here, so nothing was done. An owner "
        f"grants it at {WHERE} Then try again."
    ]
    assert said(production, "/deploy", language="ja") == [
        f"App に権限 `actions: write` がないため、何も実行していません。オーナーが {WHERE} で承認したら、"
        "もう一度お試しください。"
    ]


def test_no_release_is_called_while_the_app_cannot_start_the_workflow() -> None:
    """Calls begin when the App gets the permission; until then the obstacle names what `/deploy` would answer."""
    production = Production(environment(live=live(41)))
    production.grants = lacking("actions: write")
    production.merges(42)
    (release,) = production.environment.awaiting
    assert release.called_at is None
    (standing,) = obstacles.obstacles(production.environment, NOON)
    assert (standing.stage, standing.values["permission"]) == ("permission", "actions: write")
    assert obstacles.blocking(production.environment, NOON) == ()
    assert code(production.says("mona", "/unlock production")) == "not_granted"
    production.grants = lacking()
    production.apply(MergesRecounted(repository=REPOSITORY, key="count", at=NOON))
    (release,) = production.environment.awaiting
    assert release.called_at is not None
    assert obstacles.obstacles(production.environment, NOON) == ()


def test_a_rollback_by_the_workflow_is_refused_if_the_app_cannot_start_it() -> None:
    """A platform rolls back without this permission."""
    production = Production(environment())
    production.releases(41, "mona")
    production.says("mona", "/unlock", on=41)
    production.releases(42, "mona")
    production.grants = lacking("actions: write")
    assert code(production.says("mona", "/rollback")) == "not_granted"


@pytest.mark.parametrize(
    ("need", "permission"),
    [
        (NeedChecks, "checks: read"),
        (NeedChecks, "statuses: read"),
        (NeedPull, "pull_requests: read"),
        (NeedComparison, "contents: read"),
        (NeedConfig, "contents: read"),
    ],
)
def test_a_release_that_cannot_be_checked_is_refused_and_names_the_permission(
    need: type[Need], permission: str
) -> None:
    """An unknown fact never counts as a pass."""
    production = shop()
    production.ungranted[need] = Ungranted(permission, WHERE)
    decision = production.says("mona", "/deploy")
    assert decision.refusal
    assert (decision.refusal.code, decision.refusal.values["permission"]) == ("not_granted", permission)
    assert production.environment.number == 0


def test_a_team_that_cannot_be_read_lets_no_member_in_and_stops_no_other_person() -> None:
    """A person with the role goes on; a person with only the team reads which permission is missing."""
    production = Production(environment(config=config(deployers=("maintain", "@acme/sre"))))
    production.roles |= {"mona": "maintain", "taro": "write"}
    production.merges(42)
    production.ungranted[NeedTeam] = Ungranted("members: read", WHERE)
    assert code(production.says("taro", "/deploy")) == "not_granted"
    assert not production.says("taro", "/status").refusal
    assert not production.says("mona", "/deploy").refusal


def test_a_repository_whose_config_cannot_be_read_gets_no_answer() -> None:
    """A repository whose config cannot be read may have none."""
    production = Production()
    production.ungranted[NeedConfig] = Ungranted("contents: read", WHERE)
    assert production.says("mona", "/deploy production").notices == ()


def test_an_event_without_a_command_is_not_decided_without_the_permission() -> None:
    """The event is neither carried out nor dropped: the worker gets the missing permission as an exception."""
    production = shop()
    production.ungranted[NeedConfig] = Ungranted("contents: read", WHERE)
    with pytest.raises(Lacking):
        production.merges(44)


SHOWN = [f"{one.name}: {one.level}" for one in PERMISSIONS if one.name not in KNOWN and one.of == "repository"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("permission", SHOWN)
def test_a_command_that_works_without_a_permission_names_the_missing_one(permission: str, language: str) -> None:
    """One line for each permission, and the link where an owner accepts it."""
    first, line, last = said(shop(permission), "/status", language=language)
    assert first.startswith("⚠️")
    assert line.startswith(f"- `{permission}`: ")
    assert WHERE in last


def test_missing_permissions_are_named_once_a_pull_request() -> None:
    """Everyone who waits on that pull request has read it there."""
    production = shop("deployments: write", "statuses: write")
    told = [production.says("mona", line).notices[-1] for line in ("/status", "/help", "/deploy")]
    assert {(notice.id, notice.code) for notice in told} == {("lacks/42/deployments: write+statuses: write", "lacks")}
    assert slack.notice(told[0], now=NOON).text.splitlines() == [
        "⚠️ The App lacks permissions in this repository:",
        "- `deployments: write`: GitHub's own pages do not show deployments; for a run that no command started, "
        "ghapp reads the environment only from its workflow file.",
        "- `statuses: write`: `ghapp/lock` cannot be set, so a lock keeps nobody from merging.",
        f"Everything else works. An owner grants them at {WHERE}",
    ]


def test_outsiders_do_not_read_about_missing_permissions() -> None:
    production = shop("statuses: write")
    assert [one.code for one in production.says("eve", "/status").notices] == ["not_allowed"]
