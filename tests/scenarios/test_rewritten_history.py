"""Commits that are gone: rewritten, collected, renamed, deleted. They are reported as facts, never as failures."""

import re

import pytest

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene
from tests.scenarios.test_missed import prompts, untold

SECRET = {"secret.txt": "hunter2\n"}
LINE = "/deploy production #{number} anyway <reason>"


async def live_with_a_secret(shop: Scene) -> Pull:
    """#41 is live and has brought a secret; the environment is free again."""
    pull = await shop.opens("taro", "Reword notifications", files=SECRET)
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    await shop.says("taro", "/unlock", on=pull)
    return pull


async def merged_after_a_purge(shop: Scene, *, collected: bool = False) -> tuple[Pull, Pull]:
    """#41 is live, the secret is purged from the branch's history by a force push, and #42 is merged onto that."""
    first = await live_with_a_secret(shop)
    await shop.shop.purge("secret.txt", by="mona")
    if collected:
        shop.shop.collect()
    second = await shop.opens("hanako", "Show prices with tax")
    await shop.merges("mona", second)
    return first, second


async def branch(shop: Scene, name: str = "release") -> None:
    """Production gets its releases from a branch of its own."""
    shop.shop.git.branches[name] = shop.shop.head
    config = f"environments: {{production: {{workflow: deploy.yml, branch: {name}}}}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Release from a branch")
    await shop.idle()


@pytest.mark.parametrize("collected", [False, True])
async def test_after_a_purge_the_next_release_names_the_revision_it_would_leave_behind(
    shop: Scene, collected: bool
) -> None:
    """Whether GitHub still has the old commit or not; the line with `anyway` is named, and works."""
    first, second = await merged_after_a_purge(shop, collected=collected)
    await shop.says("hanako", "/deploy", on=second)
    assert shop.codes(second) == ["gone"]
    (said,) = shop.replies(second)
    assert f"#{first.number} (" in said
    assert "which is live on production, is not on `main`" in said
    assert LINE.format(number=second.number) in said
    assert "that contains both" not in said
    assert len(shop.runs()) == 1
    await shop.says("mona", f"/deploy production #{second.number} anyway the secret is purged", on=second)
    assert len(shop.runs()) == 2
    assert "Leaves #41 behind" in shop.replies(second)[-1]
    assert "the secret is purged" in shop.replies(second)[-1]
    await shop.ends(await shop.begins())
    assert shop.shop.serving["production"] == second.merge_commit_sha
    assert await shop.dead() == []
    await shop.says("taro", "/status", on=second)
    assert "left #41 behind (mona: the secret is purged)" in shop.replies(second)[-1]
    assert "#41 behind" in "\n".join(shop.thread(f"#{second.number}"))


async def test_the_prompt_names_the_line_that_works(shop: Scene) -> None:
    """From the force push on, without a button; a merge that is not on the branch does not ship along.

    Once another release is live, the ordinary line works again.
    """
    await live_with_a_secret(shop)
    before, between = await shop.opens("taro", "Before"), await shop.opens("hanako", "Between")
    await shop.merges("taro", before)
    await shop.shop.purge("secret.txt", by="mona")
    await shop.idle()
    assert "#42 waits: its merge commit is not on `main`" in shop.message("#42").text
    third = await shop.opens("taro", "Third")
    report = shop.check(third)
    assert report
    assert LINE.format(number=third.number) in f"{report.summary}"
    await shop.merges("hanako", between)
    said = shop.message(f"#{between.number}")
    assert LINE.format(number=between.number).replace("<reason>", "&lt;reason&gt;") in said.text
    assert "ships with it" not in said.text
    assert "deploy" not in shop.stands(between)[2]
    await shop.says("mona", f"/deploy production #{between.number} anyway purged", on=between)
    await shop.ends(await shop.begins())
    await shop.says("mona", "/unlock", on=between)
    last = await shop.opens("hanako", "Last")
    await shop.merges("mona", last)
    assert "anyway" not in shop.message(f"#{last.number}").text
    assert "deploy" in shop.stands(last)[2]


async def test_a_release_that_left_its_branch_during_its_run_is_noticed(shop: Scene) -> None:
    """The next prompt names the line that works, and offers no button that would be refused."""
    pull = await shop.opens("taro", "Reword notifications", files=SECRET)
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.shop.purge("secret.txt", by="mona")
    await shop.ends(run)
    await shop.says("taro", "/unlock", on=pull)
    second = await shop.opens("hanako", "Second")
    await shop.merges("mona", second)
    assert "anyway &lt;reason&gt;" in shop.message(f"#{second.number}").text
    assert shop.stands(second)[2] == []


