"""Pictures of the pages themselves, from a board of every state."""

from pathlib import Path
from typing import Literal

from playwright.async_api import Browser

from tests.browser.chromium import DESKTOP, PHONE, Language, tab
from tests.browser.test_every_page import PAGES, gallery

LANGUAGES: tuple[Language, ...] = ("en", "ja")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def sheet(browser: Browser, folder: Path, target: Path) -> None:
    """Every page in both languages, on a desktop and a phone, light and dark: what a person looks at before a
    release. `folder`: for the store."""
    async with gallery(folder) as (board, address):
        for language in LANGUAGES:
            for width in (DESKTOP, PHONE):
                async with tab(browser, width=width, language=language, now=board.now) as page:
                    for path in PAGES:
                        await page.goto(address + path)
                        await page.wait_for_load_state("load")
                        for scheme in SCHEMES:
                            await page.emulate_media(color_scheme=scheme)
                            name = f"{named(path)}-{language}-{width}-{scheme}.png"
                            await page.screenshot(path=target / name, full_page=True, caret="initial")


def named(path: str) -> str:
    """A file's name for a page."""
    return "".join(letter if letter.isalnum() else "-" for letter in path).strip("-") or "board"
