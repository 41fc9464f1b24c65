"""The pages on which a person authorizes the App, the exchange of the code that they give, and users' tokens.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

import base64
import hashlib
import hmac
import html
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from yarl import URL

from ghapp.demo.github.auth import Token
from ghapp.demo.github.context import Site
from ghapp.demo.github.shapes.words import Json, number_for

VALID = timedelta(minutes=10)  # of a code
TOKEN_LIFE = timedelta(hours=8)
REFRESH_LIFE = timedelta(days=183)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
AUTHORIZE, EXCHANGE = "/login/oauth/authorize", "/login/oauth/access_token"
# docs.github.com/apps/oauth-apps/maintaining-oauth-apps: troubleshooting
SENTENCES = {
    "access_denied": "The user has denied your application access.",
    "bad_verification_code": "The code passed is incorrect or expired.",
    "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
    "redirect_uri_mismatch": "The redirect_uri MUST match the registered callback URL for this application.",
    "unverified_user_email": "The user must have a verified primary email.",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization by a person, exchanged for a token once."""

    login: str
    challenge: str
    back: str
    at: datetime


class Authorizations:
    """`person`: the signed-in user, who has authorized the App before and is sent back at once; empty: a form asks.

    `people`: the logins on the form. `unverified`: logins without a verified e-mail address. `expire`: whether users'
    tokens expire, an option of the App, and `life`: when. `tokens`: valid ones by value.
    """

    def __init__(self, site: Site, people: Callable[[], Iterable[str]]) -> None:
        self._site, self._people = site, people
        self.person = ""
        self.unverified: set[str] = set()
        self.expire, self.life = True, TOKEN_LIFE
        self.tokens: dict[str, Token] = {}
        self._codes: dict[str, Code] = {}

    def pages(self) -> Mapping[tuple[str, str], Handler]:
        """The handlers by method and path."""
        return {
            ("GET", AUTHORIZE): self._ask,
            ("POST", AUTHORIZE): self._decide,
            ("POST", EXCHANGE): self._exchange,
        }

    def revoke(self, login: str) -> None:
        """The person takes their authorization back: all their tokens are invalid."""
        self.tokens = {value: token for value, token in self.tokens.items() if token.login != login}

    def delete(self, value: str) -> bool:
        """Deletes one token; whether it was valid."""
        return self.tokens.pop(value, None) is not None

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        self._check(query)
        if self.person:
            raise self._back(query, self._code(query, self.person))
        fields = {name: query[name] for name in query}
        return _page(_form(self._site.app.name or self._site.app.slug, fields, sorted({*self._people()})))

    async def _decide(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self._check(form)
        if form.get("decision") != "authorize":
            raise self._back(form, _error("access_denied"))
        raise self._back(form, self._code(form, form["person"]))

    def _check(self, asked: Mapping[str, str]) -> None:
        """Raises a 404, 400 or a redirect for a request that GitHub does not show to the person."""
        app = self._site.app
        if asked.get("client_id") != app.client_id:
            raise web.HTTPNotFound
        if asked.get("redirect_uri", "") not in ("", *app.callbacks):
            raise self._back({**asked, "redirect_uri": ""}, _error("redirect_uri_mismatch"))
        method = asked.get("code_challenge_method", "")
        challenge = asked.get("code_challenge", "")
        if (method or challenge) and (method != "S256" or not CHALLENGE.fullmatch(challenge)):
            raise web.HTTPBadRequest

    def _code(self, asked: Mapping[str, str], login: str) -> Mapping[str, str]:
        code = f"canary{secrets.token_hex(10)}"
        back = asked.get("redirect_uri", "")
        self._codes[code] = Code(login, asked.get("code_challenge", ""), back, self._site.now())
        return {"code": code}

    def _back(self, asked: Mapping[str, str], answer: Mapping[str, str]) -> web.HTTPFound:
        state = {"state": asked["state"]} if asked.get("state") else {}
        return web.HTTPFound(
            URL(asked.get("redirect_uri") or self._site.app.callbacks[0]).update_query({**answer, **state})
        )

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        """Answers 200 in each case. https://github.com/octokit/auth-oauth-app.js/issues/13"""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if "json" not in request.headers.get("Accept", ""):
            raise web.HTTPNotAcceptable  # GitHub answers with a form then, which no client of ours reads
        return web.json_response(self._exchanged(form))

    def _exchanged(self, form: Mapping[str, str]) -> Mapping[str, str | int]:
        app, now = self._site.app, self._site.now()
        if form.get("client_id") != app.client_id or form.get("client_secret") != app.client_secret:
            return _error("incorrect_client_credentials")
        code = self._codes.pop(form.get("code", ""), None)  # also of a refused exchange
        if code is None or now - code.at > VALID or not _proven(code.challenge, form.get("code_verifier", "")):
            return _error("bad_verification_code")
        if form.get("redirect_uri", code.back) != code.back:
            return _error("redirect_uri_mismatch")
        if code.login in self.unverified:
            return _error("unverified_user_email")
        return self._issued(code.login)

    def _issued(self, login: str) -> Mapping[str, str | int]:
        value = f"ghu_canary{secrets.token_hex(15)}"
        life = self.life if self.expire else timedelta(days=36_500)
        self.tokens[value] = Token(
            value=value,
            installation_id=-number_for(login),  # its rate limits are the user's own
            permissions={},
            repositories=None,
            expires_at=self._site.now() + life,
            login=login,
        )
        expiry: Json = {
            "expires_in": int(life.total_seconds()),
            "refresh_token": f"ghr_canary{secrets.token_hex(35)}",
            "refresh_token_expires_in": int(REFRESH_LIFE.total_seconds()),
        }
        return {"access_token": value, "token_type": "bearer", "scope": "", **(expiry if self.expire else {})}


def _proven(challenge: str, verifier: str) -> bool:
    """By RFC 7636; where the authorization had no challenge, nothing is asked."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return not challenge or hmac.compare_digest(digest, challenge)


def _error(code: str) -> dict[str, str]:
    uri = f"https://docs.github.com/apps/managing-oauth-apps/troubleshooting/#{code.replace('_', '-')}"
    return {"error": code, "error_description": SENTENCES[code], "error_uri": uri}


def _form(app: str, fields: Json, people: list[str]) -> str:
    kept = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    chosen = "".join(f"<option>{html.escape(login)}</option>" for login in people)
    return (
        f'<h1>{html.escape(app)}</h1><form action="{AUTHORIZE}" method="post">{kept}<p><label>Sign in as '
        f'<select name="person">{chosen}</select></label></p>'
        '<p><button name="decision" value="authorize">Authorize</button> '
        '<button name="decision" value="cancel">Cancel</button></p></form>'
    )


def _page(body: str) -> web.Response:
    head = '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>GitHub</title>'
    text = f'<!doctype html><html lang="en">{head}<main>{body}</main></html>'
    return web.Response(text=text, content_type="text/html")
