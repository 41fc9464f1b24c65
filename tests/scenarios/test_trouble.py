"""Faults outside, and what people see of them. Never a second run, never a lost command."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, faults
from ghapp.demo.github.shapes import events
from ghapp.demo.slack import Drop, Error, Status
from ghapp.demo.slack import Fault as SlackFault
from ghapp.demo.stage import CONFIG, WORKFLOW
from tests.scenarios.mishaps import runs_the_first_again, sleeps_over_an_answer
from tests.scenarios.scene import SMALL_CONFIG, Scene

DISPATCH = re.compile("/dispatches$")
GRAPHQL = re.compile("/graphql$")


async def merged(shop: Scene, who: str = "taro") -> Pull:
    """A pull request that waits for its release."""
    pull = await shop.opens(who)
    await shop.merges(who, pull)
    return pull


# ---------------------------------------------------------------- the dispatch


async def test_an_answer_lost_after_the_dispatch_gives_one_run(shop: Scene) -> None:
    """GitHub made the run and the answer was lost: it is found by its number and followed, not started again."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_after))
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert len(shop.runs()) == 1
    assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")


async def test_a_lost_answer_without_a_webhook_ends_right(shop: Scene) -> None:
    """Without webhooks looking is enough."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_after))
    await shop.shop.comment(pull, by="taro", body="/deploy")
    shop.github.webhook_url = None
    await shop.idle()
    run = await shop.shop.run_queued()
    await shop.later(seconds=5)
    await shop.shop.start_run(run)
    await shop.shop.finish_run(run)
    await shop.later(seconds=61)
    assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")
    assert len(shop.runs()) == 1


async def test_a_request_that_never_arrived_is_lost_and_a_person_decides(shop: Scene) -> None:
    """The outcome is unknown: after two minutes of looking people read so, it stays locked, and no run is started."""
    pull, other = await merged(shop), await shop.opens("hanako")
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_before))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(25):
        await shop.later(seconds=5)
    number, notice = shop.replies(pull)
    assert number.startswith("❔ **Deploy of #41 to production: outcome unknown**")
    assert notice.startswith("@taro **Deploy of #41 to production: outcome unknown**")
    assert shop.runs() == []
    assert shop.gate(other) == ("pending", "production: #41 (taro): outcome unknown, check the run")
    await shop.says("mona", "/deploy production #41", on=pull)
    ends = "Check the workflow's runs; `/unlock production <reason>` ends the lock."
    assert shop.replies(pull)[-1].splitlines()[0].endswith(ends)

    await shop.says("taro", "/unlock production looked: there is none", on=pull)
    assert shop.replies(pull)[-1].startswith(
        "🔓 @taro production became free. taro gave up looking for the run of #41:"
    )
    assert "ghapp could not see how far its run came." in shop.replies(pull)[0]
    assert shop.replies(pull)[0].startswith("❔ **Deploy of #41 to production was given up** (production-1, by @taro)")
    assert "Deploy of #41 to production was given up (production-1)" in shop.message("#41").text
    assert shop.stands(pull)[:2] == ("cancelled", "Deploy to production was given up (production-1)")
    assert shop.thread("#41")[0].splitlines()[-1].endswith("given up")
    said = (*shop.replies(pull)[:1], *shop.channel()[:1], *shop.thread("#41"))
    assert not [text for text in said if "cancelled" in text]
    assert shop.gate(other) == ("success", "Free to merge")
    await shop.says("taro", "/deploy", on=pull)
    assert [run.inputs["ghapp"].split(":")[0] for run in shop.runs()] == ["3"]


async def test_an_error_status_with_nothing_behind_it_is_failed_after_looking(shop: Scene) -> None:
    """GitHub answered 502 and made no run: failed, free again, nothing retried."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.status(502)))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(25):
        await shop.later(seconds=5)
    assert "Deploy of #41 to production failed" in shop.replies(pull)[0]
    assert len(shop.calls("POST", "/dispatches")) == 1


