"""Slack's door: the signature check, the stored requests, and the immediate answer."""

import hashlib
import hmac
import io
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.codec import decode_item
from ghapp.core.model.events import SlackRequest
from ghapp.doors import application
from ghapp.doors.slack import NOT_KEPT, SlackDoor
from ghapp.ports import Change
from tests.doors.site import Fronted

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = datetime(2018, 7, 12, 18, 37, 0, tzinfo=UTC)  # two seconds after Slack's own example was signed
# https://docs.slack.dev/authentication/verifying-requests-from-slack
EXAMPLE = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
    b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
    b"response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
    b"trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
EXAMPLE_SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
STAMP = "1531420618"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def sign(body: bytes, stamp: str = STAMP, secret: str = SECRET) -> str:
    """Slack's signature, computed without the code under test."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


@dataclass
class Site:
    """The door with its client and its store."""

    client: TestClient[Any, Any]
    store: SqliteStore
    woken: list[None]

    async def send(self, path: str, body: bytes, **more: str | None) -> tuple[int, Any]:
        """Sends one request, signed as Slack does; `more` replaces a header or removes it with None."""
        headers: dict[str, str | None] = {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": STAMP,
            "X-Slack-Signature": sign(body, more.get("X_Slack_Request_Timestamp") or STAMP),
        }
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        sent = {name: value for name, value in headers.items() if value is not None}
        async with self.client.post(
            path, data=io.BytesIO(body), headers=sent, skip_auto_headers=["Content-Type"]
        ) as response:
            text = await response.text()
        return response.status, json.loads(text) if text.startswith("{") else text

    async def command(self, text: str = "production #42", **more: str) -> tuple[int, Any]:
        """Sends a slash command."""
        return await self.send("/slack/commands", urlencode(command(text, **more)).encode())

    async def interact(self, payload: object) -> tuple[int, Any]:
        """Sends a click or a modal."""
        return await self.send("/slack/interactions", urlencode({"payload": json.dumps(payload)}).encode())

    async def kept(self) -> list[SlackRequest]:
        """All requests of the queue, which is empty afterwards."""
        found = []
        while claimed := await self.store.claim(now=NOW, lease=timedelta(minutes=1), limit=10):
            for item in claimed:
                asked = decode_item(item.body)
                assert isinstance(asked, SlackRequest)
                assert (item.lane, item.id) == (f"{asked.team}/slack/{asked.user}", f"slack/{asked.team}/{asked.key}")
                found.append(asked)
                await self.store.record(Change(id=f"done {item.id}", at=NOW, repository=1, settles=item))
        return found


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Site]:
    store, woken = SqliteStore(tmp_path / "ghapp.db"), list[None]()
    door = SlackDoor(store=store, clock=clock, secret=SECRET, wake=lambda: woken.append(None))
    try:
        async with TestClient(Fronted(application(door))) as client:
            yield Site(client, store, woken)
    finally:
        await store.close()


def command(text: str, **more: str) -> dict[str, str]:
    """The form of a slash command."""
    return {
        "command": "/deploy",
        "text": text,
        "team_id": "T1DC2JH3J",
        "api_app_id": "A0GHAPP",
        "channel_id": "C024BE91L",
        "user_id": "U024BE7LH",
        "user_name": "mona",
        "trigger_id": "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
        "response_url": "https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN",
        **more,
    }


def click(action: str = "deploy", value: str = "1/production/42/7", **more: object) -> dict[str, Any]:
    """The payload of a pressed button."""
    return {
        "type": "block_actions",
        "user": {"id": "U024BE7LH", "username": "mona", "team_id": "T1DC2JH3J"},
        "team": {"id": "T1DC2JH3J", "domain": "acme"},
        "api_app_id": "A0GHAPP",
        "trigger_id": "1.2.abc",
        "container": {"type": "message", "message_ts": "1531420610.000100", "channel_id": "C024BE91L"},
        "channel": {"id": "C024BE91L", "name": "releases"},
        "response_url": "https://hooks.slack.com/actions/T1/2/3",
        "actions": [{"action_id": action, "block_id": "b", "value": value, "action_ts": "1531420617.500000"}],
        **more,
    }


async def test_slacks_own_example_is_genuine(slack: Site) -> None:
    """The signature that Slack's documentation computes, byte by byte."""
    status, _ = await slack.send("/slack/commands", EXAMPLE, X_Slack_Signature=EXAMPLE_SIGNATURE)
    assert status == 400  # the signature is right, but the App's id is missing, which Slack sends today
    assert await slack.kept() == []


