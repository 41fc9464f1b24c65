"""The board of the real server: what people do on GitHub and in Slack, and what the board shows meanwhile."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.test_utils import TestClient

from ghapp import settings
from ghapp.assembly import assemble
from tests.doors.board.test_cards import words
from tests.doors.site import Fronted
from tests.scenarios.scene import Scene


@asynccontextmanager
async def board_of(shop: Scene) -> AsyncIterator[TestClient[Any, Any]]:
    """A browser at the internal address of another server on the same store."""
    environ = {**await shop.environ(), "GHAPP_INTERNAL_LISTEN": "127.0.0.1:0"}
    async with assemble(settings.load(environ, dotenv=None), clock=shop.stage.clock) as connected:
        assert connected.internal
        async with TestClient(Fronted(connected.internal)) as browser:
            yield browser


async def text(browser: TestClient[Any, Any], path: str) -> str:
    async with browser.get(path) as response:
        assert response.status == 200
        return await response.text()


async def card(browser: TestClient[Any, Any]) -> str:
    (found,) = re.findall(r"<article.*?</article>", await text(browser, "/"), re.DOTALL)
    return words(found)


async def shows(browser: TestClient[Any, Any], part: str) -> None:
    """Until the card contains that part: a page may be a second old."""
    async with asyncio.timeout(5):
        while part not in await card(browser):  # noqa: ASYNC110 - a page has no event
            await asyncio.sleep(0.1)


async def test_a_release_on_the_board(shop: Scene) -> None:
    """From the merge to the rollback; the figures at the end; and the public address shows no board."""
    async with board_of(shop) as browser:
        first = await shop.released("taro", "Reword notifications")
        assert "Cool-down" in await card(browser)
        await shop.later(minutes=40)
        pull = await shop.opens("hanako", "Show prices with tax")
        await shop.merges("mona", pull)
        await shows(browser, f"Free Live #{first.number} Reword notifications")
        await shows(browser, f"Waiting #{pull.number} Show prices with tax mona")
        async with browser.get("/live") as events:
            await events.content.readuntil(b"\n\n")
            await shop.says("mona", "/deploy", on=pull)
            async with asyncio.timeout(5):
                assert await events.content.readuntil(b"\n\n") == b"event: card\ndata: acme/shop/production\n\n"
            await shows(browser, f"mona is deploying #{pull.number}")
        run = await shop.begins()
        await shop.ends(run)
        await shop.says("mona", "/rollback", on=pull)
        back = await shop.begins()
        await shop.ends(back)
        await shows(browser, f"Live #{first.number} Reword notifications")
        page = await text(browser, "/acme/shop/production")
        assert f"production is back on #{first.number}; #{pull.number} is no longer live" in page
        assert str(run.id) in page
        async with browser.get("/figures", headers={"Accept": "application/json"}) as response:
            (month,) = json.loads(await response.text())
        assert (month["attempts"], month["live"], month["failed"]) == (2, 2, 1)
    async with aiohttp.ClientSession(shop.address) as outside:
        async with outside.get("/") as response:
            assert "acme" not in await response.text()
        async with outside.get("/acme/shop/production") as response:
            assert response.status == 404


async def test_the_internal_address_names_the_repositories_without_a_config(shop: Scene) -> None:
    """The public one only counts them: repositories may be private."""
    shop.github.add_repository("acme/secret-plans", files={}, people={"mona": "write"})
    async with board_of(shop) as browser, asyncio.timeout(10):
        while "acme/secret-plans" not in (said := await text(browser, "/readyz")):
            pass
    assert "ghapp init" in said
    assert "acme/secret-plans" not in str(await shop.ready())
