"""The demo's page: its routes, the requests it refuses, and that no text from outside becomes HTML."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from ghapp.demo.page import ASSETS, KINDS, Page, document
from ghapp.demo.words import WORDS, Language

Json = dict[str, Any]
HTML = document("en")


@dataclass
class Stage:
    """A page over a state that the test changes."""

    state: Json = field(default_factory=lambda: {"clock": "13:00 JST"})
    acts: list[tuple[str, Json]] = field(default_factory=list)
    error: Exception | None = None
    watchers: int = 0
    condition: asyncio.Condition = field(default_factory=asyncio.Condition)
    url: str = ""

    def page(self, language: Language = "en") -> Page:
        return Page(language=language, snapshot=lambda: self.state, act=self.act, changed=self.changed)

    async def act(self, verb: str, arguments: Json) -> None:
        if self.error is not None:
            raise self.error
        self.acts.append((verb, arguments))

    async def changed(self) -> AsyncIterator[None]:
        self.watchers += 1
        try:
            while True:
                async with self.condition:
                    await self.condition.wait()
                yield
        finally:
            self.watchers -= 1

    async def change(self, **state: Any) -> None:
        self.state |= state
        async with self.condition:
            self.condition.notify_all()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    page = stage.page()
    stage.url = await page.start()
    try:
        yield stage
    finally:
        await page.close()


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def event(response: aiohttp.ClientResponse) -> tuple[str, Json]:
    """Name and data of the next server-sent event."""
    name, data, end = [(await response.content.readline()).decode() for _ in range(3)]
    assert end == "\n"
    return name.removeprefix("event: ").strip(), json.loads(data.removeprefix("data: "))


async def test_the_page_runs_its_own_files_only(stage: Stage, browser: aiohttp.ClientSession) -> None:
    """The policy allows scripts and styles of the page's own address, and no inline ones."""
    async with browser.get(stage.url) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert await response.text() == HTML
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy


async def test_the_state_can_be_read(stage: Stage, browser: aiohttp.ClientSession) -> None:
    """GET /state returns the snapshot, and is not cached."""
    async with browser.get(f"{stage.url}state") as response:
        assert await response.json() == {"clock": "13:00 JST"}
        assert response.headers["Cache-Control"] == "no-store"


