"""`POST /slack/commands`, `/slack/interactions`, `/slack/events`: verifies, reads, stores, answers within 3 seconds.

No call to Slack or GitHub. https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from aiohttp import web

from ghapp.core.model.events import SlackEvent, SlackRequest
from ghapp.core.model.slack_person import aimed
from ghapp.core.views.markup import Slack
from ghapp.core.words import cut
from ghapp.doors import slack_payloads
from ghapp.doors.forms import FORM, fields_of
from ghapp.doors.limits import WAITING_BYTES_BESIDE, Intake, Refused
from ghapp.doors.slack_events import read_event
from ghapp.doors.wrong_signatures import WrongSignatures
from ghapp.ports import Clock, Item, Retryable, Store
from ghapp.queue_items import slack_event_item, slack_item

logger = logging.getLogger(__name__)

BODY_BYTES = 64 * 1024
EVENT_BYTES = 512 * 1024  # the opening of a home brings the view that it shows, of up to 250 kB
PATIENCE = 2.5  # seconds; Slack shows its own error after three
AGE = timedelta(minutes=5)
NOT_SLACKS = (ValueError, OverflowError, RecursionError, msgspec.MsgspecError)  # errors of a body
SHOWN = 200  # characters of the typed line
_TIME = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
NOT_KEPT = ":warning: That could not be kept, so nothing was done. Please try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackDoor:
    """Slack's door. `wake`: called when something was stored. `wrong`: the requests that our secret has not signed."""

    store: Store
    clock: Clock
    secret: str = field(repr=False)
    wake: Callable[[], None]
    intake: Intake = field(
        default_factory=lambda: Intake(body_bytes=BODY_BYTES, waiting_bytes=WAITING_BYTES_BESIDE, content_type=FORM)
    )
    events_intake: Intake = field(
        default_factory=lambda: Intake(body_bytes=EVENT_BYTES, waiting_bytes=WAITING_BYTES_BESIDE)
    )
    wrong: WrongSignatures = field(
        default_factory=lambda: WrongSignatures(
            "SLACK_SIGNING_SECRET", "requests from Slack", "on the Slack app's page (Basic Information)"
        )
    )
    patience: float = PATIENCE

    def routes(self) -> Sequence[web.RouteDef]:
        return (
            web.post("/slack/commands", self.commanded),
            web.post("/slack/interactions", self.interacted),
            web.post("/slack/events", self.happened),
        )

    async def commanded(self, request: web.Request) -> web.Response:
        """200, with the line shown to its user if it is a command; 4xx not believed or not understood."""
        return await self._answered(request, self._command)

    async def interacted(self, request: web.Request) -> web.Response:
        """200 without text: the result is shown in the message with the button."""
        return await self._answered(request, self._interaction)

    async def happened(self, request: web.Request) -> web.Response:
        """200 once the event is stored; 503 if it is not, after which Slack sends it again."""
        until = asyncio.get_running_loop().time() + self.patience
        try:
            event = _event(await self._body(request, self.events_intake, until))
            if isinstance(event, SlackEvent):
                await self._kept(slack_event_item(event), until)
        except Refused as refused:
            logger.info("slack", extra={"verdict": "refused", "why": refused.why, "status": refused.status})
            return refused.response()
        except (Retryable, TimeoutError):
            return web.Response(status=503, text="not stored, send it again\n")
        return web.json_response({"challenge": event}) if isinstance(event, str) else web.Response()

    async def _body(self, request: web.Request, intake: Intake, until: float) -> bytes:
        async with intake.body(request, until=until) as body:
            if not self._genuine(request, body):
                raise Refused(401, "the signature is missing, wrong or too old")
        return body

    async def _answered(
        self, request: web.Request, read: Callable[[Mapping[str, str]], SlackRequest | None]
    ) -> web.Response:
        try:
            return await self._received(request, read)
        except Refused as refused:
            logger.info("slack", extra={"verdict": "refused", "why": refused.why, "status": refused.status})
            return refused.response()

    async def _received(
        self, request: web.Request, read: Callable[[Mapping[str, str]], SlackRequest | None]
    ) -> web.Response:
        until = asyncio.get_running_loop().time() + self.patience
        form = fields_of(await self._body(request, self.intake, until))
        if "ssl_check" in form:
            return web.Response()
        try:
            asked = read(form)
        except NOT_SLACKS:
            raise Refused(400, "not what Slack sends") from None
        if asked is None:
            return web.Response()
        return await self._stored(asked, f"{form.get('command')} {form.get('text', '')}", until)

    async def _stored(self, asked: SlackRequest, typed: str, until: float) -> web.Response:
        try:
            new = await self._kept(slack_item(asked), until)
        except (Retryable, TimeoutError):
            # Slack shows only a code for any other status, and never sends the request again
            return _shown(NOT_KEPT)
        if not (asked.text and new) or not _means_something(asked.text):
            return web.Response()
        return _shown(f":eyes: {Slack({}).code(cut(typed, SHOWN))}")

    async def _kept(self, item: Item, until: float) -> bool:
        """Stores it; False if it is known. Raises Retryable or TimeoutError."""
        try:
            async with asyncio.timeout_at(until):
                (new,) = await self.store.put([item], now=self.clock())
        except (Retryable, TimeoutError):
            logger.error("slack", extra={"verdict": "not stored", "item": item.id})
            raise
        logger.info("slack", extra={"verdict": "stored" if new else "known", "item": item.id})
        if new:
            self.wake()
        return new

    def _command(self, form: Mapping[str, str]) -> SlackRequest:
        return slack_payloads.of_command(form, self.clock())

    def _interaction(self, form: Mapping[str, str]) -> SlackRequest | None:
        return slack_payloads.of_interaction(form.get("payload", "").encode(), self.clock())

    def _genuine(self, request: web.Request, body: bytes) -> bool:
        """Whether Slack signed the request, at most five minutes ago. Malformed headers are not checked further."""
        stamps = request.headers.getall("X-Slack-Request-Timestamp", [])
        signatures = request.headers.getall("X-Slack-Signature", [])
        if len(stamps) != 1 or len(signatures) != 1:
            return False
        stamp, signature = stamps[0], signatures[0]
        if not (_TIME.fullmatch(stamp) and _SIGNATURE.fullmatch(signature)):
            return False
        if not _young(stamp, self.clock()):
            return False
        right = hmac.compare_digest(signature, self._signature(stamp, body))
        if right:
            self.wrong.end()
        else:
            self.wrong.note(self.clock())
        return right

    def _signature(self, stamp: str, body: bytes) -> str:
        base = b"v0:" + stamp.encode() + b":" + body
        return "v0=" + hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()


def _young(stamp: str, now: datetime) -> bool:
    try:
        sent = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(now - sent) <= AGE


def _event(body: bytes) -> SlackEvent | str | None:
    try:
        return read_event(body)
    except NOT_SLACKS:
        raise Refused(400, "not what Slack sends") from None


def _means_something(line: str) -> bool:
    """Whether the line is acknowledged with eyes: a line that is no command is answered only the first time."""
    from ghapp.core.handlers.run_command import is_no_command  # late: it slows the door's start; the worker has it

    return not is_no_command(aimed(line).line)


def _shown(text: str) -> web.Response:
    return web.json_response({"response_type": "ephemeral", "text": text})
