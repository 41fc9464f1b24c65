"""Several repositories are spoken of in one channel: commands and answers say which one they mean."""

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
    """One more, of which nothing was heard yet."""
    files = {".github/ghapp.yml": config, ".github/workflows/deploy.yml": WORKFLOW}
    made = shop.github.add_repository(full_name, files=files, people={"mona": "write", "taro": "write"})
    made.ci = "success"
    return made


async def merged(shop: Scene, place: Repository, title: str = "Speed up search") -> Pull:
    """A pull request of it waits."""
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
    """What somebody was answered last, but for what Slack shows at once."""
    return shop.whispers(who)[-1]


async def said(shop: Scene, line: str, who: str = "mona", channel: str = CHANNEL) -> str:
    """The answer to a line."""
    before = len(shop.whispers(who))
    await shop.types(who, line, channel=channel)
    heard = [text for text in shop.whispers(who)[before:] if not text.startswith(":eyes:")]
    return "\n".join(heard)


async def test_every_command_can_be_said_of_either(shop: Scene) -> None:
    """The repository stands where a pull request would, and each line does what it says."""
    other = await side_by_side(shop)
    assert "nothing was released through ghapp yet" in await said(shop, "/ghapp status acme/app")
    assert "What you can type here" in await said(shop, "/ghapp help acme/app")
    await shop.types("taro", "/ghapp lock production acme/app 2h migrating")
    assert shop.channel()[-1].startswith("acme/app: 🔒 taro has locked production until 15:42 JST: migrating.")
    await shop.types("taro", "/ghapp unlock prod ACME/App done")
    await shop.types("mona", "/deploy production acme/app")
    await shop.types("mona", "/ghapp cancel acme/app")
    assert any("has cancelled production-1" in text for text in shop.channel())
    assert "was live there before is not known to me" in await said(shop, "/rollback production acme/shop")
    happened = [what for what in await shop.history(other.id) if what in ("locked", "unlocked", "accepted", "cancel")]
    assert happened == ["locked", "unlocked", "accepted", "cancel"]
    assert set(await shop.history()) == {"created", "awaiting", "refused"}
    assert (len(other.runs), shop.runs()) == (1, [])


async def test_where_it_is_not_said_each_line_is_proposed_and_works(shop: Scene) -> None:
    """Any command that two of them could carry out; the proposed line is said back."""
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
        assert answer.startswith("Which repository? Write one: "), line
        proposed = re.findall(r"`([^`]+)`", answer.splitlines()[0])
        assert len(proposed) == 2
        for one in proposed:
            again = await said(shop, one)
            assert not re.search("Which repository|is not a|Usage", again), (one, again)
        await shop.later(minutes=1)


async def test_an_environment_that_only_one_has_is_enough(shop: Scene) -> None:
    """By its name or an alias; one that neither has is refused with those that there are."""
    other = await side_by_side(shop, config=TWO)
    await shop.types("taro", "/ghapp lock staging 2h")
    assert (await shop.history(other.id))[-1] == "locked"
    await shop.types("taro", "/ghapp lock prod 2h")
    assert (await shop.history(other.id))[-2:] == ["locked", "locked"]
    answer = await said(shop, "/ghapp status nowhere")
    assert answer == "There is no environment `nowhere` here. Known: production, staging."


async def test_one_name_under_two_owners(shop: Scene) -> None:
    """The last part alone means both: the lines that are proposed have it in full."""
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
async def test_a_release_of_the_other(shop: Scene, named: str) -> None:
    """In every form."""
    other = await side_by_side(shop)
    number = next(iter(other.pulls))
    await shop.types("mona", "/deploy production " + named.format(number))
    assert (len(other.runs), shop.runs()) == (1, [])


async def test_a_reason_speaks_of_what_it_likes(shop: Scene) -> None:
    """Another repository in it is no target."""
    await merged(shop, shop.shop, "Fix totals")
    await shop.types("taro", "/ghapp lock production 2h waits for acme/app#7 and acme/api")
    assert "waits for acme/app#7 and acme/api" in await said(shop, "/ghapp status")


