"""The language of answers that are about no environment, or about an unreadable config."""

import re
from pathlib import Path

import pytest

from ghapp.demo.github import Fault, faults
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_config import FILE, config_checks, rewritten
from tests.scenarios.test_protection_rule import RULED, manual_runs

BROKEN = ("language: ja\nenvironments: {production: {workflw: deploy.yml}}\n", "language: ja\nenvironments: [\n")


async def proposed(shop: Scene, text: str | None) -> list[str]:
    """Title and summary of the config check on a pull request that changes the file like this."""
    before = len(config_checks(shop))
    await shop.opens("mona", files={FILE: text})
    return [f"{one.title} {one.summary}" for one in config_checks(shop)[before:]]


def japanese(text: str) -> bool:
    """Whether the text contains kana."""
    return any("\u3041" <= sign <= "\u30ff" for sign in text)


@pytest.mark.parametrize("text", BROKEN)
async def test_a_first_config_with_an_error_is_answered_in_its_own_language(text: str, tmp_path: Path) -> None:
    """To every command, on the pull request that adds the config, and on the one that removes it."""
    async with scene(tmp_path, slack=False) as shop:
        files = {"README.md": "blog\n"}
        people = {"mona": "admin", "hanako": "write"}
        shop.shop = shop.stage.shop = shop.github.add_repository("acme/blog", files=files, people=people)
        assert [japanese(told) for told in await proposed(shop, text)] == [True]
        await rewritten(shop, text)
        pull = await shop.opens("hanako")
        for line in ("/deploy", "/status", "/lock production 1h", "/deploi"):
            await shop.says("mona", line, on=pull)
        assert [japanese(told) for told in shop.replies(pull)] == [True] * 4
        await shop.later(minutes=6)  # config checks of heads that may bring a first config: one in five minutes
        assert [japanese(told) for told in await proposed(shop, None)] == [True]


@pytest.mark.parametrize("text", [None, "environments: [\n", "environments: {production: {workflw: deploy.yml}}\n"])
async def test_a_pull_request_that_removes_or_breaks_the_config_is_answered_in_its_language(
    text: str | None, japanese_shop: Scene
) -> None:
    """The config's language until then, where the new file names none."""
    assert [japanese(told) for told in await proposed(japanese_shop, text)] == [True]


async def test_a_job_that_could_not_be_checked_is_answered_in_the_language_of_its_repository(
    japanese_shop: Scene,
) -> None:
    """GitHub does not answer; the job goes on waiting."""
    shop = japanese_shop
    await shop.shop.commit(".github/workflows/deploy.yml", RULED, by="mona", message="Name the environment")
    shop.shop.protected.add("production")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    shop.github.faults.append(Fault("GET", re.compile("/permission$"), faults.status(502)))
    run = await manual_runs(shop)
    assert [japanese(comment) for _, _, comment in run.said] == [True]
