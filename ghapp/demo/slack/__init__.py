"""A local Slack: channels with their messages, behind the Web API that the real client uses.

As strict as Slack about a bot's mistakes: tokens, channels, other users' messages, block limits.
"""

from ghapp.demo.slack.calls import Call, Drop, Error, Fault, Hold, NotOkError, Status
from ghapp.demo.slack.server import Slack
from ghapp.demo.slack.state import APP, BOT, OTHER_BOT, TEAM, Channel, Json, Message, Modal, Person, Version, Whisper

__all__ = [
    "APP",
    "BOT",
    "OTHER_BOT",
    "TEAM",
    "Call",
    "Channel",
    "Drop",
    "Error",
    "Fault",
    "Hold",
    "Json",
    "Message",
    "Modal",
    "NotOkError",
    "Person",
    "Slack",
    "Status",
    "Version",
    "Whisper",
]
