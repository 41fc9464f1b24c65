"""Several repositories share one channel: commands and answers name the repository."""

import re

import pytest

from ghapp.demo.github import Fault as GitHubFault
from ghapp.demo.github import Pull, Repository, faults
from ghapp.demo.slack import Error, Fault, Status
from ghapp.demo.stage import CHANNEL, WORKFLOW
from tests.scenarios.scene import Scene

MONA, TARO = "U024BE7LH", "U024BE7TA"
APP = """\
slack: {channel: C024BE91L}
timezone: Asia/Tokyo
people: {mona: U024BE7LH, taro: U024BE7TA}
environments:
  production: {workflow: deploy.yml, aliases: [prod], lock: 30m}
"""
TWO = APP + "  staging: {workflow: deploy.yml}\n"


def repository(shop: Scene, full_name: str = "acme/app", config: str = APP) -> Repository:
    """Another repository, not worked so far."""
    files = {".github/ghapp.yml": config, ".github/workflows/deploy.yml": WORKFLOW}
    made = shop.github.add_repository(full_name, files=files, people={"mona": "write", "taro": "write"})
    made.ci = "success"
    return made


async def merged(shop: Scene, place: Repository, title: str = "Speed up search") -> Pull:
    """A merged pull request of it waits."""
    pull = await place.open_pull("mona", title)
    await place.merge(pull, by="mona")
    await shop.idle()
    return pull


async def side_by_side(shop: Scene, full_name: str = "acme/app", config: str = APP) -> Repository:
    """A release of each waits in the same channel."""
    await merged(shop, shop.shop, "Fix totals")
    other = repository(shop, full_name, config)
    await merged(shop, other)
    return other


def told(shop: Scene, who: str = "mona") -> str:
    """The newest answer to a person, except for those that Slack shows at once."""
    return shop.whispers(who)[-1]


async def said(shop: Scene, line: str, who: str = "mona", channel: str = CHANNEL) -> str:
    """The answer to a line."""
    before = len(shop.whispers(who))
    await shop.types(who, line, channel=channel)
    heard = [text for text in shop.whispers(who)[before:] if not text.startswith(":eyes:")]
    return "\n".join(heard)


async def test_every_command_takes_a_repository(shop: Scene) -> None:
    """The repository takes the place of a pull request, and each command does its work there."""
    other = await side_by_side(shop)
    assert "nothing has been deployed through ghapp yet" in await said(shop, "/ghapp status acme/app")
    assert "What you can type here" in await said(shop, "/ghapp help acme/app")
    await shop.types("taro", "/ghapp lock production acme/app 2h migrating")
    first, second = shop.channel()[-1].split("\n")
    assert first.startswith("🔒 taro has locked production until 15:42 JST: migrating.")
    assert second == "acme/app"
    await shop.types("taro", "/ghapp unlock prod ACME/App done")
    await shop.types("mona", "/deploy production acme/app")
    await shop.types("mona", "/ghapp cancel acme/app")
    assert any(re.search(r"production-1 \(#\d+\) is being cancelled", text) for text in shop.channel())
    assert "was live there before is unknown" in await said(shop, "/rollback production acme/shop")
    happened = [what for what in await shop.history(other.id) if what in ("locked", "unlocked", "accepted", "cancel")]
    assert happened == ["locked", "unlocked", "accepted", "cancel"]
    assert set(await shop.history()) == {"created", "awaiting", "refused"}
    assert (len(other.runs), shop.runs()) == (1, [])


async def test_a_line_without_a_repository_is_answered_with_lines_that_work(shop: Scene) -> None:
    """Every command that two of them could carry out; each proposed line works when it is typed."""
    await side_by_side(shop)
    for line in (
        "/ghapp status",
        "/ghapp help",
        "/ghapp wibble",
        "/ghapp lock production 2h migrating",
        "/ghapp unlock production",
        "/ghapp cancel production",
        "/rollback production",
        "/rollback production to #3",
    ):
        answer = await said(shop, line)
        assert answer.startswith("Which repository? Type one: "), line
        proposed = re.findall(r"`([^`]+)`", answer.splitlines()[0])
        assert len(proposed) == 2
        for one in proposed:
            again = await said(shop, one)
            assert not re.search("Which repository|is not a|Usage", again), (one, again)
        await shop.later(minutes=1)


