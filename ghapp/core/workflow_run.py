"""A workflow run as GitHub tells of it: whose it is, by the number in its run-name, and what its state means."""

import re

from ghapp.core.environment import Order
from ghapp.core.events import Sight

_TICKET = re.compile(r"(?<!\w)(\d{1,15}):[0-9a-f]{16}(?!\w)")
_QUEUED = ("queued", "requested", "pending")
ENDED: frozenset[Sight] = frozenset({"succeeded", "failed", "cancelled"})
_ENDS: dict[str, Sight] = {"success": "succeeded", "cancelled": "cancelled"}


def sight(status: str | None, conclusion: str | None) -> Sight:
    """GitHub's two words in ours. Only what has ended is ever more than under way."""
    if status == "completed":
        return _ENDS.get(conclusion or "", "failed")
    if status == "waiting":
        return "waiting"
    return "queued" if status in _QUEUED or status is None else "running"


def named(order: Order, title: str) -> bool:
    """Whether a run-name shows this order's number: its ticket, or its name as a word."""
    return order.ticket in title or re.search(rf"(?<![\w-]){re.escape(order.name)}(?![\w-])", title) is not None


def stands_in(path: str) -> str:
    """The name of a workflow's file, of the path that GitHub gives with a run."""
    return path.split("@", 1)[0].rsplit("/", 1)[-1]


def ticketed(title: str) -> int | None:
    """The number of the ticket in a run-name. Tickets are opaque: only a dispatch of ours brings one there."""
    found = _TICKET.search(title)
    return int(found[1]) if found else None


def shows_number(order: Order, title: str) -> bool:
    """Whether a run-name shows a number of this environment, any: then the workflow is one that tells them."""
    name = rf"(?<![\w-]){re.escape(order.environment)}-\d+(?![\w-])"
    ticket = rf"(?<!\w)\d+:\w{{{len(order.id)}}}(?!\w)"
    return re.search(f"{name}|{ticket}", title) is not None
