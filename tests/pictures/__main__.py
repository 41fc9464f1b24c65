"""Makes docs/pictures anew; with `--all FOLDER` a picture of every page, and of every message of the scenarios, there.

Requires Chromium, node and npm.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Browser

from ghapp.demo.stage import PEOPLE
from tests.browser.chromium import NAMES, chromium, program
from tests.pictures import film, messages, pages, png
from tests.pictures.messages import FOLDER, KEPT, Shown
from tests.pictures.sheet import sheet
from tests.scenarios.scene import scene
from tests.scenarios.test_slack_messages import YOUR_TURN, the_story

HERE = Path(__file__).parent
OF_PAGES = FOLDER / "pages"
SCALE = 1.5
CACHE = Path(__file__).parents[2] / ".cache" / "pictures"


def installed() -> Path:
    """Installs the renderer of the messages, as package-lock.json pins it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "render.mjs"):
        shutil.copy(HERE / name, CACHE / name)
    if not (CACHE / "node_modules").is_dir():
        subprocess.run(("npm", "ci", "--silent", "--no-audit", "--no-fund"), cwd=CACHE, check=True)
    return CACHE / "render.mjs"


def as_page(shown: Shown) -> str:
    """HTML with a figure for each message."""
    command, zone = ("node", str(installed())), {**os.environ, "TZ": "Asia/Tokyo"}
    made = subprocess.run(command, input=json.dumps(shown), env=zone, capture_output=True, text=True, check=True)
    return made.stdout


async def drawn(browser: Browser, shown: Shown) -> dict[str, bytes]:
    """A picture of each message, with the fingerprint of its source."""
    page = await browser.new_page(device_scale_factor=SCALE)
    await page.set_content(as_page(shown))
    await page.evaluate("document.fonts.ready.then(() => true)")
    figures = {one["name"]: page.locator(f"figure#{one['name']}") for one in shown["messages"]}
    marks = {one["name"]: messages.fingerprint(one) for one in shown["messages"]}
    return {name: png.noted(await figure.screenshot(), marks[name]) for name, figure in figures.items()}


async def of_the_scenarios(folder: Path) -> Shown:
    """Every message of the story that goes through all states, with edits and whispers."""
    said: list[Shown] = []
    for language in messages.LANGUAGES:
        (folder / language).mkdir()
        async with scene(folder / language, language=language) as shop:
            await the_story(shop, YOUR_TURN[language])
            at = shop.stage.clock().isoformat()
            told = [{"time": at, "blocks": blocks} for blocks in shop.posted()]
            said += [{"name": f"{language}-{place:02}", **one} for place, one in enumerate(told)]
    return {"people": dict(PEOPLE), "groups": {}, "messages": said}


async def documented(browser: Browser, folder: Path) -> None:
    """The documentation's pictures, and the source of the messages. What shows the same as before stays: each machine's
    fonts would change it, and each minute the film."""
    shown = await messages.all_of_them(folder)
    _write(FOLDER, await drawn(browser, shown))
    KEPT.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")
    _write(OF_PAGES, await pages.of_the_documentation(browser, folder))
    for language in messages.LANGUAGES:
        file = OF_PAGES / ("minute.webp" if language == "en" else f"minute-{language}.webp")
        if not file.exists() or film.mark(file.read_bytes()) != film.fingerprint():
            file.write_bytes(await film.of_the_minute(browser, folder, language))


def _write(target: Path, pictures: Mapping[str, bytes]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        file = target / f"{name}.png"
        if not file.exists() or png.note(file.read_bytes()) != png.note(picture):
            file.write_bytes(picture)


async def main(target: Path | None) -> None:
    """`target`: for all there is to look at, instead of the documentation's."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with chromium(program() or NAMES[0]) as browser:
            if target is None:
                await documented(browser, folder)
            else:
                _write(target, await drawn(browser, await of_the_scenarios(folder)))
                await sheet(browser, folder / "pages", target)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[2]) if sys.argv[1:2] == ["--all"] else None))
