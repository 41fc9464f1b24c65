"""The deployment protection rule on GitHub's environments: a job waits until ghapp approves or rejects it."""

import re
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from ghapp.demo.github import Fault, Pull, Run, faults
from ghapp.demo.stage import WORKFLOW
from ghapp.demo.words import Language
from tests.sampled import crossed
from tests.scenarios.scene import SMALL_CONFIG, Scene, scene
from tests.scenarios.test_fence import Jobs
from tests.scenarios.test_trouble import merged

RULED = WORKFLOW.replace("    runs-on:", "    environment: production\n    runs-on:")


@pytest.fixture
async def ruled(shop: Scene) -> Scene:
    """The shop; its deploy job names GitHub's environment `production`, where the rule is enabled."""
    assert RULED != WORKFLOW
    await shop.shop.commit(".github/workflows/deploy.yml", RULED, by="mona", message="Name the environment")
    shop.shop.protected.add("production")
    await shop.idle()
    return shop


async def manual_runs(shop: Scene, who: str = "taro", *, sha: str = "", ticket: str = "by hand") -> Run:
    """A person starts the workflow by hand, and its job reaches the environment."""
    inputs = {"sha": sha or shop.shop.head, "environment": "production", "ghapp": ticket}
    run = await shop.shop.dispatch("deploy.yml", by=who, inputs=inputs)
    await shop.shop.start_run(run)
    await shop.idle()
    return run


def said(run: Run) -> tuple[str, str]:
    """The run's only answer: the state and the comment."""
    ((name, state, comment),) = run.said
    assert name == "production"
    return state, comment


async def deploying(shop: Scene, who: str = "taro") -> tuple[Pull, Run]:
    """A release whose run was approved."""
    pull = await merged(shop, who)
    await shop.says(who, "/deploy", on=pull)
    return pull, await shop.begins()


async def test_our_own_run_is_approved(ruled: Scene) -> None:
    """It has the number; the deployment's page names the pull request and the person."""
    pull, run = await deploying(ruled)
    assert said(run) == ("approved", f"production-1: #{pull.number} by taro.")
    assert run.status == "in_progress"
    assert "approved" in await ruled.history()
    await ruled.ends(run)
    assert ruled.replies(pull)[0].startswith("✅")


async def test_a_run_by_hand_takes_the_lock_and_is_followed(ruled: Scene) -> None:
    """ghapp dispatches no other run; others are kept out, and it ends as any release does."""
    pull = await merged(ruled, "taro")
    run = await manual_runs(ruled, "mona")
    assert said(run) == ("approved", f"production-1: #{pull.number} by mona.")
    assert ruled.runs() == [run]
    other = await merged(ruled, "hanako")
    await ruled.says("hanako", "/deploy", on=other)
    assert ruled.codes(other) == ["locked"]
    await ruled.ends(run)
    told = next(text for text in ruled.replies(pull) if "production-1" in text)
    assert told.startswith(f"✅ **#{pull.number} is live on production**")
    assert ruled.runs() == [run]


async def test_a_run_by_hand_is_rejected_under_a_lock_with_holder_and_time(ruled: Scene) -> None:
    """At once: a job that waits without an answer informs nobody."""
    first, running = await deploying(ruled)
    pull = await merged(ruled, "mona")
    run = await manual_runs(ruled, "mona")
    state, why = said(run)
    assert state == "rejected"
    assert why.splitlines() == [
        f"⏳ **Not deployed.** @taro is deploying #{first.number} to production; it should be free from 14:12 JST "
        "(about 30 min).",
        "You are 1st in line and will be mentioned.",
        "Urgent? Ask @taro to `/cancel production`",
    ]
    assert (run.status, run.conclusion) == ("completed", "failure")
    assert running.status == "in_progress"
    assert ruled.replies(pull) == []


async def test_the_guard_knows_a_run_by_hand_by_its_id(ruled: Scene) -> None:
    """It shows no ticket; its commit must be the granted one all the same."""
    await merged(ruled)
    run = await manual_runs(ruled)
    async with aiohttp.ClientSession() as session:
        jobs = Jobs(ruled, session)
        assert (await jobs.asks(run, ticket="", sha="f" * 40))[0] == 409
        assert (await jobs.asks(run, ticket="", sha=ruled.shop.head))[0] == 204
        other = await ruled.shop.dispatch("deploy.yml", by="ken", inputs=dict(run.inputs))
        assert (await jobs.asks(other, ticket="", sha=ruled.shop.head))[0] == 409


