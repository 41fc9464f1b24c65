"""The check run `release / production` on a pull request: its contents, and the effect of its buttons by person."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.adapters.github.permissions import levels
from ghapp.demo.github import Fault, Pull, Report, faults
from ghapp.demo.stage import CONFIG
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import merged

CHECKS = re.compile("/check-runs")


async def asks(shop: Scene, more: str) -> None:
    """Commits the config with more settings for production."""
    text = CONFIG.format(channel="C024BE91L", language="en", people="{}") + more
    await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="More")
    await shop.idle()


def check(shop: Scene, pull: Pull) -> Report:
    """The check run on its head."""
    found = shop.check(pull)
    assert found
    return found


# ---------------------------------------------------------------- contents


async def test_each_state_of_a_release_shows_its_conclusion_and_its_buttons(shop: Scene) -> None:
    """From before the merge to after the next release."""
    pull = await shop.opens("taro")
    assert shop.stands(pull) == ("neutral", "After merging: ready to deploy to production (free at 13:42 JST)", [])
    await shop.merges("taro", pull)
    assert shop.stands(pull) == ("neutral", "Ready for production", ["deploy"])
    await shop.says("taro", "/deploy", on=pull)
    assert shop.stands(pull) == ("in_progress", "Deploying to production (production-1, by taro)", [])
    run = await shop.begins()
    waiting = await merged(shop, "mona")
    assert shop.stands(waiting) == ("neutral", "1st in line for production", [])
    assert "taro is deploying #41. Next deploy: not before 14:12 JST." in (check(shop, waiting).summary or "")
    await shop.ends(run)
    assert shop.stands(pull) == ("success", "Live on production", ["unlock"])
    assert "production stays locked until 14:12 JST." in (check(shop, pull).summary or "")
    assert "Cool-down after taro's deploy of #41. Next deploy: not before 14:12 JST." in (
        check(shop, waiting).summary or ""
    )
    await shop.later(minutes=31)
    assert shop.stands(pull) == ("success", "Live on production", [])
    assert shop.stands(waiting) == ("neutral", "Ready for production", ["deploy"])
    await shop.says("mona", "/deploy", on=waiting)
    await shop.ends(await shop.begins())
    assert shop.stands(waiting) == ("success", "Live on production", ["rollback", "unlock"])
    assert shop.stands(pull) == ("success", "Was live on production 13:42–14:13 JST", [])


@pytest.mark.parametrize(
    ("conclusion", "title"),
    [
        ("failure", "Deploy to production failed (production-2)"),
        ("cancelled", "Deploy to production was cancelled (production-2)"),
    ],
)
async def test_a_release_that_did_not_succeed_shows_it_and_can_be_tried_again(
    shop: Scene, conclusion: str, title: str
) -> None:
    """One button repeats it; the live revision stays the same."""
    live = await shop.released("taro")
    await shop.says("taro", "/unlock", on=live)
    pull = await merged(shop, "mona")
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins(), conclusion)
    assert shop.stands(pull) == (conclusion, title, ["deploy", "rollback"])
    assert shop.stands(live) == ("success", "Live on production", [])  # it would undo another release
    await shop.presses("mona", "deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.stands(pull) == ("success", "Live on production", ["rollback", "unlock"])


async def test_a_release_that_ships_along_is_shown_without_buttons(shop: Scene) -> None:
    """The deployment belongs to another pull request."""
    first, second = await merged(shop, "taro"), await merged(shop, "mona")
    await shop.presses("mona", "deploy", on=second)
    assert shop.stands(first) == ("in_progress", "Deploying to production (production-1, by mona)", [])
    await shop.ends(await shop.begins())
    assert shop.stands(first) == ("success", "Went live on production, with #42", [])


async def test_a_lost_deployment_shows_the_next_step_and_no_button(shop: Scene) -> None:
    """The effect of a button would be unknown."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", re.compile("/dispatches$"), faults.drop_before))
    await shop.says("taro", "/deploy", on=pull)
    await shop.later(minutes=3)
    assert shop.stands(pull) == ("failure", "Deploy to production: outcome unknown (production-1)", [])
    assert "`/unlock production <reason>`" in (check(shop, pull).summary or "")


