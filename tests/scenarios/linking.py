"""A Slack member who proves their GitHub account: the server with sign-in, and the browser of the person."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp

from tests.doors.board.browser import Answer, Browser
from tests.scenarios.scene import PUBLIC_URL, Scene

SECRET = "canary-session-secret-of-this-server"
ANN = "U0ANN0001"  # a member whom no config names


async def with_sign_in(shop: Scene) -> None:
    """Switches sign-in on, and adds Ann to the workspace."""
    app = shop.github.app = replace(shop.github.app, callbacks=(f"{PUBLIC_URL}/login/callback",))
    client = {"GITHUB_CLIENT_ID": app.client_id, "GITHUB_CLIENT_SECRET": app.client_secret}
    shop.settings = {**shop.settings, **client, "GHAPP_SESSION_SECRET": SECRET}
    shop.slack.add_person(ANN, "ann")
    await shop.restart()


async def address(shop: Scene, member: str = ANN) -> str:
    """The address that `/ghapp link` gives, as a path."""
    await shop.types(member, "/ghapp link")
    return path_in(shop.whispers(member)[-1])


def path_in(text: str) -> str:
    """The path of the address in a message."""
    found = re.search(rf"{re.escape(PUBLIC_URL)}(/link/[\w-]+)", text)
    assert found, text
    return found[1]


@dataclass
class Person:
    """A person on GitHub with their browser."""

    shop: Scene
    login: str
    browser: Browser

    async def opens(self, path: str) -> Answer:
        """Opens the address, and signs in on the way where that is asked for."""
        self.shop.github.authorizations.person = self.login
        return await self.browser.opens(path)

    async def says_yes(self, path: str, seen: Answer, **headers: str) -> Answer:
        """Presses the button of the page that was seen."""
        return await self.browser.posts(path, {"csrf": csrf(seen)}, **headers)

    async def links(self, path: str) -> Answer:
        """Opens the address and says yes."""
        return await self.says_yes(path, await self.opens(path))


def csrf(seen: Answer) -> str:
    """The token of the page's forms."""
    found = re.findall(r'name="csrf" value="([^"]+)"', seen.text)
    assert found, (seen.status, seen.text)
    return str(found[0])


@asynccontextmanager
async def person(shop: Scene, login: str, language: str = "en") -> AsyncIterator[Person]:
    """A person with a browser that has no cookies yet."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Person(shop, login, Browser(session, PUBLIC_URL, shop.address, language=language))


async def linked(shop: Scene, login: str, member: str = ANN) -> None:
    """The member links their account."""
    path = await address(shop, member)
    async with person(shop, login) as one:
        assert (await one.links(path)).status == 200
