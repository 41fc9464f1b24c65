"""One HTTP request: its route, its caller, and the HTTP form of its answer."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from ghapp.demo.github.auth import Token
from ghapp.demo.github.budget import WRITE
from ghapp.demo.github.context import Exchange
from ghapp.demo.github.rest.call import Answer, Refused, Route

DEEP = ("path", "basehead", "ref", "branch")  # parameters that may contain slashes
NAMES = ("workflow_id", "client_id")  # parameters ending in _id that may be names
RAW = "application/vnd.github.raw+json"


@dataclass(slots=True)
class RestRequest:
    """A request and its text; `token` is set once it is admitted."""

    route: Route
    request: web.Request
    text: str
    token: Token | None = None

    @property
    def resource(self) -> str:
        """The rate limit that the request counts against."""
        return "graphql" if self.route.template == "/graphql" else "core"

    @property
    def points(self) -> int:
        """Its points in the limit of a minute."""
        return 1 if self.resource == "graphql" or self.request.method in ("GET", "HEAD") else WRITE

    @property
    def installation_id(self) -> int:
        return self.token.installation_id if self.token else 0

    def body(self) -> dict[str, Any]:
        """The JSON object of the body, empty without one. Raises Refused."""
        try:
            body = json.loads(self.text) if self.text else {}
        except ValueError:
            raise Refused(400, "Problems parsing JSON") from None
        if not isinstance(body, dict):
            raise Refused(400, "Body should be a JSON object")
        return body

    def conditional(self, answer: Answer) -> Answer:
        """Adds the ETag to a successful answer to a GET, or returns a 304 for a matching one."""
        if self.request.method != "GET" or answer.status != 200:
            return answer
        etag = _etag(answer.body, self.request.headers.get("Accept", ""))
        if self.request.headers.get("If-None-Match") == etag:
            return Answer(304, None, {"ETag": etag})
        return replace(answer, headers={**answer.headers, "ETag": etag, "Cache-Control": "private, max-age=60"})

    def exchange(self, answer: Answer, fault: str | None) -> Exchange:
        """The record of the request and its answer."""
        return Exchange(
            method=self.request.method,
            path=self.request.path,
            route=self.route.template,
            query=dict(self.request.query),
            request=self._asked(),
            status=answer.status,
            answer=answer.body,
            permissions=self.token.permissions if self.token else {},
            fault=fault,
        )

    def response(self, answer: Answer, headers: dict[str, str]) -> web.Response:
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers | dict(answer.headers))
        raw = isinstance(answer.body, str)
        headers["Content-Type"] = f"{RAW if raw else 'application/json'}; charset=utf-8"
        text = answer.body if raw else json.dumps(answer.body)
        return web.Response(status=answer.status, text=text, headers=headers | dict(answer.headers))

    def drop(self) -> web.Response:
        """Closes the connection; the returned response, which aiohttp requires, is never sent."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return web.Response(status=499)

    def _asked(self) -> Any:
        try:
            return json.loads(self.text) if self.text else None
        except ValueError:
            return self.text


def pattern(template: str) -> str:
    """aiohttp's pattern of a route in GitHub's description."""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        if name in DEEP:
            return f"{{{name}:.+}}"
        number = name.endswith(("_id", "_number")) and name not in NAMES
        return f"{{{name}:[0-9]+}}" if number else f"{{{name}}}"

    return re.sub(r"\{(\w+)\}", part, template)


def _etag(body: object, accept: str) -> str:
    return f'W/"{hashlib.sha256((accept + json.dumps(body)).encode()).hexdigest()}"'
