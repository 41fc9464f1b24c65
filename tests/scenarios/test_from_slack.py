"""A release from Slack alone, and the faults that can happen there."""

import json
import re
from typing import Any

import pytest

from ghapp.demo.github import Fault as GitHubFault
from ghapp.demo.github import faults
from ghapp.demo.slack import Drop, Error, Fault, Status, Version, Whisper
from tests.scenarios.scene import Scene
from tests.scenarios.test_metrics import samples

MONA, TARO = "<@U024BE7LH>", "<@U024BE7TA>"


async def waiting(shop: Scene, who: str = "mona", title: str = "Fix totals") -> str:
    """A merged pull request, as `#41`."""
    pull = await shop.opens(who, title)
    await shop.merges(who, pull)
    return f"#{pull.number}"


async def test_a_release_and_its_rollback_from_slack_alone(shop: Scene) -> None:
    """Prompt, button, refusal, call, deploy, end of the cool-down, next release, rollback."""
    first = await waiting(shop, "taro", "Reword notifications")
    assert shop.channel() == [
        f"{TARO} ready to deploy :rocket:\nReword notifications (#41 by taro)\n`/deploy production #41`\n"
        "production is free."
    ]
    assert shop.buttons(first) == ["Deploy", "Skip"]
    await shop.clicks("taro", "deploy", on=first)
    assert shop.channel()[0].startswith(":hourglass_flowing_sand: Deploying #41 to production (production-1, by taro).")
    assert shop.buttons(first) == ["Cancel"]

    second = await waiting(shop, "mona")
    assert shop.channel()[1] == (
        f"{MONA} #42 is merged, but production is locked.\ntaro is deploying #41. Next deploy: not before 14:12 JST."
        "\n1st in line. You will be mentioned when it is your turn."
    )
    assert shop.buttons(second) == ["Skip"]
    await shop.types("mona", "/deploy production #42")
    assert shop.whispers("mona") == [
        ":eyes: `/deploy production #42`",
        f"⏳ *Not deployed.* {TARO} is deploying #41 to production; it should be free from 14:12 JST (about 30 min)."
        f"\nYou are 1st in line and will be mentioned.\nUrgent? Ask {TARO} to `/ghapp cancel production`",
    ]

    await shop.ends(await shop.begins())
    assert shop.buttons(first) == ["Looks good, next"]
    await shop.clicks("taro", "unlock", on=first)
    assert f"{MONA} production is free, your turn.\n`/deploy production #42` Fix totals" in shop.channel()[-2:]
    assert shop.buttons("your turn") == ["Deploy", "Skip"]
    await shop.clicks("mona", "deploy", on="your turn")
    await shop.ends(await shop.begins())
    assert shop.channel()[1].startswith(":white_check_mark: #42 is live on production (production-2, by mona).")
    assert shop.buttons(second) == ["Roll back", "Looks good, next"]

    await shop.clicks("hanako", "rollback", on=second)
    await shop.ends(await shop.begins())
    assert shop.channel()[-1].startswith(f"<@U024BE7HA> {MONA} *production was rolled back to #41* (production-3)")
    assert shop.channel()[-1].endswith("When #42 is fixed: `/ghapp unlock production`, then deploy the fix.")
    assert shop.shop.deployed[-1].sha == shop.shop.deployed[0].sha


async def test_the_thread_shows_each_step(shop: Scene) -> None:
    """One message, edited at each step and without commands: slash commands do not work in threads."""
    first = await waiting(shop, "taro", "Reword notifications")
    assert shop.thread(first) == []
    await shop.clicks("taro", "deploy", on=first)
    await shop.ends(await shop.begins())
    (told,) = shop.thread(first)
    lines = told.splitlines()
    assert lines[0].startswith("13:42 JST taro: deploys `")
    assert lines[0].endswith("`, as production-1")
    assert lines[1].startswith("Run: <")
    assert lines[2:] == ["13:42 JST live", "13:42 JST locked until 14:12 JST"]


async def test_a_deploy_without_a_number_takes_the_newest_release(shop: Scene) -> None:
    """The answer names the releases that ship along."""
    await waiting(shop, "taro", "Reword notifications")
    await waiting(shop, "mona")
    await shop.types("mona", "/deploy production")
    assert shop.whispers("mona")[-1] == ("Deploying #42 to production (production-1).\nShips with it: #41 (taro)")
    assert len(shop.runs()) == 1


