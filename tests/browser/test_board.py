"""The board as people use it: with a clock that runs, a keyboard, no scripts, and titles by an attacker."""

import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from ghapp.core.model.environment import Hold
from tests.browser.chromium import DESKTOP, PHONE, Language, faults, tab, too_wide
from tests.core.build import NOON, environment, live, pull, release
from tests.doors.board.gallery import STATES
from tests.doors.board.stand import Stand, stand
from tests.doors.board.test_cards import put
from tests.doors.board.test_hostile_pages import EVIL
from tests.scenarios.linking import ANN
from tests.scenarios.scene import Scene, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE = "/acme/shop/production"
Judge = Callable[[Page], Awaitable[list[str]]]


@asynccontextmanager
async def board_with(folder: Path, *states: str) -> AsyncIterator[tuple[Stand, str]]:
    """A board with acme/shop in the first state, others in the next, and its address."""
    async with stand(folder) as board:
        for number, (name, state) in enumerate(zip(("acme/shop", "acme/pay"), states, strict=False), start=1):
            await put(board, STATES[state](), name, number)
        yield board, str(board.client.make_url("")).rstrip("/")


async def unloaded(page: Page) -> bool:
    """Whether the page was loaded again since `marked`."""
    return not await page.evaluate("window.stays === true")


async def marked(page: Page) -> None:
    await page.evaluate("window.stays = true")


async def opens(page: Page, url: str) -> None:
    """Opens a page that follows its events, until it shows the part that it asks for when its stream begins."""
    async with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        await page.goto(url)
    await expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


# ---------------------------------------------------------------- time, events


@pytest.mark.parametrize(
    ("language", "seconds", "free"), [("en", ("3 s", "2 s", "1 s"), "Free"), ("ja", ("3秒", "2秒", "1秒"), "空き")]
)
async def test_the_countdown_reaches_zero_and_the_card_turns_free(
    tmp_path: Path, browser: Browser, language: Language, seconds: tuple[str, ...], free: str
) -> None:
    """Without a reload, on the board and on the environment's page; the last seconds are shown one by one."""
    async with board_with(tmp_path, "locked") as (board, address):
        locked_at = board.now
        for path in ("/", PLACE):
            board.now = locked_at
            async with tab(browser, language=language, width=PHONE, now=board.now) as page:
                await page.goto(address + path)
                await marked(page)
                await expect(page.locator(".card")).to_have_class(re.compile("s-locked"))
                over = locked_at + timedelta(hours=2)
                await page.clock.pause_at(over - timedelta(seconds=3.9))
                for shown in seconds:
                    await page.clock.run_for(1000)
                    await expect(page.locator(".left")).to_have_text(shown)
                await expect(page.locator(".card")).to_have_class(re.compile("s-locked"))
                board.now = over
                await page.clock.run_for(3000)
                await page.clock.resume()
                await expect(page.locator(".card")).to_have_class(re.compile("s-free"))
                await expect(page.locator(".state")).to_contain_text(free)
                await expect(page.locator(".left")).to_have_count(0)
                assert not await unloaded(page)


async def test_a_fresh_part_takes_nothing_from_the_reader(tmp_path: Path, browser: Browser) -> None:
    """What has the focus, what is typed, opened or scrolled stays when the environment changes on its page."""
    async with board_with(tmp_path, "rolled_back") as (board, address), tab(browser, width=PHONE, now=NOON) as page:
        await opens(page, f"{address}{PLACE}?range=day")
        picture, filter_of_history = page.locator(".picture"), page.get_by_role("searchbox")
        assert await picture.evaluate("one => one.scrollLeft > 200")  # the newest is at the right
        await picture.evaluate("one => { one.scrollLeft = 120 }")
        await page.get_by_text("The timeline as text").click()
        await filter_of_history.fill("han")
        await put(board, STATES["locked"]())
        await expect(page.locator(".card")).to_have_class(re.compile("s-locked"))
        await expect(filter_of_history).to_be_focused()
        await page.keyboard.type("ako")
        await expect(filter_of_history).to_have_value("hanako")
        await expect(page.locator(".told li").first).to_be_visible()
        assert await picture.evaluate("one => one.scrollLeft") == 120


async def test_a_card_follows_what_people_do(tmp_path: Path, browser: Browser) -> None:
    """While the page stays: the store changes, the card changes, and the filter that was typed still holds."""
    async with board_with(tmp_path, "free", "free") as (board, address), tab(browser, now=NOON) as page:
        await page.goto(address)
        await marked(page)
        await page.get_by_role("searchbox").fill("shop")
        await expect(page.locator(".card")).to_have_count(1)
        assert page.url.endswith("/?q=shop")
        async with page.expect_response(lambda answer: "/live" not in answer.url):
            await put(board, STATES["locked"](), "acme/shop", 1)
        await expect(page.locator(".card")).to_have_class(re.compile("s-locked"))
        await expect(page.locator(".card")).to_have_count(1)
        assert not await unloaded(page)


