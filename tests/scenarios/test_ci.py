"""CI as GitHub shows it: superseded results side by side, what is required and silent, and whose word counts."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from ghapp.demo.github import Pull
from ghapp.demo.github.pulls import Source
from ghapp.demo.github.state import Check
from ghapp.demo.stage import CHANNEL, CONFIG, PEOPLE, WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_rules import merged, requires

BEHIND = ("schedule", "workflow_dispatch", "repository_dispatch", "issue_comment")
MINUTE = timedelta(minutes=1)
Asked = Callable[[Scene, Pull], Awaitable[None]]


async def deploys(shop: Scene, pull: Pull) -> None:
    """Somebody types it."""
    await shop.says("mona", "/deploy", on=pull)


async def presses(shop: Scene, pull: Pull) -> None:
    """Somebody presses it."""
    await shop.presses("mona", "deploy", on=pull)


async def types(shop: Scene, pull: Pull) -> None:
    """Somebody types it in Slack."""
    await shop.types("mona", f"/deploy production #{pull.number}")


def on_merge(shop: Scene, pull: Pull, *results: Any, name: str = "test", **more: Any) -> None:
    """CI says these of the merge commit, one a minute."""
    assert pull.merge_commit_sha
    for conclusion in results:
        shop.stage.clock.skip(MINUTE)
        shop.shop.report_check(pull.merge_commit_sha, name, conclusion, **more)


# ---------------------------------------------------------------- superseded results


@pytest.mark.parametrize("asks", [deploys, presses, types])
@pytest.mark.parametrize("rule", ["required", "all"])
@pytest.mark.parametrize(
    ("results", "deployed"),
    [
        (["cancelled", "failure", "success"], True),
        (["success", "failure"], False),
        (["success", None], False),
    ],
)
async def test_of_a_check_that_ran_again_the_newest_result_counts(
    shop: Scene, asks: Asked, rule: str, results: list[Any], deployed: bool
) -> None:
    """On the same commit, whichever way it went first."""
    config = CONFIG.format(channel=CHANNEL, language="en", people=json.dumps(PEOPLE))
    config += f"    require: {{checks: {rule}}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Require")
    await shop.idle()
    shop.shop.ci = "absent"
    pull = await merged(shop)
    on_merge(shop, pull, *results)
    await asks(shop, pull)
    assert bool(shop.runs()) is deployed


async def test_before_the_merge_it_is_the_same(shop: Scene) -> None:
    """Where an open pull request is released, at its head; and `/status` says no other."""
    await requires(shop, "{merged: false}")
    shop.shop.ci = "absent"
    pull = await shop.opens("hanako")
    shop.shop.report_check(pull.head_sha, "test", "failure")
    await shop.later(minutes=1)
    await shop.says("mona", "/status", on=pull)
    assert "✗ checks: **Not deployed**: checks failed" in shop.replies(pull)[-1]
    shop.shop.report_check(pull.head_sha, "test", "success")
    await shop.says("mona", "/status", on=pull)
    assert "✓ checks" in shop.replies(pull)[-1]
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_merge_that_releases_by_itself_looks_at_the_newest_too(shop: Scene) -> None:
    """Of the head, since the merge commit has none yet."""
    await automatic(shop)
    pull = await shop.opens("hanako")
    for conclusion in ("failure", "success"):
        await shop.later(minutes=1)
        shop.shop.report_check(pull.head_sha, "test", conclusion)
    await shop.merges("mona", pull)
    assert len(shop.runs()) == 1


async def automatic(shop: Scene) -> None:
    """Merges release by themselves, and CI speaks when a test says so."""
    config = "environments: {production: {workflow: deploy.yml, auto: true}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Automatic")
    await shop.idle()
    shop.shop.ci = "absent"


# ---------------------------------------------------------------- required, and never reported


@pytest.mark.parametrize("classic", [False, True], ids=["ruleset", "older protection"])
@pytest.mark.parametrize("rule", ["required", "all"])
async def test_a_required_check_that_was_never_reported_is_named(shop: Scene, classic: bool, rule: str) -> None:
    """After a commit that skips CI, and where only some of what is required has spoken."""
    await requires(shop, f"{{checks: {rule}}}")
    shop.shop.ci = "absent"
    shop.shop.require("e2e", classic=classic)
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    on_merge(shop, pull, "success")
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_missing", "checks_missing"]
    assert "checks were not reported on #41: e2e." in shop.replies(pull)[-1]
    assert shop.runs() == []
    on_merge(shop, pull, "success", name="e2e")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_right_after_a_push_nothing_has_been_reported(shop: Scene) -> None:
    """The head before was green, and is not what would be released."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    shop.shop.ci = "absent"
    await shop.shop.push(pull, by="hanako")
    await shop.later(minutes=1)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_missing"]
    assert shop.runs() == []


