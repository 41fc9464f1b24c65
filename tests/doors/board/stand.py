"""A board over a store in a file, filled by real decisions, behind the connections of the real server."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from msgspec.structs import replace

from ghapp import doors
from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.codec import encode_entries, encode_environment
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment, Repository
from ghapp.doors.board.routes import Board
from ghapp.doors.board.viewer import FindViewer, see_everything
from ghapp.engine.board import BoardReader
from ghapp.engine.history import ReadableStore
from ghapp.ports import Change, Write
from tests.core.build import NOON
from tests.doors.site import Fronted

GITHUB = "https://github.com"
_CHANGES = itertools.count(1)


def called(found: Environment, full_name: str, number: int) -> Environment:
    """The same environment in another repository."""
    return replace(found, repository=Repository(id=number, full_name=full_name, installation=7))


class Stand:
    """The board, its store, and a browser. `now`: the server's clock, which stands still."""

    def __init__(self, store: SqliteStore, read: ReadableStore, find_viewer: FindViewer) -> None:
        self.store, self.now = store, NOON
        self.reader = BoardReader(read, self.clock, known_for=0.0, looks_every=0.05, patience=30.0)
        self.board = Board(reader=self.reader, find_viewer=find_viewer, clock=self.clock, github=GITHUB)
        self.client: TestClient[Any, Any]
        self._versions: dict[tuple[int, str], int] = {}

    def clock(self) -> datetime:
        return self.now

    async def record(self, environment: Environment, entries: Sequence[Entry] = (), document: bytes = b"") -> None:
        """A server decides: the document and what it left in history. `document`: instead of the environment's own."""
        key = (environment.repository.id, environment.name)
        version = self._versions.get(key, 0)
        write = Write(
            repository=environment.repository.id,
            full_name=environment.repository.full_name,
            name=environment.name,
            version=version,
            document=document or encode_environment(environment),
        )
        history = encode_entries(tuple(entries)) if entries else b""
        at = entries[-1].at if entries else self.now
        change = Change(id=f"c{next(_CHANGES)}", at=at, repository=key[0], writes=(write,), history=history)
        await self.store.record(change)
        self._versions[key] = version + 1

    async def get(self, path: str, language: str = "en", **headers: str) -> str:
        """The text of a page."""
        sent = {"Accept-Language": language, **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with self.client.get(path, headers=sent) as response:
            assert response.status == 200, (path, response.status)
            return await response.text()

    async def ask(self, path: str, method: str = "GET", **headers: str) -> ClientResponse:
        """An answer with its status."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.client.request(method, path, headers=sent)
        await response.read()
        return response

    async def later(self, **span: float) -> None:
        self.now += timedelta(**span)


@asynccontextmanager
async def stand(
    folder: Path, *, find_viewer: FindViewer = see_everything, read: ReadableStore | None = None
) -> AsyncIterator[Stand]:
    """A running server with the board alone. `read`: the store that the board reads, if it is not the file itself."""
    store = SqliteStore(folder / "board.db")
    made = Stand(store, read or store, find_viewer)
    application: web.Application = doors.application(made.board)
    application.on_shutdown.append(made.board.streams.close)
    async with TestClient(Fronted(application)) as client:
        made.client = client
        yield made
    await store.close()
