"""Sign-in against the local GitHub: real requests, each of the API's checked against GitHub's published description."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

import aiohttp
import pytest
from yarl import URL

from ghapp.adapters.github import GitHubSignIn, OAuthClient
from ghapp.adapters.github.user_repositories import READING
from ghapp.core.model.secret import Secret
from ghapp.demo.github import App, Fault, GitHub, faults
from ghapp.ports import NotSignedIn, Retryable, SignedIn
from tests.adapters.github.calls import Clock
from tests.adapters.github.test_over_http import validate

CALLBACK = "https://ghapp.example.com/login/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PATIENT = 30.0  # seconds: a busy machine is no silence
LISTS, USER, EXCHANGE = re.compile("^/user/installations"), re.compile("^/user$"), re.compile("/access_token$")

Kind = faults.Kind | Literal["silence"]


@dataclass(frozen=True)
class Desk:
    """The port, the GitHub that it asks, and a browser without cookies."""

    github: GitHub
    port: GitHubSignIn
    clock: Clock
    browser: aiohttp.ClientSession
    silence: asyncio.Event = field(default_factory=asyncio.Event)  # its end

    async def code(self, login: str = "mona") -> str:
        """The code with which GitHub sends the browser back."""
        self.github.authorizations.person = login
        page = self.port.page(state="S", challenge=CHALLENGE)
        async with self.browser.get(page, allow_redirects=False) as sent:
            back = URL(sent.headers["Location"])
        assert (str(back.with_query(None)), back.query["state"]) == (CALLBACK, "S")
        return back.query["code"]

    async def signs_in(self, login: str = "mona") -> SignedIn:
        found = await self.port.exchange(await self.code(login), VERIFIER)
        assert isinstance(found, SignedIn)
        return found

    async def sees(self, who: SignedIn) -> set[str] | None:
        """The names of the repositories that the port lists."""
        found = await self.port.visible(who.token)
        if found is None:
            return None
        return {self.github.repositories[number].full_name for number in found.repositories}

    def in_a_hurry(self) -> None:
        """From now on the port waits for a fraction of a second."""
        self.port.patience = 0.3

    def asked(self, part: str = "/user/installations") -> int:
        return sum(part in exchange.path for exchange in self.github.exchanges)

    def befalls(self, kind: Kind, path: re.Pattern[str] = LISTS, *, method: str = "GET", times: int = 99) -> None:
        """GitHub fails so; in silence, the port is in a hurry."""
        if kind == "silence":
            kind = faults.barrier(self.silence)
            self.in_a_hurry()
        self.github.faults.append(Fault(method, path, kind, times=times))


def under_way() -> set["asyncio.Task[object]"]:
    """The lists that are still read although their callers have an answer."""
    return {task for task in asyncio.all_tasks() if task.get_name() == READING}


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = Clock()
    github = GitHub(app=App.make(callbacks=(CALLBACK,)), now=clock)
    github.observers.append(validate)
    github.add_repository("acme/shop", files={}, people={"mona": "write", "taro": "read"})
    github.add_repository("acme/secret", files={}, people={"taro": "admin"})
    client = OAuthClient(github.app.client_id, Secret(github.app.client_secret), CALLBACK)
    try:
        url = await github.start()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            desk = Desk(github, GitHubSignIn(session, client, url, clock, PATIENT), clock, session)
            yield desk
            desk.silence.set()
            await asyncio.wait({asyncio.create_task(asyncio.sleep(0)), *under_way()})
        github.check()
    finally:
        await github.close()


async def test_a_browser_waits_for_two_seconds_at_most(desk: Desk) -> None:
    """Unless a test has more time."""
    assert GitHubSignIn(desk.browser, desk.port.client, desk.github.url, desk.clock).patience == 2


async def test_a_code_becomes_a_user_with_a_token_that_expires(desk: Desk) -> None:
    """After eight hours, or never where the App has turned expiry off. The token is in no representation."""
    found = await desk.signs_in("taro")
    assert (found.login, found.until) == ("taro", desk.clock() + timedelta(hours=8))
    assert "canary" not in repr(found)
    desk.github.authorizations.expire = False
    assert (await desk.signs_in("taro")).until is None


async def test_a_refused_code_is_an_answer(desk: Desk) -> None:
    """Used before, of another verifier, expired; or the settings or the person are the cause."""
    code = await desk.code()
    assert isinstance(await desk.port.exchange(code, VERIFIER), SignedIn)
    bad = NotSignedIn("code", "bad_verification_code")
    assert await desk.port.exchange(code, VERIFIER) == bad
    assert await desk.port.exchange(await desk.code(), "w" * 64) == bad
    late = await desk.code()
    desk.clock.pass_by(minutes=11)
    assert await desk.port.exchange(late, VERIFIER) == bad
    desk.github.authorizations.unverified.add("mona")
    assert await desk.port.exchange(await desk.code(), VERIFIER) == NotSignedIn("person", "unverified_user_email")
    code = await desk.code()
    desk.github.app = replace(desk.github.app, client_secret="canary-another")
    assert await desk.port.exchange(code, VERIFIER) == NotSignedIn("client", "incorrect_client_credentials")
    desk.befalls(faults.status(404), EXCHANGE, method="POST", times=1)
    assert await desk.port.exchange("canary", VERIFIER) == NotSignedIn("client", "status 404")


@pytest.mark.parametrize(
    "kind",
    [
        faults.status(502),
        faults.status(429),
        faults.status(200, body="<html>canary</html>"),
        faults.status(200, body='{"access_token": "canary with blanks"}'),
        faults.status(200, body='{"access_token": ["canary"]}'),
        faults.drop_before,
        "silence",
    ],
    ids=repr,
)
async def test_an_exchange_without_a_usable_answer_is_a_fault(desk: Desk, kind: Kind) -> None:
    """Neither the code nor an answer with a token is in its text."""
    desk.befalls(kind, EXCHANGE, method="POST", times=1)
    with pytest.raises(Retryable) as fault:
        await desk.port.exchange("canary-code", VERIFIER)
    desk.port.patience = PATIENT
    assert "canary" not in f"{fault.value!r} {fault.value.__cause__!r} {fault.value.__context__!r}"
    assert isinstance(await desk.port.exchange(await desk.code(), VERIFIER), SignedIn)


async def test_a_user_who_cannot_be_asked_for_is_not_signed_in(desk: Desk) -> None:
    """A blocked account, a silent API."""
    desk.befalls(faults.status(403, body={"message": "Sorry. Your account was suspended."}), USER, times=1)
    assert await desk.port.exchange(await desk.code(), VERIFIER) == NotSignedIn("person", "status 403")
    code = await desk.code()
    desk.befalls("silence", USER, times=1)
    with pytest.raises(Retryable):
        await desk.port.exchange(code, VERIFIER)


async def test_a_user_sees_their_repositories_and_no_others(desk: Desk) -> None:
    """The list is kept for five minutes for the same token alone: then a lost access is noticed."""
    mona, taro = await desk.signs_in("mona"), await desk.signs_in("taro")
    assert await desk.sees(mona) == {"acme/shop"}
    assert await desk.sees(taro) == {"acme/shop", "acme/secret"}
    before = desk.asked()
    shop = desk.github.named("acme/shop")
    assert shop
    del shop.people["mona"]
    desk.clock.pass_by(minutes=4, seconds=59)
    assert await desk.sees(mona) == {"acme/shop"}
    assert desk.asked() == before
    desk.clock.pass_by(seconds=1)
    assert await desk.sees(mona) == set()
    assert await desk.sees(await desk.signs_in("mona")) == set()


async def test_long_lists_are_read_to_their_end(desk: Desk) -> None:
    """Page by page, and each installation's."""
    for number in range(230):
        desk.github.add_repository(f"big/r{number}", files={}, people={"mona": "read"})
    for number in range(3):
        desk.github.add_repository(f"org{number}/app", files={}, people={"mona": "read"})
    mona = await desk.signs_in()
    found = await desk.sees(mona)
    assert found
    assert len(found) == 1 + 230 + 3


