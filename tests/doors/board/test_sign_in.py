"""Sign-in over HTTP against the local GitHub, with a small page of the board behind it; and attacks on it."""

import asyncio
import html
import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from cryptography.fernet import Fernet
from yarl import URL

from ghapp import doors
from ghapp.adapters.github import GitHubSignIn, OAuthClient
from ghapp.adapters.github.user_repositories import READING
from ghapp.core.model.environment import Repository
from ghapp.core.model.secret import Secret
from ghapp.core.words import WORDS
from ghapp.demo.github import App, Fault, GitHub, faults
from ghapp.doors.board.sentence_page import voice_for
from ghapp.doors.board.session import Cookies, Session
from ghapp.doors.board.sign_in import SignInDoor
from ghapp.doors.board.visitors import Visitors
from tests.adapters.github.calls import Clock
from tests.adapters.github.test_over_http import validate
from tests.doors.board.browser import Answer, Browser
from tests.doors.site import Fronted

PUBLIC = "https://ghapp.example.com"
SECRET, OLD = "canary-session-secret-of-this-server", "canary-session-secret-of-last-month."
SHOP = "/acme/shop/production"
SESSION, LOGIN = "__Host-ghapp-session", "__Host-ghapp-login"
LISTS, EXCHANGE = re.compile("^/user/installations"), re.compile("/access_token$")


@dataclass
class Pages:
    """A page for each repository that the viewer may see, and a form that counts."""

    visitors: Visitors
    github: GitHub
    acts: list[str] = field(default_factory=list)

    def routes(self) -> Sequence[web.RouteDef]:
        place = "/{owner}/{repo}/{environment}"
        return (web.get("/", self.all), web.get(place, self.one), web.post(place, self.act))

    async def all(self, request: web.Request) -> web.Response:
        viewer = await self.visitors.find_viewer(request)
        named = [place.full_name for place in self.github.repositories.values() if viewer.may_see(_known(place))]
        said = viewer.notice(voice_for(request, self.visitors.clock()))
        return web.Response(text=f"{viewer.login} sees {', '.join(named) or 'nothing'}. csrf={viewer.csrf} {said}")

    async def one(self, request: web.Request) -> web.Response:
        viewer = await self.visitors.find_viewer(request)
        found = self.github.named("{owner}/{repo}".format(**request.match_info))
        if found is None or not viewer.may_see(_known(found)):
            return web.Response(status=404, text="there is no such page")
        return web.Response(text=f"{viewer.login} on {request.path_qs} csrf={viewer.csrf}")

    async def act(self, request: web.Request) -> web.Response:
        session, form = self.visitors.session(request), await request.post()
        if session is None or not self.visitors.is_own_form(request, session, str(form.get("csrf", ""))):
            return web.Response(status=403, text="not from this page")
        self.acts.append(session.login)
        return web.Response(text="done")


def _known(place: Any) -> Repository:
    return Repository(id=place.id, full_name=place.full_name, installation=place.installation_id)


@dataclass
class Yard:
    """The server, GitHub, and people's browsers."""

    github: GitHub
    port: GitHubSignIn
    visitors: Visitors
    pages: Pages
    clock: Clock
    session: aiohttp.ClientSession
    server: str
    public: str
    language: str = "en"

    def browser(self) -> Browser:
        return Browser(self.session, self.public, self.server, language=self.language)

    async def signed_in(self, login: str = "mona", *, at: str = SHOP) -> Browser:
        """A browser after the way through GitHub, back on the page that it opened first."""
        self.github.authorizations.person = login
        browser = self.browser()
        shown = await browser.opens(at)
        assert (shown.status, shown.url) == (200, f"{self.public}{at}"), shown.text
        return browser

    async def sent_back(self, browser: Browser, login: str = "mona", *, at: str = "/login") -> str:
        """The address to which GitHub sends the browser after the sign-in began; not opened yet."""
        self.github.authorizations.person = login
        begun = await browser.gets(at)
        return (await browser.gets(begun.location)).location

    def befalls(self, kind: faults.Kind, path: re.Pattern[str], *, method: str = "GET", times: int = 99) -> None:
        self.github.faults.append(Fault(method, path, kind, times=times))


