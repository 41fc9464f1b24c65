"""A person who was refused and then gets access is served at once: access is checked for each command and each
press.
"""

from itertools import product

import pytest

from ghapp.demo.github import Pull
from ghapp.demo.stage import CHANNEL, CONFIG, PEOPLE
from tests.sampled import sampled
from tests.scenarios.scene import Scene

EVE = "U024BE7EV"
LINES = {
    "deployers": "/deploy production",
    "rollbackers": "/rollback production",
    "unlockers": "/unlock production now",
}
LISTS = ("deployers", "rollbackers", "unlockers")
BY = ("role", "login", "team")
DOORS = ("pull request", "slack", "button", "slack button")


def with_eve() -> str:
    """The config with eve linked to Slack."""
    people = ", ".join(f"{login}: {member}" for login, member in {**PEOPLE, "eve": EVE}.items())
    return CONFIG.format(channel=CHANNEL, language="en", people=f"{{{people}}}")


async def only(shop: Scene, key: str, rule: str) -> tuple[Pull, Pull]:
    """One list allows these people, the others administrators only; returns the live or locked release, and the
    waiting one.
    """
    lists = dict.fromkeys(LISTS, "[admin]") | {key: rule}
    shop.slack.add_person(EVE, "eve")
    for _ in range(2 if key == "rollbackers" else 1):
        first = await shop.released("taro")
        await shop.says("taro", "/unlock", on=first)
    if key == "unlockers":
        await shop.says("taro", "/lock production 1h migrating", on=first)
    config = with_eve() + "".join(f"    {name}: {one}\n" for name, one in lists.items())
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Who may")
    second = await shop.opens("taro")
    await shop.merges("taro", second)
    return first, second


async def asks(shop: Scene, door: str, key: str, on: Pull) -> None:
    """eve gives the list's command through that door."""
    if door == "slack":
        line = LINES[key] if key != "unlockers" else "/ghapp" + LINES[key].replace("/", " ")
        await shop.types(EVE, line)
    elif door == "button":
        await shop.presses("eve", {"deployers": "deploy", "rollbackers": "rollback", "unlockers": "unlock"}[key], on=on)
    else:
        await shop.says("eve", LINES[key], on=on)


async def done(shop: Scene, key: str) -> bool:
    """Whether it was carried out."""
    if key == "unlockers":
        return "unlocked" in (await shop.history())[-2:]
    return len(shop.runs()) > {"deployers": 1, "rollbackers": 2}[key]


@pytest.mark.parametrize(
    ("door", "key", "by"),
    sampled(
        product(["pull request", "slack"], LISTS, BY),
        [*zip(["slack", "pull request"] * 3, LISTS * 2, (*BY, *BY[1:], BY[0]), strict=True)],
    ),
)
async def test_new_access_counts_for_the_next_command(shop: Scene, door: str, key: str, by: str) -> None:
    """After several identical refusals within a minute."""
    rule = {"role": "[maintain]", "login": "[eve]", "team": "['@acme/sre']"}[by]
    first, second = await only(shop, key, rule)
    on = second if key == "deployers" else first
    shop.shop.people["eve"] = "read"
    shop.github.teams["acme", "sre"] = {"eve"}
    for _ in range(4):
        await asks(shop, door, key, on)
    assert not await done(shop, key)
    await shop.later(seconds=15)
    shop.shop.people["eve"] = "maintain" if by == "role" else "write"
    await asks(shop, door, key, on)
    assert await done(shop, key)


@pytest.mark.parametrize("key", ["deployers", "rollbackers"])
async def test_new_access_counts_for_the_next_press(shop: Scene, key: str) -> None:
    """In the check on the pull request."""
    first, second = await only(shop, key, "[eve]")
    on = second if key == "deployers" else first
    shop.shop.people["eve"] = "read"
    for _ in range(4):
        await asks(shop, "button", key, on)
    await shop.later(seconds=15)
    shop.shop.people["eve"] = "write"
    await asks(shop, "button", key, on)
    assert await done(shop, key)


@pytest.mark.parametrize(("door", "by"), sampled(product(DOORS, BY), [*zip(DOORS, (*BY, "login"), strict=True)]))
async def test_new_access_counts_at_once_after_one_refusal(shop: Scene, door: str, by: str) -> None:
    """Through every door, without a pause."""
    rule = {"role": "[maintain]", "login": "[eve]", "team": "['@acme/sre']"}[by]
    _, on = await only(shop, "deployers", rule)
    shop.shop.people["eve"] = "write"
    if by == "login":
        shop.shop.people["eve"] = "read"

    async def ask() -> None:
        if door == "slack button":
            await shop.clicks(EVE, "deploy", on=f"#{on.number}")
        else:
            await asks(shop, door, "deployers", on)

    await ask()
    assert not await done(shop, "deployers")
    match by:
        case "role":
            shop.shop.people["eve"] = "maintain"
        case "login":
            shop.shop.people["eve"] = "write"
        case _:
            shop.github.teams["acme", "sre"] = {"eve"}
    await ask()
    assert await done(shop, "deployers")


async def test_a_new_link_to_slack_counts_at_once(shop: Scene) -> None:
    """A Slack member may not act before the config links them."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    shop.shop.people["eve"] = "write"
    shop.slack.add_person(EVE, "eve")
    for _ in range(4):
        await shop.types(EVE, "/deploy production")
    assert shop.runs() == []
    await shop.later(seconds=15)
    await shop.shop.commit(".github/ghapp.yml", with_eve(), by="mona", message="Link eve")
    await shop.types(EVE, "/deploy production")
    assert len(shop.runs()) == 1
