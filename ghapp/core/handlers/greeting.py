"""The one comment in a repository that has a deploy workflow and no config: it proposes the file of `ghapp init`."""

from collections.abc import Mapping
from datetime import datetime

from ghapp.core.config.draft import draft
from ghapp.core.config.model import CONFIG_PATH, UNSPOKEN
from ghapp.core.config.workflow_file import Workflow
from ghapp.core.model.decision import Decision, Entry, Notice
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Repository

LONGEST = 20_000  # characters of a proposed file; GitHub takes 65,536 in a comment


def greet(repository: Repository, pull: int, workflows: Mapping[str, Workflow], now: datetime) -> Decision:
    """The notice and its entry in the history; nothing where no file can be proposed."""
    made = draft(workflows, "en", "UTC", answers={})  # no person can be asked here
    if not made.environments or len(made.text) > LONGEST:
        return Decision()
    entry = Entry(at=now, what="greeted", environment=None, actor="ghapp", door="pull_request", pull=pull)
    notice = Notice(
        id=f"{repository.id}/greeting",
        repository=repository,
        destination=Destination(pull=pull),
        code="greeting",
        values={"path": CONFIG_PATH, "text": made.text, "open": bool(made.open)},
        config=UNSPOKEN,
        at=now,
    )
    return Decision(entries=(entry,), notices=(notice,))
