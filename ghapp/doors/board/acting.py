"""`POST /{owner}/{repo}/{environment}`: a signed-in person's command line. It is stored and then decided like any
other; the page to which the browser goes on shows the answer. Asks GitHub only what the person may see.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from aiohttp import web
from cachetools import TTLCache

from ghapp.core.commands.command_line import LINE_LIMIT, without_code_marks
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import BoardCommandGiven
from ghapp.core.model.overview import StoredEnvironment
from ghapp.doors.board.frame import Frame, find
from ghapp.doors.board.reader import Reader
from ghapp.doors.board.rendering import HEADERS
from ghapp.doors.board.sentence_page import sentence_page
from ghapp.doors.board.session import page_made_at
from ghapp.doors.board.visitors import Person, Visitors
from ghapp.doors.forms import FORM, fields_of
from ghapp.doors.limits import WAITING_BYTES_BESIDE, Intake, Refused
from ghapp.ports import Retryable, Store
from ghapp.queue_items import event_item

logger = logging.getLogger(__name__)

BODY_BYTES = 64 * 1024
PATIENCE = 2.0  # seconds for the body, and again for the store
# forms of one person that this server stores: the worker answers more than ten commands a minute unread, but each
# takes its turn before the commands of others, and leaves an answer that is kept
MOST, WITHIN, KEPT = 50, timedelta(minutes=10), 10_000
DEPENDS, TOO_MANY = 424, 429
_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)
_PAGES = {400: "board.not_read", TOO_MANY: "board.too_much"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What a press sends, from a page made at `page_at`. `once`: the same for each press of one form on one page."""

    line: str
    number: int
    page_at: datetime
    once: str


@dataclass(slots=True, kw_only=True)
class Acting:
    """The door. `wake`: called when something was stored."""

    store: Store
    reader: Reader
    visitors: Visitors
    frame: Frame
    wake: Callable[[], None]
    intake: Intake = field(
        default_factory=lambda: Intake(body_bytes=BODY_BYTES, waiting_bytes=WAITING_BYTES_BESIDE, content_type=FORM)
    )
    patience: float = PATIENCE
    _sent: TTLCache[int, set[str], datetime] = field(init=False)

    def __post_init__(self) -> None:
        self._sent = TTLCache(KEPT, WITHIN, timer=self.frame.clock)

    def routes(self) -> Sequence[web.RouteDef]:
        return (web.post("/{owner}/{repo}/{environment}", self.act),)

    async def act(self, request: web.Request) -> web.Response:
        """303 to the page that shows the answer; 4xx with a sentence, and nothing stored."""
        session = self.visitors.session(request)
        if session is None:
            await self.visitors.find_viewer(request)  # raises the answer for a person who is not signed in
        assert session
        try:
            fields = await self._fields(request)
            if not self.visitors.is_own_form(request, session, fields.get("csrf", "")):
                return self._refused(request, 403, "sign_in.form")
            form = _read(fields, request.path)
        except Refused as refused:
            status = TOO_MANY if refused.status == 503 else refused.status
            response = self._refused(request, status, _PAGES.get(status, "board.not_read"))
            if refused.close:
                response.force_close()
            return response
        person = await self.visitors.find_viewer(request)
        if not self._counts(person, form):
            limit = {"count": f"{MOST}", "minutes": f"{WITHIN // timedelta(minutes=1)}"}
            return self._refused(request, TOO_MANY, "board.too_often", **limit)
        return await self._received(request, person, form)

    def _counts(self, person: Person, form: _Form) -> bool:
        """Whether it is within what one person may send; the same form once more always is."""
        sent = self._sent.setdefault(person.user, set())
        if len(sent) < MOST:
            sent.add(key_of(person.user, form.once))
        return key_of(person.user, form.once) in sent

    async def _fields(self, request: web.Request) -> Mapping[str, str]:
        until = asyncio.get_running_loop().time() + self.patience
        async with self.intake.body(request, until=until) as body:
            return fields_of(body)

    async def _received(self, request: web.Request, person: Person, form: _Form) -> web.Response:
        key = key_of(person.user, form.once)
        try:
            async with asyncio.timeout(self.patience):
                stored = find(request, await self.reader.overview(), person)
                if stored is None:
                    return self.frame.not_found(request, person)
                if await self.reader.is_known(stored.repository.id, key):
                    return _to_answer(stored, form)
                newest = await self.reader.newest(stored)
                if not isinstance(newest.state, Environment):
                    return self._refused(request, DEPENDS, "card.unreadable.why")
                if newest.state.number != form.number:
                    return self._over(request, person, newest.state, form)
                await self._store(newest, person, form, key)
        except (Retryable, TimeoutError):
            return self._refused(request, DEPENDS, "board.not_kept")
        return _to_answer(newest, form)

    async def _store(self, stored: StoredEnvironment, person: Person, form: _Form, key: str) -> None:
        event = BoardCommandGiven(
            repository=stored.repository,
            key=key,
            environment=stored.name,
            author=person.login,
            user=person.user,
            text=form.line,
            offered_at_number=form.number,
            page_at=form.page_at,
            at=self.frame.clock(),
        )
        (new,) = await self.store.put([event_item(event)], now=event.at)
        logger.info("board", extra={"verdict": "stored" if new else "known", "actor": person.login, "item": key})
        if new:
            self.wake()

    def _over(self, request: web.Request, person: Person, found: Environment, form: _Form) -> web.Response:
        """The page was of another number: whatever was pressed may mean something else now."""
        then = {"shown": f"{found.name}-{form.number}", "current": f"{found.name}-{found.number}"}
        values = {**then, "environment": found.name, "path": f"{found.repository.full_name}/{found.name}"}
        logger.info("board", extra={"verdict": "over", "actor": person.login})
        return self.frame.alone(request, person, 409, "over", **values)

    def _refused(self, request: web.Request, status: int, code: str, **values: str) -> web.Response:
        logger.info("board", extra={"verdict": "refused", "why": code, "status": status})
        return sentence_page(request, self.frame.clock(), status, code, **values)


def key_of(user: int, once: str) -> str:
    """An event's key: only that person can ask for its answer."""
    return f"board/{user}/{once}"


def _read(fields: Mapping[str, str], path: str) -> _Form:
    """The command line, in one line; a reason typed in a field of its own follows it. Raises Refused."""
    number = fields.get("number", "")
    typed = without_code_marks(" ".join(f"{fields.get('line', '')} {fields.get('reason', '')}".split()))
    if not _NUMBER.fullmatch(number) or not typed:
        raise Refused(400, "the number or the line is missing")
    line = (typed if typed[0] in "/／" else f"/{typed}")[: LINE_LIMIT + 1]
    # each page has another token, so the same form counts once, and the next page's anew
    once = hashlib.sha256("\n".join((fields["csrf"], path.lower(), number, line)).encode()).hexdigest()[:32]
    return _Form(line=line, number=int(number), page_at=page_made_at(fields["csrf"]), once=once)


def _to_answer(stored: StoredEnvironment, form: _Form) -> web.Response:
    address = f"/{quote(stored.path)}?answer={form.once}"
    return web.Response(status=303, headers={**HEADERS, "Location": address})