async def test_a_failed_release_that_left_its_branch_is_not_offered_again(shop: Scene) -> None:
    """No place offers another try, neither before a refused one nor after it."""
    pull = await shop.opens("taro", "Reword notifications", files=SECRET)
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.shop.purge("secret.txt", by="mona")
    await shop.ends(run, "failure")
    for _ in range(2):
        report, message = shop.check(pull), shop.message("#41")
        assert report
        places = [*shop.replies(pull)[:2], f"{report.summary}", message.text]
        assert all("is not on `main`" in text and "/deploy" not in text for text in places)
        assert (report.buttons, shop.buttons(message)) == ([], [])
        await shop.says("taro", "/deploy", on=pull)
        assert shop.codes(pull)[-1] == "unreachable"


async def test_a_pull_request_released_before_its_merge_is_on_the_branch_after_it(shop: Scene) -> None:
    """The force push came before the merge: the ordinary line works, and is the one shown."""
    config = shop.shop.files()[".github/ghapp.yml"].replace(
        "production:\n", "production:\n    require: {merged: false}\n"
    )
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Open ones, too")
    pull = await shop.opens("taro", "Try it")
    await shop.later(minutes=1)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    await shop.says("taro", "/unlock", on=pull)
    await shop.shop.force_push("main", shop.shop.head, by="mona")
    await shop.merges("taro", pull)
    second = await shop.opens("mona", "Second")
    await shop.merges("mona", second)
    assert "anyway" not in shop.message("#42").text
    await shop.presses("mona", "deploy", on=second)
    assert len(shop.runs()) == 2


@pytest.mark.parametrize("state", ["waits", "skipped", "rolled back"])
async def test_a_release_that_is_on_its_branch_again_is_as_before(shop: Scene, state: str) -> None:
    """The force push is undone: no place shows the release as gone any more, and its former state is back."""
    first = await shop.released("taro", "First")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.opens("mona", "Second")
    await shop.merges("mona", second)
    if state == "rolled back":
        await shop.says("mona", "/deploy", on=second)
        await shop.ends(await shop.begins())
        await shop.says("mona", "/rollback", on=second)
        await shop.ends(await shop.begins())
        await shop.says("mona", "/unlock", on=second)
    elif state == "skipped":
        await shop.clicks("mona", "skip", on="#42")
    before, head = shop.message("#42").text, shop.shop.head
    await shop.shop.force_push("main", first.merge_commit_sha or "", by="mona")
    await shop.idle()
    report = shop.check(second)
    assert report
    assert "is not on `main`" in shop.message("#42").text
    assert "is not on `main`" in f"{report.summary}"
    await shop.shop.force_push("main", head, by="mona")
    await shop.idle()
    assert shop.message("#42").text == before
    await shop.later(minutes=1)
    third = await shop.opens("hanako", "Third")
    await shop.merges("hanako", third)
    again = " with #42" if state == "rolled back" else ""
    said = shop.message("#43")
    assert f"`/deploy production #43{again}`" in said.text
    assert "#42 (mona) ships with it" in said.text
    assert ("Deploy" in shop.buttons(said)) is (not again)


async def test_a_release_that_a_force_push_keeps_stays_in_line(shop: Scene) -> None:
    """The force push keeps its commit on the branch."""
    await shop.released("taro")
    pull = await shop.opens("hanako")
    await shop.merges("hanako", pull)
    await shop.shop.force_push("main", shop.shop.head, by="mona")
    await shop.idle()
    assert await shop.awaiting() == [pull.number]
    assert "anyway" not in shop.message(f"#{pull.number}").text


async def test_the_release_after_anyway_needs_no_anyway(shop: Scene) -> None:
    """It contains the live revision."""
    _, second = await merged_after_a_purge(shop)
    await shop.says("mona", f"/deploy production #{second.number} anyway purged", on=second)
    await shop.ends(await shop.begins())
    await shop.says("mona", "/unlock", on=second)
    third = await shop.opens("taro", "Speed up search")
    await shop.merges("taro", third)
    await shop.says("taro", "/deploy", on=third)
    assert len(shop.runs()) == 3