async def test_a_run_behind_an_error_status_is_found_though_github_cannot_search(shop: Scene) -> None:
    """GitHub made the run all the same, sends no webhook, and its index of runs lags behind: one run, found once."""
    shop.github.app = replace(shop.github.app, events=tuple({*shop.github.app.events} - {"workflow_run"}))
    pull = await merged(shop)
    shop.shop.search_lags = True
    shop.github.faults.append(Fault("POST", DISPATCH, faults.status(502, done=True)))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(25):
        await shop.later(seconds=5)
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 1
    await shop.ends(await shop.begins())
    await shop.later(seconds=60)
    assert shop.replies(pull)[0].startswith("✅")


@pytest.mark.parametrize(
    ("workflow", "reason"),
    [
        (
            WORKFLOW.replace("workflow_dispatch:", "workflow_call:"),
            "has no `workflow_dispatch` under `on`",
        ),
        (WORKFLOW.replace("      ghapp: {", "      other: {"), "has no input `ghapp`"),
    ],
)
async def test_a_workflow_that_cannot_be_started_fails_at_once_with_the_reason(
    shop: Scene, workflow: str, reason: str
) -> None:
    """The message names the mistake to mend."""
    pull = await merged(shop)
    await shop.shop.commit(".github/workflows/deploy.yml", workflow, by="mona", message="Change it")
    await shop.says("taro", "/deploy", on=pull)
    assert reason in shop.replies(pull)[0]
    assert shop.codes(pull) == ["failed"]
    assert shop.runs() == []


async def test_lost_run_events_are_made_good_by_looking(shop: Scene) -> None:
    """Every workflow_run webhook is lost: within a minute the end is known all the same."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    shop.github.webhook_url = None
    await shop.ends(await shop.begins())
    assert shop.replies(pull)[0].startswith("🚀")
    await shop.later(seconds=60)
    assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")


async def test_a_cancelled_run_frees_the_environment(shop: Scene) -> None:
    """It was cancelled on GitHub's own pages."""
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "cancelled")
    assert shop.codes(pull) == ["cancelled"]
    assert shop.gate(other) == ("success", "Free to merge")


# ---------------------------------------------------------------- GitHub and Slack away


@pytest.mark.parametrize("kind", [faults.status(500), faults.status(429, {"retry-after": "5"}), faults.drop_before])
async def test_a_command_during_an_outage_of_github_is_carried_out_after_it(shop: Scene, kind: Any) -> None:
    """It is tried again later; nothing is guessed meanwhile."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", GRAPHQL, kind, times=3))
    shop.github.faults.append(Fault("GET", re.compile("/permission$"), kind, times=3))
    await shop.says("taro", "/deploy", on=pull)
    assert shop.runs() == []
    for _ in range(6):
        await shop.later(seconds=11)
    assert len(shop.runs()) == 1


async def test_a_command_that_could_not_be_checked_for_ten_minutes_is_answered_and_not_done(shop: Scene) -> None:
    """After ten minutes a command may surprise, so it is not carried out."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("GET", re.compile("/permission$"), faults.status(503), times=1000))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(11):
        await shop.later(minutes=1)
    shop.github.faults.clear()
    await shop.later(minutes=1)
    assert shop.codes(pull) == ["could_not_check"]
    assert shop.runs() == []


async def test_a_number_comment_whose_answer_was_lost_is_found_again(shop: Scene) -> None:
    """One comment, not two."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", re.compile("/comments$"), faults.drop_after))
    await shop.says("taro", "/deploy", on=pull)
    await shop.later(seconds=11)
    await shop.ends(await shop.begins())
    assert len(shop.replies(pull)) == 1


async def test_an_answer_to_a_command_whose_post_was_lost_is_not_posted_twice(shop: Scene) -> None:
    """It is found by its marker."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", re.compile("/comments$"), faults.drop_after))
    await shop.says("mona", "/status", on=pull)
    await shop.later(seconds=11)
    assert len(shop.replies(pull)) == 1


