"""GitHub's own deployments: what its pages and other tools show of a release."""

import re

from ghapp.demo.github import Fault, faults
from ghapp.demo.github.state import Deployment
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import merged

CREATE = re.compile("/deployments$")


def records(shop: Scene) -> list[tuple[str, str, list[str]]]:
    """Of all deployments: the commit, who keeps it, and its states."""
    return [(one.sha, one.creator, one.states) for one in shop.shop.deployments.values()]


async def test_a_release_is_recorded_from_its_run_to_its_end(shop: Scene) -> None:
    """With the number for machines, words for people, the run as its log; and nothing that merges or checks."""
    pull = await shop.released("taro")
    (made,) = shop.calls("POST", "/deployments")[:1]
    assert made.request["description"] == "production-1 by taro: #41 Reword notifications"
    assert made.request["payload"] == {"ghapp": shop.runs()[0].inputs["ghapp"]}
    assert (made.request["auto_merge"], made.request["required_contexts"]) == (False, [])
    assert records(shop) == [(pull.merge_commit_sha, shop.github.app.login, ["in_progress", "success"])]
    told = shop.calls("POST", "/statuses")[-1].request
    assert told["log_url"] == f"{shop.github.web_url}/acme/shop/actions/runs/{shop.runs()[0].id}"


async def test_the_record_leads_to_the_environment_itself(shop: Scene) -> None:
    """Where the config says its address."""
    config = shop.shop.git.commits[shop.shop.head].files[".github/ghapp.yml"]
    with_address = f"{config}    url: https://shop.example.com\n"
    await shop.shop.commit(".github/ghapp.yml", with_address, by="mona", message="Say where it is")
    await shop.released("taro")
    told = [one.request.get("environment_url") for one in shop.calls("POST", "/statuses") if "log_url" in one.request]
    assert told == ["https://shop.example.com"] * 2


async def test_what_was_live_before_is_no_longer_active(shop: Scene) -> None:
    """GitHub leaves production's old records as they are: its page would show two that are live."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    await shop.released("mona")
    assert [states[-1] for _, _, states in records(shop)] == ["inactive", "success"]


async def test_a_failed_release_is_recorded_and_what_is_live_stays(shop: Scene) -> None:
    """The old one is what serves."""
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    pull = await merged(shop, "mona")
    await shop.says("mona", "/deploy", on=pull)
    await shop.ends(await shop.begins(), "failure")
    assert [states[-1] for _, _, states in records(shop)] == ["success", "failure"]


NAMED = WORKFLOW.replace("    runs-on:", "    environment: production\n    runs-on:")


async def names_its_environment(shop: Scene, text: str = NAMED) -> None:
    """The deploy job does."""
    await shop.shop.commit(".github/workflows/deploy.yml", text, by="mona", message="Name the environment")


async def test_a_job_that_names_its_environment_keeps_the_record_itself(shop: Scene) -> None:
    """Its creator is whoever started the run, which is the App itself; two records of one release were one too many."""
    await names_its_environment(shop)
    await shop.released("taro")
    (kept,) = shop.shop.deployments.values()
    assert (kept.creator, kept.payload, kept.states) == (shop.github.app.login, {}, ["in_progress", "success"])
    assert shop.calls("POST", "/deployments") == []


async def test_where_the_job_comes_late_ours_makes_room_for_its_record(shop: Scene) -> None:
    """It needs others first, and ours was there by then: the page shows one."""
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
    """It was made before this one was granted."""
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


async def test_a_rollbacks_job_shows_no_commit_as_live_that_is_not(shop: Scene) -> None:
    """GitHub records the commit that the run was started on, the branch's newest, which is what was taken back.

    So ours says what is live, alone: the job's of that run is no longer active, and neither is what was live before.
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


async def test_a_job_of_a_merge_that_is_not_the_newest_shows_no_other_as_live(shop: Scene) -> None:
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
    """Its job names the environment, too; it is not the release's."""
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


async def test_a_title_of_whatever_signs_is_recorded_as_far_as_github_takes_it(shop: Scene) -> None:
    """It takes none of four bytes there; where it minds something else, the record says nothing and is there."""
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
    """An installation that has not granted it yet: nothing else is lost."""
    shop.github.faults.append(Fault("POST", CREATE, faults.status(403), times=9))
    pull = await shop.released("taro")
    assert records(shop) == []
    assert shop.replies(pull)[0].startswith("✅")


async def test_what_others_deployed_meanwhile_is_looked_at_once(shop: Scene) -> None:
    """Two hundred records of the same environment since the release began, by other runs and by tools: each says once
    that it is another's. Only one that says nothing yet is asked again, and the job's own is known when it comes.
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
    """Somebody's of production."""
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