async def test_events_bring_the_state_at_once_and_after_each_change(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    """The first event needs no change; a change right after it is not missed."""
    async with browser.get(f"{stage.url}events") as response:
        assert response.content_type == "text/event-stream"
        assert await event(response) == ("state", {"clock": "13:00 JST"})
        for clock in ("13:10 JST", "13:20 JST"):
            await stage.change(clock=clock)
            assert await event(response) == ("state", {"clock": clock})


async def test_time_alone_is_no_event(stage: Stage, browser: aiohttp.ClientSession) -> None:
    """A state that differs in `now` alone is not sent; the next one that differs otherwise is."""
    async with browser.get(f"{stage.url}events") as response:
        assert await event(response) == ("state", {"clock": "13:00 JST"})
        await stage.change(now="2026-12-01T04:00:01Z")
        await stage.change(clock="13:01 JST")
        assert await event(response) == ("state", {"clock": "13:01 JST", "now": "2026-12-01T04:00:01Z"})


async def test_closing_the_page_ends_its_streams(browser: aiohttp.ClientSession) -> None:
    """A browser that still listens does not delay the close, and no watcher remains."""
    stage = Stage()
    page = stage.page()
    url = await page.start()
    async with browser.get(f"{url}events") as response:
        await event(response)
        assert stage.watchers == 1
        await asyncio.wait_for(page.close(), 2)
        assert stage.watchers == 0


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("merge", {"number": 42, "by": "mona"}),
        ("comment", {"number": 42, "by": "mona", "body": "/deploy"}),
        ("open", {"by": "mona", "title": "予約枠の重複チェックを修正"}),
        ("push", {"number": 42, "by": "mona"}),
        ("click", {"check": 9, "button": "deploy", "by": "mona"}),
        ("skip", {"minutes": 10}),
    ],
)
async def test_an_act_of_a_person_is_passed_on(
    stage: Stage, browser: aiohttp.ClientSession, verb: str, arguments: Json
) -> None:
    """204, with the verb and its arguments unchanged."""
    async with browser.post(f"{stage.url}do/{verb}", json=arguments) as response:
        assert response.status == 204
    assert stage.acts == [(verb, arguments)]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("#42 is not open."), "#42 is not open."),
        (RuntimeError("the world has ended"), "Unexpected error: the world has ended"),
        (RuntimeError(), "Unexpected error: RuntimeError"),
    ],
)
async def test_an_error_is_answered_with_its_sentence(
    stage: Stage, browser: aiohttp.ClientSession, error: Exception, sentence: str
) -> None:
    """400 with one sentence for any error."""
    stage.error = error
    async with browser.post(f"{stage.url}do/merge", json={"number": 42, "by": "mona"}) as response:
        assert (response.status, await response.json()) == (400, {"error": sentence})


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("do/destroy", "{}", "application/json"),
        ("do/merge", "[]", "application/json"),
        ("do/merge", "{", "application/json"),
        ("do/merge", "number=42", "application/x-www-form-urlencoded"),
        ("do/merge", '{"number": 42}', "text/plain"),
        ("do/merge", '{"number": 42}', "application/json; charset=none"),
        ("do/merge", "[" * 100_000, "application/json"),
        ("do/merge", f'"{"a" * (2**20 - 2)}"', "application/json"),
    ],
)
async def test_an_invalid_act_is_refused(
    stage: Stage, browser: aiohttp.ClientSession, path: str, body: str, content_type: str
) -> None:
    """An unknown verb, a body that is no JSON object or cannot be read, or a form that another site could send."""
    headers = {"Content-Type": content_type}
    async with browser.post(f"{stage.url}{path}", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"].endswith(".")
    assert stage.acts == []


async def test_a_refusal_is_in_the_language_of_the_page(browser: aiohttp.ClientSession) -> None:
    """An unknown verb, a body that is no object, a bug, and another site."""
    stage = Stage(error=RuntimeError("the world has ended"))
    page = stage.page("ja")
    url = await page.start()
    try:
        for path, body, headers, sentence in (
            ("do/destroy", {}, {}, "「destroy」という操作はありません。使える操作: click, comment, config, fault, "),
            ("do/merge", [], {}, "本文は JSON オブジェクトにしてください。"),
            ("do/merge", {}, {}, "予期しないエラーです: the world has ended"),
            ("state", {}, {"Origin": "https://evil.example"}, "ほかのサイトからは操作できません。"),
            ("state", {}, {"Host": "evil.example"}, "このページに接続できる名前は 127.0.0.1 と localhost だけです。"),
        ):
            async with browser.post(f"{url}{path}", json=body, headers=headers) as response:
                assert (await response.json())["error"].startswith(sentence)
    finally:
        await page.close()


@pytest.mark.parametrize("path", ["", "state", "events", "nowhere"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "127.0.0.1@evil.example"},
        {"Host": "[half"},
    ],
)
async def test_another_site_is_refused(
    stage: Stage, browser: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    """By its Origin, or by a host name that resolves to this machine."""
    async with browser.get(f"{stage.url}{path}", headers=headers) as response:
        assert response.status in {400, 403}
        assert "13:00" not in await response.text()


async def test_another_site_cannot_act(stage: Stage, browser: aiohttp.ClientSession) -> None:
    """403, and no act is carried out."""
    headers = {"Origin": "https://evil.example"}
    async with browser.post(f"{stage.url}do/skip", json={"minutes": 60}, headers=headers) as response:
        assert response.status == 403
    assert stage.acts == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_the_page_itself_may_act_under_both_names(
    stage: Stage, browser: aiohttp.ClientSession, name: str
) -> None:
    """Its Origin equals the Host of the request."""
    own = stage.url.replace("127.0.0.1", name).rstrip("/")
    headers = {"Host": own.removeprefix("http://"), "Origin": own}
    async with browser.post(f"{stage.url}do/skip", json={"minutes": 60}, headers=headers) as response:
        assert response.status == 204


PARSERS = (
    "innerHTML outerHTML insertAdjacentHTML createContextualFragment setHTML document.write DOMParser srcdoc "
    "eval( Function( javascript:"
)


@pytest.mark.parametrize("word", PARSERS.split())
def test_no_text_becomes_html(word: str) -> None:
    """The page makes elements and text nodes; it has no way to read a text as HTML."""
    script = "".join(path.read_text() for path in ASSETS.glob("*.js"))
    assert word not in HTML + script
    assert "node.append" in script


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_sentences_are_in_the_document(language: Language) -> None:
    """Each where it stands, and all as an attribute that the script reads, in which a sentence cannot become HTML."""
    shown = document(language)
    assert f'<html lang="{language}">' in shown
    assert "{{" not in shown
    assert f">{html.escape(WORDS[language]['pulls.new'])}</button>" in shown
    [words] = re.findall(r'data-words="([^"]*)"', shown)
    assert "<" not in words
    assert json.loads(html.unescape(words)) == WORDS[language]


@pytest.mark.parametrize(
    ("asked", "language"), [("?lang=ja", "ja"), ("?lang=en", "en"), ("", "en"), ("?lang=<x>", "en")]
)
async def test_the_page_is_in_the_language_that_is_asked_for(
    stage: Stage, browser: aiohttp.ClientSession, asked: str, language: Language
) -> None:
    """Without one, or with one that it does not have, in that of the demo."""
    async with browser.get(f"{stage.url}{asked}") as response:
        assert await response.text() == document(language)


async def test_the_page_loads_its_own_files_alone(stage: Stage, browser: aiohttp.ClientSession) -> None:
    """Each address in the document and each import of a module is a file that the server has, of the right kind."""
    asked = {address for address in re.findall(r'(?:src|href)="([^"#]*)"', HTML) if "lang=" not in address}
    asked |= {
        f"/assets/{name}" for path in ASSETS.glob("*.js") for name in re.findall(r'from "\./(.*)"', path.read_text())
    }
    assert {address.removeprefix("/assets/") for address in asked} == {path.name for path in ASSETS.iterdir()}
    for address in asked:
        async with browser.get(f"{stage.url}{address.removeprefix('/')}") as response:
            assert response.status == 200
            assert response.content_type == KINDS[Path(address).suffix]
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")


@pytest.mark.parametrize("name", ["page.html", "..%2Fpage.py", "%2Fetc%2Fpasswd", "main.js.map"])
async def test_the_page_gives_no_other_file(stage: Stage, browser: aiohttp.ClientSession, name: str) -> None:
    """404, whatever the name leads to."""
    async with browser.get(URL(f"{stage.url}assets/{name}", encoded=True)) as response:
        assert response.status == 404


def test_the_document_holds_no_script_and_no_style() -> None:
    """The policy would not run them."""
    assert re.findall(r"<style|<script(?! type=\"module\" src=)| style=| on[a-z]+=", HTML) == []
