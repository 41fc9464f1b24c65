"""The local Slack, seen by the real client over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from ghapp.demo.slack import BOT, Drop, Error, Fault, Slack, Status

TOKEN = "xoxb-world"
CHANNEL = "C024BE91L"
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

Json = dict[str, Any]


@dataclass
class World:
    slack: Slack
    client: AsyncWebClient
    url: str

    async def refused(self, **arguments: Any) -> str:
        """The error code of a refused post."""
        with pytest.raises(SlackApiError) as caught:
            await self.client.api_call("chat.postMessage", json={"channel": CHANNEL, "text": "hello"} | arguments)
        answer = caught.value.response
        assert answer.status_code == 200
        assert answer["ok"] is False
        return str(answer["error"])


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    slack = Slack(now=lambda: NOON, token=TOKEN)
    slack.add_channel(CHANNEL, "releases")
    slack.add_person("U024BE7LH", "mona", "mona@example.com")
    url = await slack.start()
    try:
        yield World(slack, AsyncWebClient(TOKEN, base_url=url, retry_handlers=[]), url)
    finally:
        await slack.close()


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str = "deploy") -> Json:
    return {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action_id}


def context(count: int) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * count}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons)}


def header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


async def test_a_post_is_kept_with_its_blocks_and_metadata(world: World) -> None:
    """A post by the real client is in the channel with all its fields."""
    metadata = Metadata(event_type="release", event_payload={"number": 42})
    answer = await world.client.chat_postMessage(
        channel=CHANNEL,
        text="ready",
        blocks=[section("*ready*"), actions(button("Deploy"))],
        metadata=metadata,
    )
    [message] = world.slack.channels[CHANNEL].messages
    assert (answer["channel"], answer["ts"]) == (CHANNEL, message.ts)
    assert answer["message"]["text"] == message.text == "ready"
    assert message.blocks == [section("*ready*"), actions(button("Deploy"))]
    assert message.metadata == {"event_type": "release", "event_payload": {"number": 42}}
    assert (message.author, message.edited, message.thread_ts) == (BOT, False, None)


async def test_every_ts_is_unique_even_while_the_clock_stands_still(world: World) -> None:
    """A ts is seconds and microseconds of the clock, and never repeats."""
    found = [(await world.client.chat_postMessage(channel=CHANNEL, text="x"))["ts"] for _ in range(3)]
    second = int(NOON.timestamp())
    assert found == [f"{second}.000000", f"{second}.000001", f"{second}.000002"]


async def test_a_reply_keeps_its_thread(world: World) -> None:
    """thread_ts is a string and stays one."""
    parent = (await world.client.chat_postMessage(channel=CHANNEL, text="ready"))["ts"]
    await world.client.chat_postMessage(channel=CHANNEL, text="go", thread_ts=parent)
    assert [each.thread_ts for each in world.slack.channels[CHANNEL].messages] == [None, parent]


async def test_a_channel_may_be_named_in_a_post_but_not_in_an_update(world: World) -> None:
    """Posting takes "#releases"; updating takes the id alone."""
    answer = await world.client.chat_postMessage(channel="#releases", text="ready")
    assert answer["channel"] == CHANNEL
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await world.client.chat_update(channel="#releases", ts=answer["ts"], text="later")


async def test_an_update_keeps_former_versions(world: World) -> None:
    """The message is edited in place; its former versions can be read; its metadata stays."""
    metadata = {"event_type": "release", "event_payload": {"number": 42}}
    post = await world.client.chat_postMessage(channel=CHANNEL, text="a", blocks=[section("a")], metadata=metadata)
    await world.client.chat_update(channel=CHANNEL, ts=post["ts"], text="b", blocks=[section("b")])
    [message] = world.slack.channels[CHANNEL].messages
    assert (message.text, message.blocks, message.metadata) == ("b", [section("b")], metadata)
    assert [(each.text, each.blocks) for each in message.edits] == [("a", [section("a")])]
    assert message.edited


async def test_an_update_of_the_text_alone_takes_the_blocks_away(world: World) -> None:
    """As Slack documents it; blocks alone leave the text."""
    post = await world.client.chat_postMessage(channel=CHANNEL, text="a", blocks=[section("a")])
    await world.client.api_call("chat.update", json={"channel": CHANNEL, "ts": post["ts"], "blocks": [section("b")]})
    [message] = world.slack.channels[CHANNEL].messages
    assert (message.text, message.blocks) == ("a", [section("b")])
    await world.client.chat_update(channel=CHANNEL, ts=post["ts"], text="c")
    assert (message.text, message.blocks) == ("c", [])


async def test_an_update_of_a_foreign_message_is_refused(world: World) -> None:
    """Neither an unknown message, nor one that a person wrote."""
    with pytest.raises(SlackApiError, match="message_not_found"):
        await world.client.chat_update(channel=CHANNEL, ts="1.000000", text="b")
    message = world.slack.say(CHANNEL, "U024BE7LH", "good morning")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await world.client.chat_update(channel=CHANNEL, ts=message.ts, text="b")
    assert (message.text, message.edited) == ("good morning", False)


async def test_an_empty_update_is_refused(world: World) -> None:
    """no_text, and the message stays unchanged."""
    post = await world.client.chat_postMessage(channel=CHANNEL, text="a")
    with pytest.raises(SlackApiError, match="no_text"):
        await world.client.api_call("chat.update", json={"channel": CHANNEL, "ts": post["ts"]})
    assert world.slack.channels[CHANNEL].messages[0].text == "a"


async def test_a_form_is_taken_like_json(world: World) -> None:
    """Structures are JSON text within a form."""
    form = {"channel": CHANNEL, "text": "ready", "blocks": '[{"type": "divider"}]'}
    await world.client.api_call("chat.postMessage", data=form)
    [message] = world.slack.channels[CHANNEL].messages
    assert (message.text, message.blocks) == ("ready", [{"type": "divider"}])
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        await world.client.api_call("chat.postMessage", data=form | {"blocks": "[{"})


async def test_a_person_is_found_by_email(world: World) -> None:
    """Regardless of case; an unknown person is users_not_found."""
    assert (await world.client.users_lookupByEmail(email="Mona@Example.com"))["user"]["id"] == "U024BE7LH"
    with pytest.raises(SlackApiError, match="users_not_found"):
        await world.client.users_lookupByEmail(email="taro@example.com")


async def test_channels_are_listed_with_their_scope(world: World) -> None:
    """A private one only where the bot is in it."""
    world.slack.add_channel("C0PRIVATE", "secret", invited=False, private=True)
    world.slack.scopes -= {"channels:read", "groups:read"}
    with pytest.raises(SlackApiError, match="missing_scope"):
        await world.client.conversations_list()
    world.slack.scopes.add("channels:read")
    world.slack.add_channel("C0PUBLIC", "open", invited=False)
    first = await world.client.conversations_list(limit=1)
    more = await world.client.conversations_list(cursor=first["response_metadata"]["next_cursor"])
    listed = [(one["id"], one["is_member"]) for one in (*first["channels"], *more["channels"])]
    assert ((CHANNEL, True) in listed, ("C0PUBLIC", False) in listed) == (True, True)
    assert "C0PRIVATE" not in dict(listed)


async def test_a_members_channels_are_listed(world: World) -> None:
    """A private one only where the bot is in it too."""
    slack = world.slack
    slack.add_person("U0MEMBER1", "mona")
    slack.add_channel("C0SECRET1", "secret", invited=False, private=True)
    slack.add_channel("C0SECRET2", "shared", private=True)
    slack.add_channel("C0OTHERS1", "others")
    slack.channels["C0OTHERS1"].members = set()
    listed = await world.client.users_conversations(user="U0MEMBER1", types="public_channel,private_channel")
    found = [one["id"] for one in listed["channels"]]
    assert (CHANNEL in found, "C0SECRET2" in found) == (True, True)
    assert not {"C0SECRET1", "C0OTHERS1"} & {*found}
    public = await world.client.users_conversations(user="U0MEMBER1")
    assert "C0SECRET2" not in [one["id"] for one in public["channels"]]


async def test_a_home_is_published_within_slacks_limits(world: World) -> None:
    """A hundred blocks, for a person of the workspace."""
    world.slack.add_person("U0MEMBER1", "mona")
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
    await world.client.views_publish(user_id="U0MEMBER1", view={"type": "home", "blocks": [block] * 100})
    assert len(world.slack.homes["U0MEMBER1"]["blocks"]) == 100
    for person, view in (
        ("U0MEMBER1", {"type": "home", "blocks": [block] * 101}),
        ("U0MEMBER1", {"type": "modal", "blocks": [block]}),
        ("U0NOBODY1", {"type": "home", "blocks": [block]}),
    ):
        with pytest.raises(SlackApiError, match="invalid_arguments"):
            await world.client.views_publish(user_id=person, view=view)


async def test_a_removed_app_has_no_token(world: World) -> None:
    """Until it is installed again."""
    world.slack.removed = "account_inactive"
    with pytest.raises(SlackApiError, match="account_inactive"):
        await world.client.auth_test()
    world.slack.install()
    assert (await world.client.auth_test())["user_id"] == BOT


async def test_the_bot_reads_its_own_user(world: World) -> None:
    """auth.test names the bot's own user."""
    assert (await world.client.auth_test())["user_id"] == BOT


