"""One pull request, one release: all steps from the merge to the free gate."""

import pytest

from tests.scenarios.scene import Scene


async def test_a_release_from_merge_to_free(shop: Scene) -> None:
    """Prompt, command, run, gate, live, cool-down, free: every place shows the same at each step."""
    mine, other = await shop.opens("taro", "Reword notifications"), await shop.opens("hanako")
    assert shop.gate(other) == ("success", "Free to merge")

    await shop.merges("taro", mine)
    (prompt,) = shop.channel()
    assert prompt == (
        "<@U024BE7TA> ready to deploy :rocket:\n"
        "Reword notifications (#41 by taro)\n"
        "`/deploy production #41`\n"
        "production is free."
    )

    comment = await shop.says("taro", "/deploy", on=mine)
    assert ("ghapp[bot]", "rocket") in comment.reactions
    (run,) = shop.runs()
    ticket = run.inputs["ghapp"]
    assert run.inputs == {"sha": mine.merge_commit_sha, "environment": "production", "ghapp": ticket}
    assert ticket.startswith("1:")
    assert run.branch == "main"
    assert shop.gate(other) == (
        "pending",
        "production: #41 is being deployed (taro); free from 14:12 JST at the earliest",
    )
    assert shop.channel()[0].startswith(":hourglass_flowing_sand: Deploying #41 to production (production-1, by taro).")

    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": mine.merge_commit_sha}
    (said,) = shop.replies(mine)
    assert said.startswith("✅ **#41 is live on production** (production-1, by @taro)")
    assert "production stays locked until 14:12 JST. If all is well, `/unlock production` unlocks it now." in said
    assert shop.channel()[0].startswith(":white_check_mark: #41 is live on production (production-1, by taro).")
    assert shop.gate(other) == (
        "pending",
        "production: cool-down after #41 (taro); free from 14:12 JST at the earliest",
    )

    await shop.later(minutes=30)
    assert shop.gate(other) == ("success", "Free to merge")
    assert shop.replies(mine)[0].endswith("production is free again.")
    assert len(shop.channel()) == 1
    assert await shop.history() == [
        "created",
        "awaiting",
        "accepted",
        "starting",
        "queued",
        "running",
        "succeeded",
        "freed",
    ]


async def test_a_second_deploy_is_refused_with_person_reason_and_time(shop: Scene) -> None:
    """It starts nothing, names the person who releases, and the next in line is mentioned at their turn."""
    first, second = await shop.opens("taro"), await shop.opens("hanako", "Fix overlapping booking slots")
    await shop.merges("taro", first)
    await shop.says("taro", "/deploy production", on=first)
    await shop.merges("mona", second)
    assert shop.channel()[1] == (
        "<@U024BE7LH> #42 is merged, but production is locked.\ntaro is deploying #41. Next deploy: not before 14:12 "
        "JST.\n1st in line. You will be mentioned when it is your turn."
    )

    comment = await shop.says("mona", "/deploy production", on=second)
    assert ("ghapp[bot]", "-1") in comment.reactions
    assert shop.replies(second) == [
        "⏳ **Not deployed.** @taro is deploying #41 to production; it should be free from 14:12 JST (about 30 min)."
        "\nYou are 1st in line and will be mentioned.\nUrgent? Ask @taro to `/cancel production`"
    ]
    assert shop.codes(second) == ["locked"]
    assert len(shop.runs()) == 1

    await shop.ends(await shop.begins())
    await shop.later(minutes=30)
    assert shop.channel()[-1] == (
        "<@U024BE7LH> production is free, your turn.\n`/deploy production #42` Fix overlapping booking slots"
    )
    await shop.says("mona", "/deploy", on=second)
    assert len(shop.runs()) == 2
    assert shop.runs()[1].inputs["sha"] == second.merge_commit_sha


async def test_a_release_in_japanese(japanese_shop: Scene) -> None:
    """The same way, for a Japanese team."""
    shop = japanese_shop
    first, second = await shop.opens("taro", "通知文言の変更"), await shop.opens("hanako", "予約枠の重複チェックを修正")
    await shop.merges("taro", first)
    assert shop.channel()[0].splitlines()[0] == "<@U024BE7TA> デプロイしてね :rocket:"
    await shop.says("taro", "/deploy", on=first)
    assert shop.gate(second) == ("pending", "production: #41 をデプロイ中 (taro)。14:12 JST 以降に空く予定")
    await shop.merges("mona", second)
    await shop.says("mona", "/deploy", on=second)
    assert shop.replies(second)[0].startswith(
        "⏳ **デプロイは開始していません。** production は @taro が #41 をデプロイ中で、"
    )
    await shop.ends(await shop.begins())
    await shop.later(minutes=30)
    assert shop.channel()[-1].startswith("<@U024BE7LH> お待たせしました。production が空きました。")


