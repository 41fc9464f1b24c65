"""The port `Chat` over Slack's Web API."""

from ghapp.adapters.slack.calls import SlackRefused
from ghapp.adapters.slack.chat import SlackChat
from ghapp.adapters.slack.pace import Pace

__all__ = ["Pace", "SlackChat", "SlackRefused"]
