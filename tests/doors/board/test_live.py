"""Changes as they happen: server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

from aiohttp import ClientResponse, web
from msgspec.structs import replace

from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.model.environment import Repository
from ghapp.doors.board import live
from tests.core.build import environment
from tests.core.build import live as served
from tests.doors.board.stand import Stand, called, stand

SHOP, STORE = environment(), called(environment(), "acme/store", 2)


@asynccontextmanager
async def stream(board: Stand, path: str = "/live") -> AsyncIterator[ClientResponse]:
    """An open stream, from which the first line, the browser's wait, is read already."""
    async with board.client.get(path) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        assert await response.content.readuntil(b"\n\n") == b"retry: 1000\n\n"
        await looked_once(board)
        yield response


async def looked_once(board: Stand) -> None:
    """Until the board has looked at the store since the stream was opened: what is there then is no change."""
    async with asyncio.timeout(5):
        before = await board.reader.overview()
        while await board.reader.overview() is before:  # noqa: ASYNC110 - a look has no event
            await asyncio.sleep(board.reader.looks_every)
        await asyncio.sleep(board.reader.looks_every * 2)


async def event(response: ClientResponse) -> str:
    """The next event; comments are skipped. `bench.board` holds it to a second, which a busy machine may not keep."""
    async with asyncio.timeout(5):
        while True:
            text = (await response.content.readuntil(b"\n\n")).decode()
            if not text.startswith(":"):
                return text


async def test_a_change_is_shown_at_once(board: Stand) -> None:
    """By whichever process it was written, since the store alone knows; and the page then shows it."""
    await board.record(SHOP)
    async with stream(board) as events:
        await board.record(replace(SHOP, live=served(41)))
        assert await event(events) == "event: card\ndata: acme/shop/production\n\n"
        assert "Reword notifications" in await board.get("/", HX_Request="true")


async def test_a_change_by_another_process(board: Stand, tmp_path: Path) -> None:
    """Another connection to the same file, as another server has it."""
    await board.record(SHOP)
    async with stream(board) as events:
        mine, board.store = board.store, SqliteStore(tmp_path / "board.db")
        await board.record(replace(SHOP, live=served(41)))
        assert "acme/shop/production" in await event(events)
        await board.store.close()
        board.store = mine


async def test_a_change_between_the_page_and_its_stream(board: Stand) -> None:
    """It is announced, since the page does not show it."""
    await board.record(SHOP)
    assert "acme/shop" in await board.get("/")
    await board.record(replace(SHOP, live=served(41)))
    async with board.client.get("/live") as events:
        await events.content.readuntil(b"\n\n")
        assert "acme/shop/production" in await event(events)


async def test_a_new_environment_is_a_change(board: Stand) -> None:
    async with stream(board) as events:
        await board.record(STORE)
        assert await event(events) == "event: card\ndata: acme/store/production\n\n"


async def test_one_environment_s_page_hears_of_that_one_alone(board: Stand) -> None:
    """In any case of the address."""
    await board.record(SHOP)
    await board.record(STORE)
    async with stream(board, "/live?only=ACME/store/production") as events:
        await board.record(SHOP)
        await board.record(STORE)
        assert "acme/store" in await event(events)


async def test_streams_say_only_what_the_viewer_may_see(tmp_path: Path) -> None:
    """A change elsewhere is not even counted."""

    async def mona(_request: web.Request) -> SimpleNamespace:
        return SimpleNamespace(login="mona", csrf=None, until=None, notice=lambda _: "", may_see=only_the_store)

    def only_the_store(repository: Repository) -> bool:
        return repository.full_name == "acme/store"

    async with stand(tmp_path, find_viewer=mona) as board:
        await board.record(SHOP)
        await board.record(STORE)
        async with stream(board) as events:
            await board.record(SHOP)
            await board.record(STORE)
            assert "acme/store" in await event(events)
        assert "acme/shop" not in await board.get("/")
        assert "acme/shop" not in await board.get("/figures")
        for path in ("", "/history.csv", "/history.jsonl"):
            hidden = await board.ask(f"/acme/shop/production{path}")
            absent = await board.ask(f"/acme/nothing/production{path}")
            assert (hidden.status, await hidden.text()) == (404, await absent.text())


async def test_the_store_is_asked_only_while_somebody_watches(board: Stand) -> None:
    """One look for all streams; none after the last one has closed."""
    await board.record(SHOP)
    async with stream(board) as first, stream(board) as second:
        looking = looks(board)
        assert looking is not None
        await board.record(SHOP)
        assert await event(first) == await event(second)
        assert looks(board) is looking
        board.board.streams.kept_alive = 0.05
        first.close()
        second.close()
    async with asyncio.timeout(5):
        while looks(board) is not None:
            await board.record(SHOP)  # a stream notices at its next write that the browser has left
            await asyncio.sleep(0.05)
    assert looking.cancelled() or looking.done()


def looks(board: Stand) -> "asyncio.Task[None] | None":
    """The task that looks for changes, if there is one."""
    return board.reader._looking


async def test_a_silent_stream_is_kept_open(board: Stand) -> None:
    """By comments, which no page hears."""
    board.board.streams.kept_alive = 0.05
    async with stream(board) as events, asyncio.timeout(5):
        assert await events.content.readuntil(b"\n\n") == b": the stream is open\n\n"


async def test_streams_are_bounded(board: Stand) -> None:
    """One too many is sent away until later; the page asks every minute without one."""
    board.board.streams.open = live.STREAMS
    refused = await board.ask("/live")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "60")
    board.board.streams.open = 0


async def test_a_server_that_stops_ends_its_streams(tmp_path: Path) -> None:
    """It does not wait for browsers that would stay for ever."""
    async with stand(tmp_path) as board, stream(board) as events:
        async with asyncio.timeout(5):
            await board.client.server.close()
        assert await events.content.read() == b""


async def test_a_stream_lives_through_a_store_that_is_away(board: Stand) -> None:
    """It shows the change once the store is back."""
    await board.record(SHOP)
    async with stream(board) as events:
        store, board.reader.store = board.reader.store, Away()  # type: ignore[assignment]
        await asyncio.sleep(board.reader.looks_every * 3)
        board.reader.store = store
        await board.record(SHOP)
        assert "acme/shop" in await event(events)


class Away:
    """A store that cannot be reached."""

    async def versions(self) -> object:
        from ghapp.ports import Retryable

        raise Retryable("no route to the store")
