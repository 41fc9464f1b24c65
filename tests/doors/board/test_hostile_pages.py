"""Text by people, odd requests, and a store that is away: never markup, never a 5xx."""

import asyncio
import itertools
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from ghapp.core.model.environment import Hold
from ghapp.doors.board.rendering import assets
from ghapp.engine import board as engine
from ghapp.ports import Retryable, Version
from tests.core.build import NOON, environment, live, pull, release
from tests.doors.board.gallery import STATES
from tests.doors.board.stand import Stand, stand
from tests.doors.board.test_cards import put, words

PAGE = "/acme/shop/production"
EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><svg onload=alert(1)>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "</svg><style>*{display:none}</style>",
    "javascript:alert(1)",
    "a\u202etxt.exe\u2066\u200b",
    "' onfocus=alert(1) autofocus='",
    "= 1 + 1\r\nSet-Cookie: a=b",
)


class Seen(HTMLParser):
    """The tags and attributes of a page, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def seen(page: str) -> Seen:
    parsed = Seen()
    parsed.feed(page)
    return parsed


@pytest.mark.parametrize("text", EVIL)
async def test_text_of_people_is_only_text(board: Stand, text: str) -> None:
    """In a title, a reason, a name and a filter: no tag, no attribute and no script comes of it, on any page."""
    await put(board, STATES["deploying"]())
    plain = {path: seen(await board.get(path)).tags for path in ("/", PAGE, "/figures")}
    odd = pull(41, title=text, author=text[:20], head="a" * 40)
    hold = Hold(kind="manual", holders=(text[:30],), reason=text, since=NOON)
    waiting = (replace(release(42), pull=replace(odd, number=42), merger=text[:20]),)
    found = environment(live=replace(live(41), pull=odd), earlier=(live(40),), manual=hold, awaiting=waiting)
    told = STATES["locked"]()
    entries = [replace(one, why=text, actor=text[:30]) for one in told.entries]
    await board.record(found, entries)
    for path in ("/", PAGE, "/figures"):
        asked = {"q": text, "h": text if path == "/" else ""}
        async with board.client.get(path, params=asked if path == "/" else {}) as response:
            page = await response.text()
        parsed = seen(page)
        assert parsed.tags - plain[path] <= {"title", "desc", "ol", "li"}
        assert not [name for name, _ in parsed.attributes if name.startswith("on") or name == "style"]
        assert not [
            value
            for name, value in parsed.attributes
            if name == "href" and not value.startswith(("/", "https://", "?", "#"))
        ]
        assert "\u202e" not in page
        assert "49" not in words(page)
    assert await board.get(f"{PAGE}/history.csv")


async def test_a_reason_is_no_link(board: Stand) -> None:
    """Only a run's own address is one: anybody could name any other."""
    told = STATES["free"]()
    told.says("mona", "/lock production 2h see https://evil.example.com/login")
    await put(board, told)
    page = await board.get(PAGE)
    assert "https://evil.example.com/login" in words(page)
    assert not [value for name, value in seen(page).attributes if name == "href" and "evil" in value]


