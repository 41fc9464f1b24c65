"""Every page as a person sees it, to be looked at: both languages, on a desktop and a phone, light and dark."""

from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page

from tests.browser.chromium import HEIGHTS, Language, tab
from tests.browser.test_board import PLACE, signed_board
from tests.browser.test_every_page import PAGES, gallery
from tests.browser.test_minute import A_STEP, demo

LANGUAGES: tuple[Language, ...] = ("en", "ja")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def sheet(browser: Browser, folder: Path, target: Path) -> None:
    """PNG files in `target`, named by their page. `folder`: for stores."""
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True)
        await _of_the_board(browser, folder / language, target, language)
        await _of_a_person(browser, folder / language, target, language)
        await _of_the_demo(browser, folder / language, target, language)


async def _of_the_board(browser: Browser, folder: Path, target: Path, language: Language) -> None:
    async with gallery(folder) as (board, address), tab(browser, language=language, now=board.now) as page:
        for path in PAGES:
            await page.goto(address + path)
            name = "".join(letter if letter.isalnum() else "-" for letter in path).strip("-") or "board"
            await _taken(page, target, f"{name}-{language}")


async def _of_a_person(browser: Browser, folder: Path, target: Path, language: Language) -> None:
    """Signing in, acting, and the answer."""
    async with signed_board(folder, language) as (shop, public), tab(browser, language=language) as page:
        await shop.released("mona")
        await shop.later(minutes=31)
        await shop.merges("hanako", await shop.opens("hanako"))
        await page.goto(public)
        await page.get_by_role("button", name="Cancel").click()
        await _taken(page, target, f"sentence-{language}")
        shop.github.authorizations.person = "mona"
        await page.goto(public + PLACE)
        await page.locator(".opens > summary").first.click()
        await _taken(page, target, f"acting-{language}")
        await page.locator(".act .deploy").click()
        await _taken(page, target, f"deciding-{language}")
        await shop.idle()
        await page.reload()
        await _taken(page, target, f"answer-{language}")


async def _of_the_demo(browser: Browser, folder: Path, target: Path, language: Language) -> None:
    async with demo(folder, language) as address, tab(browser, language=language) as page:
        await page.goto(address)
        await page.locator("[data-step]").wait_for()
        await _taken(page, target, f"demo-{language}")
        await page.locator("[data-control=play]").click()
        for step in ("refused", "kill", "rollback", "end"):
            await page.locator(f"#coach[data-now={step}]").wait_for(timeout=2 * A_STEP)
            await _taken(page, target, f"demo-{step}-{language}")


async def _taken(page: Page, target: Path, name: str) -> None:
    for width, height in HEIGHTS.items():
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=target / f"{name}-{width}-{scheme}.png", full_page=True, caret="initial")
