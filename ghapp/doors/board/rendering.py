"""HTML from templates. Everything that a page loads is our own, named by its content, and cached for good."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from aiohttp import web
from markupsafe import Markup, escape

from ghapp.core.config.model import Language
from ghapp.core.model.decision import Entry
from ghapp.core.views.history import sentence
from ghapp.core.views.markup import Plain
from ghapp.core.words import TITLE_LIMIT, Voice, clock, cut, duration, seen

FOREVER = "public, max-age=31536000, immutable"
# scripts and styles are files of ours: nothing inline is run, nothing foreign is loaded, no other page frames it
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, HX-Request",
}
_STATIC = files("ghapp.doors.board") / "static"
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_NAMES = (
    *("board.css", "board.js", "plots.js", "icon.svg"),
    *("htmx.min.js", "sse.min.js", "uPlot.iife.min.js", "uPlot.min.css"),
)
SMALL = 1000  # bytes that are not worth compressing


@dataclass(frozen=True, slots=True)
class Asset:
    """A file beside the pages, and the same compressed."""

    kind: str
    content: bytes
    packed: bytes

    def response(self, request: web.Request) -> web.Response:
        """It never changes under its name."""
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        body = self.content
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"], body = "gzip", self.packed
        return web.Response(body=body, content_type=self.kind, charset="utf-8", headers=headers)


@cache
def assets() -> Mapping[str, Asset]:
    """Each file by its fingerprinted name."""
    return {_fingerprinted(name): _asset(name) for name in _NAMES}


def _asset(name: str) -> Asset:
    content = (_STATIC / name).read_bytes()
    return Asset(_KINDS[name.rpartition(".")[2]], content, gzip.compress(content, mtime=0))


@cache
def _fingerprinted(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]}.{ending}"


def address(name: str) -> str:
    """The path of a file of ours."""
    return f"/assets/{_fingerprinted(name)}"


@cache
def templates() -> jinja2.Environment:
    """Every value is escaped. An unknown name is an error instead of an empty text."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("ghapp.doors.board", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"asset": address, "time": time_of, "length": length, "percent": percent, "sentence": _sentence}
    made.filters |= {"title_text": lambda text: cut(str(text), TITLE_LIMIT), "seen": lambda text: seen(str(text))}
    return made


def render(name: str, voice: Voice, /, **values: Any) -> str:
    """The text of a template in the voice's language."""
    return templates().get_template(name).render(voice=voice, say=voice.say, language=voice.language, **values)


def page(request: web.Request, text: str, status: int = 200) -> web.Response:
    """A whole page or a part of one, compressed if the browser takes that."""
    body, headers = text.encode(), dict(HEADERS)
    if len(body) >= SMALL and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"], body = "gzip", gzip.compress(body, compresslevel=5, mtime=0)
    return web.Response(body=body, status=status, content_type="text/html", charset="utf-8", headers=headers)


class _Unlinked(Plain):
    """Text beside which its address stands as a link."""

    def link(self, text: str, url: str) -> str:
        return ""


def _sentence(entry: Entry, voice: Voice) -> str:
    return sentence(entry, Voice(voice.language, voice.zone.key, _Unlinked(), voice.now)).rstrip()


def time_of(moment: datetime, voice: Voice, *, counts: bool = False) -> Markup:
    """A moment in the repository's zone, which a script replaces by the viewer's and keeps for the pointer. `counts`:
    with the time that is left until then."""
    text = escape(clock(moment, voice.zone, voice.now, voice.language))
    stamp = moment.isoformat(timespec="seconds")  # digits and signs alone
    left = f' <span class="left" data-until="{stamp}"></span>' if counts else ""
    return Markup(f'<time datetime="{stamp}" title="{text}">{text}</time>{left}')  # noqa: S704 - the text is escaped


def length(seconds: float | None, language: Language) -> str:
    """A span of time in words; a dash without one."""
    return "–" if seconds is None else duration(timedelta(seconds=seconds), language) if seconds else "0"


def percent(share: float | None) -> str:
    """A share in whole per cent; a dash without one."""
    return "–" if share is None else f"{share * 100:.0f} %"