async def test_a_command_is_kept_and_shown_to_its_user_alone(slack: Site) -> None:
    status, answer = await slack.command("production #42")
    assert (status, answer) == (200, {"response_type": "ephemeral", "text": ":eyes: `/deploy production #42`"})
    (asked,) = await slack.kept()
    assert (asked.text, asked.user, asked.channel, asked.button) == (
        "/deploy production #42",
        "U024BE7LH",
        "C024BE91L",
        None,
    )
    assert asked.reply.startswith("https://hooks.slack.com/commands/")
    assert len(slack.woken) == 1


@pytest.mark.parametrize(
    ("name", "typed", "line"),
    [
        ("/deploy", "", "/deploy"),
        ("/deploy", "  production   #42 ", "/deploy production #42"),
        ("/rollback", "production", "/rollback production"),
        ("/acme-deploy", "production", "/deploy production"),
        ("/ghapp", "status production", "/status production"),
        ("/ghapp", "/status production", "/status production"),
        ("/ghapp", "", "/help"),
        ("/shipit", "lock production 2h demo", "/lock production 2h demo"),
        ("/ghapp", "unlock production 確認済み", "/unlock production 確認済み"),
        ("/deploy", "production\n/rollback production", "/deploy production"),
    ],
)
async def test_a_slash_command_becomes_the_line_of_a_comment(slack: Site, name: str, typed: str, line: str) -> None:
    """Under any name that an operator set up."""
    await slack.command(typed, command=name)
    (asked,) = await slack.kept()
    assert asked.text == line


async def test_a_repeated_request_counts_once(slack: Site) -> None:
    """A captured request that is replayed within the five minutes is genuine, but known."""
    await slack.command()
    status, answer = await slack.command()
    assert (status, answer) == (200, "")
    assert len(await slack.kept()) == 1
    await slack.command()
    assert await slack.kept() == []


@pytest.mark.parametrize("action", ["deploy", "rollback", "unlock", "skip", "pass", "cancel"])
async def test_a_click_is_kept_with_its_mark(slack: Site, action: str) -> None:
    """The mark has the release and the number; the click has the time."""
    status, answer = await slack.interact(click(action))
    assert (status, answer) == (200, "")
    (asked,) = await slack.kept()
    assert (asked.button, asked.mark) == (action, "1/production/42/7")
    assert asked.trigger == "1.2.abc"
    assert asked.at == NOW - timedelta(seconds=2.5)


async def test_a_reason_that_was_typed_into_a_modal_is_kept(slack: Site) -> None:
    """On one line, with the button that opened the modal."""
    payload = {
        "type": "view_submission",
        "user": {"id": "U024BE7LH"},
        "team": {"id": "T1DC2JH3J"},
        "api_app_id": "A0GHAPP",
        "trigger_id": "3.4.def",
        "view": {
            "callback_id": "unlock",
            "private_metadata": "1/production/42/7 C024BE91L",
            "state": {
                "values": {"reason": {"reason": {"type": "plain_text_input", "value": "looked at it\nwith taro"}}}
            },
        },
    }
    assert await slack.interact(payload) == (200, "")
    (asked,) = await slack.kept()
    assert (asked.reason, asked.channel) == ("looked at it with taro", "C024BE91L")
    assert (asked.button, asked.mark) == ("unlock", "1/production/42/7")


@pytest.mark.parametrize(
    "payload",
    [
        click("open_link", ""),
        {"type": "block_actions", **click(channel=None)},
        {"type": "shortcut"},
        {"type": "view_closed"},
        {},
    ],
    ids=["a link", "outside of a channel", "a shortcut", "closed", "nothing"],
)
async def test_an_unused_interaction_is_answered_and_not_kept(slack: Site, payload: object) -> None:
    """Slack also sends clicks of buttons that are links."""
    status, _ = await slack.interact(payload)
    assert status == 200
    assert await slack.kept() == []


