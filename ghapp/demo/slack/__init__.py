"""A local Slack: channels that keep what was posted, over the Web API the real client speaks.

As strict as Slack where a bot can go wrong: tokens, channels, other people's messages, block limits.
"""

from ghapp.demo.slack.calls import Call, Drop, Error, Fault, Hold, NotOkError, Status
from ghapp.demo.slack.server import Slack
from ghapp.demo.slack.state import APP, BOT, TEAM, Channel, Json, Message, Modal, Person, Version, Whisper

__all__ = [
    "APP",
    "BOT",
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
