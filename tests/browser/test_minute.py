"""The demo's minute in a real browser: by clicking, by the keyboard alone, and by Play."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.chromium import DESKTOP, PHONE, SIDEWAYS, Language, faults, tab, too_wide

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

A_STEP = 60_000  # milliseconds that a step may take on a machine with other work
STEPS = ["merge", "deploy", "join", "refused", "live", "next", "again", "kill", "back", "errors", "rollback", "end"]
WAITS = {"live", "back", "errors"}  # nothing is done in them, so they can be over before they are seen
SAID = {
    "en": {"held": "Held", "refused": "Not deployed.", "up": "running"},
    "ja": {"held": "保留", "refused": "デプロイは開始していません。", "up": "稼働中"},
}


@asynccontextmanager
async def demo(folder: Path, language: Language) -> AsyncIterator[str]:
    """`ghapp demo` as a person starts it, and the address that it prints."""
    command = (sys.executable, "-m", "ghapp", "demo", "--language", language, "--port", "0")
    environ = {**os.environ, "TMPDIR": str(folder)}
    process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        shown = ""
        while not (found := re.findall(r"http://\S+", shown)):
            line = await asyncio.wait_for(process.stdout.readline(), 60)
            assert line, shown
            shown += line.decode()
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), 60)


async def goes_through(page: Page, presses: Callable[[Page, Locator], Awaitable[None]]) -> list[str]:
    """Does what the coach rings until the end card, each thing once; returns the steps in their order."""
    coach, ringed, pressed = page.locator("#coach[data-now]"), page.locator("[data-step]"), dict[str, list[str]]()
    while "end" not in pressed:
        step = await coach.get_attribute("data-now") or ""
        if step not in pressed:
            await shows(page, step)
            pressed[step] = []
        elif await ringed.count() and (control := await ringed.get_attribute("data-control")) not in pressed[step]:
            pressed[step].append(control or "")
            await presses(page, ringed)
        else:
            others = "".join(f":not([data-control='{one}'])" for one in pressed[step])
            await expect(page.locator(f"#coach:not([data-now={step}]), [data-step]{others}").first).to_be_attached(
                timeout=A_STEP
            )
    return list(pressed)


async def shows(page: Page, step: str) -> None:
    """What a person sees when a step begins, because of the one before; on a page that fits the screen."""
    assert await page.evaluate(SIDEWAYS) <= 0
    said = SAID[await page.evaluate("document.documentElement.lang")]
    lane = page.locator(".lane", has=page.get_by_role("heading", name="production"))
    match step:
        case "deploy":
            await expect(page.locator(".message", has_text="/deploy production #41")).not_to_have_count(0)
        case "join":
            await expect(lane.locator(".tile")).to_have_class(re.compile("s-deploying"))
            await expect(page.locator("#pulls .is-held").first).to_contain_text(said["held"])
        case "live":
            await expect(page.locator(".message", has_text=said["refused"])).to_have_count(1)
        case "again":
            await expect(lane.locator(".tile")).to_have_class(re.compile("s-free"))
        case "back":
            await expect(page.locator(".server")).to_contain_text(said["up"])
        case "rollback":
            await expect(lane.locator(".errors")).to_have_class(re.compile("is-bad"))
        case "end":
            await expect(lane.locator(".live")).to_contain_text("#41")
            await expect(page.locator("#end .is-good dd")).to_have_text(["0", "0"])
        case _:
            pass  # the ring, or time alone, shows it


async def clicks(page: Page, ringed: Locator) -> None:
    """On a phone the coach first rings the tab that holds the control."""
    if await page.locator(".tabs .is-next:visible").count():
        await page.locator(".tabs .is-next:visible").click()
    await ringed.click()


async def types(page: Page, ringed: Locator) -> None:
    """The shortcut leads to the control; the space bar presses it."""
    await page.keyboard.press("Alt+n")
    await expect(ringed).to_be_focused()
    await page.keyboard.press("Space")


Way = Callable[[Page], Awaitable[None]]


def by(presses: Callable[[Page, Locator], Awaitable[None]]) -> Way:
    """Each thing that the coach rings is done, and each does what its sentence says."""

    async def goes(page: Page) -> None:
        steps = await goes_through(page, presses)
        assert [step for step in STEPS if step in steps or step not in WAITS] == steps

    return goes


async def plays(page: Page) -> None:
    """One press."""
    await page.locator("[data-control=play]").click()
    await expect(page.locator("#end")).to_be_visible(timeout=3 * A_STEP)
    await shows(page, "end")


WAYS: Sequence[tuple[Language, int, Way]] = (
    ("en", DESKTOP, by(clicks)),
    ("ja", PHONE, by(clicks)),
    ("en", PHONE, by(types)),
    ("ja", DESKTOP, plays),
)


async def test_the_minute(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> None:
    """By clicking, by the keyboard alone, and by Play, all at once, since a minute is mostly waiting: at the end of
    each, nothing was done twice, and the page can be used by all."""
    async with asyncio.TaskGroup() as ways:
        for language, width, way in WAYS:
            ways.create_task(_goes(tmp_path_factory.mktemp("demo"), browser, language, width, way))


async def _goes(folder: Path, browser: Browser, language: Language, width: int, way: Way) -> None:
    async with demo(folder, language) as address, tab(browser, width=width, language=language) as page:
        await page.goto(address)
        await way(page)
        found = await (faults if language == "en" else too_wide)(page)
    assert not found, "\n".join(found)