@pytest.mark.parametrize(
    "value",
    ["", "1/production/42", "1/Production/42/7", "x/production/42/7", "1/production/42/7/8", "1/../42/7", "9" * 1999],
)
async def test_a_button_with_an_unknown_mark_is_refused(slack: Site, value: str) -> None:
    """Although it is signed."""
    assert (await slack.interact(click(value=value)))[0] == 400
    assert await slack.kept() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": None},
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": "v0=" + "é" * 64},
        {"X_Slack_Signature": "v1=" + "0" * 64},
        {"X_Slack_Signature": sign(b"something else")},
        {"X_Slack_Request_Timestamp": None},
        {"X_Slack_Request_Timestamp": "abc"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "1e9"},
        {"X_Slack_Request_Timestamp": "9" * 12},
        {"X_Slack_Request_Timestamp": str(int(STAMP) - 301)},
        {"X_Slack_Request_Timestamp": str(int(STAMP) + 303)},
    ],
)
async def test_a_request_without_a_recent_signature_is_refused(slack: Site, headers: dict[str, str | None]) -> None:
    """401 in every case."""
    status, _ = await slack.send("/slack/commands", urlencode(command("production")).encode(), **headers)
    assert status == 401
    assert await slack.kept() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"text=%FF", 400),
        (b"ssl_check=1&token=x", 200),
        (b"payload=", 400),
        (b"payload=%5B%5D", 400),
        (b"payload=null", 400),
        (b"payload=" + b"%5B" * 5000, 400),
        (b"payload=%7B%22type%22:%22block_actions%22,%22user%22:" + b"%5B" * 5000, 400),
        (b"&".join(b"a%d=1" % n for n in range(101)), 400),
        (b"text=a&text=b", 400),
        (b"text=" + b"x" * 70_000, 413),
    ],
    ids=[
        "empty",
        "no utf-8",
        "escaped no utf-8",
        "ssl",
        "none",
        "list",
        "null",
        "deep",
        "deep within",
        "many",
        "twice",
        "large",
    ],
)
@pytest.mark.parametrize("path", ["/slack/commands", "/slack/interactions"])
async def test_bad_bodies_are_refused_in_few_words(slack: Site, path: str, body: bytes, status: int) -> None:
    """Never with 5xx, and without repeating the body."""
    found, answer = await slack.send(path, body)
    assert found == status
    assert len(str(answer)) <= 200
    assert await slack.kept() == []


@pytest.mark.parametrize("kind", ["application/json", "text/plain", f"{FORM}; charset=utf-7"])
async def test_only_a_form_is_read(slack: Site, kind: str) -> None:
    """Slack sends no other type."""
    status, _ = await slack.send("/slack/commands", b"a=b", Content_Type=kind)
    assert status == 415