async def test_a_wrong_token_and_a_missing_one_have_different_errors(world: World) -> None:
    """invalid_auth and not_authed; nothing is posted, and no token is kept with the call."""
    for token, error in (("xoxb-other", "invalid_auth"), (None, "not_authed")):
        client = AsyncWebClient(token, base_url=world.url, retry_handlers=[])
        with pytest.raises(SlackApiError, match=error):
            await client.chat_postMessage(channel=CHANNEL, text="hello")
    await world.client.api_call("auth.test", data={"token": TOKEN})
    assert world.slack.channels[CHANNEL].messages == []
    assert "xoxb" not in str(world.slack.calls)


async def test_an_unknown_method_is_kept_by_name(world: World) -> None:
    """The answer is an error, and the test can see the name."""
    with pytest.raises(SlackApiError, match="unknown_method"):
        await world.client.reactions_list()
    assert world.slack.unknown == ["reactions.list"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0000000"}, "channel_not_found"),
        ({"text": " "}, "no_text"),
        ({"text": "x" * 13_001}, "msg_too_long"),
        ({"blocks": [section("x" * 3000)] * 4 + [section("x" * 1001)]}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": "bare"}]}, "invalid_blocks"),
        ({"blocks": [header("x" * 151)]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [context(11)]}, "invalid_blocks"),
        ({"blocks": [context(0)]}, "invalid_blocks"),
        ({"blocks": [actions(*(button("x", f"a{n}") for n in range(26)))]}, "invalid_blocks"),
        ({"blocks": [actions(button("x" * 76))]}, "invalid_blocks"),
        ({"blocks": [actions(button("Deploy"), button("Skip"))]}, "invalid_blocks"),
        ({"blocks": [actions(button("Deploy") | {"style": "green"})]}, "invalid_blocks"),
        ({"blocks": [actions(button("Deploy") | {"value": "x" * 2001})]}, "invalid_blocks"),
        ({"blocks": [actions(button("Deploy") | {"confirm": {"title": "Sure?"}})]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider", "block_id": "a"}] * 2}, "invalid_blocks"),
        ({"blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"blocks": ["section"]}, "invalid_blocks"),
        ({"blocks": {"type": "section"}}, "invalid_blocks"),
        ({"metadata": {"event_type": "release"}}, "invalid_metadata_format"),
    ],
)
async def test_a_post_that_slack_would_refuse_is_refused(world: World, arguments: Json, error: str) -> None:
    """The error code is Slack's, and the channel stays empty."""
    assert await world.refused(**arguments) == error
    assert world.slack.channels[CHANNEL].messages == []


async def test_a_post_at_the_limits_is_accepted(world: World) -> None:
    """Each limit is a number that is still allowed."""
    confirm = {
        "title": {"type": "plain_text", "text": "x" * 100},
        "text": {"type": "mrkdwn", "text": "x" * 300},
        "confirm": {"type": "plain_text", "text": "x" * 30},
        "deny": {"type": "plain_text", "text": "x" * 30},
    }
    fields = {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 10}
    full = actions(*(button("x" * 75, f"a{n}") for n in range(24)), button("Go") | {"confirm": confirm})
    blocks = [section("x" * 3000), header("x" * 150), context(10), full, fields]
    await world.client.chat_postMessage(channel=CHANNEL, text="x" * 13_000, blocks=blocks + [{"type": "divider"}] * 45)
    assert len(world.slack.channels[CHANNEL].messages) == 1


async def test_a_refusal_names_the_place_in_the_block(world: World) -> None:
    """The error names the place, as Slack does."""
    with pytest.raises(SlackApiError) as caught:
        await world.client.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("x" * 3001)])
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_calls_are_kept_with_their_answers(world: World) -> None:
    """In order, refused ones too."""
    await world.client.auth_test()
    await world.refused(channel="C0000000")
    first, second = world.slack.calls
    assert (first.method, second.method) == ("auth.test", "chat.postMessage")
    assert second.arguments == {"channel": "C0000000", "text": "hello"}
    assert second.answer == {"ok": False, "error": "channel_not_found"}


async def test_a_fault_lasts_as_many_times_as_it_was_given(world: World) -> None:
    """Other methods are not affected."""
    world.slack.faults.append(Fault("chat.postMessage", Error("is_archived"), times=2))
    await world.client.auth_test()
    assert [await world.refused(), await world.refused()] == ["is_archived", "is_archived"]
    await world.client.chat_postMessage(channel=CHANNEL, text="hello")
    assert len(world.slack.channels[CHANNEL].messages) == 1


@pytest.mark.parametrize("status", [Status(429, retry_after=30), Status(500)])
async def test_a_status_reaches_the_client_and_posts_nothing(world: World, status: Status) -> None:
    """A limit comes with its Retry-After, an outage without JSON."""
    world.slack.faults.append(Fault("chat.postMessage", status))
    with pytest.raises(SlackApiError) as caught:
        await world.client.chat_postMessage(channel=CHANNEL, text="hello")
    assert caught.value.response.status_code == status.code
    assert caught.value.response.headers.get("Retry-After") == (None if status.code == 500 else "30")
    assert world.slack.channels[CHANNEL].messages == []
    assert world.slack.calls[0].answer is None


@pytest.mark.parametrize(("drop", "posted"), [(Drop.BEFORE, 0), (Drop.AFTER, 1)])
async def test_a_cut_connection_leaves_the_caller_in_doubt(world: World, drop: Drop, posted: int) -> None:
    """The client cannot distinguish the two cases; the channel shows the difference."""
    world.slack.faults.append(Fault("chat.postMessage", drop))
    with pytest.raises(aiohttp.ClientConnectionError):
        await world.client.chat_postMessage(channel=CHANNEL, text="hello")
    assert len(world.slack.channels[CHANNEL].messages) == posted


async def test_until_sees_a_change_when_it_happens(world: World) -> None:
    """It returns the predicate's result."""
    messages = world.slack.channels[CHANNEL].messages
    waiting = asyncio.create_task(world.slack.until(lambda: messages and messages[-1].text))
    await world.client.chat_postMessage(channel=CHANNEL, text="hello")
    assert await waiting == "hello"


async def test_until_names_the_awaited_condition(world: World) -> None:
    """The error names the awaited condition, and shows the current state."""
    world.slack.say(CHANNEL, "U024BE7LH", "good morning")

    def a_second_message() -> bool:
        return len(world.slack.channels[CHANNEL].messages) == 2

    with pytest.raises(TimeoutError, match=r"a_second_message.*test_slack_world\.py.*good morning"):
        await world.slack.until(a_second_message, timeout=0)
    with pytest.raises(TimeoutError, match="the prompt for #42"):
        await world.slack.until(lambda: False, timeout=0, awaited="the prompt for #42")
