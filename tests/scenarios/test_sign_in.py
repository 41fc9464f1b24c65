"""Sign-in on the assembled server: the settings switch it on, and its addresses are the App's."""

import re
from dataclasses import replace

import aiohttp
import pytest

from tests.doors.board.browser import Browser
from tests.scenarios.scene import PUBLIC_URL, Scene

SECRET = "canary-session-secret-of-this-server"


async def test_the_settings_switch_sign_in_on(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """In by GitHub; the log has one line for each sign-in, without code, state, token or cookie."""
    app = shop.github.app = replace(shop.github.app, callbacks=(f"{PUBLIC_URL}/login/callback",))
    client = {"GITHUB_CLIENT_ID": app.client_id, "GITHUB_CLIENT_SECRET": app.client_secret}
    shop.settings = {**client, "GHAPP_SESSION_SECRET": SECRET}
    await shop.restart()
    shop.github.authorizations.person = "mona"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        browser = Browser(session, PUBLIC_URL, shop.address)
        begun = await browser.gets("/login")
        back = (await browser.gets(begun.location)).location
        signed_in = await browser.gets(back)
        again = await browser.gets(back)
    assert (signed_in.status, signed_in.location, again.status) == (302, f"{PUBLIC_URL}/", 400)
    assert list(browser.cookies) == ["__Host-ghapp-session"]
    lines = [vars(record) for record in caplog.records if record.getMessage() == "sign_in"]
    assert [(line["verdict"], line.get("login"), line.get("error")) for line in lines] == [
        ("signed_in", "mona", None),
        ("refused", None, "sign_in.over"),
    ]
    await shop.stop()


async def test_without_the_settings_there_is_no_sign_in(shop: Scene) -> None:
    """Its addresses do not exist."""
    async with aiohttp.ClientSession() as session:
        for method, path in (("GET", "/login"), ("GET", "/login/callback"), ("POST", "/logout")):
            async with session.request(method, f"{shop.address}{path}", allow_redirects=False) as answer:
                assert answer.status == 404


async def test_the_board_shows_what_github_shows_the_person(shop: Scene) -> None:
    """At the server's address: nothing without sign-in; then the person's repositories; then the way out."""
    app = shop.github.app = replace(shop.github.app, callbacks=(f"{PUBLIC_URL}/login/callback",))
    client = {"GITHUB_CLIENT_ID": app.client_id, "GITHUB_CLIENT_SECRET": app.client_secret}
    shop.settings = {**client, "GHAPP_SESSION_SECRET": SECRET}
    await shop.restart()
    await shop.released("mona")
    place = f"/{shop.shop.full_name}/production"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        browser = Browser(session, PUBLIC_URL, shop.address)
        strange = await browser.gets(place)
        assert (strange.status, "Reword notifications" in strange.text) == (302, False)
        for person, sees in (("mona", True), ("visitor", False)):
            shop.github.authorizations.person = person
            begun = await browser.gets("/login")
            await browser.gets((await browser.gets(begun.location)).location)
            board, page = await browser.gets("/"), await browser.gets(place)
            assert f"Signed in as {person}" in board.text
            assert ("Reword notifications" in board.text, page.status) == (sees, 200 if sees else 404)
            assert f"{person} でサインイン中" in (await browser.gets("/", Accept_Language="ja")).text
            csrf = re.findall(r'name="csrf" value="([^"]+)"', board.text)[0]
            left = await browser.posts("/logout", {"csrf": csrf})
            assert (left.status, (await browser.gets(place)).status) == (200, 302)
    await shop.stop()
