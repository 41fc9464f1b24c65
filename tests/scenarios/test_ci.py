"""CI as GitHub reports it: superseded results, required checks without a report, and whose reports count."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from ghapp.demo.github import Pull
from ghapp.demo.github.pulls import Source
from ghapp.demo.github.state import Check
from ghapp.demo.stage import CHANNEL, CONFIG, PEOPLE, WORKFLOW
from tests.sampled import crossed
from tests.scenarios.scene import Scene
from tests.scenarios.test_rules import merged, requires

BEHIND = ("schedule", "workflow_dispatch", "repository_dispatch", "issue_comment")
MINUTE = timedelta(minutes=1)
Asked = Callable[[Scene, Pull], Awaitable[None]]


async def deploys(shop: Scene, pull: Pull) -> None:
    """As a comment."""
    await shop.says("mona", "/deploy", on=pull)


async def presses(shop: Scene, pull: Pull) -> None:
    """As a button."""
    await shop.presses("mona", "deploy", on=pull)


async def types(shop: Scene, pull: Pull) -> None:
    """In Slack."""
    await shop.types("mona", f"/deploy production #{pull.number}")


def on_merge(shop: Scene, pull: Pull, *results: Any, name: str = "test", **more: Any) -> None:
    """CI reports these conclusions on the merge commit, a minute apart."""
    assert pull.merge_commit_sha
    for conclusion in results:
        shop.stage.clock.skip(MINUTE)
        shop.shop.report_check(pull.merge_commit_sha, name, conclusion, **more)


# ---------------------------------------------------------------- superseded results

RULES = ("required", "all")
RESULTS = (["cancelled", "failure", "success"], ["success", "failure"], ["success", None])


@pytest.mark.parametrize(("asks", "rule", "results"), crossed([deploys, presses, types], RULES, RESULTS))
async def test_the_newest_result_of_a_repeated_check_counts(
    shop: Scene, asks: Asked, rule: str, results: list[Any]
) -> None:
    """Results on the same commit, in any order."""
    config = CONFIG.format(channel=CHANNEL, language="en", people=json.dumps(PEOPLE))
    config += f"    require: {{checks: {rule}}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Require")
    await shop.idle()
    shop.shop.ci = "absent"
    pull = await merged(shop)
    on_merge(shop, pull, *results)
    await asks(shop, pull)
    assert bool(shop.runs()) is (results[-1] == "success")


async def test_the_newest_result_counts_on_an_open_head(shop: Scene) -> None:
    """For a release of an open pull request; `/status` agrees."""
    await requires(shop, "{merged: false}")
    shop.shop.ci = "absent"
    pull = await shop.opens("hanako")
    shop.shop.report_check(pull.head_sha, "test", "failure")
    await shop.later(minutes=1)
    await shop.says("mona", "/status", on=pull)
    assert "✗ checks. `/deploy` would answer: **Not deployed**: checks failed" in shop.replies(pull)[-1]
    shop.shop.report_check(pull.head_sha, "test", "success")
    await shop.says("mona", "/status", on=pull)
    assert "✓ checks" in shop.replies(pull)[-1]
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_the_newest_result_counts_for_an_automatic_release(shop: Scene) -> None:
    """On the head, since the merge commit has no results yet."""
    await automatic(shop)
    pull = await shop.opens("hanako")
    for conclusion in ("failure", "success"):
        await shop.later(minutes=1)
        shop.shop.report_check(pull.head_sha, "test", conclusion)
    await shop.merges("mona", pull)
    assert len(shop.runs()) == 1


async def automatic(shop: Scene) -> None:
    """Merges release automatically, and CI reports only on a test's command."""
    config = "environments: {production: {workflow: deploy.yml, auto: true}}\n"
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Automatic")
    await shop.idle()
    shop.shop.ci = "absent"


# ---------------------------------------------------------------- required, but never reported


