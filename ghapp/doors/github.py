"""`POST /webhooks/github`: believe, read, make durable, answer. It never asks GitHub or Slack anything."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from ghapp.core.model.events import PermissionsAccepted, QueuedEvent
from ghapp.doors import github_events
from ghapp.doors.bugs import unexpected
from ghapp.doors.direct import Answer, GiveUp
from ghapp.doors.github_events import Envelope, Malformed, Reading
from ghapp.doors.limits import PATIENCE, Intake, Refused
from ghapp.doors.repeats import Repeats
from ghapp.doors.signatures import genuine
from ghapp.ports import Clock, Retryable, Store
from ghapp.queue_items import event_item

logger = logging.getLogger(__name__)

LARGE = 256 * 1024  # bytes; above it the event loop does not wait for hashing and parsing
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


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
    path: str = "/webhooks/github"

    def routes(self) -> Sequence[web.RouteDef]:
        """Where it stands."""
        return (web.post(self.path, self.receive),)

    async def receive(self, request: web.Request) -> web.Response:
        """202 stored; 200 known, or of no use; 4xx not believed or not understood; 503 not stored, send it again."""
        loop, line = asyncio.get_running_loop(), _Line()
        until = loop.time() + self.patience
        answer: asyncio.Future[web.Response] = loop.create_future()

        def told(status: int, text: str) -> None:
            if not answer.done():
                answer.set_result(web.Response(status=status, text=text))

        try:
            async with self.intake.body(request, until=until) as body:
                judge = partial(self._judged, _heading(request), body, line)
                events = await asyncio.to_thread(judge) if len(body) > LARGE else judge()
        except Refused as refused:
            self._refuse(refused, line, told)
            return refused.response()
        if give_up := self._keep(events, line, told):
            late = loop.call_at(until, give_up)
            answer.add_done_callback(lambda _: late.cancel())
        return await answer

    def take(self, heading: Mapping[str, str], body: bytes, answer: Answer) -> GiveUp | None:
        """The same for a small one that is here already. None: it is answered; else what gives it up."""
        line = _Line()
        try:
            events = self._judged(heading, body, line)
        except Refused as refused:
            self._refuse(refused, line, answer)
            return None
        return self._keep(events, line, answer)

    def refuse(self, refused: Refused, answer: Answer) -> None:
        """One that never came here as a whole."""
        self._refuse(refused, _Line(), answer)

    def _judged(
        self, heading: Mapping[str, str], body: bytes, line: _Line
    ) -> Sequence[QueuedEvent | PermissionsAccepted]:
        """Believed and read; none where no rule uses it, and the line says why. Raises Refused."""
        signature = heading.get("x-hub-signature-256")
        if not genuine(body, signature, self.secrets):
            raise Refused(401, "the signature is missing or wrong")
        line.event = event = _name(heading, "x-github-event")
        line.delivery_id = guid = _name(heading, "x-github-delivery")
        ours = str(self.app_id)
        if heading.get("x-github-hook-installation-target-id", ours) != ours:
            line.level, line.why = logging.WARNING, "meant for another App"
            return ()
        if self._is_another(body, guid, str(signature)):
            logger.error("another body under the id of a delivery", extra={"delivery_id": guid, "event": event})
        reading = _read(event, Envelope(guid=guid, app_id=self.app_id, at=self.clock()), body)
        line.action, line.repository, line.why = reading.action, reading.repository, reading.why
        if reading.unreadable:
            line.level = logging.WARNING
        if reading.event and not self._served(reading.event):
            line.why = "its owner is not served"
            return ()
        return tuple(event for event in (reading.event, reading.beside) if event)

    def _keep(self, events: Sequence[QueuedEvent | PermissionsAccepted], line: _Line, answer: Answer) -> GiveUp | None:
        if not events:
            line.verdict = "ignored"
            self._tell(200, line)
            answer(200, "ignored\n")
            return None
        items = [event_item(event) for event in events]
        line.item = items[0].id
        stored = asyncio.ensure_future(self.store.put(items, now=self.clock()))
        stored.add_done_callback(partial(self._kept, line, answer))
        return stored.cancel

    def _kept(self, line: _Line, answer: Answer, stored: asyncio.Future[Sequence[bool]]) -> None:
        try:
            new = any(stored.result())
        except (Retryable, asyncio.CancelledError):
            line.level = logging.ERROR
            self._refuse(Refused(503, "not stored, send it again"), line, answer)
            return
        except Exception as error:  # noqa: BLE001 - the last net
            unexpected(error)
            answer(500, "")
            return
        line.verdict = "stored" if new else "known"
        if new:
            self.wake()
        status = 202 if new else 200
        self._tell(status, line)
        answer(status, f"{line.verdict}\n")

    def _refuse(self, refused: Refused, line: _Line, answer: Answer) -> None:
        line.verdict, line.why = "refused", refused.why
        self._tell(refused.status, line)
        answer(refused.status, refused.text)

    def _tell(self, status: int, line: _Line) -> None:
        """The operator, in the log and in the metrics."""
        line.status = status
        if logger.isEnabledFor(line.level):
            line.write()
        self.verdicts[line.verdict if status < 400 else f"refused_{status}"] += 1

    def _is_another(self, body: bytes, guid: str, signature: str) -> bool:
        """Signed otherwise than before, and not because the secret was changed meanwhile."""
        earlier = self.repeats.first(guid, signature)
        return earlier != signature and not genuine(body, earlier, self.secrets)

    def _served(self, event: QueuedEvent | PermissionsAccepted) -> bool:
        owner = (
            event.account if isinstance(event, PermissionsAccepted) else event.repository.full_name.partition("/")[0]
        )
        return not self.owners or owner.lower() in {served.lower() for served in self.owners}


def _heading(request: web.Request) -> Mapping[str, str]:
    """Headers by their names in small letters. One that is said twice says nothing."""
    heading = dict[str, str]()
    for name, value in request.headers.items():
        heading[name.lower()] = "" if name.lower() in heading else value
    return heading


def _name(heading: Mapping[str, str], header: str) -> str:
    value = heading.get(header, "")
    if not _NAME.fullmatch(value):
        raise Refused(400, f"{header} is missing or malformed")
    return value


def _read(event: str, envelope: Envelope, body: bytes) -> Reading:
    try:
        return github_events.read(event, envelope, body)
    except Malformed:
        raise Refused(400, "the body is not a JSON object") from None
