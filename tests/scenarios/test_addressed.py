"""Answers that speak to their reader: their own deployment and lock, the environment they meant, a line to copy."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.core.config.model import Language
from tests.scenarios.scene import Scene, scene

TWO = "environments:\n  web: {workflow: deploy.yml}\n  api: {workflow: deploy.yml}\n"
IN_BOTH = pytest.mark.parametrize("language", ["en", "ja"])


@pytest.fixture
async def spoken(tmp_path: Path, language: Language) -> AsyncIterator[Scene]:
    """acme/shop in that language."""
    async with scene(tmp_path, language=language) as shop:
        yield shop


async def answered(shop: Scene, line: str, who: str = "taro") -> str:
    """The answer to a line on a new pull request."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await shop.says(who, line, on=pull)
    return shop.replies(pull)[-1]


@IN_BOTH
async def test_a_person_is_not_named_to_themselves(spoken: Scene, language: Language) -> None:
    """From the start to the end of the cool-down; to anybody else the login is named."""
    pull = await spoken.opens("taro")
    await spoken.merges("taro", pull)
    await spoken.says("taro", "/deploy", on=pull)
    await spoken.begins()
    mine = {"en": "You are deploying #41", "ja": "あなたが #41 をデプロイ中"}[language]
    assert mine in await answered(spoken, "/deploy")
    assert mine in await answered(spoken, "/status")
    assert "taro" in await answered(spoken, "/deploy", "hanako")
    await spoken.later(minutes=31)
    late = await answered(spoken, "/deploy")
    assert mine in late
    assert {"en": "taking longer than planned", "ja": "予定より長く"}[language] in late


@IN_BOTH
async def test_the_cool_down_after_ones_own_deploy_is_ones_own(spoken: Scene, language: Language) -> None:
    """In the refusal and in `/status`."""
    await spoken.released("taro")
    mine = {"en": "after your deploy of #41", "ja": "あなたが #41 をデプロイした"}[language]
    assert mine in await answered(spoken, "/deploy")
    assert mine in await answered(spoken, "/status")


@IN_BOTH
async def test_a_lock_says_by_whom_why_until_when_and_how_it_ends(spoken: Scene, language: Language) -> None:
    """To its holder, and to another person who would lock as well."""
    await answered(spoken, "/lock production 2h migrating")
    assert {"en": "Locked by you (migrating)", "ja": "あなたがロック中 (migrating)"}[language] in await answered(
        spoken, "/status"
    )
    told = await answered(spoken, "/lock production 1h", "hanako")
    for part in ("taro", "migrating", "15:42 JST", "`/unlock production "):
        assert part in told
    await answered(spoken, "/lock production forever migrating")
    told = await answered(spoken, "/lock production 1h", "hanako")
    for part in (
        "taro",
        "migrating",
        {"en": "No end is set", "ja": "期限はありません"}[language],
        "`/unlock production ",
    ):
        assert part in told


@IN_BOTH
@pytest.mark.parametrize("typed", ["prodution", "prod"])
async def test_the_meant_environment_is_proposed(spoken: Scene, typed: str, language: Language) -> None:
    """One slip away, or the only one that begins so."""
    told = await answered(spoken, f"/deploy {typed}")
    assert "`/deploy production`" in told
    assert spoken.runs() == []


@IN_BOTH
async def test_of_several_environments_each_has_its_line_and_its_button(spoken: Scene, language: Language) -> None:
    """In the order of the file; a line is ready to be copied, and a button names its environment."""
    config = f"language: {language}\nslack: {{channel: C024BE91L}}\npeople: {{mona: U024BE7LH}}\n{TWO}"
    await spoken.shop.commit(".github/ghapp.yml", config, by="mona", message="Two of them")
    pull = await spoken.opens("mona")
    await spoken.merges("mona", pull)
    await spoken.says("mona", "/deploy", on=pull)
    assert spoken.codes(pull) == ["which_environment"]
    assert spoken.replies(pull)[-1].split("\n")[1:3] == ["- `/deploy web`", "- `/deploy api`"]
    labels = {"en": ["Deploy to web", "Deploy to api"], "ja": ["web にデプロイ", "api にデプロイ"]}[language]
    assert [one for one in spoken.buttons("#41") if one in labels] == sorted(labels)


async def test_the_signs_of_an_input_method_deploy(shop: Scene) -> None:
    """`／deploy`, the wide blank and `＃41` are taken as what they mean."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("taro", "／deploy\u3000production\u3000＃41", on=pull)
    assert len(shop.runs()) == 1


@IN_BOTH
async def test_status_of_three_environments_fits_a_phone(spoken: Scene, language: Language) -> None:
    """What is wrong first; what holds is counted, and folded on GitHub; in Slack the count alone."""
    three = TWO + "  admin: {workflow: deploy.yml}\n"
    config = f"language: {language}\nslack: {{channel: C024BE91L}}\npeople: {{mona: U024BE7LH}}\n{three}"
    await spoken.shop.commit(".github/ghapp.yml", config, by="mona", message="Three of them")
    pull = await spoken.opens("mona")
    await spoken.merges("mona", pull)
    await spoken.says("taro", "/lock web 2h migrating", on=pull)
    await spoken.says("mona", "/status", on=pull)
    told = spoken.replies(pull)[-1]
    count = {"en": "9 of 10 conditions are met", "ja": "10件の条件のうち9件を満たしています"}[language]
    assert f"<details><summary>{count}</summary>" in told
    shown = [line for line in re.sub(r"<details>.*?</details>", "", told, flags=re.DOTALL).splitlines() if line]
    assert len(shown) <= 15
    assert all("✓" not in line for line in shown)
