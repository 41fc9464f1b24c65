"""A queue item that this server does not wholly understand is neither lost nor half understood."""

import json
from typing import Any

import pytest

from ghapp.core.model.codec import encode_item
from ghapp.core.model.environment import Repository
from ghapp.core.model.events import CommentPosted, SlackRequest
from ghapp.demo.github import Pull
from ghapp.demo.slack.state import APP, TEAM
from ghapp.demo.stage import CHANNEL, PEOPLE
from ghapp.engine.worker import AGAIN_AFTER
from ghapp.ports import Item
from ghapp.queue_items import event_item
from tests.scenarios.scene import Scene

SORRY = "`/deploy` failed because of an error in ghapp itself. Nothing was done."


def typed(shop: Scene, pull: Pull) -> Item:
    """The queue item of a `/deploy` comment."""
    place = shop.shop
    comment = place.add_comment(pull.number, by="mona", body="/deploy")
    event = CommentPosted(
        repository=Repository(place.id, place.full_name, place.installation_id),
        key=f"comment/{comment.id}",
        number=pull.number,
        comment=comment.id,
        author="mona",
        text="/deploy",
        at=comment.created_at,
    )
    return event_item(event)


def newer(item: Item, *path: str | int, value: Any = True) -> Item:
    """The same item from a newer server: with a field or value that this server does not know."""
    body = json.loads(item.body)
    within: Any = body[1]
    for step in path[:-1]:
        within = within[step]
    within[path[-1]] = value
    return Item(id=item.id, lane=item.lane, body=json.dumps(body, separators=(",", ":")).encode())


async def test_an_item_with_an_unknown_field_is_left_to_a_newer_server(shop: Scene) -> None:
    """For ten minutes nothing is done with it, later items are worked, and another server can claim it."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    item = newer(typed(shop, pull), "only_if_quiet")
    await shop.put(item)
    await shop.idle()
    await shop.says("taro", "/status", on=pull)
    assert "status" in shop.codes(pull)
    for _ in range(9):
        await shop.later(minutes=1)
    assert await shop.dead() == []
    assert shop.runs() == []
    shop.stage.skip(AGAIN_AFTER)
    assert item.id in [claimed.id for claimed in await shop.claims()]


@pytest.mark.parametrize("path", [("only_if_quiet",), ("repository", "tenant")])
async def test_without_a_newer_server_a_dead_letter_names_the_unknown_field(shop: Scene, path: tuple[str, ...]) -> None:
    """The answer to its author says that nothing was done."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    item = newer(typed(shop, pull), *path)
    await shop.put(item)
    await shop.later(minutes=11)
    assert await shop.dead_letters() == {item.id: f"this server does not know CommentPosted.{'.'.join(path)}"}
    assert shop.codes(pull)[-1] == "broken"
    assert shop.replies(pull)[-1].startswith(SORRY)
    assert shop.runs() == []


async def test_an_unknown_field_of_a_slack_command_becomes_a_dead_letter(shop: Scene) -> None:
    """The answer is visible to its author only."""
    await shop.merges("mona", await shop.opens("mona"))
    asked = SlackRequest(
        key="trigger",
        team=TEAM,
        app=APP,
        channel=CHANNEL,
        user=PEOPLE["mona"],
        text="/deploy",
        at=shop.stage.clock(),
        reply="",
    )
    item = Item(id="slack/trigger", lane=f"{TEAM}/slack", body=encode_item(asked))
    await shop.put(newer(item, "only_if_quiet"))
    await shop.later(minutes=11)
    assert await shop.dead_letters() == {item.id: "this server does not know SlackRequest.only_if_quiet"}
    assert shop.whispers("mona")[-1].startswith(SORRY)
    assert shop.runs() == []


async def test_an_item_of_an_unknown_kind_becomes_a_dead_letter(shop: Scene) -> None:
    """There is no comment to answer; the dead letter names the kind."""
    await shop.put(Item(id="1/nonsense", lane=str(shop.shop.id), body=b'["Surprise", {}]'))
    await shop.later(minutes=9)
    assert await shop.dead() == []
    await shop.later(minutes=2)
    assert await shop.dead_letters() == {"1/nonsense": "unknown item 'Surprise'"}


async def test_an_item_with_an_unknown_value_becomes_a_dead_letter(shop: Scene) -> None:
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    item = newer(typed(shop, pull), "number", value="all")
    await shop.put(item)
    await shop.later(minutes=11)
    (why,) = (await shop.dead_letters()).values()
    assert why.startswith("CommentPosted cannot be read: Expected `int`, got `str`")
    assert shop.runs() == []