async def test_a_person_who_may_not_deploy_cannot_start_a_run_by_hand(ruled: Scene) -> None:
    """GitHub's `write` is one thing, the config's `deployers` another."""
    config = SMALL_CONFIG.replace("deploy.yml", "deploy.yml, deployers: [taro]")
    await ruled.shop.commit(".github/ghapp.yml", config, by="mona", message="Name the deployer")
    await merged(ruled, "mona")
    state, why = said(await manual_runs(ruled, "mona"))
    assert state == "rejected"
    assert why.startswith("You are not allowed to `/deploy` on production. Allowed: taro. A team member")


async def test_a_commit_that_is_no_release_is_rejected(ruled: Scene) -> None:
    """After a direct push it is unknown which pull requests it brings, and it could not be rolled back."""
    await merged(ruled)
    await ruled.shop.commit("README.md", "more\n", by="mona", message="Push past the pull requests")
    await ruled.idle()
    state, why = said(await manual_runs(ruled))
    assert state == "rejected"
    assert why.startswith(f"`{ruled.shop.head[:7]}`, which this run was started on, is not the merge of a pull request")


async def test_a_live_revision_is_not_released_again_by_hand(ruled: Scene) -> None:
    """The rules and the sentence of `/deploy`."""
    pull, run = await deploying(ruled)
    await ruled.ends(run)
    await ruled.says("taro", "/unlock", on=pull)
    state, why = said(await manual_runs(ruled))
    assert state == "rejected"
    assert why.startswith(f"#{pull.number} is already live on production (since ")


async def test_another_workflow_or_branch_is_rejected(ruled: Scene) -> None:
    """Nobody has reviewed the commits of a personal branch."""
    await merged(ruled)
    await ruled.shop.commit(".github/workflows/other.yml", RULED, by="mona", message="Another")
    ruled.shop.git.branches["mine"] = ruled.shop.head
    inputs = {"sha": ruled.shop.head, "environment": "production", "ghapp": ""}
    for file, ref in (("other.yml", None), ("deploy.yml", "mine")):
        run = await ruled.shop.dispatch(file, by="taro", inputs=inputs | {"ghapp": "x"}, ref=ref)
        await ruled.shop.start_run(run)
        await ruled.idle()
        state, why = said(run)
        assert state == "rejected"
        assert why.startswith("production is deployed by `deploy.yml` on `main`, ")


async def test_a_copied_ticket_is_rejected(ruled: Scene) -> None:
    """The ticket is readable in the run's name: another run with it counts as started by hand."""
    pull, run = await deploying(ruled)
    for ticket in (run.inputs["ghapp"], "1:0123456789abcdef", "99:0123456789abcdef"):
        twin = await manual_runs(ruled, "mona", ticket=ticket)
        state, why = said(twin)
        assert state == "rejected"
        assert why.startswith(f"⏳ **Not deployed.** @taro is deploying #{pull.number} to production")
        assert not twin.cancel_asked
    assert run.status == "in_progress"


async def test_a_re_run_is_not_approved(ruled: Scene) -> None:
    """Of a release that has ended."""
    pull, run = await deploying(ruled)
    await ruled.ends(run, "failure")
    run.said.clear()
    await ruled.shop.rerun(run, by="mona")
    await ruled.shop.start_run(run)
    await ruled.idle()
    assert "approved" not in [state for _, state, _ in run.said]
    assert run.conclusion in ("cancelled", "failure")
    assert "live on production" not in ruled.replies(pull)[0]


async def test_the_run_of_a_cancelled_release_is_rejected(ruled: Scene) -> None:
    """It was cancelled before its job reached the environment."""
    pull = await merged(ruled)
    await ruled.says("taro", "/deploy", on=pull)
    run = await ruled.shop.run_queued()
    run.stubborn = True
    await ruled.says("taro", "/cancel", on=pull)
    await ruled.shop.start_run(run)
    await ruled.idle()
    state, why = said(run)
    assert state == "rejected"
    assert "was cancelled or given up" in why


