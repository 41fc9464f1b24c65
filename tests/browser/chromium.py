"""The distribution's Chromium, driven by playwright, and what every page must pass in it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from tests.published.fetch import published

NAMES = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = 1280, 390
HEIGHTS = {DESKTOP: 800, PHONE: 844}
PATIENCE = 10_000  # milliseconds, for a page on a machine with other work
LOCALES = {"en": "en-US", "ja": "ja-JP"}
OURS = {"127.0.0.1", "localhost", None}  # None: of data and blobs
# by all rules of axe, also the one for the size of what a finger has to hit, which it leaves out by itself
ALL_RULES = "axe.run({preload: false, rules: {'target-size': {enabled: true}}, resultTypes: ['violations']})"
COLOURS = "axe.run({preload: false, runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations']})"
SIDEWAYS = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
# a page that people see with a status of 4xx; a page that they leave while it asks for a fresh part
NO_FAULT = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")

Language = Literal["en", "ja"]
Scheme = Literal["light", "dark"]


def program() -> str | None:
    """The path of the machine's Chromium, None without one. CHROMIUM names another program."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


@asynccontextmanager
async def chromium(path: str) -> AsyncIterator[Browser]:
    """A headless browser, which ends with the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path)
        yield browser
        await browser.close()


@asynccontextmanager
async def tab(
    browser: Browser,
    *,
    width: int = DESKTOP,
    language: Language = "en",
    dark: bool = False,
    now: datetime | None = None,
    scripts: bool = True,
) -> AsyncIterator[Page]:
    """An empty tab of a person without cookies. `now`: when the page's clock begins.

    At its end it fails if a page broke its own policy, had an error, or asked another machine for anything.
    """
    context = await browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        locale=LOCALES[language],
        timezone_id="Asia/Tokyo",
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        has_touch=width == PHONE,
        reduced_motion="reduce",  # a picture that moves takes a core
    )
    if now:
        await context.clock.install(time=now)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("console", lambda told: wrong.extend(_complaint(told)))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.extend(_foreign(asked)))
    try:
        yield page
    finally:
        await context.close()
    assert wrong == [], wrong


def _complaint(told: ConsoleMessage) -> list[str]:
    return [told.text] if told.type == "error" and not told.text.startswith(NO_FAULT) else []


def _foreign(asked: Request) -> list[str]:
    return [] if urlsplit(asked.url).hostname in OURS else [f"asked for {asked.url}"]


async def faults(page: Page) -> list[str]:
    """What people cannot read, reach or hit on the page as it stands: on a desktop and a phone, light and dark."""
    await page.evaluate(_axe())
    found = []
    looks: Sequence[tuple[Scheme, Iterable[int], str]] = (("light", HEIGHTS, ALL_RULES), ("dark", (PHONE,), COLOURS))
    for scheme, widths, rules in looks:
        await page.emulate_media(color_scheme=scheme)
        for width in widths:
            await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            violations = (await page.evaluate(rules))["violations"]
            told = [f"{one['id']}: {node['html']}" for one in violations for node in one["nodes"]]
            found += [f"{page.url} {width} {scheme}: {fault}" for fault in told]
    return found + await too_wide(page)


async def too_wide(page: Page) -> list[str]:
    """The widths at which the page scrolls sideways."""
    found = []
    for width, height in HEIGHTS.items():
        await page.set_viewport_size({"width": width, "height": height})
        if over := await page.evaluate(SIDEWAYS):
            found.append(f"{page.url} {width}: scrolls sideways by {over} px")
    return found


@cache
def _axe() -> str:
    """The rules, https://github.com/dequelabs/axe-core; as the browser's own code, which no policy of a page stops."""
    return published("axe.min.js").read_text()