@pytest.mark.parametrize("kind", [Status(500), Status(429, retry_after=30), Drop.BEFORE, Error("channel_not_found")])
async def test_slack_down_for_a_whole_deployment_changes_nothing_on_github(shop: Scene, kind: Any) -> None:
    """Once Slack is back, the channel catches up."""
    shop.slack.faults += [SlackFault("chat.postMessage", kind, times=1000), SlackFault("chat.update", kind, times=1000)]
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert any(told.startswith("✅ **#41 is live on production**") for told in shop.replies(pull))
    assert shop.channel() == []
    shop.slack.faults.clear()
    await shop.later(minutes=30)
    if isinstance(kind, Error):
        return
    assert shop.channel()[0].startswith(":white_check_mark: #41 is live on production")


async def test_a_head_that_refuses_its_gate_keeps_no_other_from_its_own(shop: Scene) -> None:
    """One bad pull request delays no other."""
    pull, bad, good = await merged(shop), await shop.opens("hanako"), await shop.opens("mona")
    shop.github.faults.append(Fault("POST", re.compile(f"/statuses/{bad.head_sha}"), faults.status(422), times=100))
    await shop.says("taro", "/deploy", on=pull)
    state = shop.gate(good)
    assert state
    assert state[0] == "pending"


# ---------------------------------------------------------------- deliveries, restarts


async def test_a_redelivered_command_is_one_command(shop: Scene) -> None:
    """Under the same delivery id, and the same comment under a new one."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    delivery = next(one for one in shop.github.deliveries if one.event == "issue_comment")
    assert (await shop.github.redeliver(delivery.guid)).status == 200
    again = await shop.github.send("issue_comment", delivery.payload)
    assert again
    assert again.status == 200
    await shop.idle()
    assert len(shop.runs()) == 1
    assert len(shop.replies(pull)) == 1


async def test_a_server_that_restarts_goes_on_where_it_was(shop: Scene) -> None:
    """At a restart before, during and after the run; a run that changed meanwhile is looked at."""
    pull, other = await merged(shop), await shop.opens("hanako")
    await shop.restart()
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.stop()
    await shop.shop.finish_run(run)
    await shop.start()
    await shop.later(minutes=2)
    assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")
    assert len(shop.replies(pull)) == 1
    assert len(shop.channel()) == 1
    await shop.restart()
    await shop.later(minutes=30)
    assert shop.gate(other) == ("success", "Free to merge")
    assert len(shop.runs()) == 1


# ---------------------------------------------------------------- permissions, config, text


@pytest.mark.parametrize(("role", "runs"), [("read", 0), ("triage", 0), ("write", 1), ("maintain", 1), ("admin", 1)])
async def test_the_present_role_decides_who_may_deploy(shop: Scene, role: Any, runs: int) -> None:
    """The payload's claims about a person do not count."""
    pull = await merged(shop)
    shop.shop.people["mona"] = role
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == runs
    assert shop.codes(pull) == ([] if runs else ["not_allowed"])


async def test_a_comment_by_our_app_is_never_a_command(shop: Scene) -> None:
    """The App's own comments are ignored, whatever they begin with."""
    pull = await merged(shop)
    comment = shop.shop.add_comment(pull.number, by="ghapp[bot]", body="/deploy", by_app=True)
    await shop.github.send("issue_comment", events.commented(shop.shop, comment))
    await shop.idle()
    assert shop.runs() == []
    assert shop.replies(pull) == ["/deploy"]


async def test_a_repository_without_a_config_gets_no_answer_and_no_gate(shop: Scene) -> None:
    """An installation without a config is not served."""
    await shop.shop.commit(".github/ghapp.yml", None, by="mona", message="Remove it")
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    assert shop.replies(pull) == []
    assert shop.channel() == []
    assert shop.gate(pull) is None


async def test_an_invalid_config_is_refused_with_line_and_reason(shop: Scene) -> None:
    """Nothing new starts; the message names the mistake to mend."""
    pull = await merged(shop)
    await shop.shop.commit(".github/ghapp.yml", SMALL_CONFIG.replace("workflow", "workflw"), by="mona", message="Oops")
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["config_invalid"]
    assert "line 1, column 29: `workflw` is not a setting here; did you mean `workflow`?" in shop.replies(pull)[0]
    assert shop.runs() == []


