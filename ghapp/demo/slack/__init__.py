"""A local Slack: channels that keep what was posted, over the Web API the real client speaks.

As strict as Slack where a bot can go wrong: tokens, channels, other people's messages, block limits.
"""

from ghapp.demo.slack.calls import Call, Drop, Error, Fault, NotOkError, Status
from ghapp.demo.slack.server import Slack
from ghapp.demo.slack.state import BOT, Channel, Json, Message, Person, Version

__all__ = [
    "BOT",
    "Call",
    "Channel",
    "Drop",
    "Error",
    "Fault",
    "Json",
    "Message",
    "NotOkError",
    "Person",
    "Slack",
    "Status",
    "Version",
]