async def test_a_merge_that_releases_by_itself_tells_what_is_missing(shop: Scene) -> None:
    """And does not."""
    await automatic(shop)
    shop.shop.require("e2e")
    pull = await merged(shop)
    assert shop.runs() == []
    assert "checks" in shop.replies(pull)[-1]
    await shop.says("mona", "/status", on=pull)
    assert "checks were not reported on #41: test, e2e" in shop.replies(pull)[-1]


async def test_the_rules_of_another_branch_require_nothing_here(shop: Scene) -> None:
    """Nor does what may be reported by anybody stand for what one App has to report."""
    shop.shop.require("e2e", branch="next")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1
    await shop.ends(await shop.begins(), "failure")
    shop.shop.require("seal", app=77)
    on_merge(shop, pull, "success", name="seal")
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull)[-1] == "checks_missing"
    on_merge(shop, pull, "success", name="seal", by=Source(workflow="", event="", app=77))
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 2


async def test_a_persons_status_never_stands_for_an_apps_check(shop: Scene) -> None:
    """Whoever may push can post one; an App's own status can be what the rule asks for."""
    shop.shop.require("seal", app=77)
    pull = await merged(shop)
    assert pull.merge_commit_sha
    shop.shop.report_status(pull.merge_commit_sha, "seal", "success", required=False, by="taro")
    shop.shop.require("seal", app=77)
    await shop.says("mona", "/deploy", on=pull)
    assert (shop.codes(pull)[-1], shop.runs()) == ("checks_missing", [])
    shop.shop.report_status(pull.merge_commit_sha, "seal", "success", required=False, by="seal[bot]")
    shop.shop.require("seal", app=77)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_rules_that_github_does_not_show_are_not_taken_for_none(shop: Scene) -> None:
    """Names in the config help; a plan without rules has none."""
    shop.shop.rules_hidden = (403, "Resource not accessible by integration")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.replies(pull) == [
        "**Not deployed**: GitHub does not show ghapp the rules of `main`, so the required checks of #41 are unknown. "
        "Name them in `require.checks` in `.github/ghapp.yml`."
    ]
    assert shop.runs() == []
    await requires(shop, "{checks: [test]}")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


LOCKED_OUT = (
    "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list "
    "enabled, and your IP address is not permitted to access this resource.",
    "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.",
)


@pytest.mark.parametrize("why", LOCKED_OUT)
async def test_rules_that_cannot_be_asked_for_a_while_are_asked_again(shop: Scene, why: str) -> None:
    """That is no word on the rules; where it goes on, it is said as what it is."""
    pull = await merged(shop)
    shop.shop.rules_hidden = (403, why)
    await shop.says("mona", "/deploy", on=pull)
    assert (shop.codes(pull), shop.runs()) == ([], [])
    shop.shop.rules_hidden = None
    await shop.later(seconds=11)
    assert len(shop.runs()) == 1


async def test_rules_that_cannot_be_asked_for_long_are_not_said_to_be_hidden(shop: Scene) -> None:
    """Naming them in the config would help nobody."""
    pull = await merged(shop)
    shop.shop.rules_hidden = (403, LOCKED_OUT[0])
    await shop.says("mona", "/deploy", on=pull)
    await shop.later(minutes=9, seconds=55)
    assert shop.codes(pull) == ["could_not_check"]
    assert "the rules of main could not be asked: GitHub answered 403: Although you appear" in shop.replies(pull)[-1]
    assert shop.runs() == []


