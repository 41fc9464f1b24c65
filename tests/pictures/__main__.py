"""Makes docs/pictures anew; with `--all FOLDER` a picture of every message of the scenarios there.

Requires Chromium, node and npm.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ghapp.demo.stage import PEOPLE
from tests.browser.chromium import chromium, program
from tests.pictures import messages, png
from tests.pictures.messages import FOLDER, KEPT, Shown
from tests.scenarios.scene import scene
from tests.scenarios.test_slack_messages import YOUR_TURN, the_story

HERE = Path(__file__).parent
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


async def drawn(shown: Shown) -> dict[str, bytes]:
    """A picture of each message, with the fingerprint of its source."""
    async with chromium(program() or "chromium") as browser:
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


async def main(where: Path | None) -> None:
    """Writes the pictures and, for the documentation, their source."""
    with tempfile.TemporaryDirectory() as folder:
        shown = await (of_the_scenarios if where else messages.all_of_them)(Path(folder))
    target = where or FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, picture in (await drawn(shown)).items():
        file = target / f"{name}.png"
        if not file.exists() or png.note(file.read_bytes()) != png.note(
            picture
        ):  # else every machine's fonts change it
            file.write_bytes(picture)
    if where is None:
        KEPT.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[2]) if sys.argv[1:2] == ["--all"] else None))