async def test_a_check_never_mentions_a_person(shop: Scene) -> None:
    """It is edited many times, so names are plain text."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    await shop.says("taro", "/unlock", on=pull)
    second = await shop.released("mona")
    await shop.says("mona", "/rollback", on=second)
    said = [one.request["output"]["summary"] for one in shop.calls("", "/check-runs") if one.request]
    assert len(said) > 8
    assert not [one for one in said if "@" in one]


async def test_a_check_is_written_only_when_it_differs(shop: Scene) -> None:
    """One call per change, none for another look. The existing ones are read before another check run is created, and
    when one ends, since one that another server created late would never end.
    """
    pull = await merged(shop)
    before = len(shop.calls("", "/check-runs"))
    await shop.presses("taro", "deploy", on=pull)
    assert [one.method for one in shop.calls("", "/check-runs")[before:]] == ["GET", "POST"]
    run = await shop.begins()
    for _ in range(3):
        await shop.later(seconds=61)
    assert len(shop.calls("", "/check-runs")) == before + 2
    await shop.ends(run)
    assert [one.method for one in shop.calls("", "/check-runs")[before + 2 :]] == ["GET", "PATCH"]


# ---------------------------------------------------------------- before the merge


async def test_before_the_merge_the_check_shows_the_state_with_its_time(shop: Scene) -> None:
    """Holder, end, number of waiters and the time: the check is written once per head."""
    live = await shop.released("taro")
    await merged(shop, "mona")
    await merged(shop, "mona")
    pull = await shop.opens("hanako")
    assert shop.stands(pull) == (
        "neutral",
        "After merging: in line for production (locked at 13:42 JST, 2 waiting)",
        [],
    )
    assert (check(shop, pull).summary or "").split("\n\n") == [
        "After the merge, the person who merged it is asked to deploy it: `/deploy production #44`",
        "Cool-down after taro's deploy of #41. Next deploy: not before 14:12 JST.",
        "As of 13:42 JST. The status `ghapp/lock` shows the current state.",
    ]
    asked = len(shop.calls("", "/check-runs"))
    await shop.says("taro", "/status", on=live)
    await shop.says("taro", "/lock 2h migrating", on=live)
    assert [one for one in shop.calls("", "/check-runs")[asked:] if one.request and "/44/" in str(one.request)] == []
    before = len(shop.calls("", "/check-runs"))
    await shop.shop.push(pull, by="hanako")
    await shop.idle()
    assert [one.method for one in shop.calls("", "/check-runs")[before:]] == ["GET", "POST"]


async def test_a_draft_and_another_branch_have_no_check(shop: Scene) -> None:
    """Neither can be released."""
    draft = await shop.opens("taro", draft=True)
    assert shop.check(draft) is None
    await shop.shop.ready(draft, by="taro")
    await shop.idle()
    assert shop.stands(draft)[2] == []
    shop.shop.git.branches["next"] = shop.shop.head
    assert shop.check(await shop.opens("taro", base="next")) is None


async def test_an_open_head_is_released_by_its_button_where_that_is_allowed(shop: Scene) -> None:
    """Exactly that head: a button on a commit that is no longer the last does nothing."""
    await asks(shop, "    require: {merged: false}\n")
    pull = await shop.opens("taro")
    old = check(shop, pull)
    assert old.buttons == ["deploy"]
    await shop.later(minutes=1)
    await shop.shop.push(pull, by="hanako")
    await shop.idle()
    await shop.shop.press(old, "deploy", by="taro")
    await shop.idle()
    assert shop.codes(pull) == ["button_gone"]
    assert shop.runs() == []
    await shop.later(minutes=1)
    await shop.presses("taro", "deploy", on=pull)
    assert [run.inputs["sha"] for run in shop.runs()] == [pull.head_sha]
    assert shop.stands(pull)[0] == "in_progress"


async def test_the_button_of_an_open_head_works_after_other_releases(shop: Scene) -> None:
    """Its check is not written again with every release."""
    await asks(shop, "    require: {merged: false}\n")
    pull = await shop.opens("taro")
    other = await shop.released("mona")
    await shop.says("mona", "/unlock", on=other)
    await shop.later(minutes=1)
    await shop.presses("taro", "deploy", on=pull)
    assert shop.codes(pull) == ["diverged"]  # the command's own answer


# ---------------------------------------------------------------- the effect of a press


async def test_the_deploy_button_deploys_as_the_person_who_pressed_it(shop: Scene) -> None:
    """With the same number, comment, message and history as the typed command."""
    pull = await merged(shop)
    await shop.presses("mona", "deploy", on=pull)
    (run,) = shop.runs()
    assert run.inputs["sha"] == pull.merge_commit_sha
    assert shop.replies(pull)[0].startswith("🚀 **Deploying #41 to production** (production-1, by @mona)")
    assert "(production-1, by mona)" in shop.channel()[0]
    assert shop.codes(pull) == []
    assert "accepted" in await shop.history()


async def test_a_person_who_may_not_type_a_command_may_not_press_its_button(shop: Scene) -> None:
    """The refusal is the same, and is posted once."""
    pull = await merged(shop)
    await shop.presses("eve", "deploy", on=pull)
    assert shop.replies(pull) == [
        "@eve pressed **Deploy** in the checks:\n\nYou are not allowed to `/deploy` on production. Allowed: write or "
        "higher. Ask a person with that role."
    ]
    assert shop.codes(pull) == ["not_allowed"]
    assert shop.runs() == []
    assert shop.stands(pull) == ("neutral", "Ready for production", ["deploy"])


async def test_a_locked_environment_answers_a_button_like_the_command(shop: Scene) -> None:
    """An outdated page is answered with holder, end and the place in line."""
    await shop.released("taro")
    pull = await merged(shop, "mona")
    await shop.shop.press_late(check(shop, pull), "deploy", by="hanako")
    await shop.idle()
    assert shop.replies(pull) == [
        "@hanako pressed **Deploy** in the checks:\n\n⏳ **Not deployed.** production is in the cool-down after @"
        "taro's deploy of #41; it should be free from 14:12 JST (about 30 min).\n#42 is 1st in line; mona will be "
        "mentioned.\nUrgent? `/unlock production <reason>` (@taro will be notified)"
    ]
    assert len(shop.runs()) == 1


async def test_looks_good_next_frees_the_environment_and_calls_the_next(shop: Scene) -> None:
    """For the person who released; anybody else needs a reason, which a button cannot give."""
    pull = await shop.released("taro")
    await merged(shop, "mona")
    await shop.presses("mona", "unlock", on=pull)
    assert shop.codes(pull) == ["reason_needed"]
    assert shop.channel()[-1].startswith("<@U024BE7LH> #42 is merged, but production is locked.")
    await shop.presses("taro", "unlock", on=pull)
    assert (
        shop.replies(pull)[-1]
        == "@taro pressed **Looks good, next** in the checks:\n\n🔓 production became free. Unlocked by taro."
    )
    # posted as a notice and as a projection, in either order
    assert any(text.startswith("<@U024BE7LH> production is free, your turn.") for text in shop.channel()[-2:])
    assert shop.stands(pull)[2] == []


async def test_the_rollback_button_rolls_back(shop: Scene) -> None:
    """The check shows the rollback during and after it."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    await shop.presses("hanako", "rollback", on=second)
    assert shop.stands(second) == ("in_progress", "Being rolled back (production-3, by hanako)", [])
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": first.merge_commit_sha}
    assert shop.stands(second) == ("cancelled", "Rolled back from production", [])
    assert shop.stands(first)[:2] == ("success", "Live on production")