@asynccontextmanager
async def yard(public: str = PUBLIC, secrets: Sequence[str] = (SECRET,)) -> AsyncIterator[Yard]:
    clock = Clock()
    callback = f"{public}/login/callback"
    github = GitHub(app=App.make(callbacks=(callback,)), now=clock)
    github.observers.append(validate)
    github.add_repository("acme/shop", files={}, people={"mona": "write", "taro": "read"})
    github.add_repository("acme/secret", files={}, people={"taro": "admin"})
    silence = asyncio.Event()
    try:
        client = OAuthClient(github.app.client_id, Secret(github.app.client_secret), callback)
        url = await github.start()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            cookies = Cookies.by(secrets, public, clock)
            port = GitHubSignIn(session, client, url, clock, 30)
            visitors = Visitors(github=port, public_url=public, cookies=cookies, clock=clock)
            pages, door = Pages(visitors, github), SignInDoor(visitors=visitors)
            async with TestClient(Fronted(doors.application(door, pages))) as served:
                server = str(served.make_url("/")).rstrip("/")
                yield Yard(github, port, visitors, pages, clock, session, server, public)
                silence.set()
                left = {task for task in asyncio.all_tasks() if task.get_name() == READING}
                await asyncio.wait({asyncio.create_task(asyncio.sleep(0)), *left})
        github.check()
    finally:
        await github.close()


@pytest.fixture
async def on(request: pytest.FixtureRequest) -> AsyncIterator[Yard]:
    async with yard() as made:
        made.language = getattr(request, "param", "en")
        yield made


in_both = pytest.mark.parametrize("on", ["en", "ja"], indirect=True)
"""In the languages of both browsers."""


def csrf_of(shown: Answer) -> str:
    found = re.search(r"csrf=(\w+)", shown.text)
    assert found
    return found[1]


def said(shown: Answer) -> str:
    """The code of the one sentence of a page of ours, in the page's language."""
    assert shown.headers["Content-Type"].startswith("text/html")
    found = re.search(r'lang="(\w+)".*?<p>(.*?)</p>', shown.text)
    assert found
    language, sentence = found[1], html.unescape(found[2])
    (code,) = [code for code, text in WORDS[language].items() if text == sentence]  # type: ignore[index]
    return code


# ---------------------------------------------------------------- the way in


@pytest.mark.parametrize("public", [PUBLIC, "http://localhost:8080", "http://127.0.0.1:8080"])
async def test_a_person_signs_in_and_is_back_on_the_page_that_they_opened(public: str) -> None:
    """They see what GitHub shows them. On plain http of this machine the cookies are neither Secure nor prefixed."""
    async with yard(public) as on:
        on.github.authorizations.person = "mona"
        browser = on.browser()
        shown = await browser.opens(f"{SHOP}?range=day&h=%26%E3%81%82")
        assert shown.text.startswith(f"mona on {SHOP}?range=day&h=%26")
        assert list(browser.cookies) == [SESSION if public == PUBLIC else "ghapp-session"]
        assert "mona sees acme/shop." in (await browser.opens("/")).text
        assert (await browser.opens("/acme/secret/production")).status == 404
        assert "taro sees acme/shop, acme/secret." in (await (await on.signed_in("taro")).opens("/")).text


@in_both
async def test_a_person_may_decline_on_github(on: Yard) -> None:
    """The form of a first sign-in."""
    browser = on.browser()
    begun = await browser.gets("/login")
    page = await browser.gets(begun.location)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    form = fields | {"person": "mona", "decision": "cancel"}
    back = await browser.sends("POST", begun.location.partition("?")[0], headers={}, form=form)
    shown = await browser.opens(back.location)
    assert (shown.status, list(browser.cookies)) == (403, [])
    assert said(shown) == "sign_in.denied"


