"""`/login`, `/login/callback`, `/logout`: sign-in at GitHub. A person sees what GitHub shows them.

No request waits for GitHub longer than two seconds, and none is answered with a 5xx.
"""

import asyncio
import hashlib
import hmac
import html
import logging
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from yarl import URL

from ghapp.core.config.model import Language
from ghapp.core.model.environment import Repository
from ghapp.core.model.secret import Secret
from ghapp.core.views.markup import Plain
from ghapp.core.words import Voice
from ghapp.doors.board.session import SESSION_LASTS, Attempt, Cookies, Session
from ghapp.doors.limits import PATIENCE, WAITING_BYTES_BESIDE, Intake, Refused
from ghapp.ports import Clock, Fault, NotSignedIn, SignedIn, SignIn, Visible

logger = logging.getLogger(__name__)

FORM, FORM_BYTES = "application/x-www-form-urlencoded", 8 * 1024
AT_ONCE = 16  # exchanges of codes
LONGEST_PATH = 500  # characters of the path to return to; a longer one leads to the board
STALE = timedelta(minutes=5)  # GitHub is asked anew after that, so an older list is one that it did not renew
LATER = timedelta(minutes=1)  # when GitHub is to be asked again
_PATH = re.compile(rf"/(?![/\\])[!-\[\]-~]{{0,{LONGEST_PATH}}}", re.ASCII)
_ERROR = re.compile(r"[a-z_]{1,64}", re.ASCII)
_CODE = re.compile(r"[!-~]{1,512}", re.ASCII)
_REFUSALS = {"code": "sign_in.code", "client": "sign_in.client", "person": "sign_in.person"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Person:
    """The viewer of a page who has signed in. `csrf`: the token of their forms. `until`: what they may see is to be
    asked again then. `stale`: the age of what they may see, where GitHub gives no newer answer."""

    login: str
    csrf: str
    repositories: frozenset[int]
    until: datetime
    stale: datetime | None = None

    def may_see(self, repository: Repository) -> bool:
        """By its id: a name can pass to another repository."""
        return repository.id in self.repositories

    def notice(self, voice: Voice) -> str:
        """What the page says about this; empty where all is current."""
        return voice.say("sign_in.stale", at=self.stale) if self.stale else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDoor:
    """The door. `public_url`: the origin of all addresses, whatever the request's Host says."""

    github: SignIn
    public_url: str
    cookies: Cookies
    clock: Clock
    intake: Intake = field(
        default_factory=lambda: Intake(body_bytes=FORM_BYTES, waiting_bytes=WAITING_BYTES_BESIDE, content_type=FORM)
    )
    exchanging: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    patience: float = PATIENCE

    def routes(self) -> Sequence[web.RouteDef]:
        return (
            web.get("/login", self.begin, allow_head=False),
            web.get("/login/callback", self.end, allow_head=False),
            web.post("/logout", self.leave),
        )

    # ---------------------------------------------------------------- for the pages of the board

    async def find_viewer(self, request: web.Request) -> Person:
        """The viewer of a page. Raises aiohttp's HTTPException: a redirect to the sign-in for browsers, 401 for
        programs; 424 where GitHub has not said yet what they may see."""
        session = self.session(request)
        if session is None:
            raise self._way_in(request)
        try:
            found = await self.github.visible(Secret(session.token))
        except Fault:
            raise self._problem(request, web.HTTPFailedDependency, "sign_in.unknown") from None
        if found is None:  # no redirect: where GitHub rejects each new token, it would never end
            rejected = self._problem(request, web.HTTPUnauthorized, "sign_in.rejected")
            self.cookies.session.clear(rejected)
            _note("rejected", login=session.login)
            raise rejected
        return self._person(session, found)

    def session(self, request: web.Request) -> Session | None:
        """The session of a request, if it has a valid one."""
        session = self.cookies.session.read(request)
        return session if session and session.until > self.clock().timestamp() else None

    def is_own_form(self, request: web.Request, session: Session, csrf: str) -> bool:
        """Whether a POST was sent by a page of ours, of this session."""
        return self._is_own_origin(request) and self.cookies.is_csrf(session, csrf)

    def _person(self, session: Session, found: Visible) -> Person:
        now, fresh_until = self.clock(), found.at + STALE
        stale = found.at if fresh_until <= now else None
        until = now + LATER if stale else fresh_until
        return Person(found.login, self.cookies.csrf(session), found.repositories, until, stale)

    def _way_in(self, request: web.Request) -> web.HTTPException:
        answer: web.HTTPException
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            back = request.raw_path if _PATH.fullmatch(request.raw_path) else "/"
            answer = web.HTTPFound(URL(self.public_url).with_path("/login").with_query(back=back), headers=HEADERS)
        else:
            answer = self._problem(request, web.HTTPUnauthorized, "sign_in.needed")
        if self.cookies.session.is_sent(request):
            self.cookies.session.clear(answer)
        return answer

    def _is_own_origin(self, request: web.Request) -> bool:
        """Browsers hide the origin of a page that sends no referrer, and then still say whether it is the same."""
        origin = request.headers.get("Origin", "null")
        if origin != "null":
            return origin == self.public_url
        return request.headers.get("Sec-Fetch-Site") == "same-origin"

    # ---------------------------------------------------------------- signing in and out

    async def begin(self, request: web.Request) -> web.Response:
        """Redirects to GitHub at once. `?back=` is the path of ours to return to."""
        asked = request.query.get("back", "/")
        verifier = secrets.token_urlsafe(48)
        attempt = Attempt(secrets.token_urlsafe(32), verifier, asked if _PATH.fullmatch(asked) else "/")
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        response = self._redirect(self.github.page(state=attempt.state, challenge=challenge))
        self.cookies.attempt.write(response, attempt)
        return response

    async def end(self, request: web.Request) -> web.Response:
        """GitHub sends the browser here. A state that this browser did not begin changes nothing."""
        attempt, state = self.cookies.attempt.read(request), _only(request, "state")
        if attempt is None or not hmac.compare_digest(state.encode("utf-8", "replace"), attempt.state.encode()):
            return self._refused(request, 400, "sign_in.over")
        response = await self._ended(request, attempt)
        self.cookies.attempt.clear(response)  # it counts once
        return response

    async def leave(self, request: web.Request) -> web.Response:
        """Signs out, and lets GitHub forget the token, so that a copy of the cookie is worth nothing either."""
        try:
            csrf = await self._csrf(request)
        except Refused as refused:
            return refused.response()
        session = self.session(request)
        if session:
            if not self.is_own_form(request, session, csrf):
                return self._refused(request, 403, "sign_in.form")
            await self._revoke(session)
            _note("signed_out", login=session.login)
        response = self._page(request, 200, "sign_in.signed_out")
        self.cookies.session.clear(response)
        return response

    async def _ended(self, request: web.Request, attempt: Attempt) -> web.Response:
        if error := _only(request, "error"):
            _note("refused", error=error if _ERROR.fullmatch(error) else "unknown")  # anyone can send one
            return self._page(request, 403, "sign_in.denied" if error == "access_denied" else "sign_in.client")
        code = _only(request, "code")
        if not _CODE.fullmatch(code):
            return self._refused(request, 400, "sign_in.over")
        if self.exchanging.locked():
            return self._refused(request, 429, "sign_in.busy")
        async with self.exchanging:
            try:
                found = await self.github.exchange(code, attempt.verifier)
            except Fault as fault:
                _note("silent", error=str(fault), level=logging.WARNING)
                return self._page(request, 424, "sign_in.silent")
        if isinstance(found, NotSignedIn):
            _note("refused", error=found.error, level=logging.ERROR if found.of == "client" else logging.INFO)
            return self._page(request, 403, _REFUSALS[found.of])
        return self._signed_in(found, attempt.back)

    def _signed_in(self, who: SignedIn, back: str) -> web.Response:
        now = self.clock()
        until = min(now + SESSION_LASTS, who.until or now + SESSION_LASTS)
        session = Session(secrets.token_hex(16), who.id, who.login, who.token.reveal(), int(until.timestamp()))
        response = self._redirect(self.public_url + back)
        self.cookies.session.write(response, session, until - now)
        _note("signed_in", login=who.login)
        return response

    async def _csrf(self, request: web.Request) -> str:
        until = asyncio.get_running_loop().time() + self.patience
        async with self.intake.body(request, until=until) as body:
            try:
                return parse_qs(body.decode("ascii"), max_num_fields=20).get("csrf", [""])[0]
            except ValueError:
                raise Refused(400, "the form cannot be read") from None

    async def _revoke(self, session: Session) -> None:
        try:
            await self.github.revoke(Secret(session.token))
        except Fault as fault:  # the session ends in this browser; the token at its time
            _note("not_revoked", login=session.login, error=str(fault), level=logging.WARNING)

    # ---------------------------------------------------------------- answers

    def _redirect(self, address: str) -> web.Response:
        return web.Response(status=302, headers={**HEADERS, "Location": address})

    def _refused(self, request: web.Request, status: int, code: str) -> web.Response:
        _note("refused", error=code)
        return self._page(request, status, code)

    def _page(self, request: web.Request, status: int, code: str) -> web.Response:
        text = _html(_voice(request, self.clock()), code)
        return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)

    def _problem(self, request: web.Request, kind: type[web.HTTPException], code: str) -> web.HTTPException:
        """A page for browsers, a sentence for programs."""
        voice = _voice(request, self.clock())
        if "text/html" in request.headers.get("Accept", ""):
            return kind(text=_html(voice, code), content_type="text/html", headers=HEADERS)
        return kind(text=f"{voice.say(code)}\n", headers=HEADERS)


def _only(request: web.Request, name: str) -> str:
    """The value of a parameter that is there once; else empty."""
    values = request.query.getall(name, [])
    return values[0] if len(values) == 1 else ""


def _voice(request: web.Request, now: datetime) -> Voice:
    return Voice(_language(request.headers.get("Accept-Language", "")), "UTC", Plain(), now)


def _language(accepted: str) -> Language:
    """The first of the browser's languages that we speak; browsers write the preferred one first."""
    known: dict[str, Language] = {"en": "en", "ja": "ja"}
    tags = (part.strip().lower()[:2] for part in accepted[:200].split(","))
    return next((known[tag] for tag in tags if tag in known), "en")


def _html(voice: Voice, code: str) -> str:
    way, link = ("/", "sign_in.board") if code in ("sign_in.unknown", "sign_in.form") else ("/login", "sign_in.link")
    return (
        f'<!doctype html><html lang="{voice.language}"><meta charset="utf-8"><title>ghapp</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'<p>{html.escape(voice.say(code))}</p><p><a href="{way}">{html.escape(voice.say(link))}</a></p></html>\n'
    )


def _note(verdict: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """One line in the log, without code, state or token."""
    logger.log(level, "sign_in", extra={"verdict": verdict, **fields})
