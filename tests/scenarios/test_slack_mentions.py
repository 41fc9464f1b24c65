"""Whom a message mentions: whoever the config links, else whoever their e-mail tells, else the fallback."""

import pytest

from ghapp.demo.slack import Error, Fault, Status
from tests.scenarios.scene import Scene

CONFIG = """\
slack: {channel: C024BE91L, fallback: S0614TZR7}
people: {taro: U024BE7TA}
environments:
  production: {workflow: deploy.yml}
"""
GROUP = "<!subteam^S0614TZR7>"
KENJI = "U0KENJI00"
CANCELLED = "<@U024BE7LH> *production-1 was cancelled: #41 may be on production.*"


async def unlinked(shop: Scene, config: str = CONFIG) -> None:
    """mona stands in no config; her profile on GitHub shows the e-mail that somebody in Slack has."""
    shop.github.emails["mona"] = "mona@example.com"
    shop.slack.add_person(KENJI, "mona.k", "mona@example.com")
    await shop.shop.commit(".github/ghapp.yml", config, by="taro", message="Nobody but taro is linked")


async def prompted(shop: Scene, by: str = "mona", author: str = "hanako") -> str:
    """How the prompt for a merge begins."""
    await shop.merges(by, await shop.opens(author))
    return shop.channel()[-1].split()[0]


def lookups(shop: Scene) -> int:
    """How often Slack was asked for an e-mail."""
    return sum(call.method == "users.lookupByEmail" for call in shop.slack.calls)


async def test_whoever_merged_is_found_by_their_e_mail(shop: Scene) -> None:
    """And nobody is asked again within the hour."""
    await unlinked(shop)
    assert await prompted(shop) == f"<@{KENJI}>"
    assert await prompted(shop) == f"<@{KENJI}>"
    assert lookups(shop) == 1


async def test_an_e_mail_never_lets_anybody_act(shop: Scene) -> None:
    """Anybody may write what they like into their profile."""
    await unlinked(shop)
    await prompted(shop)
    await shop.clicks(KENJI, "deploy", on="#41")
    assert shop.runs() == []
    assert shop.whispers(KENJI)[-1].startswith("Nobody has said who you are on GitHub.")


async def test_a_link_goes_before_an_e_mail(shop: Scene) -> None:
    """It is not even asked for."""
    await unlinked(shop)
    shop.github.emails["taro"] = "mona@example.com"
    assert await prompted(shop, by="taro") == "<@U024BE7TA>"
    assert lookups(shop) == 0


@pytest.mark.parametrize("why", ["shows none", "not in Slack", "left", "no scope"])
async def test_where_an_e_mail_tells_nothing_the_fallback_is_mentioned(shop: Scene, why: str) -> None:
    """A prompt that asks nobody is read by nobody."""
    await unlinked(shop)
    match why:
        case "shows none":
            del shop.github.emails["mona"]
        case "not in Slack":
            shop.github.emails["mona"] = "mona@elsewhere.example"
        case "left":
            shop.slack.add_person(KENJI, "mona.k", "mona@example.com", deleted=True)
        case _:
            shop.slack.faults.append(Fault("users.lookupByEmail", Error("missing_scope"), times=9))
    assert await prompted(shop) == GROUP


async def test_without_a_fallback_it_is_the_login(shop: Scene) -> None:
    """As text."""
    await unlinked(shop, CONFIG.replace(", fallback: S0614TZR7", ""))
    del shop.github.emails["mona"]
    assert await prompted(shop) == "mona"


async def test_where_a_bot_merged_it_is_the_author(shop: Scene) -> None:
    """Who wrote it is asked to release it."""
    await unlinked(shop)
    assert await prompted(shop, by="merger[bot]", author="mona") == f"<@{KENJI}>"
    assert await prompted(shop, by="merger[bot]", author="renovate[bot]") == GROUP


async def test_who_is_called_is_found_too(shop: Scene) -> None:
    """The message that mentions is a new one: an edit would mention nobody."""
    await unlinked(shop)
    await prompted(shop, by="taro")
    await shop.clicks("taro", "skip", on="#41")
    await shop.types("taro", "/ghapp lock production 1h migrating")
    await prompted(shop)
    await shop.types("taro", "/ghapp unlock production")
    assert any(text.startswith(f"<@{KENJI}> production is free, your turn.") for text in shop.channel()[-2:])


async def test_slack_is_asked_again_rather_than_nobody_mentioned(shop: Scene) -> None:
    """The prompt waits until it is known who is meant."""
    await unlinked(shop)
    shop.slack.faults.append(Fault("users.lookupByEmail", Status(503)))
    await shop.merges("mona", await shop.opens("hanako"))
    assert shop.channel() == []
    await shop.later(seconds=11)
    assert shop.channel()[-1].startswith(f"<@{KENJI}> ")


async def test_an_edit_waits_for_nobody_who_could_tell(shop: Scene) -> None:
    """It mentions nobody anew; what is so by now matters more."""
    await unlinked(shop)
    await prompted(shop)
    await shop.later(hours=2)
    shop.slack.faults.append(Fault("users.lookupByEmail", Status(503), times=9))
    await shop.types("taro", "/ghapp lock production 1h migrating")
    assert shop.channel()[0].startswith(f"{GROUP} #41 is merged, but production is locked.")
    shop.slack.faults.clear()
    await shop.types("taro", "/ghapp unlock production")
    assert shop.channel()[0].startswith(f"<@{KENJI}> ready to deploy")


@pytest.mark.parametrize(("by", "told"), [("mona", False), ("taro", True)])
async def test_whoever_cancels_their_own_is_not_called(shop: Scene, by: str, told: bool) -> None:
    """They wanted it, and the release's message shows it; that somebody else did it is news."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    run = await shop.begins()
    await shop.says(by, "/cancel", on=pull)
    await shop.ends(run, "cancelled")
    prompt, *news = shop.channel()
    assert "production-1 was cancelled. #41 may be on production." in prompt
    assert [line.partition(" ·")[0] for line in news if "was cancelled" in line] == [CANCELLED] * told
    assert shop.replies(pull)[-1].startswith("@mona **production-1 was cancelled")
