"""An ambiguous line is answered with all its meanings, each with a button."""

from ghapp.demo.slack import Whisper
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_slack_environments import live, merged, two_of_them

APP = """\
slack: {channel: C024BE91L}
people: {mona: U024BE7LH}
environments:
  production: {workflow: deploy.yml}
"""
MONA = "U024BE7LH"


def told(shop: Scene) -> Whisper:
    """mona's newest ephemeral message."""
    return [one for one in shop.slack.whispers if one.user == MONA][-1]


def offered(shop: Scene) -> list[tuple[str, str]]:
    """The lines in it, with the titles of their buttons' dialogs."""
    blocks = told(shop).said.blocks
    lines = [block["text"]["text"] for block in blocks if block["type"] == "section"][1:]
    buttons = [block["elements"][0] for block in blocks if block["type"] == "actions"]
    return [(line, button["confirm"]["title"]["text"]) for line, button in zip(lines, buttons, strict=True)]


async def test_an_ambiguous_environment_is_answered_with_buttons(shop: Scene) -> None:
    """The newest waiting release of each environment; a press equals the typed line."""
    await two_of_them(shop)
    await merged(shop, title="Fix totals")
    await shop.types("mona", "/deploy")
    assert told(shop).said.text.startswith("Which environment?")
    assert offered(shop) == [
        ("`/deploy api shop#41` Fix totals", "Deploy #41 to api?"),
        ("`/deploy web shop#41` Fix totals", "Deploy #41 to web?"),
    ]
    await shop.clicks("mona", "deploy", on=told(shop), of="/web/")
    (run,) = shop.runs()
    assert run.inputs["environment"] == "web"
    await shop.types("mona", "/deploy #41")
    assert [line for line, _ in offered(shop)] == [
        "`/deploy api shop#41` Fix totals",
        "`/deploy web shop#41` Fix totals",
    ]


async def test_an_ambiguous_rollback_is_answered_with_buttons(shop: Scene) -> None:
    """Only environments with a way back, with its target."""
    await two_of_them(shop)
    for number in (41, 42):
        await merged(shop)
        await live(shop, number, "web")
        await shop.later(minutes=31)
    await shop.types("mona", "/rollback")
    assert offered(shop) == [
        ("`/rollback web` in shop: from #42 back to #41 Fix totals", "Roll web back?"),
    ]
    await shop.clicks("mona", "rollback", on=told(shop))
    assert shop.runs()[-1].inputs["sha"] == shop.shop.deployed[0].sha


async def test_an_ambiguous_repository_is_answered_with_buttons(shop: Scene) -> None:
    """Two repositories share one channel."""
    other = shop.github.add_repository(
        "acme/app", files={".github/ghapp.yml": APP, ".github/workflows/deploy.yml": WORKFLOW}, people={"mona": "write"}
    )
    other.ci = "success"
    await merged(shop, title="Fix totals")
    pull = await other.open_pull("mona", "Speed up search")
    await other.merge(pull, by="mona")
    await shop.idle()
    await shop.types("mona", "/deploy production")
    assert told(shop).said.text.startswith("Which repository?")
    assert sorted(offered(shop)) == [
        (f"`/deploy production app#{pull.number}` Speed up search", f"Deploy #{pull.number} to production?"),
        ("`/deploy production shop#41` Fix totals", "Deploy #41 to production?"),
    ]
    await shop.clicks("mona", "deploy", on=told(shop), of=f"{other.id}/")
    assert (len(other.runs), shop.runs()) == (1, [])
