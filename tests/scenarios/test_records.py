"""GitHub's deployments: the records of a release that its pages and other tools show."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.demo.github import Fault, faults
from ghapp.demo.github.state import Deployment
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import merged

CREATE = re.compile("/deployments$")


def records(shop: Scene) -> list[tuple[str, str, list[str]]]:
    """The commit, creator and states of all deployments."""
    return [(one.sha, one.creator, one.states) for one in shop.shop.deployments.values()]


async def test_a_release_is_recorded_from_its_run_to_its_end(shop: Scene) -> None:
    """With number, description and the run as its log; without `auto_merge` and `required_contexts`."""
    pull = await shop.released("taro")
    (made,) = shop.calls("POST", "/deployments")[:1]
    assert made.request["description"] == "production-1 by taro: #41 Reword notifications"
    assert made.request["payload"] == {"ghapp": shop.runs()[0].inputs["ghapp"]}
    assert (made.request["auto_merge"], made.request["required_contexts"]) == (False, [])
    assert records(shop) == [(pull.merge_commit_sha, shop.github.app.login, ["in_progress", "success"])]
    told = shop.calls("POST", "/statuses")[-1].request
    assert told["log_url"] == f"{shop.github.web_url}/acme/shop/actions/runs/{shop.runs()[0].id}"


async def test_the_record_links_the_environment(shop: Scene) -> None:
    """Where the config has a `url`."""
    config = shop.shop.git.commits[shop.shop.head].files[".github/ghapp.yml"]
    with_address = f"{config}    url: https://shop.example.com\n"
    await shop.shop.commit(".github/ghapp.yml", with_address, by="mona", message="Say where it is")
    await shop.released("taro")
    told = [one.request.get("environment_url") for one in shop.calls("POST", "/statuses") if "log_url" in one.request]
    assert told == ["https://shop.example.com"] * 2


async def test_the_record_of_the_replaced_revision_becomes_inactive(shop: Scene) -> None:
    """GitHub leaves production's old records as they are: its page would show two live ones."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    await shop.released("mona")
    assert [states[-1] for _, _, states in records(shop)] == ["inactive", "success"]


async def test_a_failed_release_is_recorded_and_the_live_one_stays_active(shop: Scene) -> None:
    """The old revision still serves."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    pull = await merged(shop, "mona")
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    assert [states[-1] for _, _, states in records(shop)] == ["success", "failure"]


NAMED = WORKFLOW.replace("    runs-on:", "    environment: production\n    runs-on:")


async def names_its_environment(shop: Scene, text: str = NAMED) -> None:
    """Makes the deploy job name its environment."""
    await shop.shop.commit(".github/workflows/deploy.yml", text, by="mona", message="Name the environment")


async def test_a_job_that_names_its_environment_keeps_the_record_itself(shop: Scene) -> None:
    """Its creator is the App, which started the run; two records of one release would be one too many."""
    await names_its_environment(shop)
    await shop.released("taro")
    (kept,) = shop.shop.deployments.values()
    assert (kept.creator, kept.payload, kept.states) == (shop.github.app.login, {}, ["in_progress", "success"])
    assert shop.calls("POST", "/deployments") == []


async def test_our_record_is_removed_when_the_job_makes_one_late(shop: Scene) -> None:
    """The job needs other jobs first, and our record existed by then: the page shows one record."""
    await names_its_environment(shop)
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.shop.run_queued()
    await shop.shop.start_run(run, later=["release"])
    await shop.idle()
    (ours,) = shop.shop.deployments.values()
    assert ours.payload == {"ghapp": run.inputs["ghapp"]}
    shop.shop.begin_job(run, "release")
    await shop.ends(run)
    (kept,) = shop.shop.deployments.values()
    assert (kept.payload, kept.states) == ({}, ["in_progress", "success"])
    assert shop.replies(pull)[0].startswith("✅")


async def test_a_record_of_another_release_of_the_same_commit_is_no_double(shop: Scene) -> None:
    """The job's record was made before this release was granted."""
    await names_its_environment(shop)
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    await names_its_environment(shop, WORKFLOW)
    await shop.later(minutes=1)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert [(one.payload == {}, one.states[-1]) for one in shop.shop.deployments.values()] == [
        (True, "failure"),
        (False, "success"),
    ]


async def test_the_job_of_a_rollback_shows_no_wrong_commit_as_live(shop: Scene) -> None:
    """GitHub records the commit that the run was started on: the branch's newest, which was rolled back.

    So only our record names the live commit: the job's record of that run is set inactive, and so is the older one.
    """
    await names_its_environment(shop)
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    await shop.says("mona", "/rollback", on=second)
    await shop.ends(await shop.begins())
    assert shop.shop.serving["production"] == first.merge_commit_sha
    active = [one for one in shop.shop.deployments.values() if one.states[-1] == "success"]
    assert [(one.sha, one.payload != {}) for one in active] == [(first.merge_commit_sha, True)]


async def test_the_job_of_an_older_merge_shows_no_wrong_commit_as_live(shop: Scene) -> None:
    """However late the job begins, and however the release ends."""
    await names_its_environment(shop)
    pull = await merged(shop)
    await merged(shop, "mona")
    await shop.says("taro", f"/deploy production #{pull.number}", on=pull)
    run = await shop.shop.run_queued()
    await shop.shop.start_run(run, later=["release"])
    await shop.idle()
    shop.shop.begin_job(run, "release")
    await shop.ends(run, "failure")
    (ours, theirs) = shop.shop.deployments.values()
    assert (ours.sha, ours.states[-1]) == (pull.merge_commit_sha, "failure")
    assert (theirs.sha, theirs.states[-1]) == (shop.shop.head, "inactive")


