"""Slack with all that is asked of it besides posting, against the local Slack, over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from ghapp.adapters.slack import Pace, SlackChat
from ghapp.core.model.slack_person import SlackPerson
from ghapp.core.views.slack import Question
from ghapp.core.views.slack_blocks import Message
from ghapp.demo.slack import APP, TEAM, Drop, Error, Fault, Slack, Status
from ghapp.demo.slack.state import Message as Talk
from ghapp.demo.slack.state import Version
from ghapp.ports import Home, Permanent, Retryable

CHANNEL, MONA = "C024BE91L", "U024BE7LH"
HELLO = Message("hello", ({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},), mark="1/production/42")
QUESTION = Question(title="Unlock", text="Why?", label="Reason", submit="Unlock", carries="{}")


@dataclass
class Clock:
    """It goes when it is told to."""

    now: datetime = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class World:
    """The workspace, and our client of it."""

    slack: Slack
    chat: SlackChat
    clock: Clock

    def fails(self, method: str, kind: Error | Status | Drop) -> None:
        """The next call of a method goes wrong."""
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
    """An address as Slack gives one with a command."""
    return world.slack._address(CHANNEL, MONA, None)


async def test_where_we_live_is_asked_once(world: World) -> None:
    """The workspace and the App belong to the token."""
    assert await world.chat.home() == Home(TEAM, APP)
    assert await world.chat.home() == Home(TEAM, APP)
    assert [call.method for call in world.slack.calls] == ["auth.test", "bots.info"]


async def test_without_the_scope_the_app_is_not_known(world: World) -> None:
    """The signature, whose secret is the App's own, still tells."""
    world.fails("bots.info", Error("missing_scope"))
    assert await world.chat.home() == Home(TEAM, None)


async def test_somebody_is_known_by_what_slack_says(world: World) -> None:
    """A member, a guest, somebody who left, somebody of another workspace."""
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
    """After an answer that was lost; in the channel or in its thread, and no other's."""
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
    """Page by page, and not for ever."""
    first = await world.chat.post(CHANNEL, HELLO)
    for number in range(250):
        world.slack.say(CHANNEL, MONA, str(number))
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) == first
    for number in range(100):
        world.slack.say(CHANNEL, MONA, str(number))
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) is None


async def test_where_we_may_not_look_nothing_is_found(world: World) -> None:
    """The scopes allow to post, and no more: then it is sent again rather than not at all."""
    world.fails("conversations.history", Error("missing_scope"))
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) is None
    world.fails("conversations.history", Error("invalid_auth"))
    with pytest.raises(Permanent):
        await world.chat.find(CHANNEL, HELLO.mark, since=world.clock())


async def test_one_person_alone_is_told(world: World) -> None:
    """At the address that came with the command."""
    await world.chat.whisper(CHANNEL, MONA, HELLO, reply=reply(world))
    assert world.slack.heard(MONA) == ["hello"]
    assert world.slack.channels[CHANNEL].messages == []
    assert [call.method for call in world.slack.calls] == ["response_url"]


async def test_when_the_address_is_used_up_there_is_another_way(world: World) -> None:
    """Five answers, half an hour; then by the person's id."""
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
    """However well the request was signed that named it."""
    await world.chat.whisper(CHANNEL, MONA, HELLO, reply=address)
    assert [call.method for call in world.slack.calls] == ["chat.postEphemeral"]


async def test_a_modal_opens_once_within_three_seconds(world: World) -> None:
    """With what it carries."""
    trigger = world.slack.trigger()
    await world.chat.ask(trigger, QUESTION)
    (modal,) = world.slack.modals
    assert modal.view["private_metadata"] == "{}"
    late = world.slack.trigger()
    world.clock.now += timedelta(seconds=4)
    for one in (trigger, late):
        with pytest.raises(Permanent, match="expired_trigger_id"):
            await world.chat.ask(one, QUESTION)


async def test_a_thread_is_looked_through_from_when_it_was_posted(world: World) -> None:
    """Slack tells a thread from its beginning, and no more than some pages of it are read."""
    began = await world.chat.post(CHANNEL, HELLO)
    talk = world.slack.channels[CHANNEL]
    for number in range(350):
        world.slack.append(talk, Talk(world.slack.stamp(), MONA, Version(str(number), []), thread_ts=began))
    world.clock.now += timedelta(minutes=5)
    detail = replace(HELLO, mark="1/production/42/thread")
    posted = await world.chat.post(CHANNEL, detail, thread=began)
    assert await world.chat.find(CHANNEL, detail.mark, since=world.clock(), thread=began) == posted


async def test_what_slack_dates_a_little_otherwise_is_found(world: World) -> None:
    """Its clock is not ours."""
    posted = await world.chat.post(CHANNEL, HELLO)
    for seconds in (30, -30):
        world.clock.now += timedelta(seconds=seconds)
        assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) == posted
        world.clock.now -= timedelta(seconds=seconds)


async def test_where_the_bot_is_not_it_may_post_and_cannot_look(world: World) -> None:
    """A public channel takes its messages, a private one does not; who may invite it is told to."""
    world.slack.channels[CHANNEL].invited = False
    await world.chat.post(CHANNEL, HELLO)
    assert await world.chat.find(CHANNEL, HELLO.mark, since=world.clock()) is None
    (found,) = await world.chat.complaints()
    assert found.shown == f"invite the bot to {CHANNEL}: it cannot read what it posts there"
    world.slack.channels[CHANNEL].private = True
    with pytest.raises(Permanent, match="not_in_channel"):
        await world.chat.post(CHANNEL, HELLO)
