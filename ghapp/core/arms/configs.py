"""The config may have changed: what it says now holds at once, without waiting for a command."""

from datetime import datetime

from ghapp.core.arms.current import Documents, current
from ghapp.core.decision import Decision
from ghapp.core.events import ConfigChanged
from ghapp.core.facts import Facts


def changed(event: ConfigChanged, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """New terms, new environments, and those that are gone; whatever shows them is painted anew."""
    return Decision(changed=current(event.repository, documents, facts.config(), now))
