"""The check `ghapp/config` reads the workflows: each workflow in the config has to be startable with the config's
inputs.
"""

import re
from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, Report, faults
from ghapp.demo.github.git import Link
from ghapp.demo.stage import CONFIG, WORKFLOW
from tests.scenarios.scene import Scene

FILE = ".github/ghapp.yml"
DEPLOY = ".github/workflows/deploy.yml"
GREEN = ("success", "The config is valid.")
RED = ("failure", "Problems in the config: 1")


def rules(more: str = "", *, workflow: str = "deploy.yml", language: str = "en") -> str:
    """The config; `more`: settings for production."""
    text = CONFIG.format(channel="C024BE91L", language=language, people="{}")
    return text.replace("deploy.yml", workflow) + more


def newest(shop: Scene, pull: Pull) -> Report | None:
    """The newest `ghapp/config` check on a pull request's head, which is the one that GitHub shows."""
    there = [one for one in shop.shop.reports.values() if (one.name, one.sha) == ("ghapp/config", pull.head_sha)]
    return there[-1] if there else None


def result(shop: Scene, pull: Pull) -> tuple[str | None, str | None] | None:
    """Its conclusion and title."""
    one = newest(shop, pull)
    return (one.conclusion, one.title) if one else None


def said(shop: Scene, pull: Pull) -> list[tuple[Any, ...]]:
    """Its annotations."""
    one = newest(shop, pull)
    assert one
    return [(each["path"], each["start_line"], each["annotation_level"], each["message"]) for each in one.annotations]


def unlike(*pairs: tuple[str, str]) -> str:
    """The workflow with these replacements."""
    text = WORKFLOW
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return text


NOT_STARTED = unlike(("workflow_dispatch:", "workflow_call:"))
NO_SHA = unlike(("      sha: {description: The commit to release, type: string, required: true}\n", ""))
REQUIRES = unlike(("    inputs:\n", "    inputs:\n      region: {type: string, required: true}\n"))
NONE = "`production`: there is no `.github/workflows/deploy.yml`."
NO_DISPATCH = "`production`: `deploy.yml` cannot be started by hand: it needs `workflow_dispatch` under `on`."
UNREADABLE = "`production`: `.github/workflows/deploy.yml` cannot be read; check its line "


# ---------------------------------------------------------------- a pull request that changes the config


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (rules(workflow="nope.yml"), 7, "`production`: there is no `.github/workflows/nope.yml`."),
        (rules(workflow="Deploy.yml"), 7, "`production`: there is no `.github/workflows/Deploy.yml`."),
        (
            rules('    inputs: {sha: "{sha}", environment: "{environment}", ghapp: "{ticket}", ref: "{sha}"}\n'),
            9,
            "`production`: `deploy.yml` has no input `ref`, and GitHub would refuse it; "
            "it has: sha, environment, ghapp.",
        ),
        (
            rules('    inputs: {sha: "{sha}", ghapp: "{ticket}"}\n'),
            9,
            "`production`: `deploy.yml` requires the input `environment`, which `inputs` does not set.",
        ),
    ],
)
async def test_a_config_that_does_not_fit_its_workflow_fails_at_its_line(
    shop: Scene, text: str, line: int, says: str
) -> None:
    """With the message of `ghapp check`; the gate and the config in force do not depend on it."""
    pull = await shop.opens("mona", files={FILE: text})
    assert result(shop, pull) == RED
    assert said(shop, pull) == [(FILE, line, "failure", says)]
    one = newest(shop, pull)
    assert one
    assert one.summary
    assert says in one.summary
    assert shop.gate(pull) == ("success", "Free to merge")
    await shop.shop.push(pull, by="mona", files={FILE: rules("    turn: 1h\n")})
    await shop.idle()
    assert result(shop, pull) == GREEN


async def test_the_config_check_uses_the_language_of_the_new_config(shop: Scene) -> None:
    """Whatever the language before the merge."""
    pull = await shop.opens("mona", files={FILE: rules(workflow="nope.yml", language="ja")})
    assert result(shop, pull) == ("failure", "設定に1件の問題があります。")
    assert said(shop, pull)[0][3] == "`production`: `.github/workflows/nope.yml` がありません。"


async def test_a_config_with_its_workflow_in_one_pull_request_passes(shop: Scene) -> None:
    """Both are read at the head."""
    files = {FILE: rules(workflow="ship.yml"), ".github/workflows/ship.yml": WORKFLOW}
    pull = await shop.opens("mona", files=files)
    assert result(shop, pull) == GREEN


async def test_a_workflow_that_the_pull_request_does_not_change_is_read_on_its_base(shop: Scene) -> None:
    """The head of a branch that is behind has an outdated workflow."""
    behind = await shop.shop.open_pull("mona", "Change the rules", files={FILE: rules("    turn: 1h\n")})
    await shop.shop.commit(DEPLOY, None, by="taro", message="Remove it")
    await shop.idle()
    assert result(shop, behind) == RED
    assert said(shop, behind)[0][3] == NONE


