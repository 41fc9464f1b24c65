"""One call of the Web API: its arguments, its faults, its answer."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web

from ghapp.demo.slack.state import Json


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `answer` is None where the caller got no JSON from Slack."""

    method: str
    arguments: Json
    answer: Json | None


@dataclass(frozen=True, slots=True)
class Error:
    """Answers 200 with this error code; the call is not carried out."""

    code: str


@dataclass(frozen=True, slots=True)
class Status:
    """Answers this HTTP status; the call is not carried out. `retry_after` in seconds."""

    code: int
    retry_after: int | None = None


class Drop(Enum):
    """Closes the connection, before or after the call is carried out."""

    BEFORE = auto()
    AFTER = auto()


@dataclass(frozen=True, slots=True)
class Hold:
    """Delays the call until the event is set."""

    until: asyncio.Event


Kind = Error | Status | Drop | Hold


@dataclass(slots=True)
class Fault:
    """Hits the next `times` calls of a method, `*` for any; the first fault that fits is used up first."""

    method: str
    kind: Kind
    times: int = 1


class NotOkError(Exception):
    """Slack's answer with "ok": false."""

    def __init__(self, code: str, *problems: str) -> None:
        super().__init__(code)
        self.answer: Json = {"ok": False, "error": code}
        if problems:
            self.answer["errors"] = list(problems)
            self.answer["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in problems]}


async def read_arguments(request: web.Request) -> Json:
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


def read_token(request: web.Request, arguments: Json) -> str | None:
    """The token from the header, else from the arguments."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else arguments.get("token")


def respond(request: web.Request, kind: Kind | None, answer: Json | None) -> web.StreamResponse:
    """The HTTP response: the answer, or the fault's effect."""
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