async def test_without_slack_the_prompt_is_a_comment_that_mentions_the_merger(shop_without_slack: Scene) -> None:
    """All else works; the same comment is edited until the release is live."""
    shop = shop_without_slack
    pull = await shop.opens("hanako", "Fix overlapping booking slots")
    await shop.merges("mona", pull)
    assert shop.replies(pull) == [
        "@mona ready to deploy :rocket:\n"
        "Fix overlapping booking slots (#41 by hanako)\n"
        "`/deploy production #41`\n"
        "production is free."
    ]
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.replies(pull)[0].startswith(":white_check_mark: #41 is live on production")
    assert shop.channel() == []


async def test_a_failed_run_frees_the_environment_and_mentions_the_person(shop: Scene) -> None:
    """The failure is posted anew on the pull request and in Slack, with the line to try again."""
    pull, other = await shop.opens("taro"), await shop.opens("hanako")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    assert shop.gate(other) == ("success", "Free to merge")
    number, notice = shop.replies(pull)
    assert number.startswith(
        "❌ **Deploy of #41 to production failed** (production-1, by @taro): it may be partly deployed; check the run"
    )
    assert notice.startswith(
        "@taro **Deploy of #41 to production failed** (production-1): it may be partly deployed; check the run."
    )
    assert notice.endswith("To try again: `/deploy production #41`")
    assert shop.channel()[1].startswith(
        "<@U024BE7TA> *Deploy of #41 to production failed* (production-1): it may be partly deployed; check the run."
    )

    await shop.says("taro", "/deploy", on=pull)
    assert [run.inputs["ghapp"].split(":")[0] for run in shop.runs()] == ["1", "2"]


async def test_a_deploy_names_the_releases_that_ship_along(shop: Scene) -> None:
    """Every release that goes live is named."""
    await shop.released("taro")
    await shop.later(minutes=30)
    second, third = await shop.opens("hanako", "Speed up search"), await shop.opens("mona", "Fix totals")
    await shop.merges("hanako", second)
    await shop.merges("mona", third)
    live, head = shop.shop.serving["production"], third.merge_commit_sha
    assert shop.channel()[-1] == (
        "<@U024BE7LH> ready to deploy :rocket:\n"
        "Fix totals (#43 by mona)\n"
        "`/deploy production #43`\n"
        "production is free and runs #41. #42 (hanako) ships with it · "
        f"<{shop.github.url}/acme/shop/compare/{live}...{head}|View changes>"
    )
    await shop.says("mona", "/deploy", on=third)
    await shop.ends(await shop.begins())
    assert "Ships with it: #42" in shop.replies(third)[0]
    assert shop.channel()[-2].startswith(":white_check_mark: #42 went live on production with #43")


async def test_a_revision_older_than_the_live_one_is_not_deployed(shop: Scene) -> None:
    """An old pull request's /deploy would silently undo a release."""
    first, second = await shop.opens("taro"), await shop.opens("mona")
    await shop.merges("taro", first)
    await shop.merges("mona", second)
    await shop.says("mona", "/deploy", on=second)
    await shop.ends(await shop.begins())
    await shop.later(minutes=30)
    await shop.says("taro", "/deploy", on=first)
    assert shop.replies(first) == ["production already runs #42, which contains this. Nothing to do."]
    assert len(shop.runs()) == 1


async def test_unlock_ends_the_cooldown_and_calls_the_next(shop: Scene) -> None:
    """The command for "looks good, next"."""
    first, second = await shop.released("taro"), await shop.opens("hanako")
    await shop.merges("hanako", second)
    await shop.says("hanako", "/unlock production", on=second)
    assert shop.replies(second)[-1] == (
        "production is in the cool-down after taro's deploy of #41, until 14:12 JST. "
        "To end it early, give a reason (taro will see it): "
        "`/unlock production <reason>`"
    )
    await shop.says("hanako", "/unlock production taro said it is fine", on=second)
    assert shop.replies(second)[-1] == (
        "🔓 @taro production became free. hanako ended your cool-down after #41: taro said it is fine"
    )
    assert shop.message("your turn").text.startswith("<@U024BE7HA> production is free, your turn.")
    assert shop.codes(first) == []


