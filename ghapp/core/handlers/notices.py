"""News that needs a person: edits notify nobody, so it is said anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ghapp.core.model.decision import Notice, Value
from ghapp.core.model.destination import Place
from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.rules import button_payloads


def everywhere(notice: Notice) -> tuple[Notice, ...]:
    """The same on the pull request and in the channel, each owed by itself."""
    places = {"pull": Place(pull=notice.place.pull), "channel": Place(channel=notice.place.channel)}
    return tuple(
        replace(notice, id=f"{notice.id}/{where}", place=place) for where, place in places.items() if place != Place()
    )


def news(
    environment: Environment, deployment: Deployment, code: str, more: Mapping[str, Value], now: datetime
) -> Notice:
    """Of an attempt, to whoever asked for it, where they asked. Once: what is said again gets an id of its own."""
    order = deployment.order
    undone, along = order.undoes.pull if order.undoes else None, order.takes_along
    authors = (*((undone.author,) if undone else ()), *(pull.author for pull in along))
    values: dict[str, Value] = {
        "environment": environment.name,
        "name": order.name,
        "number": order.leads_to,
        "title": order.revision.pull.title if order.revision else "",
        "undone": undone.number if undone else None,
        "actor": order.actor,
        "holders": list(dict.fromkeys((order.actor, *authors))),
        "others": button_payloads.others(along),
        "barred": [pull.number for pull in order.brings_back],
        "anyway": order.leaves.reason if order.leaves else "",
        "url": deployment.run.url if deployment.run else None,
        "runner": order.runner,
        "workflow": order.terms.workflow,
        "gone": environment.gone,
    }
    return Notice(
        id=f"{environment.repository.id}/{order.name}/{code}",
        repository=environment.repository,
        place=Place(pull=order.told_on, channel=order.terms.channel),
        code=code,
        values={**values, **more},
        terms=order.terms,
        at=now,
    )
