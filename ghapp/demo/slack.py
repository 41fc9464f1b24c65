"""A local Slack: channels that keep what was posted, over the Web API the real client speaks.

As strict as Slack where a bot can go wrong: tokens, channels, other people's messages, block limits.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any, Final, TypeVar, assert_never

from aiohttp import web

T = TypeVar("T")
Json = dict[str, Any]

BOT: Final = "U0GHAPPBOT"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Slack documents no total; past about this many it answers as we do here
CHARACTERS: Final = 13_000


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said at one time."""

    text: str
    blocks: list[Json]
    metadata: Json | None = None


@dataclass(slots=True)
class Message:
    """One message; `edits` are its former versions, oldest first."""

    ts: str
    author: str
    current: Version
    thread_ts: str | None = None
    edits: list[Version] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.current.text

    @property
    def blocks(self) -> list[Json]:
        return self.current.blocks

    @property
    def metadata(self) -> Json | None:
        return self.current.metadata

    @property
    def edited(self) -> bool:
        return bool(self.edits)


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    messages: list[Message] = field(default_factory=list)  # oldest first


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came; `answer` is None where the caller got no JSON from Slack."""

    method: str
    arguments: Json
    answer: Json | None


@dataclass(frozen=True, slots=True)
class Error:
    """Answer 200 with this error code, and do nothing."""

    code: str


@dataclass(frozen=True, slots=True)
class Status:
    """Answer this HTTP status, and do nothing. `retry_after` in seconds."""

    code: int
    retry_after: int | None = None


class Drop(Enum):
    """Cut the connection: before anything was done, or after all of it was."""

    BEFORE = auto()
    AFTER = auto()


@dataclass(slots=True)
class Fault:
    """Goes wrong for the next `times` calls of a method; the first that fits is used up first."""

    method: str
    kind: Error | Status | Drop
    times: int = 1


class NotOkError(Exception):
    """Slack's own "ok": false."""

    def __init__(self, code: str, *problems: str) -> None:
        super().__init__(code)
        self.answer: Json = {"ok": False, "error": code}
        if problems:
            self.answer["errors"] = list(problems)
            self.answer["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in problems]}


class Slack:
    """The workspace. What the world does to it is synchronous; what a bot does comes over HTTP."""

    def __init__(self, *, now: Callable[[], datetime], token: str) -> None:
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, Person] = {}
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.unknown: list[str] = []
        self.version = 0  # counts changes, for whoever watches
        self._now = now
        self._token = token
        self._ts = 0
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "users.lookupByEmail": self._lookup,
        }

    # the server

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; the address that a client takes as its base, with `/api/` at its end."""
        self._runner = web.AppRunner(self.application(), shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return f"http://{host}:{self._runner.addresses[0][1]}/api/"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._serve)
        return app

    # the world's side

    def add_channel(self, id: str, name: str) -> None:  # noqa: A002 - Slack's word
        self.channels[id] = Channel(id, name)
        self._touch()

    def add_person(self, id: str, name: str, email: str | None = None) -> None:  # noqa: A002
        self.people[id] = Person(id, name, email)
        self._touch()

    def say(self, channel: str, person: str, text: str) -> Message:
        """A person writes; no bot can change what they wrote."""
        return self._append(self.channels[channel], Message(self._stamp(), person, Version(text, [])))

    async def until(
        self,
        predicate: Callable[[], T | None],
        timeout: float | None = 5.0,  # noqa: ASYNC109 - the error has to name what was awaited
        *,
        awaited: str | None = None,
    ) -> T:
        """The predicate's first truthy value, looked at again after every change."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await self._changed.wait()
                return value
        except TimeoutError:
            name = awaited or _name(predicate)
            raise TimeoutError(f"Slack: not within {timeout} s: {name}. It holds {self._holds()}") from None

    # one call

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: Json = {}
        answer: Json | None = None
        kind = self._fault(method)
        try:
            arguments = await _arguments(request)
            match kind:
                case None | Drop.AFTER:
                    answer = self._answer(method, arguments, _token(request, arguments))
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
        return _response(request, kind, answer)

    def _fault(self, method: str) -> Error | Status | Drop | None:
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
        wanted = str(arguments.get("channel", ""))
        channel = self.channels.get(wanted) or self._channel_named(wanted)
        content = _content(arguments)
        if not content.text.strip() and not content.blocks:
            raise NotOkError("no_text")
        thread = arguments.get("thread_ts")
        message = Message(self._stamp(), BOT, content, thread_ts=None if thread is None else str(thread))
        self._append(channel, message)
        return {"channel": channel.id, "ts": message.ts, "message": _shown(message)}

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
        content = _content(arguments)
        if not arguments.keys() & {"text", "blocks"} or not (content.text.strip() or content.blocks):
            raise NotOkError("no_text")
        message.edits.append(message.current)
        message.current = _after(message.current, content, arguments)
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": _shown(message)}

    def _lookup(self, arguments: Json) -> Json:
        email = str(arguments.get("email", "")).casefold()
        for person in self.people.values():
            if person.email is not None and person.email.casefold() == email:
                profile = {"email": person.email, "display_name": person.name}
                return {"user": {"id": person.id, "name": person.name, "profile": profile}}
        raise NotOkError("users_not_found")

    # state

    def _append(self, channel: Channel, message: Message) -> Message:
        channel.messages.append(message)
        self._touch()
        return message

    def _stamp(self) -> str:
        """Unique and rising, also where the clock stands still or goes back."""
        self._ts = max(self._ts + 1, (self._now() - EPOCH) // timedelta(microseconds=1))
        return f"{self._ts // 1_000_000}.{self._ts % 1_000_000:06d}"

    def _touch(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def _holds(self) -> str:
        return str({f"#{each.name}": [one.text for one in each.messages] for each in self.channels.values()})


# requests and answers


async def _arguments(request: web.Request) -> Json:
    """The query, and a body of JSON or a form; a form carries its structures as JSON text."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise NotOkError("invalid_json") from None
        if not isinstance(body, dict):
            raise NotOkError("json_not_object")
        found |= body
    else:
        found |= dict(await request.post())
    return found


def _token(request: web.Request, arguments: Json) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else arguments.get("token")


def _response(request: web.Request, kind: Error | Status | Drop | None, answer: Json | None) -> web.StreamResponse:
    match kind:
        case Drop():
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        case Status(429, retry_after):
            headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        case Status(code):
            return web.Response(status=code, text="<html>Server Error</html>", content_type="text/html")
        case _:
            return web.json_response(answer)


def _shown(message: Message) -> Json:
    shown: Json = {"type": "message", "user": message.author, "ts": message.ts, "text": message.text}
    optional = {"blocks": message.blocks, "metadata": message.metadata, "thread_ts": message.thread_ts}
    return shown | {name: value for name, value in optional.items() if value}


def _name(predicate: Callable[[], object]) -> str:
    code = getattr(predicate, "__code__", None)
    where = f" ({code.co_filename}:{code.co_firstlineno})" if code else ""
    return f"{getattr(predicate, '__qualname__', repr(predicate))}{where}"


# what a message may hold


def _content(arguments: Json) -> Version:
    text = arguments.get("text") or ""
    if not isinstance(text, str):
        raise NotOkError("invalid_arguments")
    if len(text) > CHARACTERS:
        raise NotOkError("msg_too_long")
    blocks = _structure(arguments.get("blocks"), "invalid_blocks_format") or []
    problems = list(_problems(blocks))
    if problems:
        raise NotOkError("invalid_blocks", *problems)
    if sum(_lengths(blocks)) > CHARACTERS:
        raise NotOkError("msg_blocks_too_long")
    metadata = _structure(arguments.get("metadata"), "invalid_metadata_format")
    match metadata:
        case None | {"event_type": str(), "event_payload": dict()}:
            return Version(text, blocks, metadata)
        case dict() if not metadata:  # an empty object takes the former one away
            return Version(text, blocks, None)
        case _:
            raise NotOkError("invalid_metadata_format")


def _after(former: Version, content: Version, arguments: Mapping[str, Any]) -> Version:
    """What is not named stays, except that a text alone takes the blocks away.

    https://docs.slack.dev/reference/methods/chat.update
    """
    return Version(
        content.text if "text" in arguments else former.text,
        content.blocks,
        content.metadata if "metadata" in arguments else former.metadata,
    )


def _structure(value: Any, error: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise NotOkError(error) from None


def _lengths(value: Any) -> Iterator[int]:
    """The length of every text in blocks, however deep it stands."""
    match value:
        case dict():
            for name, each in value.items():
                yield from [len(each)] if name == "text" and isinstance(each, str) else _lengths(each)
        case list():
            for each in value:
                yield from _lengths(each)
        case _:
            pass


# https://docs.slack.dev/reference/block-kit/blocks


def _problems(blocks: Any) -> Iterator[str]:
    if not isinstance(blocks, list):
        yield "must be an array [json-pointer:/blocks]"
        return
    if len(blocks) > 50:
        yield "no more than 50 items allowed [json-pointer:/blocks]"
    ids = [each["block_id"] for each in blocks if isinstance(each, dict) and "block_id" in each]
    if len(set(map(str, ids))) < len(ids):
        yield "block_id already exists [json-pointer:/blocks]"
    for index, block in enumerate(blocks):
        at = f"/blocks/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        check = BLOCKS.get(kind) if isinstance(kind, str) else None
        if check is None:
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        else:
            yield from _string(block.get("block_id", "-"), 255, f"{at}/block_id")
            yield from check(block, at)


def _section(block: Json, at: str) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" in block or not fields:
        yield from _text(block.get("text"), 3000, f"{at}/text")
    if fields:
        yield from _all(fields, 10, f"{at}/fields", lambda each, here: _text(each, 2000, here))
    if "accessory" in block:
        yield from _button(block["accessory"], f"{at}/accessory")


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _text(block.get("text"), 150, f"{at}/text", plain=True)


def _context(block: Json, at: str) -> Iterator[str]:
    yield from _all(block.get("elements"), 10, f"{at}/elements", lambda each, here: _text(each, 3000, here))


def _actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from _all(elements, 25, f"{at}/elements", _button)
    named = [each.get("action_id") for each in elements or [] if isinstance(each, dict)]
    ids = [str(each) for each in named if each is not None]
    if len(set(ids)) < len(ids):
        yield f"action_id already exists [json-pointer:{at}/elements]"


def _divider(_: Json, __: str) -> Iterator[str]:
    yield from ()


# the types that the demo's page can draw; any other is taken as a slip of the pen
BLOCKS: Final[Mapping[str, Callable[[Json, str], Iterator[str]]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}


def _button(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") != "button":
        yield f"must be a button [json-pointer:{at}]"
        return
    yield from _text(value.get("text"), 75, f"{at}/text", plain=True)
    for name, most in (("value", 2000), ("url", 3000), ("action_id", 255)):
        if name in value:
            yield from _string(value[name], most, f"{at}/{name}")
    if value.get("style", "primary") not in {"primary", "danger"}:
        yield f"must be primary or danger [json-pointer:{at}/style]"
    confirm = value.get("confirm", {})
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm:
            yield from _text(confirm.get(name), most, f"{at}/confirm/{name}", plain=name != "text")


def _text(value: Any, most: int, at: str, *, plain: bool = False) -> Iterator[str]:
    """A text object: https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"must be a text object of {' or '.join(sorted(kinds))} [json-pointer:{at}]"
        return
    yield from _string(value.get("text"), most, f"{at}/text")


def _string(value: Any, most: int, at: str) -> Iterator[str]:
    if not isinstance(value, str) or not value:
        yield f"must be a string that says something [json-pointer:{at}]"
    elif len(value) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{at}]"


def _all(values: Any, most: int, at: str, check: Callable[[Any, str], Iterator[str]]) -> Iterator[str]:
    if not isinstance(values, list) or not values:
        yield f"must be an array of at least one [json-pointer:{at}]"
        return
    if len(values) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}]"
    for index, each in enumerate(values):
        yield from check(each, f"{at}/{index}")
