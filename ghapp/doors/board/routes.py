"""The board's routes. It reads the store alone: no request waits for GitHub or Slack. Never a 5xx: where the store
cannot be read, a page shows the last known state or a sentence, and a file is refused with 424.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web

from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment
from ghapp.core.model.overview import StoredEnvironment
from ghapp.core.views.card import Card
from ghapp.core.views.history import CSV_HEADER, csv_line, jsonl_line, record
from ghapp.core.words import Voice, seen
from ghapp.doors.board import pages
from ghapp.doors.board.acting import key_of
from ghapp.doors.board.answer_text import answer_lines
from ghapp.doors.board.card_cache import CSRF, CardCache
from ghapp.doors.board.drawing import RANGES
from ghapp.doors.board.frame import Frame, find, visible
from ghapp.doors.board.live import Streams
from ghapp.doors.board.reader import Reader
from ghapp.doors.board.rendering import assets
from ghapp.doors.board.viewer import FindViewer, Viewer
from ghapp.ports import Clock, Retryable

FILTER = 200  # characters of a filter that are read
ALL = timedelta(days=36500)
FILES = {"csv": "text/csv", "jsonl": "application/jsonl"}
DEPENDS = 424  # https://www.rfc-editor.org/rfc/rfc4918#section-11.4
AT_ONCE = 64 * 1024  # bytes of a file that are sent in one piece
_ONCE, _RENEWED = re.compile(r"[0-9a-f]{32}", re.ASCII), re.compile(r"[0-9]{1,3}", re.ASCII)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True, kw_only=True)
class Board:
    """The door. `github`: the address of its pages."""

    reader: Reader
    find_viewer: FindViewer
    clock: Clock
    github: str
    frame: Frame = field(init=False)
    rendered: CardCache = field(init=False)
    streams: Streams = field(init=False)

    def __post_init__(self) -> None:
        self.frame, self.rendered = Frame(self.clock, self.github), CardCache(self.github)
        self.streams = Streams(self.reader, self.clock)

    def routes(self) -> Sequence[web.RouteDef]:
        """GET and HEAD; a stream by GET alone."""
        place = "/{owner}/{repo}/{environment}"
        shown: Mapping[str, Handler] = {
            "/": self.cards,
            "/figures": self.figures,
            "/assets/{name}": self.asset,
            place: self.environment,
            f"{place}/history.{{form}}": self.export,
        }
        return (
            web.get("/live", self.live, allow_head=False),
            *(web.get(path, handler) for path, handler in shown.items()),
        )

    # ---------------------------------------------------------------- pages

    async def cards(self, request: web.Request) -> web.StreamResponse:
        """Every environment, the newest activity first. `?q=` keeps those that contain its words."""
        viewer, asked, voice = await self.find_viewer(request), _filter(request, "q"), self.frame.voice(request)
        try:
            overview = await self.reader.overview()
        except Retryable:
            return self.frame.unreadable(request, viewer)
        rendered = ((one, *self.rendered.card(one, voice)) for one in visible(overview, viewer))
        standing = {card.path: (one, card, html) for one, card, html in rendered if not card.is_over}
        found = (card for _, card, _ in standing.values() if pages.is_match(card, asked))
        shown = [self._shown(*standing[card.path], viewer, voice) for card in pages.newest_activity_first(found)]
        return self.frame.shown(request, "cards", viewer, voice, overview, cards=shown, asked=asked, all=len(standing))

    async def environment(self, request: web.Request) -> web.StreamResponse:
        """One environment: state, timeline, rollback, figures, history. `?range=` day, week or month; `?h=` filters
        the history."""
        viewer, voice = await self.find_viewer(request), self.frame.voice(request)
        span = request.query.get("range", "week")
        asked = pages.Asked(span if span in RANGES else "week", _filter(request, "h"))
        try:
            overview = await self.reader.overview()
            stored = find(request, overview, viewer)
            if stored is None:
                return self.frame.not_found(request, viewer)
            entries = await self._entries(stored, pages.to_read(asked))
            months = await self.reader.figures(stored)
            answer = await self._answer(request, stored, viewer)
            if answer:  # its person knows what it did, so the page has to
                stored = await self.reader.newest(stored)
        except Retryable:
            return self.frame.unreadable(request, viewer)
        voice = self.frame.voice(request, stored)
        card = self._shown(stored, *self.rendered.card(stored, voice), viewer, voice)
        shown = pages.environment_page(stored, entries, voice, asked, self.github)
        values: dict[str, Any] = {"shown_card": card, "card": card.card, "shown": shown, "months": months[:3]}
        values |= {"asked": asked.filter, "span": asked.span, "ranges": tuple(RANGES), "answer": answer}
        return self.frame.shown(request, "environment", viewer, voice, overview, **values)

    async def figures(self, request: web.Request) -> web.StreamResponse:
        """The figures of all environments, as a page, or as JSON where that is asked for. `?q=` filters by name."""
        viewer, asked, voice = await self.find_viewer(request), _filter(request, "q"), self.frame.voice(request)
        as_json = "application/json" in request.headers.get("Accept", "")
        try:
            overview = await self.reader.overview()
            seen_by_them = visible(overview, viewer)
            months = [month for one in seen_by_them for month in await self.reader.figures(one)]
        except Retryable:
            return _no_file() if as_json else self.frame.unreadable(request, viewer)
        found = [month for month in months if pages.figures_match(month, asked)]
        if as_json:
            return web.Response(body=msgspec.json.encode(found), content_type="application/json", headers=_PRIVATE)
        return self.frame.shown(request, "figures", viewer, voice, overview, months=found, asked=asked)

    # ---------------------------------------------------------------- files, events

    async def export(self, request: web.Request) -> web.StreamResponse:
        """The whole history of an environment as a file, the newest entry first."""
        viewer, form = await self.find_viewer(request), request.match_info["form"]
        try:
            stored = find(request, await self.reader.overview(), viewer)
            if stored is None or form not in FILES:
                return self.frame.not_found(request, viewer)
            lines = _lines(stored, self.reader.history(stored, back=ALL), form)
            first = await anext(lines, "")
        except Retryable:
            return _no_file()
        name = f"{stored.repository.full_name.replace('/', '-')}-{stored.name}-history.{form}"
        named = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Type": f"{FILES[form]}; charset=utf-8",
        }
        response = web.StreamResponse(headers={**_PRIVATE, **named})
        await response.prepare(request)
        if request.method != "HEAD":
            await response.write(first.encode())
            async for line in lines:
                await response.write(line.encode())
        return response

    async def live(self, request: web.Request) -> web.StreamResponse:
        """The names of changed cards, as they change. `?only=owner/repo/environment` keeps one."""
        return await self.streams.serve(request, await self.find_viewer(request), _filter(request, "only").lower())

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A file of ours, under the name that its content gives it."""
        found = assets().get(request.match_info["name"])
        return found.response(request) if found else web.Response(status=404, text="no such file\n")

    # ---------------------------------------------------------------- parts

    async def _entries(self, stored: StoredEnvironment, back: timedelta) -> Sequence[Entry]:
        found: list[Entry] = []
        async for entry in self.reader.history(stored, back=back):
            found.append(entry)
            if len(found) >= pages.SEARCHED:
                break
        return found

    def _shown(self, stored: StoredEnvironment, card: Card, html: str, viewer: Viewer, voice: Voice) -> pages.ShownCard:
        """The card, with the viewer's own buttons, and the number to which these belong."""
        if viewer.csrf is None or viewer.login is None or not isinstance(stored.state, Environment):
            return pages.ShownCard(card, html)
        buttons = self.rendered.buttons(stored, viewer.login, viewer.role(stored.repository), voice)
        return pages.ShownCard(card, html, buttons.replace(CSRF, viewer.csrf), stored.state.number)

    async def _answer(self, request: web.Request, stored: StoredEnvironment, viewer: Viewer) -> pages.PageAnswer | None:
        """The answer to the viewer's own command that the address names; None without one."""
        once = request.query.get("answer", "")
        if viewer.user is None or not _ONCE.fullmatch(once):
            return None
        repository, key = stored.repository.id, key_of(viewer.user, once)
        if notice := await self.reader.answer(repository, key):
            return pages.PageAnswer(once, notice.at, answer_lines(notice, self.frame.voice(request)))
        asked = request.query.get("renewed", "")
        renewed = int(asked) if _RENEWED.fullmatch(asked) else 0
        return pages.PageAnswer(once, None, renewed=renewed) if await self.reader.is_known(repository, key) else None


_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _filter(request: web.Request, name: str) -> str:
    """The text of a filter, with marks of direction made visible: it is shown again in its field."""
    return seen(request.query.get(name, "")[:FILTER].strip())


def _no_file() -> web.Response:
    return web.Response(status=DEPENDS, text="the store cannot be read now: try again\n", headers={"Retry-After": "10"})


async def _lines(stored: StoredEnvironment, entries: AsyncIterator[Entry], form: str) -> AsyncIterator[str]:
    """Pieces of a file. The first comes once the store has answered."""
    name = stored.repository.full_name
    piece = CSV_HEADER if form == "csv" else ""
    async for entry in entries:
        row = record(entry, name)
        piece += csv_line(row) if form == "csv" else jsonl_line(row)
        if len(piece) >= AT_ONCE:
            yield piece
            piece = ""
    yield piece
