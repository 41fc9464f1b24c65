"""Messages in Slack: they have a valid shape, and no user text in them has an effect."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ghapp.demo.slack import OTHER_BOT, Message
from ghapp.demo.slack.state import Version
from ghapp.demo.words import Language
from tests.published import slack as slack_types
from tests.sampled import sampled
from tests.scenarios.scene import Scene, scene

HOSTILE = (
    "<!channel>",
    "<!here> now",
    "<!everyone>",
    "<!subteam^S0614TZR7>",
    "<@U024BE7LH>",
    "<#C024BE91L>",
    "<https://evil.example|https://github.com>",
    "https://evil.example/<script>",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "*bold* _italic_ ~struck~ `code`",
    "```fence```",
    "> quote",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "\u0440\u0430\u0443ment",
    "{0.__class__}",
    "{{7*7}} %s ${x}",
    "{title}",
    "x" * 500,
    "\u30c7\u30d7\u30ed\u30a4" * 80,
    ":rocket:" * 60,
    "back\\slash \\n",
    "'\"); DROP TABLE item;--",
    "@channel @here @everyone",
)
# text that Slack would show as bold, italic, struck out, code or a quotation
FORMATS = re.compile(r"(?<!\w)([*_~])(?=\S)[^\n]*?(?<=\S)\1(?!\w)|`|^\s*&gt;", re.MULTILINE)
OWN_FORMATS = re.compile(r"`[^`\n]*`|\*(Not deployed\.|production)\*")
OURS = re.compile(r"<@U[A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<http://127\.0\.0\.1:\d+/acme/shop/[^|<>]+\|[^<>]+>")


YOUR_TURN: Mapping[Language, str] = {"en": "your turn", "ja": "お待たせしました"}


async def the_story(shop: Scene, your_turn: str) -> None:
    """Brings releases through every state that has a message in Slack."""
    first = await shop.opens("taro", "Reword notifications", files={"db/migrate/1.sql": "x"})
    await shop.merges("taro", first)
    await shop.types("mona", "/ghapp status")
    await shop.types("mona", "/ghapp help")
    await shop.clicks("taro", "deploy", on="#41")
    second, third = await shop.opens("mona", "Fix totals"), await shop.opens("hanako", "Speed up search")
    await shop.merges("mona", second)
    await shop.merges("hanako", third)
    await shop.types("mona", "/deploy production #42")
    await shop.ends(await shop.begins())
    await shop.clicks("mona", "unlock", on="#41")
    await shop.later(minutes=30)
    await shop.clicks("mona", "pass", on=your_turn)
    await shop.clicks("mona", "skip", on="#42")
    await shop.clicks("hanako", "deploy", on="#43")
    await shop.ends(await shop.begins(), "failure")
    await shop.clicks("hanako", "deploy", on="#43")
    await shop.clicks("hanako", "cancel", on="#43")
    await shop.later(minutes=10)
    await shop.types("hanako", "/deploy production #43")
    await shop.ends(await shop.begins())
    await shop.clicks("hanako", "rollback", on="#43")
    await shop.ends(await shop.begins())


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_message_has_a_shape_that_slack_takes(tmp_path: Path, language: Language) -> None:
    """By Slack's own types, through the TypeScript compiler; every scene checks by its Python client's models."""
    async with scene(tmp_path, language=language) as shop:
        await the_story(shop, YOUR_TURN[language])
        posted, modals = shop.posted(), [modal.view for modal in shop.slack.modals]
        assert all(call.arguments["text"] for call in shop.slack.calls if "blocks" in call.arguments)
    assert len(posted) > 20
    assert len(modals) == 1
    assert slack_types.by_types(posted, modals) == ""
    slack_types.modal_by_models(modals[0])


def test_an_invalid_message_is_found() -> None:
    """Proves that the check can fail."""
    text = {"type": "mrkdwn", "text": "x"}
    assert "TS2" in slack_types.by_types([[{"type": "section", "txt": text}]], [])
    assert "TS2" in slack_types.by_types([[{"type": "actions", "elements": [{"type": "buton"}]}]], [])


@pytest.mark.parametrize("hostile", sampled(HOSTILE, HOSTILE[::2]), ids=range(len(HOSTILE)))
async def test_nothing_that_a_person_wrote_mentions_links_or_formats(tmp_path: Path, hostile: str) -> None:
    """In a title, a reason or a typed line: the only mentions and links are ours."""
    async with scene(tmp_path) as shop:
        pull = await shop.opens("taro", hostile)
        await shop.merges("taro", pull)
        await shop.types("taro", f"/ghapp lock production 2h {hostile}")
        await shop.types("mona", f"/deploy production {hostile}")
        await shop.types("mona", "/deploy production #41")
        await shop.types("mona", "/ghapp status")
        await shop.types("taro", "/ghapp unlock production")
        await shop.clicks("taro", "deploy", on="#41")
        posted = shop.posted()
    for text in _mrkdwn(posted):
        assert "<" not in OURS.sub("", text), text
        assert not FORMATS.search(OWN_FORMATS.sub("", text)), text
    assert all(one["verbatim"] for one in _objects(posted))
    assert all(len(json.dumps(blocks)) < 13_000 for blocks in posted)


def _mrkdwn(value: Any) -> list[str]:
    """Every text with Slack's mark-up."""
    return [one["text"] for one in _objects(value)]


def _objects(value: Any) -> list[dict[str, Any]]:
    match value:
        case {"type": "mrkdwn"}:
            return [value]
        case dict():
            return [one for each in value.values() for one in _objects(each)]
        case list():
            return [one for each in value for one in _objects(each)]
        case _:
            return []


async def test_a_mark_in_another_apps_message_is_not_ours(shop: Scene) -> None:
    """Marks can be guessed: an App in the channel could else keep the prompt from being posted."""
    pull = await shop.opens("taro")
    mark = {"event_type": "ghapp", "event_payload": {"mark": f"{shop.shop.id}/{pull.number}/prompt"}}
    shop.stage.channel.messages.append(Message(shop.slack.stamp(), OTHER_BOT, Version("Nothing to do", [], mark)))
    await shop.merges("taro", pull)
    foreign, prompt = shop.stage.channel.messages
    assert (foreign.text, foreign.edited) == ("Nothing to do", False)
    assert prompt.metadata == mark
    assert "Deploy" in shop.buttons(prompt)