async def test_a_plan_without_rules_requires_nothing(shop: Scene) -> None:
    """GitHub says so in its own way."""
    shop.shop.rules_hidden = (403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_our_own_gate_may_be_required(shop: Scene) -> None:
    """No merge commit ever has it, and nobody could report it."""
    shop.shop.require("ghapp/lock", app=shop.github.app.id)
    shop.shop.require("release / production")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_another_apps_check_of_our_name_may_be_required_too(shop: Scene) -> None:
    """Ours does not stand for it."""
    shop.shop.require("release / production", app=77)
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert (shop.codes(pull), shop.runs()) == (["checks_missing"], [])
    on_merge(shop, pull, "success", name="release / production", by=Source(workflow="", event="", app=77))
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


# ---------------------------------------------------------------- whose word it is


@pytest.mark.parametrize(
    "by", [Source(), Source(workflow="", event="", app=77), Source(workflow="", event="", app=4711)], ids=str
)
@pytest.mark.parametrize("rule", ["required", "all", "[release / unit]"])
async def test_a_check_that_only_looks_like_ours_counts(shop: Scene, by: Source, rule: str) -> None:
    """Ours is known by who reports it and by what stands in it: whoever has the App's key may report others."""
    await requires(shop, f"{{checks: {rule}}}")
    pull = await merged(shop)
    on_merge(shop, pull, "failure", name="release / unit", by=by)
    await shop.says("mona", "/deploy", on=pull)
    assert "checks failed on #41: release / unit." in shop.replies(pull)[-1]
    assert shop.runs() == []


@pytest.mark.parametrize("rule", ["required", "all"])
async def test_ci_and_deploy_may_be_one_file(shop: Scene, rule: str) -> None:
    """Its jobs are CI where a push has started them, and none where we have."""
    await requires(shop, f"{{checks: {rule}}}")
    shop.shop.ci = "absent"
    one_file = Source(workflow=".github/workflows/deploy.yml")
    pull = await merged(shop)
    on_merge(shop, pull, "failure", by=one_file)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_failed"]
    on_merge(shop, pull, "success", by=one_file)
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 2


async def test_a_deployments_own_job_reports_no_required_check(shop: Scene) -> None:
    """It has the name of one, and ran on the newest commit of the branch for another release."""
    first = await merged(shop)
    shop.shop.ci = "absent"
    shop.shop.require("release")
    second = await merged(shop)
    on_merge(shop, first, "success", name="release")
    await shop.says("mona", "/deploy", on=first)
    await shop.ends(await shop.begins())
    shown = shop.shop.contexts(str(second.merge_commit_sha))
    assert [(one.name, one.conclusion) for one in shown if isinstance(one, Check)] == [("release", "success")]
    await shop.later(hours=1)
    await shop.says("mona", "/deploy", on=second)
    assert "test, release" in shop.replies(second)[-1]
    assert shop.codes(second) == ["checks_missing"]
    assert len(shop.runs()) == 1


async def deploys_by(shop: Scene, **files: str) -> None:
    """The config names these workflows, by environment."""
    config = "environments:\n" + "".join(f"  {name}: {{workflow: {file}}}\n" for name, file in files.items())
    for file in files.values():
        await shop.shop.commit(f".github/workflows/{file}", WORKFLOW, by="mona", message="Deploy")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Deploy by another file")
    await shop.idle()


@pytest.mark.parametrize("lags", [False, True])
@pytest.mark.parametrize("environment", ["production", "staging"])
async def test_what_we_once_dispatched_is_never_a_word_on_ci(shop: Scene, environment: str, lags: bool) -> None:
    """The file has another name since, and the newest attempts ran that; or its environment has left the config.

    `lags`: GitHub's index of runs does not show it.
    """
    shop.shop.search_lags = lags
    await deploys_by(shop, production="deploy.yml", staging="stage.yml")
    first, second = await merged(shop), await merged(shop)
    await shop.says("mona", f"/deploy {environment}", on=first)
    await shop.ends(await shop.begins())
    await deploys_by(shop, production="ship.yml")
    for _ in range(3):
        await shop.later(hours=1)
        await shop.says("mona", "/deploy production", on=second)
        await shop.ends(await shop.begins(), "failure")
    shop.shop.require("release")
    await shop.says("mona", "/deploy production", on=second)
    assert shop.codes(second)[-1] == "checks_missing"
    assert "only the release itself (`ship.yml`) reports release" in shop.replies(second)[-1]
    assert len(shop.runs()) == 4


async def test_what_somebody_else_dispatched_is(shop: Scene) -> None:
    """Where no change has reported it: a test that a deployment starts, say."""
    pull = await merged(shop)
    shop.shop.require("e2e")
    on_merge(shop, pull, "success", name="e2e", by=Source(".github/workflows/e2e.yml", "workflow_dispatch"))
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("event", BEHIND)
@pytest.mark.parametrize("rule", ["required", "all"])
async def test_what_no_change_has_started_is_no_word_on_it(shop: Scene, event: str, rule: str) -> None:
    """A timer's run of last night hangs on the newest commit of the branch."""
    await requires(shop, f"{{checks: {rule}}}")
    pull = await merged(shop)
    on_merge(shop, pull, "failure", name="nightly", required=False, by=Source("nightly.yml", event))
    on_merge(shop, pull, "failure", by=Source(event=event))
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("event", ["push", "pull_request", "pull_request_target", "merge_group"])
async def test_what_the_change_has_started_is(shop: Scene, event: str) -> None:
    """So is what another App or a status says."""
    await requires(shop, "{checks: all}")
    pull = await merged(shop)
    on_merge(shop, pull, "failure", name="lint", required=False, by=Source(event=event))
    on_merge(shop, pull, "failure", name="scan", required=False, by=Source("", "", 77))
    assert pull.merge_commit_sha
    shop.shop.report_status(pull.merge_commit_sha, "ci/old", "error", required=False)
    await shop.says("mona", "/deploy", on=pull)
    assert "checks failed on #41: lint, scan, ci/old." in shop.replies(pull)[-1]


# ---------------------------------------------------------------- "Re-run" on our own checks


def times(shop: Scene, pull: Pull, name: str = "release / production") -> int:
    """How many check runs of that name its head has."""
    return sum((one.sha, one.name) == (pull.head_sha, name) for one in shop.shop.reports.values())


async def reruns(shop: Scene, pull: Pull, name: str = "release / production") -> None:
    """Somebody presses "Re-run" on the newest of that name."""
    found = [one for one in shop.shop.reports.values() if (one.sha, one.name) == (pull.head_sha, name)]
    await shop.shop.rerun_check(found[-1], by="taro")
    await shop.idle()


async def test_what_begins_again_is_a_new_run_of_its_name(shop: Scene) -> None:
    """GitHub leaves a completed one completed: the check says what goes on, and there is one that does."""
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.stands(pull) == ("in_progress", "Deploying to production (production-1, mona)", [])
    await shop.ends(await shop.begins(), "failure")
    assert shop.stands(pull) == ("failure", "production-1 failed", ["deploy"])
    assert times(shop, pull) == 2
    await shop.presses("mona", "deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.stands(pull)[:2] == ("success", "Live on production")
    assert times(shop, pull) == 3


async def test_a_server_that_lost_its_memory_finds_the_newest(shop: Scene) -> None:
    """In whatever state it left it."""
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    await shop.forget_what_was_shown()
    await shop.ends(await shop.begins())
    assert shop.stands(pull)[:2] == ("success", "Live on production")
    await shop.forget_what_was_shown()
    await shop.says("mona", "/unlock", on=pull)
    assert shop.stands(pull) == ("success", "Live on production", [])
    assert times(shop, pull) == 2


async def test_asked_for_again_it_is_shown_as_it_is(shop: Scene) -> None:
    """As a new run, whose buttons work; what goes on goes on in that one."""
    pull = await merged(shop)
    before = shop.stands(pull)
    await reruns(shop, pull)
    assert (shop.stands(pull), times(shop, pull)) == (before, 2)
    await shop.presses("mona", "deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    await reruns(shop, pull)
    assert shop.stands(pull) == ("failure", "production-1 failed", ["deploy"])
    await shop.later(seconds=61)
    assert times(shop, pull) == 4


async def test_asked_for_again_before_the_merge(shop: Scene) -> None:
    """It says how it is by now; the merge goes on in the same."""
    live = await shop.released("taro")
    pull = await shop.opens("hanako")
    assert "(locked at" in str(shop.stands(pull)[1])
    await shop.says("taro", "/unlock", on=live)
    await reruns(shop, pull)
    assert "(free at" in str(shop.stands(pull)[1])
    await shop.merges("mona", pull)
    assert shop.stands(pull) == ("neutral", "Ready for production", ["deploy"])
    assert times(shop, pull) == 2


async def test_all_are_asked_for_again(shop: Scene) -> None:
    """The release's, and that of a changed config."""
    files: dict[str, str | None] = {
        ".github/ghapp.yml": "environments: {production: {workflow: deploy.yml}}\nwrong: 1\n"
    }
    pull = await shop.opens("hanako", files=files)
    await shop.shop.rerun_checks(pull.head_sha, by="taro")
    await shop.idle()
    assert (times(shop, pull), times(shop, pull, "ghapp/config")) == (2, 2)
    await reruns(shop, pull, "ghapp/config")
    assert (times(shop, pull), times(shop, pull, "ghapp/config")) == (2, 3)
    newest = [one for one in shop.shop.reports.values() if one.name == "ghapp/config"][-1]
    assert (newest.conclusion, len(newest.annotations)) == ("failure", 1)


WRONG = "environments: {production: {workflow: deploy.yml}}\nwrong: 1\n"


@pytest.mark.parametrize("wrong", [False, True])
async def test_a_configs_check_is_asked_for_again_after_the_merge(shop: Scene, wrong: bool) -> None:
    """Nothing is proposed any more, and what it said of that head stands."""
    text = WRONG if wrong else "environments: {production: {workflow: deploy.yml, lock: 1h}}\n"
    pull = await shop.opens("hanako", files={".github/ghapp.yml": text})
    await shop.merges("hanako", pull)
    await reruns(shop, pull, "ghapp/config")
    first, again = [one for one in shop.shop.reports.values() if one.name == "ghapp/config"]
    assert (again.sha, again.status) == (pull.head_sha, "completed")
    assert (again.conclusion, again.title, again.summary) == (first.conclusion, first.title, first.summary)
    assert again.conclusion == ("failure" if wrong else "success")


async def test_a_configs_check_is_asked_for_again_on_an_older_head(shop: Scene) -> None:
    """It is answered there: the newer head has its own."""
    pull = await shop.opens("hanako", files={".github/ghapp.yml": WRONG})
    old = pull.head_sha
    good = WRONG.replace("wrong: 1\n", "")
    await shop.shop.push(pull, by="hanako", files={".github/ghapp.yml": good})
    await shop.idle()
    (report,) = [one for one in shop.shop.reports.values() if (one.sha, one.name) == (old, "ghapp/config")]
    await shop.shop.rerun_check(report, by="taro")
    await shop.idle()
    shown = [(one.sha, one.conclusion) for one in shop.shop.reports.values() if one.name == "ghapp/config"]
    assert shown == [(old, "failure"), (pull.head_sha, "success"), (old, "failure")]


async def test_a_press_on_an_old_run_is_answered(shop: Scene) -> None:
    """Its page was open before: what it offered was offered at another number."""
    pull = await merged(shop)
    old = shop.check(pull)
    assert old
    await shop.says("mona", "/deploy", on=pull)
    await shop.shop.press_late(old, "deploy", by="taro")
    await shop.ends(await shop.begins(), "failure")
    await shop.shop.press(old, "deploy", by="taro")
    await shop.idle()
    assert [code for code in shop.codes(pull) if code != "failed"] == ["button_over", "button_over"]
    assert len(shop.runs()) == 1


async def test_another_apps_check_is_not_ours_to_show(shop: Scene) -> None:
    """Nor is one of our App's that was not made here."""
    pull = await merged(shop)
    report = shop.check(pull)
    assert report
    report.external_id, mark = "77", report.external_id
    await reruns(shop, pull)
    assert times(shop, pull) == 1
    report.external_id = mark.replace("production", "nowhere")
    await reruns(shop, pull)
    assert times(shop, pull) == 1


# ---------------------------------------------------------------- required workflows


@pytest.mark.parametrize("rule", ["required", "all"])
@pytest.mark.parametrize("event", ["pull_request", "merge_group"])
async def test_a_workflow_that_a_ruleset_requires_has_to_pass(shop: Scene, rule: str, event: str) -> None:
    """All its jobs, whatever they are called and whatever else the merge commit has: somebody may have bypassed it."""
    await requires(shop, f"{{checks: {rule}}}")
    shop.shop.required_workflows.append(".github/workflows/audit.yml")
    pull = await merged(shop)
    audit = Source(workflow=".github/workflows/audit.yml", event=event)
    for name, conclusion in (("licences", "success"), ("secrets", "failure")):
        shop.shop.report_check(pull.head_sha, name, conclusion, required=False, by=audit)  # type: ignore[arg-type]
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_failed"]
    assert "secrets" in shop.replies(pull)[-1]
    assert shop.runs() == []
    shop.stage.clock.skip(MINUTE)
    shop.shop.report_check(pull.head_sha, "secrets", "success", required=False, by=audit)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_required_workflow_that_has_not_spoken_is_githubs_affair(shop: Scene) -> None:
    """It lets nothing merge without it, and under which names its jobs would come is not known before they do."""
    shop.shop.required_workflows.append(".github/workflows/audit.yml")
    pull = await merged(shop)
    nightly = Source(workflow=".github/workflows/audit.yml", event="schedule")
    on_merge(shop, pull, "failure", name="secrets", required=False, by=nightly)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1
