"""Pages of one sentence and one link, in the browser's language; for programs the sentence alone."""

import html
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from aiohttp import web

from ghapp.core.config.model import Language
from ghapp.core.views.markup import Plain
from ghapp.core.words import Voice
from ghapp.doors.board.rendering import address

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def sentence_page(request: web.Request, now: datetime, status: int, code: str, **values: str) -> web.Response:
    """The sentence of that code, for people."""
    text = _html(voice_for(request, now), code, values)
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)


def problem(request: web.Request, now: datetime, kind: type[web.HTTPException], code: str) -> web.HTTPException:
    """The same as an exception that answers the request: a page for browsers, a sentence for programs."""
    voice = voice_for(request, now)
    if is_for_people(request):
        return kind(text=_html(voice, code), content_type="text/html", headers=HEADERS)
    return kind(text=f"{voice.say(code)}\n", headers=HEADERS)


def is_for_people(request: web.Request) -> bool:
    """Whether a browser asks for a page."""
    return "text/html" in request.headers.get("Accept", "")


def voice_for(request: web.Request, now: datetime, timezone: str = "UTC") -> Voice:
    """In the first language of the browser's that the product speaks."""
    return Voice(_language(request.headers.get("Accept-Language", "")), timezone, Plain(), now)


def _language(accepted: str) -> Language:
    """The first of the browser's languages that we speak; browsers write the preferred one first."""
    known: dict[str, Language] = {"en": "en", "ja": "ja"}
    tags = (part.strip().lower()[:2] for part in accepted[:200].split(","))
    return next((known[tag] for tag in tags if tag in known), "en")


def _html(voice: Voice, code: str, values: Mapping[str, str] = MappingProxyType({})) -> str:
    is_way_in = code.startswith("sign_in.") and code not in ("sign_in.unknown", "sign_in.form")
    way, link = ("/login", "sign_in.link") if is_way_in else ("/", "sign_in.board")
    return (
        f'<!doctype html><html lang="{voice.language}"><meta charset="utf-8"><title>ghapp</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="{address("icon.svg")}"><link rel="stylesheet" href="{address("board.css")}">'
        '<main class="sentence"><h1>ghapp</h1>'
        f"<p>{html.escape(voice.say(code, values))}</p>"
        f'<p><a href="{way}">{html.escape(voice.say(link))}</a></p></main></html>\n'
    )
