"""When a message is due that no event brings about: a turn, a reminder, a forgotten lock."""

from datetime import datetime

from ghapp.core.model.environment import Environment
from ghapp.core.rules import lock, obstacles, releases


def due_at(environment: Environment, now: datetime) -> datetime | None:
    """The moment; None = no message is due in the current state."""
    if environment.gone:
        return None
    if obstacles.obstacles(environment, now):
        return lock.next_nag(environment, now)
    moments = (releases.next_turn(environment, now), releases.next_reminder(environment))
    return min((moment for moment in moments if moment), default=None)
