"""One commit, several pull requests: they share its status, which is pending as long as one of them is held."""

from collections.abc import Sequence
from typing import Literal, get_args

import pytest

from ghapp.demo.github import Pull
from tests.sampled import crossed
from tests.scenarios.scene import Scene

TWO = "environments: {production: {workflow: deploy.yml}, preview: {workflow: deploy.yml, branch: next}}\n"
LABELLED = """\
environments:
  production: {workflow: deploy.yml, except_label: hotfix}
  preview: {workflow: deploy.yml, branch: next, except_label: hotfix}
"""

Leaving = Literal["closed", "merged", "drafted", "pushed"]
LEAVINGS: Sequence[Leaving] = get_args(Leaving)


async def shared(shop: Scene, *, released: bool = True, config: str = TWO) -> tuple[Pull, Pull]:
    """Two pull requests of one commit; production, the first one's environment, is locked. `released`: whether an
    environment is released from the other's branch, too."""
    shop.shop.git.branches["next"] = shop.shop.head
    if released:
        await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Two")
    pull = await shop.opens("hanako")
    await shop.says("mona", "/lock production 1h moving", on=await shop.opens("taro"))
    beside = await twin(shop, pull, "next")
    assert state(shop, pull) == "pending"
    return pull, beside


async def twin(shop: Scene, pull: Pull, base: str) -> Pull:
    """Another branch of the same commit, with a pull request of its own."""
    made = await shop.shop.open_beside(pull, base)
    made.head = f"copy-{made.number}"
    shop.shop.git.branches[made.head] = made.head_sha
    await shop.idle()
    return made


def state(shop: Scene, pull: Pull) -> str:
    """The state of its commit's gate."""
    gate = shop.gate(pull)
    assert gate
    return gate[0]


async def leave(shop: Scene, pull: Pull, how: Leaving) -> None:
    """The pull request leaves the commit, or cannot be merged any more."""
    match how:
        case "closed":
            await shop.shop.close_pull(pull, by="hanako")
        case "merged":
            await shop.shop.merge(pull, by="mona")
        case "drafted":
            await shop.shop.redraft(pull, by="hanako")
        case "pushed":
            await shop.shop.push(pull, by="hanako")
    await shop.idle()


@pytest.mark.parametrize(("how", "released"), crossed(LEAVINGS, [True, False]))
async def test_a_pull_request_that_leaves_a_commit_does_not_hold_it(shop: Scene, released: bool, how: Leaving) -> None:
    """The other shows its own obstacle at once: none. A merged commit is on the default branch by then."""
    pull, beside = await shared(shop, released=released)
    head = pull.head_sha
    await leave(shop, pull, how)
    assert beside.head_sha == head
    assert state(shop, beside) == "success"


@pytest.mark.parametrize("how", LEAVINGS)
async def test_a_commit_stays_held_while_another_of_its_pull_requests_is_held(shop: Scene, how: Leaving) -> None:
    """The gate then shows the obstacle of that pull request."""
    pull, beside = await shared(shop)
    await shop.says("mona", "/lock preview 2h moving, too", on=pull)
    await leave(shop, pull, how)
    gate = shop.gate(beside)
    assert gate
    assert (gate[0], gate[1].split(":")[0]) == ("pending", "preview")


@pytest.mark.parametrize("how", LEAVINGS)
async def test_a_free_commit_costs_no_listing_when_a_pull_request_leaves_it(shop: Scene, how: Leaving) -> None:
    """Nothing is listed where no gate could open."""
    pull = await shop.opens("hanako")
    before = len(listings(shop))
    await leave(shop, pull, how)
    assert len(listings(shop)) == before


@pytest.mark.parametrize("alone", [True, False])
async def test_a_label_opens_a_commit_only_where_each_of_its_pull_requests_has_it(shop: Scene, alone: bool) -> None:
    """Two branches of one commit have the same base. `alone`: no environment is released from another base."""
    pull, beside = await shared(shop, config=LABELLED)
    if alone:
        await shop.shop.commit(".github/ghapp.yml", "\n".join(LABELLED.splitlines()[:2]), by="mona", message="One")
        await shop.shop.close_pull(beside, by="hanako")
    other = await twin(shop, pull, "main")
    for labelled in (pull, other):
        assert state(shop, pull) == "pending"
        await shop.shop.label(labelled, "hotfix", by="mona")
        await shop.idle()
    assert state(shop, pull) == "success"
    await shop.shop.unlabel(other, "hotfix", by="mona")
    await shop.idle()
    assert state(shop, pull) == "pending"


@pytest.mark.parametrize("first", [True, False])
async def test_a_lock_holds_a_commit_of_which_only_one_pull_request_is_labelled(shop: Scene, first: bool) -> None:
    """The fan-out examines each pull request, not only the first in GitHub's list."""
    await shop.shop.commit(".github/ghapp.yml", LABELLED, by="mona", message="Two")
    pull = await shop.opens("hanako")
    other = await twin(shop, pull, "main")
    await shop.shop.label(pull if first else other, "hotfix", by="mona")
    await shop.idle()
    assert state(shop, pull) == "success"
    await shop.says("mona", "/lock production 1h moving", on=await shop.opens("taro"))
    assert state(shop, pull) == "pending"


async def test_a_fan_out_that_opens_lists_the_open_pull_requests_once(shop: Scene) -> None:
    """With any number of gates and of branches."""
    await shared(shop)
    pulls = [await shop.opens("hanako") for _ in range(12)]
    before, asked = len(listings(shop)), len(shop.calls("POST", "/graphql"))
    await shop.says("mona", "/unlock production", on=pulls[0])
    assert {state(shop, pull) for pull in pulls} == {"success"}
    assert len(listings(shop)) - before == 1
    assert len(shop.calls("POST", "/graphql")) - asked < 12


def listings(shop: Scene) -> list[str]:
    """The queries that listed all open pull requests, of any base."""
    asked = [str(one.request["query"]) for one in shop.calls("POST", "/graphql")]
    return [query for query in asked if "pullRequests(" in query and "baseRefName: $base" not in query]