async def test_signed_out_only_navigations_are_redirected(on: Yard) -> None:
    """Programs, scripts and forms get 401 with one sentence."""
    browser = on.browser()
    for method, accept in (("GET", "*/*"), ("GET", "text/event-stream"), ("GET", ""), ("HEAD", "text/html")):
        answer = await browser.sends(method, SHOP, headers={"Accept": accept})
        assert (answer.status, answer.location) == (401, "")
        assert answer.headers["Cache-Control"] == "no-store"
    answer = await browser.sends("GET", SHOP, headers={"Accept": "*/*", "Accept-Language": "ja"})
    assert answer.text == "表示するには GitHub でサインインしてください。\n"
    answer = await browser.gets(SHOP)
    assert (answer.status, answer.location) == (302, f"{PUBLIC}/login?back={SHOP}")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_login_redirects_at_once_with_a_new_state_and_challenge(on: Yard) -> None:
    """To GitHub, with the public address's callback. The verifier is in no address."""
    asked = [URL((await on.browser().gets("/login")).location) for _ in range(2)]
    one, other = (dict(url.query) for url in asked)
    assert str(asked[0].with_query(None)) == f"{on.github.url}/login/oauth/authorize"
    assert one["redirect_uri"] == f"{PUBLIC}/login/callback"
    assert one["code_challenge_method"] == "S256"
    assert len(one["code_challenge"]) == 43
    assert all(len({one[name], other[name]}) == 2 for name in ("state", "code_challenge"))


# ---------------------------------------------------------------- open redirects, foreign hosts


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example.com/",
        "//evil.example.com/",
        "/\\evil.example.com/",
        "/%5Cevil.example.com",
        "\\\\evil.example.com",
        "/\tevil",
        "/\r\nSet-Cookie: a=b",
        "/あ",
        "javascript:alert(1)",
        "@evil.example.com/",
        ".evil.example.com/",
        "",
        "/" + "a" * 501,
    ],
)
async def test_the_sign_in_returns_to_a_path_of_ours_only(on: Yard, back: str) -> None:
    """Anything else leads to the board."""
    browser = on.browser()
    begun = str(URL("/login").with_query(back=back))
    answer = await browser.gets(await on.sent_back(browser, at=begun))
    assert answer.status == 302
    assert answer.location in (f"{PUBLIC}/", f"{PUBLIC}/%5Cevil.example.com")
    assert URL(answer.location).origin() == URL(PUBLIC)


async def test_an_attackers_host_header_leads_nowhere(on: Yard) -> None:
    """All addresses come from the settings."""
    browser = on.browser()
    browser.host = "evil.example.com"
    places = [(await browser.gets(SHOP)).location, (await browser.gets("/login")).location]
    browser.cookies.clear()
    back = await on.sent_back(browser)
    places += [back, (await browser.gets(back)).location]
    assert not [place for place in places if "evil" in place]
    assert len(places) == 4


# ---------------------------------------------------------------- the callback


@in_both
async def test_a_state_counts_once(on: Yard) -> None:
    """Even for a browser that keeps its cookie, since GitHub takes the code once."""
    browser = on.browser()
    back = await on.sent_back(browser)
    kept = dict(browser.cookies)
    assert (await browser.gets(back)).status == 302
    session = browser.cookies[SESSION]
    again = await browser.gets(back)
    assert (again.status, again.set_cookies) == (400, [])
    assert said(again) == "sign_in.over"
    browser.cookies = kept
    shown = await browser.gets(back)
    assert (shown.status, SESSION in browser.cookies) == (403, False)
    assert said(shown) == "sign_in.code"
    browser.cookies = {SESSION: session}
    assert (await browser.gets(SHOP)).status == 200


