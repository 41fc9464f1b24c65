"""A repository changes its owner or its name, is archived, or is deleted: no authority opens, and every lock holds."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from ghapp.demo.github import Fault, Repository, faults
from ghapp.demo.stage import PEOPLE, WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_moved_away import blocked, under_way
from tests.scenarios.test_permissions import FREE
from tests.scenarios.test_policy import FILE, FIVE_MINUTES, ONLY_MONA, begun, config, ruled
from tests.scenarios.test_trouble import merged

NO_RULES = "{}\n"
LEFT = "`acme/policies/.github/ghapp.yml` applied here"
MOVED = "⚠️ `acme/shop` now belongs to another owner, as `umbrella/shop`"


async def umbrella(shop: Scene, rules: str | None = None) -> Repository:
    """Another account with the App; with rules, the operator has named them."""
    theirs = shop.github.add_repository("umbrella/rules", files={FILE: rules or NO_RULES}, people={"ken": "admin"})
    if rules is not None:
        await named(shop, "umbrella/rules")
    return theirs


async def named(shop: Scene, policies: str) -> None:
    """The operator sets GHAPP_POLICY and restarts the server."""
    shop.settings["GHAPP_POLICY"] = policies
    await shop.later(seconds=11)
    await shop.restart()
    await begun(shop)


async def transferred(shop: Scene, owner: str = "umbrella") -> None:
    await shop.github.transfer(shop.shop, owner)
    await shop.idle()


def announcements(shop: Scene) -> list[str]:
    return [text for text in shop.channel() if "another owner" in text]


@pytest.mark.parametrize("rules", [ONLY_MONA, "timezone: Asia/Tokyo\n", NO_RULES])
async def test_a_repository_that_leaves_its_owners_rules_stays_closed(shop: Scene, rules: str) -> None:
    """Otherwise an admin of one repository could transfer it to an owner without rules, and so be rid of them."""
    await ruled(shop, rules)
    pull = await merged(shop, "mona")
    await shop.says("taro", "/lock production forever migrating", on=pull)
    await umbrella(shop)
    await transferred(shop)
    environment = await shop.environment()
    assert environment.manual
    assert environment.repository.full_name == "umbrella/shop"
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "policy_left"
    assert LEFT in shop.replies(pull)[-1]
    await shop.types("taro", f"/deploy production #{pull.number}")
    await shop.later(minutes=11)  # the same refusal is given once in ten minutes
    await shop.types("taro", "/ghapp unlock production enough")
    assert sum(LEFT in told for told in shop.whispers("taro")) == 2
    assert shop.runs() == []
    assert (await shop.environment()).manual
    await shop.says("mona", "/unlock production enough", on=pull)
    await shop.says("mona", "/lock production 1h looking", on=pull)
    assert (await shop.environment()).manual


async def test_a_transfer_is_announced_once(shop: Scene) -> None:
    """With its consequence, in the channel and in history; later rounds and restarts are silent."""
    await ruled(shop, ONLY_MONA)
    await merged(shop)
    await umbrella(shop)
    await transferred(shop)
    for _ in range(3):
        await shop.later(**FIVE_MINUTES)
    await shop.restart()
    await begun(shop)
    (said,) = announcements(shop)
    assert said.startswith(MOVED)
    assert LEFT in said
    assert (await shop.history()).count("owner") == 1
    entries = len(shop.github.deliveries)
    await shop.later(**FIVE_MINUTES)
    assert len(shop.github.deliveries) == entries


async def test_a_transfer_is_announced_in_the_channels_language(japanese_shop: Scene) -> None:
    shop = japanese_shop
    await ruled(shop, ONLY_MONA)
    await merged(shop)
    await umbrella(shop)
    await transferred(shop)
    (said,) = [text for text in shop.channel() if "のオーナーが変わり" in text]
    assert "`acme/policies/.github/ghapp.yml` のルールが適用されるオーナーから移管されました" in said


async def test_an_owner_that_is_not_served_is_said_in_the_channels_language(japanese_shop: Scene) -> None:
    shop = japanese_shop
    shop.settings["GHAPP_OWNERS"] = "acme"
    await shop.restart()
    await merged(shop)
    await umbrella(shop)
    await transferred(shop)
    (said,) = [text for text in shop.channel() if "のオーナーが変わり" in text]
    assert "`umbrella/shop` のオーナーは、このサーバーの対象外です" in said


async def test_rules_named_for_the_new_owner_open_it_again(shop: Scene) -> None:
    """The operator decides; a file with `{}` states that there are no rules."""
    await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    theirs = await umbrella(shop)
    await transferred(shop)
    await named(shop, "acme/policies,umbrella/rules")
    assert (await shop.environment()).broken_config is None
    await shop.types("taro", f"/deploy production #{pull.number}")
    assert len(shop.runs()) == 1  # the repository's own people act now, and the channel knows
    assert any("no longer decide who can act" in text for text in shop.channel())
    await theirs.commit(FILE, ONLY_MONA, by="ken", message="Only mona")
    await shop.idle()
    await shop.types("taro", "/ghapp lock production 1h mine")
    assert (await shop.environment()).manual is None


async def test_a_new_owners_rules_hold_at_once(shop: Scene) -> None:
    """Nobody who may not act there can act before the first command or round."""
    await umbrella(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    assert (await shop.environment()).config.acting is None
    await transferred(shop)
    assert (await shop.environment()).config.acting == {"mona": PEOPLE["mona"]}
    await shop.types("taro", f"/deploy production #{pull.number}")
    assert shop.runs() == []
    (said,) = announcements(shop)
    assert "held here" not in said
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert len(shop.runs()) == 1


async def test_a_transfer_and_back_leaves_it_as_it_was(shop: Scene) -> None:
    await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    await umbrella(shop)
    await transferred(shop)
    await shop.later(minutes=1)
    await transferred(shop, "acme")
    environment = await shop.environment()
    assert environment.broken_config is None
    assert environment.config.acting == {"mona": PEOPLE["mona"]}
    assert len(announcements(shop)) == 2
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert len(shop.runs()) == 1


async def test_a_config_taken_out_during_the_transfer_is_no_way_past_the_rules(shop: Scene) -> None:
    """An environment that left the config still knows the rules it was under."""
    await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    await umbrella(shop)
    await shop.shop.commit(FILE, None, by="mona", message="Take it out")
    await shop.idle()
    await transferred(shop)
    await shop.shop.commit(FILE, config().replace("production:", "live:"), by="mona", message="Under another name")
    await shop.idle()
    await shop.says("mona", "/deploy live", on=pull)
    assert shop.runs() == []
    assert shop.codes(pull)[-1] == "policy_left"


# ---------------------------------------------------------------- owners that are not served


async def test_an_owner_that_is_not_served_gets_nothing_with_a_transfer(shop: Scene) -> None:
    """GHAPP_OWNERS holds for a repository that arrives there too: it is said once, and Slack is closed."""
    shop.settings["GHAPP_OWNERS"] = "acme"
    await shop.restart()
    pull = await merged(shop, "mona")
    await shop.says("taro", "/lock production forever migrating", on=pull)
    await umbrella(shop)
    await transferred(shop)
    (said,) = announcements(shop)
    assert "does not serve" in said
    before = len(shop.replies(pull))
    await shop.says("mona", "/unlock production enough", on=pull)
    await shop.says("mona", "/deploy production", on=pull)
    assert len(shop.replies(pull)) == before
    await shop.types("mona", "/ghapp unlock production enough")
    await shop.later(minutes=11)
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert sum("does not serve" in told for told in shop.whispers("mona")) == 2
    assert shop.runs() == []
    assert (await shop.environment()).manual


async def test_a_release_under_way_is_followed_to_its_end_at_an_owner_that_is_not_served(shop: Scene) -> None:
    """The run goes on in any case, and the lock with it."""
    shop.settings["GHAPP_OWNERS"] = "acme"
    await shop.restart()
    _, _, run = await under_way(shop)
    await umbrella(shop)
    await transferred(shop)
    assert (await shop.environment()).deployment
    await shop.shop.finish_run(run)
    await shop.later(minutes=61)
    await shop.later(minutes=2)
    live = (await shop.environment()).live
    assert live
    assert await shop.dead() == []


async def test_a_repository_without_the_app_at_its_new_owner_keeps_its_lock(shop: Scene) -> None:
    """Nothing can be read or done there, and no one is let in meanwhile."""
    await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    await shop.says("taro", "/lock production forever migrating", on=pull)
    await transferred(shop)
    await shop.types("mona", "/ghapp unlock production enough")
    await shop.later(minutes=61)
    assert (await shop.environment()).manual
    assert shop.runs() == []
    shop.github.installations["umbrella"] = 0
    await shop.github.install("umbrella")
    await shop.idle()
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "policy_left"


async def transferred_unheard(shop: Scene) -> None:
    """No webhook of it arrives, nor any later one. GitHub revokes the old installation's tokens."""
    await umbrella(shop)
    shop.github.webhook_url = None
    await transferred(shop)
    shop.github.tokens.clear()


