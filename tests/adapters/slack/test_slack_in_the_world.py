"""Slack's other calls besides posting, against the local Slack, over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from msgspec.structs import replace

from ghapp.adapters.slack import Pace, SlackChat
from ghapp.core.model.published import Message, Question
from ghapp.core.model.slack_person import SlackPerson
from ghapp.demo.slack import APP, TEAM, Drop, Error, Fault, Slack, Status
from ghapp.demo.slack.state import Message as Talk
from ghapp.demo.slack.state import Version
from ghapp.ports import Home, Permanent, Retryable

CHANNEL, MONA = "C024BE91L", "U024BE7LH"
HELLO = Message("hello", ({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},), mark="1/production/42")
QUESTION = Question(title="Unlock", text="Why?", label="Reason", submit="Unlock", carries="{}")


@dataclass
class Clock:
    """A clock that only tests move."""

    now: datetime = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class World:
    """The workspace, and our client."""

    slack: Slack
    chat: SlackChat
    clock: Clock

    def fails(self, method: str, kind: Error | Status | Drop) -> None:
        """The next call of this method fails."""
        self.slack.faults.append(Fault(method, kind))


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A channel with mona in it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    clock = Clock()
    slack = Slack(now=clock, token="xoxb-world", secret="signed")
    slack.add_channel(CHANNEL, "releases")
    slack.add_person(MONA, "mona")
    url = await slack.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield World(slack, SlackChat(session, token="xoxb-world", base_url=url, pace=Pace(0, clock=clock)), clock)
    finally:
        await slack.close()


def reply(world: World) -> str:
    """A response URL as Slack gives it with a command."""
    return world.slack._address(CHANNEL, MONA, None)


async def test_the_workspace_and_the_app_are_read_once(world: World) -> None:
    """Both belong to the token."""
    assert await world.chat.home() == Home(TEAM, APP)
    assert await world.chat.home() == Home(TEAM, APP)
    assert [call.method for call in world.slack.calls] == ["auth.test", "bots.info"]


async def test_without_the_scope_the_app_is_not_known(world: World) -> None:
    """The signature still identifies it, since its secret is the App's own."""
    world.fails("bots.info", Error("missing_scope"))
    assert await world.chat.home() == Home(TEAM, None)


async def test_the_kinds_of_people_in_slack(world: World) -> None:
    """A member, a guest, a deactivated member, a person of another workspace."""
    world.slack.add_person("U1", "guest", guest=True)
    world.slack.add_person("U2", "gone", deleted=True)
    world.slack.add_person("U3", "stranger", team="T0OTHER00")
    found = [await world.chat.person(user) for user in (MONA, "U1", "U2", "U3")]
    assert found == [
        SlackPerson(id=MONA, team=TEAM),
        SlackPerson(id="U1", team=TEAM, guest=True),
        SlackPerson(id="U2", team=TEAM, deleted=True),
        SlackPerson(id="U3", team="T0OTHER00", stranger=True),
    ]
    with pytest.raises(Permanent, match="user_not_found"):
        await world.chat.person("U9")


async def test_a_message_is_found_again_by_its_mark(world: World) -> None:
    """After a lost answer, in the channel or in its thread, and no other message."""
    world.fails("chat.postMessage", Drop.AFTER)
    with pytest.raises(Retryable):
        await world.chat.post(CHANNEL, HELLO)
    world.slack.say(CHANNEL, MONA, "hello")
    began = await world.chat.find(CHANNEL, HELLO.mark, since=world.clock())
    assert began == world.slack.channels[CHANNEL].messages[0].ts
    assert await world.chat.find(CHANNEL, "1/production/43", since=world.clock()) is None
    world.clock.now += timedelta(seconds=10)
    detail = replace(HELLO, mark="1/production/42/thread")
    answered = await world.chat.post(CHANNEL, detail, thread=began)
    assert await world.chat.find(CHANNEL, detail.mark, since=world.clock()) is None
    assert await world.chat.find(CHANNEL, detail.mark, since=world.clock(), thread=began) == answered


async def test_a_message_is_found_behind_many_others(world: World) -> None:
    """Page by page, up to a limit."""
    first = await world.chat.post(CHANNEL, HELLO)
    for number in range(250):
        world.slack.say(CHANNEL, MONA, str(number))
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) == first
    for number in range(100):
        world.slack.say(CHANNEL, MONA, str(number))
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) is None


