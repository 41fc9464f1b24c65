"""The mentioned person: linked in the config, else found by e-mail, else the fallback."""

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
CANCELLED = (
    "<@U024BE7LH> *Deploy of #41 to production was cancelled* (production-1): it may be partly deployed; check the run."
)


async def unlinked(shop: Scene, config: str = CONFIG) -> None:
    """mona is in no config; her GitHub profile has the e-mail of a member in Slack."""
    shop.github.emails["mona"] = "mona@example.com"
    shop.slack.add_person(KENJI, "mona.k", "mona@example.com")
    await shop.shop.commit(".github/ghapp.yml", config, by="taro", message="Nobody but taro is linked")


async def prompted(shop: Scene, by: str = "mona", author: str = "hanako") -> str:
    """The first word of the prompt for a merge."""
    await shop.merges(by, await shop.opens(author))
    return shop.channel()[-1].split()[0]


def lookups(shop: Scene) -> int:
    """The number of look-ups by e-mail."""
    return sum(call.method == "users.lookupByEmail" for call in shop.slack.calls)


async def test_the_merger_is_found_by_e_mail(shop: Scene) -> None:
    """The look-up is repeated after an hour at the earliest."""
    await unlinked(shop)
    assert await prompted(shop) == f"<@{KENJI}>"
    assert await prompted(shop) == f"<@{KENJI}>"
    assert lookups(shop) == 1


async def test_an_e_mail_never_lets_anybody_act(shop: Scene) -> None:
    """Anybody can put any e-mail into their profile."""
    await unlinked(shop)
    await prompted(shop)
    await shop.clicks(KENJI, "deploy", on="#41")
    assert shop.runs() == []
    assert shop.whispers(KENJI)[-1].startswith("Your Slack account is not linked to a GitHub account.")


async def test_a_link_goes_before_an_e_mail(shop: Scene) -> None:
    """The e-mail is not even looked up."""
    await unlinked(shop)
    shop.github.emails["taro"] = "mona@example.com"
    assert await prompted(shop, by="taro") == "<@U024BE7TA>"
    assert lookups(shop) == 0


@pytest.mark.parametrize("why", ["shows none", "not in Slack", "left", "no scope"])
async def test_the_fallback_is_mentioned_where_the_e_mail_finds_nobody(shop: Scene, why: str) -> None:
    """A prompt without a mention is read by nobody."""
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


async def test_the_login_is_shown_without_a_fallback(shop: Scene) -> None:
    """As text."""
    await unlinked(shop, CONFIG.replace(", fallback: S0614TZR7", ""))
    del shop.github.emails["mona"]
    assert await prompted(shop) == "mona"


async def test_the_author_is_mentioned_where_a_bot_merged(shop: Scene) -> None:
    """The author is asked to release it."""
    await unlinked(shop)
    assert await prompted(shop, by="merger[bot]", author="mona") == f"<@{KENJI}>"
    assert await prompted(shop, by="merger[bot]", author="renovate[bot]") == GROUP


async def test_a_call_finds_the_person_by_e_mail(shop: Scene) -> None:
    """The mention is in a new message: an edit would mention nobody."""
    await unlinked(shop)
    await prompted(shop, by="taro")
    await shop.clicks("taro", "skip", on="#41")
    await shop.types("taro", "/ghapp lock production 1h migrating")
    await prompted(shop)
    await shop.types("taro", "/ghapp unlock production")
    assert any(text.startswith(f"<@{KENJI}> production is free, your turn.") for text in shop.channel()[-2:])


async def test_a_prompt_waits_for_a_failed_look_up(shop: Scene) -> None:
    """The prompt waits until the look-up succeeds."""
    await unlinked(shop)
    shop.slack.faults.append(Fault("users.lookupByEmail", Status(503)))
    await shop.merges("mona", await shop.opens("hanako"))
    assert shop.channel() == []
    await shop.later(seconds=11)
    assert shop.channel()[-1].startswith(f"<@{KENJI}> ")


async def test_an_edit_does_not_wait_for_a_look_up(shop: Scene) -> None:
    """An edit mentions nobody anew; the current state matters more."""
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
async def test_a_person_who_cancels_their_own_release_is_not_mentioned(shop: Scene, by: str, told: bool) -> None:
    """They wanted it, and the release's message shows it; a cancel by another person is news."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    run = await shop.begins()
    await shop.says(by, "/cancel", on=pull)
    await shop.ends(run, "cancelled")
    prompt, *news = shop.channel()
    cancelled = "Deploy of #41 to production was cancelled (production-1): it may be partly deployed; check the run."
    assert cancelled in prompt
    assert [line.partition(" ·")[0] for line in news if "was cancelled" in line] == [CANCELLED] * told
    assert shop.replies(pull)[-1].startswith("@mona **Deploy of #41 to production was cancelled** (production-1)")