async def test_an_environment_outside_the_config_is_rejected(ruled: Scene) -> None:
    """The rule was put on another of GitHub's environments."""
    other = RULED.replace("environment: production", "environment: preview")
    await ruled.shop.commit(".github/workflows/deploy.yml", other, by="mona", message="Preview")
    ruled.shop.protected.add("preview")
    await merged(ruled)
    run = await manual_runs(ruled)
    ((name, state, why),) = run.said
    assert (name, state) == ("preview", "rejected")
    assert why.startswith("`preview` is not an environment in `.github/ghapp.yml`")


async def test_a_redelivered_request_of_a_job_is_answered_once(ruled: Scene) -> None:
    """A redelivery costs no second answer; another job of the run at the environment is approved, too."""
    _, run = await deploying(ruled)
    asked = next(one for one in ruled.github.deliveries if one.event == "deployment_protection_rule")
    await ruled.github.redeliver(asked.guid)
    await ruled.idle()
    assert len(ruled.calls("POST", "/deployment_protection_rule")) == 1
    await ruled.shop.ask_again(run, "production")
    await ruled.idle()
    answers = ruled.calls("POST", "/deployment_protection_rule")
    assert [one.request["state"] for one in answers] == ["approved", "approved"]
    assert [entry for entry in await ruled.history() if entry == "accepted"] == ["accepted"]


async def test_a_job_that_could_not_be_checked_keeps_waiting_with_the_reason(ruled: Scene) -> None:
    """GitHub does not give the person's role: neither approved nor rejected. ghapp checks again and answers then."""
    await merged(ruled)
    ruled.github.faults.append(Fault("GET", re.compile("/permission$"), faults.status(502)))
    run = await manual_runs(ruled)
    state, why = said(run)
    assert state == ""
    assert why.startswith("ghapp could not check yet whether this may continue (")
    assert run.status == "waiting"
    await ruled.later(seconds=11)
    assert [state for _, state, _ in run.said] == ["", "approved"]


async def test_an_answer_that_github_did_not_take_is_given_again(ruled: Scene) -> None:
    """The lock is taken by then: the answer stays owed until GitHub takes it."""
    await merged(ruled)
    ruled.github.faults.append(Fault("POST", re.compile("/deployment_protection_rule$"), faults.status(503)))
    run = await manual_runs(ruled)
    assert run.said == []
    assert (await ruled.history()).count("accepted") == 1
    await ruled.later(seconds=11)
    assert said(run)[0] == "approved"
    assert (await ruled.history()).count("accepted") == 1


async def test_a_run_by_hand_that_waited_too_long_is_rejected(ruled: Scene) -> None:
    """ghapp was down. The person who started it an hour ago may be away."""
    await merged(ruled)
    await ruled.stop()
    inputs = {"sha": ruled.shop.head, "environment": "production", "ghapp": "by hand"}
    run = await ruled.shop.dispatch("deploy.yml", by="taro", inputs=inputs)
    await ruled.shop.start_run(run)
    missed = [one for one in ruled.github.deliveries if one.status is None]
    ruled.stage.clock.skip(timedelta(hours=1))
    await ruled.start()
    for one in missed:
        await ruled.github.redeliver(one.guid)
    await ruled.idle()
    state, why = said(run)
    assert state == "rejected"
    assert why.startswith("ghapp could not decide this for more than 10 minutes")


async def test_the_address_in_the_delivery_is_never_called(ruled: Scene) -> None:
    """Only the run's id is read from it; ghapp builds the address itself."""
    _, run = await deploying(ruled)
    (call,) = ruled.calls("POST", "/deployment_protection_rule")
    assert call.path == f"/repos/acme/shop/actions/runs/{run.id}/deployment_protection_rule"


async def unnamed(shop: Scene) -> None:
    """The deploy job uses GitHub's environment `vault`, which no config names; the rule is on it."""
    other = RULED.replace("environment: production", "environment: vault")
    await shop.shop.commit(".github/workflows/deploy.yml", other, by="mona", message="To another")
    shop.shop.protected.add("vault")
    await shop.idle()


BROKEN = SMALL_CONFIG.replace("workflow", "workfow")


