"""The delay of a release, in GitHub's answers: consecutive round trips, and calls in total."""

from datetime import timedelta

from ghapp.adapters.github.tokens import REFRESHED_EARLY
from ghapp.demo.github import Exchange, Pull
from tests.scenarios.scene import Scene

LATENCY = 0.3  # seconds: concurrent requests all begin long before the first answer
CALLS = [
    "GET /rules/branches/{branch}",  # the required checks of the branch
    "GET /commits/{ref}/check-runs",  # whether another server has created the check already
    "POST /check-runs",
    "GET /collaborators/{username}/permission",
    "GET /compare/{basehead}",
    "GET /issues/{issue_number}/comments",
    "GET /stacks",  # the open pull requests that are layers of one
    "PATCH /issues/comments/{comment_id}",  # on its way
    "PATCH /issues/comments/{comment_id}",  # the old number is no longer the newest, in the two comments about it
    "PATCH /issues/comments/{comment_id}",
    "POST /actions/workflows/{workflow_id}/dispatches",
    "POST /issues/comments/{comment_id}/reactions",
    "POST /issues/comments/{comment_id}/reactions",
    "POST /issues/{issue_number}/comments",
    "POST /graphql",  # the config, the pull request, and the comment's present text
    "POST /graphql",  # the checks of both of its commits
    "POST /graphql",  # the open pull requests: as many as one query should ask for
    "POST /graphql",  # the merge queue
]


def round_trips(asked: list[Exchange]) -> int:
    """The number of requests that had to be answered, one after the other, before the last one was sent."""
    depth: dict[int, int] = {}
    for one in sorted(asked, key=lambda one: one.began):
        earlier = [depth[id(other)] for other in asked if id(other) in depth and other.ended <= one.began]
        depth[id(one)] = 1 + max(earlier, default=0)
    return max(depth.values()) - 1


async def until_dispatched(shop: Scene, pull: Pull) -> list[Exchange]:
    """taro types `/deploy`; returns all requests to GitHub up to the dispatch."""
    before = len(shop.github.exchanges)
    shop.github.latency = LATENCY
    await shop.says("taro", "/deploy", on=pull)
    shop.github.latency = 0.0
    asked = shop.github.exchanges[before:]
    (dispatch,) = (one for one in asked if one.path.endswith("/dispatches"))
    return [one for one in asked if one.began <= dispatch.began]


async def test_a_release_begins_after_two_round_trips(shop_without_slack: Scene) -> None:
    """All facts are gathered in two rounds; the second depends on the first."""
    shop = shop_without_slack
    await shop.released("taro")
    await shop.later(minutes=31)
    pull = await shop.opens("hanako")
    await shop.merges("hanako", pull)
    assert round_trips(await until_dispatched(shop, pull)) == 2


async def test_an_expired_token_costs_one_more_round_trip(shop_without_slack: Scene) -> None:
    """Concurrent requests share one new token. Four round trips are the maximum."""
    shop = shop_without_slack
    shop.github.token_life = REFRESHED_EARLY + timedelta(seconds=1)
    await shop.released("taro")
    await shop.later(minutes=31)
    pull = await shop.opens("hanako")
    await shop.merges("hanako", pull)
    shop.stage.skip(timedelta(seconds=2))
    asked = await until_dispatched(shop, pull)
    assert [one.route for one in asked].count("/app/installations/{installation_id}/access_tokens") == 1
    assert round_trips(asked) == 3


async def test_a_release_takes_these_calls_and_no_more(shop_without_slack: Scene) -> None:
    """From the comment to grant, dispatch and publishing, with no other pull request open."""
    shop = shop_without_slack
    await shop.released("taro")
    await shop.later(minutes=31)
    pull = await shop.opens("hanako")
    await shop.merges("hanako", pull)
    before = len(shop.github.exchanges)
    await shop.says("hanako", "/deploy", on=pull)
    asked = shop.github.exchanges[before:]
    assert sorted(f"{one.method} {one.route.removeprefix('/repos/{owner}/{repo}')}" for one in asked) == sorted(CALLS)