async def test_status_and_help(shop: Scene) -> None:
    """The live revision, holds with their ends, and the line; and the commands that can be typed."""
    first, second = await shop.released("taro"), await shop.opens("hanako", "Fix totals")
    await shop.merges("hanako", second)
    await shop.says("mona", "/status", on=second)
    status = shop.replies(second)[-1].splitlines()
    sha = str(first.merge_commit_sha)[:7]
    assert status == [
        f"**production**: #41 Reword notifications `{sha}`, live since 13:42 JST.",
        "🔒 Cool-down after taro's deploy of #41; free from 14:12 JST at the earliest (about 30 min).",
        "Waiting: #42 Fix totals (hanako)",
        "There is nothing to roll back to yet.",
        "",
        "**#42 to production**",
        "",
        "- ✗ environment is free: see above",
        "",
        "<details><summary>9 of 10 conditions are met</summary>",
        "",
        "- ✓ you are allowed to deploy",
        "- ✓ merged",
        "- ✓ on the right branch",
        "- ✓ not from a fork",
        "- ✓ no push after the command",
        "- ✓ checks",
        "- ✓ approvals",
        "- ✓ newer than what is live",
        "- ✓ no changes that were rolled back",
        "",
        "</details>",
    ]
    await shop.says("mona", "/help", on=second)
    page = shop.replies(second)[-1]
    for usage in (
        "/deploy [environment] [#pr] [with #pr] [anyway reason…]",
        "/unlock [environment] [reason…]",
        "/status [environment]",
        "/help",
    ):
        assert f"`{usage}`" in page
    assert "`production` from `main`. Can deploy: write or higher." in page


@pytest.mark.parametrize("body", ["/deploi", "/DEPLOY now please", "/rolback", "/lok production"])
async def test_a_mistyped_command_gets_one_hint(shop: Scene, body: str) -> None:
    """The command starts nothing."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    comment = await shop.says("taro", body, on=pull)
    assert len(shop.replies(pull)) == 1
    assert ("ghapp[bot]", "confused") in comment.reactions
    assert shop.runs() == []


async def test_a_comment_that_is_no_command_gets_no_answer(shop: Scene) -> None:
    """Not a single call to GitHub."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    asked = len(shop.github.exchanges)
    for body in ("LGTM", "/approve", "> /deploy", "`/deploy` it", "please\n/deploy"):
        comment = await shop.says("taro", body, on=pull)
        assert shop.replies(pull) == [], body
        assert not comment.reactions, body
        assert len(shop.github.exchanges) == asked, body


async def test_the_next_in_line_is_called_when_the_first_does_not_come(shop: Scene) -> None:
    """After ten minutes without a release the second in line is mentioned, too; only the first one is reminded."""
    await shop.released("taro")
    second, third = await shop.opens("mona", "Fix totals"), await shop.opens("hanako", "Speed up search")
    await shop.merges("mona", second)
    await shop.merges("hanako", third)
    await shop.later(minutes=30)
    assert shop.channel()[-1] == (
        "<@U024BE7LH> production is free, your turn.\n`/deploy production #42` Fix totals\nNext: hanako (#43)."
    )
    await shop.later(minutes=9)
    assert "hanako" in shop.channel()[-1]
    await shop.later(minutes=1)
    assert shop.channel()[-1] == (
        "<@U024BE7HA> production is free, your turn.\n`/deploy production #43` Speed up search"
    )
    said = len(shop.channel())
    await shop.later(minutes=30)
    assert shop.channel()[said:] == [
        "<@U024BE7LH> production is still free. hanako (#43) was called too.\n`/deploy production #42` Fix totals"
    ]


async def test_a_lock_by_hand_keeps_others_out_and_holds_merges_until_its_time(shop: Scene) -> None:
    """Its holder passes it; everybody else reads the holder, the reason and the end; then it ends on its own."""
    pull, other = await shop.opens("taro", "Reword notifications"), await shop.opens("hanako")
    await shop.merges("taro", pull)
    await shop.says("mona", "/lock production 18:00 moving the database", on=other)
    assert shop.replies(other) == [
        "🔒 mona has locked production until 18:00 JST: moving the database. Nobody else can deploy to it. To "
        "unlock: `/unlock production`"
    ]
    assert shop.gate(other) == ("pending", "production: locked by mona until 18:00 JST: moving the database")
    await shop.says("taro", "/deploy", on=pull)
    assert shop.replies(pull) == [
        "⏳ **Not deployed.** production is locked by @mona (moving the database); it should be free from 18:00 JST "
        "(about 4 h 18 min).\nYou are 1st in line and will be mentioned.\nUrgent? `/unlock production <reason>` (@"
        "mona will be notified)"
    ]
    await shop.says("taro", "/lock production", on=pull)
    assert shop.codes(pull)[-1] == "locked_by_other"
    await shop.later(hours=4, minutes=18)
    assert shop.gate(other) == ("success", "Free to merge")
    assert shop.channel()[-1].startswith("<@U024BE7TA> production is free, your turn.")


async def test_the_holder_deploys_through_their_own_lock_and_it_stays(shop: Scene) -> None:
    """The end of one hold never ends another."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await shop.says("mona", "/lock production forever investigating", on=pull)
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    await shop.later(minutes=30)
    other = await shop.opens("taro")
    assert shop.gate(other) == ("pending", "production: locked by mona until somebody unlocks it: investigating")
    await shop.says("taro", "/unlock production mona is on holiday", on=other)
    assert shop.replies(other) == [
        "🔓 @mona production became free. taro ended your lock on production: mona is on holiday"
    ]
    assert shop.gate(other) == ("success", "Free to merge")
