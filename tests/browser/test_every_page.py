"""Every page of the board, as axe and a narrow screen judge it, light and dark."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.browser.chromium import Language, faults, tab, too_wide
from tests.doors.board.gallery import MORE, STATES
from tests.doors.board.stand import Stand, stand
from tests.doors.board.test_cards import put

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def gallery(folder: Path) -> AsyncIterator[tuple[Stand, str]]:
    """A board with an environment in every state, and its address."""
    async with stand(folder) as board:
        for number, (state, made) in enumerate({**STATES, **MORE}.items(), start=1):
            await put(board, made(), f"acme/{state.replace('_', '-')}", number)
        yield board, str(board.client.make_url("")).rstrip("/")


PAGES: Sequence[str] = (
    "/",
    "/?q=nothing-like-it",
    "/acme/rolled-back/production?range=day",
    "/acme/failed/production",
    "/acme/new/production",
    "/figures",
    "/acme/none/production",
)


@pytest.mark.parametrize(("language", "judge"), [("en", faults), ("ja", too_wide)])
async def test_every_page_can_be_used_by_all(
    tmp_path: Path, browser: Browser, language: Language, judge: Callable[[Page], Awaitable[list[str]]]
) -> None:
    """The other language changes only the length of lines."""
    async with gallery(tmp_path) as (board, address), tab(browser, language=language, now=board.now) as page:
        found = []
        for path in PAGES:
            await page.goto(address + path)
            found += await judge(page)
    assert not found, "\n".join(found)
