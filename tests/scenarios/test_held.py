"""Several holds at once, or a rollback that waits: messages show the true state, and the commands in them work."""

import re
from pathlib import Path

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene, scene

WAITS = (
    "is waiting for production-2 to end, and ghapp cannot see that it has. Check the workflow's runs first; "
    "to continue without waiting: `/unlock production <reason>`"
)


async def lost(shop: Scene) -> tuple[Pull, Pull]:
    """#41 is live, #42's deployment is lost, #43 is open."""
    first = await shop.released("hanako", "Reword notifications")
    await shop.later(minutes=31)
    second = await shop.opens("taro", "Fix overlapping booking slots")
    await shop.merges("taro", second)
    third = await shop.opens("mona", "Show prices with tax")
    shop.github.faults.append(Fault("POST", re.compile("/dispatches$"), faults.drop_before))
    await shop.says("taro", "/deploy", on=second)
    for _ in range(25):
        await shop.later(seconds=5)
    assert shop.codes(second) == ["lost"]
    return first, third


def said(shop: Scene, pull: Pull) -> str:
    """The newest comment that is no notice."""
    bodies = [one.body for one in shop.stage.comments(pull) if one.by_app and "ghapp:notice" not in one.body]
    return bodies[-1]


async def test_a_rollback_behind_a_lost_run_shows_the_command_that_continues_it(tmp_path: Path) -> None:
    """In its comment, the check, Slack, the gate and `/status`; the person who rolled back gets one notice."""
    async with scene(tmp_path) as shop:
        _, third = await lost(shop)
        second = shop.shop.pulls[42]
        await shop.types("mona", "/rollback production")
        assert (
            f"production will be rolled back to #41 (production-3).\nmona's rollback to #41 {WAITS}"
            in shop.whispers("mona")[-1].replace("&lt;", "<").replace("&gt;", ">").replace("/ghapp ", "/")
        )
        assert shop.codes(second) == ["lost", "rollback_stuck"]
        for _ in range(4):
            await shop.later(minutes=10)
        assert shop.codes(second) == ["lost", "rollback_stuck"]
        report = shop.check(second)
        assert report
        assert f"mona's rollback to #41 {WAITS}" in said(shop, second)
        assert f"mona's rollback to #41 {WAITS}" in (report.summary or "")
        assert "is waiting for production-2 to end, and ghapp cannot see that it has" in shop.message("#42").text
        assert shop.gate(third) == (
            "pending",
            "production: the rollback to #41 (mona) is stuck: check the runs, then /unlock production <reason>",
        )
        await shop.says("hanako", "/status", on=third)
        assert f"mona's rollback to #41 {WAITS}" in shop.replies(third)[-1]
        assert not [run for run in shop.runs() if run.inputs["ghapp"].startswith("3:")]
        await shop.says("taro", "/unlock production none is under way", on=second)
        assert [run for run in shop.runs() if run.inputs["ghapp"].startswith("3:")]
        await shop.ends(await shop.begins())
        assert shop.stands(second)[1] == "Rolled back from production"


async def test_a_cancelled_rollback_shows_the_command_that_frees_the_environment(tmp_path: Path) -> None:
    """Half an hour later no message shows a rollback under way, and `/unlock` with a reason gives up the lost run."""
    async with scene(tmp_path) as shop:
        _, third = await lost(shop)
        second = shop.shop.pulls[42]
        await shop.says("mona", "/rollback production", on=second)
        await shop.says("mona", "/cancel production", on=second)
        await shop.later(minutes=31)
        unended = "ghapp cannot see that production-2 (#42, taro) has ended. Check the workflow's runs first; "
        assert f"{unended}to continue without waiting: `/unlock production <reason>`" in said(shop, second)
        assert unended in shop.message("#42").text
        assert shop.stands(second) == (
            "failure",
            "Rollback of production did not succeed (production-3): check what is live",
            [],
        )
        await shop.says("hanako", "/status", on=third)
        assert "rolling back" not in shop.replies(third)[-1]
        await shop.says("mona", "/rollback production", on=second)
        assert shop.codes(second)[-1] == "rollback_behind"
        await shop.says("mona", "/unlock production looked again", on=second)
        assert shop.replies(second)[-1].startswith(
            "🔓 @taro production became free. mona no longer waits for production-2"
        )
        assert shop.gate(third) == ("success", "Free to merge")
        await shop.says("mona", "/rollback production", on=second)
        await shop.ends(await shop.begins())
        assert shop.stands(second)[1] == "Rolled back from production"


