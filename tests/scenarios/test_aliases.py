"""An environment that people name in Japanese, in a pull request and in Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.core.config.model import Language
from tests.sampled import crossed
from tests.scenarios.scene import Scene, scene

CONFIG = """\
language: {language}
slack: {{channel: C024BE91L}}
people: {{mona: U024BE7LH, taro: U024BE7TA}}
environments:
  production: {{workflow: deploy.yml, aliases: [本番, prod, ホンバン]}}
  staging: {{workflow: deploy.yml, branch: develop, aliases: [検証環境]}}
"""


def in_both(name: str, *values: str) -> pytest.MarkDecorator:
    """Each value in one language or the other, in turn; in long runs in both."""
    return pytest.mark.parametrize((name, "language"), crossed(values, ["en", "ja"]))


@pytest.fixture
async def named(tmp_path: Path, language: Language) -> AsyncIterator[Scene]:
    """acme/shop with aliases."""
    async with scene(tmp_path, language=language) as shop:
        await shop.shop.commit(".github/ghapp.yml", CONFIG.format(language=language), by="mona", message="Aliases")
        yield shop


async def merged(shop: Scene) -> int:
    """The number of a new merged pull request."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    return pull.number


async def locks(shop: Scene) -> list[str]:
    """What happened to manual locks."""
    return [what for what in await shop.history() if what in ("locked", "unlocked")]


@in_both("name", "本番", "ｐｒｏｄ", "ﾎﾝﾊﾞﾝ", "ＰＲＯＤＵＣＴＩＯＮ")
async def test_each_command_takes_the_alias_on_a_pull_request(named: Scene, name: str, language: Language) -> None:
    """As typed by a Japanese input method, too; and it is the named environment's."""
    pull = await named.opens("taro")
    await named.merges("taro", pull)
    await named.says("taro", f"/status {name}", on=pull)
    assert "staging" not in named.replies(pull)[-1]
    await named.says("taro", f"/lock\u3000{name} 30m 調査", on=pull)
    await named.says("taro", f"/unlock {name}", on=pull)
    assert await locks(named) == ["locked", "unlocked"]
    await named.says("taro", f"／deploy\u3000{name}\u3000＃{pull.number}", on=pull)
    (run,) = named.runs()
    assert run.inputs["environment"] == "production"


@in_both("name", "本番", "ｐｒｏｄ", "ﾎﾝﾊﾞﾝ")
async def test_each_command_takes_the_alias_in_slack(named: Scene, name: str, language: Language) -> None:
    """As `/ghapp deploy`, and as `/deploy` without a number."""
    first = await merged(named)
    await named.types("taro", f"/ghapp lock {name} 30m")
    await named.types("taro", f"/ghapp unlock {name}")
    assert await locks(named) == ["locked", "unlocked"]
    await named.types("taro", f"/ghapp deploy {name} #{first}")
    await named.ends(await named.begins())
    await named.later(minutes=40)
    await merged(named)
    await named.types("taro", f"/deploy {name}")
    assert [run.inputs["environment"] for run in named.runs()] == ["production", "production"]
    await named.types("taro", f"/rollback {name}")
    assert len(named.runs()) == 3


@in_both("typed", "本盤", "検証", "ステージ", "prоd", "本番\u200b")
async def test_any_other_word_starts_nothing(named: Scene, typed: str, language: Language) -> None:
    """For a person with rights and for an outsider, in both doors; each gets one answer."""
    pull = await named.opens("taro")
    await named.merges("taro", pull)
    for who in ("taro", "eve"):
        before = len(named.replies(pull))
        await named.says(who, f"/deploy {typed}", on=pull)
        assert len(named.replies(pull)) == before + 1
    await named.types("taro", f"/ghapp deploy {typed} #{pull.number}")
    assert f"`{typed}`" in named.whispers("taro")[-1] or "U+" in named.whispers("taro")[-1]
    assert named.runs() == []
    assert await locks(named) == []


@pytest.mark.parametrize("language", ["ja"])
async def test_a_near_alias_is_answered_with_the_line_that_was_meant(named: Scene, language: Language) -> None:
    """With the environment's own name, which nobody can take for another."""
    pull = await named.opens("taro")
    await named.merges("taro", pull)
    await named.says("taro", "/deploy 本盤", on=pull)
    assert "`本盤` という環境はありません。もしかして `/deploy production` ですか?" in named.replies(pull)[-1]
    await named.says("taro", "/deploy ステージ", on=pull)
    assert "`ステージ` は環境の名前ではありません。書き方: `/deploy [environment]" in named.replies(pull)[-1]
