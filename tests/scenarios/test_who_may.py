"""Who may: asked of GitHub at the moment of deciding, and never guessed."""

import re
from dataclasses import replace
from typing import Any

import pytest

from ghapp.adapters.github.permissions import levels
from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene

MEMBERSHIP = re.compile("/memberships/")


async def sre_only(shop: Scene) -> Pull:
    """A merged pull request, and a config that lets nobody but one team deploy."""
    text = "environments: {production: {workflow: deploy.yml, deployers: ['@acme/sre']}}\n"
    await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="Only they")
    shop.github.teams["acme", "sre"] = {"mona"}
    pull = await shop.opens("hanako")
    await shop.merges("mona", pull)
    return pull


async def test_a_team_deploys_and_nobody_else(shop: Scene) -> None:
    """Not who may write, not who is invited, and the list says who could."""
    pull = await sre_only(shop)
    shop.github.invited["acme", "sre"] = {"taro"}
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    assert "It takes: @\u200bacme/sre." in shop.replies(pull)[-1]
    assert shop.runs() == []
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_who_has_just_left_the_team_is_out(shop: Scene) -> None:
    """Membership is not remembered from one command to the next."""
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
async def test_a_team_that_cannot_be_asked_is_neither_yes_nor_no(shop: Scene, kind: Any) -> None:
    """Nothing is done and nobody is refused; once it can be asked, it is done."""
    pull = await sre_only(shop)
    shop.github.faults.append(Fault("GET", MEMBERSHIP, kind, times=2))
    await shop.says("mona", "/deploy", on=pull)
    assert shop.runs() == []
    assert shop.codes(pull) == []
    for _ in range(12):
        await shop.later(seconds=11)
    assert len(shop.runs()) == 1


async def test_an_app_that_may_not_see_teams_says_so(shop: Scene) -> None:
    """The person is told which permission is missing, and nothing was done."""
    pull = await sre_only(shop)
    shop.github.app = replace(shop.github.app, permissions=levels("repository"))
    await shop.says("mona", "/deploy", on=pull)
    assert shop.runs() == []
    assert shop.codes(pull) == ["not_granted"]
    assert "`members: read`" in shop.replies(pull)[-1]
