"""The local GitHub lets people authorize the App, and shows with their tokens what they may see."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from yarl import URL

from ghapp.demo.github import Fault, faults
from tests.demo.github_client import LocalGitHub, stage

BACK = "https://ghapp.example.com/login/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@dataclass
class Visit:
    """A person's browser, and the server that asks for them."""

    on: LocalGitHub
    session: aiohttp.ClientSession

    async def authorizes(self, login: str = "mona", *, decision: str = "authorize", **changed: str) -> URL:
        """Fills in the form; returns the address to which the browser is sent."""
        asked = {"client_id": self.on.github.app.client_id, "redirect_uri": BACK, "state": "S"}
        asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"} | changed
        url = f"{self.on.github.url}/login/oauth/authorize"
        async with self.session.get(url, params=asked, allow_redirects=False) as page:
            if page.status != 200:
                return URL(page.headers.get("Location", f"status:{page.status}"))
            text = await page.text()
        assert f"<option>{login}</option>" in text
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text.partition("<select")[0]))
        form = fields | {"person": login, "decision": decision}
        async with self.session.post(url, data=form, allow_redirects=False) as sent:
            return URL(sent.headers["Location"])

    async def exchanges(self, code: str, **changed: str) -> Any:
        app = self.on.github.app
        form = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code, "redirect_uri": BACK}
        form |= {"code_verifier": VERIFIER} | changed
        url = f"{self.on.github.url}/login/oauth/access_token"
        async with self.session.post(url, data=form, headers={"Accept": "application/json"}) as answer:
            assert answer.status == 200
            return await answer.json()

    async def token(self, login: str = "mona") -> str:
        answer = await self.exchanges((await self.authorizes(login)).query["code"])
        return str(answer["access_token"])

    async def sees(self, token: str) -> list[str]:
        """The repositories of all installations."""
        listed = await self.on.client.call("GET", "/user/installations", token=token)
        assert listed.status == 200, listed.body
        found = []
        for one in listed.body["installations"]:
            path = f"/user/installations/{one['id']}/repositories"
            shown = await self.on.client.call("GET", path, token=token)
            found += [place["full_name"] for place in shown.body.get("repositories", [])]
        return found


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    async with stage() as on, aiohttp.ClientSession() as session:
        on.github.app = replace(on.github.app, callbacks=(BACK,))
        yield Visit(on, session)
        on.github.check()


async def test_a_person_who_authorizes_the_app_is_sent_back_with_a_code_for_a_token(visit: Visit) -> None:
    """The token is theirs, and expires after eight hours."""
    back = await visit.authorizes("taro")
    assert str(back.with_query(None)) == BACK
    assert back.query["state"] == "S"
    answer = await visit.exchanges(back.query["code"])
    assert (answer["token_type"], answer["scope"], answer["expires_in"]) == ("bearer", "", 28_800)
    assert answer["access_token"].startswith("ghu_")
    me = await visit.on.client.call("GET", "/user", token=answer["access_token"])
    assert (me.status, me.body["login"]) == (200, "taro")
    visit.on.clock.pass_by(hours=8)
    assert (await visit.on.client.call("GET", "/user", token=answer["access_token"])).status == 401


async def test_a_code_counts_once_for_ten_minutes_and_with_its_verifier(visit: Visit) -> None:
    """Otherwise the answer is an error with status 200."""
    first = (await visit.authorizes()).query["code"]
    assert "access_token" in await visit.exchanges(first)
    for code, changed, error in (
        (first, {}, "bad_verification_code"),
        ((await visit.authorizes()).query["code"], {"code_verifier": "w" * 43}, "bad_verification_code"),
        ((await visit.authorizes()).query["code"], {"redirect_uri": f"{BACK}/x"}, "redirect_uri_mismatch"),
        ("none", {"client_secret": "wrong"}, "incorrect_client_credentials"),
    ):
        assert (await visit.exchanges(code, **changed))["error"] == error
    late = (await visit.authorizes()).query["code"]
    visit.on.clock.pass_by(minutes=11)
    assert (await visit.exchanges(late))["error"] == "bad_verification_code"
    visit.on.github.authorizations.unverified.add("mona")
    assert (await visit.exchanges((await visit.authorizes()).query["code"]))["error"] == "unverified_user_email"


async def test_a_browser_is_sent_back_with_the_error(visit: Visit) -> None:
    """Where the person cancels, and where the address to return to is not registered."""
    assert (await visit.authorizes(decision="cancel")).query["error"] == "access_denied"
    elsewhere = await visit.authorizes(redirect_uri="https://evil.example.com/login/callback")
    assert (elsewhere.host, elsewhere.query["error"]) == ("ghapp.example.com", "redirect_uri_mismatch")
    assert str(await visit.authorizes(client_id="Iv1.another")) == "status:404"
    assert str(await visit.authorizes(code_challenge_method="plain")) == "status:400"


async def test_a_person_who_has_authorized_the_app_is_sent_back_at_once(visit: Visit) -> None:
    """As GitHub does from the second time on."""
    visit.on.github.authorizations.person = "taro"
    assert "code" in (await visit.authorizes()).query


async def test_a_token_shows_the_repositories_of_its_person(visit: Visit) -> None:
    """Not the others of an installation, and not those that are only public."""
    github = visit.on.github
    github.add_repository("acme/secret", files={}, people={"mona": "read"})
    github.add_repository("umbrella/open", files={}, people={"jiro": "admin"}).public = True
    assert await visit.sees(await visit.token("mona")) == ["acme/api", "acme/secret"]
    taro = await visit.token("taro")
    assert await visit.sees(taro) == ["acme/api"]
    foreign = f"/user/installations/{github.installations['umbrella']}/repositories"
    assert (await visit.on.client.call("GET", foreign, token=taro)).status == 404
    github.suspended.add("acme")
    assert await visit.sees(taro) == []
    assert (await visit.on.client.call("GET", "/user", token=await visit.on.client.token())).status == 403


async def test_revoked_tokens_are_refused(visit: Visit) -> None:
    """By the person on GitHub, who loses all; or one by the App."""
    first, second, taros = await visit.token(), await visit.token(), await visit.token("taro")
    app = visit.on.github.app
    url = f"{visit.on.github.url}/applications/{app.client_id}/token"
    headers = {"Authorization": aiohttp.encode_basic_auth(app.client_id, app.client_secret)}
    async with visit.session.delete(url, json={"access_token": first}, headers=headers) as answer:
        assert answer.status == 204
    async with visit.session.delete(url, json={"access_token": taros}) as answer:
        assert answer.status == 401
    assert [(await visit.on.client.call("GET", "/user", token=one)).status for one in (first, second)] == [401, 200]
    visit.on.github.authorizations.revoke("mona")
    assert [(await visit.on.client.call("GET", "/user", token=one)).status for one in (second, taros)] == [401, 200]


async def test_faults_reach_these_pages_too(visit: Visit) -> None:
    """A test can let the exchange fail."""
    code = (await visit.authorizes()).query["code"]
    visit.on.github.faults.append(Fault("POST", re.compile("/access_token$"), faults.status(502)))
    with pytest.raises(AssertionError):
        await visit.exchanges(code)
    assert "access_token" in await visit.exchanges(code)
