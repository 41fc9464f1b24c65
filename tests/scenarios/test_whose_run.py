"""Ownership of runs: every writer can start the workflow on a personal branch, under any name."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from ghapp.demo.github import Fault, Pull, Run, faults
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import SMALL_CONFIG, Scene
from tests.scenarios.test_fence import Jobs
from tests.scenarios.test_trouble import DISPATCH, merged

FILE = ".github/workflows/deploy.yml"
NAMED = "run-name: Deploy ${{ inputs.environment }}-${{ inputs.ghapp }}"
ALWAYS = 10**6
MAIN = ""  # the default branch
UNGUESSED = "0123456789abcdef"


@pytest.fixture
async def jobs(shop: Scene) -> AsyncIterator[Jobs]:
    """The jobs of the shop's runs."""
    async with aiohttp.ClientSession() as session:
        yield Jobs(shop, session)


async def branch(shop: Scene, title: str) -> Pull:
    """hanako's branch, with a workflow of any name and content."""
    text = WORKFLOW.replace(NAMED, f"run-name: {title}")
    assert text != WORKFLOW
    return await shop.opens("hanako", "Not mine to release", files={FILE: text})


async def forged(shop: Scene, title: str, *, on: str = "theirs") -> Run:
    """hanako starts the workflow under that name, by hand: on a branch of hers, or on the default branch."""
    ref = None if on == MAIN else (await branch(shop, title)).head
    inputs = {"sha": shop.shop.head, "environment": "production", "ghapp": "none"}
    run = await shop.shop.dispatch("deploy.yml", by="hanako", inputs=inputs, ref=ref)
    run.display_title = title
    await shop.idle()
    return run


async def runs(shop: Scene, run: Run, conclusion: str = "success") -> None:
    """The run begins and ends."""
    await shop.shop.start_run(run)
    await shop.idle()
    await shop.ends(run, conclusion)


async def unheard(shop: Scene) -> tuple[Pull, Run]:
    """GitHub has made the run of a release, and its answer was lost; its webhook has not arrived yet."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_after))
    await shop.shop.comment(pull, by="taro", body="/deploy")
    hook, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.idle()
    shop.github.webhook_url = hook
    (run,) = shop.runs()
    return pull, run


def is_live(shop: Scene, pull: Pull) -> bool:
    """Whether the number's comment shows it as live."""
    return shop.replies(pull)[0].startswith("✅")


# ---------------------------------------------------------------- before, during and after our run


@pytest.mark.parametrize("on", ["theirs", MAIN])
@pytest.mark.parametrize("title", ["production-1", "Deploy production-1 now", f"1:{UNGUESSED}"])
async def test_a_run_under_the_next_number_is_not_taken_for_ours(shop: Scene, title: str, on: str) -> None:
    """It exists before the `/deploy`, and succeeds: that does not make the release live."""
    pull = await merged(shop)
    theirs = await forged(shop, title, on=on)
    await shop.shop.start_run(theirs)
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 2
    ours = shop.runs()[-1]
    assert ours.actor == shop.github.app.login
    await shop.ends(theirs)
    assert not is_live(shop, pull)
    await runs(shop, ours)
    assert is_live(shop, pull)
    assert (theirs.cancel_asked, ours.cancel_asked) == (False, False)
    assert "started_by_hand" in await shop.history()


@pytest.mark.parametrize("conclusion", ["success", "failure"])
@pytest.mark.parametrize("on", ["theirs", MAIN])
async def test_while_our_run_is_unknown_no_other_is_taken_for_it(shop: Scene, on: str, conclusion: str) -> None:
    """GitHub's answer was lost. hanako reads the ticket in our run's name, and starts another run under it."""
    pull, ours = await unheard(shop)
    theirs = await forged(shop, ours.display_title, on=on)
    await runs(shop, theirs, conclusion)
    assert not is_live(shop, pull)
    await shop.later(seconds=6)
    await runs(shop, ours)
    assert is_live(shop, pull)
    assert (theirs.cancel_asked, ours.cancel_asked) == (False, False)