async def test_a_run_that_ends_after_a_transfer_without_a_webhook_is_followed(shop: Scene) -> None:
    """The old installation exists and gives no token for the repository: the new owner's is looked for."""
    pull, other, run = await under_way(shop)
    await transferred_unheard(shop)
    await shop.shop.finish_run(run)
    await shop.later(minutes=5)
    assert any(text.startswith("✅") for text in shop.replies(pull))
    await shop.later(minutes=31)
    assert shop.gate(other) == FREE


async def test_a_transfer_without_a_webhook_is_no_way_past_the_rules(shop: Scene) -> None:
    """A token of the new owner's installation opens nothing that the old owner's rules keep closed."""
    await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    await transferred_unheard(shop)
    for who in ("taro", "mona"):
        await shop.types(who, f"/deploy production #{pull.number}")
    assert shop.runs() == []


# ---------------------------------------------------------------- authority by name


async def test_a_team_of_the_new_owner_is_not_the_team_that_the_config_names(shop: Scene) -> None:
    """The config names a team with its organization; one of the same name elsewhere is another team."""
    text = config(more="    deployers: ['@acme/sre']\n")
    await shop.shop.commit(FILE, text, by="mona", message="Only the SREs")
    shop.github.teams["acme", "sre"] = {"mona"}
    pull = await merged(shop, "mona")
    await umbrella(shop)
    shop.github.teams["umbrella", "sre"] = {"taro"}
    await transferred(shop)
    await shop.says("taro", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "not_allowed"
    assert shop.runs() == []


async def test_an_owner_that_is_renamed_takes_its_rules_away_and_nothing_opens(shop: Scene) -> None:
    """GHAPP_POLICY names the owner: under another name its repositories are closed until the operator has named it."""
    await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    shop.github.rename_owner("acme", "acme-inc")
    await shop.types("taro", f"/deploy production #{pull.number}")
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "policy_left"
    assert shop.runs() == []
    await named(shop, "acme-inc/policies")
    await shop.types("taro", f"/deploy production #{pull.number}")
    assert shop.runs() == []
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("setting", [{"GHAPP_POLICY": "acme-inc/policies"}, {"GHAPP_OWNERS": "acme"}])
async def test_the_owner_that_github_names_counts_not_the_stored_one(shop: Scene, setting: dict[str, Any]) -> None:
    """No webhook has named the new owner yet: a command from Slack arrives under the stored name."""
    pull = await merged(shop, "mona")
    await ruled(shop, ONLY_MONA)
    await shop.stop()
    shop.github.rename_owner("acme", "acme-inc")
    shop.settings.pop("GHAPP_POLICY")
    shop.settings.update(setting)
    await shop.start()
    await shop.types("taro", f"/deploy production #{pull.number}")
    assert shop.runs() == []
    assert (await shop.environment()).repository.full_name == "acme-inc/shop"


async def test_a_late_event_under_the_old_owner_changes_nothing(shop: Scene) -> None:
    """Webhooks may arrive in any order: only GitHub's own answer moves a repository to another owner."""
    await umbrella(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    await shop.shop.comment(pull, by="taro", body="/status")
    await shop.idle()
    late = next(one for one in shop.github.deliveries if one.event == "push")
    await transferred(shop)
    await shop.github.send("push", {**late.payload, "forced": True})
    await shop.later(minutes=15)
    environment = await shop.environment()
    assert environment.repository.full_name == "umbrella/shop"
    assert environment.config.acting == {"mona": PEOPLE["mona"]}
    assert len(announcements(shop)) == 1


async def test_a_repository_that_is_renamed_stays_under_its_rules(shop: Scene) -> None:
    """Within its owner a name changes nothing, so no one is bothered; history keeps it."""
    await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    await shop.says("taro", "/lock production forever migrating", on=pull)
    before = shop.channel()
    await shop.shop.announce_rename("boutique", by="mona")
    await shop.idle()
    environment = await shop.environment()
    assert environment.repository.full_name == "acme/boutique"
    assert environment.manual
    assert environment.config.acting == {"mona": PEOPLE["mona"]}
    assert environment.broken_config is None
    assert shop.channel() == before
    assert "owner" not in await shop.history()


async def test_a_gate_that_the_old_owners_turn_writes_late_is_written_again(shop: Scene) -> None:
    """Each owner's name has lanes of its own: after a new name, two turns may write the same gates side by side. After
    a transfer the token of the old owner's installation writes nothing more.
    """
    other = await shop.opens("hanako")
    pull = await merged(shop, "mona")
    late, gate = asyncio.Event(), re.compile(f"/statuses/{other.head_sha}$")
    held = Fault("POST", gate, faults.barrier(late, before=True))
    shop.github.faults.append(held)

    def read_anew() -> bool:
        free = shop.gate(other) == ("success", "Free to merge")
        return free and any("pullRequests" in str(one.request) for one in shop.calls("POST", "/graphql")[before:])

    async with shop.at_work():
        await shop.shop.comment(pull, by="mona", body="/lock production 1h migrating")
        await comes(lambda: held.times == 0)
        shop.github.rename_owner("acme", "acme-inc")
        await shop.shop.comment(pull, by="mona", body="/unlock production")
        await comes(lambda: "unlocked" in shop.codes(pull))
        before = len(shop.calls("POST", "/graphql"))
        await comes(read_anew)
        written = len(shop.calls("POST", f"/statuses/{other.head_sha}"))
        late.set()
        await comes(lambda: len(shop.calls("POST", f"/statuses/{other.head_sha}")) == written + 2)  # redirected
        await comes(lambda: shop.gate(other) == ("success", "Free to merge"))


async def comes(predicate: Callable[[], bool]) -> None:
    """Waits for what has no event of its own."""
    async with asyncio.timeout(10):
        while not predicate():  # noqa: ASYNC110
            await asyncio.sleep(0)


# ---------------------------------------------------------------- archived, deleted


async def test_an_archived_repository_keeps_its_lock_and_goes_on_afterwards(shop: Scene) -> None:
    """GitHub refuses every write: no release starts and nothing is lost."""
    other = await shop.opens("hanako")
    pull = await merged(shop, "mona")
    await shop.says("taro", "/lock production 1h migrating", on=pull)
    assert blocked(shop, other)
    await shop.shop.archive(by="mona")
    await shop.later(minutes=10)
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert shop.runs() == []
    assert (await shop.environment()).manual
    await shop.later(minutes=61)
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert shop.runs() == []
    await shop.later(minutes=61)
    assert await shop.dead() == []
    await shop.shop.archive(by="mona", archived=False)
    await shop.idle()
    assert shop.gate(other) == ("success", "Free to merge")
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert len(shop.runs()) == 1


async def test_a_new_repository_under_a_deleted_ones_name_inherits_nothing(shop: Scene) -> None:
    """It has another id: its own first day, no lock and no release of the old one, and Slack reaches the new one."""
    pull = await merged(shop, "mona")
    await shop.says("taro", "/lock production forever migrating", on=pull)
    old, files = shop.shop, {FILE: config(), ".github/workflows/deploy.yml": WORKFLOW}
    before = await shop.document()
    await shop.github.delete(old)
    await shop.idle()
    new = shop.github.add_repository("acme/shop", files=files, people={"mona": "admin", "taro": "write"})
    made = await new.open_pull("mona", "Begin anew")
    await new.merge(made, by="mona")
    await shop.idle()
    await shop.types("mona", "/ghapp lock production 1h looking")
    assert await shop.document() == before
    assert "locked" in await shop.history(new.id)
    assert "unlocked" not in await shop.history()
