"""Whether the waiting releases can be deployed at all in the current state: one that would be refused is not called."""

from functools import partial

from ghapp.core.commands import preconditions
from ghapp.core.commands.spec import gather_all
from ghapp.core.handlers.current_config import Documents
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import WaitingReleasesChecked
from ghapp.core.model.facts import Facts
from ghapp.core.rules import releases

AT_ONCE = 20  # two needs each


def check_waiting_releases(event: WaitingReleasesChecked, documents: Documents, facts: Facts) -> Decision:
    """Examine the first of the releases that were not examined since the branch or the live revision changed."""
    environment = documents.get(event.environment)
    if not isinstance(environment, Environment):
        return Decision()
    asked = releases.unexamined(environment)[:AT_ONCE]
    found = gather_all(partial(preconditions.unfit, environment, release, facts) for release in asked)
    for release, why in zip(asked, found, strict=True):
        environment = releases.examined(environment, release.pull.number, why)
    return Decision(changed=(environment,))
