"""An event in a lane beside its repository's overtakes no command that was accepted before it, where it would grant."""

from ghapp.demo.github import Pull
from ghapp.engine.leases import LEASE
from tests.scenarios.scene import SMALL_CONFIG, Scene
from tests.scenarios.test_protection_rule import RULED
from tests.scenarios.test_trouble import merged

AUTO = SMALL_CONFIG.replace("workflow: deploy.yml", "workflow: deploy.yml, branch: stable, auto: true")


async def into_stable(shop: Scene) -> Pull:
    """An open pull request into another branch than the default one, where merges release automatically."""
    assert AUTO != SMALL_CONFIG
    shop.shop.git.branches["stable"] = shop.shop.head
    await shop.shop.commit(".github/ghapp.yml", AUTO, by="mona", message="Release stable by itself")
    return await shop.opens("mona", base="stable")


async def locks(shop: Scene) -> None:
    """taro's `/lock` is accepted, and another server works it."""
    pull = await shop.opens("taro", "Talk")
    await shop.shop.comment(pull, by="taro", body="/lock production 2h migrating")
    assert await shop.claims()


async def finds_the_lock(shop: Scene) -> None:
    """The other server has died; its item is worked again."""
    assert "accepted" not in await shop.history()
    await shop.later(seconds=LEASE.total_seconds() + 1)
    assert (await shop.environment()).manual
    assert "accepted" not in await shop.history()
    assert await shop.dead() == []


async def test_an_automatic_release_of_another_branch_does_not_overtake_a_lock(shop: Scene) -> None:
    """The merge stands in a lane beside the commands; the release waits in line, as after any merge under a lock."""
    pull = await into_stable(shop)
    await locks(shop)
    await shop.merges("mona", pull)
    await finds_the_lock(shop)
    assert await shop.awaiting() == [pull.number]
    assert shop.runs() == []


async def test_a_merge_into_another_branch_is_released_automatically(shop: Scene) -> None:
    """Once, although it is decided twice."""
    pull = await into_stable(shop)
    await shop.merges("mona", pull)
    assert [run.inputs["sha"] for run in shop.runs()] == [pull.merge_commit_sha]
    assert (await shop.history()).count("awaiting") == 1


async def test_a_run_by_hand_does_not_overtake_a_lock(shop: Scene) -> None:
    """Its job waits at the protection rule until the lock is decided, and is rejected."""
    await shop.shop.commit(".github/workflows/deploy.yml", RULED, by="mona", message="Name the environment")
    shop.shop.protected.add("production")
    await merged(shop, "taro")
    await locks(shop)
    inputs = {"sha": shop.shop.head, "environment": "production", "ghapp": "by hand"}
    run = await shop.shop.dispatch("deploy.yml", by="mona", inputs=inputs)
    await shop.shop.start_run(run)
    await shop.idle()
    assert run.said == []
    await finds_the_lock(shop)
    ((_, state, comment),) = run.said
    assert state == "rejected"
    assert "migrating" in comment