async def test_a_command_that_cannot_be_stored_is_answered_within_three_seconds(slack: Site, tmp_path: Path) -> None:
    """Here another process holds the write lock. Slack does not redeliver, so the user has to know."""
    await slack.store.open()
    with closing(sqlite3.connect(tmp_path / "ghapp.db", isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        status, answer = await slack.command()
        assert time.monotonic() - began < 3
        neighbour.execute("ROLLBACK")
    assert (status, answer["text"]) == (200, NOT_KEPT)


# ---------------------------------------------------------------- events


def happened(event: dict[str, Any], **more: Any) -> bytes:
    """https://docs.slack.dev/reference/events/app_uninstalled"""
    told = {"token": "XXYYZZ", "team_id": "T061EG9R6", "api_app_id": "A0PNCHHK2", "type": "event_callback"}
    return json.dumps({**told, "event": event, "event_id": "Ev0PV52K25", "event_time": 1525215129, **more}).encode()


async def test_an_event_is_stored_once(slack: Site) -> None:
    """Slack repeats it, with the same id, until it is answered."""
    for _ in range(2):
        assert await slack.send("/slack/events", happened({"type": "app_uninstalled"}), Content_Type=JSON) == (200, "")
    assert len(slack.woken) == 1


@pytest.mark.parametrize(
    ("event", "stored"),
    [
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1234"], "bot": []}}, 0),
        ({"type": "tokens_revoked", "tokens": {"bot": ["U1234"]}}, 1),
        ({"type": "message", "text": "hello"}, 0),
    ],
)
async def test_only_events_that_something_follows_from_are_stored(
    slack: Site, event: dict[str, Any], stored: int
) -> None:
    """All are answered, so that Slack does not repeat them."""
    assert await slack.send("/slack/events", happened(event), Content_Type=JSON) == (200, "")
    assert len(slack.woken) == stored


async def test_slacks_question_is_answered(slack: Site) -> None:
    """Signed, like everything else."""
    body = json.dumps({"token": "x", "challenge": "3eZbrw1aB10", "type": "url_verification"}).encode()
    assert await slack.send("/slack/events", body, Content_Type=JSON) == (200, {"challenge": "3eZbrw1aB10"})
    unsigned = await slack.send("/slack/events", body, Content_Type=JSON, X_Slack_Signature="v0=" + "0" * 64)
    assert unsigned[0] == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"type":"event_callback"}', 400),
        (b"[" * 5000, 400),
        (b'{"type":"event_callback","authorizations":' + b"[" * 500_000, 400),
        (happened({"type": "app_home_opened"}).replace(b"}", b',"view":' + b"[" * 400_000, 1), 400),
        (happened({"type": "app_uninstalled"}, event_time=10**30), 400),
        (happened({"type": "app_uninstalled"}, event_id="../" * 9), 400),
        (happened({"type": "app_uninstalled"}, team_id="t/x"), 400),
        (happened({}), 400),
        (happened({"type": "tokens_revoked"}), 400),
        (b'{"type":"url_verification","challenge":"<script>\\n"}', 400),
        (happened({"type": "message", "text": "x" * 300_000}), 200),
        (happened({"type": "message", "text": "x" * 600_000}), 413),
    ],
)
async def test_bad_events_are_refused_in_few_words(slack: Site, body: bytes, status: int) -> None:
    """Never with 5xx. One of 300 kB is not bad: the opening of a home brings the view that it shows."""
    found, answer = await slack.send("/slack/events", body, Content_Type=JSON)
    assert found == status
    assert len(str(answer)) <= 200
    assert slack.woken == []


async def test_an_unsigned_event_is_not_read(slack: Site) -> None:
    """Nor one whose signature is too old, nor a form."""
    body = happened({"type": "app_uninstalled"})
    for more in ({"X_Slack_Signature": None}, {"X_Slack_Request_Timestamp": "1531420000"}):
        assert (await slack.send("/slack/events", body, Content_Type=JSON, **more))[0] == 401
    assert (await slack.send("/slack/events", body))[0] == 415
    assert slack.woken == []


async def test_an_event_that_cannot_be_stored_is_asked_for_again(slack: Site, tmp_path: Path) -> None:
    """Here another process holds the write lock."""
    await slack.store.open()
    with closing(sqlite3.connect(tmp_path / "ghapp.db", isolation_level=None)) as neighbour:
        neighbour.execute("BEGIN IMMEDIATE")
        status, _ = await slack.send("/slack/events", happened({"type": "app_uninstalled"}), Content_Type=JSON)
        neighbour.execute("ROLLBACK")
    assert status == 503


async def test_a_command_is_shown_as_it_was_typed(slack: Site) -> None:
    """Under the name that the app has in Slack: `/status` alone would be another app's."""
    _, answer = await slack.command(" status production", command="/ghapp")
    assert answer["text"] == ":eyes: `/ghapp status production`"


async def test_a_command_is_shown_without_effects(slack: Site) -> None:
    """Its text mentions no person, and ends no quotation."""
    _, answer = await slack.command("production `<!channel>` &amp;")
    assert answer["text"] == ":eyes: `/deploy production '&lt;!channel&gt;' &amp;amp;`"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    changed=st.dictionaries(
        st.sampled_from(sorted(command(""))), st.text(max_size=60) | st.none(), min_size=1, max_size=4
    )
)
async def test_no_field_is_trusted(slack: Site, changed: dict[str, str | None]) -> None:
    """Any value of any field is kept or refused."""
    form = {name: value for name, value in (command("production") | changed).items() if value is not None}
    status, _ = await slack.send("/slack/commands", urlencode(form, errors="surrogatepass").encode())
    assert status in (200, 400)
