"""The messages for the pictures: sent by a real server in a story of one afternoon, in both languages."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest

from ghapp.demo.slack import Message, Whisper
from ghapp.demo.stage import PEOPLE, TITLES
from tests.scenarios.cloud import cloud
from tests.scenarios.scene import NOON, Scene, scene

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
KEPT = FOLDER / "messages.json"
LANGUAGES: tuple[Literal["en", "ja"], ...] = ("en", "ja")
MORE = {"en": "Speed up search", "ja": "検索を速くする"}
WEB = """\
  web:
    workflow: deploy.yml
"""

Shown = dict[str, Any]


async def all_of_them(folder: Path) -> Shown:
    """The source of the pictures, which is also kept beside them."""
    messages: list[Shown] = []
    for language in LANGUAGES:
        (folder / language).mkdir()
        (folder / f"{language}-cloud").mkdir()
        ending = "" if language == "en" else f"-{language}"
        async with scene(folder / language, language=language) as shop:
            told = await _afternoon(shop, language)
        told["rollback"] = await _way_back(folder / f"{language}-cloud", language)
        messages += [{"name": f"{name}{ending}", **one} for name, one in told.items()]
    return {"people": dict(PEOPLE), "groups": {}, "messages": messages}


def fingerprint(message: Mapping[str, Any]) -> str:
    """A hash of a picture's source, which is stored in the picture."""
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()


async def _afternoon(shop: Scene, language: Literal["en", "ja"]) -> dict[str, Shown]:
    """#40 and #42 are merged while #41 is released; #42 gets its turn; then there are two environments."""
    told: dict[str, Shown] = {}
    shop.shop.next_number = 40
    reword, fix, prices = TITLES[language]
    pulls = {
        number: await shop.opens(who, title)
        for number, who, title in (
            (40, "taro", MORE[language]),
            (41, "taro", reword),
            (42, "hanako", fix),
            (43, "hanako", prices),
        )
    }
    await shop.merges("taro", pulls[41])
    await shop.clicks("taro", "deploy", on="#41")
    run = await shop.begins()
    await shop.merges("taro", pulls[40])
    await shop.merges("mona", pulls[42])
    told["locked"] = _in_slack(shop, shop.message("#42"))
    await shop.says("mona", "/deploy", on=pulls[42])
    told["refusal"] = _on_github(shop, shop.replies(pulls[42])[-1])
    await shop.ends(run)
    await shop.merges("hanako", pulls[43])
    await shop.clicks("taro", "unlock", on="#41")
    await shop.later(minutes=10)
    told["turn"] = _in_slack(shop, shop.stage.channel.messages[-1])
    told["prompt"] = _in_slack(shop, shop.message("#42"))
    await shop.clicks("mona", "deploy", on="#42")
    await shop.ends(await shop.begins())
    told["live"] = _in_slack(shop, shop.message("#42"))
    config = shop.shop.files()[".github/ghapp.yml"]
    await shop.shop.commit(".github/ghapp.yml", config + WEB, by="mona", message="Another one")
    await shop.types("mona", "/ghapp unlock production")
    await shop.merges("mona", await shop.opens("mona", reword))
    told["environments"] = _in_slack(shop, shop.message("#44"))
    await shop.types("mona", "/deploy #44")
    told["choices"] = _in_slack(shop, _whispered(shop, "mona"))
    return told


async def _way_back(folder: Path, language: Literal["en", "ja"]) -> Shown:
    """The plan of a rollback by CodeDeploy, announced before it begins."""
    reword, fix, _ = TITLES[language]
    with pytest.MonkeyPatch.context() as patch:
        async with cloud(folder, patch, language=language) as production:
            shop = production.shop
            shop.shop.next_number = 41
            await production.released("taro", reword)
            pull = await production.merged("hanako", fix)
            await production.out(pull, who="mona")
            await shop.says("mona", "/rollback", on=pull)
            return _on_github(shop, shop.replies(pull)[-1])


def _whispered(shop: Scene, who: str) -> Whisper:
    return [one for one in shop.slack.whispers if one.user == PEOPLE[who]][-1]


def _in_slack(shop: Scene, message: Message | Whisper) -> Shown:
    blocks = message.said.blocks if isinstance(message, Whisper) else message.blocks
    return {"time": NOON.isoformat(), "blocks": json.loads(_public(shop, json.dumps(blocks)))}


def _on_github(shop: Scene, body: str) -> Shown:
    return {"markdown": _public(shop, body)}


def _public(shop: Scene, text: str) -> str:
    """Replaces the local GitHub's address, which differs in each run."""
    return text.replace(shop.github.web_url, "https://github.com")