async def test_an_environment_of_only_one_repository_needs_no_repository(shop: Scene) -> None:
    """By its name or an alias; an unknown environment is refused with the list of all."""
    other = await side_by_side(shop, config=TWO)
    await shop.types("taro", "/ghapp lock staging 2h")
    assert (await shop.history(other.id))[-1] == "locked"
    await shop.types("taro", "/ghapp lock prod 2h")
    assert (await shop.history(other.id))[-2:] == ["locked", "locked"]
    answer = await said(shop, "/ghapp status nowhere")
    assert answer == "There is no environment `nowhere` here. Known: production, staging."


async def test_one_name_under_two_owners(shop: Scene) -> None:
    """The name alone means both: the proposed lines have the owner, too."""
    await merged(shop, shop.shop, "Fix totals")
    other = repository(shop, "other/shop")
    pull = await merged(shop, other)
    answer = await said(shop, f"/deploy production shop#{pull.number}")
    assert answer.startswith("Which repository?")
    assert f"`/deploy production other/shop#{pull.number}`" in answer
    assert shop.runs() == []
    await shop.types("mona", f"/deploy production other/shop#{pull.number}")
    assert (len(other.runs), shop.runs()) == (1, [])


@pytest.mark.parametrize("named", ["acme/app#{0}", "app#{0}", "https://github.com/acme/app/pull/{0}", "ACME/APP #{0}"])
async def test_a_release_of_another_repository_in_the_channel(shop: Scene, named: str) -> None:
    """In every form of the target."""
    other = await side_by_side(shop)
    number = next(iter(other.pulls))
    await shop.types("mona", "/deploy production " + named.format(number))
    assert (len(other.runs), shop.runs()) == (1, [])


async def test_a_reason_may_name_another_repository(shop: Scene) -> None:
    """Another repository in the reason is no target."""
    await merged(shop, shop.shop, "Fix totals")
    await shop.types("taro", "/ghapp lock production 2h waits for acme/app#7 and acme/api")
    assert "waits for acme/app#7 and acme/api" in await said(shop, "/ghapp status")


async def test_a_mistyped_line_is_answered_as_a_mistake(shop: Scene) -> None:
    """The line is wrong for every repository, so the mistake is answered first."""
    await side_by_side(shop)
    assert (await said(shop, "/ghapp deploi production")).startswith("`/deploi` is not a command.")
    assert (await said(shop, "/ghapp lock production 99x")).startswith("`99x` is not a time")


async def test_every_line_shown_in_a_channel_names_the_repository(shop: Scene) -> None:
    """Prompts, locks and turns name the repository as soon as there are two."""
    other = await side_by_side(shop)
    number = next(iter(other.pulls))
    assert f"`/deploy production acme/app#{number}`" in shop.channel()[-1]
    await shop.types("taro", "/ghapp lock production acme/app 2h migrating")
    assert shop.channel()[-1].split("\n")[0].endswith("To unlock: `/ghapp unlock production acme/app`")
    refused = await said(shop, f"/deploy production acme/app#{number}")
    assert "`/ghapp unlock production acme/app &lt;reason&gt;`" in refused
    await shop.types("mona", "/ghapp unlock production acme/app have to")
    assert f"`/deploy production acme/app#{number}`" in shop.channel()[-1]


async def test_a_repository_of_another_channel_is_refused_and_these_are_named(shop: Scene) -> None:
    """Of another channel, installed without a config, or missing: the answer does not show which."""
    await side_by_side(shop)
    shop.slack.add_channel("C0OTHER00", "other")
    elsewhere = repository(shop, "acme/api", APP.replace("C024BE91L", "C0OTHER00"))
    unheard = repository(shop, "acme/web", APP.replace("C024BE91L", "C0OTHER00"))
    repository(shop, "acme/bare", "")
    await merged(shop, elsewhere)
    for name in ("acme/api", "acme/web", "acme/bare", "acme/none", "strangers/app"):
        answer = await said(shop, f"/ghapp lock production {name} 2h why")
        assert answer == f"`{name}` does not use this channel. Repositories here: acme/shop, acme/app."
        await shop.later(minutes=10)
    assert await shop.history(unheard.id) == []
    assert await shop.dead() == []