async def test_a_history_rewritten_from_its_first_commit_is_no_failure(shop: Scene) -> None:
    """GitHub answers 404: the two have no commit in common."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    await shop.shop.purge("README.md", by="mona")
    second = await shop.opens("hanako", "Show prices with tax")
    await shop.merges("mona", second)
    await shop.says("mona", "/deploy", on=second)
    assert shop.codes(second) == ["gone"]
    await shop.says("mona", "/deploy anyway rewritten", on=second)
    assert len(shop.runs()) == 2
    assert await shop.dead() == []


async def test_only_releases_in_the_new_history_ship_along(shop: Scene) -> None:
    """A merge from before the purge is another commit in the new history: it does not count as shipped."""
    first = await live_with_a_secret(shop)
    before, between = await shop.opens("taro", "Before"), await shop.opens("hanako", "Between")
    await shop.merges("taro", before)
    await shop.shop.purge("secret.txt", by="mona")
    shop.shop.collect()
    await shop.merges("hanako", between)
    last = await shop.opens("hanako", "Last")
    await shop.merges("mona", last)
    await shop.says("mona", f"/deploy production #{last.number} anyway purged", on=last)
    said = shop.replies(last)[-1]
    assert f"Ships with it: #{between.number}" in said
    assert f"#{before.number}" not in said
    await shop.ends(await shop.begins())
    assert await shop.awaiting() == [before.number]
    assert f"#{first.number}" not in shop.message(f"#{before.number}").text


async def test_a_release_that_left_its_branch_leaves_the_line(shop: Scene) -> None:
    """It is not prompted for again after a refused try."""
    pull = await shop.opens("taro", "Reword notifications", files=SECRET)
    await shop.merges("taro", pull)
    await shop.shop.purge("secret.txt", by="mona")
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["unreachable"]
    assert await shop.awaiting() == []


async def test_anyway_bypasses_no_other_precondition(shop: Scene) -> None:
    """Neither permissions, nor failed checks, nor another's lock; and without a reason the line is refused."""
    first, second = await merged_after_a_purge(shop)
    shop.shop.people["ken"] = "read"
    line = f"/deploy production #{second.number} anyway"
    await shop.says("ken", f"{line} I want it", on=second)
    await shop.says("mona", line, on=second)
    await shop.says("taro", "/lock production 1h migrating", on=first)
    await shop.says("mona", f"{line} purged", on=second)
    await shop.says("taro", "/unlock production", on=first)
    assert second.merge_commit_sha
    shop.shop.report_check(second.merge_commit_sha, "test", "failure")
    await shop.says("mona", f"{line} purged", on=second)
    assert shop.codes(second) == ["not_allowed", "anyway_reason", "locked", "checks_failed"]
    assert len(shop.runs()) == 1


async def test_only_an_unlocker_may_leave_a_revision_behind(shop: Scene) -> None:
    """The refusal of a person who may only deploy names the unlockers."""
    config = "environments: {production: {workflow: deploy.yml, unlockers: [mona]}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Only mona unlocks")
    _, second = await merged_after_a_purge(shop)
    await shop.says("hanako", "/deploy anyway purged", on=second)
    assert shop.codes(second) == ["gone"]
    assert "(mona)" in shop.replies(second)[-1]
    await shop.says("mona", "/deploy anyway purged", on=second)
    assert len(shop.runs()) == 2


async def test_an_unneeded_anyway_changes_nothing(shop: Scene) -> None:
    """It is deployed as by the ordinary line, and the history records nothing as left behind."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.opens("hanako", "Show prices with tax")
    await shop.merges("mona", second)
    await shop.says("hanako", "/deploy anyway just in case", on=second)
    assert len(shop.runs()) == 2
    assert "just in case" not in shop.replies(second)[-1]


async def test_anyway_is_typed_in_slack_and_has_no_button(shop: Scene) -> None:
    """The webhook of the force push was lost, so a press is answered with the line; then the message shows it."""
    await live_with_a_secret(shop)
    with untold(shop):
        await shop.shop.purge("secret.txt", by="mona")
        await shop.idle()
    second = await shop.opens("hanako", "Show prices with tax")
    await shop.merges("mona", second)
    await shop.clicks("mona", "deploy", on=f"#{second.number}")
    assert len(shop.runs()) == 1
    assert "anyway &lt;reason&gt;" in shop.whispers("mona")[-1]
    assert "anyway &lt;reason&gt;" in shop.message(f"#{second.number}").text
    assert "deploy" not in shop.stands(second)[2]
    await shop.types("mona", f"/deploy production #{second.number} anyway purged")
    assert len(shop.runs()) == 2
    assert "#41 behind" in "\n".join(shop.thread(f"#{second.number}"))


async def test_an_automatic_release_leaves_no_revision_behind(shop: Scene) -> None:
    """The prompt gives the reason."""
    config = "slack: {channel: C024BE91L}\nenvironments: {production: {workflow: deploy.yml, auto: true}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Release by itself")
    first = await shop.opens("taro", "Reword notifications", files=SECRET)
    await shop.merges("taro", first)
    await shop.ends(await shop.begins())
    await shop.says("taro", "/unlock", on=first)
    await shop.shop.purge("secret.txt", by="mona")
    second = await shop.opens("hanako", "Show prices with tax")
    await shop.merges("mona", second)
    assert len(shop.runs()) == 1
    assert (
        "Not deployed automatically: the commit that is live on production is not on its branch."
        in shop.message("#42").text
    )


async def test_a_rollback_to_a_commit_that_is_gone_is_not_begun(shop: Scene) -> None:
    """The workflow could not check it out. While GitHub still has the commit, the rollback is possible."""
    _, second = await merged_after_a_purge(shop)
    await shop.says("mona", "/deploy anyway purged", on=second)
    await shop.ends(await shop.begins())
    shop.shop.collect()
    await shop.says("mona", "/rollback", on=second)
    assert shop.codes(second)[-1] == "target_gone"
    assert "no longer in the repository" in shop.replies(second)[-1]
    assert len(shop.runs()) == 2


async def test_a_rollback_to_a_commit_that_left_the_branch_is_possible(shop: Scene) -> None:
    """A run can check out a commit that GitHub has not collected."""
    first, second = await merged_after_a_purge(shop)
    await shop.says("mona", "/deploy anyway purged", on=second)
    await shop.ends(await shop.begins())
    await shop.says("mona", "/rollback", on=second)
    await shop.ends(await shop.begins())
    assert shop.shop.serving["production"] == first.merge_commit_sha


@pytest.mark.parametrize("told", [True, False])
async def test_a_default_branch_may_be_renamed_between_merge_and_deploy(shop: Scene, told: bool) -> None:
    """The merge counts as on the branch under its new name; also where the merge's webhook comes after the renaming."""
    pull = await shop.opens("hanako")
    if told:
        await shop.merges("mona", pull)
        await shop.shop.rename_branch("main", "trunk", by="mona")
    else:
        await shop.shop.merge(pull, by="mona")
        await shop.shop.rename_branch("main", "trunk", by="mona")
        await shop.idle()
    assert prompts(shop, pull) == 1
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1
    await shop.ends(await shop.begins())
    assert shop.shop.serving["production"] == pull.merge_commit_sha


