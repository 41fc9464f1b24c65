"""Serves CodeDeploy over HTTP: protocol, signatures, faults, and the record of calls."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, assert_never
from uuid import uuid4

from aiohttp import web

from ghapp.demo.codedeploy import protocol
from ghapp.demo.codedeploy.faults import Drop, Fail, Fault, Hold, Kind, Refuse, Refused
from ghapp.demo.codedeploy.operations import OPERATIONS
from ghapp.demo.codedeploy.protocol import Malformed
from ghapp.demo.codedeploy.world import World
from ghapp.demo.kept import Kept

Json = dict[str, Any]
T = TypeVar("T")

SIGNED: Final = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/\s]+/\d{8}/(?P<region>[\w-]+)/codedeploy/aws4_request, .*")


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `answer`: None where the caller read none; `error`: the name of the error it was refused with."""

    operation: str
    parameters: Json
    answer: Json | None
    error: str | None = None


class CodeDeploy(World):
    """The account's CodeDeploy in one region: `start` it, or serve its `application()`."""

    def __init__(
        self, *, now: Callable[[], datetime], region: str = "ap-northeast-1", account: str = "123456789012"
    ) -> None:
        super().__init__(now=now, region=region, account=account)
        self.calls = Kept[Call]()
        self.faults: list[Fault] = []
        self.unknown: list[str] = []
        self.complaints: list[str] = []
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens; returns the address for `AWS_ENDPOINT_URL_CODEDEPLOY`."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return f"http://{host}:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stops listening; the deployments stay."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def application(self) -> web.Application:
        """The application, with its only route."""
        app = web.Application()
        app.router.add_post("/", self._serve)
        return app

    def check(self) -> None:
        """Raises AssertionError if a call was malformed or unknown, or an answer does not fit the service model."""
        problems = [f"no such operation here: {asked}" for asked in self.unknown] + self.complaints
        assert not problems, "\n".join(problems)

    async def until(self, predicate: Callable[[], T | bool | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Waits until the predicate is truthy and returns its value; else TimeoutError names the predicate."""
        return await self.changed.until(predicate, timeout)

    def called(self, operation: str) -> list[Call]:
        """The calls of this operation, oldest first."""
        return [call for call in self.calls if call.operation == operation]

    # ------------------------------------------------------------ one call

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        operation = request.headers.get("X-Amz-Target", "").removeprefix(f"{protocol.TARGET}.")
        kind = next((fault.kind for fault in self.faults if fault.befalls(operation)), None)
        if isinstance(kind, Hold) and kind.before:
            await kind.event.wait()
        response = self._befallen(request, operation, body, kind)
        self.changed.bump()
        if isinstance(kind, Hold) and not kind.before:
            await kind.event.wait()
        if isinstance(kind, Drop) and request.transport is not None:
            request.transport.abort()
        return response

    def _befallen(self, request: web.Request, operation: str, body: bytes, kind: Kind | None) -> web.StreamResponse:
        parameters: Json = {}
        try:
            parameters = self._admitted(request, operation, body)
            match kind:
                case Refuse(code, message, status):
                    raise Refused(code, message, status)
                case Fail(status):
                    self.calls.append(Call(operation, parameters, None, str(status)))
                    return web.Response(status=status, text="<html>Service Unavailable</html>")
                case Drop(done=False):
                    self.calls.append(Call(operation, parameters, None))
                    return web.Response()
                case Drop() | Hold() | None:
                    pass
                case _:
                    assert_never(kind)
            answer = OPERATIONS[operation](self, parameters)
            written = protocol.write(operation, answer)
        except Refused as refusal:
            return self._refuse(operation, parameters, refusal)
        except Exception as problem:  # noqa: BLE001  # our fault, not the caller's: `check` raises it
            self.complaints.append(f"{operation}: {type(problem).__name__}: {problem}")
            return self._refuse(operation, parameters, Refused("InternalFailure", "See check()", 500))
        self.calls.append(Call(operation, parameters, None if isinstance(kind, Drop) else answer))
        return _response(200, written)

    def _admitted(self, request: web.Request, operation: str, body: bytes) -> Json:
        if operation not in OPERATIONS:
            self.unknown.append(operation)
            known = "is not in this world yet" if protocol.operation(operation) else "is none of CodeDeploy's"
            raise Refused("UnknownOperationException", f"The operation {operation} {known}", 404)
        signed = SIGNED.fullmatch(request.headers.get("Authorization", ""))
        if signed is None:
            raise Refused("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        if signed["region"] != self.region:
            raise Refused("UnrecognizedClientException", f"Credential should be scoped to {self.region}", 403)
        try:
            return protocol.read(operation, body)
        except Malformed as problem:
            self.complaints.append(f"{operation}: {problem}")
            raise Refused("ValidationException", str(problem)) from None

    def _refuse(self, operation: str, parameters: Json, refusal: Refused) -> web.StreamResponse:
        if refusal.code not in protocol.declared(operation) | protocol.COMMON:
            self.complaints.append(f"{operation} never answers {refusal.code}")
        self.calls.append(Call(operation, parameters, None, refusal.code))
        return _response(refusal.status, protocol.refuse(refusal.code, refusal.message))


def _response(status: int, body: bytes) -> web.Response:
    headers = {"x-amzn-RequestId": str(uuid4()), "Content-Type": protocol.CONTENT_TYPE}
    return web.Response(status=status, body=body, headers=headers)
