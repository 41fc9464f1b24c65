"""Each place shows the state, whatever happens to another: a skipped release, a document that cannot be rendered."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ghapp.core.model.codec import encode_environment
from ghapp.demo.github import Pull
from ghapp.demo.stage import CHANNEL, PEOPLE
from tests.sampled import crossed
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_metrics import samples

CONFIG = f"""\
slack: {{channel: {CHANNEL}}}
people: {{{", ".join(f"{login}: {user}" for login, user in PEOPLE.items())}}}
environments:
  production: {{workflow: deploy.yml, lock: 30m, skip_label: no-deploy}}
"""
FREEZE = CONFIG.replace("no-deploy}", "no-deploy, freeze: [{weekdays: [mon], from: '00:00', reason: inventory}]}")
FREE = ("success", "Free to merge")
SKIPPED = "Skipped: the next newer deploy to production includes it"


async def configured(shop: Scene, config: str = CONFIG) -> None:
    """Commits the config."""
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Configure")
    await shop.idle()


async def skipped(shop: Scene, how: str) -> Pull:
    """A merged pull request that is skipped by label or button."""
    pull = await shop.opens("taro", "Reword notifications")
    if how == "label":
        await shop.shop.label(pull, "no-deploy", by="taro")
    await shop.merges("taro", pull)
    if how == "button":
        await shop.clicks("taro", "skip", on=f"#{pull.number}")
    return pull


# ---------------------------------------------------------------- before a release


async def locked_for_a_time(shop: Scene, other: Pull) -> str:
    """By hand."""
    await shop.says("mona", "/lock production 2h migrating", on=other)
    return "production: locked by mona until 06:42 UTC: migrating"


async def locked_for_ever(shop: Scene, other: Pull) -> str:
    """By hand, from Slack."""
    await shop.types("mona", "/ghapp lock production forever migrating")
    return "production: locked by mona until somebody unlocks it: migrating"


async def frozen(shop: Scene, other: Pull) -> str:
    """By the config."""
    await configured(shop, FREEZE)
    return "production: deploy freeze until 2026-11-24 00:00 UTC: inventory"


async def deploying(shop: Scene, other: Pull) -> str:
    """Another release, merged before the skipped one, is being deployed."""
    await shop.shop.commit("README.md", "…", by="mona", message="Something else")
    await shop.merges("mona", await shop.opens("mona", "Speed up search"))
    await shop.types("mona", "/deploy production")
    await shop.begins()
    return "production: #43 is being deployed (mona); free from 05:12 UTC at the earliest"


HOLDS = (locked_for_a_time, locked_for_ever, frozen, deploying)


@pytest.mark.parametrize(("hold", "how"), crossed(HOLDS, ["label", "button"]))
async def test_a_skipped_release_opens_no_gate(
    shop: Scene, how: str, hold: Callable[[Scene, Pull], Awaitable[str]]
) -> None:
    """The gates of all open pull requests are right at once, and the skipped release's check shows it as skipped."""
    await configured(shop)
    pull = await skipped(shop, how)
    other = await shop.opens("hanako")
    assert shop.gate(other) == FREE
    assert shop.stands(pull) == ("neutral", SKIPPED, ["deploy"])
    told = await hold(shop, other)
    assert shop.gate(other) == ("pending", told)
    assert await shop.dead() == []
    if hold is not deploying:
        assert shop.stands(pull) == ("neutral", SKIPPED, [])
        assert shop.buttons(f"#{pull.number}") == []


# ---------------------------------------------------------------- during and after one


@pytest.mark.parametrize("how", ["label", "button"])
async def test_a_release_skipped_during_another_keeps_no_place_at_deploying(shop: Scene, how: str) -> None:
    """Gate, comment, check and message of the released pull request are right when its run has ended."""
    await configured(shop)
    released, other = await shop.opens("mona", "Speed up search"), await shop.opens("hanako")
    await shop.merges("mona", released)
    await shop.says("mona", "/deploy", on=released)
    run = await shop.begins()
    pull = await skipped(shop, how)
    assert shop.stands(pull) == ("neutral", SKIPPED, [])
    await shop.ends(run)
    assert shop.gate(other) == (
        "pending",
        "production: cool-down after #41 (mona); free from 05:12 UTC at the earliest",
    )
    assert shop.replies(released)[-1].startswith("✅ **#41 is live on production** (production-1, by @mona)")
    assert shop.stands(released)[:2] == ("success", "Live on production")
    assert shop.message("#41").text.startswith(":white_check_mark: #41 is live on production (production-1, by mona).")
    await shop.later(minutes=31)
    assert shop.gate(other) == FREE
    assert shop.stands(pull) == ("neutral", SKIPPED, ["deploy"])