@pytest.mark.parametrize(("classic", "rule"), crossed([False, True], RULES))
async def test_a_required_check_that_was_never_reported_is_named(shop: Scene, classic: bool, rule: str) -> None:
    """After a commit that skips CI, or with reports of only some of the required checks."""
    await requires(shop, f"{{checks: {rule}}}")
    shop.shop.ci = "absent"
    shop.shop.require("e2e", classic=classic)
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    on_merge(shop, pull, "success")
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_missing", "checks_missing"]
    assert "no result of these checks on #41: e2e." in shop.replies(pull)[-1]
    assert shop.runs() == []
    on_merge(shop, pull, "success", name="e2e")
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_checks_of_an_earlier_head_do_not_count(shop: Scene) -> None:
    """The earlier head was green, but is not the one to release."""
    await requires(shop, "{merged: false}")
    pull = await shop.opens("hanako")
    shop.shop.ci = "absent"
    await shop.shop.push(pull, by="hanako")
    await shop.later(minutes=1)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.codes(pull) == ["checks_missing"]
    assert shop.runs() == []


async def test_an_automatic_release_without_its_checks_is_refused_with_their_names(shop: Scene) -> None:
    await automatic(shop)
    shop.shop.require("e2e")
    pull = await merged(shop)
    assert shop.runs() == []
    assert "checks" in shop.replies(pull)[-1]
    await shop.says("mona", "/status", on=pull)
    assert "no result of these checks on #41: test, e2e" in shop.replies(pull)[-1]


async def test_the_rules_of_another_branch_do_not_apply(shop: Scene) -> None:
    """A report by any other source does not count for a check that one App has to report."""
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


async def test_a_persons_status_never_counts_for_an_apps_check(shop: Scene) -> None:
    """Every person with write access can post one; the App's own status does count."""
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