# ---------------------------------------------------------------- a command and the events before it


async def test_a_command_waits_for_the_first_event_of_its_repository(shop: Scene) -> None:
    """The merge is still in the lane: no event of that repository has been worked yet."""
    other = repository(shop)
    pull = await other.open_pull("mona", "Speed up search")
    await other.merge(pull, by="mona")
    await shop.github.settled()
    await shop.slack.type(CHANNEL, MONA, f"/deploy production acme/app#{pull.number}")
    await shop.idle()
    (run,) = other.runs.values()
    assert run.inputs["environment"] == "production"
    assert shop.runs() == []


async def test_a_command_waits_for_the_merges_before_it(shop: Scene) -> None:
    """`/deploy production` means the newest release, though its merge is still in the lane."""
    await merged(shop, shop.shop, "Reword notifications")
    pull = await shop.shop.open_pull("mona", "Fix totals")
    await shop.shop.merge(pull, by="mona")
    await shop.github.settled()
    await shop.slack.type(CHANNEL, MONA, "/deploy production")
    await shop.idle()
    (run,) = shop.runs()
    assert run.inputs["sha"] == pull.merge_commit_sha


async def test_an_unknown_repository_is_found_by_its_name(shop: Scene) -> None:
    """The App is installed and the config names this channel: it can be locked before its first merge."""
    other = repository(shop)
    await shop.types("taro", "/ghapp lock production Acme/app 2h migrating")
    assert "locked" in await shop.history(other.id)
    assert shop.channel()[-1].startswith("🔒 taro has locked production until 15:42 JST: migrating.")


async def test_a_repository_of_an_account_that_is_not_served_is_not_looked_up(shop: Scene) -> None:
    """GHAPP_OWNERS names the accounts that ghapp serves."""
    await shop.stop()
    shop.settings["GHAPP_OWNERS"] = "acme"
    await shop.start()
    repository(shop, "other/app")
    await merged(shop, shop.shop, "Fix totals")
    before = len(shop.github.exchanges)
    answer = await said(shop, "/ghapp lock production other/app 2h why")
    assert answer == "`other/app` does not use this channel. Repositories here: acme/shop."
    assert not [one for one in shop.github.exchanges[before:] if "other/app" in one.path]


async def test_a_command_waits_for_an_older_event_that_is_tried_again(shop: Scene) -> None:
    """GitHub fails once for the merge; ten seconds later both are done, in the order of their arrival."""
    await merged(shop, shop.shop, "Reword notifications")
    pull = await shop.shop.open_pull("mona", "Fix totals")
    await shop.idle()
    shop.github.faults.append(GitHubFault("POST", re.compile("/graphql$"), faults.status(502)))
    await shop.shop.merge(pull, by="mona")
    await shop.idle()
    await shop.types("mona", "/deploy production")
    assert shop.runs() == []
    await shop.later(seconds=11)
    (run,) = shop.runs()
    assert run.inputs["sha"] == pull.merge_commit_sha


async def test_a_command_does_not_wait_for_ever_for_an_older_event(shop: Scene) -> None:
    """After half a minute an exact command is carried out; one that means the newest release is refused."""
    await merged(shop, shop.shop, "Reword notifications")
    pull = await shop.opens("mona", "Fix totals")
    stuck = GitHubFault(
        "POST", re.compile("/graphql$"), faults.status(502), times=99, body=re.compile("fullDatabaseId")
    )
    shop.github.faults.append(stuck)
    await shop.says("taro", "/status", on=pull)
    await shop.types("mona", "/deploy production")
    await shop.types("taro", "/ghapp lock production 2h migrating")
    for _ in range(3):
        await shop.later(seconds=11)
    assert told(shop) == (
        "Could not check `/deploy production` (`an earlier event of acme/shop is not worked yet`). Nothing was done; "
        "please type it again."
    )
    assert "locked" in await shop.history()
    assert shop.runs() == []