async def test_a_pull_request_cannot_change_the_rules_it_is_judged_by(shop: Scene) -> None:
    """The config is the default branch's, never the pull request's own."""
    lax = CONFIG.format(channel="C024BE91L", language="en", people="{}") + "    deployers: [read]\n"
    shop.shop.people["mona"] = "read"
    pull = await shop.opens("mona", files={".github/ghapp.yml": lax})
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]


async def test_gates_on_new_heads_drafts_and_other_branches(shop: Scene) -> None:
    """At once on every head that could be merged into production's branch; nowhere else."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    late = await shop.opens("hanako")
    assert shop.gate(late) == (
        "pending",
        "production: #41 is being deployed (taro); free from 14:12 JST at the earliest",
    )
    await shop.shop.push(late, by="hanako")
    await shop.idle()
    assert shop.gate(late) == (
        "pending",
        "production: #41 is being deployed (taro); free from 14:12 JST at the earliest",
    )
    draft = await shop.opens("mona", draft=True)
    assert shop.gate(draft) is None
    await shop.shop.ready(draft, by="mona")
    await shop.idle()
    state = shop.gate(draft)
    assert state
    assert state[0] == "pending"


async def test_titles_are_plain_text_everywhere(shop: Scene) -> None:
    """A title mentions, links and notifies nobody."""
    title = "<!channel> @acme/everyone [x](http://evil.example) `code` #1 <b>bold</b>"
    pull = await shop.opens("taro", title)
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    channel = json.dumps(shop.channel()[0])
    assert "<!channel>" not in channel
    assert "&lt;!channel&gt;" in channel
    reply = shop.replies(pull)[0]
    assert "@acme" not in reply
    assert "<!channel>" not in reply.replace("\\<", "")
    assert "](http://evil" not in reply


async def test_invisible_characters_in_titles_and_reasons_are_named(shop: Scene) -> None:
    """Invisible characters are shown by their code point: on GitHub, in Slack, at the gate."""
    pull = await shop.opens("taro", "Fix \u202egnp.exe\u200b")
    await shop.merges("taro", pull)
    told = shop.channel()
    await shop.says("taro", "/lock production 2h \u2066looked\u2069", on=pull)
    await shop.says("mona", "/deploy", on=pull)
    told += [*shop.replies(pull), *shop.channel(), str(shop.gate(await shop.opens("mona")))]
    assert not [text for text in told if re.search("[\u202a-\u202e\u2060-\u2069]", text)]
    for named in ("U+202E", "U+2066"):
        assert [text for text in told if named in text], named


def writes(shop: Scene) -> int:
    """The number of calls that change something in the repository."""
    return len([one for one in shop.calls("", "/repos/") if one.method != "GET"])


async def test_writes_happen_only_where_something_changed(shop: Scene) -> None:
    """Hours without a change cost no write; the hourly rounds only read."""
    pull, _ = await merged(shop), await shop.opens("hanako")
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    before = writes(shop)
    for _ in range(5):
        await shop.later(hours=1)
    assert writes(shop) == before
    assert len(shop.calls("GET", "/app/hook/deliveries")) == 1 + 1 + 5


# ---------------------------------------------------------------- stalled servers, and old runs


async def test_an_answer_that_another_server_gave_is_not_given_twice(shop: Scene) -> None:
    """A worker that stalled during the post finds the older answer afterwards, and deletes its own."""
    pull = await shop.opens("mona")
    await sleeps_over_an_answer(shop, pull)
    assert shop.replies(pull) == ["said"]


async def test_an_old_run_that_is_run_again_is_stopped(shop: Scene) -> None:
    """It would bring an old revision back, past the lock: it is cancelled, and the last releaser is mentioned."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    await runs_the_first_again(shop, by="hanako")
    old, newest = shop.runs()
    assert old.cancel_asked
    assert not newest.cancel_asked
    told = (
        "@mona @hanako ⚠️ **hanako re-ran production-1 on GitHub; ghapp has asked GitHub to cancel it** · [View run]("
        f"{shop.github.web_url}/acme/shop/actions/runs/{old.id}): a re-run does not take the lock. It may have "
        "changed production already: check what is live now. To deploy with the lock: `/deploy production`"
    )
    assert shop.replies(second)[-1] == told
    assert shop.channel()[-1].startswith("<@U024BE7LH> <@U024BE7HA> ⚠️ ")
    assert (await shop.history())[-2:] == ["unexpected_run_seen", "unexpected_run_cancelled"]