async def test_rules_that_github_hides_do_not_count_as_no_rules(shop: Scene) -> None:
    """Names in the config replace them."""
    shop.shop.rules_hidden = (403, "Resource not accessible by integration")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.replies(pull) == [
        "**Not deployed**: GitHub does not show ghapp the rules of `main`, so the required checks of #41 are "
        "unknown. List them in `require.checks` in `.github/ghapp.yml`."
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
async def test_rules_that_are_denied_for_a_while_are_read_again(shop: Scene, why: str) -> None:
    """Such a denial gives no information about the rules, so the command is retried."""
    pull = await merged(shop)
    shop.shop.rules_hidden = (403, why)
    await shop.says("mona", "/deploy", on=pull)
    assert (shop.codes(pull), shop.runs()) == ([], [])
    shop.shop.rules_hidden = None
    await shop.later(seconds=11)
    assert len(shop.runs()) == 1


async def test_rules_that_are_denied_for_long_are_not_reported_as_hidden(shop: Scene) -> None:
    """Naming the checks in the config would not help."""
    pull = await merged(shop)
    shop.shop.rules_hidden = (403, LOCKED_OUT[0])
    await shop.says("mona", "/deploy", on=pull)
    await shop.later(minutes=9, seconds=55)
    assert shop.codes(pull) == ["could_not_check"]
    assert "the rules of main could not be asked: GitHub answered 403: Although you appear" in shop.replies(pull)[-1]
    assert shop.runs() == []


async def test_a_plan_without_rules_requires_nothing(shop: Scene) -> None:
    """GitHub answers 403 with a message about upgrading."""
    shop.shop.rules_hidden = (403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_our_own_gate_and_check_may_be_required(shop: Scene) -> None:
    """No merge commit ever has the gate, and no CI could report it."""
    shop.shop.require("ghapp/lock", app=shop.github.app.id)
    shop.shop.require("release / production")
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_another_apps_check_with_the_name_of_ours_may_be_required(shop: Scene) -> None:
    """Our own check does not count for it."""
    shop.shop.require("release / production", app=77)
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert (shop.codes(pull), shop.runs()) == (["checks_missing"], [])
    on_merge(shop, pull, "success", name="release / production", by=Source(workflow="", event="", app=77))
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


# ---------------------------------------------------------------- whose reports count


@pytest.mark.parametrize(
    ("by", "rule"),
    crossed(
        [Source(), Source(workflow="", event="", app=77), Source(workflow="", event="", app=4711)],
        [*RULES, "[release / unit]"],
    ),
    ids=str,
)
async def test_a_check_that_only_looks_like_ours_counts(shop: Scene, by: Source, rule: str) -> None:
    """Our own checks are known by App and external id together: other jobs with the App's key may report checks,
    too.
    """
    await requires(shop, f"{{checks: {rule}}}")
    pull = await merged(shop)
    on_merge(shop, pull, "failure", name="release / unit", by=by)
    await shop.says("mona", "/deploy", on=pull)
    assert "checks failed on #41: release / unit." in shop.replies(pull)[-1]
    assert shop.runs() == []


@pytest.mark.parametrize("rule", ["required", "all"])
async def test_ci_and_deploy_may_be_one_workflow(shop: Scene, rule: str) -> None:
    """Its jobs count as CI if a push started them, but not if our dispatch did."""
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


async def test_a_deployments_own_job_does_not_count_as_a_required_check(shop: Scene) -> None:
    """It has the name of one, and ran on the branch's newest commit for another release."""
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
    """Commits a config with these workflows, by environment."""
    config = "environments:\n" + "".join(f"  {name}: {{workflow: {file}}}\n" for name, file in files.items())
    for file in files.values():
        await shop.shop.commit(f".github/workflows/{file}", WORKFLOW, by="mona", message="Deploy")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Deploy by another file")
    await shop.idle()


@pytest.mark.parametrize(("environment", "lags"), crossed(["production", "staging"], [False, True]))
async def test_a_run_that_we_dispatched_never_counts_as_ci(shop: Scene, environment: str, lags: bool) -> None:
    """The workflow was renamed and the newest attempts ran the new file; or its environment left the config.

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
    assert "only the deploy itself (`ship.yml`) reports release" in shop.replies(second)[-1]
    assert len(shop.runs()) == 4


async def test_a_run_that_others_dispatched_counts_as_ci(shop: Scene) -> None:
    """If no change has reported it: for example a test that a deployment starts."""
    pull = await merged(shop)
    shop.shop.require("e2e")
    on_merge(shop, pull, "success", name="e2e", by=Source(".github/workflows/e2e.yml", "workflow_dispatch"))
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


@pytest.mark.parametrize(("event", "rule"), crossed(BEHIND, RULES))
async def test_a_run_not_started_by_the_change_does_not_count_against_it(shop: Scene, event: str, rule: str) -> None:
    """Last night's scheduled run is reported on the branch's newest commit."""
    await requires(shop, f"{{checks: {rule}}}")
    pull = await merged(shop)
    on_merge(shop, pull, "failure", name="nightly", required=False, by=Source("nightly.yml", event))
    on_merge(shop, pull, "failure", by=Source(event=event))
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("event", ["push", "pull_request", "pull_request_target", "merge_group"])
async def test_a_run_started_by_the_change_counts(shop: Scene, event: str) -> None:
    """Reports of other Apps and statuses count as well."""
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
    """The number of check runs of that name on its head."""
    return sum((one.sha, one.name) == (pull.head_sha, name) for one in shop.shop.reports.values())


async def reruns(shop: Scene, pull: Pull, name: str = "release / production") -> None:
    """A user presses "Re-run" on the newest check of that name."""
    found = [one for one in shop.shop.reports.values() if (one.sha, one.name) == (pull.head_sha, name)]
    await shop.shop.rerun_check(found[-1], by="taro")
    await shop.idle()


async def test_a_release_that_begins_again_is_a_new_check_run(shop: Scene) -> None:
    """GitHub does not reopen a completed check run, and an attempt under way has to be shown in progress."""
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    assert shop.stands(pull) == ("in_progress", "Deploying to production (production-1, by mona)", [])
    await shop.ends(await shop.begins(), "failure")
    assert shop.stands(pull) == ("failure", "Deploy to production failed (production-1)", ["deploy"])
    assert times(shop, pull) == 2
    await shop.presses("mona", "deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.stands(pull)[:2] == ("success", "Live on production")
    assert times(shop, pull) == 3


async def test_a_server_without_its_cache_finds_the_newest_check_run(shop: Scene) -> None:
    """Whether it is completed or in progress."""
    pull = await merged(shop)
    await shop.says("mona", "/deploy", on=pull)
    await shop.forget_what_was_shown()
    await shop.ends(await shop.begins())
    assert shop.stands(pull)[:2] == ("success", "Live on production")
    await shop.forget_what_was_shown()
    await shop.says("mona", "/unlock", on=pull)
    assert shop.stands(pull) == ("success", "Live on production", [])
    assert times(shop, pull) == 2


async def test_rerun_creates_a_check_run_with_the_current_state(shop: Scene) -> None:
    """Its buttons work, and later changes are shown in it."""
    pull = await merged(shop)
    before = shop.stands(pull)
    await reruns(shop, pull)
    assert (shop.stands(pull), times(shop, pull)) == (before, 2)
    await shop.presses("mona", "deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    await reruns(shop, pull)
    assert shop.stands(pull) == ("failure", "Deploy to production failed (production-1)", ["deploy"])
    await shop.later(seconds=61)
    assert times(shop, pull) == 4


async def test_rerun_before_the_merge_shows_the_current_state(shop: Scene) -> None:
    """After the merge the same check run is edited."""
    live = await shop.released("taro")
    pull = await shop.opens("hanako")
    assert "(locked at" in str(shop.stands(pull)[1])
    await shop.says("taro", "/unlock", on=live)
    await reruns(shop, pull)
    assert "(free at" in str(shop.stands(pull)[1])
    await shop.merges("mona", pull)
    assert shop.stands(pull) == ("neutral", "Ready for production", ["deploy"])
    assert times(shop, pull) == 2


async def test_rerun_of_all_checks_includes_the_config_check(shop: Scene) -> None:
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
async def test_rerun_of_the_config_check_after_the_merge_repeats_its_result(shop: Scene, wrong: bool) -> None:
    """The config is no longer a proposal, and the result for that head stays valid."""
    text = WRONG if wrong else "environments: {production: {workflow: deploy.yml, lock: 1h}}\n"
    pull = await shop.opens("hanako", files={".github/ghapp.yml": text})
    await shop.merges("hanako", pull)
    await reruns(shop, pull, "ghapp/config")
    first, again = [one for one in shop.shop.reports.values() if one.name == "ghapp/config"]
    assert (again.sha, again.status) == (pull.head_sha, "completed")
    assert (again.conclusion, again.title, again.summary) == (first.conclusion, first.title, first.summary)
    assert again.conclusion == ("failure" if wrong else "success")


async def test_rerun_of_the_config_check_on_an_older_head_is_answered_there(shop: Scene) -> None:
    """The newer head has its own check."""
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


async def test_a_button_on_an_old_check_run_is_answered(shop: Scene) -> None:
    """Its page was opened before, and its buttons belong to another number."""
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


async def test_rerun_of_a_check_that_is_not_ours_does_nothing(shop: Scene) -> None:
    """Nor of a check by our App with a foreign external id."""
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


@pytest.mark.parametrize(("rule", "event"), crossed(RULES, ["pull_request", "merge_group"]))
async def test_a_workflow_that_a_ruleset_requires_has_to_pass(shop: Scene, rule: str, event: str) -> None:
    """All its jobs, whatever their names and the merge commit's other checks: the rule may have been bypassed."""
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


async def test_a_required_workflow_without_a_report_does_not_hold_a_release(shop: Scene) -> None:
    """GitHub holds the merge without it, and the names of its jobs are unknown before they are reported."""
    shop.shop.required_workflows.append(".github/workflows/audit.yml")
    pull = await merged(shop)
    nightly = Source(workflow=".github/workflows/audit.yml", event="schedule")
    on_merge(shop, pull, "failure", name="secrets", required=False, by=nightly)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1