async def test_the_rollback_button_repeats_a_failed_rollback(shop: Scene) -> None:
    """To the same revision."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    await shop.presses("mona", "rollback", on=second)
    await shop.ends(await shop.begins(), "failure")
    title = "Rollback of production did not succeed (production-3): check what is live"
    assert shop.stands(second) == ("failure", title, ["rollback"])
    await shop.presses("mona", "rollback", on=second)
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": first.merge_commit_sha}
    assert shop.stands(second) == ("cancelled", "Rolled back from production", [])


# ---------------------------------------------------------------- late, twice, outdated


async def test_a_button_from_an_earlier_number_is_refused(shop: Scene) -> None:
    """Another person released before the check was written again."""
    pull, other = await merged(shop, "taro"), await merged(shop, "mona")
    shop.github.faults.append(Fault("PATCH", CHECKS, faults.status(502), times=99))
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    shop.github.faults.clear()
    await shop.shop.press(check(shop, other), "deploy", by="mona")
    await shop.idle()
    assert shop.replies(other)[-1] == (
        "@mona pressed **Deploy** in the checks:\n\nThat button belongs to production-0, and production is at "
        "production-1 now. Nothing was done. The check shows what can be done now; for the reason: `/status "
        "production`"
    )
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("button", ["deploy", "rollback", "unlock"])
async def test_a_button_on_an_outdated_page_does_nothing(shop: Scene, button: str) -> None:
    """GitHub sends the check as it is now, which shows that the button no longer fits."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    await shop.released("mona")
    await shop.shop.press_late(check(shop, first), button, by="taro")
    await shop.idle()
    assert shop.codes(first)[-1] == "button_gone"
    assert len(shop.runs()) == 2