async def test_without_the_scope_to_read_nothing_is_found(world: World) -> None:
    """A message is then posted a second time rather than not at all."""
    world.fails("conversations.history", Error("missing_scope"))
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) is None
    world.fails("conversations.history", Error("invalid_auth"))
    with pytest.raises(Permanent):
        await world.chat.find(CHANNEL, HELLO.mark, since=world.clock())


async def test_a_whisper_reaches_one_person_alone(world: World) -> None:
    """At the response URL of the command."""
    await world.chat.whisper(CHANNEL, MONA, HELLO, reply=reply(world))
    assert world.slack.heard(MONA) == ["hello"]
    assert world.slack.channels[CHANNEL].messages == []
    assert [call.method for call in world.slack.calls] == ["response_url"]


async def test_a_whisper_goes_by_the_persons_id_where_the_response_url_is_used_up(world: World) -> None:
    """A response URL takes five answers within half an hour."""
    address = reply(world)
    for _ in range(6):
        await world.chat.whisper(CHANNEL, MONA, HELLO, reply=address)
    world.clock.now += timedelta(minutes=31)
    await world.chat.whisper(CHANNEL, MONA, HELLO, reply=reply(world))
    await world.chat.whisper(CHANNEL, MONA, HELLO, reply="")
    assert world.slack.heard(MONA) == ["hello"] * 8
    assert [call.method for call in world.slack.calls].count("chat.postEphemeral") == 2


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.slack.com.evil.example/x",
        "http://hooks.slack.com/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://evil.example/?https://hooks.slack.com/",
        "//hooks.slack.com/x",
    ],
)
async def test_nothing_is_sent_to_an_address_that_is_not_slacks(world: World, address: str) -> None:
    """Even though the request that names it is signed."""
    await world.chat.whisper(CHANNEL, MONA, HELLO, reply=address)
    assert [call.method for call in world.slack.calls] == ["chat.postEphemeral"]


async def test_a_modal_opens_once_within_three_seconds(world: World) -> None:
    """Slack's trigger is good for one modal, which keeps its private metadata."""
    trigger = world.slack.trigger()
    await world.chat.ask(trigger, QUESTION)
    (modal,) = world.slack.modals
    assert modal.view["private_metadata"] == "{}"
    late = world.slack.trigger()
    world.clock.now += timedelta(seconds=4)
    for one in (trigger, late):
        with pytest.raises(Permanent, match="expired_trigger_id"):
            await world.chat.ask(one, QUESTION)


async def test_a_thread_is_searched_from_the_time_of_the_post(world: World) -> None:
    """Slack lists a thread from its beginning, and only some pages of it are read."""
    began = await world.chat.post(CHANNEL, HELLO)
    talk = world.slack.channels[CHANNEL]
    for number in range(350):
        world.slack.append(talk, Talk(world.slack.stamp(), MONA, Version(str(number), []), thread_ts=began))
    world.clock.now += timedelta(minutes=5)
    detail = replace(HELLO, mark="1/production/42/thread")
    posted = await world.chat.post(CHANNEL, detail, thread=began)
    assert await world.chat.find(CHANNEL, detail.mark, since=world.clock(), thread=began) == posted


async def test_a_message_is_found_though_slacks_clock_differs(world: World) -> None:
    """By up to half a minute."""
    posted = await world.chat.post(CHANNEL, HELLO)
    for seconds in (30, -30):
        world.clock.now += timedelta(seconds=seconds)
        assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) == posted
        world.clock.now -= timedelta(seconds=seconds)


async def test_a_bot_outside_a_channel_may_post_and_cannot_read(world: World) -> None:
    """A public channel takes its messages, a private one does not; a complaint asks for an invitation."""
    world.slack.channels[CHANNEL].invited = False
    await world.chat.post(CHANNEL, HELLO)
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) is None
    (found,) = await world.chat.complaints()
    assert found.shown == f"invite the bot to {CHANNEL}: it cannot read what it posts there"
    world.slack.channels[CHANNEL].private = True
    with pytest.raises(Permanent, match="not_in_channel"):
        await world.chat.post(CHANNEL, HELLO)
