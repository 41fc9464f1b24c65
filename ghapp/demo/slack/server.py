"""Serves Slack over HTTP: its methods, its faults, and the record of calls."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, assert_never

from aiohttp import web

from ghapp.demo.kept import Kept
from ghapp.demo.slack.calls import (
    Call,
    Drop,
    Error,
    Fault,
    Hold,
    Kind,
    NotOkError,
    Status,
    read_arguments,
    read_token,
    respond,
)
from ghapp.demo.slack.methods import METHODS, TAKES
from ghapp.demo.slack.people import SlackPeople
from ghapp.demo.slack.state import BOT, Json


class Slack(SlackPeople):
    """The workspace: users act by method calls, bots over HTTP."""

    def __init__(self, *, now: Callable[[], datetime], token: str, secret: str = "") -> None:
        super().__init__(now=now, secret=secret)
        self.calls = Kept[Call]()
        self.faults: list[Fault] = []
        self.unknown: list[str] = []
        self._token = token
        self.removed: Literal["account_inactive", "token_revoked"] | None = None  # the answer since the app is
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens; returns the client's base address, with `/api/` at its end."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.origin = f"http://{host}:{self._runner.addresses[0][1]}"
        return f"{self.origin}/api/"

    async def uninstall(self) -> None:
        """A member removes the app: its token is of no use, and Slack tells the app so in two events, in any order."""
        self.removed = "account_inactive"
        await self.happens({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}})
        await self.happens({"type": "app_uninstalled"})

    def install(self, token: str | None = None) -> None:
        """A member installs the app again, which makes a new token."""
        self.removed, self._token = None, token or self._token

    async def close(self) -> None:
        """Stops listening; messages stay."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def application(self) -> web.Application:
        """The routes: every method, at `/api/`, and the response URLs."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._serve)
        app.router.add_post("/answers/{id}", self._answered)
        return app

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        """A `response_url`: five times within half an hour, shown to the user who typed or pressed."""
        if kind := self._fault("response_url"):
            return respond(request, kind, None)
        self.calls.append(Call("response_url", said := await read_arguments(request), {"ok": True}))
        heard = self.answer_to(request.match_info["id"], said)
        return web.Response(text="ok") if heard else web.json_response({"ok": False, "error": "used_url"}, status=404)

    # one call

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: Json = {}
        answer: Json | None = None
        kind = self._fault(method)
        try:
            arguments = await read_arguments(request)
            if isinstance(kind, Hold):
                await kind.until.wait()
            match kind:
                case None | Drop.AFTER | Hold():
                    answer = self._answer(method, arguments, read_token(request, arguments))
                case Error(code):
                    answer = NotOkError(code).answer
                case Status() | Drop.BEFORE:
                    pass
                case _:
                    assert_never(kind)
        except NotOkError as error:
            answer = error.answer
        arguments.pop("token", None)
        if isinstance(kind, Drop):
            answer = None
        self.calls.append(Call(method, arguments, answer))
        self._touch()
        response = respond(request, kind, answer)
        if answer and answer.get("error") not in ("invalid_auth", "account_inactive", "token_revoked"):
            response.headers["X-OAuth-Scopes"] = ",".join(sorted(self.scopes))
        return response

    def _fault(self, method: str) -> Kind | None:
        for fault in self.faults:
            if fault.method in (method, "*") and fault.times > 0:
                fault.times -= 1
                self._touch()
                return fault.kind
        return None

    def _answer(self, method: str, arguments: Json, token: str | None) -> Json:
        act = METHODS.get(method)
        if act is None:
            self.unknown.append(method)
            raise NotOkError("unknown_method")
        if token is None:
            raise NotOkError("not_authed")
        if token != self._token:
            raise NotOkError("invalid_auth")
        if self.removed:
            raise NotOkError(self.removed)
        if method in TAKES and not self.scopes & {*TAKES[method]}:
            raise NotOkError("missing_scope")
        return {"ok": True, **act(self, arguments)}
