"""The App, its JWT, and its installation tokens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

UNDECODED = "A JSON web token could not be decoded"  # https://github.com/octokit/auth-app.js/issues/375
LEVELS = ("read", "write", "admin")
LEEWAY = timedelta(seconds=60)
LONGEST_JWT = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=1)
EVENTS = (
    *("pull_request", "merge_group", "issue_comment", "check_run", "workflow_run", "push"),
    "deployment_protection_rule",
    "repository",
    "check_suite",
)
PERMISSIONS = {
    "actions": "write",
    "checks": "write",
    "contents": "read",
    "deployments": "write",
    "issues": "write",
    "members": "read",
    "merge_queues": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
}


@cache
def _pem() -> str:
    """Generated once, for all Apps of this process: generation takes longer than most tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@dataclass(frozen=True, slots=True)
class App:
    """A registered GitHub App with its credentials, permissions and subscribed events; `owner`: an account's login.

    `callbacks`: the addresses to which users are sent after they authorized it.
    """

    id: int
    slug: str
    private_key_pem: str
    webhook_secret: str
    client_secret: str
    name: str = ""
    owner: str = "ghapp-makers"
    public: bool = False
    callbacks: tuple[str, ...] = ()
    events: tuple[str, ...] = EVENTS
    permissions: Mapping[str, str] = field(default_factory=lambda: dict(PERMISSIONS))

    @classmethod
    def make(cls, *, id: int = 4711, slug: str = "ghapp", **more: Any) -> "App":  # noqa: A002
        """An App with secrets of its own and this process's key. `more`: other fields."""
        hook, client = (f"canary-{secrets.token_hex(20)}" for _ in range(2))
        return cls(id=id, slug=slug, private_key_pem=_pem(), webhook_secret=hook, client_secret=client, **more)

    @property
    def login(self) -> str:
        return f"{self.slug}[bot]"

    @property
    def client_id(self) -> str:
        return f"Iv23li{self.id:014d}"


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token; `repositories` None: all of the installation's. `login`: the user of a user's token."""

    value: str
    installation_id: int
    permissions: Mapping[str, str]
    repositories: frozenset[int] | None
    expires_at: datetime
    login: str = ""

    def allows(self, permission: str) -> bool:
        """Whether the token has this permission (`statuses: write`) or more."""
        name, level = permission.split(": ")
        return grants(self.permissions, name, level)


class Denied(Exception):  # noqa: N818 - an answer, not an error
    """Raised where the caller is not authenticated: GitHub's 401, with its message."""


def verify_jwt(credential: str, app: App, now: datetime) -> None:
    """Checks that this is the App's own valid JWT. Raises Denied with a message like GitHub's."""
    try:
        claims = jwt.decode(
            credential,
            _public_key(app.private_key_pem),
            algorithms=["RS256"],
            # PyJWT would use the real clock instead of this world's; the times are checked below
            options={"verify_exp": False, "verify_iat": False, "require": ["iat", "exp", "iss"]},
        )
    except jwt.PyJWTError as problem:
        raise Denied(UNDECODED) from problem
    if str(claims["iss"]) not in (str(app.id), app.client_id):
        raise Denied(UNDECODED)  # another App's token, signed with another key
    _check_times(claims["iat"], claims["exp"], now.timestamp())


def _check_times(issued: float, expires: float, now: float) -> None:
    leeway = LEEWAY.total_seconds()
    if issued > now + leeway:
        raise Denied("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
    if expires < now - leeway:
        raise Denied("'Expiration time' claim ('exp') is too old")
    if expires > now + LONGEST_JWT.total_seconds() + leeway:
        raise Denied("'Expiration time' claim ('exp') is too far in the future")


def excess(granted: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """The requested permissions that were not granted."""
    return [name for name, level in wanted.items() if level not in LEVELS or not grants(granted, name, level)]


def grants(given: Mapping[str, str], name: str, level: str) -> bool:
    """Whether these permissions include this one, at this level or above."""
    return name in given and LEVELS.index(given[name]) >= LEVELS.index(level)


def token_value(app: App, number: int) -> str:
    """Opaque, about 520 characters with dots, as GitHub's since 2026."""
    return f"ghs_{app.id}_{number}.canary" + ".".join(secrets.token_urlsafe(125) for _ in range(3))


@cache
def _public_key(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.public_key()
