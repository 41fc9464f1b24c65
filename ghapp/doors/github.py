"""`POST /webhooks/github`: believe, read, make durable, answer. It never asks GitHub or Slack anything."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from ghapp.core.events import QueuedEvent
from ghapp.doors import github_events
from ghapp.doors.github_events import Envelope, Malformed, Reading
from ghapp.doors.limits import PATIENCE, Intake, Refused
from ghapp.doors.repeats import Repeats
from ghapp.doors.signatures import genuine
from ghapp.ports import Clock, Retryable, Store, queued

logger = logging.getLogger(__name__)

LARGE = 256 * 1024  # bytes; above it the event loop does not wait for hashing and parsing
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
T = TypeVar("T")


@dataclass(slots=True)
class _Line:
    """What the log will say of one delivery."""

    delivery_id: str | None = None
    event: str | None = None
    action: str | None = None
    repository: str | None = None
    item: str | None = None
    verdict: str = ""
    why: str = ""
    status: int = 0
    level: int = logging.INFO

    def write(self) -> None:
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "level"}
        logger.log(self.level, "delivery", extra=fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """GitHub's door. `owners`: the accounts that are served, empty = all. `wake`: called when something was stored.

    `verdicts`: how often it said what.
    """

    store: Store
    clock: Clock
    secrets: Sequence[str] = field(repr=False)
    app_id: int
    wake: Callable[[], None]
    owners: Collection[str] = ()
    intake: Intake = field(default_factory=Intake)
    repeats: Repeats = field(default_factory=Repeats)
    verdicts: Counter[str] = field(default_factory=Counter)
    patience: float = PATIENCE

    def routes(self) -> Sequence[web.RouteDef]:
        """Where it stands."""
        return (web.post("/webhooks/github", self.receive),)

    async def receive(self, request: web.Request) -> web.Response:
        """202 stored; 200 known, or of no use; 4xx not believed or not understood; 503 not stored, send it again."""
        line = _Line()
        try:
            response = await self._received(request, line)
        except Refused as refused:
            line.verdict, line.why = "refused", refused.why
            response = refused.response()
        line.status = response.status
        if logger.isEnabledFor(line.level):
            line.write()
        self.verdicts[line.verdict if response.status < 400 else f"refused_{response.status}"] += 1
        return response

    async def _received(self, request: web.Request, line: _Line) -> web.Response:
        until = asyncio.get_running_loop().time() + self.patience
        async with self.intake.body(request, until=until) as body:
            signature = _only(request, "X-Hub-Signature-256")
            if not await _done(body, lambda: genuine(body, signature, self.secrets)):
                raise Refused(401, "the signature is missing or wrong")
        event, guid = _name(request, "X-GitHub-Event"), _name(request, "X-GitHub-Delivery")
        line.event, line.delivery_id = event, guid
        if not self._ours(request):
            line.level = logging.WARNING
            return _ignored(line, "meant for another App")
        if self._is_another(body, guid, str(signature)):
            logger.error("another body under the id of a delivery", extra={"delivery_id": guid, "event": event})
        envelope = Envelope(guid=guid, app_id=self.app_id, at=self.clock())
        reading = await _done(body, lambda: _read(event, envelope, body))
        line.action, line.repository = reading.action, reading.repository
        if reading.event is None:
            line.level = logging.WARNING if reading.unreadable else logging.INFO
            return _ignored(line, reading.why)
        if not self._served(reading.event):
            return _ignored(line, "its owner is not served")
        return await self._stored(reading.event, line, until)

    async def _stored(self, event: QueuedEvent, line: _Line, until: float) -> web.Response:
        item = queued(event)
        line.item = item.id
        try:
            async with asyncio.timeout_at(until):
                (new,) = await self.store.put([item], now=self.clock())
        except (Retryable, TimeoutError):
            line.level = logging.ERROR
            raise Refused(503, "not stored, send it again") from None
        line.verdict = "stored" if new else "known"
        if new:
            self.wake()
        return web.Response(status=202 if new else 200, text=f"{line.verdict}\n")

    def _is_another(self, body: bytes, guid: str, signature: str) -> bool:
        """Signed otherwise than before, and not because the secret was changed meanwhile."""
        earlier = self.repeats.first(guid, signature)
        return earlier != signature and not genuine(body, earlier, self.secrets)

    def _ours(self, request: web.Request) -> bool:
        return set(request.headers.getall("X-GitHub-Hook-Installation-Target-ID", [])) <= {str(self.app_id)}

    def _served(self, event: QueuedEvent) -> bool:
        owner = event.repository.full_name.partition("/")[0]
        return not self.owners or owner.lower() in {served.lower() for served in self.owners}


def _ignored(line: _Line, why: str) -> web.Response:
    line.verdict, line.why = "ignored", why
    return web.Response(text="ignored\n")


def _only(request: web.Request, header: str) -> str | None:
    """A header that must be there once; said twice it says nothing."""
    values = request.headers.getall(header, [])
    return values[0] if len(values) == 1 else None


def _name(request: web.Request, header: str) -> str:
    value = _only(request, header)
    if value is None or not _NAME.fullmatch(value):
        raise Refused(400, f"{header} is missing or malformed")
    return value


def _read(event: str, envelope: Envelope, body: bytes) -> Reading:
    try:
        return github_events.read(event, envelope, body)
    except Malformed:
        raise Refused(400, "the body is not a JSON object") from None


async def _done(body: bytes, work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work) if len(body) > LARGE else work()