async def test_nobody_is_signed_in_by_the_link_of_another(on: Yard) -> None:
    """Login CSRF: taro's callback, opened in mona's browser, with and without a sign-in of her own under way."""
    taro, mona = on.browser(), on.browser()
    back = await on.sent_back(taro, "taro")
    assert (await mona.gets(back)).status == 400
    own = await on.sent_back(mona, "mona")
    refused = await mona.gets(back)
    assert (refused.status, refused.set_cookies) == (400, [])
    mixed = str(URL(own).update_query(code=URL(back).query["code"]))
    assert (await mona.gets(mixed)).status == 403  # the code is of taro's verifier
    assert SESSION not in mona.cookies
    assert (await taro.gets(back)).status == 403  # and is used up
    assert (await mona.opens(await on.sent_back(mona, "mona"))).text.startswith("mona sees")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=canary",
        "state={state}",
        "state={state}&code=",
        "state={state}&state={state}&code=canary",
        "state=%E3%81%82&code=canary",
        "state=%ED%A0%80&code=canary",
        "state={state}x&code=canary",
        "state={state}&code=can%0D%0Aary",
        "state={state}&code=" + "a" * 513,
    ],
)
async def test_a_callback_that_is_none_asks_github_nothing(on: Yard, query: str) -> None:
    """One sentence, and no session."""
    browser = on.browser()
    state = URL((await browser.gets("/login")).location).query["state"]
    before = len(on.github.exchanges)
    shown = await browser.gets("/login/callback?" + query.format(state=state))
    assert shown.status == 400
    assert said(shown) == "sign_in.over"
    assert len(on.github.exchanges) == before
    assert SESSION not in browser.cookies


