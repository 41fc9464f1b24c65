"""`auto: true`, from the merge to its messages."""

from dataclasses import replace

import pytest

from ghapp.demo.github import Pull
from tests.scenarios.scene import Scene

AUTO = """\
slack: {channel: C024BE91L}
timezone: Asia/Tokyo
environments: {production: {workflow: deploy.yml, auto: true}}
"""


async def by_itself(shop: Scene) -> Pull:
    """Merges release automatically; #41 is live, and production is free."""
    await shop.shop.commit(".github/ghapp.yml", AUTO, by="mona", message="Release what is merged")
    first = await shop.opens("taro")
    await shop.merges("taro", first)
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    return first


async def test_a_merge_is_released_automatically(shop: Scene) -> None:
    """One run, by the person who merged; comment and message name `auto` as the cause."""
    await by_itself(shop)
    pull = await shop.opens("hanako")
    await shop.merges("mona", pull)
    assert shop.runs()[-1].inputs["sha"] == pull.merge_commit_sha
    assert shop.replies(pull)[0].startswith("🚀 **Deploying #42 to production** (production-2, by @mona)")
    assert "Deploying automatically after the merge (`auto`). To stop it: `/cancel production`" in shop.replies(pull)[0]
    await shop.ends(await shop.begins())
    assert shop.replies(pull)[0].startswith("✅ **#42 is live on production**")
    assert "Deployed automatically after the merge" in shop.channel()[-1]
    assert shop.shop.serving == {"production": pull.merge_commit_sha}


async def test_a_merge_that_is_delivered_twice_releases_once(shop: Scene) -> None:
    """With the same delivery id, with another one, and after a restart."""
    await by_itself(shop)
    pull = await shop.opens("hanako")
    await shop.merges("mona", pull)
    told = [one for one in shop.github.deliveries if (one.event, one.action) == ("pull_request", "closed")][-1]
    await shop.github.redeliver(told.guid)
    await shop.restart()
    await shop.github.send("pull_request", told.payload)
    await shop.idle()
    assert len(shop.runs()) == 2


async def test_a_release_that_waits_for_ci_is_left_to_a_person(shop: Scene) -> None:
    """The prompt has the command to type, and the reason."""
    await by_itself(shop)
    named = AUTO.replace("auto: true", "auto: true, require: {checks: [e2e]}")
    await shop.shop.commit(".github/ghapp.yml", named, by="mona", message="Wait for the test")
    pull = await shop.opens("hanako")
    await shop.merges("mona", pull)
    assert len(shop.runs()) == 1
    assert "`/deploy production #42`" in shop.channel()[-1]
    assert shop.channel()[-1].endswith("Not deployed automatically: checks had not reported when it was merged.")


async def test_a_failed_release_stops_the_next_automatic_one(shop: Scene) -> None:
    """A person has to look first."""
    await by_itself(shop)
    bad = await shop.opens("hanako")
    await shop.merges("mona", bad)
    await shop.ends(await shop.begins(), "failure")
    assert shop.codes(bad) == ["failed"]
    assert shop.replies(bad)[1].startswith("@mona **Deploy of #42 to production failed")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    assert len(shop.runs()) == 2
    assert "the last deploy to production did not succeed, or a rollback was started after it" in shop.channel()[-1]


async def test_the_first_merge_is_released_automatically(shop: Scene) -> None:
    """No release has to be started by hand first."""
    await shop.shop.commit(".github/ghapp.yml", AUTO, by="mona", message="Release what is merged")
    pull = await shop.opens("hanako")
    await shop.merges("mona", pull)
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": pull.merge_commit_sha}
    assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")


async def test_the_merge_that_adds_the_config_is_the_first_release(shop: Scene) -> None:
    """It is released once to every environment with `auto`; the other environments wait for a person."""
    await shop.shop.commit(".github/ghapp.yml", None, by="mona", message="Without ghapp")
    await shop.idle()
    more = "environments: {production: {workflow: deploy.yml, auto: true}, staging: {workflow: deploy.yml, auto: true}"
    text = AUTO.partition("environments")[0] + more + ", demo: {workflow: deploy.yml}}\n"
    pull = await shop.opens("hanako", files={".github/ghapp.yml": text})
    await shop.merges("mona", pull)
    await shop.later(minutes=1)  # whichever webhook comes first: the absence of a config is cached for a minute
    assert sorted(run.inputs["environment"] for run in shop.runs()) == ["production", "staging"]
    assert {run.inputs["sha"] for run in shop.runs()} == {pull.merge_commit_sha}


@pytest.mark.parametrize(("before", "goes"), [(3, True), (13, False)])
async def test_a_first_merge_found_by_the_hourly_count_is_released_if_it_is_young(
    shop: Scene, before: int, goes: bool
) -> None:
    """GitHub sent no webhook; the count at the full hour finds the merge within ten minutes, or later."""
    await shop.shop.commit(".github/ghapp.yml", AUTO, by="mona", message="Release what is merged")
    pull = await shop.opens("taro")
    await shop.later(minutes=18 - before)
    app = shop.github.app
    shop.github.app = replace(app, events=())
    await shop.shop.merge(pull, by="mona")
    shop.github.app = app
    await shop.later(minutes=before)
    assert len(shop.runs()) == goes
    assert shop.channel()[-1].endswith("GitHub reported the merge more than 10 minutes late.") != goes