@pytest.mark.parametrize("typed", ["shop#41", "acme/shop#41", "https://github.com/acme/shop/pull/41", "#41"])
async def test_a_release_can_be_named_in_any_way(shop: Scene, typed: str) -> None:
    """With or without its repository, or by its URL."""
    await waiting(shop, "taro")
    await shop.types("taro", f"/deploy production {typed}")
    assert len(shop.runs()) == 1


async def test_other_commands_are_subcommands_of_ghapp(shop: Scene) -> None:
    """An unknown one is answered with the list of commands."""
    await waiting(shop, "taro")
    await shop.types("mona", "/ghapp status production")
    assert "nothing has been deployed through ghapp yet" in shop.whispers("mona")[-1]
    await shop.types("mona", "/ghapp wibble")
    assert "`/ghapp status" in shop.whispers("mona")[-1]
    await shop.types("taro", "/ghapp deploi production")
    assert shop.whispers("taro")[-1].startswith("`/deploi` is not a command.")


async def test_a_lock_from_slack_is_announced_in_the_channel(shop: Scene) -> None:
    await waiting(shop, "taro")
    await shop.types("mona", "/ghapp lock production 2h migrating")
    assert shop.channel()[-1].startswith("🔒 mona has locked production until 15:42 JST: migrating.")
    assert shop.channel()[-1].endswith("To unlock: `/ghapp unlock production`")


async def test_ending_another_persons_lock_asks_for_the_reason(shop: Scene) -> None:
    """In a modal; the holder is mentioned in the channel."""
    first = await waiting(shop, "taro", "Reword notifications")
    await shop.clicks("taro", "deploy", on=first)
    await shop.ends(await shop.begins())
    await shop.clicks("mona", "unlock", on=first)
    (modal,) = shop.slack.modals
    assert modal.view["title"]["text"] == "Unlock production"
    assert "taro" in modal.view["blocks"][0]["text"]["text"]
    await shop.slack.submit("C024BE91L", "U024BE7LH", modal, "checked it with\ntaro")
    await shop.idle()
    assert shop.channel()[-1] == (
        f"🔓 {TARO} production became free. mona ended your cool-down after #41: checked it with taro"
    )


async def test_a_skipped_release_ships_with_the_next_and_a_passed_one_keeps_its_place(shop: Scene) -> None:
    await waiting(shop, "taro", "Reword notifications")
    await shop.clicks("taro", "skip", on="#41")
    assert shop.channel()[0].startswith("#41 was skipped by taro:")
    assert shop.buttons("#41") == ["Deploy"]
    assert shop.whispers("taro")[-1].startswith("#41 was skipped:")
    await shop.types("taro", "/ghapp lock production")
    await waiting(shop, "mona")
    await waiting(shop, "hanako", "Speed up search")
    await shop.types("taro", "/ghapp unlock production")
    assert shop.buttons("your turn") == ["Deploy", "Pass"]
    await shop.clicks("mona", "pass", on="your turn")
    assert shop.channel()[-1].startswith("<@U024BE7HA> production is free, your turn.")
    assert shop.whispers("mona")[-1] == "hanako (#43) was asked instead; #42 keeps its place in line."


async def test_an_old_button_is_refused_by_its_number(shop: Scene) -> None:
    """It was offered at an earlier number, so its effect may not be the intended one."""
    first = await waiting(shop, "taro", "Reword notifications")
    before = shop.message(first).current
    await shop.clicks("taro", "deploy", on=first)
    await shop.ends(await shop.begins())
    old = shop.message(first)
    old.current = before
    await shop.clicks("mona", "deploy", on=old)
    assert shop.whispers("mona")[-1].startswith("That button belongs to production-0, and production is at")
    assert len(shop.runs()) == 1


async def test_a_member_without_a_linked_login_is_refused_with_the_line_to_add(shop: Scene) -> None:
    """Nothing is done, and the answer links to the config."""
    shop.slack.add_person("U0KENJI00", "kenji")
    first = await waiting(shop, "taro")
    await shop.clicks("U0KENJI00", "deploy", on=first)
    assert shop.runs() == []
    (told,) = shop.whispers("U0KENJI00")
    assert "`<GitHub login>: U0KENJI00`".replace("<", "&lt;").replace(">", "&gt;") in told
    assert "/acme/shop/edit/HEAD/.github/ghapp.yml|edit it>" in told


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"guest": True}, "Guests cannot use ghapp here."),
        ({"team": "T0OTHER00"}, "Only members of this workspace can use ghapp here"),
        ({"deleted": True}, "That Slack account is no longer active. Type it in the pull request."),
    ],
)
async def test_guests_and_members_of_other_workspaces_may_not_act(shop: Scene, who: dict[str, Any], words: str) -> None:
    """Whatever login they are linked to."""
    first = await waiting(shop, "taro")
    shop.slack.add_person("U024BE7LH", "mona", **who)
    await shop.clicks("mona", "deploy", on=first)
    assert shop.runs() == []
    assert shop.whispers("mona")[-1].startswith(words)


