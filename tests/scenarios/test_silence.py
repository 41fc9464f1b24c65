"""A repository in which ghapp does nothing: who learns of it, where, and how often."""

import pytest

from ghapp.demo.github import Pull, Repository
from ghapp.demo.stage import CONFIG
from tests.scenarios.scene import SMALL_CONFIG, Scene
from tests.scenarios.test_cheap_events import silent

FILE = ".github/ghapp.yml"
BROKEN = CONFIG.format(channel="C024BE91L", language="en", people="{}") + "    lokc: 1h\n"
WHY = "line 9, column 5: `lokc` is not a setting here; did you mean `lock`?"
SAID = (
    "⚠️ **`.github/ghapp.yml`, which this pull request changes, cannot be used**, so no new deploy starts. "
    f"Fix it on the default branch: {WHY}"
)
COUNTED = "the config cannot be used in 1 repository: nothing new is deployed there"


def lines(caplog: pytest.LogCaptureFixture, message: str) -> list[str]:
    """The reasons of the log's lines with this message."""
    return [vars(one)["why"] for one in caplog.records if one.getMessage() == message]


def replies(place: Repository, pull: Pull) -> list[str]:
    """The App's comments on a pull request of any repository."""
    found = (one for one in place.comments.values() if one.by_app and one.number == pull.number)
    return [one.body.rsplit("\n\n<!-- ", 1)[0] for one in found]


# ---------------------------------------------------------------- a config that cannot be used


async def test_a_merge_that_breaks_the_config_is_commented_on_once(
    shop: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """With line and reason. A merge that does not change the config gets no such comment; the report and the log name
    the problem until it is fixed, also after a restart."""
    bystander = await shop.opens("taro")
    pull = await shop.opens("mona", "Lock for longer", files={FILE: BROKEN})
    await shop.merges("mona", pull)
    assert [text for text in shop.replies(pull) if FILE in text] == [SAID]
    await shop.merges("taro", bystander)
    for guid in [one.guid for one in shop.github.deliveries if one.event in ("push", "pull_request")]:
        await shop.github.redeliver(guid)
    await shop.later(hours=2)
    assert [text for text in shop.replies(pull) if FILE in text] == [SAID]
    assert [text for text in shop.replies(bystander) if FILE in text] == []
    assert (await shop.ready())["github"] == COUNTED
    assert lines(caplog, "to be mended") == [f"acme/shop: {FILE} cannot be used: {WHY}"]
    await shop.restart()
    await shop.later(minutes=1)
    assert (await shop.ready())["github"] == COUNTED
    await shop.shop.commit(FILE, SMALL_CONFIG, by="mona", message="Fix it")
    await shop.later(minutes=1)
    assert (await shop.ready())["github"] == "ok"


async def test_a_first_config_that_is_broken_is_commented_on(shop: Scene) -> None:
    """Where no environment exists yet, too. The fix on the next pull request gets no comment."""
    place = silent(shop)
    pull = await place.open_pull("mona", "Serve us", files={FILE: "environments: [production]\n"})
    await shop.idle()
    await place.merge(pull, by="mona")
    await shop.later(minutes=1)  # after "no config", merges make GitHub be asked once a minute
    (said,) = replies(place, pull)
    assert said.startswith("⚠️ **`.github/ghapp.yml`, which this pull request changes, cannot be used**")
    assert (await shop.ready())["github"] == COUNTED
    fix = await place.open_pull("mona", "Serve us now", files={FILE: SMALL_CONFIG})
    await place.merge(fix, by="mona")
    await shop.later(minutes=1)
    assert [text for text in replies(place, fix) if "cannot be used" in text] == []
    assert (await shop.ready())["github"] == "ok"


async def test_a_broken_config_on_another_branch_is_no_problem(shop: Scene) -> None:
    """Only the default branch's config has an effect."""
    shop.shop.git.branches["side"] = shop.shop.head
    pull = await shop.shop.open_pull("mona", "Try it", base="side", files={FILE: BROKEN})
    await shop.merges("mona", pull)
    assert shop.replies(pull) == []
    assert (await shop.ready())["github"] == "ok"


async def test_a_broken_config_is_commented_on_in_japanese(japanese_shop: Scene) -> None:
    """In the language that the broken file sets."""
    shop = japanese_shop
    pull = await shop.opens("mona", files={FILE: BROKEN.replace("language: en", "language: ja")})
    await shop.merges("mona", pull)
    (said,) = [text for text in shop.replies(pull) if FILE in text]
    assert said.startswith(
        "⚠️ **このプルリクエストで変更された `.github/ghapp.yml` に問題があるため、新しいデプロイはできません**。"
    )