async def test_a_push_run_of_the_same_commit_takes_no_record_away(shop: Scene) -> None:
    """Its job names the environment, too, but is not the release's."""
    await shop.shop.commit(".github/workflows/smoke.yml", NAMED, by="mona", message="Smoke")
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    assert pull.merge_commit_sha
    other = await shop.shop.trigger("smoke.yml", "push", by="mona", sha=pull.merge_commit_sha)
    await shop.shop.start_run(other)
    await shop.shop.finish_run(other)
    await shop.ends(run)
    assert [(one.payload != {}, one.states[-1]) for one in shop.shop.deployments.values()] == [
        (True, "success"),
        (False, "success"),
    ]


async def test_a_record_whose_answer_was_lost_is_found_again(shop: Scene) -> None:
    """By its number: one release, one record."""
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", CREATE, faults.drop_after))
    await shop.says("taro", "/deploy", on=pull)
    await shop.later(seconds=11)
    await shop.ends(await shop.begins())
    assert [states[-1] for _, _, states in records(shop)] == ["success"]


async def test_a_record_is_found_again_by_a_server_whose_clock_is_ahead(shop: Scene) -> None:
    """GitHub's time of the record is before the server's time of the release."""
    await shop.stop()
    await shop.start(clock=lambda: shop.stage.clock() + timedelta(seconds=29))
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", CREATE, faults.drop_after))
    await shop.says("taro", "/deploy", on=pull)
    await shop.begins()
    await shop.later(seconds=11)
    await shop.ends(shop.runs()[-1])
    assert [states[-1] for _, _, states in records(shop)] == ["success"]


async def test_a_second_record_that_github_creates_late_is_removed(shop: Scene) -> None:
    """Two workers requested one for the same release; one request arrived late, and nobody heard its answer."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    (first,) = shop.shop.deployments.values()
    shop.shop.record(replace(first, id=shop.github.next_id(), states=[]))
    await shop.ends(run)
    assert list(shop.shop.deployments) == [first.id]
    assert [states[-1] for _, _, states in records(shop)] == ["success"]


@pytest.mark.parametrize("first", [True, False])
async def test_a_writers_record_with_our_ticket_is_not_ours(shop: Scene, *, first: bool) -> None:
    """Every writer reads the ticket in the run's inputs. Their record is not taken for ours, and left alone."""
    pull = await merged(shop)
    if first:
        shop.github.faults.append(Fault("POST", CREATE, faults.status(502)))
    await shop.says("taro", "/deploy", on=pull)
    run = shop.runs()[-1]
    theirs = replace(deployment(shop, [], "https://evil.example.com"), payload={"ghapp": run.inputs["ghapp"]}, id=1)
    shop.shop.record(theirs)
    await shop.later(seconds=31)
    await shop.ends(await shop.begins())
    bot = shop.github.app.login
    assert [(one.creator, one.states[-1]) for one in shop.shop.deployments.values() if one is not theirs] == [
        (bot, "success")
    ]
    assert (shop.shop.deployments[1].creator, theirs.states) == ("mona", [])


async def test_a_title_with_refused_characters_is_recorded_without_them(shop: Scene) -> None:
    """GitHub takes no four-byte characters there; where it refuses the description, the state is set without one."""
    pull = await shop.opens("taro", "🚀 Price 𠮷田 anew ✅")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    refuses = re.compile("/deployments/[0-9]+/statuses$")
    shop.github.faults.append(Fault("POST", refuses, faults.status(422), times=9, body=re.compile("Price")))
    await shop.ends(await shop.begins())
    (one,) = shop.shop.deployments.values()
    assert one.description == "production-1 by taro: #41 \ufffd Price \ufffd田 anew ✅"
    assert one.states == ["in_progress", "success"]


async def test_a_release_goes_on_where_no_record_may_be_kept(shop: Scene) -> None:
    """The installation has not granted the permission: the release goes on."""
    shop.github.faults.append(Fault("POST", CREATE, faults.status(403), times=9))
    pull = await shop.released("taro")
    assert records(shop) == []
    assert shop.replies(pull)[0].startswith("✅")


async def test_records_by_others_are_read_once(shop: Scene) -> None:
    """Two hundred records of the same environment since the release began, by other runs and by tools: each is read
    once, and shows whose it is. Only a record without a state is read again, and the job's own is found when it comes.
    """
    await names_its_environment(shop)
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    elsewhere = f"{shop.github.web_url}/acme/shop/actions/runs/1/job/1"
    for number in range(201):
        by_a_run, begun = number % 2 == 0, number < 200
        states = ["success" if number % 4 else "in_progress"] if by_a_run else ["success"]
        record = deployment(shop, states if begun else [], elsewhere if by_a_run else "https://ci.example.com/1")
        shop.shop.record(record)
    run = await shop.shop.run_queued()
    before = len(shop.calls("GET", "/deployments"))
    await shop.shop.start_run(run, later=["release"])
    await shop.idle()
    assert len(shop.calls("GET", "/deployments")) - before == 201 + 3  # and 3 pages of the list
    shop.shop.begin_job(run, "release")
    before = len(shop.calls("GET", "/deployments"))
    await shop.ends(run)
    assert len(shop.calls("GET", "/deployments")) - before == 2 + 3
    ours = [one for one in shop.shop.deployments.values() if one.payload != {}]
    assert ours == []


def deployment(shop: Scene, states: list[str], log_url: str) -> Deployment:
    """A record of production by another creator."""
    sha, now = shop.shop.head, shop.stage.clock()
    return Deployment(
        id=shop.github.next_id(),
        sha=sha,
        ref="main",
        task="deploy",
        environment="production",
        description="",
        payload={},
        creator="mona",
        at=now,
        states=states,
        log_url=log_url,
    )
