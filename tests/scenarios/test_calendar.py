"""The calendar in the config, as people meet it."""

from ghapp.demo.stage import CONFIG
from tests.scenarios.scene import Scene

FREEZE = '    freeze: [{weekdays: [mon], from: "14:00", until: "15:00", reason: board meeting}]\n'
FILE = ".github/ghapp.yml"


async def calendar(shop: Scene) -> None:
    """Mondays from 14:00 to 15:00 nothing is released. It is Monday, 13:42 in Tokyo."""
    text = CONFIG.format(channel="C024BE91L", language="en", people="{}") + FREEZE
    await shop.shop.commit(FILE, text, by="mona", message="Calm Mondays")


async def test_a_freeze_begins_and_ends_by_itself(shop: Scene) -> None:
    """Nobody does anything: the gate closes and opens, and whoever waits is called when it ends."""
    await calendar(shop)
    waiting, other = await shop.opens("taro"), await shop.opens("hanako")
    await shop.merges("taro", waiting)
    assert shop.gate(other) == ("success", "Free to merge")
    await shop.later(minutes=18)
    assert shop.gate(other) == ("pending", "Frozen until 15:00 JST: board meeting")
    assert "Nothing is released there now: board meeting. Next deploy: not before 15:00 JST." in shop.channel()[0]
    await shop.says("taro", "/deploy", on=waiting)
    assert shop.codes(waiting) == ["locked"]
    assert shop.runs() == []
    assert len(shop.channel()) == 1
    await shop.later(minutes=60)
    assert shop.gate(other) == ("success", "Free to merge")
    assert "production is free, your turn." in shop.channel()[1]
    await shop.says("taro", "/deploy", on=waiting)
    assert len(shop.runs()) == 1


async def test_a_run_that_a_freeze_overtakes_goes_on(shop: Scene) -> None:
    """It is followed to its end, and the freeze is named after it."""
    await calendar(shop)
    pull, other = await shop.opens("taro"), await shop.opens("hanako")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.later(minutes=20)
    assert (shop.gate(other) or ("", ""))[1].startswith("#41 is being released (taro)")
    await shop.ends(run)
    await shop.says("taro", "/unlock", on=pull)
    assert "production is not free yet" in shop.replies(pull)[-1]
    assert shop.gate(other) == ("pending", "Frozen until 15:00 JST: board meeting")