async def test_without_a_run_of_ours_no_other_is_taken_for_it(shop: Scene) -> None:
    """The request was lost: another run under its number succeeds, and the release is lost all the same."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_before))
    await shop.says("taro", "/deploy", on=pull)
    theirs = await forged(shop, "production-1")
    await runs(shop, theirs)
    for _ in range(25):
        await shop.later(seconds=5)
    assert shop.replies(pull)[0].startswith("❔ **Deploy of #41 to production: outcome unknown**")


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("on", ["theirs", MAIN])
async def test_a_copied_run_name_gets_neither_run_cancelled(shop: Scene, on: str, ended: bool) -> None:
    """It is reported as a run started by hand."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    ours = await shop.begins()
    if ended:
        await shop.ends(ours)
    theirs = await forged(shop, ours.display_title, on=on)
    await shop.later(minutes=1)
    assert (theirs.cancel_asked, ours.cancel_asked) == (False, False)
    assert shop.codes(pull)[-1].startswith("by_hand")
    await runs(shop, theirs, "failure")
    assert is_live(shop, pull) is ended
    if not ended:
        await shop.ends(ours)
        assert is_live(shop, pull)
    assert not {"unexpected_run_seen", "unexpected_run_cancelled"} & {*await shop.history()}


async def test_a_run_of_another_person_under_an_old_number_is_not_cancelled(shop: Scene) -> None:
    """Though its name shows an old ticket: we never started it."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    (old, _) = shop.runs()
    theirs = await forged(shop, old.display_title)
    await shop.shop.start_run(theirs)
    await shop.idle()
    assert not theirs.cancel_asked
    assert shop.codes(second) == ["by_hand.held"]


async def test_a_re_run_of_another_persons_run_does_not_count_as_ours(shop: Scene) -> None:
    """A re-run shows two people: the one who started the run counts."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    ours = await shop.begins()
    theirs = await forged(shop, ours.display_title)
    await runs(shop, theirs, "failure")
    await shop.shop.rerun(theirs, by="mona")
    await shop.idle()
    assert (theirs.cancel_asked, ours.cancel_asked) == (False, False)
    await shop.ends(ours)
    assert is_live(shop, pull)


async def test_a_re_run_of_our_run_before_it_is_found_counts_as_ours(shop: Scene) -> None:
    """The answer was lost, the first attempt failed, and hanako re-runs it: the re-run is cancelled."""
    pull, ours = await unheard(shop)
    shop.github.webhook_url, hook = None, shop.github.webhook_url
    await runs(shop, ours, "failure")
    await shop.shop.rerun(ours, by="hanako")
    shop.github.webhook_url = hook
    await shop.later(seconds=6)
    assert ours.conclusion == "cancelled"
    assert "failed" in shop.codes(pull)
    assert "rerun" in shop.codes(pull)


# ---------------------------------------------------------------- which of our own runs


async def without_a_name(shop: Scene) -> None:
    """The workflow's runs show no ticket, so only the time distinguishes them."""
    text = WORKFLOW.replace(f"{NAMED}\n", "")
    assert text != WORKFLOW
    await shop.shop.commit(FILE, text, by="mona", message="Show no ticket")


async def beside_staging(shop: Scene) -> Pull:
    """Staging is released by the same file. #41 is merged, and production has given out two numbers."""
    both = SMALL_CONFIG.replace("{production:", "{staging: {workflow: deploy.yml}, production:")
    await shop.shop.commit(".github/ghapp.yml", both, by="mona", message="Add staging")
    pull = await merged(shop)
    for _ in range(2):
        await shop.says("taro", "/deploy production", on=pull)
        await shop.ends(await shop.begins(), "failure")
    return pull


def unlisted(shop: Scene) -> Fault:
    """GitHub's list of runs lags behind."""
    nothing = faults.status(200, body={"total_count": 0, "workflow_runs": []})
    fault = Fault("GET", re.compile(r"/workflows/[^/]+/runs"), nothing, times=ALWAYS)
    shop.github.faults.append(fault)
    return fault


async def looks_for_two_minutes(shop: Scene) -> None:
    """After that the outcome is shown."""
    for _ in range(25):
        await shop.later(seconds=5)


@pytest.mark.parametrize("behind", [0, 25])
@pytest.mark.parametrize("conclusion", ["success", "failure"])
async def test_the_run_of_one_number_is_never_taken_for_the_next(shop: Scene, conclusion: str, behind: int) -> None:
    """No ticket is shown, and the server's clock is behind: by its time the older run was made after the intent."""
    await without_a_name(shop)
    await shop.stop()
    await shop.start(clock=lambda: shop.stage.clock() - timedelta(seconds=behind))
    first, second = await merged(shop), await merged(shop, "mona")
    await shop.says("taro", "/deploy", on=first)
    await runs(shop, await shop.shop.run_queued(), conclusion)
    await shop.says("taro", "/unlock", on=first)
    shop.stage.skip(timedelta(seconds=behind / 2))
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_before))
    await shop.says("mona", "/deploy", on=second)
    await looks_for_two_minutes(shop)
    assert len(shop.runs()) == 1
    assert shop.replies(second)[0].startswith("❔ **Deploy of #42 to production: outcome unknown**")


