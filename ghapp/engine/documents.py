"""Decodes rows into environments; no other module of the engine decodes documents."""

import contextlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ghapp.core.config.model import NOBODY, People
from ghapp.core.model.codec import Unreadable, decode_environment, decode_people
from ghapp.core.model.environment import Environment, Repository
from ghapp.ports import Change, Conflict, Row, Store, Write

PEOPLE = "@people"  # the row of a repository's people, beside its environments: no environment's name has an @
Documents = Mapping[str, Environment | Unreadable]


def documents(rows: Iterable[Row]) -> Documents:
    """A repository's environments by name, with its people where their row is among `rows`."""
    rows = tuple(rows)
    people = everybody(rows)
    return {row.name: decode_environment(row.name, row.document, people) for row in rows if row.name != PEOPLE}


def everybody(rows: Iterable[Row]) -> People | str:
    """The repository's people, or why their row is unreadable."""
    return next((decode_people(row.document) for row in rows if row.name == PEOPLE), NOBODY)


def readable(found: Documents) -> tuple[Environment, ...]:
    """The environments that this server can decide on, by name."""
    return tuple(one for _, one in sorted(found.items()) if isinstance(one, Environment))


def repository_of(found: Sequence[Environment]) -> Repository:
    """Under its newest name: an environment that has left the config may still have the old one."""
    return min(found, key=lambda one: one.gone is not None).repository


def complete(found: Documents) -> bool:
    """Whether all are readable; an unreadable one counts as locked."""
    return all(isinstance(one, Environment) for one in found.values())


def overlaid(found: Documents, changed: Iterable[Environment]) -> tuple[Environment, ...]:
    """A repository's environments as they will be once a decision is recorded."""
    return readable({**found, **{environment.name: environment for environment in changed}})


async def make_due(store: Store, row: Row, now: datetime) -> None:
    """Writes the same document again, so that its projections are published again. A conflict has the same effect."""
    again = Write(
        repository=row.repository,
        full_name=row.full_name,
        name=row.name,
        version=row.version,
        document=row.document,
    )
    with contextlib.suppress(Conflict):
        await store.record(Change(id=uuid.uuid4().hex, at=now, repository=row.repository, writes=(again,)))
