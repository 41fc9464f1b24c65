"""Encrypted cookies: the session of a signed-in person, and the sign-in under way. The server itself keeps none."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, Literal, TypeVar

import msgspec
from aiohttp import web
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ghapp.ports import Clock

SESSION_LASTS = timedelta(hours=8)  # GitHub's tokens last as long
ATTEMPT_LASTS = timedelta(minutes=10)  # GitHub's codes last as long
LONGEST = 3800  # characters of a value: browsers drop a cookie of more than 4096 with its name and attributes
_NONCE, _MADE = 32, 11  # hex digits; the first ones of a nonce are its time in milliseconds, until the year 2527
_SEALED = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}", re.ASCII)

Purpose = Literal["session", "login", "csrf", "link"]
T = TypeVar("T", bound=msgspec.Struct)


class Session(msgspec.Struct, frozen=True):
    """A signed-in person. `id`: random, new for each sign-in; `user`: their id at GitHub; `until`: in Unix seconds."""

    id: str
    user: int
    login: str
    token: str
    until: int

    def __repr__(self) -> str:
        return f"Session(user={self.user}, login={self.login!r})"


class Attempt(msgspec.Struct, frozen=True):
    """A sign-in that this browser has begun. `verifier`: PKCE's; `back`: the path that it returns to."""

    state: str
    verifier: str
    back: str

    def __repr__(self) -> str:
        return f"Attempt(back={self.back!r})"


@dataclass(frozen=True, slots=True)
class Cookie(Generic[T]):
    """One encrypted cookie. `lasts`: its longest life, whatever the browser does; `secure`: for https alone."""

    name: str
    shape: type[T]
    keys: MultiFernet = field(repr=False)
    lasts: timedelta
    secure: bool
    clock: Clock

    def read(self, request: web.BaseRequest) -> T | None:
        """None where it is missing, expired, not ours, or there more than once: then one of them is not ours."""
        values = self._values(request)
        if len(values) != 1 or not _SEALED.fullmatch(values[0]):
            return None
        padded = values[0] + "=" * (-len(values[0]) % 4)
        try:
            text = self.keys.decrypt_at_time(padded, int(self.lasts.total_seconds()), self._now())
            return msgspec.json.decode(text, type=self.shape)
        except (InvalidToken, msgspec.DecodeError):
            return None

    def is_sent(self, request: web.BaseRequest) -> bool:
        """Whether the request has it at all."""
        return bool(self._values(request))

    def write(self, response: web.StreamResponse, value: T, lasts: timedelta | None = None) -> None:
        """`lasts`: less than its longest life. A value of 2500 characters is not too long for browsers."""
        sealed = self.keys.encrypt_at_time(msgspec.json.encode(value), self._now()).decode().rstrip("=")
        self._set(response, sealed, lasts or self.lasts)

    def clear(self, response: web.StreamResponse) -> None:
        """The browser forgets it."""
        self._set(response, "", timedelta(0))

    def _set(self, response: web.StreamResponse, value: str, lasts: timedelta) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=int(lasts.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",  # Strict would hide the session from the redirect that comes from GitHub's page
        )

    def _values(self, request: web.BaseRequest) -> Sequence[str]:
        """Not by aiohttp's parser, which takes the last of several. The name is compared as it is: some parsers strip
        characters from it that browsers do not, so that a sibling domain could set `__Host-` cookies."""
        pairs = [pair for line in request.headers.getall("Cookie", ()) for pair in line.split(";")]
        return [value for name, _, value in (pair.lstrip(" ").partition("=") for pair in pairs) if name == self.name]

    def _now(self) -> int:
        return int(self.clock().timestamp())


@dataclass(frozen=True, slots=True)
class Cookies:
    """The board's cookies, and the tokens of its forms."""

    session: Cookie[Session]
    attempt: Cookie[Attempt]
    _csrf: Sequence[bytes] = field(repr=False)

    @classmethod
    def by(cls, secrets: Sequence[str], public_url: str, clock: Clock) -> "Cookies":
        """`secrets`: the first encrypts, all decrypt, at this address alone. Plain http is possible on this machine
        only, where Safari takes no `Secure` cookie: https://github.com/mdn/content/issues/41366"""
        secure = public_url.startswith("https:")
        prefix = "__Host-" if secure else ""

        session, login = keys_for("session", secrets, public_url), keys_for("login", secrets, public_url)
        return cls(
            Cookie(f"{prefix}ghapp-session", Session, session, SESSION_LASTS, secure, clock),
            Cookie(f"{prefix}ghapp-login", Attempt, login, ATTEMPT_LASTS, secure, clock),
            [_derived(secret, public_url, "csrf") for secret in secrets],
        )

    def csrf(self, session: Session) -> str:
        """A token for the forms of one page of this session; each page has another."""
        made = int(self.session.clock().timestamp() * 1000)
        nonce = f"{made:0{_MADE}x}{secrets.token_hex(_NONCE // 2)}"[:_NONCE]
        return nonce + _tag(self._csrf[0], session, nonce)

    def is_csrf(self, session: Session, token: str) -> bool:
        """Whether the token is of this session: by either secret, since a page may be older than the new one."""
        nonce, given = token[:_NONCE], token[_NONCE:].encode("utf-8", "replace")
        return any(hmac.compare_digest(given, _tag(key, session, nonce).encode()) for key in self._csrf)


def keys_for(purpose: Purpose, secrets: Sequence[str], public_url: str) -> MultiFernet:
    """The keys of a purpose: the first secret's encrypts, all decrypt."""
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(secret, public_url, purpose))) for secret in secrets])


def page_made_at(token: str) -> datetime:
    """When the page of a token was made. Only for one that `is_csrf` holds for: its tag covers the time."""
    return datetime.fromtimestamp(int(token[:_MADE], 16) / 1000, UTC)


def _derived(secret: str, public_url: str, purpose: Purpose) -> bytes:
    """A key for one purpose and address: no cookie is valid as one of another kind, or at another server."""
    made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"ghapp {purpose} {public_url}".encode())
    return made.derive(secret.encode("utf-8", "surrogateescape"))


def _tag(key: bytes, session: Session, nonce: str) -> str:
    return hmac.digest(key, f"{session.id} {nonce}".encode("utf-8", "replace"), "sha256").hex()
