"""Which GitHub account a Slack member has proved to be theirs, as it is stored for each member of a workspace."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

ADDRESS_LASTS = timedelta(minutes=10)


class GitHubAccount(Struct, frozen=True):
    """`id` names the account, since a login can pass to another one; `login`: its newest seen one; `at`: when it was
    linked. `era`: the version of the account's own document then; with another one the link has ended."""

    id: int
    login: str
    at: datetime
    era: int


class SlackLink(Struct, frozen=True, kw_only=True):
    """What is stored of one member. `user` and `team`: Slack's ids. `era`: the version of the workspace's document when
    it was written; with another one the link has ended."""

    team: str
    user: str
    account: GitHubAccount | None = None
    era: int = 0


class LinksEnded(Struct, frozen=True):
    """What is stored of a workspace that the Slack app was removed from, and of a GitHub account whose person has ended
    its links. `of`: which one; `at`: when all its links ended, the last time."""

    of: str
    at: datetime


def said_of_links(line: str) -> Literal["ask", "remove", "unclear"] | None:
    """What a line from Slack asks for; None if it is not `/link` at all."""
    match line.lower().split():
        case ["/link"]:
            return "ask"
        case ["/link", "remove"]:
            return "remove"
        case ["/link", *_]:
            return "unclear"
        case _:
            return None


class LinkCode(Struct, frozen=True, array_like=True):
    """What the address for linking contains, encrypted. `member` and `workspace`: names for people. `version` and
    `era`: of the member's and the workspace's document when it was given out; it counts until one of them changes."""

    team: str
    user: str
    member: str
    workspace: str
    version: int
    era: int