async def test_a_rollback_behind_a_run_that_does_not_end_is_reported_after_four_minutes(tmp_path: Path) -> None:
    """GitHub keeps the run in progress despite its cancellation."""
    async with scene(tmp_path) as shop:
        await shop.released("hanako", "Reword notifications")
        await shop.later(minutes=31)
        second = await shop.opens("taro")
        await shop.merges("taro", second)
        await shop.says("taro", "/deploy", on=second)
        run = await shop.begins()
        run.stubborn = True
        shop.github.faults.append(Fault("POST", re.compile("/force-cancel$"), faults.status(502), times=999))
        await shop.says("mona", "/rollback", on=second)
        assert "mona's rollback to #41 is waiting for production-2 to end." in said(shop, second)
        assert shop.codes(second) == []
        for _ in range(9):
            await shop.later(seconds=30)
        assert shop.codes(second) == ["rollback_stuck"]
        assert WAITS in said(shop, second)


async def test_the_person_who_cancelled_is_notified_of_the_end_even_after_a_rollback(tmp_path: Path) -> None:
    """The answer to `/cancel` promised it."""
    async with scene(tmp_path) as shop:
        await shop.released("hanako", "Reword notifications")
        await shop.later(minutes=31)
        second = await shop.opens("taro")
        await shop.merges("taro", second)
        await shop.says("taro", "/deploy", on=second)
        run = await shop.begins()
        run.stubborn = True
        await shop.says("taro", "/cancel", on=second)
        await shop.later(seconds=1)
        await shop.says("mona", "/rollback", on=second)
        await shop.ends(run, "cancelled")
        assert shop.codes(second) == ["cancelling", "overtaken_ended"]
        assert "@taro **The run of production-2 has ended: it was cancelled**" in shop.replies(second)[-1]


async def test_each_holder_ends_their_own_hold_by_the_command_shown(tmp_path: Path) -> None:
    """taro's cool-down beside hanako's lock: the later end is shown, and neither needs the other."""
    async with scene(tmp_path) as shop:
        first = await shop.released("taro")
        second = await shop.opens("mona")
        await shop.merges("mona", second)
        await shop.says("hanako", "/lock production 4h migrating", on=second)
        assert "Locked by hanako: migrating. Next deploy: not before 17:42 JST." in said(shop, first)
        await shop.says("mona", "/deploy", on=second)
        assert "It should be free from 17:42 JST (about 4 h)." in shop.replies(second)[-1]
        assert "(@taro @hanako will be notified)" in shop.replies(second)[-1]
        await shop.says("hanako", "/unlock production", on=second)
        assert (
            "🔒 Cool-down after taro's deploy of #41; free from 14:12 JST at the earliest (about 30 min)."
            in shop.replies(second)[-1]
        )
        assert "If all is well, `/unlock production` unlocks it now." in said(shop, first)
        await shop.says("taro", "/unlock production", on=first)
        assert shop.replies(first)[-1] == "🔓 production became free. Unlocked by taro."
        assert "your turn" in shop.channel()[-1] or "your turn" in shop.channel()[-2]


async def test_a_release_that_failed_under_a_lock_shows_it_and_is_called_at_its_end(tmp_path: Path) -> None:
    """Slack message and check name the lock, and the answer to `/deploy` promises a call."""
    async with scene(tmp_path) as shop:
        first = await shop.opens("taro")
        await shop.merges("taro", first)
        await shop.says("taro", "/deploy", on=first)
        run = await shop.begins()
        await shop.says("hanako", "/lock production 15m migrating", on=first)
        await shop.later(minutes=3)
        await shop.ends(run, "failure")
        report = shop.check(first)
        assert report
        for place in (report.summary or "", shop.message("#41").text):
            assert "Locked by hanako: migrating. Next deploy: not before 13:57 JST." in place
            assert "To try again then: `/deploy production #41`" in place
        await shop.says("taro", "/deploy", on=first)
        assert "You are 1st in line and will be mentioned." in shop.replies(first)[-1]
        await shop.later(minutes=12)
        assert (
            shop.channel()[-1] == "<@U024BE7TA> production is free, your turn.\n`/deploy production #41` " + first.title
        )
