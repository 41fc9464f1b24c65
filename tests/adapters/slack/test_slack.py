"""Slack: the requests, and every way in which they can fail."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aioresponses import CallbackResult, aioresponses

from ghapp.adapters.slack import Pace, SlackChat
from ghapp.adapters.slack import calls as adapter
from ghapp.core.model.published import Message, Question
from ghapp.demo.slack import Drop, Fault, Slack, Status
from ghapp.ports import Overslept, Permanent, Retryable, in_hand_while

BASE = "https://slack.test/api/"
POST, UPDATE = f"{BASE}chat.postMessage", f"{BASE}chat.update"
TOKEN = "xoxb-canary"
HELLO = Message("hello", ({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},))
BODY = {
    "channel": "C024BE91L",
    "text": "hello",
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}],
    "unfurl_links": False,
    "unfurl_media": False,
    "link_names": False,
}


@dataclass
class Bench:
    chat: SlackChat
    web: aioresponses

    def calls(self) -> list[dict[str, Any]]:
        return [call.kwargs for calls in (self.web.requests or {}).values() for call in calls]


@pytest.fixture
async def on(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with aiohttp.ClientSession() as session:
        with aioresponses() as web:
            yield Bench(SlackChat(session, token=TOKEN, base_url=BASE), web)


async def test_a_message_is_posted_quietly(on: Bench) -> None:
    """Without previews or links made of names; its timestamp stays text."""
    on.web.post(POST, payload={"ok": True, "channel": "C024BE91L", "ts": "1763866800.000100"})
    assert await on.chat.post("C024BE91L", HELLO) == "1763866800.000100"
    (call,) = on.calls()
    assert call["json"] == BODY
    assert call["headers"]["Authorization"] == f"Bearer {TOKEN}"


async def test_nothing_is_sent_for_an_item_no_longer_in_hand(on: Bench) -> None:
    """No message, edit, whisper by either way, or modal."""
    with in_hand_while(lambda: False):
        for change in (
            on.chat.post("C024BE91L", HELLO),
            on.chat.edit("C024BE91L", "1763866800.000100", HELLO),
            on.chat.whisper("C024BE91L", "U024BE7LH", HELLO, reply=""),
            on.chat.whisper("C024BE91L", "U024BE7LH", HELLO, reply="https://hooks.slack.com/commands/1"),
            on.chat.ask("1.2", Question(title="Unlock", text="why", label="Reason", submit="Unlock", carries="x")),
        ):
            with pytest.raises(Overslept):
                await change
    assert on.calls() == []


async def test_a_message_is_replaced(on: Bench) -> None:
    """By channel and timestamp."""
    on.web.post(UPDATE, payload={"ok": True, "channel": "C024BE91L", "ts": "1763866800.000100", "text": "hello"})
    await on.chat.edit("C024BE91L", "1763866800.000100", HELLO)
    (call,) = on.calls()
    assert call["json"] == BODY | {"ts": "1763866800.000100"}


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "missing_scope",
        "not_in_channel",
        "is_archived",
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "a_new_code",
    ],
)
async def test_a_permanent_fault_names_slacks_code(on: Bench, code: str) -> None:
    """A person has to change something."""
    on.web.post(POST, payload={"ok": False, "error": code})
    with pytest.raises(Permanent, match=f"^Slack answered {code}$"):
        await on.chat.post("C024BE91L", HELLO)


@pytest.mark.parametrize(
    "code", ["internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"]
)
async def test_slacks_passing_errors_are_retried(on: Bench, code: str) -> None:
    on.web.post(UPDATE, payload={"ok": False, "error": code})
    with pytest.raises(Retryable, match=f"^Slack answered {code}$"):
        await on.chat.edit("C024BE91L", "1.2", HELLO)


@pytest.mark.parametrize(
    ("headers", "after"),
    [({"Retry-After": "7"}, 7), ({}, 30), ({"Retry-After": "soon"}, 30), ({"Retry-After": "9" * 5000}, 3600)],
)
async def test_a_limit_has_a_waiting_time(on: Bench, headers: dict[str, str], after: int) -> None:
    """After `Retry-After` seconds, or 30; the adapter neither sleeps nor sends again."""
    on.web.post(POST, status=429, payload={"ok": False, "error": "ratelimited"}, headers=headers)
    with pytest.raises(Retryable) as caught:
        await on.chat.post("C024BE91L", HELLO)
    assert caught.value.after == timedelta(seconds=after)
    assert len(on.calls()) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/json"])
async def test_a_broken_slack(on: Bench, status: int, kind: str) -> None:
    """The body does not matter."""
    on.web.post(POST, status=status, body="<html>", content_type=kind)
    with pytest.raises(Retryable):
        await on.chat.post("C024BE91L", HELLO)
    assert len(on.calls()) == 1


@pytest.mark.parametrize("body", ["<html>", "", "[]", '{"ok": true}', '{"ok": false}'])
@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/json"])
async def test_a_good_status_with_a_bad_body(on: Bench, body: str, kind: str) -> None:
    """A proxy's page is not Slack's answer."""
    on.web.post(POST, body=body, content_type=kind)
    with pytest.raises(Retryable):
        await on.chat.post("C024BE91L", HELLO)


async def test_an_address_that_is_not_slack(on: Bench) -> None:
    """A 404 without a code is permanent."""
    on.web.post(POST, status=404, body="not here", content_type="text/html")
    with pytest.raises(Permanent, match=r"^Slack answered 404$"):
        await on.chat.post("C024BE91L", HELLO)


@pytest.mark.parametrize(
    "error", [TimeoutError(), aiohttp.ServerDisconnectedError(), aiohttp.ClientOSError(104, "reset"), ConnectionError()]
)
async def test_a_lost_answer_is_not_sent_again_here(on: Bench, error: Exception) -> None:
    """A message could be posted twice."""
    on.web.post(POST, exception=error)
    with pytest.raises(Retryable, match=type(error).__name__):
        await on.chat.post("C024BE91L", HELLO)
    assert len(on.calls()) == 1


async def test_a_slack_that_never_answers(on: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session's own timeout is five minutes; ours is shorter."""
    monkeypatch.setattr(adapter, "TIMEOUT", 0)

    async def forever(_url: object, **_more: Any) -> CallbackResult:
        await asyncio.Event().wait()
        return CallbackResult()

    on.web.post(POST, callback=forever)
    with pytest.raises(Retryable, match="TimeoutError"):
        await on.chat.post("C024BE91L", HELLO)


