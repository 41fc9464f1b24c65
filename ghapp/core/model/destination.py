"""The destination of a message: a pull request, a Slack channel, one person in Slack, or a page of the board."""

from typing import Literal

from msgspec import Struct


class PrivateReply(Struct, frozen=True, kw_only=True):
    """To one person in Slack. `reply`: Slack's response URL, empty if there is none."""

    channel: str
    user: str
    reply: str = ""


class Waiting(Struct, frozen=True):
    """A job that waits for our answer at one of GitHub's environments, and that answer."""

    run: int
    environment: str
    state: Literal["approved", "rejected"]


class Destination(Struct, frozen=True, kw_only=True):
    """A Slack channel, if there is one and Slack is connected, else a pull request.

    A channel without a pull request: Slack or nowhere; with `whisper`, that person only; with `job`, that job only.
    `page`: nothing is sent; the board shows it to the person who asked.
    """

    pull: int | None = None
    channel: str | None = None
    whisper: PrivateReply | None = None
    job: Waiting | None = None
    page: bool = False
