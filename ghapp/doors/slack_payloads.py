"""The parts of Slack's requests that a rule needs: a slash command's form, or the JSON of a click or a modal.

https://docs.slack.dev/interactivity/implementing-slash-commands
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from ghapp.core.commands.command_line import without_code_marks
from ghapp.core.model.button_id import read_button_id
from ghapp.core.model.events import SLACK_BUTTONS, SlackRequest

Id = Annotated[str, Meta(pattern=r"\A[A-Z0-9]{2,24}\Z")]
Trigger = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._-]{1,200}\Z")]
Stamp = Annotated[str, Meta(pattern=r"\A\d{1,12}\.\d{1,6}\Z")]
Url = Annotated[str, Meta(max_length=1000)]
LINE = 4000  # characters of the typed line: a command with a reason is far shorter
_WORDS = re.compile(r"/[a-z0-9_-]{1,31}", re.ASCII)
_OWN = re.compile(r"/(?:.+-)?(deploy|rollback)", re.ASCII)
MODAL = "unlock"


class Command(Struct):
    """A slash command."""

    command: Annotated[str, Meta(max_length=32)]
    team_id: Id
    api_app_id: Id
    channel_id: Id
    user_id: Id
    trigger_id: Trigger
    response_url: Url = ""
    text: str = ""


class _Named(Struct):
    id: Id


class _Action(Struct):
    action_id: Annotated[str, Meta(max_length=255)]
    value: Annotated[str, Meta(max_length=2000)] = ""
    action_ts: Stamp | None = None


class Click(Struct):
    """A pressed button."""

    user: _Named
    team: _Named
    api_app_id: Id
    trigger_id: Trigger
    actions: list[_Action]
    channel: _Named | None = None
    response_url: Url = ""


class _View(Struct):
    callback_id: Annotated[str, Meta(max_length=255)]
    private_metadata: Annotated[str, Meta(max_length=3000)]
    state: dict[str, Any] = {}


class Submitted(Struct):
    """A submitted modal."""

    user: _Named
    team: _Named
    api_app_id: Id
    trigger_id: Trigger
    view: _View


def of_command(form: Mapping[str, str], now: datetime) -> SlackRequest:
    """Reads a command: `/deploy x` means `/deploy x`, and `/ghapp status` means `/status`. Raises ValueError."""
    said = msgspec.convert(dict(form), Command)
    if not _WORDS.fullmatch(said.command):
        raise ValueError("no such command")
    return SlackRequest(
        key=said.trigger_id,
        team=said.team_id,
        app=said.api_app_id,
        channel=said.channel_id,
        user=said.user_id,
        text=_line(said.command, said.text[:LINE]),
        at=now,
        reply=said.response_url,
    )


def of_interaction(payload: bytes, now: datetime) -> SlackRequest | None:
    """A click or a modal; None for interactions that no rule uses, such as a link button. Raises ValueError."""
    kind = msgspec.json.decode(payload, type=dict[str, msgspec.Raw]).get("type", b"")
    match bytes(kind):
        case b'"block_actions"':
            return _clicked(msgspec.json.decode(payload, type=Click), now)
        case b'"view_submission"':
            return _submitted(msgspec.json.decode(payload, type=Submitted), now)
        case _:
            return None


def _line(command: str, text: str) -> str:
    """`/deploy` and `/acme-rollback` name their command; any other is followed by one: `/ghapp lock 2h`."""
    words = without_code_marks(" ".join(text.split("\n", 1)[0].split()))
    if own := _OWN.fullmatch(command):
        return f"/{own[1]} {words}".strip()
    return f"/{words.removeprefix('/')}" if words else "/help"


def _clicked(click: Click, now: datetime) -> SlackRequest | None:
    action = next((one for one in click.actions if one.action_id in SLACK_BUTTONS), None)
    if action is None or click.channel is None:
        return None
    return SlackRequest(
        key=click.trigger_id,
        team=click.team.id,
        app=click.api_app_id,
        channel=click.channel.id,
        user=click.user.id,
        text="",
        at=_moment(action.action_ts, now),
        reply=click.response_url,
        button=SLACK_BUTTONS[action.action_id],
        mark=_mark(action.value),
        trigger=click.trigger_id,
    )


def _submitted(sent: Submitted, now: datetime) -> SlackRequest | None:
    if sent.view.callback_id != MODAL:
        return None
    mark, channel = _carried(sent.view.private_metadata)
    return SlackRequest(
        key=sent.trigger_id,
        team=sent.team.id,
        app=sent.api_app_id,
        channel=channel,
        user=sent.user.id,
        text="",
        at=now,
        reply="",
        button="unlock",
        mark=_mark(mark),
        reason=_typed(sent.view.state),
    )


def _mark(value: str) -> str:
    if read_button_id(value) is None:
        raise ValueError("not a button of ours")
    return value


def _carried(text: str) -> tuple[str, str]:
    """The private data of a modal since it was opened: the button's mark and the channel."""
    mark, _, channel = text.partition(" ")
    return mark, msgspec.convert(channel, Id)


def _typed(state: Mapping[str, Any]) -> str:
    """The only text field of our modal, as one line."""
    values = msgspec.convert(state.get("values", {}), dict[str, dict[str, dict[str, Any]]])
    typed = (field.get("value") for block in values.values() for field in block.values())
    return " ".join(" ".join(str(one) for one in typed if one).split())[:LINE]


def _moment(stamp: str | None, now: datetime) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC) if stamp else now