async def test_an_improvable_config_passes_with_a_warning(shop: Scene) -> None:
    text = rules('    inputs: {sha: "{sha}", environment: "{environment}"}\n')
    workflow = unlike(("      ghapp: {description: The number that ghapp gave it, type: string, required: true}\n", ""))
    pull = await shop.opens("mona", files={FILE: text, DEPLOY: workflow})
    assert result(shop, pull) == GREEN
    ((_, line, level, says),) = said(shop, pull)
    assert (line, level) == (9, "warning")
    assert says.startswith("`production`: no input carries `{ticket}`")
    one = newest(shop, pull)
    assert one
    assert f"- Recommended: line 9, column 13: {says}" in (one.summary or "")


async def test_a_workflow_that_deploys_each_merge_past_the_lock_is_a_warning(shop: Scene) -> None:
    """On the pull request that would add it, at the environment's line."""
    text = unlike(
        ("on:\n", "on:\n  push: {branches: [main]}\n"), ("jobs:", "concurrency: {cancel-in-progress: true}\njobs:")
    )
    pull = await shop.opens("mona", files={FILE: rules("    turn: 1h\n"), DEPLOY: text})
    assert result(shop, pull) == GREEN
    (past, cancels) = said(shop, pull)
    assert (past[1:3], cancels[1:3]) == ((7, "warning"), (7, "warning"))
    assert past[3].startswith("`production`: `push` (line 4 of `deploy.yml`) starts it too, without the lock.")
    assert cancels[3].startswith("`production`: `cancel-in-progress: true` (line 11 of `deploy.yml`) stops a deploy")


async def test_warnings_and_unreadable_workflows_are_shown_in_the_configs_language(shop: Scene) -> None:
    """First GitHub does not answer, then it does."""
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), body=re.compile(WORKFLOWS)))
    text = rules('    inputs: {sha: "{sha}", environment: "{environment}"}\n', language="ja")
    workflow = unlike(("      ghapp: {description: The number that ghapp gave it, type: string, required: true}\n", ""))
    pull = await shop.opens("mona", files={FILE: text, DEPLOY: workflow})
    assert result(shop, pull) == (None, "まだ確認できていません。ワークフローを読めませんでした。")
    await shop.later(minutes=6)
    assert result(shop, pull) == ("success", "設定に問題はありません。")
    one = newest(shop, pull)
    assert one
    assert "- 推奨: 9行目13列目: `production`: `{ticket}` を渡す input がない" in (one.summary or "")


async def test_many_environments_with_one_workflow_cost_as_many_calls_as_one(shop: Scene) -> None:
    """The file is read once, and each environment has its message."""
    await shop.opens("taro")
    before = len(shop.calls("POST", "/graphql"))
    first = await shop.opens("mona", files={FILE: rules(workflow="nope.yml")})
    cost = len(shop.calls("POST", "/graphql")) - before
    many = rules() + "".join(f"  place-{number}: {{workflow: nope.yml}}\n" for number in range(30))
    pull = await shop.opens("mona", files={FILE: many})
    assert len(shop.calls("POST", "/graphql")) - before == 2 * cost
    assert cost <= 8
    assert result(shop, first) == RED
    assert result(shop, pull) == ("failure", "Problems in the config: 30")


# ---------------------------------------------------------------- a pull request that changes a workflow


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({DEPLOY: None}, NONE),
        ({DEPLOY: None, ".github/workflows/ship.yml": WORKFLOW}, NONE),
        ({DEPLOY: None, ".github/workflows/Deploy.yml": WORKFLOW}, NONE),
        ({DEPLOY: NOT_STARTED}, NO_DISPATCH),
        ({DEPLOY: "\n"}, NO_DISPATCH),
        (
            {DEPLOY: NO_SHA},
            "`production`: `deploy.yml` has no input `sha`, and GitHub would refuse it; it has: environment, ghapp.",
        ),
        ({DEPLOY: REQUIRES}, "`production`: `deploy.yml` requires the input `region`, which `inputs` does not set."),
        ({DEPLOY: "on: [\n"}, UNREADABLE + "2."),
        ({DEPLOY: "- a list\n"}, NO_DISPATCH),
        ({DEPLOY: WORKFLOW + "# \0\n"}, UNREADABLE + "1."),
        ({DEPLOY: WORKFLOW + "#" * 600_000}, UNREADABLE + "1."),
        ({DEPLOY: Link("../../release.yml")}, UNREADABLE + "1."),
    ],
)
async def test_a_pull_request_that_breaks_a_workflow_of_the_config_fails(
    shop: Scene, files: dict[str, str | None], says: str
) -> None:
    """At the line of the unchanged config. After a revert it passes."""
    pull = await shop.opens("taro", files=files)
    assert result(shop, pull) == RED
    ((path, line, level, message),) = said(shop, pull)
    assert (path, line, level, message) == (FILE, 7, "failure", says)
    await shop.shop.push(pull, by="taro", files={DEPLOY: unlike(("ubuntu-latest", "ubuntu-24.04"))})
    await shop.idle()
    assert result(shop, pull) == GREEN


