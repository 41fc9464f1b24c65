"""A stateful GitHub on this machine: REST, GraphQL, webhooks and workflow runs, over HTTP."""

from ghapp.demo.github import faults
from ghapp.demo.github.auth import App
from ghapp.demo.github.context import Exchange, OtherApp
from ghapp.demo.github.faults import Fault
from ghapp.demo.github.repository import Repository
from ghapp.demo.github.server import GitHub
from ghapp.demo.github.state import Comment, Pull, Report, Run, Status
from ghapp.demo.github.webhooks import Delivery

__all__ = [
    "App",
    "Comment",
    "Delivery",
    "Exchange",
    "Fault",
    "GitHub",
    "OtherApp",
    "Pull",
    "Report",
    "Repository",
    "Run",
    "Status",
    "faults",
]