async def test_a_mistake_is_told_as_one(shop: Scene) -> None:
    """Whichever repository was meant, the line is wrong."""
    await side_by_side(shop)
    assert (await said(shop, "/ghapp deploi production")).startswith("`/deploi` is not a command.")
    assert (await said(shop, "/ghapp lock production 99x")).startswith("`99x` is not a time")


async def test_every_line_in_the_channel_works_in_it(shop: Scene) -> None:
    """Prompts, locks and turns name the repository as soon as there are two."""
    other = await side_by_side(shop)
    number = next(iter(other.pulls))
    assert f"`/deploy production acme/app#{number}`" in shop.channel()[-1]
    await shop.types("taro", "/ghapp lock production acme/app 2h migrating")
    assert shop.channel()[-1].endswith("To end that sooner: `/ghapp unlock production acme/app`")
    refused = await said(shop, f"/deploy production acme/app#{number}")
    assert "`/ghapp unlock production acme/app &lt;reason&gt;`" in refused
    await shop.types("mona", "/ghapp unlock production acme/app have to")
    assert f"`/deploy production acme/app#{number}`" in shop.channel()[-1]


async def test_a_repository_of_another_channel_is_refused_and_these_are_named(shop: Scene) -> None:
    """Whether it is known, installed and silent, or not there at all: nobody learns which."""
    await side_by_side(shop)
    shop.slack.add_channel("C0OTHER00", "other")
    elsewhere = repository(shop, "acme/api", APP.replace("C024BE91L", "C0OTHER00"))
    unheard = repository(shop, "acme/web", APP.replace("C024BE91L", "C0OTHER00"))
    repository(shop, "acme/bare", "")
    await merged(shop, elsewhere)
    for name in ("acme/api", "acme/web", "acme/bare", "acme/none", "strangers/app"):
        answer = await said(shop, f"/ghapp lock production {name} 2h why")
        assert answer == f"`{name}` is not spoken of in this channel. Here: acme/shop, acme/app."
        await shop.later(minutes=10)
    assert await shop.history(unheard.id) == []
    assert await shop.dead() == []


# ---------------------------------------------------------------- a command and what was stored before it


async def test_a_command_waits_for_the_first_event_of_its_repository(shop: Scene) -> None:
    """Typed while the merge still stands in the lane: nothing of that repository was worked yet."""
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
    """`/deploy production` means the newest, though its merge is still in the lane."""
    await merged(shop, shop.shop, "Reword notifications")
    pull = await shop.shop.open_pull("mona", "Fix totals")
    await shop.shop.merge(pull, by="mona")
    await shop.github.settled()
    await shop.slack.type(CHANNEL, MONA, "/deploy production")
    await shop.idle()
    (run,) = shop.runs()
    assert run.inputs["sha"] == pull.merge_commit_sha


async def test_a_repository_that_nothing_was_heard_of_is_found_by_its_name(shop: Scene) -> None:
    """The App is installed and the config names this channel: it can be locked before its first merge."""
    other = repository(shop)
    await shop.types("taro", "/ghapp lock production Acme/app 2h migrating")
    assert "locked" in await shop.history(other.id)
    assert shop.channel()[-1].startswith("🔒 taro has locked production until 15:42 JST: migrating.")


async def test_an_account_that_is_not_served_is_not_asked_for(shop: Scene) -> None:
    """GHAPP_OWNERS names those that are."""
    await shop.stop()
    shop.settings["GHAPP_OWNERS"] = "acme"
    await shop.start()
    repository(shop, "other/app")
    await merged(shop, shop.shop, "Fix totals")
    before = len(shop.github.exchanges)
    answer = await said(shop, "/ghapp lock production other/app 2h why")
    assert answer == "`other/app` is not spoken of in this channel. Here: acme/shop."
    assert not [one for one in shop.github.exchanges[before:] if "other/app" in one.path]


async def test_while_an_older_event_steps_aside_a_command_waits(shop: Scene) -> None:
    """GitHub fails once at the merge; ten seconds later both are done, in the order in which they came."""
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


