"""The App's JWT, and installation tokens: narrow, cached until 5 minutes before expiry, minted once for all callers."""

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
EXPIRES = timedelta(minutes=9)  # GitHub accepts at most 10, by its own clock
JWT_KEPT = timedelta(minutes=8)
REFRESHED_EARLY = timedelta(minutes=5)
LACKING_KEPT = timedelta(minutes=5)  # permissions accepted meanwhile take effect with the next token
TOKENS_KEPT = 1000

Key = tuple[int, int | str, Of]
"""Installation, repository by id or (another of the same owner) by name, and the kind of permissions."""


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token for one repository. Opaque, and some 500 characters long.

    `lacking`: the requested permissions that the owner has not accepted; `where`: the page on which they do.
    """

    secret: Secret
    expires_at: datetime
    granted: Mapping[str, str] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    where: str = ""

    def check(self, needs: Iterable[str]) -> None:
        """Raises NotGranted for the first permission that the token lacks."""
        for permission in needs if self.lacking else ():
            if not holds(self.granted, permission):
                raise NotGranted(permission, self.where)

    def kept_until(self, now: datetime) -> datetime:
        """The time until which the token is cached."""
        until = self.expires_at - REFRESHED_EARLY
        return min(until, now + LACKING_KEPT) if self.lacking else until


Mint = Callable[[Key], Awaitable[Token]]


@lru_cache(maxsize=4)
def read_key(pem: str) -> RSAPrivateKey:
    """The App's private key. Raises ValueError, without any of the key's text, if it is no RSA key.

    Environment variables often hold a PEM in one line, its line ends written as backslash and n.
    """
    try:
        key = load_pem_private_key(pem.replace("\\n", "\n").strip().encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("the App's private key is not an RSA key in PEM")
    return key


class AppJwt:
    """The App's own JWT. `clock`: GitHub's, since our own may be wrong."""

    def __init__(self, app_id: int, key: RSAPrivateKey, clock: Clock) -> None:
        self._app_id = app_id
        self._key = key
        self._clock = clock
        self._made: tuple[Secret, datetime] | None = None

    def current(self) -> Secret:
        """The JWT, cached for 8 minutes: signing takes about a millisecond."""
        now = self._clock()
        if self._made is None or not timedelta(0) <= now - self._made[1] < JWT_KEPT:
            self._made = (self._signed(now), now)
        return self._made[0]

    def renew(self) -> None:
        """Discards a rejected JWT. The rejection has corrected the clock, by which the next one goes."""
        self._made = None

    def _signed(self, now: datetime) -> Secret:
        claims = {
            "iat": int((now - BACKDATED).timestamp()),
            "exp": int((now + EXPIRES).timestamp()),
            "iss": str(self._app_id),
        }
        return Secret(jwt.encode(claims, self._key, algorithm="RS256"))


class InstallationTokens:
    """Tokens by key. Concurrent callers of one key share one minting."""

    def __init__(self, clock: Clock) -> None:
        self._kept: TLRUCache[Key, Token, datetime] = TLRUCache(
            TOKENS_KEPT, ttu=lambda _key, token, now: token.kept_until(now), timer=clock
        )
        self._minting: dict[Key, asyncio.Task[Token]] = {}

    async def get(self, key: Key, mint: Mint) -> Token:
        """A cached or new token. Raises the fault of the minting."""
        if token := self._kept.get(key):
            return token
        if key not in self._minting:
            task = self._minting[key] = asyncio.create_task(self._mint_and_keep(key, mint))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # read even without callers
        return await asyncio.shield(self._minting[key])  # a cancelled caller does not cancel the others

    def drop(self, key: Key, token: Token) -> None:
        """Discards a rejected token; a newer one is kept."""
        if self._kept.get(key) is token:
            self._kept.pop(key, None)

    def forget(self, installation: int) -> None:
        """Discards an installation's tokens: its permissions may have changed."""
        for key in [key for key in self._kept if key[0] == installation]:
            self._kept.pop(key, None)

    async def _mint_and_keep(self, key: Key, mint: Mint) -> Token:
        try:
            token = self._kept[key] = await mint(key)
        finally:
            del self._minting[key]
        return token
