"""A merge queue gave up on a pull request: if the gate was the reason, its people get a notice of what to do."""

from collections.abc import Iterable
from datetime import datetime

from ghapp.core.commands import preconditions
from ghapp.core.handlers.current_config import Documents, current_environments
from ghapp.core.model.decision import Decision, Notice, Value
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import MergeQueueGaveUp
from ghapp.core.model.facts import Facts
from ghapp.core.rules import obstacles
from ghapp.core.rules.obstacles import LIFTED, Obstacle


def handle_gave_up(event: MergeQueueGaveUp, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """One notice at most. A time-out of another check is none of ours."""
    environments = current_environments(event.repository, documents, facts.config(), now)
    concerned = preconditions.concerned_environments(environments, event.pull, event.base, facts)
    held = tuple(one for one in concerned if _held(one, event))
    return Decision(changed=environments, notices=(_notice(event, held, now),) if held else ())


def _held(environment: Environment, event: MergeQueueGaveUp) -> bool:
    """Whether the gate held this one at the end: an environment freed meanwhile is known by its `free_since`."""
    freed = environment.free_since
    lately = "deployment" in environment.config.gate and freed is not None and freed >= event.at
    return lately or bool(_holding(environment, event, event.at))


def _holding(environment: Environment, event: MergeQueueGaveUp, at: datetime) -> list[Obstacle]:
    """The blocking obstacles. A label may lift some; whether its author was allowed to set it is not asked here."""
    passed = LIFTED if environment.config.except_label in event.labels else ()
    return [one for one in obstacles.blocking(environment, at) if one.kind not in passed]


def _notice(event: MergeQueueGaveUp, held: tuple[Environment, ...], now: datetime) -> Notice:
    values: dict[str, Value] = {
        "people": list(_people(event)),
        "number": event.pull.number,
        "environments": [one.name for one in held],
        "standing": list(_standing(event, held, now)),
    }
    return Notice(
        id=f"{event.repository.id}/{event.key}",
        repository=event.repository,
        destination=Destination(pull=event.pull.number),
        code="queue_gave_up",
        values=values,
        config=held[0].config,
        at=now,
    )


def _people(event: MergeQueueGaveUp) -> Iterable[str]:
    """Each login once, the author first; without bots."""
    people = (login for login in (event.pull.author, *event.by) if not login.endswith("[bot]"))
    return dict.fromkeys(people)


def _standing(event: MergeQueueGaveUp, held: tuple[Environment, ...], now: datetime) -> Iterable[Value]:
    """The current obstacles: the first of each environment."""
    for environment in held:
        for obstacle in _holding(environment, event, now)[:1]:
            yield {"environment": environment.name, **obstacle.values}
