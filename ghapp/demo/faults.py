"""The faults that visitors of the page switch on, in the local GitHub and Slack and on the way to ghapp."""

import re
import sys
from collections.abc import Mapping
from typing import Final, Literal, get_args

from ghapp.demo import slack
from ghapp.demo.github import Fault, GitHub, faults
from ghapp.demo.slack import Slack

Name = Literal["twice", "reverse", "lose", "slack", "github"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)


class Faults:
    """twice: each request to ghapp is sent twice. reverse: webhooks arrive in reverse. lose: one in three is lost.
    slack, github: each of their answers is an error."""

    def __init__(self, github: GitHub, workspace: Slack) -> None:
        self._github, self._slack = github, workspace
        self._no_github = Fault("*", re.compile(""), faults.status(500), times=sys.maxsize)
        self._no_slack = slack.Fault("*", slack.Status(503), times=sys.maxsize)

    def switch(self, name: Name, *, on: bool) -> None:
        """Switches one on or off, whatever it was before."""
        match name:
            case "twice":
                self._github.line.twice = self._slack.twice = on
            case "reverse":
                self._github.line.reverse = on
            case "lose":
                self._github.line.lose = on
            case "slack":
                self._slack.faults[:] = [self._no_slack] if on else []
            case "github":
                self._github.faults[:] = [self._no_github] if on else []
        self._github.changed.bump()

    @property
    def shown(self) -> Mapping[Name, bool]:
        """Which are on."""
        line = self._github.line
        return {
            "twice": line.twice,
            "reverse": line.reverse,
            "lose": line.lose,
            "slack": bool(self._slack.faults),
            "github": bool(self._github.faults),
        }
