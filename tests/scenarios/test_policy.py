"""The owner's rules: only the repository that the operator named has authority; unreadable rules close."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from ghapp.demo.github import Fault, Repository, faults
from ghapp.demo.github.git import Link
from ghapp.demo.stage import CONFIG, PEOPLE
from tests.sampled import crossed, sampled
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_trouble import GRAPHQL, merged

FILE = ".github/ghapp.yml"
POLICY = "acme/policies"
ONLY_MONA = f"people: {{mona: {PEOPLE['mona']}}}\n"
EVERYBODY = "people: {" + ", ".join(f"{login}: {member}" for login, member in PEOPLE.items()) + "}\n"
FIVE_MINUTES = {"minutes": 5, "seconds": 1}


async def ruled(shop: Scene, rules: str = EVERYBODY) -> Repository:
    """Adds a repository with these rules, names it in the settings, and restarts the server."""
    made = shop.github.add_repository(POLICY, files={FILE: rules}, people={"mona": "admin"})
    await named(shop)
    return made


async def named(shop: Scene) -> None:
    shop.settings["GHAPP_POLICY"] = POLICY
    await shop.later(seconds=11)  # servers that start at once make one round
    await shop.restart()
    await begun(shop)


async def begun(shop: Scene) -> None:
    """Waits for a server's first round."""
    await shop.idle()
    await shop.later(seconds=11)


async def says(shop: Scene, owners: Repository, rules: str) -> None:
    """Changes the rules."""
    await owners.commit(FILE, rules, by="mona", message="Change the rules")
    await shop.idle()


async def unread(shop: Scene) -> bool:
    """Whether production has noted that the owner's rules cannot be read."""
    broken = (await shop.environment()).broken_config
    return broken is not None and broken.code == "policy_unread"


# ---------------------------------------------------------------- authority


@pytest.mark.parametrize("name", ["acme/.github", "acme/.github-private"])
async def test_write_in_a_repository_that_the_operator_did_not_name_is_no_authority(shop: Scene, name: str) -> None:
    """A commit there once let its author act as another person, from Slack, in every repository."""
    github = shop.github.add_repository(name, files={}, people={"ken": "write"})
    await shop.later(minutes=6)
    await github.commit(FILE, f"people: {{mona: {PEOPLE['taro']}}}\n", by="ken", message="Say who we are")
    pull = await merged(shop, "mona")
    await shop.types("taro", f"/deploy production #{pull.number}")
    assert "(production-1, by taro)" in shop.message(f"#{pull.number}").text


async def test_the_named_repository_decides_who_acts_from_slack(shop: Scene) -> None:
    """A repository cannot add people; its other keys go before those of the rules."""
    await ruled(shop, ONLY_MONA + "language: ja\ntimezone: Europe/Berlin\n")
    pull = await merged(shop, "mona")
    await shop.types("taro", f"/deploy production #{pull.number}")
    assert shop.runs() == []
    assert shop.whispers("taro")[-1].startswith(
        "Your Slack account is not linked to a GitHub account. Here the owner's rules decide"
    )
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert len(shop.runs()) == 1


async def test_the_rules_hold_where_the_repository_has_no_such_key(shop: Scene) -> None:
    """Channel, language, time zone and people are written once for all repositories."""
    await ruled(shop, EVERYBODY + "slack: {channel: C024BE91L}\nlanguage: ja\ntimezone: Asia/Tokyo\n")
    await shop.shop.commit(FILE, "environments: {production: {workflow: deploy.yml}}\n", by="mona", message="Less")
    await shop.idle()
    environment_config = (await shop.environment()).config
    assert (environment_config.channel, environment_config.language, environment_config.timezone) == (
        "C024BE91L",
        "ja",
        "Asia/Tokyo",
    )
    assert environment_config.people == environment_config.acting == PEOPLE
    assert environment_config.policy


async def test_the_repository_of_the_rules_releases_nothing(shop: Scene) -> None:
    """Its file holds rules, not a config: nothing there is checked or answered."""
    owners = await ruled(shop)
    pull = await owners.open_pull("mona", "Let others in", files={FILE: ONLY_MONA})
    await owners.comment(pull, by="mona", body="/deploy production")
    await shop.idle()
    assert [one for one in owners.comments.values() if one.by_app] == []
    assert list(owners.reports.values()) == []


# ---------------------------------------------------------------- unreadable rules close


async def app_taken_off(owners: Repository) -> None:
    owners.installation_id = 0


async def renamed(owners: Repository) -> None:
    owners.rename("rules")


