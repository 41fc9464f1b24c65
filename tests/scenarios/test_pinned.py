"""The checked commit is the released one: where two sources name two commits, neither is released."""

from typing import Any

import pytest

from ghapp.demo.github import Pull
from ghapp.demo.github.shapes import events
from ghapp.demo.words import Language
from tests.scenarios.scene import SMALL_CONFIG, Scene
from tests.scenarios.test_auto import AUTO
from tests.scenarios.test_protection_rule import manual_runs, ruled, said

__all__ = ["ruled"]  # a fixture
OPEN_TOO = SMALL_CONFIG.replace("deploy.yml", "deploy.yml, require: {merged: false, checks: none}")


async def told_otherwise(shop: Scene) -> tuple[Pull, str]:
    """#41 is merged; its delivery names another commit than GitHub's API: a commit that was never merged."""
    other = await shop.opens("mallory", "Read the customers' cards")
    pull = await shop.opens("hanako")
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.shop.merge(pull, by="hanako")
    shop.github.webhook_url = heard
    await delivers(shop, pull, merge_commit_sha=other.head_sha)
    return pull, other.head_sha


async def delivers(shop: Scene, pull: Pull, **wrong: Any) -> None:
    """Delivers the merge with these fields of the pull request."""
    payload = events.pull(shop.shop, pull, "closed", by="hanako")
    payload["pull_request"] |= wrong
    await shop.github.send("pull_request", payload)
    await shop.idle()


async def asks(shop: Scene, door: str, pull: Pull, elsewhere: Pull) -> None:
    """taro requests the release through that door."""
    line = f"/deploy production #{pull.number}"
    match door:
        case "comment":
            await shop.says("taro", "/deploy", on=pull)
        case "another pull request":
            await shop.says("taro", line, on=elsewhere)
        case "check":
            await shop.presses("taro", "deploy", on=pull)
        case "slack":
            await shop.types("taro", line)
        case "slack, the newest":
            await shop.types("taro", "/deploy production")
        case _:
            await shop.clicks("taro", "deploy", on=f"#{pull.number}")


DOORS = ["comment", "another pull request", "check", "slack", "slack, the newest", "slack button"]


@pytest.mark.parametrize("door", DOORS)
async def test_a_commit_that_github_does_not_confirm_never_goes_out(shop: Scene, door: str) -> None:
    """Refused once, with both commits and the next step; then GitHub's commit is checked and released."""
    elsewhere = await shop.opens("mona", "Speed up search")
    pull, wrong = await told_otherwise(shop)
    await asks(shop, door, pull, elsewhere)
    assert shop.runs() == []
    said = (
        shop.whispers("taro")[-1]
        if door.startswith("slack")
        else shop.replies(elsewhere if "another" in door else pull)[-1]
    )
    assert pull.merge_commit_sha
    assert wrong[:7] in said
    assert pull.merge_commit_sha[:7] in said
    assert "production #" in said
    await asks(shop, door, pull, elsewhere)
    assert [run.inputs["sha"] for run in shop.runs()] == [pull.merge_commit_sha]
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": pull.merge_commit_sha}


async def test_a_merge_that_github_does_not_confirm_is_not_released_automatically(shop: Scene) -> None:
    """`auto`: the prompt gives the reason, and a person may release it."""
    await shop.shop.commit(".github/ghapp.yml", AUTO, by="mona", message="Release what is merged")
    await told_otherwise(shop)
    assert shop.runs() == []
    assert "GitHub shows another merge commit" in shop.channel()[-1]


async def test_a_merge_that_github_does_not_show_yet_is_waited_for(shop: Scene) -> None:
    """`auto`: the delivery came before the API shows the merge; a moment later the release starts."""
    await shop.shop.commit(".github/ghapp.yml", AUTO, by="mona", message="Release what is merged")
    pull = await shop.opens("hanako")
    merges, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.shop.merge(pull, by="hanako")
    shop.github.webhook_url = merges
    shown, pull.merged_at = pull.merged_at, None
    await delivers(shop, pull, merged=True, merged_at="2026-11-23T04:42:00Z")
    assert shop.runs() == []
    pull.merged_at = shown
    await shop.later(seconds=15)
    assert [run.inputs["sha"] for run in shop.runs()] == [pull.merge_commit_sha]


async def test_a_false_delivery_of_a_merge_releases_nothing(shop: Scene) -> None:
    """`auto`, ten minutes later: GitHub still shows the pull request open."""
    await shop.shop.commit(".github/ghapp.yml", AUTO, by="mona", message="Release what is merged")
    pull = await shop.opens("hanako")
    at = "2026-11-23T04:42:00Z"
    await delivers(shop, pull, merged=True, merge_commit_sha="b" * 40, merged_at=at, state="closed", closed_at=at)
    for _ in range(62):
        await shop.later(seconds=10)
    assert shop.runs() == []
    assert await shop.dead() == []


@pytest.mark.parametrize("config", [SMALL_CONFIG, OPEN_TOO])
async def test_a_head_is_not_checked_in_place_of_the_merge_commit(shop: Scene, config: str) -> None:
    """A delivery reports a merge, and GitHub still shows the pull request open: neither commit is released."""
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Open ones too")
    other = await shop.opens("mallory", "Read the customers' cards")
    pull = await shop.opens("hanako")
    at = "2026-11-23T04:42:00Z"
    wrong = {"merge_commit_sha": other.head_sha, "merged_at": at, "state": "closed", "closed_at": at}
    await delivers(shop, pull, merged=True, **wrong)
    await shop.later(minutes=1)
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull)[-1] == "merge_unshown"
    assert shop.runs() == []


async def test_the_head_of_an_open_pull_request_is_checked_and_released(shop: Scene) -> None:
    """With `require: {merged: false}`."""
    await shop.shop.commit(".github/ghapp.yml", OPEN_TOO, by="mona", message="Open ones too")
    pull = await shop.opens("hanako")
    await shop.later(minutes=1)
    await shop.says("taro", "/deploy", on=pull)
    assert [run.inputs["sha"] for run in shop.runs()] == [pull.head_sha]


async def test_a_run_started_by_hand_needs_a_confirmed_merge(ruled: Scene) -> None:
    """The protection rule rejects a commit that GitHub does not confirm as a merge."""
    pull = await ruled.opens("hanako")
    heard, ruled.github.webhook_url = ruled.github.webhook_url, None
    await ruled.shop.merge(pull, by="hanako")
    ruled.github.webhook_url = heard
    head = await ruled.shop.commit("prices.txt", "all free", by="mallory", message="Past review")
    await delivers(ruled, pull, merge_commit_sha=head)
    state, why = said(await manual_runs(ruled, "taro"))
    assert state == "rejected"
    assert head[:7] in why


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_refusal_of_an_unconfirmed_merge_exists_in_both_languages(shop: Scene, language: Language) -> None:
    """Both commits, and the next step."""
    config = f"language: {language}\n{SMALL_CONFIG}"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Speak")
    pull, wrong = await told_otherwise(shop)
    await shop.says("taro", "/deploy", on=pull)
    told = shop.replies(pull)[-1]
    assert pull.merge_commit_sha
    assert f"`{wrong[:7]}`" in told
    assert f"`{pull.merge_commit_sha[:7]}`" in told
    assert f"`/deploy production #{pull.number}`" in told
