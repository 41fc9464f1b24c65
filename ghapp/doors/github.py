"""`POST /webhooks/github`: verifies, reads, stores, answers. It never calls GitHub or Slack."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from ghapp.core.model.events import PermissionsAccepted, QueuedEvent
from ghapp.doors import github_events
from ghapp.doors.github_events import Envelope, Malformed, Reading
from ghapp.doors.limits import PATIENCE, Intake, Refused
from ghapp.doors.repeats import Repeats
from ghapp.doors.signatures import genuine
from ghapp.doors.wrong_signatures import WrongSignatures
from ghapp.ports import Clock, Retryable, Store
from ghapp.queue_items import event_item

logger = logging.getLogger(__name__)

LARGE = 256 * 1024  # bytes; larger bodies are hashed and parsed in a thread, so that the event loop does not wait
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_EVENT, _TARGET = "X-GitHub-Event", "X-GitHub-Hook-Installation-Target-ID"


@dataclass(slots=True)
class _Line:
    """The log record of one delivery."""

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

    `verdicts`: the count of each verdict. `wrong`: the deliveries for this App that our secrets have not signed.
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
    wrong: WrongSignatures = field(
        default_factory=lambda: WrongSignatures(
            "GITHUB_WEBHOOK_SECRET", "deliveries from GitHub", "as the webhook secret on the App's page"
        )
    )
    patience: float = PATIENCE
    path: str = "/webhooks/github"

    def routes(self) -> Sequence[web.RouteDef]:
        return (web.post(self.path, self.receive),)

    async def receive(self, request: web.Request) -> web.Response:
        """202 stored; 200 known or of no use; 4xx not believed or not understood; 503 not stored, send it again."""
        line, until = _Line(), asyncio.get_running_loop().time() + self.patience
        try:
            async with self.intake.body(request, until=until) as body:
                judge = partial(self._judge, request, body, line)
                events = await asyncio.to_thread(judge) if len(body) > LARGE else judge()
            line.verdict = await self._store_event(events, line, until)
        except Refused as refused:
            line.verdict, line.why = "refused", refused.why
            self._tell(refused.status, line)
            return refused.response()
        status = 202 if line.verdict == "stored" else 200
        self._tell(status, line)
        return web.Response(status=status, text=f"{line.verdict}\n")

    def _judge(self, request: web.Request, body: bytes, line: _Line) -> Sequence[QueuedEvent | PermissionsAccepted]:
        """Verifies and reads the body. No events where no rule uses it; `line` has the reason. Raises Refused."""
        signature = _header(request, "X-Hub-Signature-256")
        if not genuine(body, signature, self.secrets):
            if _EVENT in request.headers and self._is_for_this_app(request):  # other requests are not GitHub's to us
                self.wrong.note(self.clock())
            raise Refused(401, "the signature is missing or wrong")
        self.wrong.end()
        line.event = event = _name(request, _EVENT)
        line.delivery_id = guid = _name(request, "X-GitHub-Delivery")
        if not self._is_for_this_app(request):
            line.level, line.why = logging.WARNING, "meant for another App"
            return ()
        if self._is_another(body, guid, str(signature)):
            logger.error("another body under the id of a delivery", extra={"delivery_id": guid, "event": event})
        reading = _read(event, Envelope(guid=guid, app_id=self.app_id, at=self.clock()), body)
        line.action, line.repository, line.why = reading.action, reading.repository, reading.why
        if reading.unreadable:
            line.level = logging.WARNING
        if reading.event and not self._is_served(reading.event) and not self._serves_owner(reading.former_owner):
            line.why = "its owner is not served"
            return ()
        return tuple(event for event in (reading.event, reading.beside) if event)

    async def _store_event(self, events: Sequence[QueuedEvent | PermissionsAccepted], line: _Line, until: float) -> str:
        """Stores the events and returns the verdict once they are durable. Raises Refused."""
        if not events:
            return "ignored"
        items = [event_item(event) for event in events]
        line.item = items[0].id
        try:
            async with asyncio.timeout_at(until):
                new = any(await self.store.put(items, now=self.clock()))
        except (Retryable, TimeoutError):
            line.level = logging.ERROR
            raise Refused(503, "not stored, send it again") from None
        if new:
            self.wake()
        return "stored" if new else "known"

    def _tell(self, status: int, line: _Line) -> None:
        """Records the verdict in the log and in the metrics."""
        line.status = status
        if logger.isEnabledFor(line.level):
            line.write()
        self.verdicts[line.verdict if status < 400 else f"refused_{status}"] += 1

    def _is_for_this_app(self, request: web.Request) -> bool:
        return _header(request, _TARGET) in (None, str(self.app_id))

    def _is_another(self, body: bytes, guid: str, signature: str) -> bool:
        """Whether the id came with another body before: the signature differs, and not through a new secret."""
        earlier = self.repeats.first(guid, signature)
        return earlier != signature and not genuine(body, earlier, self.secrets)

    def _is_served(self, event: QueuedEvent | PermissionsAccepted) -> bool:
        owner = (
            event.account if isinstance(event, PermissionsAccepted) else event.repository.full_name.partition("/")[0]
        )
        return self._serves_owner(owner)

    def _serves_owner(self, owner: str) -> bool:
        return not self.owners or owner.lower() in {served.lower() for served in self.owners}


def _header(request: web.Request, name: str) -> str | None:
    """The header's value; empty where it occurs twice, since it would be ambiguous; None where it is missing."""
    values = request.headers.getall(name, ())
    return values[0] if len(values) == 1 else "" if values else None


def _name(request: web.Request, header: str) -> str:
    value = _header(request, header) or ""
    if not _NAME.fullmatch(value):
        raise Refused(400, f"{header} is missing or malformed")
    return value


def _read(event: str, envelope: Envelope, body: bytes) -> Reading:
    try:
        return github_events.read(event, envelope, body)
    except Malformed:
        raise Refused(400, "the body is not a JSON object") from None