async def test_an_older_event_that_stays_away_does_not_keep_a_command_for_ever(shop: Scene) -> None:
    """What says exactly what it means is done after half a minute; what means the newest cannot be known."""
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
        "I could not check `/deploy production`: `an earlier event of acme/shop is not worked yet` "
        "Nothing was done; please type it again."
    )
    assert "locked" in await shop.history()
    assert shop.runs() == []


async def test_a_gate_that_cannot_be_painted_keeps_no_command(shop: Scene) -> None:
    """It decides nothing: what is typed meanwhile is carried out at once, and the gate is tried again."""
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


# ---------------------------------------------------------------- who types


async def test_somebody_newly_linked_is_heard_at_once(shop: Scene) -> None:
    """Told that nobody has said who they are, linked by whoever may, and typed again."""
    shop.slack.add_person("U0KENJI00", "kenji")
    shop.shop.people["kenji"] = "write"
    await merged(shop, shop.shop, "Fix totals")
    assert (await said(shop, "/deploy production", "U0KENJI00")).startswith("Nobody has said who you are on GitHub.")
    assert await said(shop, "/deploy production", "U0KENJI00") == ""
    config = shop.shop.files()[".github/ghapp.yml"].replace("people: {", "people: {kenji: U0KENJI00, ")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Link kenji")
    await shop.types("U0KENJI00", "/deploy production")
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible", "account_inactive", "missing_scope"])
async def test_whom_slack_does_not_tell_is_answered_in_one_sentence(shop: Scene, code: str) -> None:
    """Nothing is done, and nothing is left behind."""
    await merged(shop, shop.shop, "Fix totals")
    shop.slack.faults.append(Fault("users.info", Error(code), times=9))
    answer = await said(shop, "/deploy production")
    assert answer == (
        f"Slack does not tell who you are (`Slack answered {code}`), so nothing was done. Members of this workspace "
        "act here: if you are one, show this to whoever runs ghapp."
    )
    assert (shop.runs(), await shop.dead()) == ([], [])


async def test_in_japanese_too(japanese_shop: Scene) -> None:
    """In the channel's language."""
    await merged(japanese_shop, japanese_shop.shop, "合計を修正")
    japanese_shop.slack.faults.append(Fault("users.info", Error("user_not_found"), times=9))
    assert (await said(japanese_shop, "/deploy production")).startswith("Slack からあなたの情報を取得できないため")


async def test_a_limit_of_slacks_only_delays(shop: Scene) -> None:
    """It is asked again when Slack allows it."""
    await merged(shop, shop.shop, "Fix totals")
    shop.slack.faults.append(Fault("users.info", Status(429, retry_after=20)))
    assert await said(shop, "/deploy production") == ""
    await shop.later(seconds=21)
    assert len(shop.runs()) == 1


async def test_a_bot_does_not_act(shop: Scene) -> None:
    """Whoever it is linked to."""
    await merged(shop, shop.shop, "Fix totals")
    shop.slack.add_person(MONA, "mona", bot=True)
    assert (await said(shop, "/deploy production")).startswith("Bots do not act here.")
    assert shop.runs() == []


async def test_what_stands_in_a_shared_channel_says_of_which_repository_it_is(shop: Scene) -> None:
    """Both have a #41 and a `production`: a release, a call and a notice begin with the repository's name."""
    first = await merged(shop, shop.shop, "Fix totals")
    assert shop.message("Fix totals").text.startswith("<@")  # it is alone there
    other = repository(shop)
    await merged(shop, other)
    assert shop.message("Speed up search").text.startswith(f"acme/app: <@{MONA}>")
    await shop.says("mona", "/deploy", on=first)
    assert shop.message("Fix totals").text.startswith("acme/shop: ")
    await shop.types("taro", "/ghapp lock production acme/app 1m migrating")
    await shop.later(minutes=2)
    call = shop.message("your turn")
    assert call.text.startswith(f"acme/app: <@{MONA}> production is free, your turn.")
    (block, *_) = call.blocks
    assert block["text"]["text"].startswith("acme/app: ")