async def test_a_sign_in_counts_for_ten_minutes(on: Yard) -> None:
    """By the server's clock: the browser may keep the cookie."""
    browser = on.browser()
    back = await on.sent_back(browser)
    on.clock.pass_by(minutes=10, seconds=1)
    assert (await browser.gets(back)).status == 400


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", "sign_in.denied"),
        ("redirect_uri_mismatch", "sign_in.client"),
        ("application_suspended", "sign_in.client"),
        ("<script>", "sign_in.client"),
    ],
)
async def test_an_error_in_the_callback_is_one_sentence(
    on: Yard, error: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of the address is repeated, and strangers cannot fill the log with errors; it ends the sign-in."""
    caplog.set_level(logging.INFO, "ghapp")
    browser = on.browser()
    state = URL((await browser.gets("/login")).location).query["state"]
    query = {"error": error, "error_description": "<b>canary</b>", "state": state}
    shown = await browser.gets(str(URL("/login/callback").with_query(query)))
    assert (shown.status, list(browser.cookies)) == (403, [])
    assert said(shown) == code
    assert "canary" not in shown.text
    assert "script" not in shown.text
    assert not [record for record in caplog.records if record.levelno > logging.INFO or "<" in str(vars(record))]


@in_both
async def test_what_github_refuses_is_told_apart(on: Yard, caplog: pytest.LogCaptureFixture) -> None:
    """A person's account, the server's settings, no answer. The settings are an error in the log."""
    browser = on.browser()
    on.github.authorizations.unverified.add("mona")
    shown = await browser.gets(await on.sent_back(browser))
    assert (shown.status, said(shown)) == (403, "sign_in.person")
    on.port.patience = 0.3
    silence = asyncio.Event()
    on.befalls(faults.barrier(silence), EXCHANGE, method="POST", times=1)
    shown = await browser.gets(await on.sent_back(browser))
    silence.set()
    assert (shown.status, said(shown)) == (424, "sign_in.silent")
    on.befalls(faults.status(200, body='{"error": "incorrect_client_credentials"}'), EXCHANGE, method="POST", times=1)
    shown = await browser.gets(await on.sent_back(browser))
    assert (shown.status, said(shown)) == (403, "sign_in.client")
    (line,) = [vars(record) for record in caplog.records if record.levelno == logging.ERROR]
    assert (line["verdict"], line["error"]) == ("refused", "incorrect_client_credentials")
    assert SESSION not in browser.cookies


async def test_the_longest_token_fits_into_a_cookie(on: Yard) -> None:
    """Browsers drop a longer cookie without a word, so a longer token signs nobody in."""
    for length, status in ((2000, 302), (2001, 424)):
        browser, token = on.browser(), "ghu_canary".ljust(length, "a")
        on.befalls(faults.status(200, body=f'{{"access_token": "{token}"}}'), EXCHANGE, method="POST", times=1)
        on.befalls(faults.status(200, body={"id": 2**53, "login": "m" * 39}), re.compile("^/user$"), times=1)
        assert (await browser.gets(await on.sent_back(browser))).status == status
        assert (SESSION in browser.cookies) == (status == 302)
        on.github.faults.clear()
    long = str(URL("/login").with_query(back="/" + "a" * 499))
    assert LOGIN in (await on.browser().gets(long)).set_cookies[0]


@in_both
async def test_too_many_sign_ins_at_once_do_not_reach_github(on: Yard) -> None:
    """Strangers can begin as many as they like."""
    silence = asyncio.Event()
    on.befalls(faults.barrier(silence), EXCHANGE, method="POST", times=16)
    browsers = [on.browser() for _ in range(17)]
    backs = [await on.sent_back(browser) for browser in browsers]
    waiting = [asyncio.create_task(browser.gets(back)) for browser, back in zip(browsers[:16], backs, strict=False)]
    await on.github.until(lambda: on.github.faults[0].times == 0 or None)
    shown = await browsers[16].gets(backs[16])
    assert (shown.status, said(shown)) == (429, "sign_in.busy")
    silence.set()
    assert {answer.status for answer in await asyncio.gather(*waiting)} == {302}


# ---------------------------------------------------------------- the session


async def test_a_session_ends_after_eight_hours_and_no_later_than_its_token(on: Yard) -> None:
    """By the server's clock; tokens without an expiry too."""
    for expire in (True, False):  # with and without an expiry of the token
        on.github.authorizations.expire = expire
        browser = await on.signed_in()
        on.clock.pass_by(hours=7, minutes=59)
        assert (await browser.gets(SHOP)).status == 200
        on.clock.pass_by(minutes=1, seconds=1)
        ended = await browser.gets(SHOP)
        assert (ended.status, ended.location) == (302, f"{PUBLIC}/login?back={SHOP}")
        assert browser.cookies == {}


async def test_a_session_ends_with_its_token(on: Yard) -> None:
    """Where GitHub gives one for less than eight hours: then the way leads to the sign-in, not to a refusal."""
    on.github.authorizations.life = timedelta(hours=1)
    browser = await on.signed_in()
    on.clock.pass_by(minutes=59)
    assert (await browser.gets(SHOP)).status == 200
    on.clock.pass_by(minutes=1)
    assert (await browser.gets(SHOP)).location == f"{PUBLIC}/login?back={SHOP}"


async def test_cookies_that_are_not_ours_are_worth_nothing(on: Yard) -> None:
    """Another secret, another server with the same secret, tampered, another purpose, no text, too large, or two of
    them: signed out, and cleared."""
    browser = await on.signed_in()
    good, session = browser.cookies[SESSION], on.visitors.cookies.session
    forged = []
    for secret, public in (("another-secret-of-32-characters-or-so", PUBLIC), (SECRET, "https://staging.example.com")):
        response = web.Response()
        made = Session("1" * 32, 1, "mona", "ghu_canary" + "a" * 20, 2**33)
        Cookies.by([secret], public, on.clock).session.write(response, made)
        forged.append(response.cookies[SESSION].value)
    login = on.browser()
    await login.gets("/login")
    plain = Fernet(Fernet.generate_key()).encrypt(b"{}").decode()
    bad = [*forged, good[:-1], good[:40] + "A" + good[41:], login.cookies[LOGIN], plain]
    for value in [*bad, "あ", "x" * 3801, "x", '"', f"{good}; {SESSION}={bad[0]}", f"{bad[0]}; {SESSION}={good}"]:
        headers = {"Cookie": f"{SESSION}={value}", "Accept": "text/html"}
        answer = await on.browser().sends("GET", SHOP, headers=headers)
        assert answer.status == 302, value
        assert [line.partition("=")[0] for line in answer.set_cookies] == [session.name]
    for name in (f"\u2000{SESSION}", f"{SESSION} ", SESSION.lower(), "ghapp-session"):
        answer = await on.browser().sends("GET", SHOP, headers={"Cookie": f"{name}={good}", "Accept": "text/html"})
        assert (answer.status, answer.set_cookies) == (302, []), name
    assert (await browser.gets(SHOP)).status == 200


async def test_a_secret_is_changed_without_signing_people_out() -> None:
    """With both, the old one's sessions and forms count, and new ones are the new one's."""
    async with yard(secrets=[OLD]) as on:
        browser = await on.signed_in()
        csrf = csrf_of(await browser.gets(SHOP))
        for secrets, status in (([SECRET, OLD], 200), ([SECRET], 302)):
            object.__setattr__(on.visitors, "cookies", Cookies.by(secrets, PUBLIC, on.clock))
            assert (await browser.gets(SHOP)).status == status
            if status == 200:
                assert (await browser.posts(SHOP, {"csrf": csrf})).status == 200
        assert browser.cookies == {}


async def test_a_login_that_passes_to_another_person_is_followed(on: Yard) -> None:
    """The token stays with the person who signed in: the page shows their new login, and acts under it."""
    browser = await on.signed_in("mona")
    on.github.rename_user("mona", "mona-lisa")
    on.clock.pass_by(minutes=5)
    assert (await browser.gets(SHOP)).text.startswith("mona-lisa on")


async def test_a_lost_access_is_noticed_within_five_minutes(on: Yard) -> None:
    """A person who was taken out of the repository."""
    browser = await on.signed_in("mona")
    shop = on.github.named("acme/shop")
    assert shop
    del shop.people["mona"]
    on.clock.pass_by(minutes=5)
    assert (await browser.gets(SHOP)).status == 404
    assert "mona sees nothing" in (await browser.gets("/")).text


@in_both
async def test_a_revoked_token_signs_out_with_a_sentence(on: Yard) -> None:
    """No redirect to GitHub, which might send the browser in circles."""
    browser = await on.signed_in()
    on.github.authorizations.revoke("mona")
    on.clock.pass_by(minutes=5)
    shown = await browser.gets(SHOP)
    assert (shown.status, shown.location, browser.cookies) == (401, "", {})
    assert said(shown) == "sign_in.rejected"
    assert (await browser.opens(SHOP)).status == 200


@in_both
async def test_while_github_is_silent_the_last_list_is_shown_with_its_age(on: Yard) -> None:
    """Without one there is a sentence for people, and a status for programs; never a 5xx."""
    browser = await on.signed_in()
    fresh = on.browser()
    on.befalls(faults.status(502), LISTS)
    on.clock.pass_by(minutes=20)
    assert (await browser.gets(SHOP)).status == 200
    text = (await browser.gets("/")).text
    assert "mona sees acme/shop." in text
    stale = {
        "en": "GitHub does not answer. The board shows the repositories that you could see at 03:00 UTC.",
        "ja": "GitHub が応答しません。03:00 UTC 時点で見られたリポジトリを表示しています。",
    }
    assert stale[on.language] in text
    await fresh.gets(await on.sent_back(fresh, "taro"))
    shown = await fresh.gets(SHOP)
    assert shown.status == 424
    assert said(shown) == "sign_in.unknown"
    plain = await fresh.sends("GET", SHOP, headers={"Accept": "*/*", "Accept-Language": "en"})
    assert plain.text.endswith("Reload this page in a moment.\n")
    on.github.faults.clear()
    on.clock.pass_by(seconds=11)
    assert (await fresh.gets(SHOP)).status == 200


async def test_a_sign_in_makes_a_new_session(on: Yard) -> None:
    """No fixation: nothing of the browser's earlier cookies is taken over, and its forms are over."""
    browser = await on.signed_in("taro")
    taros, csrf = browser.cookies[SESSION], csrf_of(await browser.gets(SHOP))
    await browser.opens(await on.sent_back(browser, "mona"))
    assert browser.cookies[SESSION] != taros
    assert (await browser.posts(SHOP, {"csrf": csrf})).status == 403
    again = csrf_of(await (await on.signed_in("mona")).gets(SHOP))
    assert again != csrf_of(await browser.gets(SHOP))


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize(
    ("headers", "csrf", "status"),
    [
        ({}, "own", 200),
        ({"Origin": "null"}, "own", 200),  # of a page that sends no referrer
        ({"Origin": ""}, "own", 200),
        ({"Origin": "null", "Sec_Fetch_Site": "cross-site"}, "own", 403),
        ({"Origin": "null", "Sec_Fetch_Site": "same-site"}, "own", 403),
        ({"Origin": "null", "Sec_Fetch_Site": ""}, "own", 403),
        ({"Origin": "", "Sec_Fetch_Site": ""}, "own", 403),
        ({"Origin": "https://evil.example.com"}, "own", 403),
        ({"Origin": "https://sibling.ghapp.example.com", "Sec_Fetch_Site": "same-site"}, "own", 403),
        ({"Origin": f"{PUBLIC}.evil.example.com"}, "own", 403),
        ({"Origin": "http://ghapp.example.com"}, "own", 403),
        ({}, "other", 403),
        ({}, "", 403),
        ({}, "あ", 403),
    ],
)
async def test_a_form_counts_only_from_a_page_of_this_session(
    on: Yard, headers: dict[str, str], csrf: str, status: int
) -> None:
    """Origin, and the token of the session."""
    browser = await on.signed_in()
    tokens = {"own": csrf_of(await browser.gets(SHOP))}
    tokens["other"] = csrf_of(await (await on.signed_in("taro")).gets(SHOP))
    answer = await browser.posts(SHOP, {"csrf": tokens.get(csrf, csrf)}, **headers)
    assert (answer.status, on.pages.acts) == (status, ["mona"] if status == 200 else [])
    out = await browser.posts("/logout", {"csrf": tokens.get(csrf, csrf)}, **headers)
    assert out.status == status
    assert (SESSION in browser.cookies) == (status == 403)
    if status == 403:
        assert said(out) == "sign_in.form"


@in_both
async def test_signing_out_makes_copies_of_the_cookie_worthless(on: Yard) -> None:
    """The token is revoked at GitHub; the page does not lead back in by itself."""
    browser = await on.signed_in()
    copy = dict(browser.cookies)
    assert said(await browser.posts("/logout", {"csrf": "x"})) == "sign_in.form"
    out = await browser.posts("/logout", {"csrf": csrf_of(await browser.gets(SHOP))})
    assert (out.status, out.location, browser.cookies) == (200, "", {})
    assert said(out) == "sign_in.signed_out"
    assert on.github.authorizations.tokens == {}
    thief = on.browser()
    thief.cookies = copy
    assert (await thief.gets(SHOP)).status == 401
    assert (await browser.posts("/logout", {})).status == 200


async def test_signing_out_works_while_github_is_down(on: Yard) -> None:
    """The token then ends at its time."""
    browser = await on.signed_in()
    csrf = csrf_of(await browser.gets(SHOP))
    on.befalls(faults.status(502), re.compile("^/applications/"), method="DELETE")
    assert (await browser.posts("/logout", {"csrf": csrf})).status == 200
    assert browser.cookies == {}


async def test_a_form_that_is_none_is_refused(on: Yard) -> None:
    """Before anything is done."""
    browser = await on.signed_in()
    too_many = "&".join("a=b" for _ in range(30))
    form = "application/x-www-form-urlencoded"
    for body, kind, status in ((b"{}", "application/json", 415), (b"\xff", form, 400), (too_many.encode(), form, 400)):
        headers = {"Cookie": f"{SESSION}={browser.cookies[SESSION]}", "Content-Type": kind, "Origin": PUBLIC}
        async with on.session.post(f"{on.server}/logout", data=body, headers=headers) as answer:
            assert (answer.status, len((await answer.text()).splitlines())) == (status, 1)
    large = await browser.posts("/logout", {"csrf": "x" * 9000})
    assert (large.status, SESSION in browser.cookies) == (413, True)


async def test_no_page_of_the_sign_in_is_kept_framed_or_told_to_others(on: Yard) -> None:
    """Caches, frames, referrers."""
    browser = on.browser()
    back = await on.sent_back(browser)
    answers = [await browser.gets("/login"), await browser.gets("/login/callback?state=x")]
    browser = on.browser()
    answers += [await browser.gets(await on.sent_back(browser)), await browser.posts("/logout", {})]
    assert back
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_neither_token_nor_verifier_is_in_a_representation(on_clock: Clock) -> None:
    """So no traceback or log shows one."""
    cookies = Cookies.by([SECRET], PUBLIC, on_clock)
    session = Session("1" * 32, 1, "mona", "ghu_canary", 2**33)
    assert "canary" not in f"{cookies!r} {session!r}"
    assert timedelta(hours=8) == cookies.session.lasts


@pytest.fixture
def on_clock() -> Clock:
    return Clock()