async def test_two_runs_without_a_ticket_are_both_named(shop: Scene) -> None:
    """Another program uses our App's key. A person decides, and reads how the next run is found."""
    await without_a_name(shop)
    pull, ours = await unheard(shop)
    other = await shop.shop.dispatch("deploy.yml", by=shop.github.app.login, inputs=dict(ours.inputs))
    await looks_for_two_minutes(shop)
    assert (await shop.history())[-1] == "lost"
    assert all(f"actions/runs/{run.id}" in shop.replies(pull)[-1] for run in (ours, other))
    assert "With the ticket in the `run-name` of `deploy.yml`, a run is always found" in shop.replies(pull)[-1]


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "More than one run shows its ticket: "), ("ja", "同じデプロイ番号の実行が複数あります: ")],
)
async def test_two_runs_with_one_ticket_are_both_named(
    shop: Scene, japanese_shop: Scene, language: str, says: str
) -> None:
    """In the language of the repository, as any other reason."""
    place = shop if language == "en" else japanese_shop
    pull, ours = await unheard(place)
    place.github.webhook_url = None
    other = await place.shop.dispatch("deploy.yml", by=place.github.app.login, inputs=dict(ours.inputs))
    await looks_for_two_minutes(place)
    assert (await place.history())[-1] == "lost"
    assert says in place.replies(pull)[-1]
    assert all(f"actions/runs/{run.id}" in place.replies(pull)[-1] for run in (ours, other))


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("ahead", [-29, 29])
async def test_a_run_without_a_ticket_is_found_by_githubs_clock(shop: Scene, ahead: int, corrected: bool) -> None:
    """The answer to the dispatch was lost, and the server's clock is off, until it is set right, or all the time."""
    await without_a_name(shop)
    await shop.stop()
    await shop.start(clock=lambda: shop.stage.clock() + timedelta(seconds=ahead))
    pull, ours = await unheard(shop)
    if corrected:
        await shop.restart()
        shop.stage.skip(timedelta(seconds=max(0, ahead)))
    await shop.later(seconds=6)
    assert "queued" in await shop.history()
    await runs(shop, ours)
    assert is_live(shop, pull)


async def test_the_run_of_a_lost_deployment_is_not_taken_for_its_neighbors(shop: Scene) -> None:
    """Two environments of one file dispatch at the same moment, both answers are lost, and one of the two has a run."""
    pull = await beside_staging(shop)
    await without_a_name(shop)
    await shop.later(minutes=2)
    shop.github.faults += [Fault("POST", DISPATCH, kind) for kind in (faults.drop_after, faults.drop_before)]
    for name in ("staging", "production"):
        await shop.shop.comment(pull, by="taro", body=f"/deploy {name}")
    await shop.idle()
    await looks_for_two_minutes(shop)
    assert (await shop.history())[-2:] == ["lost", "lost"]
    run = shop.runs()[-1]
    told = [one for one in shop.replies(pull) if "ghapp cannot tell which run on GitHub belongs to it" in one]
    assert len(told) == 2
    assert all(
        "This may be its run, but it shows no ticket: " in one and f"/actions/runs/{run.id}. With" in one
        for one in told
    )
    await shop.says("taro", f"/unlock {run.inputs['environment']} I see no run", on=pull)
    await shop.later(minutes=11)
    await runs(shop, run)
    await shop.later(minutes=11)
    assert not any(text.startswith("✅") for text in shop.replies(pull))


async def test_a_run_of_a_number_that_failed_without_one_is_cancelled(shop: Scene) -> None:
    """GitHub answered an error and showed no run for two minutes: it has failed, and then its run appears."""
    pull, other = await merged(shop), await shop.opens("mona")
    shop.github.faults.append(Fault("POST", DISPATCH, faults.status(502, done=True)))
    late = unlisted(shop)
    await shop.shop.comment(pull, by="taro", body="/deploy")
    hook, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.idle()
    shop.github.webhook_url = hook
    await looks_for_two_minutes(shop)
    late.times = 0
    assert (await shop.history())[-1] == "failed"
    assert shop.gate(other) == ("success", "Free to merge")
    (run,) = shop.runs()
    await shop.shop.start_run(run)
    await shop.idle()
    assert run.conclusion == "cancelled"
    assert "A run of the finished deploy production-1 was still active" in shop.replies(pull)[-1]