@pytest.mark.parametrize(("action", "line"), [("deploy", "deploy production #41"), ("skip", "skip production #41")])
async def test_a_press_that_could_not_be_checked_is_answered_with_its_command(
    shop: Scene, action: str, line: str
) -> None:
    """GitHub was unavailable for ten minutes, so nothing was done."""
    await waiting(shop, "taro")
    shop.github.faults.append(GitHubFault("POST", re.compile("/graphql$"), faults.status(502), times=999))
    await shop.clicks("taro", action, on="#41")
    for _ in range(61):
        await shop.later(seconds=10)
    (told,) = shop.whispers("taro")
    assert told.startswith(f"Could not check what was pressed (`{line}`, `GitHub answered 502")
    assert shop.runs() == []


async def test_an_outsider_is_answered_once(shop: Scene) -> None:
    shop.slack.add_person("U0KENJI00", "kenji")
    await waiting(shop, "taro")
    calls = len(shop.github.exchanges)
    for _ in range(20):
        await shop.types("U0KENJI00", "/deploy production #41")
    told = [text for text in shop.whispers("U0KENJI00") if not text.startswith(":eyes:")]
    assert len(told) == 1
    assert len(shop.github.exchanges) - calls <= 4


async def test_a_command_or_button_in_another_channel_is_refused(shop: Scene) -> None:
    """A message may be copied there."""
    shop.slack.add_channel("C0OTHER00", "random")
    first = await waiting(shop, "taro")
    await shop.types("taro", "/deploy production #41", channel="C0OTHER00")
    assert shop.whispers("taro")[-1].startswith("No repository uses this channel.")
    await shop.slack.press("C0OTHER00", "U024BE7TA", shop.message(first), "deploy")
    await shop.idle()
    assert shop.whispers("taro")[-1] == (
        "This is not the channel of production, so nothing was done. Type it in <#C024BE91L>."
    )
    assert shop.runs() == []


async def test_a_button_with_another_target_does_nothing(shop: Scene) -> None:
    """Another repository, environment or number: signed by Slack, but never offered."""
    first = await waiting(shop, "taro")
    message = shop.message(first)
    own = f"{shop.shop.id}/production/41/0"
    for other, words in (
        ("4711/production/41/0", "No repository uses this channel."),
        (f"{shop.shop.id}/staging/41/0", "There is no environment `staging` here."),
        (
            f"{shop.shop.id}/production/4711/0",
            "There is no pull request #4711 in this repository. Check the number and type it again.",
        ),
        (f"{shop.shop.id}/production/41/7", "That button belongs to production-7"),
    ):
        forged = json.loads(json.dumps(message.blocks).replace(own, other))
        await shop.clicks("taro", "deploy", on=Whisper("C024BE91L", "U024BE7TA", Version("", forged)))
        assert words in shop.whispers("taro")[-1]
    assert shop.runs() == []


async def test_requests_of_another_slack_app_are_ignored(shop: Scene) -> None:
    """They have a valid signature."""
    first = await waiting(shop, "taro")
    shop.slack.app = "A0OTHER00"
    await shop.types("taro", "/deploy production #41")
    await shop.clicks("taro", "deploy", on=first)
    assert shop.runs() == []
    assert shop.whispers("taro") == [":eyes: `/deploy production #41`"]


async def test_requests_of_another_workspace_are_ignored(shop: Scene) -> None:
    """They have a valid signature."""
    await waiting(shop, "taro")
    shop.slack.add_person("U024BE7TA", "taro", team="T0OTHER00")
    await shop.types("taro", "/deploy production #41")
    assert shop.runs() == []
    assert shop.whispers("taro") == [":eyes: `/deploy production #41`"]


async def test_a_person_who_may_not_deploy_on_github_may_not_in_slack(shop: Scene) -> None:
    """The role of the linked login is read at the press."""
    first = await waiting(shop, "taro")
    shop.shop.people["mona"] = "read"
    await shop.clicks("mona", "deploy", on=first)
    assert shop.runs() == []
    assert shop.whispers("mona") == [
        "You are not allowed to `/deploy` on production. Allowed: write or higher. Ask a person with that role."
    ]


