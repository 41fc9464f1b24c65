"""Sign-in on the assembled server: the settings switch it on, and its addresses are the App's."""

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