async def test_a_merge_before_a_renaming_is_found_by_the_hourly_recount(shop: Scene) -> None:
    """GitHub sent no webhook, and has the merge under the branch's old name."""
    first = await shop.released("taro")
    pull = await shop.opens("hanako", "Show prices with tax")
    with untold(shop):
        await shop.shop.merge(pull, by="mona")
        await shop.shop.rename_branch("main", "trunk", by="mona")
    await shop.later(hours=1)
    assert await shop.awaiting() == [pull.number]
    assert prompts(shop, pull) == 1
    assert await shop.dead() == []
    assert first.base == "main"


async def test_a_branch_that_was_deleted_is_named(shop: Scene) -> None:
    """Nothing is released from it, nothing fails, and the hourly recount goes on."""
    await branch(shop)
    pull = await shop.opens("hanako", base="release")
    await shop.merges("mona", pull)
    await shop.shop.delete_branch("release", by="mona")
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull)[-1] == "branch_gone"
    assert "`release`" in shop.replies(pull)[-1]
    await shop.says("mona", "/deploy production anyway it was here", on=pull)
    assert shop.codes(pull)[-1] == "branch_gone"
    assert shop.runs() == []
    await shop.later(hours=1)
    assert await shop.dead() == []


async def test_a_branch_that_was_renamed_is_named_too(shop: Scene) -> None:
    """The config has its old name: GitHub's redirect does not count."""
    await branch(shop)
    pull = await shop.opens("hanako", base="release")
    await shop.merges("mona", pull)
    await shop.shop.rename_branch("release", "stable", by="mona")
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull)[-1] == "branch_gone"


async def test_a_comparison_that_failed_for_another_reason_is_tried_again(shop: Scene) -> None:
    """A 404 for two commits that exist is no answer."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.opens("hanako", "Show prices with tax")
    await shop.merges("mona", second)
    shop.github.faults.append(Fault("GET", re.compile("/compare/"), faults.status(404, body={"message": "Not Found"})))
    await shop.says("hanako", "/deploy", on=second)
    await shop.later(minutes=1)
    assert len(shop.runs()) == 2
    assert await shop.dead() == []


async def test_a_release_that_was_rolled_back_and_purged_is_not_offered(shop: Scene) -> None:
    """It left its branch while it was live: no line brings it again."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await live_with_a_secret(shop)
    await shop.shop.purge("secret.txt", by="mona")
    await shop.idle()
    await shop.says("mona", "/rollback", on=second)
    await shop.ends(await shop.begins())
    await shop.says("mona", "/unlock", on=second)
    assert f"/deploy production #{second.number}" not in shop.message(f"#{second.number}").text
    assert "deploy" not in shop.stands(second)[2]
    await shop.says("mona", f"/deploy production #{second.number} with #{second.number}", on=second)
    assert shop.codes(second)[-1] == "unreachable"
