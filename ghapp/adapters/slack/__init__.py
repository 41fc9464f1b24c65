"""Slack over its Web API: the port `Chat`."""

from ghapp.adapters.slack.chat import SlackChat
from ghapp.adapters.slack.pace import Pace

__all__ = ["Pace", "SlackChat"]