async def test_a_workflow_that_the_config_does_not_name_is_not_checked(shop: Scene) -> None:
    """Nor is any workflow beside an invalid config or without one."""
    other = {".github/workflows/test.yml": "on: push\n"}
    pull = await shop.opens("taro", files=other)
    assert newest(shop, pull) is None
    for text in ("wrong: 1\n", None):
        await shop.shop.commit(FILE, text, by="mona", message="Change the rules")
        pull = await shop.opens("taro", files={DEPLOY: None})
        assert newest(shop, pull) is None


async def test_a_workflow_changed_on_the_default_branch_only_is_not_checked(shop: Scene) -> None:
    """The pull request's branch is only behind."""
    pull = await shop.opens("taro")
    await shop.shop.commit(DEPLOY, NOT_STARTED, by="mona", message="Break it")
    await shop.shop.push(pull, by="taro")
    await shop.idle()
    assert newest(shop, pull) is None


# ---------------------------------------------------------------- effects that it does not have


async def test_a_workflow_that_is_broken_on_the_default_branch_leaves_the_config_valid(shop: Scene) -> None:
    """Rollback, lock and other commands keep working."""
    await shop.released("taro")
    live = await shop.released("hanako", "Show prices with tax") if await _freed(shop) else None
    assert live
    await shop.shop.commit(DEPLOY, NOT_STARTED, by="mona", message="Break it")
    await shop.idle()
    await shop.says("hanako", "/rollback production", on=live)
    assert not [code for code in shop.codes(live) if code.startswith("config")]
    await shop.says("hanako", "/lock production 1h broken", on=live)
    assert shop.codes(live)[-1] != "config_invalid"


async def _freed(shop: Scene) -> bool:
    await shop.later(minutes=31)
    return True


# ---------------------------------------------------------------- temporarily unreadable

WORKFLOWS = "workflow_0"


@pytest.mark.parametrize("how", [faults.status(502), faults.status(403), faults.drop_before])
async def test_a_workflow_that_cannot_be_read_is_shown_and_read_again(shop: Scene, how: Any) -> None:
    """The check does not pass meanwhile, and needs no action by people."""
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), how, times=2, body=re.compile(WORKFLOWS)))
    pull = await shop.opens("mona", files={FILE: rules(workflow="nope.yml")})
    one = newest(shop, pull)
    assert one
    assert (one.status, one.conclusion) == ("in_progress", None)
    assert one.title == "Not checked yet: the workflows could not be read."
    assert shop.gate(pull) == ("success", "Free to merge")
    await shop.later(minutes=6)
    await shop.later(minutes=6)
    assert result(shop, pull) == RED
    assert [report.status for report in shop.shop.reports.values() if report.name == "ghapp/config"] == ["completed"]


async def test_the_config_check_shows_the_current_state_after_a_change_is_reverted(shop: Scene) -> None:
    """The same head is checked three times, with a different default branch each time."""
    pull = await shop.opens("mona", files={FILE: rules("    turn: 1h\n")})
    assert result(shop, pull) == GREEN
    for text, expected in ((NOT_STARTED, RED), (WORKFLOW, GREEN)):
        await shop.shop.commit(DEPLOY, text, by="taro", message="Change it")
        await shop.shop.close_pull(pull, by="mona")
        await shop.shop.reopen(pull, by="mona")
        await shop.idle()
        assert result(shop, pull) == expected


@pytest.mark.parametrize("renamed", [False, True])
async def test_a_branch_that_does_not_exist_is_a_warning_at_its_line(shop: Scene, renamed: bool) -> None:
    """Never created, or renamed; it may be created later, so the check passes."""
    if renamed:
        shop.shop.git.branches["release"] = shop.shop.head
        await shop.shop.rename_branch("release", "stable", by="mona")
    pull = await shop.opens("mona", files={FILE: rules("    branch: release\n")})
    assert result(shop, pull) == GREEN
    ((path, line, level, message),) = said(shop, pull)
    assert (path, level) == (FILE, "warning")
    assert shop.shop.files(pull.head)[FILE].splitlines()[line - 1] == "    branch: release"
    assert message == "`production`: there is no branch `release`, so nothing can be deployed there until there is one."


async def test_an_existing_branch_and_the_default_branch_cause_no_warning(shop: Scene) -> None:
    """The default branch is not even looked up."""
    shop.shop.git.branches["release"] = shop.shop.head
    pull = await shop.opens("mona", files={FILE: rules("    branch: release\n")})
    assert said(shop, pull) == []
    shop.github.exchanges.clear()
    other = await shop.opens("mona", files={FILE: rules("    cooldown: 5m\n")})
    assert said(shop, other) == []
    assert not [one for one in shop.calls("POST", "/graphql") if "refs/heads/" in str(one.request)]