@pytest.mark.parametrize("how", ["label", "button"])
async def test_a_release_skipped_in_a_cool_down_ships_with_the_next(shop: Scene, how: str) -> None:
    """After a release, and after a rollback with its hold."""
    await configured(shop)
    await shop.released("mona", "Speed up search")
    await shop.later(minutes=31)
    first = await shop.released("mona", "Show prices")
    pull = await skipped(shop, how)
    assert shop.stands(pull) == ("neutral", SKIPPED, [])
    other = await shop.opens("hanako")
    assert shop.gate(other) == (
        "pending",
        f"production: cool-down after #{first.number} (mona); free from 05:43 UTC at the earliest",
    )
    await shop.says("mona", "/rollback", on=first)
    await shop.ends(await shop.begins())
    assert shop.gate(other) == FREE  # the hold after a rollback holds no merge
    assert shop.stands(pull) == ("neutral", SKIPPED, [])
    assert shop.stands(first)[1] == "Rolled back from production"


# ---------------------------------------------------------------- one place that fails


async def breaks(shop: Scene, number: int) -> None:
    """A newer server has stored a value for a waiting release that this server has no sentence for."""
    found = await shop.environment()
    awaiting = tuple(
        replace(one, not_auto="of_a_newer_version") if one.pull.number == number else one for one in found.awaiting
    )
    await shop.overwrite_document(encode_environment(replace(found, awaiting=awaiting)))


def failed(told: dict[str, int]) -> dict[str, int]:
    """The failures by kind of place."""
    name = "ghapp_places_failed_total"
    return {key.split('"')[1]: count for key, count in told.items() if key.startswith(name)}


@pytest.mark.parametrize("slack", [True, False])
async def test_a_place_that_fails_fails_alone(tmp_path: Path, slack: bool) -> None:
    """The other release's places and the gate are right, and the metrics count the failures."""
    async with scene(tmp_path, slack=slack) as shop:
        await one_fails(shop, slack=slack)


async def one_fails(told: Scene, *, slack: bool) -> None:
    """The same in Slack, and as a comment."""
    broken = await told.opens("taro", "Reword notifications")
    await told.merges("taro", broken)
    await breaks(told, broken.number)
    good, other = await told.opens("mona", "Speed up search"), await told.opens("hanako")
    await told.merges("mona", good)
    assert told.stands(good) == ("neutral", "Ready for production", ["deploy"])
    if slack:
        assert "ready to deploy" in told.message(f"#{good.number}").text
    else:
        assert told.replies(good)[0].startswith("@mona ready to deploy")
    assert failed(await samples(f"{told.address}/metrics")).keys() == {"check", "slack" if slack else "prompt"}
    await told.says("mona", "/lock production 2h migrating", on=other)
    assert told.gate(other) == ("pending", "production: locked by mona until 15:42 JST: migrating")
    assert told.stands(good)[1] == "2nd in line for production"
    assert told.stands(broken)[1] == "1st in line for production"  # under a lock it can be rendered
    assert await told.dead() == []


async def test_a_place_that_fails_is_tried_again_after_growing_pauses(shop: Scene) -> None:
    """Without a change of state; about ten times in an hour."""
    broken = await shop.opens("taro", "Reword notifications")
    await shop.merges("taro", broken)
    await shop.says("mona", "/lock production 2h", on=broken)
    await breaks(shop, broken.number)
    await shop.later(hours=2)  # the lock ends, and the unrenderable text is due
    counts = []
    for _ in range(12):
        for _ in range(30):
            await shop.later(seconds=10)
        counts.append(failed(await samples(f"{shop.address}/metrics"))["check"])
    assert counts[0] >= 4
    assert 1 <= counts[-1] - counts[-4] <= 2
    assert counts[-1] <= 13


async def test_a_rollback_is_started_though_it_cannot_be_announced(shop: Scene) -> None:
    """Its comment has an unknown time zone; the gate shows the rollback all the same."""
    await shop.released("taro")
    await shop.later(minutes=31)
    pull, other = await shop.released("mona", "Speed up search"), await shop.opens("hanako")
    await shop.says("mona", "/rollback", on=pull)
    await shop.ends(await shop.begins())
    found = await shop.environment()
    assert found.deployment
    grant = found.deployment.grant
    grant = replace(grant, number=grant.number + 1, id="another", config=replace(grant.config, timezone="Mars/Olympus"))
    again = replace(found.deployment, grant=grant, phase="accepted", run=None, since=shop.stage.clock(), looks=0)
    before = len(shop.runs())
    await shop.overwrite_document(encode_environment(replace(found, number=grant.number, deployment=again)))
    await shop.idle()
    assert len(shop.runs()) == before + 1
    assert shop.gate(other) == ("pending", "production: being rolled back to #41 (mona)")
    assert failed(await samples(f"{shop.address}/metrics"))["number"] >= 1