async def test_an_installation_that_is_closed_to_the_user_shows_none_of_its_repositories(desk: Desk) -> None:
    """A suspended one is not asked; a refusal, as by a list of allowed addresses, hides that one alone."""
    desk.github.add_repository("umbrella/app", files={}, people={"mona": "read"})
    desk.github.add_repository("third/app", files={}, people={"mona": "read"})
    umbrella, third = (desk.github.installations[name] for name in ("umbrella", "third"))
    desk.github.suspended.add("umbrella")
    refused = faults.status(403, body={"message": "the organization has an IP allow list enabled"})
    desk.befalls(refused, re.compile(f"/{third}/"))
    assert await desk.sees(await desk.signs_in()) == {"acme/shop"}
    assert not desk.asked(f"/{umbrella}/")


async def test_a_revoked_or_expired_token_is_rejected_and_its_list_dropped(desk: Desk) -> None:
    """By the person on GitHub, by ourselves, by time."""
    mona, taro, later = await desk.signs_in(), await desk.signs_in("taro"), await desk.signs_in("taro")
    assert await desk.sees(mona) == {"acme/shop"}
    assert await desk.sees(taro)
    await desk.port.revoke(taro.token)
    assert await desk.sees(taro) is None
    desk.github.authorizations.revoke("mona")
    desk.clock.pass_by(minutes=5)
    assert await desk.sees(mona) is None
    assert await desk.sees(mona) is None
    desk.clock.pass_by(hours=8)
    assert await desk.sees(later) is None


