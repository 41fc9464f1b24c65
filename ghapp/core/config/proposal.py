"""The first config that ghapp proposes by itself, where it can ask nobody."""

import re
from collections.abc import Mapping

from ghapp.core.config.draft import Draft, draft
from ghapp.core.config.workflow_file import Workflow

_RELEASES = re.compile(r"deploy|release|ship|publish", re.IGNORECASE)


def says_release(file: str) -> bool:
    """Whether a workflow's file name says that it deploys."""
    return file.endswith((".yml", ".yaml")) and _RELEASES.search(file) is not None


def propose(workflows: Mapping[str, Workflow]) -> Draft | None:
    """The draft that `ghapp init` writes from these workflows, in English; None where none of them can be started."""
    made = draft(workflows, "en", "UTC")
    return made if made and made.environments else None
