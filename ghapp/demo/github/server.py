"""Serves GitHub over HTTP: routes, faults, rate limits, and the record of exchanges."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from typing import Any

from aiohttp import web

from ghapp.demo.github import graph
from ghapp.demo.github.admission import admit
from ghapp.demo.github.auth import App
from ghapp.demo.github.authorizations import Handler
from ghapp.demo.github.faults import Drop, Fail, Fault, Hold, Kind, Wait
from ghapp.demo.github.request import RestRequest, pattern
from ghapp.demo.github.rest import ROUTES
from ghapp.demo.github.rest.call import Answer, Call, Limited, Refused, Route
from ghapp.demo.github.world import World

REPOSITORY, RENAMED = "/repos/{owner}/{repo}", "/repositories/{repository_id}"
GRAPHQL = Route("POST", "/graphql", ("metadata: read",), graph.answer)


class GitHub(World):
    """GitHub as a server: `start` it, or serve its `application()`. `latency`: seconds that every answer takes."""

    def __init__(self, *, app: App, now: Callable[[], datetime], webhook_url: str | None = None) -> None:
        super().__init__(app=app, now=now, webhook_url=webhook_url)
        self.faults: list[Fault] = []
        self.latency = 0.0
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens; returns the base URL without a slash at its end."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = self.web_url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.url

    async def close(self) -> None:
        """Stops listening and cancels spawned work."""
        await self.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def application(self) -> web.Application:
        """All routes; REST at / and GraphQL at /graphql, and both where an Enterprise Server has them."""
        app = web.Application()
        app[SERVER] = self
        for resource in _resources():
            app.router.register_resource(resource)
        for path, answer in self.issuer.routes().items():
            app.router.add_route("GET", path, answer)
        for path, answer in self.manifests.routes().items():
            app.router.add_route("POST", path, answer)
        for (method, path), answer in self.authorizations.pages().items():
            app.router.add_route(method, path, self._page(answer))
        app.router.add_route("*", "/{anything:.*}", self._unknown)
        return app

    async def serve(self, visit: RestRequest) -> web.StreamResponse:
        """Answers one request, or does to it as a fault says."""
        began = asyncio.get_running_loop().time()
        kind = self._fault(visit)
        if isinstance(kind, Hold) and kind.before:
            await kind.event.wait()
        answer, fault = self._befallen(visit, kind)
        await _linger(kind)
        if self.latency or answer.took:
            await asyncio.sleep(began + self.latency + answer.took - asyncio.get_running_loop().time())
        self.observe(replace(visit.exchange(answer, fault), began=began, ended=asyncio.get_running_loop().time()))
        if isinstance(kind, Drop):
            return visit.drop()
        return visit.response(answer, self._headers(visit))

    def _befallen(self, visit: RestRequest, kind: Kind | None) -> tuple[Answer, str | None]:
        match kind:
            case Fail(status, headers, body, done):
                if done:
                    self._answer(visit)
                return Answer(status, {"message": "Server Error"} if body is None else body, headers), "status"
            case Drop(done=False):
                return Answer(0), "drop_before"
            case Drop(done=True):
                return self._answer(visit), "drop_after"
            case _:
                return self._answer(visit), None

    def _answer(self, visit: RestRequest) -> Answer:
        try:
            answer = visit.conditional(self._carry_out(visit))
        except Refused as refusal:
            answer = refusal.answer
        except Exception as problem:  # noqa: BLE001  # our fault, not the caller's: `check` raises it
            self.complaints.append(problem)
            return Answer(500, {"message": "Server Error"})
        self.points.took(visit.installation_id, answer.took, self.now())
        if answer.status == 304:
            self.budget.refund(visit.installation_id, visit.resource, self.now())
        return answer

    def _carry_out(self, visit: RestRequest) -> Answer:
        request = visit.request
        visit.token, found = admit(self, visit.route, request)
        if visit.token and not self.budget.spend(visit.installation_id, visit.resource, self.now()):
            raise Refused(403, f"API rate limit exceeded for installation ID {visit.installation_id}.")
        if visit.token and (wait := self.points.wait(visit.installation_id, visit.resource, visit.points, self.now())):
            raise Limited(wait)
        if visit.resource == "graphql" and (
            wait := self.points.wait(visit.installation_id, "computing", 0, self.now())
        ):
            raise Limited(wait)
        call = Call(
            site=self,
            path=request.path,
            params=request.match_info,
            query=request.query,
            headers=request.headers,
            body=visit.body(),
            token=visit.token,
            found=found,
        )
        return visit.route.answer(call)

    def _headers(self, visit: RestRequest) -> dict[str, str]:
        request_id = hashlib.sha1(str(len(self.exchanges)).encode(), usedforsecurity=False).hexdigest()
        return {
            "Date": format_datetime(self.now(), usegmt=True),
            "Server": "github.com",
            "X-GitHub-Request-Id": request_id[:20].upper(),
            "X-GitHub-Api-Version-Selected": "2022-11-28",
        } | self.budget.headers(visit.installation_id, visit.resource, self.now())

    def _fault(self, visit: RestRequest) -> Kind | None:
        asked = (visit.request.method, visit.request.path_qs, visit.text)
        return next((fault.kind for fault in self.faults if fault.befalls(*asked)), None)

    def _page(self, answer: Handler) -> Handler:
        """A page, or what a fault does to it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            kind = next((one.kind for one in self.faults if one.befalls(request.method, request.path_qs, "")), None)
            self.changed.bump()
            await _linger(kind)
            match kind:
                case Fail(status, headers, body):
                    return web.Response(status=status, headers=headers, text=body or "Server Error")
                case Drop(done):
                    if done:
                        await answer(request)
                    assert request.transport
                    request.transport.abort()
                    return web.Response(status=499)
                case _:
                    return await answer(request)

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        self.unknown.append(f"{request.method} {request.path}")
        self.changed.bump()
        return web.json_response(Refused(404, "Not Found").answer.body, status=404)


SERVER = web.AppKey("SERVER", GitHub)


@cache
def _resources() -> Sequence[web.AbstractResource]:
    """The routes, compiled once for all servers of this process; each request names its server."""
    router = web.UrlDispatcher()
    for route in ROUTES:
        paths = [pattern(route.template)]
        if route.template.startswith(REPOSITORY):
            paths.append(pattern(route.template.replace(REPOSITORY, RENAMED)))
        for path in paths:
            router.add_route(route.method, path, _handler(route))
            router.add_route(route.method, f"/api/v3{path}", _handler(route))
    for path in ("/graphql", "/api/graphql"):
        router.add_route("POST", path, _handler(GRAPHQL))
    return [*router.resources()]


def _handler(route: Route) -> Callable[[web.Request], Any]:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await request.app[SERVER].serve(RestRequest(route, request, await request.text()))

    return handle


async def _linger(kind: Kind | None) -> None:
    if isinstance(kind, Wait):
        await asyncio.sleep(kind.seconds)
    if isinstance(kind, Hold):
        await kind.event.wait()