async def test_no_fault_shows_the_token(on: Bench) -> None:
    """Not even where Slack repeats it."""
    on.web.post(POST, payload={"ok": False, "error": "invalid_auth", "token": TOKEN})
    with pytest.raises(Permanent) as caught:
        await on.chat.post("C024BE91L", HELLO)
    shown = "".join(traceback.format_exception(caught.value)) + repr(on.chat)
    assert "canary" not in shown


async def test_against_the_local_slack() -> None:
    """Over HTTP: posted, edited, refused; and no call before a limit is over."""
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    world = Slack(now=lambda: now, token=TOKEN)
    world.add_channel("C024BE91L", "releases")
    try:
        async with aiohttp.ClientSession() as session:
            chat = SlackChat(session, token=TOKEN, base_url=await world.start(), pace=Pace(0, clock=lambda: now))
            stamp = await chat.post("C024BE91L", HELLO)
            await chat.edit("C024BE91L", stamp, Message("changed", HELLO.blocks))
            assert not await chat.edit("C024BE91L", "1.000001", HELLO)
            with pytest.raises(Permanent, match="cant_update_message"):
                await chat.edit("C024BE91L", world.say("C024BE91L", "U024BE7LH", "mine").ts, HELLO)
            world.faults.append(Fault("chat.postMessage", Status(429, retry_after=3)))
            with pytest.raises(Retryable) as limited:
                await chat.post("C024BE91L", HELLO)
            calls, now = len(world.calls), now + timedelta(seconds=2)
            with pytest.raises(Retryable) as early:
                await chat.edit("C024BE91L", stamp, HELLO)
            assert (early.value.after, len(world.calls)) == (timedelta(seconds=1), calls)
            now += timedelta(seconds=1)
            world.faults.append(Fault("chat.postMessage", Drop.AFTER))
            with pytest.raises(Retryable, match="ServerDisconnectedError"):
                await chat.post("C024BE91L", HELLO)
        assert limited.value.after == timedelta(seconds=3)
        assert [message.text for message in world.channels["C024BE91L"].messages] == ["changed", "mine", "hello"]
    finally:
        await world.close()


async def test_a_channel_gets_one_message_after_the_other() -> None:
    """A short burst goes at once, then one each span, in order; another channel does not wait for it."""
    pace, loop = Pace(0.05), asyncio.get_running_loop()
    began, went = loop.time(), list[tuple[int, float]]()

    async def goes(channel: str, number: int) -> None:
        await pace.turn(channel)
        went.append((number, loop.time() - began))

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(goes("C1", number))
        group.create_task(goes("C2", 6))
    assert [number for number, _ in went] == [0, 1, 2, 6, 3, 4, 5]
    assert all(moment >= 0.05 * (number - 2) for number, moment in went[4:])
