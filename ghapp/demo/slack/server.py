"""This Slack over HTTP: its methods, its faults, and the record of calls."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from aiohttp import web

from ghapp.demo.slack.calls import (
    Call,
    Drop,
    Error,
    Fault,
    Kind,
    NotOkError,
    Status,
    read_arguments,
    read_token,
    respond,
)
from ghapp.demo.slack.limits import after, content
from ghapp.demo.slack.state import BOT, Channel, Json, Message, shown
from ghapp.demo.slack.world import World


class Slack(World):
    """The workspace: what the world does to it is synchronous, what a bot does comes over HTTP."""

    def __init__(self, *, now: Callable[[], datetime], token: str) -> None:
        super().__init__(now=now)
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.unknown: list[str] = []
        self._token = token
        self._runner: web.AppRunner | None = None
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "users.lookupByEmail": self._lookup,
        }

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; the address that a client takes as its base, with `/api/` at its end."""
        self._runner = web.AppRunner(self.application(), shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return f"http://{host}:{self._runner.addresses[0][1]}/api/"

    async def close(self) -> None:
        """Stop listening; what was posted stays."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def application(self) -> web.Application:
        """Every method, at `/api/`."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._serve)
        return app

    # one call

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: Json = {}
        answer: Json | None = None
        kind = self._fault(method)
        try:
            arguments = await read_arguments(request)
            match kind:
                case None | Drop.AFTER:
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
        return respond(request, kind, answer)

    def _fault(self, method: str) -> Kind | None:
        for fault in self.faults:
            if fault.method == method and fault.times > 0:
                fault.times -= 1
                return fault.kind
        return None

    def _answer(self, method: str, arguments: Json, token: str | None) -> Json:
        act = self._methods.get(method)
        if act is None:
            self.unknown.append(method)
            raise NotOkError("unknown_method")
        if token is None:
            raise NotOkError("not_authed")
        if token != self._token:
            raise NotOkError("invalid_auth")
        return {"ok": True, **act(arguments)}

    # the methods

    def _auth_test(self, _: Json) -> Json:
        return {
            "url": "https://acme.slack.com/",
            "team": "Acme",
            "team_id": "T0ACME000",
            "user": "ghapp",
            "user_id": BOT,
            "bot_id": "B0GHAPP00",
        }

    def _post(self, arguments: Json) -> Json:
        name = str(arguments.get("channel", ""))
        channel = self.channels.get(name) or self._channel_named(name)
        wanted = content(arguments)
        if not wanted.text.strip() and not wanted.blocks:
            raise NotOkError("no_text")
        thread = arguments.get("thread_ts")
        message = Message(self._stamp(), BOT, wanted, thread_ts=None if thread is None else str(thread))
        self._append(channel, message)
        return {"channel": channel.id, "ts": message.ts, "message": shown(message)}

    def _channel_named(self, name: str) -> Channel:
        for channel in self.channels.values():
            if channel.name == name.removeprefix("#"):
                return channel
        raise NotOkError("channel_not_found")

    def _update(self, arguments: Json) -> Json:
        channel = self.channels.get(str(arguments.get("channel", "")))
        if channel is None:
            raise NotOkError("channel_not_found")
        message = next((each for each in channel.messages if each.ts == arguments.get("ts")), None)
        if message is None:
            raise NotOkError("message_not_found")
        if message.author != BOT:
            raise NotOkError("cant_update_message")
        wanted = content(arguments)
        if not arguments.keys() & {"text", "blocks"} or not (wanted.text.strip() or wanted.blocks):
            raise NotOkError("no_text")
        message.edits.append(message.current)
        message.current = after(message.current, wanted, arguments)
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown(message)}

    def _lookup(self, arguments: Json) -> Json:
        email = str(arguments.get("email", "")).casefold()
        for person in self.people.values():
            if person.email is not None and person.email.casefold() == email:
                profile = {"email": person.email, "display_name": person.name}
                return {"user": {"id": person.id, "name": person.name, "profile": profile}}
        raise NotOkError("users_not_found")
