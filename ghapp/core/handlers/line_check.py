"""Whether the waiting releases can be deployed at all in the current state: one that would be refused is not called."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from ghapp.core.commands import preconditions
from ghapp.core.commands.spec import gather_all
from ghapp.core.handlers.current_config import Documents, readable
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Release, Unfit
from ghapp.core.model.events import WaitingReleasesChecked
from ghapp.core.model.facts import Facts
from ghapp.core.rules import chain, releases

AT_ONCE = 20  # two needs each, and a comparison where another environment comes before


def check_waiting_releases(
    event: WaitingReleasesChecked, documents: Documents, facts: Facts, now: datetime
) -> Decision:
    """Examine the first of the releases that were not examined since the branch or the live revision changed."""
    environment = documents.get(event.environment)
    if not isinstance(environment, Environment):
        return Decision()
    asked = releases.unexamined(environment)[:AT_ONCE]
    found = gather_all(partial(_asked, environment, readable(documents), release, facts, now) for release in asked)
    for release, (why, moment) in zip(asked, found, strict=True):
        environment = releases.examined(environment, release.pull.number, why, moment)
    return Decision(changed=(environment,))


def _asked(
    environment: Environment, environments: Sequence[Environment], release: Release, facts: Facts, now: datetime
) -> tuple[Unfit | None, datetime | None]:
    """Why it cannot go; and where it only has to be live elsewhere for longer, until when."""
    why, after = preconditions.unfit(environment, release, facts), environment.config.after
    if why or after is None:
        return why, None
    why, moment = chain.examine(after, environments, chain.candidate(release), facts)
    return ("after", moment) if moment and moment > now else (why, None)
