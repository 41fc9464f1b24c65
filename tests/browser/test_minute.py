"""The demo's minute in a real browser: by clicking, by the keyboard alone, and by Play."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.chromium import DESKTOP, PHONE, SIDEWAYS, Language, faults, tab

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

A_STEP = 60_000  # milliseconds that a step may take on a machine with other work
STEPS = ["merge", "deploy", "join", "refused", "live", "next", "again", "kill", "back", "errors", "rollback", "end"]
MAYBE = "errors"  # it can be over before it is seen
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


@pytest.mark.parametrize(
    ("language", "width", "presses"), [("en", DESKTOP, clicks), ("ja", PHONE, clicks), ("en", PHONE, types)]
)
async def test_the_minute(
    tmp_path: Path,
    browser: Browser,
    language: Language,
    width: int,
    presses: Callable[[Page, Locator], Awaitable[None]],
) -> None:
    """Each thing that the coach rings is done, and each does what its sentence says; at the end nothing was done
    twice."""
    async with demo(tmp_path, language) as address, tab(browser, width=width, language=language) as page:
        await page.goto(address)
        steps = await goes_through(page, presses)
        assert [step for step in STEPS if step in steps or step != MAYBE] == steps
        found = await faults(page)
    assert not found, "\n".join(found)


async def test_play_reaches_the_end_by_itself(tmp_path: Path, browser: Browser) -> None:
    """One press."""
    async with demo(tmp_path, "ja") as address, tab(browser, language="ja") as page:
        await page.goto(address)
        found = await faults(page)
        await page.locator("[data-control=play]").click()
        await expect(page.locator("#end")).to_be_visible(timeout=2 * A_STEP)
        await shows(page, "end")
    assert not found, "\n".join(found)
