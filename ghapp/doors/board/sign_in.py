"""`/login`, `/login/callback`, `/logout`: sign-in at GitHub. A person sees what GitHub shows them.

No request waits for GitHub longer than two seconds, and none is answered with a 5xx.
"""

import asyncio
import hashlib
import hmac
import logging
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from ghapp.core.model.secret import Secret
from ghapp.doors.board.sentence_page import HEADERS, sentence_page
from ghapp.doors.board.session import SESSION_LASTS, Attempt, Session
from ghapp.doors.board.visitors import OWN_PATH, Visitors, note_sign_in
from ghapp.doors.forms import FORM, fields_of
from ghapp.doors.limits import PATIENCE, WAITING_BYTES_BESIDE, Intake, Refused
from ghapp.ports import Fault, NotSignedIn, SignedIn

FORM_BYTES = 8 * 1024
AT_ONCE = 16  # exchanges of codes
_ERROR = re.compile(r"[a-z_]{1,64}", re.ASCII)
_CODE = re.compile(r"[!-~]{1,512}", re.ASCII)
_REFUSALS = {"code": "sign_in.code", "client": "sign_in.client", "person": "sign_in.person"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDoor:
    """The door."""

    visitors: Visitors
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

    async def begin(self, request: web.Request) -> web.Response:
        """Redirects to GitHub at once. `?back=` is the path of ours to return to."""
        asked = request.query.get("back", "/")
        verifier = secrets.token_urlsafe(48)
        attempt = Attempt(secrets.token_urlsafe(32), verifier, asked if OWN_PATH.fullmatch(asked) else "/")
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        response = self._redirect(self.visitors.github.page(state=attempt.state, challenge=challenge))
        self.visitors.cookies.attempt.write(response, attempt)
        return response

    async def end(self, request: web.Request) -> web.Response:
        """GitHub sends the browser here. A state that this browser did not begin changes nothing."""
        attempt, state = self.visitors.cookies.attempt.read(request), _only(request, "state")
        if attempt is None or not hmac.compare_digest(state.encode("utf-8", "replace"), attempt.state.encode()):
            return self._refused(request, 400, "sign_in.over")
        response = await self._ended(request, attempt)
        self.visitors.cookies.attempt.clear(response)  # it counts once
        return response

    async def leave(self, request: web.Request) -> web.Response:
        """Signs out, and lets GitHub forget the token, so that a copy of the cookie is worth nothing either."""
        try:
            csrf = await self.csrf(request)
        except Refused as refused:
            return refused.response()
        session = self.visitors.session(request)
        if session:
            if not self.visitors.is_own_form(request, session, csrf):
                return self._refused(request, 403, "sign_in.form")
            await self._revoke(session)
            note_sign_in("signed_out", login=session.login)
        response = self._page(request, 200, "sign_in.signed_out")
        self.visitors.cookies.session.clear(response)
        return response

    async def _ended(self, request: web.Request, attempt: Attempt) -> web.Response:
        if error := _only(request, "error"):
            note_sign_in("refused", error=error if _ERROR.fullmatch(error) else "unknown")  # anyone can send one
            return self._page(request, 403, "sign_in.denied" if error == "access_denied" else "sign_in.client")
        code = _only(request, "code")
        if not _CODE.fullmatch(code):
            return self._refused(request, 400, "sign_in.over")
        if self.exchanging.locked():
            return self._refused(request, 429, "sign_in.busy")
        async with self.exchanging:
            try:
                found = await self.visitors.github.exchange(code, attempt.verifier)
            except Fault as fault:
                note_sign_in("silent", error=str(fault), level=logging.WARNING)
                return self._page(request, 424, "sign_in.silent")
        if isinstance(found, NotSignedIn):
            note_sign_in("refused", error=found.error, level=logging.ERROR if found.of == "client" else logging.INFO)
            return self._page(request, 403, _REFUSALS[found.of])
        return self._signed_in(found, attempt.back)

    def _signed_in(self, who: SignedIn, back: str) -> web.Response:
        now = self.visitors.clock()
        until = min(now + SESSION_LASTS, who.until or now + SESSION_LASTS)
        session = Session(secrets.token_hex(16), who.id, who.login, who.token.reveal(), int(until.timestamp()))
        response = self._redirect(self.visitors.public_url + back)
        self.visitors.cookies.session.write(response, session, until - now)
        note_sign_in("signed_in", login=who.login)
        return response

    async def csrf(self, request: web.Request) -> str:
        """The token in a form's body. Raises Refused."""
        until = asyncio.get_running_loop().time() + self.patience
        async with self.intake.body(request, until=until) as body:
            return fields_of(body).get("csrf", "")

    async def _revoke(self, session: Session) -> None:
        try:
            await self.visitors.github.revoke(Secret(session.token))
        except Fault as fault:  # the session ends in this browser; the token at its time
            note_sign_in("not_revoked", login=session.login, error=str(fault), level=logging.WARNING)

    # ---------------------------------------------------------------- answers

    def _redirect(self, address: str) -> web.Response:
        return web.Response(status=302, headers={**HEADERS, "Location": address})

    def _refused(self, request: web.Request, status: int, code: str) -> web.Response:
        note_sign_in("refused", error=code)
        return self._page(request, status, code)

    def _page(self, request: web.Request, status: int, code: str) -> web.Response:
        return sentence_page(request, self.visitors.clock(), status, code)


def _only(request: web.Request, name: str) -> str:
    """The value of a parameter that is there once; else empty."""
    values = request.query.getall(name, [])
    return values[0] if len(values) == 1 else ""
