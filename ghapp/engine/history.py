"""Reads history from the store: what happened in the environments of a repository."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from ghapp.core.model import codec
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment, Repository, name_key
from ghapp.engine.documents import documents, readable, repository_of
from ghapp.ports import Archive, Store

PAGE = 500  # changes a query


class ReadableStore(Store, Archive, Protocol):
    """Both sides of the store."""


class Known(Struct, frozen=True):
    """A repository under its newest known name, with those of its environments that can be read."""

    repository: Repository
    environments: tuple[Environment, ...]

    @property
    def full_name(self) -> str:
        return self.repository.full_name


async def by_id(store: ReadableStore, number: int) -> Known | None:
    """None where no document of it can be read."""
    found = readable(documents(await store.load(number)))
    return Known(repository_of(found), found) if found else None


async def by_name(store: ReadableStore, full_name: str) -> Known | None:
    """The repository that has this name now, in any case; None where no document has it."""
    for number in await store.found_by(name_key(full_name)):
        found = await by_id(store, number)
        if found and found.full_name.lower() == full_name.lower():
            return found
    return None


async def all_known(store: ReadableStore) -> list[Known]:
    """Every repository with a document, in the order of their names."""
    found = [await by_id(store, number) for number in await store.repositories()]
    return sorted((one for one in found if one), key=lambda one: one.full_name.lower())


async def entries(
    store: ReadableStore, repository: int, *, since: datetime, environment: str | None = None
) -> AsyncIterator[Entry]:
    """The entries from `since` on, newest first: of one environment, or of all and of the repository itself."""
    before: int | None = None
    while True:
        page = await store.history(repository, limit=PAGE, before=before)
        for change in page:
            if change.at < since:
                return
            for entry in reversed(codec.decode_entries(change.history)):
                if environment in (None, entry.environment):
                    yield entry
        if len(page) < PAGE:
            return
        before = page[-1].place