@pytest.mark.parametrize(
    "kind",
    [
        faults.status(502),
        faults.status(403, {"Retry-After": "60"}),
        faults.drop_before,
        "silence",
        faults.status(200),
    ],
    ids=repr,
)
async def test_a_silent_github_leaves_the_last_list_for_an_hour(desk: Desk, kind: Kind) -> None:
    """With its age. Without one it is a fault; neither takes longer than the patience."""
    mona, taro = await desk.signs_in(), await desk.signs_in("taro")
    assert await desk.sees(mona) == {"acme/shop"}
    read = desk.clock()
    desk.befalls(kind)
    for minutes in (6, 52):
        desk.clock.pass_by(minutes=minutes)
        found = await desk.port.visible(mona.token)
        assert bool(under_way()) == (kind == "silence")  # it did not wait for the end
        assert found
        assert found.at == read
        with pytest.raises(Retryable):
            await desk.port.visible(taro.token)
    desk.clock.pass_by(minutes=3)
    with pytest.raises(Retryable):
        await desk.port.visible(mona.token)


async def test_after_a_failure_github_is_not_asked_again_by_each_page(desk: Desk) -> None:
    """For ten seconds all pages get the last list at once."""
    mona = await desk.signs_in()
    await desk.sees(mona)
    desk.clock.pass_by(minutes=6)
    desk.befalls(faults.status(502))
    before = desk.asked()
    for _ in range(5):
        assert await desk.sees(mona) == {"acme/shop"}
    assert desk.asked() == before + 1
    desk.clock.pass_by(seconds=11)
    desk.github.faults.clear()
    desk.github.add_repository("acme/new", files={}, people={"mona": "read"})
    assert await desk.sees(mona) == {"acme/shop", "acme/new"}


async def test_a_slow_list_is_read_once_for_all_and_serves_the_next_page(desk: Desk) -> None:
    """Ten pages ask at the same time; their wait ends before the reading does."""
    mona, gate = await desk.signs_in(), asyncio.Event()
    desk.befalls(faults.barrier(gate), times=1)
    desk.in_a_hurry()
    asked = [asyncio.create_task(desk.port.visible(mona.token)) for _ in range(10)]
    assert all(isinstance(one, Retryable) for one in await asyncio.gather(*asked, return_exceptions=True))
    gate.set()
    desk.port.patience = PATIENT
    assert await desk.sees(mona) == {"acme/shop"}
    assert desk.asked() == 2


async def test_a_refusal_of_everything_shows_nothing(desk: Desk) -> None:
    """A user without an active single sign-on: no repository, and no fault."""
    mona = await desk.signs_in()
    assert await desk.sees(mona) == {"acme/shop"}
    desk.clock.pass_by(minutes=5)
    desk.befalls(faults.status(403, body={"message": "Resource protected by organization SAML enforcement."}))
    assert await desk.sees(mona) == set()
