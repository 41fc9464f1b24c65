"""Very many of something: what fits into no single write, or into no row, is split or waits, and is neither lost nor
said twice."""

import pytest

from ghapp.demo.slack import Message
from ghapp.demo.stage import CHANNEL
from ghapp.engine.publish.projections import Published, encode_shown, has_room
from tests.scenarios.scene import Scene
from tests.scenarios.test_policy import EVERYBODY, FILE, FIVE_MINUTES, ONLY_MONA, config, ruled, says

FORTY = [f"C0{number:07}" for number in range(40)]
NEWS = "The owner's rules now let other people act"


def in_channel(shop: Scene, channel: str, part: str) -> list[Message]:
    """The messages of a channel that contain this."""
    return [one for one in shop.slack.channels[channel].messages if part in one.text]


async def test_forty_channels_get_their_message_once(shop: Scene) -> None:
    """One decision owes a message in each of the forty channels of a repository."""
    lines = [f"  e{channel[2:]}: {{workflow: deploy.yml, slack: {{channel: {channel}}}}}\n" for channel in FORTY]
    for channel in FORTY:
        shop.slack.add_channel(channel, "releases")
    text = config().partition("environments:")[0] + "environments:\n" + "".join(lines)
    await shop.shop.commit(FILE, text, by="mona", message="Forty")
    owners = await ruled(shop, EVERYBODY)
    await says(shop, owners, ONLY_MONA)
    await shop.later(**FIVE_MINUTES)
    assert [len(in_channel(shop, channel, NEWS)) for channel in FORTY] == [1] * 40
    await shop.later(**FIVE_MINUTES)
    assert [len(in_channel(shop, channel, NEWS)) for channel in FORTY] == [1] * 40
    assert await shop.dead() == []


@pytest.mark.parametrize("command", ["", "/deploy production"])
async def test_a_message_for_which_there_is_no_room_comes_when_others_have_ended(shop: Scene, command: str) -> None:
    """Nothing is shown whose end could not be shown as well; commands and their comments do not wait for that, and a
    message not longer than until there is room."""
    await shop.released("taro")
    await shop.later(minutes=31)
    await fill_what_was_shown(shop)
    pull = await shop.opens("mona", "Show prices with tax")
    await shop.merges("mona", pull)
    assert in_channel(shop, CHANNEL, f"#{pull.number}") == []
    if command:
        await shop.says("mona", command, on=pull)
        assert len(shop.replies(pull)) == 1
    for _ in range(3):  # the last edits of the old ones, their notes, then the new message
        await shop.later(seconds=11)
    assert in_channel(shop, CHANNEL, f"#{pull.number}")
    if not command:
        return
    await shop.ends(await shop.begins())
    await shop.later(minutes=31)
    assert shop.stands(pull)[0] == "success"
    assert ":white_check_mark:" in shop.message(f"#{pull.number}").text


async def fill_what_was_shown(shop: Scene) -> None:
    """As many comments of releases as are kept are still to be ended."""
    (row,) = [row for row in await shop.rows() if row.name == "production"]
    notes = dict[str, Published]()
    while has_room(key := f"prompt/{10_000 + len(notes)}", notes):
        notes[key] = Published("", "", "It is over.")
    await shop.was_shown(row, encode_shown(notes))
