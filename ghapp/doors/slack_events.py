"""The parts of Slack's events that something follows from: an opened App Home, and the removal of the app.

https://docs.slack.dev/apis/events-api
"""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ghapp.core.model.events import SlackEvent
from ghapp.doors.slack_payloads import Id

Key = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._-]{1,64}\Z")]
Challenge = Annotated[str, Meta(pattern=r"\A[!-~]{1,1000}\Z")]


class _Kind(Struct):
    type: str


class _Asked(Struct):
    """Slack asks whether the address is ours."""

    challenge: Challenge


class _Opened(Struct):
    user: Id
    tab: str = "home"


class _Tokens(Struct):
    """The users whose tokens were revoked, by the kind of token."""

    bot: list[str] = []


class _Revoked(Struct):
    tokens: _Tokens


class _Event(Struct):
    team_id: Id
    api_app_id: Id
    event_id: Key
    event_time: Annotated[int, Meta(ge=0, le=10**11)]
    event: msgspec.Raw


def read_event(body: bytes) -> SlackEvent | str | None:
    """The event; the text with which Slack wants its question answered; None for what nothing follows from.

    Raises ValueError or MsgspecError for what Slack does not send.
    """
    match msgspec.json.decode(body, type=_Kind).type:
        case "url_verification":
            return msgspec.json.decode(body, type=_Asked).challenge
        case "event_callback":
            return _event(msgspec.json.decode(body, type=_Event))
        case _:
            return None


def _event(told: _Event) -> SlackEvent | None:
    at = datetime.fromtimestamp(told.event_time, UTC)
    found = SlackEvent(kind="app_removed", key=told.event_id, team=told.team_id, app=told.api_app_id, at=at)
    match msgspec.json.decode(told.event, type=_Kind).type:
        case "app_home_opened":
            opened = msgspec.json.decode(told.event, type=_Opened)
            shown = opened.tab == "home"  # the tab with messages shows nothing of ours
            return msgspec.structs.replace(found, kind="home_opened", user=opened.user) if shown else None
        case "app_uninstalled":
            return found
        case "tokens_revoked":  # of users, our app has none
            return found if msgspec.json.decode(told.event, type=_Revoked).tokens.bot else None
        case _:
            return None
