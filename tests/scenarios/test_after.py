"""`after: staging`: a commit that was not live on staging, or was rolled back there, does not go to production."""

from ghapp.demo.github import Pull
from ghapp.demo.slack import Message
from tests.scenarios.scene import Scene

CONFIG = """\
slack: {channel: C024BE91L}
timezone: Asia/Tokyo
people: {mona: U024BE7LH, taro: U024BE7TA, hanako: U024BE7HA}
environments:
  staging: {workflow: deploy.yml, lock: 1m}
  production: {workflow: deploy.yml, lock: 1m, after: staging}
"""
FOR_TEN = CONFIG.replace("after: staging", "after: {environment: staging, for: 10m}")
LINE = "`/deploy staging #{}`"


async def under(shop: Scene, config: str = CONFIG) -> None:
    """Commits this config."""
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="After staging")
    await shop.idle()


async def merged(shop: Scene, who: str = "mona", title: str = "Fix totals") -> Pull:
    """Opens and merges a pull request."""
    pull = await shop.opens(who, title)
    await shop.merges(who, pull)
    return pull


async def live(shop: Scene, pull: Pull, where: str = "staging", *, more: str = "", who: str = "mona") -> None:
    """Releases it there, and waits until the environment is free."""
    await shop.says(who, f"/deploy {where} #{pull.number}{more}", on=pull)
    await shop.ends(await shop.begins())
    await shop.later(minutes=1)


async def rolled_back(shop: Scene, pull: Pull) -> None:
    """Rolls staging back from it."""
    await shop.says("mona", "/rollback staging", on=pull)
    await shop.ends(await shop.begins())


def calls(shop: Scene) -> list[Message]:
    """The messages that call a person."""
    return [one for one in shop.stage.channel.messages if one.thread_ts is None and "your turn" in one.text]


async def refused(shop: Scene, pull: Pull) -> str:
    """The refusal of its `/deploy production`; no run starts."""
    before, said = len(shop.runs()), len(shop.replies(pull))
    await shop.says("mona", f"/deploy production #{pull.number}", on=pull)
    assert len(shop.runs()) == before
    return shop.replies(pull)[said]


async def test_a_release_rolled_back_in_staging_does_not_go_to_production(shop: Scene) -> None:
    """The call for it ends, no button deploys it, and only another release to staging lets it pass."""
    await under(shop)
    good = await merged(shop, "taro", "Reword notifications")
    await live(shop, good)
    await live(shop, good, "production")
    bad = await merged(shop)
    await live(shop, bad)
    assert f"`/deploy production #{bad.number}`" in calls(shop)[-1].text
    await rolled_back(shop, bad)
    assert calls(shop) == []
    assert f"/deploy production #{bad.number}" not in shop.message(f"#{bad.number}").text
    assert shop.stands(bad)[2] == []
    again = f"`/deploy staging #{bad.number} with #{bad.number}`"
    assert f"was rolled back from staging, so nothing was done. To deploy it there again: {again}" in await refused(
        shop, bad
    )
    await shop.says("mona", "/unlock staging", on=bad)
    await live(shop, bad, more=f" with #{bad.number}")
    await live(shop, bad, "production")
    assert (await shop.environment()).live.pull.number == bad.number  # type: ignore[union-attr]


async def test_a_release_that_waits_for_staging_is_called_when_it_is_live_there(shop: Scene) -> None:
    """The merge prompts for staging alone; the comment of the staging release names the next command."""
    await under(shop)
    pull = await merged(shop)
    prompt = shop.message(f"#{pull.number}")
    assert f"#{pull.number} waits until it is live on staging ({LINE.format(pull.number)})." in prompt.text
    assert len([label for label in shop.buttons(prompt) if label.startswith("Deploy")]) == 1
    assert calls(shop) == []
    await live(shop, pull)
    (call,) = calls(shop)
    assert f"`/deploy production #{pull.number}`" in call.text
    (number,) = [one for one in shop.replies(pull) if "staging-1" in one]
    assert number.endswith(f"Next: `/deploy production #{pull.number}`")
    await shop.clicks("mona", "deploy", on=call)
    await shop.ends(await shop.begins())
    assert (await shop.environment()).live.pull.number == pull.number  # type: ignore[union-attr]


