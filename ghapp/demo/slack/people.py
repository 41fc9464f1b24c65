"""Users' actions in Slack: commands, buttons, modals. Each is posted to the App, signed.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp

from ghapp.demo.slack.limits import content
from ghapp.demo.slack.state import APP, BOT, TEAM, Json, Message, Modal, Version, Whisper
from ghapp.demo.slack.world import World

ANSWERS: Final = 5
ANSWERED_WITHIN: Final = timedelta(minutes=30)
PATIENCE: Final = 3.0  # seconds


@dataclass(slots=True)
class _Address:
    """A `response_url`, with the count of its uses."""

    channel: str
    user: str
    at: datetime
    message: Message | None
    used: int = 0


class SlackPeople(World):
    """A workspace whose users reach an App. `target`: the App's address; `secret` signs the requests there."""

    def __init__(self, *, now: Callable[[], datetime], secret: str) -> None:
        super().__init__(now=now)
        self.target = ""
        self.app = APP  # the App id in the requests
        self.origin = ""
        self._secret = secret
        self._events = 0
        self.use_up_answers = False  # whether every response address is used up
        self.twice = False  # whether each request is sent twice
        self.sent, self.sent_twice = 0, 0  # requests, and those of them that were sent twice
        self._addresses: dict[str, _Address] = {}

    async def type(self, channel: str, person: str, line: str) -> Any:
        """A slash command, not in a thread; returns the App's direct answer."""
        command, _, text = line.partition(" ")
        form = {
            "command": command,
            "text": text,
            "team_id": self.people[person].team,
            "team_domain": "acme",
            "api_app_id": self.app,
            "channel_id": channel,
            "channel_name": self.channels[channel].name,
            "user_id": person,
            "user_name": self.people[person].name,
            "trigger_id": self.trigger(),
            "response_url": self._address(channel, person, None),
            "is_enterprise_install": "false",
        }
        shown = await self._send("/slack/commands", form)
        if isinstance(shown, dict) and shown.get("text"):
            self.whisper(Whisper(channel, person, content(shown)))
        return shown

    async def press(self, channel: str, person: str, message: Message | Whisper, action: str, of: str = "") -> Any:
        """Presses a button of the message, with `of` in its value. Raises LookupError where there is none."""
        blocks = message.said.blocks if isinstance(message, Whisper) else message.blocks
        button = _button(blocks, action, of)
        return await self._send("/slack/interactions", self._click(channel, person, message, button))

    async def submit(self, channel: str, person: str, modal: Modal, typed: str) -> Any:
        """Submits a modal with one text."""
        (block,) = [each for each in modal.view["blocks"] if each["type"] == "input"]
        values = {block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": typed}}}
        payload = {
            "type": "view_submission",
            **self._who(person),
            "view": {**modal.view, "id": "V1", "state": {"values": values}},
        }
        return await self._send("/slack/interactions", {"payload": json.dumps(payload)})

    async def happens(self, event: Json, *, key: str = "", at: int | None = None) -> int:
        """Tells the app of an event; returns its answer's status. `key`: the id of an event that is sent once more;
        `at`: when it happened, in Unix seconds, if not now.

        https://docs.slack.dev/apis/events-api
        """
        self._events += 1
        payload = {
            "token": "an old way to prove the sender",
            "team_id": TEAM,
            "api_app_id": self.app,
            "event": event,
            "type": "event_callback",
            "event_id": key or f"Ev{self._events:08}",
            "event_time": int(self._now().timestamp()) if at is None else at,
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
        status, _ = await self._post("/slack/events", json.dumps(payload).encode(), "application/json")
        return status

    async def opens_home(self, person: str, tab: str = "home") -> int:
        """A member opens the app's home. The event brings the view that it shows, if there is one.

        https://docs.slack.dev/reference/events/app_home_opened
        """
        opened = {"type": "app_home_opened", "user": person, "channel": "D0HOME000", "tab": tab}
        view = {"view": self.homes[person]} if person in self.homes else {}
        return await self.happens({**opened, "event_ts": self.stamp(), **view})

    async def asks_whose(self, challenge: str) -> Any:
        """Asks the address for events whether it is the app's, as at set-up; returns its answer."""
        asked = {"token": "an old way to prove the sender", "challenge": challenge, "type": "url_verification"}
        _, text = await self._post("/slack/events", json.dumps(asked).encode(), "application/json")
        return json.loads(text)

    def answer_to(self, address: str, said: Json) -> bool:
        """Posts the App's message to a `response_url`; False where Slack no longer takes it."""
        found = self._addresses.get(address)
        if self.use_up_answers or found is None or found.used >= ANSWERS or self._now() - found.at > ANSWERED_WITHIN:
            return False
        found.used += 1
        wanted = content(said)
        if said.get("replace_original") and found.message:
            found.message.edits.append(found.message.current)
            found.message.current = Version(wanted.text, wanted.blocks, found.message.metadata)
        elif said.get("response_type") == "in_channel":
            self.append(self.channels[found.channel], Message(self.stamp(), "U0GHAPPBOT", wanted))
        else:
            self.whisper(Whisper(found.channel, found.user, wanted))
        return True

    def _click(self, channel: str, person: str, message: Message | Whisper, button: Json) -> dict[str, str]:
        """For an ephemeral message the request has no text, and the message cannot be replaced."""
        seen = message if isinstance(message, Message) else None
        ts = seen.ts if seen else self.stamp()
        shown = {"message": {"type": "message", "ts": ts, "text": seen.text}} if seen else {}
        payload = {
            "type": "block_actions",
            **self._who(person),
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": not seen},
            "channel": {"id": channel, "name": self.channels[channel].name},
            **shown,
            "response_url": self._address(channel, person, seen),
            "actions": [
                {
                    "type": "button",
                    "block_id": "actions",
                    "action_id": button["action_id"],
                    "value": button.get("value", ""),
                    "text": button["text"],
                    "action_ts": f"{self._now().timestamp():.6f}",
                }
            ],
        }
        return {"payload": json.dumps(payload)}

    def _who(self, person: str) -> Json:
        known = self.people[person]
        return {
            "user": {"id": person, "username": known.name, "name": known.name, "team_id": known.team},
            "api_app_id": self.app,
            "team": {"id": TEAM, "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.trigger(),
        }

    def _address(self, channel: str, person: str, message: Message | None) -> str:
        name = secrets.token_hex(8)
        self._addresses[name] = _Address(channel, person, self._now(), message)
        return f"{self.origin}/answers/{name}"

    async def _send(self, path: str, form: dict[str, str]) -> Any:
        """Raises TimeoutError after three seconds, Slack's limit, and ValueError for another status than 200."""
        status, text = await self._post(path, urlencode(form).encode(), "application/x-www-form-urlencoded")
        if status != 200:
            raise ValueError(f"dispatch_failed: {status} {text}")
        return json.loads(text) if text else None

    async def _post(self, path: str, body: bytes, kind: str) -> tuple[int, str]:
        stamp = str(int(self._now().timestamp()))
        signed = hmac.new(self._secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed}",
        }
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            answer = await self._post_once(session, path, body, headers)
            if self.twice:
                await self._post_once(session, path, body, headers)
                self.sent_twice += 1
        return answer

    async def _post_once(
        self, session: aiohttp.ClientSession, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, str]:
        self.sent += 1
        async with session.post(self.target + path, data=body, headers=headers) as response:
            return response.status, await response.text()


def _button(blocks: list[Json], action: str, of: str) -> Json:
    shown: list[Json] = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    found = next((each for each in shown if each["action_id"] == action and of in each.get("value", "")), None)
    if found is None:
        raise LookupError(f"no button {action}: it shows {[each['action_id'] for each in shown]}")
    return found
