"""Permissions: read from GitHub at the time of the decision, and never guessed."""

import re
from dataclasses import replace
from typing import Any

import pytest

from ghapp.adapters.github.permissions import levels
from ghapp.demo.github import Fault, Pull, faults
from ghapp.demo.github.state import Role
from tests.scenarios.scene import SMALL_CONFIG, Scene

MEMBERSHIP = re.compile("/memberships/")


async def sre_only(shop: Scene) -> Pull:
    """A merged pull request, and a config whose only deployers are one team."""
    text = "environments: {production: {workflow: deploy.yml, deployers: ['@acme/sre']}}\n"
    await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="Only they")
    shop.github.teams["acme", "sre"] = {"mona"}
    pull = await shop.opens("hanako")
    await shop.merges("mona", pull)
    return pull


async def test_only_members_of_the_team_may_deploy(shop: Scene) -> None:
    """Neither writers nor invited members; the refusal names the team."""
    pull = await sre_only(shop)
    shop.github.invited["acme", "sre"] = {"taro"}
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    assert "Allowed: @\u200bacme/sre." in shop.replies(pull)[-1]
    assert shop.runs() == []
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_former_member_of_the_team_may_not_deploy(shop: Scene) -> None:
    """Membership is not cached from one command to the next."""
    pull = await sre_only(shop)
    await shop.says("mona", "/lock", on=pull)
    assert shop.codes(pull) == ["now_locked"]
    shop.github.teams["acme", "sre"].clear()
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["now_locked", "not_allowed"]
    assert shop.runs() == []


@pytest.mark.parametrize(
    "kind",
    [
        faults.status(403),
        faults.status(429, {"retry-after": "5"}),
        faults.status(500),
        faults.drop_before,
    ],
)
async def test_an_unreadable_team_is_neither_yes_nor_no(shop: Scene, kind: Any) -> None:
    """Nothing is done and nobody is refused; once GitHub answers, the command is carried out."""
    pull = await sre_only(shop)
    shop.github.faults.append(Fault("GET", MEMBERSHIP, kind, times=2))
    await shop.says("mona", "/deploy", on=pull)
    assert shop.runs() == []
    assert shop.codes(pull) == []
    for _ in range(12):
        await shop.later(seconds=11)
    assert len(shop.runs()) == 1


async def test_a_missing_permission_to_read_teams_is_named(shop: Scene) -> None:
    """The refusal names the missing permission, and nothing was done."""
    pull = await sre_only(shop)
    shop.github.app = replace(shop.github.app, permissions=levels("repository"))
    await shop.says("mona", "/deploy", on=pull)
    assert shop.runs() == []
    assert shop.codes(pull) == ["not_granted"]
    assert "`members: read`" in shop.replies(pull)[-1]


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("key", ["deployers", "rollbackers", "unlockers"])
async def test_a_name_in_the_config_alone_lets_nobody_in(shop: Scene, key: str, public: bool) -> None:
    """A person who took over an abandoned login is named, but may only read, or not even that."""
    lists = {"deployers": "[write]", "rollbackers": "[admin]", "unlockers": "[admin]"} | {key: "[admin, mallory]"}
    text = ", ".join(f"{name}: {rule}" for name, rule in lists.items())
    config = SMALL_CONFIG.replace("deploy.yml", f"deploy.yml, {text}")
    first = await shop.released("mona")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Name mallory")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("mona", "/lock production 1h migrating", on=first)
    shop.shop.public = public
    line = {"deployers": "/deploy", "rollbackers": "/rollback", "unlockers": "/unlock production let me"}[key]
    await shop.says("mallory", line, on=pull)
    assert shop.codes(pull)[-1:] == ["not_allowed"]
    assert "also needs write access to this repository" in shop.replies(pull)[-1]
    assert len(shop.runs()) == 1
    assert "unlocked" not in await shop.history()


@pytest.mark.parametrize("role", ["read", "triage"])
async def test_a_member_of_a_named_team_needs_write_too(shop: Scene, role: Role) -> None:
    """A team may have members who work elsewhere; GitHub's `write` is required, too."""
    pull = await sre_only(shop)
    shop.shop.people["mona"] = role
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    assert "also needs write access to this repository" in shop.replies(pull)[-1]
    assert shop.runs() == []
    shop.shop.people["mona"] = "write"
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_login_with_an_underscore_is_a_login(shop: Scene) -> None:
    """Accounts managed by a company have such logins: `taro_acme`."""
    config = SMALL_CONFIG.replace("deploy.yml", "deploy.yml, deployers: [taro_acme]")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Only he")
    shop.shop.people["taro_acme"] = "write"
    pull = await shop.opens("taro_acme")
    await shop.merges("taro_acme", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    await shop.says("taro_acme", "/deploy", on=pull)
    assert len(shop.runs()) == 1