async def test_the_unlock_button_after_the_lock_ended_is_answered_not_locked(shop: Scene) -> None:
    pull = await shop.released("taro")
    await shop.later(minutes=31)
    await shop.shop.press_late(check(shop, pull), "unlock", by="taro")
    await shop.idle()
    assert shop.codes(pull) == ["not_locked"]


async def test_looks_good_ends_no_other_lock(shop: Scene) -> None:
    """The page was opened before a manual lock was set."""
    pull = await shop.released("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    assert shop.stands(pull)[2] == []
    await shop.shop.press_late(check(shop, pull), "unlock", by="taro")
    await shop.idle()
    assert shop.codes(pull)[-1] == "button_gone"
    await shop.later(minutes=31)
    assert (shop.gate(await shop.opens("mona")) or ("", ""))[1].startswith("production: locked by taro until")


async def test_a_button_pressed_twice_and_redelivered_is_one_release(shop: Scene) -> None:
    """The second click of a double click finds an old number; a redelivery finds nothing to do."""
    pull = await merged(shop)
    report = check(shop, pull)
    await asyncio.gather(*(shop.shop.press(report, "deploy", by="taro") for _ in range(2)))
    clicks = [one.guid for one in shop.github.deliveries if one.action == "requested_action"]
    await shop.idle()
    for guid in clicks * 2:
        await shop.github.redeliver(guid)
    await shop.idle()
    assert len(shop.runs()) == 1
    assert shop.codes(pull) == ["button_over"]


async def test_a_press_that_waited_too_long_is_not_carried_out(shop: Scene) -> None:
    """The press was stored, and for eleven minutes no worker ran."""
    pull = await merged(shop)
    await shop.shop.press(check(shop, pull), "deploy", by="taro")
    await shop.later(minutes=11)
    assert shop.replies(pull) == [
        "@taro pressed **Deploy** in the checks:\n\n`/deploy production #41` is more than 10 minutes old. "
        "Nothing was done; if you still mean it, type it again."
    ]
    assert shop.runs() == []


@pytest.mark.parametrize("days", [0, 3])
async def test_a_press_missed_during_an_outage_is_not_carried_out_on_redelivery(shop: Scene, days: int) -> None:
    """The user no longer expects it when the server is back or "Redeliver" is pressed."""
    pull = await merged(shop)
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.shop.press(check(shop, pull), "deploy", by="taro")
    (lost,) = (one.guid for one in shop.github.deliveries if one.action == "requested_action")
    await shop.stop()
    shop.stage.skip(timedelta(days=days, minutes=11))
    shop.github.webhook_url = heard
    await shop.start()
    await shop.github.redeliver(lost)
    await shop.idle()
    assert shop.codes(pull)[-1] == "stale"
    assert "@taro pressed **Deploy** in the checks" in shop.replies(pull)[-1]
    assert shop.runs() == []


async def test_a_press_that_could_not_be_checked_is_answered(shop: Scene) -> None:
    """GitHub was unavailable until the press was too old."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), times=99))
    await shop.presses("taro", "deploy", on=pull)
    await shop.later(minutes=9, seconds=55)
    shop.github.faults.clear()
    await shop.later(minutes=2)
    assert shop.codes(pull) == ["could_not_check"]
    assert "`/deploy production #41`" in shop.replies(pull)[-1]
    assert shop.runs() == []


async def test_a_thousand_presses_by_an_outsider_get_one_answer(shop: Scene) -> None:
    """As with comments; after that a few calls a minute."""
    pull = await merged(shop)
    report, before = check(shop, pull), len(shop.github.exchanges)
    for _ in range(20):
        await asyncio.gather(*(shop.shop.press(report, "deploy", by="eve") for _ in range(50)))
    await shop.idle()
    assert shop.codes(pull) == ["not_allowed"]
    assert len(shop.github.exchanges) - before <= 8
    assert shop.runs() == []


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize("fault", [faults.drop_after, faults.drop_before], ids=["made", "not made"])
async def test_a_lost_answer_to_creating_a_check_leaves_one_check(shop: Scene, fault: faults.Kind) -> None:
    """The check is found again by its external id."""
    draft = await shop.opens("taro", draft=True)
    shop.github.faults.append(Fault("POST", re.compile("/check-runs$"), fault, times=1))
    await shop.merges("taro", draft)
    await shop.later(seconds=15)
    assert shop.stands(draft) == ("neutral", "Ready for production", ["deploy"])


async def test_a_server_without_its_cache_finds_its_checks(shop: Scene) -> None:
    """The cache is kept beside the document; without it one more call finds the check."""
    pull = await merged(shop)
    await shop.forget_what_was_shown()
    await shop.presses("taro", "deploy", on=pull)
    assert shop.stands(pull)[0] == "in_progress"


async def test_without_the_checks_permission_releases_work(shop: Scene) -> None:
    """No check and no button, but releases as usual."""
    granted = {name: level for name, level in levels().items() if name != "checks"}
    shop.github.app = replace(shop.github.app, permissions=granted)
    await asks(shop, "    require: {checks: none}\n")
    pull = await shop.released("taro")
    assert shop.shop.reports == {}
    assert shop.shop.serving == {"production": pull.merge_commit_sha}
    assert shop.gate(await shop.opens("mona")) == (
        "pending",
        "production: cool-down after #41 (taro); free from 14:12 JST at the earliest",
    )
    await shop.later(minutes=31)
    assert any(text.endswith("production is free again.") for text in shop.replies(pull))


async def test_our_own_checks_never_hold_a_release(shop: Scene) -> None:
    """They do not count where every check has to pass."""
    await asks(shop, "    require: {checks: all}\n")
    pull = await merged(shop)
    await shop.presses("taro", "deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    assert shop.stands(pull)[0] == "failure"
    await shop.presses("taro", "deploy", on=pull)
    assert len(shop.runs()) == 2


async def test_a_button_with_a_foreign_id_does_nothing(shop: Scene) -> None:
    """Another repository's id, another environment's, an environment that the config lacks, and nonsense."""
    pull = await merged(shop)
    report = check(shop, pull)
    mark = report.external_id
    for strange in ("1/production/41/0", mark.replace("production", "staging"), "", "x" * 60_000, f"{mark}99"):
        report.external_id = strange
        await shop.shop.press_late(report, "deploy", by="taro")
    report.external_id = mark
    await shop.shop.press_late(report, "x" * 60_000, by="taro")
    report.name, report.external_id = "release / nowhere", mark.replace("production", "nowhere")
    await shop.shop.press_late(report, "deploy", by="taro")
    await shop.idle()
    statuses = [one.status for one in shop.github.deliveries if one.action == "requested_action"]
    assert statuses == [200, 200, 200, 200, 202, 200, 202]
    assert shop.codes(pull) == ["button_over", "unknown_environment"]
    assert shop.runs() == []
