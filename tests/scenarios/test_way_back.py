"""`/rollback` and `/cancel`: typed in the pull request, carried out by the workflow."""

import re

import pytest

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import merged


async def twice_live(shop: Scene) -> tuple[Pull, Pull]:
    """#41 was live, #42 is."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    return first, await shop.released("mona", "Fix overlapping booking slots")


# ---------------------------------------------------------------- /rollback


async def test_the_live_release_is_rolled_back_by_one_command(shop: Scene) -> None:
    """During the cool-down: undone release and target are announced, then the run starts, then the end is reported."""
    first, second = await twice_live(shop)
    typed = await shop.says("mona", "/rollback", on=second)
    assert ("ghapp[bot]", "rocket") in typed.reactions
    run = shop.runs()[-1]
    assert run.inputs["sha"] == first.merge_commit_sha
    assert run.inputs["ghapp"].startswith("3:")
    assert first.merge_commit_sha
    assert second.merge_commit_sha
    assert shop.replies(second)[-1].splitlines()[:3] == [
        "⏪ Rolling production back to #41 (by @mona) · "
        f"[View run]({shop.github.web_url}/acme/shop/actions/runs/{run.id})",
        f'Undoing: #42 "Fix overlapping booking slots" `{second.merge_commit_sha[:7]}`',
        f'Back to: #41 "Reword notifications" `{first.merge_commit_sha[:7]}` (live until 13:42 today)',
    ]
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": first.merge_commit_sha}
    assert shop.codes(second)[-1] == "rolled_back"
    assert shop.replies(second)[-1] == (
        "@mona **production was rolled back to #41** (production-3): #42 was undone. · [View run]("
        f"{shop.github.web_url}/acme/shop/actions/runs/{run.id})\nproduction is locked. When #42 is fixed: `/unlock "
        "production`, then deploy the fix."
    )

    third = await merged(shop, "hanako")
    await shop.says("hanako", "/deploy", on=third)
    assert len(shop.runs()) == 3, "what was rolled back would come with it"


async def test_a_rollback_of_a_release_under_way_cancels_its_run_first(shop: Scene) -> None:
    """Its run is cancelled; the rollback's run starts only after its end."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await merged(shop, "mona")
    await shop.says("mona", "/deploy", on=second)
    run = await shop.begins()
    run.stubborn = True
    await shop.says("mona", "/rollback", on=second)
    assert run.cancel_asked
    assert len(shop.runs()) == 2
    for _ in range(7):
        await shop.later(seconds=10)
    assert run.status == "completed"
    assert [one.path.rsplit("/", 1)[-1] for one in shop.calls("POST", "cancel")] == ["cancel", "force-cancel"]
    back = shop.runs()[-1]
    assert (back.inputs["sha"], len(shop.runs())) == (first.merge_commit_sha, 3)
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": first.merge_commit_sha}


async def test_a_rollback_does_not_wait_for_ever_for_a_run_that_does_not_end(shop: Scene) -> None:
    """An unlocker who looked ends the wait with a reason, and the rollback's run starts."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await merged(shop, "mona")
    await shop.says("mona", "/deploy", on=second)
    run = await shop.begins()
    shop.shop.cancel = lambda run, *, force=False: True  # type: ignore[method-assign]  # accepted, and nothing ends
    await shop.says("mona", "/rollback", on=second)
    await shop.says("taro", "/unlock production the runner is gone", on=second)
    assert shop.codes(second)[-1] == "rollback_waits"
    for _ in range(25):
        await shop.later(seconds=10)
    await shop.says("taro", "/unlock production", on=second)
    assert shop.codes(second)[-1] == "reason_needed"
    assert shop.replies(second)[-1].startswith(
        "mona's rollback to #41 is waiting for production-2 to end, and ghapp cannot see that it has."
    )
    await shop.says("taro", "/unlock production the runner is gone", on=second)
    assert "dropped" in shop.codes(second)
    back = shop.runs()[-1]
    assert back is not run
    assert back.inputs["sha"] == first.merge_commit_sha


async def test_a_person_who_may_not_deploy_may_not_roll_back(shop: Scene) -> None:
    """One check of permissions for all commands."""
    _, second = await twice_live(shop)
    shop.shop.people["ken"] = "read"
    await shop.says("ken", "/rollback", on=second)
    assert shop.codes(second)[-1] == "not_allowed"
    assert len(shop.runs()) == 2


async def test_a_rollback_that_fails_can_be_typed_again(shop: Scene) -> None:
    """With the same undone release and the same target."""
    first, second = await twice_live(shop)
    await shop.says("mona", "/rollback", on=second)
    await shop.ends(await shop.begins(), "failure")
    assert shop.codes(second)[-1] == "rollback_failed"
    await shop.says("mona", "/rollback", on=second)
    assert shop.runs()[-1].inputs["sha"] == first.merge_commit_sha
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": first.merge_commit_sha}


# ---------------------------------------------------------------- /cancel


async def test_a_release_under_way_is_cancelled(shop: Scene) -> None:
    """Its run is cancelled; when it has ended, the environment is free at once, and the end is announced."""
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    typed = await shop.says("taro", "/cancel", on=pull)
    assert ("ghapp[bot]", "+1") in typed.reactions
    assert run.conclusion == "cancelled"
    assert "cancelling" in shop.codes(pull)
    assert shop.codes(pull)[-1] == "cancelled"
    assert shop.gate(other) == ("success", "Free to merge")
    assert (await shop.history())[-4:] == ["running", "cancel", "stopped", "cancelled"]


@pytest.mark.parametrize("minutes", [1, 2])
async def test_a_run_that_does_not_end_is_ended_by_force(shop: Scene, minutes: int) -> None:
    """A step with `always()` could go on for hours."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    run.stubborn = True
    await shop.says("taro", "/cancel", on=pull)
    assert run.status == "in_progress"
    for _ in range(6 * minutes + 1):
        await shop.later(seconds=10)
    assert run.conclusion == "cancelled"
    assert len(shop.calls("POST", "cancel")) == 2


async def test_the_release_of_another_person_is_cancelled_by_an_unlocker_only(shop: Scene) -> None:
    """Any other person is refused."""
    config = "environments: {production: {workflow: deploy.yml, unlockers: [mona]}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Name the unlockers")
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.says("hanako", "/cancel", on=pull)
    assert shop.codes(pull)[-1] == "not_allowed"
    assert not run.cancel_asked
    await shop.says("mona", "/cancel", on=pull)
    assert run.cancel_asked


async def test_a_cancel_that_comes_too_late_changes_nothing(shop: Scene) -> None:
    """It is live: only a rollback undoes it."""
    pull = await shop.released("taro")
    await shop.says("taro", "/cancel", on=pull)
    assert shop.codes(pull)[-1] == "too_late_to_cancel"
    assert shop.calls("POST", "/cancel") == []


async def test_a_run_that_cannot_be_cancelled_is_followed_to_its_end(shop: Scene) -> None:
    """No webhook comes either: ghapp looks beside its tries to cancel, and the environment is free after the run."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    shop.github.faults.append(Fault("POST", re.compile("cancel$"), faults.status(403), times=99))
    await shop.says("taro", "/cancel", on=pull)
    shop.github.webhook_url = None
    await shop.shop.finish_run(run)
    await shop.later(seconds=61)
    assert shop.replies(pull)[0].startswith("✅")
