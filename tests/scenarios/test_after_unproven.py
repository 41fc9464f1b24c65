"""`after: staging` where histories part, lists are full, rollbacks fail, and the platform cannot be read."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from ghapp.core.model.codec import encode_environment
from ghapp.core.model.environment import BARRED_KEPT
from ghapp.demo.codedeploy import Fault, faults
from ghapp.demo.github import Pull
from tests.scenarios.cloud import CONFIG as ON_CODEDEPLOY
from tests.scenarios.cloud import cloud
from tests.scenarios.scene import Scene
from tests.scenarios.test_after import CONFIG, FOR_TEN, LINE, calls, live, merged, refused, rolled_back, under

OPEN_TOO = CONFIG.replace("workflow: deploy.yml", "workflow: deploy.yml, require: {merged: false, checks: none}")
AUTO = CONFIG.replace("after: staging", "after: staging, auto: true")


async def test_a_rollback_to_a_parallel_history_bars_what_it_undoes(shop: Scene) -> None:
    """#41 was merged first, on a branch beside: the target was merged later and does not contain it all the same."""
    shop.shop.git.branches["release"] = shop.shop.head
    await under(shop, CONFIG.replace("deploy.yml,", "deploy.yml, branch: main,"))
    beside = await shop.opens("taro", "Reword notifications", base="release")
    await shop.merges("taro", beside)
    await shop.later(minutes=1)
    target = await merged(shop, title="Show prices")
    await live(shop, target)
    await under(shop, CONFIG.replace("deploy.yml,", "deploy.yml, branch: release,"))
    await live(shop, beside, more=" anyway the other branch goes out")
    await shop.says("mona", "/rollback staging", on=beside)
    await shop.ends(await shop.begins())
    staging = await shop.environment("staging")
    assert staging.live
    assert staging.live.pull.number == target.number
    assert [one.pull.number for one in staging.barred] == [beside.number]
    assert "was rolled back from staging" in await refused(shop, beside)
    assert calls(shop) == []


async def test_a_rollback_forward_takes_nothing_back_that_the_target_contains(shop: Scene) -> None:
    """Git's history decides: `/rollback to` the newer release, which contains the live one, bars nothing."""
    await under(shop)
    older, newer = await merged(shop, "taro", "Reword notifications"), await merged(shop)
    for pull in (older, newer):
        await live(shop, pull)
    await rolled_back(shop, newer)
    await shop.says("mona", "/unlock staging", on=newer)
    await shop.says("mona", f"/rollback staging to #{newer.number}", on=older)
    await shop.ends(await shop.begins())
    staging = await shop.environment("staging")
    assert staging.live
    assert (staging.live.pull.number, staging.barred) == (newer.number, ())


async def test_a_bar_that_no_longer_fits_keeps_releases_from_coming_again_unnoticed(shop: Scene) -> None:
    """At the 101st the oldest is not remembered by name: until all the others came again, a person has to answer."""
    await under(shop, CONFIG.replace(", after: staging", ""))
    first, second, third = [await merged(shop, who) for who in ("taro", "mona", "hanako")]
    for pull in (first, second, third):
        await live(shop, pull, "production")
    await shop.says("mona", "/rollback production", on=third)
    await shop.ends(await shop.begins())
    found = await shop.environment()
    (bar,) = found.barred
    others = [
        replace(bar, sha=f"{n:040x}", pull=replace(bar.pull, number=n, head=f"{n:040x}")) for n in range(900, 999)
    ]
    served = tuple(one for one in found.earlier if one.sha != bar.sha)  # it went live too long ago to be kept
    await shop.overwrite_document(encode_environment(replace(found, barred=(*others, bar), earlier=served)))
    await shop.says("mona", "/rollback production", on=second)
    await shop.ends(await shop.begins())
    found = await shop.environment()
    assert len(found.barred) == BARRED_KEPT
    assert third.number not in [one.pull.number for one in found.barred]
    await shop.says("mona", "/unlock production", on=second)
    before = len(shop.runs())
    await shop.says("mona", f"/deploy production #{third.number} with #{second.number}", on=third)
    assert len(shop.runs()) == before
    assert shop.codes(third)[-1] == "barred_lost"
    line = f"/deploy production #{third.number} with #{second.number} anyway "
    assert f"`{line}<reason>`" in shop.replies(third)[-1]
    await shop.says("mona", f"{line}all of them were looked at", on=third)
    assert len(shop.runs()) == before + 1
    assert "accepted" in (await shop.history())[-3:]


async def test_the_head_of_an_open_pull_request_goes_on_only_as_the_commit_that_staging_proved(shop: Scene) -> None:
    """Staging runs the head of another pull request on top of it, but this very commit was never tried there."""
    await under(shop, OPEN_TOO)
    below = await shop.opens("taro", "Half of it")
    above = await shop.opens("hanako", "All of it", base=below.head)
    await shop.shop.change_base(above, "main", by="hanako")
    await shop.later(minutes=1)
    await live(shop, above)
    assert (
        await refused(shop, below)
        == f"#{below.number} is not live on staging yet, so nothing was done. First: {LINE.format(below.number)}"
    )
    await live(shop, above, "production")
    assert shop.shop.serving["production"] == above.head_sha


