"""An item that cannot be worked stops nothing behind it, and its author gets an answer."""

from datetime import timedelta

from msgspec.structs import replace

from ghapp.core.model.codec import encode_item
from ghapp.core.model.environment import Repository
from ghapp.core.model.events import CommentPosted, SlackRequest
from ghapp.demo.github import Pull
from ghapp.demo.slack.state import APP, TEAM
from ghapp.demo.stage import CHANNEL, PEOPLE
from ghapp.engine.leases import LEASE
from ghapp.engine.worker import TRIES
from ghapp.ports import Item
from ghapp.queue_items import event_item
from tests.scenarios.scene import Scene


def poison(shop: Scene, pull: Pull, text: str = "/deploy") -> Item:
    """A command that always fails in our own code: its time has no zone and cannot be compared."""
    comment = shop.shop.add_comment(pull.number, by="mona", body=text)
    place = shop.shop
    event = CommentPosted(
        repository=Repository(place.id, place.full_name, place.installation_id),
        key=f"comment/{comment.id}",
        number=pull.number,
        comment=comment.id,
        author="mona",
        text=text,
        at=comment.created_at,
    )
    return event_item(replace(event, at=event.at.replace(tzinfo=None)))


async def waits(shop: Scene) -> None:
    """Waits long enough for all tries."""
    for _ in range(TRIES):
        await shop.later(seconds=20)


async def test_poison_ends_in_the_dead_letters_and_everything_behind_it_is_done(shop: Scene) -> None:
    """Five tries; a hundred good items wait no longer than that, and a restart does not begin the count anew."""
    pull = await shop.opens("mona")
    await shop.put(poison(shop, pull), Item(id="1/nonsense", lane=str(shop.shop.id), body=b'["Surprise", {}]'))
    pulls = [await shop.shop.open_pull("taro", f"Change {number}") for number in range(100)]
    await waits(shop)
    await shop.restart()
    await waits(shop)
    assert all(shop.gate(each) for each in pulls)
    assert len(await shop.dead()) == 1
    await shop.later(minutes=10)  # a newer server might have understood the other
    assert len(await shop.dead()) == 2
    assert shop.codes(pull) == ["broken"]
    assert not shop.runs()


async def test_the_author_of_a_failing_command_reads_the_next_step(shop: Scene) -> None:
    pull = await shop.opens("mona")
    await shop.put(poison(shop, pull))
    await waits(shop)
    assert shop.replies(pull) == [
        "`/deploy` failed because of an error in ghapp itself. Nothing was done. Try once more; if it fails again, "
        "ask the operator of ghapp to check `ghapp deliveries --dead`."
    ]


async def test_the_author_of_a_failing_slack_command_is_answered_in_slack(shop: Scene) -> None:
    """Only its author sees the answer, and later commands are worked."""
    await shop.merges("mona", await shop.opens("mona"))
    asked = SlackRequest(
        key="trigger",
        team=TEAM,
        app=APP,
        channel=CHANNEL,
        user=PEOPLE["mona"],
        text="/deploy",
        at=shop.stage.clock().replace(tzinfo=None),
        reply="",
    )
    await shop.put(Item(id="slack/trigger", lane=f"{asked.team}/slack", body=encode_item(asked)))
    await waits(shop)
    assert await shop.dead() == ["slack/trigger"]
    (said,) = shop.whispers("mona")
    assert said.startswith("`/deploy` failed because of an error in ghapp itself. Nothing was done.")
    await shop.types("mona", "/deploy")
    assert len(shop.runs()) == 1


async def test_an_item_that_kills_every_server_is_given_up(shop: Scene) -> None:
    """Five claims without a settlement are enough; the sixth makes it a dead letter unworked."""
    pull = await shop.opens("mona")
    item = poison(shop, pull, "/status")
    await shop.put(item)
    for _ in range(TRIES):
        assert [claimed.id for claimed in await shop.claims()] == [item.id]
        shop.stage.skip(LEASE + timedelta(seconds=1))
    await shop.idle()
    assert await shop.dead() == [item.id]
    assert shop.codes(pull) == ["broken"]


async def test_a_dead_letter_that_is_revived_is_worked_again(shop: Scene) -> None:
    """The tries begin anew; the answer exists once."""
    pull = await shop.opens("mona")
    item = poison(shop, pull)
    await shop.put(item)
    await waits(shop)
    assert await shop.revives(item.id)
    assert await shop.dead() == []
    await waits(shop)
    assert await shop.dead() == [item.id]
    assert shop.codes(pull) == ["broken"]
