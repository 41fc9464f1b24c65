"""The page on this machine that sends the browser to GitHub with the manifest, and gets it back with a code."""

import asyncio
import hmac
import json
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from ghapp.adapters.github.app_manifest import RegisteredApp, UnknownCode
from ghapp.ports import Fault
from ghapp.settings import SettingsError, is_this_machine

STYLE = "body{font:16px/1.6 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em}"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
        "base-uri 'none'; frame-ancestors 'none'"  # no form-action: GitHub may send the form on to a sign-in elsewhere
    ),
    "Referrer-Policy": "origin",  # without the code; with `no-referrer`, the form would come from "null"
    "X-Content-Type-Options": "nosniff",
}

Links = Sequence[tuple[str, str]]
"""Texts and addresses."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What the page is for. `form`: GitHub's address for the manifest. `manifest`: by the address to come back to.

    `keep` writes the new App's settings, and returns the links of the next steps. `warn` tells the terminal, too.
    """

    form: str
    manifest: Callable[[str], Mapping[str, Any]]
    hint: str
    redeem: Callable[[str], Awaitable[RegisteredApp]]
    keep: Callable[[RegisteredApp], Links]
    warn: Callable[[str], None]


class Page:
    """Listens on this machine only. `kept`: the App, once its settings are written."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._state = secrets.token_urlsafe(32)
        self._one = asyncio.Lock()  # a browser may send the same answer twice
        self._app: RegisteredApp | None = None
        self._links: Links = ()
        self._address = ""
        self._runner: web.AppRunner | None = None
        self.kept: asyncio.Future[RegisteredApp] = asyncio.get_running_loop().create_future()

    async def start(self) -> str:
        """Returns the page's address."""
        application = web.Application(middlewares=[_own_only])
        application.router.add_get("/", self._form)
        application.router.add_get("/created", self._created, allow_head=False)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self._address

    async def close(self) -> None:
        """Lets the browser have its last answer."""
        if self._runner:
            await self._runner.cleanup()

    async def _form(self, _: web.Request) -> web.Response:
        manifest = json.dumps(self._errand.manifest(f"{self._address}created"))
        return _answer(
            "Create the GitHub App",
            "<p>GitHub shows the App's name, which you may change. Its permissions and its events are filled in.</p>"
            f"<p>{escape(self._errand.hint)}</p>"
            f'<form method="post" action="{escape(f"{self._errand.form}?state={self._state}")}">'
            f'<input type="hidden" name="manifest" value="{escape(manifest)}">'
            "<button>Continue on GitHub</button></form>",
        )

    async def _created(self, request: web.Request) -> web.Response:
        """GitHub's answer, which the browser brings."""
        state, code = request.query.get("state", ""), request.query.get("code", "")
        if not code or not hmac.compare_digest(state.encode(), self._state.encode()):
            return self._refused(403, "This answer does not belong to this set-up, so nothing was done.")
        async with self._one:
            try:
                if self._app is None:
                    self._app = await self._errand.redeem(code)
                if not self.kept.done():
                    self._links = self._errand.keep(self._app)
            except UnknownCode:
                return self._refused(400, UNKNOWN)
            except (Fault, SettingsError) as fault:
                return self._refused(502, f"{fault}", again=str(request.rel_url))
            if not self.kept.done():
                self.kept.set_result(self._app)
        links = "".join(f'<li><a href="{escape(address)}">{escape(text)}</a></li>' for text, address in self._links)
        return _answer("The GitHub App is created", f"<p>Its settings are in .env. Next:</p><ol>{links}</ol>")

    def _refused(self, status: int, sentence: str, *, again: str = "") -> web.Response:
        self._errand.warn(sentence)
        way = f'<a href="{escape(again)}">Try again</a> or ' if again else ""
        more = f'<p>{escape(sentence)}</p><p>{way}<a href="/">create the App anew</a>.</p>'
        return _answer("Not yet", more, status=status)


UNKNOWN = (
    "GitHub does not know this code any more: it counts once, and for an hour. Create the App anew; if one of that "
    "name exists already, delete it first, or choose another name."
)


def _answer(title: str, body: str, *, status: int = 200) -> web.Response:
    head = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
    text = f"{head}<title>ghapp setup</title><style>{STYLE}</style><h1>{title}</h1>{body}"
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)


@web.middleware
async def _own_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses other names: a foreign one may resolve to this address."""
    if not is_this_machine(f"http://{request.host}"):
        return web.Response(status=403, text="This page answers to 127.0.0.1 and localhost only.")
    return await handler(request)
