"""Notices about attempts: an edit notifies no person, so news is posted in a new message."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.handlers.current_config import Documents
from ghapp.core.model.decision import Notice, Value
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.rules import button_payloads


def to_pull_and_channel(notice: Notice) -> tuple[Notice, ...]:
    """The same notice on the pull request and in the channel, each owed by itself."""
    places = {
        "pull": Destination(pull=notice.destination.pull),
        "channel": Destination(channel=notice.destination.channel),
    }
    return tuple(
        replace(notice, id=f"{notice.id}/{where}", destination=place)
        for where, place in places.items()
        if place != Destination()
    )


def once_a_channel(
    documents: Documents,
    environments: Iterable[Environment],
    notice: Callable[[Environment, Environment, str], Notice | None],
) -> tuple[Notice, ...]:
    """One notice in each channel of a repository, from the first environment there whose change has one.

    `notice` gets the environment before and after, and the channel.
    """
    notices: dict[str, Notice] = {}
    for after in environments:
        before, channel = documents.get(after.name), after.config.channel
        if isinstance(before, Environment) and channel and channel not in notices:
            made = notice(before, after, channel)
            notices |= {channel: made} if made else {}
    return tuple(notices.values())


def of_newest(
    environment: Environment, key: str, code: str, values: Mapping[str, Value], now: datetime
) -> tuple[Notice, ...]:
    """A notice about an environment: where its newest attempt was requested, and in its channel."""
    newest = environment.deployment
    notice = Notice(
        id=f"{environment.repository.id}/{key}",
        repository=environment.repository,
        destination=Destination(pull=newest.grant.shown_on if newest else None, channel=environment.config.channel),
        code=code,
        values=values,
        config=environment.config,
        at=now,
    )
    return to_pull_and_channel(notice)


def news(
    environment: Environment, deployment: Deployment, code: str, more: Mapping[str, Value], now: datetime
) -> Notice:
    """A notice about an attempt, to its requester, where it was requested. Owed once: a repetition needs its own id."""
    grant = deployment.grant
    undone, along = grant.undoes.pull if grant.undoes else None, grant.takes_along
    authors = (*((undone.author,) if undone else ()), *(pull.author for pull in along))
    values: dict[str, Value] = {
        "environment": environment.name,
        "name": grant.name,
        "number": grant.leads_to,
        "title": grant.revision.pull.title if grant.revision else "",
        "undone": undone.number if undone else None,
        "actor": grant.actor,
        "holders": list(dict.fromkeys((grant.actor, *authors))),
        "others": button_payloads.others(along),
        "barred": [pull.number for pull in grant.brings_back],
        "anyway": grant.left_behind.reason if grant.left_behind else "",
        "url": deployment.run.url if deployment.run else None,
        "runner": grant.runner,
        "workflow": grant.config.workflow,
        "gone": environment.gone,
    }
    return Notice(
        id=f"{environment.repository.id}/{grant.name}/{code}",
        repository=environment.repository,
        destination=Destination(pull=grant.shown_on, channel=grant.config.channel),
        code=code,
        values={**values, **more},
        config=grant.config,
        at=now,
    )