async def test_a_late_run_is_reported_by_the_environment_that_gave_out_its_ticket(shop: Scene) -> None:
    """Both environments of the file have given out a number 1."""
    pull = await beside_staging(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_after))
    late = unlisted(shop)
    told, shop.github.app = shop.github.app, replace(shop.github.app, events=("issue_comment",))
    await shop.says("taro", "/deploy staging", on=pull)
    await looks_for_two_minutes(shop)
    await shop.says("taro", "/unlock staging I see no run", on=pull)
    late.times, shop.github.app = 0, told
    run = shop.runs()[-1]
    await shop.shop.start_run(run)
    await shop.idle()
    assert run.conclusion == "cancelled"
    assert "A run of the finished deploy staging-1 was still active" in shop.replies(pull)[-1]


async def test_a_run_of_an_unreadable_environment_is_not_taken_for_its_neighbors(shop: Scene) -> None:
    """Its number is current there, and old at production, which is released by the same file."""
    pull = await beside_staging(shop)
    await shop.says("taro", "/deploy staging", on=pull)
    await shop.overwrite_document(b'{"schema":9,"environment":{}}', name="staging")
    run = await shop.begins()
    await shop.later(minutes=1)
    assert not run.cancel_asked
    assert "unexpected_run_seen" not in await shop.history()


async def test_our_run_is_found_after_a_renaming_of_our_app(shop: Scene) -> None:
    """Its login changed with the name: the old login belongs to nobody, or to another App later."""
    await shop.opens("mona")
    shop.github.app = replace(shop.github.app, slug="renamed")
    pull, ours = await unheard(shop)
    await shop.later(seconds=6)
    await runs(shop, ours)
    assert is_live(shop, pull)


# ---------------------------------------------------------------- rollbacks, and overtaken runs


async def test_a_rollback_is_not_ended_by_another_run_under_its_name(shop: Scene) -> None:
    """Two releases; the second is rolled back, and another run has the rollback's name."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    theirs = await forged(shop, "production-3")
    await shop.shop.start_run(theirs)
    await shop.says("mona", "/rollback", on=second)
    ours = shop.runs()[-1]
    assert ours.actor == shop.github.app.login
    await shop.ends(theirs)
    assert ours.status == "queued"
    assert not any(reply.startswith("✅") for reply in shop.replies(second)[1:])
    await runs(shop, ours)
    assert (await shop.history()).count("succeeded") == 3
    assert "rolled_back" in shop.codes(second)
    assert not ours.cancel_asked


async def test_an_overtaken_run_is_not_ended_by_another_run_under_its_name(shop: Scene) -> None:
    """It waits for the overtaken run, whose dispatch was lost; and before it begins no run is its own."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await merged(shop, "mona")
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_before))
    await shop.says("mona", "/deploy", on=second)
    await shop.says("mona", "/rollback", on=second)
    for name in ("production-2", "production-3"):
        await runs(shop, await forged(shop, name), "success")
    past = await shop.history()
    assert not {"overtaken_succeeded", "overtaken_failed", "overtaken_cancelled"} & {*past}
    assert past.count("starting") == 2
    assert "rolled_back" not in shop.codes(second)


# ---------------------------------------------------------------- the guard and the protection rule


async def test_a_copied_ticket_does_not_pass_the_guard_before_our_run_is_known(shop: Scene, jobs: Jobs) -> None:
    """A copy by hand, of the same file on the same branch, for the same commit, and first to ask."""
    pull, ours = await unheard(shop)
    copy = await shop.shop.dispatch("deploy.yml", by="hanako", inputs=dict(ours.inputs))
    status, why = await jobs.asks(copy)
    assert (status, why) == (
        503,
        "It is not known yet which run belongs to production-1, so this one cannot continue: ask again.",
    )
    assert (await jobs.asks(ours))[0] == 503
    await shop.later(seconds=6)
    assert (await jobs.asks(copy))[0] == 409
    assert await jobs.asks(ours) == (204, "")
    await runs(shop, ours)
    assert is_live(shop, pull)
    assert "not_let_through" in await shop.history()


