"""The demo page's Slack controls act as in Slack, and show an ephemeral answer only to its recipient."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ghapp.demo.acts import Acts
from ghapp.demo.snapshot import snapshot
from ghapp.demo.stage import CHANNEL
from ghapp.demo.words import Language
from tests.demo.test_words import JAPANESE, english
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_trouble import merged


def shown(shop: Scene) -> list[dict[str, Any]]:
    """The messages in the channel on the page."""
    (channel,) = snapshot(shop.stage)["slack"]
    messages: list[dict[str, Any]] = channel["messages"]
    return messages


async def acts(shop: Scene, verb: str, by: str, **more: Any) -> None:
    """A user acts on the page."""
    await Acts(shop.stage)(verb, {"channel": CHANNEL, "by": by, **more})
    await shop.idle()


def pressed(shop: Scene, label: str) -> dict[str, str]:
    """The button with this label, as the page sends it."""
    (message,) = [one for one in shown(shop) if label in str(one["blocks"])]
    buttons = [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
    (button,) = [one for one in buttons if one["text"]["text"] == label]
    return {"ts": message["ts"], "action_id": button["action_id"], "value": button["value"]}


async def test_a_command_typed_in_the_channel_is_carried_out_and_answered_to_its_author(shop: Scene) -> None:
    """The messages are in the order of their times."""
    await merged(shop)
    await acts(shop, "type", "taro", line="/deploy production")
    assert len(shop.runs()) == 1
    alone = [one for one in shown(shop) if one.get("to") == "taro"]
    assert [one["text"] for one in alone] == [
        ":eyes: `/deploy production`",
        "Deploying #41 to production (production-1).",
    ]
    times = [float(one["ts"]) for one in shown(shop)]
    assert times == sorted(times)


async def test_a_button_in_a_message_works(shop: Scene) -> None:
    """It changes the message."""
    await merged(shop)
    button = pressed(shop, "Skip")
    await acts(shop, "press", "taro", **button)
    assert "skipped by taro" in shown(shop)[0]["text"]
    with pytest.raises(ValueError, match="That button is not shown any more"):
        await acts(shop, "press", "taro", **button)


async def test_a_person_who_does_not_see_a_message_cannot_press_its_buttons(shop: Scene) -> None:
    """The message is another person's, or does not exist."""
    await merged(shop)
    await acts(shop, "type", "taro", line="/deploy production")
    alone = next(one for one in shown(shop) if one.get("to") == "taro")
    for ts in (alone["ts"], "1.0"):
        with pytest.raises(ValueError, match="hanako does not see that message"):
            await acts(shop, "press", "hanako", ts=ts, action_id="deploy", value="")


def texts(state: Any) -> Iterator[str]:
    """The sentences and titles of the page's state; of links their labels. A run's name is the workflow's."""
    keys = ("title", "description", "summary", "body", "text", "label", "clock", "way_back")
    for key, value in state.items() if isinstance(state, dict) else enumerate(state):
        if isinstance(value, dict | list):
            yield from texts(value) if key not in ("run", "runs") else ()
        elif key in keys and value:
            yield re.sub(r"<!--.*?-->|https?://[^\s|)>]+", "", value, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("language", "foreign"), [("en", lambda text: JAPANESE.search(text) and text), ("ja", english)]
)
async def test_the_page_speaks_one_language(
    tmp_path: Path, language: Language, foreign: Callable[[str], str | None]
) -> None:
    """Two deployments, a rollback, a refusal, a call, a lock, and help."""
    async with scene(tmp_path, language=language) as shop:
        await shop.stage.open_pulls()
        for number in (41, 42):
            await acts(shop, "merge", "taro", number=number)
            await acts(shop, "comment", "taro", number=number, body="/deploy")
        await acts(shop, "type", "mona", line="/ghapp help")
        await shop.ends(await shop.begins())
        await shop.later(minutes=31)
        await acts(shop, "type", "mona", line="/deploy production #42")
        await shop.ends(await shop.begins())
        await acts(shop, "comment", "mona", number=42, body="/rollback")
        await acts(shop, "comment", "mona", number=43, body="/lock production 2h")
        found = list(texts(snapshot(shop.stage)))
    assert [strange for text in found if (strange := foreign(text))] == []
    assert len(found) > 40
