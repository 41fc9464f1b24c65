"""A film of the demo's minute, as Play goes through it on the real page."""

import asyncio
import hashlib
import io
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.async_api import Browser, Page

from ghapp.demo import words
from ghapp.demo.page import ASSETS
from tests.browser.chromium import Language, tab
from tests.browser.test_minute import demo

SIZE = (960, 600)
SPEED = 1.6  # times as fast as in life
EVERY = 0.25  # seconds between two looks
FIRST, LAST = 2500, 5000  # milliseconds for the first and the last picture
MOST = 2_000_000  # bytes
QUALITIES = (60, 45, 30)
WITHIN = 180.0  # seconds that the minute may take on a machine with other work


class Frame(NamedTuple):
    """`at`: seconds since the beginning."""

    at: float
    picture: Image.Image


def fingerprint() -> str:
    """A hash of all that the film shows of ghapp's own: the page's files and its sentences."""
    found = hashlib.sha256()
    for folder in (ASSETS, Path(words.__file__).parent):
        for file in sorted(one for one in folder.iterdir() if one.is_file()):
            found.update(file.read_bytes())
    return found.hexdigest()


def mark(film: bytes) -> str:
    """The fingerprint in a film; empty without one."""
    noted = Image.open(io.BytesIO(film)).info.get("xmp", b"")
    return bytes(noted).decode()


async def of_the_minute(browser: Browser, folder: Path, language: Language) -> bytes:
    """An animated WebP of at most `MOST` bytes."""
    async with demo(folder, language) as address, tab(browser, language=language) as page:
        await page.goto(address)
        await page.locator("[data-step]").wait_for()
        frames = [await _look(page, 0.0)]
        await page.locator("[data-control=play]").click()
        begun = asyncio.get_running_loop().time()
        async with asyncio.timeout(WITHIN):
            while not await page.locator("#end").is_visible():
                frames.append(await _look(page, asyncio.get_running_loop().time() - begun))
                await asyncio.sleep(EVERY)
        frames.append(await _look(page, asyncio.get_running_loop().time() - begun))
    return _film(frames)


async def _look(page: Page, at: float) -> Frame:
    picture = Image.open(io.BytesIO(await page.screenshot(caret="initial"))).convert("RGB")
    return Frame(at, picture.resize(SIZE, Image.Resampling.LANCZOS))


def _film(frames: list[Frame]) -> bytes:
    """The pictures that differ from the one before, each for as long as it stood."""
    kept = [one for before, one in zip([None, *frames], frames, strict=False) if not before or _differ(before, one)]
    spans = [int((after.at - one.at) * 1000 / SPEED) for one, after in pairwise(kept)]
    spans = [FIRST, *spans[1:], LAST]
    for quality in QUALITIES:
        file = io.BytesIO()
        first, *others = (one.picture for one in kept)
        first.save(
            file,
            "WEBP",
            save_all=True,
            append_images=others,
            duration=spans,
            loop=0,
            quality=quality,
            method=6,
            xmp=fingerprint().encode(),
        )
        if file.tell() <= MOST:
            break
    assert file.tell() <= MOST, f"the film has {file.tell()} bytes"
    return file.getvalue()


def _differ(one: Frame, other: Frame) -> bool:
    return one.picture.tobytes() != other.picture.tobytes()