async def test_a_late_webhook_of_an_old_run_is_no_alarm(shop: Scene) -> None:
    """A webhook hours late reports that the first run has begun: nothing is stopped, and no mention is posted."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    late = next(one.payload for one in shop.github.deliveries if one.action == "in_progress")
    await shop.released("mona")
    told = shop.channel()
    again = {**late["workflow_run"], "run_attempt": 2}
    await shop.github.send("workflow_run", {**late, "workflow_run": again})
    await shop.idle()
    (asked,) = shop.calls("POST", "/cancel")
    assert asked.status == 409
    assert shop.channel() == told


async def test_a_run_that_cannot_be_stopped_yet_is_not_forgotten(shop: Scene) -> None:
    """GitHub is down: the cancel is repeated until GitHub takes it."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    await shop.released("mona")
    shop.github.faults.append(Fault("POST", re.compile("/cancel$"), faults.status(502)))
    await runs_the_first_again(shop, by="hanako")
    assert not shop.runs()[0].cancel_asked
    await shop.later(seconds=11)
    assert shop.runs()[0].cancel_asked


# ---------------------------------------------------------------- runs that do not begin


async def test_a_run_that_does_not_begin_is_reported(shop: Scene) -> None:
    """After five minutes the comment shows it, after a quarter of an hour its author is mentioned, and again later."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(4):
        await shop.later(minutes=1)
    assert "no runner" not in shop.replies(pull)[0]
    await shop.later(minutes=1)
    assert "Queued on GitHub since 13:42 JST: no runner has picked it up yet." in shop.replies(pull)[0]
    for _ in range(55):
        await shop.later(minutes=1)
    _, *told = shop.replies(pull)
    assert shop.codes(pull) == ["waits", "waits", "waits"]
    assert told[0] == (
        f"@taro ⚠️ **production-1 had not started** · [View run]({shop.github.web_url}/acme/shop/actions/runs/"
        f"{shop.runs()[0].id}): no runner had picked it up since 13:42 JST. production stays locked until its run "
        "has ended. Check that a runner is online and idle."
    )
    assert next(text for text in shop.channel() if "had not started" in text).startswith("<@U024BE7TA> ⚠️ ")

    await shop.ends(await shop.begins())
    assert shop.replies(pull)[0].startswith("✅")
    assert "no runner" not in shop.replies(pull)[0]


async def test_a_run_that_waits_for_a_reviewer_is_reported_as_waiting(japanese_shop: Scene) -> None:
    """A missing runner is not the reason where a reviewer is awaited."""
    pull = await merged(japanese_shop)
    await japanese_shop.says("taro", "/deploy", on=pull)
    japanese_shop.shop.hold_for_review(japanese_shop.runs()[0])
    for _ in range(16):
        await japanese_shop.later(minutes=1)
    number, told = japanese_shop.replies(pull)
    assert "13:42 JST から GitHub でレビュアーの承認待ちです。" in number
    assert told.startswith("@taro ⚠️ **production-1 は承認待ちでした**")


async def test_a_run_that_begins_in_time_is_not_reported(shop: Scene) -> None:
    """A few minutes are normal."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    await shop.later(minutes=4)
    run = await shop.begins()
    for _ in range(40):
        await shop.later(minutes=1)
    await shop.ends(run)
    assert shop.codes(pull) == []
