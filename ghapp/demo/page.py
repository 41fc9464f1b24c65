"""The demo's page: a document with its files, the state as server-sent events, and the verbs that users perform."""

import asyncio
import contextlib
import html
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from ghapp.demo.arguments import VERBS
from ghapp.demo.stage import ZONE
from ghapp.demo.words import WORDS, Language, say

log = logging.getLogger(__name__)

TEMPLATE: Final = Path(__file__).with_name("page.html").read_text("utf-8")
ASSETS: Final = Path(__file__).with_name("assets")
KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
OWN_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})


# nothing but the files beside this page, so that a comment or a title cannot bring in any script or style
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def document(language: Language) -> str:
    """The page's HTML: `{{code}}` in the template becomes that sentence, and `{{words}}` all of them for the script."""
    words = WORDS[language]
    filled = {**words, "language": language, "zone": ZONE.key, "words": json.dumps(words, ensure_ascii=False)}
    return re.sub(r"\{\{([\w.]+)\}\}", lambda code: html.escape(filled[code[1]]), TEMPLATE)


class Page:
    """Sends `snapshot()` again whenever `changed()` yields, and passes users' actions to `act`."""

    def __init__(
        self,
        *,
        language: Language,
        snapshot: Callable[[], dict[str, Any]],
        act: Callable[[str, dict[str, Any]], Awaitable[None]],
        changed: Callable[[], AsyncIterator[None]],
    ) -> None:
        self.language = language
        self._snapshot = snapshot
        self._act = act
        self._changed = changed
        self._streams: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None
        self.address = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens; returns the page's address, with `/` at its end."""
        self._runner = web.AppRunner(self.application(), handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.address = f"http://{host}:{self._runner.addresses[0][1]}/"
        return self.address

    async def close(self) -> None:
        """Stops listening and ends the streams."""
        for stream in self._streams:
            stream.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._own_only])
        app.router.add_get("/", self._html)
        app.router.add_get("/assets/{name}", self._asset)
        app.router.add_get("/state", self._state)
        app.router.add_get("/events", self._events)
        app.router.add_post("/do/{verb}", self._do)
        return app

    async def _html(self, request: web.Request) -> web.Response:
        asked = request.query.get("lang")
        language = next((one for one in WORDS if one == asked), self.language)
        return web.Response(text=document(language), content_type="text/html", headers=HEADERS)

    async def _asset(self, request: web.Request) -> web.Response:
        file = next((one for one in ASSETS.iterdir() if one.name == request.match_info["name"]), None)
        if file is None:
            raise web.HTTPNotFound
        return web.Response(text=file.read_text("utf-8"), content_type=KINDS[file.suffix], headers=HEADERS)

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(self._snapshot(), headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._streams.add(task)
        try:
            await self._stream(response)
        except ConnectionError:
            pass  # the browser left
        finally:
            self._streams.discard(task)
        return response

    async def _stream(self, response: web.StreamResponse) -> None:
        changes, sent = self._changed(), dict[str, Any]()
        while True:
            change = asyncio.ensure_future(anext(changes))
            await asyncio.sleep(0)  # lets the watch begin before the state is read, so that no change is lost between
            try:
                state = self._snapshot()
                if {**state, "now": None} != sent:  # time alone is no news
                    sent = {**state, "now": None}
                    await response.write(f"event: state\ndata: {json.dumps(state)}\n\n".encode())
                await change
            except StopAsyncIteration:
                return
            finally:
                await _end(change)

    async def _do(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        if verb not in VERBS:
            return self._refuse(400, "error.verb", verb=verb[:40], verbs=", ".join(sorted(VERBS)))
        arguments = await _object(request)
        if arguments is None:
            return self._refuse(400, "error.body")
        try:
            await self._act(verb, arguments)
        except ValueError as refusal:
            return _refused(400, str(refusal))
        except Exception as error:  # a bug: its message goes to the user at the page, its traceback to the terminal
            log.exception("demo act failed", extra={"verb": verb})
            return self._refuse(400, "error.bug", error=str(error) or type(error).__name__)
        return web.Response(status=204)

    @web.middleware
    async def _own_only(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuses other sites, by Origin and by Host: a foreign name may resolve to this address."""
        if not _is_own(request.host):
            return self._refuse(403, "error.host")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            return self._refuse(403, "error.origin")
        return await handler(request)

    def _refuse(self, status: int, code: str, **values: str) -> web.Response:
        return _refused(status, say(self.language, code, **values))


async def _object(request: web.Request) -> dict[str, Any] | None:
    """The JSON object of the body; None for anything else, which may be too long, too deep or in no known encoding."""
    if request.content_type != "application/json":
        return None
    try:
        found = await request.json()
    except (ValueError, LookupError, RecursionError, web.HTTPRequestEntityTooLarge):
        return None
    return found if isinstance(found, dict) else None


def _is_own(host: str) -> bool:
    try:
        return URL(f"http://{host}").host in OWN_HOSTS
    except ValueError:
        return False


def _refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


async def _end(change: "asyncio.Future[None]") -> None:
    if not change.done():
        change.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await change
