"""Where something is said: on a pull request, in a channel of Slack, or to one person there."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateReply:
    """To one person in Slack alone. `reply`: the address that Slack gave for answers, empty where it gave none."""

    channel: str
    user: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits for our word at one of GitHub's environments, and that word."""

    run: int
    environment: str
    state: Literal["approved", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where people read: in a Slack channel, where there is one and Slack is connected, else on a pull request.

    With a channel and no pull request, it is said in Slack or nowhere; with `whisper`, to that person alone;
    with `job`, to that alone.
    """

    pull: int | None = None
    channel: str | None = None
    whisper: PrivateReply | None = None
    job: Waiting | None = None
