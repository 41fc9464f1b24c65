"""The App's own JWT, and installation tokens: narrow, kept until 5 minutes before their end, made once at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

import jwt
from cachetools import TLRUCache
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ghapp.adapters.github.permissions import Of, holds
from ghapp.core.model.secret import Secret
from ghapp.ports import Clock, NotGranted

BACKDATED = timedelta(seconds=60)
EXPIRES = timedelta(minutes=9)  # GitHub takes 10 at most, counted by its own clock
JWT_KEPT = timedelta(minutes=8)
REFRESHED_EARLY = timedelta(minutes=5)
LACKING_KEPT = timedelta(minutes=5)  # what was accepted meanwhile counts from the next one on
TOKENS_KEPT = 1000

Key = tuple[int, int | str, Of]
"""Installation, repository by id or (another of the same owner) by name, and whose permissions the token holds."""


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token for one repository. Opaque, and some 500 characters long.

    `lacking`: of what was asked for, the permissions that its owner has not accepted; `where`: where they do.
    """

    secret: Secret
    expires_at: datetime
    granted: Mapping[str, str] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    where: str = ""

    def check(self, needs: Iterable[str]) -> None:
        """Raises NotGranted for the first that it lacks."""
        for permission in needs if self.lacking else ():
            if not holds(self.granted, permission):
                raise NotGranted(permission, self.where)

    def kept_until(self, now: datetime) -> datetime:
        """How long it is used."""
        until = self.expires_at - REFRESHED_EARLY
        return min(until, now + LACKING_KEPT) if self.lacking else until


Mint = Callable[[Key], Awaitable[Token]]


@lru_cache(maxsize=4)
def read_key(pem: str) -> RSAPrivateKey:
    """The App's private key. Raises ValueError, without a word of the key, where it is none.

    Environment variables often carry a PEM in one line, its line ends written as backslash and n.
    """
    try:
        key = load_pem_private_key(pem.replace("\\n", "\n").strip().encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("the App's private key is not an RSA key in PEM")
    return key


class AppJwt:
    """The App's credential for itself. `clock` may be wrong: a refusal tells GitHub's time, and that is used then."""

    def __init__(self, app_id: int, key: RSAPrivateKey, clock: Clock) -> None:
        self._app_id = app_id
        self._key = key
        self._clock = clock
        self._skew = timedelta(0)
        self._made: tuple[Secret, datetime] | None = None

    def current(self) -> Secret:
        """The JWT; signing costs about a millisecond, so it is kept for a while."""
        now = self._clock()
        if self._made is None or not timedelta(0) <= now - self._made[1] < JWT_KEPT:
            self._made = (self._signed(now + self._skew), now)
        return self._made[0]

    def renew(self, github: datetime | None) -> None:
        """It was not accepted: make another, by GitHub's clock where that is known."""
        self._made = None
        if github is not None:
            self._skew = github - self._clock()

    def _signed(self, now: datetime) -> Secret:
        claims = {
            "iat": int((now - BACKDATED).timestamp()),
            "exp": int((now + EXPIRES).timestamp()),
            "iss": str(self._app_id),
        }
        return Secret(jwt.encode(claims, self._key, algorithm="RS256"))


class InstallationTokens:
    """Tokens by what they are for. However many ask at once, one is minted."""

    def __init__(self, mint: Mint, clock: Clock) -> None:
        self._mint = mint
        self._kept: TLRUCache[Key, Token, datetime] = TLRUCache(
            TOKENS_KEPT, ttu=lambda _key, token, now: token.kept_until(now), timer=clock
        )
        self._minting: dict[Key, asyncio.Task[Token]] = {}

    async def get(self, key: Key) -> Token:
        """A token that is good for a while. Raises what the minting raised."""
        if token := self._kept.get(key):
            return token
        if key not in self._minting:
            task = self._minting[key] = asyncio.create_task(self._mint_and_keep(key))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # heard, even if all have left
        return await asyncio.shield(self._minting[key])  # one caller's end is not the others'

    def drop(self, key: Key, token: Token) -> None:
        """It was not accepted. Another that came meanwhile is kept."""
        if self._kept.get(key) is token:
            self._kept.pop(key, None)

    def forget(self, installation: int) -> None:
        """What it may do has changed: the next ones tell."""
        for key in [key for key in self._kept if key[0] == installation]:
            self._kept.pop(key, None)

    async def _mint_and_keep(self, key: Key) -> Token:
        try:
            token = self._kept[key] = await self._mint(key)
        finally:
            del self._minting[key]
        return token