async def test_every_answer_forbids_what_it_does_not_need(board: Stand) -> None:
    """No inline script or style, nothing from elsewhere, no frame, no referrer, no copy in a cache."""
    await put(board, STATES["deploying"]())
    for path in ("/", PAGE, "/figures", "/acme/shop/none"):
        answer = await board.ask(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        page = await answer.text()
        assert not re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=", page)
        assert '"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true' in page
        loaded = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
        assert len(loaded) >= 5
        for address in loaded:
            async with board.client.get(address) as file:
                assert file.status == 200
                assert "immutable" in file.headers["Cache-Control"]
    assert (await board.ask("/assets/board.css")).status == 404


def test_names_of_files_follow_their_content() -> None:
    """So that a browser may keep them for ever."""
    assert all(re.fullmatch(r"[\w.]+\.[0-9a-f]{12}\.(js|css|svg)", name) for name in assets())


ODD: Sequence[str] = (
    "/acme/shop",
    "/acme/shop/",
    "/acme/shop/nothing",
    "/acme/shop/production/",
    "/acme/shop/production/history.exe",
    "/acme/shop/production/history.csv/x",
    "/acme%2Fshop/production",
    "/acme/shop/%00",
    "/acme/shop/%ff%fe",
    "/acme/%2e%2e/production",
    "//acme/shop/production",
    "/%F0%9F%92%A9/%F0%9F%92%A9/%F0%9F%92%A9",
    "/acme/shop/production%0d%0aSet-Cookie:a=b",
    "/assets/../routes.py",
    "/assets/%2e%2e%2froutes.py",
    "/assets/",
    "/?q=%ff%fe&q=2&=&&",
    "/?q=" + "%F0%9F%92%A9" * 100,
    "/figures?q=%00",
    "/acme/shop/production?range=%00&h=%ff",
    "/live?only=%ff" + "&" * 50,
    "/?" + "q=1&" * 300,
)


@pytest.mark.parametrize("path", ODD)
async def test_odd_addresses_are_answered_in_peace(board: Stand, path: str) -> None:
    """As they are, not as a client would tidy them up; by GET, HEAD and a method that there is not."""
    await board.record(environment())
    for method in ("GET", "HEAD", "POST", "DELETE"):
        status = await raw(board, f"{method} {path} HTTP/1.1")
        assert 200 <= status < 500
        assert method in ("GET", "HEAD") or status in (404, 405)


async def test_long_and_strange_headers(board: Stand) -> None:
    """A filter of 10 kB, and a language that is none."""
    assert await raw(board, f"GET /?q={'a' * 10_000} HTTP/1.1") in (400, 414, 431)
    for accepted in ("", ",,,;q=", "ja" * 4000, "xx,ja", "\xff\xfe", "en-GB,ja"):
        answer = await board.ask("/", Accept_Language=accepted)
        assert answer.status == 200
    assert 'lang="ja"' in await board.get("/", "fr, ja;q=0.5, en;q=0.1")
    assert 'lang="en"' in await board.get("/", "fr")


async def raw(board: Stand, line: str) -> int:
    """The status of the answer to one request as it stands here; a stream is left after its head."""
    reader, writer = await asyncio.open_connection(board.client.host, board.client.port)
    writer.write(f"{line}\r\nHost: board\r\nConnection: close\r\n\r\n".encode())
    status = await reader.readuntil(b"\r\n")
    writer.close()
    return int(status.split()[1])


async def test_head_is_as_get_without_a_body(board: Stand) -> None:
    await put(board, STATES["free"]())
    for path in ("/", PAGE, "/figures", f"{PAGE}/history.csv"):
        answer = await board.ask(path, "HEAD")
        assert (answer.status, await answer.read()) == (200, b"")
    assert (await board.ask("/live", "HEAD")).status == 405


async def test_an_unknown_environment_has_a_page(board: Stand) -> None:
    """With the way to all others, in both languages."""
    for language, said, link in (
        ("en", "There is no such environment, or you cannot see it.", "All environments"),
        ("ja", "この環境は存在しないか、表示する権限がありません。", "すべての環境"),
    ):
        async with board.client.get("/acme/shop/none", headers={"Accept-Language": language}) as response:
            assert response.status == 404
            page = await response.text()
            assert said in page
            assert f'<a href="/">{link}</a>' in page


async def test_part_of_a_page_and_the_whole(board: Stand) -> None:
    """htmx gets the part that it replaces; a browser that goes back gets the whole page."""
    await put(board, STATES["free"]())
    for path in ("/", PAGE):
        part = await board.get(path, HX_Request="true")
        assert part.strip().startswith(("<div", "<article", "<section"))
        assert "<!doctype html>" in await board.get(path, HX_Request="true", HX_History_Restore_Request="true")


# ---------------------------------------------------------------- the store is away


class Flaky:
    """A store that can be away, in front of a real one."""

    def __init__(self) -> None:
        self.inner: object = None
        self.away = False

    async def versions(self) -> Sequence[Version]:
        self._reach()
        return await self.inner.versions()  # type: ignore[attr-defined, no-any-return]

    async def load(self, repository: int) -> object:
        self._reach()
        return await self.inner.load(repository)  # type: ignore[attr-defined]

    async def history(self, repository: int, *, limit: int, before: int | None = None) -> object:
        self._reach()
        return await self.inner.history(repository, limit=limit, before=before)  # type: ignore[attr-defined]

    def _reach(self) -> None:
        if self.away:
            raise Retryable("no route to the store")


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_store_that_is_away(tmp_path: Path, language: str) -> None:
    """Before anything is known a sentence, else the last known cards, which say of when they are; files are refused."""
    read = Flaky()
    async with stand(tmp_path, read=read) as board:  # type: ignore[arg-type]
        read.inner = board.store
        await put(board, STATES["locked"]())
        told = {
            "en": ("The store cannot be read, so there is nothing to show", "shows the state at 13:42"),
            "ja": ("保存先を読み取れないため、表示できません", "13:42 時点の状態です"),
        }[language]
        read.away = True
        for path in ("/", PAGE, "/figures"):
            page = await board.get(path, language)
            assert told[0] in page
            assert '<meta http-equiv="refresh" content="10">' in page
        for path, accept in itertools.product((f"{PAGE}/history.csv", "/figures"), ("application/json",)):
            refused = await board.ask(path, Accept=accept)
            assert (refused.status, refused.headers["Retry-After"]) == (424, "10")
            assert await refused.text() == "the store cannot be read now: try again\n"
        read.away = False
        assert "s-locked" in await board.get("/", language)
        read.away = True
        await board.later(minutes=1)
        page = await board.get("/", language)
        assert "s-locked" in page
        assert told[1].replace("13:42", "04:42 UTC") in page
        assert told[0] in await board.get(PAGE, language)  # its history is not known
        assert (await board.ask(f"{PAGE}/history.csv")).status == 424
        read.away = False
        assert told[1][-9:] not in await board.get("/", language)


async def test_a_store_that_does_not_answer(board: Stand) -> None:
    """A page waits for two seconds at most, then shows the last known cards."""
    await put(board, STATES["locked"]())
    assert "s-locked" in await board.get("/")
    board.reader.patience = 0.05
    answers = asyncio.Event()

    class Stuck(Flaky):
        async def versions(self) -> Sequence[Version]:
            await answers.wait()
            return await super().versions()

    stuck = Stuck()
    stuck.inner, board.reader.store = board.store, stuck  # type: ignore[assignment]
    assert "it may have changed since" in await board.get("/")
    answers.set()


async def test_figures_as_json(board: Stand) -> None:
    """The rows of the contract."""
    await put(board, STATES["rolled_back"]())
    answer = await board.ask("/figures", Accept="application/json")
    assert answer.content_type == "application/json"
    assert json.loads(await answer.text()) == [
        {
            "repository": "acme/shop",
            "environment": "production",
            "month": "2026-11",
            "attempts": 1,
            "live": 1,
            "failed": 1,
            "change_failure_rate": 1.0,
            "lead_time": {"median": 300.0, "p90": 300.0},
            "restore_median": 240.0,
            "waited": 0.0,
        }
    ]
    assert json.loads(await (await board.ask("/figures?q=store", Accept="application/json")).text()) == []


async def test_figures_are_defined_on_their_page(board: Stand) -> None:
    """Each in a sentence, with a table that needs no script."""
    assert "No deployment yet." in await board.get("/figures")
    assert "デプロイはまだありません。" in await board.get("/figures", "ja")
    assert "一致するものはありません" in await board.get("/figures?q=store", "ja")
    await put(board, STATES["rolled_back"]())
    page = await board.get("/figures")
    assert page.count('class="plot"') == 5
    assert "acme/shop/production 2026-11 1 1 1 100 % 5 min 5 min 4 min 0" in words(page)
    japanese = words(await board.get("/figures", "ja"))
    assert "acme/shop/production 2026-11 1 1 1 100 % 5分 5分 4分 0" in japanese
    assert "変更失敗率" in japanese
    assert "2026-11" in await board.get(PAGE, "ja")


async def test_figures_go_on_from_what_is_counted(board: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look counts only new entries, and gives the same as one that counts all."""
    monkeypatch.setattr(engine, "FIGURES_KNOWN_FOR", 0.0)
    told = STATES["cooldown"]()
    await put(board, told)
    before = len(told.entries)
    first = await (await board.ask("/figures", Accept="application/json")).text()
    told.later(minutes=2)
    told.says("mona", "/rollback")
    told.starts()
    told.later(minutes=2)
    told.sees("succeeded")
    await board.record(told.environment, told.entries[before:])
    second = await (await board.ask("/figures", Accept="application/json")).text()
    monkeypatch.setattr(engine, "COUNTED_ANEW_AFTER", 0.0)
    anew = await (await board.ask("/figures", Accept="application/json")).text()
    assert first != second == anew
    assert json.loads(second)[0]["failed"] == 1