async def test_a_copied_ticket_is_not_approved_before_our_run_is_known(shop: Scene) -> None:
    """The rule asks GitHub for the run's actor."""
    ruled = WORKFLOW.replace("    runs-on:", "    environment: production\n    runs-on:")
    await shop.shop.commit(FILE, ruled, by="mona", message="Name the environment")
    shop.shop.protected.add("production")
    pull, ours = await unheard(shop)
    copy = await shop.shop.dispatch("deploy.yml", by="hanako", inputs=dict(ours.inputs))
    await shop.shop.start_run(copy)
    await shop.idle()
    ((_, state, _),) = copy.said
    assert state == "rejected"
    await shop.shop.start_run(ours)
    await shop.idle()
    ((_, state, _),) = ours.said
    assert state == "approved"
    await shop.ends(ours)
    assert is_live(shop, pull)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_success_past_the_guard_is_a_warning(
    shop: Scene, japanese_shop: Scene, jobs: Jobs, language: str
) -> None:
    """Where earlier jobs asked the guard. Once, until a job asks again."""
    place = shop if language == "en" else japanese_shop
    jobs.shop = place
    told: list[list[str]] = []
    for asks in (False, True, True, False, False):
        pull = await merged(place)
        await place.says("taro", "/deploy", on=pull)
        run = await place.begins()
        if asks:
            assert (await jobs.asks(run))[0] == 204
        await place.ends(run)
        told.append(place.codes(pull))
        warned = [reply for reply in place.replies(pull) if "guard" in reply]
        await place.says("taro", "/unlock", on=pull)
    assert ["not_fenced" in codes for codes in told] == [False, False, False, True, False]
    said = {
        "en": "@taro ⚠️ **production-4 is live, but its job did not ask the guard**",
        "ja": "@taro ⚠️ **production-4 はデプロイされましたが、ジョブが guard に確認していません**",
    }
    assert not warned
    channel = [message.text for message in place.stage.channel.messages if "guard" in message.text]
    assert len(channel) == 1
    assert said[language].split("**")[1] in channel[0].replace("*", "")


# ---------------------------------------------------------------- unreadable runs


def hides(shop: Scene, status: int) -> Fault:
    """GitHub gives this answer to every request for our run."""
    fault = Fault("GET", re.compile(r"/actions/runs/\d+$"), faults.status(status, body={"message": "no"}), times=ALWAYS)
    shop.github.faults.append(fault)
    return fault


async def vanished(shop: Scene, status: int) -> tuple[Pull, Run]:
    """A release whose run has ended, without a webhook, and GitHub refuses to show it."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    hides(shop, status)
    shop.github.app = replace(shop.github.app, events=tuple({*shop.github.app.events} - {"workflow_run"}))
    await shop.ends(run, "failure")
    return pull, run


@pytest.mark.parametrize("status", [404, 410])
async def test_a_run_that_is_gone_is_lost(shop: Scene, status: int) -> None:
    """For two minutes it may be a fault that passes."""
    pull, _ = await vanished(shop, status)
    for _ in range(5):
        await shop.later(minutes=1)
    assert shop.codes(pull) == ["lost"]


@pytest.mark.parametrize("status", [403, 451])
async def test_a_run_that_cannot_be_looked_at_is_cancelled_and_a_person_decides(shop: Scene, status: int) -> None:
    """The reason is no missing permission, so the fault may end at any time: nothing is reported before a cancel."""
    pull, run = await vanished(shop, status)
    other = await shop.opens("mona")
    for _ in range(30):
        await shop.later(minutes=1)
    assert shop.codes(pull) == []
    await shop.says("taro", "/cancel", on=pull)
    assert [call.status for call in shop.calls("POST", "/cancel")] == [409]
    await shop.says("taro", "/unlock production looked at it", on=pull)
    assert shop.codes(pull)[-1] == "being_cancelled"
    for _ in range(30):
        await shop.later(seconds=10)
    assert shop.codes(pull)[-1] == "lost"
    assert "It was cancelled, and GitHub has shown nothing of its run since." in shop.replies(pull)[-1]
    assert shop.gate(other) == ("pending", "production: #41 (taro): outcome unknown, check the run")
    await shop.says("taro", "/unlock production looked at it", on=pull)
    assert shop.codes(pull)[-1] == "unlocked_lost"
    assert shop.gate(other) == ("success", "Free to merge")
    assert "given_up" in await shop.history()
    assert run.conclusion == "failure"


async def test_a_cancelled_run_that_is_shown_again_is_followed_to_its_end(shop: Scene) -> None:
    """It was lost, and runs still: nothing else starts, and its end frees the environment."""
    pull, other = await merged(shop), await shop.opens("mona")
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    run.stubborn = True
    hidden = hides(shop, 451)
    await shop.says("taro", "/cancel", on=pull)
    shop.github.faults.append(Fault("POST", re.compile("/force-cancel$"), faults.status(451), times=ALWAYS))
    for _ in range(30):
        await shop.later(seconds=10)
    assert run.cancel_asked
    assert shop.codes(pull)[-1] == "lost"
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1
    hidden.times = 0
    await shop.later(minutes=2)
    assert "running" in (await shop.history())[-3:]
    await shop.ends(run, "cancelled")
    assert shop.gate(other) == ("success", "Free to merge")