async def test_slack_down_for_a_whole_deployment_changes_nothing_on_github_and_catches_up(shop: Scene) -> None:
    """Afterwards the channel shows the current state only."""
    pull = await shop.opens("taro")
    shop.slack.faults += [Fault(method, Status(503), times=1000) for method in ("chat.postMessage", "chat.update")]
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert len(shop.shop.deployed) == 1
    assert shop.channel() == []
    shop.slack.faults.clear()
    await shop.later(minutes=1)
    assert [text.splitlines()[0] for text in shop.channel()] == [
        ":white_check_mark: #41 is live on production (production-1, by taro)."
    ]


@pytest.mark.parametrize(
    "code", ["channel_not_found", "invalid_auth", "token_revoked", "not_in_channel", "is_archived", "msg_too_long"]
)
async def test_a_message_that_slack_refuses_is_posted_on_the_pull_request_once(shop: Scene, code: str) -> None:
    """With Slack's reason; deployments go on."""
    shop.slack.faults += [Fault(method, Error(code), times=1000) for method in ("chat.postMessage", "chat.update")]
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    (prompt,) = shop.replies(pull)
    assert prompt.startswith("@taro ready to deploy")
    assert f"Slack refused a message for `C024BE91L` (`Slack answered {code}`)" in prompt
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert len(shop.shop.deployed) == 1
    assert sum(code in reply for reply in shop.replies(pull)) == 1
    tried = sum(call.method == "chat.postMessage" for call in shop.slack.calls)
    assert tried <= 6
    told = await samples(shop.address + "/metrics")
    assert told[f'ghapp_slack_refused_total{{code="{code}"}}'] == tried


async def test_a_post_whose_answer_was_lost_is_found_again(shop: Scene) -> None:
    """By its metadata, so that the mention is not repeated."""
    shop.slack.faults.append(Fault("chat.postMessage", Drop.AFTER))
    await waiting(shop, "taro")
    await shop.later(seconds=30)
    assert len(shop.channel()) == 1


async def test_a_deploy_without_a_waiting_release_is_answered(shop: Scene) -> None:
    """At once and ephemerally; no dead letter is left."""
    await shop.released("taro")
    for line in ("/deploy production", "/deploy"):
        await shop.types("mona", line)
        assert shop.whispers("mona")[-1].startswith("Nothing is waiting for production.")
    assert await shop.dead() == []


# ---------------------------------------------------------------- threads of releases that were rolled back


async def test_the_thread_of_a_rolled_back_release_ends_with_the_rollback(shop: Scene) -> None:
    """Its time, target and person, once; later releases do not change it."""
    for number in (41, 42, 43):
        assert (await shop.released("taro")).number == number
        await shop.later(hours=1)
    await shop.types("mona", "/rollback production")
    (live, _) = shop.thread("#43")
    assert live.endswith("live")
    await shop.ends(await shop.begins())
    back = "rolled back to #42 (production-4, by mona)"
    live, rolled = shop.thread("#43")
    assert live.splitlines()[-1].endswith(back)
    assert rolled.endswith("rolled back")
    # a second rollback from the target of the first
    await shop.types("mona", "/rollback production to #41")
    await shop.ends(await shop.begins())
    assert [text.splitlines()[-1].split("JST ")[1] for text in shop.thread("#42")] == [
        "rolled back to #41 (production-5, by mona)",
        "rolled back",
    ]
    await shop.types("mona", "/ghapp unlock production")
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    meant = re.search(r"`(/deploy [^`]+ with [^`]+)`", shop.replies(pull)[-1])
    assert meant
    await shop.says("mona", meant[1], on=pull)
    await shop.ends(await shop.begins())
    assert [text.count("rolled back to") for text in shop.thread("#43")] == [1, 0]
    assert shop.thread("#41")[0].endswith("live")


async def test_the_thread_of_a_release_does_not_show_a_failed_rollback(shop: Scene) -> None:
    """The next rollback succeeds and is shown."""
    for _ in range(2):
        await shop.released("taro")
        await shop.later(hours=1)
    for conclusion in ("failure", "success"):
        await shop.types("mona", "/rollback production")
        await shop.ends(await shop.begins(), conclusion)
        assert shop.thread("#42")[0].count("rolled back to #41") == (conclusion == "success")
