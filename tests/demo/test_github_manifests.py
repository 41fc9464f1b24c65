"""The local GitHub registers Apps from manifests, and refuses what GitHub refuses."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from ghapp.demo.github import OtherApp
from tests.demo.browser import Browser, Page
from tests.demo.github_client import LocalGitHub, stage

MANIFEST: dict[str, Any] = {
    "name": "Ghapp of Acme",
    "url": "https://ghapp.example.com",
    "hook_attributes": {"url": "https://ghapp.example.com/webhooks/github", "active": True},
    "callback_urls": ["https://ghapp.example.com/login/callback"],
    "public": False,
    "default_permissions": {"checks": "write", "issues": "write", "merge_queues": "read"},
    "default_events": ["check_run", "check_suite", "issue_comment", "merge_group"],
}


@dataclass
class Desk:
    """A person's browser, and the address to which GitHub sends it back."""

    on: LocalGitHub
    session: aiohttp.ClientSession
    browser: Browser
    back: str

    async def hands_in(self, *, place: str = "/settings/apps", **changed: Any) -> Page:
        """Posts the manifest as the form of a page does; a value of None takes a key out."""
        manifest = MANIFEST | {"redirect_url": self.back} | changed
        kept = {key: value for key, value in manifest.items() if value is not None}
        return await self.browser.posts(f"{self.on.github.url}{place}/new?state=S", {"manifest": json.dumps(kept)})

    async def redeems(self, code: str) -> tuple[int, Any]:
        async with self.session.post(f"{self.on.github.url}/app-manifests/{code}/conversions") as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async def welcome(_: web.Request) -> web.Response:
        return web.Response(text="back")

    there = web.Application()
    there.router.add_get("/back", welcome)
    runner = web.AppRunner(there)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with stage() as on, aiohttp.ClientSession() as session:
        yield Desk(on, session, Browser(session), f"http://127.0.0.1:{runner.addresses[0][1]}/back")
        on.github.check()
    await runner.cleanup()


def code_of(url: URL) -> str:
    """The code in the address to which GitHub sent the browser."""
    assert url.path == "/back"
    assert url.query["state"] == "S"
    return url.query["code"]


@pytest.mark.parametrize(
    ("place", "owner"), [("/settings/apps", "mona"), ("/organizations/acme/settings/apps", "acme")]
)
async def test_a_manifest_becomes_an_app(desk: Desk, place: str, owner: str) -> None:
    """The person may change its name; the browser comes back with code and state, and the code gives the secrets."""
    page = await desk.hands_in(place=place)
    assert page.fields["name"] == "Ghapp of Acme"
    status, shown = await desk.redeems(code_of((await desk.browser.submits(page, name="Ghapp (Acme)")).url))
    app = desk.on.github.app
    assert (status, shown["slug"], shown["name"], shown["owner"]["login"]) == (201, "ghapp-acme", "Ghapp (Acme)", owner)
    assert (shown["id"], shown["client_id"]) == (app.id, app.client_id)
    assert (shown["pem"], shown["webhook_secret"], shown["client_secret"]) == (
        app.private_key_pem,
        app.webhook_secret,
        app.client_secret,
    )
    assert app.events == tuple(MANIFEST["default_events"])
    assert app.permissions == {"metadata": "read", **MANIFEST["default_permissions"]}
    assert desk.on.github.webhook_url == "https://ghapp.example.com/webhooks/github"


async def test_a_code_counts_once_and_for_an_hour(desk: Desk) -> None:
    """404 after that, and for a code that GitHub never gave."""
    once = code_of((await desk.browser.submits(await desk.hands_in())).url)
    assert (await desk.redeems(once))[0] == 201
    assert (await desk.redeems(once))[0] == 404
    late = code_of((await desk.browser.submits(await desk.hands_in(), name="Another")).url)
    desk.on.clock.pass_by(minutes=61)
    assert (await desk.redeems(late))[0] == 404
    assert (await desk.redeems("0" * 40))[0] == 404


HOOK = {"url": "https://ghapp.example.com/webhooks/github"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"url": None}, 'Error "url" wasn\'t supplied.'),
        ({"hook_attributes": {"active": False}}, 'Error "url" wasn\'t supplied.'),
        ({"hook_attributes": HOOK | {"secret": "x"}}, "Error unknown hook_attributes: secret"),
        ({"hook_attributes": {"url": "http://localhost/"}}, "isn't reachable over the public Internet (localhost)"),
        ({"default_events": ["installation", "nothing"]}, "Error Default events unsupported: installation and nothing"),
        ({"default_permissions": {}}, "not supported by permissions: check_run, check_suite, issue_comment and"),
    ],
)
async def test_a_manifest_that_github_refuses_registers_nothing(
    desk: Desk, changed: dict[str, Any], sentence: str
) -> None:
    """The page says why, and has no form."""
    before = desk.on.github.app
    page = await desk.hands_in(**changed)
    assert page.words.startswith("GitHub Invalid GitHub App configuration The configuration does not appear to be a")
    assert sentence in page.words
    assert (page.action, desk.on.github.app) == ("", before)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Release bot", "Name has already been taken"),
        ("GHAPP", "Name has already been taken"),
        ("g" * 35, "Name is too long (maximum is 34 characters)"),
        ("", "Name can't be blank"),
    ],
)
async def test_a_name_that_github_refuses_can_be_changed(desk: Desk, name: str, sentence: str) -> None:
    """Names are unique on all of GitHub; the same page asks again."""
    desk.on.github.apps["release-bot"] = OtherApp(1, "release-bot", "umbrella")
    again = await desk.browser.submits(await desk.hands_in(), name=name)
    assert sentence in again.words
    assert (await desk.redeems(code_of((await desk.browser.submits(again, name="Mine")).url)))[0] == 201


async def test_only_owners_register_an_app_of_an_organization(desk: Desk) -> None:
    """Others get a 404."""
    assert (await desk.hands_in(place="/organizations/umbrella/settings/apps")).status == 404


async def test_an_enterprise_server_has_its_api_below_a_path(desk: Desk) -> None:
    """`/api/v3` for REST, `/api/graphql` for GraphQL."""
    client = desk.on.client
    assert (await client.call("GET", "/api/v3/app", token=client.jwt())).body["slug"] == "ghapp"
    assert (await client.call("GET", "/api/v3/repos/acme/api/contents/README.md")).status == 200
    assert (await client.call("POST", "/api/graphql", {"query": "{ viewer { login } }"})).status == 200
