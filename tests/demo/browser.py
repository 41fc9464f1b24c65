"""A browser as small as the pages: it opens addresses, follows redirects, and submits the one form of a page."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import aiohttp
from yarl import URL


@dataclass(frozen=True)
class Page:
    """A page as the browser shows it. `action` and `fields`: its form's, empty without one."""

    url: URL
    status: int
    text: str
    action: str
    fields: dict[str, str]
    links: tuple[str, ...]

    @property
    def words(self) -> str:
        """The text without markup."""
        return unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", self.text).split()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action, self.fields, self.links = "", dict[str, str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert given["method"] == "post"
            self.action = given["action"]
        elif tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "a":
            self.links.append(given["href"])


class Browser:
    """One person's browser."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def opens(self, url: str | URL, **headers: str) -> Page:
        """Follows redirects, which lead from one site to another."""
        async with self._session.get(url, headers=headers) as answer:
            return await _page(answer)

    async def submits(self, page: Page, **typed: str) -> Page:
        """Submits the page's form. `typed`: the fields that the person changes."""
        return await self.posts(page.url.join(URL(page.action)), page.fields | typed)

    async def posts(self, url: str | URL, fields: dict[str, str]) -> Page:
        """Posts a form, as the button of a page does."""
        async with self._session.post(url, data=fields) as answer:
            return await _page(answer)


async def _page(answer: aiohttp.ClientResponse) -> Page:
    text = await answer.text()
    reader = _Reader()
    reader.feed(text)
    return Page(answer.url, answer.status, text, reader.action, reader.fields, (*reader.links,))
