"""GitHub's pages that register an App from a manifest, and the exchange of the code that they give for its secrets.

https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

import html
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from yarl import URL

from ghapp.demo.github.auth import App, grants
from ghapp.demo.github.context import Site
from ghapp.demo.github.shapes.words import Json
from ghapp.demo.github.webhooks import TAKES

VALID = timedelta(hours=1)  # of a code
LONGEST_NAME = 34
HERE = ("localhost", "127.0.0.1", "::1")
PLACES = ("/settings/apps", "/organizations/{org}/settings/apps")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Invalid(Exception):  # noqa: N818 - an answer, not an error
    """GitHub refuses the manifest; the message is one of its page's sentences."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A manifest whose page is open in a browser."""

    manifest: Json
    state: str
    owner: str


class Manifests:
    """`person`: the signed-in user; `owns`: the organizations in which they may register Apps.

    `sent_back`: the address to which the last browser was sent back.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.person, self.owns = "mona", {"acme"}
        self.sent_back: URL | None = None
        self._open: dict[str, Registration] = {}
        self._codes: dict[str, datetime] = {}

    def routes(self) -> Mapping[str, Handler]:
        """The handlers of the forms by path."""
        return {**{f"{place}/new": self._new for place in PLACES}, **dict.fromkeys(PLACES, self._create)}

    def redeem(self, code: str) -> bool:
        """Whether the code stands for the App: once, and within an hour."""
        at = self._codes.pop(code, None)
        return at is not None and self._site.now() - at <= VALID

    async def _new(self, request: web.Request) -> web.Response:
        """The page on which the person may change the App's name."""
        owner = self._owner(request)
        try:
            manifest = _read(str((await request.post()).get("manifest", "")))
        except Invalid as refusal:
            return _page(
                "<h1>Invalid GitHub App configuration</h1>"
                "<p>The configuration does not appear to be a valid GitHub App manifest.</p>"
                f"<p>Error {html.escape(str(refusal))}</p>"
            )
        opened = secrets.token_hex(8)
        self._open[opened] = Registration(manifest, request.query.get("state", ""), owner)
        return _page(_form(request.path.removesuffix("/new"), opened, str(manifest.get("name", ""))))

    async def _create(self, request: web.Request) -> web.StreamResponse:
        """Registers the App under the name in the form, and sends the browser back with a code."""
        self._owner(request)
        form = await request.post()
        opened, name = str(form.get("opened", "")), str(form.get("name", ""))
        registration = self._open.get(opened)
        if registration is None:
            raise web.HTTPUnprocessableEntity
        if wrong := self._wrong_name(name):
            return _page(f"<p>{html.escape(wrong)}</p>{_form(request.path, opened, name)}")
        del self._open[opened]
        self._register(registration, name)
        code = secrets.token_hex(20)
        self._codes[code] = self._site.now()
        query = {"code": code} | ({"state": registration.state} if registration.state else {})
        back = registration.manifest.get("redirect_url", f"{self._site.web_url}/apps/{self._site.app.slug}")
        self.sent_back = URL(back).update_query(query)
        self._site.changed.bump()
        raise web.HTTPFound(self.sent_back)

    def _owner(self, request: web.Request) -> str:
        org = request.match_info.get("org")
        if org and org not in self.owns:
            raise web.HTTPNotFound
        return org or self.person

    def _wrong_name(self, name: str) -> str:
        slug = _slug(name)
        if not slug:
            return "Name can't be blank"
        if len(name) > LONGEST_NAME:
            return f"Name is too long (maximum is {LONGEST_NAME} characters)"
        return "Name has already been taken" if slug in (self._site.app.slug, *self._site.apps) else ""

    def _register(self, registration: Registration, name: str) -> None:
        manifest, site = registration.manifest, self._site
        hook = manifest.get("hook_attributes", {})
        site.webhook_url = hook["url"] if hook.get("active", bool(hook)) else None
        site.app = App.make(
            id=site.next_id(),
            slug=_slug(name),
            name=name,
            owner=registration.owner,
            public=bool(manifest.get("public", False)),
            callbacks=tuple(manifest.get("callback_urls", ())),
            events=tuple(manifest.get("default_events", ())),
            permissions={"metadata": "read", **manifest.get("default_permissions", {})},
        )


def _read(text: str) -> Json:
    """The manifest. Raises Invalid."""
    try:
        manifest = json.loads(text)
    except ValueError:
        raise Invalid("the manifest is not JSON") from None
    if not isinstance(manifest, dict):
        raise Invalid("the manifest is not an object")
    for complaint in _complaints(manifest):
        raise Invalid(complaint)
    return manifest


def _complaints(manifest: Json) -> Iterator[str]:
    """GitHub's sentences, as people have reported them.

    "url": alp82/curia#933; other keys of the hook: hunvreus/pagescms#409; localhost:
    github-community-projects/private-mirrors#387; events: cyrusagents/cyrus#1406, WeblateOrg/weblate#20301.
    """
    hook, events = manifest.get("hook_attributes", {}), manifest.get("default_events", ())
    if not manifest.get("url") or ("hook_attributes" in manifest and not hook.get("url")):
        yield '"url" wasn\'t supplied.'
    if strange := sorted(hook.keys() - {"url", "active"}):
        yield f"unknown hook_attributes: {', '.join(strange)}"
    if hook and URL(hook["url"]).host in HERE:
        yield "Hook url is not supported because it isn't reachable over the public Internet (localhost)"
    if unsupported := [event for event in events if event not in TAKES]:
        yield f"Default events unsupported: {_listed(unsupported)}"
    granted = {"metadata": "read", **manifest.get("default_permissions", {})}
    if lacking := [event for event in events if not grants(granted, *TAKES[event].split(": "))]:
        yield f"Default events are not supported by permissions: {_listed(lacking)}"


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _form(action: str, opened: str, name: str) -> str:
    return (
        f'<form action="{html.escape(action)}" method="post"><input type="hidden" name="opened" value="{opened}">'
        f'<input type="text" name="name" value="{html.escape(name)}">'
        '<input type="submit" value="Create GitHub App"></form>'
    )


def _page(body: str) -> web.Response:
    return web.Response(text=f"<!doctype html><title>GitHub</title>{body}", content_type="text/html")
