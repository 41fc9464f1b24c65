"""The board's routes. It reads the store alone: no request waits for GitHub or Slack. Never a 5xx: where the store
cannot be read, a page shows the last known state or a sentence, and a file is refused with 424.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from aiohttp import web

from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment
from ghapp.core.model.overview import Overview, StoredEnvironment
from ghapp.core.views.card import Card, card_of
from ghapp.core.views.history import CSV_HEADER, csv_line, jsonl_line, record
from ghapp.core.words import Voice, seen
from ghapp.doors.board import pages
from ghapp.doors.board.drawing import RANGES
from ghapp.doors.board.live import Streams
from ghapp.doors.board.reader import Reader
from ghapp.doors.board.rendering import assets, page, render
from ghapp.doors.board.sentence_page import voice_for
from ghapp.doors.board.viewer import FindViewer, Viewer
from ghapp.ports import Clock, Retryable

FILTER = 200  # characters of a filter that are read
ALL = timedelta(days=36500)
FILES = {"csv": "text/csv", "jsonl": "application/jsonl"}
DEPENDS = 424  # https://www.rfc-editor.org/rfc/rfc4918#section-11.4
AT_ONCE = 64 * 1024  # bytes of a file that are sent in one piece
RENDERED, RENDERED_KEPT = timedelta(seconds=1), 10_000  # a rendered card, for all who ask after one change; how many

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Rendered(NamedTuple):
    at: datetime
    version: int
    card: Card
    html: str


@dataclass(slots=True, kw_only=True)
class Board:
    """The door. `github`: the address of its pages."""

    reader: Reader
    find_viewer: FindViewer
    clock: Clock
    github: str
    streams: Streams = field(init=False)
    _rendered: dict[tuple[str, str], _Rendered] = field(default_factory=dict)

    def __post_init__(self) -> None:
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
        viewer, asked, voice = await self.find_viewer(request), _filter(request, "q"), self._voice(request)
        try:
            overview = await self.reader.overview()
        except Retryable:
            return self._unreadable(request, viewer, voice)
        pairs = [(self._card(one, voice), one) for one in _visible(overview, viewer)]
        cards = {card.path: html for (card, html), _ in pairs}
        standing = [card for (card, _), _ in pairs if not card.is_over]
        found = pages.newest_activity_first(card for card in standing if pages.is_match(card, asked))
        shown = [cards[card.path] for card in found]
        return self._answer(request, "cards", viewer, voice, overview, cards=shown, asked=asked, all=len(standing))

    async def environment(self, request: web.Request) -> web.StreamResponse:
        """One environment: state, timeline, rollback, figures, history. `?range=` day, week or month; `?h=` filters
        the history."""
        viewer, voice = await self.find_viewer(request), self._voice(request)
        span = request.query.get("range", "week")
        asked = pages.Asked(span if span in RANGES else "week", _filter(request, "h"))
        try:
            overview = await self.reader.overview()
            stored = _find(request, overview, viewer)
            if stored is None:
                return self._not_found(request, viewer, voice)
            entries = await self._entries(stored, pages.to_read(asked))
            months = await self.reader.figures(stored)
        except Retryable:
            return self._unreadable(request, viewer, voice)
        voice = self._voice(request, stored)
        card, html = self._card(stored, voice)
        shown = pages.environment_page(stored, entries, voice, asked, self.github)
        values: dict[str, Any] = {"card": card, "card_html": html, "shown": shown, "months": months[:3]}
        values |= {"asked": asked.filter, "span": asked.span, "ranges": tuple(RANGES)}
        return self._answer(request, "environment", viewer, voice, overview, **values)

    async def figures(self, request: web.Request) -> web.StreamResponse:
        """The figures of all environments, as a page, or as JSON where that is asked for. `?q=` filters by name."""
        viewer, asked, voice = await self.find_viewer(request), _filter(request, "q"), self._voice(request)
        as_json = "application/json" in request.headers.get("Accept", "")
        try:
            overview = await self.reader.overview()
            visible = _visible(overview, viewer)
            months = [month for one in visible for month in await self.reader.figures(one)]
        except Retryable:
            return _no_file() if as_json else self._unreadable(request, viewer, voice)
        found = [month for month in months if pages.figures_match(month, asked)]
        if as_json:
            return web.Response(body=msgspec.json.encode(found), content_type="application/json", headers=_PRIVATE)
        return self._answer(request, "figures", viewer, voice, overview, months=found, asked=asked)

    # ---------------------------------------------------------------- files, events

    async def export(self, request: web.Request) -> web.StreamResponse:
        """The whole history of an environment as a file, the newest entry first."""
        viewer, form = await self.find_viewer(request), request.match_info["form"]
        try:
            stored = _find(request, await self.reader.overview(), viewer)
            if stored is None or form not in FILES:
                return self._not_found(request, viewer, self._voice(request))
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

    def _voice(self, request: web.Request, stored: StoredEnvironment | None = None) -> Voice:
        state = stored.state if stored else None
        zone = state.config.timezone if isinstance(state, Environment) else "UTC"
        return voice_for(request, self.clock(), zone)

    def _card(self, stored: StoredEnvironment, voice: Voice) -> tuple[Card, str]:
        """The card, and its HTML. Both are kept for a moment, since a change brings all open pages at once; the HTML
        as long as the card and the day are the same."""
        key, now = (stored.path, voice.language), voice.now
        kept = self._rendered.get(key)
        if kept and kept.version == stored.version and timedelta() <= now - kept.at < RENDERED:
            return kept.card, kept.html
        if len(self._rendered) >= RENDERED_KEPT:
            self._rendered.clear()
        card = card_of(stored, voice.language, now)
        theirs = self._zoned(card, voice)
        if kept and kept.card == card and _day(kept.at, theirs) == _day(now, theirs):
            html = kept.html
        else:
            html = render("card.html", theirs, card=card, github=self.github)
        self._rendered[key] = _Rendered(now, stored.version, card, html)
        return card, html

    @staticmethod
    def _zoned(card: Card, voice: Voice) -> Voice:
        return Voice(voice.language, card.timezone, voice.markup, voice.now)

    async def _entries(self, stored: StoredEnvironment, back: timedelta) -> Sequence[Entry]:
        found: list[Entry] = []
        async for entry in self.reader.history(stored, back=back):
            found.append(entry)
            if len(found) >= pages.SEARCHED:
                break
        return found

    def _answer(
        self, request: web.Request, name: str, viewer: Viewer, voice: Voice, overview: Overview, **values: Any
    ) -> web.Response:
        """The page, or its inner part where htmx asks for that."""
        is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
        values |= {
            "viewer": viewer,
            "overview": overview,
            "github": self.github,
            "frame": "part.html" if is_part else "base.html",
        }
        return page(request, render(f"{name}.html", voice, **values))

    def _not_found(self, request: web.Request, viewer: Viewer, voice: Voice) -> web.Response:
        """One page for an environment that does not exist and for one that this viewer cannot see."""
        return page(request, render("not_found.html", voice, viewer=viewer, overview=None, frame="base.html"), 404)

    def _unreadable(self, request: web.Request, viewer: Viewer, voice: Voice) -> web.Response:
        return page(request, render("unreadable.html", voice, viewer=viewer, overview=None, frame="base.html"))


_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _day(moment: datetime, voice: Voice) -> date:
    return moment.astimezone(voice.zone).date()


def _filter(request: web.Request, name: str) -> str:
    """The text of a filter, with marks of direction made visible: it is shown again in its field."""
    return seen(request.query.get(name, "")[:FILTER].strip())


def _visible(overview: Overview, viewer: Viewer) -> list[StoredEnvironment]:
    return [one for one in overview.environments if viewer.may_see(one.repository)]


def _find(request: web.Request, overview: Overview, viewer: Viewer) -> StoredEnvironment | None:
    """The environment that the address names, in any case; None for one that the viewer cannot see."""
    asked = "/".join(request.match_info[part] for part in ("owner", "repo", "environment")).lower()
    return next((one for one in _visible(overview, viewer) if one.path.lower() == asked), None)


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