async def test_a_release_contained_in_a_newer_one_on_staging_may_go_to_production(shop: Scene) -> None:
    """The older release was never live there on its own."""
    await under(shop)
    older, newer = await merged(shop), await merged(shop, "hanako", "Show prices")
    await shop.later(minutes=1)
    await live(shop, newer)
    await live(shop, older, "production")
    assert (await shop.environment()).live.pull.number == older.number  # type: ignore[union-attr]


async def test_the_wait_on_staging_counts_from_going_live_even_after_a_replacement(shop: Scene) -> None:
    """The newer release has to wait longer; each is called at its own time, without an event."""
    await under(shop, FOR_TEN)
    older = await merged(shop)
    await live(shop, older)
    newer = await merged(shop, "hanako", "Show prices")
    await shop.later(minutes=5)
    await live(shop, newer)
    assert calls(shop) == []
    assert "has to be live on staging until 13:52 JST" in await refused(shop, older)
    assert "has to be live on staging until 13:58 JST" in await refused(shop, newer)
    await shop.later(minutes=3)
    assert [f"#{older.number}" in one.text for one in calls(shop)] == [True]
    assert "until 13:58 JST" in await refused(shop, newer)
    await live(shop, older, "production")
    await shop.later(minutes=6)
    assert f"#{newer.number}" in calls(shop)[-1].text
    await live(shop, newer, "production")
    assert (await shop.environment()).live.pull.number == newer.number  # type: ignore[union-attr]


async def test_a_config_change_counts_at_once_for_a_waiting_release(shop: Scene) -> None:
    """Removing `after` calls the waiting release; adding it back ends the call."""
    await under(shop)
    pull = await merged(shop)
    await under(shop, CONFIG.replace(", after: staging", ""))
    assert len(calls(shop)) == 1
    await under(shop)
    assert calls(shop) == []
    assert LINE.format(pull.number) in await refused(shop, pull)


async def test_a_circle_of_after_refuses_every_release_and_is_named(shop: Scene) -> None:
    await under(shop)
    circle = CONFIG.replace("staging: {", "staging: {after: production, ")
    await shop.shop.commit(".github/ghapp.yml", circle, by="mona", message="In a circle")
    pull = await merged(shop)
    await shop.says("mona", "/deploy staging", on=pull)
    assert "`staging → production → staging` is a circle" in shop.replies(pull)[-1]
    assert shop.runs() == []


async def test_staging_with_another_channel_counts(shop: Scene) -> None:
    """A command in production's channel concerns production only, but the state of staging is read all the same."""
    shop.slack.add_channel("C0STAGING", "staging")
    await under(shop, CONFIG.replace("staging: {", "staging: {slack: {channel: C0STAGING}, "))
    pull = await merged(shop)
    await shop.types("mona", f"/ghapp deploy production #{pull.number}")
    assert any("is not live on staging yet" in said for said in shop.whispers("mona"))
    await live(shop, pull)
    await shop.types("mona", f"/ghapp deploy production #{pull.number}")
    await shop.ends(await shop.begins())
    assert (await shop.environment()).live.pull.number == pull.number  # type: ignore[union-attr]


async def test_a_rollback_of_production_does_not_depend_on_staging(shop: Scene) -> None:
    await under(shop)
    first = await merged(shop, "taro", "Reword notifications")
    second = await merged(shop)
    for pull in (first, second):
        await live(shop, pull)
        await live(shop, pull, "production")
    await rolled_back(shop, second)
    await shop.says("mona", "/rollback production", on=second)
    await shop.ends(await shop.begins())
    assert (await shop.environment()).live.pull.number == first.number  # type: ignore[union-attr]
