"""`ghapp demo`: the real server in a process of its own, wired over HTTP to a local GitHub, Slack and CodeDeploy."""

import asyncio
import tempfile
from pathlib import Path

from ghapp.cli import logs
from ghapp.cli.demo.shown import Shown
from ghapp.cli.demo.state import PageState
from ghapp.cli.demo.world import opened
from ghapp.cli.server import told_to_stop, why
from ghapp.demo.page import Page
from ghapp.demo.play import NotSeen, Play
from ghapp.demo.words import Language, say
from ghapp.settings import SettingsError


async def demo(*, play: bool, language: Language, port: int) -> int:
    """Serves the page until interrupted; or plays the story, and returns non-zero if a step did not happen."""
    logs.configure("warning", "text")
    with tempfile.TemporaryDirectory(prefix="ghapp-demo-") as temporary:
        folder = Path(temporary)
        return await (_played(folder, language) if play else _served(folder, language, port))


async def _played(folder: Path, language: Language) -> int:
    async with opened(folder, folder / "server.log", language, whole=False) as (stage, _):
        try:
            await Play(stage, print)()
        except NotSeen as missing:
            print(missing)
            return 1
    print(say(language, "play.seen"))
    return 0


async def _served(folder: Path, language: Language, port: int) -> int:
    """One world after the other: a reset ends one, and the page stays."""
    stop, shown, log = told_to_stop(), Shown(language), folder / "server.log"
    page = Page(language=language, snapshot=shown.state, act=shown.act, changed=shown.changed)
    try:
        while not stop.is_set():
            place = Path(tempfile.mkdtemp(dir=folder))
            page.language = shown.language
            async with (
                opened(place, log, shown.language, whole=True) as world,
                PageState.of(*world) as state,
                shown.now(state),
            ):
                if not page.address:
                    await _open(page, port, language, log)
                await _either(stop, shown.over)
    finally:
        await page.close()
    return 0


async def _open(page: Page, port: int, language: Language, log: Path) -> None:
    try:
        address = await page.start(port=port)
    except OSError as error:
        raise SettingsError(f"--port: cannot listen on {port} ({why(error)})") from None
    print(say(language, "terminal.open", address=address, hint=say(language, "page.hint"), log=f"{log}"), flush=True)


async def _either(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
