"""The real server with sign-in, and people who act from its board: what they press and type, and what they then see."""

import html
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp

from tests.doors.board.browser import Answer, Browser
from tests.scenarios.scene import PUBLIC_URL, Scene, scene

SECRET = "canary-session-secret-of-this-server"
PLACE = "/acme/shop/production"
_FORM = re.compile(r'<form class="act" method="post" action="([^"]+)">(.*?)</form>', re.DOTALL)
_FIELD = re.compile(r'<(?:input|button)\b[^>]*?\bname="(\w+)"(?:[^>]*?\bvalue="([^"]*)")?', re.DOTALL)


@dataclass(frozen=True)
class Form:
    """A form of a page, as a browser reads it."""

    action: str
    fields: Mapping[str, str]

    @property
    def line(self) -> str:
        return self.fields.get("line", "")


@dataclass
class Desk:
    """One person's browser."""

    scene: Scene
    browser: Browser
    login: str

    async def opens(self, path: str = PLACE) -> Answer:
        """A page."""
        return await self.browser.gets(path)

    async def forms(self, path: str = PLACE) -> list[Form]:
        """The forms that act on a page: the same in the other language."""
        other = "en" if self.browser.language == "ja" else "ja"
        translated = forms((await self.browser.gets(path, Accept_Language=other)).text)
        found = forms((await self.opens(path)).text)
        assert [form.line for form in translated] == [form.line for form in found]
        return found

    async def offered(self, path: str = PLACE) -> list[str]:
        """The lines of the buttons on a page."""
        return [form.line for form in await self.forms(path) if form.line]

    async def typing(self, line: str, path: str = PLACE) -> Form:
        """The form of a page for a typed line, filled in and not yet sent."""
        (form,) = [one for one in await self.forms(path) if not one.line]
        return replace(form, fields={**form.fields, "line": line})

    async def sends(self, form: Form, **headers: str) -> Answer:
        """One press; the server has not worked on it yet."""
        return await self.browser.posts(form.action, form.fields, **headers)

    async def types(self, line: str, path: str = PLACE) -> str:
        """Types a line and reads the answer."""
        return await self.reads(await self.sends(await self.typing(line, path)))

    async def presses(self, begins: str, reason: str | None = None) -> str:
        """Presses the button whose line begins so, and reads the answer."""
        (form,) = [one for one in await self.forms() if one.line.startswith(begins)]
        if reason is not None:
            assert "reason" in form.fields
            form = replace(form, fields={**form.fields, "reason": reason})
        return await self.reads(await self.sends(form))

    async def reads(self, sent: Answer) -> str:
        """The answer on the page to which the browser was sent on, once the server has decided."""
        assert sent.status == 303, (sent.status, sent.text)
        await self.scene.idle()
        other = "en" if self.browser.language == "ja" else "ja"
        assert answer(await self.browser.gets(sent.location, Accept_Language=other))
        return answer(await self.opens(sent.location))


def forms(page: str) -> list[Form]:
    """All forms of a page that act."""
    return [
        Form(html.unescape(action), {name: html.unescape(value) for name, value in _FIELD.findall(inner)})
        for action, inner in _FORM.findall(page)
    ]


def answer(page: Answer) -> str:
    """The text of the answer on a page; empty without one."""
    found = re.search(r'<section class="panel answer".*?</section>', page.text, re.DOTALL)
    lines = re.findall(r"<p>(.*?)</p>", found[0], re.DOTALL) if found else []
    return "\n".join(html.unescape(re.sub(r"<[^>]+>", "", line)) for line in lines)


@dataclass
class Office:
    """The server, and everybody's browser."""

    scene: Scene
    session: aiohttp.ClientSession
    browsers: list[Browser] = field(default_factory=list)

    async def sign_in(self, login: str, language: str = "en") -> Desk:
        """A browser of this person, signed in through GitHub."""
        self.scene.github.authorizations.person = login
        browser = Browser(self.session, PUBLIC_URL, self.scene.address, language=language)
        begun = await browser.gets("/login")
        arrived = await browser.gets((await browser.gets(begun.location)).location)
        assert arrived.status == 302
        return Desk(self.scene, browser, login)


async def with_sign_in(shop: Scene, **settings: str) -> None:
    """Restarts the server with sign-in."""
    app = shop.github.app = replace(shop.github.app, callbacks=(f"{PUBLIC_URL}/login/callback",))
    client = {"GITHUB_CLIENT_ID": app.client_id, "GITHUB_CLIENT_SECRET": app.client_secret}
    shop.settings = {**client, "GHAPP_SESSION_SECRET": SECRET, **settings}
    await shop.restart()


@asynccontextmanager
async def office(folder: Path, **more: Any) -> AsyncIterator[Office]:
    """acme/shop with its people; sign-in is on."""
    async with scene(folder, **more) as shop:
        await with_sign_in(shop)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield Office(shop, session)