async def file_taken_out(owners: Repository) -> None:
    await owners.commit(FILE, "", by="mona", message="Take it out")


async def rules_commented_out(owners: Repository) -> None:
    await owners.commit(FILE, f"---\n# {EVERYBODY}\n", by="mona", message="Comment them out")


GONE = [app_taken_off, renamed, file_taken_out, rules_commented_out]
GoneBy = Callable[[Repository], Awaitable[None]]
REFUSED = {
    "en": "The owner's rules cannot be read: `acme/policies/.github/ghapp.yml`.",
    "ja": "オーナーのルール `acme/policies/.github/ghapp.yml` を読めません。",
}


@pytest.fixture
async def spoken(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """acme/shop in either language."""
    async with scene(tmp_path, language=request.param) as told:
        yield told


@pytest.mark.parametrize(("gone", "spoken"), crossed(GONE, ["en", "ja"]), indirect=["spoken"])
async def test_rules_that_cannot_be_read_close_and_the_way_back_stays(spoken: Scene, gone: GoneBy) -> None:
    """In both doors and languages: no release and no command from Slack; on GitHub `/lock` and `/unlock` go on."""
    shop, language = spoken, spoken.stage.language
    owners = await ruled(shop)
    await shop.released("taro")
    pull = await merged(shop, "mona")
    await gone(owners)
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "policy_unread"
    assert REFUSED[language] in shop.replies(pull)[-1]
    for line in (f"/deploy production #{pull.number}", "/ghapp lock production", "/ghapp unlock production enough"):
        await shop.later(minutes=11)  # the same refusal is given once in ten minutes
        before = len(shop.whispers("mona"))
        await shop.types("mona", line)
        assert [told for told in shop.whispers("mona")[before:] if REFUSED[language] in told], line
    assert len(shop.runs()) == 1
    assert (await shop.environment()).manual is None
    await shop.says("mona", "/lock production 1h looking", on=pull)
    assert (await shop.environment()).manual
    await shop.says("mona", "/unlock production", on=pull)
    assert (await shop.environment()).manual is None


@pytest.mark.parametrize("gone", sampled(GONE, GONE[:2]))
async def test_a_rollback_and_a_cancel_go_on_without_the_rules(shop: Scene, gone: GoneBy) -> None:
    """They undo deployments made under the rules."""
    owners = await ruled(shop)
    await shop.released("taro")
    await shop.later(minutes=31)
    second = await shop.released("mona", "Fix totals")
    await shop.later(minutes=31)
    third = await merged(shop, "mona")
    await shop.says("mona", "/deploy production", on=third)
    run = await shop.begins()
    await gone(owners)
    await shop.says("mona", "/cancel production", on=third)
    await shop.ends(run, "cancelled")
    assert "cancelling" in shop.codes(third)
    await shop.says("mona", "/rollback production", on=second)
    await shop.ends(await shop.begins())
    live = (await shop.environment()).live
    assert live
    assert live.pull.number == second.number


@pytest.mark.parametrize("gone", sampled(GONE, GONE[1:3]))
async def test_missing_rules_are_noticed_within_five_minutes(shop: Scene, gone: GoneBy) -> None:
    """Without any command; their return is noticed, too."""
    owners = await ruled(shop)
    await merged(shop)
    await gone(owners)
    assert not await unread(shop)
    await shop.later(**FIVE_MINUTES)
    assert await unread(shop)
    owners.installation_id = shop.shop.installation_id
    owners.full_name = POLICY
    await says(shop, owners, EVERYBODY + "\n")
    await shop.later(minutes=11)
    assert (await shop.environment()).broken_config is None


@pytest.mark.parametrize("gone", sampled(GONE, GONE[2:]))
async def test_missing_rules_are_noticed_at_the_start(shop: Scene, gone: GoneBy) -> None:
    """The store has the rules' last state, which this process has never read."""
    owners = await ruled(shop)
    await merged(shop)
    await shop.stop()
    await gone(owners)
    shop.stage.skip(timedelta(minutes=1))
    await shop.start()
    await begun(shop)
    assert await unread(shop)


async def deleted(shop: Scene, owners: Repository) -> None:
    await shop.github.delete(owners)


async def archived_and_emptied(shop: Scene, owners: Repository) -> None:
    await file_taken_out(owners)
    await owners.archive(by="mona")


async def missing_on_a_new_default_branch(shop: Scene, owners: Repository) -> None:
    pull = await owners.open_pull("mona", "Take it out", files={FILE: ""})
    await owners.make_default(pull.head, by="mona")


async def replaced_by_a_link(shop: Scene, owners: Repository) -> None:
    await owners.commit(FILE, Link("elsewhere.yml"), by="mona", message="Link it")


async def made_too_large(shop: Scene, owners: Repository) -> None:
    await owners.commit(FILE, EVERYBODY + "#" * 65_536, by="mona", message="Explain at length")


async def made_binary(shop: Scene, owners: Repository) -> None:
    await owners.commit(FILE, "\0", by="mona", message="Zip it")


async def moved_with_the_owner(shop: Scene, owners: Repository) -> None:
    """Another account takes the policy's repository over; GitHub redirects its old name."""
    await shop.github.transfer(owners, "umbrella")


UNUSABLE = [
    *(deleted, archived_and_emptied, missing_on_a_new_default_branch, replaced_by_a_link, made_too_large, made_binary),
    moved_with_the_owner,
]


@pytest.mark.parametrize("made", UNUSABLE)
async def test_rules_that_became_unusable_close_and_say_so(
    shop: Scene, made: Callable[[Scene, Repository], Awaitable[None]]
) -> None:
    """Both doors name the file; the people whom the rules named stay the only ones, and it is noticed by itself."""
    owners = await ruled(shop, ONLY_MONA)
    pull = await merged(shop, "mona")
    await made(shop, owners)
    await shop.later(**FIVE_MINUTES)
    environment = await shop.environment()
    assert environment.broken_config
    assert environment.broken_config.file == f"{POLICY}/{FILE}"
    assert environment.config.acting == {"mona": PEOPLE["mona"]}
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == environment.broken_config.code
    assert f"{POLICY}/{FILE}" in shop.replies(pull)[-1]
    for who in ("taro", "mona"):
        await shop.types(who, f"/deploy production #{pull.number}")
        assert f"{POLICY}/{FILE}" in shop.whispers(who)[-1]
    assert shop.runs() == []


async def test_rules_that_were_never_readable_close_too(shop: Scene) -> None:
    """The operator named a repository that does not exist."""
    pull = await merged(shop)
    await named(shop)
    assert await unread(shop)
    await shop.says("taro", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "policy_unread"
    assert shop.runs() == []


async def test_a_renamed_repository_takes_no_authority_along(shop: Scene) -> None:
    """GitHub redirects the old name to the new one; the rules there count no more."""
    pull = await merged(shop, "mona")
    owners = await ruled(shop, ONLY_MONA)
    owners.rename("rules")
    await owners.commit(FILE, f"people: {{mona: {PEOPLE['taro']}}}\n", by="mona", message="Be mona")
    await shop.types("taro", f"/deploy production #{pull.number}")
    assert shop.runs() == []
    assert REFUSED["en"] in shop.whispers("taro")[-1]


async def test_rules_without_an_answer_from_github_close_nothing_for_good(shop: Scene) -> None:
    """Without an answer the rules are neither valid nor gone: the command waits."""
    await ruled(shop)
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", GRAPHQL, faults.status(502), times=2))
    await shop.says("taro", "/deploy production", on=pull)
    await shop.later(seconds=11)
    assert not await unread(shop)
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("key", ["channels: {C024BE91L: [shop]}", "mode: enforce", "policies: []"])
async def test_a_rule_that_this_version_does_not_know_closes(shop: Scene, key: str) -> None:
    """An unknown key could be a restriction, so it is refused with its line, in both doors."""
    pull = await merged(shop, "mona")
    await ruled(shop, f"{EVERYBODY}{key}\n")
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "config_invalid"
    assert "`acme/policies/.github/ghapp.yml`" in shop.replies(pull)[-1]
    assert f"line 2, column 1: `{key.split(':', maxsplit=1)[0]}` is not supported" in shop.replies(pull)[-1]
    await shop.types("mona", f"/deploy production #{pull.number}")
    assert "is not supported" in shop.whispers("mona")[-1]
    assert shop.runs() == []


@pytest.mark.parametrize("mistake", ["timezone: Secret/Place", "people: {mona: SECRET}", "secret: 1", "secret: [\n"])
async def test_a_mistake_in_the_rules_is_named_by_place_only(shop: Scene, mistake: str) -> None:
    """The rules may be private, and the answer is read by all who can read the pull request."""
    pull = await merged(shop, "mona")
    await ruled(shop, f"{mistake}\n")
    await shop.says("mona", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "config_invalid"
    assert "a mistake in the owner's rules" in shop.replies(pull)[-1]
    assert "secret" not in shop.replies(pull)[-1].lower()
    assert shop.runs() == []


async def test_an_automatic_release_waits_for_the_rules(shop: Scene) -> None:
    """`auto` is a new release like any other."""
    await shop.shop.commit(FILE, config(more="    auto: true\n"), by="mona", message="Release by itself")
    owners = await ruled(shop)
    await app_taken_off(owners)
    await merged(shop)
    assert shop.runs() == []


async def test_a_broken_config_does_not_keep_people_whom_the_rules_removed(shop: Scene) -> None:
    """Otherwise a writer removed from the rules could stay by keeping a mistake in the repository's config."""
    owners = await ruled(shop)
    await merged(shop, "mona")
    await shop.shop.commit(FILE, config(more="    lokc: 1h\n"), by="taro", message="Oops")
    await says(shop, owners, ONLY_MONA)
    await shop.types("taro", "/ghapp lock production 1h mine")
    assert (await shop.environment()).manual is None
    await shop.types("mona", "/ghapp lock production 1h looking")
    assert (await shop.environment()).manual


async def test_a_change_of_people_is_announced_behind_a_broken_config(shop: Scene) -> None:
    """Otherwise a writer could break the file, act as another person, and restore it before anybody reads it."""
    owners = await ruled(shop, ONLY_MONA)
    await merged(shop)
    await shop.shop.commit(FILE, config(more="    lokc: 1h\n"), by="taro", message="Oops")
    await says(shop, owners, f"people: {{mona: {PEOPLE['taro']}}}\n")
    await shop.later(**FIVE_MINUTES)
    changed = "⚠️ The owner's rules now let other people act from Slack in `acme/shop`: "
    assert shop.channel()[-1] == f"{changed}`+mona=U024BE7TA`, `-mona=U024BE7LH`"
    await shop.types("taro", "/ghapp lock production 1h mine")
    await shop.later(minutes=1)
    await says(shop, owners, ONLY_MONA)
    await shop.shop.commit(FILE, config(), by="taro", message="As it was")
    await shop.idle()
    assert f"{changed}`+mona=U024BE7LH`, `-mona=U024BE7TA`" in shop.channel()
    assert (await shop.history()).count("people") == 2


def config(more: str = "") -> str:
    people = ", ".join(f"{login}: {member}" for login, member in PEOPLE.items())
    return CONFIG.format(channel="C024BE91L", language="en", people=f"{{{people}}}") + more


# ---------------------------------------------------------------- announcements of people


async def test_added_changed_and_removed_people_are_announced_and_recorded(shop: Scene) -> None:
    """Within five minutes, without any command."""
    await merged(shop)
    owners = await ruled(shop, "language: en\n")
    for rules, told in (
        (ONLY_MONA, "⚠️ The owner's rules now decide who can act from Slack in `acme/shop`: `+mona=U024BE7LH`"),
        (
            f"people: {{mona: {PEOPLE['taro']}}}\n",
            "⚠️ The owner's rules now let other people act from Slack in `acme/shop`: `+mona=U024BE7TA`, "
            "`-mona=U024BE7LH`",
        ),
        (
            "language: en\n",
            "⚠️ The owner's rules no longer decide who can act from Slack in `acme/shop`; the repository's own file "
            "does. Before: `-mona=U024BE7TA`",
        ),
    ):
        await says(shop, owners, rules)
        await shop.later(**FIVE_MINUTES)
        assert shop.channel()[-1] == told
    assert (await shop.history()).count("people") == 3
    before = len(shop.channel())
    await says(shop, owners, "language: en\n# nothing else\n")
    await shop.later(**FIVE_MINUTES)
    assert len(shop.channel()) == before


async def test_a_change_of_people_is_announced_once_for_all_environments_of_a_channel(japanese_shop: Scene) -> None:
    """Also where a command comes first; in the repository's language."""
    shop = japanese_shop
    both = config(more="  staging: {workflow: deploy.yml}\n").replace("language: en", "language: ja")
    await shop.shop.commit(FILE, both, by="mona", message="Two")
    pull = await merged(shop, "mona")
    owners = await ruled(shop, EVERYBODY)
    before = len([line for line in shop.channel() if "オーナーのルール" in line])
    await says(shop, owners, ONLY_MONA)
    await shop.says("mona", "/lock staging 1h 確認", on=pull)
    await shop.later(**FIVE_MINUTES)
    said = [line for line in shop.channel() if "オーナーのルール" in line][before:]
    assert said == [
        "⚠️ `acme/shop` を Slack から操作できる人が、オーナーのルールで変わりました: "
        "`-hanako=U024BE7HA`、`-taro=U024BE7TA`"
    ]
