"""Pictures of the board for the documentation, filled by real decisions."""

import hashlib
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.async_api import Browser, Page

from tests.browser.chromium import DESKTOP, HEIGHTS, PHONE, Language, tab
from tests.core.build import NOON, environment, live
from tests.doors.board.gallery import STATES, Told
from tests.doors.board.stand import Stand, stand
from tests.doors.board.test_cards import put
from tests.pictures import png

FLEET = {
    "acme/search": "free",
    "acme/billing": "locked",
    "acme/web": "frozen",
    "acme/mail": "unknown",
    "acme/app": "cooldown",
    "acme/api": "deploying",
}
A_MOMENT = timedelta(seconds=30)  # until a page is loaded


class Shot(NamedTuple):
    """A picture of one page. `height`: what of it is in the picture."""

    path: str
    width: int = DESKTOP
    height: int = HEIGHTS[DESKTOP]
    language: Language = "en"
    is_dark: bool = False


_SHOP = "/acme/shop/production?range=day"
SHOTS: Mapping[str, Shot] = {
    "board": Shot("/"),
    "board-dark": Shot("/", is_dark=True),
    "board-ja": Shot("/", language="ja"),
    "board-phone": Shot("/", PHONE, HEIGHTS[PHONE]),
    "environment": Shot(_SHOP, height=940),
    "environment-ja": Shot(_SHOP, height=940, language="ja"),
}


def a_day() -> Told:
    """A failed release, the next attempt, a lock for a migration, and a release that is rolled back."""
    told = Told(environment(live=live(40), created_at=NOON - timedelta(days=40)))
    told.now = NOON - timedelta(hours=21)
    told.merges(41)
    told.later(minutes=20)
    told.says("taro", "/deploy", on=41)
    _runs(told, 34, "failed")
    told.later(minutes=30)
    told.says("taro", "/deploy", on=41)
    _runs(told, 41, "succeeded")
    told.later(hours=14)
    told.ticks()
    told.says("mona", "/lock production 2h database migration", on=41)
    told.later(minutes=100)
    told.says("mona", "/unlock production", on=41)
    told.merges(42)
    told.later(minutes=60)
    told.says("mona", "/deploy", on=42)
    _runs(told, 38, "succeeded")
    told.later(minutes=6)
    told.says("mona", "/rollback", on=42)
    _runs(told, 12, "succeeded")
    told.merges(44)
    return told


def _runs(told: Told, minutes: int, status: Literal["failed", "succeeded"]) -> None:
    told.starts()
    told.sees("running", run=told.environment.number)
    told.later(minutes=minutes)
    told.sees(status, run=told.environment.number)


@asynccontextmanager
async def fleet(folder: Path) -> AsyncIterator[tuple[Stand, str]]:
    """A board as a small company has it, and its address."""
    async with stand(folder) as board:
        for number, (name, state) in enumerate(FLEET.items(), start=2):
            await put(board, STATES[state](), name, number)
        await put(board, a_day())
        board.now = NOON + timedelta(minutes=6)
        yield board, str(board.client.make_url("")).rstrip("/")


async def of_the_documentation(browser: Browser, folder: Path) -> Mapping[str, bytes]:
    """PNG by name, each with the fingerprint of its page. `folder`: for the store."""
    made: dict[str, bytes] = {}
    async with fleet(folder) as (board, address):
        for name, shot in SHOTS.items():
            async with tab(browser, width=shot.width, language=shot.language, dark=shot.is_dark, now=board.now) as page:
                await page.set_viewport_size({"width": shot.width, "height": shot.height})
                answer = await page.goto(address + shot.path)
                assert answer
                mark = hashlib.sha256(await answer.body()).hexdigest()  # it names its style and scripts by content
                made[name] = png.noted(_small(await _picture(page, board.now + A_MOMENT)), mark)
    return made


async def _picture(page: Page, at: datetime) -> bytes:
    """With the countdowns of that time."""
    await page.clock.pause_at(at)
    await page.evaluate("document.fonts.ready.then(() => true)")
    return await page.screenshot(caret="initial")


def _small(picture: bytes) -> bytes:
    """With 256 colours, which a page has hardly more of."""
    file = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256).save(file, "PNG", optimize=True)
    return file.getvalue()
