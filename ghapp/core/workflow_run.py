"""A workflow run as GitHub tells of it: whose it is, by the number in its run-name, and what its state means."""

import re

from ghapp.core.environment import Order
from ghapp.core.events import Sight

_WAITING = ("queued", "requested", "waiting", "pending")
_ENDS: dict[str, Sight] = {"success": "succeeded", "cancelled": "cancelled"}


def sight(status: str | None, conclusion: str | None) -> Sight:
    """GitHub's two words in ours. Only what has ended is ever more than under way."""
    if status == "completed":
        return _ENDS.get(conclusion or "", "failed")
    return "queued" if status in _WAITING or status is None else "running"


def named(order: Order, title: str) -> bool:
    """Whether a run-name shows this order's number: its ticket, or its name as a word."""
    return order.ticket in title or re.search(rf"(?<![\w-]){re.escape(order.name)}(?![\w-])", title) is not None


def shows_number(order: Order, title: str) -> bool:
    """Whether a run-name shows a number of this environment, any: then the workflow is one that tells them."""
    name = rf"(?<![\w-]){re.escape(order.environment)}-\d+(?![\w-])"
    ticket = rf"(?<!\w)\d+:\w{{{len(order.id)}}}(?!\w)"
    return re.search(f"{name}|{ticket}", title) is not None