# ---------------------------------------------------------------- attackers, no scripts, keyboard


@pytest.mark.parametrize("scripts", [True, False])
async def test_hostile_text_is_inert(tmp_path: Path, browser: Browser, scripts: bool) -> None:
    """Each title stands on the page as it was typed; no dialog opens, and the browser complains of nothing."""
    titles = [re.sub(r"[\u202e\u2066\u200b\r\n]", "", text) for text in EVIL]
    waiting = tuple(
        msgspec.structs.replace(release(42), pull=msgspec.structs.replace(pull(42), number=42 + at, title=text))
        for at, text in enumerate(titles[:5])
    )
    hold = Hold(kind="manual", holders=("mona",), reason=titles[0], since=NOON)
    odd = msgspec.structs.replace(live(41), pull=pull(41, title=titles[1], head="a" * 40))
    async with stand(tmp_path) as board, tab(browser, now=NOON, scripts=scripts) as page:
        dialogs: list[str] = []
        page.on("dialog", lambda one: dialogs.append(one.message))
        await board.record(environment(live=odd, earlier=(live(40),), manual=hold, awaiting=waiting))
        for path in ("/", PLACE, f"/?q={titles[0]}", f"{PLACE}?h={titles[1]}"):
            await page.goto(str(board.client.make_url("")).rstrip("/") + path)
            shown = [] if "?q=" in path else await page.locator(".card .title").all_inner_texts()
            assert shown == [] or shown == [titles[1], *titles[:5]]
        assert dialogs == []


async def test_reading_needs_no_scripts(tmp_path: Path, browser: Browser) -> None:
    """Cards, filter, environment, rollback, history, figures: by links and Enter alone."""
    async with board_with(tmp_path, "rolled_back", "locked") as (_, address), tab(browser, scripts=False) as page:
        await page.goto(address)
        await expect(page.locator(".card")).to_have_count(2)
        await page.get_by_role("searchbox").fill("shop")
        await page.keyboard.press("Enter")
        await expect(page.locator(".card")).to_have_count(1)
        await page.get_by_role("link", name="acme/shop production").click()
        await expect(page.locator(".history tbody tr").first).to_be_visible()
        await page.get_by_role("link", name="Day", exact=True).click()
        await expect(page.locator("[aria-current]", has_text="Day")).to_be_visible()
        await page.get_by_text("As text").click()
        await expect(page.locator(".told li").first).to_be_visible()
        await page.get_by_role("link", name="Figures", exact=True).click()
        await expect(page.get_by_role("cell", name="2026-11")).to_have_count(1)


@pytest.mark.parametrize("path", ["/", f"{PLACE}?range=day", "/figures"])
async def test_the_keyboard_reaches_everything(tmp_path: Path, browser: Browser, path: str) -> None:
    """Tab goes through every link, field and picture once, in the order of the page, and each shows that it has it."""
    async with board_with(tmp_path, "rolled_back", "locked") as (board, address), tab(browser, now=board.now) as page:
        if path == "/figures":
            await page.goto(address + path)
        else:
            await opens(page, address + path)
        everything = await page.evaluate(EVERYTHING)
        reached = []
        for _ in range(everything):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate(REACHED))
        assert reached == [[at, True] for at in range(everything)]


EVERYTHING = """() => {
  const can = "a[href], input:not([type=hidden]), select, textarea, button, summary, [tabindex]";
  window.everything = [...document.querySelectorAll(can)].filter((one) => one.checkVisibility());
  return window.everything.length;
}"""
REACHED = """() => {
  const one = document.activeElement;
  const drawn = one.querySelector(".shape") || one.querySelector("rect");
  const stands_out = getComputedStyle(one).outlineStyle !== "none" || getComputedStyle(drawn).strokeWidth === "3px";
  return [window.everything.indexOf(one), stands_out];
}"""


# ---------------------------------------------------------------- sign-in