@pytest.mark.parametrize(("whose", "config"), crossed(["ours", "mona", "stranger"], [BROKEN, SMALL_CONFIG, ""]))
async def test_a_run_for_an_environment_that_no_config_names_is_rejected(ruled: Scene, whose: str, config: str) -> None:
    """Neither for the run that has production's number nor for a person's, with any config."""
    await unnamed(ruled)
    pull = await merged(ruled)
    if whose == "ours":
        await ruled.says("taro", "/deploy", on=pull)
        await ruled.shop.commit(".github/ghapp.yml", config, by="mona", message="Change the config")
        await ruled.idle()
        run = await ruled.begins()
    else:
        await ruled.shop.commit(".github/ghapp.yml", config, by="mona", message="Change the config")
        await ruled.idle()
        run = await manual_runs(ruled, whose)
    ((name, state, why),) = run.said
    assert (name, state) == ("vault", "rejected")
    unusable = "`.github/ghapp.yml` cannot be used"
    unknown = "`vault` is not an environment in `.github/ghapp.yml` on the default branch"
    assert why.startswith(unusable if config == BROKEN else unknown)
    assert (run.status, run.conclusion) == ("completed", "failure")


@pytest.mark.parametrize("config", [BROKEN, ""])
async def test_a_run_by_hand_is_rejected_without_a_valid_config(ruled: Scene, config: str) -> None:
    """The environment was in the config once: a broken or missing config lets no new run start there."""
    await merged(ruled, "taro")
    await ruled.shop.commit(".github/ghapp.yml", config, by="mona", message="Change the config")
    await ruled.idle()
    state, why = said(await manual_runs(ruled, "taro"))
    assert state == "rejected"
    assert "`.github/ghapp.yml`" in why
    assert "accepted" not in await ruled.history()


@pytest.mark.parametrize(
    ("language", "lacks", "again"),
    [
        ("en", "the permission `actions: write`", "Then try again."),
        ("ja", "権限 `actions: write` がない", "もう一度お試しください"),
    ],
)
async def test_a_run_by_hand_is_rejected_while_the_app_may_not_start_runs(
    tmp_path: Path, language: Language, lacks: str, again: str
) -> None:
    """As `/deploy`: without the permission no run could be undone. The answer names it and the page to grant it."""
    async with scene(tmp_path, language=language) as shop:
        await shop.shop.commit(".github/workflows/deploy.yml", RULED, by="mona", message="Name the environment")
        shop.shop.protected.add("production")
        await shop.idle()
        await merged(shop, "taro")
        shop.github.grants[7001] = {**shop.github.app.permissions, "actions": "read"}
        await shop.later(minutes=125)  # the cached token has the old permissions
        state, why = said(await manual_runs(shop, "mona"))
        assert state == "rejected"
        assert lacks in why
        assert again in why
        assert "/organizations/acme/settings/installations/7001" in why
        await shop.github.accept("acme")
        await shop.later(minutes=1)
        assert said(await manual_runs(shop, "mona"))[0] == "approved"


@pytest.mark.parametrize("event", ["push", "schedule"])
async def test_a_run_that_no_person_started_takes_no_lock_and_is_not_reported(ruled: Scene, event: str) -> None:
    """A merger, or the author of the schedule, has not asked for a release; and people do not read that it deployed."""
    await ruled.released("mona")
    pull = await merged(ruled, "taro")
    run = await ruled.shop.trigger("deploy.yml", event, by="taro")
    await ruled.shop.start_run(run)
    await ruled.idle()
    state, why = said(run)
    assert state == "rejected"
    assert why.startswith(f"Only a run that a person starts by hand takes the lock, but `{event}` started this one.")
    assert run.conclusion == "failure"
    past = await ruled.history()
    assert past.count("accepted") == 1
    assert "unordered" not in past
    assert ruled.codes(pull) == []


async def test_a_run_by_an_app_takes_no_lock(ruled: Scene) -> None:
    """GitHub's role of the App's login does not count: only a comment shows which App acts."""
    config = SMALL_CONFIG.replace("deploy.yml", "deploy.yml, deployers: [write, app/release-bot]")
    await ruled.shop.commit(".github/ghapp.yml", config, by="mona", message="Name the bot")
    await merged(ruled)
    for bot in ("release-bot[bot]", "evil-bot[bot]"):
        ruled.shop.people[bot] = "write"
        state, why = said(await manual_runs(ruled, bot))
        assert state == "rejected"
        assert why.startswith("You are not allowed to `/deploy` on production.")