async def test_a_good_revision_keeps_its_time_on_staging_when_staging_goes_back_to_it(shop: Scene) -> None:
    """It was live for long enough before; the rolled back one starts anew."""
    await under(shop, FOR_TEN)
    good = await merged(shop, "taro", "Reword notifications")
    await live(shop, good)
    await shop.later(minutes=9)
    bad = await merged(shop)
    await live(shop, bad)
    await rolled_back(shop, bad)
    assert (await shop.environment()).awaiting[0].unfit is None
    await live(shop, good, "production")
    await shop.says("mona", "/unlock staging", on=bad)
    await live(shop, bad, more=f" with #{bad.number}")
    await shop.later(minutes=5)
    assert "has to be live on staging until" in await refused(shop, bad)


async def test_after_a_failed_rollback_of_staging_the_proposed_line_is_accepted(shop: Scene) -> None:
    """Staging still runs #42, so deploying it there again would be refused: the rollback has to be repeated."""
    await under(shop)
    good = await merged(shop, "taro", "Reword notifications")
    await live(shop, good)
    bad = await merged(shop)
    await live(shop, bad)
    await shop.says("mona", "/rollback staging", on=bad)
    await shop.ends(await shop.begins(), "failure")
    said = await refused(shop, bad)
    assert "did not succeed" in said
    assert LINE.format(bad.number) not in said
    assert LINE.format(bad.number) not in shop.message(f"#{bad.number}").text
    assert said.endswith("`/rollback staging`")
    await shop.says("mona", "/rollback staging", on=bad)
    await shop.ends(await shop.begins())
    again = await refused(shop, bad)
    line = f"/deploy staging #{bad.number} with #{bad.number}"
    assert again.endswith(f"`{line}`")
    await shop.says("mona", "/unlock staging", on=bad)
    runs = len(shop.runs())
    await shop.says("mona", line, on=bad)
    assert len(shop.runs()) == runs + 1


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_environments_of_two_branches_in_a_chain_are_a_config_problem(shop: Scene, language: str) -> None:
    """A merge to one branch is on no other; production's is the default branch, which the file does not name."""
    config = f"language: {language}\n{CONFIG}"
    await under(shop, config)
    apart = config.replace("staging: {", "staging: {branch: develop, ")
    await shop.shop.commit(".github/ghapp.yml", apart, by="mona", message="From two branches")
    pull = await merged(shop)
    await shop.says("mona", "/deploy production", on=pull)
    said = shop.replies(pull)[-1]
    assert {"en": "`staging` from `develop`", "ja": "`staging` のデプロイ元は `develop`"}[language] in said
    assert "`main`" in said
    assert shop.runs() == []


async def test_a_slack_command_without_a_number_says_what_the_waiting_release_waits_for(shop: Scene) -> None:
    await under(shop)
    pull = await merged(shop)
    await shop.types("mona", "/ghapp deploy production")
    assert (
        f"#{pull.number} is not live on staging yet, so nothing was done. First: {LINE.format(pull.number)}"
        in shop.whispers("mona")[-1]
    )
    assert shop.runs() == []
    await live(shop, pull)
    await shop.types("mona", "/ghapp deploy production")
    assert len(shop.runs()) == 2


async def test_while_stagings_platform_is_unread_it_is_unknown_what_staging_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer says so instead of a line that would be refused; once it is read, the release is called."""
    async with cloud(tmp_path, monkeypatch) as clouds:
        shop = clouds.shop
        config = ON_CODEDEPLOY.replace("LANGUAGE", "en").replace("production:", "staging:")
        await under(shop, f"{config}  production: {{workflow: deploy.yml, after: staging}}\n")
        pull = await clouds.merged("mona")
        clouds.aws.faults.append(Fault("ListDeployments", faults.denied, times=10_000))
        await shop.says("mona", f"/deploy staging #{pull.number}", on=pull)
        run = await shop.begins()
        clouds.aws.settle(clouds.aws.create(clouds.group, clouds.revision(pull)))
        await shop.ends(run)
        said = await refused(shop, pull)
        assert "unknown" in said
        assert "yet" not in said
        assert LINE.format(pull.number) not in f"{said}{shop.message(f'#{pull.number}').text}"
        assert "unknown" in shop.message(f"#{pull.number}").text
        clouds.aws.faults.clear()
        await shop.later(minutes=31)
        assert f"`/deploy production #{pull.number}`" in calls(shop)[-1].text


async def test_no_merge_is_released_automatically_past_staging(shop: Scene) -> None:
    """`auto: true` after staging: the merge waits, and is called when staging has it."""
    await under(shop, AUTO)
    pull = await merged(shop)
    assert shop.runs() == []
    await live(shop, pull)
    assert len(shop.runs()) == 1
    assert f"/deploy production #{pull.number}" in calls(shop)[-1].text


async def test_the_next_step_goes_from_stagings_comment_once_production_has_the_change(shop: Scene) -> None:
    """It does not return when production goes back: from then on production's own messages name the line."""
    await under(shop)
    first, pull = await merged(shop, "taro", "Reword notifications"), await merged(shop)
    for one in (first, pull):
        await live(shop, one)
        if one is pull:
            assert number(shop, one).endswith(f"Next: `/deploy production #{one.number}`")
        await live(shop, one, "production")
        assert "Next:" not in number(shop, one)
    await shop.says("mona", "/rollback production", on=pull)
    await shop.ends(await shop.begins())
    assert "Next:" not in number(shop, pull)


def number(shop: Scene, pull: Pull) -> str:
    """The comment of staging's newest number on a pull request."""
    return [one for one in shop.replies(pull) if "(staging-" in one][-1]