def free_port() -> int:
    """The public address has to be known before the server starts."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def signed_board(folder: Path, language: Language) -> AsyncIterator[tuple[Scene, str]]:
    """The assembled server at its public address, with sign-in at the local GitHub, which is another site."""
    async with scene(folder, language=language) as shop:
        port = free_port()
        public = f"http://localhost:{port}"
        app = shop.github.app = replace(shop.github.app, callbacks=(f"{public}/login/callback",))
        client = {"GITHUB_CLIENT_ID": app.client_id, "GITHUB_CLIENT_SECRET": app.client_secret}
        session = {"GHAPP_SESSION_SECRET": "canary-session-secret-of-this-server", "GHAPP_PUBLIC_URL": public}
        shop.settings = client | session
        await shop.stop()
        await shop.start(port=port)
        yield shop, public


@pytest.mark.parametrize(
    ("language", "judge", "as_mona", "out", "again"),
    [
        ("en", faults, "Signed in as mona", "Sign out", "Sign in with GitHub"),
        ("ja", too_wide, "mona でサインイン中", "サインアウト", "GitHub でサインイン"),
    ],
)
async def test_signing_in_and_out_by_clicking(
    tmp_path: Path, browser: Browser, language: Language, judge: Judge, as_mona: str, out: str, again: str
) -> None:
    """From a link to an environment over GitHub's form back to that page; declined first; out again at the end."""
    async with signed_board(tmp_path, language) as (shop, public):
        first = await shop.released("mona")
        async with tab(browser, language=language, width=PHONE) as page:
            await page.goto(public + PLACE)
            assert page.url.startswith(shop.github.web_url)
            found = await judge(page)
            await page.get_by_role("button", name="Cancel").click()
            found += await judge(page)
            await page.get_by_role("link", name=again).click()
            await page.get_by_role("combobox").select_option("mona")
            await page.get_by_role("button", name="Authorize").click()
            assert page.url == f"{public}/"
            await page.locator(".card h2 a").click()
            assert page.url == public + PLACE
            await expect(page.locator(".person")).to_contain_text(as_mona)
            await expect(page.locator(".card dd").first).to_contain_text(f"#{first.number}")
            found += await judge(page)
            await page.get_by_role("button", name=out).click()
            await expect(page.get_by_role("link", name=again)).to_be_visible()
            await page.goto(public + PLACE)
            assert page.url.startswith(shop.github.web_url)
        assert not found, "\n".join(found)


async def test_linking_a_slack_account_by_clicking(tmp_path: Path, browser: Browser) -> None:
    """From the address in Slack over GitHub to a yes, and the sentence that says as whom the member acts."""
    async with signed_board(tmp_path, "en") as (shop, public), tab(browser, width=PHONE) as page:
        shop.slack.add_person(ANN, "ann")
        await shop.types(ANN, "/ghapp link")
        address = re.search(rf"{public}/link/[\w-]+", shop.whispers(ANN)[-1])
        assert address
        await page.goto(address[0])
        await page.get_by_role("combobox").select_option("mona")
        await page.get_by_role("button", name="Authorize").click()
        found = await faults(page)
        await page.locator("main form button").click()
        await expect(page.locator("main")).to_contain_text("ann (Acme) now acts as mona")
        assert await shop.links()
        found += await faults(page)
    assert not found, "\n".join(found)


# ---------------------------------------------------------------- acting


async def clicks(_page: Page, control: Locator) -> None:
    """With the mouse or a finger."""
    await control.click()


async def tabs(page: Page, control: Locator) -> None:
    """With the keyboard alone: Tab from where one is, at most once around the page, then Enter."""
    for _ in range(60):
        if await control.evaluate("one => one === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")


SAID = {
    "en": ("Deploy #42", "#42 to production", "Not deployed.", "Lock", "Locked by mona", "Command"),
    "ja": ("#42 をデプロイ", "#42", "デプロイは開始していません。", "ロック", "mona がロック中", "コマンド"),
}


@pytest.mark.parametrize(
    ("language", "width", "judge", "presses"), [("en", PHONE, faults, clicks), ("ja", DESKTOP, too_wide, tabs)]
)
async def test_acting_from_the_board(
    tmp_path: Path,
    browser: Browser,
    language: Language,
    width: int,
    judge: Judge,
    presses: Callable[[Page, Locator], Awaitable[None]],
) -> None:
    """Lock with a reason, deploy, be refused: each press shows its answer, and one run starts."""
    deploy, done, refused, lock, locked, command = SAID[language]
    async with signed_board(tmp_path, language) as (shop, public):
        await shop.released("mona")
        await shop.later(minutes=31)
        await shop.merges("hanako", await shop.opens("hanako"))
        shop.github.authorizations.person = "mona"
        async with shop.at_work(), tab(browser, language=language, width=width) as page:
            answer, card = page.locator(".answer"), page.locator(".card")
            await page.goto(public + PLACE)
            await presses(page, page.locator(".opens > summary", has_text=lock))
            await page.locator(".opens[open] input[name=reason]").fill("migrating")
            found = await judge(page)
            await presses(page, page.locator(".opens[open] button"))
            await expect(card).to_have_class(re.compile("s-locked"))
            await expect(card).to_contain_text(locked)
            await presses(page, page.get_by_role("button", name=deploy))
            await expect(card).to_have_class(re.compile("s-deploying"))
            await expect(answer).to_contain_text(done)
            await page.get_by_label(command).fill("/deploy #42")
            await page.keyboard.press("Enter")
            await expect(answer).to_contain_text(refused)
            found += await judge(page)
        assert [run.inputs["environment"] for run in shop.runs()] == ["production"] * 2
        assert not found, "\n".join(found)
