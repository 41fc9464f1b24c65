"""What the ports publish on GitHub and in Slack: rendered content, ready to be sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.events import Button

CONFIG_CHECK = "ghapp/config"
"""The name of the check of a changed config."""

Conclusion = Literal["success", "neutral", "failure", "cancelled"]
Level = Literal["warning", "failure"]
DeploymentState = Literal["in_progress", "success", "failure", "error", "inactive"]
Block = Mapping[str, object]
"""A block of Slack's Block Kit. https://docs.slack.dev/reference/block-kit/blocks"""


class Action(Struct, frozen=True):
    """A button of a check run: its label, its description, and the identifier that a press sends."""

    label: str
    description: str
    identifier: Button


class CheckRun(Struct, frozen=True, kw_only=True):
    """A check run of a release. `conclusion` None: it is in progress, and GitHub shows no buttons then. `url`: of the
    workflow run, if there is one."""

    mark: ButtonId
    head: str
    conclusion: Conclusion | None
    title: str
    summary: str
    actions: tuple[Action, ...]
    url: str | None = None


class Annotation(Struct, frozen=True):
    """One finding at its line of the config."""

    line: int
    message: str
    level: Level = "failure"


class ConfigCheck(Struct, frozen=True):
    """The check run `CONFIG_CHECK`; one without a conclusion is not completed."""

    conclusion: Literal["success", "failure"] | None
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()


class Record(Struct, frozen=True, kw_only=True):
    """GitHub's own record of a deployment, made after `since`: its intent by GitHub's clock. `replaces`: the SHA whose
    record is no longer live.

    `sha` None: unknown, and there is no record of its own. `run`: the id of the grant's run. `names`: the names that a
    job may use for the environment, in lower case.
    """

    ticket: str
    since: datetime
    run: str
    names: tuple[str, ...]
    sha: str | None
    environment: str
    task: str
    description: str
    state: DeploymentState
    log_url: str
    environment_url: str | None
    replaces: str | None


class Message(Struct, frozen=True):
    """A message in Slack: `text` for notifications and screen readers, `blocks` for everybody else.

    `mark`: by which it is found again. `unlinked`: logins to mention that are not linked to Slack. `old`: it shows
    nothing new, so it is edited but never posted.
    """

    text: str
    blocks: tuple[Block, ...]
    mark: str = ""
    unlinked: tuple[str, ...] = ()
    old: bool = False

    @property
    def offers(self) -> bool:
        """Whether it has buttons, which must be removed when they become void."""
        return any(block["type"] == "actions" for block in self.blocks)


class Question(Struct, frozen=True):
    """A modal that asks for one text. `carries` comes back with the answer."""

    title: str
    text: str
    label: str
    submit: str
    carries: str