async def test_a_failing_gate_delays_no_command(shop: Scene) -> None:
    """The gate decides nothing: a command is carried out at once, and the gate is tried again."""
    await merged(shop, shop.shop, "Reword notifications")
    refuses = GitHubFault("POST", re.compile("/statuses/"), faults.status(502), times=99)
    shop.github.faults.append(refuses)
    pull = await shop.opens("mona", "Fix totals")
    assert shop.gate(pull) is None
    await shop.types("mona", "/deploy production")
    assert len(shop.runs()) == 1
    shop.github.faults.remove(refuses)
    await shop.later(seconds=11)
    state = shop.gate(pull)
    assert state
    assert state[0] == "pending"


# ---------------------------------------------------------------- the person who types


async def test_a_newly_linked_person_may_act_at_once(shop: Scene) -> None:
    """A person without a link is refused, then linked in the config, and types the line again."""
    shop.slack.add_person("U0KENJI00", "kenji")
    shop.shop.people["kenji"] = "write"
    await merged(shop, shop.shop, "Fix totals")
    assert (await said(shop, "/deploy production", "U0KENJI00")).startswith(
        "Your Slack account is not linked to a GitHub account."
    )
    assert await said(shop, "/deploy production", "U0KENJI00") == ""
    config = shop.shop.files()[".github/ghapp.yml"].replace("people: {", "people: {kenji: U0KENJI00, ")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Link kenji")
    await shop.types("U0KENJI00", "/deploy production")
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible", "account_inactive", "missing_scope"])
async def test_a_person_whom_slack_does_not_show_is_refused(shop: Scene, code: str) -> None:
    """Nothing is done, and no dead letter is left."""
    await merged(shop, shop.shop, "Fix totals")
    shop.slack.faults.append(Fault("users.info", Error(code), times=9))
    answer = await said(shop, "/deploy production")
    assert answer == (
        f"Slack does not say who you are (`Slack answered {code}`), so nothing was done. Only members of this "
        "workspace can use ghapp here: if you are one, show this to the operator of ghapp."
    )
    assert (shop.runs(), await shop.dead()) == ([], [])


async def test_a_person_whom_slack_does_not_show_is_refused_in_japanese(japanese_shop: Scene) -> None:
    """In the channel's language."""
    await merged(japanese_shop, japanese_shop.shop, "合計を修正")
    japanese_shop.slack.faults.append(Fault("users.info", Error("user_not_found"), times=9))
    assert (await said(japanese_shop, "/deploy production")).startswith("Slack からあなたの情報を取得できないため")


async def test_a_rate_limit_of_slack_only_delays_a_command(shop: Scene) -> None:
    """Slack is asked again when it allows that."""
    await merged(shop, shop.shop, "Fix totals")
    shop.slack.faults.append(Fault("users.info", Status(429, retry_after=20)))
    assert await said(shop, "/deploy production") == ""
    await shop.later(seconds=21)
    assert len(shop.runs()) == 1


async def test_a_bot_does_not_act(shop: Scene) -> None:
    """Whatever login it is linked to."""
    await merged(shop, shop.shop, "Fix totals")
    shop.slack.add_person(MONA, "mona", bot=True)
    assert (await said(shop, "/deploy production")).startswith("Bots cannot use ghapp here.")
    assert shop.runs() == []


async def test_messages_in_a_shared_channel_name_their_repository(shop: Scene) -> None:
    """Both have a #41 and a `production`: the second line of releases, calls and notices is the repository's name."""
    first = await merged(shop, shop.shop, "Fix totals")
    assert shop.message("Fix totals").text.startswith("<@")  # the only repository there so far
    other = repository(shop)
    await merged(shop, other)
    assert shop.message("Speed up search").text.startswith(f"<@{MONA}> ready to deploy :rocket:\nacme/app\n")
    await shop.says("mona", "/deploy", on=first)
    assert shop.message("Fix totals").text.split("\n")[1] == "acme/shop"
    await shop.types("taro", "/ghapp lock production acme/app 1m migrating")
    await shop.later(minutes=2)
    call = shop.message("your turn")
    assert call.text.startswith(f"<@{MONA}> production is free, your turn.\nacme/app\n")
    (block, *_) = call.blocks
    assert block["text"]["text"].split("\n")[1] == "acme/app"
